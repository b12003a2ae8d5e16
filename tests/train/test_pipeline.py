from kg.train import recogniser, syntax
from kg.train.pipeline import Plan, fit
from kg.train.treebank import Sentence, to_docs
from kg.train.weights import save

PLAN = Plan(epochs=3, patience=9, first_batch=20, last_batch=20, learning_rate=0.01)
RECORDS = [{
    "id": str(n), "title": None, "text": f"We present Quorix-{n} on GPUs.",
    "entities": [{"type": "System", "name": f"Quorix-{n}", "mentions": [f"Quorix-{n}"]},
                 {"type": "Hardware", "name": "GPU", "mentions": ["GPUs"]}],
    "ignore": [], "introduces": [], "relations": [], "results": [],
} for n in range(10)]
SENTENCE = Sentence("one", ("We", "run", "Quorix", "."), (True, True, False, True), ("PRON", "VERB", "PROPN", "PUNCT"),
                    (1, 1, 1, 1), ("nsubj", "ROOT", "obj", "punct"))


def test_equal_seeds_give_equal_spans_and_each_record_is_judged_unseen():
    first, second = (recogniser.out_of_fold(RECORDS, PLAN) for _ in range(2))
    assert first == second
    assert len(first) == len(RECORDS)
    assert all(0 <= start < end and 0 < mass <= 1.001 for spans in first for start, end, _, mass in spans)


def test_the_best_epoch_is_kept_and_patience_ends_the_training():
    nlp = recogniser.make_pipeline(None)
    scores = iter((0.1, 0.5, 0.4, 0.3, 0.2))
    heard = []
    examples = [recogniser._example(nlp, recogniser.annotate(nlp, r)) for r in RECORDS]
    kept = fit(nlp, examples, lambda _: next(scores), Plan(epochs=5, patience=2),
               report=lambda epoch, loss, score: heard.append((epoch, score)))
    assert kept == 2
    assert heard == [(1, 0.1), (2, 0.5), (3, 0.4), (4, 0.3)]


def test_a_saved_pipeline_keeps_what_it_learnt_without_the_words_it_met(tmp_path):
    import spacy

    nlp = recogniser.train(RECORDS, PLAN)
    save(nlp, tmp_path / "ner")
    loaded = spacy.load(tmp_path / "ner")
    assert "Quorix-3" not in loaded.vocab.strings
    text = RECORDS[3]["text"]
    assert recogniser.scored_spans(loaded, [text]) == recogniser.scored_spans(nlp, [text])
    assert recogniser.scored_spans(loaded, [""]) == [[]]


def test_the_syntax_pipeline_learns_tags_heads_and_sentences():
    nlp = syntax.make_pipeline()
    docs = to_docs([SENTENCE] * 60, nlp.vocab, size=2)
    examples = [syntax.Example(nlp.make_doc(d.text), d) for d in docs]
    fit(nlp, examples, None, Plan(epochs=6, patience=99, first_batch=40, last_batch=40, learning_rate=0.01))
    assert syntax.evaluate(nlp, examples)["pos_acc"] == 1.0
    assert syntax.evaluate(nlp, examples)["dep_uas"] > 0.7


def test_capitalised_documents_keep_their_tree():
    doc = syntax.capitalised(to_docs([SENTENCE], syntax.make_pipeline().vocab)[0])
    assert doc.text == "We run Quorix. "
    assert [t.head.i for t in doc] == [1, 1, 1, 1]


def test_equal_names_are_one_entity_of_the_heavier_class():
    record = {"id": "a", "title": None, "text": "GPU and GPUs and Quorix"}
    spans = [(0, 3, "Hardware", 0.9), (8, 12, "Model", 0.6), (17, 23, "System", 0.3)]
    assert recogniser.group(record, spans)["entities"] == [
        {"type": "Hardware", "name": "GPUs", "mentions": ["GPUs", "GPU"]}]

import spacy

from kg.train import syntax
from kg.train.pipeline import Plan, fit
from kg.train.treebank import Sentence, to_docs
from kg.train.weights import save

PLAN = Plan(epochs=6, patience=99, first_batch=40, last_batch=40, learning_rate=0.01)
SENTENCE = Sentence("one", ("We", "run", "Quorix", "."), (True, True, False, True), ("PRON", "VERB", "PROPN", "PUNCT"),
                    (1, 1, 1, 1), ("nsubj", "ROOT", "obj", "punct"))


def trained(plan=PLAN, evaluate=None, report=None):
    nlp = syntax.make_pipeline()
    docs = to_docs([SENTENCE] * 60, nlp.vocab, size=2)
    examples = [syntax.Example(nlp.make_doc(d.text), d) for d in docs]
    return nlp, examples, fit(nlp, examples, evaluate, plan, report=report)


def test_the_best_epoch_is_kept_and_patience_ends_the_training():
    scores = iter((0.1, 0.5, 0.4, 0.3, 0.2))
    heard = []
    _, _, kept = trained(Plan(epochs=5, patience=2), lambda _: next(scores),
                         lambda epoch, loss, score: heard.append((epoch, score)))
    assert kept == 2
    assert heard == [(1, 0.1), (2, 0.5), (3, 0.4), (4, 0.3)]


def test_the_syntax_pipeline_learns_tags_heads_and_sentences():
    nlp, examples, _ = trained()
    assert syntax.evaluate(nlp, examples)["pos_acc"] == 1.0
    assert syntax.evaluate(nlp, examples)["dep_uas"] > 0.7


def test_equal_seeds_give_equal_weights_and_saving_leaves_out_the_words_that_were_met(tmp_path):
    for name in ("one", "two"):
        save(trained()[0], tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert len(files) > 5
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)
    assert "Quorix" not in spacy.load(tmp_path / "one").vocab.strings


def test_capitalised_documents_keep_their_tree():
    doc = syntax.capitalised(to_docs([SENTENCE], syntax.make_pipeline().vocab)[0])
    assert doc.text == "We run Quorix. "
    assert [t.head.i for t in doc] == [1, 1, 1, 1]

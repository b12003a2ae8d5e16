"""Tagger, sentence splitter and parser for abstracts, from a Universal Dependencies treebank.

The pipeline reads the tokens of ``kg.extract.sentences``: training aligns the treebank's words with them.
``token.pos_`` holds the UPOS tag, ``token.dep_`` the UD relation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from kg.extract.sentences import blank
from kg.train.pipeline import Plan, Scores, fit, listener, tok2vec
from kg.train.treebank import read_treebank, to_docs

ROWS = (5000, 1000, 2500, 2500)
PLAN = Plan(epochs=8, patience=2, learning_rate=0.002, first_batch=300, last_batch=1500)
_TITLES = 8
_WEIGHTS = {"pos_acc": 0.4, "dep_las": 0.5, "sents_f": 0.1}


def make_pipeline() -> Language:
    """Return an untrained pipeline: shared vectors, tagger, sentence splitter, parser."""
    nlp = blank()
    nlp.add_pipe("tok2vec", config={"model": tok2vec(rows=ROWS)})
    head = {"@architectures": "spacy.Tagger.v2", "nO": None, "normalize": False, "tok2vec": listener()}
    nlp.add_pipe("morphologizer", name="tagger", config={"model": head})
    nlp.add_pipe("senter", config={"model": head})
    nlp.add_pipe("parser", config={"model": {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "parser", "extra_state_tokens": False,
        "hidden_width": 64, "maxout_pieces": 2, "use_upper": True, "nO": None, "tok2vec": listener()}})
    return nlp


def settings(plan: Plan = PLAN) -> dict[str, Any]:
    """Return what decides the weights besides the data."""
    return {"plan": asdict(plan), "hash rows": list(ROWS), "stopping": dict(_WEIGHTS)}


def examples(nlp: Language, path: Path, *, titles: bool = False) -> list[Example]:
    """Return a treebank file as examples on the pipeline's own tokens.

    With ``titles`` one document in eight comes a second time with its words as titles print them, so that capitals
    alone do not make a name.
    """
    references = to_docs(read_treebank(path), nlp.vocab)
    if titles:
        references += [capitalised(doc) for doc in references[::_TITLES]]
    return [Example(nlp.make_doc(doc.text), doc) for doc in references]


def capitalised(doc: Doc) -> Doc:
    """Return a document whose words of four and more letters begin with a capital."""
    words = [t.text[:1].upper() + t.text[1:] if len(t) > 3 else t.text for t in doc]
    return Doc(doc.vocab, words=words, spaces=[bool(t.whitespace_) for t in doc], pos=[t.pos_ for t in doc],
               heads=[t.head.i for t in doc], deps=[t.dep_ for t in doc], sent_starts=[t.is_sent_start for t in doc])


def evaluate(nlp: Language, held_out: Sequence[Example]) -> Scores:
    """Return ``pos_acc``, ``dep_uas``, ``dep_las`` and ``sents_f`` (0 to 1) on examples, whose predictions it sets."""
    scores = nlp.evaluate([Example(nlp.make_doc(e.reference.text), e.reference) for e in held_out])
    return {key: float(scores[key]) for key in ("pos_acc", "dep_uas", "dep_las", "sents_f")}


def train(training: Path, development: Path, plan: Plan = PLAN, *,
          report: Callable[[int, float, float], None] | None = None) -> Language:
    """Fit the pipeline on one split of a treebank; the epoch that is best on another is kept."""
    nlp = make_pipeline()
    held_out = examples(nlp, development)

    def score(current: Language) -> float:
        scores = evaluate(current, held_out)
        return sum(weight * scores[key] for key, weight in _WEIGHTS.items())

    fit(nlp, examples(nlp, training, titles=True), score, plan, report=report)
    return nlp

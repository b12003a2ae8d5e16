"""The weights that ship load by themselves and read a sentence with invented names."""

from pathlib import Path

import spacy

import kg

WEIGHTS = Path(kg.__file__).parent / "extract" / "weights"


def test_the_parser_finds_who_does_what():
    doc = spacy.load(WEIGHTS / "syntax")("We propose a new system for serving models.")
    verb = next(t for t in doc if t.text == "propose")
    assert verb.pos_ == "VERB"
    assert {(t.text, t.dep_) for t in verb.children} >= {("We", "nsubj"), ("system", "obj")}
    assert len(list(doc.sents)) == 1

"""What components write on a spaCy ``Doc`` for the ones after them.

``doc.text`` is ``paper.text``, so that token offsets (``token.idx``) are offsets into it. Each extension is
an immutable tuple that the named component sets as a whole:

    kg_entities     tuple[Entity, ...]      sorted by first mention
    kg_introduces   tuple[Relation, ...]    subject ``PAPER``, main artefact first
    kg_quantities   tuple[Quantity, ...]    sorted by start, never overlapping
    kg_relations    tuple[Relation, ...]
    kg_results      tuple[Result, ...]      sorted by start
    kg_unresolved   tuple[Unresolved, ...]  numbers that gave no result, with the reason
    kg_code         tuple[Mention, ...]     links to code and project pages
    kg_notes        tuple[str, ...]         what was odd about the text
"""

from __future__ import annotations

from spacy.tokens import Doc

SURE = 0.7
"""Probability that the paper introduces an artefact from which what is said of the authors' work is said of it.

Below, relations and results that name no subject are the paper's.
"""

EXTENSIONS = ("kg_entities", "kg_introduces", "kg_quantities", "kg_relations", "kg_results", "kg_unresolved",
              "kg_code", "kg_notes")


def register() -> None:
    """Register the extensions on ``Doc``; calling it again changes nothing."""
    for name in EXTENSIONS:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=())

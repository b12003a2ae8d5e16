from kg.extract.sentences import blank
from kg.train.annotations import annotate

RECORD = {
    "id": "a", "title": "Quorix serves",
    "text": "Quorix serves\n\nQuorix Pro runs on GPUs; GPU clusters wait. Quorixes do not.",
    "entities": [{"type": "System", "name": "Quorix", "mentions": ["Quorix"]},
                 {"type": "Model", "name": "Quorix Pro", "mentions": ["Quorix Pro"]},
                 {"type": "Hardware", "name": "GPU", "mentions": ["GPUs"]}],
    "ignore": ["GPU", "Quorix"],
}


def found(doc):
    return [(e.text, e.label_) for e in doc.ents]


def test_every_occurrence_is_set_and_the_longest_wins():
    doc = annotate(blank(), RECORD)
    assert found(doc) == [("Quorix", "System"), ("Quorix Pro", "Model"), ("GPUs", "Hardware")]


def test_ignored_strings_are_neither_positive_nor_negative():
    doc = annotate(blank(), RECORD)
    assert [t.text for t in doc if not t.ent_iob] == ["GPU"]
    assert next(t for t in doc if t.text == "clusters").ent_iob_ == "O"


def test_strict_annotation_teaches_that_ignored_strings_are_no_names():
    doc = annotate(blank(), RECORD, strict=True)
    assert found(doc) == found(annotate(blank(), RECORD))
    assert all(t.ent_iob for t in doc)

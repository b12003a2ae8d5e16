from kg.extract.sentences import blank
from kg.train.annotations import annotate, tokens_record

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


def test_only_known_labels_judge_a_token_level_record():
    record = {"tokens": ["parsing", "on", "Quorbank", "with", "accuracy"],
              "entities": [{"start": 0, "end": 1, "label": "TASK"}, {"start": 2, "end": 3, "label": "DATASET"},
                           {"start": 4, "end": 5, "label": "MISC"}]}
    doc = tokens_record(blank(), record, {"DATASET": "Dataset"}, unknown=("MISC",))
    assert found(doc) == [("Quorbank", "Dataset")]
    assert [t.ent_iob_ for t in doc] == ["O", "", "B", "", ""]

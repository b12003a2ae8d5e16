import gzip
import json

import pytest

from kg.extract.sentences import blank
from kg.train.vectors import load_vectors, train_vectors, write_corpus

RECORDS = [{"id": "1", "title": "Quorix", "abstract": "We serve $2\\times$ faster."},
           {"id": "1", "title": "Quorix", "abstract": "Again."},
           {"id": "2", "title": None, "abstract": "On GPUs."}]


def test_a_text_is_one_line_of_tokens_and_counts_once(tmp_path):
    source = tmp_path / "a.jsonl.gz"
    with gzip.open(source, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in RECORDS)
    assert write_corpus([source, source], tmp_path / "corpus") == 2
    assert (tmp_path / "corpus").read_text(encoding="utf-8").splitlines() == [
        "Quorix ¶ We serve 2× faster .", "¶ On GPUs ."]


def test_unknown_names_have_vectors_and_training_repeats(tmp_path):
    pytest.importorskip("floret")
    corpus = tmp_path / "corpus"
    corpus.write_text("Quorix serves models on GPUs faster than Vexal does .\n" * 300, encoding="utf-8")
    for name in ("a", "b"):
        train_vectors(corpus, tmp_path / name, width=8, rows=50, epochs=1)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    nlp = blank()
    load_vectors(nlp, tmp_path / "a")
    assert nlp.vocab["Quorixette"].vector.any()
    assert abs(nlp.vocab.vectors.data).mean() == pytest.approx(0.5, rel=1e-3)

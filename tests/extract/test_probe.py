from pathlib import Path

import numpy as np

from kg.extract.candidates import Candidate
from kg.extract.encoder import WIDTH
from kg.extract.probe import OUTCOMES, SIZE, Probe, candidate_vectors
from kg.ontology import CLASSES


def probe() -> Probe:
    random = np.random.default_rng(0)
    inner, outer = random.normal(size=(2, SIZE, 4)), random.normal(size=(2, 4, len(OUTCOMES)))
    parts = [np.zeros(SIZE), np.ones(SIZE), inner, np.zeros((2, 4)), outer, np.zeros((2, len(OUTCOMES)))]
    return Probe(*(np.asarray(p).astype(np.float16).astype(np.float32) for p in parts))


def test_what_is_read_of_a_candidate() -> None:
    vectors = np.arange(4, dtype=np.float32)[:, None].repeat(WIDTH, axis=1)
    rows = candidate_vectors(vectors, [Candidate({"a"}, [(1, 3)]), Candidate({"b"}, [(0, 1), (3, 4)])])
    assert rows.shape == (2, SIZE)
    assert rows[0, ::WIDTH].tolist() == [1.5, 0.0, 3.0, 1.0, 2.0]
    assert rows[1, ::WIDTH].tolist() == [1.5, 1.0, 0.5, 1.5, 1.5]
    assert candidate_vectors(vectors, []).shape == (0, SIZE)


def test_probabilities_of_the_classes_sum_to_one_and_hold_the_introduced_ones() -> None:
    chances = probe().probabilities(np.random.default_rng(1).normal(size=(5, SIZE)).astype(np.float32))
    assert chances.shape == (5, 2 + len(CLASSES))
    assert np.allclose(chances[:, :-1].sum(axis=1), 1, atol=1e-5)
    assert (chances[:, -1] <= 1 - chances[:, 0] + 1e-6).all()


def test_saved_and_loaded_a_probe_says_the_same(tmp_path: Path) -> None:
    rows = np.random.default_rng(2).normal(size=(3, SIZE)).astype(np.float32)
    for name in ("a", "b"):
        probe().save(tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert np.array_equal(Probe.load(tmp_path / "a.npz").probabilities(rows), probe().probabilities(rows))

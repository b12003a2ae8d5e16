import numpy as np
import pytest

pytest.importorskip("sklearn")

from kg.extract.probe import OUTCOMES, SIZE
from kg.train.probe import fit_probe


def test_a_probe_learns_what_its_vectors_show_and_equal_inputs_give_equal_weights() -> None:
    random = np.random.default_rng(0)
    outcomes = random.integers(0, 3, size=300)
    rows = (0.1 * random.normal(size=(300, SIZE))).astype(np.float32)
    rows[np.arange(300), outcomes] += 2.0
    probe, again = fit_probe(rows, outcomes), fit_probe(rows, outcomes)
    assert (probe.probabilities(rows)[:, :3].argmax(axis=1) == outcomes).mean() > 0.95
    assert probe.probabilities(rows)[:, 3:7].max() < 0.01
    assert all(np.array_equal(a, b) for a, b in zip(vars(probe).values(), vars(again).values(), strict=True))
    assert probe.outer.shape[-1] == len(OUTCOMES)


def test_two_outcomes_are_enough() -> None:
    random = np.random.default_rng(1)
    outcomes = random.integers(0, 2, size=200)
    rows = (0.1 * random.normal(size=(200, SIZE))).astype(np.float32)
    rows[:, 0] += 2.0 * outcomes
    assert (fit_probe(rows, outcomes).probabilities(rows)[:, 1].round() == outcomes).mean() > 0.95

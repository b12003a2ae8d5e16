"""Training of the probe that reads the encoder's vectors (``kg.extract.probe``)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extract.probe import OUTCOMES, Probe

_NETWORKS = 3
_SETTINGS: dict[str, Any] = {"hidden_layer_sizes": (64,), "alpha": 2.0, "max_iter": 16, "learning_rate_init": 5e-4,
                             "batch_size": 128}
_LEAST_SCALE = 1e-3


def fit_probe(rows: npt.NDArray[np.float32], outcomes: npt.NDArray[np.int64]) -> Probe:
    """Fit a probe; equal inputs give equal weights.

    Args:
        rows: what is read of each candidate, shape (candidates, SIZE).
        outcomes: index of the outcome of each candidate in ``OUTCOMES``.
    """
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST_SCALE)
    standard = (rows - mean) / scale
    networks = [_network(standard, outcomes, number) for number in range(_NETWORKS)]
    inner, inner_bias, outer, outer_bias = (np.stack(part).astype(np.float16).astype(np.float32)
                                            for part in zip(*networks, strict=True))
    return Probe(_half(mean), _half(scale), inner, inner_bias, outer, outer_bias)


def _half(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Round to half precision, in which probes are stored."""
    return values.astype(np.float16).astype(np.float32)


def _network(rows: npt.NDArray[np.float32], outcomes: npt.NDArray[np.int64], number: int
             ) -> tuple[npt.NDArray[Any], ...]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is what keeps it from over-fitting
        model = MLPClassifier(random_state=number, **_SETTINGS).fit(rows, outcomes)
    hidden = model.coefs_[0].shape[1]
    outer, bias = np.zeros((hidden, len(OUTCOMES))), np.full(len(OUTCOMES), -1e4)
    if len(model.classes_) == 2:  # one score then stands for the second of the two
        outer[:, model.classes_[1]], bias[model.classes_[1]] = model.coefs_[1][:, 0], model.intercepts_[1][0]
        bias[model.classes_[0]] = 0.0
    else:
        outer[:, model.classes_], bias[model.classes_] = model.coefs_[1], model.intercepts_[1]
    return model.coefs_[0], model.intercepts_[0], outer, bias

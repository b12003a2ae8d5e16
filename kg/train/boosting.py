"""From scikit-learn's histogram gradient boosting to the arrays that run without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extract.boosting import Boosted


def convert(model: Any, names: Sequence[str]) -> Boosted:
    """Return a fitted ``HistGradientBoostingClassifier`` as arrays; categorical splits are not supported."""
    roots: list[list[int]] = []
    nodes: list[npt.NDArray[Any]] = []
    for trees in model._predictors:
        row = []
        for tree in trees:
            offset = sum(len(table) for table in nodes)
            table = tree.nodes.copy()
            leaf = table["is_leaf"].astype(bool)
            own = np.arange(len(table))
            table["left"] = np.where(leaf, own, table["left"]) + offset
            table["right"] = np.where(leaf, own, table["right"]) + offset
            table["feature_idx"] = np.where(leaf, 0, table["feature_idx"])
            nodes.append(table)
            row.append(offset)
        roots.append(row)
    table = np.concatenate(nodes)
    return Boosted(
        names=tuple(names),
        roots=np.array(roots, dtype=np.int32), column=table["feature_idx"].astype(np.int32),
        threshold=table["num_threshold"].astype(np.float32), left=table["left"].astype(np.int32),
        right=table["right"].astype(np.int32), missing_left=table["missing_go_to_left"].astype(bool),
        value=table["value"].astype(np.float32),
        start=np.asarray(model._baseline_prediction, dtype=np.float32).reshape(-1))

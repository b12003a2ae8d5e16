"""The weights of the finder of results, from annotated abstracts.

Each head is a conditional log-linear model with a Gaussian prior, fitted by L-BFGS from zero: the objective is convex, so that equal
data give equal weights up to the precision that is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from kg.evaluate import fold, fold_unit
from kg.extract.result_candidates import NOTHING, OWN, Candidate, baselines, conditions, metrics, subjects
from kg.extract.result_features import Site, direction, limit, outcome, sites
from kg.extract.result_model import ResultModel
from kg.extract.result_scene import METRIC, Scene
from kg.extract.results import BOUNDS, CHANGES, is_low, labelled, main_subject
from kg.model import PAPER
from kg.text import repair

Record = Mapping[str, Any]
PRIORS = {"outcome": 1.0, "metric": 1.0, "subject": 1.0, "change": 1.0, "bound": 1.0, "baseline": 1.0, "condition": 1.0}
_MIN_COUNT = 2
_DIGITS = 3


@dataclass
class Decisions:
    """Training data by head: candidates' features and the index of the right one."""

    heads: dict[str, list[tuple[list[Sequence[str]], int]]] = field(default_factory=dict)

    def add(self, head: str, candidates: list[Sequence[str]], right: int) -> None:
        """Add one decision."""
        self.heads.setdefault(head, []).append((candidates, right))


def train(examples: Iterable[tuple[Scene, Record]]) -> ResultModel:
    """Return the model fitted on scenes and their gold records; every head that has no data is left out."""
    decisions = Decisions()
    for scene, record in examples:
        collect(scene, record, decisions)
    return ResultModel({head: fit(found, PRIORS[head]) for head, found in sorted(decisions.heads.items())})


def collect(scene: Scene, record: Record, decisions: Decisions) -> None:
    """Add the decisions of one record."""
    gold = align(scene, record)
    for site in sites(scene):
        found = gold.get(site.number)
        decisions.add("outcome", [outcome(site), ()], 0 if found else 1)
        if found:
            _parts(site, found, record, decisions)


def align(scene: Scene, record: Record) -> dict[int, Record]:
    """Return the gold result of each number that has one: equal values and unit, inside the quote where it can be found."""
    found: dict[int, Record] = {}
    for result in record["results"]:
        fits = [s for s in sites(scene) if s.number not in found and _fits(s, result)]
        if fits:
            at = scene.text.find(repair(result["quote"]))
            size = len(repair(result["quote"]))
            inside = [s for s in fits if at <= s.quantity.start < at + size]
            found[(inside or fits)[0].number] = result
    return found


def _fits(site: Site, result: Record) -> bool:
    quantity = site.quantity
    low, high = sorted((quantity.low, quantity.high))
    close = abs(low - result["low"]) < 1e-4 and abs(high - result["high"]) < 1e-4  # noqa: PLR2004
    return close and (not quantity.unit or fold_unit(quantity.unit) == fold_unit(result["unit"]))


def _parts(site: Site, result: Record, record: Record, decisions: Decisions) -> None:
    names = _resolver(site.scene, record)
    _choice(decisions, "metric", metrics(site), lambda c: fold(c.value) == fold(result["metric"]) or names.get(c.value) == result["metric"])
    owned = {*record["introduces"], PAPER}
    wanted = result["subject"]
    about = subjects(site)
    _choice(decisions, "subject", about, lambda c: names.get(c.value) == wanted, default=OWN if wanted in owned else None)
    change = direction(site, result["metric"], low=is_low(site.scene, result["metric"]))
    decisions.add("change", [labelled(c, change) for c in CHANGES], CHANGES.index(result["change"]))
    bound = limit(site)
    decisions.add("bound", [labelled(b, bound) for b in BOUNDS], BOUNDS.index(result["bound"]))
    _baseline(site, result, names, decisions)
    subject = next((n for n, g in names.items() if g == wanted), main_subject(site.scene))
    against = result["baseline"]
    against = next((n for n, g in names.items() if g == against), against)
    for candidate in conditions(site, subject, against):
        right = names.get(candidate.value) in result["conditions"]
        decisions.add("condition", [candidate.features, ()], 0 if right else 1)


def _resolver(scene: Scene, record: Record) -> dict[str, str]:
    """Return the gold name of each entity that is in the gold."""
    gold: dict[str, str] = {}
    for entity in record["entities"]:
        for form in (entity["name"], *entity["mentions"]):
            gold.setdefault(fold(repair(form)), entity["name"])
    found: dict[str, str] = {}
    for entity in scene.entities:
        for form in (entity.name, *(m.text for m in entity.mentions)):
            if fold(form) in gold:
                found.setdefault(entity.name, gold[fold(form)])
    return found


def _choice(decisions: Decisions, head: str, candidates: Sequence[Candidate], is_right: Any, *, default: str | None = None) -> None:
    right = next((n for n, c in enumerate(candidates) if is_right(c)), None)
    if right is None and default is not None:
        right = next((n for n, c in enumerate(candidates) if c.value == default), None)
    if right is not None and len(candidates) > 1:
        decisions.add(head, [c.features for c in candidates], right)


def _baseline(site: Site, result: Record, names: Mapping[str, str], decisions: Decisions) -> None:
    wanted, candidates = result["baseline"], baselines(site)
    if wanted is None:
        right: int | None = next(n for n, c in enumerate(candidates) if c.value == NOTHING)
    else:
        scores = [_overlap(c.value, wanted, names) if c.value != NOTHING else 0.0 for c in candidates]
        top = max(range(len(scores)), key=lambda n: (scores[n], -n))
        right = top if scores[top] >= 0.5 else None  # noqa: PLR2004
    if right is not None:
        decisions.add("baseline", [c.features for c in candidates], right)


def _overlap(found: str, wanted: str, names: Mapping[str, str]) -> float:
    if names.get(found) == wanted:
        return 2.0
    words, other = (set(map(fold, w.replace(",", " ").split())) for w in (found, repair(wanted)))
    return len(words & other) / max(len(words), len(other), 1)


def fit(decisions: Sequence[tuple[list[Sequence[str]], int]], prior: float) -> dict[str, float]:
    """Return the weights of one head: features seen at least twice, weights that round to nothing left out."""
    counts = Counter(f for candidates, _ in decisions for features in candidates for f in set(features))
    index = {f: n for n, f in enumerate(sorted(f for f, c in counts.items() if c >= _MIN_COUNT))}
    rows, columns, starts, right = [], [], [0], []
    row = 0
    for candidates, answer in decisions:
        right.append(row + answer)
        for features in candidates:
            known = [index[f] for f in features if f in index]
            rows += [row] * len(known)
            columns += known
            row += 1
        starts.append(row)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(row, len(index)))
    weights = _solve(matrix, np.array(starts), np.array(right), prior)
    return {f: w for f, n in index.items() if (w := round(float(weights[n]), _DIGITS))}


def _solve(matrix: Any, starts: Any, right: Any, prior: float) -> Any:
    """Minimise the negative log-likelihood of the right candidates plus the prior."""
    group = np.repeat(np.arange(len(starts) - 1), np.diff(starts))

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        top = np.maximum.reduceat(scores, starts[:-1])
        powers = np.exp(scores - top[group])
        totals = np.add.reduceat(powers, starts[:-1])
        chances = powers / totals[group]
        value = float(-(scores[right] - top - np.log(totals)).sum() + 0.5 * prior * weights @ weights)
        chances[right] -= 1.0
        return value, matrix.T @ chances + prior * weights

    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300, "maxfun": 400})
    return found.x


__all__ = ["METRIC", "Decisions", "align", "collect", "fit", "train"]

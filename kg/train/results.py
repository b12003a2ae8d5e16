"""The weights of the finder of results, from annotated abstracts.

Each head is a conditional log-linear model with a Gaussian prior, fitted by L-BFGS from zero: the objective is convex,
so that equal data give equal weights up to the precision that is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.evaluate import fold, fold_unit
from kg.extract.result_baselines import baselines
from kg.extract.result_candidates import NOTHING, Candidate
from kg.extract.result_features import direction, limit, outcome
from kg.extract.result_metrics import metrics
from kg.extract.result_model import ResultModel
from kg.extract.result_scene import Scene
from kg.extract.result_sites import Parts, Site, sites
from kg.extract.result_subjects import OWN, conditions, main_subject, subjects
from kg.extract.results import BOUNDS, CHANGES, is_low, labelled
from kg.model import PAPER
from kg.text import repair

Record = Mapping[str, Any]
PRIORS = {"outcome": 3.0, "metric": 1.5, "subject": 3.0, "change": 2.0, "bound": 2.0, "baseline": 3.0,
          "condition": 5.0}
NAMED = 3
"""How often a result of what is not the paper's counts: they are few, and each is worth as much to a reader."""
_MIN_COUNT = 2
_DIGITS = 3
_LEAST = 0.02


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
    names = {gold_name: name for name, gold_name in reversed(_resolver(scene, record).items())}
    past: list[tuple[Site, Parts]] = []
    for bare in sites(scene):
        site = replace(bare, past=past)
        found = gold.get(site.number)
        decisions.add("outcome", [outcome(site), ()], 0 if found else 1)
        if found:
            _parts(site, found, record, decisions)
            past = [*past, (site, _known(found, names, scene))]


def _known(result: Record, names: Mapping[str, str], scene: Scene) -> Parts:
    """Return the parts of a gold result under the names of the scene."""
    def local(name: str | None) -> str:
        return names.get(name or "", name or "")

    subject = main_subject(scene) if result["subject"] == PAPER else local(result["subject"])
    return Parts(local(result["metric"]), subject, result["change"], result["bound"], local(result["baseline"]),
                 frozenset(map(local, result["conditions"])))


def align(scene: Scene, record: Record) -> dict[int, Record]:
    """Return the gold result of each number that has one: equal values and unit, inside the quote if it is found."""
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
    close = abs(low - result["low"]) < 1e-4 and abs(high - result["high"]) < 1e-4
    return close and (not quantity.unit or fold_unit(quantity.unit) == fold_unit(result["unit"]))


def _parts(site: Site, result: Record, record: Record, decisions: Decisions) -> None:
    names = _resolver(site.scene, record)
    forms = _forms(record)
    measured = (result["metric"], fold(result["metric"]))
    _choice(decisions, "metric", metrics(site),
            lambda c: (names.get(c.value) or forms.get(fold(c.value)) or fold(c.value)) in measured)
    owned = {*record["introduces"], PAPER}
    wanted = result["subject"]
    about = subjects(site)
    default = OWN if wanted in owned else None
    for _ in range(1 if wanted in owned else NAMED):
        _choice(decisions, "subject", about, lambda c: names.get(c.value) == wanted, default=default)
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
    gold = _forms(record)
    found: dict[str, str] = {}
    for entity in scene.entities:
        for form in (entity.name, *(m.text for m in entity.mentions)):
            if fold(form) in gold:
                found.setdefault(entity.name, gold[fold(form)])
    return found


def _forms(record: Record) -> dict[str, str]:
    """Return the gold name of each folded form."""
    gold: dict[str, str] = {}
    for entity in record["entities"]:
        for form in (entity["name"], *entity["mentions"]):
            gold.setdefault(fold(repair(form)), entity["name"])
    return gold


def _choice(decisions: Decisions, head: str, candidates: Sequence[Candidate], is_right: Callable[[Candidate], bool], *,
            default: str | None = None) -> None:
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
        right = top if scores[top] >= 0.5 else None
    if right is not None:
        decisions.add("baseline", [c.features for c in candidates], right)


def _overlap(found: str, wanted: str, names: Mapping[str, str]) -> float:
    if names.get(found) == wanted:
        return 2.0
    words, other = (set(map(fold, w.replace(",", " ").split())) for w in (found, repair(wanted)))
    return len(words & other) / max(len(words), len(other), 1)


def fit(decisions: Sequence[tuple[list[Sequence[str]], int]], prior: float) -> dict[str, float]:
    """Return the weights of one head: features seen at least twice, weights that hardly count left out."""
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
    return {f: round(float(weights[n]), _DIGITS) for f, n in index.items() if abs(weights[n]) >= _LEAST}


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

    start = np.zeros(matrix.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "maxfun": 400}).x


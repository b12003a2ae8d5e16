"""Results: each outcome number with what was measured, on what, against what and under which conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.tokens import Doc

from kg.extract.result_baselines import baselines
from kg.extract.result_candidates import NOTHING, Candidate
from kg.extract.result_features import direction, limit, outcome
from kg.extract.result_metrics import metrics
from kg.extract.result_model import ResultModel, load
from kg.extract.result_scene import METRIC, ResultWords, Scene, scene_of
from kg.extract.result_sites import Parts, Site, nearest, sites
from kg.extract.result_subjects import OWN, conditions, main_subject, subjects
from kg.extract.units import RATIO
from kg.model import Bound, Change, Evidence, Result, Unresolved
from kg.ontology import Ontology

CHANGES: tuple[Change, ...] = ("decrease", "increase", "value")
BOUNDS: tuple[Bound, ...] = ("approx", "exact", "max", "mean", "min")
WEIGHTS = Path(__file__).parent / "weights" / "results" / "results.json"
RULE = "result-model"
PHRASE = 0.8
"""Confidence in a metric that no entity names; out of fold the confidences fit the figures best so."""
_DOUBTFUL = 0.25
_HALF = 0.5
_QUOTE_REACH = 120
_VERB = 0.5
"""Least probability that a number which is a verb (*halves*) is an outcome where its object is a metric."""
_OBJECT_REACH = 3
"""Words that lie at most between such a verb and its object."""


@dataclass(frozen=True)
class Lexicon:
    """What the finder of results knows: word lists, weights, the probability from which a number is an outcome.

    A change said in a word (*halves*, *twofold*) is seldom a set-up number and rare in training, so it needs less.
    """

    words: ResultWords
    model: ResultModel
    threshold: float = 0.5
    word_threshold: float = 0.4


def find_results(doc: Doc, *, lexicon: Lexicon) -> tuple[tuple[Result, ...], tuple[Unresolved, ...]]:
    """Return the results of a document, sorted by start, and every other number with the reason.

    Sentences, entities, introductions and quantities must be set. A document without numbers gives neither. Of a
    ``from-to``, ``low`` is the smaller number: ``change`` tells the way.
    """
    return results_of(scene_of(doc, lexicon.words), lexicon)


def results_of(scene: Scene, lexicon: Lexicon) -> tuple[tuple[Result, ...], tuple[Unresolved, ...]]:
    """Return the results and the unresolved numbers of a scene, each sorted by start."""
    results: list[Result] = []
    unresolved: list[Unresolved] = []
    past: list[tuple[Site, Parts]] = []
    for bare in sites(scene):
        site = replace(bare, past=past)
        chance = max(lexicon.model.chance("outcome", outcome(site)), _VERB if _changes_metric(site) else 0.0)
        in_words = not any(c.isdigit() for c in site.quantity.raw)
        if chance >= (lexicon.word_threshold if in_words else lexicon.threshold):
            result = _result(site, chance, lexicon.model)
            results.append(result)
            past = [*past, (site, _parts(result))]
        else:
            quantity = site.quantity
            reason = "may be an outcome" if chance >= _DOUBTFUL else "taken for a set-up number"
            unresolved.append(Unresolved(quantity.start, quantity.end, f"{reason} ({1 - chance:.0%} sure it is none)"))
    return tuple(results), tuple(unresolved)


def best(model: ResultModel, head: str, candidates: Sequence[Candidate]) -> tuple[Candidate, float]:
    """Return the most probable candidate, the first among equals, and its probability."""
    chances = model.chances(head, [c.features for c in candidates])
    at = max(range(len(chances)), key=lambda n: (chances[n], -n))
    return candidates[at], chances[at]


def among(model: ResultModel, head: str, labels: Sequence[str], features: Sequence[str]) -> tuple[int, float]:
    """Return the index of the most probable label and its probability."""
    chances = model.chances(head, [labelled(label, features) for label in labels])
    at = max(range(len(chances)), key=lambda n: (chances[n], -n))
    return at, chances[at]


def labelled(label: str, features: Sequence[str]) -> list[str]:
    """Return features as those of one label."""
    return [f"{label}|{f}" for f in features]


def _parts(result: Result) -> Parts:
    return Parts(result.metric, result.subject, result.change, result.bound, result.baseline or NOTHING,
                 frozenset(result.conditions))


def _result(site: Site, chance: float, model: ResultModel) -> Result:
    scene, quantity = site.scene, site.quantity
    metric, sure_metric = best(model, "metric", metrics(site))
    subject, sure_subject = best(model, "subject", subjects(site))
    low = is_low(scene, metric.value)
    change, sure_change = among(model, "change", CHANGES, direction(site, metric.value, low=low))
    bound, _ = among(model, "bound", BOUNDS, limit(site))
    about = subject.value if subject.value != OWN else main_subject(scene)
    against, _ = best(model, "baseline", [c for c in baselines(site) if c.value != about])
    holds = [c.value for c in conditions(site, about, against.value or None)
             if model.chance("condition", c.features) > _HALF]
    start, end = _span(site, metric)
    sure = round(chance * sure_metric * sure_subject * sure_change * _sure_of_name(scene, metric.value), 3)
    return Result(
        subject=about, metric=metric.value, low=min(quantity.low, quantity.high), high=max(quantity.low, quantity.high),
        unit=RATIO if not quantity.unit and metric.value in scene.words.speedup else quantity.unit,
        change=_spelled_change(site) or CHANGES[change], bound=BOUNDS[bound], form=quantity.form, raw=quantity.raw,
        evidence=Evidence(start, end, RULE, sure), baseline=against.value or None,
        conditions=tuple(holds))


def _sure_of_name(scene: Scene, metric: str) -> float:
    """Return how sure it is that a metric is one: as its entity is, less where no entity has that name."""
    ref = scene.by_name.get(metric)
    return PHRASE if ref is None else scene.entities[ref].confidence


def _changes_metric(site: Site) -> bool:
    """Tell whether a number is a verb whose object is a metric (*halves memory usage*): an outcome by its grammar.

    There are too few of them in training to learn that.
    """
    metric = nearest(site.sentence, site.place, METRIC, 1)
    return _spelled_change(site) is not None and 0 <= metric <= _OBJECT_REACH


def _spelled_change(site: Site) -> Change | None:
    """Return the change that a number states which is itself a verb (doubles, halves); None for any other."""
    classes = site.scene.words.classes.get(site.quantity.raw.lower(), ())
    return "increase" if "UP" in classes else "decrease" if "DOWN" in classes else None


def is_low(scene: Scene, metric: str) -> bool:
    """Whether the metric of that name is better when it is lower."""
    ref = scene.by_name.get(metric)
    return scene.is_low(metric, scene.entities[ref].concept if ref is not None else None)


def _span(site: Site, metric: Candidate) -> tuple[int, int]:
    """Return the shortest span that holds the number with its bound, and its metric where that is near."""
    quantity = site.quantity
    start, end = quantity.bound_start, quantity.end
    near = (abs(metric.start - quantity.start) <= _QUOTE_REACH
            and site.sentence.start <= metric.start < site.sentence.end)
    return (min(start, metric.start), max(end, metric.end)) if near else (start, end)


def _model(path: Path) -> ResultModel:
    return load(path)


class ResultFinder:
    """Sets ``kg_results`` and ``kg_unresolved`` of a document.

    Raises:
        InputError: the weights are missing or damaged.
    """

    def __init__(self, ontology: Ontology, weights: Path = WEIGHTS) -> None:
        self._lexicon = Lexicon(ResultWords.from_ontology(ontology), _model(weights))

    def __call__(self, doc: Doc) -> Doc:
        """Find the results of ``doc``."""
        doc._.kg_results, doc._.kg_unresolved = find_results(doc, lexicon=self._lexicon)
        return doc

"""Fit the weights of the relation ranker to annotated abstracts.

One logistic decision a predicate (scikit-learn, liblinear: no randomness, so that equal data give equal bytes). The
threshold of each predicate is the one that gives the best F1 on abstracts which the weights have not seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from kg.extract.document import register
from kg.extract.relation_features import Features, Pair
from kg.extract.relation_scene import Scene, scene_of
from kg.extract.relation_weights import Ranker, Rankers
from kg.extract.relations import RelationFinder
from kg.extract.sentences import SentenceSplitter, blank
from kg.interchange import Record, from_record
from kg.model import PAPER, Extraction, Relation
from kg.ontology import Ontology

FOLDS = 5
_LEAST = 3
"""Examples that a predicate must have to be learnt."""
_SUPPORT = {"own": 3, "named": 6}
"""Pairs that a feature must hold for to be learnt."""
_STRENGTH = {"own": 0.1, "named": 0.05}
"""Inverse of the regularisation."""
_CAUTION = {"own": 1.0, "named": 0.5}
"""Weight of recall against precision in the choice of thresholds (beta of F-beta)."""
_PLAIN = 2.0
"""How much less a feature that names no word is held back than one that does."""
_NEGLIGIBLE = 0.025
"""Weights below are left out of the file."""
_LEAST_CHANCE = 0.1
"""Least threshold."""
_NEVER = 1.0
"""Threshold of a predicate that is never better said than left out."""


_WORDLESS = frozenset({"kin", "new", "zone", "zones", "subject", "own", "cls", "kinds", "order"})
"""Kinds of features that name no word of the text."""


@dataclass(frozen=True)
class Example:
    """One abstract: its scene, the pairs of each kind and, beside each pair, the predicates that hold."""

    scene: Scene
    pairs: Mapping[str, Sequence[Pair]]
    labels: Mapping[str, Sequence[frozenset[str]]]
    gold: frozenset[tuple[str, str, str]]


def _docs(extractions: Iterable[Extraction], ontology: Ontology) -> list[Doc]:
    register()
    nlp, split = blank(), SentenceSplitter(ontology)
    docs = []
    for extraction in extractions:
        doc = split(nlp(extraction.paper.text))
        doc._.kg_entities, doc._.kg_introduces = extraction.entities, extraction.introduces
        docs.append(doc)
    return docs


def examples(records: Iterable[Record], ontology: Ontology) -> list[Example]:
    """Return one example a record, in their order."""
    features = Features(ontology)
    level = frozenset(p.name for p in ontology.relations() if p.paper_level)
    extractions = [from_record(record) for record in records]
    return [
        _example(scene_of(doc, features.own), features, extraction.relations, level)
        for doc, extraction in zip(_docs(extractions, ontology), extractions, strict=True)
    ]


def _example(scene: Scene, features: Features, relations: Iterable[Relation], level: frozenset[str]) -> Example:
    stated: dict[tuple[str, str], set[str]] = defaultdict(set)
    for relation in relations:
        stated[relation.subject, relation.object].add(relation.predicate)
    new = {scene.entities[index].name for index in scene.new}
    gold = frozenset(
        (PAPER if r.subject in new and r.predicate in level else r.subject, r.predicate, r.object) for r in relations
    )
    pairs = dict(zip(("own", "named"), features.pairs(scene), strict=True))
    labels = {
        "own": [_own_labels(pair, scene, stated, new, level) for pair in pairs["own"]],
        "named": [_named_labels(pair, scene, stated, new, level) for pair in pairs["named"]],
    }
    return Example(scene, pairs, labels, gold)


def _own_labels(
    pair: Pair, scene: Scene, stated: Mapping[tuple[str, str], set[str]], new: set[str], level: frozenset[str]
) -> frozenset[str]:
    """Return the predicates of a pair; what an experiment shows of one new artefact is said of the work."""
    target = scene.entities[pair.object].name
    own = {p for subject in (PAPER, scene.subject) for p in stated.get((subject, target), ())}
    return frozenset(own | {p for subject in new for p in stated.get((subject, target), ()) if p in level})


def _named_labels(
    pair: Pair, scene: Scene, stated: Mapping[tuple[str, str], set[str]], new: set[str], level: frozenset[str]
) -> frozenset[str]:
    subject, target = scene.entities[pair.subject].name, scene.entities[pair.object].name
    return frozenset(p for p in stated.get((subject, target), ()) if not (subject in new and p in level))


@dataclass(frozen=True)
class Fitted:
    """Rankers fitted to records: ``whole`` to all, ``folds[k]`` without those at positions ``n`` of ``n % FOLDS == k``.

    The thresholds of a fold come from the chances of the others.
    """

    whole: Rankers
    folds: Sequence[Rankers]

    def find(self, found: Sequence[Example], ontology: Ontology) -> list[tuple[Relation, ...]]:
        """Return the relations of each example, by the rankers that did not see it."""
        return [RelationFinder(ontology, rankers=self.folds[n % FOLDS]).find(example.scene)
                for n, example in enumerate(found)]


def train(records: Sequence[Record], ontology: Ontology, out: Path) -> Fitted:
    """Fit the weights to annotated records and write them to ``out``; return them, with those of the folds."""
    found = examples(records, ontology)
    kinds = {kind: _fit_kind(found, kind) for kind in _STRENGTH}
    folds = [Rankers(kinds["own"][1][fold], kinds["named"][1][fold]) for fold in range(FOLDS)]
    fitted = Fitted(Rankers(kinds["own"][0], kinds["named"][0]), folds)
    fitted.whole.save(out)
    return fitted


def scores(fitted: Fitted, records: Sequence[Record], ontology: Ontology) -> dict[str, float]:
    """Return the cross-validated F1 of each predicate and, as ``relation``, of all, with gold entities, in percent."""
    found = examples(records, ontology)
    said = [_triples(example, relations, ontology)
            for example, relations in zip(found, fitted.find(found, ontology), strict=True)]
    return _f1(said, [example.gold for example in found])


def held_out(fitted: Fitted, records: Sequence[Record], found: Sequence[Record], ontology: Ontology
             ) -> list[list[dict[str, str]]]:
    """Return the relations between found entities, by weights fitted without the fold of the abstract.

    All found entities and introductions count as certain here; at run time their confidence weighs in.

    Args:
        fitted: what :func:`train` made of the records.
        records: annotated abstracts in the form of the gold files.
        found: entities and introductions that were found in each.
        ontology: classes, relations with their cues, and word lists.
    """
    merged = [{**r, "entities": f["entities"], "introduces": f["introduces"], "relations": [], "results": []}
              for r, f in zip(records, found, strict=True)]
    return [[{"subject": r.subject, "predicate": r.predicate, "object": r.object} for r in relations]
            for relations in fitted.find(examples(merged, ontology), ontology)]


def _fit_kind(found: Sequence[Example], kind: str) -> tuple[Ranker, list[Ranker]]:
    rows = [pair.features for example in found for pair in example.pairs[kind]]
    labels = [label for example in found for label in example.labels[kind]]
    folds = np.array([n % FOLDS for n, example in enumerate(found) for _ in example.pairs[kind]])
    columns = _columns(rows, _SUPPORT[kind])
    matrix = _matrix(rows, columns)
    names = sorted({p for label in labels for p in label})
    holds = {name: np.array([name in label for label in labels]) for name in names}
    models = {
        (name, fold): _fitted(matrix[folds != fold], holds[name][folds != fold], _STRENGTH[kind])
        for name in names
        for fold in range(FOLDS)
    }
    chances = {name: np.zeros(len(rows)) for name in names}
    for (name, fold), model in models.items():
        if model is not None and (folds == fold).any():
            chances[name][folds == fold] = model.predict_proba(matrix[folds == fold])[:, 1]

    def ranker(fitted: Mapping[str, Any], part: Any) -> Ranker:
        thresholds = {name: _threshold(chances[name][part], holds[name][part], _CAUTION[kind]) for name in names}
        return _ranker(fitted, columns, thresholds)

    whole = {name: _fitted(matrix, holds[name], _STRENGTH[kind]) for name in names}
    return (
        ranker(whole, np.full(len(rows), True)),
        [ranker({name: models[name, fold] for name in names}, folds != fold) for fold in range(FOLDS)],
    )


def _ranker(fitted: Mapping[str, Any], columns: Mapping[str, int], thresholds: Mapping[str, float]) -> Ranker:
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    bias = {name: float(model.intercept_[0]) for name, model in fitted.items() if model is not None}
    for name in bias:
        for feature, column in columns.items():
            weight = float(fitted[name].coef_[0, column]) * _size(feature)
            if abs(weight) >= _NEGLIGIBLE:
                weights[feature][name] = weight
    return Ranker(bias, {name: thresholds[name] for name in bias}, weights)


def _fitted(matrix: Any, holds: Any, strength: float) -> Any:
    if holds.sum() < _LEAST:
        return None
    return LogisticRegression(C=strength, solver="liblinear", max_iter=300, random_state=0).fit(matrix, holds)


def _columns(rows: Iterable[Iterable[str]], least: int) -> dict[str, int]:
    counts = Counter(feature for row in rows for feature in row)
    return {feature: at for at, feature in enumerate(sorted(f for f, n in counts.items() if n >= least))}


def _size(feature: str) -> float:
    """Return the value of a feature that holds: larger for those that stand for many words."""
    head = feature.rsplit("|", 1)[-1].split("=", 1)[0]
    return _PLAIN if "@" in head or head in _WORDLESS else 1.0


def _matrix(rows: Iterable[Iterable[str]], columns: Mapping[str, int]) -> Any:
    at, values, ends = [], [], [0]
    for row in rows:
        known = sorted((columns[f], _size(f)) for f in row if f in columns)
        at += [column for column, _ in known]
        values += [size for _, size in known]
        ends.append(len(at))
    return csr_matrix((values, at, ends), shape=(len(ends) - 1, len(columns)))


def _threshold(chances: Any, holds: Any, beta: float) -> float:
    """Return the chance from which on saying a predicate gives the best F-beta."""
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(holds[order])
    scored = (1 + beta**2) * hits / (np.arange(1, len(order) + 1) + beta**2 * holds.sum())
    if not len(order) or not scored.max() > 0:
        return _NEVER
    return float(max(chances[order][scored.argmax()], _LEAST_CHANCE))


def _triples(example: Example, relations: Iterable[Relation], ontology: Ontology) -> frozenset[tuple[str, str, str]]:
    new = {example.scene.entities[index].name for index in example.scene.new}
    return frozenset(
        (
            PAPER if r.subject in new and ontology.properties[r.predicate].paper_level else r.subject,
            r.predicate,
            r.object,
        )
        for r in relations
    )


def _f1(
    said: Sequence[frozenset[tuple[str, str, str]]], gold: Sequence[frozenset[tuple[str, str, str]]]
) -> dict[str, float]:
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for found, wanted in zip(said, gold, strict=True):
        for kind, triples in (("said", found), ("gold", wanted), ("hit", found & wanted)):
            for _, predicate, _ in triples:
                tally[predicate][kind] += 1
                tally["relation"][kind] += 1
    return {name: round(200 * t["hit"] / (t["said"] + t["gold"]), 1) for name, t in sorted(tally.items())}

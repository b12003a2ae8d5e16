"""Gold against found: which entities, introductions, relations, results and links are right.

An entity is right when its type is right and at least half of its mentions are forms of one gold
entity, after folding case, accents, punctuation, spaces and a plural s; what the gold lists under
``ignore`` is neither right nor wrong. For relations about experiments (those that the ontology marks
``kg:paperLevel``) the paper and what it introduces are one subject. Results meet on their numbers and
unit; then metric, change, subject and context are asked for, one after the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from kg.errors import EvaluationError
from kg.interchange import Record, from_record, paper_of, to_record
from kg.model import PAPER, Extraction, Paper
from kg.ontology import Ontology
from kg.scores import Count, Judgement, Scores, Verdict, reliability, row_of, rows_of, total

STAGES = ("value", "metric", "change", "full", "context")
"""What a result must get right, each stage on top of the one before it."""

_UNITS = {
    "×": "x", "times": "x", "fold": "x", "percent": "%", "pct": "%", "pp": "points", "point": "points",
    "percentagepoints": "points", "percentagepoint": "points", "sec": "s", "second": "s", "seconds": "s",
    "hour": "h", "hours": "h", "minute": "min", "minutes": "min", "milliseconds": "ms", "$": "usd", "dollars": "usd",
}
_IN, _OUT = "vocabulary/in", "vocabulary/out"


def fold(form: str) -> str:
    """Return a form without case, accents, punctuation, spaces and a plural s; it may be empty."""
    decomposed = unicodedata.normalize("NFKD", form)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    bare = re.sub(r"[^\w+@%]|_", "", plain)
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare


def fold_unit(unit: str | None) -> str:
    """Return a unit in one spelling (``tokens per second`` is ``tokens/s``); empty for None."""
    slashed = re.sub(r"(?<=\w) *\bper\b *", "/", (unit or "").casefold())
    parts = slashed.replace(" ", "").replace("-", "").split("/")
    return "/".join(_UNITS.get(part, part) for part in parts)


def vocabulary(schema: Ontology) -> frozenset[str]:
    """Return the folded labels of every concept; empty for an ontology without concepts."""
    return frozenset(fold(label) for concept in schema.concepts for label in concept.labels)


def predict(records: Iterable[Record], extract: Callable[[Paper], Extraction]) -> Iterator[dict[str, Any]]:
    """Yield what ``extract`` finds in the text of each record, as a record with the same id.

    Raises:
        EvaluationError: a record has no text.
    """
    for record in records:
        yield to_record(extract(paper_of(record)))


def predict_given(records: Iterable[Record], extract: Callable[[Extraction], Extraction],
                  schema: Ontology) -> Iterator[dict[str, Any]]:
    """Yield the relations and results that ``extract`` finds where the entities of each record are given.

    What a record says of relations and results is not given. An entity is the vocabulary's where class and name agree.

    Raises:
        EvaluationError: a record is malformed.
    """
    concepts = {(c.cls, label.casefold()): c.iri for c in reversed(schema.concepts) for label in c.labels}
    for record in records:
        known = from_record(record)
        entities = tuple(replace(e, concept=concepts.get((e.cls, e.name.casefold()))) for e in known.entities)
        names = {e.name for e in entities}
        introduces = tuple(r for r in known.introduces if r.object in names)
        yield to_record(extract(Extraction(known.paper, entities, introduces)))


def evaluate(gold: Iterable[Record], predicted: Iterable[Record], schema: Ontology) -> Scores:
    """Score records against gold records with the same ids.

    Args:
        gold: records in the form of the gold files.
        predicted: records of the same form; those whose id the gold lacks are left out.
        schema: says which relations are about experiments, and which entities are listed.

    Returns:
        The scores; a gold record without a prediction counts as all missed.

    Raises:
        EvaluationError: there is no gold record, or a record lacks a key (id and key are named).
    """
    found = {r["id"]: r for r in predicted}
    wanted = list(gold)
    if not wanted:
        raise EvaluationError("no gold record", remedy="give a file with one JSON object a line")
    paper_level = frozenset(p.name for p in schema.relations() if p.paper_level)
    listed = vocabulary(schema)
    judgements = [judge(g, found.get(g["id"], {}), paper_level=paper_level, listed=listed) for g in wanted]
    bins, ece = reliability(v for j in judgements for v in j.verdicts)
    rows = {kind: row for kind, row in rows_of(judgements).items() if kind not in (_IN, _OUT)}
    known = {"in": row_of(total(judgements, _IN)), "out": row_of(total(judgements, _OUT))}
    return Scores(rows=rows, documents=len(wanted), missing=sum(g["id"] not in found for g in wanted),
                  vocabulary=known if listed else {}, reliability=bins, ece=ece)


def judge(gold: Record, predicted: Record, *, paper_level: Collection[str],
          listed: Collection[str] = ()) -> Judgement:
    """Return the counts and verdicts of one document.

    Raises:
        EvaluationError: a record lacks a key.
    """
    try:
        matching = _match(gold, predicted)
        counts, verdicts = _entities(gold, predicted.get("entities", ()), matching, listed)
        counts["introduces"] = _introduces(gold, predicted, matching)
        _relations(gold, predicted, matching, paper_level, counts, verdicts)
        _results(gold, predicted, matching, counts, verdicts)
    except (KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(f"a record is malformed: {type(error).__name__} {error}", place=str(gold.get("id")),
                              remedy="see the form in README.md") from error
    links, seen = ({c.rstrip("/.") for c in r.get("code", ())} for r in (gold, predicted))
    counts["code"] = Count(len(links & seen), len(seen), len(links))
    return Judgement(dict(counts), tuple(verdicts))


# ---------------------------------------------------------------- entities


@dataclass
class _Matching:
    """Which predicted entity took which gold one, and how predicted names read in gold names."""

    taken: dict[int, Record] = field(default_factory=dict)
    wrong: list[Record] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    resolved: dict[str, str] = field(default_factory=dict)
    by_form: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    introduced: frozenset[str] = frozenset()

    def gold_name(self, value: str | None) -> str:
        """Return the gold name of a predicted name; where there is none, its fold after a ``?``."""
        if value == PAPER:
            return PAPER
        key = fold(value or "")
        return self.resolved.get(value or "") or self.by_form.get(key) or f"?{key}"

    def subject(self, gold_name: str) -> str:
        """Return ``PAPER`` for what the paper introduces, any other name as it is."""
        return PAPER if gold_name in self.introduced else gold_name


def _surfaces(entity: Record) -> set[str]:
    """Return the folded mentions, the folded name where there is none."""
    mentions = (m if isinstance(m, str) else m["text"] for m in entity.get("mentions", ()))
    return {f for f in map(fold, mentions) if f} or {f for f in [fold(entity["name"])] if f}


def _forms(entity: Record) -> set[str]:
    name = fold(entity["name"])
    return _surfaces(entity) | ({name} if name else set())


def _match(gold: Record, predicted: Record) -> _Matching:
    wanted = gold["entities"]
    forms = [_forms(e) for e in wanted]
    owners: dict[str, list[int]] = defaultdict(list)
    for index in range(len(wanted)):
        for form in forms[index]:
            owners[form].append(index)
    matching = _Matching(ignored=frozenset(map(fold, gold.get("ignore", ()))),
                         introduced=frozenset(gold.get("introduces", ())),
                         by_form={form: wanted[indexes[0]]["name"] for form, indexes in owners.items()})
    for entity in predicted.get("entities", ()):
        _place(entity, wanted, forms, owners, matching)
    return matching


def _place(entity: Record, wanted: Sequence[Record], forms: Sequence[set[str]],
           owners: Mapping[str, list[int]], matching: _Matching) -> None:
    """Give the entity a gold one of its type that is free, or leave it as wrong or ignored."""
    seen = _surfaces(entity)
    shared = {i: len(seen & forms[i]) for f in seen for i in owners.get(f, ())}
    candidates = [i for i, n in sorted(shared.items()) if 2 * n >= len(seen - matching.ignored)]
    free = [i for i in candidates if wanted[i]["type"] == entity["type"] and i not in matching.taken]
    if free:
        best = max(free, key=lambda i: (shared[i], -i))
        matching.taken[best] = entity
        matching.resolved[entity["name"]] = wanted[best]["name"]
    elif not shared and 2 * len(seen & matching.ignored) >= len(seen):
        matching.skipped.add(entity["name"])
    else:
        matching.wrong.append(entity)
        if candidates:
            matching.resolved[entity["name"]] = wanted[candidates[0]]["name"]


def _entities(gold: Record, seen: Sequence[Record], matching: _Matching,
              listed: Collection[str]) -> tuple[dict[str, Count], list[Verdict]]:
    wanted, taken, wrong = gold["entities"], matching.taken, matching.wrong
    counts: dict[str, Count] = defaultdict(Count)
    for index, entity in enumerate(wanted):
        hit = index in taken
        known = _IN if _surfaces(entity) & set(listed) else _OUT
        for kind in ("entity", f"entity/{entity['type']}"):
            counts[kind] += Count(hit, hit, 1)
        counts[known] += Count(hit, hit, 1)
        counts["mention"] += Count(0, 0, len(_surfaces(entity)))
    for entity in wrong:
        for kind in ("entity", f"entity/{entity['type']}"):
            counts[kind] += Count(0, 1, 0)
    free = matching.ignored - matching.by_form.keys()
    for entity in (*taken.values(), *wrong):
        counts["mention"] += Count(0, len(_surfaces(entity) - free), 0)
    for index, entity in taken.items():
        hits = min(len(_surfaces(entity) & _forms(wanted[index])), len(_surfaces(wanted[index])))
        counts["mention"] += Count(hits, 0, 0)
    for kind in ("entity", "mention", *(f"entity/{e['type']}" for e in seen)):
        counts[kind] += Count()
    return counts, [*_verdicts("entity", taken.values(), right=True), *_verdicts("entity", wrong, right=False)]


def _verdicts(kind: str, records: Iterable[Record], *, right: bool) -> list[Verdict]:
    return [Verdict(kind, float(r["confidence"]), right) for r in records if "confidence" in r]


# ---------------------------------------------------------------- introductions and relations


def _introduces(gold: Record, predicted: Record, matching: _Matching) -> Count:
    names = predicted.get("introduces", ())
    found = {matching.gold_name(n) for n in names if n not in matching.skipped}
    return Count(len(found & matching.introduced), len(found), len(matching.introduced))


def _relations(gold: Record, predicted: Record, matching: _Matching, paper_level: Collection[str],
               counts: dict[str, Count], verdicts: list[Verdict]) -> None:
    def triple(subject: str, predicate: str, target: str) -> tuple[str, str, str]:
        return (matching.subject(subject) if predicate in paper_level else subject), predicate, target

    wanted = {triple(r["subject"], r["predicate"], r["object"]) for r in gold.get("relations", ())}
    found: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for r in predicted.get("relations", ()):
        if r["predicate"] != "introduces" and not {r["subject"], r["object"]} & matching.skipped:
            key = triple(matching.gold_name(r["subject"]), r["predicate"], matching.gold_name(r["object"]))
            found[key].append(r)
    counts["relation"] = Count(len(wanted & found.keys()), len(found), len(wanted))
    for predicate in {t[1] for t in wanted | found.keys()}:
        mine, theirs = ({t for t in side if t[1] == predicate} for side in (found, wanted))
        counts[f"relation/{predicate}"] = Count(len(mine & theirs), len(mine), len(theirs))
    for key, records in sorted(found.items()):
        verdicts += _verdicts("relation", records[:1], right=key in wanted)


# ---------------------------------------------------------------- results


def _value(result: Record) -> tuple[float | None, float | None, str]:
    low, high = result.get("low"), result.get("high")
    low, high = (high if low is None else low), (low if high is None else high)
    return _rounded(low), _rounded(high), fold_unit(result.get("unit"))


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(float(number), 4)


def _same_baseline(found: str | None, wanted: str | None, matching: _Matching) -> bool:
    """Tell whether both are the same entity, share half of the longer phrase's words, or both are absent."""
    if not found or not wanted:
        return not found and not wanted
    words, other = (set(map(fold, re.findall(r"[^\s,;()]+", w))) for w in (found, wanted))
    return matching.gold_name(found) == wanted or 2 * len(words & other) >= max(len(words), len(other))


def _agreement(found: Record, wanted: Record, matching: _Matching) -> tuple[bool, ...]:
    """Return for each stage after the value whether the two results agree up to it."""
    name = matching.gold_name
    metric = (name(found.get("metric")) == wanted["metric"]
              or fold(found.get("metric") or "") == fold(wanted["metric"]))
    change = metric and found.get("change") == wanted["change"]
    full = change and _about(found, matching) == matching.subject(wanted["subject"])
    conditions = {name(c) for c in found.get("conditions") or ()} == set(wanted.get("conditions") or ())
    context = (full and conditions and found.get("bound", "exact") == wanted.get("bound", "exact")
               and _same_baseline(found.get("baseline"), wanted.get("baseline"), matching))
    return True, metric, change, full, context


def _about(found: Record, matching: _Matching) -> str:
    return matching.subject(matching.gold_name(found.get("subject") or PAPER))


def _results(gold: Record, predicted: Record, matching: _Matching,
             counts: dict[str, Count], verdicts: list[Verdict]) -> None:
    left, found = list(gold.get("results", ())), predicted.get("results", ())
    hits: dict[str, int] = defaultdict(int)
    for result in found:
        same = [g for g in left if _value(g) == _value(result)]
        unmatched: tuple[tuple[bool, ...], Record] = ((False,) * len(STAGES), {})
        agreed, best = max(((_agreement(result, g, matching), g) for g in same), key=itemgetter(0), default=unmatched)
        if same:
            left.remove(best)
            hits["named"] += agreed[3] and matching.subject(best["subject"]) != PAPER
        for stage, right in zip(STAGES, agreed, strict=True):
            hits[stage] += right
        verdicts += _verdicts("result", [result], right=agreed[3])
    wanted: Sequence[Mapping[str, Any]] = gold.get("results", ())
    for stage in STAGES:
        counts[f"result/{stage}"] = Count(hits[stage], len(found), len(wanted))
    counts["result/named"] = Count(hits["named"], sum(_about(r, matching) != PAPER for r in found),
                                   sum(matching.subject(r["subject"]) != PAPER for r in wanted))

"""``kg evaluate``: score extractions against gold."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.console import progress
from kg.cli.options import Fast, Ontologies

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.scores import Row, Scores


class ScoreFormat(StrEnum):
    """How the scores are printed."""

    TABLE = "table"
    JSON = "json"


def evaluate(
    gold: Annotated[Path | None, typer.Argument(
        metavar="[GOLD.jsonl]", help="Gold records, one JSON object a line.",
        show_default="the bundled examples")] = None,
    predicted: Annotated[Path | None, typer.Argument(
        metavar="[PREDICTED.jsonl]", help="Records to score, as 'kg extract' prints them.",
        show_default="what the extractor finds")] = None,
    gold_entities: Annotated[bool, typer.Option(
        "--gold-entities", help="Give the extractor the gold entities and introductions, and score relations and "
        "results alone.")] = False,
    ontology: Ontologies = None,
    fast: Fast = False,
    form: Annotated[ScoreFormat, typer.Option("--format", help="How to print the scores.")] = ScoreFormat.TABLE,
) -> None:
    """Score extractions against gold records.

    Prints precision, recall and F1 with 95 % intervals, recall in and out of the vocabulary, calibration.
    """
    from kg.errors import EvaluationError
    from kg.evaluate import evaluate as score
    from kg.examples import paths
    from kg.interchange import read_records
    from kg.ontology import load

    schema = load(tuple(ontology or ()))
    if gold_entities and predicted:
        raise EvaluationError("predictions are scored as they are, not with gold entities", place=str(predicted),
                              remedy="leave out --gold-entities or the predictions")
    records = read_records(gold or paths().gold)
    found = read_records(predicted) if predicted else _extracted(
        records, schema, fast=fast, given=gold_entities)
    scores = score(records, found, schema)
    if gold_entities:
        scores = _of_statements(scores)
    print(_json(scores) if form is ScoreFormat.JSON else _table(scores))


def _extracted(records: list[dict[str, Any]], schema: Ontology, *, fast: bool,
               given: bool) -> list[dict[str, Any]]:
    from kg.evaluate import predict, predict_given
    from kg.extract.pipeline import load

    extractor = load(schema, fast=fast)
    made = predict_given(records, extractor.extract_given, schema) if given else predict(records, extractor.extract)
    found = []
    with progress() as show:
        for record in made:
            found.append(record)
            if show:
                show("extracting", len(found), len(records))
    return found


def _of_statements(scores: Scores) -> Scores:
    """Return the scores of relations and results alone: entities that were given show nothing."""
    from dataclasses import replace

    rows = {kind: row for kind, row in scores.rows.items() if kind.partition("/")[0] in {"relation", "result"}}
    return replace(scores, rows=rows, vocabulary={}, reliability=(), ece=None)


def _json(scores: Scores) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(scores), indent=2)


def _line(kind: str, row: Row) -> str:
    low, high = row.interval or (0.0, 0.0)
    interval = f"{low:.1f}-{high:.1f}" if row.interval else ""
    return (f"{kind:26}{row.precision:7.1f}{row.recall:7.1f}{row.f1:7.1f}  {interval:12}"
            f"{row.hit:7}{row.predicted:7}{row.gold:7}")


def _table(scores: Scores) -> str:
    lines = [f"{'':26}{'P':>7}{'R':>7}{'F1':>7}  {'95 %':12}{'hit':>7}{'found':>7}{'gold':>7}"]
    lines += [_line(kind, row) for kind, row in scores.rows.items()]
    for side, row in scores.vocabulary.items():
        where = {"in": "in", "out": "outside"}[side]
        lines.append(f"recall of entities {where} the vocabulary: {row.recall:.1f} ({row.hit} of {row.gold})")
    if scores.ece is not None:
        lines.append(f"expected calibration error: {scores.ece:.3f}; bins (statements, confidence, right):")
        lines += [f"  {b.statements:5} {b.confidence:6.2f} {b.right:6.2f}" for b in scores.reliability]
    lines.append(f"{scores.documents} documents, {scores.missing} without a prediction")
    return "\n".join(lines)

"""The graph as four tables, results, nodes, edges and papers, in CSV and Parquet; and as CSV for Neo4j.

A CSV cell that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are. A CSV file
can say nothing of itself, so ``NAME.csv-metadata.json`` beside it does, as the W3C recommends; Parquet does itself.

Source: https://www.w3.org/TR/tabular-metadata/, https://owasp.org/www-community/attacks/CSV_Injection,
https://neo4j.com/docs/operations-manual/current/import/
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import ExportError
from kg.export.files import write_bytes
from kg.export.network import network_of
from kg.export.statements import Snapshot, snapshot
from kg.export.table import COLUMNS, result_rows

Made = Mapping[str, str]
"""What a file says of its making: names and values, sorted."""

TABLES = ("results", "nodes", "edges", "papers")
"""What :func:`table` makes."""

_FORMULA = re.compile(r"[=+\-@\t\r\n|%]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NODES = {"iri": str, "type": str, "label": str, "aliases": str, "support": int, "results": int, "year": int,
          "identifier": str, "url": str}
_EDGES = {"eid": str, "source": str, "target": str, "interaction": str, "weight": float, "support": int, "papers": str,
          "confidence": float, "rule": str, "quote": str, "results": int, "metric": str, "value": str}
_PAPERS = {"iri": str, "identifier": str, "title": str, "year": int, "url": str, "code": str, "results": int}
_NUMBERS: Mapping[str, type] = {"low": float, "high": float, "confidence": float, "start": int, "end": int}
_XSD = {str: "string", int: "integer", float: "double"}
_NEO4J = {str: "", int: ":long", float: ":double"}
_SEPARATOR = " | "
_EXACT = 1e15


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: names and types of its columns, and its rows, sorted, None where a cell is empty."""

    types: Mapping[str, type]
    rows: Sequence[Mapping[str, Any]]


def table(store: ox.Store, name: str) -> Columns:
    """Return one of :data:`TABLES`; without rows for an empty store."""
    if name == "results":
        types = {column: _NUMBERS.get(column, str) for column in COLUMNS}
        return Columns(types, [{c: types[c](row[c]) for c in COLUMNS} for row in result_rows(store)])
    return {"nodes": _nodes, "edges": _edges, "papers": _papers}[name](snapshot(store))


def _nodes(said: Snapshot) -> Columns:
    rows = [dict(attributes) for _, attributes in network_of(said).nodes(data=True)]
    return Columns(_NODES, sorted(rows, key=lambda row: row["iri"]))


def _edges(said: Snapshot) -> Columns:
    rows = [{"source": source, "target": target, **attributes}
            for source, target, attributes in network_of(said).edges(data=True)]
    return Columns(_EDGES, sorted(rows, key=lambda row: (row["source"], row["interaction"], row["target"])))


def _papers(said: Snapshot) -> Columns:
    counts = Counter(outcome.paper for outcome in said.outcomes)
    rows = [{"iri": n.iri, "identifier": n.identifier, "title": n.label, "year": n.year,
             "url": _SEPARATOR.join(n.pages), "code": _SEPARATOR.join(n.code),
             "results": counts[n.iri]}
            for n in said.nodes if n.cls == "Paper"]
    return Columns(_PAPERS, sorted(rows, key=lambda row: str(row["iri"])))


def defused(cell: Any) -> str:
    """Return a value as a CSV cell that no spreadsheet runs.

    >>> defused("=1+1"), defused("-30% latency"), defused(-3.5), defused(None)
    ("'=1+1", "'-30% latency", '-3.5', '')
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    text = "" if cell is None else str(cell)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def write_csv(columns: Columns, path: Path, *, made: Made) -> None:
    """Write a table as CSV, UTF-8 with a header, and what made it beside it.

    Raises:
        ExportError: a file cannot be written.
    """
    write_bytes(_csv(columns.types, columns.rows), path)
    said = {"@context": "http://www.w3.org/ns/csvw", "url": path.name, "dialect": {"header": True},
            "notes": [dict(sorted(made.items()))],
            "tableSchema": {"columns": [{"name": name, "titles": name, "datatype": _XSD[kind]}
                                        for name, kind in columns.types.items()]}}
    write_bytes(_json(said), path.with_name(f"{path.name}-metadata.json"))


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _csv(header: Iterable[str], rows: Iterable[Mapping[str, Any]], names: Mapping[str, str] | None = None) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    columns = [*header]
    writer.writerow([(names or {}).get(column, column) for column in columns])
    writer.writerows([defused(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8")


def write_parquet(columns: Columns, path: Path, *, made: Made) -> None:
    """Write a table as Parquet, numbers as numbers; the file's metadata say what made it.

    Raises:
        ExportError: pyarrow is not installed, or the file cannot be written.
    """
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise ExportError("Parquet needs pyarrow", remedy="pip install 'abstract-kg[parquet]'") from error
    kinds = {str: arrow.string(), int: arrow.int64(), float: arrow.float64()}
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.types.items()],
                          metadata=dict(sorted(made.items())))
    rows = [{name: row.get(name) for name in columns.types} for row in columns.rows]
    buffer = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), buffer)
    write_bytes(buffer.getvalue(), path)


def write_neo4j(store: ox.Store, folder: Path, *, made: Made) -> None:
    """Write ``nodes.csv``, ``relationships.csv`` and ``about.json`` for ``neo4j-admin database import full``.

    Papers and entities carry their class as label and ``Thing``; relations have the predicate as type. Results are
    nodes, too, tied to what they are about, their metric, baselines, conditions and paper.

    Raises:
        ExportError: a file cannot be written.
    """
    said = snapshot(store)
    nodes, edges = _nodes(said), _edges(said)
    results = [{name: getattr(o, name) for name in _RESULT} | {"iri": o.iri, "type": "Result"} for o in said.outcomes]
    types = {**_NODES, **_RESULT}
    rows: list[Mapping[str, Any]] = [*nodes.rows, *sorted(results, key=lambda row: str(row["iri"]))]
    labelled = [{**row, ":LABEL": f"{row['type']};Thing"} for row in rows]
    names = {"iri": "iri:ID"} | {n: n + _NEO4J[kind] for n, kind in types.items() if n not in {"iri", "type"}}
    write_bytes(_csv([*(n for n in types if n != "type"), ":LABEL"], labelled, names), folder / "nodes.csv")
    own = {name: kind for name, kind in _EDGES.items() if name not in {"source", "target", "interaction"}}
    names = {"source": ":START_ID", "target": ":END_ID", "interaction": ":TYPE"} | {
        name: name + _NEO4J[kind] for name, kind in own.items()}
    ties = [*edges.rows, *sorted(_ties(said), key=lambda row: (row["source"], row["interaction"], row["target"]))]
    write_bytes(_csv(["source", "target", "interaction", *own], ties, names), folder / "relationships.csv")
    write_bytes(_json(dict(sorted(made.items()))), folder / "about.json")


_RESULT = {"low": float, "high": float, "unit": str, "change": str, "bound": str, "form": str, "raw": str,
           "metric_phrase": str, "baseline_phrase": str, "quote": str, "start": int, "end": int, "rule": str,
           "confidence": float}


def _ties(said: Snapshot) -> Iterable[dict[str, str]]:
    known = {node.iri for node in said.nodes}
    for o in said.outcomes:
        ends = {"about": (o.about,), "metric": (o.metric,), "baseline": o.baselines, "condition": o.conditions,
                "statedIn": (o.paper,)}
        for relation, targets in ends.items():
            yield from ({"source": o.iri, "target": target, "interaction": relation}
                        for target in targets if target in known)


def write_cypher(store: ox.Store, path: Path, *, made: Made) -> None:
    """Write a Cypher script that creates what :func:`write_neo4j` imports, one statement a line.

    Raises:
        ExportError: the file cannot be written.
    """
    said = snapshot(store)
    lines = [*(f"// {name}: {value}" for name, value in sorted(made.items())),
             "CREATE CONSTRAINT thing_iri IF NOT EXISTS FOR (t:Thing) REQUIRE t.iri IS UNIQUE;"]
    for row in _nodes(said).rows:
        lines.append(f"MERGE (t:Thing {{iri: {_quoted(row['iri'])}}}) SET t:{row['type']}, t += {_map(row, _NODES)};")
    for o in sorted(said.outcomes, key=lambda o: o.iri):
        values = _map({name: getattr(o, name) for name in _RESULT}, _RESULT)
        lines.append(f"MERGE (t:Thing {{iri: {_quoted(o.iri)}}}) SET t:Result, t += {values};")
    for row in [*_edges(said).rows, *sorted(_ties(said), key=lambda r: (r["source"], r["interaction"], r["target"]))]:
        own = {name: kind for name, kind in _EDGES.items() if name not in {"source", "target", "interaction"}}
        lines.append(f"MATCH (s:Thing {{iri: {_quoted(row['source'])}}}), (o:Thing {{iri: {_quoted(row['target'])}}}) "
                     f"MERGE (s)-[r:{row['interaction']}]->(o) SET r += {_map(row, own)};")
    write_bytes(("\n".join(lines) + "\n").encode("utf-8"), path)


def _map(row: Mapping[str, Any], types: Mapping[str, type]) -> str:
    known = {name: row[name] for name in types if row.get(name) is not None and name not in {"iri", "type"}}
    return "{" + ", ".join(f"{n}: {_quoted(v) if isinstance(v, str) else repr(v)}" for n, v in known.items()) + "}"


def _quoted(text: str) -> str:
    """Return a text as a Cypher string: escapes for what ends it or a line."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + re.sub(r"[\x00-\x1f\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + "'"

"""The graph opened by other tools: equal counts, and names come back as they were."""

import csv
import json
import re
from pathlib import Path

import igraph
import networkx as nx
import pyoxigraph as ox
import pytest

from kg.export.network import network
from kg.export.tables import TABLES, defused, table, write_csv, write_parquet
from kg.graph import graph_quads
from kg.link import link
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.ontology import Ontology
from kg.outputs import FILES, write

AWKWARD = ("=cmd|' /C calc'!A0", "+Ünïcode \U0001f680 né", "@sum <&> \"x\"", "-tab\tand]]>", "it's, a; comma",
           "\u202eevil\u202c", "C:\\new\\u0041")
"""Names of systems that a spreadsheet, XML, CSV or Cypher could take for something else."""
MADE = {"ontology_sha256": "0" * 64, "ontology_version": "1.2.3", "software": "abstract-kg 0"}


@pytest.fixture(scope="module")
def store(bare: Ontology) -> ox.Store:
    """Return a store of one paper that introduces systems with awkward names and measures one."""
    text = "We present " + " and ".join(AWKWARD) + ". It gives 2x higher throughput."
    paper = Paper("p=1", abstract=text)

    def found(name: str) -> Evidence:
        return Evidence(text.index(name), text.index(name) + len(name), "hand", 0.9)

    def mention(name: str) -> Mention:
        return Mention(text.index(name), text.index(name) + len(name), name)

    entities = tuple(Entity("System", name, (mention(name),), "hand", 0.9) for name in AWKWARD)
    introduces = tuple(Relation(PAPER, "introduces", name, found(name)) for name in AWKWARD)
    result = Result(AWKWARD[0], "=throughput", 2.0, 2.0, "x", "increase", "exact", "single", "2x",
                    found("2x higher throughput"), baseline="-none")
    extraction = Extraction(paper, entities, introduces, (), (result,))
    made = ox.Store()
    made.bulk_extend(graph_quads([extraction], link([extraction], bare), bare))
    return made


@pytest.fixture(scope="module")
def files(store: ox.Store, shipped: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for form, name in FILES.items():
        write(store, form, folder / name, ontology=shipped)
    return folder


def undone(cell: str) -> str:
    return cell.removeprefix("'") if re.match(r"'[=+\-@\t\r\n|%]", cell) else cell


def test_names_come_back_from_csv(store: ox.Store, files: Path) -> None:
    for name in TABLES:
        with (files / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(table(store, name).rows) > 0
        assert not [cell for row in rows for cell in row.values() if re.match(r"[=+@\t\r]|-\D", cell)]
    with (files / "nodes.csv").open(encoding="utf-8", newline="") as file:
        assert {undone(row["label"]) for row in csv.DictReader(file)} >= set(AWKWARD)


@pytest.mark.parametrize(("cell", "text"), [
    ("=1", "'=1"), ("+a", "'+a"), ("-3.5", "-3.5"), ("-3x", "'-3x"), ("@x", "'@x"), ("\tx", "'\tx"), (-2.0, "-2"),
    (0.25, "0.25"), (1e300, "1e+300"), (None, ""), ("a=b", "a=b"), (7, "7")])
def test_formulas_are_defused(cell: object, text: str) -> None:
    assert defused(cell) == text


def test_pandas_reads_csv_and_parquet(store: ox.Store, files: Path) -> None:
    pandas = pytest.importorskip("pandas")
    for name in TABLES:
        columns = table(store, name)
        for frame in (pandas.read_csv(files / f"{name}.csv"), pandas.read_parquet(files / f"{name}.parquet")):
            assert list(frame.columns) == list(columns.types)
            assert len(frame) == len(columns.rows)
    assert set(pandas.read_parquet(files / "nodes.parquet")["label"]) >= set(AWKWARD)
    assert pandas.read_csv(files / "results.csv")["low"].tolist() == [2.0]


def test_duckdb_reads_csv_and_parquet(store: ox.Store, files: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    for name in TABLES:
        for suffix in ("csv", "parquet"):
            read = {"csv": duckdb.read_csv, "parquet": duckdb.read_parquet}[suffix]
            assert len(read(str(files / f"{name}.{suffix}")).fetchall()) == len(table(store, name).rows)
    labels = duckdb.read_parquet(str(files / "nodes.parquet")).project("label").fetchall()
    assert {label for (label,) in labels} >= set(AWKWARD)


def test_networkx_and_igraph_read_the_same_network(store: ox.Store, files: Path) -> None:
    net = network(store)
    read = nx.read_graphml(files / "graph.graphml", force_multigraph=True)
    other = igraph.Graph.Read_GraphML(str(files / "graph.graphml"))
    gexf = nx.read_gexf(files / "graph.gexf")
    for nodes, edges in ((len(read), read.number_of_edges()), (other.vcount(), other.ecount()),
                         (len(gexf), gexf.number_of_edges())):
        assert (nodes, edges) == (len(net), net.number_of_edges())
    assert {label for _, label in read.nodes(data="label")} >= set(AWKWARD)
    assert {*other.vs["label"]} >= set(AWKWARD)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_and_oxigraph_read_the_same_statements(store: ox.Store, files: Path) -> None:
    from rdflib import Dataset

    for name, form in (("graph.trig", ox.RdfFormat.TRIG), ("graph.nq", ox.RdfFormat.N_QUADS),
                       ("graph.jsonld", ox.RdfFormat.JSON_LD)):
        again = ox.Store()
        again.load(path=str(files / name), format=form)
        assert {str(q) for q in again} == {str(q) for q in store}
        if not name.endswith("jsonld"):
            other = Dataset()
            other.parse(files / name)
            assert len({*other.quads((None, None, None, None))}) == len(store)


def test_pyld_reads_the_same_statements(store: ox.Store, files: Path) -> None:
    jsonld = pytest.importorskip("pyld").jsonld
    document = json.loads((files / "graph.jsonld").read_text(encoding="utf-8"))
    lines = jsonld.to_rdf(document, {"format": "application/n-quads"}).splitlines()
    assert len({*lines}) == len(store)


def test_neo4j_files_hang_together(store: ox.Store, files: Path) -> None:
    with (files / "neo4j" / "nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with (files / "neo4j" / "relationships.csv").open(encoding="utf-8", newline="") as file:
        ties = list(csv.DictReader(file))
    ids = {node["iri:ID"] for node in nodes}
    assert len(ids) == len(nodes) == len(network(store)) + 1
    assert {tie[end] for tie in ties for end in (":START_ID", ":END_ID")} <= ids
    assert {tie[":TYPE"] for tie in ties} >= {"introduces", "about", "statedIn"}
    assert {node[":LABEL"] for node in nodes} >= {"System;Thing", "Paper;Thing", "Result;Thing"}


def test_cypher_is_one_statement_a_line_with_texts_escaped(files: Path) -> None:
    lines = (files / "graph.cypher").read_text(encoding="utf-8").splitlines()
    text = re.compile(r"'(?:[^'\\]|\\.)*'")
    for line in lines:
        assert line.startswith(("//", "CREATE", "MERGE", "MATCH"))
        assert line.startswith("//") or line.endswith(";")
        bare_line = text.sub("", line)
        assert line.startswith("//") or not re.search(r"['\"|\\]", bare_line)
    assert any("'it\\'s, a; comma'" in line for line in lines)
    assert any("C:\\\\new\\\\u0041" in line for line in lines)


def test_every_export_states_version_and_hash_of_the_ontology(files: Path, shipped: Ontology) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    said = 0
    for form, name in FILES.items():
        path = files / name
        if form.startswith("parquet"):
            metadata = parquet.read_schema(path).metadata
            assert metadata[b"ontology_sha256"].decode() == shipped.sha256
        elif form.startswith("csv"):
            notes = json.loads((files / f"{name}-metadata.json").read_text(encoding="utf-8"))["notes"]
            assert notes[0]["ontology_sha256"] == shipped.sha256
        elif form in {"graphml", "gexf", "cypher", "neo4j"}:
            text = (path / "about.json" if form == "neo4j" else path).read_text(encoding="utf-8")
            assert shipped.sha256 in text
            assert shipped.version in text
        else:
            continue
        said += 1
    assert said == 12


def test_bytes_are_the_same_each_time(store: ox.Store, shipped: Ontology, files: Path, tmp_path: Path) -> None:
    compared = 0
    for form, name in FILES.items():
        write(store, form, tmp_path / name, ontology=shipped)
    for path in sorted(p for p in files.rglob("*") if p.is_file()):
        assert (tmp_path / path.relative_to(files)).read_bytes() == path.read_bytes(), path.name
        compared += 1
    assert compared == len(FILES) - 1 + 4 + 3


def test_an_empty_store_gives_headers(tmp_path: Path) -> None:
    for name in TABLES:
        columns = table(ox.Store(), name)
        write_csv(columns, tmp_path / f"{name}.csv", made=MADE)
        write_parquet(columns, tmp_path / f"{name}.parquet", made=MADE)
        assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8") == ",".join(columns.types) + "\n"

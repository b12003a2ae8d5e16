"""A store over time: whatever the way to a set of papers, the graph is the same, byte for byte."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.change import Frame, apply, content_rows
from kg.documents import quads
from kg.errors import InputError, StoreError
from kg.graph import graph_quads
from kg.lifecycle import ChangeSummary, add, link_documents, remove
from kg.link.overrides import NONE, Correction, Name, Overrides, Rule
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Origin, Paper, Relation, Result
from kg.ontology import Concept, Ontology
from kg.provenance import Run
from kg.records import Document
from kg.store import Draft, about, open_store, writing
from kg.terms import BASE

RUN = Run("1", "1", "o", "w")
NAMES = ("Prism", "PRISM", "prism", "Orbiter", "Orbiter 2", "Orbiter 2 7B", "Orbiter-2-7B-Chat", "Zeta A100",
         "A100 GPU", "A100", "Fast Slow Descent|FSD", "FSD", "Full State Dump|FSD", "Kubernetes", "Kuberentes", "Ray",
         "latency scores", "latency score", "Orbiter 3", "Llamma 3.1", "Llama 3.1")
CLASSES = ("System", "System", "System", "Hardware", "Model")
FEW = ("Prism", "Ray", "Orbiter", "Orbiter 2")


@pytest.fixture(scope="module")
def frame(bare: Ontology) -> Frame:
    concepts = (
        Concept(f"{BASE}vocab/a100", "Hardware", "A100", (), False, None, f"{BASE}vocab/ampere", (), (),
                (("vendor", "Zeta"),)),
        Concept(f"{BASE}vocab/ampere", "Hardware", "Ampere", (), False, None, None, (), (), ()),
        Concept(f"{BASE}vocab/speed", "Metric", "speed", ("velocity",), False, "higher", None, (), (), ()),
        Concept(f"{BASE}vocab/ray", "System", "Ray", (), True, None, None, (), (), ()))
    return Frame(replace(bare, concepts=concepts), RUN)


def extract(papers: Sequence[Paper]) -> Iterator[Extraction]:
    """Read invented abstracts: one line a statement, as ``spell`` writes them."""
    for paper in papers:
        yield read_one(paper)


def read_one(paper: Paper) -> Extraction:
    evidence = Evidence(0, 1, "hand", 0.5)
    entities: dict[str, Entity] = {}
    introduces, relations, results = [], [], []
    for line in paper.abstract.splitlines():
        kind, *rest = line.split(";")
        for full in rest[1:]:
            cls, names = rest[0], full.split("|")
            concept = f"{BASE}vocab/ray" if names[0] == "Ray" and cls == "System" else None
            entities.setdefault(names[0], Entity(cls, names[0], tuple(
                Mention(i, i + 1, name) for i, name in enumerate(names)), "hand", 0.5, concept))
        if kind == "introduces":
            introduces.append(Relation(PAPER, "introduces", names[0], evidence))
        elif kind == "uses":
            relations.append(Relation(rest[1], "uses", rest[2], evidence))
        elif kind == "speed":
            results.append(Result(PAPER, "velocity", 1.0, 2.0, "x", "increase", "exact", "range", "1-2x", evidence))
    return Extraction(paper, tuple(entities.values()), tuple(introduces), tuple(relations), tuple(results))


lines = st.one_of(
    st.builds("{};{};{}".format, st.sampled_from(("names", "names", "introduces")), st.sampled_from(CLASSES),
              st.sampled_from(NAMES)),
    st.builds("uses;System;{};{}".format, st.sampled_from(FEW), st.sampled_from(FEW)), st.just("speed"))
abstracts = st.lists(lines, min_size=1, max_size=6).map("\n".join)


def paper(number: int, abstract: str) -> Paper:
    return Paper(f"p{number}", abstract=f"{abstract}\nabout subject number {number} of many",
                 created=f"20{number:02}-05-01", origins=(Origin("list.jsonl", number),))


sets = st.lists(abstracts, min_size=1, max_size=6).map(
    lambda found: [paper(n, a) for n, a in enumerate(found, start=10)])


def graph(store: Path) -> list[str]:
    return sorted(map(str, open_store(store)))


def put(store: Path, papers: Sequence[Paper], frame: Frame) -> ChangeSummary:
    with writing(store):
        return add(store, papers, frame, extract)


def take(store: Path, ids: Sequence[str], frame: Frame) -> ChangeSummary:
    with writing(store):
        return remove(store, ids, frame)


def fresh(folder: Path, papers: Sequence[Paper], frame: Frame) -> list[str]:
    put(folder, papers, frame)
    return graph(folder)


class InMemory:
    """A store without a disk: the graph and the documents, and the changes that :mod:`kg.change` makes to them."""

    def __init__(self, papers: Sequence[Paper], frame: Frame) -> None:
        self.frame = frame
        self.draft = Draft(ox.Store(), ox.Store(), Path())
        documents = [Document((one,), read_one(one)) for one in papers]
        linking = link_documents(documents, frame.ontology, frame.rules)
        said = [frame.rules.correct(d.extraction) for d in documents]
        self.draft.graph.extend(graph_quads(said, linking, frame.ontology, run=RUN))
        self.draft.documents.extend(quads(content_rows(documents, linking, frame)))
        self.held = {d.extraction.paper.id: d for d in documents}

    def change(self, gone: Sequence[str], come: Sequence[Paper]) -> None:
        """Take papers out and put papers in, in place of those of their ids."""
        entering = [Document((one,), read_one(one)) for one in come]
        leaving = {one: self.held.pop(one) for one in (*gone, *(p.id for p in come)) if one in self.held}
        apply(self.draft, list(leaving.values()), entering, self.frame)
        self.held |= {d.extraction.paper.id: d for d in entering}

    def state(self) -> tuple[list[str], list[str]]:
        """Return everything that graph and documents hold."""
        return sorted(map(str, self.draft.graph)), sorted(map(str, self.draft.documents))


QUICK = settings(max_examples=200, deadline=None)
SLOW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(papers=sets, seed=st.integers(0, 99))
def test_the_order_of_adding_does_not_matter(frame: Frame, papers: list[Paper], seed: int) -> None:
    store = InMemory([], frame)
    for one in random.Random(seed).sample(papers, len(papers)):  # noqa: S311
        store.change([], [one])
    assert store.state() == InMemory(papers, frame).state()


@QUICK
@given(papers=sets, extra=sets)
def test_what_is_added_and_removed_leaves_nothing(frame: Frame, papers: list[Paper], extra: list[Paper]) -> None:
    store = InMemory(papers, frame)
    before = store.state()
    more = [replace(p, id=f"q{p.id}") for p in extra]
    store.change([], more)
    store.change([p.id for p in more], [])
    assert store.state() == before


@QUICK
@given(papers=sets, texts=sets)
def test_replacing_abstracts_equals_a_fresh_build(frame: Frame, papers: list[Paper], texts: list[Paper]) -> None:
    store = InMemory(papers, frame)
    store.change([], texts)
    held = {p.id: p for p in (*papers, *texts)}
    assert store.state() == InMemory(list(held.values()), frame).state()


steps = st.lists(st.one_of(st.tuples(st.just("add"), st.integers(10, 14), abstracts),
                           st.tuples(st.just("remove"), st.integers(10, 14), st.just(""))), min_size=1, max_size=10)


RULES = Overrides((
    Rule(True, (Name("FSD"), Name("Orbiter", cls="System")), 1),
    Rule(False, (Name("Prism", exact=True), Name("PRISM", exact=True)), 2),
    Rule(False, (Name("Orbiter 2", paper="p10"), Name("Orbiter 2", paper="p11")), 3)),
    (Correction("p12", "Prism", "uses", "Ray", "builtOn", 4), Correction("p13", "Prism", "uses", "Ray", None, 5)),
    tuple(set(CLASSES)))


@pytest.mark.parametrize("rules", [NONE, RULES], ids=["plain", "with links.toml"])
@settings(QUICK, max_examples=400)
@given(history=steps)
def test_any_history_equals_a_fresh_build(
        frame: Frame, rules: Overrides, history: list[tuple[str, int, str]]) -> None:
    frame = replace(frame, rules=rules)
    store, held = InMemory([], frame), dict[str, Paper]()
    for what, number, abstract in history:
        one = paper(number, abstract)
        if what == "add":
            store.change([], [one])
            held[one.id] = one
        elif held.pop(one.id, None) is not None:
            store.change([one.id], [])
    assert store.state() == InMemory(list(held.values()), frame).state()


@pytest.fixture
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give fresh folders, one at each ``next``: hypothesis runs one test function many times."""
    return (tmp_path_factory.mktemp("store") for _ in iter(int, 1))


@SLOW
@given(papers=sets, extra=sets)
def test_the_same_on_disk(folders: Iterator[Path], frame: Frame, papers: list[Paper], extra: list[Paper]) -> None:
    store = next(folders)
    before, said = fresh(store, papers, frame), about(store)
    assert set(put(store, papers, frame).unchanged) == {p.id for p in papers}
    assert (graph(store), about(store)) == (before, said)
    more = [replace(p, id=f"q{p.id}", abstract=f"{p.abstract} again") for p in extra]
    for one in more:
        put(store, [one], frame)
    assert graph(store) == fresh(next(folders), [*papers, *more], frame)
    take(store, [p.id for p in more], frame)
    assert (graph(store), about(store)) == (before, said)


def test_a_changed_abstract_takes_the_place_of_the_old_one(tmp_path: Path, frame: Frame) -> None:
    put(tmp_path / "a", [paper(10, "names;System;Prism"), paper(11, "names;System;Orbiter")], frame)
    summary = put(tmp_path / "a", [paper(10, "names;System;Other")], frame)
    assert (summary.added, summary.replaced, summary.papers) == ((), ("p10",), 2)
    assert graph(tmp_path / "a") == fresh(tmp_path / "b", [
        paper(10, "names;System;Other"), paper(11, "names;System;Orbiter")], frame)


def test_a_duplicate_joins_its_paper_without_reading_it_again(tmp_path: Path, frame: Frame) -> None:
    first = paper(10, "introduces;System;Prism\n" + "word " * 30)
    second = replace(first, id="other", title=None, arxiv="2401.00001", origins=(Origin("more.bib", 3),))
    read: list[str] = []

    def counting(papers: Sequence[Paper]) -> Iterator[Extraction]:
        read.extend(p.id for p in papers)
        return extract(papers)

    for records in ([first], [second], [first, second]):
        with writing(tmp_path / "a"):
            add(tmp_path / "a", records, frame, counting)
    assert read == ["p10"]
    assert graph(tmp_path / "a") == fresh(tmp_path / "b", [second, first], frame)
    take(tmp_path / "a", ["other"], frame)
    assert about(tmp_path / "a")["papers"] == 0


def test_the_same_arxiv_id_with_another_text_is_a_new_version(tmp_path: Path, frame: Frame) -> None:
    old = replace(paper(10, "names;System;Prism"), arxiv="2401.00001")
    new = replace(paper(11, "names;System;Orbiter"), arxiv="2401.00001")
    put(tmp_path / "a", [old], frame)
    assert put(tmp_path / "a", [new], frame).removed == ("p10",)
    assert graph(tmp_path / "a") == fresh(tmp_path / "b", [new], frame)


def test_an_unknown_id_removes_nothing(tmp_path: Path, frame: Frame) -> None:
    before = fresh(tmp_path, [paper(10, "names;System;Prism")], frame)
    with pytest.raises(InputError, match="no paper has the id 'p11'"):
        take(tmp_path, ["p10", "p11"], frame)
    assert graph(tmp_path) == before


@pytest.mark.parametrize(("run", "what"), [(replace(RUN, ontology_sha256="x"), "ontology"),
                                           (replace(RUN, version="2", weights_sha256="x"), "version and weights")])
def test_what_was_made_otherwise_is_not_mixed(tmp_path: Path, frame: Frame, run: Run, what: str) -> None:
    put(tmp_path, [paper(10, "names;System;Prism")], frame)
    with pytest.raises(StoreError, match=f"made with another {what}"):
        put(tmp_path, [paper(11, "names;System;Prism")], replace(frame, run=run))


def test_removing_from_nothing(tmp_path: Path, frame: Frame) -> None:
    with pytest.raises(StoreError, match="no store here"):
        take(tmp_path, ["p"], frame)


def test_a_statement_goes_with_the_last_paper_that_makes_it(tmp_path: Path, frame: Frame) -> None:
    said = "names;System;Orbiter\nnames;System;Ray\nuses;System;Orbiter;Ray"
    put(tmp_path, [paper(10, said), paper(11, said)], frame)

    def stated() -> int:
        return sum("ontology#uses>" in line and "system/orbiter>" in line and not line.startswith(f"<{BASE}paper")
                   for line in graph(tmp_path))

    assert stated() == 1
    take(tmp_path, ["p10"], frame)
    assert stated() == 1
    take(tmp_path, ["p11"], frame)
    assert stated() == 0


def test_the_work_grows_with_what_a_paper_touches(
        tmp_path: Path, frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    import kg.change

    crowd = [paper(n, f"introduces;System;Thing{n}\nnames;Method;Way{n}") for n in range(10, 60)]
    put(tmp_path, [*crowd, paper(60, "names;System;Thing12")], frame)
    looked: list[int] = []
    link_keys = kg.change.link_keys

    def counting(*arguments: object, **options: object) -> object:
        linking = link_keys(*arguments, **options)  # type: ignore[arg-type]
        looked.append(sum(len(e.members) for e in linking.entities))
        return linking

    monkeypatch.setattr(kg.change, "link_keys", counting)
    put(tmp_path, [paper(61, "names;System;Thing12")], frame)
    assert looked == [2, 3]

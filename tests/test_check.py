"""Checks: a sound store has no violation, and each planted fault is found."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from kg.check import check
from kg.graph import graph_quads
from kg.link import link
from kg.model import Extraction
from kg.ontology import Ontology
from kg.terms import BASE, RDF, XSD, term

P1 = f"{BASE}paper/p1"


@pytest.fixture
def store(extractions: tuple[Extraction, ...], bare: Ontology) -> ox.Store:
    store = ox.Store()
    store.extend(graph_quads(extractions, link(extractions, bare), bare))
    return store


def named(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def put(store: ox.Store, subject: str, predicate: str, value: ox.NamedNode | ox.Literal, graph: str = "") -> None:
    store.add(ox.Quad(named(subject), named(predicate), value, named(graph) if graph else ox.DefaultGraph()))


def drop(store: ox.Store, cls: str, predicate: str) -> str:
    """Remove the values of a predicate from the first node of a class of p1; return the node."""
    typed = store.quads_for_pattern(None, named(RDF + "type"), named(term(cls)), named(P1))
    node = min((quad.subject for quad in typed), key=str)
    for quad in list(store.quads_for_pattern(node, named(predicate), None, named(P1))):
        store.remove(quad)
    return str(node.value)


def change(store: ox.Store, cls: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
    put(store, drop(store, cls, predicate), predicate, value, P1)


def first_result(store: ox.Store) -> str:
    """Return a result of p1 in the default graph."""
    typed = store.quads_for_pattern(None, named(RDF + "type"), named(term("Result")), ox.DefaultGraph())
    return str(min((q.subject for q in typed if str(q.subject).startswith(f"<{P1}/")), key=str).value)


def change_linked(store: ox.Store, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
    """Put a value in place of those of a result in the default graph."""
    node = first_result(store)
    for quad in list(store.quads_for_pattern(named(node), named(predicate), None, ox.DefaultGraph())):
        store.remove(quad)
    put(store, node, predicate, value)


def number(value: str, datatype: str = "integer") -> ox.Literal:
    return ox.Literal(value, datatype=named(XSD + datatype))


ORBITER, RAY, A100 = f"{BASE}system/orbiter", f"{BASE}system/ray", f"{BASE}hardware/a100"
FAULTS: list[tuple[str, Callable[[ox.Store], object]]] = [
    ("range", lambda s: put(s, ORBITER, term("usesHardware"), named(RAY))),
    ("domain", lambda s: put(s, A100, term("hasPart"), named(A100)) or put(s, P1, term("hasPart"), named(A100))),
    ("range", lambda s: put(s, ORBITER, term("builtOn"), named("urn:nobody"))),
    ("range", lambda s: put(s, A100, term("memoryGB"), ox.Literal("much"))),
    ("range", lambda s: put(s, A100, term("vendor"), named(RAY))),
    ("range", lambda s: change(s, "Claim", RDF + "predicate", named(term("invented")))),
    ("domain", lambda s: change(s, "Claim", RDF + "predicate", named(term("about")))),
    ("quote", lambda s: change(s, "Claim", term("quote"), ox.Literal("never said"))),
    ("quote", lambda s: change(s, "Mention", term("start"), number("1"))),
    ("quote", lambda s: drop(s, "Paper", term("text"))),
    ("mention", lambda s: drop(s, "Mention", term("refersTo"))),
    ("link", lambda s: put(s, f"{P1}/ray", term("linkedTo"), named(ORBITER))),
    ("shape", lambda s: change(s, "Claim", term("confidence"), number("1.5", "double"))),
    ("shape", lambda s: change(s, "Claim", term("polarity"), ox.Literal("perhaps"))),
    ("shape", lambda s: change(s, "Claim", term("start"), number("9999"))),
    ("shape", lambda s: drop(s, "Result", term("metric"))),
    ("shape", lambda s: drop(s, "Result", term("high"))),
    ("shape", lambda s: change(s, "Result", term("bound"), ox.Literal("roughly"))),
    ("shape", lambda s: put(s, P1, term("year"), number("1999"), P1)),
    ("shape", lambda s: put(s, first_result(s), term("metric"), named(f"{BASE}metric/another"))),
    ("shape", lambda s: change_linked(s, term("start"), number("9999"))),
    ("shape", lambda s: change_linked(s, term("confidence"), number("-1", "double"))),
    ("quote", lambda s: change_linked(s, term("quote"), ox.Literal("never said"))),
    ("quote", lambda s: change_linked(s, term("statedIn"), named(f"{BASE}paper/p2"))),
    ("range", lambda s: change_linked(s, term("statedIn"), named(f"{BASE}paper/nobody"))),
    ("range", lambda s: change_linked(s, term("about"), named(first_result(s)))),
    ("link", lambda s: s.remove(next(s.quads_for_pattern(None, named(term("linkedTo")), None, ox.DefaultGraph())))),
    ("shape", lambda s: put(s, f"{BASE}paper/p3", RDF + "type", named(term("Paper")))),
]


def test_a_sound_store_has_no_violation(store: ox.Store, bare: Ontology) -> None:
    assert check(store, bare) == ()


@pytest.mark.parametrize(("rule", "plant"), FAULTS, ids=[f"{i}-{rule}" for i, (rule, _) in enumerate(FAULTS)])
def test_a_planted_fault_is_found(
        store: ox.Store, bare: Ontology, rule: str, plant: Callable[[ox.Store], object]) -> None:
    plant(store)
    found = check(store, bare)
    assert rule in {violation.rule for violation in found}
    assert all(violation.node and violation.message for violation in found)


def test_a_phrase_that_is_a_listed_metric_is_sound(store: ox.Store, bare: Ontology) -> None:
    put(store, first_result(store), term("metricPhrase"), ox.Literal("throughput"))
    assert check(store, bare) == ()


def test_faults_ran() -> None:
    assert len(FAULTS) == 28


def test_an_empty_store(bare: Ontology) -> None:
    assert check(ox.Store(), bare) == ()


def test_some_papers_alone_are_checked(store: ox.Store, bare: Ontology) -> None:
    drop(store, "Claim", term("quote"))
    assert {v.rule for v in check(store, bare, papers=[P1])} == {"shape"}
    assert check(store, bare, papers=[f"{BASE}paper/p2"]) == ()
    assert check(store, bare, papers=[]) == ()
    result = first_result(store)
    put(store, result, term("quote"), ox.Literal("nowhere"))
    assert "quote" in {v.rule for v in check(store, bare, papers=[P1])}


def test_an_unlinked_node_of_a_checked_paper_is_found(store: ox.Store, bare: Ontology) -> None:
    linked = store.quads_for_pattern(None, named(term("linkedTo")), None, ox.DefaultGraph())
    gone = min((quad for quad in linked if str(quad.subject).startswith(f"<{P1}/")), key=str)
    store.remove(gone)
    found = check(store, bare, papers=[P1])
    assert [(v.rule, v.node) for v in found] == [("link", str(gone.subject.value))]

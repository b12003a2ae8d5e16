"""What a name means: one thing, or a fault that says which ones there are."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.graph import graph_quads
from kg.link import link
from kg.lookup import as_iri, called, find, search
from kg.model import Extraction
from kg.ontology import Ontology
from kg.store import open_store
from kg.terms import BASE


@pytest.fixture(scope="module")
def store(store_folder: Path) -> ox.Store:
    return open_store(store_folder)


CASES = {
    "Orbiter": "Orbiter",
    "orbiter": "Orbiter",
    "VLLM": "vLLM",
    "EARLY-EXIT": "early exit",
    "p1": "Orbiter: Serving",
    "Orbiter: Serving": "Orbiter: Serving",
    "paper/p1": "Orbiter: Serving",
    f"<{BASE}paper/p1>": "Orbiter: Serving",
}


@pytest.mark.parametrize("name", CASES)
def test_a_name_finds_its_thing(store: ox.Store, name: str) -> None:
    assert find(store, name).label == CASES[name]


def test_all_cases_ran() -> None:
    assert len(CASES) == 8


@pytest.mark.parametrize(
    ("name", "near"), [("Orbitr", "Orbiter"), ("rbit", "Orbiter"), ("vLM", "vLLM"), ("qqq", "kg query")]
)
def test_an_unknown_name_gives_near_ones(store: ox.Store, name: str, near: str) -> None:
    with pytest.raises(QueryError, match=f"nothing is called '{name}'.*{near}"):
        find(store, name)


def test_an_iri_finds_its_thing(store: ox.Store) -> None:
    orbiter = find(store, "Orbiter")
    assert find(store, orbiter.iri) == find(store, f"<{orbiter.iri}>") == orbiter


def test_an_ambiguous_name_is_said_so(extractions: tuple[Extraction, ...], bare: Ontology) -> None:
    first, second = extractions
    also = replace(second, entities=(*second.entities, replace(second.entities[0], cls="Model", name="Orbiter")))
    store = ox.Store()
    store.bulk_extend(graph_quads((first, also), link((first, also), bare), bare))
    with pytest.raises(QueryError, match=r"'Orbiter' is the name of 2 things: Model .*, System .*give the IRI"):
        find(store, "Orbiter")
    with pytest.raises(QueryError, match="2 things"):
        find(store, "orbiter")


def test_the_same_case_comes_first_and_the_other_is_told(extractions: tuple[Extraction, ...], bare: Ontology) -> None:
    first, second = extractions
    also = replace(second, entities=(*second.entities, replace(second.entities[0], cls="Model", name="ORBITER")))
    store = ox.Store()
    store.bulk_extend(graph_quads((first, also), link((first, also), bare), bare))
    found = find(store, "Orbiter")
    assert (found.cls, found.label) == ("System", "Orbiter")
    assert [other.split(" <")[0] for other in found.others] == ["Model 'ORBITER'"]


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("paper/p1", f"{BASE}paper/p1"),
        ("kg:Paper", f"{BASE}ontology#Paper"),
        ("<https://example.org/x>", "https://example.org/x"),
        (f"{BASE}paper/p1", f"{BASE}paper/p1"),
    ],
)
def test_short_forms_become_iris(name: str, iri: str) -> None:
    assert as_iri(name) == iri


def test_search_ranks_equal_beginning_inside_and_near(store_folder: Path) -> None:
    store = open_store(store_folder)
    assert [thing.label for thing in search(store, "ORBITER")][:2] == ["Orbiter", "Orbiter: Serving"]
    assert search(store, "qua")[0].label == "Quasar"
    assert search(store, "rbite")[0].label == "Orbiter"
    assert search(store, "quasarr")[0].label == "Quasar"
    assert search(store, "") == search(store, "no such thing") == ()
    assert len(search(store, "a", limit=2)) == 2


def test_everything_that_has_a_name_is_called_so(store_folder: Path) -> None:
    store = open_store(store_folder)
    assert [thing.cls for thing in called(store, "a-100")] == ["Hardware"]
    assert called(store, "") == ()

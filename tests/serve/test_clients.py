"""Clients that other people wrote, against the running endpoint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.serve.conftest import Endpoint

SYSTEMS = """PREFIX kg: <https://w3id.org/abstract-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?label WHERE { ?s a kg:System ; rdfs:label ?label } ORDER BY ?label"""
LABELS = ["Orbiter", "Quasar", "Ray", "vLLM"]
COMUNICA = "KG_COMUNICA"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("direct", [True, False])
def test_sparqlwrapper(endpoint: Endpoint, method: str, direct: bool) -> None:
    library = pytest.importorskip("SPARQLWrapper")
    client = library.SPARQLWrapper(f"http://127.0.0.1:{endpoint.port}/sparql")
    client.setMethod(method)
    if method == "POST":
        client.setRequestMethod(library.POSTDIRECTLY if direct else library.URLENCODED)
    client.setQuery(SYSTEMS)
    client.setReturnFormat(library.JSON)
    found = client.query().convert()
    assert [row["label"]["value"] for row in found["results"]["bindings"]] == LABELS
    client.setReturnFormat(library.CSV)
    assert client.query().convert().decode().split()[1:] == LABELS
    client.setQuery("CONSTRUCT WHERE { ?s a <https://w3id.org/abstract-kg/ontology#System> }")
    client.setReturnFormat(library.TURTLE)
    assert client.query().convert().count(b"a kg:System") == len(LABELS)


def test_rdflib(endpoint: Endpoint) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    remote = Graph(SPARQLStore(f"http://127.0.0.1:{endpoint.port}/sparql"))
    assert [str(row[0]) for row in remote.query(SYSTEMS)] == LABELS


def test_comunica(endpoint: Endpoint, tmp_path: Path) -> None:
    folder = os.environ.get(COMUNICA)
    if not folder or not shutil.which("node"):
        pytest.skip(f"needs node, and {COMUNICA} naming a folder where @comunica/query-sparql is installed")
    command = [str(Path(folder) / "node_modules/.bin/comunica-sparql"), f"http://127.0.0.1:{endpoint.port}/sparql",
               "-q", SYSTEMS, "-t", "application/sparql-results+json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert [row["label"]["value"] for row in json.loads(done.stdout)["results"]["bindings"]] == LABELS

"""What the endpoint says of itself in RDF.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.export.rdf import sort_prefixes
from kg.reader import GRAPHS
from kg.terms import PREFIXES, RDF

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
            "N-Triples", "RDF_XML", "JSON-LD")


def description(address: str, form: str) -> bytes:
    """Return the description of the endpoint at an address, in a format of :data:`kg.reader.GRAPHS`."""
    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SD + name)

    service, dataset, graph = (ox.NamedNode(address + part) for part in ("#service", "#dataset", "#graph"))
    a = ox.NamedNode(RDF + "type")
    triples = [
        ox.Triple(service, a, sd("Service")),
        ox.Triple(service, sd("endpoint"), ox.NamedNode(address)),
        ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        *(ox.Triple(service, sd("resultFormat"), ox.NamedNode(_FORMATS + name)) for name in _RESULTS),
        ox.Triple(service, sd("defaultDataset"), dataset),
        ox.Triple(service, sd("availableGraphs"), dataset),
        ox.Triple(dataset, a, sd("Dataset")),
        ox.Triple(dataset, sd("defaultGraph"), graph),
        ox.Triple(graph, a, sd("Graph")),
    ]
    prefixes = {"sd": _SD, "formats": _FORMATS, "rdf": PREFIXES["rdf"]} if form == "ttl" else None
    return sort_prefixes(ox.serialize(triples, format=GRAPHS[form], prefixes=prefixes) or b"")

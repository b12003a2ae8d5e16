"""Structural terms of the graph and the minting of IRIs.

The classes and relations of the domain come from ``ontology/``; the names here are the ones that the
code itself relies on.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

BASE = "https://w3id.org/abstract-kg/"
KG = f"{BASE}ontology#"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "https://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
QUDT = "http://qudt.org/schema/qudt/"
UNIT = "http://qudt.org/vocab/unit/"

PREFIXES: dict[str, str] = {
    "kg": KG,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "schema": SCHEMA,
    "prov": PROV,
    "oa": OA,
    "qudt": QUDT,
    "unit": UNIT,
}
"""Prefixes that queries may use undeclared and exports declare."""

_UNSAFE = re.compile(r"[^a-z0-9.+]+")


def slug(text: str) -> str:
    """Return ``text`` as one path segment of ASCII letters, digits, ``.``, ``+`` and ``-``.

    Case and accents are folded. A text that leaves nothing (``"是"``) gives a short hash, so that
    the result is never empty and different texts seldom meet.

    >>> slug("LLaMA-2 70B")
    'llama-2-70b'
    >>> slug("C++")
    'c++'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    folded = _UNSAFE.sub("-", plain).strip("-.")
    return folded or f"u{hashlib.sha256(text.encode('utf-8')).hexdigest()[:10]}"


def term(name: str) -> str:
    """Return the IRI of a class or property of the ontology by its local name."""
    return KG + name


def local_name(iri: str) -> str:
    """Return what follows the last ``#`` or ``/`` of an IRI."""
    return re.split(r"[#/]", iri)[-1]


def paper_iri(paper_id: str, *, base: str = BASE) -> str:
    """Return the IRI of a paper, which is also the name of its graph."""
    return f"{base}paper/{quote(paper_id, safe=':.-_~()')}"

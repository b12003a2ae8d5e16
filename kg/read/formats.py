"""The formats, in the order in which a file is tried.

A new one is a module with a sniffer and a reader, and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.model import Paper, Skipped
from kg.read import atom, bibtex, csl_yaml, delimited, jats, json_records, listing, oai, pubmed, tagged, zotero_rdf
from kg.read.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """How to tell a format by the head of a file (text, up to 64 thousand characters), and how to read it."""

    name: str
    sniff: Callable[[str], bool]
    read: Callable[[Source], Iterator[Paper | Skipped]]


FORMATS: tuple[Format, ...] = (
    Format("JSON", json_records.sniff, json_records.read_json),
    Format("Atom", atom.sniff, atom.read_atom),
    Format("OAI-PMH", oai.sniff, oai.read_oai),
    Format("PubMed XML", pubmed.sniff, pubmed.read_pubmed),
    Format("JATS", jats.sniff, jats.read_jats),
    Format("Zotero RDF", zotero_rdf.sniff, zotero_rdf.read_zotero_rdf),
    Format("MEDLINE", tagged.sniff_medline, tagged.read_medline),
    Format("Web of Science", tagged.sniff_wos, tagged.read_wos),
    Format("RIS", tagged.sniff_ris, tagged.read_ris),
    Format("CSL YAML", csl_yaml.sniff, csl_yaml.read_csl_yaml),
    Format("BibTeX", bibtex.sniff, bibtex.read_bibtex),
    Format("CSV or TSV", delimited.sniff, delimited.read_delimited),
    Format("plain-text listing", listing.sniff, listing.read_listing),
)
"""The more telling first; the listing takes any text that is no other markup."""


def format_of(head: str) -> Format | None:
    """Return the first format whose signs ``head`` shows, None where it is none of them."""
    return next((one for one in FORMATS if one.sniff(head)), None)

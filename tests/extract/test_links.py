import pytest

from kg.extract import document
from kg.extract.links import LinkFinder
from kg.extract.sentences import blank
from kg.ontology import Ontology

document.register()
CASES = [
    ("Code: https://example.org/orbiter.", ["https://example.org/orbiter"]),
    ("(see https://example.org/a_(b)) and https://example.org/c),", ["https://example.org/a_(b)", "https://example.org/c"]),
    ("at github.com/someone/orbiter today", ["github.com/someone/orbiter"]),
    ("twice https://example.org/x, https://example.org/x", ["https://example.org/x"]),
    ("no link here.", []),
]


@pytest.mark.parametrize(("text", "links"), CASES)
def test_addresses_as_printed(shipped: Ontology, text: str, links: list[str]) -> None:
    doc = LinkFinder(shipped)(blank()(text))
    assert [m.text for m in doc._.kg_code] == links
    assert all(text[m.start : m.end] == m.text for m in doc._.kg_code)

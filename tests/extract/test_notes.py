import pytest

from kg.extract import document
from kg.extract.notes import NoteTaker
from kg.extract.sentences import blank
from kg.ontology import Ontology

document.register()
ORDINARY = "We present a system that serves many models on the same device and we show that it is fast for most."
CASES = [
    (ORDINARY, None), ("", "empty"), ("   \n", "empty"), ("Orbiter", "only 1 words"),
    ("Wir stellen ein System vor, das viele Modelle auf einem Rechner bedient und das schnell.", "not to be English"),
    (ORDINARY * 150, "far more than an abstract")]


@pytest.mark.parametrize(("text", "note"), CASES)
def test_what_is_odd_is_said(shipped: Ontology, text: str, note: str | None) -> None:
    notes = NoteTaker(shipped)(blank()(text))._.kg_notes
    assert notes == () if note is None else note in notes[0]

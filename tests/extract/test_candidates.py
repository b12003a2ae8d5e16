import pytest

from kg.extract.candidates import Candidate, find_candidates
from kg.extract.sentences import SentenceSplitter, blank
from kg.extract.sequence import Span
from kg.extract.signals import Lexicon, gather
from kg.ontology import Ontology


@pytest.fixture(scope="module")
def lexicon(shipped: Ontology) -> Lexicon:
    return Lexicon.from_ontology(shipped)


def candidates(text: str, lexicon: Lexicon, ontology: Ontology, spans: list[tuple[str, str]] | None = None
               ) -> dict[str, Candidate]:
    doc = SentenceSplitter(ontology)(blank()(text))
    proposed = []
    for surface, cls in spans or []:
        at = doc.char_span(text.index(surface), text.index(surface) + len(surface))
        proposed.append(Span(at.start, at.end, cls, 0.7))
    found = find_candidates(doc, gather(doc, lexicon), proposed, lexicon)
    return {form: c for c in found for form in c.forms(doc)}


def test_acronym_and_expansion_are_one_candidate(lexicon: Lexicon, shipped: Ontology) -> None:
    found = candidates("We use quick brown pruning (QBP). QBP is fast, and QBP is small.", lexicon, shipped)
    assert found["QBP"] is found["quick brown pruning"]
    assert len(found["QBP"].occurrences) == 4
    assert found["QBP"].short_form


def test_spellings_of_a_listed_thing_are_one_candidate(lexicon: Lexicon, shipped: Ontology) -> None:
    found = candidates("We run on an NVIDIA A100. Two A100s are faster.", lexicon, shipped)
    assert found["A100s"] is found["NVIDIA A100"]
    assert "vocabulary" in found["A100s"].sources


def test_proposals_are_found_everywhere_they_occur(lexicon: Lexicon, shipped: Ontology) -> None:
    found = candidates("Zorbing helps. With zorbing we win.", lexicon, shipped, [("Zorbing", "Method")])
    assert len(found["zorbing"].occurrences) == 2
    assert [s.cls for s in found["zorbing"].spans] == ["Method"]


def test_spelling_title_and_capitals_propose(lexicon: Lexicon, shipped: Ontology) -> None:
    found = candidates("Orbiter: A Server\n\nWe add Quick Batch Scheduling to ZipServe.", lexicon, shipped)
    assert "title" in found["Orbiter"].sources
    assert "capitals" in found["Quick Batch Scheduling"].sources
    assert "spelling" in found["ZipServe"].sources


def test_plain_text_proposes_nothing(lexicon: Lexicon, shipped: Ontology) -> None:
    assert candidates("it is what it is.", lexicon, shipped) == {}


def test_a_preposition_at_the_end_is_no_part_of_a_candidate(shipped: Ontology) -> None:
    doc = SentenceSplitter(shipped)(blank()("It cuts communication by 95% and is verifier-based here."))
    lexicon = Lexicon.from_ontology(shipped)
    spans = [Span(2, 4, "Metric", 0.9), Span(8, 11, "Method", 0.9)]
    found = find_candidates(doc, gather(doc, lexicon), spans, lexicon)
    forms = {form for candidate in found for form in candidate.forms(doc)}
    assert {"communication", "verifier-based"} <= forms
    assert "communication by" not in forms

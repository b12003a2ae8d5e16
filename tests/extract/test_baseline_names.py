"""Whom the phrase of a baseline names, and whom it does not."""

import pytest

from kg.extract import document
from kg.extract.baseline_names import BaselineNamer, BaselineWords, named_baselines
from kg.extract.sentences import blank
from kg.model import Entity, Evidence, Mention, Result
from kg.ontology import Ontology


def entity(*names: str, cls: str = "System") -> Entity:
    return Entity(cls, names[0], tuple(Mention(0, len(name), name) for name in names), "hand", 1.0)


ENTITIES = (
    entity("Orbiter"),
    entity("Comet"),
    entity("Basin 2", "Basin-2"),
    entity("Search and Rescue"),
    entity("Quick Union Action Planning", "QUAP"),
    entity("Zyx9", cls="Hardware"),
    entity("Formling", cls="Model"),
    entity("Ox2/2.5", cls="Model"),
    entity("Nym 3", cls="Model"),
)
CASES = {
    "Orbiter": ("Orbiter",),
    "basin-2": ("Basin 2",),
    "Orbiter and Comet": ("Orbiter", "Comet"),
    "Orbiter, Comet, and Basin 2": ("Orbiter", "Comet", "Basin 2"),
    "Orbiter as well as Comet": ("Orbiter", "Comet"),
    "Orbiter or Comet": ("Orbiter", "Comet"),
    "Orbiter/Comet": ("Orbiter", "Comet"),
    "Comet and Comet": ("Comet",),
    "Search and Rescue and Comet": ("Search and Rescue", "Comet"),
    "Ox2/2.5 and Orbiter": ("Ox2/2.5", "Orbiter"),
    "state-of-the-art systems such as Orbiter and Comet": ("Orbiter", "Comet"),
    "leading serving engines, including Orbiter, Comet": ("Orbiter", "Comet"),
    "existing engines (Orbiter, Comet)": ("Orbiter", "Comet"),
    "state-of-the-art systems like Orbiter": ("Orbiter",),
    "the fastest serving system Comet": ("Comet",),
    "the Comet baseline": ("Comet",),
    "the original Comet system": ("Comet",),
    "both vanilla Orbiter and Comet's": ("Orbiter", "Comet"),
    "a Zyx9 GPU": ("Zyx9",),
    "Quick Union Action Planning (QUAP)": ("Quick Union Action Planning",),
    "Nym 3 and earlier state-of-the-art baselines": ("Nym 3",),
    "Orbiter-based systems": (),
    "quantized Formling": (),
    "Zyx9 accelerators": (),
    "Nym 4": (),
    "Nym": (),
    "Comet without caching": (),
    "hand-tuned servers": (),
    "and": (),
    "": (),
}


@pytest.fixture(scope="module")
def words(shipped: Ontology) -> BaselineWords:
    return BaselineWords.from_ontology(shipped)


@pytest.mark.parametrize("phrase", CASES)
def test_a_phrase_names_whom_it_says_and_nobody_else(words: BaselineWords, phrase: str) -> None:
    assert named_baselines(phrase, ENTITIES, words) == CASES[phrase]


def test_all_cases_ran() -> None:
    assert len(CASES) == 30


def test_of_two_with_one_form_the_name_wins(words: BaselineWords) -> None:
    both = (entity("Comet Engine", "Comet"), entity("Comet"))
    assert named_baselines("Comet", both, words) == named_baselines("Comet", both[::-1], words) == ("Comet",)


def test_no_entities(words: BaselineWords) -> None:
    assert named_baselines("Orbiter and Comet", (), words) == ()


def test_the_component_leaves_out_what_the_result_is_about(shipped: Ontology) -> None:
    document.register()
    doc = blank()("Comet is twice as fast.")
    doc[1].is_sent_start = False
    doc._.kg_entities = ENTITIES
    doc._.kg_results = tuple(
        Result(
            "Comet",
            "speedup",
            2.0,
            2.0,
            "x",
            "increase",
            "exact",
            "single",
            "twice",
            Evidence(9, 14, "hand", 1.0),
            baseline=phrase,
        )
        for phrase in ("Orbiter and Comet", None)
    )
    assert [r.baselines for r in BaselineNamer(shipped)(doc)._.kg_results] == [("Orbiter",), ()]


def compared(ontology: Ontology, text: str, *baselines: str) -> list[tuple[str, ...]]:
    """Return the baselines of one result for each number of ``text`` that ends with a percent sign."""
    document.register()
    doc = blank()(text)
    doc[0].is_sent_start = True
    for token in doc[1:]:
        token.is_sent_start = False
    names = ("Orbiter", "Comet", "Basin", "Atoll")
    doc._.kg_entities = tuple(Entity("System", n, (Mention(text.index(n), text.index(n) + len(n), n),), "hand", 1.0)
                              for n in names if n in text)
    doc._.kg_results = tuple(
        Result("Atoll", "speed", n, n, "%", "increase", "exact", "single", f"{n}%",
               Evidence(text.index(f"{n}%"), text.index(f"{n}%") + 2, "hand", 1.0), baseline=baseline)
        for n, baseline in enumerate(baselines, 1))
    return [r.baselines for r in BaselineNamer(ontology)(doc)._.kg_results]


@pytest.mark.parametrize(("text", "baselines", "named"), [
    ("Compared with Orbiter and Comet, Atoll gains 1%.", ("Orbiter",), [("Orbiter", "Comet")]),
    ("Atoll is 1% faster than Orbiter, Comet, and Basin.", ("Comet",), [("Orbiter", "Comet", "Basin")]),
    ("Atoll gains 1% and 2% over Orbiter and Comet.", ("Orbiter", "Comet"), [("Orbiter",), ("Comet",)]),
    ("Compared with Orbiter, Comet inside Atoll gains 1%.", ("Orbiter",), [("Orbiter",)]),
    ("Atoll gains 1% over Orbiter (Comet) here.", ("Orbiter",), [("Orbiter",)]),
])
def test_a_list_of_names_is_compared_with_as_a_whole(
    shipped: Ontology, text: str, baselines: tuple[str, ...], named: list[tuple[str, ...]]
) -> None:
    assert compared(shipped, text, *baselines) == named

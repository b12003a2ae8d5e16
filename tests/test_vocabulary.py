"""The vocabulary under ``ontology/vocab/``: spelling, ownership, sources, order, size and speed."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from kg.extract.surface import NameMatcher, runs
from kg.ontology import CLASSES, Concept, Ontology, home, load

CLASS_FILES = {"Hardware": "hardware", "Model": "models", "Dataset": "datasets",
               "System": "systems", "Metric": "metrics", "Method": "methods"}
TIDY_FILES = (*CLASS_FILES.values(), "generic")
MINIMUM = {"Hardware": 400, "Model": 600, "Dataset": 800, "System": 500, "Metric": 300, "Method": 400}
SUBJECT = re.compile(r'^[a-z]+:\S+ a (?:skos:Concept, kg:\w+|kg:GenericTerm) ; skos:prefLabel "((?:[^"\\]|\\.)+)"')


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


def folded(label: str) -> str:
    """Fold as a reader does: without case and anything that is no letter or digit; ``+`` and ``#`` count."""
    return re.sub(r"[^\w+#]|_", "", label.casefold())


def vocabulary(name: str) -> Path:
    return home() / "vocab" / f"{name}.ttl"


def test_each_class_is_well_stocked(ontology: Ontology) -> None:
    counts = Counter(concept.cls for concept in ontology.concepts)
    assert set(counts) == set(CLASSES)
    assert {cls: n for cls, n in counts.items() if n < MINIMUM[cls]} == {}


def test_no_two_concepts_share_a_folded_label(ontology: Ontology) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in ontology.concepts:
        for label in concept.labels:
            owners[folded(label)].add(concept.iri)
    assert len(owners) > 5000
    assert {label: sorted(iris) for label, iris in owners.items() if len(iris) > 1} == {}


def test_no_generic_term_is_a_label(ontology: Ontology) -> None:
    labels = {folded(label): concept.iri for concept in ontology.concepts for label in concept.labels}
    assert len(ontology.generic) > 300
    assert sorted(term for term in ontology.generic if folded(term) in labels) == []


BARE = {(), *((chr(code),) for code in range(ord("a"), ord("z") + 1))}
"""What is left of a name that is all punctuation or one letter: it would match anywhere."""


def test_labels_are_names_that_can_be_matched(ontology: Ontology) -> None:
    faults = [label for concept in ontology.concepts for label in concept.labels
              if label != " ".join(label.split()) or runs(label) in BARE]
    assert faults == []


def test_sources_are_known(ontology: Ontology) -> None:
    readme = (home() / "README.md").read_text(encoding="utf-8")
    used = Counter(source for concept in ontology.concepts for source in concept.sources)
    assert [concept.iri for concept in ontology.concepts if len(concept.sources) != 1] == []
    assert len(used) >= 5
    assert sorted(source for source in used if f"<{source}>" not in readme) == []


def test_readme_counts_are_current(ontology: Ontology) -> None:
    readme = (home() / "README.md").read_text(encoding="utf-8")
    counts = Counter(concept.cls for concept in ontology.concepts)
    rows = re.findall(r"^\| `kg:(\w+)` \| ([\d,]+) \|", readme, re.MULTILINE)
    assert {cls: int(number.replace(",", "")) for cls, number in rows} == dict(counts)


def test_families_exist_and_have_the_same_class(ontology: Ontology) -> None:
    by_iri = {concept.iri: concept for concept in ontology.concepts}
    variants = [concept for concept in ontology.concepts if concept.variant_of]
    assert len(variants) > 500
    for concept in variants:
        assert concept.variant_of != concept.iri
        assert concept.variant_of in by_iri, concept.iri
        assert by_iri[concept.variant_of].cls == concept.cls, concept.iri


def test_directions_are_set_on_metrics_alone(ontology: Ontology) -> None:
    for concept in ontology.concepts:
        assert concept.direction in ({"higher", "lower"} if concept.cls == "Metric" else {None}), concept.iri


def test_hardware_attributes_are_well_formed(ontology: Ontology) -> None:
    checked = 0
    for concept in ontology.concepts:
        attributes = dict(concept.attributes)
        if "memoryGB" in attributes:
            assert 0 < float(attributes["memoryGB"]) < 2000, concept.iri
            checked += 1
        if "released" in attributes:
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", attributes["released"]), concept.iri
    assert checked > 100


def test_ambiguous_concepts_show_their_technical_sense(ontology: Ontology) -> None:
    ambiguous = [concept for concept in ontology.concepts if concept.ambiguous]
    assert len(ambiguous) > 80
    assert [concept.iri for concept in ambiguous if not concept.examples] == []


def test_examples_hold_the_name(ontology: Ontology) -> None:
    with_examples = [concept for concept in ontology.concepts if concept.examples]
    assert len(with_examples) > 80
    assert [concept.iri for concept in with_examples if not _found(concept) and not concept.label.endswith("S")] == []


def _found(concept: Concept) -> bool:
    matcher = NameMatcher((0, label) for label in concept.labels)
    return all(matcher(example) for example in concept.examples)


def test_every_preferred_label_is_found_in_a_carrier_sentence(ontology: Ontology) -> None:
    """A last *s* may be taken for a plural, by the spelling rules; every other label must be found."""
    matcher = NameMatcher((index, label) for index, c in enumerate(ontology.concepts) for label in c.labels)
    missed = []
    for index, concept in enumerate(ontology.concepts):
        sentence = f"It was tried with {concept.label}, too."
        if index not in {match.key for match in matcher(sentence)}:
            missed.append(concept.label)
    assert len(ontology.concepts) > 4000
    assert sorted(label for label in missed if not label.casefold().endswith("s")) == []
    assert len(missed) < 60


@pytest.mark.parametrize("name", TIDY_FILES)
def test_files_are_sorted_and_each_concept_begins_a_line(name: str) -> None:
    text = vocabulary(name).read_text(encoding="utf-8")
    labels = [match[1] for line in text.splitlines() if (match := SUBJECT.match(line))]
    assert len(labels) == text.count("skos:prefLabel")
    assert labels == sorted(labels, key=lambda label: (label.casefold(), label))
    assert text.endswith(".\n") and "\t" not in text


def test_units_are_listed_and_mapped(ontology: Ontology) -> None:
    units = ontology.words("unit")
    assert {"x", "%", "points", "tokens/s", "requests/s", "TFLOPS", "TOPS/W", "GB/s", "ms", "us", "mJ", "pJ", "GHz",
            "mm2", "USD", "GPU-hours", "FPS"} <= units
    text = vocabulary("units").read_text(encoding="utf-8")
    blocks = re.findall(r"^unit:\S+ a skos:Concept ;(.*)\.$", text, re.MULTILINE)
    labels = [label for block in blocks for label in re.findall(r'"([^"]+)"', block)]
    assert len(blocks) > 80
    assert [label for label, n in Counter(labels).items() if n > 1] == []
    assert all(re.search(r"skos:exactMatch qudt:[A-Za-z_0-9-]+ $", block) for block in blocks if "exactMatch" in block)

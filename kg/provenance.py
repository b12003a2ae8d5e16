"""What a run is made with: the versions and hashes that decide what it finds. No clock, no host."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from importlib.metadata import version as version_of
from pathlib import Path

from kg.ontology import Ontology

_HERE = Path(__file__).resolve().parent
_WEIGHTS = _HERE / "extract" / "weights"
_CODE = ("extract", "model.py", "model_names.py", "ontology.py", "records.py", "terms.py")
_LIBRARIES = ("numpy", "onnxruntime", "spacy", "tokenizers")
_UNREAD = "syntax"
_ENCODER = "encoder"


@dataclass(frozen=True, slots=True)
class Run:
    """The software and its inputs other than papers; equal runs say the same of equal papers."""

    version: str
    ontology_version: str
    ontology_sha256: str
    weights_sha256: str

    @property
    def id(self) -> str:
        """A short name for the run, from all of it."""
        parts = (self.version, self.ontology_version, self.ontology_sha256, self.weights_sha256)
        return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:12]


def run_of(ontology: Ontology, version: str, *, fast: bool = False) -> Run:
    """Return the run of this installation with an ontology, with or without the pretrained encoder."""
    return Run(version, ontology.version, ontology.sha256, weights_sha256(fast=fast))


@lru_cache(maxsize=2)
def weights_sha256(*, fast: bool) -> str:
    """Return the hash of the weights that extraction reads: names and bytes of their files, sorted."""
    unread = {_UNREAD, _ENCODER} if fast else {_UNREAD}
    digest = hashlib.sha256()
    for path in sorted(_WEIGHTS.rglob("*")):
        place = path.relative_to(_WEIGHTS)
        if path.is_file() and path.suffix != ".md" and place.parts[0] not in unread:
            digest.update(place.as_posix().encode("utf-8") + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def extraction_of(ontology: Ontology, *, fast: bool) -> Mapping[str, str]:
    """Return everything that decides what is found in a text, by name: equal values find the same in equal texts.

    Queries, colours and shapes are no part of it: they can change and nothing has to be extracted again.
    """
    return {"extractor": extractor_sha256(), "ontology": _vocabulary_sha256(ontology),
            "weights": weights_sha256(fast=fast), "mode": "fast" if fast else "default"}


@lru_cache(maxsize=1)
def extractor_sha256() -> str:
    """Return the hash of the code that extracts and of the versions of the libraries that its numbers come from."""
    digest = hashlib.sha256()
    places = [_HERE / name for name in _CODE]
    files = [path for place in places for path in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    for path in files:
        digest.update(path.relative_to(_HERE).as_posix().encode("utf-8") + b"\0" + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {version_of(name)}\0".encode())
    return digest.hexdigest()


def _vocabulary_sha256(ontology: Ontology) -> str:
    """Return the hash of classes, properties, concepts and words: what extraction asks of an ontology."""
    concepts = (replace(concept, examples=(), sources=()) for concept in ontology.concepts)
    said = [
        [[*map(_plain, astuple(one))] for _, one in sorted(ontology.classes.items())],
        [[*map(_plain, astuple(one))] for _, one in sorted(ontology.properties.items())],
        [[*map(_plain, astuple(one))] for one in concepts], sorted(ontology.generic),
        sorted((name, sorted(words)) for name, words in ontology.word_lists.items()), sorted(ontology.units.items())]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value

"""What a run is made with: the versions and hashes that decide what it finds. No clock, no host."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.ontology import Ontology

_WEIGHTS = Path(__file__).resolve().parent / "extract" / "weights"
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

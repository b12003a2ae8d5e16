"""Which exports were made from a store, and which of them it has left behind since."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from kg.export.files import write_bytes
from kg.store import about, exists

_NOTES = "exports.json"
_MADE_OF = ("content", "format", "links", "ontology", "version", "weights")


def note_exports(store: Path, files: Iterable[Path]) -> None:
    """Note that files were made from what a store holds now, where its folder can be written.

    Raises:
        StoreError: there is no store in the folder.
    """
    if not os.access(store, os.W_OK):
        return
    state = _state(store)
    noted = _read(store) | {_place(file, store): state for file in files}
    text = json.dumps(dict(sorted(noted.items())), ensure_ascii=False, indent=1) + "\n"
    write_bytes(text.encode("utf-8"), store / _NOTES)


def stale(store: Path) -> list[Path]:
    """Return the exports that were made from an earlier state of a store and still exist, sorted; mostly none.

    Raises:
        StoreError: there is no store in the folder.
    """
    state = _state(store)
    places = sorted(store / place for place, made_of in _read(store).items() if made_of != state)
    return [Path(os.path.relpath(place.resolve())) for place in places if place.is_file()]


def _state(store: Path) -> str:
    said = about(store)
    return " ".join(str(said.get(name, "")) for name in _MADE_OF)


def _read(store: Path) -> dict[str, str]:
    file = store / _NOTES
    if not exists(store) or not file.is_file():
        return {}
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _place(file: Path, store: Path) -> str:
    """Return where a file is, as seen from the store, so that both can be moved together."""
    return Path(os.path.relpath(file.resolve(), store.resolve())).as_posix()

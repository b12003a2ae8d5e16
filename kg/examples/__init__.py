"""Abstracts written for this project, with gold: facts and figures of real papers in sentences of our own.

``abstracts.jsonl`` is input for ``kg build``; ``gold.jsonl`` says what a careful reader finds in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Examples(NamedTuple):
    """The two files."""

    abstracts: Path
    gold: Path


def paths() -> Examples:
    """Return the bundled files, in a checkout or an installed package."""
    folder = Path(__file__).resolve().parent
    return Examples(folder / "abstracts.jsonl", folder / "gold.jsonl")

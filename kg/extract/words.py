"""What is known of single words from many abstracts: cluster, document frequency, usual case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_DIGIT = re.compile(r"\d")


def normal(word: str) -> str:
    """Return the form a word is looked up by: case folded, each digit as ``0``."""
    return _DIGIT.sub("0", word.lower())


class Words:
    """A table of words, sorted; lookups of unknown words give None.

    Args:
        words: normal forms, sorted.
        coarse: cluster number of each word among few.
        fine: cluster number of each word among many.
        documents: number of abstracts each word stands in.
        lower: percentage of those in which it stands in lower case.
    """

    def __init__(self, words: Sequence[str], coarse: npt.NDArray[np.int16], fine: npt.NDArray[np.int16],
                 documents: npt.NDArray[np.int32], lower: npt.NDArray[np.int8]) -> None:
        self.words = list(words)
        self.coarse, self.fine, self.documents, self.lower = coarse, fine, documents, lower

    @cached_property
    def _index(self) -> dict[str, tuple[int, int, int, int]]:
        columns: Any = (self.coarse.tolist(), self.fine.tolist(), self.documents.tolist(), self.lower.tolist())
        return dict(zip(self.words, zip(*columns, strict=True), strict=True))

    def get(self, word: str) -> tuple[int, int, int, int] | None:
        """Return coarse cluster, fine cluster, documents and percentage in lower case; None where unknown."""
        return self._index.get(normal(word))

    def save(self, path: Path) -> None:
        """Write the table; equal tables give equal bytes."""
        text = "\n".join(self.words).encode()
        np.savez_compressed(path, words=np.frombuffer(text, dtype=np.uint8), coarse=self.coarse, fine=self.fine,
                            documents=self.documents, lower=self.lower)

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read a table that :meth:`save` wrote."""
        with np.load(path) as table:
            words = table["words"].tobytes().decode().split("\n")
            return cls(words, table["coarse"], table["fine"], table["documents"], table["lower"])

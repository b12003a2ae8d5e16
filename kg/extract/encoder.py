"""The pretrained encoder: a vector for each word that depends on the words around it.

The first layers of all-MiniLM-L6-v2, frozen, in 8 bits (``kg.train.encoder`` writes them), run with ONNX Runtime on one
thread, one document at a time: what a text gives does not depend on what is read beside it.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from kg.errors import InputError

WIDTH = 384
"""Numbers in a vector."""
Vectors = npt.NDArray[np.float32]
_FILES = ("encoder.onnx", "tokenizer.json")
_WINDOW = 510
"""Word pieces that are read at once; the positions of the encoder end at 512."""
_LONGEST = 8
"""Word pieces of a word that are read; no name is longer."""
_START, _BREAK, _UNKNOWN = 101, 102, 100


class Encoder:
    """Reads documents; files are opened at the first one.

    Args:
        folder: where ``kg.train.encoder`` wrote the encoder.

    Raises:
        InputError: a file is missing.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise InputError(f"weights are missing: {', '.join(missing)}", place=str(folder),
                             remedy="reinstall, or run with --fast, which reads without the encoder")
        self._folder = folder
        self._pieces_of = lru_cache(maxsize=50_000)(self._pieces)

    def vectors(self, doc: Doc) -> Vectors:
        """Return a vector for each token: shape (tokens, WIDTH), the mean over its word pieces."""
        pieces = [self._pieces_of(token.text) for token in doc]
        out = np.zeros((len(doc), WIDTH), dtype=np.float32)
        start = 0
        while start < len(doc):
            end, size = start, 0
            while end < len(doc) and size + len(pieces[end]) <= _WINDOW:
                size += len(pieces[end])
                end += 1
            self._read(pieces, start, end, out)
            start = end
        return out

    def _read(self, pieces: list[tuple[int, ...]], start: int, end: int, out: Vectors) -> None:
        counts = [len(p) for p in pieces[start:end]]
        ids = np.array([_START, *(i for p in pieces[start:end] for i in p)], dtype=np.int64)
        (found,) = self._session.run(None, {"ids": ids, "positions": np.arange(len(ids), dtype=np.int64)})
        sums = np.add.reduceat(found[1:], np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp), axis=0)
        out[start:end] = sums / np.array(counts, dtype=np.float32)[:, None]

    def _pieces(self, word: str) -> tuple[int, ...]:
        if word.isspace():
            return (_BREAK,)
        found = self._tokenizer.encode(word, add_special_tokens=False).ids[:_LONGEST]
        return tuple(found) or (_UNKNOWN,)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(self._folder / _FILES[0]), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / _FILES[1]))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

"""Universal Dependencies treebanks in CoNLL-U as spaCy documents.

Source: the format description at universaldependencies.org/format.html. Read are form, UPOS, head and relation of each
word and ``SpaceAfter``; empty nodes and the enhanced graph are passed over. Words of a multiword token stand side by
side without a blank, as English prints them.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.errors import InputError

_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: parallel tuples of words; ``heads`` are indices into the sentence, a root heads itself."""

    document: str
    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    tags: tuple[str, ...]
    heads: tuple[int, ...]
    relations: tuple[str, ...]


def read_treebank(path: Path) -> list[Sentence]:
    """Return the sentences of a gzipped CoNLL-U file in file order.

    Raises:
        InputError: a line has not ten columns, or a head is no number; the line is named.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(_sentences(lines, path))


def _sentences(lines: Iterable[str], path: Path) -> Iterator[Sentence]:
    document, rows = "", []
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\n")
        if text.startswith("# newdoc id"):
            document = text.partition("=")[2].strip()
        elif text and not text.startswith("#"):
            rows.append(_columns(text, f"{path}:{number}"))
        elif not text and rows:
            yield _sentence(document, rows)
            rows = []
    if rows:
        yield _sentence(document, rows)


def _columns(line: str, place: str) -> list[str]:
    columns = line.split("\t")
    if len(columns) != _COLUMNS or (columns[0].isdigit() and not columns[6].isdigit()):
        raise InputError("no word line of CoNLL-U", place=place, remedy="give a UD treebank as it was released")
    return columns


def _sentence(document: str, rows: Sequence[list[str]]) -> Sentence:
    words = [row for row in rows if row[0].isdigit()]
    spaced = [True] * len(words)
    for row in rows:
        glued = "SpaceAfter=No" in row[9]
        if row[0].isdigit() and glued:
            spaced[int(row[0]) - 1] = False
        elif "-" in row[0]:
            first, last = map(int, row[0].split("-"))
            spaced[first - 1 : last] = [False] * (last - first) + [not glued]
    heads = tuple(int(row[6]) - 1 if row[6] != "0" else n for n, row in enumerate(words))
    return Sentence(document, tuple(row[1] for row in words), tuple(spaced), tuple(row[3] for row in words), heads,
                    tuple("ROOT" if row[6] == "0" else row[7] for row in words))


def to_docs(sentences: Sequence[Sentence], vocab: Vocab, *, size: int = 10) -> list[Doc]:
    """Return documents of up to ``size`` neighbouring sentences; a document of the treebank is never mixed."""
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        if groups and len(groups[-1]) < size and groups[-1][-1].document == sentence.document:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return [_doc(group, vocab) for group in groups]


def _doc(group: Sequence[Sentence], vocab: Vocab) -> Doc:
    offsets = [0]
    for sentence in group:
        offsets.append(offsets[-1] + len(sentence.words))
    starts: list[bool | int | None] = [n == 0 for s in group for n in range(len(s.words))]
    return Doc(
        vocab,
        words=[w for s in group for w in s.words],
        spaces=[b for s in group for b in s.spaces],
        pos=[t for s in group for t in s.tags],
        heads=[h + offset for s, offset in zip(group, offsets, strict=False) for h in s.heads],
        deps=[r for s in group for r in s.relations],
        sent_starts=starts,
    )

"""The files of ``tests/hostile``: what is kept, and why the rest is not."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from kg.model import Paper, Skipped
from kg.read import read
from kg.text import repair

FOLDER = Path(__file__).parents[1] / "hostile"
DECLARES = "declares entities of its own"

FILES: dict[str, tuple[int, str]] = {
    # XML
    "billion-laughs.xml": (0, DECLARES), "quadratic-blowup.xml": (0, DECLARES), "external-entity.xml": (0, DECLARES),
    "parameter-entity.xml": (0, DECLARES), "external-dtd.xml": (1, ""), "inclusion.xml": (1, ""),
    "deep.xml": (0, "Excessive depth"), "cut.xml": (1, "Premature end"), "control-characters.xml": (1, "invalid Char"),
    "wrong-encoding.xml": (1, ""), "latin-1.xml": (1, ""), "not-utf-8.xml": (1, "invalid UTF-8 (byte 0xe9"),
    "utf-16.xml": (1, ""), "page.html": (0, "no known format"),
    # JSON
    "deep.json": (0, "does not end"), "deep-record.jsonl": (1, "nested too deeply"),
    "long-number.jsonl": (1, "4300 digits"),
    "surrogates.jsonl": (1, ""), "nul.jsonl": (0, "binary"), "escaped-nul.jsonl": (1, ""), "bidi.jsonl": (1, ""),
    "types.jsonl": (6, "no object with a title or an abstract"), "mixed-newlines.jsonl": (3, ""),
    "bom-twice.jsonl": (1, ""), "utf-32.jsonl": (1, ""), "utf-16-cut.jsonl": (0, "invalid UTF-16"),
    # compressed
    "cut.jsonl.gz": (-1, "gzip data ends here"), "corrupt.jsonl.xz": (0, "xz data"), "cut.jsonl.bz2": (0, "bzip2 data"),
    "lines.jsonl.bz2": (0, "bomb"),
    "header-only.gz": (0, "gzip data"), "gzip-in-gzip.gz": (0, "binary"),
    "archive.zip": (0, "ZIP archive (unpack it first)"),
    # tables
    "open-quote.csv": (0, "quote that opens in this row"), "columns.csv": (2, "no abstract"), "formula.csv": (1, ""),
    "nul.csv": (0, "binary"),
    # BibTeX
    "macros.bib": (2, ""), "recursion.bib": (1, ""), "braces.bib": (2, "broken BibTeX entry"),
    "no-key.bib": (2, "broken BibTeX entry"), "times.bib": (1, ""),
    # YAML and tagged lines
    "aliases.yaml": (1, "alias"), "objects.yaml": (2, ""), "deep.yaml": (1, "nested too deeply"),
    "no-end.ris": (2, "no abstract"), "tags.ris": (1, ""), "no-tags.txt": (1, "no abstract"),
    "only-a-tag.nbib": (1, "no abstract"),
}


def test_every_file_is_read() -> None:
    assert {path.name for path in FOLDER.iterdir()} == FILES.keys()
    assert len(FILES) == 49


@pytest.mark.parametrize("name", FILES)
def test_file(name: str) -> None:
    kept, reason = FILES[name]
    tracemalloc.start()
    start = time.process_time()
    records = list(read([FOLDER / name]))
    took = time.process_time() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    papers = [one for one in records if isinstance(one, Paper)]
    skipped = [one for one in records if isinstance(one, Skipped)]
    assert len(papers) == kept or (kept < 0 and len(papers) > 1000)
    assert bool(skipped) == bool(reason) and any(reason in one.reason for one in skipped) == bool(reason)
    for paper in papers:
        assert repair(paper.text) == paper.text and "root:" not in paper.text and len(paper.text) < 10_000
    assert took < 10 and peak < 32 * 1024 * 1024


def test_a_line_of_10_mb(tmp_path: Path) -> None:
    """Long lines are read up to the limit of the line, in every format that may have them."""
    text = "Foo is fast. " * 800_000
    for name, raw, count in (
        ("a.jsonl", f'{{"id": "a", "other": "{text}", "abstract": "Foo is fast."}}\n', 1),
        ("a.csv", f'title,abstract,other\nFoo,Foo is fast.,"{text[:900_000]}"\n', 1),
        ("a.xml", f"<article><front><article-meta><abstract><p>Foo is fast.</p></abstract></article-meta></front><body>"
                  f"<p>{text[:9_000_000]}</p></body></article>", 1),
        ("a.ris", f"TY  - JOUR\nAB  - Foo is fast.\nN1  - {text}\nER  - \n", 0),
        ("a.bib", f"@misc{{a, abstract={{Foo is fast.}}}}\n@misc{{b, abstract={{{text}}}}}\n", 1),
    ):
        path = tmp_path / name
        path.write_text(raw, encoding="utf-8")
        records = list(read([path]))
        assert sum(isinstance(one, Paper) for one in records) == count, name
        assert count or "more than 4 MB" in next(one.reason for one in records if isinstance(one, Skipped))

"""Repair: what is rendered, what stays, and that a second repair changes nothing."""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.text import fold, repair

SHARED = os.environ.get("KG_DATA", "")

CASES = [
    (r"reaches $2$--$15\times$ more", "reaches 2–15× more"),
    (r"M\'elange", "Mélange"),
    (r"Gonz{\'a}lez, Erd\H{o}s, S\o ren, Fran\c{c}ois", "González, Erdős, Søren, François"),
    ("48times faster", "48× faster"),
    ("a 3times3 grid, 4times)", "a 3×3 grid, 4×)"),
    ("sometimes 5 times, 2timestamps", "sometimes 5 times, 2timestamps"),
    ("of sim500-billion size, sim2real", "of ~500-billion size, sim2real"),
    (r"0.07\%", "0.07%"),
    ("91.2% accuracy on Foo", "91.2% accuracy on Foo"),
    (r"91.2% of \emph{all 5% cases} & more_ones #1", "91.2% of all 5% cases & more_ones #1"),
    (r"\textbf{Matrix}", "Matrix"),
    (r"\texttt{foo_bar} and \textsf{Baz}", "foo_bar and Baz"),
    (r"{\bf Foo} and \underline{\textbf{M}}ixed", "Foo and Mixed"),
    ("MS~MARCO", "MS MARCO"),
    ("14~32% of ~30%", "14~32% of ~30%"),
    ("at https://foo.org/~bar/x_y", "at https://foo.org/~bar/x_y"),
    (r"shift\&add", "shift&add"),
    ("$O(N^2)$", "O(N^2)"),
    (r"$\mathcal{O}(n\log n)$", "O(nlog n)"),
    ("$>$1M", ">1M"),
    ("$R^2$", "R^2"),
    ("mm$^2$", "mm^2"),
    (r"$y_{t+1}$, $10^{-3}$, $x_{ij}$", "y_(t+1), 10^-3, x_ij"),
    (r"$3.5 \times 10^{4}$", "3.5×10^4"),
    (r"1.25-4$\times$ and $8.8 \times$ more", "1.25-4× and 8.8× more"),
    (r"$\sim$30\%, $\pm 2$", "~30%, ± 2"),
    ("$10{,}000$ and 4{,}918 ms", "10,000 and 4,918 ms"),
    (r"by \method, which", "by , which"),
    (r"\foo{bar} baz", "bar baz"),
    (r"as shown \cite{a1, b2} here~\citep{c3}.", "as shown here."),
    (r"see \url{https://a.org/c_d~e%20#x}.", "see https://a.org/c_d~e%20#x."),
    (r"\href{https://a.org/c\_d}{our page}", "our page (https://a.org/c_d)"),
    (r"\href{https://a.org}{https://a.org}", "https://a.org"),
    (r"Foo\footnote{Code: \url{https://a.org/z_1}}", "Foo (Code: https://a.org/z_1)"),
    ("``quoted'' words", "“quoted” words"),
    ("from $5 to $10 a day", "from $5 to $10 a day"),
    ("US$10M to US$20M for $n$ users", "US$10M to US$20M for n users"),
    (r"\$3.50 or \$4", "$3.50 or $4"),
    ("one -- two, three--four, --flag", "one – two, three–four, --flag"),
    ("â€œhelloâ€\x9d 5 Ã—", "“hello” 5 ×"),
    ("a &lt; b &amp; c", "a < b & c"),
    ("Foo\u20112\u00a0GB\u200b", "Foo-2 GB"),
    ("e\u0301", "é"),
    ("multi-\nline  text\r\nhere ", "multi-line text here"),
    ("first.\n \n\nsecond.", "first.\n\nsecond."),
    ("\x00a\x1bb\ufeff", "ab"),
    (r"broken \emph{brace", "broken brace"),
    ("", ""),
    (" \n ", ""),
]


def test_number_of_cases() -> None:
    assert len(CASES) == 49


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_repair(raw: str, expected: str) -> None:
    assert repair(raw) == expected
    assert repair(expected) == expected


MARKUP = st.sampled_from(
    [
        *"ab 1 25.\\${}^_%&#~'`\"-\n[]()<>;×é",
        "\\textbf{",
        "\\times",
        "$$",
        "\\(",
        "\\)",
        "times",
        "sim",
        "&amp;",
        "&lt;",
        "\\frac",
        "\\cite{",
        "\\url{",
        "--",
        "``",
        "''",
        "â€™",
        "\u00a0",
        "Ã©",
        "\\'e",
        "\\\\",
        "{\\bf",
        "\\footnote{",
        "\\href{",
        "\ufb01",
        "\u0301",
        "\uff11",
        "\\begin{a}",
        "\\item",
        "\\unicode{x2013}",
        "\\verb",
        "\\left",
        "\\sqrt",
        "{,}",
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.lists(MARKUP, max_size=25).map("".join), st.text(max_size=80)))
def test_repair_is_idempotent_and_never_raises(raw: str) -> None:
    once = repair(raw)
    assert repair(once) == once
    assert "\\" not in once


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="abc 0123456789.,%$()-–x×/&#_", max_size=60))
def test_digits_of_running_text_survive(raw: str) -> None:
    assert re.sub(r"\D", "", repair(raw)) == re.sub(r"\D", "", raw)


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "\\a{",
        "$",
        "$1 ",
        "\\",
        "\\textbf{a ",
        "$\\frac{",
        "~",
        "``",
        "&amp;",
        "a--",
        "\\url{",
        "\\(a",
        "-\n",
        "$5 a b$ ",
        "\\footnote{",
    ],
)
def test_repair_is_linear(piece: str) -> None:
    started = time.process_time()
    repair(piece * (60_000 // len(piece)))
    assert time.process_time() - started < 5


def test_fold_ignores_case_marks_and_forms() -> None:
    assert fold("FlashFoo–2: Mélange") == fold("flashfoo-2 MELANGE") == "flashfoo2melange"
    assert fold("") == fold("–!") == ""


@pytest.mark.skipif(not SHARED, reason="KG_DATA is not set")
def test_numbers_of_real_abstracts_survive() -> None:
    silent = re.compile(r"\\(?:cite\w*|ding|href|ref|unicode)\b")
    with gzip.open(Path(SHARED) / "data/arxiv-mlsys-4k.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [text for line in lines if not silent.search(text := json.loads(line)["abstract"])]
    assert len(texts) > 4000
    assert [text[:60] for text in texts if re.sub(r"\D", "", text) != re.sub(r"\D", "", repair(text))] == []

"""JATS, HTML and MathML inside titles and abstracts."""

from __future__ import annotations

import gc
import time

import pytest

from kg.read.markup import prose
from kg.text import repair

CASES = [
    ("plain < text > stays", "plain < text > stays"),
    ("a <think> token, <s> and <b> alone", "a <think> token, <s> and <b> alone"),
    ("if a<b and c>d", "if a<b and c>d"),
    ("<b>bold</b> and <i>thin</i>", "bold and thin"),
    ("10<sup>3</sup> and 10<sup>-2</sup>", "10^3 and 10^-2"),
    ("the 5<sup>th</sup> of <sup>13</sup>C", "the 5th of 13C"),
    ("CO<sub>2</sub> in base 10<sub>2</sub>", "CO2 in base 10_2"),
    ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    ("One.<br/>Two.", "One.\n\nTwo."),
    ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p>", "One."),
    ("<jats:sec><jats:title>Aims</jats:title>\n <jats:p>One.</jats:p></jats:sec>", "Aims: One."),
    ("<title>Why?</title><p>One.</p>", "Why? One."),
    ("&lt;p&gt;One &lt; two.&lt;/p&gt;", "One < two."),
    ("&lt;think&gt; stays", "<think> stays"),
    ("<mml:math><mml:msup><mml:mn>10</mml:mn> <mml:mn>3</mml:mn></mml:msup></mml:math>", "10^3"),
    ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of it", "1/2 of it"),
    ("<tex-math>\\alpha</tex-math><mml:math><mml:mi>a</mml:mi></mml:math>", "α"),
    ("<math><mi>x</mi><annotation>x_1</annotation></math>", "x"),
    ("<script>alert()</script>One.", "One."),
    ("<p>never closed", "never closed"),
    ("</p></sup></math></tex-math></msup></title>", ""),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "read"), CASES)
def test_prose(raw: str, read: str) -> None:
    assert repair(prose(raw)) == read


def test_number_of_cases() -> None:
    assert len(CASES) == 22


def test_in_xml_every_tag_is_markup() -> None:
    assert prose("<x:y a='b'>One</x:y> <think>", xml=True).strip() == "One"


@pytest.mark.parametrize("unit", [
    "<", "<p ", "<p>", "<sup>", "</p>", "<title>", "&lt;", "&lt;p ", "<a b", "<mfrac>", "<annotation>", "<sup>1</sup>",
    "<title>a</title>", "<tex-math>a</tex-math>"])
def test_time_grows_with_the_text(unit: str) -> None:
    short, long = (_seconds(unit * count) for count in (40_000, 160_000))
    assert long < 8 * short + 0.3


def _seconds(text: str) -> float:
    """Return the least processor time of three runs; the collector of garbage does not count."""
    took = []
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            prose(text)
            took.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(took)

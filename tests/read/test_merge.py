"""The same paper from several places."""

from __future__ import annotations

from itertools import permutations

from kg.model import Origin, Paper
from kg.read import merge_duplicates

TEXT = "We present Foo, a system that serves models twice as fast as Bar under the same load on eight devices."


def paper(paper_id: str, line: int, *, abstract: str = TEXT, **fields: str) -> Paper:
    return Paper(id=paper_id, abstract=abstract, origins=(Origin("a.txt", line),), **fields)  # type: ignore[arg-type]


def test_shared_keys_connect_and_the_fullest_fields_stay() -> None:
    seen = [
        paper("text-0123456789ab", 3),
        paper("2511.00001", 1, arxiv="2511.00001", created="2025-11-01"),
        paper("k", 2, abstract="Other words.", arxiv="2511.00001", doi="10.1/a", title="Foo"),
        paper("m", 4, abstract="More words.", doi="10.1/A", comment="5 pages"),
    ]
    expected = merge_duplicates(seen)
    (merged,) = expected
    assert (merged.id, merged.title, merged.created, merged.doi) == ("2511.00001", "Foo", "2025-11-01", "10.1/A")
    assert (merged.comment, [origin.line for origin in merged.origins]) == ("5 pages", [1, 2, 3, 4])
    assert all(merge_duplicates(order) == expected for order in permutations(seen))


def test_text_counts_once_folded() -> None:
    assert len(merge_duplicates([paper("a", 1), paper("b", 2, abstract=TEXT.upper().replace(",", " –"))])) == 1


def test_short_abstracts_need_their_title() -> None:
    short = [paper("a", 1, abstract="To appear.", title="Foo"), paper("b", 2, abstract="To appear.", title="Bar")]
    assert len(merge_duplicates(short)) == 2


def test_different_papers_with_one_id_are_told_apart() -> None:
    first, second = paper("1", 1), paper("1", 2, abstract=f"Unlike that, {TEXT}")
    merged = merge_duplicates([first, second])
    assert len({one.id for one in merged}) == 2 and all(one.id.startswith("1~") for one in merged)
    assert merge_duplicates([second, first]) == merged


def test_nothing_gives_nothing() -> None:
    assert merge_duplicates([]) == []

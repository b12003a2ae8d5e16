"""Each layout of plain-text listings, built by hand."""

from __future__ import annotations

import io

from kg.model import Paper, Skipped
from kg.read import read

ONE = "Serving models on many devices is hard. We present Foo, a runtime that plans ahead. " * 4
TWO = "Training at scale wastes memory. We introduce Bar, a library that shards state with care. " * 4
ONE, TWO = ONE.strip(), TWO.strip()


def papers(text: str) -> list[Paper | Skipped]:
    return list(read(["-"], stdin=io.BytesIO(text.encode())))


def only_papers(text: str) -> list[Paper]:
    found = papers(text)
    assert all(isinstance(record, Paper) for record in found), found
    return [record for record in found if isinstance(record, Paper)]


def test_ids_and_dates_behind_the_abstract() -> None:
    first, second = only_papers(
        f"{ONE}\n\n7 pages, 2 figures\n\narXiv:2511.00001v2\nCreated: 2025-11-01 Updated: 2025-11-02\n\n"
        f"{TWO}\n\nShown at a workshop\n\narXiv:2511.00002\nCreated: 2025-11-03\n"
    )
    assert (first.id, first.arxiv, first.title, first.abstract) == ("2511.00001", "2511.00001", None, ONE)
    assert (first.created, first.updated, first.comment) == ("2025-11-01", "2025-11-02", "7 pages, 2 figures")
    assert (second.id, second.comment, second.updated) == ("2511.00002", "Shown at a workshop", None)
    assert [origin.line for paper in (first, second) for origin in paper.origins] == [1, 8]


def test_records_run_together() -> None:
    first, second = only_papers(f"{ONE}\nPreprint. Under Review\narXiv:2511.00001{TWO}\narXiv:2511.00002\n")
    assert (first.id, first.abstract, first.comment) == ("2511.00001", ONE, "Preprint. Under Review")
    assert (second.id, second.abstract) == ("2511.00002", TWO)


def test_glued_within_a_line() -> None:
    first, second = only_papers(f"{ONE}arXiv:2511.00001{TWO}")
    assert (first.abstract, first.id, second.abstract) == (ONE, "2511.00001", TWO)
    first, second = only_papers(f"Abstract:{ONE}Abstract:{TWO}")
    assert (first.abstract, second.abstract) == (ONE, TWO)


def test_marker_before_any_length_of_text() -> None:
    first, second = only_papers(f"Abstract:{ONE}\nAbstract: Foo beats Bar by 2x.")
    assert (first.abstract, second.abstract) == (ONE, "Foo beats Bar by 2x.")
    (alone,) = only_papers("Foo: a Title of Ours\n\nAbstract\n\nFoo beats Bar by 2x.")
    assert (alone.title, alone.abstract) == ("Foo: a Title of Ours", "Foo beats Bar by 2x.")


def test_web_page_with_titles() -> None:
    head = "new\n\nGet the news in your mail!\n\nSubscribe\n\nby X and friends\n\nJul 11\n\n"
    page = f"{head}Foo: A Runtime\n\n{ONE}\n\nBar!\n\n{TWO}"
    first, second = only_papers(page)
    assert (first.title, first.abstract, first.comment) == ("Foo: A Runtime", ONE, None)
    assert (second.title, second.abstract) == ("Bar!", TWO)
    assert [paper.origins[0].line for paper in (first, second)] == [11, 15]


def test_title_without_abstract_is_named() -> None:
    paper, skipped, other = papers(f"Foo: A Runtime\n\n{ONE}\n\nA Lost Title Without Text\n\nBar!\n\n{TWO}")
    assert isinstance(paper, Paper) and isinstance(other, Paper) and other.title == "Bar!"
    assert isinstance(skipped, Skipped) and skipped.id == "A Lost Title Without Text" and skipped.origin.line == 5


def test_wrapped_lines_are_joined() -> None:
    words, lines, line = ONE.split(), [], ""
    for word in words:
        if len(line) + len(word) > 78:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    wrapped = "\n".join([*lines, line])
    assert [paper.abstract for paper in only_papers(wrapped)] == [ONE]
    (paper,) = only_papers(f"Foo: A Runtime\n{wrapped}")
    assert (paper.title, paper.abstract) == ("Foo: A Runtime", ONE)


def test_mail_with_labels_and_leading_ids() -> None:
    mail = (
        "\\\\\narXiv:2511.00001\nDate: Thu, 6 Nov 2025 18:59:59 GMT   (320kb)\n\n"
        "Title: Foo: A Runtime for\n  Many Devices\n"
        f"Authors: Jane Doe and John Roe\nCategories: cs.DC cs.LG\nComments: 5 pages\n\\\\\n  {ONE}\n"
        f"\\\\ ( https://arxiv.org/abs/2511.00001 ,  320kb)\n-----\n\\\\\narXiv:2511.00002\nTitle: Bar\n\\\\\n  {TWO}\n"
    )
    first, second = only_papers(mail)
    assert (first.id, first.title) == ("2511.00001", "Foo: A Runtime for Many Devices")
    assert first.authors == ("Jane Doe", "John Roe")
    assert (first.created, first.comment, first.categories) == ("2025-11-06", "5 pages", ("cs.DC", "cs.LG"))
    assert (second.id, second.title, second.abstract) == ("2511.00002", "Bar", TWO)


def test_id_without_abstract_is_named() -> None:
    paper, skipped = papers(f"{ONE}\narXiv:2511.00001\n\narXiv:2511.00002\n")
    assert isinstance(paper, Paper) and isinstance(skipped, Skipped) and skipped.id == "2511.00002"


def test_undecodable_abstract_takes_its_id_along() -> None:
    raw = (
        f"{ONE}\narXiv:2511.00001\n".encode() + b"\xff bad\n" + f"arXiv:2511.00002\n{TWO}\narXiv:2511.00003\n".encode()
    )
    first, skipped, third = list(read(["-"], stdin=io.BytesIO(raw)))
    assert isinstance(first, Paper) and first.id == "2511.00001"
    assert isinstance(skipped, Skipped) and "invalid UTF-8" in skipped.reason and skipped.origin.line == 3
    assert isinstance(third, Paper) and third.id == "2511.00003"

"""The same paper from several files becomes one."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.model import Paper
from kg.read.record import is_text_id
from kg.text import fold

_DISTINCT = 80
"""Folded characters from which an abstract alone identifies its paper; a shorter one needs its title too."""


def merge_duplicates(papers: Iterable[Paper]) -> list[Paper]:
    """Return one paper for each that was read, in the order of their first origins.

    Papers are the same when they share an arXiv id, a DOI or the folded text of their abstract. Of each field the
    merged paper keeps the fullest value, and all origins. An id of its own goes before a derived one; papers that are
    different but carry the same id get a hash of their text behind it. The result does not depend on the order of
    ``papers``; none gives an empty list.
    """
    return [paper for paper, _ in merged_records(papers)]


def merged_records(papers: Iterable[Paper]) -> list[tuple[Paper, tuple[Paper, ...]]]:
    """Return what :func:`merge_duplicates` does, each paper with the records that it was merged from."""
    groups = _groups(list(papers))
    merged = list(_told_apart([_merged(group) for group in groups]))
    pairs = [(paper, tuple(group)) for paper, group in zip(merged, groups, strict=True)]
    return sorted(pairs, key=lambda pair: (pair[0].origins, pair[0].id))


def same_paper_keys(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield kind and value of each key; papers that share one are the same."""
    if paper.arxiv:
        yield "arxiv", paper.arxiv.lower()
    if paper.doi:
        yield "doi", paper.doi.lower()
    folded = fold(paper.abstract)
    yield "text", folded if len(folded) >= _DISTINCT else f"{fold(paper.title or '')} {folded}"


def _groups(papers: list[Paper]) -> list[list[Paper]]:
    """Return the papers in groups connected by shared keys (union-find)."""
    parent = list(range(len(papers)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    owner: dict[tuple[str, str], int] = {}
    for index, paper in enumerate(papers):
        for key in same_paper_keys(paper):
            first = owner.setdefault(key, index)
            parent[root(index)] = root(first)
    groups: defaultdict[int, list[Paper]] = defaultdict(list)
    for index, paper in enumerate(papers):
        groups[root(index)].append(paper)
    return list(groups.values())


def _richness(paper: Paper) -> tuple[object, ...]:
    """Sort key: the fullest paper first, ties broken by what the papers say, never by their order."""
    filled = (paper.title, paper.authors, paper.created, paper.updated, paper.comment, paper.categories, paper.arxiv,
              paper.doi, paper.url)
    return (-sum(map(bool, filled)), -len(paper.abstract), paper.abstract, paper.title or "", paper.origins, paper.id)


def _merged(group: list[Paper]) -> Paper:
    if len(group) == 1:
        return group[0]
    ranked = sorted(group, key=_richness)
    first = ranked[0]

    def fullest(name: str) -> object:
        return max((getattr(paper, name) for paper in ranked), key=lambda value: len(value or ""))

    dates = sorted(paper.created for paper in group if paper.created)
    updates = sorted(paper.updated for paper in group if paper.updated)
    arxiv = min((paper.arxiv for paper in group if paper.arxiv), default=None)
    return replace(
        first, id=_chosen_id(group, arxiv), arxiv=arxiv, doi=min((p.doi for p in group if p.doi), default=None),
        created=dates[0] if dates else None, updated=updates[-1] if updates else None,
        origins=tuple(sorted({origin for paper in group for origin in paper.origins})),
        **{name: fullest(name) for name in ("title", "authors", "comment", "categories", "url")})  # type: ignore[arg-type]


def _chosen_id(group: list[Paper], arxiv: str | None) -> str:
    """Return the arXiv id where a record goes by it, else the smallest own id, else the smallest derived one."""
    ids = sorted({paper.id for paper in group}, key=lambda one: (one != arxiv, is_text_id(one), one))
    return ids[0]


def _told_apart(papers: list[Paper]) -> Iterator[Paper]:
    """Yield the papers; those that share an id with a different paper carry a hash of their text behind it."""
    counts = Counter(paper.id for paper in papers)
    for paper in papers:
        if counts[paper.id] == 1:
            yield paper
        else:
            digest = hashlib.sha256(paper.text.encode("utf-8")).hexdigest()[:8]
            yield replace(paper, id=f"{paper.id}~{digest}")

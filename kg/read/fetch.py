"""Papers straight from arXiv, by identifier or search, through the client of the package ``arxiv`` (extra ``fetch``).

``arxiv:2511.21686`` is one paper, ``arxiv-search:cat:cs.DC AND all:serving`` what a query of the API finds
(https://info.arxiv.org/help/api/user-manual.html#query_details), newest first, up to 2,000. The client keeps to arXiv's
limit of one request in three seconds. Answers are kept on disk, by query, so that the same build asks nothing again:
under ``KG_CACHE``, else ``$XDG_CACHE_HOME/kg``, else ``~/.cache/kg``. Delete a file there to ask anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import Origin, Paper, Skipped
from kg.read.fields import raw_record
from kg.read.record import arxiv_id, paper

ID, SEARCH = "arxiv:", "arxiv-search:"
LIMIT = 2000
"""Papers of one search."""

_FORM = 1
"""Version of what a kept answer holds; raise it when ``_fields`` changes."""


def is_fetched(entry: str) -> bool:
    """Return whether an input names papers of arXiv and no file."""
    return entry.startswith((ID, SEARCH))


def fetched(entry: str) -> Iterator[Paper | Skipped]:
    """Yield the papers that an ``arxiv:`` or ``arxiv-search:`` input names; a fault as one ``Skipped``."""
    entry = entry.strip()
    try:
        records = _records(entry)
    except InputError as error:
        yield Skipped(Origin(entry, 0), str(error))
        return
    for number, record in enumerate(records[:LIMIT], start=1):
        yield paper(raw_record(record), Origin(entry, number))
    if len(records) > LIMIT:
        reason = f"the search finds more than the {LIMIT:,} papers that are read; narrow it"
        yield Skipped(Origin(entry, LIMIT + 1), reason)


def _records(entry: str) -> list[dict[str, object]]:
    """Return the records of an input, from disk or from arXiv.

    Raises:
        InputError: the input is no query, arXiv knows no such paper, the extra is missing, or arXiv cannot be asked.
    """
    asked = _asked(entry)
    kept = cache_folder() / "arxiv" / (hashlib.sha256(f"{_FORM} {entry}".encode()).hexdigest()[:32] + ".json")
    records = _kept(kept)
    if records is None:
        records = _ask(asked)
        if not records:
            nothing = "arXiv knows no paper of this identifier" if "id_list" in asked else "the search finds nothing"
            raise InputError(nothing, remedy="check it at https://arxiv.org")
        _keep(kept, entry, records)
    return records


def cache_folder() -> Path:
    """Return the folder where answers are kept, which may not be there yet."""
    if os.environ.get("KG_CACHE"):
        return Path(os.environ["KG_CACHE"])
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "kg"


def _asked(entry: str) -> dict[str, Any]:
    """Return what the client is to search.

    Raises:
        InputError: there is no identifier or no query in the input.
    """
    if entry.startswith(SEARCH):
        query = entry.removeprefix(SEARCH).strip()
        if not query:
            raise InputError("no query", remedy=f"write {SEARCH}QUERY, such as '{SEARCH}cat:cs.DC AND all:serving'")
        return {"query": query, "max_results": LIMIT + 1}
    identifier = entry.removeprefix(ID).strip()
    if not arxiv_id(identifier):
        raise InputError(f"{identifier!r} is no arXiv identifier", remedy=f"write {ID}2511.21686 or {ID}cs/0112017")
    return {"id_list": [identifier]}


def _kept(file: Path) -> list[dict[str, object]] | None:
    """Return the records of an answer on disk, None where there is none that can be read."""
    try:
        kept = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    records = kept.get("records") if isinstance(kept, dict) else None
    return records if isinstance(records, list) and all(isinstance(one, dict) for one in records) else None


def _keep(file: Path, entry: str, records: list[dict[str, object]]) -> None:
    """Write an answer to disk in one step.

    Raises:
        InputError: the folder cannot be written.
    """
    unfinished = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps({"input": entry, "records": records}, ensure_ascii=False, indent=1), "utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise InputError(f"the answer cannot be kept: {error.strerror}", place=str(file.parent),
                         remedy="set KG_CACHE to a folder that can be written") from error


@cache
def _client() -> Any:
    """Return the one client of this process, which waits between requests.

    Raises:
        InputError: the extra is not installed.
    """
    try:
        import arxiv
    except ImportError as error:
        raise InputError("papers of arXiv need the package 'arxiv'",
                         remedy="python -m pip install 'abstract-kg[fetch]'") from error
    logging.getLogger("arxiv").setLevel(logging.ERROR)  # what it leaves out is reported as Skipped
    return arxiv.Client(page_size=500)


def _ask(asked: dict[str, Any]) -> list[dict[str, object]]:
    """Return the records that arXiv answers with.

    Raises:
        InputError: the extra is not installed, or arXiv cannot be reached or refuses.
    """
    client = _client()
    import arxiv
    from requests import RequestException

    search = arxiv.Search(**asked, sort_by=arxiv.SortCriterion.SubmittedDate)
    try:
        return [_fields(result) for result in islice(client.results(search), LIMIT + 1)]
    except arxiv.HTTPError as error:
        reason = "it takes the query for a faulty one" if error.status == 400 else f"status {error.status}"
        raise InputError(f"arXiv refused: {reason}", remedy="check the query, or try again later") from error
    except (arxiv.ArxivError, RequestException) as error:
        raise InputError(f"arXiv cannot be reached: {type(error).__name__}",
                         remedy="check the network, or give files instead") from error


def _fields(result: Any) -> dict[str, object]:
    """Return a result of the client in the names of ``raw_record``."""
    return {
        "arxiv": result.entry_id, "title": result.title, "abstract": result.summary,
        "authors": [{"name": author.name} for author in result.authors], "published": result.published.isoformat(),
        "updated": result.updated.isoformat(), "comment": result.comment or "", "categories": list(result.categories),
        "doi": result.doi or "", "url": result.entry_id}

"""Web addresses and file names as the graph gives them: of papers, of code, of where a record stood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote

from kg.model import Paper

_VERSION = re.compile(r"v\d+$")
_URL_SAFE = ":/?#@!$&'()*+,;=%~[]"


def basename(file: str) -> str:
    """Return the last part of a file name written on any platform: no path enters the graph."""
    return PurePath(PureWindowsPath(file).as_posix()).name


def pages(paper: Paper) -> Iterator[str]:
    """Yield the web addresses of a paper; none where the record gives none."""
    yield from authorities(paper)
    if paper.url:
        yield address(paper.url)


def authorities(paper: Paper) -> Iterator[str]:
    """Yield the IRIs by which arXiv and the DOI system know a paper, without the version."""
    if paper.arxiv:
        yield address(f"https://arxiv.org/abs/{_VERSION.sub('', paper.arxiv)}")
    if paper.doi:
        yield f"https://doi.org/{quote(paper.doi, safe='/:;()')}"


def repository(url: str) -> str:
    """Return a printed address of code as one IRI, however it was written: https, lower host, no tail."""
    scheme, rest = address(url).split("://", 1)
    host, slash, path = rest.partition("/")
    path = path.rstrip("/").removesuffix(".git")
    kept = "https" if scheme.lower() == "http" else scheme.lower()
    return f"{kept}://{host.lower().removeprefix('www.')}" + (f"{slash}{path}" if path else "")


def address(url: str) -> str:
    """Return a printed web address as an IRI: a scheme in front, odd characters escaped."""
    full = url if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url) else f"https://{url}"
    scheme, rest = full.split("://", 1)
    return f"{scheme}://{quote(rest, safe=_URL_SAFE).replace('[', '%5B').replace(']', '%5D')}"

"""``kg contradictions``: where papers contradict each other, or themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.console import say
from kg.cli.options import STORE, Store

if TYPE_CHECKING:
    from kg.contradictions import Contradiction, Voice


class ContradictionFormat(StrEnum):
    """How contradictions are printed."""

    TEXT = "text"
    JSON = "json"


def contradictions(
    form: Annotated[ContradictionFormat, typer.Option(
        "--format", help="How to print them.")] = ContradictionFormat.TEXT,
    store: Store = STORE,
) -> None:
    """Show which sentences contradict each other.

    A above B here and B above A there, or two numbers for one claim. Both sentences are printed.
    """
    from kg.contradictions import contradictions as find_contradictions
    from kg.store import open_store

    found = find_contradictions(open_store(store))
    print(_json(found) if form is ContradictionFormat.JSON else "\n".join(map(_block, found)), end="")
    say(f"{len(found)} contradiction{'' if len(found) == 1 else 's'}")


def _json(found: tuple[Contradiction, ...]) -> str:
    import json
    from dataclasses import asdict

    return json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2) + "\n"


def _block(found: Contradiction) -> str:
    what = f" on {found.metric}" if found.metric else ""
    where = ", in one paper" if found.within_one else ""
    return f"{found.kind}: {' and '.join(found.about)}{what}{where}\n{_voice(found.first)}{_voice(found.second)}"


def _voice(voice: Voice) -> str:
    from kg.cli.tables import plain

    place = f"{voice.paper} {voice.start}-{voice.end}"
    return f"  {voice.said} [{voice.confidence:.2f}]\n    {plain(voice.sentence)}\n    {place}\n"

"""What services wrap their records in, taken off: fields of one record brought to where ``raw_record`` looks for them.

OpenAlex keeps abstracts as an inverted index, Semantic Scholar identifiers in an object, OpenReview all fields under
``content``, the daily papers of Hugging Face the paper under ``paper``, Zotero people with their part in the work, and
CSL and Crossref dates as lists of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from kg.read.fields import folded_name, is_field

Record = dict[str, object]

_LONGEST = 20_000
"""Words of an abstract that an inverted index may hold: what lies behind is left out."""


def shaped(record: Mapping[str, object]) -> Record:
    """Return the fields of a record in plain names; one that needs nothing comes back as it is."""
    found: Record = dict(record)
    for shape in _SHAPES:
        shape(found)
    return found


def is_wrapped(record: Mapping[str, object]) -> bool:
    """Return whether an object's ``content`` or ``paper`` is what has a title or an abstract."""
    return any(_named(record.get(key)) for key in ("content", "paper"))


def _named(value: object) -> bool:
    return isinstance(value, Mapping) and any(is_field(str(key), "title", "abstract") for key in value)


def _unwrap(record: Record) -> None:
    """Lift what stands under ``content`` (whose values API 2 of OpenReview wraps in ``value``) or ``paper``."""
    for key in ("content", "paper"):
        inner = record.get(key)
        if isinstance(inner, Mapping) and _named(inner):
            record.update({str(name): value["value"] if isinstance(value, Mapping) and "value" in value else value
                           for name, value in inner.items()})
            del record[key]


def _invert(record: Record) -> None:
    """Write an abstract from its inverted index (https://docs.openalex.org/api-entities/works/work-object)."""
    index = record.get("abstract_inverted_index")
    if isinstance(index, Mapping) and not record.get("abstract"):
        words = {place: str(word) for word, places in index.items() if isinstance(places, list)
                 for place in places if isinstance(place, int) and 0 <= place < _LONGEST}
        record["abstract"] = " ".join(words[place] for place in sorted(words))


def _openalex(record: Record) -> None:
    """Take people and addresses of a work of OpenAlex."""
    people = record.get("authorships")
    if isinstance(people, list):
        named = [one for one in people if isinstance(one, Mapping)]
        record["authors"] = [one.get("author") if isinstance(one.get("author"), Mapping)
                             else str(one.get("raw_author_name") or "") for one in named]
        record["arxiv"] = next((address for address in _landings(record) if "arxiv.org/" in address), "")
        record.setdefault("categories", record.get("topics"))


def _landings(record: Record) -> Iterator[str]:
    places = record.get("locations")
    for place in (record.get("primary_location"), *(places if isinstance(places, list) else ())):
        if isinstance(place, Mapping):
            yield str(place.get("landing_page_url") or "")


def _identifiers(record: Record) -> None:
    """Take the identifiers that Semantic Scholar keeps in an object."""
    access = record.get("openaccessinfo")
    for holder in (record, access if isinstance(access, Mapping) else {}):
        for key, value in list(holder.items()):
            if folded_name(str(key)) == "externalids" and isinstance(value, Mapping):
                named = {folded_name(str(name)): one for name, one in value.items() if one}
                for name in ("arxiv", "doi"):
                    if named.get(name) and not record.get(name):
                        record[name] = named[name]
    if record.get("corpusid") and not record.get("id"):
        record["id"] = f"CorpusId:{record['corpusid']}"


def _people(record: Record) -> None:
    """Keep of Zotero's creators the authors, where any is one."""
    people = record.get("creators")
    if isinstance(people, list):
        authors = [one for one in people if isinstance(one, Mapping) and one.get("creatorType") == "author"]
        record["creators"] = authors or people


def _dates(record: Record) -> None:
    """Write dates given as numbers: lists of CSL and Crossref, milliseconds of OpenReview."""
    for key, value in list(record.items()):
        if isinstance(value, Mapping) and ("date-parts" in value or "year" in value):
            record[key] = _date(value)
        elif key == "issued" and isinstance(value, list) and value and isinstance(value[0], Mapping):
            record[key] = _date(value[0])
    for key, name in (("pdate", "published"), ("cdate", "published"), ("mdate", "updated")):
        moment = record.get(key)
        if isinstance(moment, int) and 0 < moment < 1 << 45 and not record.get(name):
            record[name] = datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()


def _date(value: Mapping[str, object]) -> str:
    parts: object = value.get("date-parts")
    if isinstance(parts, list) and parts:
        parts = parts[0]
    if not isinstance(parts, list):
        parts = [value.get(name) for name in ("year", "month", "day")]
    numbers = [str(part).strip() for part in parts[:3]]
    known = numbers[:next((at for at, number in enumerate(numbers) if not number.isdecimal()), 3)]
    return "-".join(part.zfill(2) for part in known)


_SHAPES: tuple[Callable[[Record], None], ...] = (_unwrap, _invert, _openalex, _identifiers, _people, _dates)

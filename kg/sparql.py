"""SPARQL text: its tokens, what is refused in it, parameters bound in it, and where a fault stands.

Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.errors import QueryError
from kg.terms import PREFIXES

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<string>\"{3}(?:"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<name>(?:[^\W\d_][\w.-]*|_)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
  | (?P<variable>[?$]\w+)
  | (?P<word>\w+)
    """, re.VERBOSE | re.DOTALL)
_BLANK = r"(?:\s|\#[^\n\r]*(?:[\n\r]|\Z))*"
_SERVICE = re.compile(
    rf"""SERVICE {_BLANK} (?:SILENT {_BLANK})?
         (?: <[^<>]*> | [?$][^\s<>{{}}()]+ | [^\s<>{{}}()"\#?$]*:(?:\\.|[^\s<>{{}}"\#\\])* )
         {_BLANK} \{{""", re.VERBOSE | re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FAULT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_QUERY_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match


def parameters(sparql: str) -> frozenset[str]:
    """Return the names that ``sparql`` writes as ``$name``, outside strings, comments and IRIs."""
    return frozenset(match[0][1:] for kind, match in _tokens(sparql) if kind == "variable" and match[0][0] == "$")


def bind(sparql: str, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """Return ``sparql`` with each ``$name`` replaced by its term, written as an escaped RDF term.

    A value can therefore never become syntax. Names without a term stay variables.
    """
    parts, end = [], 0
    for kind, match in _tokens(sparql):
        if kind == "variable" and match[0][0] == "$" and match[0][1:] in terms:
            parts += [sparql[end:match.start()], _written(terms[match[0][1:]])]
            end = match.end()
    return "".join([*parts, sparql[end:]])


def _written(value: ox.NamedNode | ox.Literal) -> str:
    """Return a term as SPARQL writes it; an integer bare, so that it can stand after LIMIT."""
    if isinstance(value, ox.Literal) and value.datatype.value.endswith("#integer"):
        return value.value
    return str(value)


def refuse_unsafe(sparql: str, *, place: str) -> None:
    """Refuse what would change the store or reach out of this machine.

    Raises:
        QueryError: the text is an update, or asks another server (SERVICE).
    """
    plain = _ESCAPE.sub(lambda m: chr(min(int(m[1] or m[2], 16), 0x10FFFF)), sparql)
    for text in (sparql, plain):
        words = [match[0].upper() for kind, match in _tokens(text) if kind == "word"]
        if "SERVICE" in words or _calls_service(text):
            raise QueryError("SERVICE would ask another server; queries stay on this machine", place=place,
                             remedy="take the SERVICE part out")
        first = next((word for word in words if word not in _PROLOGUE), "")
        if first in _UPDATES:
            raise QueryError(f"{first} changes a store; queries only read", place=place,
                             remedy="begin with SELECT, ASK, CONSTRUCT or DESCRIBE")


def _calls_service(text: str) -> bool:
    """Tell whether a SERVICE clause can be read in a text, whichever way its ``<`` are read.

    Without its grammar nobody can tell whether ``?a<?b#>`` compares and then comments, or names an IRI; a text could
    hide a clause between the two. So both are followed: each place is looked at once. A keyword need not end at a
    word's border either (``1SERVICE``).
    """
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        match = _TOKEN.search(text, waiting.pop())
        if match is None or match.start() in seen:
            continue
        seen.add(match.start())
        waiting.append(match.end())
        if match.lastgroup == "iri":
            waiting.append(match.start() + 1)
        elif match.lastgroup in {"word", "name"}:
            inside = range(match.start(), match.end())
            if any(_SERVICE.match(text, i) for i in inside if text[i] in "sS"):
                return True
    return False


def graphs_asked_for(sparql: str) -> tuple[str, ...]:
    """Return the IRIs that a well-formed query names by FROM and FROM NAMED, resolved, in their order.

    Raises:
        QueryError: one of them is relative without a base, or has an unknown prefix.
    """
    prologue, found, after_from = "", [], False
    for kind, match in _tokens(sparql):
        word = match[0].upper() if kind == "word" else ""
        if word in _QUERY_FORMS and not prologue:
            prologue = sparql[:match.start()] + "\n"
        elif after_from and kind in {"iri", "name"}:
            found.append(match[0])
        if kind != "comment":
            after_from = word == "FROM" or (after_from and word == "NAMED")
    return tuple(_resolved(prologue, name) for name in found)


def _resolved(prologue: str, name: str) -> str:
    """Return the IRI that a name means after a prologue, as Oxigraph reads it."""
    text = f"{prologue} SELECT ({name} AS ?graph) {{}}"
    check_syntax(text, place="FROM")
    rows = ox.Store().query(text, prefixes=PREFIXES)
    return next(row["graph"].value for row in rows) if isinstance(rows, ox.QuerySolutions) else ""


def check_syntax(sparql: str, *, place: str) -> None:
    """Parse a query without evaluating it on anything.

    Raises:
        QueryError: it is malformed; the message shows the line, with a caret under the place.
    """
    try:
        ox.Store().query(sparql, prefixes=PREFIXES)
    except SyntaxError as error:
        raise fault(sparql, str(error), place) from error


def fault(sparql: str, message: str, place: str) -> QueryError:
    """Return the parser's message about a malformed query with the line and a caret under the place."""
    match = _FAULT.match(message)
    if match is None:
        return QueryError(f"not valid SPARQL: {message}", place=place)
    line, column = int(match[1]), int(match[2])
    lines = sparql.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    caret = " " * (min(column, len(shown) + 1) - 1) + "^"
    return QueryError(f"not valid SPARQL: {_expected(match[3])}\n  {shown}\n  {caret}",
                      place=f"{place}:{line}:{column}")


def _expected(text: str) -> str:
    """Return the parser's expectation without the character classes that nobody reads."""
    if "Prefix not found" in text:
        return f"a prefix that is not declared (known: {', '.join(sorted(PREFIXES))})"
    names = [name for name in re.split(r",\s+| \| ", re.sub(r"^expected( one of)?\s+", "", text))
             if re.fullmatch(r'[A-Za-z]+|"[^"]*"', name) and name != "SERVICE"]
    return f"expected {', '.join(names)}" if names else "something else was expected here"

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
        if "SERVICE" in words:
            raise QueryError("SERVICE would ask another server; queries stay on this machine", place=place,
                             remedy="take the SERVICE part out")
        first = next((word for word in words if word not in _PROLOGUE), "")
        if first in _UPDATES:
            raise QueryError(f"{first} changes a store; queries only read", place=place,
                             remedy="begin with SELECT, ASK, CONSTRUCT or DESCRIBE")


def check_syntax(sparql: str, *, place: str) -> None:
    """Parse a query without evaluating it on anything.

    Raises:
        QueryError: it is malformed; the message shows the line, with a caret under the place.
    """
    try:
        ox.Store().query(sparql, prefixes=PREFIXES)
    except SyntaxError as error:
        raise _fault(sparql, str(error), place) from error


def _fault(sparql: str, message: str, place: str) -> QueryError:
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

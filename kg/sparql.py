"""SPARQL text: its tokens, what is refused in it, parameters bound in it, and where a fault stands.

Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.terms import PREFIXES

_LOCAL = r":(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#)
  | (?P<string>\"{{3}}(?:"{{0,2}}(?:[^"\\]|\\.))*+(?:\"{{3}})? | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*+(?:'{{3}})?
      | "(?:[^"\\\n\r]|\\.)*+"? | '(?:[^'\\\n\r]|\\.)*+'?)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
  | (?P<run>[^\W\d_][\w.-]*+) (?P<name>{_LOCAL})?
  | (?P<bare>_?{_LOCAL})
  | (?P<variable>[?$]\w++)
  | (?P<word>\w++)
    """, re.VERBOSE | re.DOTALL)
_WORD = re.compile(r"\w+")
_LINE_END = re.compile(r"[\n\r]")
_BLANK = r"(?:\s|\#[^\n\r]*+(?:[\n\r]|\Z))*+"
_KEYWORD = re.compile("SERVICE", re.IGNORECASE)
_LONGEST = 2000
"""Characters of a service's name; one that has more is taken for a service's, whatever follows."""
_SERVICE = re.compile(
    rf"""SERVICE {_BLANK} (?:SILENT {_BLANK})?
         (?: (?: <[^<>]{{0,{_LONGEST}}}+> | [?$][^\s<>{{}}()]{{1,{_LONGEST}}}
               | [^\s<>{{}}()"\#?$:]{{0,{_LONGEST}}}+:(?:\\.|[^\s<>{{}}"\#\\]){{0,{_LONGEST}}}+ ) {_BLANK} \{{
           | <[^<>]{{{_LONGEST}}} | [^\s<>{{}}()"\#]{{{_LONGEST}}} )""", re.VERBOSE | re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FAULT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_QUERY_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a text: ``comment``, ``string``, ``iri``, ``name``, ``variable`` or ``word``.

    A string may lack its end: then it is all there is. A ``run`` is words with dots and hyphens between them.
    """

    kind: str
    start: int
    end: int
    text: str


class _Scanner:
    """Finds tokens from any place on, each in time that grows with what it skips and covers alone."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in _LINE_END.finditer(text)]

    def next(self, at: int) -> _Token | None:
        """Return the first token at or behind a place, None where there is none; words may come as a ``run``."""
        match = _TOKEN.search(self._text, at)
        if match is None:
            return None
        kind, end = match.lastgroup or "", match.end()
        if kind == "comment":
            line = bisect_left(self._ends, end)
            end = self._ends[line] if line < len(self._ends) else len(self._text)
        return _Token("name" if kind == "bare" else kind, match.start(), end, self._text[match.start():end])


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the tokens of a text, what looks like an IRI read as one."""
    scanner, at = _Scanner(text), 0
    while token := scanner.next(at):
        at = token.end
        if token.kind == "run":
            yield from (_Token("word", token.start + word.start(), token.start + word.end(), word[0])
                        for word in _WORD.finditer(token.text))
        else:
            yield token


def parameters(sparql: str) -> frozenset[str]:
    """Return the names that ``sparql`` writes as ``$name``, outside strings, comments and IRIs."""
    return frozenset(token.text[1:] for token in _tokens(sparql) if token.kind == "variable" and token.text[0] == "$")


def bind(sparql: str, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """Return ``sparql`` with each ``$name`` replaced by its term, written as an escaped RDF term.

    A value can therefore never become syntax. Names without a term stay variables.
    """
    parts, end = [], 0
    for token in _tokens(sparql):
        if token.kind == "variable" and token.text[0] == "$" and token.text[1:] in terms:
            parts += [sparql[end:token.start], _written(terms[token.text[1:]])]
            end = token.end
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
    for text in dict.fromkeys((sparql, plain)):
        words = [token.text.upper() for token in _tokens(text) if token.kind == "word"]
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
    scanner = _Scanner(text)
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        token = scanner.next(waiting.pop())
        if token is None or token.start in seen:
            continue
        seen.add(token.start)
        waiting.append(token.end)
        if token.kind == "iri":
            waiting.append(token.start + 1)
        elif token.kind in {"word", "run", "name"} and any(
                _SERVICE.match(text, found.start()) for found in _KEYWORD.finditer(text, token.start, token.end)):
            return True
    return False


def graphs_asked_for(sparql: str) -> tuple[str, ...]:
    """Return the IRIs that a well-formed query names by FROM and FROM NAMED, resolved, in their order.

    Raises:
        QueryError: one of them is relative without a base, or has an unknown prefix.
    """
    prologue, found, after_from = "", [], False
    for token in _tokens(sparql):
        word = token.text.upper() if token.kind == "word" else ""
        if word in _QUERY_FORMS and not prologue:
            prologue = sparql[:token.start] + "\n"
        elif after_from and token.kind in {"iri", "name"}:
            found.append(token.text)
        if token.kind != "comment":
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

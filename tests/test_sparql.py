"""SPARQL text of any kind: taken apart in a time that grows with it, without a word getting lost."""

import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.ontology import load
from kg.query import prepare
from kg.sparql import bind, check_syntax, graphs_asked_for, parameters, refuse_unsafe

PIECES = ("SELECT", "SERVICE", "SILENT", "FROM", "NAMED", "a:b", "_:b", ":", "<", ">", "<http://e.org/a>", "'", '"',
          "'''", '"""', "\\", "\\u0027", "#", "\n", " ", "{", "}", "?x", "$y", ".", "-", "1", "é", "%41", "insert")
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join) | st.text()
HOSTILE = ('"\\', "a.", "a-", "a-1.", "sERVICEa", "?a<?b#>", "SERVICE?a", "SERVICE a:\\a", "SERVICE<#>\n",
           "SERVICE #\n", "SERVICE<a>", "'", '"""', "'''a", "<", "<a>", "<'>\\", "#", ":", "a:%", "\\u0041", "SERVICE",
           "$a", "SERVICE:")
LENGTH = 100_000


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_quickly(piece: str) -> None:
    text = (piece * LENGTH)[:LENGTH]
    begun = time.process_time()
    parameters(text)
    try:
        refuse_unsafe(text, place="query")
    except QueryError as error:
        assert "SERVICE" in str(error)
    assert time.process_time() - begun < 5


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_is_taken_apart(text: str) -> None:
    assert bind(text, {}) == text
    names = parameters(text)
    bound = bind(text, {name: ox.Literal(f"'{name}\"") for name in names})
    assert (bound == text) is not bool(names)
    try:
        refuse_unsafe(text, place="query")
        check_syntax(text, place="query")
        graphs_asked_for(text)
    except QueryError as error:
        assert error.place


@given(st.text(), st.sampled_from(("", "#", "<", "'", "?a<?b#", "a.b-")))
@settings(max_examples=100, deadline=None)
def test_a_value_never_becomes_syntax(value: str, before: str) -> None:
    sparql = prepare("SELECT ?x WHERE { ?x rdfs:label $name }", {"name": before + value + before}, load())
    check_syntax(sparql, place="query")


@given(st.lists(st.sampled_from(("SILENT", " ", "\n", "#c\n", "\t")), max_size=5).map("".join),
       st.sampled_from(("<http://e.org/>", "?where", "e:x", ":x", "e:x\\'y", f"<http://e.org/{'a' * 5000}>")),
       st.sampled_from(("", "?a<?b#>", "<#>", "'#'", "# '\n", "a.b-c ", "a-b:c.d ", "1", '"\\""', "'''x'''")))
@settings(max_examples=150, deadline=None)
def test_a_service_is_found_wherever_it_stands(between: str, where: str, before: str) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        refuse_unsafe(f"SELECT * {{ {before}\nsErViCe {between} {where} {{ ?s ?p ?o }} }}", place="query")


@pytest.mark.parametrize(("sparql", "names"), [
    ("$a.$b", {"a", "b"}), ("'$a'", set()), ("<$a> # $b\n$c", {"c"}), ("e:$a e:\\$a", {"a"}),
    ("a.b-c:$x $y", {"x", "y"}), ("'open $a", set()), ('"""$a" $b', set()), ("?a < $b && $c > 1", {"b", "c"})])
def test_names_are_found_outside_strings(sparql: str, names: set[str]) -> None:
    assert parameters(sparql) == names

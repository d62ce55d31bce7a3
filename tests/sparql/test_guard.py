"""The guard refuses before the engine reads, and never breaks itself."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from ontology.errors import QueryRefused, QueryStopped
from sparql.guard import DEFAULT, Limits, Malformed, Measured, TooLarge, malformed, measured
from sparql.query import ask
from sparql.workers.faults import Broken
from sparql.workers.pool import Pool
from sparql.workers.wire import Job
from tests.sparql.conftest import DiskView

PIECES = st.sampled_from(
    ["SELECT", "ASK", "{", "}", "(", ")", "[", "]", "<", ">", "<http://a>", '"', "'", '"""', "'''",
     "\\", "#", "\n", " ", "?x", "ex:y", ";", ",", "|", "^", "/", "!", "UNION", "SERVICE", "1", ".",
     "道", "\x00", "<<(", ")>>", "a" * 50, "-:", "{|"]
)  # fmt: skip


def refused_within(text: str, seconds: float) -> None:
    started = time.perf_counter()
    with pytest.raises(QueryRefused):
        measured(text)
    assert time.perf_counter() - started < seconds


@given(st.one_of(st.text(max_size=3000), st.lists(PIECES, max_size=400).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_measured_or_refused(text: str) -> None:
    with contextlib.suppress(QueryRefused):
        assert isinstance(measured(text), Measured)


@pytest.mark.parametrize("bracket", ["{", "(", "[", "<<", "{ SELECT * {", "?s ?p [ ?q ", "!("])
def test_ten_thousand_nested_groups_are_refused_in_five_milliseconds(bracket: str) -> None:
    refused_within("SELECT * { " + (bracket * 10_000)[:60_000], 0.005)


@pytest.mark.parametrize(
    "link",
    [
        "UNION { ?s ?p ?o } ",
        "OPTIONAL { ?s ?p ?o } ",
        "FILTER(?s) ",
        "BIND(1 AS ?b) ",
        "; ?p ?o ",
        ", ?o ",
        "{ ?s ?p ?o } ",
        ". ?s ?p ?o ",
        "GRAPH ?g { } ",
        "MINUS { } ",
        "VALUES ?x { 1 } ",
    ],
)
def test_long_chains_are_refused(link: str) -> None:
    refused_within("SELECT * { ?s ?p ?o " + link * 2000, 0.05)


@pytest.mark.parametrize("operator", ["||?a", "&&?a", "+1", "*1", "=1", "!", "/<http://p>", "|:p"])
def test_long_expressions_and_paths_are_refused(operator: str) -> None:
    refused_within("SELECT * { ?s ?p ?o FILTER(?a" + operator * 2000 + ") }", 0.05)


def test_many_projected_expressions_are_refused() -> None:
    refused_within("SELECT " + "(1 AS ?x) " * 3000 + "{}", 0.05)


def test_long_lists_of_values_and_arguments_are_flat_and_pass() -> None:
    assert measured("SELECT * { VALUES ?x { " + "<http://a> " * 4000 + "} }").form == "SELECT"
    assert measured("SELECT * { VALUES (?x ?y) { " + "(1 2) " * 4000 + "} }")
    assert measured("SELECT * { ?s ?p ?o FILTER(?o IN (1" + ",1" * 4000 + ")) }")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p '" + "(" * 500 + "' }",
        'SELECT * { ?s ?p "\\"' + "{" * 500 + '" }',
        'SELECT * { ?s ?p """ " ' + "[" * 500 + ' "" """ }',
        "SELECT * { ?s ?p ''' ' \\''' " + "[" * 500 + " '' ''' }",
        "SELECT * { # " + "{" * 500 + "\n }",
        "SELECT * { <http://a/#x> ?p ?o }",
    ],
)
def test_brackets_in_strings_and_comments_do_not_count(text: str) -> None:
    assert measured(text).form == "SELECT"


def test_brackets_hidden_in_what_looks_like_an_iri_count() -> None:
    refused_within("SELECT * { FILTER(?a<" + "(" * 3000 + "1" + ")" * 3000 + ">?b) }", 0.05)


@pytest.mark.parametrize(
    "text", ["1" * 60_000, "a" * 60_000, "'" * 60_000, '"""' * 20_000, "<a" * 30_000, "a-" * 30_000,
             "\\" * 60_000, "'''\\'" * 12_000, "é.:" * 15_000, "<" * 60_000, "-.:" * 20_000]
)  # fmt: skip
def test_no_text_takes_long_to_measure(text: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(QueryRefused):
        measured(text[: DEFAULT.size])
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://x/> { ?s ?p ?o } }",
        "ASK { service\n#c\nsilent <http://x/> {} }",
        "ASK { ?s ?p 1SERVICE<http://x/>{} }",
    ],
)
def test_service_is_refused_with_a_sentence_of_its_own(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        measured(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ex:service 'SERVICE' ; :SERVICE <http://x/SERVICE> } # SERVICE",
        "PREFIX insert: <http://x/> SELECT * { insert:x ?p ?delete }",
        "SELECT * { { SELECT * { ASK:x ?p ?o } } }",
    ],
)
def test_words_within_names_are_no_keywords(text: str) -> None:
    assert measured(text).form == "SELECT"


@pytest.mark.parametrize(
    "text", ["ASK {} ASK {}", "SELECT * {} ; SELECT * {}", "ASK {} DESCRIBE ?x"]
)
def test_several_queries_are_refused(text: str) -> None:
    with pytest.raises(Malformed, match="more than one"):
        measured(text)


@pytest.mark.parametrize(
    "text", ["INSERT DATA {}", "PREFIX a: <b> DELETE WHERE {}", "CLEAR ALL", "load <http://x>"]
)
def test_an_update_sent_as_a_query_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="update"):
        measured(text)


def test_size_is_counted_in_bytes() -> None:
    with pytest.raises(TooLarge):
        measured("#" + "道" * 30, Limits(size=64))
    assert measured("#" + "d" * 60, Limits(size=64))


def test_what_changes_from_run_to_run_is_known() -> None:
    assert measured("SELECT ?x { BIND(1 AS ?x) }").repeatable
    assert not measured("SELECT (now() AS ?x) {}").repeatable


def test_the_engines_complaint_becomes_a_sentence_with_its_place() -> None:
    fault = malformed("error at 3:18: expected one of BIND\nmore")

    assert (fault.line, fault.column) == (3, 18)
    assert "第 3 行" in fault.zh
    assert malformed("something else").line is None


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("SELECT * { ?s ?p }", "something is missing here", "此处有缺漏"),
        (
            "SELECT ?x WHER { ?s ?p ?o }",
            "could go on with DISTINCT WHERE",
            "此处可接 DISTINCT WHERE",
        ),
        ("SELECT * { ?s foo:bar ?o }", "the prefix is not declared", "前缀未声明"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "neither grouped", "GROUP BY"),
        ("SELECT * { ?s <a b> ?o }", "no address (IRI)", "不是合法的地址"),
    ],
)
def test_what_the_parser_wanted_is_told_in_words(text: str, en: str, zh: str) -> None:
    """Its own names of characters and of words that are not offered are left out."""
    with pytest.raises(SyntaxError) as raised:
        ask(Store(), text)
    fault = malformed(str(raised.value))

    assert en in fault.en
    assert zh in fault.zh
    assert not re.search(r"LATERAL|\[_\]|expected", fault.en + fault.zh)


# What passes is safe for the engine ------------------------------------------------------------------

TERMS = st.sampled_from(
    ["?a", "?b", "<http://e/x>", "ex:y", '"t"', "'l'@zh", "1", "1.5", "true", "a", "[]", "_:n"]
)
BLOCKS = st.recursive(
    st.builds("{} {} {} . ".format, TERMS, TERMS, TERMS),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        inner.map("{{ {} }} ".format),
        inner.map("OPTIONAL {{ {} }} ".format),
        inner.map("MINUS {{ {} }} ".format),
        inner.map("GRAPH ?g {{ {} }} ".format),
        inner.map("FILTER NOT EXISTS {{ {} }} ".format),
        inner.map("{{ SELECT * {{ {} }} LIMIT 3 }} ".format),
        st.builds("{{ {} }} UNION {{ {} }} ".format, inner, inner),
        st.builds("FILTER({} = {} || !bound(?a)) ".format, TERMS, TERMS),
        st.builds("?a ({}/{})|^<http://e/p>* ?b . ".format, TERMS, TERMS),
        st.builds("BIND(CONCAT(STR({}), {}) AS ?c{}) ".format, TERMS, TERMS, st.integers(0, 9)),
    ),
    max_leaves=12,
)  # fmt: skip
HEADS = st.sampled_from(
    ["SELECT * {{ {} }}", "ASK {{ {} }}", "CONSTRUCT WHERE {{ {} }}", "DESCRIBE ?a {{ {} }}",
     "SELECT (COUNT(*) AS ?n) {{ {} }} GROUP BY ?a HAVING (COUNT(?b) > 0)", "SELECT ?a {{ {} }} ORDER BY ?b LIMIT 5"]
)  # fmt: skip
DEEPEST = st.sampled_from([1, 5, 20, 30, 45])


@given(head=HEADS, block=BLOCKS, size=st.tuples(DEEPEST, DEEPEST))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_what_the_guard_lets_through_ends_no_child(
    pool: Pool, view: DiskView, head: str, block: str, size: tuple[int, int]
) -> None:
    """It is answered, or told to be wrong; the process that read it lives."""
    depth, chain = size
    inside = "{ " * depth + block * chain + "} " * depth
    text = f"PREFIX ex: <http://example.org/> {head.format(inside)}"
    try:
        measured(text)
    except QueryRefused:
        return
    formats = {"rows": "json", "truth": "json", "triples": "nt"}
    running = pool.ask(Job(str(view.path / "store"), view.clearance, text, formats, seconds=4.0))
    try:
        running.head()
        for _ in running.chunks():
            pass
    except Broken:
        pytest.fail(text)
    except (QueryRefused, QueryStopped):
        return
    finally:
        running.close()


@given(st.text(alphabet="<>'\"#{}()\\?:ab \n", max_size=200))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_nothing_hides_brackets_from_the_guard(noise: str) -> None:
    """Whatever stands before them, deep brackets are refused, or the engine never reads them."""
    text = f"SELECT * {{ {noise}\n" + "{ ?s ?p ?o " * 2_000 + "}" * 2_001
    try:
        measured(text)
    except QueryRefused:
        return
    with pytest.raises(SyntaxError):  # a string or a comment holds them: it does not close
        Store().query(text[: text.index("{ ?s ?p ?o ")] + "}")

"""Look-ups answered beside the page are those of a child, and nothing large is ever answered there."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store

from ontology.clearance import Clearance
from sparql import lookups
from sparql.answers import Answers, Question
from sparql.cards.file import MOVED, NAME
from sparql.cards.writing import write
from sparql.formats import JSON, SOLUTIONS, Format, Kind
from sparql.guard import Measured, measured
from sparql.lookups import JOINED, ROWS, TOUCHED, Lookup, NotSmall, Walk, read
from sparql.query import Graphs, counting
from tests.sparql.conftest import DiskView, made

EX = "http://example.org/"
PREFIX = f"PREFIX ex: <{EX}> PREFIX dct: <http://purl.org/dc/terms/> "
THINGS = ("ex:a", "ex:b", "ex:hub", f"<{EX}c>", "ex:none")
VERBS = ("ex:p", f"<{EX}q>", "a", "ex:absent")
LITERALS = ('"x"', '"1"^^ex:int', '"道路"@zh', '"3"', '"n 4"')
VARIABLES = ("?x", "$y", "?z", "?w")
FORMATS = {each.name: each for each in SOLUTIONS}


def statements() -> list[Quad]:
    """A net of a few things, repeated ones among them, and a hub that much hangs on."""
    pick = random.Random(11)
    nodes = [NamedNode(EX + each) for each in ("a", "b", "c", "d", "e", "hub")]
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    verbs = [NamedNode(EX + "p"), NamedNode(EX + "q"), kind]
    ends: list[Any] = [*nodes, Literal("x"), Literal("道路", language="zh"), Literal('a "b"\n\\,')]
    ends += [Literal("1", datatype=NamedNode(EX + "int")), BlankNode("b1")]
    net = {Quad(pick.choice(nodes), pick.choice(verbs), pick.choice(ends)) for _ in range(40)}
    hub = [Quad(nodes[-1], verbs[0], Literal(f"n {n}")) for n in range(ROWS + 100)]
    return sorted(net, key=str) + hub


@pytest.fixture(scope="module", params=["store", "cards", "cards, but for what moved"])
def net(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    text = "\n".join(f"{each} ." for each in statements())
    view = made(tmp_path_factory.mktemp("net"), text, RdfFormat.N_QUADS)
    if request.param != "store":
        assert write(view.store, view.path / NAME)
        (view.path / MOVED).write_text(f"{EX}b\n{EX}hub" if "moved" in request.param else "")
    return view


def asked_of(answers: Answers, view: DiskView, text: str, form: Format, *, child: bool) -> Any:
    """Ask, either as everyone does or of a child alone."""
    forms = {Kind.ROWS: form, Kind.TRUTH: form}
    question = Question(text, forms, repeatable=False, lookup=None if child else read(text))
    return answers.answer(view, question) if child else answers._looked_up(view, question)


# Equal answers -----------------------------------------------------------------------------------

subjects = st.sampled_from(THINGS + VARIABLES)
objects = st.sampled_from(THINGS + VARIABLES + LITERALS)
patterns = st.tuples(subjects, st.sampled_from(VERBS + VARIABLES), objects)


@st.composite
def small_queries(draw: st.DrawFn) -> str:
    """Give a query of the grammar, some of them with nothing to hang on."""
    wanted = draw(st.lists(patterns, min_size=1, max_size=4))
    body = draw(st.sampled_from((" . ", " .\n", "\t.  "))).join(" ".join(each) for each in wanted)
    end = draw(st.sampled_from((" }", "}", " . }", ".\n}")))
    if draw(st.booleans()) and draw(st.booleans()):
        return f"{PREFIX} ASK {{ {body}{end}"
    shown = draw(st.sampled_from(("*", "?x", "?x $y", "?z ?x ?other")))
    tail = draw(
        st.sampled_from(("", "", " LIMIT 3", " LIMIT 500", " LIMIT 2 OFFSET 1", " limit 0"))
    )
    return f"{PREFIX} SELECT {shown} WHERE {{ {body}{end}{tail}"


@settings(max_examples=400, deadline=None)
@given(text=small_queries(), form=st.sampled_from(SOLUTIONS))
def test_every_small_query_is_answered_as_a_child_answers_it(
    answers: Answers, net: DiskView, text: str, form: Format
) -> None:
    """One pattern: byte for byte. Several: the same rows, as often, in an order nobody promised."""
    ours = asked_of(answers, net, text, form, child=False)
    if ours is None:
        return
    theirs = asked_of(answers, net, text, form, child=True)
    lookup = read(text)
    assert lookup is not None
    assert (ours.kind, ours.format, ours.outcome) == (theirs.kind, theirs.format, theirs.outcome)
    assert ours.length == theirs.length
    if lookup.alone or lookup.form == "ASK":
        assert ours.body == theirs.body
    else:
        assert pieces(ours.body[0], form) == pieces(theirs.body[0], form)


def pieces(text: bytes, form: Format) -> Any:
    """Give an answer as what does not depend on the order of its rows."""
    if form is JSON:
        told = json.loads(text)
        rows = told.get("results", {}).get("bindings", [])
        kept = sorted(json.dumps(each, sort_keys=True) for each in rows)
        return told["head"], kept, told.get("boolean")
    between = {"xml": b"<result>", "csv": b"\r\n", "tsv": b"\n"}[form.name]
    return sorted(text.replace(b"</results></sparql>", b"").split(between))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_common_look_ups_are_answered_here(answers: Answers, net: DiskView, name: str) -> None:
    """A grammar that let nothing through would pass every test of equality."""
    for text in (
        f"SELECT ?p ?o WHERE {{ <{EX}a> ?p ?o }}",
        f"PREFIX ex: <{EX}>SELECT * {{ex:a ex:p ?x. ?x ex:q ?y}}",
        f"ask {{ <{EX}a> a ?x . }}",
        f"{PREFIX}SELECT ?s {{ ?s ex:p ex:b ; a ?kind , ?other }}",
        "SELECT ?s { ?s ?p ?o } LIMIT 5",
    ):
        found = asked_of(answers, net, text, FORMATS[name], child=False)
        assert found is not None, text
        theirs = asked_of(answers, net, text, FORMATS[name], child=True)
        assert pieces(found.body[0], FORMATS[name]) == pieces(theirs.body[0], FORMATS[name])


# What is left to a child -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } LIMIT 501",
        "SELECT * { ?s ?p ?o } LIMIT 5 OFFSET 501",
        "SELECT DISTINCT ?s { <http://e/a> ?s ?o }",
        "SELECT (COUNT(*) AS ?n) { <http://e/a> ?p ?o }",
        "SELECT * { <http://e/a> ?p ?o } ORDER BY ?o",
        "SELECT * { <http://e/a> ?p ?o FILTER(?o > 1) }",
        "SELECT * { <http://e/a> <http://e/p>* ?o }",
        "SELECT * { <http://e/a> <http://e/p>/<http://e/q> ?o }",
        "SELECT * { <http://e/a> ?p ?o OPTIONAL { ?o ?q ?r } }",
        "SELECT * { { <http://e/a> ?p ?o } }",
        "SELECT * { GRAPH ?g { <http://e/a> ?p ?o } }",
        "SELECT * FROM <http://e/g> { <http://e/a> ?p ?o }",
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT * { <a> ?p ?o }",
        "BASE <http://e/> SELECT * { <http://e/a> ?p ?o }",
        "SELECT * { _:b ?p ?o }",
        "SELECT * { [] ?p ?o }",
        "SELECT * { <http://e/a> ?p ?o } VALUES ?p { <http://e/p> }",
        "SELECT * { <http://e/a> ?p 'x' }",
        'SELECT * { <http://e/a> ?p """x""" }',
        "SELECT * { <http://e/a> ?p ?o } # said",
        "SELECT * { <http://e/a> ?p ?o . ?x ?y ?z } LIMIT 2",
        "PREFIX a: <http://e/> PREFIX a: <http://f/> SELECT * { a:x ?p ?o }",
        "DESCRIBE <http://e/a>",
        "CONSTRUCT WHERE { <http://e/a> ?p ?o }",
        "SELECT * { <http://e/a> ?p ?o } ; SELECT * { <http://e/a> ?p ?o }",
        "SELECT * { " + " . ".join(["<http://e/a> ?p ?o"] * 9) + " }",
        "SELECT * { <http://e/a> ?p ?o }" + " " * 2100,
        "\u017felect * { <http://e/a> ?p ?o }",
        "SELECT\u00a0* { <http://e/a> ?p ?o }",
    ],
)
def test_what_the_grammar_does_not_know_is_left_to_a_child(text: str) -> None:
    """Whatever is not written in the small grammar, or could be large, is not read."""
    assert read(text) is None


def test_a_dataset_that_the_request_names_is_left_to_a_child(
    answers: Answers, net: DiskView
) -> None:
    """`default-graph-uri` makes another dataset of the store than the one that is walked."""
    text = f"ASK {{ <{EX}a> ?p ?o }}"
    graphs = Graphs(default=(EX + "g",))
    question = Question(text, {Kind.TRUTH: JSON}, graphs, lookup=read(text))
    assert question.lookup
    with counting() as counted:
        assert b"".join(answers.answer(net, question).body) == b'{"head":{},"boolean":false}'
    assert not counted


@settings(max_examples=400, deadline=None)
@given(
    text=st.text(st.sampled_from(' \n?$xa:.;,{}<>"@^*/|!()[]0-_eSPREFIXLCTAK\u00e9'), max_size=60)
)
def test_whatever_is_read_is_nothing_that_the_guard_refuses(text: str) -> None:
    """The lane is behind the guard; should it ever stand alone, it lets in no more."""
    if read(text) is not None:
        assert measured(text) == Measured(read(text).form, repeatable=True)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x {" + " " * 2000,
        "SELECT * { <http://e/a> ?p ?o" + " ." * 900,
        "SELECT * { ?a ?b " + "?c, " * 500,
        "SELECT * { ?a ?b ?c" + " ;\n ?b ?c" * 250,
        "PREFIX a: <http://e/> " * 90 + "x",
        "SELECT " + "?x " * 600,
        'SELECT * { ?a ?b "' + "x" * 2000,
        "SELECT * { ?a ?b <h:" + "x" * 2000,
        ("SELECT * { ?a" + " " * 300 + "?b" + " " * 300 + "?c" + " " * 300 + "," + " " * 300) * 2,
    ],
)
def test_no_text_keeps_the_grammar_busy(text: str) -> None:
    """A hostile text costs no more than a millisecond or so to turn away."""
    begun = time.process_time()
    for _ in range(10):
        read(text[: lookups.LONGEST])
    assert time.process_time() - begun < 0.5


# Hubs ---------------------------------------------------------------------------------------------

HUB = NamedNode(EX + "hub")
MANY = 1_000_000


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    """A store in which a million things say the same of one."""
    folder = tmp_path_factory.mktemp("hubs")
    live = Store(str(folder / "live"))
    verb = NamedNode(EX + "of")
    live.bulk_extend(Quad(NamedNode(f"{EX}m{n}"), verb, HUB) for n in range(MANY))
    live.extend([Quad(HUB, verb, NamedNode(EX + "top")), Quad(HUB, NamedNode(EX + "x"), HUB)])
    live.flush()
    (folder / "open").mkdir()
    live.backup(str(folder / "open" / "store"))
    return DiskView(1, Clearance.OPEN, Path(folder / "open"))


@pytest.mark.parametrize(
    "body",
    [
        "?s ex:of ex:hub",
        "?s ?p ex:hub",
        "?s ex:of ex:hub . ?s ex:of ?o",
        "?s ex:of ex:hub . ?t ex:of ex:hub",
        "ex:m1 ex:of ?hub . ?s ex:of ?hub",
        "ex:m1 ?p ?hub . ?s ?q ?hub . ?s ?r ?o",
    ],
)
def test_a_pattern_with_a_million_matches_is_given_up(hubs: DiskView, body: str) -> None:
    """It is given up after a bounded part of them, in a small part of the time they would take."""
    lookup = read(f"PREFIX ex: <{EX}> SELECT * {{ {body} }}")
    assert lookup is not None
    begun = time.process_time()
    with pytest.raises(NotSmall):
        lookups.answered(hubs.store, lookup, JSON, 100_000)
    assert time.process_time() - begun < 0.2


def test_a_few_rows_of_a_million_are_a_look_up(hubs: DiskView) -> None:
    """A LIMIT bounds one pattern, whatever it matches; ASK ends at the first match."""
    for text in ("SELECT * { ?s ?p ?o } LIMIT 9", f"ASK {{ ?s ?p <{EX}hub> }}"):
        lookup = read(text)
        assert lookup is not None
        begun = time.process_time()
        lookups.answered(hubs.store, lookup, JSON, 100_000)
        assert time.process_time() - begun < 0.2


# The bound of a join ------------------------------------------------------------------------------


def walked(quads: list[Quad], text: str) -> tuple[Lookup, list[Quad]]:
    """Walk along the patterns of a query in a store of these quads."""
    store = Store()
    store.extend(quads)
    lookup = read(text)
    assert lookup is not None
    return lookup, Walk(store, lookup.prefixes).along(lookup.patterns)


def test_a_pattern_without_matches_leaves_nothing_to_join() -> None:
    """Else the others, which need not meet it first, could be multiplied by one another."""
    quads = [Quad(HUB, NamedNode(EX + "p"), Literal(str(n))) for n in range(TOUCHED - 10)]
    many = " . ".join(f"<{HUB.value}> ?p{n} ?o{n}" for n in range(6))
    _, found = walked(quads, f"SELECT * {{ <{HUB.value}> ?p ?o . <{EX}none> ?x ?y . {many} }}")
    assert found == []


def test_what_a_pattern_matches_of_the_others_quads_counts() -> None:
    """A pattern of variables, asked first, meets every quad that was collected for another."""
    quads = [Quad(HUB, NamedNode(EX + "p"), Literal(str(n))) for n in range(TOUCHED - 10)]
    one, two = NamedNode(EX + "one"), NamedNode(EX + "two")
    quads += [Quad(one, NamedNode(EX + "k"), two), Quad(two, NamedNode(EX + "k"), Literal("end"))]
    hanging = " . ".join(f"?x ?q{n} ?y{n}" for n in range(3))
    with pytest.raises(NotSmall):
        walked(quads, f"SELECT * {{ <{HUB.value}> ?p ?o . <{EX}one> <{EX}k> ?x . {hanging} }}")


def test_long_literals_are_not_gathered() -> None:
    """Three hundred quads may weigh much."""
    quads = [Quad(HUB, NamedNode(EX + "p"), Literal(str(n) + "x" * 20_000)) for n in range(20)]
    with pytest.raises(NotSmall):
        walked(quads, f"SELECT * {{ <{HUB.value}> ?p ?o . ?o ?q ?r }}")


@settings(max_examples=300, deadline=None)
@given(text=small_queries())
def test_no_order_of_joining_can_multiply_further_than_is_allowed(text: str) -> None:
    """In the store that a join is asked of, the patterns' own matches multiply to no more."""
    lookup = read(text)
    if lookup is None or lookup.alone:
        return
    whole = Store()
    whole.extend(statements())
    try:
        walk = Walk(whole, lookup.prefixes)
        found = walk.along(lookup.patterns)
    except NotSmall:
        return
    product = 1
    for pattern in lookup.patterns:
        product *= walk.alone(pattern, found)
    assert product <= JOINED
    assert len(found) <= TOUCHED

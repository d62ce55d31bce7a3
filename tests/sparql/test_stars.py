"""A star shows the variables in the order in which they are met, at every door and in every form."""

from __future__ import annotations

import json

import pytest

from sparql.answers import Answers, Question
from sparql.formats import CSV, JSON, TSV, Format, Kind
from sparql.lookups import read
from sparql.plans.stars import met
from tests.sparql.conftest import DiskView


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SELECT * { ?s ?p ?o }", "?s ?p ?o"),
        ("select distinct * where { $z a ?b . ?a ?c $z }", "?z ?b ?a ?c"),
        ("SELECT REDUCED *{ ?s ?p ?o OPTIONAL { ?o ?q ?a } } LIMIT 3", "?s ?p ?o ?q ?a"),
        ("SELECT * { { SELECT ?b (COUNT(*) AS ?a) { ?b ?p ?z } GROUP BY ?b } }", "?b ?a"),
        ("SELECT * { ?s ?p ?o MINUS { ?s ?q ?b } FILTER EXISTS { ?s ?d ?e } }", "?s ?p ?o"),
        ('SELECT * { ?z ?y "5"^^<http://www.w3.org/2001/XMLSchema#int> ; ?x ?w }', "?z ?y ?x ?w"),
        ("SELECT * { ?z <e:p>* ?a } # the star of * a remark", "?z ?a"),
        ("SELECT * { ?z ?p ?n BIND(?n * 2 AS ?double) VALUES ?c { 1 } }", "?z ?p ?n ?double ?c"),
    ],
)
def test_a_star_is_the_variables_in_the_order_in_which_they_are_met(text: str, shown: str) -> None:
    assert met(text) == text.replace("*", shown, 1)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s <e:p>* ?o }",
        "ASK { ?s <e:p>* ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }",
        "DESCRIBE * { ?s ?p ?o }",
        "SELECT * { <e:a> <e:b> <e:c> }",
        "SELECT * { ?s ?p }",
        "SELECT * { ?s ?p ?o } GROUP BY ?s",
        "",
        "*",
    ],
)
def test_every_other_text_stays_as_it_was_sent(text: str) -> None:
    assert met(text) == text


@pytest.mark.parametrize("form", [JSON, CSV, TSV])
@pytest.mark.parametrize(
    "text",
    ["SELECT * { ?s a ?kind } LIMIT 2", "SELECT * { ?s a ?b . ?s ?a ?c . ?x ?y ?z } LIMIT 2"],
)
def test_a_look_up_and_a_child_show_them_alike(
    answers: Answers, view: DiskView, text: str, form: Format
) -> None:
    names = [each[1:] for each in met(text).partition("{")[0].split()[1:]]
    forms = {Kind.ROWS: form}
    for lookup in (None, read(text)):
        found = answers.answer(view, Question(text, forms, repeatable=False, lookup=lookup))
        body = b"".join(found.body).decode()
        if form is JSON:
            assert json.loads(body)["head"]["vars"] == names
        else:
            assert body.splitlines()[0].replace("?", "").replace("\t", ",").split(",") == names

"""The vocabulary under /ns: pages in both languages, and the same as data."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from ontology.code_lists import code_lists
from ontology.vocabulary import terms, vocabulary_quads
from web.app import create_app
from web.vocabulary import blueprint

FORMATS = {
    "ttl": (RdfFormat.TURTLE, "text/turtle"),
    "rdf": (RdfFormat.RDF_XML, "application/rdf+xml"),
    "jsonld": (RdfFormat.JSON_LD, "application/ld+json"),
    "nt": (RdfFormat.N_TRIPLES, "application/n-triples"),
}


@pytest.fixture(scope="module")
def app() -> Flask:
    made = create_app()
    if blueprint.name not in made.blueprints:
        made.register_blueprint(blueprint)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_page_names_every_term_and_list(client: FlaskClient, language: str) -> None:
    page = client.get(f"/ns?lang={language}")

    assert page.status_code == 200
    assert [each.name for each in terms() if f'id="{each.name}"' not in page.text] == []
    assert [name for name in code_lists() if f'href="/ns/{name}"' not in page.text] == []


@pytest.mark.parametrize("name", sorted(code_lists()))
def test_every_list_has_a_page_with_all_its_concepts(client: FlaskClient, name: str) -> None:
    page = client.get(f"/ns/{name}?lang=zh")

    assert page.status_code == 200
    assert [each.zh for each in code_lists()[name] if each.zh not in page.text] == []


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "数据集没有名称"), ("en", "The dataset has no title")]
)
def test_the_shapes_say_what_is_wrong_in_the_readers_language(
    client: FlaskClient, language: str, sentence: str
) -> None:
    assert sentence in client.get(f"/ns/shapes?lang={language}").text


def test_pages_speak_one_language(client: FlaskClient) -> None:
    page = client.get("/ns?lang=zh").text

    assert "Properties of the vocabulary" not in page
    assert "词汇中的属性" in page


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize("path", ["/ns", "/ns/theme", "/ns/shapes"])
def test_a_suffix_gives_data(client: FlaskClient, path: str, suffix: str) -> None:
    form, media_type = FORMATS[suffix]
    response = client.get(f"{path}.{suffix}")

    assert response.mimetype == media_type
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert len(list(parse(response.data, format=form))) > 50


def test_all_forms_say_the_same(client: FlaskClient) -> None:
    stated = {quad.triple for quad in vocabulary_quads()}

    for suffix, (form, _) in FORMATS.items():
        read = parse(client.get(f"/ns.{suffix}").data, format=form)
        assert {quad.triple for quad in read} == stated


def test_accept_chooses_between_page_and_data(client: FlaskClient) -> None:
    data = client.get("/ns", headers={"Accept": "text/turtle"})
    page = client.get("/ns", headers={"Accept": "text/html,*/*;q=0.1"})

    assert (data.mimetype, page.mimetype) == ("text/turtle", "text/html")
    assert "Accept" in data.headers["Vary"]
    assert "Accept" in page.headers["Vary"].split(", ")


def test_the_context_is_served_and_works(client: FlaskClient) -> None:
    response = client.get("/ns/context.jsonld")
    document = json.loads(response.text) | {"id": "http://e/1", "title": {"zh": "路网"}}

    assert response.mimetype == "application/ld+json"
    assert len(list(parse(json.dumps(document), format=RdfFormat.JSON_LD))) == 1


@pytest.mark.parametrize("path", ["/ns/nothing", "/ns/nothing.ttl", "/ns.exe", "/ns/theme.json"])
def test_what_is_not_there_is_said_so(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404

"""The manual is there in both languages, its links lead somewhere, and its questions are asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store

from web.app import create_app
from web.help import HERE, READING

NAMES = [name for _, names in READING for name in names]
PAGES = sorted(HERE.glob("*.md"))
LINK = re.compile(r"\]\((/[^)#]*)")
QUESTION = re.compile(r"```sparql\n(.*?)```", re.DOTALL)


@pytest.fixture
def client() -> FlaskClient:
    return create_app().test_client()


def test_every_page_is_in_the_contents_and_in_both_languages() -> None:
    expected = {f"{name}.{lang}.md" for name in NAMES for lang in ("zh", "en")}

    assert {path.name for path in PAGES} == expected


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_opens_under_its_title(client: FlaskClient, name: str, lang: str) -> None:
    title = (HERE / f"{name}.{lang}.md").read_text(encoding="utf-8").splitlines()[0]
    answer = client.get(f"/help/{name}?lang={lang}")

    assert answer.status_code == 200
    assert title.startswith("# ")
    assert f"<h1>{title[2:]}</h1>" in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same_in_the_same_order(name: str) -> None:
    chinese, english = ((HERE / f"{name}.{lang}.md").read_text("utf-8") for lang in ("zh", "en"))

    assert skeleton(chinese) == skeleton(english)


def skeleton(text: str) -> list[str]:
    """Give the shape of a page: its headings, rows, points, code, and where its links lead."""
    heads = [re.match(r"#+ |\||- |```\w*", line) for line in text.splitlines()]
    return [each.group() for each in heads if each] + sorted(LINK.findall(text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_within_the_manual_lead_somewhere(client: FlaskClient, path: Path) -> None:
    links = [each for each in LINK.findall(path.read_text("utf-8")) if each.startswith("/help")]

    assert [each for each in links if client.get(each).status_code != 200] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_manual_s_questions_are_good_sparql(lang: str) -> None:
    questions = QUESTION.findall((HERE / f"sparql.{lang}.md").read_text("utf-8"))

    assert len(questions) == 4
    for question in questions:
        Store().query(question)


@pytest.mark.parametrize("path", ["/help", "/help/decisions", "/help/design"])
def test_the_rooms_of_the_manual_open(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/help/none", "/help/decisions/none", "/help/..%2Fapp"])
def test_what_the_manual_has_not_is_said_to_be_missing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_decision_opens(client: FlaskClient) -> None:
    for path in (HERE / "decisions").glob("*.md"):
        assert client.get(f"/help/decisions/{path.stem}").status_code == 200


def test_the_frame_links_only_what_exists(client: FlaskClient) -> None:
    page = client.get("/help").text
    bar = page[page.index("<header") : page.index("</header>")]
    links = re.findall(r'<a href="(/[^"?]*)"', bar)

    assert "/help" in links
    known = {rule.rule for rule in create_app().url_map.iter_rules()}
    assert set(links) <= known

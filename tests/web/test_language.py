"""Every page speaks Chinese or English, and every sentence of the house is in both."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from flask.testing import FlaskClient

from web import language
from web.app import create_app

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
FILES = sorted((WEB / "translations" / "zh").glob("*.po"))
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
    ("templates/**.txt", "jinja2.ext:babel_extract"),
]
TRIMMED = {"trim_blocks": "true", "lstrip_blocks": "true"}
OPTIONS = {"templates/**.html": TRIMMED, "templates/**.txt": TRIMMED}
WORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale="zh", abort_invalid=True)


def sentences() -> dict[str, str]:
    """Give every sentence of templates and Python with the place where it stands."""
    found = extract_from_dir(WEB, METHODS, OPTIONS, keywords=WORDS)
    return {
        (message if isinstance(message, str) else message[0]): f"{file}:{line}"
        for file, line, message, _, _ in found
    }


@pytest.fixture
def client() -> FlaskClient:
    return create_app().test_client()


def test_every_sentence_has_its_chinese() -> None:
    known = {message.id for path in FILES for message in read(path) if message.string}
    flat = {each if isinstance(each, str) else each[0] for each in known}

    assert {words: at for words, at in sentences().items() if words not in flat} == {}


def test_no_translation_is_left_over_or_doubtful() -> None:
    used = set(sentences())
    for path in FILES:
        catalogue = read(path)
        ids = [each.id if isinstance(each.id, str) else each.id[0] for each in catalogue if each.id]

        assert {each for each in ids if each not in used} == set(), path.name
        assert not [each.id for each in catalogue if each.id and each.fuzzy], path.name
        assert not catalogue.obsolete, path.name


def test_one_sentence_has_one_chinese_wherever_it_stands() -> None:
    pairs = {
        (m.id, m.string) for path in FILES for m in read(path) if isinstance(m.id, str) and m.id
    }
    counts = Counter(english for english, _ in pairs)

    assert {english: n for english, n in counts.items() if n > 1} == {}


def test_a_translation_keeps_the_places_of_its_values() -> None:
    for path in FILES:
        for each in read(path):
            if isinstance(each.id, str) and each.id:
                assert set(PLACES.findall(each.id)) == set(PLACES.findall(str(each.string))), (
                    each.id
                )


def test_a_reader_who_asks_for_nothing_gets_chinese(client: FlaskClient) -> None:
    answer = client.get("/help")

    assert 'lang="zh-Hans"' in answer.text
    assert answer.headers["Content-Language"] == "zh-Hans"
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("wish", "tag"),
    [("en-GB,en;q=0.9", "en"), ("zh-TW", "zh-Hans"), ("fr", "zh-Hans"), ("fr,en;q=0.2", "en")],
)
def test_the_browser_s_wish_is_heard(client: FlaskClient, wish: str, tag: str) -> None:
    answer = client.get("/help", headers={"Accept-Language": wish})

    assert answer.headers["Content-Language"] == tag


def test_a_choice_is_kept_and_beats_the_browser(client: FlaskClient) -> None:
    chosen = client.get("/help?lang=en", headers={"Accept-Language": "zh"})

    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert client.get("/help").headers["Content-Language"] == "en"


def test_a_language_that_is_not_spoken_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/help?lang=xx")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Language"] == "zh-Hans"


def test_the_switch_keeps_the_page_and_its_question() -> None:
    with create_app().test_request_context("/help/finding?q=人口&f=a&f=b&lang=zh"):
        address = language.in_language("en")

    assert address.startswith("/help/finding?")
    assert "f=a&f=b" in address
    assert "q=%E4%BA%BA%E5%8F%A3" in address
    assert address.endswith("lang=en")


def test_the_switch_works_where_nothing_is(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html"})

    assert 'href="/?lang=en"' in answer.text


def test_pages_and_errors_are_said_in_the_language_asked_for(client: FlaskClient) -> None:
    chinese = client.get("/help/none", headers={"Accept": "text/html"})
    english = client.get("/help/none?lang=en", headers={"Accept": "text/html"})

    assert "手册里没有这一页。" in chinese.text
    assert "The manual has no such page." in english.text

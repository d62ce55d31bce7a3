"""The frame, the manual and every component break no rule of WCAG 2.2 AA, in both schemes."""

from __future__ import annotations

import pytest

from tests.browser import Reader, complaints

pytestmark = pytest.mark.browser
PATHS = (
    "/help",
    "/help/dates",
    "/help/keyboard",
    "/help/sparql",
    "/help/decisions",
    "/help/design",
    "/nowhere",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_can_be_used_by_everyone(reader: Reader, path: str, scheme: str, lang: str) -> None:
    page = reader.open(path, lang=lang, scheme=scheme)

    assert complaints(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_used_on_a_narrow_screen(reader: Reader, path: str) -> None:
    page = reader.open(path, width=360)

    assert complaints(page) == []


def test_the_check_sees_what_is_wrong(reader: Reader) -> None:
    page = reader.open("/help")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"/x\">')")

    assert any(each.startswith("image-alt") for each in complaints(page))

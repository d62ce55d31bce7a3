"""Pictures of the frame for people to look at, and what a picture can prove: nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import Reader

pytestmark = pytest.mark.browser
PAGES = {"manual": "/help", "design": "/help/design", "sparql": "/help/sparql", "nothing": "/none"}
WIDTHS = (360, 900, 1440, 2560)
LOOKS = {"zh": "light", "en": "dark"}


@pytest.mark.parametrize(("language", "width"), list(product(LOOKS, WIDTHS)), ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window(
    reader: Reader,
    photograph: Callable[[Page, str], Path],
    name: str,
    language: str,
    width: int,
) -> None:
    lang, scheme = language, LOOKS[language]
    page = reader.open(PAGES[name], lang=lang, scheme=scheme, width=width)
    photograph(page, f"{name}-{lang}-{scheme}-{width}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width

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


@pytest.mark.parametrize("look", list(product(["zh", "en"], ["light", "dark"], WIDTHS)), ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window(
    reader: Reader,
    photograph: Callable[[Page, str], Path],
    name: str,
    look: tuple[str, str, int],
) -> None:
    lang, scheme, width = look
    page = reader.open(PAGES[name], lang=lang, scheme=scheme, width=width)
    photograph(page, f"{name}-{lang}-{scheme}-{width}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width

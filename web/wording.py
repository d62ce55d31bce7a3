"""How dates, numbers and sizes are said in the reader's language.

2026年11月23日 and 23 November 2026; 2,234 in both.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import Flask

from web.language import TAGS, language
from web.site import site

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TIME_STARTS = 10  # after "2026-11-23"
HAN = re.compile(r"[\u3400-\u9fff]")
KILO = 1000
UNITS = ("B", "kB", "MB", "GB", "TB")


def when(value: object) -> date | datetime | None:
    """Read a date or a moment from what RDF or Python gives; None for what is neither."""
    if isinstance(value, date):
        return value
    text = str(getattr(value, "value", value)).strip()
    try:
        if len(text) > TIME_STARTS:
            return datetime.fromisoformat(text)
        return date.fromisoformat(text)
    except ValueError:
        return None


def local(value: date | datetime) -> date | datetime:
    """Give a moment in the time zone of the site; a date as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(site().zone)
    return value


def day(value: object) -> str:
    """Say a date as people write it; what is no date is said as it stands."""
    read = when(value)
    return str(getattr(value, "value", value)) if read is None else said(local(read))


def said(read: date) -> str:
    """Say a date in the language of the page."""
    if language() == "zh":
        return f"{read.year}年{read.month}月{read.day}日"
    return f"{read.day} {MONTHS[read.month - 1]} {read.year}"


def moment(value: object) -> str:
    """Say a date and its time of day, in the site's time zone."""
    read = when(value)
    if not isinstance(read, datetime):
        return day(value)
    here = local(read)
    assert isinstance(here, datetime)
    return f"{said(here)} {here:%H:%M}"


def stamp(value: object) -> str:
    """Give the machine form of a date or moment, for `<time datetime>`."""
    read = when(value)
    return "" if read is None else local(read).isoformat()


def number(value: float) -> str:
    """Say a number with its thousands parted: 2,234."""
    return f"{value:,}"


def size(octets: float) -> str:
    """Say a size in bytes with three figures: 1.2 MB."""
    amount, unit = float(octets), 0
    while amount >= KILO and unit < len(UNITS) - 1:
        amount, unit = amount / KILO, unit + 1
    return f"{amount:,.0f} B" if unit == 0 else f"{amount:.3g} {UNITS[unit]}"


def tag(lang: str | None) -> str:
    """Give the `lang` attribute's value for a text, or "" if it is in the page's language."""
    if not lang or lang.split("-")[0].lower() == language():
        return ""
    return TAGS.get(lang.lower(), lang)


def spoken(words: object) -> str:
    """Give the language that somebody typed words in, as far as their script tells: "zh" or "".

    What people write as a reason or a title of a draft states no language; a voice reading the page
    aloud needs one.
    """
    return "zh" if HAN.search(str(words)) else ""


def frame() -> dict[str, Any]:
    """Give what every page's frame shows beside the page's own record."""
    return {"site": site(), "edition": site().edition()}


def register(app: Flask) -> None:
    """Let templates say dates and numbers."""
    app.jinja_env.filters.update(day=day, moment=moment, stamp=stamp, number=number, size=size)
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.globals.update(lang_tag=tag, is_date=lambda value: when(value) is not None)
    app.context_processor(frame)

"""Dates as strangers write them, read only where there is one way to read them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

XSD = "http://www.w3.org/2001/XMLSchema#"
EARLIEST, LATEST = 1000, 2200  # years outside are slips of the hand (0023), whatever the form

_ZONE = r"(?:Z|[+-]\d\d:\d\d)?"
LEGAL = {
    "date": re.compile(rf"\d{{4}}-\d\d-\d\d{_ZONE}"),
    "dateTime": re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?{_ZONE}"),
    "gYearMonth": re.compile(rf"\d{{4}}-\d\d{_ZONE}"),
    "gYear": re.compile(rf"\d{{4}}{_ZONE}"),
}
_TIME = (
    r"(?:[T\s]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d+))?秒?)?\s*"
    r"(Z|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d))?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_YEAR = re.compile(r"(\d{4})\s*年?")


class Moment(NamedTuple):
    """A date as XML Schema writes it: lexical form and type ("date", "dateTime", ...)."""

    text: str
    type: str


@lru_cache(maxsize=1 << 14)
def moment_of(text: str) -> Moment | None:
    """Read a date; None where it is none, impossible (30 February), or could be two."""
    text = text.strip()
    for name, legal in LEGAL.items():
        if legal.fullmatch(text):
            return Moment(text, name) if _exists(text) else None
    return _written_otherwise(text)


def is_improbable(moment: Moment) -> bool:
    """Say whether no catalogue can mean this year."""
    return not EARLIEST <= int(moment.text[:4]) <= LATEST


def _written_otherwise(text: str) -> Moment | None:
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day, *time = found.groups()
        return _moment(year, month, day, time)
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, *time = found.groups()
        if int(month) > 12:  # noqa: PLR2004 - then it is month/day/year
            day, month = month, day
        elif int(day) <= 12 and day != month:  # noqa: PLR2004 - 05/04/2023 is two days
            return None
        return _moment(year, month, day, time)
    if found := _MONTH.fullmatch(text):
        lexical = f"{found[1]}-{int(found[2]):02}"
        return Moment(lexical, "gYearMonth") if _exists(lexical) else None
    found = _YEAR.fullmatch(text)
    return Moment(found[1], "gYear") if found else None


def _moment(year: str, month: str, day: str, time: list[str | None]) -> Moment | None:
    date = f"{year}-{int(month):02}-{int(day):02}"
    if not time or time[0] is None:
        return Moment(date, "date") if _exists(date) else None
    hour, minute, second, fraction, zone = (*time, None, None)[:5]
    clock = f"{int(hour):02}:{int(minute or 0):02}:{int(second or 0):02}"  # type: ignore[arg-type]
    if fraction:
        clock += f".{fraction}"
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    text = f"{date}T{clock}{zone or ''}"
    return Moment(text, "dateTime") if _exists(text) else None


def _exists(text: str) -> bool:
    """Say whether the calendar has the day and the clock the hour."""
    year, month, day = text[:4], text[5:7], text[8:10]
    month, day = month if month.isdigit() else "1", day if day.isdigit() else "1"
    clock = text[11:19] if "T" in text else "00:00:00"
    try:
        hour, minute, second = map(int, clock.split(":"))
        datetime(max(int(year), 1), int(month), int(day), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return False
    return True

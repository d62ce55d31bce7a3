"""Links of a page of the past stay in the past: each answer's own addresses are given the day.

It is done once, where an answer leaves, so that no page can forget it: links and forms of pages,
addresses in JSON, `Link` and `Location` headers. What is about the reader stays in the present.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Response

from web.asof.day import PARAMETER

# The attributes that lead on, in the tags of our own templates: values are always in quotes.
# A tag that says `data-present` leads to the present on purpose.
LEADS = re.compile(
    r"(<(?:a|form|gov-suggest|gov-palette)\b(?![^>]*\sdata-present)[^>]*?"
    r'\s(?:href|action|data-src)=")(/[^"]*)(")'
)
FORM = re.compile(r'<form\b(?![^>]*\s(?:method=|data-present))[^>]*?\saction="(/[^"]*)"[^>]*>')
HEADER = re.compile(r"<(/[^>]*)>")
LEADING = frozenset({"url", "href", "next", "previous"})  # of JSON objects
PRESENT = re.compile(
    r"/(static|sign-|account|confirm|reset|verify|help|people|audit|registrations|cataloguing|ns\b|healthz)|[^?]*/history\b"
)


def kept(response: Response, day: str, base: str) -> Response:
    """Give an answer whose own addresses, also those that begin with `base`, lead to that day."""
    if (where := response.headers.get("Location", "")).startswith("/"):
        response.headers["Location"] = dated(where, day)
    if link := response.headers.get("Link"):
        response.headers["Link"] = HEADER.sub(lambda m: f"<{dated(m[1], day)}>", link)
    response.headers["X-Robots-Tag"] = "noindex"
    if response.is_streamed or response.status_code == 304:  # noqa: PLR2004
        return response
    if response.mimetype == "text/html":
        response.set_data(page(response.get_data(as_text=True), day))
    elif response.mimetype == "application/json":
        response.set_data(
            json.dumps(data(json.loads(response.get_data()), day, base), ensure_ascii=False)
        )
    return response


def page(text: str, day: str) -> str:
    """Date the links and forms of a page."""
    hidden = f'<input type="hidden" name="{PARAMETER}" value="{day}">'
    text = FORM.sub(lambda m: m[0] + (hidden if carries(m[1]) else ""), text)
    return LEADS.sub(lambda m: f"{m[1]}{dated(m[2], day, '&amp;')}{m[3]}", text)


def data(value: Any, day: str, base: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Date the addresses of a JSON answer."""
    if isinstance(value, list):
        return [data(each, day, base) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: told(each, day, base)
        if key in LEADING and isinstance(each, str)
        else data(each, day, base)
        for key, each in value.items()
    }


def told(where: str, day: str, base: str) -> str:
    """Date an address that may begin with the instance's own root."""
    path = where.removeprefix(base)
    root = base if path != where else ""
    return root + dated(path, day) if path.startswith("/") else where


def dated(where: str, day: str, mark: str = "&") -> str:
    """Give an address with the day, unless it has one, or is about the present."""
    if not carries(where):
        return where
    path, sharp, fragment = where.partition("#")
    separator = mark if "?" in path else "?"
    return f"{path}{separator}{PARAMETER}={day}{sharp}{fragment}"


def carries(where: str) -> bool:
    """Say whether an address should carry the day."""
    asked = re.search(rf"[?&;]{PARAMETER}=", where)
    return not (asked or where.startswith("//") or PRESENT.match(where))

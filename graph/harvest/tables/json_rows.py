"""Rows in JSON: an array of objects, an object that holds one, JSON lines, objects in objects.

An array or a file of lines is read piece by piece and so may be of any length. An object must be
held whole and is refused beyond 64 MiB. Within a row, an object's members become columns named
`outer.inner`, and the values of a list are parted by the unit separator (U+001F).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph.harvest.tables.files import lines, text_pieces, unreadable

PART = "\x1f"  # between the values of one cell
LARGEST_OBJECT = 1 << 26
LONGEST_ROW = 1 << 21
ROW_HOLDERS = ("data", "rows", "records", "items", "result", "results", "list", "datasets")
NEXT_ROW = re.compile(r"\}\s*,\s*(?=\{)")
GAP = re.compile(r"[\s,]*")

Json = object


@dataclass(frozen=True, slots=True)
class Found:
    """One object: its number among the rows, its text by column; or why it does not read."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    why: tuple[str, str] | None = None
    original: str = ""


def looks_like_json(first: bytes) -> bool:
    """Say whether a file's first bytes open a JSON object or array of objects."""
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    return re.match(rb"\{\s*[\"}]|\[\s*[\[\]{]", text) is not None


def objects(path: Path, encoding: str) -> Iterator[Found]:
    """Yield the rows of a JSON file; those that do not read with the reason."""
    try:
        yield from _objects(path, encoding)
    except RecursionError:
        raise unreadable(path, "its JSON is nested too deeply", "JSON 嵌套层数过多") from None


def _objects(path: Path, encoding: str) -> Iterator[Found]:
    """Choose the reading by how the file begins."""
    pieces = text_pieces(path, encoding)
    first = next((piece for piece in pieces if piece.strip()), "").lstrip()
    if first.startswith("["):
        yield from _array(path, _chain(first, pieces))
    elif _is_object(first.splitlines()[0]):
        yield from _lines(line.text for line in lines(path, encoding))
    else:
        yield from _whole(path, _chain(first, pieces))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    """Put the piece read ahead back in front."""
    yield first
    yield from rest


def _is_object(line: str) -> bool:
    """Say whether one line is one complete row: then the file is JSON lines."""
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and _rows_within(found) is None and not _is_levels(found)


def _lines(source: Iterable[str]) -> Iterator[Found]:
    """Yield the rows of JSON lines: a broken line costs that line only."""
    for number, line in enumerate(source, 1):
        if line.strip():
            try:
                yield _found(number, json.loads(line), line)
            except ValueError as error:
                yield _broken(number, line, error)


def _array(path: Path, source: Iterator[str]) -> Iterator[Found]:
    """Yield the rows of an array, holding one row at a time; find the next after a broken one."""
    text, number, decoder = next(source)[1:], 0, json.JSONDecoder()
    while not (text := text[_gap(text) :]).startswith("]"):
        try:
            value, end = decoder.raw_decode(text)
            found = _found(number + 1, value, text[:end])
        except ValueError as error:
            if len(text) < LONGEST_ROW and (more := next(source, "")):
                text += more
                continue
            end = _next_row(path, text)
            found = _broken(number + 1, text[:end].strip(" \r\n,]"), error)
        number += 1
        yield found
        text = text[end:]


def _next_row(path: Path, text: str) -> int:
    """Give the place after a broken row: before the next that opens, or before the array's end."""
    if found := NEXT_ROW.search(text):
        return found.end()
    if text.rstrip().endswith("]"):
        return len(text.rstrip()) - 1
    raise _cut(path)


def _gap(text: str) -> int:
    """Give the length of spaces and commas before the next row."""
    found = GAP.match(text)
    return found.end() if found else 0


def _cut(path: Path) -> Exception:
    """Give the refusal of an array that does not end."""
    return unreadable(
        path,
        "its JSON was cut short; nothing of it was read",
        "JSON 不完整（被截断），未读取任何内容",
    )


def _whole(path: Path, source: Iterable[str]) -> Iterator[Found]:
    """Yield the rows within one object."""
    text, size = [], 0
    for line in source:
        text.append(line)
        size += len(line)
        if size > LARGEST_OBJECT:
            raise unreadable(
                path,
                "one JSON object of more than 64 MiB; write it as JSON lines",
                "单个 JSON 对象超过 64 MiB；请改为 JSON Lines",
            )
    try:
        found = json.loads("".join(text))
    except ValueError as error:
        raise unreadable(path, f"its JSON is broken: {error}", f"JSON 有误：{error}") from error
    for number, value in enumerate(_rows_of(found), 1):
        yield _found(number, value, "")


def _rows_of(found: Json) -> Iterator[Json]:
    """Yield the rows in an object: of the list it holds, of its levels, or itself."""
    within = _rows_within(found)
    if within is not None:
        yield from within
    elif _is_levels(found):
        yield from _levels(found, ())
    else:
        yield found


def _rows_within(found: Json, depth: int = 3) -> list[Json] | None:
    """Give the list of objects under a name that rows usually stand under, at most three deep."""
    if not isinstance(found, dict) or not depth:
        return None
    for name in ROW_HOLDERS:
        value = found.get(name)
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            return value
        if (deeper := _rows_within(value, depth - 1)) is not None:
            return deeper
    return None


def _is_levels(found: Json) -> bool:
    """Say whether every member is itself an object: names of levels, not of columns."""
    return (
        isinstance(found, dict)
        and len(found) > 1
        and all(isinstance(value, dict) for value in found.values())
    )


def _levels(found: Json, above: tuple[str, ...]) -> Iterator[Json]:
    """Yield a row for each innermost object that says something, its levels as columns."""
    if isinstance(found, dict) and found and all(isinstance(each, dict) for each in found.values()):
        for name, value in found.items():
            yield from _levels(value, (*above, name))
    elif isinstance(found, dict) and found:
        yield {f"level{at}": name for at, name in enumerate(above, 1)} | found


def _found(number: int, value: Json, original: str) -> Found:
    """Give a row of a JSON value."""
    if isinstance(value, dict):
        return Found(number, dict(_columns(value, "")))
    return Found(
        number,
        why=("is not an object with named values", "不是带有名称的对象"),
        original=original or json.dumps(value, ensure_ascii=False),
    )


def _columns(value: dict[str, Json], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield column and text, inner objects flattened."""
    for name, each in value.items():
        if isinstance(each, dict):
            yield from _columns(each, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _text(each)


def _text(value: Json) -> str:
    """Give a value as a cell's text."""
    if isinstance(value, list):
        return PART.join(_text(each) for each in value)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _broken(number: int, original: str, error: ValueError) -> Found:
    """Give a row that is no JSON, with the reason."""
    why = str(error).split(":", maxsplit=1)[0]
    return Found(
        number, why=(f"is no JSON ({why})", f"不是有效的 JSON（{why}）"), original=original
    )

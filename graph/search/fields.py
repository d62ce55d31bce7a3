"""The fields of the index, and how a document fills them.

Terms are made in Python (`words`, `sound`) and handed over parted by spaces, so the index analyses
nothing and means nothing by an operator. Facets are whole values. Order keys are made so that no
two documents share one: a page never skips or repeats, however often the index was merged.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import cache, lru_cache
from string import ascii_lowercase, digits
from typing import Any

from tantivy import Document as Stored
from tantivy import Schema, SchemaBuilder

from graph.search import sound, words
from graph.search.document import DATASETS, Document
from graph.search.rows import best

FACETS = (
    "kind",
    "provider",
    "theme",
    "format",
    "frequency",
    "sharing",
    "openness",
    "district",
    "library",
    "items",
    "source",
)
SCORED = ("title", "keyword", "item", "agent")  # beside `text`, which holds the terms of all
SOUNDS = ("sound", "keeper_sound")  # of a thing's own names, and of its keepers'
WALK_BITS = 64
TIE_BITS = 28  # of the walk number, below the seconds of a date: 36 + 28 = 64
DAY = 86_400
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2}))?")
FRESH_FROM, FRESH_TO = date(2010, 1, 1).toordinal(), date(2035, 1, 1).toordinal()
FRESHEST = 0.2  # the most that a date adds to a weight; a score is multiplied by log2(2 + weight)
UNIT_BITS, STARTS = 9, 7  # of the number that a title's order key begins with: 63 bits
UNIT_FROM = 0x100  # the character that stands for unit 0 in an order key
LAST = "\uffff"  # stands behind every unit: the key of what has no title
END_OF_TITLES = (1 << UNIT_BITS * STARTS) - 1

Filled = dict[str, Any]  # what one document puts into each field, by the field's name


@cache
def schema() -> Schema:
    """Give the schema of every index."""
    builder = SchemaBuilder()
    for name in ("text", *SCORED, *SOUNDS, "few"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("iri", "exact", "few_exact"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*FACETS, "by_title_zh", "by_title_en"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("walk", indexed=True, fast=True)
    for name in ("by_modified", "by_issued", "start_zh", "start_en"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_bytes_field("row", stored=True)
    return builder.build()


def walk_number(iri: str) -> int:
    """Give the place of a thing in key-set walks: eight bytes of a digest, evenly spread."""
    return int.from_bytes(hashlib.sha1(iri.encode(), usedforsecurity=False).digest()[:8], "big")


@lru_cache(4096)
def seconds(iso: str) -> int:
    """Give the seconds since the year 1 of an ISO date or time, 0 where it is none.

    Zones are left out: a day's order is kept to within a day.
    """
    match = ISO.match(iso)
    if match is None:
        return 0
    year, month, day, *clock = (int(part or 0) for part in match.groups())
    try:
        days = date(year, month, day).toordinal()
    except ValueError:
        return 0
    return days * DAY + min(clock[0] * 3600 + clock[1] * 60 + clock[2], DAY - 1)


def date_key(iso: str, walk: int) -> int:
    """Give the order key of a date: by time, then by walk number."""
    return seconds(iso) << TIE_BITS | walk >> (WALK_BITS - TIE_BITS)


def freshness(iso: str) -> float:
    """Give what a date adds to a document's weight: older than 2010 nothing.

    It needs no clock: of two documents the newer weighs more, today and in ten years.
    """
    days = seconds(iso) // DAY
    share = (days - FRESH_FROM) / (FRESH_TO - FRESH_FROM)
    return FRESHEST * min(max(share, 0.0), 1.0)


@cache
def _units() -> dict[str, int]:
    """Give what titles are put in order by: digits, then letters and syllables together."""
    letters = {*ascii_lowercase, *sound.syllables()}
    return {unit: at for at, unit in enumerate((*digits, *sorted(letters)), 1)}


class _Heard(dict[int, str]):
    """The unit of each character that was met, as a character in the same order."""

    def __missing__(self, point: int) -> str:
        """Find the unit of a character: a Chinese one is read in its commonest way."""
        character = chr(point)
        heard = sound.readings(character)[:1] or (character,)
        unit = _units().get(heard[0], len(_units()) + 1)
        self[point] = chr(UNIT_FROM + unit)
        return self[point]


_HEARD = _Heard()  # as large as the script at most


@lru_cache(16)  # the titles of one document, each for two keys
def _heard(title: str) -> str:
    """Give a title's units as characters in the same order."""
    return words.bare(title).translate(_HEARD)


def title_key(title: str, walk: int) -> str:
    """Give the order key of a title: as it sounds, then as it is written, then the walk number."""
    return f"{_heard(title) or LAST} {words.bare(title)} {walk:016x}"


def title_start(title: str) -> int:
    """Give the first seven units of a title's order key as a number, in the same order."""
    heard = _heard(title)[:STARTS]
    number = 0
    for each in heard:
        number = number << UNIT_BITS | ord(each) - UNIT_FROM
    return number << UNIT_BITS * (STARTS - len(heard)) if heard else END_OF_TITLES


def _exact(document: Document) -> list[str]:
    """Give what a question may name a thing by, whole: titles, names, code, identifiers."""
    titles = [text for _, text in document.row.titles]
    names = [*titles, *document.row.names, document.row.code, *document.identifiers]
    return list(dict.fromkeys(words.bare(name) for name in names))


def _sounds(document: Document) -> dict[str, str]:
    """Give the terms by which a Latin keyboard finds a document, by its names and its keepers'."""
    titles = tuple(text for _, text in document.row.titles)
    if document.kind in DATASETS:
        return dict(zip(SOUNDS, (sound.terms(titles), sound.terms(document.agents)), strict=True))
    department = document.kind == "department"
    own = (*titles, *document.row.names, *(document.agents if department else ()))
    keepers = () if department else document.agents
    heard = (sound.terms(own, everywhere=True), sound.terms(keepers))
    return dict(zip(SOUNDS, heard, strict=True))


def _scored(document: Document) -> dict[str, str]:
    """Give the terms of each scored field."""
    titles = [text for _, text in document.row.titles]
    return {
        "title": " ".join(map(words.terms, (*titles, *document.row.names))),
        "keyword": " ".join(map(words.name_terms, document.keywords)),
        "item": " ".join(words.name_terms(name) for each in document.row.items for name in each),
        "agent": " ".join(map(words.name_terms, document.agents)),
    }


def _few(document: Document, fields: Filled) -> Filled:
    """Give the names of what is no dataset once more, in fields that stay small: for suggestions."""
    if document.kind in DATASETS:
        return {}
    titles = " ".join(text for _, text in document.row.titles)
    terms = (fields["title"], fields["sound"], words.characters(titles))
    return {"few": " ".join(map(str, terms)), "few_exact": fields["exact"]}


def _text(document: Document, scored: dict[str, str]) -> str:
    """Give the terms of everything, and of titles the single characters too."""
    others = (*document.abstracts, *document.context, *document.identifiers)
    titles = " ".join(text for _, text in document.row.titles)
    return " ".join((*scored.values(), *map(words.terms, others), words.characters(titles)))


def filled(document: Document) -> Filled:
    """Give what a document says in each field of the index, as plain values."""
    row, walk = document.row, walk_number(document.iri)
    scored = _scored(document)
    zh, en = (best(row.titles, language)[1] for language in ("zh", "en"))
    fields: Filled = {
        **scored,
        **_sounds(document),
        **{name: list(values) for name, values in document.facets.items()},
        "text": _text(document, scored),
        "iri": document.iri,
        "exact": _exact(document),
        "by_title_zh": title_key(zh, walk),
        "by_title_en": title_key(en, walk),
        "start_zh": title_start(zh),
        "start_en": title_start(en),
        "walk": walk,
        "by_modified": date_key(row.modified or row.issued, walk),
        "by_issued": date_key(row.issued, walk),
        "weight": freshness(row.modified or row.issued),
        "row": row.to_json(),
    }
    return fields | _few(document, fields)


def stored(fields: Filled) -> Stored:
    """Give filled fields as the index takes them."""
    return Stored.from_dict(fields, schema())

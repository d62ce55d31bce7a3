"""Which reader a file gets: RDF by its form, anything else as a spreadsheet by a mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.harvest.rdf import parent
from graph.harvest.rdf.formats import head_of
from graph.harvest.tables.files import refuse_for_rdf
from graph.harvest.tables.mapping import Mapping, detect, read_mapping
from graph.harvest.tables.rows import read_rows
from graph.harvest.tables.spreadsheet import deliveries as row_deliveries
from graph.ledger.entries import Context, Delivery
from ontology.errors import Invalid

KEYWORD = re.compile(rb'"@(context|graph|id|type)"')
SUFFIXES = re.compile(r"(\.(gz|csv|tsv|xlsx|json|jsonl|ttl|rdf|xml|jsonld|nt|nq|trig|txt))+$")


@dataclass(frozen=True, slots=True)
class Choice:
    """A file with the reader that was chosen for it.

    `source` is the name that the file suggests for its source, `titles` what to call that (en, zh);
    `how` says in a word what the file is.
    """

    source: str
    titles: tuple[str, str]
    how: str
    deliveries: Callable[[Context], Iterator[Delivery]]


def choice_of(path: Path, *, name: str, mapping: Path | None = None) -> Choice:
    """Choose the reader of a file called `name`.

    Raises Unreadable for a file that is nothing of what can be read, Invalid for a spreadsheet
    whose columns no mapping fits.
    """
    form = None if mapping else parent.detect_format(path)
    if form == "jsonld" and not speaks_of_rdf(path):
        form = None
    if form:
        refuse_for_rdf(path, head_of(path))
        return Choice(slug(name), (slug(name), slug(name)), form, of_rdf(path, form))
    rows = read_rows(path)
    chosen = read_mapping(mapping) if mapping else detect(rows)
    if chosen is None:
        raise Invalid(
            f"No mapping fits the columns of {name}. Write a first one with "
            f"govgraph load --guess {name}, look it over, and give it with --mapping.",
            f"没有适合 {name} 各列的映射。请用 govgraph load --guess {name} 生成初稿，"
            "核对后用 --mapping 指定。",
        )
    source = chosen.source or slug(name)
    titles = (chosen.title.get("en", source), chosen.title.get("zh", source))
    return Choice(source, titles, chosen.name, of_rows(path, chosen))


def speaks_of_rdf(path: Path) -> bool:
    """Say whether a JSON file is JSON-LD: plain rows of a catalogue have none of its keywords."""
    return bool(KEYWORD.search(head_of(path)))


def of_rdf(path: Path, form: str) -> Callable[[Context], Iterator[Delivery]]:
    """Give the reader of an RDF file."""
    return lambda context: parent.deliveries(path, format=form, context=context)


def of_rows(path: Path, mapping: Mapping) -> Callable[[Context], Iterator[Delivery]]:
    """Give the reader of a spreadsheet by a mapping; the file is read afresh."""
    return lambda context: row_deliveries(read_rows(path), mapping, context)


def slug(name: str) -> str:
    """Give a source's name from a file's: letters, digits and hyphens."""
    stem = SUFFIXES.sub("", name.lower())
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "source"

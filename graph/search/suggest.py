"""Suggestions under a search box: what a person may mean while still typing.

Few things of many kinds come before many datasets, and of no kind so many that they hide the next:
a department, a district or a theme is rarely meant in vain. Every pair of Han characters typed so
far must stand in the title; of Latin letters the last word may be unfinished, and may be pinyin or
initials.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from tantivy import DocAddress, Occur, Query

from graph.search import sound
from graph.search.asking import Asking, beginning, every, some, term, within
from graph.search.document import DATASETS
from graph.search.question import Suggestion
from graph.search.rows import Row
from graph.search.words import PIECES, bare, folded, pairs, singular

KINDS = ("department", "district", "theme", "library", "system", "element", "service")
OF_ONE_KIND = 2  # suggestions, of those kinds
OF_KINDS = 3  # of every five suggestions, those that are not datasets, where there are so many
NAMED = frozenset({"department", "element"})  # told apart by another name of theirs
LONGEST = 64  # characters that are read
BEGINS = 50.0  # what a title that begins as typed gets beyond its score


@dataclass(frozen=True, slots=True)
class Shelf:
    """The fields that suggestions of some kinds are looked up in."""

    title: str
    single: str
    sound: str
    whole: str


# Other kinds have small fields of their own: what begins with "sh" is found in them at once,
# however many datasets begin so.
FEW = Shelf("few", "few", "few", "few_exact")
MANY = Shelf("title", "text", "sound", "exact")


def suggestions(asking: Asking, text: str, limit: int, language: str) -> list[Suggestion]:
    """Give at most `limit` suggestions: other kinds first, then datasets and layers."""
    typed = folded(text[:LONGEST].replace("\0", " "))
    if not bare(typed) or limit < 1:
        return []
    few, many = (_ranked(typed, shelf) for shelf in (FEW, MANY))
    found = (_rows(asking, few, frozenset({kind}), OF_ONE_KIND) for kind in KINDS)
    others = [row for rows in zip_longest(*found) for row in rows if row]
    datasets = _rows(asking, many, DATASETS, limit)
    kept = max(limit * OF_KINDS // 5, limit - len(datasets))
    first = sorted(others[:kept], key=lambda row: KINDS.index(row.kind))
    return [_suggestion(row, language) for row in (first + datasets)[:limit]]


def _parts(typed: str, shelf: Shelf) -> Iterator[Query]:
    """Give what each piece of the text must match."""
    for match in PIECES.finditer(typed):
        run, word = match.groups()
        if word:
            yield _latin(word[:LONGEST], shelf, finished=match.end() < len(typed))
        elif len(run) == 1:
            yield term(shelf.single, run)
        else:
            yield every(term(shelf.title, pair) for pair in pairs(run))


def _latin(word: str, shelf: Shelf, *, finished: bool) -> Query:
    """Match a Latin word: in a title, or by sound."""
    parts = [term(shelf.title, singular(word))]
    if not finished:
        parts.append(beginning(shelf.title, word))
    if sound.TYPED.fullmatch(word):
        parts.append(beginning(shelf.sound, sound.INITIALS + word))
        if sound.spells(word):
            parts.append(beginning(shelf.sound, word))
    return some(parts)


def _ranked(typed: str, shelf: Shelf) -> Query:
    """Match all that was typed, and bring forward what begins so."""
    matching = every(_parts(typed, shelf))
    begins = Query.const_score_query(beginning(shelf.whole, bare(typed)), BEGINS)
    return Query.boolean_query([(Occur.Must, matching), (Occur.Should, begins)])


def _rows(asking: Asking, query: Query, kinds: frozenset[str], limit: int) -> list[Row]:
    """Give the best rows among some kinds."""
    searcher = asking.searcher
    found = searcher.search(every([query, within("kind", kinds)]), limit=limit, count=False)
    addresses: list[DocAddress] = [address for _, address in found.hits]
    return [Row.from_json(searcher.doc(each)["row"][0]) for each in addresses]


def _suggestion(row: Row, language: str) -> Suggestion:
    """Show a row as a suggestion."""
    names = row.names if row.kind in NAMED else ()
    hint = row.provider(language) or next(iter(names), "")
    return Suggestion(row.kind, row.iri, row.code, row.title(language), hint)

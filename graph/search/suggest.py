"""Suggestions under a search box: what a person may mean while still typing.

Few things of many kinds come before many datasets, and of no kind so many that they hide the next:
a department, a district or a theme is rarely meant in vain. Every pair of Han characters typed so
far must stand in the title; of Latin letters the last word may be unfinished, and may be pinyin or
initials.
"""

from __future__ import annotations

from collections.abc import Iterator
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


def suggestions(asking: Asking, text: str, limit: int, language: str) -> list[Suggestion]:
    """Give at most `limit` suggestions: other kinds first, then datasets and layers."""
    typed = folded(text[:LONGEST].replace("\0", " "))
    parts = list(_parts(typed))
    if not parts or limit < 1:
        return []
    query = _ranked(every(parts), bare(typed))
    found = (_rows(asking, query, frozenset({kind}), OF_ONE_KIND) for kind in KINDS)
    others = [row for rows in zip_longest(*found) for row in rows if row]
    datasets = _rows(asking, query, DATASETS, limit)
    kept = max(limit * OF_KINDS // 5, limit - len(datasets))
    first = sorted(others[:kept], key=lambda row: KINDS.index(row.kind))
    return [_suggestion(row, language) for row in (first + datasets)[:limit]]


def _parts(typed: str) -> Iterator[Query]:
    """Give what each piece of the text must match."""
    for match in PIECES.finditer(typed):
        run, word = match.groups()
        if run:
            yield some([every(term("title", pair) for pair in pairs(run)), _single(run)])
        else:
            yield _latin(word[:LONGEST], finished=match.end() < len(typed))


def _single(run: str) -> Query:
    """Match a single character of a title."""
    return term("text", run) if len(run) == 1 else Query.empty_query()


def _latin(word: str, *, finished: bool) -> Query:
    """Match a Latin word: in a title, or by sound."""
    stem = singular(word)
    written = term("title", stem) if finished else beginning("title", word)
    parts = [written, term("title", stem)]
    if sound.TYPED.fullmatch(word):
        parts.append(beginning("sound", sound.INITIALS + word))
        if sound.spells(word):
            parts.append(beginning("sound", word))
    return some(parts)


def _ranked(matching: Query, name: str) -> Query:
    """Bring forward what begins as typed."""
    begins = Query.const_score_query(beginning("exact", name), BEGINS)
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

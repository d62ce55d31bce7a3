"""How the words of a question become a query: what must match, and what brings a hit forward.

Matching asks one field that holds all terms; it decides totals and facets. Ranking asks the fields
a hit may stand in, title before keyword before data item before department before abstract. So the
counts are cheap and the same whatever the order. A query is built from terms, never from text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from string import ascii_lowercase

from tantivy import Occur, Query, Searcher

from graph.search import sound
from graph.search.fields import SOUNDS, schema
from graph.search.words import Word, bare, latin_word

BOOSTS = {"title": 8.0, "keyword": 4.0, "item": 3.0, "agent": 2.0}
BEST_AND_REST = 0.1  # a word counts where it weighs most, and a tenth of the other fields
EXACT = 1000.0  # what a title that is the question itself gets beyond all scores
MOST_MARKS = 24
INITIALS_ANYWAY = 3  # letters from which a known word is read as initials too
SHORTEST_MENDED = 4  # letters of a word that may be misspelt


def term(field: str, value: str) -> Query:
    """Match a term in a field."""
    return Query.term_query(schema(), field, value, index_option="freq")


def whole(field: str, value: str) -> Query:
    """Match a whole value."""
    return Query.term_query(schema(), field, value, index_option="basic")


def within(field: str, values: Iterable[str]) -> Query:
    """Match any of these whole values, without any effect on the order."""
    return unscored(Query.term_set_query(schema(), field, sorted(values)))


def beginning(field: str, prefix: str) -> Query:
    """Match terms that begin so; `prefix` holds letters, digits and apostrophes only."""
    return Query.regex_query(schema(), field, f"{prefix}.*")


def unscored(query: Query) -> Query:
    """Match without any effect on the order."""
    return Query.const_score_query(query, 0.0)


def every(queries: Iterable[Query]) -> Query:
    """Match where all of these match; where there are none, everything."""
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return Query.boolean_query([(Occur.Must, each) for each in found]) if found else everything()


def everything() -> Query:
    """Match every document."""
    return Query.all_query()


def nothing() -> Query:
    """Match no document."""
    return Query.empty_query()


def some(queries: Iterable[Query]) -> Query:
    """Match where any of these matches; where there are none, nothing."""
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return Query.boolean_query([(Occur.Should, each) for each in found])


def scope(kinds: frozenset[str], filters: Mapping[str, frozenset[str]]) -> list[Query]:
    """Give the parts of a query that kinds and filters make."""
    parts = [within("kind", kinds)] if kinds else []
    return [*parts, *(within(facet, values) for facet, values in filters.items() if values)]


class Asking:
    """Builds queries against one state of an index, whose terms it can look up."""

    def __init__(self, searcher: Searcher) -> None:
        """Ask this state."""
        self.searcher = searcher

    def knows(self, field: str, value: str) -> bool:
        """Say whether any document has this term."""
        return self.searcher.doc_freq(field, value) > 0

    def count(self, query: Query) -> int:
        """Count the documents that match."""
        found: int = self.searcher.search(query, limit=1, count=True).count  # type: ignore[attr-defined]
        return found

    def matching(self, words: list[Word], text: str = "") -> Query:
        """Match every word; or, as a whole, a title or code that is the text."""
        if not words:
            return everything()
        asked = every(self.word(each) for each in words)
        name = bare(text)
        return some([asked, whole("exact", name)]) if self.knows("exact", name) else asked

    def word(self, word: Word) -> Query:
        """Match one word: all its terms or, of Latin letters, what sounds so."""
        if word.latin:
            return some(self._latin(word))
        return every(term("text", need) for need in word.needs)

    def _latin(self, word: Word) -> Iterator[Query]:
        """Give what a Latin word may mean: itself, pinyin, initials.

        A word that stands in documents as it is typed is pinyin only where it is a whole word of
        it, and initials only from three letters on: `data` is not the beginning of 大滩.
        """
        yield term("text", word.needs[0])
        typed = word.surface
        if sound.TYPED.fullmatch(typed) is None:
            return
        known = self.knows("text", word.needs[0])
        heard = term if known else beginning
        for field in SOUNDS:
            if sound.spells(typed):
                yield heard(field, typed)
            if not known or len(typed) >= INITIALS_ANYWAY:
                yield beginning(field, sound.INITIALS + typed)

    def ranked(self, words: list[Word], text: str, matching: Query) -> Query:
        """Match the same as `matching`, in order of relevance."""
        marks = dict.fromkeys(mark for word in words for mark in word.marks)
        parts = [part for mark in islice(marks, MOST_MARKS) for part in self._mark(mark)]
        name = bare(text)
        if self.knows("exact", name):
            parts.append(Query.const_score_query(whole("exact", name), EXACT))
        return Query.boolean_query(
            [(Occur.Must, matching), *((Occur.Should, part) for part in parts)]
        )

    def _mark(self, mark: str) -> Iterator[Query]:
        """Bring forward what holds this term, by the field it stands in."""
        fields = [field for field in BOOSTS if self.knows(field, mark)]
        if fields:
            parts = [Query.boost_query(term(field, mark), BOOSTS[field]) for field in fields]
            yield Query.disjunction_max_query(parts, BEST_AND_REST)

    def mended(self, word: Word) -> Word | None:
        """Give the commonest word one slip of the finger away; None where there is none."""
        if not word.latin or len(word.surface) < SHORTEST_MENDED or not word.surface.isascii():
            return None
        near = {each: self._weight(each) for each in slips(word.surface)}
        best = max(near, key=lambda each: (near[each], each), default="")
        return latin_word(best) if near.get(best) else None

    def _weight(self, spelling: str) -> int:
        """Count the documents that have a spelling, as a word or as pinyin."""
        word = latin_word(spelling)
        heard = sum(self.searcher.doc_freq(field, spelling) for field in SOUNDS)
        found: int = self.searcher.doc_freq("text", word.needs[0]) + heard
        return found


def slips(word: str) -> set[str]:
    """Give every spelling one slip away: a letter too many, too few, wrong, or two swapped."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = {a + b[1:] for a, b in parts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in parts if b for letter in ascii_lowercase}
    more = {a + letter + b for a, b in parts for letter in ascii_lowercase}
    return (fewer | swapped | wrong | more) - {word}

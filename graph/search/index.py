"""The search index of one view: written by the keeper, read by everyone from a snapshot.

An opened index is one state: what was committed when it was opened. Readers of a snapshot never
see it change; the writer sees each of its own commits. Everything in it can be made again from the
view, and is (`govgraph rebuild`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import tantivy

from graph.search import fields, sound, words
from graph.search.answering import Asked, answer, counting
from graph.search.asking import Asking, every, scope, whole
from graph.search.document import DATASETS, Document
from graph.search.fields import Filled
from graph.search.question import Answer, Figures, Question, Suggestion
from graph.search.rows import Row
from graph.search.snapshot import snapshot
from graph.search.suggest import suggestions
from graph.search.walk import Step, Walk
from ontology.errors import Unavailable

__all__ = ["SearchIndex", "snapshot"]

HEAP = 64_000_000  # bytes of terms held before they are written out; one thread
FEWER = 4  # documents, by which an index must be smaller than what is taken out of it
REMEMBERED = 256  # counts of questions that an open index remembers: pages share them


def unreadable(path: Path) -> Unavailable:
    """Say that a folder holds no index of this version."""
    return Unavailable(
        f"The search index ({path.parent.name}) was made by another release; it is being made again. "
        "Try again in a little while; `govgraph rebuild` does it at once.",
        f"搜索索引（{path.parent.name}）由其他版本生成，正在重新生成，请稍后再试；也可运行 govgraph rebuild。",
    )


class SearchIndex:
    """The index of one view, in one folder."""

    def __init__(self, index: tantivy.Index) -> None:
        """Stand for an open index."""
        index.config_reader("manual")
        self._index = index
        self._writer: tantivy.IndexWriter | None = None
        self._look()

    @staticmethod
    def create(path: Path) -> SearchIndex:
        """Make an empty index in a folder, which is made where it is missing."""
        path.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(fields.schema(), str(path), reuse=False, sort_by_field="walk")
        return SearchIndex(index)

    @staticmethod
    def open(path: Path) -> SearchIndex:
        """Open the index in a folder; raise Unavailable where there is none that can be read."""
        try:
            index = tantivy.Index.open(str(path))
        except ValueError as error:
            raise unreadable(path) from error
        if index.schema != fields.schema():
            raise unreadable(path)
        return SearchIndex(index)

    def _look(self) -> None:
        """Take the last committed state."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._asking = Asking(self._searcher)
        self._counting = counting(self._asking, REMEMBERED)
        self._figures: Figures | None = None
        self._counts: dict[frozenset[str], int] = {}

    def write(self, documents: Iterable[Document], removed: Iterable[str] = ()) -> int:
        """Take out `removed`, put in `documents` in place of older ones, commit; count them.

        A document whose IRI is also in `removed` is put in: it may be named there to replace it.
        """
        return self.write_filled(map(fields.filled, documents), removed)

    def write_filled(self, documents: Iterable[Filled], removed: Iterable[str] = ()) -> int:
        """Do what `write` does with documents whose fields were filled elsewhere."""
        writer = self._writer = self._writer or self._index.writer(HEAP, num_threads=1)
        try:
            count = self._put(writer, documents, set(removed))
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        self._look()
        return count

    def _put(self, writer: tantivy.IndexWriter, documents: Iterable[Filled], gone: set[str]) -> int:
        """Take out and put in, without committing; count what was put in."""
        empty = self._searcher.num_docs == 0
        for iri in self._held(gone):
            writer.delete_documents_by_term("iri", iri)
        put: set[int] = set()
        for each in documents:
            iri, walk = each["iri"], each["walk"]
            if walk in put or not (empty or iri in gone):
                writer.delete_documents_by_term("iri", iri)
            put.add(walk)
            writer.add_document(fields.stored(each))
        return len(put)

    def _held(self, iris: set[str]) -> set[str]:
        """Leave out of many IRIs those that a small index does not hold: each costs to take out."""
        many = len(iris) > FEWER * self._searcher.num_docs
        return iris.intersection(self.all_iris()) if many else iris

    def prepare(self) -> None:
        """Make ready what the first write would have to wait for: the writer, and the lexicons."""
        self._writer = self._writer or self._index.writer(HEAP, num_threads=1)
        words.terms("数据资源 data")
        sound.terms(("数据资源",))

    def settle(self) -> None:
        """Wait until merges begun by earlier writes are done: after a bulk load."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None
            self._look()

    def search(self, question: Question) -> Answer:
        """Answer a question; raise Invalid where it asks for a page beyond the window."""
        began = time.perf_counter()
        found = answer(self._asking, self._counting, question)
        return replace(found, took=time.perf_counter() - began)

    def suggest(self, text: str, limit: int = 8, language: str = "zh") -> list[Suggestion]:
        """Give what a person who typed this may mean, other kinds before datasets."""
        return suggestions(self._asking, text, limit, language)

    def count(self, kinds: frozenset[str] = DATASETS) -> int:
        """Count the things of some kinds; of all, where none is named."""
        if kinds not in self._counts:
            self._counts[kinds] = self._asking.count(every(scope(kinds, {})))
        return self._counts[kinds]

    def _walk(self, kinds: frozenset[str]) -> Walk:
        """Begin a walk over some kinds."""
        return Walk(self._searcher, kinds, self.count(kinds))

    def walk(self, kinds: frozenset[str], after: int | None, limit: int) -> list[Step]:
        """Give the next `limit` things of some kinds: (walk number, IRI), in walk order."""
        return self._walk(kinds).after(after, limit)

    def walk_back(self, kinds: frozenset[str], before: int | None, limit: int) -> list[Step]:
        """Give the `limit` things before a number (None: the last ones), in walk order."""
        return self._walk(kinds).before(before, limit)

    def last_page_start(self, size: int, kinds: frozenset[str] = DATASETS) -> int | None:
        """Give the `after` of the last page of a walk by pages of `size`; None for the first."""
        return self._walk(kinds).last_page_start(size)

    def holds(self, iri: str) -> bool:
        """Say whether a thing has a document."""
        return bool(self._searcher.search(whole("iri", iri), 1).hits)

    def all_iris(self) -> Iterator[str]:
        """Give the IRI of everything in the index, in walk order."""
        after: int | None = None
        while steps := self.walk(frozenset(), after, 1000):
            yield from (iri for _, iri in steps)
            after = steps[-1][0]

    def rows(self, kinds: frozenset[str]) -> Iterator[Row]:
        """Give what a list shows of each thing of some kinds, in walk order."""
        return map(Row.from_json, self._walk(kinds).rows())

    def contents(self) -> Iterator[bytes]:
        """Give everything that a reader can be told: each stored row, then the counts of facets."""
        yield from self._walk(frozenset()).rows()
        answer = self.search(Question(kinds=frozenset()))
        for facet, counts in sorted(answer.facets.items()):
            yield f"{facet} {sorted(counts)}".encode()

    def figures(self) -> Figures:
        """Count what is in the index, once for each state of it."""
        if self._figures is None:
            kinds = self._counting(Asked(facets=("kind",))).facets["kind"]
            named = ("theme", "provider", "openness")
            found = self._counting(Asked(kinds=DATASETS, facets=named))
            counted = (dict(found.facets[name]) for name in named)
            self._figures = Figures(dict(kinds), found.total, *counted)
        return self._figures

"""How a question is answered: understood, counted, put in order, and one page of it shown.

Where the words together find nothing, the question is loosened step by step until it finds
something, and the answer says what was left out or mended. Filters are never loosened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from tantivy import DocAddress, FieldType, Order, Query

from graph.search import highlight
from graph.search.asking import Asking, every, nothing, scope, unscored
from graph.search.fields import FACETS, schema
from graph.search.question import (
    LARGEST,
    LONGEST_TEXT,
    MOST_WORDS,
    WINDOW,
    Answer,
    Hit,
    Question,
    Runs,
    Sort,
)
from graph.search.rows import Row, best
from graph.search.walk import END
from graph.search.words import Word, han_word, words
from ontology.errors import Invalid

NEAR = 400  # hits before a page that are compared by their whole titles
VALUES = 65_000  # values of one facet that are counted: more than any catalogue has
BESIDE = " · "  # between two names of one data item
MOST_ITEMS = 6  # data items shown with a hit

ORDERS: dict[Sort, tuple[str, Order]] = {
    "modified": ("by_modified", Order.Desc),
    "issued": ("by_issued", Order.Desc),
    "key": ("walk", Order.Asc),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is matched and counted: the words as understood, the text they are from, the scope."""

    words: tuple[Word, ...] = ()
    text: str = ""
    kinds: frozenset[str] = frozenset()
    filters: tuple[tuple[str, frozenset[str]], ...] = ()
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many match, and under which values: exact."""

    total: int
    facets: dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Understood:
    """The words that are searched, and how they differ from what was typed."""

    words: tuple[Word, ...]
    dropped: tuple[str, ...] = ()
    instead: str | None = None


Found = list[tuple[Any, DocAddress]]
Counting = Callable[[Asked], Counts]
Mend = Callable[[Word], Word | None]


def counting(asking: Asking, remembered: int) -> Counting:
    """Give a function that counts, and remembers the last so many counts."""
    return lru_cache(remembered)(lambda asked: counts(asking, asked))


def counts(asking: Asking, asked: Asked) -> Counts:
    """Count a question: a facet's own filter does not narrow the facet's own counts."""
    filters = dict(asked.filters)
    matching = asking.matching(list(asked.words), asked.text)
    found: dict[str, list[tuple[str, int]]] = {}
    for facets in _counted_together(asked.facets, filters):
        others = {name: values for name, values in filters.items() if name not in facets}
        query = every([matching, *scope(asked.kinds, others)])
        found |= _values(asking, query, facets)
    total = asking.count(every([matching, *scope(asked.kinds, filters)]))
    return Counts(total, {name: found[name] for name in asked.facets})


def _counted_together(
    facets: tuple[str, ...], filters: dict[str, frozenset[str]]
) -> Iterator[tuple[str, ...]]:
    """Part the facets: those without a filter in one pass, each filtered one by itself."""
    if free := tuple(name for name in facets if not filters.get(name)):
        yield free
    yield from ((name,) for name in facets if filters.get(name))


def _values(
    asking: Asking, query: Query, facets: Iterable[str]
) -> dict[str, list[tuple[str, int]]]:
    """Count the values of some facets among what matches, the most frequent first."""
    wanted = {name: {"terms": {"field": name, "size": VALUES}} for name in facets}
    found: dict[str, Any] = asking.searcher.aggregate(query, wanted)
    return {name: _buckets(each["buckets"]) for name, each in found.items()}


def _buckets(buckets: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """Give values and counts, the most frequent first, those alike in the order of the values."""
    pairs = [(each["key"], int(each["doc_count"])) for each in buckets]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def answer(asking: Asking, counting: Counting, question: Question) -> Answer:
    """Answer a question; raise Invalid where a facet, a page or a size is not one."""
    check(question)
    text = " ".join(question.text[:LONGEST_TEXT].replace("\0", " ").split())
    typed = words(text)
    asked = Asked(
        tuple(typed[:MOST_WORDS]),
        text,
        question.kinds,
        tuple(sorted((name, chosen) for name, chosen in question.filters.items() if chosen)),
        question.facets,
    )
    understood = understand(counting, asking.mended, asked)
    asked = replace(asked, words=understood.words)
    counted = counting(asked)
    return Answer(
        total=counted.total,
        hits=tuple(hits(asking, asked, question)) if counted.total else (),
        facets={name: list(values) for name, values in counted.facets.items()},
        reachable=min(counted.total, WINDOW),
        dropped=understood.dropped,
        instead=understood.instead,
        clipped=len(question.text) > LONGEST_TEXT or len(typed) > MOST_WORDS,
    )


def check(question: Question) -> None:
    """Raise Invalid where the question asks for what cannot be."""
    unknown = sorted({*question.filters, *question.facets} - set(FACETS))
    if unknown:
        names, known = ", ".join(unknown), ", ".join(FACETS)
        raise Invalid(
            f"No facet {names}. Facets are: {known}.", f"没有 {names} 这个筛选项。可用：{known}。"
        )
    if not 1 <= question.size <= LARGEST or question.page < 1:
        raise Invalid(
            f"Pages count from 1 and hold 1 to {LARGEST} results.",
            f"页码从 1 开始，每页 1 至 {LARGEST} 条。",
        )
    if question.sort != "key" and (question.page - 1) * question.size >= WINDOW:
        raise Invalid(
            f"Pages are numbered over the first {WINDOW} results. Narrow the question, "
            "or walk through all results in the order of their keys.",
            f"仅对前 {WINDOW} 条结果编页码。请缩小范围，或按键值顺序遍历全部结果。",
        )


def understand(counting: Counting, mend: Mend, asked: Asked) -> Understood:
    """Give the strictest reading of the words that finds anything at all, whatever the filters."""
    strict = Understood(asked.words)
    if not asked.words or counting(asked).total or _finds(counting, asked, asked.words):
        return strict
    for reading in _readings(counting, mend, asked):
        if reading.words and _finds(counting, asked, reading.words):
            return reading
    return strict


def _finds(counting: Counting, asked: Asked, words: tuple[Word, ...]) -> int:
    """Count what some words find in the scope, without filters."""
    return counting(replace(asked, words=words, filters=(), facets=())).total


def _readings(counting: Counting, mend: Mend, asked: Asked) -> Iterator[Understood]:
    """Give looser and looser readings of the words."""
    typed = asked.words
    unknown = {word for word in typed if not _finds(counting, asked, (word,))}
    mended = tuple((word in unknown and mend(word)) or word for word in typed)
    instead = " ".join(word.surface for word in mended) if mended != typed else None
    if instead:
        yield Understood(mended, (), instead)
    cores = tuple(word if word.latin else han_word(word.core, word.core) for word in mended)
    yield Understood(cores, _left_out(mended, cores), instead)
    known = tuple(word for word in cores if _finds(counting, asked, (word,)))
    yield Understood(known, _left_out(mended, known), instead)
    for kept in _fewer(known, lambda some: _finds(counting, asked, some)):
        yield Understood(kept, _left_out(mended, kept), instead)


def _fewer(
    known: tuple[Word, ...], finds: Callable[[tuple[Word, ...]], int]
) -> Iterator[tuple[Word, ...]]:
    """Give the words without one, that which leaves the most first; then the rarest by itself."""
    without = (known[:at] + known[at + 1 :] for at in range(len(known)))
    yield from sorted((kept for kept in without if kept), key=lambda kept: -finds(kept))
    yield from sorted(((word,) for word in known), key=finds)


def _left_out(typed: tuple[Word, ...], kept: tuple[Word, ...]) -> tuple[str, ...]:
    """Give what of the typed words is not in those kept."""
    left = {word.surface for word in kept}
    cores = {word.surface: word.surface.replace(word.core, "", 1) for word in typed}
    gone = [
        cores[word.surface] if word.core in left else word.surface
        for word in typed
        if word.surface not in left
    ]
    return tuple(each for each in gone if each)


def hits(asking: Asking, asked: Asked, question: Question) -> Iterator[Hit]:
    """Give one page of hits."""
    found = _found(asking, asked, question)
    addresses = [address for _, address in found]
    walks = asking.searcher.fast_field_values("walk", addresses)
    for (value, address), walk in zip(found, walks, strict=True):
        row = Row.from_json(asking.searcher.doc(address)["row"][0])
        score = value if isinstance(value, float) else 0.0
        yield shown(row, list(asked.words), question.language, score=score, walk=int(walk or 0))


def _found(asking: Asking, asked: Asked, question: Question) -> Found:
    """Search one page: by relevance where there are words, else the newest first."""
    words = list(asked.words)
    matching = asking.matching(words, asked.text)
    limits = scope(asked.kinds, dict(asked.filters))
    place = (question.page - 1) * question.size
    if question.sort == "relevance" and words:
        query = every([asking.ranked(words, asked.text, matching), *limits])
        return _page(asking, query, place, question.size, weight_by_field="weight")
    query = every([unscored(matching), *limits, *_further(question)])
    if question.sort == "title":
        return _by_title(asking, query, place, question)
    field, order = ORDERS.get(question.sort, ORDERS["modified"])
    place = 0 if question.sort == "key" else place
    return _page(asking, query, place, question.size, order_by_field=field, order=order)


def _page(asking: Asking, query: Query, place: int, size: int, **order: Any) -> Found:  # noqa: ANN401 - handed on
    """Search `size` hits from a place."""
    return asking.searcher.search(query, size, count=False, offset=place, **order).hits


def _by_title(asking: Asking, query: Query, place: int, question: Question) -> Found:
    """Search one page in the order of titles.

    Comparing whole titles costs as much as there are hits before the page, so a far page is first
    found by the numbers that titles begin with, and only what begins so is compared.
    """
    name = "zh" if question.language.startswith("zh") else "en"
    order = {"order_by_field": f"by_title_{name}", "order": Order.Asc}
    if place < NEAR:
        return _page(asking, query, place, question.size, **order)
    start, ascending = f"start_{name}", Order.Asc
    near = _page(asking, query, place, question.size, order_by_field=start, order=ascending)
    if not near:
        return []
    low, high = near[0][0], near[-1][0]
    before = asking.count(every([query, between(start, None, low - 1)])) if low else 0
    query = every([query, between(start, low, high)])
    return _page(asking, query, place - before, question.size, **order)


def between(field: str, low: int | None, high: int | None) -> Query:
    """Match numbers from `low` to `high`, without any effect on the order."""
    kind = FieldType.Unsigned
    return unscored(Query.range_query(schema(), field, kind, lower_bound=low, upper_bound=high))


def _further(question: Question) -> Iterator[Query]:
    """Give what keeps a walk behind the last hit it saw."""
    if question.sort == "key" and question.after is not None:
        yield between("walk", question.after + 1, None) if question.after < END else nothing()


def shown(row: Row, words: list[Word], language: str, *, score: float, walk: int) -> Hit:
    """Show a row with the hits in it marked."""
    title = highlight.runs(row.title(language), words)
    return Hit(
        score=score,
        row=row,
        walk=walk,
        title=title,
        abstract=highlight.excerpt(best(row.abstract, language)[1], words),
        provider=highlight.runs(row.provider(language), words),
        other=() if highlight.hit(title) else _other(row, words),
        items=tuple(islice(_items(row, words), MOST_ITEMS)),
    )


def _items(row: Row, words: list[Word]) -> Iterator[Runs]:
    """Give the data items that were hit: the shown name and, where only that was hit, another."""
    for names in row.items:
        shown, *others = (highlight.runs(name, words) for name in names)
        if highlight.hit(shown):
            yield shown
        elif other := next((each for each in others if highlight.hit(each)), None):
            yield (*shown, (BESIDE, False), *other)


def _other(row: Row, words: list[Word]) -> Runs:
    """Give a title in another language, or an alias, that was hit."""
    texts = (*(text for _, text in row.titles), *row.names)
    parts = (highlight.runs(text, words) for text in texts)
    return next((each for each in parts if highlight.hit(each)), ())

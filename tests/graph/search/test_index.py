"""The laws of the index: exact counts, orders, pages, walks, and what survives what."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.search import fields
from graph.search.document import DATASETS, Document, dependents, document, documents, roots
from graph.search.index import SearchIndex, snapshot
from graph.search.question import WINDOW, Answer, Question
from graph.search.rows import Row
from ontology.errors import Invalid, Unavailable

TITLES = ("人口统计", "人口普查数据", "企业名单", "停车场", "car park", "水质监测")
VALUES: dict[str, tuple[str, ...]] = {
    "provider": ("p1", "p2", "p3"),
    "theme": ("t1", "t2", "t3"),
    "format": ("csv", "json"),
    "openness": ("open", "closed"),
    "items": ("with", "without"),
}
FACETS = tuple(VALUES)
WORDS = ("", "人口", "普查", "停车", "park", "水质")


@st.composite
def made(draw: st.DrawFn) -> list[Document]:
    """Make a small catalogue."""
    count = draw(st.integers(0, 25))
    return [thing(at, draw) for at in range(count)]


def thing(at: int, draw: st.DrawFn) -> Document:
    """Make one dataset or department."""
    chosen = {
        name: tuple(sorted(draw(st.sets(st.sampled_from(known), max_size=2))))
        for name, known in VALUES.items()
    }
    kind = draw(st.sampled_from(("dataset", "layer", "department")))
    day = draw(st.sampled_from(("", "2020-01-01", "2023-05-06", "0023-01-01", "nonsense")))
    row = Row(
        iri=f"http://a.example/{at}",
        kind=kind,
        code=f"c{at}",
        titles=(("zh", draw(st.sampled_from(TITLES))),),
        modified=day,
    )
    return Document(row, facets={**chosen, "kind": (kind,)})


def plain(title: str, at: int, **facets: tuple[str, ...]) -> Document:
    """Make one dataset of a title."""
    row = Row(f"http://a.example/{at}", "dataset", f"c{at}", (("zh", title),))
    return Document(row, facets={"kind": ("dataset",), **facets})


@contextmanager
def holding(things: list[Document]) -> Iterator[SearchIndex]:
    """Give an index of these things."""
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex.create(Path(folder) / "index")
        index.write(things)
        yield index


def fits(each: Document, word: str, filters: dict[str, frozenset[str]]) -> bool:
    """Say by reading whether a document answers."""
    titled = word in each.row.titles[0][1]
    return titled and all(
        chosen & set(each.facets.get(facet, ())) for facet, chosen in filters.items() if chosen
    )


chosen_filters = st.fixed_dictionaries(
    {},
    optional={
        name: st.frozensets(st.sampled_from(known), max_size=2) for name, known in VALUES.items()
    },
)


@settings(deadline=None, max_examples=30)
@given(made(), st.sampled_from(WORDS), chosen_filters)
def test_totals_and_facets_are_those_of_reading_everything(
    things: list[Document], word: str, filters: dict[str, frozenset[str]]
) -> None:
    """Every count is exact, and a facet's own filter does not narrow the facet's own counts."""
    scope = [each for each in things if each.kind in DATASETS]
    if not any(fits(each, word, {}) for each in scope):
        word = ""  # a question that finds nothing is loosened: another test's matter
    with holding(things) as index:
        answer = index.search(Question(text=word, filters=filters, facets=FACETS, size=100))

    expected = [each for each in scope if fits(each, word, filters)]
    assert {hit.row.iri for hit in answer.hits} == {each.iri for each in expected}
    assert answer.total == len(expected)
    for facet in FACETS:
        others = {name: chosen for name, chosen in filters.items() if name != facet}
        beside = [each for each in scope if fits(each, word, others)]
        counted = Counter(value for each in beside for value in each.facets.get(facet, ()))
        assert dict(answer.facets[facet]) == dict(counted)


@settings(deadline=None, max_examples=20)
@given(
    made(),
    st.sampled_from(("relevance", "modified", "issued", "title")),
    st.sampled_from(("", "人口")),
    st.integers(1, 7),
)
def test_pages_neither_skip_nor_repeat(
    things: list[Document], sort: str, word: str, size: int
) -> None:
    """The pages, one after the other, are the whole, whatever the order."""
    with holding(things) as index:
        whole = index.search(Question(text=word, sort=sort, size=1000))  # type: ignore[arg-type]
        pages = [
            index.search(Question(text=word, sort=sort, page=page, size=size))  # type: ignore[arg-type]
            for page in range(1, whole.total // size + 2)
        ]

    together = [hit.row.iri for page in pages for hit in page.hits]
    assert together == [hit.row.iri for hit in whole.hits]
    assert len(set(together)) == whole.total


@settings(deadline=None, max_examples=20)
@given(made(), st.integers(1, 6), st.sampled_from((DATASETS, frozenset(), frozenset({"layer"}))))
def test_walks_see_everything_once_in_both_directions(
    things: list[Document], size: int, kinds: frozenset[str]
) -> None:
    """Forward, backward, from the last page, and through a search by keys: the same things."""
    expected = sorted(
        (fields.walk_number(each.iri), each.iri)
        for each in things
        if not kinds or each.kind in kinds
    )
    with holding(things) as index:
        assert index.count(kinds) == len(expected)
        assert steps(index, kinds, size) == expected
        assert back(index, kinds, size) == expected
        last = index.walk(kinds, index.last_page_start(size, kinds), size + 1)
        keyed = by_key(index, kinds, size)

    assert last == expected[(len(expected) - 1) // size * size :]
    assert keyed == expected


def steps(index: SearchIndex, kinds: frozenset[str], size: int) -> list[tuple[int, str]]:
    """Walk forward to the end."""
    seen: list[tuple[int, str]] = []
    while part := index.walk(kinds, seen[-1][0] if seen else None, size):
        seen += part
    return seen


def back(index: SearchIndex, kinds: frozenset[str], size: int) -> list[tuple[int, str]]:
    """Walk back to the beginning."""
    seen: list[tuple[int, str]] = []
    while part := index.walk_back(kinds, seen[0][0] if seen else None, size):
        seen = part + seen
    return seen


def by_key(index: SearchIndex, kinds: frozenset[str], size: int) -> list[tuple[int, str]]:
    """Search in the order of keys to the end."""
    seen: list[tuple[int, str]] = []

    def page() -> Answer:
        after = seen[-1][0] if seen else None
        return index.search(Question(kinds=kinds, sort="key", after=after, size=size))

    while hits := page().hits:
        seen += [(hit.walk, hit.row.iri) for hit in hits]
    return seen


@settings(deadline=None, max_examples=10)
@given(made(), made(), st.sets(st.integers(0, 24)), chosen_filters)
def test_writing_again_and_taking_out_leave_what_a_fresh_index_holds(
    before: list[Document],
    after: list[Document],
    gone: set[int],
    filters: dict[str, frozenset[str]],
) -> None:
    """Kept up write by write or made at once: the same answers."""
    removed = {f"http://a.example/{at}" for at in gone}
    final = {each.iri: each for each in before if each.iri not in removed}
    final |= {each.iri: each for each in after}
    question = Question(filters=filters, facets=FACETS, sort="title", size=100)
    with holding(before) as kept, holding(list(final.values())) as fresh:
        kept.write(after[:1])
        kept.write(after[1:], [each.iri for each in after[2:]])
        kept.write([], removed - {each.iri for each in after})
        assert kept.search(question).facets == fresh.search(question).facets
        assert [hit.row for hit in kept.search(question).hits] == [
            hit.row for hit in fresh.search(question).hits
        ]
        assert steps(kept, frozenset(), 10) == steps(fresh, frozenset(), 10)
        assert kept.figures() == fresh.figures()


def test_the_newest_comes_first_and_the_undated_last(index: SearchIndex) -> None:
    by_change = index.search(Question(sort="modified"))
    by_issue = index.search(Question(sort="issued"))

    assert [hit.row.code for hit in by_change.hits] == ["d1", "d2", "d3", "l1"]
    assert [hit.row.code for hit in by_issue.hits][:2] == ["d3", "d1"]


def test_titles_are_in_the_order_of_their_sound() -> None:
    titles = ["2020年", "Bus", "a map", "北京", "上海", "停车", "水质", "zoo"]
    things = [plain(title, at) for at, title in enumerate(random.Random(1).sample(titles, 8))]
    with holding(things) as index:
        answer = index.search(Question(sort="title"))

    order = [hit.row.title("zh") for hit in answer.hits]
    assert order == ["2020年", "a map", "Bus", "北京", "上海", "水质", "停车", "zoo"]


def test_far_pages_by_title_go_on_where_near_ones_end() -> None:
    """A far page is found by the beginnings of titles; the order is that of whole titles."""
    dice = random.Random(2)
    things = [plain(f"上海市人口统计{dice.randrange(40)}表{at}", at) for at in range(1500)]
    things += [plain(dice.choice(TITLES), 1500 + at) for at in range(500)]
    with holding(things) as index:
        pages = [index.search(Question(sort="title", page=page, size=100)) for page in range(1, 21)]
        whole = [index.search(Question(sort="title", size=1000, page=page)) for page in (1, 2)]

    together = [hit.row.iri for page in pages for hit in page.hits]
    assert len(set(together)) == 2000
    assert together[:1000] == [hit.row.iri for hit in whole[0].hits]
    by_hand = sorted(
        things, key=lambda d: fields.title_key(d.row.titles[0][1], fields.walk_number(d.iri))
    )
    assert together == [each.iri for each in by_hand]


def test_a_page_beyond_the_window_is_refused_with_a_way_on(index: SearchIndex) -> None:
    with pytest.raises(Invalid, match="keys"):
        index.search(Question(page=WINDOW // 20 + 1))
    assert index.search(Question(page=WINDOW // 20)).hits == ()


@pytest.mark.parametrize(
    "question",
    [
        Question(page=0),
        Question(size=0),
        Question(size=100_000),
        Question(facets=("colour",)),
        Question(filters={"colour": frozenset({"red"})}),
    ],
)
def test_what_cannot_be_asked_is_refused(index: SearchIndex, question: Question) -> None:
    with pytest.raises(Invalid):
        index.search(question)


def test_the_end_of_all_numbers_ends_a_walk(index: SearchIndex) -> None:
    end = (1 << 64) - 1

    assert index.walk(DATASETS, end, 10) == []
    assert index.walk_back(DATASETS, 0, 10) == []
    assert index.search(Question(sort="key", after=end)).hits == ()


def test_a_snapshot_stays_what_it_was_while_the_writer_goes_on(tmp_path: Path) -> None:
    """Writes, deletions and merges after it change neither an opened snapshot nor a later opened."""
    index = SearchIndex.create(tmp_path / "live")
    index.write([plain("人口统计", at) for at in range(60)])
    snapshot(tmp_path / "live", tmp_path / "seen")
    opened = SearchIndex.open(tmp_path / "seen")
    for at in range(40):
        index.write([plain("停车", 100 + at)], [f"http://a.example/{at}"])
    index.settle()

    assert opened.search(Question(text="人口", size=100)).total == 60
    assert SearchIndex.open(tmp_path / "seen").search(Question(size=100)).total == 60
    assert index.search(Question(text="人口")).total == 20
    assert index.count() == 60


def test_a_snapshot_can_be_written_on_without_changing_its_source(tmp_path: Path) -> None:
    """A keeper begins from a published snapshot; the readers of that one notice nothing."""
    first = SearchIndex.create(tmp_path / "first")
    first.write([plain("人口统计", at) for at in range(10)])
    snapshot(tmp_path / "first", tmp_path / "second")
    second = SearchIndex.open(tmp_path / "second")
    second.write([plain("停车", 50)], [f"http://a.example/{at}" for at in range(9)])

    assert second.count() == 2
    assert SearchIndex.open(tmp_path / "first").count() == 10


def test_snapshots_taken_amid_merges_are_whole(tmp_path: Path) -> None:
    """The writer merges in the background; each snapshot is one committed state."""
    index = SearchIndex.create(tmp_path / "live")
    for at in range(40):
        index.write([plain("人口", at)])
        snapshot(tmp_path / "live", tmp_path / f"s{at}")

    assert [SearchIndex.open(tmp_path / f"s{at}").count() for at in range(40)] == list(range(1, 41))


def test_a_snapshot_of_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unavailable, match="rebuild"):
        snapshot(tmp_path / "empty", tmp_path / "copy")
    with pytest.raises(Unavailable):
        SearchIndex.open(tmp_path / "empty")


def test_an_index_of_another_version_is_refused_with_a_way_on(tmp_path: Path) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("other")
    tantivy.Index(builder.build(), str(tmp_path))
    with pytest.raises(Unavailable, match="rebuild"):
        SearchIndex.open(tmp_path)


def test_a_write_that_fails_leaves_the_index_as_it_was(index: SearchIndex) -> None:
    """What was put in before the fault is taken back, also by the next commit."""

    def failing() -> Iterator[Document]:
        yield plain("半途", 7)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - made above
        index.write(failing())
    index.write([])

    assert index.count() == 4


def test_only_things_with_a_page_have_a_document(city: Store) -> None:
    kinds = {each.iri.rsplit("/", 1)[1]: each.kind for each in documents(city, roots(city))}

    assert kinds == {
        "d1": "dataset", "d2": "dataset", "d3": "dataset", "l1": "layer", "e1": "element",
        "jtw": "department", "zjw": "department", "ja": "department",
        "transport": "theme", "310106": "district",
    }  # fmt: skip
    assert document(city, "http://city.example/id/item/d1.1") is None
    assert document(city, "http://nowhere.example/") is None


def test_a_document_counts_under_what_its_view_says(city: Store) -> None:
    found = document(city, "http://city.example/id/dataset/d3")

    assert found is not None
    assert found.facets["district"] == ("https://w3id.org/govgraph/division/310106",)
    assert found.facets["provider"] == ("http://city.example/id/department/ja",)
    assert found.facets["source"] == ("http://city.example/id/source/city",)
    assert found.facets["items"] == ("without",)


def test_a_department_s_new_name_is_found_through_its_datasets(city: Store, tmp_path: Path) -> None:
    """Its dependents, written again with it, show the new name."""
    index = SearchIndex.create(tmp_path / "index")
    index.write(documents(city, roots(city)))
    department = NamedNode("http://city.example/id/department/zjw")
    for quad in list(city.quads_for_pattern(department, None, None, DefaultGraph())):
        if "foaf" in quad.predicate.value:
            city.remove(quad)
    iris = [department.value, *dependents(city, department.value)]
    index.write(documents(city, iris), iris)

    assert iris[1:] == ["http://city.example/id/dataset/d2"]
    assert index.search(Question(text="城乡建设")).total == 0
    assert index.search(Question(text="市住建委")).total == 1


def test_of_many_things_to_take_out_a_small_index_looks_only_for_those_it_holds(
    tmp_path: Path,
) -> None:
    """The old document goes, the new one stays once, and what was never there is no matter."""
    index = SearchIndex.create(tmp_path / "live")
    index.write([plain("人口统计", at) for at in range(3)])
    many = [f"http://a.example/{at}" for at in range(1, 40)]

    index.write([plain("停车", at) for at in range(2, 30)], many)

    assert index.count() == 29
    assert index.search(Question(text="人口")).total == 1
    assert index.search(Question(text="停车")).total == 28

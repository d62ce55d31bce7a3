"""Entries that say the same are found by blocks, judged by fields, merged and parted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.association.deciding import Decider
from graph.association.duplicates import (
    CROWD,
    Duplicates,
    Sketch,
    address,
    candidates,
    duplicates,
    judged,
    minhash,
    renewed,
    unadorned,
)
from graph.association.merges import Two, merge, part, undo_merge
from graph.search.document import DATASETS, document
from graph.search.folding import folds
from graph.search.question import Question
from ontology.clearance import Clearance
from ontology.errors import Conflict, Invalid, NotFound
from ontology.terms import DCAT, DCT, GOV, RDF
from tests.access import Access, access_to
from tests.town import BASE

ITEMS = frozenset({"许可证编号", "法人名称", "住所", "发证日期", "有效期至", "经营范围"})


def entry(name: str, title: str = "", **more: object) -> Sketch:
    names = more.pop("names", frozenset())
    assert isinstance(names, frozenset)
    plain = Sketch(
        iri=f"http://e/{name}", title=title, plain=unadorned(title), owner=f"http://e/of-{name}",
        numbers=frozenset(), page="", place="http://e/city", series="", names=names,
        minhash=minhash(names),
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def found(*sketches: Sketch) -> set[tuple[str, str]]:
    pairs = Duplicates({each.iri: each for each in sketches}).pairs
    return {(each.one.iri[-1], each.other.iri[-1]) for each in pairs}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("药品零售企业许可信息", "上海市药品零售企业许可一览表", True),
        ("高新技术企业认定名单", "高新技术企业认定名录", True),
        ("停车场信息", "停车场收费标准", False),
        ("信息", "数据", False),
    ],
)
def test_a_title_is_compared_without_its_ornaments(one: str, other: str, *, same: bool) -> None:
    assert (unadorned(one) == unadorned(other)) is same
    assert unadorned(one)


def test_addresses_of_one_page_are_one() -> None:
    assert address("https://www.e.cn/view/1/") == address("http://e.cn/view/1")
    assert address("http://e.cn/view/1") != address("http://e.cn/view/2")


def test_each_sign_finds_a_pair() -> None:
    less = ITEMS - {"经营范围"}
    assert found(
        entry("a", "药店许可信息", names=ITEMS), entry("b", "药店许可名单", names=less)
    ) == {("a", "b")}
    number = frozenset({"330-1"})
    assert found(entry("a", "甲", numbers=number), entry("b", "乙", numbers=number)) == {("a", "b")}
    assert found(
        entry("a", "药店许可", names=ITEMS, page="e.cn/1"), entry("b", "药店经营许可", names=ITEMS, page="e.cn/1")
    ) == {("a", "b")}  # fmt: skip
    assert not found(entry("a", "药店许可", names=ITEMS), entry("b", "停车场"))


def test_the_same_of_two_places_or_of_one_series_is_no_duplicate() -> None:
    one, other = (entry(name, "药店许可信息", names=ITEMS) for name in "ab")

    assert not found(one, replace(other, place="http://e/district"))
    assert not found(replace(one, series="http://e/s"), replace(other, series="http://e/s"))
    assert not found(one, replace(other, series=one.iri))
    assert found(one, other)


def test_a_crowd_is_no_sign() -> None:
    crowd = [entry(f"{number:03}", "统计年鉴") for number in range(CROWD + 1)]

    assert not list(candidates(crowd))
    assert list(candidates(crowd[:-1]))


WORDS = st.sampled_from(["许可", "名单", "停车", "泊位", "企业", "学校"])


@given(
    st.lists(
        st.tuples(st.lists(WORDS, min_size=1, max_size=2), st.sampled_from(["", "1", "2"])),
        max_size=8,
    )
)
def test_a_pair_with_a_title_or_a_number_in_common_is_always_looked_at(
    told: list[tuple[list[str], str]],
) -> None:
    sketches = [
        entry(f"{at}", "".join(words), numbers=frozenset({number} - {""}))
        for at, (words, number) in enumerate(told)
    ]
    looked = {(one.iri, other.iri) for one, other in candidates(sketches)}

    for one, other in combinations(sketches, 2):
        alike = one.plain == other.plain or bool(one.numbers & other.numbers)
        assert alike == ((one.iri, other.iri) in looked)
        assert judged(one, other).score == judged(other, one).score


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("duplicates"))
    yield made
    made.accounts.close()
    made.instance.close()


ONE, OTHER = f"{BASE}/id/dataset/jtw-0001", f"{BASE}/id/dataset/gaj-0001"
TWO = Two(ONE, OTHER, ("甲", "乙"))
FOLDED = f"{BASE}/id/dataset/gaj-0005"  # seen by everyone
AT_ONCE = Two(ONE, FOLDED, ("甲", "乙"))


def now(access: Access, clearance: Clearance = Clearance.GOVERNANCE) -> Duplicates:
    return duplicates(access.instance.snapshots.view(clearance).store)


def decider(access: Access) -> Decider:
    access.clock.pass_by(minutes=1)
    return Decider("reviewer", access.clock(), "归并")


def leads_to(access: Access, iri: str) -> list[str]:
    store = access.instance.snapshots.view(Clearance.GOVERNANCE).store
    quads = store.quads_for_pattern(NamedNode(iri), DCT.isReplacedBy, None, DefaultGraph())
    return [str(each.object)[1:-1] for each in quads]


def test_a_merged_entry_leads_to_the_kept_one_until_it_is_taken_back(access: Access) -> None:
    before, was = now(access), leads_to(access, OTHER)

    assert merge(access.instance, before, TWO, decider(access))
    assert leads_to(access, OTHER) == [*was, ONE]
    assert now(access).gone == {OTHER: ONE}
    store = access.instance.snapshots.view(Clearance.GOVERNANCE).store
    assert renewed(before, store, [ONE, OTHER]) == now(access)

    assert undo_merge(access.instance, ONE, OTHER, decider(access))
    assert leads_to(access, OTHER) == was
    assert now(access) == before


def told(access: Access, clearance: Clearance = Clearance.OPEN, **asked: str) -> dict[str, object]:
    """Give all that an index tells of its hits, counts and suggestions."""
    index = access.instance.snapshots.view(clearance).index
    answer = index.search(Question(size=100, **asked))  # type: ignore[arg-type]
    return {
        "hits": {each.row.iri for each in answer.hits},
        "total": answer.total,
        "facets": answer.facets,
        "walk": {iri for _, iri in index.walk(DATASETS, None, 1000)},
        "figures": index.figures(),
        "suggested": {each.iri for each in index.suggest(FOLDED[-8:], 20)},
    }


def test_a_merged_entry_is_no_hit_of_its_own_and_the_kept_one_answers_for_it(
    access: Access,
) -> None:
    before, code = told(access), FOLDED.rpartition("/")[2]
    assert FOLDED in before["hits"]  # type: ignore[operator]

    merge(access.instance, now(access), AT_ONCE, decider(access))
    for clearance in Clearance:
        after = told(access, clearance)
        for name in ("hits", "walk"):
            assert FOLDED not in after[name]  # type: ignore[operator]
            assert ONE in after[name]  # type: ignore[operator]
        assert told(access, clearance, text=code)["hits"] == {ONE}
    after = told(access)
    assert after["total"] == before["total"] - 1  # type: ignore[operator]
    count = Counter(dict(after["facets"]["provider"]))  # type: ignore[index]
    gone = Counter(dict(before["facets"]["provider"])) - count  # type: ignore[index]
    assert gone == {f"{BASE}/id/department/gaj": 1}

    undo_merge(access.instance, ONE, FOLDED, decider(access))
    assert told(access) == before
    assert FOLDED in told(access, text=code)["hits"]  # type: ignore[operator]


def test_a_merge_counts_only_where_the_kept_entry_is_there() -> None:
    store, merge = Store(), NamedNode("http://e/merge")
    for one, name, value in (
        (merge, GOV.outcome, Literal("accepted")),
        (merge, GOV.keptEntry, NamedNode(ONE)),
        (merge, GOV.mergedEntry, NamedNode(FOLDED)),
        (NamedNode(FOLDED), RDF.type, DCAT.Dataset),
        (NamedNode(FOLDED), GOV.code, Literal("gaj-0005")),
    ):
        store.add(Quad(one, name, value))
    assert document(store, FOLDED)

    store.add(Quad(NamedNode(ONE), RDF.type, DCAT.Dataset))
    assert document(store, FOLDED) is None
    assert list(folds(store).others(ONE)) == [FOLDED]


def test_two_that_are_two_are_not_shown_again_and_what_is_merged_is_not_merged_twice(
    access: Access,
) -> None:
    part(access.instance, TWO, decider(access))
    assert not now(access).gone
    assert {(each.kept, each.merged) for each in now(access).decisions.values()} == {(ONE, OTHER)}
    undo_merge(access.instance, OTHER, ONE, decider(access))  # whichever is named first

    merge(access.instance, now(access), TWO, decider(access))
    third = f"{BASE}/id/dataset/jtw-0002"
    for kept, merged in ((third, OTHER), (OTHER, third), (third, ONE)):
        with pytest.raises(Conflict):
            merge(access.instance, now(access), Two(kept, merged, TWO.titles), decider(access))
    with pytest.raises(Invalid):
        merge(access.instance, now(access), Two(ONE, ONE, TWO.titles), decider(access))
    undo_merge(access.instance, ONE, OTHER, decider(access))
    with pytest.raises(NotFound):
        undo_merge(access.instance, ONE, OTHER, decider(access))


def test_a_merge_with_what_few_may_see_is_seen_by_those_few(access: Access) -> None:
    hidden = set(now(access).sketches) - set(now(access, Clearance.SHARED).sketches)
    two = Two(ONE, min(hidden), TWO.titles)

    merge(access.instance, now(access), two, decider(access))

    assert now(access).gone == {two.merged: ONE}
    assert not now(access, Clearance.SHARED).decisions
    undo_merge(access.instance, ONE, two.merged, decider(access))

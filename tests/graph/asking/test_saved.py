"""Saved queries in the ledger's database: who finds them, what a version keeps, who came second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.asking.saved import (
    Moved,
    Place,
    Reader,
    Said,
    Saved,
    SavedQueries,
    Sharing,
    found,
)
from graph.ledger.ledger import Ledger
from ontology.errors import NotFound

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
SAID = Said("SELECT * { ?s ?p ?o }", "公交", "Buses", tags=("bus",))
OPEN = Place(Sharing.PUBLIC)
OWN = Place()
SHARED = Place(Sharing.DEPARTMENT, "jtw", "310101")


@pytest.fixture
def queries(tmp_path: Path) -> Iterator[SavedQueries]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield SavedQueries(ledger)
    ledger.close()


def add(queries: SavedQueries, place: Place = OWN, by: str = "ann", said: Said = SAID) -> Saved:
    return queries.add("buses", said, place, by=by, at=AT)


def slugs(queries: SavedQueries, reader: Reader) -> set[str]:
    return {each.slug for each in queries.find(reader)}


def test_a_name_ends_in_what_nobody_can_guess(queries: SavedQueries) -> None:
    """So two of one title have two names, and neither tells of the other."""
    first, second = add(queries), add(queries)
    assert first.slug != second.slug
    assert re.fullmatch(r"buses-[a-z2-9]{4}", first.slug)
    assert (first.version, first.said, first.owner, first.created) == (1, SAID, "ann", AT)


def test_each_finds_the_own_the_department_s_and_the_public(queries: SavedQueries) -> None:
    own, shared, public = (add(queries, place) for place in (OWN, SHARED, OPEN))

    assert slugs(queries, Reader("ann")) == {own.slug, shared.slug, public.slug}
    assert slugs(queries, Reader("bob")) == {public.slug}
    assert slugs(queries, Reader("bob", frozenset({"jtw"}))) == {shared.slug, public.slug}
    assert slugs(queries, Reader("bob", frozenset({"310101"}))) == {shared.slug, public.slug}
    assert slugs(queries, Reader("bob", frozenset({"mzj", ""}))) == {public.slug}
    assert slugs(queries, Reader()) == {public.slug}
    assert [each.slug for each in queries.public()] == [public.slug]


def test_the_newest_change_comes_first(queries: SavedQueries) -> None:
    first, second = add(queries), add(queries)
    later = AT + timedelta(hours=1)
    queries.save(first, Said("ASK {}"), OWN, by="ann", at=later)

    assert [each.slug for each in queries.find(Reader("ann"))] == [first.slug, second.slug]
    assert queries.get(first.slug).changed == later
    assert queries.get(first.slug).created == AT


def test_every_saving_is_a_version_that_keeps_what_it_said(queries: SavedQueries) -> None:
    first = add(queries)
    second = queries.save(first, Said("ASK {}", "问"), OPEN, by="bob", at=AT)

    assert second.version == 2
    assert second.changed_by == "bob"
    assert second.owner == "ann", "who saves does not become the owner"
    told = [
        (each.version, each.by, each.sharing, each.said.text)
        for each in queries.versions(first.slug)
    ]
    assert told == [
        (2, "bob", Sharing.PUBLIC, "ASK {}"),
        (1, "ann", Sharing.PRIVATE, SAID.text),
    ]


def test_saving_what_stands_there_moves_nothing(queries: SavedQueries) -> None:
    first = add(queries)

    assert queries.save(first, SAID, OWN, by="bob", at=AT + timedelta(days=1)) == first
    assert len(queries.versions(first.slug)) == 1


def test_who_comes_second_is_told_who_came_first_and_nothing_is_written(
    queries: SavedQueries,
) -> None:
    seen = add(queries)
    queries.save(seen, Said("ASK {}"), OWN, by="bob", at=AT)
    with pytest.raises(Moved, match="bob") as told:
        queries.save(seen, Said("ASK { ?s ?p ?o }"), OWN, by="ann", at=AT)

    assert told.value.now.version == 2
    assert queries.get(seen.slug).said.text == "ASK {}"
    assert len(queries.versions(seen.slug)) == 2


def test_what_is_deleted_is_gone_with_its_versions_and_stars(queries: SavedQueries) -> None:
    """Only that it was public is still known: its address says 410."""
    public, private = add(queries, OPEN), add(queries)
    queries.star(public.slug, "bob", on=True)
    for each in (public, private):
        queries.delete(each.slug)

        with pytest.raises(NotFound):
            queries.get(each.slug)
        with pytest.raises(NotFound):
            queries.delete(each.slug)
        assert queries.versions(each.slug) == []
    assert queries.stars() == {}
    assert queries.find(Reader("ann")) == []
    assert queries.was_public(public.slug)
    assert not queries.was_public(private.slug)
    with pytest.raises(NotFound):
        queries.save(public, Said("ASK {}"), OPEN, by="ann", at=AT)


def test_a_star_given_twice_is_one_and_is_the_giver_s(queries: SavedQueries) -> None:
    saved = add(queries, OPEN)
    for name in ("bob", "bob", "ann"):
        queries.star(saved.slug, name, on=True)

    assert (queries.get(saved.slug, "bob").stars, queries.get(saved.slug, "bob").starred) == (
        2,
        True,
    )
    assert not queries.get(saved.slug, "eve").starred
    assert queries.stars("ann") == {saved.slug: (2, True)}
    queries.star(saved.slug, "bob", on=False)
    assert queries.get(saved.slug, "bob").stars == 1


def test_queries_are_found_by_every_word_and_by_tag(queries: SavedQueries) -> None:
    other = Said("ASK { ?s <http://example.org/lamp> ?o }", "路灯", tags=("lamp",))
    kept = [add(queries), add(queries, said=other)]

    assert found(kept, "") == kept
    assert found(kept, "公交 BUSES") == [kept[0]]
    assert found(kept, "lamp") == [kept[1]]
    assert found(kept, "buses- lamp") == [kept[1]], "its name counts"
    assert found(kept, "", "bus") == [kept[0]]
    assert found(kept, "路灯", "bus") == []


def test_a_title_in_one_language_stands_for_the_other() -> None:
    said = Said("ASK {}", title_zh="公交", description_en="Of buses")

    assert (said.title("en"), said.title("zh")) == ("公交", "公交")
    assert (said.description("zh"), said.description("en")) == ("Of buses", "Of buses")

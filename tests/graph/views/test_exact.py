"""A view keeps the type of every number, however it came; one that holds none is as it ever was."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from graph.check import check
from graph.instance import Instance
from graph.ledger.exact import holds
from graph.ledger.ledger import undo
from graph.ledger.patch import Files, Section, Spool
from graph.views.exact import HERE, Exact, Restoring, exact_of
from graph.views.keeper import Keeper
from graph.views.settling import MANIFEST
from graph.views.stores import canonical, holds_exact
from ontology.clearance import Clearance
from ontology.exact import TYPES, XSD, is_folded
from tests.catalogue import BASE, NOON, Load, dataset

LATER = NOON + timedelta(days=1)
SIZE = "http://www.w3.org/ns/dcat#byteSize"


def line(code: str, value: str, kind: str, name: str = "http://e/p") -> str:
    return f'<{BASE}/id/dataset/{code}> <{name}> "{value}"^^<{XSD}{kind}> .'


def said(instance: Instance, name: str = "http://e/p") -> set[str]:
    store = instance.snapshots.view(Clearance.GOVERNANCE).store
    found = store.quads_for_pattern(None, NamedNode(name), None, None)
    return {str(quad.object) for quad in found}


def test_a_view_is_the_engines_own_until_it_has_to_keep_a_type(
    instance: Instance, load: Load
) -> None:
    """A size, an integer, and what is no number need nothing."""
    load(dataset("a", extra=(line("a", "9", "nonNegativeInteger", SIZE), line("a", "x", "int"))))
    assert type(instance.snapshots.view(Clearance.OPEN).store) is Store
    private = (line("b", "-3", "negativeInteger"),)
    load(dataset("b", private=private), at=LATER)
    kept = [exact_of(instance.snapshots.view(each).store) for each in Clearance]
    assert [each is not None for each in kept] == [False, False, True]
    assert said(instance) == {f'"x"^^<{XSD}int>', f'"-3"^^<{XSD}negativeInteger>'}
    assert said(instance, SIZE) == {f'"9"^^<{XSD}integer>'}


@pytest.mark.parametrize("bulk", [100, 50_000])
def test_types_outlive_every_way_of_laying(
    instance: Instance, load: Load, monkeypatch: pytest.MonkeyPatch, bulk: int
) -> None:
    """Line by line or past the log, undone, replayed by another keeper, and made again."""
    monkeypatch.setattr("graph.views.keeper.BULK", bulk)
    monkeypatch.setattr("graph.views.stores.BULK", bulk)
    monkeypatch.setattr("graph.ledger.patch.INLINE_LINES", 50)
    many = [
        dataset(f"d{n}", f"灯 {n}", extra=(line(f"d{n}", f"+0{n % 9}", "byte"),)) for n in range(60)
    ]
    load(*many)
    wanted = {f'"+0{n}"^^<{XSD}byte>' for n in range(9)}
    assert said(instance) == wanted
    again = load(*many[1:], dataset("d0", extra=(line("d0", "5", "long"),)), at=LATER)
    assert said(instance) == wanted | {f'"5"^^<{XSD}long>'}
    with_keeper = Keeper(instance.home, instance.ledger)
    with_keeper.start()
    with_keeper.catch_up(LATER)
    with_keeper.close()
    assert check(instance, LATER).faults == ()
    undo(instance.ledger, again.seq, at=LATER, actor="a test", reason="a test")
    instance.settle(LATER)
    assert said(instance) == wanted
    assert check(instance, LATER).faults == ()


def test_the_same_delivered_again_changes_nothing(instance: Instance, load: Load) -> None:
    """What comes is compared with what is kept, type and all."""
    load(dataset("a", extra=(line("a", "+5", "short"),)))
    load(dataset("a", extra=(line("a", "+5", "short"),)), at=LATER)
    changed = load(dataset("a", extra=(line("a", "5", "integer"),)), at=LATER)
    assert changed.seq
    assert said(instance) == {f'"5"^^<{XSD}integer>'}


def test_a_snapshot_of_an_older_release_is_laid_again_where_it_lost_types(
    instance: Instance, load: Load
) -> None:
    """Where it lost none it is gone on from."""
    load(dataset("a"))
    for extra, afresh in (((), False), ((line("b", "5", "int"),), True)):
        if extra:
            load(dataset("b", extra=extra), at=LATER)
        manifest = instance.snapshots.current().path / MANIFEST
        told = json.loads(manifest.read_text())
        del told["exact"]
        manifest.write_text(json.dumps(told))
        keeper = Keeper(instance.home, instance.ledger)
        keeper.start()
        assert (keeper.applied == 0) is afresh
        keeper.close()


def test_a_section_knows_whether_it_holds_such_numbers(tmp_path: Path) -> None:
    """One of an older release is looked through."""
    files = Files(tmp_path)
    for lines, wanted in (
        ([line("a", "5", "int")] * 3_000, True),
        (
            [line("a", "5", "integer"), line("a", "5", "int", SIZE), line("a", "x", "int")] * 1_000,
            False,
        ),
    ):
        spool = Spool(files, Section(added=True, clearance=Clearance.OPEN, graph="urn:g", count=0))
        spool.add(lines)
        section = spool.finish()
        assert section.exact is wanted
        assert Section.from_json(section.to_json()) == section
        told = {key: value for key, value in section.to_json().items() if key != "exact"}
        assert holds_exact(Section.from_json(told), files) is wanted


@settings(max_examples=60)
@given(st.sampled_from([*TYPES, "integer"]), st.text("+-0123456789 x", max_size=22))
def test_what_the_engine_would_fold_is_what_is_kept(kind: str, value: str) -> None:
    """Found in the text, in the term, and by the engine itself."""
    text = line("a", value, kind)
    store = Store()
    (quad,) = parse(text, RdfFormat.N_TRIPLES, lenient=True)
    store.add(quad)
    (laid,) = store
    folds = kind != "integer" and cast("Literal", laid.object).datatype.value != XSD + kind
    assert is_folded(value, kind) is folds
    assert holds(text.encode()) is folds
    assert (HERE.laid(quad.object) != quad.object) is folds
    assert HERE.said(HERE.laid(quad.object)) == quad.object
    assert (HERE.text_laid(text.encode()) != text.encode()) is folds
    assert HERE.bytes_said(HERE.text_laid(text.encode())) == text.encode()
    assert canonical([text]) == {text} or kind == "integer"


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["head", "half", "urn:", "x", "\n"]), max_size=9), st.data())
def test_a_name_that_is_parted_between_two_pieces_is_given_back(
    parts: list[str], data: st.DataObject
) -> None:
    """Wherever the pieces end."""
    exact = Exact.drawn()
    text = (
        "".join(parts).replace("head", exact.head + "int").replace("half", exact.head[:20]).encode()
    )
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    out = BytesIO()
    restoring = Restoring(cast("IO[bytes]", out), exact)
    for begin, end in zip([0, *ends], [*ends, len(text)], strict=True):
        restoring.write(text[begin:end])
    restoring.finish()
    assert out.getvalue() == text.replace(exact.head.encode(), XSD.encode())
    assert len(out.getvalue()) == len(text)

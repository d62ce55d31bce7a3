"""What people mean by a name that they type: an entry by its title, where it alone is called so."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.lineage.files import meant
from graph.lineage.naming import Names
from graph.lineage.openlineage import BadEvent
from ontology.terms import DCAT, DCT, RDF

BASE = "http://127.0.0.1:8000"


def names(*titles: tuple[str, str, str]) -> Names:
    """Give what finds names in a view of datasets: code, title, language."""
    store = Store()
    for code, title, language in titles:
        node = NamedNode(f"{BASE}/id/dataset/{code}")
        store.add(Quad(node, RDF.type, DCAT.Dataset, DefaultGraph()))
        store.add(Quad(node, DCT.title, Literal(title, language=language), DefaultGraph()))
    return Names(BASE, SimpleNamespace(store=store), SimpleNamespace())  # type: ignore[arg-type]


def test_a_whole_title_in_either_language_means_its_entry() -> None:
    known = names(("a", "公交线路", "zh"), ("b", "Bus routes", "en"))

    assert meant(known, "公交线路", "source") == f"{BASE}/id/dataset/a"
    assert meant(known, "Bus routes", "source") == f"{BASE}/id/dataset/b"
    assert meant(known, "a", "source") == f"{BASE}/id/dataset/a"
    assert not known.stubs


def test_a_title_of_several_is_refused_with_their_codes() -> None:
    known = names(("a", "名录", "zh"), ("b", "名录", "zh"))

    with pytest.raises(BadEvent, match="dataset/a, dataset/b"):
        meant(known, "名录", "source")


def test_what_nobody_is_called_becomes_a_stub() -> None:
    known = names(("a", "名录", "zh"))

    assert meant(known, "warehouse day.table", "source").startswith(f"{BASE}/id/dataset/stub-")
    assert [each.title for each in known.stubs.values()] == ["day.table"]

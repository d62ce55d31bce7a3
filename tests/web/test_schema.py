"""The schema page: classes and what joins them, of the caller's own view, from what is kept."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator

import pytest

from graph.views.counts import Counting, Kept
from ontology.clearance import Clearance
from ontology.terms import shortened
from sparql.query import counting
from tests.access import Access, access_to


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("schema"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


@pytest.fixture(scope="module")
def counted(access: Access) -> Access:
    Counting(access.instance.home, access.instance.ledger).step()
    return access


def test_before_anything_is_counted_the_page_says_so(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = access_to(tmp_path_factory.mktemp("uncounted"), pool=True)
    shutil.rmtree(made.instance.home.counts, ignore_errors=True)
    page = made.client().get("/query/schema?lang=en").text
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()
    assert "Not counted yet" in page


def test_classes_and_connections_are_told_with_their_counts_and_no_query(counted: Access) -> None:
    """In a picture and in tables; each leads to a query that finds something."""
    with counting() as asked:
        page = counted.client().get("/query/schema?lang=en").text
    assert not asked, "the figures are kept"
    store = counted.instance.snapshots.view(Clearance.OPEN).store
    query = re.search(r'href="(/query\?query=[^"]+)" aria-label="Begin a query with [^"]+"', page)
    picture = json.loads(re.search(r'application/json">(.*?)</script>', page)[1])
    assert query
    assert query[1].startswith("/query?query=PREFIX")
    assert any(each["note"] == "dcat:Dataset" for each in picture["nodes"])
    assert counted.client().get(query[1].replace("&amp;", "&")).text.count("<td") > 1
    assert len(store) > 0


def test_a_class_has_its_properties_and_a_few_things_by_name(counted: Access) -> None:
    with counting() as asked:
        page = counted.client().get("/query/schema?class=dcat:Dataset&lang=en").text
    assert asked.total() <= 2
    assert 'href="/dataset/' in page
    assert "dct:publisher" in page


def test_what_is_not_in_the_view_is_not_in_its_schema(counted: Access) -> None:
    """A property that only the office sees is in its schema alone; a class that is not there is 404."""
    kept = Kept(counted.instance.home.counts)
    seq = counted.instance.snapshots.reached()
    office, mine = (kept.of(each, seq=seq) for each in (Clearance.GOVERNANCE, Clearance.OPEN))
    assert office
    assert mine
    hidden = {link[1] for link in office.links} - {link[1] for link in mine.links}
    kind, verb = next(
        link[:2] for link in office.links if link[1] in hidden and link[0] in mine.classes
    )
    path = f"/query/schema?class={shortened(kind)}"
    administrator = counted.signed_in_or_anyone("administrator")
    assert shortened(verb) in administrator.get(path).text
    assert shortened(verb) not in counted.client().get(path).text
    assert counted.client().get("/query/schema?class=gov:Nothing").status_code == 404

"""`/associate`: who holds which key, what joins with what; only what the reader's view holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from graph.association.holdings import holdings
from ontology.clearance import Clearance
from sparql.query import counting
from tests.access import Access, access_to
from tests.town import BASE, town

HTML = {"Accept": "text/html"}
USCC = "DE02001"


@pytest.fixture
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("association"))
    yield made
    made.accounts.close()
    made.instance.close()


def test_the_matrix_counts_the_datasets_of_each_department_and_key(client: FlaskClient) -> None:
    """As SPARQL counts them."""
    table = csv.reader(
        io.StringIO(client.get("/associate.csv?lang=zh").text.removeprefix("\ufeff"))
    )
    head, *rows = table
    column = head.index("统一社会信用代码")
    told = {row[0]: int(row[column]) for row in rows}
    query = (
        "SELECT ?name (COUNT(DISTINCT ?d) AS ?n) WHERE {"
        f" ?i <https://w3id.org/govgraph/ns#element> <{BASE}/id/element/{USCC}> ;"
        " <http://purl.org/dc/terms/isPartOf> ?d . ?d <http://purl.org/dc/terms/publisher> ?p ."
        ' ?p <http://xmlns.com/foaf/0.1/name> ?name FILTER(LANG(?name) = "zh") } GROUP BY ?p ?name'
    )
    counted = {row["name"].value: int(row["n"].value) for row in town().store.query(query)}

    assert {name: count for name, count in told.items() if count} == counted


def test_a_cell_leads_to_its_datasets(client: FlaskClient) -> None:
    page = client.get("/associate", headers=HTML).text
    url, count = re.findall(rf'href="(/associate/key/{USCC}\?department=[^"]+)">(\d+)</a>', page)[0]

    listed = client.get(url, headers=HTML).text

    assert listed.count('<th role="rowheader" scope="row">') == int(count)


def test_a_dataset_joins_by_its_keys_and_leads_to_ways(client: FlaskClient) -> None:
    held = holdings(town().store)
    one, other = held.of(f"{BASE}/id/element/{USCC}")[:2]
    path = one.removeprefix(f"{BASE}/id")

    page = client.get(f"/associate{path}?lang=en", headers=HTML).text
    ways = client.get(f"/associate{path}?lang=en&with={other}", headers=HTML).text

    assert f'href="/element/{USCC}"' in page
    assert "One join" in ways
    assert "Sketch in SQL" in ways


def test_another_dataset_that_is_not_here_is_said(client: FlaskClient) -> None:
    answer = client.get("/associate/dataset/jtw-0001?with=<b>nowhere&lang=en", headers=HTML)

    assert answer.status_code == 200
    assert "Nothing here is called &lt;b&gt;nowhere." in answer.text


@pytest.mark.parametrize("path", ["/associate/dataset/none", "/associate/key/none"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


def test_a_page_asks_the_store_as_often_for_many_as_for_few(client: FlaskClient) -> None:
    client.get("/associate", headers=HTML)
    with counting() as few:
        client.get("/associate/key/DE03013", headers=HTML)
    with counting() as many:
        client.get(f"/associate/key/{USCC}", headers=HTML)

    assert few.total() == many.total() <= 3


def test_who_may_not_see_a_dataset_is_told_of_no_join_with_it(access: Access) -> None:
    """Not in the matrix's numbers, not among its partners, not as a way between others."""
    element = f"{BASE}/id/element/{USCC}"
    views = {each: access.instance.snapshots.view(each) for each in Clearance}
    hidden = set(holdings(views[Clearance.GOVERNANCE].store).of(element)) - set(
        holdings(views[Clearance.OPEN].store).of(element)
    )
    assert hidden
    code = min(hidden).rpartition("/")[2]
    stranger, office = access.client(), access.signed_in("reviewer")

    assert stranger.get(f"/associate/dataset/{code}").status_code == 404
    assert office.get(f"/associate/dataset/{code}").status_code == 200
    shown = stranger.get("/associate/dataset/jtw-0001", query_string={"with": code}).text
    assert "Ways to join" not in shown

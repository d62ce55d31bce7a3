"""Legal persons, streets and addresses are things with names of their own, pages and a kind."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.town import BASE

HTML = {"Accept": "text/html"}
CODE = "91310101000010014L"


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("legal-person", "Legal person"),
        ("street", "Street or town"),
        ("address", "Standard address"),
    ],
)
def test_the_name_of_an_instance_leads_to_a_page_that_says_what_it_is(
    client: FlaskClient, kind: str, word: str
) -> None:
    library = {"legal-person": "legal-person"}.get(kind, "geography")
    listed = client.get(f"/associate/libraries/{library}?lang=en", headers=HTML).text
    code = CODE
    if kind != "legal-person":
        head = f'href="/associate/{kind}/'
        code = listed.partition(head)[2].partition('"')[0] or street_of(client)
    found = client.get(f"/id/{kind}/{code}", headers=HTML)
    page = client.get(f"/{kind}/{code}?lang=en", headers=HTML)

    assert (found.status_code, found.headers["Location"]) == (303, f"/{kind}/{code}")
    assert page.status_code == 200
    assert f'<p class="kind">{word}</p>' in page.text
    assert f"/associate/{kind}/{code}" in page.text
    assert client.get(f"/{kind}/{code}.ttl").text.count(f"<{BASE}/id/{kind}/{code}>") >= 1


def street_of(client: FlaskClient) -> str:
    """Give the code of the street in which a legal person's address lies."""
    address = client.get(f"/legal-person/{CODE}.ttl").text.partition("/id/address/")[2]
    told = client.get(f"/address/{address.partition('>')[0]}.ttl").text
    return told.partition("/id/street/")[2].partition(">")[0]


def test_the_explorer_names_a_legal_person_by_its_kind(client: FlaskClient) -> None:
    page = client.get(f"/explore?n=legal-person/{CODE}&of=legal-person/{CODE}&lang=en").text

    assert '"kind": "legal-person", "kindName": "Legal person"' in page
    assert f'href="/legal-person/{CODE}"' in page

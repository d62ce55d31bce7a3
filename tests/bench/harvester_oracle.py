"""A foreign harvester reads our feed: ckanext-dcat's parser, page after page.

Run by hand against a served instance, in an environment of its own (it needs CKAN):

    uv run --isolated --no-project --python 3.11 --with "ckan[requirements]==2.12.0" \
        --with ckanext-dcat==2.4.4 python tests/bench/harvester_oracle.py \
        http://127.0.0.1:8000/catalog.rdf xml

The second word is the parser's name of the format: xml, ttl, nt or json-ld. Exits with 1 where
the pages do not add up to what the paging node promised.
"""

from __future__ import annotations

import sys
import urllib.request

from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found]
from rdflib import Namespace

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")


def body_of(url: str) -> bytes:
    """Fetch a page."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        return bytes(answer.read())


def main(url: str, form: str) -> int:
    """Follow next_page() from a page to the end; say what was found."""
    names: list[str] = []
    promised = resources = publishers = number = 0
    following: str | None = url
    while following:
        parser = RDFParser(profiles=["euro_dcat_ap_3"])
        parser.parse(body_of(following), _format=form)
        found = list(parser.datasets())
        names += [each["extras_uri"] if "extras_uri" in each else uri_of(each) for each in found]
        resources += sum(len(each["resources"]) for each in found)
        publishers += sum(
            any("publisher_name" in extra["key"] for extra in each["extras"]) for each in found
        )
        promised = int(next(parser.g.objects(None, HYDRA.totalItems)))
        number += 1
        following = parser.next_page()
        sys.stdout.write(f"page {number}: {len(found)} datasets, next {following}\n")
    right = len(names) == len(set(names)) == promised
    sys.stdout.write(
        f"{number} pages, {len(names)} datasets ({len(set(names))} distinct, {promised} promised), "
        f"{resources} resources, {publishers} with a publisher: {'right' if right else 'WRONG'}\n"
    )
    return 0 if right else 1


def uri_of(dataset: dict) -> str:  # type: ignore[type-arg]
    """Give a parsed dataset's own name."""
    return next((each["value"] for each in dataset["extras"] if each["key"] == "uri"), "")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))

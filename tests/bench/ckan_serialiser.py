"""The serialiser of ckanext-dcat and our feed on the same records: milliseconds per dataset.

Three steps; the second in an environment of its own (it needs CKAN):

    python tests/bench/ckan_serialiser.py records HOME records.json
    uv run --isolated --no-project --python 3.11 --with "ckan[requirements]==2.12.0" \
        --with ckanext-dcat==2.4.4 python tests/bench/ckan_serialiser.py ckan records.json
    python tests/bench/ckan_serialiser.py ours HOME records.json

`records` writes the first 500 datasets of the feed as CKAN holds them; `ckan` serialises 100 of
them at a time as Turtle with the profile euro_dcat_ap_3, `ours` gives the pages that hold the same
100s: as they are served once the feed writer is done (it is let to work first, that is not
counted), and made from the store. Each prints the best of its rounds, by the processor's time, so
that a busy machine matters less.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNT, SIZE = 500, 100
DCT, DCAT = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
FOAF, VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"


def show(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def best(label: str, rounds: list[Callable[[], int]]) -> None:
    """Run each round twice; print the milliseconds per dataset of the best and the middle one."""
    taken = []
    for run in [*rounds, *rounds]:
        began = time.process_time()
        size = run()
        taken.append((time.process_time() - began) * 1e3 / SIZE)
    taken.sort()
    show(
        f"{label}: best {taken[0]:.3f} ms a dataset, median {taken[len(taken) // 2]:.3f} ({size:,} bytes)"
    )


def records(home: str, target: str) -> None:
    """Write datasets of an instance as CKAN holds them."""
    from sparql.feeds import KINDS  # noqa: PLC0415 - ours is not there where CKAN is

    view = opened(home)
    store = view.store
    iris = [iri for _, iri in view.index.walk(KINDS, None, COUNT)]
    found = [record(store, iri) for iri in iris]
    Path(target).write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    show(f"{len(found)} datasets, {sum(len(each['resources']) for each in found)} resources")


def opened(home: str) -> Any:
    """Open the newest open view of an instance."""
    from graph.instance import Instance  # noqa: PLC0415
    from ontology.clearance import Clearance  # noqa: PLC0415

    return Instance.open(Path(home)).snapshots.view(Clearance.OPEN)


def about(store: Any, iri: str) -> dict[str, list[Any]]:
    """Give what a store says of a thing, by property."""
    from pyoxigraph import DefaultGraph, NamedNode  # noqa: PLC0415

    said: dict[str, list[Any]] = {}
    for quad in store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()):
        said.setdefault(quad.predicate.value, []).append(quad.object)
    return said


def record(store: Any, iri: str) -> dict[str, Any]:
    """Give one dataset as CKAN's package_show would."""
    said = about(store, iri)
    publisher = about(store, one(said, f"{DCT}publisher"))
    contact = about(store, one(said, f"{DCAT}contactPoint"))
    extras = {
        "uri": iri,
        "identifier": one(said, f"{DCT}identifier"),
        "issued": one(said, f"{DCT}issued"),
        "modified": one(said, f"{DCT}modified"),
        "frequency": one(said, f"{DCT}accrualPeriodicity"),
        "access_rights": one(said, f"{DCT}accessRights"),
        "theme": json.dumps([each.value for each in said.get(f"{DCAT}theme", ())]),
        "publisher_uri": one(said, f"{DCT}publisher"),
        "publisher_name": one(publisher, f"{FOAF}name"),
        "publisher_url": one(publisher, f"{FOAF}homepage"),
        "contact_uri": one(said, f"{DCAT}contactPoint"),
        "contact_name": one(contact, f"{VCARD}fn"),
    }
    return {
        "id": iri.rsplit("/", 1)[-1],
        "name": iri.rsplit("/", 1)[-1],
        "type": "dataset",
        "title": one(said, f"{DCT}title"),
        "notes": one(said, f"{DCT}description"),
        "metadata_created": "2025-01-01T00:00:00",
        "metadata_modified": "2025-01-01T00:00:00",
        "tags": [{"name": each.value} for each in said.get(f"{DCAT}keyword", ())],
        "extras": [{"key": key, "value": value} for key, value in extras.items() if value],
        "resources": [resource(store, each.value) for each in said.get(f"{DCAT}distribution", ())],
    }


def resource(store: Any, iri: str) -> dict[str, Any]:
    """Give one distribution as CKAN holds a resource."""
    said = about(store, iri)
    return {
        "id": iri.rsplit("/", 1)[-1],
        "uri": iri,
        "name": one(said, f"{DCT}title"),
        "url": one(said, f"{DCAT}accessURL"),
        "access_url": one(said, f"{DCAT}accessURL"),
        "format": one(said, f"{DCT}format"),
        "mimetype": one(said, f"{DCAT}mediaType"),
        "license": one(said, f"{DCT}license"),
    }


def one(said: dict[str, list[Any]], name: str) -> str:
    """Give one value of a property, "" where it has none."""
    return str(min((each.value for each in said.get(name, ())), default=""))


def ckan(source: str) -> None:
    """Serialise the records with ckanext-dcat."""
    from ckan.config.middleware.flask_app import CKANFlask  # type: ignore  # noqa: F401, PGH003, PLC0415
    from ckanext.dcat.processors import RDFSerializer  # type: ignore  # noqa: PGH003, PLC0415
    from ckanext.dcat.profiles.base import RDFProfile  # type: ignore  # noqa: PGH003, PLC0415

    # Its catalogue's date would come from a search in Solr: spared it, in its favour.
    RDFProfile._last_catalog_modification = lambda _self: "2025-01-01T00:00:00"
    found = json.loads(Path(source).read_text("utf-8"))

    def run(part: list[dict[str, Any]]) -> Callable[[], int]:
        def made() -> int:
            serialiser = RDFSerializer(profiles=["euro_dcat_ap_3"])
            return len(
                serialiser.serialize_catalog(catalog_dict(), dataset_dicts=part, _format="turtle")
            )

        return made

    def alone(part: list[dict[str, Any]]) -> Callable[[], int]:
        def made() -> int:
            return sum(
                len(
                    RDFSerializer(profiles=["euro_dcat_ap_3"]).serialize_dataset(
                        each, _format="turtle"
                    )
                )
                for each in part
            )

        return made

    parts = [found[at : at + SIZE] for at in range(0, len(found), SIZE)]
    best("ckanext-dcat, 100 in one catalogue", [run(part) for part in parts])
    best("ckanext-dcat, each by itself", [alone(part) for part in parts])


def catalog_dict() -> dict[str, str]:
    """Give the catalogue that the records are in."""
    return {"title": "Catalogue", "description": "Catalogue", "homepage": "http://127.0.0.1:8000"}


def ours(home: str, source: str) -> None:
    """Give the pages with the same records: parts kept, made from the disk, made from memory."""
    from pyoxigraph import DefaultGraph, Store  # noqa: PLC0415

    from graph.home import open_home  # noqa: PLC0415
    from sparql.feeds import none_kept  # noqa: PLC0415
    from sparql.parts import Parts  # noqa: PLC0415

    view = opened(home)
    count = len(json.loads(Path(source).read_text("utf-8")))
    follow(home)
    kept = Parts(open_home(Path(home))).kept
    best("govgraph, parts kept, as the feed is served", pages_of(view, count, kept))
    best("govgraph, made from the store on disk", pages_of(view, count, none_kept))
    memory = Store()
    memory.extend(view.store.quads_for_pattern(None, None, None, DefaultGraph()))
    view.__dict__["store"] = memory
    best("govgraph, made from a store in memory", pages_of(view, count, none_kept))


def follow(home: str) -> None:
    """Let the feed writer work until it is done."""
    from graph.instance import Instance  # noqa: PLC0415
    from sparql.feed_writer import FeedWriter  # noqa: PLC0415

    instance = Instance.open(Path(home))
    writer = FeedWriter(instance.home, instance.ledger)
    while writer.step():
        pass
    writer.close()


def pages_of(view: Any, count: int, kept: Any) -> list[Callable[[], int]]:
    """Give a round for each page that holds some of the records."""
    from sparql.feeds import Frame, Place, page  # noqa: PLC0415

    base = "http://127.0.0.1:8000"
    frame = Frame(base, f"{base}/catalog.ttl", "目录", "Catalogue")
    places = [Place(view.seq)]
    while len(places) * SIZE < count:
        following = page(view, places[-1], frame, kept)[1].next
        assert following is not None
        places.append(following)
    return [lambda place=place: len(page(view, place, frame, kept)[0]) for place in places]


STEPS: dict[str, Callable[..., None]] = {"records": records, "ckan": ckan, "ours": ours}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])

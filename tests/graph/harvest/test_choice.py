"""Whatever a file claims to be, it gets its reader or a sentence that says what is wrong with it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from graph.harvest.choice import choice_of
from graph.ledger.entries import Context
from ontology.clearance import Clearance
from ontology.errors import Invalid, Unreadable

CONTEXT = Context(
    base="http://127.0.0.1:8000",
    source="test",
    clearance=Clearance.OPEN,
    today="2026-11-23",
    departments={},
)
DATASET = "<http://x.example/d/{}> a <http://www.w3.org/ns/dcat#Dataset> .\n"
TEXTS = {
    "ttl": "".join(map(DATASET.format, range(500))),
    "jsonld": '{"@graph": ['
    + ",".join(f'{{"@id": "http://x.example/{n}", "@type": "http://x/T"}}' for n in range(500))
    + "]}",
    "csv": "名称,摘要\n" + "".join(f"第{n}号,说明{n * 7}\n" for n in range(500)),
    "json": "[" + ",".join(f'{{"名称": "第{n}号"}}' for n in range(500)) + "]",
}


def read(path: Path) -> int:
    """Read a file as a load would; give how many deliveries came."""
    chosen = choice_of(path, name=path.name)
    return sum(1 for _ in chosen.deliveries(CONTEXT))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
@pytest.mark.parametrize("suffix", TEXTS)
def test_a_gzip_that_ends_too_early_is_refused_whole(
    tmp_path: Path, suffix: str, share: float
) -> None:
    packed = gzip.compress(TEXTS[suffix].encode())
    path = tmp_path / f"catalogue.{suffix}.gz"
    path.write_bytes(packed[: max(int(len(packed) * share), 3)])

    with pytest.raises(Unreadable, match=r"broken|cut short"):
        read(path)


@pytest.mark.parametrize("suffix", TEXTS)
def test_a_gzip_with_wrong_bytes_inside_is_refused_whole(tmp_path: Path, suffix: str) -> None:
    packed = bytearray(gzip.compress(TEXTS[suffix].encode()))
    packed[20:40] = b"\xff" * 20
    path = tmp_path / f"catalogue.{suffix}.gz"
    path.write_bytes(packed)

    with pytest.raises(Unreadable, match=r"broken|cut short"):
        read(path)


@pytest.mark.parametrize("name", ["page", "page.html", "page.csv", "page.json"])
@pytest.mark.parametrize("start", ["<!doctype html>\n", "<!DOCTYPE html>", "\n<html>", "<HTML>"])
def test_a_web_page_in_place_of_a_catalogue_is_called_one(
    tmp_path: Path, name: str, start: str
) -> None:
    path = tmp_path / name
    path.write_text(f"{start}<body>Please sign in</body></html>")

    with pytest.raises(Unreadable, match="a web page"):
        read(path)


@pytest.mark.parametrize("name", ["x.ttl", "x.rdf", "x.nt", "x.jsonld", "x.csv", "x.tsv", "x.json"])
def test_an_empty_file_is_called_empty(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()

    with pytest.raises(Unreadable, match="file is empty"):
        read(path)


def test_a_table_that_no_mapping_fits_says_how_to_write_one(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("colour,shape\nred,round\n")

    with pytest.raises(Invalid, match=r"--guess own\.csv"):
        read(path)

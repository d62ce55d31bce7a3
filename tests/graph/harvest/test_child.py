"""What hostile files and sudden deaths do to the reading: one clear sentence, nothing else."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.harvest.rdf.frames import delivery_from_json, delivery_to_json, framed
from graph.harvest.rdf.parent import Limits, deliveries
from graph.ledger.entries import Context, Delivery, Entry, Finding, Quarantined, Repair
from ontology.clearance import Clearance
from ontology.errors import Unreadable

CONTEXT = Context("http://127.0.0.1:8000", "demo")
LINE = b'<http://x/%d> <http://purl.org/dc/terms/title> "a title that is long enough" .\n'
DATASET = b"<http://x/%d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n"


def feed(path: Path, datasets: int) -> Path:
    path.write_bytes(b"".join(DATASET % n + LINE % n for n in range(datasets)))
    return path


def refusal(path: Path, limits: Limits | None = None, format_: str | None = None) -> str:
    """Read a file that cannot be read, and give the sentence, which must be in both languages."""
    with pytest.raises(Unreadable) as caught:
        list(deliveries(path, format=format_, context=CONTEXT, limits=limits))
    assert any("一" <= letter <= "鿿" for letter in caught.value.zh)
    assert caught.value.en.endswith(".")
    return caught.value.en


def children() -> set[int]:
    """Give the child processes of this one, those that ended and were not waited for among them."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


# --- hostile files ------------------------------------------------------------------------------


def test_json_ld_nested_ten_thousand_deep_kills_only_the_child(tmp_path):
    path = tmp_path / "deep.jsonld"
    deep = '{"d:p":' * 10_000 + "1" + "}" * 10_000
    path.write_text('{"@context":{"d":"http://d#"},"@id":"http://x","d:p":' + deep + "}")

    assert "nested too deeply" in refusal(path)


def test_turtle_nested_deep_is_refused_or_read_but_harms_nobody(tmp_path):
    path = tmp_path / "deep.ttl"
    path.write_text("<http://x> <http://p> " + "[ <http://p> " * 50_000 + "1" + "]" * 50_000 + " .")

    before = children()

    with suppress(Unreadable):
        list(deliveries(path, format=None, context=CONTEXT))

    assert children() == before


@pytest.mark.parametrize("before", ["", "<!-- a < b -->", "\n"])
def test_any_document_type_is_refused_before_parsing(tmp_path, before):
    path = tmp_path / "bomb.rdf"
    path.write_text(
        f'<?xml version="1.0"?>{before}<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    )

    assert "DOCTYPE" in refusal(path)


def test_a_document_type_is_found_in_utf_16_too(tmp_path):
    path = tmp_path / "bomb.rdf"
    text = '<?xml version="1.0"?><!DOCTYPE r []><r xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    path.write_bytes(text.encode("utf-16"))

    assert "DOCTYPE" in refusal(path)


def test_a_truncated_gzip_gives_nothing_and_says_so(tmp_path):
    whole = gzip.compress(feed(tmp_path / "x.nt", 20_000).read_bytes())
    path = tmp_path / "x.nt.gz"
    path.write_bytes(whole[: len(whole) // 2])

    assert "gzip" in refusal(path)


@pytest.mark.parametrize("name", ["x.nt", "x.ttl", "x.rdf", "x.jsonld", "x.trig", "x.nq"])
@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"{{{{", b"<a><b></a>", b"name,age\n1,2\n"],
)
def test_a_file_of_another_kind_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path, content):
    path = tmp_path / "x.ttl"
    path.write_bytes(content)

    assert "empty" in refusal(path)


def test_a_file_without_statements_is_refused(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text("@prefix a: <http://a> .\n# nothing\n")

    assert "no statements" in refusal(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "no file" in refusal(tmp_path / "nowhere.ttl")


def test_a_context_elsewhere_is_named_and_not_fetched(tmp_path):
    path = tmp_path / "x.jsonld"
    path.write_text('{"@context":"http://127.0.0.1:1/context","@id":"http://x/1","a":"b"}')

    assert "http://127.0.0.1:1/context" in refusal(path)


def test_a_file_beyond_the_limit_is_refused_unpacked_or_not(tmp_path):
    plain = feed(tmp_path / "x.nt", 5000)
    packed = tmp_path / "x.nt.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert "larger" in refusal(plain, Limits(file_bytes=1000))
    assert "larger" in refusal(packed, Limits(unpacked_bytes=100_000))


def test_more_memory_than_the_limit_is_refused(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text('<http://x> <http://p> "' + "a" * 200_000_000 + '" .')

    assert "memory" in refusal(path, Limits(memory=500 << 20))


def test_more_processor_time_than_the_limit_is_refused(tmp_path):
    assert "time" in refusal(feed(tmp_path / "x.nt", 300_000), Limits(cpu_seconds=1))


def test_a_child_that_is_silent_too_long_is_ended(tmp_path):
    os.mkfifo(tmp_path / "x.nt")
    path = tmp_path / "real.nt"
    feed(path, 300_000)

    assert "0.01 seconds" in refusal(path, Limits(silence=0.01))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400), st.sampled_from(["ttl", "rdf", "jsonld", "nt", "nq", "trig"]))
def test_any_bytes_are_read_or_refused(tmp_path, content, format_):
    path = tmp_path / "any"
    path.write_bytes(content)
    found: list[Delivery] = []
    with suppress(Unreadable):
        found = list(deliveries(path, format=format_, context=CONTEXT))

    assert all(each.entry or each.quarantined for each in found)


# --- life and death -----------------------------------------------------------------------------


def test_a_child_killed_midway_is_told_and_leaves_no_zombie(tmp_path):
    before = children()
    found = deliveries(feed(tmp_path / "x.nt", 50_000), format=None, context=CONTEXT)
    assert len(list(islice(found, 10))) == 10

    found._child.kill()

    with pytest.raises(Unreadable, match="ended before"):
        list(found)
    assert children() == before


def test_closing_early_ends_the_child(tmp_path):
    before = children()
    with deliveries(feed(tmp_path / "x.nt", 50_000), format=None, context=CONTEXT) as found:
        next(found)
        assert len(children() - before) == 1

    assert children() == before
    assert list(found) == []


def test_a_slow_reader_holds_the_child_back(tmp_path):
    """The pipe is the only buffer: the child waits, and memory stays as it is."""
    with deliveries(feed(tmp_path / "x.nt", 100_000), format=None, context=CONTEXT) as found:
        next(found)
        time.sleep(0.5)
        assert found._child.poll() is None


def test_the_child_dies_with_its_parent(tmp_path):
    path = feed(tmp_path / "x.nt", 100_000)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from graph.ledger.entries import Context\nfrom graph.harvest.rdf.parent import deliveries\n"
        f"found = deliveries(Path({str(path)!r}), format=None, context=Context('http://b', 's'))\n"
        "next(found); print(found._child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)

    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            break
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child lives on")


def test_the_child_can_open_no_socket_and_start_no_program():
    program = (
        "import os, socket, subprocess\nfrom graph.confine import confine\n"
        "confine(memory=1 << 31, seconds=60, parent=os.getppid())\n"
        "for attempt in (socket.socket, lambda: os.execv('/bin/true', ['true'])):\n"
        "    try:\n        attempt()\n        print('done')\n"
        "    except PermissionError:\n        print('refused')\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["refused", "refused"]


def test_two_files_are_read_side_by_side_from_threads(tmp_path):
    path, counts = feed(tmp_path / "x.nt", 2000), list[int]()

    def count() -> None:
        counts.append(len(list(deliveries(path, format=None, context=CONTEXT))))

    threads = [threading.Thread(target=count) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert counts == [2000, 2000]


# --- frames -------------------------------------------------------------------------------------


def test_a_delivery_crosses_the_pipe_unchanged():
    why = ("because", "因为")
    delivery = Delivery(
        Entry("dataset", "k", "http://x", "c", "题\n名", ("http://x", "http://y"), {
            Clearance.OPEN: ("<a> <b> <c> .", "<a> <b> <d> ."), Clearance.SHARED: ("<e> <f> <g> .",)
        }),
        Quarantined("row 1", "t", "r", why, "a,b\n", "csv"),
        (Repair("date", "dct:issued", "1", "2", why),),
        (Finding("f", "p", "v", why),),
        30,
    )  # fmt: skip

    body = framed(delivery_to_json(delivery))[4:]

    assert delivery_from_json(json.loads(body)) == delivery

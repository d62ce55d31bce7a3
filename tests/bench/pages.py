"""Pages and feeds through the real server: how long an answer takes, at any depth."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

from graph.home import Home
from graph.views.columns import path_in, release
from sparql.feeds import SIZE
from sparql.parts import Parts
from tests.bench.asking import ROOT, Answered, asked
from tests.bench.figures import Figure, at_least, at_most, percentile
from tests.bench.stress import EU, FORMATS, FREQUENCIES, PLACES, SUBJECTS, THEMES, WORDS
from tests.bench.town import Town
from tests.hostile import besieged

HTML = "text/html"
COUNT = 200  # answers behind each figure
KEEPING = 1800.0  # seconds that the feed writer has for the whole catalogue
KEYS = 1 << 64  # of a walk through the catalogue
CKAN = ("ckan[requirements]==2.12.0", "ckanext-dcat==2.4.4")
FASTER = 10.0  # times as fast per dataset as CKAN's serialiser
SLOW = """
SELECT (COUNT(*) AS ?count) WHERE {
  ?a <http://purl.org/dc/terms/publisher> ?office . ?b <http://purl.org/dc/terms/publisher> ?office
  FILTER(STR(?a) < STR(?b)) } #"""
SMALL = """
SELECT ?p ?o WHERE {{
  ?d <http://purl.org/dc/terms/identifier> "EX-{number:08}" ; ?p ?o FILTER(?p != ?o) }} # {turn}"""
IN_TURN = 3  # times that each is measured, one after the other
SETTLED = 2.0  # seconds after which a crowd is at work
SPELL, ENOUGH = (
    5.0,
    10_000,
)  # seconds that small queries are asked, and more than are answered in them
INITIALS = ("hpqggjzd", "xhqtcc", "kqzl", "zfhcx", "yljg", "cnq", "jaqdt", "pdxq")

HERE = Path(__file__).with_name("ckan_serialiser.py")
Tell = Callable[[str], None]
Times = tuple[list[float], list[float]]  # milliseconds of pages and of queries


def pages(town: Town, count: int = COUNT) -> Iterator[Figure]:
    """Measure the pages that people open most, then the feed again with its parts kept."""
    dice = random.Random(7)
    with town.served(GOVGRAPH_FEED_PARTS="no") as port:
        warm(port, town)
        yield at_most("home", answered(port, ["/"] * count), 60)
        datasets = [f"/dataset/{code}" for code, _ in town.named("dataset", count)]
        dice.shuffle(datasets)
        yield at_most("dataset page", answered(port, datasets), 60)
        questions = list(searches(dice, count))
        yield at_most("search with all facets, as a page", answered(port, questions[0::2]), 50)
        as_json = [each.replace("/search?", "/search.json?") for each in questions[1::2]]
        yield at_most("search with all facets, as JSON", answered(port, as_json), 50)
        shutil.rmtree(Home(town.home).feed, ignore_errors=True)
        yield from feed_pages(town, port, max(count // 10, 3), "made from the store")
    with town.served() as port:
        warm(port, town)
        until_kept(town)
        yield from feed_pages(town, port, max(count // 10, 3), "its parts kept")


def feed_pages(town: Town, port: int, count: int, how: str) -> Iterator[Figure]:
    """Measure pages of the feed at three depths."""
    for depth, places in feed_places(town, count).items():
        paths = [f"/catalog.ttl?page={place}" for place in places]
        yield at_most(f"feed page of {SIZE}, {depth}, {how}", answered(port, paths), 100)


def until_kept(town: Town) -> None:
    """Wait until the feed writer has made the parts of all datasets."""
    until = time.monotonic() + KEEPING
    with town.view() as view:
        parts, total = Parts(Home(view.path.parents[2], town.settings)), view.index.count()
        while len(parts.names(view)) < total:
            if time.monotonic() > until:
                raise SystemExit("The feed writer does not come to its end.")
            time.sleep(2)


def under_load(town: Town, count: int = COUNT) -> Iterator[Figure]:
    """Measure small pages and small queries while others ask for much, in turn with none that do.

    Nobody's share of processor time is spent: a caller who may ask no more is no load.
    """
    pages_ = [f"/dataset/{code}" for code, _ in town.named("dataset", count // 2)]
    pages_ += ["/"] * (count // 10)
    random.Random(8).shuffle(pages_)
    found: dict[str, Times] = {each: ([], []) for each in BESIDE}
    with town.served(GOVGRAPH_QUERY_QUOTA="0", GOVGRAPH_FEED_PARTS="no") as port:
        warm(port, town)
        answered(port, small_queries(count, IN_TURN, "to warm"), "*/*")
        if release():
            town.until_beside(path_in(Path(), release()).name)
        for turn in range(IN_TURN):
            for name, others in BESIDE.items():
                with others(port):
                    time.sleep(SETTLED)
                    found[name][0].extend(answered(port, pages_))
                    queries = small_queries(ENOUGH, turn, name)
                    found[name][1].extend(answered(port, queries, "*/*", SPELL))
    alone, *crowds = BESIDE
    for name in crowds:
        for what, ours, theirs in zip(("pages", "queries"), found[name], found[alone], strict=True):
            yield beside(f"small {what} {name}", ours, theirs)


def beside(name: str, times: list[float], alone: list[float]) -> Figure:
    """Make the figure of answers in a crowd, by the 95th percentile of the same ones alone."""
    high, usual = percentile(times, 95), percentile(alone, 95)
    told = f"p95 {high:.3g} ms, median {percentile(times, 50):.3g} ms of {len(times)}"
    against = f"alone p95 {usual:.3g} ms, median {percentile(alone, 50):.3g} ms"
    ratio = high / usual
    target = f"p95 ≤ {AS_ALONE:g}× alone"
    return Figure(name, target, told, against, f"{ratio:.2f}", met=ratio <= AS_ALONE)


def small_queries(count: int, turn: int, name: str) -> list[str]:
    """Give queries that a child answers in a moment, none twice."""
    texts = (SMALL.format(number=each, turn=f"{turn} {name}") for each in range(count))
    return [f"/sparql?{urlencode({'query': text})}" for text in texts]


@contextmanager
def slow_clients(port: int) -> Iterator[None]:
    """Have four clients keep asking slow queries."""
    slow = [f"/sparql?{urlencode({'query': f'{SLOW}{turn}', 'timeout': 20})}" for turn in range(99)]
    clients = [background(port, slow) for _ in range(4)]
    try:
        yield
    finally:
        for each in clients:
            each.kill()
            each.communicate()


BESIDE: dict[str, Callable[[int], AbstractContextManager[None]]] = {
    "alone": nullcontext,
    "while 4 clients ask slow queries": slow_clients,
    "among slow, huge, broken and hostile clients": besieged,
}
AS_ALONE = 1.25  # times the p95 of the same ones alone


def serialiser(town: Town, tell: Tell) -> Iterator[Figure]:
    """Compare the feed with ckanext-dcat's serialiser on the same records, per dataset.

    What is asked for is the feed as it is served once the feed writer is done.
    """
    step, records = [sys.executable, str(HERE)], str(town.folder / "ckan-records.json")
    served = "feed as served (parts kept) beside ckanext-dcat's batch of 100, per dataset"
    theirs = ["uv", "run", "--isolated", "--no-project", "--python", "3.11"]
    theirs += [part for each in CKAN for part in ("--with", each)]
    try:
        said(step, "records", str(town.home), records)
        ckan = milliseconds(said([*theirs, "python", str(HERE)], "ckan", records))
        ours = said(step, "ours", str(town.home), records).splitlines()
    except (OSError, subprocess.SubprocessError) as error:
        tell(f"ckanext-dcat: {error}")
        yield Figure(served, f"≥ {FASTER:g}×", "not measured: no ckanext-dcat here")
        return
    kept, made = map(milliseconds, ours[:2])
    against = f"{ckan:.3f} ms"
    yield at_least(served, ckan / kept, FASTER, measured=f"{kept:.3f} ms", against=against)
    name = "feed made from the store beside the same, per dataset"
    yield Figure(name, "", f"{made:.3f} ms", against, f"{ckan / made:.2f}")


def said(command: list[str], *arguments: str) -> str:
    """Run one step of the comparison and give what it printed."""
    done = subprocess.run(
        [*command, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def milliseconds(printed: str) -> float:
    """Read the milliseconds a dataset of the first line: the median of its rounds."""
    found = re.search(r"median ([\d.]+)", printed)
    assert found is not None
    return float(found[1])


def warm(port: int, town: Town) -> None:
    """Have every worker open its snapshot: what a freshly started server pays once."""
    code = town.named("dataset", 1)[0][0]
    paths = ["/", f"/dataset/{code}", "/search?q=停车", "/catalog.ttl"] * 8
    asked(port, paths, connections=4, accept=HTML)


def answered(
    port: int, paths: list[str], accept: str = HTML, seconds: float | None = None
) -> list[float]:
    """Ask every path once, one after the other, or for so long; give the milliseconds of each answer."""
    found: Answered = asked(port, paths, accept=accept, seconds=seconds)
    if set(found.statuses) != {"200"}:
        raise SystemExit(f"Answers other than 200: {found.statuses} for {paths[0]} and the like")
    return found.times


def background(port: int, paths: list[str]) -> subprocess.Popen[str]:
    """Ask some paths over and over until the process is ended."""
    text = (
        "import sys; from tests.bench.asking import asked; "
        f"asked({port}, sys.stdin.read().splitlines(), seconds=600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", text], cwd=ROOT, stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write("\n".join(paths))
    process.stdin.close()
    return process


def searches(dice: random.Random, count: int) -> Iterator[str]:
    """Make questions of every kind, none twice: words, pinyin, filters, orders, deep pages."""
    kinds = (
        lambda: {"q": dice.choice(SUBJECTS)[0]},
        lambda: {"q": f"{dice.choice(PLACES)}区 {dice.choice(SUBJECTS)[0]}"},
        lambda: {"q": dice.choice(SUBJECTS)[1]},
        lambda: {"q": dice.choice(INITIALS)},
        lambda: {"q": dice.choice(WORDS), "format": f"{EU}/file-type/{dice.choice(FORMATS)[0]}"},
        lambda: {"theme": f"{EU}/data-theme/{dice.choice(THEMES)}", "sort": "title"},
        lambda: {
            "q": dice.choice(PLACES),
            "frequency": f"{EU}/frequency/{dice.choice(FREQUENCIES)}",
            "sort": "modified",
        },
        lambda: {"sort": "issued"},
        lambda: {"q": f"{dice.choice(SUBJECTS)[0]} 不存在的词"},
    )
    made: set[str] = set()
    turn = 0
    while len(made) < count:
        turn += 1
        said_ = {**kinds[turn % len(kinds)](), "page": dice.randrange(1, 20) if turn % 3 else 1}
        path = f"/search?{urlencode(said_)}"
        if path not in made:
            made.add(path)
            yield path


def feed_places(town: Town, count: int) -> dict[str, list[str]]:
    """Give places in the feed at the beginning, in the middle and at the end."""
    with town.view() as view:
        last = view.index.last_page_start(SIZE) or 0
        seq = view.seq
    step = KEYS // (count * 20)
    starts = {"first pages": 0, "middle": KEYS // 2, "last pages": last - step * (count - 1)}
    return {
        depth: [f"{seq}.{max(start + step * turn, 1):x}" for turn in range(count)]
        for depth, start in starts.items()
    }

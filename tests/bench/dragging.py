"""The explorer in a browser: what it costs the page to have one of a thousand things dragged about.

What is told is the processor time of the page's main thread for each step of the pointer and the
frame that follows it, so that other work of the machine does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from playwright.sync_api import CDPSession, Page, sync_playwright
from pyoxigraph import NamedNode

from ontology.terms import DCAT
from tests.bench.exploring import one
from tests.bench.figures import Figure, at_most
from tests.bench.town import Town
from tests.browser import chromium

STEPS = 60
FRAME = 33.0  # ms
WAIT = 60_000.0  # ms that the page has to be drawn
# Where the thing with the most links stands on the screen, and one with the least of those in sight.
PLACES = """() => {
  const core = document.querySelector("gov-explore").core
  const frame = document.querySelector("gov-explore .network-frame").getBoundingClientRect()
  const seen = core.nodes().map(each => ({...each.renderedPosition(), links: each.degree()})).filter(
    ({x, y}) => x > 60 && y > 60 && x < frame.width - 160 && y < frame.height - 160)
  seen.sort((a, b) => a.links - b.links)
  const told = seen.map(each => [frame.x + each.x, frame.y + each.y, each.links])
  return {things: core.nodes().length, few: told[0], many: told.at(-1)}
}"""


def dragging(town: Town) -> Iterator[Figure]:
    """Measure a thing with few links and one that all others are linked to."""
    path = chromium()
    if path is None:
        yield Figure("dragging one of 1,000 things", f"p95 ≤ {FRAME:g} ms", "no Chromium here")
        return
    with town.served() as port, sync_playwright() as machine:
        browser = machine.chromium.launch(
            executable_path=path, args=["--disable-dev-shm-usage", "--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/explore?{opened(town)}", timeout=WAIT)
        page.locator(".explore-legend li").first.wait_for(timeout=WAIT)
        page.wait_for_timeout(2000)
        meter = page.context.new_cdp_session(page)
        meter.send("Performance.enable", {"timeDomain": "threadTicks"})
        for which in ("few", "many"):
            places = page.evaluate(PLACES)
            x, y, links = places[which]
            name = f"dragging one of {places['things']:,} things, with {links:,} links: a frame"
            yield at_most(name, dragged(page, meter, x, y), FRAME)
        browser.close()


def opened(town: Town) -> str:
    """Give the address of a theme with all of its datasets that fit into one picture."""
    first = NamedNode(town.named("dataset", 1)[0][1])
    with town.view() as view:
        theme = one(view.store, first, DCAT.theme)
    return urlencode({"x": f"{theme}~dcat:theme~in~40", "of": theme})


def dragged(page: Page, meter: CDPSession, x: float, y: float) -> list[float]:
    """Drag what stands at a place; give the milliseconds of each step."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6, y + 6)
    page.wait_for_timeout(500)
    found = []
    for step in range(STEPS):
        before = worked(meter)
        page.mouse.move(x + 6 + step * 1.5, y + 6 + step)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        found.append((worked(meter) - before) * 1000)
    page.mouse.up()
    page.wait_for_timeout(1000)
    return found


def worked(meter: CDPSession) -> float:
    """Give the seconds of processor time that the page's main thread has used."""
    told = meter.send("Performance.getMetrics")["metrics"]
    return next(float(each["value"]) for each in told if each["name"] == "TaskDuration")

"""A map of the site for crawlers: as many parts as are needed, each a stretch of the walk.

The walk's numbers are spread evenly over 64 bits, so a part is found without counting what is
before it: the last costs no more than the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from graph.search.walk import END
from ontology.errors import NotFound
from web.catalogue.names import local_path, names_of
from web.catalogue.searching import Desk
from web.page import address

PER_PART = 5_000  # pages meant for one part; twice that is still far below the protocol's 50,000
MOST = 4 * PER_PART
EVERYTHING: frozenset[str] = frozenset()
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ROBOTS = """User-agent: *
Disallow: /search?
Disallow: /search.json
Disallow: /thing
Disallow: /sparql
Disallow: /query?
Disallow: /api/
Allow: /

Sitemap: {base}/sitemap.xml
"""


def robots(base: str) -> str:
    """Give what crawlers are asked to leave alone."""
    return ROBOTS.format(base=base)


def parts(desk: Desk) -> int:
    """Give how many parts the map has."""
    return max(1, -(-desk.view.index.count(EVERYTHING) // PER_PART))


def index_of(desk: Desk) -> str:
    """List the parts."""
    places = (f"{desk.base}/sitemap-{part}.xml" for part in range(1, parts(desk) + 1))
    rows = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
    return f"{HEAD}<sitemapindex {SPACE}>\n{rows}</sitemapindex>\n"


def part_of(desk: Desk, part: int) -> str:
    """List the pages of one part; raise NotFound where there is no such part."""
    total = parts(desk)
    if not 1 <= part <= total:
        raise NotFound(
            f"The site map has {total} parts; there is no part {part}.",
            f"网站地图共有 {total} 部分，没有第 {part} 部分。",
        )
    first = [f"{desk.base}/", f"{desk.base}/search"] if part == 1 else []
    places = [*first, *addresses(desk, stretch(desk, part, total))]
    rows = "".join(f"<url><loc>{escape(place)}</loc></url>\n" for place in places)
    return f"{HEAD}<urlset {SPACE}>\n{rows}</urlset>\n"


def stretch(desk: Desk, part: int, total: int) -> Iterator[str]:
    """Give the IRIs of one part of the walk."""
    width = (END + 1) // total
    start, end = (part - 1) * width, END if part == total else part * width - 1
    steps = desk.view.index.walk(EVERYTHING, start - 1 if start else None, MOST)
    return (iri for number, iri in steps if number <= end)


def addresses(desk: Desk, iris: Iterable[str]) -> Iterator[str]:
    """Give the pages of things; the codes of foreign ones are asked for at once."""
    held = list(iris)
    foreign = [iri for iri in held if not local_path(iri, desk.base)]
    names = names_of(desk.view, foreign, base=desk.base, language=desk.language)
    for iri in held:
        url = names.url(iri)
        if url.startswith("/") and not url.startswith("/thing"):
            yield desk.base + address(url)

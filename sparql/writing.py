"""A page as text: parts of it are Turtle without a head, one block a thing, joined without reading.

Blocks that several parts share stand once. Where parts say different things of one thing, its
statements are brought together, each once.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from ontology.terms import PREFIXES

WANTED = ("adms", "dcat", "dct", "foaf", "gov", "hydra", "prov", "skos", "vcard", "xsd")
USED = {prefix: PREFIXES[prefix] for prefix in WANTED}
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in USED.items()).encode()
END = b" .\n"  # of a block: within one every line end is written as an escape


def written(triples: list[Triple]) -> bytes:
    """Write statements as a part: the statements of one thing stand together."""
    text = serialize(triples, format=RdfFormat.TURTLE, prefixes=USED) or b""
    return text.split(b"\n", len(USED))[-1]


def joined(parts: Iterable[bytes]) -> bytes:
    """Join parts into one Turtle document."""
    blocks: dict[bytes, bytes] = {}
    several: dict[bytes, dict[bytes, None]] = {}
    for part in parts:
        for block in part.split(END)[:-1]:
            subject = block[: block.index(b" ")]
            if blocks.setdefault(subject, block) != block:
                several.setdefault(subject, {blocks[subject]: None})[block] = None
    for subject, said in several.items():
        blocks[subject] = brought_together(said)
    return b"".join([HEAD, *(block + END for block in blocks.values())])


def brought_together(blocks: Iterable[bytes]) -> bytes:
    """Give one block with the statements of several about one thing."""
    said: dict[NamedNode, dict[Triple, None]] = {}
    for triple in read(HEAD + b"".join(block + END for block in blocks)):
        said.setdefault(triple.predicate, {})[triple] = None
    return written([triple for each in said.values() for triple in each]).removesuffix(END)


def read(page: bytes) -> list[Triple]:
    """Read a page that was joined."""
    return [quad.triple for quad in parse(page, format=RdfFormat.TURTLE)]


def in_form(page: bytes, form: RdfFormat) -> bytes:
    """Give a page that was joined in another form."""
    if form == RdfFormat.TURTLE:
        return page
    quads = parse(page, format=RdfFormat.TURTLE)
    return serialize((quad.triple for quad in quads), format=form, prefixes=USED) or b""

"""Which RDF syntax a file is in: what it says by its name, and what its first bytes say.

The bytes win where they are plain (an XML document named .ttl is XML); the name decides within
the Turtle family, whose members contain one another.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

from pyoxigraph import RdfFormat

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}

NAMES = {
    "turtle": "ttl", "text/turtle": "ttl", "n3": "ttl",
    "xml": "rdf", "rdfxml": "rdf", "rdf/xml": "rdf", "rdf+xml": "rdf", "owl": "rdf",
    "application/rdf+xml": "rdf",
    "json-ld": "jsonld", "json": "jsonld", "application/ld+json": "jsonld",
    "n-triples": "nt", "ntriples": "nt", "application/n-triples": "nt",
    "n-quads": "nq", "nquads": "nq", "application/n-quads": "nq",
    "application/trig": "trig",
}  # fmt: skip

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
HEAD = 1 << 16  # a keyword of JSON-LD comes early
TURTLE_FAMILY = frozenset({"ttl", "trig", "nt", "nq"})
VAGUE_SUFFIXES = frozenset({".xml", ".json"})  # of many kinds of file besides ours

_TERM = rb'(?:<[^>\n]*>|_:\S+|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^<[^>\n]*>)?)'
_XML = re.compile(
    rb"\s*(?:<\?xml|<!--|<!DOCTYPE\s+(?!html)|<rdf:RDF|<[A-Za-z][\w.-]*:[\w.-]+[\s>])"
)
_RDF = re.compile(rb"http://www\.w3\.org/1999/02/22-rdf-syntax-ns#")
_JSON = re.compile(rb"\s*[\[{]")
_JSON_LD = re.compile(rb'"@(?:context|graph|id|type)"')
_DIRECTIVE = re.compile(rb"(?im)^\s*(?:@prefix|@base|prefix\s|base\s)")
_GRAPH = re.compile(rb"(?im)^\s*(?:graph\s+)?(?:<[^>\n]*>|[\w.-]*:[\w.-]*)?\s*\{")
_LINE = re.compile(
    rb"\s*(?:#.*\n\s*)*(?:<[^>\n]*>|_:\S+)[ \t]+<[^>\n]*>[ \t]+"
    + _TERM
    + rb"([ \t]+(?:<[^>\n]*>|_:\S+))?[ \t]*\."
)


def detect_format(path: Path) -> str | None:
    """Give "ttl", "rdf", "jsonld", "nt", "nq" or "trig", or None where the file is no RDF."""
    said, seen = _by_name(path), _by_content(head_of(path))
    if seen is None:
        return said if VAGUE_SUFFIXES.isdisjoint(_suffixes(path)) else None
    if said in TURTLE_FAMILY and seen in TURTLE_FAMILY:
        return said
    return seen


def format_named(name: str) -> str | None:
    """Give our word for a syntax that someone named ("turtle", ".nt", "application/rdf+xml")."""
    word = name.strip().lower().removeprefix(".").partition(";")[0].strip()
    return word if word in FORMATS else NAMES.get(word)


def head_of(path: Path) -> bytes:
    """Give the first bytes of the file, unpacked and without a byte order mark."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(GZIP_MAGIC):
        head = _unpacked_head(path)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").encode()
    return head


def _unpacked_head(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(HEAD)
    except (OSError, EOFError, zlib.error):  # broken inside: the reading says so, with its sentence
        return b""


def _by_name(path: Path) -> str | None:
    suffixes = _suffixes(path)
    return format_named(suffixes[-1]) if suffixes else None


def _suffixes(path: Path) -> list[str]:
    return [each.lower() for each in path.suffixes if each.lower() not in {".gz", ".gzip"}]


def _by_content(head: bytes) -> str | None:
    if line := _LINE.match(head):  # first: <urn:x> could be taken for a tag
        return "nq" if line[1] else "nt"
    if _XML.match(head):
        return "rdf" if _RDF.search(head) else None
    if _JSON.match(head) and _JSON_LD.search(head):
        return "jsonld"
    if _DIRECTIVE.search(head):
        return "trig" if _GRAPH.search(head) else "ttl"
    return None

"""Which form an answer takes: the table of formats, and one rule of choosing for the whole site.

A form made for the other kind of answer (rows as RDF, triples as a table) is taken where none of an
answer's own will do, so that who takes both is given the one that is made for it.

`negotiate` follows RFC 9110 §12.5.1: the most specific range that fits a media type sets its
weight; among equal weights the earlier offered wins; weight 0 forbids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat

from ontology.errors import NotAcceptable


class Kind(StrEnum):
    """What a query gives: rows (SELECT), a yes or no (ASK), or triples (CONSTRUCT, DESCRIBE)."""

    ROWS = "rows"
    TRUTH = "truth"
    TRIPLES = "triples"


class Offer(Protocol):
    """A form that something is offered in, as far as choosing goes."""

    @property
    def media_type(self) -> str:
        """The name that HTTP knows it by."""

    @property
    def also(self) -> tuple[str, ...]:
        """Other names that clients ask for it by."""


AnyOffer = TypeVar("AnyOffer", bound=Offer)


@dataclass(frozen=True, slots=True)
class Format:
    """One form of an answer: its short name, media type, and how the engine calls it."""

    name: str  # also the suffix of a file
    media_type: str
    engine: QueryResultsFormat | RdfFormat | None  # None for a table, which `tables` writes
    also: tuple[str, ...] = ()  # other media types that clients ask for it by
    charset: bool = False  # a text/* type, whose charset must be said
    remark: tuple[bytes, bytes] | None = None  # how a comment is opened and closed, if it can be

    @property
    def content_type(self) -> str:
        """The Content-Type header of an answer in this form."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


XML_REMARK = (b"<!-- ", b" -->")
LINE_REMARK = (b"\n# ", b"\n")

JSON = Format(
    "json", "application/sparql-results+json", QueryResultsFormat.JSON, ("application/json",)
)
XML = Format(
    "xml",
    "application/sparql-results+xml",
    QueryResultsFormat.XML,
    ("application/xml", "text/xml"),
    remark=XML_REMARK,
)
CSV = Format("csv", "text/csv", QueryResultsFormat.CSV, charset=True)
TSV = Format("tsv", "text/tab-separated-values", QueryResultsFormat.TSV, charset=True)
TURTLE = Format(
    "ttl",
    "text/turtle",
    RdfFormat.TURTLE,
    ("application/x-turtle", "application/turtle"),
    charset=True,
    remark=LINE_REMARK,
)
N_TRIPLES = Format(
    "nt", "application/n-triples", RdfFormat.N_TRIPLES, ("text/plain",), remark=LINE_REMARK
)
N_QUADS = Format("nq", "application/n-quads", RdfFormat.N_QUADS, remark=LINE_REMARK)
TRIG = Format("trig", "application/trig", RdfFormat.TRIG, remark=LINE_REMARK)
RDF_XML = Format(
    "rdf",
    "application/rdf+xml",
    RdfFormat.RDF_XML,
    ("application/xml", "text/xml"),
    remark=XML_REMARK,
)
JSON_LD = Format("jsonld", "application/ld+json", RdfFormat.JSON_LD, ("application/json",))

XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None)
PARQUET = Format("parquet", "application/vnd.apache.parquet", None, ("application/x-parquet",))

SOLUTIONS = (JSON, XML, CSV, TSV)
TABLES = (XLSX, PARQUET)  # beside SPARQL's own: what offices and analysts read rows in
GRAPHS = (TURTLE, N_TRIPLES, N_QUADS, TRIG, RDF_XML, JSON_LD)
OFFERED: Mapping[Kind, tuple[Format, ...]] = MappingProxyType(
    {Kind.ROWS: SOLUTIONS + TABLES, Kind.TRUTH: SOLUTIONS, Kind.TRIPLES: GRAPHS}
)
BESIDE: Mapping[Kind, tuple[Format, ...]] = MappingProxyType(
    {
        Kind.ROWS: (TURTLE,),
        Kind.TRUTH: (TURTLE, *TABLES),
        Kind.TRIPLES: (CSV, TSV, *TABLES),
    }
)
EVERY: Mapping[Kind, tuple[Format, ...]] = MappingProxyType(
    {kind: own + BESIDE[kind] for kind, own in OFFERED.items()}
)
BY_NAME: Mapping[str, Format] = MappingProxyType(
    {each.name: each for each in SOLUTIONS + TABLES + GRAPHS}
)
KIND_OF_FORM: Mapping[str, Kind] = MappingProxyType(
    {
        "SELECT": Kind.ROWS,
        "ASK": Kind.TRUTH,
        "CONSTRUCT": Kind.TRIPLES,
        "DESCRIBE": Kind.TRIPLES,
    }
)


@dataclass(frozen=True, slots=True)
class Range:
    """One part of an Accept header: a media range and its weight, 0 to 1."""

    kind: str
    subkind: str
    weight: float

    def fit(self, media_type: str) -> int:
        """Say how closely the range names a type: 3 exactly, 2 its family, 1 anything, 0 not."""
        kind, _, subkind = media_type.partition("/")
        if (self.kind, self.subkind) == (kind, subkind):
            return 3
        if self.subkind != "*":
            return 0
        return 2 if self.kind == kind else int(self.kind == "*")


def ranges(accept: str) -> list[Range]:
    """Read an Accept header; a part that is none is passed over."""
    return [found for part in accept.split(",") if (found := _range(part)) is not None]


def _range(part: str) -> Range | None:
    media, *parameters = (piece.strip() for piece in part.lower().split(";"))
    kind, slash, subkind = media.partition("/")
    weight = _weight(parameters)
    if media == "*":
        kind, slash, subkind = "*", "/", "*"
    return Range(kind, subkind, weight) if slash and kind and subkind else None


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def weight_of(media_type: str, wanted: Sequence[Range]) -> float:
    """Give the weight of the closest range that fits; 0 when none does."""
    best = max(wanted, key=lambda each: each.fit(media_type), default=None)
    return best.weight if best is not None and best.fit(media_type) else 0.0


def negotiate(accept: str | None, offered: Sequence[str]) -> str | None:
    """Give the media type of `offered` that the client likes best, or None when none will do.

    No header, or an empty one, means that anything will do: the first of `offered`.
    """
    if not accept or not accept.strip():
        return offered[0] if offered else None
    wanted = ranges(accept)
    best = max(offered, key=lambda media_type: weight_of(media_type, wanted), default=None)
    return best if best is not None and weight_of(best, wanted) > 0 else None


def chosen(accept: str | None, offered: Sequence[AnyOffer]) -> AnyOffer | None:
    """Give the form a client likes best, by any of the names it goes by, the earlier of equals."""
    names = {each.media_type: each for each in offered}
    for each in offered:
        for other in each.also:
            names.setdefault(other, each)
    media_type = negotiate(accept, list(names))
    return None if media_type is None else names[media_type]


def not_acceptable(offered: Sequence[Offer]) -> NotAcceptable:
    """Give the refusal of a client that takes none of the forms there are."""
    listed = ", ".join(each.media_type for each in offered)
    return NotAcceptable(
        f"None of the forms asked for is offered here; these are: {listed}.",
        f"这里不提供所要求的格式；可用的格式有：{listed}。",
    )

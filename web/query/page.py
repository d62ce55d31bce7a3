"""What the query page shows: the text, its result as a table or as Turtle, or what was wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graph.views.snapshots import View
from ontology.errors import GovgraphError, Invalid
from ontology.terms import shortened
from sparql import texts
from sparql.answers import Answer, Question
from sparql.formats import EVERY, JSON, TURTLE, Format, Kind
from sparql.guard import Malformed, measured
from sparql.protocol import Endpoint
from sparql.refusals import status_of, wait_of
from sparql.workers.wire import STORE
from web.catalogue.names import Names, names_of
from web.page import address

SHOWN = 500  # rows on the page; the downloads have all
FIRST = "01-newest-datasets"
HEADINGS = ("# ", "#@", "#+")
IRI = "uri"


@dataclass(frozen=True, slots=True)
class Example:
    """One question to begin from: its sentence in the reader's language and its address."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One term: what is shown, its whole value, the page or address it leads to, its language."""

    shown: str
    value: str = ""
    url: str = ""
    lang: str = ""
    datatype: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """One form in which the same answer can be had."""

    name: str
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: rows under `variables`, or a truth, or `turtle`; the number and whether it is all.

    `cut` says that there are more rows than are shown here.
    """

    kind: Kind
    count: int
    cut: bool
    snapshot: int
    downloads: tuple[Download, ...]
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    truth: bool = False
    turtle: str = ""
    remembered: bool = False
    engine: str = STORE


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a malformed query: its number, its text, and whether the fault is in it."""

    number: int
    text: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer, and where in the text when that is known."""

    sentence: str
    lines: tuple[Line, ...] = ()
    column: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """One step or finding: the part of the text it is of, what is said of it, what else to write."""

    part: str
    words: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """What the engine would do, and what may be mended; `counted`: whether figures are known."""

    steps: tuple[Said, ...]
    findings: tuple[Said, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class QueryPage:
    """The page: the text in the box, the examples, and a result, a fault, an explanation or none."""

    text: str
    examples: tuple[Example, ...]
    result: Result | None = None
    fault: Fault | None = None
    explained: Explained | None = None
    seconds: float = 0.0
    status: int = 200
    wait: int = 0  # seconds after which to ask again, where that helps


# Examples --------------------------------------------------------------------------------------


def examples(language: str) -> tuple[Example, ...]:
    """List the questions that ship, in the reader's language."""
    return tuple(
        Example(sentence(text, language), address("/query", [("example", name.split("/")[1])]))
        for name in texts.names("examples")
        for text in (texts.text_of(name),)
    )


def sentence(text: texts.Text, language: str) -> str:
    """Give what a query asks, in the reader's language if it is written."""
    return text.sentences.get(language, text.sentence)


def example(name: str | None, language: str) -> str:
    """Give the text of an example, its sentence in the reader's language above it.

    Raises Invalid when there is none of that name.
    """
    wanted = f"examples/{name or FIRST}"
    if wanted not in texts.names("examples"):
        raise Invalid("There is no example of that name.", "没有这个名称的示例。")
    text = texts.text_of(wanted)
    kept = (line for line in text.text.splitlines() if not line.startswith(HEADINGS))
    return "\n".join([f"# {sentence(text, language)}", *kept]) + "\n"


# Asking ----------------------------------------------------------------------------------------


def begun(text: str, listed: tuple[Example, ...]) -> QueryPage:
    """Give the page with a query in its box that has not been asked."""
    return QueryPage(text, listed)


def asked(text: str, view: View, endpoint: Endpoint, language: str) -> Result:
    """Ask, and read the answer for the page; raises QueryRefused, QueryStopped or Unavailable."""
    known = measured(text, endpoint.limits, services=endpoint.federation is not None)
    formats = {Kind.ROWS: JSON, Kind.TRUTH: JSON, Kind.TRIPLES: TURTLE}
    question = Question(
        text,
        formats,
        rows=SHOWN,
        repeatable=known.repeatable,
        services=known.services,
        own_dataset=known.dataset,
    )
    answer, _ = endpoint.put(view, question)
    try:
        body = b"".join(answer.body).decode()
    finally:
        answer.close()
    merge = endpoint.merge if endpoint.own else ""
    return _result(answer, body, view, names_for(view, endpoint, language), Files(text, merge))


def _result(answer: Answer, body: str, view: View, name: NamesOf, files: Files) -> Result:
    outcome = answer.outcome or (answer.running and answer.running.outcome)
    assert outcome
    table = Table.read(body, name) if answer.kind is Kind.ROWS else Table()
    return Result(
        kind=answer.kind,
        count=outcome.rows,
        cut=bool(outcome.cut),
        snapshot=view.seq,
        downloads=tuple(files.every(EVERY[answer.kind])),
        variables=table.variables,
        rows=table.rows,
        truth=answer.kind is Kind.TRUTH and json.loads(body)["boolean"],
        turtle=body if answer.kind is Kind.TRIPLES else "",
        remembered=answer.remembered,
        engine=answer.engine,
    )


@dataclass(frozen=True, slots=True)
class Files:
    """Where the answer to a text can be had as a file; the merge is named where it has to be."""

    text: str
    merge: str

    def every(self, formats: Iterable[Format]) -> Iterator[Download]:
        """Give a file in each form."""
        dataset = [("default-graph-uri", self.merge)] if self.merge else []
        for each in formats:
            url = address("/sparql", [("query", self.text), ("format", each.name), *dataset])
            yield Download(each.name, each.media_type, url)


@dataclass(frozen=True, slots=True)
class NamesOf:
    """Asks what the IRIs of a result are called, in one store query."""

    view: View
    base: str
    language: str

    def __call__(self, iris: Iterable[str]) -> Names:
        """Give their names."""
        return names_of(self.view, iris, base=self.base, language=self.language)


def names_for(view: View, endpoint: Endpoint, language: str) -> NamesOf:
    """Give what names the IRIs of a result."""
    return NamesOf(view, endpoint.address.removesuffix("/sparql"), language)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a SELECT, as cells."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = field(default_factory=tuple)

    @classmethod
    def read(cls, body: str, name: NamesOf) -> Table:
        """Read SPARQL JSON results."""
        told = json.loads(body)
        variables, bindings = tuple(told["head"]["vars"]), told["results"]["bindings"]
        iris = {term["value"] for row in bindings for term in row.values() if term["type"] == IRI}
        names = name(iris)
        rows = (tuple(cell(row.get(each), names) for each in variables) for row in bindings)
        return cls(variables, tuple(rows))


def cell(term: dict[str, Any] | None, names: Names) -> Cell:
    """Give one term as a cell; an unbound one is empty."""
    if term is None:
        return Cell("")
    value = term["value"]
    if term["type"] == IRI:
        text = names.text(value)
        return Cell(text.value, value, names.url(value), text.lang)
    if term["type"] != "literal":
        return Cell(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value)
    datatype = shortened(term.get("datatype", ""))
    numeric = datatype in NUMERIC
    return Cell(value, value, "", term.get("xml:lang", ""), datatype, numeric)


NUMERIC = frozenset({"xsd:integer", "xsd:decimal", "xsd:double", "xsd:float"})


# Faults ----------------------------------------------------------------------------------------


def failed(
    text: str, error: GovgraphError, listed: tuple[Example, ...], language: str
) -> QueryPage:
    """Give the page that says why there is no answer."""
    fault = Fault(error.sentence(language))
    if isinstance(error, Malformed) and error.line is not None:
        numbered = enumerate(text.splitlines() or [""], start=1)
        lines = tuple(Line(number, line, number == error.line) for number, line in numbered)
        fault = Fault(error.sentence(language), lines, error.column or 0)
    return QueryPage(text, listed, fault=fault, status=status_of(error), wait=wait_of(error))

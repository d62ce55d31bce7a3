"""A template called as an interface: values in, one page of an answer out, in any of the forms.

Everything but the values' way into the text is the SPARQL Protocol's: forms, limits, quota, the
name of an answer by its snapshot (ETag), and the workers. A page is asked of the engine with the
rows before it passed over, so no text is written anew for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ontology.errors import GovgraphError
from ontology.sentences import Sentence
from sparql import protocol
from sparql.answers import Question
from sparql.formats import BY_NAME
from sparql.protocol import Endpoint, Request, Response
from sparql.query import View
from sparql.templates import Template, WrongValues, bound

USUAL = 1_000  # rows of a page
LARGEST = 10_000
DEEPEST = 1_000_000  # rows that may stand before a page
SELECT = "SELECT"  # the form whose rows are given page by page
CONTROLS = ("format", "page", "page_size", "timeout", "lang", "at", "version")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the template, its name, the values and controls as they were sent."""

    template: Template
    name: str
    given: Mapping[str, Sequence[str]]
    controls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of an answer is wanted, from 1, and of how many rows."""

    number: int = 1
    size: int = USUAL

    @property
    def skip(self) -> int:
        """The rows before it."""
        return (self.number - 1) * self.size


def answered(request: Request, call: Call, view: View, endpoint: Endpoint) -> Response:
    """Answer a call on one view. Raises nothing of govgraph's own."""
    try:
        question, page = question_of(call, request.accept, endpoint)
        response = protocol.put(request, question, view, endpoint)
        response = replace(response, headers=paged(response, call, page))
    except WrongValues as error:
        response = wrong_values(error)
    except GovgraphError as error:
        response = protocol.refusal(error, request.accept)
    return protocol.finished(request, response, view)


def question_of(call: Call, accept: str | None, endpoint: Endpoint) -> tuple[Question, Page]:
    """Read a call; raises WrongValues, or QueryRefused where the forms or the text will not do."""
    page = page_of(call.controls, endpoint.answers.limits.rows)
    text = bound(call.template, call.given)
    lookup, known = protocol.known_of(text, endpoint)
    question = Question(
        text,
        protocol.formats_for(known.form, accept, call.controls.get("format")),
        protocol.graphs_of(protocol.Fields(()), endpoint, own_dataset=known.dataset),
        seconds=protocol.seconds_of(call.controls.get("timeout")),
        rows=page.size,
        skip=page.skip,
        repeatable=known.repeatable,
        whole=True,
        page=known.form == SELECT,
        lookup=lookup,
        services=known.services,
        own_dataset=known.dataset,
    )
    return question, page


def page_of(controls: Mapping[str, str], most: int) -> Page:
    """Read which page is wanted; raises WrongValues with a sentence for each wrong number."""
    faults: dict[str, Sentence] = {}
    found = {"page": 1, "page_size": min(USUAL, most)}
    for name, highest in (("page", DEEPEST), ("page_size", min(LARGEST, most))):
        said = controls.get(name, "").strip()
        if not said:
            continue
        if said.isascii() and said.isdigit() and len(said) < len(str(DEEPEST)) + 1:
            found[name] = int(said)
        if not said.isdigit() or not 1 <= found[name] <= highest:
            faults[name] = (
                f"It is a whole number from 1 to {highest:,}.",
                f"应为 1 至 {highest:,} 的整数。",
            )
    page = Page(found["page"], found["page_size"])
    if not faults and page.skip > DEEPEST:
        faults["page"] = (
            f"No page begins after row {DEEPEST:,}: ask for less.",
            f"不能翻到第 {DEEPEST:,} 行之后：请缩小范围。",
        )
    if faults:
        raise WrongValues(faults)
    return page


def paged(response: Response, call: Call, page: Page) -> dict[str, str]:
    """Give the headers of an answer: where the next page is, and the name it is saved under."""
    headers = dict(response.headers)
    cut = headers.get("X-Govgraph-Truncated", "").startswith("rows=")
    headers["X-Govgraph-Page"] = f"{page.number}, rows={page.size}"
    media = headers.get("Content-Type", "").partition(";")[0]
    form = next((each for each in BY_NAME.values() if each.media_type == media), None)
    if form is not None:
        part = f"-page-{page.number}" if cut or page.number > 1 else ""
        headers["Content-Disposition"] = f'inline; filename="{call.name}{part}.{form.name}"'
    if cut:
        headers["X-Govgraph-Next"] = str(page.number + 1)
    return headers


def wrong_values(error: WrongValues) -> Response:
    """Answer values that are wrong: 400, with a sentence for each."""
    told = {
        "error": "WrongValues",
        "sentence": {"zh": error.zh, "en": error.en},
        "parameters": {name: {"zh": zh, "en": en} for name, (en, zh) in error.faults.items()},
    }
    text = json.dumps(told, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(text)),
        "Cache-Control": "no-store",
    }
    return Response(400, headers, (text,))

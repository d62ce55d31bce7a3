"""SPARQL 1.1 Protocol, the query operation, as a function: a request record in, a response out.

https://www.w3.org/TR/sparql11-protocol/ §2.1: a query comes by GET, by POST as a form, or by POST
as it is; `default-graph-uri` and `named-graph-uri` describe the dataset and win over FROM; 400 for
a malformed query, and the result's form is negotiated. Beside the standard: `format` (a short name
or a media type, for links), `timeout` (seconds, only lower than the limit), and on a bare GET the
service description. The web room adapts this to its framework and adds nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote_to_bytes

from pyoxigraph import NamedNode

from graph.views.counts import Counts
from ontology.errors import Forbidden, GovgraphError
from sparql import description, lookups
from sparql.answers import Answer, Answers, Question, saved_as
from sparql.federation import Federation
from sparql.formats import (
    BESIDE,
    EVERY,
    GRAPHS,
    KIND_OF_FORM,
    OFFERED,
    SOLUTIONS,
    TABLES,
    Format,
    Kind,
    chosen,
    not_acceptable,
)
from sparql.guard import DEFAULT, Limits, Malformed, Measured, TooLarge, measured
from sparql.lookups import Lookup
from sparql.query import ANY, Graphs, View
from sparql.refusals import WrongMedia, WrongMethod, refused

METHODS = "GET, HEAD, POST, OPTIONS"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
ALONE = "query="  # what begins the parameters of a request that has one
FIELDS = 64  # parameters of one request, beyond which it is not read
EXPOSED = (
    "ETag, Link, Retry-After, X-Govgraph-Snapshot, X-Govgraph-Rows, "
    "X-Govgraph-Truncated, X-Govgraph-Limits, X-Govgraph-Engine, X-Govgraph-Federated"
)
EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
    "Vary": "Accept",
}

Headers = Mapping[str, str]

# What `format` may say; a client that means something else by it (SPARQLWrapper sends its own
# names) is heard by its Accept header.
NAMES: Mapping[str, str] = MappingProxyType(
    {each.name: each.media_type for each in SOLUTIONS + TABLES + GRAPHS}
    | {"json": "application/json", "xml": "application/xml", "turtle": "text/turtle"}
    | {"rdf+xml": "application/rdf+xml", "json-ld": "application/ld+json"}
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent, as far as the protocol cares. `body` may be cut at `largest_body`."""

    method: str
    query_string: str = ""
    content_type: str = ""
    body: bytes = b""
    accept: str | None = None
    if_none_match: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back. `close` must be called when the body has been sent or given up."""

    status: int
    headers: Headers = field(default_factory=lambda: MappingProxyType({}))
    body: Iterable[bytes] = ()
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: its address, what answers, how much it reads, and who is let in.

    `admit` is called before a query is run, and may raise: a quota for each caller goes there.
    `counts` gives how much a view holds, where that is kept. `own` names the graph that stands for
    the default one in an instance whose default graph stands apart from the named ones.
    `federation` gives what asks other endpoints for who asks now, and raises for who may not have
    them asked; without one, SERVICE is offered to nobody. `updates` says whether who asks now may change
    any graph, and `titles` what the catalogue is called, by language.
    """

    address: str
    answers: Answers
    limits: Limits = DEFAULT
    admit: Callable[[Request], None] = lambda _: None
    counts: Callable[[View], Counts | None] = lambda _: None
    own: str = ""
    federation: Callable[[View], Federation] | None = None
    updates: Callable[[], bool] = lambda: False
    titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def largest_body(self) -> int:
        """The bytes of a body that are worth reading: a query of legal size, percent-encoded."""
        return 4 * self.limits.size + 1

    def federates(self, view: View) -> bool:
        """Say whether who asks now may have other endpoints asked along."""
        try:
            return self.federation is not None and self.federation(view) is not None
        except Forbidden:
            return False

    def about(self, view: View) -> description.About:
        """Say what is told of the endpoint to who asks now."""
        return description.About(
            self.address,
            self.answers.limits,
            self.titles,
            own=self.own,
            federated=self.federates(view),
            updated=self.updates(),
        )

    def put(self, view: View, question: Question) -> tuple[Answer, tuple[str, ...]]:
        """Put a question; other endpoints that it names are asked first, and how they were heard told."""
        heard: tuple[str, ...] = ()
        if question.services and self.federation is not None:
            with self.answers.prepared(view, question):
                question, heard = self.federation(view).asked(question, self.answers)
        return self.answers.answer(view, question), heard

    @property
    def merge(self) -> str:
        """The name of the merge of all named graphs: a request may ask it by default-graph-uri."""
        return f"{self.address}#merge"


def respond(request: Request, view: View, endpoint: Endpoint) -> Response:
    """Answer one request of the protocol on one view. Raises nothing of govgraph's own."""
    try:
        response = _answered(request, view, endpoint)
    except GovgraphError as error:
        response = refusal(error, request.accept)
    return finished(request, response, view)


def _answered(request: Request, view: View, endpoint: Endpoint) -> Response:
    if request.method == "OPTIONS":
        return Response(204, {"Allow": METHODS})
    fields = Fields(fields_of(request, endpoint))
    if fields.bare and request.method != "POST":
        return _described(request, view, endpoint)
    return put(request, question_of(fields, request.accept, endpoint), view, endpoint)


def put(request: Request, question: Question, view: View, endpoint: Endpoint) -> Response:
    """Answer a question that has been read; raises what `Answers.answer` raises."""
    headers = headers_of(question, view, endpoint)
    if _unchanged(request, headers):
        return Response(304, headers)
    endpoint.admit(request)
    answer, heard = endpoint.put(view, question)
    headers |= {"X-Govgraph-Federated": "; ".join(heard)} if heard else {}
    return Response(200, headers | headers_for(answer), answer.body, answer.close)


def finished(request: Request, response: Response, view: View) -> Response:
    """Add what every response carries; a HEAD keeps the headers and drops the body."""
    headers = {**EVERYWHERE, "X-Govgraph-Snapshot": str(view.seq), **response.headers}
    if request.method == "OPTIONS":
        headers |= {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        }
    if request.method == "HEAD":
        response.close()
        response = replace(response, body=(), close=lambda: None)
    return Response(response.status, headers, response.body, response.close)


# Reading the request ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fields:
    """The parameters of a request, in order."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def bare(self) -> bool:
        """Whether nothing was asked: no parameter but, perhaps, the form of the description."""
        return not {name for name, _ in self.pairs} - {"format"}

    def every(self, name: str) -> tuple[str, ...] | None:
        """Give all values of a parameter, or None where it is not there."""
        return tuple(value for each, value in self.pairs if each == name) or None

    def one(self, name: str) -> str | None:
        """Give the value of a parameter that may stand once; raises Malformed otherwise."""
        values = [value for each, value in self.pairs if each == name]
        if not values:
            return None
        if len(values) > 1:
            raise Malformed(
                f"The parameter {name} was given {len(values)} times; it may be given once.",
                f"参数 {name} 出现了 {len(values)} 次，只允许一次。",
            )
        return values[0]


def fields_of(request: Request, endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
    """Read the parameters from where the method puts them."""
    if request.method in {"GET", "HEAD"}:
        return _no_update(_decoded(request.query_string, endpoint))
    if request.method != "POST":
        raise WrongMethod(
            f"The method {request.method[:20]} is not offered here; these are: {METHODS}.",
            f"不支持 {request.method[:20]} 方法；可用的方法有：{METHODS}。",
        )
    if len(request.body) >= endpoint.largest_body:
        raise TooLarge(
            f"The request is larger than {endpoint.largest_body - 1:,} bytes.",
            f"请求正文超过 {endpoint.largest_body - 1:,} 字节。",
        )
    return _posted(request, endpoint)


def _posted(request: Request, endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
    media, charset = media_type_of(request.content_type)
    if charset not in {"", "utf-8", "utf8"} or media not in {FORM, DIRECT}:
        raise WrongMedia(
            f"A query is posted as {FORM} or as {DIRECT}, in UTF-8.",
            f"查询须以 {FORM} 或 {DIRECT} 提交，编码为 UTF-8。",
        )
    beside = _decoded(request.query_string, endpoint)
    if media == DIRECT:
        return _no_update((*beside, ("query", _utf8(request.body))))
    return _no_update((*beside, *_decoded(_utf8(request.body), endpoint)))


def media_type_of(content_type: str) -> tuple[str, str]:
    """Part a Content-Type into its media type and its charset, both in lower case."""
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charset = (part.partition("=")[2] for part in parameters if part.startswith("charset="))
    return media, next(charset, "").strip('"')


def _decoded(text: str, endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
    if len(text) >= endpoint.largest_body:
        raise TooLarge("The address is too long: post the query.", "地址过长：请以 POST 提交查询。")
    try:
        if text.startswith(ALONE) and "&" not in text and text.isascii():  # as most are sent
            return (("query", unquoted(text[len(ALONE) :])),)
        pairs = parse_qsl(
            text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=FIELDS
        )
    except UnicodeDecodeError:
        raise _not_utf8() from None
    except ValueError:
        raise Malformed("There are too many parameters.", "参数过多。") from None
    return tuple(pairs)


def unquoted(text: str) -> str:
    """Give a value without its percents and pluses; raises UnicodeDecodeError as `parse_qsl` does."""
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "strict")


@dataclass(frozen=True, slots=True)
class Update:
    """An update as it was sent, with the dataset that the request names for its patterns."""

    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def is_update(request: Request) -> bool:
    """Say whether a request is an update (Protocol §2.2): posted as a form, or as it is."""
    media, _ = media_type_of(request.content_type)
    if request.method != "POST" or media not in {FORM, UPDATE}:
        return False
    return media == UPDATE or re.search(rb"(^|&)update=", request.body) is not None


def update_of(request: Request, endpoint: Endpoint) -> Update:
    """Read an update; raises QueryRefused where it is not sent as the protocol has it."""
    media, charset = media_type_of(request.content_type)
    if charset not in {"", "utf-8", "utf8"}:
        raise WrongMedia(
            f"An update is posted as {FORM} or as {UPDATE}, in UTF-8.",
            f"更新须以 {FORM} 或 {UPDATE} 提交，编码为 UTF-8。",
        )
    if len(request.body) >= endpoint.largest_body:
        raise TooLarge("The update is too large.", "更新文本过大。")
    pairs = _decoded(request.query_string, endpoint)
    body = _utf8(request.body)
    pairs += (("update", body),) if media == UPDATE else _decoded(body, endpoint)
    fields = Fields(pairs)
    text = fields.one("update")
    if text is None or fields.every("query") is not None:
        raise Malformed(
            "Send one update, and no query with it.", "请只提交一个更新，不要同时提交查询。"
        )
    default, named = fields.every("using-graph-uri"), fields.every("using-named-graph-uri")
    return Update(text.removeprefix("\ufeff"), _iris(default or ()), _iris(named or ()))


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> Malformed:
    return Malformed("The request is not UTF-8.", "请求不是有效的 UTF-8 文本。")


def _no_update(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if any(name == "update" for name, _ in pairs):
        raise Malformed(
            "This endpoint only answers queries; an update cannot be sent to it.",
            "本端点只回答查询，不接受更新。",
        )
    return pairs


def question_of(fields: Fields, accept: str | None, endpoint: Endpoint) -> Question:
    """Read the question; raises QueryRefused where it cannot be put."""
    text = fields.one("query")
    if text is None:
        raise Malformed("The parameter query is missing.", "缺少参数 query。")
    text = text.removeprefix("\ufeff")
    lookup, known = known_of(text, endpoint)
    return Question(
        text,
        formats_for(known.form, accept, fields.one("format")),
        graphs_of(fields, endpoint, own_dataset=known.dataset),
        seconds=seconds_of(fields.one("timeout")),
        repeatable=known.repeatable,
        lookup=lookup,
        services=known.services,
        own_dataset=known.dataset,
    )


def known_of(text: str, endpoint: Endpoint) -> tuple[Lookup | None, Measured]:
    """Read a text as a look-up, else measure it; raises QueryRefused when it passes a limit.

    What the small grammar reads has nothing in it that the guard would refuse.
    """
    limits = endpoint.limits
    lookup = lookups.read(text) if limits.size >= lookups.LARGEST else None
    if lookup is not None:
        return lookup, Measured(lookup.form, repeatable=True)
    return None, measured(text, limits, services=endpoint.federation is not None)


@lru_cache(1024)
def formats_for(form: str, accept: str | None, named: str | None) -> Mapping[Kind, Format]:
    """Choose a format for each kind of answer; raises NotAcceptable where none will do."""
    found = {
        kind: _format(accept, named, own) or _format(accept, named, BESIDE[kind])
        for kind, own in OFFERED.items()
    }
    kind = KIND_OF_FORM.get(form)
    fitting = {kind: each for kind, each in found.items() if each is not None}
    if not fitting or (kind is not None and kind not in fitting):
        raise not_acceptable(EVERY[kind or Kind.ROWS])
    return MappingProxyType(fitting)


def _format(accept: str | None, named: str | None, offered: tuple[Format, ...]) -> Format | None:
    wanted = named if named and "/" in named else NAMES.get((named or "").lower())
    return chosen(wanted or accept, offered)


def graphs_of(fields: Fields, endpoint: Endpoint, *, own_dataset: bool) -> Graphs:
    """Read the dataset that the request names; where neither it nor the text does, the instance's."""
    default, named = fields.every("default-graph-uri"), fields.every("named-graph-uri")
    if default is None and named is None:
        return ANY if own_dataset else Graphs(own=endpoint.own)
    if default == (endpoint.merge,) and named is None:
        return ANY
    return Graphs(_iris(default or ()), _iris(named or ()))


def _iris(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            NamedNode(value)
        except ValueError:
            raise Malformed(
                f"Not the IRI of a graph: {value[:200]}", f"不是有效的图 IRI:{value[:200]}"
            ) from None
    return tuple(dict.fromkeys(values))


def seconds_of(timeout: str | None) -> float | None:
    """Read the parameter `timeout`: seconds above 0."""
    if timeout is None or not timeout.strip():
        return None
    try:
        seconds = float(timeout)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Malformed("The parameter timeout takes seconds.", "参数 timeout 的单位是秒。")
    return seconds


# Writing the response --------------------------------------------------------------------------


def headers_of(question: Question, view: View, endpoint: Endpoint) -> dict[str, str]:
    """Give the headers that are known before the query is run."""
    said = limits_of(question, endpoint)
    headers = {"X-Govgraph-Limits": said, "Cache-Control": "no-cache"}
    if question.repeatable:
        headers["ETag"] = etag(view, question, said)
    return headers


def limits_of(question: Question, endpoint: Endpoint) -> str:
    """Say what the answer to a question may be at most."""
    limits = endpoint.answers.limits
    seconds = min(question.seconds or limits.seconds, limits.seconds)
    return limits_in_words(limits.rows, limits.size, seconds)


@lru_cache(64)
def limits_in_words(rows: int, size: int, seconds: float) -> str:
    """Say what an answer may be at most."""
    return f"rows={rows}, bytes={size}, seconds={seconds:g}"


def etag(view: View, question: Question, limits: str) -> str:
    """Name the answer by the snapshot and all that is asked of it; weak, as order may differ."""
    formats = tuple([each.name for each in question.formats.values()])
    page = (question.rows, question.skip)
    beside = _beside(view.path, view.clearance, question.graphs, formats, limits, page)
    asked = beside + question.text.encode("utf-8", "replace")
    return f'W/"{hashlib.sha256(asked).hexdigest()[:32]}"'


@lru_cache(64)
def _beside(*asked: object) -> bytes:
    """Give all that names an answer but its text, as bytes that end where the text begins."""
    return f"{asked!r}\n".encode("utf-8", "replace")


def _unchanged(request: Request, headers: Headers) -> bool:
    if not request.if_none_match:
        return False
    known = {each.strip() for each in request.if_none_match.split(",")}
    return request.method in {"GET", "HEAD"} and headers.get("ETag") in known


def headers_for(answer: Answer) -> dict[str, str]:
    """Give the headers that are known when an answer begins."""
    headers = {"Content-Type": answer.format.content_type, "X-Govgraph-Engine": answer.engine}
    if answer.length is not None:
        headers["Content-Length"] = str(answer.length)
    if answer.outcome is not None:
        headers["X-Govgraph-Rows"] = str(answer.outcome.rows)
        if answer.outcome.cut:
            headers["X-Govgraph-Truncated"] = f"{answer.outcome.cut}={answer.outcome.rows}"
    if name := saved_as(answer):
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return headers


def _described(request: Request, view: View, endpoint: Endpoint) -> Response:
    named = Fields(_decoded(request.query_string, endpoint)).one("format")
    form = _format(request.accept, named, GRAPHS)
    if form is None:
        raise not_acceptable(GRAPHS)
    stated = description.triples(view, endpoint.about(view), endpoint.counts(view))
    text = description.written(stated, form)
    headers = {"Content-Type": form.content_type, "Content-Length": str(len(text))}
    return Response(200, headers | {"Cache-Control": "no-cache"}, (text,))


def refusal(error: GovgraphError, accept: str | None, allow: str = METHODS) -> Response:
    """Answer an error: JSON, or text for those who ask for that."""
    status, headers, text = refused(error, accept, allow)
    return Response(status, headers, (text,))

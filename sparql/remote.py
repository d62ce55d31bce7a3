"""Asking another SPARQL endpoint: by SPARQLWrapper, on a clock, with a cap, believing nothing it says.

The clock holds for the whole exchange: when it has run out the connection is shut, however slowly
bytes still drip in. A redirection is followed to an address that may be asked, and to no other; no
proxy, file or other scheme is spoken. What comes is read as SPARQL JSON results, term by term by
the engine's own rules, and is dropped whole where anything in it is not as it must be.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from pyoxigraph import Literal, NamedNode
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from ontology.errors import Upstream
from sparql.leaving import LOOK, Listener, left, listener

SECONDS = 10.0  # for one exchange
SILENCE = 5.0  # seconds without a byte
BYTES = 8 * 1024 * 1024
ROWS = 10_000
PIECE = 64 * 1024
MEDIA = ("application/sparql-results+json", "application/json")
REDIRECTED = 3  # times
AGENT = "govgraph"
BLANK = "urn:x-govgraph:blank:"  # blank nodes of others get names, so that rows can be joined

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Told:
    """What another endpoint said: its variables, and for each row the terms by variable."""

    variables: tuple[str, ...] = ()
    rows: tuple[dict[str, Term], ...] = ()
    truth: bool = False


def asked(endpoint: str, text: str, allowed: frozenset[str], seconds: float = SECONDS) -> Told:
    """Ask an endpoint; raises Upstream with what was wrong."""
    try:
        with clock(seconds) as lines:
            body = sent(Client(endpoint, Redirections(allowed), lines), text)
    except Refused as error:
        raise failed(endpoint, *error.words) from None
    except HTTPError as error:
        said = f"it said {error.code}", f"其返回 {error.code}"
        error.close()
        raise failed(endpoint, *said) from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise failed(endpoint, *why(error, lines)) from None
    try:
        return read(body, endpoint)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise failed(
            endpoint, "what it sent is no SPARQL JSON result", "其返回内容不是 SPARQL JSON 结果"
        ) from None


class Refused(ValueError):
    """What came breaks a rule of ours."""

    def __init__(self, en: str, zh: str) -> None:
        """Say which."""
        super().__init__(en)
        self.words = en, zh


def failed(endpoint: str, en: str, zh: str) -> Upstream:
    """Say that an endpoint did not answer as it should."""
    return Upstream(f"{endpoint} did not answer: {en}.", f"{endpoint} 未能作答：{zh}。")


def why(error: Exception, lines: Lines) -> tuple[str, str]:
    """Say in words why an exchange failed."""
    reason = error.reason if isinstance(error, URLError) else error
    if lines.shut or isinstance(reason, TimeoutError):
        return "it took too long", "耗时过长"
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        return "it cannot be reached", "无法连接"
    return "the connection broke", "连接中断"


# The exchange ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Lines:
    """The connections of one exchange, and whether the clock has shut them, or nobody waits any more."""

    open: list[HTTPConnection] = field(default_factory=list)
    shut: bool = False
    left: bool = False

    def watch(self, seconds: float, over: threading.Event, ear: Listener) -> None:
        """End when the time has run out or who asked has gone, unless it is over before."""
        end = time.monotonic() + seconds
        while not over.wait(LOOK):
            self.left = ear.gone()
            if self.left or time.monotonic() >= end:
                self.end()
                return

    def end(self) -> None:
        """Shut every connection: whoever reads from one is told at once."""
        self.shut = True
        for each in self.open:
            if each.sock is not None:
                try:
                    each.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it has ended by itself


@contextmanager
def clock(seconds: float) -> Iterator[Lines]:
    """Shut what the block opened when its time has run out, or who asked has gone: raises Left then."""
    lines, over = Lines(), threading.Event()
    threading.Thread(target=lines.watch, args=(seconds, over, listener()), daemon=True).start()
    try:
        yield lines
    except (HTTPError, URLError, HTTPException, OSError, ValueError):
        if not lines.left:
            raise
    finally:
        over.set()
    if lines.left:
        raise left()


class Redirections(HTTPRedirectHandler):
    """Follows to addresses that may be asked, with the question."""

    max_redirections = REDIRECTED

    def __init__(self, allowed: frozenset[str]) -> None:
        """Hold the addresses."""
        self.allowed = allowed

    def redirect_request(  # noqa: PLR0913, PLR0917 - the library's own signature
        self,
        req: Request,
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,
    ) -> Request:
        """Give the request anew, or refuse to follow."""
        if newurl not in self.allowed:
            raise Refused(
                "it leads to an address that is not on the list", "其重定向至名单之外的地址"
            )
        return Request(newurl, data=req.data, headers=dict(req.header_items()), method="POST")  # noqa: S310 - on the list


class Plain(HTTPHandler):
    """HTTP whose connections can be shut."""

    def __init__(self, lines: Lines) -> None:
        """Hold where connections are noted."""
        super().__init__()
        self.lines = lines

    def http_open(self, req: Request) -> HTTPResponse:
        """Open a connection and note it."""
        return self.do_open(noted(HTTPConnection, self.lines), req)


class Sealed(HTTPSHandler):
    """HTTPS whose connections can be shut."""

    def __init__(self, lines: Lines) -> None:
        """Hold where connections are noted."""
        super().__init__()
        self.lines = lines

    def https_open(self, req: Request) -> HTTPResponse:
        """Open a connection and note it."""
        return self.do_open(noted(HTTPSConnection, self.lines), req)


def noted(kind: type[HTTPConnection], lines: Lines) -> Any:  # noqa: ANN401 - what `do_open` takes
    """Give what makes a connection and notes it."""

    def made(host: str, **more: Any) -> HTTPConnection:  # noqa: ANN401 - the library's
        line = kind(host, **more)
        lines.open.append(line)
        return line

    return made


class Client(SPARQLWrapper):
    """SPARQLWrapper with a way out of our own: no proxies, no schemes but HTTP, no free redirections."""

    def __init__(self, endpoint: str, redirections: Redirections, lines: Lines) -> None:
        """Prepare to ask by POST for JSON."""
        super().__init__(endpoint, agent=AGENT)
        self.setMethod(POST)
        self.setReturnFormat(JSON)
        self.way = OpenerDirector()
        for each in (
            Plain(lines),
            Sealed(lines),
            redirections,
            HTTPErrorProcessor(),
            HTTPDefaultErrorHandler(),
        ):
            self.way.add_handler(each)

    def _query(self) -> tuple[HTTPResponse, str]:
        """Send the request on our way."""
        return self.way.open(self._createRequest(), timeout=SILENCE), self.returnFormat


def sent(client: Client, text: str) -> bytes:
    """Send a text, and give the whole body of the answer; raises Refused past the cap."""
    client.setQuery(text)
    response = client.query().response
    with response:
        media = response.headers.get_content_type()
        if media not in MEDIA:
            raise Refused(f"it sent {media[:60]}", f"其返回类型为 {media[:60]}")
        parts, size = list[bytes](), 0
        while piece := response.read1(PIECE):
            size += len(piece)
            parts.append(piece)
            if size > BYTES:
                raise too_much()
    if response.length:
        raise HTTPException  # it said how much would come, and less came
    return b"".join(parts)


def too_much() -> Refused:
    """Say that an answer is larger than is taken."""
    return Refused(
        f"its answer has more than {ROWS:,} rows or {BYTES >> 20} MB: ask it for less",
        f"其结果超过 {ROWS:,} 行或 {BYTES >> 20} MB：请缩小所问范围",
    )


# What was said ---------------------------------------------------------------------------------


def read(body: bytes, endpoint: str) -> Told:
    """Read SPARQL JSON results; raises ValueError, KeyError or TypeError where they are none."""
    told = json.loads(body)
    if "boolean" in told:
        if not isinstance(told["boolean"], bool):
            raise TypeError
        return Told(truth=told["boolean"])
    variables = told["head"]["vars"]
    bindings = told["results"]["bindings"]
    if not all(isinstance(each, str) for each in variables) or not isinstance(bindings, list):
        raise TypeError
    if len(bindings) > ROWS:
        raise failed(endpoint, *too_much().words)
    rows = tuple({name: term(said) for name, said in row.items()} for row in bindings)
    return Told(tuple(variables), rows)


def term(said: dict[str, str]) -> Term:
    """Read one term; raises ValueError for what is none."""
    kind, value = said["type"], said["value"]
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return NamedNode(BLANK + quote(value, safe=""))
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(kind)
    if language := said.get("xml:lang"):
        return Literal(value, language=language)
    datatype = said.get("datatype")
    return Literal(value, datatype=NamedNode(datatype) if datatype else None)

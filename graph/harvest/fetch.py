"""A catalogue fetched from the web into a file: the whole of it, or nothing.

A server that falls silent, or sends less than it promised, has failed: half a catalogue would
look like one that has lost its other half.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse, InvalidURL
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ontology.errors import Upstream
from ontology.sentences import Sentence

SILENCE = 60.0  # seconds without a byte, after which a server is given up
PIECE = 1 << 18
REDIRECTS = range(300, 400)
ACCEPT = (
    "text/turtle, application/rdf+xml, application/ld+json, application/n-triples, "
    "text/csv, */*;q=0.5"
)

Told = Callable[[int, int], None]  # bytes that have come, bytes that were promised (0: unknown)


def fetch(
    url: str, target: Path, told: Told = lambda _come, _all: None, *, silence: float = SILENCE
) -> None:
    """Fetch an http(s) address into a file; raises Upstream where not all of it can be had."""
    try:
        request = Request(url, headers={"Accept": ACCEPT})  # noqa: S310 - the caller names http(s)
        with (
            urlopen(request, timeout=silence) as response,  # noqa: S310 - redirects too are http(s)
            target.open("wb") as file,
        ):
            missing = _copied(response, file, told)
    except (HTTPException, URLError, TimeoutError, ConnectionError, ValueError) as error:
        en, zh = _reason(error, silence)
        raise Upstream(f"{url} {en}", f"{url} {zh}") from error
    if missing:
        raise Upstream(
            f"{url} broke off {missing:,} bytes before its end; nothing was loaded. Try again.",
            f"{url} 的传输在结束前 {missing:,} 字节处中断，未载入任何内容，请重试。",
        )


def _copied(response: HTTPResponse, file: IO[bytes], told: Told) -> int:
    """Copy a response piece by piece; give how many of the promised bytes did not come."""
    promised, come = response.length or 0, 0
    while piece := response.read(PIECE):
        file.write(piece)
        come += len(piece)
        told(come, promised)
    return max(promised - come, 0)


def _reason(error: Exception, silence: float) -> Sentence:
    """Say why an address could not be fetched, as the rest of a sentence that it begins."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(error, HTTPError):
        return _refused(error)
    if isinstance(cause, TimeoutError):
        return f"did not answer within {silence:g} seconds.", f"在 {silence:g} 秒内没有响应。"
    if isinstance(cause, socket.gaierror):
        return "names a server that is not known.", "中的服务器名称无法解析。"
    if isinstance(cause, ConnectionError):
        return f"cannot be reached: {cause.strerror}.", f"无法连接：{cause.strerror}。"
    if isinstance(cause, HTTPException) and not isinstance(cause, InvalidURL):
        name = type(cause).__name__
        return f"did not answer as HTTP asks ({name}).", f"的响应不符合 HTTP 规范（{name}）。"
    return f"cannot be fetched: {cause}.", f"无法获取：{cause}。"


def _refused(error: HTTPError) -> Sentence:
    """Say what a server answered instead of the file."""
    error.close()
    if error.code in REDIRECTS:
        return (
            "leads on in a circle, or to an address that is not http(s).",
            "的重定向陷入循环，或指向非 http(s) 地址。",
        )
    return (
        f"answered {error.code} instead of a file.",
        f"返回状态 {error.code}，没有给出文件。",
    )

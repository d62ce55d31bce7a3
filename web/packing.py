"""Pages and built files go over the wire compressed, where the caller can read that.

A built file is packed once and remembered. Never packed: a page that holds a secret (a form's token,
a signed-in person's name) beside words that a stranger could have put into its address, for its
length would tell the secret; what is streamed; what is too small to gain.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache, partial
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, g, request

from web.assets import DIST

PAGES = {"text/html", "application/json", "image/svg+xml"}
FILES = {".css", ".js", ".svg"}
SMALLEST, LARGEST = 1_000, 1 << 20  # bytes of a page: below nothing is gained, above it takes long
QUICK, BEST = 4, 9
GZIP = 16 + zlib.MAX_WBITS


def gzipped(data: bytes, level: int) -> bytes:
    """Compress; the same bytes give the same bytes."""
    packer = zlib.compressobj(level, zlib.DEFLATED, GZIP)
    return packer.compress(data) + packer.flush()


@lru_cache(64)
def packed_file(path: Path, _written: int) -> bytes:
    """Give a built file compressed; once for each time that it was written."""
    return gzipped(path.read_bytes(), BEST)


def packed(response: Response) -> Response:
    """Compress an answer that may be."""
    made = body(response) if response.status_code == HTTPStatus.OK else None
    if made is None:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers:
        response.direct_passthrough = False
        response.close()  # the file that would have been sent
        response.set_data(made())
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
        etag, _weak = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)
    return response


def body(response: Response) -> Callable[[], bytes] | None:
    """Give what makes the compressed body; None for what goes as it is."""
    if "Content-Encoding" in response.headers:
        return None
    if request.endpoint == "static":
        return file_body(DIST.parent / str((request.view_args or {}).get("filename", "")))
    if response.is_streamed or response.mimetype not in PAGES or secret():
        return None
    data = response.get_data()
    return partial(gzipped, data, QUICK) if SMALLEST <= len(data) <= LARGEST else None


def file_body(path: Path) -> Callable[[], bytes] | None:
    """Give what makes a built file's compressed body; None for other files."""
    if path.parent != DIST or path.suffix not in FILES:
        return None
    return partial(packed_file, path, path.stat().st_mtime_ns)


def secret() -> bool:
    """Say whether a page holds what a stranger must not learn: a form's token, a person."""
    known = g.get("person")
    return "csrf_token" in g or bool(known and known.name)


def register(app: Flask) -> None:
    """Pack the answers of the application."""
    app.after_request(packed)

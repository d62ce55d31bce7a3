"""What is fetched comes whole or not at all, and every failure says which it was."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph.harvest.fetch import fetch
from ontology.errors import Upstream

BODY = b"<http://x.example/a> <http://x.example/b> <http://x.example/c> .\n" * 10_000


class Server(BaseHTTPRequestHandler):
    """A server with a habit for each path."""

    def do_GET(self) -> None:
        {
            "/whole": self.whole,
            "/short": self.short,
            "/silent": self.silent,
            "/loop": self.loop,
        }.get(self.path, lambda: self.send_error(404))()

    def head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def whole(self) -> None:
        self.head(200, Content_Length=str(len(BODY)))
        self.wfile.write(BODY)

    def short(self) -> None:
        self.head(200, Content_Length=str(len(BODY)))
        self.wfile.write(BODY[:-500])

    def silent(self) -> None:
        self.head(200, Content_Length=str(len(BODY)))
        self.wfile.write(BODY[:500])
        self.wfile.flush()
        time.sleep(2)

    def loop(self) -> None:
        self.head(302, Location="/loop")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_comes_whole_and_its_progress_is_told(address: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    fetch(f"{address}/whole", tmp_path / "x.nt", lambda come, due: told.append((come, due)))

    assert (tmp_path / "x.nt").read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))


@pytest.mark.parametrize(
    ("path", "en", "zh"),
    [
        ("/none", "answered 404", "返回状态 404"),
        ("/short", "broke off 500 bytes before its end", "在结束前 500 字节处中断"),
        ("/silent", "within 0.5 seconds", "在 0.5 秒内没有响应"),
        ("/loop", "in a circle", "陷入循环"),
    ],
)
def test_a_file_that_does_not_come_whole_is_told_apart(
    address: str, tmp_path: Path, path: str, en: str, zh: str
) -> None:
    with pytest.raises(Upstream) as caught:
        fetch(address + path, tmp_path / "x.nt", silence=0.5)

    assert caught.value.en.startswith(f"{address}{path} ")
    assert en in caught.value.en
    assert zh in caught.value.zh


@pytest.mark.parametrize(
    "url", ["http:///x", "http://no such/x", "http://[/x", "http://127.0.0.1:1/x"]
)
def test_an_address_that_is_none_is_refused_with_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(Upstream, match="cannot be"):
        fetch(url, tmp_path / "x")

"""Virtuoso beside us, where Debian's `virtuoso-opensource-7-bin` is installed: loaded once, loopback only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.machine import ROOT, free_port, serving

LOADED = "loaded"
GRAPH = "urn:stress"
BUFFERS = 170_000  # pages of 8 kB: what its manual advises for 2 GB
SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {data}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 1000000
DefaultGraph = {graph}
"""


def is_installed() -> bool:
    """Say whether there is one."""
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


@contextmanager
def served(folder: Path, file: Path) -> Iterator[int]:
    """Serve a catalogue; gives the port of its `/sparql`. It is loaded the first time."""
    folder.mkdir(exist_ok=True)
    sql, http = free_port(), free_port()
    text = SETTINGS.format(
        folder=folder,
        sql=sql,
        http=http,
        data=file.parent,
        graph=GRAPH,
        buffers=BUFFERS,
        dirty=BUFFERS * 3 // 4,
    )
    (folder / "virtuoso.ini").write_text(text)
    command = ["virtuoso-t", "+configfile", str(folder / "virtuoso.ini"), "+foreground"]
    with serving(command, http, "/sparql?query=ASK%20%7B%7D"):
        if not (folder / LOADED).exists():
            said(
                sql,
                f"ld_dir('{file.parent}', '{file.name}', '{GRAPH}'); rdf_loader_run(); checkpoint;",
            )
            (folder / LOADED).touch()
        yield http


def said(port: int, text: str) -> None:
    """Have it carry out an order."""
    command = ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", f"exec={text}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

"""Bad input on the command line: one clear sentence in both languages, status 1, nothing changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.ledger.ledger import Ledger
from web.commands.door import main

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FILES = {
    "empty.csv": b"",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "picture.ttl": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "cut.ttl.gz": bytes.fromhex("1f8b08000000000002ff4bcc"),
    "page.html": b"<!doctype html><html><body>Please sign in</body></html>",
    "paper.ttl": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 not a triple",
    "table.csv": b"colour,shape\nred,round\n",
    "broken.toml": b"this is = = not toml",
    "wrong.toml": b'kind = "dataset"\n[columns]\n',
}
ONE = (
    "<http://one.example/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n"
    '<http://one.example/d> <http://purl.org/dc/terms/title> "One" .\n'
)
REFUSED = {
    "load empty.csv": "file is empty",
    "load picture.csv": "PNG image",
    "load picture.ttl": "PNG image, not RDF",
    "load cut.ttl.gz": "ends too early",
    "load page.html": "a web page",
    "load table.csv": "--guess table.csv",
    "load nowhere.csv": "no file nowhere.csv",
    "load .": "is a folder",
    "load ftp://host.example/a.ttl": "only http and https",
    "load paper.ttl": "this is a PDF document, not RDF",
    "load --mapping broken.toml table.csv": "is no TOML",
    "load --mapping wrong.toml table.csv": "wrong.toml",
    "load --mapping nowhere.toml table.csv": "or one of those that come with govgraph: divisions-areas",
    "load --mapping divisions-areas table.csv": "lacks the column",
    "load --source Bad_Name table.csv": "cannot name a source",
    "load --undo 99999": "no change number 99999",
    "load http://127.0.0.1:1/catalogue.ttl": "cannot be reached",
    "load http://[/catalogue.ttl": "not a valid address",
    "init --base https://other.example": "is never changed",
    "restore table.csv": "nothing was restored",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refused") / "home"
    assert called(made, "init").exit_code == 0
    return made


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)


def called(home: Path, words: str) -> Result:
    command, *rest = words.split()
    return CliRunner().invoke(main, [command, "--home", str(home), *rest])


def last(home: Path) -> int:
    ledger = Ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    try:
        return ledger.last()
    finally:
        ledger.close()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", REFUSED)
def test_bad_input_is_refused_in_words_and_changes_nothing(home: Path, words: str) -> None:
    before = last(home)

    result = called(home, words)

    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    said = " ".join(result.output.split())
    assert said.startswith("✗")
    assert REFUSED[words] in said
    assert CHINESE.search(said)
    assert "Traceback" not in said
    assert last(home) == before


@pytest.mark.usefixtures("here")
def test_a_trial_that_would_change_nothing_says_so(home: Path) -> None:
    Path("one.nt").write_text(ONE, encoding="utf-8")
    trial = "load --dry-run one.nt"

    assert "would change the catalogue" in " ".join(called(home, trial).output.split())
    assert called(home, "load one.nt").exit_code == 0
    assert "would change nothing" in " ".join(called(home, trial).output.split())

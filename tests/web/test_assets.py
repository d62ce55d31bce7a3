"""Pages ask for built files by their source names; without any they are still pages."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from ontology.errors import Unavailable
from web import assets
from web.app import create_app

LIGHTEST = 60_000  # bytes of a page with everything it loads, compressed (LOOK, "Craft")


def test_a_source_name_leads_to_its_built_file(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"main.ts": "main-ABC.js"}))

    assert assets.manifest(tmp_path) == {"main.ts": "main-ABC.js"}


def test_a_front_end_built_anew_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    for moment, name in enumerate(("main-A.js", "main-B.js")):
        path.write_text(json.dumps({"main.ts": name}))
        os.utime(path, ns=(moment, moment))

        assert assets.manifest(tmp_path) == {"main.ts": name}


def test_a_front_end_that_is_not_built_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        assets.manifest(tmp_path)

    assert "npm run build" in caught.value.sentence("en")
    assert "尚未构建" in caught.value.sentence("zh")


def test_pages_can_be_read_without_a_front_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    answer = create_app().test_client().get("/help?lang=en")

    assert "What is in here" in answer.text
    assert "stylesheet" not in answer.text


def test_a_page_and_all_it_loads_is_light() -> None:
    if not assets.built():
        pytest.skip("the front end is not built")
    page = create_app().test_client().get("/help/design").data
    loaded = set(re.findall(r'/static/dist/([^"?]+)', page.decode()))
    files = [(assets.DIST / name).read_bytes() for name in loaded]

    assert len(files) >= len({"style", "main"})
    assert sum(len(gzip.compress(each)) for each in (page, *files)) <= LIGHTEST

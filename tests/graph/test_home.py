"""The folder of an instance: its base is set once, and nothing half made is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.home import Settings, create_home, open_home, refuse_other_base
from ontology.errors import Conflict, Invalid, NotFound


def test_a_base_is_kept_without_its_final_slash(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", Settings(base="https://data.example/"))

    assert home.settings.base == "https://data.example"
    assert open_home(home.path) == home


def test_a_base_that_begins_no_iri_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not an http"):
        create_home(tmp_path / "home", Settings(base="data.example"))

    assert not (tmp_path / "home").exists()


def test_another_base_for_an_instance_that_has_one_is_refused(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", Settings(base="https://data.example"))

    refuse_other_base(home.path, "https://data.example/")
    refuse_other_base(tmp_path / "new", "https://other.example")
    with pytest.raises(Conflict, match=r"https://data\.example"):
        refuse_other_base(home.path, "https://other.example")


@pytest.mark.parametrize(
    ("text", "said"),
    [("base = ", "not valid TOML"), ("bas = 1", "unknown setting bas"), ('port = "x"', "a number")],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "govgraph.toml").write_text(text, "utf-8")

    with pytest.raises(Invalid, match=said):
        open_home(tmp_path)


def test_a_folder_without_an_instance_says_how_to_begin_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="govgraph init"):
        open_home(tmp_path)

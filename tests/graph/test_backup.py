"""A backup brings back all or nothing: half of one leaves a folder that is no instance."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.backup import backup, restore
from graph.home import Settings, create_home
from graph.instance import Instance
from ontology.errors import Conflict, Unreadable
from tests.catalogue import BASE
from tests.town import NOON, load, sources


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    made = Instance.of(create_home(folder / "home", Settings(base=BASE)))
    load(made, "jtw", sources(NOON.date())["jtw"], NOON)
    backup(made.home, folder / "catalogue.backup")
    made.close()
    return folder / "catalogue.backup"


def test_a_whole_backup_brings_everything_back_once(archive: Path, tmp_path: Path) -> None:
    instance = restore(archive, tmp_path / "home", NOON)

    assert instance.ledger.last() == instance.published() == 1
    assert not list((tmp_path / "home").glob("restoring-*"))
    instance.close()
    with pytest.raises(Conflict, match="nothing was restored"):
        restore(archive, tmp_path / "home", NOON)


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.95])
def test_part_of_a_backup_leaves_no_half_instance(
    archive: Path, tmp_path: Path, share: float
) -> None:
    whole = archive.read_bytes()
    cut = tmp_path / "cut.backup"
    cut.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(Unreadable, match="not a complete govgraph backup"):
        restore(cut, tmp_path / "home", NOON)

    assert list((tmp_path / "home").iterdir()) == []

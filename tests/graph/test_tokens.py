"""A token is shown once, ends, can be revoked, and nothing of its secret is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from graph.ledger.ledger import Ledger
from graph.tokens import TOKENS, Tokens
from ontology.errors import Forbidden, NotFound
from tests.catalogue import NOON


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[Tokens]:
    """Give an instance's tokens."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield Tokens(ledger)
    ledger.close()


def issue(tokens: Tokens, **more: object) -> str:
    given = {"owner": "li", "name": "harvester", "scopes": ("query",), "now": NOON}
    return tokens.issue(**{**given, **more})  # type: ignore[arg-type]


def test_a_token_is_known_by_its_text_and_its_use_is_noted(tokens: Tokens):
    text = issue(tokens)
    found = tokens.verify(text, NOON)

    assert (found.owner, found.scopes, found.used) == ("li", ("query",), None)
    assert tokens.of("li")[0].used == NOON


def test_its_secret_is_nowhere_in_the_database(tokens: Tokens):
    secret = issue(tokens).rsplit("_", 1)[-1]
    with tokens.ledger.engine.connect() as connection:
        rows = connection.execute(sa.select(TOKENS)).all()
    assert secret not in str(rows)


@pytest.mark.parametrize("wrong", ["", "gov_", "gov_abcdefgh_" + "x" * 43, "绿" * 20, "gov_a_b"])
def test_wrong_texts_are_all_told_alike(tokens: Tokens, wrong: str):
    issue(tokens)
    with pytest.raises(Forbidden, match="not known here"):
        tokens.verify(wrong, NOON)


def test_a_right_prefix_with_a_wrong_secret_is_not_known(tokens: Tokens):
    text = issue(tokens)
    other = text[:-1] + ("A" if text[-1] != "A" else "B")
    with pytest.raises(Forbidden, match="not known here"):
        tokens.verify(other, NOON)


def test_a_token_ends(tokens: Tokens):
    text = issue(tokens, lifetime=timedelta(days=1))
    assert tokens.verify(text, NOON + timedelta(hours=23))
    with pytest.raises(Forbidden, match="ended on 2026-11-24"):
        tokens.verify(text, NOON + timedelta(days=1))


def test_a_revoked_token_says_when_and_the_first_time_counts(tokens: Tokens):
    text = issue(tokens)
    prefix = text.split("_")[1]
    tokens.revoke(prefix, by="admin", now=NOON)
    tokens.revoke(prefix, by="other", now=NOON + timedelta(days=3))

    with pytest.raises(Forbidden, match="revoked on 2026-11-23"):
        tokens.verify(text, NOON)
    assert tokens.of("li")[0].revoked_by == "admin"


def test_revoking_what_is_not_there_is_said(tokens: Tokens):
    with pytest.raises(NotFound):
        tokens.revoke("nothere1", by="admin", now=NOON)

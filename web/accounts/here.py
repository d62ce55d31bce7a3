"""The accounts of the running house, and its clock, as every module of this task asks for them."""

from __future__ import annotations

from datetime import datetime

from flask import request

from ontology.errors import Unavailable
from web.accounts.store import Accounts
from web.site import site


def accounts() -> Accounts:
    """Give the accounts of this house; raise Unavailable in one that has none."""
    held: Accounts | None = site().accounts
    if held is None:
        raise Unavailable("This instance keeps no accounts.", "本实例没有账号。")
    return held


def now() -> datetime:
    """Give the present moment."""
    return site().now()


def place() -> str:
    """Give the network address that a request came from."""
    return request.remote_addr or ""

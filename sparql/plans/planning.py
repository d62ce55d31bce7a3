"""Which plan a query gets: all of it counted in columns, its sub-selects asked first, or none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pyoxigraph import QuerySolutions, Store

from graph.views.columns import Columns
from sparql.plans.groups import counted, is_worth
from sparql.plans.pages import asked_first
from sparql.plans.wishes import read
from sparql.query import ask

Opened = Callable[[], Columns | None]  # opens the columns of the store, where there are any
Told = Callable[[], None]


def unheard() -> None:
    """Tell nobody."""


def planned(text: str, store: Store, columns: Opened, counted_there: Told = unheard) -> str:
    """Give a text that the engine answers sooner, and alike; the same one where there is none.

    `counted_there` is told when the columns have counted any part of it.
    """
    whole = in_columns(text, columns)
    if whole is not None:
        counted_there()
        return whole
    try:
        return asked_first(text, partial(solutions, store, columns, counted_there))
    except (SyntaxError, ValueError, OSError):
        return text  # what is wrong with it the engine will say of the text as it was sent


def in_columns(text: str, columns: Opened) -> str | None:
    """Give the text with its group counted, where columns are there and can count it."""
    wish = read(text)
    if wish is None or not is_worth(wish):
        return None
    held = columns()
    if held is None:
        return None
    try:
        return counted(wish, held)
    except held.failed:
        return None  # it takes more memory than they have


def solutions(store: Store, columns: Opened, counted_there: Told, text: str) -> QuerySolutions:
    """Answer a sub-select; raises ValueError for what gives no rows."""
    whole = in_columns(text, columns)
    if whole is not None:
        counted_there()
    found = ask(store, whole or text)
    if not isinstance(found, QuerySolutions):
        raise ValueError(type(found).__name__)  # noqa: TRY004 - the text is at fault
    return found

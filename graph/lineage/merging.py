"""What an account of lineage does to the edges that are known: opens, keeps and ends them.

An edge that is told again goes on holding; one that a whole account of its job leaves out ended
then. An account older than the newest ends nothing: news does not travel back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.lineage.edges import Edge, Key


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody tells of lineage: edges that hold at a time.

    `job` is whose edges they are; `whole` says that it has no others at that time.
    """

    edges: tuple[Edge, ...]
    at: str
    job: str = ""
    whole: bool = False


def merged(known: Iterable[Edge], account: Account) -> list[Edge]:
    """Give the edges after an account, in a stable order."""
    told: dict[Key, Edge] = {each.key: each for each in account.edges}
    result: list[Edge] = []
    for edge in known:
        again = told.get(edge.key)
        if edge.held_to:
            result.append(edge)
            if again is not None and edge.held_from <= account.at <= edge.held_to:
                told.pop(edge.key)  # it held then, as was known
        elif again is not None:
            result.append(confirmed(edge, told.pop(edge.key), account))
        else:
            result.append(ended(edge, account))
    new = (replace(each, held_from=each.held_from or account.at) for each in told.values())
    return sorted([*result, *new], key=lambda each: (each.key, each.held_from))


def confirmed(edge: Edge, again: Edge, account: Account) -> Edge:
    """Give an edge that holds and is told again: since the earlier time, with the newer words."""
    since = min(edge.held_from, again.held_from or account.at)
    if not account.whole:
        both = tuple(sorted({*edge.transformations, *again.transformations}))
        again = replace(again, transformations=both, note=again.note or edge.note)
    return replace(
        again,
        held_from=since if edge.held_from else "",
        author=edge.author or again.author,
        origin=edge.origin or again.origin,
    )


def ended(edge: Edge, account: Account) -> Edge:
    """Give an edge that is not told: ended, where the account is whole and newer than the edge."""
    if not account.whole or edge.job != account.job or edge.held_from >= account.at:
        return edge
    return replace(edge, held_to=account.at)

"""Who owns what: each subject of a file belongs to exactly one entry, or stands as its own.

A part used by one entry belongs to it; a part used by several becomes an entry of its own, and
what only that part uses belongs to it in turn (the dominator tree of the links, two levels deep).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.harvest.rdf.gather import Gathered
from graph.harvest.rdf.kinds import AGENT, BELONGS, CITES, PAGING, PART, ROOTS, USES

NOBODY = -1
OWNING = frozenset({USES, BELONGS, PART, AGENT})
CITING = frozenset({CITES})


@dataclass(slots=True)
class Owners:
    """`owner[n]` is the number of the root that subject n belongs to (itself for a root).

    `shared` are parts that stand alone because several use them, `loose` those that nobody uses.
    """

    owner: array[int]
    shared: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)


class Users:
    """Which subjects use which parts, in two flat arrays: parts by number, users beside them."""

    def __init__(self, links: Iterable[tuple[int, int]], size: int) -> None:
        """Sort links (user, part) by part; `size` is the count of all subjects."""
        packed = sorted({part << 32 | user for user, part in links})
        self.user = array("I", (each & 0xFFFFFFFF for each in packed))
        self.first = array("I", bytes(4 * (size + 1)))
        for each in packed:
            self.first[(each >> 32) + 1] += 1
        for part in range(size):
            self.first[part + 1] += self.first[part]

    def of(self, part: int) -> array[int]:
        """Give all users of a part."""
        return self.user[self.first[part] : self.first[part + 1]]

    def parts(self) -> Iterator[int]:
        """Give every subject that has a user."""
        return (n for n in range(len(self.first) - 1) if self.first[n] < self.first[n + 1])


def owners_of(gathered: Gathered) -> Owners:
    """Find the owner of every subject."""
    kinds = gathered.kind
    found = Owners(array("q", [NOBODY]) * len(kinds))
    heads = {n for n, kind in enumerate(kinds) if kind in ROOTS or kind == PAGING}
    users = Users(_of_parts(gathered.links(OWNING), kinds), len(kinds))
    _spread(found, heads, users)
    if NOBODY in found.owner:  # not used, but named: by one entry only, then it is part of that
        users = Users(_with_citing(gathered, users), len(kinds))
        _spread(found, heads | found.shared, users)
    while NOBODY in found.owner:
        found.loose |= _heads_of_loose(found.owner, users)
        _spread(found, heads | found.shared | found.loose, users)
    return found


def _of_parts(links: Iterable[tuple[int, int]], kinds: bytearray) -> Iterator[tuple[int, int]]:
    """Leave out links to roots, which are nobody's parts, and those that paging makes."""
    return (
        (user, part) for user, part in links if kinds[part] not in ROOTS and kinds[user] != PAGING
    )


def _with_citing(gathered: Gathered, users: Users) -> Iterator[tuple[int, int]]:
    yield from _of_parts(gathered.links(OWNING), gathered.kind)
    for user, part in _of_parts(gathered.links(CITING), gathered.kind):
        if not users.of(part):
            yield user, part


def _spread(found: Owners, heads: set[int], users: Users) -> None:
    """Let every head's ownership flow along the links until nothing changes."""
    while True:
        heads = heads | found.shared
        _flow(found.owner, heads, users)
        quarrels = {
            part
            for part in users.parts()
            if part not in heads
            and _common(found.owner, users.of(part)) not in {found.owner[part], NOBODY}
        }
        if not quarrels:
            return
        found.shared |= quarrels


def _flow(owner: array[int], heads: set[int], users: Users) -> None:
    for number in range(len(owner)):
        owner[number] = NOBODY
    for head in heads:
        owner[head] = head
    waiting = [part for part in users.parts() if part not in heads]
    while waiting:
        left = [part for part in waiting if not _settled(owner, part, users.of(part))]
        if len(left) == len(waiting):  # only circles and the unreachable are left
            left = [part for part in waiting if not _entered(owner, part, users.of(part))]
            if len(left) == len(waiting):
                return
        waiting = left[::-1]  # the other way round: long chains settle whichever way they run


def _settled(owner: array[int], part: int, by: array[int]) -> bool:
    """Settle a part all of whose users are settled."""
    first = owner[by[0]]
    for user in by:
        whose = owner[user]
        if whose == NOBODY:
            return False
        if whose != first:
            first = part
    owner[part] = first
    return True


def _entered(owner: array[int], part: int, by: array[int]) -> bool:
    """Settle a part in a circle by those of its users that are settled."""
    known = {owner[user] for user in by} - {NOBODY}
    if not known:
        return False
    owner[part] = known.pop() if len(known) == 1 else part
    return True


def _common(owner: array[int], by: array[int]) -> int | None:
    """Give the owner that all users of a part have, or None where they differ."""
    first = owner[by[0]]
    return first if all(owner[user] == first for user in by) else None


def _heads_of_loose(owner: array[int], users: Users) -> set[int]:
    """Give the unowned that no unowned thing uses; of circles of such, all."""
    loose = {number for number, whose in enumerate(owner) if whose == NOBODY}
    heads = {n for n in loose if not any(user in loose for user in users.of(n))}
    return heads or loose

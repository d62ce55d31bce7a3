"""What joins with a dataset, and how two datasets can be joined over others, at most four joins.

A path goes dataset — key — dataset — key — dataset. Between two keys any dataset that holds both
will do; the surest is named (a base library's owner first) and the others are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from graph.association.holdings import Holdings, risky
from graph.association.suggesting import Element

MOST_JOINS = 4
MOST_PATHS = 12
# How sure a join by a key is: a number with a check character, another code, a document's number
# that says nothing of its kind, and the code of an area, which joins groups and no single things.
PROVED, CODED, LOOSE, COARSE = 0.99, 0.95, 0.7, 0.4
DOCUMENT = "证件号码"
AREAS = frozenset({"行政区划代码", "街镇代码", "居村委代码"})
PROVABLE = frozenset({"公民身份号码", "统一社会信用代码", "组织机构代码"})


@dataclass(frozen=True, slots=True)
class Partner:
    """What joins with a dataset by one key: how many of whom, some of them by IRI."""

    key: Element
    sure: float
    count: int
    by_owner: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """One way to join two datasets: the datasets in order, and the key between each two.

    `others` counts, for each dataset between, how many further ones would do instead. `risks` are
    elements that tell, put together, who somebody is.
    """

    datasets: tuple[str, ...]
    keys: tuple[Element, ...]
    others: tuple[int, ...]
    sure: float
    risks: tuple[Element, ...] = ()


def sureness(key: Element) -> float:
    """Give how sure a join by a key is."""
    if key.title in PROVABLE:
        return PROVED
    if key.title in AREAS:
        return COARSE
    return LOOSE if key.title == DOCUMENT else CODED


def partners(held: Holdings, dataset: str, examples: int = 5) -> list[Partner]:
    """Give what joins with a dataset, by each of its keys, the surest key first."""
    found = [_partner(held, dataset, key, examples) for key in held.keys_of(dataset)]
    return sorted(found, key=lambda each: (-each.sure, -each.count))


def _partner(held: Holdings, dataset: str, key: Element, examples: int) -> Partner:
    """Give what joins with a dataset by one key; nearer departments' own datasets come last."""
    count: defaultdict[str, int] = defaultdict(int)
    others = [each for each in held.of(key.iri) if each != dataset]
    for each in others:
        count[held.owners.get(each, "")] += 1
    mine = held.owners.get(dataset, "")
    ranked = sorted(count.items(), key=lambda each: (-each[1], each[0]))
    far = sorted(others, key=lambda each: held.owners.get(each, "") == mine)
    return Partner(key, sureness(key), len(others), tuple(ranked), tuple(far[:examples]))


def paths(held: Holdings, one: str, other: str) -> list[Path]:
    """Give the ways to join two datasets, the shortest first and of those the surest."""
    found = [_path(held, one, other, keys) for keys in _chains(held, one, other)]
    found.sort(key=lambda each: (len(each.keys), -each.sure, each.datasets))
    return found[:MOST_PATHS]


def _chains(held: Holdings, one: str, other: str) -> Iterator[tuple[Element, ...]]:
    """Give the chains of keys from one dataset to another, no key twice, breadth first.

    A longer chain is given only where it is not a longer way round: where it begins and ends with
    keys that no shorter chain connects.
    """
    first, last = held.keys_of(one), {each.iri for each in held.keys_of(other)}
    chains: list[tuple[Element, ...]] = [(each,) for each in first]
    joined: set[str] = set()
    for _ in range(MOST_JOINS):
        done = [chain for chain in chains if chain[-1].iri in last]
        yield from done
        joined |= {chain[0].iri for chain in done}
        chains = [
            (*chain, key)
            for chain in chains
            if chain[0].iri not in joined and chain not in done
            for key in held.keys
            if key not in chain and _between(held, chain[-1], key, one, other)
        ]


def _between(held: Holdings, key: Element, then: Element, *but: str) -> list[str]:
    """Give the datasets that hold two keys, without those at the ends."""
    return [each for each in held.bridges.get((key.iri, then.iri), ()) if each not in but]


def _path(held: Holdings, one: str, other: str, keys: tuple[Element, ...]) -> Path:
    """Name the datasets between."""
    steps = [_between(held, key, then, one, other) for key, then in pairwise(keys)]
    chosen = [min(each, key=lambda dataset: (len(held.held[dataset]), dataset)) for each in steps]
    sure = 1.0
    for key in keys:
        sure *= sureness(key)
    datasets = (one, *chosen, other)
    together = {
        element: held.elements[element] for each in datasets for element in held.held.get(each, {})
    }
    risks = risky(together.values())
    return Path(datasets, keys, tuple(len(each) - 1 for each in steps), sure, risks)


def steps(path: Path) -> Iterator[tuple[str, str, str]]:
    """Give each step of a path: a dataset, the key it shares with the next one, and that one."""
    for key, (one, other) in zip(path.keys, pairwise(path.datasets), strict=True):
        yield one, key.iri, other


def sql(path: Path, tables: dict[str, str], columns: dict[tuple[str, str], str]) -> str:
    """Sketch a path in SQL; `tables` names datasets, `columns` the item of a dataset and key."""
    names = [f"t{number}" for number in range(1, len(path.datasets) + 1)]
    lines = ["SELECT *", f'FROM "{_quoted(tables[path.datasets[0]])}" AS {names[0]}']
    for at, key in enumerate(path.keys):
        left, right = path.datasets[at], path.datasets[at + 1]
        on = (
            f'{names[at]}."{_quoted(columns[left, key.iri])}" = '
            f'{names[at + 1]}."{_quoted(columns[right, key.iri])}"'
        )
        lines.append(f'JOIN "{_quoted(tables[right])}" AS {names[at + 1]}\n  ON {on}')
    return "\n".join(lines) + ";"


def _quoted(name: str) -> str:
    return name.replace('"', '""')

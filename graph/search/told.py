"""What a large section of a patch says, taken from its text: the things that no view knew before.

The engine keeps each term of a statement by itself and looks every one up again; the text has an
entry's statements side by side. Of a thing that the view before knew nothing of, the text says all:
no two entries of a source share a subject. All others are read from the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, parse

from graph.views.exact import HERE, exact_store

LITTLE = 50_000  # statements of a view
PART = 1 << 16  # bytes of a text in which the entries of one part begin: more outgrow the caches
PARTING = b"\n\n"  # stands between two entries
PLAIN = frozenset({"", "@zh", "@en"})  # how most texts end: nothing about them is to be settled
ANYTHING = NamedNode("urn:anything")


@dataclass(frozen=True, slots=True)
class Told:
    """A large section: its text, in which empty lines part the entries, its graph, the view before it."""

    text: str
    before: str
    graph: str

    def write(self, path: Path) -> None:
        """Write it down for another process."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @staticmethod
    def read(path: Path) -> Told:
        """Read what `write` wrote."""
        return Told(**json.loads(path.read_text("utf-8")))

    def parts(self) -> int:
        """Count the parts of the text."""
        return -(-Path(self.text).stat().st_size // PART)

    def part(self, number: int) -> bytes:
        """Give the entries that begin in a part, whole; none where a longer one lies over it.

        Nothing else is read, so that each hand reads no more than its share.
        """
        with Path(self.text).open("rb") as stream:
            stream.seek(number * PART)
            text = stream.read(PART + 1)  # a parting may begin in the last byte
            begins = text.find(PARTING) if number else 0
            if begins < 0:
                return b""
            ends = text.find(PARTING, PART)
            while ends < 0 and (more := stream.read(PART)):
                text, known = text + more, len(text)
                ends = text.find(PARTING, known - 1)
        return text[begins + 1 : ends if ends >= 0 else None].strip(b"\n")


class Said(Mapping[str, list[NamedNode | Literal]]):
    """What a text says of one subject: lines by property, read when they are asked for."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.lines: dict[str, list[str]] = {}
        self._read: dict[str, list[NamedNode | Literal]] = {}  # most are asked for twice

    def __getitem__(self, key: str) -> list[NamedNode | Literal]:
        """Give the values of a property."""
        return [term_in(each) for each in self.lines[f"<{key}>"]]

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as a mapping has it
        """Give the values of a property, or the default."""
        if (read := self._read.get(key)) is not None:
            return read
        found = self.lines.get(f"<{key}>")
        if found is None:
            return default
        read = self._read[key] = [term_in(each) for each in found]
        return read

    def __iter__(self) -> Iterator[str]:
        """Give the properties."""
        return (each[1:-1] for each in self.lines)

    def __len__(self) -> int:
        """Count the properties."""
        return len(self.lines)


def said_in(text: bytes) -> dict[str, Said]:
    """Give what a text says of each of its subjects."""
    found: dict[str, Said] = {}
    last, lines = "", Said().lines
    for line in filter(None, text.decode().split("\n")):
        subject, predicate, value = line.split(" ", 2)
        if subject != last:
            last, lines = subject, found.setdefault(subject[1:-1], Said()).lines
        values = lines.get(predicate)
        if values is None:
            lines[predicate] = [value]
        else:
            values.append(value)
    return found


def term_in(value: str) -> NamedNode | Literal:
    """Give the value of a line ("... .") as a store gives it back."""
    if "\\" in value:
        return _kept(value)
    if value[0] == "<":
        return NamedNode(value[1:-3])
    text, _, tag = value[1:-2].rpartition('"')
    if tag in PLAIN:
        return Literal(text, language=tag[1:] or None)
    return _kept(value)


@lru_cache(16_384)  # days come again and again
def _kept(value: str) -> NamedNode | Literal:
    """Give any value as a store gives it back ("05" as an integer comes back as "5")."""
    (found,) = parse(f"{ANYTHING} {ANYTHING} {value}", RdfFormat.N_TRIPLES, lenient=True)
    store = exact_store(Store(), HERE)
    store.add(found)
    (quad,) = store
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object


class Before:
    """The view from before a load, asked of which subjects it says nothing.

    Before a first load that is little, and read at once: to ask the store takes 5 µs a subject.
    """

    def __init__(self, store: Store) -> None:
        """Read what is said, where it is little."""
        self.store = store
        quads = list(islice(store.quads_for_pattern(None, None, None, DefaultGraph()), LITTLE + 1))
        few = len(quads) <= LITTLE
        subjects = (quad.subject for quad in quads)
        named = frozenset(each.value for each in subjects if isinstance(each, NamedNode))
        self.all = named if few else None

    def unknown(self, said: dict[str, Said]) -> dict[str, Said]:
        """Give what is said of subjects of which the view says nothing."""
        known = filter(self._knows, said) if self.all is None else self.all.intersection(said)
        left = dict(said)
        for each in known:
            del left[each]
        return left

    def _knows(self, subject: str) -> bool:
        """Ask the store whether anything is said of a subject."""
        quads = self.store.quads_for_pattern(NamedNode(subject), None, None, DefaultGraph())
        return next(iter(quads), None) is not None

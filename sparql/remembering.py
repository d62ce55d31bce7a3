"""The last small answers: a question that comes again on the same snapshot costs no query.

What an answer is kept by holds all that it depends on: the folder of the snapshot's view, whose view
it is, the text, the forms, the dataset named and the rows wanted. So nobody is given what another
view knows, and a snapshot that moved on leaves nothing stale. Answers go, the longest unused first,
past their number or their bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = tuple[object, ...]
Kept = TypeVar("Kept")


@dataclass(slots=True)
class Memory(Generic[Kept]):
    """Up to `room` answers of up to `most` bytes together."""

    room: int
    most: int
    size: int = 0  # bytes that are held now
    _held: OrderedDict[Key, tuple[Kept, int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key) -> Kept | None:
        """Give the answer kept for `key`, if there is one."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
        return found[0]

    def put(self, key: Key, answer: Kept, size: int) -> None:
        """Keep an answer of so many bytes, its question included, and let the oldest go."""
        with self._lock:
            self._drop(self._held.pop(key, None))
            self._held[key] = (answer, size)
            self.size += size
            while len(self._held) > self.room or self.size > self.most:
                self._drop(self._held.popitem(last=False)[1])

    def _drop(self, gone: tuple[Kept, int] | None) -> None:
        self.size -= gone[1] if gone else 0

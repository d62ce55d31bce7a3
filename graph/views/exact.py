"""How a view keeps numbers whose type the engine would take from them (`ontology.exact`).

Such a literal is laid under a type that the engine knows nothing of: the name of its own type, with a
head of the view's in the place of XML Schema's, of the same length. The head is drawn by lot for each
view and shown to nobody, so nothing that anybody sends can be taken for it, and to give a literal
back is to put one head in the other's place, in a term or in bytes. A view that holds no such number
has no head, and its store is the engine's own.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, TypeVar, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from graph.ledger.exact import NAMED, is_exact
from ontology.exact import NAMES, PLAIN, XSD, is_folded

MARK: Final = "exact"  # the file beside a store that has its head
PIECE: Final = 1 << 20  # bytes of a text that are laid together
DRAWN: Final = 14  # bytes that nobody guesses

Term = TypeVar("Term")


@dataclass(frozen=True, slots=True)
class Exact:
    """The head under which types are laid."""

    head: str

    @staticmethod
    def drawn() -> Exact:
        """Draw a new one, as long as XML Schema's."""
        return Exact(f"urn:{secrets.token_hex(DRAWN)}:")

    @staticmethod
    def of(folder: Path) -> Exact | None:
        """Give the one of the view in a folder; None where it holds no such number."""
        try:
            return Exact((folder / MARK).read_text("ascii"))
        except FileNotFoundError:
            return None

    def note(self, folder: Path) -> None:
        """Write down that it is the one of the view in a folder."""
        (folder / MARK).write_text(self.head, "ascii")

    # Terms ---------------------------------------------------------------------------------------

    def laid(self, term: Term, predicate: object = None) -> Term:
        """Give a term as the store holds it."""
        if not isinstance(term, Literal) or (local := NAMES.get(term.datatype.value)) is None:
            return term
        plain = isinstance(predicate, NamedNode) and predicate.value in PLAIN
        if plain or not is_folded(term.value, local):
            return term
        return cast("Term", typed(term.value, self.head + local))

    def said(self, term: Term) -> Term:
        """Give a term as it was sent."""
        if not isinstance(term, Literal) or not term.datatype.value.startswith(self.head):
            return term
        return cast("Term", typed(term.value, XSD + self.local(term)))

    def local(self, literal: Literal) -> str:
        """Give the name of a literal's own type, "" for one that was not laid so."""
        kind = literal.datatype.value
        return kind[len(self.head) :] if kind.startswith(self.head) else ""

    def quad_laid(self, quad: Quad) -> Quad:
        """Give a quad as the store holds it."""
        term = self.laid(quad.object, quad.predicate)
        if term is quad.object:
            return quad
        return Quad(quad.subject, quad.predicate, term, quad.graph_name)

    def quad_said(self, quad: Quad) -> Quad:
        """Give a quad as it was sent."""
        term = self.said(quad.object)
        if term is quad.object:
            return quad
        return Quad(quad.subject, quad.predicate, term, quad.graph_name)

    def triple_said(self, triple: Triple) -> Triple:
        """Give a triple as it was sent."""
        term = self.said(triple.object)
        return triple if term is triple.object else Triple(triple.subject, triple.predicate, term)

    # Bytes ---------------------------------------------------------------------------------------

    def text_laid(self, text: bytes) -> bytes:
        """Give whole N-Triples lines of our own as the store takes them."""

        def headed(found: re.Match[bytes]) -> bytes:
            whole = found[0]
            return (
                whole.replace(XSD.encode(), self.head.encode()) if is_exact(text, found) else whole
            )

        return NAMED.sub(headed, text)

    def bytes_said(self, data: bytes) -> bytes:
        """Give what a store wrote as it was sent."""
        return data.replace(self.head.encode(), XSD.encode())


@lru_cache(4096)
def typed(value: str, datatype: str) -> Literal:
    """Give a literal of a type."""
    return Literal(value, datatype=NamedNode(datatype))


HERE: Final = Exact.drawn()  # for what this process holds in its memory alone


@dataclass(slots=True)
class Restoring:
    """A file that passes on what a store writes as it was sent; the end of a piece waits for the next."""

    file: IO[bytes]
    exact: Exact
    _held: bytes = b""

    def write(self, chunk: bytes) -> int:
        """Pass a piece on, but for what could be the beginning of a head."""
        data = self.exact.bytes_said(self._held + bytes(chunk))
        whole = len(data) - begun(data, self.exact.head.encode())
        self._held = data[whole:]
        if whole:
            self.file.write(data[:whole])
        return len(chunk)

    def flush(self) -> None:
        """Nothing: what waits is passed on at the end."""

    def finish(self) -> None:
        """Pass on what waits."""
        if self._held:
            self.file.write(self._held)
            self._held = b""


def begun(data: bytes, head: bytes) -> int:
    """Count the bytes at the end of a text with which a head could begin."""
    return next(
        (n for n in range(min(len(head) - 1, len(data)), 0, -1) if data.endswith(head[:n])), 0
    )


@dataclass(frozen=True, slots=True)
class ExactStore:
    """A store that takes and gives literals as they are sent; `inner` holds them as they are laid.

    It is handed on in the place of a store. What it does not name itself is the store's own.
    """

    inner: Store
    exact: Exact = field(default=HERE)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a store has
        """Give what the store itself has."""
        return getattr(self.inner, name)

    def __len__(self) -> int:
        """Count the quads."""
        return len(self.inner)

    def __bool__(self) -> bool:
        """Say yes: a store is one, whatever it holds."""
        return True

    def __contains__(self, quad: Quad) -> bool:
        """Say whether a quad is held."""
        return self.exact.quad_laid(quad) in self.inner

    def __iter__(self) -> Iterator[Quad]:
        """Give every quad."""
        return map(self.exact.quad_said, self.inner)

    def quads_for_pattern(
        self,
        subject: NamedNode | BlankNode | Triple | None,
        predicate: NamedNode | None,
        value: NamedNode | BlankNode | Literal | Triple | None,
        graph: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterator[Quad]:
        """Give the quads that fit."""
        sought = self.exact.laid(value, predicate)
        found = self.inner.quads_for_pattern(subject, predicate, sought, graph)
        return map(self.exact.quad_said, found)

    def add(self, quad: Quad) -> None:
        """Add a quad."""
        self.inner.add(self.exact.quad_laid(quad))

    def remove(self, quad: Quad) -> None:
        """Remove a quad."""
        self.inner.remove(self.exact.quad_laid(quad))

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads in one transaction."""
        self.inner.extend(map(self.exact.quad_laid, quads))

    def bulk_load(
        self,
        text: IO[bytes] | None = None,
        _: RdfFormat | None = None,
        /,
        *,
        path: Path | None = None,
        to_graph: NamedNode | DefaultGraph,
        **_how: object,
    ) -> None:
        """Load N-Triples of our own."""
        with tempfile.NamedTemporaryFile(dir=path.parent if path else None) as laid:
            with path.open("rb") if path else nullcontext(text) as opened:
                for piece in whole_lines(cast("IO[bytes]", opened)):
                    laid.write(self.exact.text_laid(piece))
            laid.flush()
            self.inner.bulk_load(
                path=laid.name, format=RdfFormat.N_TRIPLES, to_graph=to_graph, lenient=True
            )

    def dump(
        self,
        output: IO[bytes],
        format: RdfFormat,  # noqa: A002 - as the engine names it
        *,
        from_graph: NamedNode | DefaultGraph | None = None,
    ) -> None:
        """Write all that is held, or a graph of it."""
        restoring = Restoring(output, self.exact)
        self.inner.dump(cast("IO[bytes]", restoring), format, from_graph=from_graph)
        restoring.finish()


def whole_lines(text: IO[bytes]) -> Iterator[bytes]:
    """Give a text in pieces that end where a line does."""
    rest = b""
    while piece := text.read(PIECE):
        whole, end, rest = (rest + piece).rpartition(b"\n")
        yield whole + end
    yield rest


def copy_mark(source: Path, target: Path) -> None:
    """Take the head of a view along to a copy of it."""
    if exact := Exact.of(source):
        exact.note(target)


def exact_store(store: Store, exact: Exact | None) -> Store:
    """Give a store to use in another one's place, which takes and gives what is sent."""
    return store if exact is None else cast("Store", ExactStore(store, exact))


def opened(place: str) -> Store:
    """Open a store for reading, as the view in whose folder it lies keeps it."""
    return exact_store(Store.read_only(place), Exact.of(Path(place).parent))


def exact_of(store: object) -> Exact | None:
    """Give the head under which a store lays types; None for one that is the engine's own."""
    return store.exact if isinstance(store, ExactStore) else None


def inner_of(store: Store) -> Store:
    """Give the engine's own store."""
    found: object = store
    return found.inner if isinstance(found, ExactStore) else store

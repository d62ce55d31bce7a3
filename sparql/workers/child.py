"""The life of a child: confine itself, then read jobs and answer them until the pipe closes."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Generic, TypeVar, cast

from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse_query_results,
    serialize,
)

from graph.confine import confine
from graph.views.columns import Columns, path_in, release
from graph.views.exact import opened
from sparql import otherwise, tables
from sparql.exact.reading import Result, Solutions, exact_for
from sparql.formats import BY_NAME, TURTLE, Kind
from sparql.plans.copies import copied
from sparql.plans.merges import merged
from sparql.plans.orders import ordered
from sparql.plans.planning import planned
from sparql.plans.stars import met
from sparql.plans.streams import streamed
from sparql.query import ANY, Term, ask, value_of
from sparql.workers.cutting import RowCutter, TooWide, cutter_for
from sparql.workers.wire import (
    COLUMNS,
    DATA,
    END,
    ERROR,
    HEAD,
    JOB,
    NOTHING,
    OPEN,
    STORE,
    Frames,
    Head,
    Job,
    Outcome,
    frame,
    job_of,
    record_frame,
)

FLUSH = 128 * 1024  # bytes gathered before they are sent
SHARE = 256 << 20  # bytes of memory that columns may use: a part of what a child may
NICE = 5  # pages go before all queries: beside one, a child has a quarter of a processor
HEAVY = ("COUNT", "GROUP", "DISTINCT", "LIMIT")
MADE_BY = release()

KINDS: dict[type, Kind] = {
    QuerySolutions: Kind.ROWS,
    Solutions: Kind.ROWS,
    QueryBoolean: Kind.TRUTH,
}


class Full(Exception):
    """The answer has reached a limit."""


@dataclass(slots=True)
class Outlet:
    """Where the engine writes: gathers bytes into frames, and stops the clock while it waits."""

    socket: socket.socket
    patience: float
    cutter: RowCutter | None = None
    size: int = 0
    _frames: list[bytes] = field(default_factory=list)
    _data: list[bytes] = field(default_factory=list)
    _length: int = 0

    @property
    def file(self) -> IO[bytes]:
        """The outlet as the engine sees it: it writes and flushes, and asks for nothing else."""
        return cast("IO[bytes]", self)

    def write(self, chunk: bytes) -> int:
        """Take what the engine wrote; raises Full at a limit, and again when it tries once more."""
        cutter = self.cutter
        if cutter and cutter.full:
            raise Full
        self.size += len(chunk)
        self._gather(cutter.passed(chunk) if cutter else bytes(chunk))
        if cutter and cutter.full:
            raise Full
        return len(chunk)

    def flush(self) -> None:
        """Nothing: the engine asks for it at its end, where `finish` follows."""

    def put(self, whole: bytes) -> None:
        """Put a whole frame behind what is gathered."""
        self._settle()
        self._frames.append(whole)

    def _gather(self, chunk: bytes) -> None:
        self._data.append(chunk)
        self._length += len(chunk)
        if self._length > FLUSH:
            self.finish()

    def _settle(self) -> None:
        """Make one frame of the data gathered since the last one."""
        if self._length:
            self._frames.append(frame(DATA, b"".join(self._data)))
        self._data, self._length = [], 0

    def finish(self) -> None:
        """Send all that is gathered. The job's clock stops meanwhile, the reader's runs."""
        self._settle()
        left, _ = signal.setitimer(signal.ITIMER_REAL, self.patience)
        self.socket.sendall(b"".join(self._frames))
        self.patience, _ = signal.setitimer(signal.ITIMER_REAL, left)
        self._frames = []


@dataclass(slots=True)
class Stores:
    """The stores a child holds open: the newest of each slot, and columns of it where there are."""

    memory: int = SHARE  # bytes that columns may use
    open: dict[str, tuple[str, Store]] = field(default_factory=dict)
    columns: dict[str, tuple[str, Columns]] = field(default_factory=dict)

    def at(self, slot: str, path: str) -> Store:
        """Give the store of that folder, opening it when the slot holds another."""
        held = self.open.get(slot)
        if held is None or held[0] != path:
            self.open.pop(slot, None)
            held = (path, Store() if path == NOTHING else opened(path))
            self.open[slot] = held
        return held[1]

    def columns_at(self, slot: str, path: str) -> Columns | None:
        """Give the columns of that very store; None where none were made of it."""
        held = self.columns.get(slot)
        if held is None or held[0] != path:
            self.columns.pop(slot, None)
            place = path_in(Path(path).parent, MADE_BY)
            if not MADE_BY or path == NOTHING or not place.exists():
                return None
            try:
                held = (path, Columns(place, self.memory))
            except OSError:
                return None
            self.columns[slot] = held
        return held[1]


Found = Result | Iterator[Triple]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found, what worked it out, and how many rows or triples are still to be passed over."""

    found: Found
    engine: str
    skip: int


def asked(job: Job, stores: Stores) -> Asked:
    """Ask the store, by a plan where there is one, and say what worked it out.

    A fault is told of the text as it was sent.
    """
    if job.written:
        return Asked(parse_query_results(job.text, QueryResultsFormat.TSV), STORE, job.skip)
    store, used = stores.at(job.slot, job.store), list[str]()
    plain = job.graphs == ANY and job.base is None and exact_for(store, job.text) is None
    if plain:
        statements = copied(job.text, store) or streamed(job.text, store)
        if statements is not None:
            return Asked(statements, STORE, job.skip)
    if plain and is_heavy(job.text):
        columns = partial(stores.columns_at, job.slot, job.store)
        text = planned(job.text, store, columns, partial(used.append, COLUMNS))
        if text != job.text:
            with suppress(SyntaxError):
                return in_order(job, text, store, (used or [STORE])[0])
    if plain and (rows := ordered(job.text, store, job.skip, job.rows)) is not None:
        return Asked(rows, STORE, 0)
    right = merged(job.text, store, job.graphs) or store
    return Asked(ask(right, job.text, graphs=job.graphs, base=job.base), STORE, job.skip)


def in_order(job: Job, text: str, store: Store, engine: str) -> Asked:
    """Ask a text that was planned, and sort its rows here where that is sooner."""
    rows = ordered(text, store, job.skip, job.rows)
    return Asked(ask(store, text), engine, job.skip) if rows is None else Asked(rows, engine, 0)


def is_heavy(text: str) -> bool:
    """Say whether a text holds a word without which there is no plan for it."""
    upper = text.upper()
    return any(word in upper for word in HEAVY)


def answer(job: Job, stores: Stores, pipe: socket.socket) -> None:
    """Run one job and write its whole answer."""
    outlet = Outlet(pipe, job.patience)
    here = asked(job if job.written else replace(job, text=met(job.text, job.base)), stores)
    kind = kind_of(here.found)
    chosen = job.formats.get(kind)
    if chosen is None:
        outlet.put(record_frame(ERROR, {"kind": "format", "says": kind}))
        outlet.finish()
        return
    outlet.put(record_frame(HEAD, Head(kind, chosen, here.engine)))
    outcome = _write(here.found, chosen, replace(job, skip=here.skip), outlet)
    outlet.put(record_frame(END, outcome))
    outlet.finish()


def kind_of(result: Found) -> Kind:
    """Say what an answer is of: rows, a truth, or triples, the engine's or read off the index."""
    return KINDS.get(type(result), Kind.TRIPLES)


def _write(result: Found, format_name: str, job: Job, outlet: Outlet) -> Outcome:
    if isinstance(result, QuerySolutions | Solutions):
        _passed_over(result, job.skip)
        variables = [each.value for each in result.variables]
        if format_name in tables.WRITERS:
            return _write_table(variables, result, format_name, job, outlet)
        if format_name == TURTLE.name:
            return _write_pieces(partial(otherwise.result_set, variables), result, job, outlet)
        return _write_rows(result, format_name, job, outlet)
    if isinstance(result, QueryBoolean):
        return _write_truth(result, format_name, outlet)
    return _write_triples(result, format_name, job, outlet)


def _passed_over(found: Iterable[object], count: int) -> None:
    """Pass over the first rows or triples: they stand on earlier pages."""
    for _ in islice(iter(found), count):
        pass


def _results_format(name: str) -> QueryResultsFormat:
    engine = BY_NAME[name].engine
    assert isinstance(engine, QueryResultsFormat)
    return engine


def _write_rows(
    rows: QuerySolutions | Solutions, format_name: str, job: Job, outlet: Outlet
) -> Outcome:
    outlet.cutter = cutter = cutter_for(format_name, job.rows, job.size)
    try:
        rows.serialize(outlet.file, format=_results_format(format_name))
    except Full:
        return Outcome(cutter.rows, cutter.full)
    rest, outlet.cutter = cutter.rest(), None
    outlet.write(rest)
    return Outcome(cutter.rows)


def _write_truth(truth: QueryBoolean, format_name: str, outlet: Outlet) -> Outcome:
    if format_name in tables.WRITERS:
        row = (Literal(bool(truth)),)
        outlet.write(tables.WRITERS[format_name]([otherwise.TRUTH], [row], tables.Ended(1)))
    elif format_name == TURTLE.name:
        outlet.write(otherwise.truth(bool(truth)).encode())
    else:
        truth.serialize(outlet.file, format=_results_format(format_name))
    return Outcome(1)


def _write_pieces(
    written: Callable[[Iterable[otherwise.Row]], Iterator[str]],
    rows: Iterable[Iterable[Term | None]],
    job: Job,
    outlet: Outlet,
) -> Outcome:
    """Write rows one by one, in a form that the engine does not write."""
    taken = Taken(rows, job, outlet)
    for piece in written(map(tuple, taken)):
        outlet.write(piece.encode())
    return Outcome(taken.count, taken.cut)


def _write_table(
    variables: Sequence[str],
    rows: Iterable[Iterable[Term | None]],
    format_name: str,
    job: Job,
    outlet: Outlet,
) -> Outcome:
    ended = tables.Ended()
    outlet.write(tables.WRITERS[format_name](variables, _limited(rows, job, ended), ended))
    return Outcome(ended.rows, ended.cut)


def _limited(
    rows: Iterable[Iterable[Term | None]], job: Job, ended: tables.Ended
) -> Iterator[Sequence[Term | None]]:
    """Pass rows until a limit is reached and another one follows."""
    most = min(job.rows, tables.HIGHEST)
    for row in rows:
        if ended.rows == most or ended.size > job.size:
            ended.cut = "rows" if ended.rows == most else "size"
            return
        ended.rows += 1
        terms = tuple(row)
        ended.size += sum(len(value_of(each)) for each in terms if each is not None)
        yield terms


def _write_triples(
    triples: Iterable[Triple], format_name: str, job: Job, outlet: Outlet
) -> Outcome:
    engine = BY_NAME[format_name].engine
    _passed_over(triples, job.skip)
    if format_name in tables.WRITERS:
        return _write_table(otherwise.PLACES, triples, format_name, job, outlet)
    if not isinstance(engine, RdfFormat):
        return _write_pieces(otherwise.LINES[format_name], triples, job, outlet)
    taken = Taken(triples, job, outlet)
    serialize(taken, outlet.file, format=engine)
    return Outcome(taken.count, taken.cut)


Item = TypeVar("Item")


@dataclass(slots=True)
class Taken(Generic[Item]):
    """Triples or rows on their way to who writes them, ended at the job's limits."""

    items: Iterable[Item]
    job: Job
    outlet: Outlet
    count: int = 0
    cut: str = ""

    def __iter__(self) -> Iterator[Item]:
        """Pass them until a limit is reached and another one follows."""
        for item in self.items:
            if self.count == self.job.rows:
                self.cut = "rows"
                return
            if self.outlet.size > self.job.size:
                self.cut = "size"
                return
            self.count += 1
            yield item


def _fault(error: Exception) -> dict[str, str]:
    """Say what went wrong in a form that can travel."""
    kinds = {SyntaxError: "syntax", MemoryError: "memory", TooWide: "size", tables.TooWide: "size"}
    kind = next((kinds[each] for each in type(error).__mro__ if each in kinds), "engine")
    return {"kind": kind, "says": str(error)}


def _work(pipe: socket.socket, stores: Stores, job: Job) -> None:
    """Answer one job under its clock: the kernel ends the process when it has run out."""
    signal.setitimer(signal.ITIMER_REAL, job.seconds)
    try:
        answer(job, stores, pipe)
    except (SyntaxError, ValueError, OSError, MemoryError) as error:
        pipe.sendall(record_frame(ERROR, _fault(error)))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def live(pipe: socket.socket, *, parent: int, memory: int) -> None:
    """Be a child until the pool closes the pipe."""
    confine(memory=memory, parent=parent)
    os.nice(NICE)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    frames, stores = Frames(pipe), Stores(memory // 4)
    while True:
        try:
            letter, payload = frames.next()
        except (EOFError, ConnectionError):
            os._exit(0)
        if letter == JOB:
            _work(pipe, stores, job_of(payload))
        elif letter == OPEN:
            _open(stores, payload.decode())


def _open(stores: Stores, line: str) -> None:
    """Open a store ahead of the job that will need it; if it cannot be, that job will say so."""
    slot, _, path = line.partition(" ")
    try:
        stores.at(slot, path)
    except OSError:
        stores.open.pop(slot, None)

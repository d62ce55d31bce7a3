"""A stranger's question and its answer: from memory, whole, or streamed; never cut silently.

A look-up is answered here (`lookups`), everything else in a child. A small answer is read whole
before its first byte goes out, so its headers tell exactly what it is, and it is kept for the next
who asks the same of the same snapshot. A long one streams. Where it was cut, the answer itself says
so: JSON in `head.link` (small) and a member `truncated`, XML and the RDF syntaxes in a comment,
workbooks on a sheet and Parquet in its metadata. CSV, TSV and JSON-LD have no place for that, so
long ones pass through a file first, and their header and the name they are saved under say it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import IO

from pyoxigraph import Store

from ontology.clearance import Clearance
from ontology.errors import GovgraphError, QueryStopped, Unavailable
from sparql import lookups, paging
from sparql.cards.file import Cards, Drawer
from sparql.formats import BY_NAME, JSON, KIND_OF_FORM, SOLUTIONS, TABLES, TSV, Format, Kind
from sparql.leaving import Left
from sparql.lookups import Lookup, NotSmall
from sparql.metering import Caller, Meter, caller
from sparql.query import ANY, Graphs, View
from sparql.remembering import Key, Memory
from sparql.shapes import Shaped, shaped
from sparql.solving import solved
from sparql.workers.pool import Pool, Running
from sparql.workers.wire import STORE, Job, Outcome

PIECE = 256 * 1024
SHOWN = 300  # rows of an answer whose datasets are noted
TIMED = 16  # one of so many look-ups is timed, and the others are charged as much


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the text, the form for each kind of answer, the dataset, and how long."""

    text: str
    formats: Mapping[Kind, Format]
    graphs: Graphs = ANY
    seconds: float | None = None  # lower than the limit, or None
    rows: int | None = None  # lower than the limit, or None
    skip: int = 0  # rows or triples that stand on earlier pages
    repeatable: bool = True
    whole: bool = False  # read to its end before its first byte goes out, however long it is
    page: bool = False  # whether it is a page, of which others will be asked for
    lookup: Lookup | None = None  # the text as a look-up, where it was read as one
    services: bool = False  # whether other endpoints are to be asked first (SERVICE)
    own_dataset: bool = False  # whether the text names its dataset itself (FROM)
    written: bool = False  # whether the text is no query but rows that were found, as TSV


@dataclass(slots=True)
class Answer:
    """An answer: what it is, its bytes, and (None while it streams) how it ended.

    Close it: an answer left in the middle ends the child that is writing it.
    """

    kind: Kind
    format: Format
    body: Iterator[bytes] | tuple[bytes, ...]
    outcome: Outcome | None = None
    length: int | None = None
    remembered: bool = False
    running: Running | None = None
    engine: str = STORE  # what worked it out

    def close(self) -> None:
        """End what is still under way."""
        if self.running is not None:
            self.running.close()


@dataclass(slots=True)
class Ended:
    """A query that has ended: who asked ("" for a stranger), how it ended and after how long."""

    who: str
    clearance: Clearance
    text: str
    how: str
    seconds: float
    rows: int
    named: tuple[str, ...] | None = None  # the IRIs that it names, where that is known already
    shown: bytes = b""  # a short answer: what it gives is read off it, later and by who notes it


@dataclass(slots=True)
class Asking:
    """A query under way: who asks, and since when."""

    who: str
    clearance: Clearance
    text: str
    began: float

    def ended(self, how: str, rows: int = 0, shown: bytes = b"") -> Ended:
        """Say how it ended, now."""
        spent = time.monotonic() - self.began
        return Ended(self.who, self.clearance, self.text, how, spent, rows, shown=shown)

    def answered(self, outcome: Outcome | None, shown: bytes = b"") -> Ended:
        """Say how its answer ended; a caller who went away in the middle left it."""
        return self.ended(how_ended(outcome), outcome.rows if outcome else 0, shown)


def shown_in(answer: Answer, question: Question) -> bytes:
    """Give a short answer as it is sent; nothing of a long one, of a file, and of a look-up, which has to be quick."""
    body = answer.body
    short = isinstance(body, tuple) and answer.outcome is not None and answer.outcome.rows <= SHOWN
    if not short or question.lookup is not None or answer.format in TABLES:
        return b""
    return b"".join(body)


def how_refused(error: GovgraphError) -> str:
    """Name the end of a query that has no answer."""
    kinds = {Left: "left", QueryStopped: "stopped", Unavailable: "busy"}
    return next((how for kind, how in kinds.items() if isinstance(error, kind)), "refused")


def how_ended(outcome: Outcome | None) -> str:
    """Name the end of an answer."""
    return "left" if outcome is None else "cut" if outcome.cut else "done"


@dataclass(slots=True)
class Stopwatch:
    """Tells the processor time of this thread; of what comes often and costs little, one of `every`.

    Asking the kernel for it costs a busy machine a turn, twice for each answer. What is not timed
    is told to have taken what the last that was timed took.
    """

    every: int = 1
    turn: int = 0
    told: float = 0.0

    def begun(self) -> float | None:
        """Begin; None for what is not timed."""
        self.turn += 1
        return time.thread_time() if self.turn % self.every == 1 % self.every else None

    def since(self, began: float | None) -> float:
        """Give the seconds."""
        if began is not None:
            self.told = time.thread_time() - began
        return self.told


class Answers:
    """Answers strangers' questions through a pool of children."""

    def __init__(
        self,
        pool: Pool,
        *,
        limits_page: str,
        meter: Meter | None = None,
        ended: Callable[[Ended], None] = lambda _: None,
    ) -> None:
        """Hold the pool; `limits_page` is the IRI that an answer which was cut points at.

        `meter` counts what each caller spends; without one nobody is held back. `ended` is told of
        every query that was put, when it has ended.
        """
        self._ended = ended
        self.pool = pool
        self.meter = meter or Meter()
        self.limits = pool.settings.limits
        self.limits_page = limits_page
        self._memory = Memory[Answer](self.limits.kept, self.limits.remembered)
        self._blocks = Memory[paging.Block](paging.KEPT, paging.MOST)
        self._usual = Stopwatch(every=TIMED)
        self._cards = Drawer()

    def answer(self, view: View, question: Question) -> Answer:
        """Answer a question; raises QueryRefused, QueryStopped or Busy.

        Raises Exhausted for a caller who has spent the share that one may spend.
        """
        who, took = caller(), self._usual if question.lookup else Stopwatch()
        asking = Asking(who.name, view.clearance, question.text, time.monotonic())
        began = took.begun()
        try:
            self.meter.admit(who)
            answer = self._answer(view, question)
        except GovgraphError as error:
            self._ended(asking.ended(how_refused(error)))
            raise
        finally:
            self.meter.spend(who, took.since(began))
        if answer.outcome is None and answer.running is not None:
            answer.running.then(lambda found: self._ended(asking.answered(found)))
        else:
            self._ended(asking.answered(answer.outcome, shown_in(answer, question)))
        return answer

    @contextmanager
    def prepared(self, view: View, question: Question) -> Iterator[None]:
        """Have it noted when a question ends in the block, before it was put to a view."""
        asking = Asking(caller().name, view.clearance, question.text, time.monotonic())
        try:
            yield
        except GovgraphError as error:
            self._ended(asking.ended(how_refused(error)))
            raise

    def at_once(self, view: View, asked: Shaped, who: Caller) -> tuple[bytes, int] | None:
        """Answer a text that can be solved here in JSON, with its rows; None where a child has to.

        It waits for nobody. Raises Exhausted for a caller who has spent the share.
        """
        began, at = self._usual.begun(), time.monotonic()
        self.meter.admit(who)
        try:
            most = min(self.limits.rows, lookups.ROWS)
            found = solved(view.store, asked, most, self._cards.of(view.path))
        except NotSmall:
            return None
        self.meter.spend(who, self._usual.since(began))
        spent = time.monotonic() - at
        self._ended(
            Ended(who.name, view.clearance, asked.text, "done", spent, found[1], asked.named())
        )
        return found

    def _answer(self, view: View, question: Question) -> Answer:
        key = self._key(view, question)
        found = self._memory.get(key) if question.repeatable else None
        return (
            found
            or self._looked_up(view, question)
            or self._from_block(view, question, key)
            or self._asked(view, question, key)
        )

    def _from_block(self, view: View, question: Question, key: Key) -> Answer | None:
        """Give a page of rows that are kept, or are found for it and the pages beside it."""
        if not (question.page and question.repeatable and Kind.ROWS in question.formats):
            return None
        if question.services or not paging.is_far(question.text, question.skip):
            return None
        block = self._block(view, question)
        text = block.page(question.skip, self._rows(question))
        if text is None:
            return None
        answer = self._asked(view, replace(question, text=text, skip=0, written=True), key)
        return replace(answer, engine=block.engine)

    def _block(self, view: View, question: Question) -> paging.Block:
        """Give the block that a page stands in; it is found where it is not kept."""
        span = paging.span_of(question.text, question.skip, self._rows(question))
        key = (str(view.path), view.clearance, question.text, question.graphs, span)
        block = self._blocks.get(key)
        if block is None:
            block = self._found(view, question, span)
            self._blocks.put(key, block, block.size + len(question.text))
        return block

    def _found(self, view: View, question: Question, span: paging.Span) -> paging.Block:
        wanted = replace(question, formats={Kind.ROWS: TSV}, skip=span.first)
        rows = span.rows + span.over
        job = replace(self._job(view, wanted), rows=rows, size=paging.LARGEST)
        running = self.pool.ask(job)
        running.charge = partial(self.meter.spend, caller())
        try:
            head = running.head()
            text = b"".join(running.chunks())
        finally:
            running.close()
        outcome = running.outcome
        whole = outcome is not None and outcome.cut in {"", "rows"}
        return paging.block_of(span.first, text, head.engine, whole=whole)

    def _looked_up(self, view: View, question: Question) -> Answer | None:
        """Answer a look-up at once; None for what is not surely one, or is too long for one."""
        if (lookup := question.lookup) is None or question.graphs != ANY or question.skip:
            return None
        kind = KIND_OF_FORM[lookup.form]
        if (chosen := question.formats.get(kind)) is None or chosen not in SOLUTIONS:
            return None
        try:
            text, rows = looked_up(
                view.store, lookup, chosen, self._rows(question), self._cards.of(view.path)
            )
        except NotSmall:
            return None
        return Answer(kind, chosen, (text,), Outcome(rows), len(text))

    def _rows(self, question: Question) -> int:
        """Give the rows that an answer may have."""
        return min(question.rows or self.limits.rows, self.limits.rows)

    def _asked(self, view: View, question: Question, key: Key) -> Answer:
        """Ask a child, and keep what it answers."""
        running = self.pool.ask(self._job(view, question))
        running.charge = partial(self.meter.spend, caller())
        try:
            answer = self._begun(running, whole=question.whole)
        except BaseException:
            running.close()
            raise
        if question.repeatable and answer.length is not None and answer.running is None:
            size = answer.length + len(question.text)
            self._memory.put(key, replace(answer, remembered=True), size)
        return answer

    def _key(self, view: View, question: Question) -> Key:
        formats = tuple([each.name for each in question.formats.values()])  # in one order always
        dataset = (question.graphs, question.rows, question.skip)
        return (str(view.path), view.clearance, question.text, formats, dataset)

    def _job(self, view: View, question: Question) -> Job:
        limits = self.limits
        return Job(
            store=str(view.path / "store"),
            slot=view.clearance,
            text=question.text,
            formats={kind: each.name for kind, each in question.formats.items()},
            graphs=question.graphs,
            seconds=min(question.seconds or limits.seconds, limits.seconds),
            patience=limits.seconds,
            rows=self._rows(question),
            size=limits.size,
            skip=question.skip,
            written=question.written,
        )

    def _begun(self, running: Running, *, whole: bool) -> Answer:
        """Read an answer until it ends or is no longer small."""
        head = running.head()
        answer = Answer(
            Kind(head.kind), BY_NAME[head.format], (), running=running, engine=head.engine
        )
        chunks, read, size = running.chunks(), list[bytes](), 0
        for chunk in chunks:
            read.append(chunk)
            size += len(chunk)
            if size > self.limits.small:
                running.move_aside()
                return self._long(answer, read, chunks, whole=whole)
        return self._whole(answer, b"".join(read))

    def _whole(self, answer: Answer, text: bytes) -> Answer:
        outcome = answer.running.outcome if answer.running else None
        assert outcome is not None
        if outcome.cut:
            text = self._linked(answer.format, text) if answer.format is JSON else text
            text = text[: len(text) - held_back(answer.format)] + mark(answer.format, outcome)
        return replace(answer, body=(text,), outcome=outcome, length=len(text), running=None)

    def _linked(self, chosen: Format, text: bytes) -> bytes:
        """Put the page about limits into `head.link` (SPARQL 1.1 JSON results, 3.1.2)."""
        assert chosen is JSON
        return text.replace(b'{"head":{', b'{"head":{"link":["%s"],' % self.limits_page.encode(), 1)

    def _long(
        self, answer: Answer, read: list[bytes], rest: Iterator[bytes], *, whole: bool
    ) -> Answer:
        assert answer.running is not None
        stream = streamed(answer.running, answer.format, read, rest)
        if not whole and (answer.format is JSON or answer.format.remark):
            answer.running.unseen = False
            return replace(answer, body=stream)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `emptied`
        try:
            file.writelines(stream)
        except BaseException:
            file.close()
            raise
        return replace(
            answer,
            outcome=answer.running.outcome,
            length=file.tell(),
            body=emptied(file),
            running=None,
        )


def looked_up(
    store: Store, lookup: Lookup, chosen: Format, rows: int, cards: Cards | None
) -> tuple[bytes, int]:
    """Answer a look-up with its bytes and the number of its rows; raises NotSmall."""
    if chosen is JSON and (asked := shaped(lookup.text)) is not None:
        with suppress(NotSmall):
            return solved(store, asked, min(rows, lookups.ROWS), cards)
    return lookups.answered(store, lookup, chosen, rows)


def streamed(
    running: Running, chosen: Format, read: list[bytes], rest: Iterator[bytes]
) -> Iterator[bytes]:
    """Pass an answer on as it comes, with the mark where it was cut."""
    back, held = held_back(chosen), b""
    try:
        for chunk in chain(read, rest):
            whole = held + chunk
            held = whole[len(whole) - back :]
            yield whole[: len(whole) - back]
        outcome = running.outcome
        yield mark(chosen, outcome) if outcome and outcome.cut else held
    finally:
        running.close()


def emptied(file: IO[bytes]) -> Iterator[bytes]:
    """Give a file's bytes from the beginning, and close it."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def held_back(chosen: Format) -> int:
    """Say how many last bytes a mark takes the place of: JSON's closing brace."""
    return 1 if chosen is JSON else 0


def mark(chosen: Format, outcome: Outcome) -> bytes:
    """Write what says, within the answer, that it was cut; nothing where the format has no way."""
    if chosen is JSON:
        return b',"truncated":{"rows":%d,"limit":"%s"}}' % (outcome.rows, outcome.cut.encode())
    if chosen.remark is None:
        return b""
    begin, end = chosen.remark
    return begin + b"truncated: rows=%d limit=%s" % (outcome.rows, outcome.cut.encode()) + end


def saved_as(answer: Answer) -> str:
    """Name the file that an answer is saved as, where the house and not the browser should.

    A cut answer whose format has no place to say so says it in its name.
    """
    form, outcome = answer.format, answer.outcome
    cut = outcome is not None and outcome.cut and form is not JSON and not form.remark
    if outcome is not None and cut:
        return f"govgraph-first-{outcome.rows}.{form.name}"
    return f"govgraph.{form.name}" if form in TABLES else ""

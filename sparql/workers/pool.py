"""The pool: hands a child to each query, moves long ones aside, kills, and replaces the dead.

One pool serves all threads of a web process. `ask` gives a `Running`, which must be closed: closing
one that has not ended kills its child.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph.home import Settings
from graph.views.snapshots import Snapshots
from ontology.clearance import Clearance
from ontology.errors import QueryStopped, Unavailable
from sparql.leaving import LOOK, Left, Listener, left, listener
from sparql.workers.faults import fault, not_read, out_of_time, why_it_died
from sparql.workers.lanes import Busy, Lane, Places
from sparql.workers.nursery import CONTINUE, ENDED, FORK, KILL, MESSAGE, STOP
from sparql.workers.wire import (
    DATA,
    END,
    ERROR,
    HEAD,
    JOB,
    OPEN,
    Frames,
    Head,
    Job,
    Outcome,
    frame,
    record_frame,
)

ROOT = Path(__file__).parents[2]
START = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from sparql.workers.nursery import main; main({control}, {memory})"
)
# glibc reserves 128 MB of addresses for the first allocation of each thread, and the store has
# many: under a limit on addresses that ended one child in a hundred while it opened a store.
ARENAS = "2"
LATE = 0.2  # seconds past its limit after which the pool kills what the kernel's clock did not
PATIENCE = 8  # brief spells after which a query is long although it has hardly run
NICE = 10  # long queries give way to look-ups, and all queries to pages (`child.NICE`)
SHARP = 4  # while others wait for a quick place, a query is long after this part of a brief spell
WRITING = 3.0  # seconds of processor time that an answer may be written in before it gives way


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How long an answer may take and be. All are announced, none is silent."""

    seconds: float = 30.0
    rows: int = 100_000
    size: int = 256 * 1024 * 1024  # bytes
    small: int = 256 * 1024  # bytes up to which an answer is read whole, and kept
    kept: int = 256  # answers kept
    remembered: int = 32 * 1024 * 1024  # bytes of all that are kept


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """What the children of one web process may use. Sizes in bytes, times in seconds."""

    memory: int = 2 * 1024**3
    places: Places = field(default_factory=Places)
    limits: AnswerLimits = field(default_factory=AnswerLimits)


def settings_of(chosen: Settings) -> PoolSettings:
    """Read the pool's part of an instance's settings.

    Long queries, running or stopped, never hold more than half of a web process's threads.
    """
    places = Places(
        quick=chosen.query_workers,
        long=max(chosen.web_threads // 4, 1),
        stopped=chosen.web_threads // 4,
        queue=chosen.web_threads,
    )
    limits = AnswerLimits(
        seconds=chosen.query_seconds, rows=chosen.query_rows, size=chosen.query_bytes
    )
    return PoolSettings(chosen.query_memory, places, limits)


def create_pool(snapshots: Snapshots, chosen: Settings) -> Pool:
    """Make the pool of one web process; its children start with the first query, or `warm`."""
    pool = Pool(settings_of(chosen))
    with contextlib.suppress(Unavailable):
        view = snapshots.view(Clearance.OPEN)
        pool.moved(view.clearance, str(view.path / "store"))
    return pool


@dataclass(eq=False, slots=True)
class Worker:
    """One child, as the pool holds it."""

    pid: int
    pipe: socket.socket
    frames: Frames

    def gone(self) -> bool:
        """Say whether the child has ended, or says what nobody asked: it is not to be used."""
        said = select.poll()  # not select(), which knows no file numbered above 1,023
        said.register(self.pipe, select.POLLIN)
        return bool(said.poll(0))

    def spent(self) -> float:
        """Give the seconds of processor time that the child has used; endless where unknown."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # CPUCLOCK_SCHED, linux/posix-timers.h
        except OSError:
            return float("inf")


class Nursery:
    """The forking process as the pool holds it; it is started anew when it has died."""

    def __init__(self, memory: int) -> None:
        """Remember what its children may use; it starts with the first child."""
        self.memory = memory
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def fork(self) -> Worker:
        """Make a child."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            try:
                pid = self._forked(theirs)
            except (OSError, EOFError):
                self._stop()
                pid = self._forked(theirs)
        return Worker(pid, ours, Frames(ours))

    def _forked(self, pipe: socket.socket) -> int:
        control = self._control or self._start()
        socket.send_fds(control, [MESSAGE.pack(FORK, 0)], [pipe.fileno()])
        return self._told(control)

    @staticmethod
    def _told(control: socket.socket) -> int:
        answer = control.recv(MESSAGE.size, socket.MSG_WAITALL)
        if len(answer) < MESSAGE.size:
            raise EOFError
        number: int = MESSAGE.unpack(answer)[1]
        return number

    def signal(self, letter: bytes, worker: Worker) -> None:
        """Kill, stop or continue a child."""
        with self._lock:
            if self._control is not None:
                try:
                    self._control.sendall(MESSAGE.pack(letter, worker.pid))
                except OSError:
                    self._stop()

    def ended(self, worker: Worker) -> int:
        """Give the signal that ended a child whose pipe has closed; 0 when it is not known."""
        with self._lock:
            if self._control is None:
                return 0
            try:
                self._control.sendall(MESSAGE.pack(ENDED, worker.pid))
                return self._told(self._control)
            except (OSError, EOFError):
                self._stop()
                return 0

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            text = START.format(root=str(ROOT), control=theirs.fileno(), memory=self.memory)
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
                [sys.executable, "-c", text],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={
                    **os.environ,
                    "MALLOC_ARENA_MAX": ARENAS,
                    "ARROW_DEFAULT_MEMORY_POOL": "system",
                },
            )
        self._control = ours
        return ours

    def _stop(self) -> None:
        """Close the control pipe; the nursery ends at that, and its children with it."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the nursery and every child."""
        with self._lock:
            self._stop()


class Pool:
    """Children of one web process, for all its threads."""

    def __init__(self, settings: PoolSettings) -> None:
        """Hold the settings; the first child starts with the first query or `warm`."""
        self.settings = settings
        self.nursery = Nursery(settings.memory)
        places = settings.places
        self.quick = Lane(places.quick, places.queue)
        self.long = Lane(places.long, places.stopped)
        self._idle: list[Worker] = []
        self._stores: dict[str, str] = {}
        self._lock = threading.Lock()
        self._closed = False

    def warm(self) -> None:
        """Have a child ready for every quick place."""
        while self._short():
            self._rest(self._fork())

    def ask(self, job: Job) -> Running:
        """Begin a query; raises Busy when too many run. The caller closes what it is given."""
        self.moved(job.slot, job.store)
        ear = listener()
        self.quick.enter(self.settings.places.wait, ear.gone)
        try:
            worker = self._take()
            worker.pipe.sendall(record_frame(JOB, job))
        except BaseException:
            self.quick.leave()
            raise
        return Running(self, worker, job, ear)

    def moved(self, slot: str, path: str) -> None:
        """Have idle children open a newer store before a query needs it."""
        if self._stores.get(slot) == path:
            return
        with self._lock:
            self._stores[slot] = path
            for worker in self._idle:
                self._have_open(worker, slot, path)

    @staticmethod
    def _have_open(worker: Worker, slot: str, path: str) -> None:
        try:
            worker.pipe.sendall(frame(OPEN, f"{slot} {path}".encode()))
        except OSError:
            return  # it has died; `_take` will see that

    def _take(self) -> Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return self._fork()
            if not worker.gone():
                return worker
            worker.pipe.close()

    def _fork(self) -> Worker:
        worker = self.nursery.fork()
        for slot, path in list(self._stores.items()):
            self._have_open(worker, slot, path)
        return worker

    def give_back(self, worker: Worker, lane: Lane, *, sound: bool) -> None:
        """Take a child back: one of the quick lane rests, others end and are replaced."""
        if sound and lane is self.quick and not self._closed:
            self._rest(worker)
        else:
            self.kill(worker)
        lane.leave()
        if not self._closed and self._short():
            self._rest(self._fork())

    def _short(self) -> bool:
        """Say whether a quick place would find no child waiting for it."""
        with self._lock:
            return len(self._idle) + self.quick.taken < self.quick.places

    def _rest(self, worker: Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def kill(self, worker: Worker) -> None:
        """End a child at once."""
        self.nursery.signal(KILL, worker)
        worker.pipe.close()

    def aside(self, worker: Worker, gone: Callable[[], bool]) -> None:
        """Move a running child to the long lane; raises Busy when there is no place for it.

        Raises Left when who asked has gone while it was stopped.
        """
        if not self.long.try_enter():
            self.nursery.signal(STOP, worker)
            self._replace()
            self.long.enter(self.settings.places.wait, gone)
            self.nursery.signal(CONTINUE, worker)
        else:
            self._replace()

    def _replace(self) -> None:
        """Free the quick place of a child that left it, and have another one ready."""
        self.quick.leave()
        if self._short():
            self._rest(self._fork())

    @staticmethod
    def give_way(worker: Worker) -> None:
        """Have a child run when nobody else wants to."""
        try:
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, worker.pid, own + NICE)
        except OSError:
            return  # it has just ended; reading from it will say so

    def close(self) -> None:
        """End every child."""
        self._closed = True
        self.nursery.close()
        with self._lock:
            while self._idle:
                self._idle.pop().pipe.close()


class Running:
    """A query under way: its head, then the chunks of its answer, then how it ended."""

    def __init__(self, pool: Pool, worker: Worker, job: Job, ear: Listener) -> None:
        """Begin the clocks; `ear` says whether who asked is still there."""
        self.outcome: Outcome | None = None
        self.unseen = True  # nothing of the answer has gone out yet
        self.charge: Callable[[float], None] = lambda _: None  # told the processor time, once
        self._then: Callable[[Outcome | None], None] = lambda _: None
        self._began = time.monotonic()
        self._pool = pool
        self._worker = worker
        self._job = job
        self._lane: Lane | None = pool.quick
        self._spent = worker.spent()
        self._left = job.seconds + LATE
        self._listener = ear
        self._looks = self._began + LOOK
        self._gives_way = False

    def head(self) -> Head:
        """Wait for the answer to begin; raises QueryRefused, QueryStopped or Busy."""
        letter, payload = self._next()
        assert letter == HEAD
        return Head(**json.loads(payload))

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes of the answer as they come; raises QueryStopped when they break off."""
        while True:
            letter, payload = self._next()
            if letter == DATA:
                yield payload
            elif letter == END:
                self.outcome = Outcome(**json.loads(payload))
                self._end(sound=True)
                return

    def _next(self) -> tuple[bytes, bytes]:
        """Give the next frame, moving aside when it is long in coming."""
        try:
            letter, payload = self._awaited()
        except (EOFError, ConnectionError):
            raise self._died() from None
        except TimeoutError:
            self._end(sound=False)
            raise out_of_time(self._job.seconds) from None
        if letter == ERROR:
            self._end(sound=True)
            raise fault(json.loads(payload))
        return letter, payload

    def _awaited(self) -> tuple[bytes, bytes]:
        """Wait for a frame: briefly in the quick lane, then in the long one."""
        asked = time.monotonic()
        try:
            while self._lane is self._pool.quick:
                try:
                    return self._within(min(LOOK, self._left))
                except TimeoutError:
                    if self._is_long(time.monotonic() - asked):
                        self.move_aside()
                        self._give_way(0.0)
            return self._within(max(self._left - (time.monotonic() - asked), LATE))
        finally:
            self._left -= time.monotonic() - asked

    def _within(self, seconds: float) -> tuple[bytes, bytes]:
        """Wait so long for a frame; raises Left as soon as nobody waits for it any more."""
        end = time.monotonic() + seconds
        while True:
            self._give_way(WRITING)
            self._worker.pipe.settimeout(max(min(LOOK, end - time.monotonic()), 0.001))
            try:
                found = self._worker.frames.next()
            except TimeoutError:
                self._hear()
                if time.monotonic() >= end:
                    raise
            else:
                if self.unseen and time.monotonic() >= self._looks:
                    self._hear()
                return found

    def _hear(self) -> None:
        """Raise Left where who asked has gone."""
        self._looks = time.monotonic() + LOOK
        if self._listener.gone():
            self._end(sound=False)
            raise left()

    def _is_long(self, waited: float) -> bool:
        """Say whether a query is long, or only kept waiting by a machine that is busy.

        It is so sooner while others wait for the place that it holds.
        """
        brief = self._pool.settings.places.brief
        if waited > brief * PATIENCE:
            return True
        allowed = brief / SHARP if self._pool.quick.waiting else brief / 2
        awaited = LOOK if self._pool.quick.waiting else brief
        return waited >= awaited and self._worker.spent() - self._spent > allowed

    def _give_way(self, allowed: float) -> None:
        """Have the child give way, once, when it is in the long lane and has used what is allowed.

        One that has been silent gives way at once; one that is writing a long answer has its share,
        or on a busy machine the answer would take ten times as long as its work.
        """
        if self._lane is not self._pool.quick and not self._gives_way:
            self._gives_way = self._worker.spent() - self._spent >= allowed
            if self._gives_way:
                self._pool.give_way(self._worker)

    def move_aside(self) -> None:
        """Leave the quick lane, as a query that takes long or whose answer is long."""
        if self._lane is not self._pool.quick:
            return
        try:
            self._lane = None
            self._pool.aside(self._worker, self._listener.gone)
            self._lane = self._pool.long
        except (Busy, Left):
            self._charge()
            self._pool.kill(self._worker)
            raise

    def _died(self) -> QueryStopped:
        """Say why the child ended."""
        spent = self._job.seconds + LATE - self._left
        how = self._pool.nursery.ended(self._worker)
        self._end(sound=False)
        if how == signal.SIGALRM:
            return out_of_time(self._job.seconds) if spent > self._job.seconds / 2 else not_read()
        return why_it_died(how)

    def _end(self, *, sound: bool) -> None:
        lane, self._lane = self._lane, None
        self._listener.close()
        self._charge()
        if lane is not None:
            self._pool.give_back(self._worker, lane, sound=sound)

    def then(self, told: Callable[[Outcome | None], None]) -> None:
        """Have someone told how it ended, when it has; None for one that was given up."""
        self._then = told

    def _charge(self) -> None:
        """Tell, once, how it ended and what the query has used; the time it took where its child has died."""
        charge, self.charge = self.charge, lambda _: None
        used = self._worker.spent() - self._spent
        charge(used if used < float("inf") else time.monotonic() - self._began)
        then, self._then = self._then, lambda _: None
        then(self.outcome)

    def close(self) -> None:
        """Give the child back; one that is still at work is killed."""
        self._end(sound=False)

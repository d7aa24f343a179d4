"""Work set apart: long computing in warm processes of their own, bounded in time and memory.

A page or a call that reads a file from outside, or makes one, would hold the interpreter's lock for
seconds while people type. `call` hands such work to one of a few processes that know nothing but
the words they are given: no database, no settings, no secrets. Whoever runs over the limits is
ended, and so is whoever works for a client that has gone away. Where no pool was started (commands,
most tests) the work runs where it stands.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import IO, Any, TypeVar, cast

from drafting import metrics
from drafting.errors import Busy, Refusal, Unreadable

T = TypeVar("T")

WORKERS = 2
"""Processes that work."""

SECONDS = 30.0
"""How long a piece of work may take, if nothing else is said."""

MAX_CALLS = 64
"""Most calls that run or wait for a worker; one more is refused at once."""

MAX_STRANGERS = 24
"""Most of them that `call_for_stranger` may make up; one of them runs at a time."""

WAIT_S = 60.0
"""How long a call may wait for a worker."""

MEMORY_BYTES = 1_500_000_000
"""Most address space of a worker."""

MAX_KEPT_KIB = 500_000
"""A worker that has once needed more memory than this is replaced by a fresh one."""

ORPHAN_S = 5.0
"""How long after its time limit a worker ends itself, should nobody be left to end it."""

MAX_FILES = 256
NICENESS = 10
"""Workers give way to the process that people type at."""

LOOK_S = 0.25
"""How often one who waits for a worker looks whether the client is still there."""

_CHUNK_BYTES = 1 << 18
_SIZE = struct.Struct(">Q")
_KEPT_SETTINGS = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_GONE = getattr(select, "POLLRDHUP", select.POLLHUP)
_PLAIN = {
    "builtins": frozenset({"set", "frozenset", "complex", "slice", "range", "bytearray"}),
    "collections": frozenset({"Counter", "OrderedDict", "deque"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "uuid": frozenset({"UUID", "SafeUUID"}),
}
_OURS = ("drafting.text.", "drafting.rules.", "drafting.formats.", "drafting.errors")
"""What an answer may hold, plain values and our own: a worker has read what strangers wrote."""

_log = logging.getLogger(__name__)


def call(work: Callable[..., T], *args: Any, seconds: float = SECONDS, **kwargs: Any) -> T:  # noqa: ANN401 - whatever the work takes
    """Gives what a function of a module makes of its arguments, made in a process of its own.

    Arguments and result are pickled; the result is made of our own classes and plain values.
    `seconds` count from when a worker has it. Refuses: what the work refuses; Unreadable when it
    takes too long or too much memory, or ends its process; Busy when too many wait, and when the
    client that asked has gone away, which ends the work.
    """
    if _pool is None:
        return work(*args, **kwargs)
    return cast("T", _pool.call((work, args, kwargs), seconds, stranger=False))


def call_for_stranger(
    work: Callable[..., T],
    *args: Any,  # noqa: ANN401 - whatever the work takes
    seconds: float = SECONDS,
    **kwargs: Any,  # noqa: ANN401 - likewise
) -> T:
    """As `call`, for somebody who is not signed in: one at a time, so that others find a worker."""
    if _pool is None:
        return work(*args, **kwargs)
    return cast("T", _pool.call((work, args, kwargs), seconds, stranger=True))


def start() -> None:
    """Lets work run apart from now on; the processes begin when they are first needed."""
    global _pool  # noqa: PLW0603 - the workers are one thing for the whole process
    if _pool is None:
        _pool = pool = _Pool(WORKERS)
        metrics.APART_CALLS.read = lambda: pool.calls


def break_off() -> None:
    """Ends the workers and whatever they are at; from now on calls are refused as Busy."""
    if _pool is not None:
        _pool.close()


def stop() -> None:
    """Ends the workers, and whatever they are at; from now on work runs where it stands."""
    global _pool  # noqa: PLW0603 - see `start`
    break_off()
    _pool = None
    metrics.APART_CALLS.read = None


@contextlib.contextmanager
def asked_by(client: int, turns: threading.Semaphore) -> Iterator[None]:
    """Says for whom this thread works: a connected socket, and a turn that is lent while it waits."""
    _asking.client, _asking.turns = client, turns
    try:
        yield
    finally:
        del _asking.client, _asking.turns


_asking = threading.local()


@contextlib.contextmanager
def _turn_lent() -> Iterator[None]:
    turns: threading.Semaphore | None = getattr(_asking, "turns", None)
    if turns is None:
        yield
        return
    turns.release()
    try:
        yield
    finally:
        turns.acquire()


# The pool ----------------------------------------------------------------------------------------


class _OverTime(Exception):
    """A worker that has not answered in time."""


class _ClientGone(Exception):
    """Nobody is there any more to whom the answer could be given."""


class _Ended(Exception):
    """A worker that has ended without an answer."""


class _Pool:
    """Workers, and the line before them."""

    def __init__(self, workers: int) -> None:
        # The one that was used last is taken first: it is the warmest.
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._free.put(None)
        self._calls = threading.BoundedSemaphore(MAX_CALLS)
        self._strangers = threading.BoundedSemaphore(MAX_STRANGERS)
        self._stranger = threading.BoundedSemaphore(1)
        self.calls = 0
        """How many calls run or wait."""
        self._lock = threading.Lock()
        self._working: set[_Worker] = set()
        self._closed = False

    def call(self, job: object, seconds: float, *, stranger: bool) -> object:
        """Has a job done. Refuses: as the module's `call` does."""
        # Pickled here, so that what cannot be is the caller's own error.
        content = pickle.dumps((seconds, job), pickle.HIGHEST_PROTOCOL)
        with contextlib.ExitStack() as held:
            _enter(held, self._calls)
            self.calls += 1
            held.callback(self._ended)
            if stranger:
                _enter(held, self._strangers)
            held.enter_context(_turn_lent())
            patience = time.monotonic() + WAIT_S
            try:
                if stranger:
                    self._waited(patience, lambda s: self._stranger.acquire(timeout=s))
                    held.callback(self._stranger.release)
                return self._done(self._taken(patience), content, seconds)
            except _ClientGone:
                metrics.APART_ENDED.add("client gone")
                raise Busy(detail="Whoever asked for this has gone; nothing was stored.") from None

    def _ended(self) -> None:
        self.calls -= 1

    def _taken(self, patience: float) -> _Worker:
        got: list[_Worker | None] = []

        def take(seconds: float) -> bool:
            try:
                got.append(self._free.get(timeout=seconds))
            except queue.Empty:
                return False
            return True

        self._waited(patience, take)
        worker = got[0]
        if worker is not None and worker.alive:
            return worker
        try:
            if worker is not None:
                worker.end()
            return _Worker()
        except BaseException:
            self._free.put(None)
            raise

    def _waited(self, until: float, take: Callable[[float], bool]) -> None:
        """Waits for one's turn. Raises _ClientGone; refuses: Busy when it takes too long."""
        while not take(LOOK_S):
            if _client_gone(getattr(_asking, "client", None)):
                raise _ClientGone
            self._refuse_when_closed()
            if time.monotonic() > until:
                metrics.APART_ENDED.add("no worker in time")
                raise Busy

    def _done(self, worker: _Worker, content: bytes, seconds: float) -> object:
        with self._lock:
            if not self._closed:
                self._working.add(worker)
        keeps = False
        try:
            self._refuse_when_closed()
            answer = worker.ask(content, seconds, getattr(_asking, "client", None))
            keeps = answer[0] != "memory" and answer[-1] <= MAX_KEPT_KIB
        except _OverTime:
            metrics.APART_ENDED.add("time")
            raise Unreadable(
                detail=f"This took longer than {seconds:g} seconds, so it was given up; "
                "nothing was stored. Check that it is the right file."
            ) from None
        except _Ended:
            self._refuse_when_closed()
            metrics.APART_ENDED.add("worker ended")
            raise Unreadable(
                detail="Something in this file broke off the work on it; nothing was stored. "
                "Please save it again, or copy its text into a new file."
            ) from None
        finally:
            with self._lock:
                self._working.discard(worker)
                keeps = keeps and not self._closed
                if not keeps:
                    worker.end()
                self._free.put(worker if keeps else None)
        return _told(answer)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise Busy(
                detail="The server is being restarted, so this was broken off and nothing was "
                "stored. Please try again in a moment."
            ) from None

    def close(self) -> None:
        """Ends all workers."""
        with self._lock:
            self._closed = True
            working = list(self._working)
        for worker in working:
            worker.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                idle = self._free.get_nowait()
                if idle is not None:
                    idle.end()


_pool: _Pool | None = None


def _enter(held: contextlib.ExitStack, room: threading.Semaphore) -> None:
    if not room.acquire(blocking=False):
        raise Busy
    held.callback(room.release)


def _client_gone(client: int | None) -> bool:
    if client is None:
        return False
    look = select.poll()
    look.register(client, _GONE)
    return bool(look.poll(0))


def _told(answer: tuple[Any, ...]) -> object:
    match answer:
        case ("done", result, _):
            return result
        case ("refused", kind, detail, _):
            raise kind(detail=detail)
        case ("memory", _):
            metrics.APART_ENDED.add("memory")
            raise Unreadable(
                detail="This took too much memory, so it was given up; nothing was stored. "
                "Check that it is the right file."
            )
        case ("failed", name, place, _):
            # Where it failed, never its words: they may hold what somebody wrote.
            _log.error("Work set apart failed.", extra={"error": name, "place": place})
            raise RuntimeError
    raise AssertionError


# One worker, seen from outside -------------------------------------------------------------------


class _Worker:
    """A process that works, and the pipes to it."""

    def __init__(self) -> None:
        settings = {name: os.environ[name] for name in _KEPT_SETTINGS if name in os.environ}
        settings["PYTHONPATH"] = os.pathsep.join(os.path.abspath(p) for p in sys.path if p)  # noqa: PTH100 - zip files stand there too
        # A group of its own: what a terminal tells the server is not told to it, and it is ended
        # together with whatever it has started. No session of its own: Linux shares processors
        # evenly between sessions, however nice who is in them.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from drafting import apart; apart.serve_calls()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=settings,
            process_group=0,
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError
        self._asks: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout
        os.set_blocking(self._asks.fileno(), False)
        os.set_blocking(self._answers.fileno(), False)

    @property
    def alive(self) -> bool:
        """Tells whether it still runs."""
        return self._process.poll() is None

    def ask(self, content: bytes, seconds: float, client: int | None) -> tuple[Any, ...]:
        """Gives a worker's answer. Raises _OverTime, _ClientGone or _Ended."""
        asks, answers = self._asks.fileno(), self._answers.fileno()
        deadline = time.monotonic() + seconds
        left = memoryview(_SIZE.pack(len(content)) + content)
        got = bytearray()
        look = select.poll()
        look.register(asks, select.POLLOUT)
        look.register(answers, select.POLLIN)
        if client is not None:
            look.register(client, _GONE)
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise _OverTime
            ready = dict(look.poll(remaining * 1000))
            if client in ready:
                raise _ClientGone
            if asks in ready:
                left = _written(asks, left)
                if not left:
                    look.unregister(asks)
            if answers in ready:
                chunk = os.read(answers, _CHUNK_BYTES)
                if not chunk:
                    raise _Ended
                got += chunk
                if len(got) >= _SIZE.size and len(got) == _SIZE.size + _SIZE.unpack_from(got)[0]:
                    return cast("tuple[Any, ...]", _Answer(got[_SIZE.size :]).load())

    def kill(self) -> None:
        """Ends it and all it has started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Ends it, and lets go of it."""
        self.kill()
        self._process.wait()
        for pipe in (self._asks, self._answers):
            # What was not yet written to a worker that is no more need not be.
            with contextlib.suppress(OSError):
                pipe.close()


def _written(asks: int, left: memoryview) -> memoryview:
    try:
        return left[os.write(asks, left[:_CHUNK_BYTES]) :]
    except BlockingIOError:
        return left
    except BrokenPipeError:
        raise _Ended from None


class _Answer(pickle.Unpickler):
    """An answer, made of our own classes and plain values alone."""

    def __init__(self, content: bytearray) -> None:
        super().__init__(BytesIO(content))

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - pickle's own signature
        if name in _PLAIN.get(module, ()) or module.startswith(_OURS):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError


# One worker, seen from inside --------------------------------------------------------------------


def serve_calls() -> None:
    """Answers calls that come by the standard input, until it is closed: a worker's whole life."""
    os.nice(NICENESS)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, MAX_FILES)
    with os.fdopen(os.dup(0), "rb") as asks, os.fdopen(os.dup(1), "wb") as answers:
        # Whatever a library prints must not stand between two answers.
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1):
            os.dup2(nothing, stream)
        while size := asks.read(_SIZE.size):
            answer = _worked(asks.read(_SIZE.unpack(size)[0]))
            answers.write(_SIZE.pack(len(answer)))
            answers.write(answer)
            answers.flush()


def _limit(what: int, value: int) -> None:
    _soft, hard = resource.getrlimit(what)
    least = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (least, least))


def _worked(content: bytes) -> bytes:
    try:
        seconds, (work, args, kwargs) = pickle.loads(content)  # noqa: S301 - the server's own words
        signal.setitimer(signal.ITIMER_REAL, seconds + ORPHAN_S)
        try:
            answer = ("done", work(*args, **kwargs))
            return pickle.dumps((*answer, _most_kib()), pickle.HIGHEST_PROTOCOL)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except Refusal as refusal:
        return pickle.dumps(("refused", type(refusal), refusal.detail, _most_kib()))
    except MemoryError:
        return pickle.dumps(("memory", _most_kib()))
    except Exception as error:  # noqa: BLE001 - told to whoever asked, which logs it
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        place = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
        return pickle.dumps(("failed", type(error).__name__, place, _most_kib()))


def _most_kib() -> int:
    # Not `ru_maxrss`: that counts what the server had before this process became a worker.
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - as cheap as can be
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1])

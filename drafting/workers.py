"""Several server processes on one machine: started, watched, started again, stopped together.

The supervisor holds nothing and serves nothing: it passes notices between its workers
(`live/exchange.Pipe`), starts another when one ends, and passes on the signal to stop. Each worker
listens on the same port by itself (SO_REUSEPORT), so the system spreads connections over them and
none of them waits for another. Workers are forked before anything of theirs runs: no thread, no
database connection, no loop is shared.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from drafting import logs
from drafting.errors import CannotStart, Refusal

READY = b"ready"
"""What a worker says once it serves."""

QUICK_S = 5.0
"""A worker that ends sooner than this after its start is started again after a pause."""

PAUSE_S = 1.0
STOP_S = 20.0
"""How long workers may take to stop before they are killed."""

NOTICES_BYTES = 1 << 20
"""How much may wait in the way to one worker; what comes then is lost, and made good by looking."""

_STOPPING = (signal.SIGTERM, signal.SIGINT)
_MAX_NOTICE_BYTES = 128 * 1024
_NAME = slice(2, 38)
"""Where in a notice the process stands that sends it."""

_log = logging.getLogger(__name__)

Serve = Callable[[int, socket.socket, Callable[[], None]], None]
"""A worker's whole work: its number, its way to the others, what it calls once it serves."""


@dataclass(slots=True)
class _Worker:
    number: int
    pid: int
    end: socket.socket
    started_at: float
    ready: bool = False
    name: bytes = b""


def reserve(host: str, port: int) -> socket.socket:
    """Takes a port (0: a free one) that only processes which ask to share it may listen on as well.

    Refuses: CannotStart when somebody listens there already, also another server that would share.
    """
    try:
        kind, address = _address(host, port)
        with socket.socket(kind, socket.SOCK_STREAM) as alone:
            alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            alone.bind(address)
        held = socket.socket(kind, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(address)
    except OSError as error:
        raise CannotStart(
            detail=f"Nothing can listen on {host}, port {port} ({error.strerror}). Nothing was started."
        ) from error
    return held


def _address(host: str, port: int) -> tuple[int, tuple[str, int]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    kind, _, _, _, address = found[0]
    return kind, (str(address[0]), int(address[1]))


def run(count: int, serve: Serve, on_ready: Callable[[], None]) -> None:
    """Runs so many workers until SIGTERM or SIGINT, and waits until all have stopped.

    On the main thread of a process that has no other. `on_ready` is called once, when all serve.
    Refuses: CannotStart when none of them comes up.
    """
    _Supervisor(count, serve, on_ready).run()


class _Supervisor:
    def __init__(self, count: int, serve: Serve, on_ready: Callable[[], None]) -> None:
        self._count = count
        self._serve = serve
        self._on_ready: Callable[[], None] | None = on_ready
        self._workers: dict[int, _Worker] = {}
        self._due: dict[int, float] = {}
        """Numbers of workers that are to be started, and when."""
        self._look = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()
        self._stopping = False
        self._failed = False

    def run(self) -> None:
        for one in (self._woken, self._wake):
            one.setblocking(False)  # noqa: FBT003 - the socket's own signature
        self._look.register(self._woken, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in _STOPPING:
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        # What is loaded stays in memory that all share: nothing walks through it and copies it.
        gc.collect()
        gc.freeze()
        self._due = dict.fromkeys(range(self._count), 0.0)
        while not self._stopping:
            self._start_due()
            self._wait()
        self._end_all()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Python takes its own handlers away at the end: an impatient second signal would then
            # end in disorder what has stopped in order.
            signal.signal(number, signal.SIG_IGN)
        if self._failed:
            raise CannotStart

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _start_due(self) -> None:
        for number, when in list(self._due.items()):
            if when <= time.monotonic():
                del self._due[number]
                self._start(number)

    def _start(self, number: int) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for one in (ours, theirs):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NOTICES_BYTES)
        # A signal to stop that comes while a worker is still half the supervisor waits until it is not.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._be_worker(number, theirs)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        theirs.close()
        ours.setblocking(False)  # noqa: FBT003 - the socket's own signature
        self._workers[pid] = _Worker(number, pid, ours, time.monotonic())
        self._look.register(ours, selectors.EVENT_READ, self._workers[pid])

    def _be_worker(self, number: int, end: socket.socket) -> None:
        """Never returns: what the supervisor does next is none of a worker's business."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for one in (*_STOPPING, signal.SIGCHLD):
                signal.signal(one, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
            self._look.close()
            for other in self._workers.values():
                other.end.close()
            self._woken.close()
            self._wake.close()
            self._serve(number, end, lambda: end.sendall(READY))
            code = 0
        except Refusal as refusal:
            _log.error("A server process could not go on: %s", refusal.detail)
        except Exception as error:  # noqa: BLE001 - the supervisor starts another
            logs.failed(_log, "A server process failed.", error)
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            os._exit(code)

    def _wait(self) -> None:
        due = min(self._due.values(), default=None)
        wait_s = None if due is None else max(0.0, due - time.monotonic())
        for key, _ in self._look.select(wait_s):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(1024)
            else:
                self._pass_on(key.data)
        self._reap()

    def _pass_on(self, worker: _Worker) -> bool:
        """Passes on one thing that a worker says; tells whether there was any."""
        try:
            notice = worker.end.recv(_MAX_NOTICE_BYTES)
        except OSError:
            return False
        if not notice:
            # It has closed its end: it is stopping, or gone, and `_reap` sees which.
            with contextlib.suppress(KeyError, ValueError):
                self._look.unregister(worker.end)
            return False
        if notice == READY:
            worker.ready = True
            if self._on_ready is not None and self._all_ready():
                self._on_ready()
                self._on_ready = None
            return True
        worker.name = notice[_NAME]
        self._tell_others(worker, notice)
        return True

    def _all_ready(self) -> bool:
        return len(self._workers) == self._count and all(w.ready for w in self._workers.values())

    def _tell_others(self, worker: _Worker, notice: bytes) -> None:
        for other in self._workers.values():
            if other is not worker and other.ready:
                with contextlib.suppress(OSError):
                    other.end.send(notice, socket.MSG_DONTWAIT)

    def _reap(self) -> None:
        for pid, worker in list(self._workers.items()):
            gone, status = os.waitpid(pid, os.WNOHANG)
            if gone == 0:
                continue
            # What it said at last is passed on before its end is.
            while self._pass_on(worker):
                pass
            del self._workers[pid]
            with contextlib.suppress(KeyError, ValueError):
                self._look.unregister(worker.end)
            worker.end.close()
            if worker.name:
                gone_notice = b'["%b","gone","00000000-0000-0000-0000-000000000000",null]'
                self._tell_others(worker, gone_notice % worker.name)
            if self._stopping:
                continue
            lived_s = time.monotonic() - worker.started_at
            _log.warning(
                "Server process %d ended after %.0f s (%s); another is started in its place.",
                pid,
                lived_s,
                _how(status),
            )
            if not worker.ready and self._on_ready is not None:
                self._failed = self._stopping = True
                return
            pause_s = PAUSE_S if lived_s < QUICK_S else 0.0
            self._due[worker.number] = time.monotonic() + pause_s

    def _end_all(self) -> None:
        # Notices are passed on until the last has ended: what is told at the end is told as well.
        for pid in self._workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + STOP_S
        while self._workers and time.monotonic() < until:
            self._due = {-1: time.monotonic() + 0.2}
            self._wait()
        for pid in self._workers:
            _log.warning("Server process %d did not stop in time and was ended.", pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"exit code {code}"

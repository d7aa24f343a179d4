"""How the process serves: one thread for sockets, a pool of threads for pages.

The hub's thread reads requests and writes answers, so that a slow client holds no worker; pages and
the JSON API run as ordinary blocking code in the pool. Requests for the live floor stay on the hub.
Everything a client can make long (its request line, headers, body, its pauses, its reading) has a
bound. Nothing is printed: what goes wrong is logged, without what people sent.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import resource
import signal
import socket as native
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.socket import socket
from gevent.threadpool import ThreadPool

from drafting import apart, clock, logs, metrics
from drafting.errors import CannotStart
from drafting.live.transport import SOCKET
from drafting.metrics_door import MetricsDoor
from drafting.rules import forwarded

if TYPE_CHECKING:
    from email.message import Message
    from io import BufferedReader
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication

    from flask import Flask

    from drafting.live.hub import Hub

WORKERS = 8
"""Threads that make pages."""

MAX_WAITING = 1_024
"""Most requests that wait for a worker; one more is answered 503."""

MAX_BODY_BYTES = 20 * 1024 * 1024 + 65_536
"""Most bytes of one request's body: a file of the size that may be imported, and its form."""

MAX_BODIES_BYTES = 200 * 1024 * 1024
"""Most bytes of all bodies that are held at one moment."""

MAX_HEADERS_BYTES = 32 * 1024
MAX_CONNECTIONS = 4_096

BACKLOG = 1024
"""How many connections may wait to be taken."""

IDLE_S = 30.0
"""How long a connection may stay open without a request."""

HEADERS_S = 10.0
"""How long a request line and its headers may take from their first byte."""

PAUSE_S = 20.0
"""How long a client may pause while it sends a body."""

BODY_S = 300.0
"""How long a whole body may take."""

DROP_S = 3.0
"""How long a body that is too long is read on before the connection is closed."""

ANSWER_S = 300.0
"""How long a client may take to read an answer."""

SETTLE_S = 4.0
"""How long edits that were taken may take to be stored once the process is told to stop."""

FINISH_S = 4.0
"""How long requests that were begun may take then; longer work set apart is broken off and told so."""

LAST_S = 2.0
"""How long those may take to be told. All in all a stop takes less than 15 seconds."""

SWITCH_INTERVAL_S = 0.0005
"""How soon a computing thread gives way to the hub; Python's own 5 ms would be felt in every edit."""

VIEW = "drafting.view"
"""A list to which the application adds the name of the view that answers a request."""

ALIVE = "/healthz"

_READ_BYTES = 65_536
_BUSY = "503 Service Unavailable"
_TOO_LONG = "413 Content Too Large"
_TOO_SLOW = "408 Request Timeout"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Page:
    """A whole answer."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class _Limited:
    """The header lines of a request, up to a limit."""

    def __init__(self, source: BufferedReader) -> None:
        self._source = source
        self._left = MAX_HEADERS_BYTES

    def readline(self, size: int = -1) -> bytes:
        line = self._source.readline(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            message = "The headers are too long."
            raise ValueError(message)
        if line[:1] in {b" ", b"\t"}:
            message = "Folded headers are not accepted."
            raise ValueError(message)
        return line


class _Handler(WSGIHandler):
    """Reads one client's requests, strictly and within time."""

    _in_time: gevent.Timeout | None = None

    def handle(self) -> None:
        # An answer's head and body are two writes: the second would wait for the reader's word on
        # the first, 40 ms as a rule.
        self.socket.setsockopt(native.IPPROTO_TCP, native.TCP_NODELAY, 1)
        super().handle()

    def handle_one_request(self) -> Any:  # noqa: ANN401 - pywsgi's own signature
        try:
            return super().handle_one_request()
        finally:
            self._stop_timer()

    def read_requestline(self) -> str:
        self.socket.settimeout(IDLE_S)
        if not self.rfile.peek(1):
            return ""
        self._in_time = gevent.Timeout(HEADERS_S, TimeoutError)
        self._in_time.start()
        return super().read_requestline()

    def read_request(self, raw_requestline: str) -> bool:
        if not super().read_request(raw_requestline) or self.request_version == "HTTP/0.9":
            return False
        self._stop_timer()
        if self._connection_upgrade_requested():
            self.close_connection = True
        return True

    def get_environ(self) -> dict[str, Any]:
        environ = super().get_environ()
        environ[SOCKET] = self.socket
        return environ

    def MessageClass(self, *args: Any) -> Any:  # noqa: ANN401, N802 - pywsgi's own signature
        headers: Message = super().MessageClass(_Limited(args[0]), *args[1:])
        # Two readings of one request are how requests are smuggled: only one is possible here.
        coding = headers.get_all("transfer-encoding", [])
        lengths = headers.get_all("content-length", [])
        if (
            len(headers.get_all("host", [])) > 1
            or len(lengths) + len(coding) > 1
            or any(word.lower() != "chunked" for word in coding)
            or any(not (word.isascii() and word.isdigit()) for word in lengths)
        ):
            message = "The headers can be read in two ways."
            raise ValueError(message)
        return headers

    def log_request(self) -> None:
        pass

    def log_error(self, msg: str, *args: object) -> None:
        pass

    def _handle_client_error(self, ex: BaseException) -> tuple[str, bytes]:
        self._stop_timer()
        _log.debug("A request could not be read: %s", type(ex).__name__)
        return (
            "400",
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        )

    def _log_error(
        self, t: type[BaseException], v: BaseException, _tb: TracebackType | None
    ) -> None:
        if not issubclass(t, OSError | gevent.Timeout):
            logs.failed(_log, "A request failed.", v)

    def _stop_timer(self) -> None:
        if self._in_time is not None:
            self._in_time.close()
            self._in_time = None


class _Pages:
    """Runs the web application's requests in the pool, and the live floor's on the hub."""

    def __init__(self, app: Flask, live: Hub) -> None:
        self._app = app
        held = app.extensions.get("drafting")
        self._log_requests = held is not None and held.config.log_requests
        proxies = () if held is None else held.config.proxies
        self._proxies = [ip_network(one) for one in proxies]
        self._live = live
        # A thread that waits for work set apart lends its turn to the next page.
        self._turns = threading.Semaphore(WORKERS)
        self._workers = ThreadPool(WORKERS + apart.MAX_CALLS)
        self.held_bytes = 0
        self.running = 0
        self.stopping = False

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = forwarded.client(
            environ.get("REMOTE_ADDR", ""), environ.pop("HTTP_X_FORWARDED_FOR", ""), self._proxies
        )
        if environ["PATH_INFO"].startswith("/socket.io/"):
            return self._live.door(environ, start_response)
        if environ["PATH_INFO"] == ALIVE:
            # Asks nobody, and is not to wait behind pages: a busy process is no dead one.
            return self._app(environ, start_response)
        stream = environ.pop(SOCKET)
        body = _Body(self)
        try:
            stream.settimeout(PAUSE_S)
            content = body.read(environ)
            stream.settimeout(ANSWER_S)
            return self._answer(environ, content, start_response, stream.fileno())
        except _Turned as turned:
            metrics.TURNED.add(turned.status[:3])
            _drop(environ)
            return _short(start_response, turned.status)
        finally:
            self.held_bytes -= body.size

    def _answer(
        self, environ: dict[str, Any], body: bytes, start_response: StartResponse, client: int
    ) -> Iterable[bytes]:
        environ["wsgi.input"] = BytesIO(body)
        environ["wsgi.multithread"] = True
        environ[VIEW] = []
        self.running += 1
        begun = time.monotonic()
        try:
            page = self._workers.apply(self._made, (environ, client))
        finally:
            self.running -= 1
        seconds = time.monotonic() - begun
        metrics.PAGES.note(seconds, _view(environ), f"{page.status[:1]}xx")
        if page.status.startswith("404"):
            gevent.sleep(clock.until_told_absent_s(begun))
        start_response(page.status, page.headers)
        return [page.body]

    def _made(self, environ: dict[str, Any], client: int) -> _Page:
        with (
            self._turns,
            apart.asked_by(client, self._turns),
            logs.referring(logs.new_reference()),
        ):
            begun = time.monotonic()
            page = _made(self._app, environ)
            if self._log_requests:
                # Neither address nor query: both may hold what must not be written down.
                _log.info(
                    "A request was answered.",
                    extra={
                        "method": environ["REQUEST_METHOD"],
                        "endpoint": _view(environ),
                        "status": int(page.status[:3]),
                        "ms": round(1000 * (time.monotonic() - begun), 1),
                        "bytes": len(page.body),
                    },
                )
            return page

    def close(self) -> None:
        """Ends the threads; one that is still at work ends with the process."""
        with gevent.Timeout(0.5, False):  # noqa: FBT003 - gevent's way to go on after it
            self._workers.kill()


class _Turned(Exception):
    """A request that is not taken, and why."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class _Body:
    """One request's body, counted while it comes: what is only announced holds no room."""

    def __init__(self, pages: _Pages) -> None:
        self._pages = pages
        self.size = 0

    def read(self, environ: dict[str, Any]) -> bytes:
        """Gives the whole body. Raises _Turned when it is too long or slow, or the server is busy."""
        if self._pages.stopping or self._pages.running >= WORKERS + MAX_WAITING:
            raise _Turned(_BUSY)
        announced = int(environ.get("CONTENT_LENGTH") or 0)
        if announced > MAX_BODY_BYTES:
            raise _Turned(_TOO_LONG)
        if not announced and environ.get("HTTP_TRANSFER_ENCODING") is None:
            return b""
        parts: list[bytes] = []
        try:
            with gevent.Timeout(BODY_S, TimeoutError):
                while part := environ["wsgi.input"].read(_READ_BYTES):
                    self._count(len(part))
                    parts.append(part)
        except TimeoutError:
            raise _Turned(_TOO_SLOW) from None
        # The length is the one that was read: an application need not know of chunks.
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ["CONTENT_LENGTH"] = str(self.size)
        return b"".join(parts)

    def _count(self, size: int) -> None:
        self.size += size
        self._pages.held_bytes += size
        if self.size > MAX_BODY_BYTES:
            raise _Turned(_TOO_LONG)
        if self._pages.held_bytes > MAX_BODIES_BYTES:
            raise _Turned(_BUSY)


def _view(environ: dict[str, Any]) -> str:
    seen: list[str] = environ[VIEW]
    return seen[-1] if seen else "none"


def _drop(environ: dict[str, Any]) -> None:
    """Reads on for a moment: a client that still sends would not read the answer."""
    source = environ["wsgi.input"]
    if "HTTP_EXPECT" not in environ:
        with contextlib.suppress(OSError), gevent.Timeout(DROP_S, TimeoutError):
            while source.read(_READ_BYTES):
                pass
    # Tells pywsgi not to read the rest, however long it is said to be.
    source._chunked_input_error = True  # noqa: SLF001 - it has no other way


def _short(start_response: StartResponse, status: str) -> Iterable[bytes]:
    # The rest of the body is not read, so the connection cannot serve another request.
    body = status.partition(" ")[2].encode()
    start_response(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Retry-After", "2"),
            ("Connection", "close"),
        ],
    )
    return [body]


def _made(app: WSGIApplication, environ: dict[str, Any]) -> _Page:
    """Runs the application to the end, in a worker thread."""
    head: list[Any] = []
    parts: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        del exc_info
        head[:] = [status, headers]
        return parts.append

    try:
        result = app(environ, start_response)
        try:
            parts.extend(result)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        status, headers = head
        return _Page(status, headers, b"".join(parts))
    except Exception as error:  # noqa: BLE001 - whoever asked must be answered
        # Raised in the pool it would be printed together with the request.
        reference = logs.failed(_log, "A page failed.", error)
        return _Page(
            "500 Internal Server Error",
            [("Content-Type", "text/plain; charset=utf-8"), ("X-Request-Id", reference)],
            f"Something went wrong on our side (reference {reference}).\n".encode(),
        )


class Server:
    """A running server. Made, started and stopped on the hub's thread."""

    def __init__(
        self, app: Flask, live: Hub, host: str, port: int, *, shared: bool = False
    ) -> None:
        """Prepares to serve; `port` 0 takes a free one, `shared` one that other processes listen on."""
        self._live = live
        held = app.extensions.get("drafting")
        self._pages = _Pages(app, live)
        self._connections = Pool(MAX_CONNECTIONS)
        self._metrics = (
            MetricsDoor(held.config) if held is not None and held.config.metrics else None
        )
        self._server = WSGIServer(
            _shared(host, port) if shared else (host, port),
            self._pages,
            backlog=None if shared else BACKLOG,
            spawn=self._connections,
            log=None,
            error_log=None,
            handler_class=_Handler,
            # Named here, or gevent would ask the name service while everyone waits.
            environ={"SERVER_NAME": host},
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def start(self) -> None:
        """Listens. Refuses: CannotStart where another process listens already."""
        apart.start()
        metrics.read(
            {
                metrics.PAGES_RUNNING: lambda: self._pages.running,
                metrics.BODIES_BYTES: lambda: self._pages.held_bytes,
            }
        )
        try:
            if self._metrics is not None:
                self._metrics.start()
        except OSError as error:
            raise CannotStart(
                detail=f"Nothing can listen where DRAFTING_METRICS says ({os.strerror(error.errno or 0)}): "
                "name another port. Nothing was started."
            ) from error
        try:
            self._server.start()
        except OSError as error:
            raise CannotStart(
                detail=f"Nothing can listen on the port that is asked for ({os.strerror(error.errno or 0)}): is a "
                "server running already? --port names another. Nothing was started."
            ) from error

    def stop(self) -> None:
        """Stops gracefully: takes nothing new, finishes what was begun, tells clients, closes."""
        self._server.close()
        self._pages.stopping = True
        self._live.stop(SETTLE_S)
        self._let_finish(FINISH_S)
        apart.break_off()
        self._let_finish(LAST_S)
        # Answers on their way are still written; connections that only idle are not waited for.
        self._connections.join(timeout=0.5)
        self._connections.kill(timeout=1)
        apart.stop()
        self._pages.close()
        if self._metrics is not None:
            self._metrics.stop()

    def _let_finish(self, within_s: float) -> None:
        with gevent.Timeout(within_s, False):  # noqa: FBT003 - gevent's way to go on after it
            while self._pages.running:
                gevent.sleep(0.02)


def _shared(host: str, port: int) -> socket:
    """Listens on a port together with other processes: the system spreads connections over them."""
    kind, _, _, _, address = native.getaddrinfo(host, port, type=native.SOCK_STREAM)[0]
    listening = socket(kind, native.SOCK_STREAM)
    listening.setsockopt(native.SOL_SOCKET, native.SO_REUSEADDR, 1)
    listening.setsockopt(native.SOL_SOCKET, native.SO_REUSEPORT, 1)
    listening.bind(address)
    listening.listen(BACKLOG)
    return listening


def serve(
    app: Flask,
    live: Hub,
    host: str,
    port: int,
    on_ready: Callable[[int], None],
    *,
    shared: bool = False,
) -> None:
    """Serves until SIGTERM or SIGINT, and then stops gracefully.

    `on_ready` is called with the port once connections are taken. On the main thread.
    """
    tune()
    stop = Event()
    server = Server(app, live, host, port, shared=shared)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, stop.set)
    server.start()
    on_ready(server.port)
    stop.wait()
    server.stop()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            # Whoever is impatient does not end in disorder what has stopped in order.
            signal.signal(number, signal.SIG_IGN)


def tune() -> None:
    """Sets the process up to serve many connections evenly."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * MAX_CONNECTIONS if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, 65_536), hard))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # gevent would print what a greenlet ended with, words and all.
    gevent.get_hub().print_exception = logs.met_by_hub
    # What is loaded stays: a full collection need not walk through it while 600 people wait.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)

"""How server processes reach each other: short notices without words, which may be lost.

Over Redis between machines; over a pair of sockets to the supervisor (`drafting/workers.py`) on one
machine. Whoever hears nothing looks into the database now and then: a lost notice costs a moment.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

import redis

CHANNEL = "drafting"
MAX_NOTICE_BYTES = 128 * 1024
MAX_UNSENT = 10_000
"""Most notices that wait for Redis; those that come then are lost."""

REDIS_WAIT_S = 2.0
"""How long Redis may take to answer before it counts as gone."""

RETRY_S = 0.5
LISTEN_S = 1.0

_log = logging.getLogger(__name__)


class Exchange(Protocol):
    """A way to the other processes."""

    @property
    def hears(self) -> bool:
        """Whether notices get through, as far as one knows."""

    def start(self, take: Callable[[bytes], None], back: Callable[[], None]) -> None:
        """Begins to listen: `take` gets each notice, `back` is called when a lost way is there again.

        Both are called in a thread of its own. One's own notices may come back.
        """

    def send(self, notice: bytes) -> None:
        """Sends a notice to all others; from any thread, never waiting."""

    def stop(self) -> None:
        """Sends what waits, if it can, and ends."""


class Pipe:
    """To the other processes of one machine, through their supervisor."""

    def __init__(self, end: socket.socket, gone: Callable[[], None]) -> None:
        """Takes a sequenced-packet socket; `gone` is called when the supervisor has ended."""
        self._end = end
        self._gone = gone
        self.hears = True
        self._stopping = False

    def start(self, take: Callable[[bytes], None], back: Callable[[], None]) -> None:
        """Begins to listen."""
        del back  # The way is lost with the supervisor alone, and then for good.
        threading.Thread(target=self._listen, args=(take,), name="exchange", daemon=True).start()

    def _listen(self, take: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):
            while notice := self._end.recv(MAX_NOTICE_BYTES):
                take(notice)
        self.hears = False
        if not self._stopping:
            self._gone()

    def send(self, notice: bytes) -> None:
        """Sends a notice, or drops it when the supervisor is busy."""
        with contextlib.suppress(OSError):
            self._end.send(notice, socket.MSG_DONTWAIT)

    def stop(self) -> None:
        """Ends."""
        self._stopping = True
        with contextlib.suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)


class Redis:
    """To the processes of all machines, through Redis's channels: nothing is stored there."""

    def __init__(self, url: str) -> None:
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=REDIS_WAIT_S, socket_connect_timeout=REDIS_WAIT_S
        )
        self.hears = False
        self._unsent: queue.Queue[bytes | None] = queue.Queue(MAX_UNSENT)
        self._stopping = threading.Event()
        self._sender = threading.Thread(target=self._send_on, name="redis-out", daemon=True)

    def start(self, take: Callable[[bytes], None], back: Callable[[], None]) -> None:
        """Begins to listen, as soon as Redis is there."""
        self._sender.start()
        threading.Thread(
            target=self._listen, args=(take, back), name="redis-in", daemon=True
        ).start()

    def _listen(self, take: Callable[[bytes], None], back: Callable[[], None]) -> None:
        told = False
        while not self._stopping.is_set():
            try:
                with self._client.pubsub() as heard:
                    heard.subscribe(CHANNEL)
                    while not self._stopping.is_set():
                        # A question now and then, or a connection that is cut goes unnoticed.
                        message = heard.get_message(timeout=LISTEN_S)
                        if message is None:
                            heard.ping()
                        elif message["type"] == "subscribe":
                            self.hears, told = True, False
                            back()
                        elif message["type"] == "message":
                            take(message["data"])
            except (redis.RedisError, OSError, ValueError) as error:
                self.hears = False
                if not told:
                    _log.warning(
                        "Redis is not to be reached (%s). Edits go on and are stored; what other"
                        " processes do is seen up to a second later until it is back.",
                        type(error).__name__,
                    )
                    told = True
                self._stopping.wait(RETRY_S)

    def send(self, notice: bytes) -> None:
        """Hands in a notice; dropped while Redis is gone."""
        if self.hears:
            with contextlib.suppress(queue.Full):
                self._unsent.put_nowait(notice)

    def _send_on(self) -> None:
        while (notice := self._unsent.get()) is not None:
            with contextlib.suppress(redis.RedisError, OSError):
                self._client.publish(CHANNEL, notice)

    def stop(self) -> None:
        """Sends what waits, and ends."""
        self._stopping.set()
        with contextlib.suppress(queue.Full):
            self._unsent.put_nowait(None)
        if self._sender.is_alive():
            self._sender.join(2 * REDIS_WAIT_S)
        self.hears = False

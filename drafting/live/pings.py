"""Engine.IO's pings, as timers of the loop.

Engine.IO keeps a greenlet asleep for each client until its next ping. Each holds some ten kilobytes
for all that time; a timer holds next to nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import gevent
from engineio.exceptions import SocketIsClosedError  # type: ignore[import-untyped]  # it has no types
from engineio.packet import PING, Packet  # type: ignore[import-untyped]  # it has no types
from engineio.socket import Socket  # type: ignore[import-untyped]  # it has no types

if TYPE_CHECKING:
    from gevent.hub import Watcher


class Pings:
    """What Engine.IO wants done beside, its pings in a way of our own. On the hub's thread."""

    def __init__(self, interval_s: float) -> None:
        """Takes how long after a client's last answer it is asked again."""
        self._interval_s = interval_s
        self._timers: set[Watcher] = set()

    def begin(self, target: Callable[..., object], *arguments: object) -> gevent.Greenlet | None:
        """Begins a task of Engine.IO; stands in the place of its `start_background_task`."""
        if getattr(target, "__func__", None) is not Socket._send_ping:  # noqa: SLF001 - it has no other name
            return gevent.spawn(target, *arguments)
        timer = gevent.get_hub().loop.timer(self._interval_s)
        self._timers.add(timer)
        timer.start(self._ask, timer, getattr(target, "__self__"))  # noqa: B009 - a method has it
        return None

    def stop(self) -> None:
        """Asks nobody any more."""
        for timer in self._timers:
            timer.stop()
            timer.close()
        self._timers.clear()

    def _ask(self, timer: Watcher, client: Socket) -> None:
        self._timers.discard(timer)
        timer.stop()
        timer.close()
        if not client.closing and not client.closed:
            client.last_ping = time.time()
            gevent.spawn(_send, client)


def _send(client: Socket) -> None:
    # A client may go between its timer's turn and this greenlet's.
    with suppress(SocketIsClosedError):
        client.send(Packet(PING))

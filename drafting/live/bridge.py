"""The one way from other threads to the hub: a queue that keeps its order."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from gevent import get_hub

from drafting import logs

SLICE_S = 0.02
"""How long the queue is worked through before the sockets have their turn again."""

_log = logging.getLogger(__name__)


class Bridge:
    """Runs deeds on the hub's thread, in the order in which they were handed in.

    Made on the hub's thread. A deed must not wait for anything: it runs between the sockets' turns.
    """

    def __init__(self) -> None:
        self._deeds: deque[Callable[[], None]] = deque()
        self._thread = threading.get_ident()
        self._busy = False
        self._watcher = get_hub().loop.async_(ref=False)
        self._watcher.start(self._deliver_some)

    @property
    def waiting(self) -> int:
        """How many deeds wait."""
        return len(self._deeds)

    def post(self, deed: Callable[[], None]) -> None:
        """Hands in a deed, from any thread; it runs soon. Never waits."""
        self._deeds.append(deed)
        self._watcher.send()

    def run(self, deed: Callable[[], None]) -> None:
        """Runs a deed at once on the hub's thread, after all handed in before; else hands it in."""
        if threading.get_ident() != self._thread:
            self.post(deed)
        elif self._busy:
            deed()
        else:
            self.deliver()
            deed()

    def deliver(self, until: float | None = None) -> None:
        """Runs all that was handed in, or as much as fits until a moment. On the hub's thread."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._deeds:
                deed = self._deeds.popleft()
                try:
                    deed()
                except Exception as error:  # noqa: BLE001 - the next deed is another's
                    logs.failed(_log, "A deed handed to the hub failed.", error)
                if until is not None and time.monotonic() > until:
                    break
        finally:
            self._busy = False

    def close(self) -> None:
        """Runs what is left and takes nothing more."""
        self.deliver()
        self._watcher.stop()
        self._watcher.close()

    def _deliver_some(self) -> None:
        self.deliver(time.monotonic() + SLICE_S)
        if self._deeds:
            self._watcher.send()

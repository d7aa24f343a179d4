"""Whether this process can do its work now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from drafting import clock
from drafting.errors import NotStored
from drafting.store import health as kept
from drafting.store import revisions
from drafting.store.work import Store

MIN_FREE_BYTES = 100 * 1024 * 1024
"""Below so much room on the disk a process does not call itself ready: soon nothing is stored."""

FRESH_S = 1.0
"""For how long an answer is given again: whoever asks often does not keep the database busy."""

PATIENCE_S = 2.0
"""How long the database may take to answer before it counts as failing."""


class Readiness:
    """What has to hold, looked at once a second at most, by one thread at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holds: dict[str, Callable[[], bool]] = {}
        self._looking = threading.Lock()
        self._at: datetime | None = None
        self._found: tuple[str, ...] = ()

    def also(self, name: str, holds: Callable[[], bool]) -> None:
        """Adds something that has to hold; it must not wait."""
        self._holds[name] = holds

    def fails(self) -> tuple[str, ...]:
        """Gives the names of what fails, and nothing else; none when all is well."""
        if not self._fresh():
            if not self._looking.acquire(timeout=PATIENCE_S):
                # Somebody has been waiting for the database for all this time.
                return ("database", *self._now_failing())
            try:
                if not self._fresh():
                    self._found = self._look()
                    self._at = clock.now()
            finally:
                self._looking.release()
        return (*self._found, *self._now_failing())

    def _fresh(self) -> bool:
        # However the clock was set: an answer from what is now the future is not fresh either.
        return self._at is not None and abs((clock.now() - self._at).total_seconds()) < FRESH_S

    def _now_failing(self) -> tuple[str, ...]:
        return tuple(name for name, holds in self._holds.items() if not holds())

    def _look(self) -> tuple[str, ...]:
        found = []
        try:
            with self._store.reading() as w:
                if kept.revision(w) != revisions.newest():
                    found.append("schema")
        except NotStored:
            found.append("database")
        try:
            free = kept.free_bytes(self._store)
        except OSError:
            free = 0
        if free is not None and free < MIN_FREE_BYTES:
            found.append("disk")
        return tuple(found)

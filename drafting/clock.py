"""The one reader of the clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system

ABSENT_S = 0.025
"""That something is not there is said at a multiple of this after it was asked for: how long it took
to find out does not tell a thing of others from one that never was."""


def now() -> datetime:
    """Gives the present moment, aware, in UTC."""
    return _source()


def use(source: Callable[[], datetime] | None) -> None:
    """Sets another clock, or with None the system's own again: for tests that step time."""
    global _source  # noqa: PLW0603 - the clock is one thing for the whole process
    _source = source or _system


def until_told_absent_s(asked_at: float) -> float:
    """Gives how long to wait before saying that what was asked for then (`time.monotonic`) is not there."""
    return ABSENT_S - (time.monotonic() - asked_at) % ABSENT_S

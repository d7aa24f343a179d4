"""The one reader of the clock."""

from collections.abc import Callable
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """Gives the present moment, aware, in UTC."""
    return _source()


def use(source: Callable[[], datetime] | None) -> None:
    """Sets another clock, or with None the system's own again: for tests that step time."""
    global _source  # noqa: PLW0603 - the clock is one thing for the whole process
    _source = source or _system

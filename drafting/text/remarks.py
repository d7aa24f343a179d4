"""Comments as a file carries them: threads of remarks beside the words of a paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said: the printed author (a delegation, the presidency), when (UTC), the words."""

    author: str
    at: datetime
    words: str
    """Lines parted by line ends."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """A thread on a paragraph or on words of it; the first remark begins it, the others reply.

    `paragraph` is the paragraph's key. `start` and `end` are UTF-16 units of what it says, None for
    all of it. In a redline `of_old` says that they are units of the old text.
    """

    paragraph: str
    remarks: tuple[Remark, ...]
    start: int | None = None
    end: int | None = None
    resolved: bool = False
    of_old: bool = False

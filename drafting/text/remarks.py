"""What a file carries beside the text: comments in threads, what the paper is, where it comes from."""

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


@dataclass(frozen=True, slots=True)
class Extras:
    """What a file has beside its text; every part may be absent."""

    head: str = ""
    """What the paper is, for the head of every page: "Draft 2, 28 September 2021"."""
    line_numbers: bool = False
    threads: tuple[Remarks, ...] = ()
    """Comments. Those on paragraphs that are not in the file are left out."""
    draft_id: str = ""
    version: str = ""
    """The draft and its version ("3", "working:41"), by which a returned file is matched."""


PLAIN = Extras()
"""Nothing beside the text."""

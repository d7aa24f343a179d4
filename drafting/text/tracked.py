"""A redline as a value: what stood, what stands, and whose each difference is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drafting.text.resolution import Paragraph


class Mark(StrEnum):
    """What became of a piece of text."""

    KEEP = "keep"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose a difference is: the printed author (a delegation, the presidency), and when (UTC)."""

    author: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one mark; either `text`, or a footnote whose own pieces are `note`.

    `credit` is None for what was kept and where no author is known.
    """

    mark: Mark
    text: str = ""
    note: tuple[Piece, ...] | None = None
    italic: bool = False
    credit: Credit | None = None


class State(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED = "moved"
    """It stands at another place, and may be changed besides. Shown once, at the new place."""
    SPLIT = "split"
    """Its old words were the end of the paragraph that is the row before it; `old` is that end."""
    MERGED = "merged"
    """Its new words are the end of the paragraph that is the row before it; `new` is that end."""


@dataclass(frozen=True, slots=True)
class RedlineParagraph:
    """One paragraph of a redline, in the order of the new text with deleted ones where they stood.

    `old` is None for an inserted paragraph, `new` for a deleted one. `old_after` gives for a moved
    paragraph the index in `Redline.paragraphs` behind which it stood (-1: at the beginning).
    Several that stood behind the same one stood in the order of `old_place`, the place in the old
    text. `credit` says who inserted, deleted or moved the paragraph as a whole. `last_label` is what it
    was called in last year's resolution ("75/62: PP14"), where that is none of the two labels.
    """

    state: State
    old: Paragraph | None
    new: Paragraph | None
    pieces: tuple[Piece, ...]
    old_label: str = ""
    label: str = ""
    credit: Credit | None = None
    old_after: int | None = None
    old_place: int | None = None
    last_label: str = ""


@dataclass(frozen=True, slots=True)
class Redline:
    """A whole text against another."""

    paragraphs: tuple[RedlineParagraph, ...]

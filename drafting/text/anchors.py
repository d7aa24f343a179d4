"""Where a comment sits, and where it goes when the words move."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.text.changes import (
    Change,
    Delete,
    Insert,
    length,
    plain,
    text_length,
    transform_position,
)
from drafting.text.offsets import utf16_at


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words of a text, from `start` up to but without `end`, in UTF-16 units.

    Where both are the same the words are gone, and this is where they stood.
    """

    start: int
    end: int


def is_gone(anchor: Anchor) -> bool:
    """Tells whether an anchor's words are no longer there."""
    return anchor.start == anchor.end


def moved(anchor: Anchor, change: Change, *, quote: Change | None = None) -> Anchor:
    """Gives where the words stand after a change.

    Words inserted at either border stay outside. An anchor whose words were gone comes back when
    the change inserts its `quote` where it stood: an undo, or a restoration.
    """
    if is_gone(anchor):
        back = None if quote is None else _back(anchor.start, change, quote)
        if back is not None:
            return back
        at = transform_position(change, anchor.start, stays=True)
        return Anchor(at, at)
    start = transform_position(change, anchor.start)
    end = transform_position(change, anchor.end, stays=True)
    return Anchor(start, max(start, end))


def _back(position: int, change: Change, quote: Change) -> Anchor | None:
    """Gives where a change brings back the quote, if it does so at the position.

    Words typed over those of the anchor are taken away by the same undo: the quote then stands
    before a deletion that reaches up to the position, or beyond it.
    """
    base = after = 0
    inserted: list[Insert] = []
    for op in change.ops:
        if isinstance(op, Insert):
            inserted.append(op)
            continue
        reach = length(op) if isinstance(op, Delete) else 0
        if inserted and base <= position <= base + reach:
            return _within(inserted, quote, after)
        after += sum(length(one) for one in inserted) + (length(op) - reach)
        base += length(op)
        inserted = []
        if base > position:
            return None
    return _within(inserted, quote, after) if base == position else None


def _within(inserted: list[Insert], quote: Change, start: int) -> Anchor | None:
    words = plain(Change(tuple(inserted)))
    found = words.find(plain(quote))
    if not quote or found < 0:
        return None
    start += utf16_at(words, found)
    return Anchor(start, start + text_length(quote))


def split_at(anchor: Anchor, at: int) -> tuple[bool, Anchor]:
    """Tells whether the words go to the second half of a text cut at a position, and where there.

    Words on both sides go with the half that holds more of them, as far as that half has them.
    """
    before, behind = max(0, at - anchor.start), max(0, anchor.end - at)
    second = anchor.start > at if is_gone(anchor) else anchor.start >= at or behind > before
    if second:
        return True, Anchor(max(0, anchor.start - at), max(0, anchor.end - at))
    return False, Anchor(min(anchor.start, at), min(anchor.end, at))


def find(quote: str, text: Change) -> Anchor | None:
    """Gives where words stand in a text, when they stand there just once."""
    words = plain(text)
    first = words.find(quote)
    if not quote or first < 0 or words.find(quote, first + 1) >= 0:
        return None
    start = utf16_at(words, first)
    return Anchor(start, start + utf16_at(quote, len(quote)))

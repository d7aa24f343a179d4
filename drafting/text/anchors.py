"""Where a comment sits, and where it goes when the words move."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.text.changes import (
    Change,
    Delete,
    Insert,
    joined,
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

    Words inserted at either border stay outside. An anchor whose words were gone comes back when the
    change inserts just its `quote` where it stood: an undo, or a restoration.
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
    wanted = text_length(quote)
    base = after = 0
    inserted: list[Insert] = []
    for op in change.ops:
        if base > position:
            break
        if isinstance(op, Insert):
            inserted.append(op)
            continue
        if inserted and base == position:
            break
        after += sum(length(i) for i in inserted)
        inserted = []
        if base < position < base + length(op) and isinstance(op, Delete):
            return None
        base += length(op)
        after += 0 if isinstance(op, Delete) else length(op)
    if not inserted or base > position:
        return None
    words = joined(Change(tuple(inserted)))
    found = plain(words).find(plain(quote))
    if not wanted or found < 0:
        return None
    start = after + (position - base) + utf16_at(plain(words), found)
    return Anchor(start, start + wanted)


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

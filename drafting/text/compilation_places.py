"""The places of a paragraph that an amendment touches, and whether several can be told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drafting.text import diff
from drafting.text.changes import EMPTY, UTF16, Change, joined, part, plain, text_length

MAX_PLACES = 8
"""An amendment that touches more places of a paragraph is given whole."""

LEAST_KEPT = 0.25
"""An amendment that leaves a smaller share of the words is given whole, unless it only strikes."""

MAX_NESTED = 2
"""Bracketed stretches stand one in the other so deep; an amendment that goes deeper is given whole."""

MAX_AROUND_UTF16 = 30
"""A longer stretch in brackets has no others in it: one loses the way among them."""

_BLANK = " ".encode(UTF16)


@dataclass(frozen=True, slots=True)
class Hunk:
    """A place of the base that a proposal touches: the words there would be `words`.

    `blank`: the blank before goes too. `split`: the paragraph would be split there.
    """

    start: int
    end: int
    words: Change = EMPTY
    blank: bool = False
    split: bool = False

    @property
    def range(self) -> tuple[int, int]:
        """Gives the stretch that stands in brackets; an insertion or a split has none."""
        return self.start, self.end


def hunks_of(base: Change, text: Change) -> tuple[Hunk, ...]:
    """Gives the places where an amendment differs; none when it is better given whole."""
    found: list[tuple[int, int, int, int]] = []
    at_old = at_new = 0
    begun: tuple[int, int] | None = None
    for step in diff.steps(base, text):
        old, new = step.old, step.new
        same = old is not None and new is not None and (old.runs, old.note) == (new.runs, new.note)
        if same and begun is not None:
            found.append((begun[0], at_old, begun[1], at_new))
            begun = None
        elif not same and begun is None:
            begun = at_old, at_new
        at_old = old.end if old is not None else at_old
        at_new = new.end if new is not None else at_new
    if begun is not None:
        found.append((begun[0], at_old, begun[1], at_new))
    units = plain(base).encode(UTF16)
    hunks = tuple(_hunk(units, a, b, part(text, c, d)) for a, b, c, d in found)
    length = text_length(base)
    gone = sum(b - a for a, b, _, _ in found)
    # What only strikes is clearest where it stands, however much that is.
    rewritten = length - gone < LEAST_KEPT * length and any(c < d for _, _, c, d in found)
    if gone == length or rewritten or len(hunks) > MAX_PLACES:
        return ()
    return hunks if changed(base, hunks) == text else ()


def changed(base: Change, hunks: Iterable[Hunk]) -> Change:
    """Gives a text with what was said of its places done."""
    units = plain(base).encode(UTF16)
    pieces = []
    at = 0
    for hunk in sorted(hunks, key=lambda hunk: hunk.range):
        start = hunk.start - 1 if hunk.blank and is_blank(units, hunk.start - 1) else hunk.start
        pieces += [part(base, at, max(at, start)), hunk.words]
        at = max(at, hunk.end)
    return joined(*pieces, part(base, at))


def _hunk(units: bytes, start: int, end: int, words: Change) -> Hunk:
    if not words and end - start > 1 and is_blank(units, start):
        return Hunk(start + 1, end, blank=True)
    return Hunk(start, end, words)


def cut(text: Change, at: int) -> int:
    """Gives a position within the text, never inside a character."""
    at = min(max(at, 0), text_length(text))
    units = plain(text).encode(UTF16)
    low = b"\xdc" <= units[2 * at + 1 : 2 * at + 2] <= b"\xdf"
    return at - 1 if low else at


def is_blank(units: bytes, at: int) -> bool:
    """Tells whether a blank stands there, in UTF-16 units."""
    return at >= 0 and units[2 * at : 2 * at + 2] == _BLANK


def within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Tells whether a stretch lies in another, or is the same."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def fit(new: set[tuple[int, int]], taken: set[tuple[int, int]]) -> bool:
    """Tells whether stretches lie beside those taken, or in short ones or around, and never cross."""
    row = taken | new
    for one in new:
        for other in row:
            if one == other or one[1] <= other[0] or other[1] <= one[0]:
                continue
            around = one if within(other, one) else other if within(one, other) else None
            if around is None or around[1] - around[0] > MAX_AROUND_UTF16:
                return False
    touched = [inner for inner in row if any(within(inner, one) for one in new)]
    return all(sum(within(inner, outer) for outer in row) <= MAX_NESTED for inner in touched)

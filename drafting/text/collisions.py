"""Where two changes to one text meet, and how one is carried over what has come since.

Carrying over is the transform of a change and never a guess: where words it touches have changed,
that is said, with the places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    Delete,
    Insert,
    Retain,
    Revise,
    apply,
    length,
    part,
    plain,
    text_length,
    transform,
)
from drafting.text.diff import difference, tokens
from drafting.text.tracked import Mark


@dataclass(frozen=True, slots=True)
class Meeting:
    """A place where two changes touch the same words, in UTF-16 units of the text both were made to."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rebased:
    """A change carried over what has come since its base.

    `text` is what the whole would say; `meetings` are the places in the base where words it touches
    have changed; `moved` says that anything has changed at all; `done` that it would change nothing
    any more, because the text says all of it already.
    """

    change: Change
    text: Change
    meetings: tuple[Meeting, ...]
    moved: bool
    done: bool


def footprint(change: Change) -> list[tuple[int, int]]:
    """Gives the stretches of its base that a change touches; an insertion touches a place between units.

    Words taken away and words put in their place are one stretch.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for op in change.ops:
        if isinstance(op, Insert):
            start, end = at, at
        elif isinstance(op, Retain) and op.italic is None:
            at += op.length
            continue
        else:
            start, end = at, at + length(op)
            at = end
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def meetings(one: Change, two: Change) -> tuple[Meeting, ...]:
    """Gives where two changes made to one text touch the same words, in order.

    Two stretches that share units meet; so do two insertions at one place, and an insertion within
    words that the other takes away. Stretches that only stand side by side do not.
    """
    out: list[Meeting] = []
    others = footprint(two)
    for start, end in footprint(one):
        for other_start, other_end in others:
            low, high = max(start, other_start), min(end, other_end)
            if low < high or (low == high and _inside(start, end, other_start, other_end)):
                if out and low <= out[-1].end:
                    out[-1] = Meeting(min(low, out[-1].start), max(high, out[-1].end))
                else:
                    out.append(Meeting(low, high))
    return tuple(out)


def _inside(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Tells whether an insertion stands at another's place, or strictly within another's stretch."""
    if start == end:
        return other_start < start < other_end or start == other_start == other_end
    if other_start == other_end:
        return start < other_start < end
    return False


def rebase(base: Change, wanted: Change, now: Change) -> Rebased:
    """Carries a change, from `base` to `wanted`, over to what the text says now."""
    change = difference(base, wanted)
    over = difference(base, now)
    if over == EMPTY:
        return Rebased(change, wanted, (), moved=False, done=change == EMPTY)
    moved = transform(over, change, first=True)
    text = apply(now, moved)
    done = _same(text, now) or _same(wanted, now) or _holds(over, change)
    return Rebased(moved, text, meetings(change, over), moved=True, done=done)


@dataclass(frozen=True, slots=True)
class Laid:
    """A stretch of several changes laid into one text: whose it is, and whether they meet there.

    `by` are the places of the changes that insert or take away these words; none for words kept.
    """

    mark: Mark
    text: Change
    by: tuple[int, ...] = ()
    meets: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What one change does at one place: the stretch it touches, the words it puts there."""

    start: int
    end: int
    who: int
    words: Change


def laid(base: Change, changes: Sequence[Change]) -> tuple[Laid, ...]:
    """Gives several changes, all made to one text, laid into it side by side.

    Where they touch the same words, all of them are shown, none is made over another: what would
    go, then what each would put there.
    """
    out: list[Laid] = []
    at = 0
    for cluster in _clusters(base, changes):
        start, end = cluster[0].start, max(one.end for one in cluster)
        if at < start:
            out.append(Laid(Mark.KEEP, part(base, at, start)))
        met = len({one.who for one in cluster}) > 1
        out += _gone(base, cluster, start, end, met=met)
        out += [
            Laid(Mark.INSERT, one.words, (one.who,), met)
            for one in sorted(cluster, key=lambda one: (one.who, one.start))
            if one.words
        ]
        at = end
    if at < text_length(base):
        out.append(Laid(Mark.KEEP, part(base, at)))
    return tuple(out)


def _clusters(base: Change, changes: Sequence[Change]) -> list[list[_Stretch]]:
    """Gives the stretches in order, those together that touch the same words."""
    stretches = sorted(
        (one for who, change in enumerate(changes) for one in _stretches(base, change, who)),
        key=lambda one: (one.start, one.end, one.who),
    )
    out: list[list[_Stretch]] = []
    reach = 0
    for one in stretches:
        if out and (one.start < reach or one.start == one.end == out[-1][0].start == reach):
            out[-1].append(one)
        else:
            out.append([one])
        reach = max(reach, one.end)
    return out


def _stretches(base: Change, change: Change, who: int) -> list[_Stretch]:
    out = []
    for start, end in footprint(change):
        words = Builder()
        at = 0
        for op in change.ops:
            if isinstance(op, Insert):
                if start <= at <= end and not (at == end != start):
                    words.push(op)
                continue
            units = length(op)
            anew = isinstance(op, Revise) or (isinstance(op, Retain) and op.italic is not None)
            if anew and start <= at < end:
                words.extend(
                    part(apply(base, Change((Retain(at), op) if at else (op,))), at, at + units).ops
                )
            at += units
        out.append(_Stretch(start, end, who, words.change()))
    return out


def _gone(
    base: Change, cluster: Sequence[_Stretch], start: int, end: int, *, met: bool
) -> list[Laid]:
    """Gives the words of a cluster as they stand, each with those who would take it away."""
    cuts = sorted({start, end} | {cut for one in cluster for cut in (one.start, one.end)})
    out = []
    for low, high in pairwise(cuts):
        by = tuple(sorted(one.who for one in cluster if one.start <= low and high <= one.end))
        mark = Mark.DELETE if by else Mark.KEEP
        out.append(Laid(mark, part(base, low, high), by, met and bool(by)))
    return out


def _same(one: Change, two: Change) -> bool:
    return one == two or [t.key for t in tokens(one)] == [t.key for t in tokens(two)]


def _holds(over: Change, change: Change) -> bool:
    """Tells whether `over` does all that `change` does: takes away the same words, puts in the same."""
    if change == EMPTY:
        return False
    gone, put = _deleted(over), _inserted(over)
    for start, end in _deleted(change):
        if not any(low <= start and end <= high for low, high in gone):
            return False
    for place, words in _inserted(change).items():
        if words not in put.get(place, ""):
            return False
    return not any(isinstance(op, Retain) and op.italic is not None for op in change.ops)


def _deleted(change: Change) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    at = 0
    for op in change.ops:
        if isinstance(op, Insert):
            continue
        if isinstance(op, Delete):
            if out and out[-1][1] == at:
                out[-1] = (out[-1][0], at + op.length)
            else:
                out.append((at, at + op.length))
        at += length(op)
    return out


def _inserted(change: Change) -> dict[int, str]:
    out: dict[int, str] = {}
    at = 0
    for op in change.ops:
        if isinstance(op, Insert):
            out[at] = out.get(at, "") + plain(Change((op,)))
        else:
            at += length(op)
    return out


def carried(base: Change, now: Change, start: int, end: int) -> tuple[int, int] | None:
    """Gives where words of `base` stand in what the text says now; None when any of them is gone."""
    over = difference(base, now)
    for low, high in _deleted(over):
        if low < end and start < high:
            return None
    at, shift_start, shift_end = 0, 0, 0
    for op in over.ops:
        if isinstance(op, Insert):
            if at <= start:
                shift_start += length(op)
            if at < end:
                shift_end += length(op)
            continue
        if isinstance(op, Delete):
            if at < start:
                shift_start -= op.length
            if at < end:
                shift_end -= op.length
        at += length(op)
    return start + shift_start, end + shift_end


def words_at(text: Change, meeting: Meeting) -> str:
    """Gives the words of a meeting, footnotes left out."""
    stop = min(meeting.end, text_length(text))
    return plain(part(text, min(meeting.start, stop), stop)).replace("\ufffc", "")

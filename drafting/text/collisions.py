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
    NOTE_PLACEHOLDER,
    Builder,
    Change,
    Delete,
    Insert,
    Note,
    Op,
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
    return [(one.start, one.end) for one in _touches(change)]


@dataclass(frozen=True, slots=True)
class _Touch:
    """A stretch that a change touches, and whether it puts words in at its beginning."""

    start: int
    end: int
    puts: bool


def _touches(change: Change) -> list[_Touch]:
    found: list[_Touch] = []
    at = 0
    for op in change.ops:
        if isinstance(op, Insert):
            found.append(_Touch(at, at, puts=True))
            continue
        end = at + length(op)
        if not isinstance(op, Retain) or op.italic is not None:
            last = found[-1] if found else None
            if last is not None and last.end == at:
                found[-1] = _Touch(last.start, end, last.puts)
            else:
                found.append(_Touch(at, end, puts=False))
        at = end
    return found


def meetings(one: Change, two: Change) -> tuple[Meeting, ...]:
    """Gives where two changes made to one text touch the same words, in order.

    Two stretches that share units meet; so do words put in at one place, and words put in within
    what the other takes away. Stretches that only stand side by side do not.
    """
    out: list[Meeting] = []
    others = _touches(two)
    for mine in _touches(one):
        for other in others:
            low, high = max(mine.start, other.start), min(mine.end, other.end)
            if low < high or (low == high and _at_one_place(mine, other)):
                if out and low <= out[-1].end:
                    out[-1] = Meeting(min(low, out[-1].start), max(high, out[-1].end))
                else:
                    out.append(Meeting(low, high))
    return tuple(out)


def _at_one_place(mine: _Touch, other: _Touch) -> bool:
    """Tells whether two that share no unit put words in at one place, or one within the other."""
    if mine.puts and other.puts and mine.start == other.start:
        return True
    within = mine.start == mine.end and other.start < mine.start < other.end
    around = other.start == other.end and mine.start < other.start < mine.end
    return within or around


def rebase(base: Change, wanted: Change, now: Change) -> Rebased:
    """Carries a change, from `base` to `wanted`, over to what the text says now."""
    change = difference(base, wanted)
    over = difference(base, now)
    if over == EMPTY:
        return Rebased(change, wanted, (), moved=False, done=change == EMPTY)
    moved = transform(over, change, first=True)
    text = apply(now, moved)
    done = _same(text, now) or _same(wanted, now) or _holds(base, over, change)
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
        last = out[-1] if out else []
        together = any(one.words and one.start == other.start and other.words for other in last)
        if out and (one.start < reach or together):
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


def _holds(base: Change, over: Change, change: Change) -> bool:
    """Tells whether `over` does all that `change` does: takes away the same words, puts in the same.

    What is done to kept words, to a note's or to italics, is done where the same was done there.
    """
    wanted, there = _revised(change), _revised(over)
    if any(there.get(at) != op for at, op in wanted.items()):
        return False
    done = _stretches(base, over, 0)
    for one in _stretches(base, change, 0):
        said = _padded(one.words)
        if not any(
            other.start <= one.start and one.end <= other.end and said in _padded(other.words)
            for other in done
        ):
            return False
    return change != EMPTY


def _revised(change: Change) -> dict[int, Op]:
    """Gives by their places what is done to kept words: to those of a note, or to their italics."""
    out: dict[int, Op] = {}
    at = 0
    for op in change.ops:
        if isinstance(op, Insert):
            continue
        if isinstance(op, Revise) or (isinstance(op, Retain) and op.italic is not None):
            out[at] = op
        at += length(op)
    return out


def _padded(words: Change) -> str:
    """Gives words between blanks, so that no word is found within another; a note is its own words."""
    said = " ".join("".join(map(_spelled, words.ops)).split())
    return f" {said} " if said else ""


def _spelled(op: Op) -> str:
    match op:
        case Insert(Note(content)):
            return f" {NOTE_PLACEHOLDER}{plain(content)}{NOTE_PLACEHOLDER} "
        case Insert(str(content)):
            return content
        case _:
            return ""


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

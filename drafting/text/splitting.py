"""Paragraphs that were split in two or more, or merged into one, told as such.

Without this the words behind the split would be struck in one paragraph and stand as new in the
next. Here the whole is cut where its parts meet, and each piece is compared with its own part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from drafting.text.changes import joined, part
from drafting.text.diff import cuts, dice, words
from drafting.text.lineage import IN_ORDER_LEAST, MAX_PAIRS, Match, match
from drafting.text.redline import NOBODY, Attribution, between
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Redline, State

PART_WORDS = 4
"""Least words of a part: a shorter one is found in any paragraph by chance."""

COVERED_LEAST = 0.6
"""Least share of a part's words that the whole must have."""

MAX_PARTS = 12
"""Most parts of one whole."""

_TITLES = frozenset({Kind.HEADING, Kind.ANNEX, Kind.FORMULA})


@dataclass(frozen=True, slots=True)
class _Side:
    """A text in words."""

    paragraphs: Sequence[Paragraph]
    bags: Sequence[Counter[str]]


@dataclass(frozen=True, slots=True)
class _Parted:
    """A whole, by its place, and the places of its parts on the other side."""

    whole: int
    parts: tuple[int, ...]


def redline(
    old: Sequence[Paragraph],
    new: Sequence[Paragraph],
    *,
    old_labels: Sequence[str],
    new_labels: Sequence[str],
    attribution: Attribution = NOBODY,
) -> Redline:
    """Gives the redline of `new` against `old`, with splits and merges; labels as in `redline`.

    Every part of a split or merge but the first is a row of its own with the state SPLIT or MERGED.
    """
    pairs = match(old, new)
    plain = between(
        pairs, old, new, old_labels=old_labels, new_labels=new_labels, attribution=attribution
    )
    olds, news = _side(old), _side(new)
    forth = {was: now for was, now in pairs if was is not None and now is not None}
    back = {now: was for was, now in forth.items()}
    split = list(_parted(olds, news, forth, set(back)))
    taken = {one.whole for one in split}
    merged = [one for one in _parted(news, olds, back, set(forth)) if not taken & {*one.parts}]
    if not split and not merged:
        return plain
    made = _cut(olds, news, pairs, split, merged)
    rows = between(
        made.pairs,
        made.old,
        made.new,
        old_labels=[old_labels[place] for place in made.old_places],
        new_labels=[new_labels[place] for place in made.new_places],
        attribution=attribution,
    ).paragraphs
    told = list(rows)
    now = -1
    for at, row in enumerate(rows):
        now += row.new is not None
        state = made.states.get(now) if row.new is not None else None
        if state is None:
            continue
        # Where a part has moved besides, words would be joined that do not stand together.
        if {row.state, rows[at - 1].state} & _APART:
            return plain
        told[at] = replace(row, state=state)
    return Redline(tuple(told))


_APART = frozenset({State.MOVED, State.INSERTED, State.DELETED})


# Finding -----------------------------------------------------------------------------------------


def _side(paragraphs: Sequence[Paragraph]) -> _Side:
    return _Side(paragraphs, [Counter(words(one.text)) for one in paragraphs])


def _parted(
    wholes: _Side, parts: _Side, pairs: Mapping[int, int], matched: set[int]
) -> Iterator[_Parted]:
    """Gives the wholes that fell into parts; `matched` are the parts that have a counterpart."""
    taken: set[int] = set()
    free = [place for place in range(len(parts.paragraphs)) if place not in matched]
    if not free or len(free) * len(wholes.paragraphs) > MAX_PAIRS:
        return
    for whole, paragraph in enumerate(wholes.paragraphs):
        if paragraph.kind in _TITLES or paragraph.key is not None:
            continue
        for run in _runs(whole, wholes, parts, pairs.get(whole), set(free) - taken):
            found = _confirmed(whole, run, wholes, parts, pairs.get(whole))
            if found is not None:
                taken |= {*found.parts}
                yield found
                break


def _runs(
    whole: int, wholes: _Side, parts: _Side, own: int | None, free: set[int]
) -> Iterator[list[int]]:
    """Gives rows of neighbouring parts whose words the whole has; its own counterpart is among them."""
    likely = {place for place in free if _covered(parts, place, wholes.bags[whole])}
    if own is not None:
        if parts.paragraphs[own].key is None:
            run = [own]
            while run[0] - 1 in likely:
                run.insert(0, run[0] - 1)
            while run[-1] + 1 in likely:
                run.append(run[-1] + 1)
            yield run
        return
    starts = sorted(place for place in likely if place - 1 not in likely)
    for start in starts:
        run = [start]
        while run[-1] + 1 in likely:
            run.append(run[-1] + 1)
        yield run


def _covered(parts: _Side, place: int, bag: Counter[str]) -> bool:
    one, paragraph = parts.bags[place], parts.paragraphs[place]
    if paragraph.kind in _TITLES or paragraph.key is not None or one.total() < PART_WORDS:
        return False
    return (one & bag).total() >= COVERED_LEAST * one.total()


def _confirmed(
    whole: int, run: list[int], wholes: _Side, parts: _Side, own: int | None
) -> _Parted | None:
    """Gives the whole with those of the parts that are like the pieces they came from."""
    while 2 <= len(run) <= MAX_PARTS:  # noqa: PLR2004 - fewer is no split
        pieces = _pieces(wholes.paragraphs[whole], [parts.paragraphs[place] for place in run])
        alike = [
            dice(Counter(words(piece.text)), parts.bags[place]) >= IN_ORDER_LEAST
            for piece, place in zip(pieces, run, strict=True)
        ]
        if all(alike):
            return _Parted(whole, tuple(run))
        if not alike[-1] and run[-1] != own:
            run = run[:-1]
        elif not alike[0] and run[0] != own:
            run = run[1:]
        else:
            return None
    return None


def _pieces(whole: Paragraph, parts: Sequence[Paragraph]) -> list[Paragraph]:
    """Cuts a whole where its parts meet."""
    points = [0, *cuts(whole.text, [one.text for one in parts]), None]
    return [
        replace(whole, text=part(whole.text, start or 0, end)) for start, end in pairwise(points)
    ]


# Cutting -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Made:
    """Both texts with the wholes cut, and what was cut."""

    old: list[Paragraph]
    new: list[Paragraph]
    old_places: list[int]
    new_places: list[int]
    pairs: list[Match]
    states: dict[int, State]
    """By new place, of every part but the first."""


def _cut(
    olds: _Side,
    news: _Side,
    pairs: Sequence[Match],
    split: Sequence[_Parted],
    merged: Sequence[_Parted],
) -> _Made:
    old, old_places, old_at = _laid_out(olds, news, split)
    new, new_places, new_at = _laid_out(news, olds, merged)
    links: list[tuple[int, int]] = []
    states: dict[int, State] = {}
    wholes = {one.whole for one in split}, {one.whole for one in merged}
    for was, now in pairs:
        if was is not None and now is not None and was not in wholes[0] and now not in wholes[1]:
            links.append((old_at[was], new_at[now]))
    for one in split:
        for step, place in enumerate(one.parts):
            links.append((old_at[one.whole] + step, new_at[place]))
            if step:
                states[new_at[place]] = State.SPLIT
    for one in merged:
        for step, place in enumerate(one.parts):
            links.append((old_at[place], new_at[one.whole] + step))
            if step:
                states[new_at[one.whole] + step] = State.MERGED
    return _Made(old, new, old_places, new_places, list(links), states)


def _laid_out(
    wholes: _Side, parts: _Side, parted: Sequence[_Parted]
) -> tuple[list[Paragraph], list[int], list[int]]:
    """Gives a text with its wholes cut, the place each piece came from, and where each place begins."""
    by_whole = {one.whole: one for one in parted}
    out: list[Paragraph] = []
    places: list[int] = []
    begins: list[int] = []
    for place, paragraph in enumerate(wholes.paragraphs):
        begins.append(len(out))
        found = by_whole.get(place)
        pieces = (
            [paragraph]
            if found is None
            else _pieces(paragraph, [parts.paragraphs[one] for one in found.parts])
        )
        out += pieces
        places += [place] * len(pieces)
    return out, places, begins


# Joining -----------------------------------------------------------------------------------------


def sides(redline: Redline) -> tuple[list[Paragraph], list[Paragraph]]:
    """Gives both texts of a redline again, with what was cut for it joined, each in its own order."""
    old = sorted(
        (
            (row.old_place, row.old, row.state is State.SPLIT)
            for row in redline.paragraphs
            if row.old is not None and row.old_place is not None
        ),
        key=lambda one: one[0],
    )
    new = [
        (row.new, row.state is State.MERGED) for row in redline.paragraphs if row.new is not None
    ]
    return _joined([one[1:] for one in old]), _joined(new)


def _joined(row: Sequence[tuple[Paragraph, bool]]) -> list[Paragraph]:
    out: list[Paragraph] = []
    for paragraph, continues in row:
        if continues and out:
            out[-1] = replace(out[-1], text=joined(out[-1].text, paragraph.text))
        else:
            out.append(paragraph)
    return out

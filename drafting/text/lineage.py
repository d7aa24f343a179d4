"""Which paragraph of an earlier text each paragraph of a later one descends from.

By identity where both carry one; else by likeness, as a suggestion that a person confirms: texts
of neighbouring years often differ by one word from paragraph to paragraph. The thresholds are
those of research/documents.md section 6.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher

from drafting.text.diff import dice, words
from drafting.text.resolution import Kind, Paragraph

IN_ORDER_LEAST = 0.5
"""Least likeness (Dice, by words) of two paragraphs at corresponding places."""

MOVED_LEAST = 0.6
"""Least likeness of two paragraphs out of order."""

MOVED_WORDS = 6
"""Least words of a paragraph that is found again out of order: shorter ones are alike by chance."""

MAX_PAIRS = 40_000
"""Most pairs of unlike paragraphs that are compared by their words, in one gap or for moves."""

Match = tuple[int | None, int | None]
"""A place in the old text and one in the new; None where there is no counterpart."""


def match(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[Match]:
    """Gives the pairs in the order of the new text, each deleted paragraph where it stood."""
    return in_reading_order(_Matcher(old, new).pairs(), len(old), len(new))


def in_reading_order(
    pairs: dict[int, int], old_count: int, new_count: int, steady: AbstractSet[int] | None = None
) -> list[Match]:
    """Gives pairs (new place to old place) and all that have none, in reading order.

    A deleted paragraph follows the nearest before it that is deleted too or has kept its place:
    `steady` are the new places of those that have, as `in_place` gives them where it is not known.
    """
    if steady is None:
        steady = in_place(pairs)
    behind: dict[int, list[Match]] = {}
    matched = set(pairs.values())
    last = -1
    now = {old: place for place, old in pairs.items() if place in steady}
    for place in range(old_count):
        if place not in matched:
            behind.setdefault(last, []).append((place, None))
        elif place in now:
            last = now[place]
    out = behind.get(-1, [])
    for place in range(new_count):
        out.append((pairs.get(place), place))
        out += behind.get(place, [])
    return out


def in_place(pairs: dict[int, int], moved: AbstractSet[int] = frozenset()) -> set[int]:
    """Gives the new places of the pairs that keep their order: as many as can.

    `moved` are the new places of what is known to have been moved: all else keeps its order first.
    """
    out = _in_order(pairs, [place for place in sorted(pairs) if place not in moved])
    if not moved:
        return out
    kept = sorted(out)
    behind = [-1, *(pairs[place] for place in kept)]
    before = [*(pairs[place] for place in kept), max(pairs.values(), default=0) + 1]
    fits = [
        place
        for place in sorted(moved & pairs.keys())
        if behind[(at := bisect_left(kept, place))] < pairs[place] < before[at]
    ]
    return out | _in_order(pairs, fits)


def _in_order(pairs: dict[int, int], places: Sequence[int]) -> set[int]:
    """Gives as many of these places as stand in the old order among themselves."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(tails, pairs[place])
        before[place] = ends[at - 1] if at else None
        tails[at : at + 1] = [pairs[place]]
        ends[at : at + 1] = [place]
    out: set[int] = set()
    step = ends[-1] if ends else None
    while step is not None:
        out.add(step)
        step = before[step]
    return out


@dataclass(frozen=True, slots=True)
class _Side:
    family: str
    words: tuple[str, ...]
    bag: Counter[str]


class _Matcher:
    def __init__(self, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> None:
        self.old, self.new = old, new
        self.olds = [_side(paragraph) for paragraph in old]
        self.news = [_side(paragraph) for paragraph in new]
        self.found: dict[int, int] = {}

    def pairs(self) -> dict[int, int]:
        """Gives for each new place its old place."""
        self._by_key()
        self._in_order()
        self._moves()
        return self.found

    def _by_key(self) -> None:
        places = {p.key: place for place, p in enumerate(self.old) if p.key is not None}
        for place, paragraph in enumerate(self.new):
            was = places.pop(paragraph.key, None) if paragraph.key is not None else None
            if was is not None:
                self.found[place] = was

    def _open(self) -> tuple[list[int], list[int]]:
        """Gives the places without a counterpart, where there may be one still.

        Two keys that differ are two paragraphs, however alike.
        """
        taken = set(self.found.values())
        olds = [place for place in range(len(self.old)) if place not in taken]
        return olds, [place for place in range(len(self.new)) if place not in self.found]

    def _in_order(self) -> None:
        olds, news = self._open()
        one = [(self.olds[place].family, self.olds[place].words) for place in olds]
        two = [(self.news[place].family, self.news[place].words) for place in news]
        same = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
        at_old = at_new = 0
        for block in same:
            self._align(olds[at_old : block.a], news[at_new : block.b])
            for step in range(block.size):
                was, place = olds[block.a + step], news[block.b + step]
                if self._may(was, place):
                    self.found[place] = was
            at_old, at_new = block.a + block.size, block.b + block.size

    def _align(self, olds: Sequence[int], news: Sequence[int]) -> None:
        """Pairs paragraphs in order so that the sum of their likeness is greatest."""
        if not olds or not news or len(olds) * len(news) > MAX_PAIRS:
            return
        likeness = [[self._likeness(was, place, IN_ORDER_LEAST) for place in news] for was in olds]
        best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
        for i in reversed(range(len(olds))):
            for j in reversed(range(len(news))):
                best[i][j] = max(
                    best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j]
                )
        i = j = 0
        while i < len(olds) and j < len(news):
            alike = likeness[i][j]
            if alike and best[i][j] == best[i + 1][j + 1] + alike:
                self.found[news[j]] = olds[i]
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1

    def _moves(self) -> None:
        olds, news = (
            [place for place in row if len(sides[place].words) >= MOVED_WORDS]
            for row, sides in zip(self._open(), (self.olds, self.news), strict=True)
        )
        if len(olds) * len(news) > MAX_PAIRS:
            return
        likely = sorted(
            (
                (alike, was, place)
                for was in olds
                for place in news
                if (alike := self._likeness(was, place, MOVED_LEAST))
            ),
            key=lambda one: (-one[0], one[1], one[2]),
        )
        taken: set[int] = set()
        for _, was, place in likely:
            if was not in taken and place not in self.found:
                taken.add(was)
                self.found[place] = was

    def _may(self, was: int, place: int) -> bool:
        return self.old[was].key is None or self.new[place].key is None

    def _likeness(self, was: int, place: int, least: float) -> float:
        """Gives how alike two paragraphs are; nought below the least, or where they cannot be."""
        one, two = self.olds[was], self.news[place]
        if one.family != two.family or not self._may(was, place):
            return 0.0
        alike = dice(one.bag, two.bag)
        return alike if alike >= least else 0.0


def _side(paragraph: Paragraph) -> _Side:
    row = tuple(words(paragraph.text))
    return _Side(_family(paragraph.kind), row, Counter(row))


def _family(kind: Kind) -> str:
    """Gives what a paragraph may descend from: unnumbered and numbered text of annexes are one."""
    return "annexed" if kind in {Kind.ANNEX_TEXT, Kind.ANNEX_ITEM} else kind.value

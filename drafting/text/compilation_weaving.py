"""Proposals woven into the words of a paragraph, in brackets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from drafting.text.changes import EMPTY, UTF16, Change, Insert, part, plain, text_length
from drafting.text.compilation import Alternative
from drafting.text.compilation_form import (
    CLOSE,
    DELETE,
    DELETE_BARE,
    GAP,
    INSERT,
    INSTRUCTION,
    OPEN,
    REPLACE,
    SPLIT,
    Role,
    Segment,
)
from drafting.text.compilation_places import Hunk, is_blank, within


class Weaver:
    """Weaves the alternatives into the words of a paragraph."""

    def __init__(
        self,
        base: Change,
        placed: Sequence[tuple[Alternative, tuple[Hunk, ...]]],
        names: Sequence[str],
    ) -> None:
        self.base = base
        self.names = names
        self.units = plain(base).encode(UTF16)
        self.ranges: defaultdict[tuple[int, int], list[tuple[int, Hunk]]] = defaultdict(list)
        self.points: defaultdict[int, list[tuple[int, Hunk]]] = defaultdict(list)
        for index, (_, hunks) in enumerate(placed):
            for hunk in hunks:
                if hunk.start < hunk.end:
                    self.ranges[hunk.range].append((index, hunk))
                else:
                    self.points[hunk.start].append((index, hunk))
        self.out: list[Segment] = []
        self.order: dict[int, None] = {}
        """The alternatives in the order in which they first appear."""

    def woven(self) -> tuple[Segment, ...]:
        """Gives the segments of the paragraph."""
        self._stretch(0, text_length(self.base), list(self.ranges), list(self.points))
        return tuple(self.out)

    def _stretch(
        self, start: int, end: int, ranges: list[tuple[int, int]], points: list[int]
    ) -> None:
        """Weaves a stretch with the ranges and points that lie in it."""
        outer = [one for one in ranges if not any(within(one, o) for o in ranges if o != one)]
        free = [p for p in points if not any(a < p < b for a, b in outer)]
        # Where they meet, a range that ends comes first, then insertions, then a range that begins.
        events = sorted([(p, 0, p) for p in free] + [(a, 1, b) for a, b in outer])
        at = start
        behind_range = False
        for here, is_range, to in events:
            if here > at:
                self._words(at, here)
                at, behind_range = here, False
            if is_range:
                self._range(
                    (here, to),
                    [r for r in ranges if r != (here, to) and within(r, (here, to))],
                    [p for p in points if here < p < to],
                )
                at, behind_range = to, True
            else:
                self._points(here, behind_range=behind_range)
        if at < end:
            self._words(at, end)

    def _words(self, start: int, end: int) -> None:
        self.out.append(Segment(Role.WORDS, part(self.base, start, end)))

    def _points(self, here: int, *, behind_range: bool) -> None:
        """Weaves in what is inserted at a place, and then who would split the paragraph there."""
        places = self.points[here]
        for index, hunk in places:
            if not hunk.split:
                self._insertion(index, hunk.words, behind_range=behind_range)
        splits = [index for index, hunk in places if hunk.split]
        last = self.out[-1] if self.out else GAP
        for index in splits:
            self.order.setdefault(index)
            self.out += bracket(self.names[index], Segment(Role.SAID, said=SPLIT))
        if splits and _closes_with_blank(last.words) and here < text_length(self.base):
            self.out.append(GAP)

    def _insertion(self, index: int, words: Change, *, behind_range: bool) -> None:
        self.order.setdefault(index)
        if _opens_with_blank(words):
            self.out.append(GAP)
            words = part(words, 1)
        content = (introduced if behind_range else worded)(INSERT, words)
        self.out += bracket(self.names[index], *content)

    def _range(
        self, place: tuple[int, int], ranges: list[tuple[int, int]], points: list[int]
    ) -> None:
        self.out.append(OPEN)
        self._stretch(*place, ranges, points)
        self.out.append(CLOSE)
        for index, hunk in self.ranges[place]:
            self.order.setdefault(index)
            if hunk.words:
                content = worded(REPLACE, hunk.words)
            else:
                stays = not hunk.blank and is_blank(self.units, hunk.start - 1)
                content = (Segment(Role.SAID, said=DELETE_BARE if stays else DELETE),)
            self.out += [GAP, *bracket(self.names[index], *content)]


def _opens_with_blank(words: Change) -> bool:
    """Tells whether inserted words begin with a blank that can stand before their bracket.

    There it has no slope of its own: it takes that of what follows it.
    """
    first = words.ops[0] if words.ops else None
    if not isinstance(first, Insert) or not isinstance(first.content, str):
        return False
    rest = part(words, 1) if first.content.startswith(" ") else EMPTY
    return bool(rest.ops) and isinstance(rest.ops[0], Insert) and rest.ops[0].italic == first.italic


def _closes_with_blank(words: Change) -> bool:
    last = words.ops[-1] if words.ops else None
    return (
        isinstance(last, Insert)
        and isinstance(last.content, str)
        and last.content.endswith(" ")
        and not last.italic
    )


def bracket(name: str, *content: Segment) -> tuple[Segment, ...]:
    """Gives what somebody says, in brackets."""
    return (OPEN, Segment(Role.OWNERS, said=name), *content, CLOSE)


def introduced(verb: str, words: Change) -> tuple[Segment, ...]:
    """Gives words behind the verb of the form that says what they are."""
    if not words:
        return (Segment(Role.SAID, said=verb),)
    return Segment(Role.SAID, said=f"{verb} "), Segment(Role.WORDS, words)


def worded(verb: str, words: Change) -> tuple[Segment, ...]:
    """Gives words alone, or introduced where they might be taken for an instruction."""
    if not words or INSTRUCTION.match(plain(words)):
        return introduced(verb, words)
    return (Segment(Role.WORDS, words),)

"""A paragraph's words laid out for looking at: characters, slopes, quotations, and how to mend them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cached_property

from drafting.text.changes import (
    NOTE_PLACEHOLDER,
    Builder,
    Change,
    Insert,
    Note,
    Revise,
    plain,
)
from drafting.text.editorial.findings import RULES, Finding, Level
from drafting.text.offsets import utf16_among, wide_characters

_PLAINLY = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2011": "-"})
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_QUOTED = re.compile("“[^“”]*(?:“[^“”]*”[^“”]*)*”")
NEAR = 160
"""How much of what stands before a place is looked at, in characters."""


class Line:
    """The words of a paragraph, or of one of its footnotes.

    `text` has one character for each of the words', no-break characters made plain; a footnote is
    NOTE_PLACEHOLDER. Positions count characters; a finding's are converted to units.
    """

    def __init__(self, words: Change) -> None:
        """Lays out a text."""
        self.words = words
        self.as_is = plain(words)
        self.text = self.as_is if self.as_is.isascii() else self.as_is.translate(_PLAINLY)
        self.note_at: int | None = None
        """Of a footnote's words: the position of its mark, in units of the paragraph."""

    @cached_property
    def slopes(self) -> list[bool]:
        """Tells of each character whether it is italic."""
        out: list[bool] = []
        for op in self.words.ops:
            if isinstance(op, Insert):
                size = len(op.content) if isinstance(op.content, str) else 1
                out += [bool(op.italic)] * size
        return out

    @cached_property
    def opening_end(self) -> int:
        """The position behind the italic opening; 0 without one."""
        slopes = self.slopes
        at = 0
        while at < len(slopes) and not slopes[at] and self.text[at] in " []“‘(":
            at += 1
        while at < len(slopes) and slopes[at]:
            at += 1
        return at if any(slopes[:at]) else 0

    @cached_property
    def quotations(self) -> list[tuple[int, int]]:
        """The stretches between typographic quotation marks, marks included; and addresses of the web."""
        found = [one.span() for one in _QUOTED.finditer(self.text)]
        if "www." in self.text or "://" in self.text:
            found += [one.span() for one in _ADDRESS.finditer(self.text)]
        return sorted(found)

    def quoted(self, at: int) -> bool:
        """Tells whether a position lies in a quotation: titles and others' words keep their form."""
        place = bisect_right(self.quotations, (at, len(self.text)))
        # An address may lie within a quotation: the two before are looked at.
        return any(start <= at < end for start, end in self.quotations[max(0, place - 2) : place])

    def titled(self, at: int) -> bool:
        """Tells whether a position lies in an italic title, or in a quotation."""
        italic = at < len(self.slopes) and self.slopes[at] and at >= self.opening_end
        return italic or self.quoted(at)

    @cached_property
    def _wide(self) -> list[int]:
        return wide_characters(self.as_is)

    def units(self, at: int) -> int:
        """Converts a position to units."""
        return utf16_among(self._wide, at)

    def before(self, at: int) -> str:
        """Gives what stands just before a position."""
        return self.text[max(0, at - NEAR) : at]

    # Changes -------------------------------------------------------------------------------------

    def change(self, *edits: tuple[int, int, str], italic: bool | None = None) -> Change:
        """Gives the change that puts words in place of stretches, given in order.

        They slope as the character they stand for, or the one before, unless `italic` is said.
        """
        builder, at = Builder(), 0
        for start, end, words in edits:
            builder.retain(self.units(start) - self.units(at))
            slope = self._slope(start, end) if italic is None else italic
            builder.insert(words, italic=slope or None)
            builder.delete(self.units(end) - self.units(start))
            at = end
        return self.placed(builder.change())

    def _slope(self, start: int, end: int) -> bool:
        if not self.slopes:
            return False
        at = start if end > start else max(start - 1, 0)
        return self.slopes[min(at, len(self.slopes) - 1)]

    def sloped(self, start: int, end: int, *, italic: bool) -> Change:
        """Gives the change that sets a stretch in italics or in roman."""
        builder = Builder().retain(self.units(start))
        builder.retain(self.units(end) - self.units(start), italic=italic)
        return self.placed(builder.change())

    def placed(self, change: Change) -> Change:
        """Gives a change to these words as one to the paragraph."""
        if self.note_at is None:
            return change
        return Builder().retain(self.note_at).push(Revise(change)).change()

    # Findings ------------------------------------------------------------------------------------

    def find(
        self,
        number: int,
        start: int,
        end: int,
        sentence: str = "",
        *,
        to: str | None = None,
        repair: Change | None = None,
        level: Level | None = None,
    ) -> Finding:
        """Gives a finding at a stretch; `to` is what its words become. The place is set later."""
        rule = RULES[number]
        size = len(self.as_is)
        start, end = max(0, min(start, size)), max(0, min(end, size))
        if to is not None and repair is None:
            repair = self._least(start, end, to)
        at, stop = (
            (self.units(start), self.units(end))
            if self.note_at is None
            else (self.note_at, self.note_at + 1)
        )
        return Finding(
            rule,
            level or rule.level,
            0,
            at,
            stop,
            self.as_is[start:end].replace(NOTE_PLACEHOLDER, "*"),
            sentence or rule.sentence,
            repair,
            "" if to is None else to,
        )

    def _least(self, start: int, end: int, to: str) -> Change:
        """Gives the change that touches only what differs, so that all else keeps author and slope."""
        was = self.as_is[start:end]
        head = 0
        while head < min(len(was), len(to)) and was[head] == to[head]:
            head += 1
        tail = 0
        while tail < min(len(was), len(to)) - head and was[-1 - tail] == to[-1 - tail]:
            tail += 1
        return self.change((start + head, end - tail, to[head : len(to) - tail]))


def notes_of(line: Line) -> list[Line]:
    """Gives the words of a paragraph's footnotes, each knowing where its mark stands."""
    out: list[Line] = []
    at = 0
    for op in line.words.ops:
        if isinstance(op, Insert) and isinstance(op.content, Note):
            note = Line(op.content.content)
            note.note_at = line.units(at)
            out.append(note)
            at += 1
        elif isinstance(op, Insert):
            at += len(op.content) if isinstance(op.content, str) else 1
    return out


def at_place(finding: Finding, index: int) -> Finding:
    """Gives a finding of a paragraph's words with the paragraph's place."""
    return replace(finding, index=index)


__all__ = ["NEAR", "NOTE_PLACEHOLDER", "Line", "at_place", "notes_of"]

"""Which list of a Word file numbers each paragraph, so that the file counts as the labels do."""

from __future__ import annotations

from drafting.text.resolution import MAX_LEVEL, Kind, Paragraph
from drafting.text.tracked import Redline, State


class Numbers:
    """Gives each paragraph its list and level: operatives run on, annexes and strays begin anew."""

    __slots__ = ("current", "lists", "single", "stray")

    def __init__(self, operatives: int) -> None:
        self.single = operatives == 1
        self.lists = 1
        self.current = 0
        """The list of the annex that is being written; 0 outside annexes."""
        self.stray: int | None = None
        """The list of sub-paragraphs under a paragraph that has no number; 0: none yet."""

    def _new(self) -> int:
        self.lists += 1
        return self.lists

    def place(self, paragraph: Paragraph) -> tuple[int, int] | None:
        """Gives the list and the level in it of the next paragraph, or None: not numbered."""
        match paragraph.kind:
            case Kind.SUB:
                level = min(max(paragraph.level, 1), MAX_LEVEL)
                if self.stray is None:
                    return self.current or 1, level
                if not self.stray:
                    self.stray = self._new()
                return self.stray, level
            case Kind.OPERATIVE:
                # A single operative paragraph carries no number (un-practice.md 1.3).
                self.stray = 0 if self.single else None
                self.current = 0
                return None if self.single else (1, 0)
            case Kind.ANNEX_ITEM:
                self.current = self.current or self._new()
                self.stray = None
                return self.current, 0
            case Kind.ANNEX:
                self.current = self._new()
                self.stray = 0
                return None
            case _:
                self.stray = 0
                return None


class TrackedNumbers(Numbers):
    """Numbers a redline: what is gone is numbered as the old text was."""

    __slots__ = ("single_new", "single_old")

    def __init__(self, redline: Redline) -> None:
        super().__init__(0)
        rows = redline.paragraphs
        self.single_old, self.single_new = (
            sum(p is not None and p.kind is Kind.OPERATIVE for p in side) == 1
            for side in (
                [row.old for row in rows if row.state is not State.SPLIT],
                [row.new for row in rows if row.state is not State.MERGED],
            )
        )

    def place(self, paragraph: Paragraph, *, gone: bool = False) -> tuple[int, int] | None:
        """Gives the list and level of the next paragraph of the redline."""
        self.single = self.single_old if gone else self.single_new
        return super().place(paragraph)

    def beside(self, old: Paragraph, number: tuple[int, int] | None) -> tuple[int, int] | None:
        """Gives the list and level that a paragraph had whose kind has changed."""
        identity = number[0] if number else self.current or 1
        match old.kind:
            case Kind.SUB:
                return identity, min(max(old.level, 1), MAX_LEVEL)
            case Kind.OPERATIVE | Kind.ANNEX_ITEM if not self.single_old:
                return identity, 0
            case _:
                return None

"""What paragraphs are called: fresh labels of a sealed version, frozen labels between two of them.

A label is how people name a paragraph in one version ("PP10", "OP4 (a)", "Annex II, 1"). It never
serves as a key. While a version is under negotiation its labels stay as they were, and what was
inserted since is named after its neighbour: "PP10 bis", "PP10 ter" (research/un-practice.md 3.2).
Sealing the next version numbers everything afresh.

    formula            ""
    heading            Heading 1            in an annex: Annex II, heading 1
    preambular         PP3                  its sub-paragraphs PP3 (a), PP3 (a) (i), PP3 (a) (i) a.
    operative          OP4                  running on through headings; a single one is OP
    annex              Annex II             a single one is Annex
    annex_item         Annex II, 1          its sub-paragraphs Annex II, 1 (a)
    annex_text         Annex II, text 1
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from drafting.text.resolution import MAX_LEVEL, Kind, Paragraph

SERIES = (
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "nonies",
    "decies",
    "undecies",
    "duodecies",
    "terdecies",
    "quaterdecies",
    "quindecies",
)
"""Names of the second to the fifteenth paragraph of one number; the next is "bis 16"."""

MISSING_LEVEL = "(\N{EN DASH})"
"""Stands for the sub-paragraph (a) where a sub-paragraph (i) has none above it."""

ROMAN_LEVEL = 2
"""The level of sub-paragraphs that are counted in small Roman numerals."""

_ORDINAL = re.compile(rf"^(?P<stem>.*?) (?P<ordinal>{'|'.join(SERIES)}|bis (?P<count>[0-9]+))$")
_PRINTED_SUB = re.compile(
    rf" (\([a-z0]+\)|[a-z0]+\.)( (?:{'|'.join(SERIES)})| bis [0-9]+)?$",
)
_PRINTED_NUMBER = re.compile(r"^(?:OP|Annex(?: [IVXLCDM0]+)?(?: [a-z]+(?: [0-9]+)?)?, )([0-9]+.*)$")
_PART_KINDS = frozenset({Kind.HEADING, Kind.ANNEX_ITEM, Kind.ANNEX_TEXT})


@dataclass(frozen=True, slots=True)
class Item:
    """What numbering needs to know of a paragraph.

    `level` is 1 to 3 for a sub-paragraph and 0 for all else. `base_kind` and `base_level` say what
    the paragraph was when the base labels were given; None when it is that still.
    """

    id: str
    kind: Kind
    level: int = 0
    deleted: bool = False
    base_kind: Kind | None = None
    base_level: int | None = None


def fresh_labels(items: Sequence[Item]) -> dict[str, str]:
    """Gives the labels of a sealed version by paragraph id; deleted paragraphs have none."""
    items = [item for item in items if not item.deleted]
    namer = _Namer(items)
    return {item.id: namer.name(item) for item in items}


def frozen_labels(items: Sequence[Item], base: dict[str, str]) -> dict[str, str]:
    """Gives the labels of a text that stands behind a sealed version, by paragraph id.

    `base` holds the labels of that version. A paragraph that has one keeps it, deleted or moved
    though it be, unless its kind or level has changed. Every other takes the label of the nearest
    paragraph of its kind before it that kept one, with "bis", "ter" and so on in the order of the
    text; before the first of its kind it counts from nought ("PP0 bis", "OP4 (0) bis"). The
    sub-paragraphs of a paragraph that had none are counted afresh ("OP4 (a)", "OP4 bis (a)").
    """
    namer = _FrozenNamer(items, base)
    return {item.id: namer.name(item) for item in items}


def labels_of(paragraphs: Iterable[Paragraph]) -> tuple[str, ...]:
    """Gives the fresh label of each paragraph of an outside document, in its order."""
    items = [
        Item(str(index), paragraph.kind, paragraph.level)
        for index, paragraph in enumerate(paragraphs)
    ]
    return tuple(fresh_labels(items).values())


def printed_number(label: str) -> str:
    """Gives what a document prints before the paragraph of that label, or nothing.

    Operative paragraphs and annex items print "1.", sub-paragraphs "(a)", "(i)" and "a.";
    preambular paragraphs, headings, and a single operative paragraph print nothing (General
    Assembly practice; 41 of 41 resolutions with one operative paragraph do not number it).
    """
    if found := _PRINTED_SUB.search(label):
        return found.group(0).strip()
    if found := _PRINTED_NUMBER.match(label):
        return f"{found.group(1)}."
    return ""


def printed_numbers(items: Sequence[Item]) -> dict[str, str]:
    """Gives what a document prints before each paragraph of a sealed version, by paragraph id."""
    return {key: printed_number(label) for key, label in fresh_labels(items).items()}


def letters(number: int) -> str:
    """Gives the name of the nth sub-paragraph: a to z, then aa, bb and so on."""
    turns, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (turns + 1)


def roman(number: int) -> str:
    """Gives a number from 1 in small Roman numerals."""
    out = ""
    for value, numeral in (
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        out += numeral * (number // value)
        number %= value
    return out


def _sub_number(number: int, level: int) -> str:
    text = "0" if number == 0 else roman(number) if level == ROMAN_LEVEL else letters(number)
    return f"{text}." if level == MAX_LEVEL else f"({text})"


class _Namer:
    """Goes through a text and names its paragraphs, keeping count and the way down to the last."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.way: list[str] = [""]
        annexes = sum(item.kind is Kind.ANNEX for item in items)
        self.single_annex = annexes == 1
        self.single_operative = sum(item.kind is Kind.OPERATIVE for item in items) == 1
        self.annex = ""
        self.stray_annex = "Annex 0" if annexes else "Annex"

    def name(self, item: Item) -> str:
        """Names the next paragraph."""
        if item.kind is Kind.SUB:
            level = _level(item)
            self._stand_at(level)
            label = self._sub(item, level)
            self.way.append(label)
            return label
        label = self._top(item)
        if item.kind is Kind.ANNEX:
            self.annex = label
        self.way = [label]
        return label

    def _stand_at(self, level: int) -> None:
        del self.way[level:]
        while len(self.way) < level:
            self.way.append(f"{self.way[-1]} {MISSING_LEVEL}".strip())

    def _sub(self, _item: Item, level: int) -> str:
        parent = self.way[-1]
        self.counts["sub", parent] += 1
        return f"{parent} {_sub_number(self.counts['sub', parent], level)}".strip()

    def _top(self, item: Item) -> str:
        if item.kind is Kind.FORMULA:
            return ""
        stem = self._stem(item.kind)
        self.counts["top", stem] += 1
        return self._numbered(item.kind, stem, self.counts["top", stem])

    def _numbered(self, kind: Kind, stem: str, number: int) -> str:
        if kind is Kind.ANNEX:
            if self.single_annex:
                return "Annex"
            return f"Annex {roman(number).upper() or 0}"
        if kind is Kind.OPERATIVE and self.single_operative and number:
            return "OP"
        return f"{stem}{number}"

    def _stem(self, kind: Kind) -> str:
        part = self.annex or self.stray_annex
        match kind:
            case Kind.PREAMBULAR:
                return "PP"
            case Kind.OPERATIVE:
                return "OP"
            case Kind.HEADING:
                return f"{self.annex}, heading " if self.annex else "Heading "
            case Kind.ANNEX_ITEM:
                return f"{part}, "
            case Kind.ANNEX_TEXT:
                return f"{part}, text "
            case Kind.ANNEX:
                return "Annex "
            case Kind.FORMULA | Kind.SUB:
                raise AssertionError(kind)


class _FrozenNamer(_Namer):
    """Names the paragraphs of a text under negotiation after those of the version before it."""

    def __init__(self, items: Sequence[Item], base: dict[str, str]) -> None:
        super().__init__(items)
        self.single_annex = self.single_operative = False
        self.kept = {
            item.id: base[item.id]
            for item in items
            if item.id in base
            and item.base_kind in {None, item.kind}
            and item.base_level in {None, item.level}
        }
        self.kept_labels = set(self.kept.values())
        self.used = set(base.values())
        self.parents = {_parent(label) for label in base.values()} - {None}
        self.last: dict[str, str] = {}

    def _sub(self, item: Item, level: int) -> str:
        parent = self.way[-1]
        kept = self.kept.get(item.id)
        if kept is not None:
            if _parent(kept) == parent:
                self.last[parent] = kept
            return kept
        if parent in self.parents:
            before = self.last.get(parent, f"{parent} {_sub_number(0, level)}".strip())
            return self._next(before)
        return self._unused(lambda: super(_FrozenNamer, self)._sub(item, level))

    def _top(self, item: Item) -> str:
        if item.kind is Kind.FORMULA:
            return ""
        scope = f"{self.annex if item.kind in _PART_KINDS else ''}/{item.kind}"
        kept = self.kept.get(item.id)
        if kept is not None:
            self.last[scope] = kept
            return kept
        if item.kind in _PART_KINDS and self.annex and self.annex not in self.kept_labels:
            return self._unused(lambda: super(_FrozenNamer, self)._top(item))
        before = self.last.get(scope)
        if before is None:
            before = self._numbered(item.kind, self._stem(item.kind), 0)
        return self._next(before)

    def _unused(self, label: Callable[[], str]) -> str:
        while (named := label()) in self.used:
            pass
        self.used.add(named)
        return named

    def _next(self, label: str) -> str:
        stem, number = label, 1
        if found := _ORDINAL.match(label):
            stem = found["stem"]
            number = int(found["count"] or SERIES.index(found["ordinal"].split()[0]) + 2)
        while True:
            number += 1
            named = f"{stem} {ordinal(number)}"
            if named not in self.used:
                self.used.add(named)
                return named


def ordinal(number: int) -> str:
    """Gives the Latin name of the nth paragraph of one number, from 2: bis, ter, quater..."""
    return SERIES[number - 2] if number - 2 < len(SERIES) else f"bis {number}"


def _parent(label: str) -> str | None:
    found = _PRINTED_SUB.search(label)
    return label[: found.start()] if found else None


def _level(item: Item) -> int:
    return min(max(item.level, 1), MAX_LEVEL)

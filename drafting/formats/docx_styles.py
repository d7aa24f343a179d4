"""Styles and lists of a Word file, as far as they decide what a paragraph prints.

ISO 29500-1, 17.7 (styles, and how they inherit) and 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from drafting.formats.docx_template import W
from drafting.text.numbering import letters, roman

_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff]")
_BLANK = re.compile("[\t\n\r\u2028\u2029]")
_MAX_STYLE_CHAIN = 20
"""Styles are followed so far to what they are based on: a file may have them go round."""


def tag(name: str) -> str:
    """Gives the full name of an element or attribute of WordprocessingML."""
    return f"{{{W}}}{name}"


def cleaned(text: str) -> str:
    """Gives text without what a text cannot hold; tabs and line ends become blanks."""
    return _NEVER.sub("", _BLANK.sub(" ", text))


@dataclass(frozen=True, slots=True)
class Number:
    """The number a list gives to a paragraph: as printed, the form, and the depth in its list."""

    printed: str
    form: str
    depth: int


@dataclass(frozen=True, slots=True)
class Style:
    """A style: its name in small letters, what it is based on, what it sets."""

    name: str
    base: str
    properties: etree._Element | None
    """The paragraph properties."""
    characters: etree._Element | None


def on(parent: etree._Element | None, name: str) -> bool | None:
    """Gives a toggle's state, or None where it is not set."""
    element = parent.find(tag(name)) if parent is not None else None
    if element is None:
        return None
    return element.get(tag("val"), "true") not in {"0", "false", "off", "none"}


def value(parent: etree._Element | None, name: str) -> str | None:
    """Gives the value of a property, or None where it is not set."""
    element = parent.find(tag(name)) if parent is not None else None
    return None if element is None else element.get(tag("val"))


class Styles:
    """The styles of a file, each with what it inherits."""

    def __init__(self, root: etree._Element | None) -> None:
        self.by_id: dict[str, Style] = {}
        self.default = ""
        self.language = ""
        if root is None:
            return
        lang = root.find(f"{tag('docDefaults')}/{tag('rPrDefault')}/{tag('rPr')}/{tag('lang')}")
        self.language = "" if lang is None else (lang.get(tag("val")) or "").split("-")[0]
        for style in root.iter(tag("style")):
            identity = style.get(tag("styleId"), "")
            self.by_id[identity] = Style(
                (value(style, "name") or identity).casefold(),
                value(style, "basedOn") or "",
                style.find(tag("pPr")),
                style.find(tag("rPr")),
            )
            if style.get(tag("type")) == "paragraph" and style.get(tag("default")) in {"1", "true"}:
                self.default = identity

    def chain(self, identity: str | None) -> Iterator[Style]:
        """Gives a style and those it is based on."""
        for _ in range(_MAX_STYLE_CHAIN):
            style = self.by_id.get(identity or "")
            if style is None:
                return
            yield style
            identity = style.base

    def name(self, identity: str | None) -> str:
        """Gives a style's name in small letters."""
        style = self.by_id.get(identity or "")
        return style.name if style else (identity or "").casefold()

    def toggle(self, identity: str | None, name: str) -> bool:
        """Gives the state that a style gives to a toggle such as italics."""
        states = (on(style.characters, name) for style in self.chain(identity))
        return next((state for state in states if state is not None), False)


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int
    restart: int | None


class Lists:
    """The lists of a file, counting as the document goes on."""

    def __init__(self, root: etree._Element | None) -> None:
        self.abstract_of: dict[str, str] = {}
        self.levels: dict[str, dict[int, _Level]] = {}
        self.overrides: dict[str, dict[int, int]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        if root is None:
            return
        for abstract in root.iter(tag("abstractNum")):
            self.levels[abstract.get(tag("abstractNumId"), "")] = _levels(abstract)
        for num in root.iter(tag("num")):
            identity = num.get(tag("numId"), "")
            self.abstract_of[identity] = value(num, "abstractNumId") or ""
            self.overrides[identity] = {}
            for override in num.iter(tag("lvlOverride")):
                start = value(override, "startOverride")
                if start is not None:
                    depth = integer(override.get(tag("ilvl")))
                    self.overrides[identity][depth] = integer(start)

    def next(self, identity: str, depth: int) -> Number | None:
        """Counts the next paragraph of a list."""
        abstract = self.abstract_of.get(identity)
        levels = self.levels.get(abstract or "", {})
        level = levels.get(depth)
        if abstract is None or level is None or level.form == "none":
            return None
        counts = self.counts.setdefault(abstract, {})
        if identity not in self.begun:
            self.begun.add(identity)
            for at in self.overrides[identity]:
                counts.pop(at, None)
        start = self.overrides[identity].get(depth, level.start)
        counts[depth] = counts[depth] + 1 if depth in counts else start
        for deeper in [at for at in counts if at > depth]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart != 0 and depth < restart):
                del counts[deeper]

        def count(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            one = levels.get(at, level)
            return _in_form(counts.get(at, one.start), one.form)

        printed = re.sub("%([1-9])", count, level.text)
        return Number(cleaned(printed), level.form, depth)


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    out = {}
    for level in abstract.iter(tag("lvl")):
        restart = value(level, "lvlRestart")
        out[integer(level.get(tag("ilvl")))] = _Level(
            value(level, "numFmt") or "decimal",
            value(level, "lvlText") or "",
            integer(value(level, "start"), 1),
            None if restart is None else integer(restart),
        )
    return out


def integer(text: str | None, default: int = 0) -> int:
    """Reads a number of at most nine digits, or gives the default."""
    return int(text) if text and re.fullmatch("-?[0-9]{1,9}", text) else default


def _in_form(number: int, form: str) -> str:
    if number < 1 or number > 3000:  # noqa: PLR2004 - nobody counts further in letters
        return str(number)
    match form:
        case "lowerLetter":
            return letters(number)
        case "upperLetter":
            return letters(number).upper()
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case _:
            return str(number)

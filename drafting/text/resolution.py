"""A resolution as a value: its masthead and its paragraphs in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from drafting.text.changes import Change
from drafting.text.proceedings import Proceedings


class Kind(StrEnum):
    """What a paragraph is."""

    FORMULA = "formula"
    """The opening words, "The General Assembly,"."""
    PREAMBULAR = "preambular"
    OPERATIVE = "operative"
    SUB = "sub"
    """A sub-paragraph: level 1 is (a), level 2 (i), level 3 a."""
    HEADING = "heading"
    ANNEX = "annex"
    """The heading that begins an annex ("Annex II"); all that follows belongs to it."""
    ANNEX_TEXT = "annex_text"
    """An unnumbered paragraph of an annex."""
    ANNEX_ITEM = "annex_item"
    """A numbered paragraph of an annex; the numbers begin anew in each annex."""


MAX_LEVEL = 3
"""Sub-paragraphs go three levels deep: (a), (i), a."""

ORGANIZATION = {
    "ar": ("الأمم المتحدة", "الجمعية العامة"),
    "en": ("United Nations", "General Assembly"),
    "es": ("Naciones Unidas", "Asamblea General"),
    "fr": ("Nations Unies", "Assemblée générale"),
    "ru": ("Организация Объединенных Наций", "Генеральная Ассамблея"),
    "zh": ("联合国", "大会"),
}
"""What a masthead begins with, by language: the organization and its organ."""


DRAFT_RESOLUTION = {
    "ar": ("مشروع قرار", "مشروع قرار منقح"),
    "en": ("draft resolution", "revised draft resolution"),
    "es": ("proyecto de resolución", "proyecto de resolución revisado"),
    "fr": ("projet de résolution", "projet de résolution révisé"),
    "ru": ("проект резолюции", "пересмотренный проект резолюции"),
    "zh": ("决议草案", "订正决议草案"),
}
"""What follows the sponsors, by language: of a first text, and of a revised one (/Rev.1)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as an outside document holds it.

    `level` is 1 to 3 for a sub-paragraph and 0 for all else. `key` is the permanent identity a
    document of ours carries, where it carries one. `number` is the number typed in the document.
    """

    kind: Kind
    text: Change
    level: int = 0
    key: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands around the text. Every part may be absent.

    `number` is "75/62", `symbol` "A/RES/75/62" or "A/C.1/76/L.41"; `session` is in words
    ("Seventy-fifth session"); `notices` are lines such as "Resolution adopted by the General
    Assembly on 7 December 2020" and "[on the report of the First Committee (A/75/399, para. 96)]";
    `sponsors` are those of a draft resolution as printed, without the words behind them; `closing` is the line behind the text ("37th plenary meeting 7 December 2020").
    """

    number: str = ""
    title: str = ""
    symbol: str = ""
    distribution: str = ""
    date: str = ""
    session: str = ""
    committee: str = ""
    agenda_item: str = ""
    agenda_title: str = ""
    notices: tuple[str, ...] = ()
    closing: str = ""
    language: str = "en"
    sponsors: str = ""


def behind_sponsors(masthead: Masthead) -> str:
    """Gives the words behind the sponsors: "draft resolution", or "revised draft resolution"."""
    first, revised = DRAFT_RESOLUTION.get(masthead.language, DRAFT_RESOLUTION["en"])
    return revised if "/Rev." in masthead.symbol else first


_CLOSING = re.compile(r"(.+\S) (\d{1,2}\S{0,2} \D{2,20} \d{4}\b.*)")


def closing_lines(closing: str) -> list[str]:
    """Gives the closing of an adopted text as it is printed: the meeting, and under it the day."""
    found = _CLOSING.fullmatch(closing)
    return [found[1], found[2]] if found else [closing] * bool(closing)


def language_is_printed(masthead: Masthead) -> bool:
    """Tells whether "Original: English" is: with what was issued, not with what was adopted."""
    adopted = masthead.symbol.startswith("A/RES/")
    return bool(masthead.symbol or masthead.distribution) and not adopted


NOTES_OUT_OF_ORDER = "The note marks did not stand in order; they were numbered afresh."
"""What an importer finds where the marks of footnotes were not counted in the order of the text."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an importer could not represent as it stood: where, and what was done instead."""

    where: str
    """A label such as "OP1", or "document"."""
    what: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """A whole text with its masthead."""

    masthead: Masthead
    paragraphs: tuple[Paragraph, ...]
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    proceedings: Proceedings | None = field(default=None, compare=False)
    """What became of it, where its file tells that."""

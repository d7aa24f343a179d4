"""What stands around the text of a Word file: masthead, the lines before the title, the closing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from drafting.formats import docx_template
from drafting.formats.docx_template import fixed, line, words
from drafting.text import diff
from drafting.text.changes import text_of
from drafting.text.resolution import (
    ORGANIZATION,
    Masthead,
    behind_sponsors,
    closing_lines,
    language_is_printed,
)
from drafting.text.tracked import Piece

Writer = Callable[[Iterable[Piece], str], str]
"""Gives the runs of a line from its pieces and the properties they share."""


_FIXED = '<w:rStyle w:val="UNFixed"/>'
"""Marks words that are printed and not read back."""


@dataclass(frozen=True, slots=True)
class Front:
    """A line before the text: its style, its runs, and whether it comes or goes as a whole."""

    style: str
    runs: tuple[str, ...]
    tag: str = ""


def front(old: Masthead, new: Masthead, writer: Writer | None) -> list[Front]:
    """Gives the lines between masthead and text; with a writer what differs is tracked."""

    def runs(was: str, now: str, properties: str = "") -> str:
        if was == now or writer is None:
            return words(now, properties)
        return writer(diff.pieces(text_of(was), text_of(now)), properties)

    pairs = [
        ("UNSession", old.session, new.session),
        ("UNCommittee", old.committee, new.committee),
        ("UNAgendaItem", old.agenda_item, new.agenda_item),
        ("UNAgendaTitle", old.agenda_title, new.agenda_title),
        *(
            ("UNNotice", was, now)
            for was, now in itertools.zip_longest(old.notices, new.notices, fillvalue="")
        ),
    ]
    lines = [Front(style, (runs(was, now),), _tag(was, now)) for style, was, now in pairs]
    lines.append(Front("UNSponsors", _sponsors(old, new, runs), _tag(old.sponsors, new.sponsors)))
    number = runs(old.number, new.number, '<w:rStyle w:val="UNNumber"/>')
    stops = [". " if one.number and one.title else "" for one in (old, new)]
    separator = runs(stops[0], stops[1], _FIXED)
    lines.append(Front("UNTitle", (number, separator, runs(old.title, new.title))))
    return [one for one in lines if any(one.runs)]


def _tag(was: str, now: str) -> str:
    if bool(was) == bool(now):
        return ""
    return "ins" if now else "del"


def _sponsors(old: Masthead, new: Masthead, runs: Callable[..., str]) -> tuple[str, ...]:
    names = runs(old.sponsors, new.sponsors)
    was, now = (f": {behind_sponsors(one)}" if one.sponsors else "" for one in (old, new))
    return names, runs(was, now, f'{_FIXED}<w:b w:val="0"/><w:bCs w:val="0"/>')


def front_table(lines: Sequence[Front], mark: Callable[[str], str]) -> str:
    """Gives the lines in a table of their own, so that the body's paragraphs are the text's alone.

    `mark` gives the properties of a paragraph that comes or goes. The last line's never does: a
    cell ends in a paragraph.
    """
    rows = []
    for index, one in enumerate(lines):
        revised = mark(one.tag) if one.tag and index + 1 < len(lines) else ""
        rows.append(
            f'<w:p><w:pPr><w:pStyle w:val="{one.style}"/>{revised}</w:pPr>{"".join(one.runs)}</w:p>'
        )
    # A line before the table: LibreOffice makes one where notes follow and there is none.
    return (
        f"{line('UNDate')}"
        '<w:tbl><w:tblPr><w:tblW w:w="9840" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"{docx_template.NO_MARGINS}</w:tblPr>"
        '<w:tblGrid><w:gridCol w:w="9840"/></w:tblGrid><w:tr><w:tc><w:tcPr>'
        f'<w:tcW w:w="9840" w:type="dxa"/></w:tcPr>{"".join(rows)}</w:tc></w:tr></w:tbl>'
    )


def closing(masthead: Masthead) -> str:
    """Gives the lines behind an adopted text, if there are any."""
    return "".join(line("UNClosing", words(one)) for one in closing_lines(masthead.closing))


def first_head(masthead: Masthead, head: str) -> str:
    """Gives the content of the first page's header: what the paper is, then the masthead."""
    above = docx_template.outer("UNRunning", fixed(head), even=False) if head else ""
    return above + _masthead_table(masthead)


def _masthead_table(masthead: Masthead) -> str:
    organization, body = ORGANIZATION.get(masthead.language, ORGANIZATION["en"])
    distribution = masthead.distribution
    bare = distribution and masthead.language == "en" and not distribution.startswith("Distr")
    prefix = fixed("Distr.: ") if bare else ""
    known = docx_template.LANGUAGES.get(masthead.language, ("", ""))[1]
    printed = known if language_is_printed(masthead) else ""
    lines = [
        line("UNDistribution", prefix, words(distribution)),
        line("UNDate", words(masthead.date)),
        line("UNDate"),
        line("UNLanguage", fixed(printed) if printed else ""),
    ]
    return docx_template.masthead_table(
        masthead.symbol,
        lines,
        organization=organization,
        body=body,
        right_to_left=docx_template.rtl(masthead.language),
    )

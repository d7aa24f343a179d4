"""Writes Akoma Ntoso 3.0 as the United Nations publishes resolutions in it (AKN4UN).

Their files are followed: cover page and preface, the preamble in one container a paragraph, named
by its opening verb, paragraphs with lists, points and sublists, annexes in one attachment. The ids
follow the naming convention (`para_1__list_1__point_a`), closer than theirs do. For any value

    akn.read(write(resolution)) == resolution      with numbers as printed, lines of single blanks
                                                   around the text

What the pattern has no place for is said by classes (see `akn`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from drafting.formats import akn_meta
from drafting.formats.akn import EXACT, HINT, SPONSORS
from drafting.formats.akn_meta import AKN, Identity, element
from drafting.formats.plain import ANNEX_HEADING
from drafting.formats.words import Line
from drafting.text.changes import Change, Insert, Note, plain
from drafting.text.numbering import labels_of, printed_number
from drafting.text.proceedings import UNKNOWN_DAY, Proceedings
from drafting.text.resolution import (
    ORGANIZATION,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
    behind_sponsors,
)

SCHEMA = (
    "http://docs.oasis-open.org/legaldocml/ns/akn/3.0 "
    "http://docs.oasis-open.org/legaldocml/akn-core/v1.0/os/part2-specs/schemas/akomantoso30.xsd"
)
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PREAMBLE = frozenset({Kind.FORMULA, Kind.PREAMBULAR, Kind.SUB, Kind.HEADING})
_NUMBERED = frozenset({Kind.OPERATIVE, Kind.SUB, Kind.ANNEX_ITEM})
_HEADINGS = frozenset({Kind.HEADING, Kind.ANNEX})
_SYMBOL = re.compile(
    r"(?<![\w/])(?:[AES]/(?:[\w.()-]+/)*[\w.-]*\w|(?P<resolution>[3-9]\d/\d{1,3}(?: [A-Z](?!\w))?))(?![\w/])"
)
"""A document's symbol, or the number of a resolution since the thirtieth session."""

_MEETING = re.compile(r"(?P<meeting>(?P<nth>\d+\w+) plenary meeting) (?P<day>\d{1,2} \w+ \d{4})$")
_SESSION = re.compile(r"A/(?:RES/|C\.\d/)?(\d{1,3})/")


def write(
    resolution: Resolution,
    *,
    proceedings: Proceedings | None = None,
    called: str = "",
    on: date = UNKNOWN_DAY,
) -> bytes:
    """Gives a resolution, or a draft of one, as a file.

    `proceedings` tell its way and the vote; without them, those its own file told, or what the
    masthead tells. A text without a number is a draft; one that has no symbol either is `called`
    something, `on` a day. The same values give the same bytes.
    """
    masthead = resolution.masthead
    way = proceedings or resolution.proceedings
    if way is None:
        way = Proceedings(tuple(akn_meta.steps_of(masthead)))
    identity = akn_meta.identity_of(masthead, way, called=called, on=on)
    root = element("akomaNtoso")
    root.set(f"{{{_XSI}}}schemaLocation", SCHEMA)
    name = "resolution" if identity.adopted else "resolutionDraft"
    statement = _in(root, "statement", name=name)
    statement.append(akn_meta.write(identity, way))
    statement.extend(_cover(masthead))
    _Body(statement, identity, resolution).write()
    _indent(root, "\n")
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def _in(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{AKN}}}{name}", attributes)


def _indent(parent: etree._Element, line: str) -> None:
    """Sets elements on lines of their own, where no words stand beside them."""
    if not len(parent) or parent.get(_SPACE) or parent.text or any(one.tail for one in parent):
        return
    parent.text = f"{line}  "
    for one in parent:
        _indent(one, f"{line}  ")
        one.tail = f"{line}  "
    parent[-1].tail = line


# --- before the text ----------------------------------------------------------------------------


def _cover(masthead: Masthead) -> Iterator[etree._Element]:
    """Gives the cover page, and the preface with number and title."""
    organization, organ = ORGANIZATION.get(masthead.language, ORGANIZATION["en"])
    cover = element("coverPage", eId="coverPage_1")

    def line(name: str, words: str, **attributes: str) -> None:
        if words:
            given = {key.rstrip("_"): value for key, value in attributes.items() if value}
            _in(_in(cover, "p"), name, **given).text = words

    line("docAuthority", organization, refersTo="#publisher", class_="upperLeft")
    line("docNumber", masthead.symbol, refersTo="#symbol", class_="upperRight")
    line("docAuthority", organ, refersTo="#issuingBody", class_="rightBig")
    line("docStatus", masthead.distribution, refersTo="#distribution", class_="rightSmall")
    issued = akn_meta.day_in(masthead.date).isoformat()
    line("docDate", masthead.date, date=issued, refersTo="#dateOfIssuance", class_="rightSmall")
    found = _SESSION.match(masthead.symbol)
    line("session", masthead.session, refersTo="#ga", value=found[1] if found else "")
    line("docCommittee", masthead.committee)
    line("inline", masthead.agenda_item, name_="agenda item")
    line("inline", masthead.agenda_title, name_="agenda item name")
    for notice in masthead.notices:
        if notice.startswith("["):
            line("docProponent", notice, refersTo="#proponent")
        else:
            _in(_in(cover, "p"), "docTitle").text = notice
    if masthead.sponsors:
        names = _in(_in(cover, "p"), "docProponent", refersTo="#sponsors")
        names.set("class", SPONSORS)
        names.text = masthead.sponsors
        names.tail = f": {behind_sponsors(masthead)}"
    yield cover
    if masthead.number or masthead.title:
        preface = element("preface")
        block = _in(preface, "p")
        if masthead.number:
            _in(block, "docNumber").text = f"{masthead.number}."
        if masthead.title:
            title = _in(block, "docTitle", refersTo="#resolutionTitle")
            bold = _in(title, "span")
            bold.set("class", "bold")
            bold.text = masthead.title
        yield preface


# --- the text -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """A paragraph as it is written: with its sub-paragraphs, which need not have one above them."""

    at: int | None
    paragraph: Paragraph | None
    subs: list[tuple[int, Paragraph]] = field(default_factory=list)


class _Body:
    """Writes the paragraphs of a statement, and keeps the ids given and the notes counted."""

    def __init__(
        self, statement: etree._Element, identity: Identity, resolution: Resolution
    ) -> None:
        self.statement = statement
        self.identity = identity
        self.masthead = resolution.masthead
        self.paragraphs = resolution.paragraphs
        self.labels = labels_of(resolution.paragraphs)
        self.ids: Counter[str] = Counter()
        self.notes = 0
        self.in_annex = False

    def write(self) -> None:
        """Writes preamble, body, closing line and annexes."""
        paragraphs = self.paragraphs
        annex = next(
            (at for at, p in enumerate(paragraphs) if p.kind is Kind.ANNEX), len(paragraphs)
        )
        begun = next(
            (at for at, p in enumerate(paragraphs[:annex]) if p.kind not in _PREAMBLE), annex
        )
        last = max(
            (at for at in range(begun) if paragraphs[at].kind in {Kind.FORMULA, Kind.PREAMBULAR}),
            default=-1,
        )
        while 0 <= last < begun - 1 and paragraphs[last + 1].kind is Kind.SUB:
            last += 1
        if last >= 0:
            preamble = _in(self.statement, "preamble")
            for part in self._parts(0, last + 1):
                self._preambular(preamble, part)
        body = _in(self.statement, "mainBody")
        for part in self._parts(last + 1, annex):
            self._paragraph(body, part, "")
        if not len(body):
            _in(body, "p")
        if self.masthead.closing:
            self._closing()
        if annex < len(paragraphs):
            self._annexes(annex)

    def _parts(self, start: int, stop: int) -> Iterator[_Part]:
        part: _Part | None = None
        for at in range(start, stop):
            one = self.paragraphs[at]
            if one.kind is not Kind.SUB:
                if part is not None:
                    yield part
                part = _Part(at, one)
            else:
                if part is None or (
                    part.paragraph is not None and part.paragraph.kind in _HEADINGS | {Kind.FORMULA}
                ):
                    if part is not None:
                        yield part
                    part = _Part(None, None)
                part.subs.append((at, one))
        if part is not None:
            yield part

    def _closing(self) -> None:
        block = _in(_in(self.statement, "conclusions", eId="conclusions"), "p")
        words = self.masthead.closing
        found = _MEETING.match(words)
        day = akn_meta.day_in(words)
        if found is None or day == UNKNOWN_DAY:
            block.text = words
            return
        meeting = _in(block, "inline", name="adoptionMeeting", title=found["nth"])
        meeting.text = found["meeting"]
        _in(block, "eol")
        when = _in(block, "docDate", date=day.isoformat(), refersTo="#adoptionDate")
        when.text = found["day"]

    def _annexes(self, start: int) -> None:
        self.in_annex = True
        attachment = _in(_in(self.statement, "attachments"), "attachment", eId="att_1")
        annex = _in(attachment, "doc", name="annex")
        annex.append(akn_meta.write_annex(self.identity))
        body = _in(annex, "mainBody")
        for part in self._parts(start, len(self.paragraphs)):
            self._paragraph(body, part, "att_1__")

    # Preamble ------------------------------------------------------------------------------------

    def _preambular(self, preamble: etree._Element, part: _Part) -> None:
        one = part.paragraph
        if one is not None and one.kind is Kind.FORMULA:
            formula = self._named(preamble, "formula", "formula", one)
            formula.set("name", "enactingFormula")
            self._p(formula, one.text)
            return
        container = self._named(preamble, "container", "container", one)
        container.set("name", _opening(one))
        if one is not None:
            if one.kind is not Kind.PREAMBULAR:
                container.set("class", HINT + one.kind.value)
            self._p(container, one.text)
        if part.subs:
            self._block_list(container, part.subs, 1)

    def _block_list(
        self, parent: etree._Element, subs: Sequence[tuple[int, Paragraph]], level: int
    ) -> None:
        rows = self._numbered(parent, "blockList", "list_1")
        for (at, one), below in _nested(subs, level):
            item = self._numbered(rows, "item", _item_name(self._number(at, one), len(rows)))
            if one.level > level:
                self._block_list(item, [(at, one), *below], level + 1)
                continue
            self._identify(item, one)
            if number := self._number(at, one):
                _in(item, "num").text = number
            self._p(item, one.text)
            if below:
                self._block_list(item, below, level + 1)

    # Body ----------------------------------------------------------------------------------------

    def _paragraph(self, body: etree._Element, part: _Part, within: str) -> None:
        one = part.paragraph
        number = "" if one is None or part.at is None else self._number(part.at, one)
        # What has no number is counted by itself, so that it takes no number's place.
        name = f"{within}para_{_slug(number)}" if number else f"{within}para_nn"
        paragraph = self._named(body, "paragraph", name, one)
        if one is not None and one.kind is not self._natural(one, number):
            paragraph.set("class", HINT + one.kind.value)
        if number:
            _in(paragraph, "num").text = number
        if one is not None and one.kind in _HEADINGS:
            self._inline(_in(paragraph, "subheading"), one.text)
            return
        if not part.subs:
            if one is not None:
                self._p(self._numbered(paragraph, "content", "content"), one.text)
            return
        rows = self._numbered(paragraph, "list", "list_1")
        if one is not None:
            self._p(self._numbered(rows, "intro", "intro"), one.text)
        self._points(rows, part.subs, 1)

    def _natural(self, one: Paragraph, number: str) -> Kind:
        """Gives what the place of a paragraph says that it is."""
        if one.kind in _HEADINGS:
            words = plain(one.text).replace("\u00a0", " ")
            return Kind.ANNEX if self.in_annex and ANNEX_HEADING.match(words) else Kind.HEADING
        if self.in_annex:
            return Kind.ANNEX_ITEM if number else Kind.ANNEX_TEXT
        return Kind.OPERATIVE

    def _points(
        self, rows: etree._Element, subs: Sequence[tuple[int, Paragraph]], level: int
    ) -> None:
        """Writes sub-paragraphs; those of the next level stand in a sublist behind theirs."""
        for (at, one), below in _nested(subs, level):
            if one.level > level:
                self._sublist(rows, [(at, one), *below], level)
                continue
            number = self._number(at, one)
            point = self._numbered(rows, "point", f"point_{_slug(number)}")
            self._identify(point, one)
            if number:
                _in(point, "num").text = number
            self._p(self._numbered(point, "content", "content"), one.text)
            if below:
                self._sublist(rows, below, level)

    def _sublist(
        self, rows: etree._Element, subs: Sequence[tuple[int, Paragraph]], level: int
    ) -> None:
        place = len(rows.findall(f"{{{AKN}}}sublist")) + 1
        sublist = self._numbered(rows, "sublist", f"sublist_{place}")
        self._points(sublist, subs, level + 1)

    def _number(self, at: int, one: Paragraph) -> str:
        """Gives the number as it was typed, or as it is printed."""
        if one.kind not in _NUMBERED:
            return ""
        if one.number:
            return one.number
        # The blank lets a sub-paragraph that nothing stands above be numbered too.
        label = self.labels[at]
        return printed_number(f" {label}" if one.kind is Kind.SUB else label)

    # Ids -----------------------------------------------------------------------------------------

    def _named(
        self, parent: etree._Element, name: str, id_: str, one: Paragraph | None
    ) -> etree._Element:
        """Adds an element whose id is counted: the first `container_1`, a second of one name `…-2`."""
        counted = not id_.rpartition("para_")[2][:1].isalnum() or id_.endswith("_nn")
        self.ids[id_] += 1
        count = self.ids[id_]
        if counted or id_ == name:
            id_ = f"{id_}_{count}"
        elif count > 1:
            id_ = f"{id_}-{count}"
        made = _in(parent, name, eId=id_)
        if one is not None:
            self._identify(made, one)
        return made

    def _numbered(self, parent: etree._Element, name: str, last: str) -> etree._Element:
        id_ = f"{parent.get('eId')}__{last}"
        self.ids[id_] += 1
        if self.ids[id_] > 1:
            id_ = f"{id_}-{self.ids[id_]}"
        return _in(parent, name, eId=id_)

    @staticmethod
    def _identify(made: etree._Element, one: Paragraph) -> None:
        if one.key:
            made.set("wId", one.key)

    # Words ---------------------------------------------------------------------------------------

    def _p(self, parent: etree._Element, text: Change) -> None:
        self._inline(_in(parent, "p"), text)

    def _inline(self, line: etree._Element, text: Change) -> None:
        """Writes a line: italics, footnotes, and links to what is cited."""
        line.set(_SPACE, "preserve")
        if not text or not _is_tidy(text):
            line.set("class", EXACT)
        self._ops(line, text)

    def _ops(self, line: etree._Element, text: Change) -> None:
        for op in text.ops:
            if not isinstance(op, Insert):
                continue
            if isinstance(op.content, Note):
                self._note(line, op.content, italic=bool(op.italic))
            elif op.italic:
                span = _in(line, "span")
                span.set("class", "italic")
                _linked(span, op.content)
            else:
                _linked(line, op.content)

    def _note(self, line: etree._Element, note: Note, *, italic: bool) -> None:
        self.notes += 1
        made = _in(line, "authorialNote", marker=str(self.notes), placement="bottom")
        made.set("eId", f"authorialNote_{self.notes}")
        exact = not _is_tidy(note.content)
        classes = [*(["italic"] if italic else []), *([EXACT] if exact else [])]
        if classes:
            made.set("class", " ".join(classes))
        block = _in(made, "p")
        block.set(_SPACE, "preserve")
        self._ops(block, note.content)


def _nested(
    subs: Sequence[tuple[int, Paragraph]], level: int
) -> Iterator[tuple[tuple[int, Paragraph], list[tuple[int, Paragraph]]]]:
    """Gives each sub-paragraph of a level with the deeper ones that follow it.

    A deeper one with none above it stands for itself, with those that follow.
    """
    at = 0
    while at < len(subs):
        first = subs[at]
        end = at + 1
        while end < len(subs) and subs[end][1].level > level:
            end += 1
        yield first, list(subs[at + 1 : end])
        at = end


def _opening(one: Paragraph | None) -> str:
    """Gives the name of a container: the words in italics that open it."""
    if one is not None:
        for op in one.text.ops[:1]:
            if isinstance(op, Insert) and op.italic and isinstance(op.content, str):
                return op.content.strip(" ,\u00a0") or "preambular"
    return "preambular"


def _slug(number: str) -> str:
    """Gives a number as ids have it: "4", "a", "10-bis"."""
    return re.sub(r"[^0-9A-Za-z]+", "-", number).strip("-").lower() or "nn"


def _item_name(number: str, place: int) -> str:
    return f"item_{_slug(number)}" if number else f"item_nn-{place + 1}"


def _is_tidy(text: Change) -> bool:
    """Tells whether the reader, which puts blanks in order, would leave the words as they are."""
    line = Line()
    for op in text.ops:
        if isinstance(op, Insert):
            if isinstance(op.content, Note):
                line.note(op.content.content, italic=bool(op.italic))
            else:
                line.words(op.content, italic=bool(op.italic))
    return line.text() == text


def _linked(parent: etree._Element, words: str) -> None:
    """Adds words, symbols of documents and numbers of resolutions as links."""
    at = 0
    for found in _SYMBOL.finditer(words):
        _say(parent, words[at : found.start()])
        symbol = f"A/RES/{found[0]}" if found["resolution"] else found[0]
        link = _in(parent, "a", href=f"https://undocs.org/en/{symbol.replace(' ', '%20')}")
        link.text = found[0]
        at = found.end()
    _say(parent, words[at:])


def _say(parent: etree._Element, words: str) -> None:
    if not words:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + words
    else:
        parent.text = (parent.text or "") + words

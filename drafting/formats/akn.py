"""Reads the United Nations' own Akoma Ntoso XML (AKN4UN), as DGACM publishes resolutions in it.

The files are followed, not the guideline pages where the two differ (research/documents.md section
7): `container` for a preambular paragraph, `paragraph` with `subheading` for a heading, `list`,
`point` and `sublist` for sub-paragraphs, `authorialNote` for a footnote. No word of the body is
ever dropped: what has no place in a resolution as we hold it is kept as words, and reported.

What `akn_write` adds of ours is taken back: `wId`, the permanent identity of a paragraph; a class
`kind-…`, what a paragraph is, where its place would say something else; and a class `exact`, whose
words are taken with every blank.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

from lxml import etree

from drafting.errors import Unreadable
from drafting.formats import akn_meta
from drafting.formats.plain import ANNEX_HEADING
from drafting.formats.words import Line, fit, fit_exactly
from drafting.text.changes import EMPTY, Builder, Change, Note, joined, plain, text_length, text_of
from drafting.text.numbering import labels_of
from drafting.text.proceedings import Proceedings
from drafting.text.resolution import (
    MAX_LEVEL,
    NOTES_OUT_OF_ORDER,
    Finding,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
)

MAX_BYTES = 10_000_000
"""Greatest size of a file that is read; the largest published resolution has under 3 MB."""

MAX_ELEMENTS = 50_000
"""Most elements that are read; the longest of the real files that we hold has some 1,500."""

MAX_LINE = 100_000
"""Longest paragraph that is read, in characters: the most one change may insert."""

_TOO_LONG = "A paragraph of this file is too long to be drafted; nothing was stored."

MAX_DEPTH = 60
"""Deepest nesting that is read; the published files have some fifteen levels."""

SPONSORS = "sponsors"
"""The class of the sponsors of a draft on its cover."""

HINT = "kind-"
"""Begins the class that says what a paragraph is."""

EXACT = "exact"
"""The class of a line whose every blank counts."""

_COVER = {
    "docNumber": "symbol",
    "docStatus": "distribution",
    "docDate": "date",
    "session": "session",
    "docCommittee": "committee",
    "agenda item": "agenda_item",
    "agenda item name": "agenda_title",
    "docTitle": "notice",
    "docProponent": "notice",
}
"""Elements of the cover page, an `inline` by its own name, and the parts of our masthead."""

_ITALIC = frozenset({"i", "em"})
_TRANSPARENT = frozenset(
    [
        "a",
        "ref",
        "rref",
        "mref",
        "span",
        "p",
        "inline",
        "docTitle",
        "docNumber",
        "docDate",
        "docStatus",
        "docAuthority",
        "docProponent",
        "docCommittee",
        "docketNumber",
        "docPurpose",
        "date",
        "term",
        "organization",
        "person",
        "location",
        "role",
        "concept",
        "session",
        "quantity",
        "entity",
        "event",
        "def",
        "abbr",
    ]
)
_BREAKS = frozenset({"eol", "br"})
_HEADINGS = frozenset({"heading", "subheading", "crossHeading"})
_WRAPPERS = frozenset(
    [
        "section",
        "part",
        "chapter",
        "title",
        "article",
        "division",
        "hcontainer",
        "subsection",
        "block",
        "blockContainer",
        "recitals",
        "citations",
        "recital",
        "citation",
        "wrapUp",
        "wrap",
        "tblock",
        "toc",
    ]
)
_TYPED = re.compile(r"^(?P<number>\d+\.)\s+")


def read(data: bytes) -> Resolution:
    """Gives the resolution an Akoma Ntoso file holds.

    Refuses: Unreadable for what is not XML, is other XML, has a document type declaration, holds
    several resolutions, or none.
    """
    statement = _statement(_parsed(data))
    reader = _Reader(_language(statement))
    for element in _children(statement):
        reader.part(element)
    return reader.resolution()


def _parsed(data: bytes) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise Unreadable(detail="This file is too large to be a resolution; nothing was stored.")
    if not data.strip():
        raise Unreadable(detail="This file is empty; nothing was stored.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise Unreadable(
            detail="This file is not well-formed XML; nothing was stored. "
            "Please download it again from where it came."
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(
            detail="XML with a document type declaration is not read; nothing was stored."
        )
    if next(itertools.islice(root.iter(), MAX_ELEMENTS, None), None) is not None:
        raise Unreadable(detail="This file is too large to be a resolution; nothing was stored.")
    if _depth(root) > MAX_DEPTH:
        raise Unreadable(detail="This XML is nested too deeply; nothing was stored.")
    return root


def _depth(root: etree._Element) -> int:
    depth = 0
    row = [root]
    while row:
        depth += 1
        row = [child for element in row for child in element]
    return depth


def _statement(root: etree._Element) -> etree._Element:
    if _name(root) != "akomaNtoso":
        raise Unreadable(
            detail=f"This is XML, but not a resolution in Akoma Ntoso (it begins with "
            f"“{fit(_name(root))[:40]}”); nothing was stored."
        )
    statements = [element for element in root if _name(element) in {"statement", "doc", "bill"}]
    if len(statements) == 1:
        return statements[0]
    if any(_name(element) == "documentCollection" for element in root):
        raise Unreadable(
            detail="This file holds several resolutions; give one at a time. Nothing was stored."
        )
    raise Unreadable(detail="There is no resolution in this file; nothing was stored.")


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: etree._Element) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str))


def _language(statement: etree._Element) -> str:
    for element in statement.iter("{*}FRBRlanguage"):
        return akn_meta.LANGUAGES.get(element.get("language", ""), "en")
    return "en"


def _all_words(element: etree._Element) -> str:
    """Gives all the words of an element on one line, in their order."""
    line = _Line()
    _collect(element, line)
    return plain(line.text())


def _collect(element: etree._Element, line: _Line) -> None:
    if _name(element) in _BREAKS | _BLOCKS:
        line.words(" ")
    line.words(element.text or "")
    for child in _children(element):
        _collect(child, line)
        line.words(child.tail or "")


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset(element.get("class", "").split())


def _is_of_cover(element: etree._Element) -> bool:
    name = _name(element)
    return (
        name == "docAuthority" or (element.get("name", "") if name == "inline" else name) in _COVER
    )


def _is_key(words: str) -> bool:
    """Tells whether an identity is one of ours; other houses have their own."""
    try:
        return str(UUID(words)) == words
    except ValueError:
        return False


def _number(before: str | None, element: etree._Element) -> str | None:
    """Gives the number typed in an element, behind one that stood before it."""
    return " ".join(one for one in (before, _all_words(element)) if one) or None


class _Line:
    """Collects the words of one paragraph, and joins them once: most are in many small pieces."""

    def __init__(self, *, exact: bool = False) -> None:
        self.exact = exact
        self._pieces: list[tuple[str | Change, bool]] = []
        self._characters = 0

    def words(self, words: str, *, italic: bool = False) -> None:
        """Adds words.

        Refuses: Unreadable when the paragraph grows longer than any that can be drafted.
        """
        if words:
            self._characters += len(words)
            if self._characters > MAX_LINE:
                raise Unreadable(detail=_TOO_LONG)
            self._pieces.append((words, italic))

    def note(self, content: Change, *, italic: bool = False) -> None:
        """Adds a footnote."""
        self._pieces.append((content, italic))

    def text(self) -> Change:
        """Gives the line, blanks put in order unless it is exact."""
        if self.exact:
            builder = Builder()
            for piece, italic in self._pieces:
                content = fit_exactly(piece) if isinstance(piece, str) else Note(piece)
                builder.insert(content, italic=italic or None)
            return builder.change()
        line = Line()
        for (kind, italic), group in itertools.groupby(
            self._pieces, key=lambda piece: (type(piece[0]), piece[1])
        ):
            pieces = [piece for piece, _ in group]
            if kind is str:
                line.words("".join(map(str, pieces)), italic=italic)
            else:
                for piece in pieces:
                    line.note(piece if isinstance(piece, Change) else EMPTY, italic=italic)
        return line.text()


@dataclass(slots=True)
class _Reader:
    """Goes through the parts of a statement, collecting masthead, paragraphs and findings."""

    language: str
    masthead: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    highest: int = 0
    """The highest number of a note mark in the body so far."""
    findings: list[tuple[int | None, str]] = field(default_factory=list)
    in_annex: bool = False
    annex_due: bool = False
    """An attachment has begun, and nothing in it was read yet."""
    proceedings: Proceedings | None = None
    key: str | None = None
    """The identity that the element being read gives the next paragraph."""
    hint: Kind | None = None
    """What that element says the next paragraph is."""
    empty: bool = False
    """The line read last is kept though it be empty."""
    keys: set[str] = field(default_factory=set)

    def resolution(self) -> Resolution:
        """Gives what was collected."""
        if not any(p.kind in {Kind.PREAMBULAR, Kind.OPERATIVE} for p in self.paragraphs):
            raise Unreadable(
                detail="There is no paragraph of a resolution in this file; nothing was stored."
            )
        labels = labels_of(self.paragraphs)
        last = len(labels) - 1
        found = dict.fromkeys(
            Finding("document" if at is None else labels[min(at, last)] or "opening words", what)
            for at, what in self.findings
        )
        get = self.masthead.get
        masthead = Masthead(
            number=get("number", ""),
            title=get("title", ""),
            symbol=get("symbol", ""),
            distribution=get("distribution", ""),
            date=get("date", ""),
            session=get("session", ""),
            committee=get("committee", ""),
            agenda_item=get("agenda_item", ""),
            agenda_title=get("agenda_title", ""),
            notices=tuple(self.notices),
            closing=get("closing", ""),
            language=self.language,
            sponsors=get("sponsors", ""),
        )
        return Resolution(
            masthead, tuple(self.paragraphs), tuple(found), proceedings=self.proceedings
        )

    def part(self, element: etree._Element) -> None:
        """Reads one part of the statement."""
        match _name(element):
            case "meta":
                self._meta(element)
            case "coverPage":
                self._cover(element)
            case "preface":
                self._preface(element)
            case "preamble":
                self._preamble(element)
            case "mainBody" | "body":
                for child in _children(element):
                    self._block(child)
                self._stray(element)
            case "conclusions":
                self._set("closing", _all_words(element))
            case "attachments" | "attachment" | "doc" | "components" | "component" | "statement":
                self.in_annex = self.annex_due = True
                for child in _children(element):
                    self.part(child)
                self._stray(element)
            case _:
                self._block(element)

    def _meta(self, meta: etree._Element) -> None:
        """Reads what became of the text; an annex says it again, or nothing."""
        for element in _children(meta):
            if (name := _name(element)) not in akn_meta.KNOWN:
                self.findings.append((None, f"What “{fit(name)[:40]}” tells of it is left out."))
        if self.in_annex:
            return
        self.proceedings = akn_meta.read(meta)

    def _cover(self, cover: etree._Element) -> None:
        for block in _children(cover):
            for element in block.iter():
                self._cover_word(element)
            if not any(_is_of_cover(element) for element in block.iter()):
                self._left_out(block)

    def _left_out(self, element: etree._Element) -> None:
        if words := _all_words(element):
            self.findings.append((None, f"“{words[:80]}” before the text is left out."))

    def _cover_word(self, element: etree._Element) -> None:
        name = _name(element)
        part = _COVER.get(element.get("name", "") if name == "inline" else name)
        if name == "docProponent" and SPONSORS in _classes(element):
            self._set("sponsors", _all_words(element))
        elif part == "notice":
            self.notices.append(_all_words(element))
        elif part is not None:
            self._set(part, _all_words(element))

    def _preface(self, preface: etree._Element) -> None:
        for element in preface.iter():
            match _name(element):
                case "docNumber":
                    self._set("number", _all_words(element).removesuffix("."))
                case "docTitle":
                    self._set("title", _all_words(element))
                case _:
                    pass
        for block in _children(preface):
            if not any(_name(one) in {"docNumber", "docTitle"} for one in block.iter()):
                self._left_out(block)

    def _set(self, part: str, words: str) -> None:
        """Fills a part of the masthead; a second one of a kind is not lost."""
        if not words or self.masthead.get(part) == words:
            return
        if part in self.masthead:
            self.findings.append((None, f"Besides “{self.masthead[part]}” it has “{words}”."))
        else:
            self.masthead[part] = words

    def _preamble(self, preamble: etree._Element) -> None:
        for element in _children(preamble):
            self._enter(element)
            kind = Kind.FORMULA if _name(element) == "formula" else Kind.PREAMBULAR
            self._lines(element, self.hint or kind, 0)
        self._stray(preamble)

    def _enter(self, element: etree._Element) -> None:
        """Takes what an element says of the next paragraph: its identity, and what it is."""
        self.key = None
        words = element.get("wId", "")
        if _is_key(words):
            if words in self.keys:
                self._found("A second paragraph had the identity of another.", ahead=True)
            else:
                self.key = words
        hints = [one.removeprefix(HINT) for one in _classes(element) if one.startswith(HINT)]
        self.hint = Kind(hints[0]) if hints and hints[0] in set(Kind) else None

    def _block(self, element: etree._Element) -> None:
        """Reads an element of the body: a paragraph, a heading, or a wrapper of such."""
        name = _name(element)
        if name == "paragraph" or name in _WRAPPERS:
            self._paragraph(element)
        elif name in _HEADINGS:
            self._heading(element)
        elif name in {"list", "blockList", "sublist"}:
            self._list(element, self._kind(None), 1)
        elif name == "table":
            self._table(element)
        else:
            if name not in {"p", "content", "container", "formula", "intro", "num"}:
                self._unknown(name)
            self._lines(element, self._kind(None), 0)

    def _paragraph(self, element: etree._Element) -> None:
        self._enter(element)
        number: str | None = None
        first = True
        for child in _children(element):
            name = _name(child)
            if name == "num":
                number = _number(number, child)
            elif name in _HEADINGS:
                self._heading(child)
            elif name in {"content", "intro", "list", "blockList", "p"}:
                kind = self._kind(number)
                before = len(self.paragraphs)
                if name in {"list", "blockList"}:
                    self._list(child, kind, 1, number)
                elif first:
                    self._lines(child, kind, 0, number)
                else:
                    self._continue(child)
                number = None if len(self.paragraphs) > before else number
                first = first and len(self.paragraphs) == before
            else:
                self._block(child)
        if number is not None:
            self._add(self._kind(number), text_of(), 0, number)
        self._stray(element)

    def _kind(self, number: str | None) -> Kind:
        if self.hint is not None:
            return self.hint
        if not self.in_annex:
            return Kind.OPERATIVE
        return Kind.ANNEX_ITEM if number else Kind.ANNEX_TEXT

    def _heading(self, element: etree._Element) -> None:
        text = self._line(element)
        annex = self.in_annex and ANNEX_HEADING.match(plain(text).replace("\u00a0", " "))
        self._add(self.hint or (Kind.ANNEX if annex else Kind.HEADING), text, 0)

    def _list(
        self, element: etree._Element, kind: Kind, level: int, number: str | None = None
    ) -> None:
        """Reads sub-paragraphs; a list without opening words belongs to the paragraph before."""
        own = min(max(level - 1, 1), MAX_LEVEL) if kind is Kind.SUB else 0
        for child in _children(element):
            name = _name(child)
            opens = name in {"intro", "listIntroduction"}
            if number is not None and not opens:
                self._add(kind, text_of(), own, number)
                number = None
            if opens:
                self._lines(child, kind, own, number)
                number = None
            elif name in {"point", "item", "indent", "subparagraph"}:
                self._point(child, level)
            elif name in {"list", "sublist", "blockList"}:
                self._list(child, Kind.SUB, level + 1)
            elif name in {"wrapUp", "wrap", "listWrapUp"}:
                self._continue(child)
            else:
                self._block(child)
        if number is not None:
            self._add(kind, text_of(), own, number)
        self._stray(element)

    def _point(self, element: etree._Element, level: int) -> None:
        self._enter(element)
        number: str | None = None
        first = True
        for child in _children(element):
            name = _name(child)
            if name == "num":
                number = _number(number, child)
            elif name in {"list", "sublist", "blockList"}:
                for intro in child.findall("{*}intro"):
                    self._sub(intro, level, number)
                    number, first = None, False
                    child.remove(intro)
                if first and number:
                    self._sub(None, level, number)
                    number, first = None, False
                self._list(child, Kind.SUB, level + 1)
            elif first:
                self._sub(child, level, number)
                number, first = None, False
            else:
                self._continue(child)
        if number is not None:
            self._sub(None, level, number)
        self._stray(element)

    def _sub(self, element: etree._Element | None, level: int, number: str | None) -> None:
        if level > MAX_LEVEL:
            self._found("A sub-paragraph of a fourth level stands on the third.", ahead=True)
        level = min(level, MAX_LEVEL)
        if element is None:
            self._add(Kind.SUB, text_of(), level, number)
        else:
            self._lines(element, Kind.SUB, level, number)

    def _continue(self, element: etree._Element) -> None:
        """Joins further words to the paragraph before: ours are of one line each."""
        if not self.paragraphs:
            self._add(self._kind(None), self._line(element), 0)
            return
        last = self.paragraphs.pop()
        text = self._line(element)
        if not text:
            self.paragraphs.append(last)
            return
        whole = joined(last.text, text_of(" "), text)
        if text_length(whole) > MAX_LINE:
            raise Unreadable(detail=_TOO_LONG)
        self.paragraphs.append(replace(last, text=whole))
        self._found("A second block of words was joined to the first.")

    def _lines(
        self, element: etree._Element, kind: Kind, level: int, number: str | None = None
    ) -> None:
        """Reads an element that holds a line of words, or several, or lists."""
        inner = any(_name(child) in _BLOCKS for child in _children(element))
        if not inner or _name(element) == "p":
            self._add(kind, self._line(element), level, number)
            return
        start = len(self.paragraphs)
        for child in _children(element):
            name = _name(child)
            first = len(self.paragraphs) == start
            if name in {"list", "blockList", "sublist"}:
                self._list(child, kind, level + 1, number if first else None)
            elif name == "table":
                self._table(child)
                if first and len(self.paragraphs) > start:
                    row = self.paragraphs[start]
                    self.paragraphs[start] = Paragraph(kind, row.text, level, None, number)
                    number = None
            elif first or kind in {Kind.PREAMBULAR, Kind.ANNEX_TEXT}:
                self._lines(child, kind, level, number if first else None)
            else:
                self._continue(child)
        if number is not None and len(self.paragraphs) == start:
            self._add(kind, text_of(), level, number)
        self._stray(element)

    def _stray(self, element: etree._Element) -> None:
        """Keeps words that stand between the parts of an element, where none belong."""
        for words in (element.text, *(child.tail for child in element)):
            # Nearly all of it is what sets elements on lines of their own.
            if words and words.strip(" \t\r\n") and (text := self._own_words(words)):
                self._add(self._kind(None), text, 0)
                self._found("Words outside of any paragraph are kept as one.")

    @staticmethod
    def _own_words(words: str) -> Change:
        line = _Line()
        line.words(words)
        return line.text()

    def _table(self, element: etree._Element) -> None:
        self._found("A table is kept as a line of words for each row.", ahead=True)
        self._rows(element)

    def _rows(self, element: etree._Element) -> None:
        """Reads the rows of a table, and what else stands in it, a line each."""
        if element.find(".//{*}tr") is None:
            parts = [element.text or ""]
            for cell in _children(element):
                parts += [_all_words(cell), cell.tail or ""]
            words = " | ".join(part for part in map(str.strip, parts) if part)
            self._add(self._kind(None), self._own_words(words), 0)
            return
        for child in _children(element):
            self._rows(child)
        self._stray(element)

    def _add(self, kind: Kind, text: Change, level: int, number: str | None = None) -> None:
        kept, self.empty = self.empty, False
        if not text and number is None and not kept:
            return
        if kind is Kind.ANNEX_TEXT and number is None and (typed := _TYPED.match(plain(text))):
            self._found(f"The number {typed['number']} stands in the words.", ahead=True)
        if self.annex_due and kind is not Kind.ANNEX:
            self.paragraphs.append(Paragraph(Kind.ANNEX, text_of("Annex")))
            self._found("This heading was set before an annex that has none.")
        self.annex_due = False
        key, self.key, self.hint = self.key, None, None
        if key is not None:
            self.keys.add(key)
        self.paragraphs.append(Paragraph(kind, text, level, key, number))

    def _line(self, element: etree._Element) -> Change:
        """Gives the words of an element as one line, with italics and footnotes."""
        self.empty = EXACT in _classes(element)
        line = _Line(exact=self.empty)
        self._inline(element, line, italic=False)
        return line.text()

    def _inline(self, element: etree._Element, line: _Line, *, italic: bool) -> None:
        line.words(element.text or "", italic=italic)
        for child in _children(element):
            name = _name(child)
            if name == "authorialNote":
                self._note(child, line)
            else:
                slope = italic or name in _ITALIC or "italic" in _classes(child)
                if name in _BREAKS or name in _BLOCKS:
                    line.words(" ", italic=italic)
                self._report(child, name)
                self._inline(child, line, italic=slope)
            line.words(child.tail or "", italic=italic)

    def _report(self, element: etree._Element, name: str) -> None:
        classes = _classes(element)
        if name in {"b", "strong"} or "bold" in classes:
            self._found("Bold words stand in roman.", ahead=True)
        if name in {"u", "ins", "del", "strike"} or "underline" in classes:
            self._found("Words that were marked stand without the mark.", ahead=True)
        elif name in {"sup", "sub"}:
            mark = _all_words(element)
            self._found(f"The raised or lowered “{mark}” stands as a plain “{mark}”.", ahead=True)
        elif name == "img":
            self._found("A picture was left out.", ahead=True)
        elif (
            name not in _TRANSPARENT | _ITALIC | _BREAKS | _BLOCKS | {"b", "strong"}
            and name not in _HEADINGS
        ):
            self._unknown(name)

    def _note(self, element: etree._Element, line: _Line) -> None:
        """Reads a footnote, without the tabs and blanks before its words."""
        exact = EXACT in _classes(element)
        inside = _Line(exact=exact)
        marker = element.get("marker", "")
        if marker.isdecimal() and len(marker) < _MARKER_DIGITS and not self.in_annex:
            if int(marker) < self.highest:
                self._found(NOTES_OUT_OF_ORDER, ahead=True)
            self.highest = max(self.highest, int(marker))
        for note in element.iter("{*}authorialNote"):
            if note is not element:
                self._found("A footnote inside a footnote is kept as its words.", ahead=True)
        for part in _children(element) if exact else (element,):
            self._note_words(part, inside, italic=False)
        line.note(inside.text(), italic="italic" in _classes(element))

    def _note_words(self, element: etree._Element, inside: _Line, *, italic: bool) -> None:
        inside.words(element.text or "", italic=italic)
        for child in _children(element):
            name = _name(child)
            slope = italic or name in _ITALIC or "italic" in _classes(child)
            if name in _BREAKS or name in _BLOCKS:
                inside.words(" ", italic=italic)
            self._report(child, "span" if name == "authorialNote" else name)
            self._note_words(child, inside, italic=slope)
            inside.words(child.tail or "", italic=italic)

    def _unknown(self, name: str) -> None:
        self._found(f"The words of an element “{fit(name)[:40]}” are kept.", ahead=True)

    def _found(self, what: str, *, ahead: bool = False) -> None:
        """Notes a finding at the last paragraph, or at the one that is being read."""
        self.findings.append((len(self.paragraphs) - (0 if ahead else 1), what))


_MARKER_DIGITS = 5
"""Longer markers of notes are no numbers."""
_BLOCKS = frozenset(
    [
        "p",
        "content",
        "intro",
        "list",
        "blockList",
        "sublist",
        "point",
        "item",
        "container",
        "table",
        "tr",
        "td",
        "th",
        "block",
    ]
)

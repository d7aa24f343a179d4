"""What a Word file prints, line by line: revisions accepted, numbers counted, notes in place.

This knows Word's ways (ISO 29500: styles, lists, revisions, fields) and nothing of resolutions.
Words are never dropped in silence: what cannot stand in a text is told beside the line.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree

from drafting.errors import Unreadable
from drafting.formats import gate
from drafting.formats.docx_parts import key_of
from drafting.formats.docx_styles import (
    Lists,
    Number,
    Style,
    Styles,
    cleaned,
    integer,
    on,
    tag,
    value,
)
from drafting.formats.docx_template import R
from drafting.text.changes import EMPTY, Builder, Change, Note, joined, part, plain, text_of
from drafting.text.marks import Point
from drafting.text.offsets import length_utf16
from drafting.text.resolution import Finding

ORDINAL = "{urn:drafting:file}n"
"""The attribute by which whoever reads marks numbers the paragraphs of a part's tree."""

LONE = "{urn:drafting:file}lone"
"""The attribute of an insertion that stands only where all are accepted: see `docx_marks`."""

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MAX_QUOTE_CHARS = 200

Flush = Callable[[], None]

LEFT_OUT = frozenset({"un fixed words", "un label"})
"""Character styles whose words are printed and not read."""

NUMBER_STYLE = "un number"
"""The character style of a resolution's number before its title."""

_COMMENT_POINTS = {"commentRangeStart": "start", "commentRangeEnd": "end"}


class View:
    """Which revisions stand: here all, as if every change had been accepted."""

    tells_reviewers = True
    """The reader tells whose changes it read as accepted, and the comments it found."""

    def accepts(self, revision: etree._Element) -> bool:  # noqa: ARG002 - others look at the author
        """Tells whether a revision is read as accepted; else it is read as rejected."""
        return True

    def shows(self, revision: etree._Element) -> bool:
        """Tells whether what a revision puts in or takes away is read."""
        return self.accepts(revision) == (revision.tag in PUTS_IN)


PUTS_IN = frozenset(tag(name) for name in ("ins", "moveTo", "cellIns"))
TAKES_AWAY = frozenset(tag(name) for name in ("del", "moveFrom", "cellDel"))


@dataclass(slots=True)
class Line:
    """A paragraph as it prints."""

    text: Change = EMPTY
    style: str = ""
    """The style's name in small letters; "" for the default style."""
    key: str | None = None
    number: Number | None = None
    title_number: str = ""
    bold: bool = False
    """Every letter is bold."""
    outline: bool = False
    """Its style or itself has an outline level, or the style is a title or heading."""
    in_table: bool = False
    in_box: bool = False
    """It stood in a text box."""
    findings: list[str] = field(default_factory=list)
    sources: tuple[int, ...] = ()
    """The numbers (`ORDINAL`) of the file's paragraphs whose words it holds."""
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """All lines of a Word file: those of the first page's header, and those of the body."""

    header: tuple[Line, ...]
    body: tuple[Line, ...]
    language: str
    """The language of the styles, as a tag such as "en"."""
    ours: bool
    """The file has the styles of our template."""
    findings: tuple[Finding, ...]


def lines(data: bytes) -> Document:
    """Reads a Word file.

    Refuses: Unreadable for whatever does not pass the gate, or has no main document.
    """
    return read(Parts(gate.opened(data)), View())


def read(parts: Parts, view: View) -> Document:
    """Reads a Word file as a view has it. Refuses: Unreadable for one without a body."""
    return _Reader(parts, view).document()


def quoted(text: str) -> str:
    """Gives words for a finding, cut when they are long."""
    cut = text if len(text) <= _MAX_QUOTE_CHARS else text[: _MAX_QUOTE_CHARS - 1] + "\u2026"
    return f"\u201c{cut}\u201d"


# --- the reader ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Look:
    """How a run looks."""

    italic: bool
    bold: bool


@dataclass(slots=True)
class _Content:
    """What has been gathered of a paragraph so far."""

    pieces: list[tuple[str | Note, _Look]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    title_number: str = ""
    reviewers: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    marks: list[tuple[str, str, int]] = field(default_factory=list)
    """Points of comments: kind, comment, and before how many of the pieces."""

    def points(self) -> tuple[Point, ...]:
        """Gives the points of comments in the text."""
        if not self.marks:
            return ()
        at = [0]
        for piece, _ in self.pieces:
            at.append(at[-1] + (length_utf16(piece) if isinstance(piece, str) else 1))
        return tuple(
            Point(kind, comment, at[min(before, len(at) - 1)])
            for kind, comment, before in self.marks
        )

    def text(self) -> Change:
        """Gives the text, joining what looks alike at once: a file may hold a run a letter."""
        builder = Builder()
        for (italic, is_note), members in groupby(
            self.pieces, lambda piece: (piece[1].italic, isinstance(piece[0], Note))
        ):
            contents = [content for content, _ in members]
            if is_note:
                for note in contents:
                    builder.insert(note, italic=italic or None)
            else:
                words = "".join(content for content in contents if isinstance(content, str))
                builder.insert(words, italic=italic or None)
        return builder.change()

    def bold(self) -> bool:
        letters_ = [
            look.bold for piece, look in self.pieces if isinstance(piece, str) and piece.strip()
        ]
        return bool(letters_) and all(letters_)


@dataclass(frozen=True, slots=True)
class _Noted:
    """A note's words, what is to be told of them, and the comments that stand on them."""

    words: Change
    findings: list[str]
    comments: list[str]


class Parts:
    """The parts of a Word file and how they hang together; each is parsed once."""

    def __init__(self, package: gate.Package) -> None:
        self.package = package
        self.trees: dict[str, etree._Element] = {}
        main = self.target("", "officeDocument")
        if main is None or main not in package.parts:
            raise Unreadable(detail=gate.DAMAGED)
        self.main = main

    def tree(self, name: str) -> etree._Element | None:
        """Gives a part's tree, or None where there is no such part."""
        if name not in self.trees:
            content = self.package.parts.get(name)
            if content is None:
                return None
            self.trees[name] = gate.parsed(content)
        return self.trees[name]

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Gives the relations of a part by id: kind and target, those within the file alone."""
        folder, base = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        out: dict[str, tuple[str, str]] = {}
        for relation in () if root is None else root.iter(_RELATION):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            out[relation.get("Id", "")] = (kind, posixpath.normpath(path))
        return out

    def target(self, name: str, kind: str) -> str | None:
        """Gives the part to which a part ("": the package) has a relation of this kind."""
        return next((t for k, t in self.relations(name).values() if k == kind), None)

    def related(self, kind: str) -> etree._Element | None:
        """Gives the tree of the part that belongs to the main document as this kind."""
        return self.tree(self.target(self.main, kind) or "")


class _Reader:
    def __init__(self, parts: Parts, view: View) -> None:
        self.parts = parts
        self.view = view
        self.styles = Styles(parts.related("styles"))
        self.lists = Lists(parts.related("numbering"))
        self.found: list[Finding] = list(parts.package.findings)
        self.told: set[str] = set()
        self.comments = self._comments() if view.tells_reviewers else {}
        # A note may refer to a note, which Word does not do: such a reference finds none.
        self.notes: dict[str, dict[str, _Noted]] = {"footnote": {}, "endnote": {}}
        self.notes = {kind: self._notes(kind) for kind in self.notes}

    def document(self) -> Document:
        """Gives all lines."""
        root = self.parts.tree(self.parts.main)
        body = None if root is None else root.find(tag("body"))
        if body is None:
            raise Unreadable(detail=gate.DAMAGED)
        header = self._header(body)
        return Document(
            tuple(header),
            tuple(self._story(body)),
            self.styles.language,
            "un operative" in {style.name for style in self.styles.by_id.values()},
            tuple(self.found),
        )

    # parts

    def _header(self, body: etree._Element) -> list[Line]:
        """Gives the lines of the first page's header."""
        relations = self.parts.relations(self.parts.main)
        for section in body.iter(tag("sectPr")):
            wanted = "first" if on(section, "titlePg") else "default"
            for reference in section.iter(tag("headerReference")):
                if reference.get(tag("type"), "default") != wanted:
                    continue
                _, target = relations.get(reference.get(f"{{{R}}}id", ""), ("", ""))
                content = self.parts.tree(target)
                return [] if content is None else list(self._story(content))
            return []
        return []

    def _comments(self) -> dict[str, tuple[str, str]]:
        root = self.parts.related("comments")
        out = {}
        for comment in () if root is None else root.iter(tag("comment")):
            words = " ".join(
                cleaned("".join(t.text or "" for t in p.iter(tag("t"))))
                for p in comment.iter(tag("p"))
            ).strip()
            out[comment.get(tag("id"), "")] = (cleaned(comment.get(tag("author"), "")), words)
        return out

    def _notes(self, kind: str) -> dict[str, _Noted]:
        """Gives the words of the notes of a kind by id, and what is to be told of each."""
        root = self.parts.related(f"{kind}s")
        out = {}
        for note in () if root is None else root.iter(tag(kind)):
            if note.get(tag("type"), "normal") != "normal":
                continue
            texts: list[Change] = []
            findings: list[str] = []
            comments: list[str] = []
            for line in self._story(note):
                if texts:
                    texts.append(text_of(" "))
                texts.append(line.text)
                findings.extend(line.findings)
                comments.extend(point.comment for point in line.points)
            words = _without_notes(joined(*texts))
            out[note.get(tag("id"), "")] = _Noted(words, findings, comments)
        return out

    def tell(self, what: str) -> None:
        """Tells something of the document once."""
        if what not in self.told:
            self.told.add(what)
            self.found.append(Finding("document", what))

    # paragraphs

    def _story(self, root: etree._Element) -> Iterator[Line]:
        """Gives the lines of a body, header or note, joining those whose mark is deleted."""
        pending = _Content()
        pending_in_table = False
        for paragraph, in_table in self._paragraphs(root, in_table=False):
            if in_table != pending_in_table and pending.pieces:
                # What is left before or in a table is joined with nothing beyond it.
                yield self._line(pending, None, in_table=pending_in_table)
                pending = _Content()
            pending_in_table = in_table
            properties = paragraph.find(tag("pPr"))
            mark = properties.find(tag("rPr")) if properties is not None else None
            content = pending
            before = len(content.keys), len(content.marks), len(content.pieces)
            self._gather(paragraph, content, properties)
            ordinal = paragraph.get(ORDINAL)
            if ordinal is not None and len(content.pieces) > before[2]:
                content.sources.append(int(ordinal))
            revised = None if mark is None else mark.find(tag("ins"))
            if revised is not None and self.view.tells_reviewers:
                content.reviewers.append(revised.get(tag("author"), ""))
            if mark is not None and self._mark_is_gone(mark):
                # Its mark is gone, so what is left of it begins the next paragraph.
                if len(content.pieces) == before[2]:
                    del content.keys[before[0] :]
                    del content.marks[before[1] :]
                if not content.pieces:
                    content.reviewers.clear()
                    if self.view.tells_reviewers:
                        self._deleted(paragraph)
                continue
            pending = _Content()
            yield self._line(content, properties, in_table=in_table)
            yield from self._boxes(content)
        if pending.pieces:
            yield self._line(pending, None, in_table=pending_in_table)

    def _mark_is_gone(self, mark: etree._Element) -> bool:
        return any(
            not self.view.shows(revision)
            for revision in mark
            if revision.tag in PUTS_IN or revision.tag in TAKES_AWAY
        )

    def _deleted(self, paragraph: etree._Element) -> None:
        words = cleaned("".join(t.text or "" for t in paragraph.iter(tag("delText")))).strip()
        if words:
            self.found.append(
                Finding(
                    "document",
                    "A paragraph deleted with tracked changes was left out: " + quoted(words),
                )
            )

    def _paragraphs(  # noqa: C901, PLR0912 - one case an element
        self, root: etree._Element, *, in_table: bool
    ) -> Iterator[tuple[etree._Element, bool]]:
        for element in root:
            name = etree.QName(element).localname
            match name:
                case "p":
                    yield element, in_table
                case "tbl":
                    yield from self._paragraphs(element, in_table=True)
                case "tr":
                    row = element.find(tag("trPr"))
                    if row is not None and self._mark_is_gone(row):
                        self.tell("A table row deleted with tracked changes was left out.")
                    else:
                        yield from self._paragraphs(element, in_table=in_table)
                case "tc":
                    cell = element.find(tag("tcPr"))
                    if cell is None or not self._mark_is_gone(cell):
                        yield from self._paragraphs(element, in_table=in_table)
                case "ins" | "moveTo" | "del" | "moveFrom":
                    if self.view.shows(element):
                        yield from self._paragraphs(element, in_table=in_table)
                case "sdt":
                    self.tell("Content controls were read as plain text.")
                    yield from self._paragraphs(element, in_table=in_table)
                case "sdtContent" | "customXml" | "smartTag":
                    yield from self._paragraphs(element, in_table=in_table)
                case "AlternateContent":
                    for chosen in _chosen(element):
                        yield from self._paragraphs(chosen, in_table=in_table)

    def _line(
        self, content: _Content, properties: etree._Element | None, *, in_table: bool
    ) -> Line:
        changed = None if properties is None else properties.find(tag("pPrChange"))
        if changed is not None and not self.view.accepts(changed):
            properties = changed.find(tag("pPr"))
        identity = value(properties, "pStyle") or self.styles.default
        chain = list(self.styles.chain(identity))
        outline = value(properties, "outlineLvl") or next(
            (v for s in chain if (v := value(s.properties, "outlineLvl")) is not None), None
        )
        name = self.styles.name(identity)
        text = content.text()
        findings = content.findings
        if content.reviewers:
            names = ", ".join(sorted({cleaned(name) or "?" for name in content.reviewers}))
            findings = [f"Tracked changes by {names} were read as accepted.", *findings]
        return Line(
            text=text,
            style="" if identity == self.styles.default else name,
            key=content.keys[-1] if content.keys else None,
            number=self._number(properties, chain) if text or content.keys else None,
            title_number=content.title_number,
            bold=content.bold(),
            outline=(outline is not None and outline in set("012345678"))
            or name.startswith(("heading", "title")),
            in_table=in_table,
            findings=list(dict.fromkeys(findings)),
            sources=tuple(content.sources),
            points=content.points(),
        )

    def _number(self, properties: etree._Element | None, chain: Iterable[Style]) -> Number | None:
        identity = depth = None
        for candidate in (properties, *(style.properties for style in chain)):
            numbering = candidate.find(tag("numPr")) if candidate is not None else None
            if numbering is not None:
                identity = identity or value(numbering, "numId")
                depth = depth or value(numbering, "ilvl")
        if identity is None or identity == "0":
            return None
        return self.lists.next(identity, integer(depth))

    def _boxes(self, content: _Content) -> Iterator[Line]:
        for box in content.boxes:
            for line in self._story(box):
                if plain(line.text).strip():
                    line.findings.insert(0, "These words stood in a text box.")
                    line.in_box = True
                yield line

    # runs

    def _gather(  # noqa: C901, PLR0912 - one case an element
        self, element: etree._Element, content: _Content, paragraph: etree._Element | None
    ) -> None:
        """Gathers what an element of a paragraph prints when all revisions are accepted."""
        for child in element:
            name = etree.QName(child).localname
            if child.tag.startswith(_MATH):
                words = "".join(t.text or "" for t in child.iter(f"{_MATH}t"))
                content.pieces.append((cleaned(words), _Look(italic=False, bold=False)))
                content.findings.append(f"A formula was read as plain words: {quoted(words)}.")
                continue
            match name:
                case "r":
                    self._run(child, content, paragraph)
                case "del" | "moveFrom" | "ins" | "moveTo":
                    if self.view.tells_reviewers:
                        content.reviewers.append(child.get(tag("author"), ""))
                    if self.view.shows(child):
                        self._gather(child, content, paragraph)
                case "commentRangeStart" | "commentRangeEnd":
                    comment = child.get(tag("id"), "")
                    content.marks.append((_COMMENT_POINTS[name], comment, len(content.pieces)))
                case "bookmarkStart":
                    key = key_of(child.get(tag("name"), ""))
                    if key is not None:
                        content.keys.append(key)
                case "sdt":
                    self.tell("Content controls were read as plain text.")
                    self._gather(child, content, paragraph)
                case "AlternateContent":
                    for chosen in _chosen(child):
                        self._gather(chosen, content, paragraph)
                case (
                    "hyperlink"
                    | "smartTag"
                    | "sdtContent"
                    | "customXml"
                    | "fldSimple"
                    | "dir"
                    | "bdo"
                ):
                    self._gather(child, content, paragraph)

    def _run(
        self, run: etree._Element, content: _Content, paragraph: etree._Element | None
    ) -> None:
        properties = run.find(tag("rPr"))
        style = value(properties, "rStyle")
        name = self.styles.name(style) if style else ""
        words: list[str] = []
        look = self._look(properties, style, paragraph)

        def flush() -> None:
            text = "".join(words)
            words.clear()
            if not text or name in LEFT_OUT:
                return
            if name == NUMBER_STYLE:
                content.title_number += cleaned(text)
            elif on(properties, "vanish"):
                content.findings.append(f"Hidden words were left out: {quoted(cleaned(text))}.")
            else:
                if value(properties, "color") in {"FFFFFF", "ffffff"}:
                    content.findings.append(f"These words are white: {quoted(cleaned(text))}.")
                content.pieces.append((cleaned(text), look))

        self._run_content(run, content, words, look, flush)
        flush()

    def _run_content(  # noqa: C901, PLR0912 - one case an element
        self,
        run: etree._Element,
        content: _Content,
        words: list[str],
        look: _Look,
        flush: Flush,
    ) -> None:
        for child in run:
            kind = etree.QName(child).localname
            match kind:
                case "t" | "delText":
                    words.append(_printed(child))
                case "tab" | "ptab" | "br" | "cr":
                    words.append("\t")
                case "noBreakHyphen":
                    words.append("\u2011")
                case "softHyphen":
                    words.append("\u00ad")
                case "sym":
                    words.append(_symbol(child))
                case "footnoteReference" | "endnoteReference":
                    flush()
                    self._reference(child, kind.removesuffix("Reference"), content, look)
                case "footnoteRef" | "endnoteRef":
                    # The note's own mark, and what stands before it.
                    words.clear()
                    content.pieces.clear()
                case "commentReference":
                    flush()
                    self._comment(child, content)
                case "drawing" | "pict" | "object":
                    self._drawing(child, content)
                case "ruby":
                    for base in child.iter(tag("rubyBase")):
                        words.extend(t.text or "" for t in base.iter(tag("t")))
                case "AlternateContent":
                    for chosen in _chosen(child):
                        self._run_content(chosen, content, words, look, flush)

    def _look(
        self, properties: etree._Element | None, style: str | None, paragraph: etree._Element | None
    ) -> _Look:
        base = value(paragraph, "pStyle") or self.styles.default
        right_to_left = bool(on(properties, "rtl") or on(properties, "cs"))

        def state(name: str) -> bool:
            # A run in a right-to-left script has toggles of its own, iCs and bCs.
            direct = on(properties, name)
            if direct is None and right_to_left:
                direct = on(properties, f"{name}Cs")
            if direct is not None:
                return direct
            # Two styles that both set a toggle undo each other (ISO 29500-1, 17.7.3).
            return self.styles.toggle(style, name) != self.styles.toggle(base, name)

        return _Look(italic=state("i"), bold=state("b"))

    def _reference(
        self, element: etree._Element, kind: str, content: _Content, look: _Look
    ) -> None:
        # Word never refers to a note twice; a file that does could hold one note without end.
        found = self.notes[kind].pop(element.get(tag("id"), ""), None)
        if found is None:
            content.findings.append("A note without words was left out.")
            return
        at = len(content.pieces)
        content.marks.extend(("at", comment, at) for comment in found.comments)
        content.pieces.append((Note(found.words), look))
        content.findings.extend(found.findings)
        if kind == "endnote":
            content.findings.append("An endnote was read as a footnote.")

    def _comment(self, element: etree._Element, content: _Content) -> None:
        identity = element.get(tag("id"), "")
        content.marks.append(("at", identity, len(content.pieces)))
        author, words = self.comments.pop(identity, ("", ""))
        # Files of the UN carry their job number as a comment: no opinion of anybody.
        if words and "<<ODS JOB NO>>" not in words:
            content.findings.append(f"Comment by {author or '?'}: {quoted(words)}.")

    def _drawing(self, element: etree._Element, content: _Content) -> None:
        boxes = list(_outermost_boxes(element))
        content.boxes.extend(boxes)
        if not boxes:
            content.findings.append("A picture or embedded object was left out.")


def _outermost_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """Gives the text boxes of a drawing; boxes inside of them come when these are read."""
    for child in element:
        if child.tag == tag("txbxContent"):
            yield child
        elif child.tag != f"{_COMPATIBILITY}Fallback":
            yield from _outermost_boxes(child)


def _chosen(element: etree._Element) -> Iterator[etree._Element]:
    """Gives the branch of alternate contents that is read: the first choice."""
    branch = element.find(f"{_COMPATIBILITY}Choice")
    if branch is None:
        branch = element.find(f"{_COMPATIBILITY}Fallback")
    if branch is not None:
        yield branch


def _printed(element: etree._Element) -> str:
    """Gives the words of a run's text; blanks at its ends count where the file says so alone."""
    words = element.text or ""
    return words if element.get(_SPACE) == "preserve" else words.strip(" \t\r\n")


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(tag("char"), ""), 16)
    except ValueError:
        return "\ufffd"
    # Symbol fonts lie at F000 in the private area, over their Latin places.
    return chr(code - 0xF000) if 0xF020 <= code <= 0xF0FF else cleaned(chr(code & 0xFFFF))  # noqa: PLR2004


def _without_notes(text: Change) -> Change:
    """Gives a note's words: no notes in it, no blank that merely parts it from its mark."""
    builder = Builder()
    for op in text.ops:
        if not isinstance(getattr(op, "content", None), Note):
            builder.push(op)
    text = builder.change()
    return part(text, 1) if plain(text)[:1] in {" ", "\u00a0"} else text

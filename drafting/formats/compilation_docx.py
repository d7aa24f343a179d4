"""A compilation text as a Word file, and back.

The characters of the form (brackets, who speaks, "delete") are in the character style "UN Fixed
words", brackets and who speaks in bold: a bracket of the text itself is not, and is not taken for
one. Labels and states are in "UN Label", and paragraphs in the styles of their kind. So a file is
read as it was written when a word processor has cut its runs anew.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree

from drafting.errors import Unreadable
from drafting.formats import docx_parts, docx_template, gate
from drafting.formats.docx_parts import key_of
from drafting.formats.docx_styles import Styles, cleaned, on, tag, value
from drafting.formats.docx_template import BODY, HEAD, NAMESPACES, line, words
from drafting.text.changes import Builder, Change, Insert, Note, plain
from drafting.text.compilation import Compilation, tidy
from drafting.text.compilation_form import Block, label_shown, shown_label
from drafting.text.compilation_printing import printed
from drafting.text.compilation_reading import gathered
from drafting.text.compilation_runs import Run, runs, segments_of

_FIXED, _LABEL = "un fixed words", "un label"
_LINES, _TITLE, _MADE = "un session", "un title", "un agenda item"
_NAMES = {style.id: style.name.casefold() for style in docx_template.STYLES}
_KINDS = {_NAMES[identity]: kind for kind, identity in BODY.items()}

# --- writing ------------------------------------------------------------------------------------


def write(compilation: Compilation) -> bytes:
    """Gives a compilation as a Word file, lines numbered; the same values give the same bytes.

    Paragraphs carry their keys as hidden bookmarks, as in every file of ours; proposals carry none.
    """
    compilation, paragraphs = printed(compilation)
    document = _Document(compilation.language)
    body = [
        *(line("UNSession", words(one)) for one in compilation.lines),
        line("UNTitle", words(compilation.title)),
        line("UNAgendaItem", words(compilation.made)),
        *(document.block(block) for block in paragraphs),
    ]
    return document.finish("".join(body), compilation)


@dataclass(slots=True)
class _Document:
    """A document being written: collects footnotes, counts bookmarks."""

    language: str
    notes: list[str] = field(default_factory=list)
    bookmarks: set[str] = field(default_factory=set)

    def block(self, block: Block) -> str:
        """Gives a paragraph."""
        start = end = ""
        name = docx_parts.bookmark(block.key) if block.key else None
        if name and name not in self.bookmarks:
            self.bookmarks.add(name)
            number = len(self.bookmarks)
            start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
            end = f'<w:bookmarkEnd w:id="{number}"/>'
        label = shown_label(block)
        hangs = bool(label) or block.beneath
        head = f"{_labelled(label)}{_labelled('', tab=True)}" if hangs else ""
        head += _labelled(f"({block.remarks}) " if block.remarks else "")
        content = "".join(
            self._run(run, struck=block.deleted and not run.spoken) for run in runs(block)
        )
        indents = docx_template.labelled(block.level) if hangs else ""
        style = BODY[block.kind, block.level]
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{indents}</w:pPr>'
            f"{start}{head}{content}{end}</w:p>"
        )

    def _run(self, run: Run, *, struck: bool) -> str:
        if run.fixed:
            said = plain(run.words)
            bold = "<w:b/><w:bCs/>" if said in {"[", "]"} or said.endswith(":") else ""
            return words(said, f'<w:rStyle w:val="UNFixed"/>{bold}')
        return self._words(run.words, "<w:strike/>" if struck else "")

    def _words(self, text: Change, properties: str = "") -> str:
        out = []
        rtl = "<w:rtl/>" if docx_template.rtl(self.language) else ""
        for op in text.ops:
            if not isinstance(op, Insert):
                continue
            slope = "<w:i/><w:iCs/>" if op.italic else ""
            if isinstance(op.content, Note):
                out.append(
                    f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/>{slope}</w:rPr>'
                    f'<w:footnoteReference w:id="{self._note(op.content)}"/></w:r>'
                )
            else:
                out.append(words(op.content, f"{slope}{properties}{rtl}"))
        return "".join(out)

    def _note(self, note: Note) -> int:
        content = self._words(note.content)
        number = len(self.notes) + 1
        self.notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
            f"<w:r><w:tab/></w:r>{content}</w:p></w:footnote>"
        )
        return number

    def finish(self, body: str, compilation: Compilation) -> bytes:
        """Gives the bytes of the document, closed by the short rule."""
        section = docx_template.section(line_numbers=True)
        parts = {
            "document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{body}{line('UNRule')}"
            f"{section}</w:body></w:document>",
            "styles.xml": docx_template.styles(compilation.language),
            "numbering.xml": docx_template.numbering(1),
            "settings.xml": docx_template.SETTINGS,
            "footnotes.xml": self._footnotes(),
            "core.xml": docx_parts.core(compilation.title),
            "header-first.xml": docx_template.header(""),
            "footer-first.xml": docx_template.footer(even=False),
        }
        for page, even in (("even", True), ("default", False)):
            parts[f"header-{page}.xml"] = docx_template.running_head(
                "", " · ".join((*compilation.lines, compilation.made)), even=even
            )
            parts[f"footer-{page}.xml"] = docx_template.footer(even=even)
        return docx_parts.package(parts)

    def _footnotes(self) -> str:
        rules = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" '
            f'w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for kind, number in (("separator", -1), ("continuationSeparator", 0))
        )
        return f"{HEAD}<w:footnotes {NAMESPACES}>{rules}{''.join(self.notes)}</w:footnotes>"


def _labelled(text: str, *, tab: bool = False) -> str:
    content = f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
    content += "<w:tab/>" if tab else ""
    return f'<w:r><w:rPr><w:rStyle w:val="UNLabel"/></w:rPr>{content}</w:r>' if content else ""


# --- reading ------------------------------------------------------------------------------------


def read(data: bytes) -> Compilation:
    """Reads a compilation that `write` wrote, also when a word processor has saved it again.

    Tracked changes are read as accepted. Refuses: Unreadable for what does not pass the gate, is no
    compilation of ours, or has brackets that do not match.
    """
    return _Reader(gate.opened(data)).compilation()


@dataclass(slots=True)
class _Line:
    """A paragraph as it stands in the file."""

    style: str
    label: str = ""
    tabbed: bool = False
    """The label has ended."""
    remarks: str = ""
    key: str = ""
    runs: list[Run] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Gives the words of a line that is none of the text."""
        return tidy("".join(plain(run.words) for run in self.runs))


class _Reader:
    def __init__(self, package: gate.Package) -> None:
        self.package = package
        self.main = self._target("", "officeDocument")
        if self.main not in package.parts:
            raise Unreadable(detail=gate.DAMAGED)
        self.styles = Styles(self._part(self._target(self.main, "styles")))
        self.notes = dict(self._notes())

    def _target(self, name: str, kind: str) -> str:
        """Gives the name of the part that is related to one in that way, or ""."""
        folder, base = posixpath.split(name)
        relations = self._part(posixpath.join(folder, "_rels", f"{base}.rels"))
        for relation in () if relations is None else relations:
            found = relation.get("Type", "").rsplit("/", 1)[-1]
            if found == kind and relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                return posixpath.normpath(path)
        return ""

    def _part(self, name: str) -> etree._Element | None:
        content = self.package.parts.get(name)
        return None if content is None else gate.parsed(content)

    def _notes(self) -> Iterator[tuple[str, Change]]:
        """Gives the words of the footnotes by id."""
        root = self._part(self._target(self.main, "footnotes"))
        for note in () if root is None else root.iter(tag("footnote")):
            builder = Builder()
            for paragraph in note.iter(tag("p")):
                for run in self._line(paragraph, {}).runs:
                    builder.extend(run.words.ops)
            yield note.get(tag("id"), ""), builder.change()

    def compilation(self) -> Compilation:
        """Gives what was read."""
        root = self._part(self.main)
        body = None if root is None else root.find(tag("body"))
        if body is None:
            raise Unreadable(detail=gate.DAMAGED)
        found_lines: list[_Line] = []
        front: dict[str, list[str]] = {_LINES: [], _TITLE: [], _MADE: []}
        for paragraph in body.iter(tag("p")):
            found = self._line(paragraph, self.notes)
            if found.style in _KINDS:
                found_lines.append(found)
            elif found.style in front and found.words:
                front[found.style].append(found.words)
        if _FIXED not in {style.name for style in self.styles.by_id.values()}:
            raise Unreadable(detail="This Word file is no compilation text; nothing was stored.")
        language = self.styles.language
        return gathered(
            map(_block, found_lines),
            title=tidy(" ".join(front[_TITLE])),
            made=tidy(" ".join(front[_MADE])),
            lines=front[_LINES],
            language=language if language in docx_template.LANGUAGES else "en",
        )

    def _line(self, paragraph: etree._Element, notes: dict[str, Change]) -> _Line:
        style = value(paragraph.find(tag("pPr")), "pStyle")
        out = _Line(self.styles.name(style))
        self._gather(paragraph, out, notes)
        return out

    def _gather(self, element: etree._Element, out: _Line, notes: dict[str, Change]) -> None:
        for child in element:
            match etree.QName(child).localname:
                case "r":
                    self._run(child, out, notes)
                case "ins" | "moveTo" | "hyperlink" | "smartTag" | "sdt" | "sdtContent":
                    self._gather(child, out, notes)
                case "bookmarkStart":
                    out.key = key_of(child.get(tag("name"), "")) or out.key

    def _run(self, run: etree._Element, out: _Line, notes: dict[str, Change]) -> None:
        properties = run.find(tag("rPr"))
        style = value(properties, "rStyle")
        name = self.styles.name(style) if style else ""
        italic = bool(on(properties, "i") or on(properties, "iCs")) or None
        for child in run:
            match etree.QName(child).localname:
                case "t" if name == _LABEL:
                    if out.tabbed:
                        out.remarks += child.text or ""
                    else:
                        out.label += child.text or ""
                case "t":
                    builder = Builder().insert(cleaned(child.text or ""), italic=italic)
                    out.runs.append(Run(builder.change(), name == _FIXED))
                case "tab" if name == _LABEL:
                    out.tabbed = True
                case "footnoteReference":
                    words_ = notes.get(child.get(tag("id"), ""))
                    if words_ is not None:
                        note = Builder().insert(Note(words_), italic=italic)
                        out.runs.append(Run(note.change()))


def _block(line_: _Line) -> Block:
    kind, level = _KINDS[line_.style]
    remarks = tidy(line_.remarks).removeprefix("(").removesuffix(")")
    return Block(label_shown(line_.label), kind, level, segments_of(line_.runs), remarks, line_.key)

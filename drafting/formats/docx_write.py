"""Writes Word files: the clean text in UN layout, and a redline as real tracked changes.

How a tracked file must be made so that Word and LibreOffice accept and reject it to the very texts
stands in research/documents.md, section 3. In short: a paragraph appears or goes with its mark, a
move is two named ranges, and the last paragraph's mark is never tracked, so the body closes with
the short rule that UN texts carry anyway.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from drafting.formats import docx_parts, docx_template
from drafting.formats.docx_numbers import Numbers, TrackedNumbers
from drafting.formats.docx_template import BODY, HEAD, NAMESPACES, fixed, line, words
from drafting.text import diff
from drafting.text.changes import Change, Insert, Note, text_of
from drafting.text.resolution import MAX_LEVEL, ORGANIZATION, Kind, Masthead, Paragraph, Resolution
from drafting.text.tracked import Credit, Mark, Piece, Redline, RedlineParagraph, State

_TITLES = frozenset({Kind.FORMULA, Kind.HEADING, Kind.ANNEX})
"""Paragraphs that are called by their words rather than by a label."""


def clean(
    resolution: Resolution, *, labels: Sequence[str] | None = None, working_draft: str = ""
) -> bytes:
    """Gives the text as a clean Word file, paragraphs numbered automatically.

    `labels`, one for each paragraph, prints those in the margin in place of the numbers ("PP10
    bis"): for a text between two versions, whose paragraphs keep their names. `working_draft` is a line such as
    "Draft 2, 28 September 2021" for the head of every page; lines are then numbered. The same
    values give the same bytes.
    """
    masthead = resolution.masthead
    document = _Document(masthead)
    numbers = Numbers(sum(p.kind is Kind.OPERATIVE for p in resolution.paragraphs))
    body = [line(style, *runs) for style, runs in _front(masthead, masthead, None)]
    closing = _closing(masthead)
    for index, paragraph in enumerate(resolution.paragraphs):
        if paragraph.kind is Kind.ANNEX and closing:
            body.append(closing)
            closing = ""
        number = numbers.place(paragraph)
        label = labels[index] if labels and paragraph.kind not in _TITLES else ""
        body.append(
            document.paragraph(
                paragraph,
                number=None if labels else number,
                content=_label(label) + document.text(_pieces(paragraph.text)),
                mark=docx_template.labelled(paragraph.level) if label else "",
            )
        )
    body.append(closing)
    return document.finish("".join(body), lists=numbers.lists, working_draft=working_draft)


def tracked(
    redline: Redline,
    masthead: Masthead,
    *,
    default_author: str,
    default_at: datetime,
    old_masthead: Masthead | None = None,
) -> bytes:
    """Gives a redline as a Word file: accept all is the new text, reject all the old one.

    Every revision has its credit's author and time, or the defaults. `masthead` is the new text's;
    with `old_masthead` the lines that differ before the text are tracked as well. They stand in a
    table, so that the body's paragraphs are those of the resolution and no others. The closing
    line of an adopted text is left out: it is no part of the words.
    """
    author = Credit(default_author or "?", default_at)
    document = _Document(masthead, author)
    numbers = TrackedNumbers(redline)
    front = _front(old_masthead or masthead, masthead, document)
    body = [_front_table(front)] if front else []
    body.extend(document.redlined(part, numbers) for part in _in_place(redline))
    return document.finish("".join(body), lists=numbers.lists, working_draft="")


# --- the document -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Document:
    """A document being written: counts ids, collects footnotes, credits revisions."""

    masthead: Masthead
    author: Credit | None = None
    notes: list[str] = field(default_factory=list)
    revisions: int = 0
    note_revisions: int = 0
    moves: int = 0
    bookmarks: set[str] = field(default_factory=set)

    def paragraph(
        self, paragraph: Paragraph, *, number: tuple[int, int] | None, content: str, mark: str = ""
    ) -> str:
        """Gives a paragraph of the resolution with its style, number and identity."""
        start = end = ""
        name = docx_parts.bookmark(paragraph.key) if paragraph.key else None
        if name and name not in self.bookmarks:
            self.bookmarks.add(name)
            identity = len(self.bookmarks)
            start = f'<w:bookmarkStart w:id="{identity}" w:name="{name}"/>'
            end = f'<w:bookmarkEnd w:id="{identity}"/>'
        properties = _properties(paragraph, number, mark)
        return f"<w:p>{properties}{start}{content}{end}</w:p>"

    def text(self, pieces: Iterable[Piece], *, move: str = "", moved: Credit | None = None) -> str:
        """Gives the runs of a text; `move` is the revision of what was kept, if it has moved."""
        out = []
        groups = itertools.groupby(pieces, lambda piece: (piece.mark, piece.credit))
        for (mark, credit), members in groups:
            match mark:
                case Mark.KEEP:
                    runs = "".join(self._run(piece) for piece in members)
                    out.append(self.revision(move, moved, runs) if move else runs)
                case Mark.INSERT:
                    runs = "".join(self._run(piece) for piece in members)
                    out.append(self.revision("ins", credit, runs))
                case Mark.DELETE:
                    runs = "".join(self._run(piece, deleted=True) for piece in members)
                    out.append(self.revision("del", credit, runs))
        return "".join(out)

    def words(self, pieces: Iterable[Piece], properties: str) -> str:
        """Gives the runs of a line around the text, with the same properties throughout."""
        out = []
        for piece in pieces:
            deleted = piece.mark is Mark.DELETE
            run = self._words(piece.text, properties, deleted=deleted)
            tag = "del" if deleted else "ins"
            out.append(run if piece.mark is Mark.KEEP else self.revision(tag, None, run))
        return "".join(out)

    def _run(self, piece: Piece, *, deleted: bool = False) -> str:
        properties = "<w:i/><w:iCs/>" if piece.italic else ""
        if piece.note is not None:
            number = self._note(piece.note, piece.mark, piece.credit)
            return (
                f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/>{properties}</w:rPr>'
                f'<w:footnoteReference w:id="{number}"/></w:r>'
            )
        return self._words(piece.text, properties, deleted=deleted)

    def _words(self, text: str, properties: str, *, deleted: bool = False) -> str:
        if not text:
            return ""
        if docx_template.rtl(self.masthead.language):
            properties += "<w:rtl/>"
        rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
        tag = "w:delText" if deleted else "w:t"
        return f'<w:r>{rpr}<{tag} xml:space="preserve">{escape(text)}</{tag}></w:r>'

    def _note(self, pieces: Sequence[Piece], mark: Mark, credit: Credit | None) -> int:
        """Adds a footnote. In one that comes or goes as a whole every word does."""
        runs = []
        for piece in pieces:
            piece_mark = piece.mark if mark is Mark.KEEP else mark
            deleted = piece_mark is Mark.DELETE
            run = self._words(piece.text, "<w:i/><w:iCs/>" if piece.italic else "", deleted=deleted)
            if piece_mark is Mark.KEEP:
                runs.append(run)
            else:
                tag = "del" if deleted else "ins"
                runs.append(self._revise(tag, piece.credit or credit, run, in_note=True))
        number = len(self.notes) + 1
        self.notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
            f"<w:footnoteRef/></w:r><w:r><w:tab/></w:r>{''.join(runs)}</w:p></w:footnote>"
        )
        return number

    def revision(self, tag: str, credit: Credit | None, content: str) -> str:
        """Gives content as revised; without content nothing."""
        return self._revise(tag, credit, content, in_note=False)

    def _revise(self, tag: str, credit: Credit | None, content: str, *, in_note: bool) -> str:
        if not content:
            return ""
        attributes = self.credited(credit, in_note=in_note)
        return f"<w:{tag} {attributes}>{content}</w:{tag}>"

    def credited(self, credit: Credit | None, *, in_note: bool = False) -> str:
        """Gives the attributes of a revision with an id not used before in its part."""
        if in_note:
            self.note_revisions += 1
            number = self.note_revisions
        else:
            self.revisions += 1
            number = self.revisions
        default = self.author or Credit("?")
        author = (credit.author if credit else "") or default.author
        at = (credit.at if credit else None) or default.at
        # Word shows the digits as if they were local time; we store UTC and say so.
        when = f' w:date="{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"' if at else ""
        return f'w:id="{number}" w:author={quoteattr(author)}{when}'

    def redlined(self, part: _Part, numbers: TrackedNumbers) -> str:
        """Gives one paragraph of a redline as it stands in the file."""
        paragraph, row = part.paragraph, part.row
        number = numbers.place(paragraph, gone=part.gone)
        credit = row.credit or _first_credit(row.pieces)
        match row.state:
            case State.MOVED:
                return self._moved(part, number, credit)
            case State.INSERTED | State.DELETED:
                gone = row.state is State.DELETED
                mark = Mark.DELETE if gone else Mark.INSERT
                other = Mark.INSERT if gone else Mark.DELETE
                pieces = [_with_mark(p, mark, credit) for p in row.pieces if p.mark is not other]
                tag = "del" if gone else "ins"
                return self.paragraph(
                    paragraph,
                    number=number,
                    content=self.text(pieces),
                    mark=f"<w:rPr><w:{tag} {self.credited(credit)}/></w:rPr>",
                )
            case State.SAME | State.CHANGED:
                return self.paragraph(
                    paragraph,
                    number=number,
                    content=self.text(row.pieces),
                    mark=self._changed_kind(row, number, numbers, credit),
                )

    def _changed_kind(
        self,
        row: RedlineParagraph,
        number: tuple[int, int] | None,
        numbers: TrackedNumbers,
        credit: Credit | None,
    ) -> str:
        old, new = row.old, row.new
        if old is None or new is None or (old.kind, old.level) == (new.kind, new.level):
            return ""
        before = _properties(old, numbers.beside(old, number), "")
        return f"<w:pPrChange {self.credited(credit)}>{before}</w:pPrChange>"

    def _moved(self, part: _Part, number: tuple[int, int] | None, credit: Credit | None) -> str:
        row = part.row
        tag = "moveFrom" if part.gone else "moveTo"
        mark = f"<w:rPr><w:{tag} {self.credited(credit)}/></w:rPr>"
        attributes = self.credited(credit)
        identity = attributes.split(" ", 1)[0]
        start = f'<w:{tag}RangeStart {attributes} w:name="move{part.move}"/>'
        end = f"<w:{tag}RangeEnd {identity}/>"
        # Dropped words are struck where they stood, and left out at the new place: LibreOffice
        # takes a deletion inside of a moved stretch by the same author for no change at all.
        pieces = _one_side(row.pieces, Mark.INSERT if part.gone else Mark.DELETE)
        content = self.text(pieces, move=tag, moved=credit)
        return (
            self.paragraph(part.paragraph, number=number, content=start + content, mark=mark) + end
        )

    def finish(self, body: str, *, lists: int, working_draft: str) -> bytes:
        """Gives the bytes of the document with that body, closed by the short rule."""
        masthead = self.masthead
        section = docx_template.section(line_numbers=bool(working_draft))
        parts = {
            "document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{body}{line('UNRule')}"
            f"{section}</w:body></w:document>",
            "styles.xml": docx_template.styles(masthead.language),
            "numbering.xml": docx_template.numbering(lists),
            "settings.xml": docx_template.SETTINGS,
            "footnotes.xml": self._footnotes(),
            "core.xml": docx_parts.core(masthead.title),
            "header-first.xml": docx_template.header(
                _working_line(working_draft) + _masthead_table(masthead)
            ),
            "footer-first.xml": docx_template.footer(even=None),
        }
        for page, even in (("even", True), ("default", False)):
            parts[f"header-{page}.xml"] = docx_template.running_head(
                masthead.symbol, working_draft, even=even
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


def _properties(paragraph: Paragraph, number: tuple[int, int] | None, mark: str) -> str:
    level = min(max(paragraph.level, 1), MAX_LEVEL) if paragraph.kind is Kind.SUB else 0
    style = BODY[paragraph.kind, level]
    numbered = ""
    if number:
        identity, depth = number
        numbered = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{identity}"/></w:numPr>'
    return f'<w:pPr><w:pStyle w:val="{style}"/>{numbered}{mark}</w:pPr>'


def _pieces(text: Change) -> list[Piece]:
    """Gives a text as pieces that were all kept."""
    out = []
    for op in text.ops:
        match op:
            case Insert(content=str() as plain, italic=italic):
                out.append(Piece(Mark.KEEP, plain, italic=bool(italic)))
            case Insert(content=Note(content=inner), italic=italic):
                out.append(Piece(Mark.KEEP, note=tuple(_pieces(inner)), italic=bool(italic)))
    return out


def _label(label: str) -> str:
    if not label:
        return ""
    return words(label, '<w:rStyle w:val="UNLabel"/>') + (
        '<w:r><w:rPr><w:rStyle w:val="UNLabel"/></w:rPr><w:tab/></w:r>'
    )


# --- pieces of a redline ------------------------------------------------------------------------


def _with_mark(piece: Piece, mark: Mark, credit: Credit | None) -> Piece:
    return Piece(mark, piece.text, piece.note, piece.italic, piece.credit or credit)


def _one_side(pieces: Iterable[Piece], without: Mark) -> Iterator[Piece]:
    """Gives a moved paragraph's pieces at its old place, or at the new one.

    A kept note stands in both: as it was at the old place, with its changes at the new one.
    """
    for piece in pieces:
        if piece.mark is without:
            continue
        if without is Mark.INSERT and piece.mark is Mark.KEEP and piece.note is not None:
            inner = tuple(
                _with_mark(one, Mark.KEEP, None)
                for one in piece.note
                if one.mark is not Mark.INSERT
            )
            yield replace(piece, note=inner)
        else:
            yield piece


def _first_credit(pieces: Iterable[Piece]) -> Credit | None:
    return next((piece.credit for piece in pieces if piece.credit), None)


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph as it stands in the file: a moved one stands there twice."""

    row: RedlineParagraph
    paragraph: Paragraph
    gone: bool
    """It is not in the new text at this place."""
    move: int = 0


def _in_place(redline: Redline) -> Iterator[_Part]:
    """Gives the paragraphs in the order of the file, moved ones also where they stood."""
    rows = redline.paragraphs
    moves: dict[int, int] = {}
    stood: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        if row.state is State.MOVED:
            moves[index] = len(moves) + 1
            stood.setdefault(-1 if row.old_after is None else row.old_after, []).append(index)

    def sources(after: int) -> Iterator[_Part]:
        for index in sorted(stood.pop(after, ()), key=lambda index: rows[index].old_place or 0):
            row = rows[index]
            if row.old is not None:
                # Its key goes with the new place: a bookmark's name stands once.
                old = Paragraph(row.old.kind, row.old.text, row.old.level)
                yield _Part(row, old, gone=True, move=moves[index])
            yield from sources(index)

    yield from sources(-1)
    for index, row in enumerate(rows):
        paragraph = row.new or row.old
        if paragraph is None:
            continue
        yield _Part(row, paragraph, gone=row.new is None, move=moves.get(index, 0))
        if row.state is not State.MOVED:
            yield from sources(index)


# --- what stands around the text ----------------------------------------------------------------


def _front(
    old: Masthead, new: Masthead, document: _Document | None
) -> list[tuple[str, tuple[str, ...]]]:
    """Gives the lines between masthead and text: style and runs."""

    def runs(was: str, now: str, properties: str = "") -> str:
        if was == now or document is None:
            return words(now, properties)
        return document.words(diff.pieces(text_of(was), text_of(now)), properties)

    lines: list[tuple[str, tuple[str, ...]]] = []
    for style, was, now in (
        ("UNSession", old.session, new.session),
        ("UNCommittee", old.committee, new.committee),
        ("UNAgendaItem", old.agenda_item, new.agenda_item),
        ("UNAgendaTitle", old.agenda_title, new.agenda_title),
    ):
        lines.append((style, (runs(was, now),)))
    lines.extend(
        ("UNNotice", (runs(was, now),))
        for was, now in itertools.zip_longest(old.notices, new.notices, fillvalue="")
    )
    number = runs(old.number, new.number, '<w:rStyle w:val="UNNumber"/>')
    separator = fixed(". ") if new.number and new.title else ""
    lines.append(("UNTitle", (number, separator, runs(old.title, new.title))))
    return [(style, parts) for style, parts in lines if any(parts)]


def _front_table(front: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    content = "".join(line(style, *runs) for style, runs in front)
    # A line before the table: LibreOffice makes one where notes follow and there is none.
    return (
        f"{line('UNDate')}"
        '<w:tbl><w:tblPr><w:tblW w:w="9840" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"{docx_template.NO_MARGINS}</w:tblPr>"
        '<w:tblGrid><w:gridCol w:w="9840"/></w:tblGrid><w:tr><w:tc><w:tcPr>'
        f'<w:tcW w:w="9840" w:type="dxa"/></w:tcPr>{content}</w:tc></w:tr></w:tbl>'
    )


def _closing(masthead: Masthead) -> str:
    return line("UNClosing", words(masthead.closing)) if masthead.closing else ""


def _working_line(working_draft: str) -> str:
    return line("UNRunning", fixed(working_draft)) if working_draft else ""


def _masthead_table(masthead: Masthead) -> str:
    organization, body = ORGANIZATION.get(masthead.language, ORGANIZATION["en"])
    distribution = masthead.distribution
    bare = distribution and masthead.language == "en" and not distribution.startswith("Distr")
    prefix = fixed("Distr.: ") if bare else ""
    printed = docx_template.LANGUAGES.get(masthead.language, ("", ""))[1]
    lines = [
        line("UNDistribution", prefix, words(distribution)),
        line("UNDate", words(masthead.date)),
        line("UNDate"),
        line("UNLanguage", fixed(printed)),
    ]
    return docx_template.masthead_table(
        masthead.symbol,
        lines,
        organization=organization,
        body=body,
        right_to_left=docx_template.rtl(masthead.language),
    )

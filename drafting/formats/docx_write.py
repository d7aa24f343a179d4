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
from drafting.formats.docx_comments import Comments, Item
from drafting.formats.docx_front import closing, first_head, front, front_table
from drafting.formats.docx_numbers import Numbers, TrackedNumbers
from drafting.formats.docx_template import BODY, HEAD, NAMESPACES, line, words
from drafting.text.changes import Change, Insert, Note
from drafting.text.remarks import PLAIN, Extras
from drafting.text.resolution import MAX_LEVEL, Kind, Masthead, Paragraph, Resolution
from drafting.text.tracked import Credit, Mark, Piece, Redline, RedlineParagraph, State

_TITLES = frozenset({Kind.FORMULA, Kind.HEADING, Kind.ANNEX})
"""Paragraphs that are called by their words rather than by a label."""


def clean(
    resolution: Resolution,
    *,
    labels: Sequence[str] | None = None,
    extras: Extras = PLAIN,
) -> bytes:
    """Gives the text as a clean Word file, paragraphs numbered automatically.

    `labels`, one for each paragraph, prints those in the margin in place of the numbers ("PP10
    bis"): for a text between two versions, whose paragraphs keep their names. The same values give
    the same bytes.
    """
    masthead = resolution.masthead
    document = _Document(masthead, comments=Comments(extras.threads))
    numbers = Numbers(sum(p.kind is Kind.OPERATIVE for p in resolution.paragraphs))
    body = [line(one.style, *one.runs) for one in front(masthead, masthead, None)]
    last = closing(masthead)
    for index, paragraph in enumerate(resolution.paragraphs):
        if paragraph.kind is Kind.ANNEX and last:
            body.append(last)
            last = ""
        number = numbers.place(paragraph)
        label = labels[index] if labels and paragraph.kind not in _TITLES else ""
        items = document.comments.beside(paragraph.key, _pieces(paragraph.text))
        body.append(
            document.paragraph(
                paragraph,
                number=None if labels else number,
                content=_label(label) + document.text(items),
                mark=docx_template.labelled(paragraph.level) if label else "",
            )
        )
    body.append(last)
    return document.finish("".join(body), lists=numbers.lists, extras=extras)


def tracked(
    redline: Redline,
    masthead: Masthead,
    *,
    default_author: str,
    default_at: datetime,
    old_masthead: Masthead | None = None,
    extras: Extras = PLAIN,
) -> bytes:
    """Gives a redline as a Word file: accept all is the new text, reject all the old one.

    Every revision has its credit's author and time, or the defaults. `masthead` is the new text's;
    with `old_masthead` the lines that differ before the text are tracked as well. They stand in a
    table, so that the body's paragraphs are those of the resolution and no others. The closing
    line of an adopted text is left out: it is no part of the words.
    """
    author = Credit(default_author or "?", default_at)
    document = _Document(masthead, author, Comments(extras.threads))
    numbers = TrackedNumbers(redline)
    lines = front(old_masthead or masthead, masthead, document.words)
    body = [front_table(lines, document.mark)] if lines else []
    body.extend(document.redlined(part, numbers) for part in _in_place(redline))
    return document.finish("".join(body), lists=numbers.lists, extras=extras)


# --- the document -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Document:
    """A document being written: counts ids, collects footnotes, credits revisions."""

    masthead: Masthead
    author: Credit | None = None
    comments: Comments = field(default_factory=Comments)
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

    def mark(self, tag: str, credit: Credit | None = None) -> str:
        """Gives the properties of a paragraph whose mark is revised."""
        return f"<w:rPr><w:{tag} {self.credited(credit)}/></w:rPr>"

    def text(self, items: Iterable[Item], *, move: str = "", moved: Credit | None = None) -> str:
        """Gives the runs of a text; `move` is the revision of what was kept, if it has moved."""
        out: list[str] = []
        for key, group in itertools.groupby(items, _hand):
            if key is None:
                out.extend(item for item in group if isinstance(item, str))
                continue
            mark, credit = key
            members = [item for item in group if isinstance(item, Piece)]
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
                items = self._beside(paragraph, pieces, tag, credit)
                return self.paragraph(
                    paragraph, number=number, content=self.text(items), mark=self.mark(tag, credit)
                )
            case State.SAME | State.CHANGED | State.SPLIT | State.MERGED:
                joint = self.mark(part.joint, credit) if part.joint else ""
                return self.paragraph(
                    paragraph,
                    number=number,
                    content=self.text(self.comments.beside(paragraph.key, row.pieces)),
                    mark=joint + self._changed_kind(row, number, numbers, credit),
                )

    def _beside(
        self, paragraph: Paragraph, pieces: Iterable[Piece], tag: str, credit: Credit | None
    ) -> list[Item]:
        """Gives a paragraph's pieces with its comments, which come or go with it as a whole."""
        return self.comments.beside(
            paragraph.key, pieces, lambda references: self.revision(tag, credit, references)
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
        mark = self.mark(tag, credit)
        attributes = self.credited(credit)
        identity = attributes.split(" ", 1)[0]
        start = f'<w:{tag}RangeStart {attributes} w:name="move{part.move}"/>'
        end = f"<w:{tag}RangeEnd {identity}/>"
        # Dropped words are struck where they stood, and left out at the new place: LibreOffice
        # takes a deletion inside of a moved stretch by the same author for no change at all.
        items = self._beside(part.paragraph, row.pieces, tag, credit)
        sided = _one_side(items, Mark.INSERT if part.gone else Mark.DELETE)
        content = self.text(sided, move=tag, moved=credit)
        return (
            self.paragraph(part.paragraph, number=number, content=start + content, mark=mark) + end
        )

    def finish(self, body: str, *, lists: int, extras: Extras) -> bytes:
        """Gives the bytes of the document with that body, closed by the short rule."""
        masthead = self.masthead
        section = docx_template.section(line_numbers=extras.line_numbers)
        parts = {
            "document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{_kept_with_next(body)}{line('UNRule')}"
            f"{section}</w:body></w:document>",
            "styles.xml": docx_template.styles(masthead.language),
            "numbering.xml": docx_template.numbering(lists),
            "settings.xml": docx_template.SETTINGS,
            "footnotes.xml": self._footnotes(),
            "core.xml": docx_parts.core(masthead.title),
            "header-first.xml": docx_template.header(first_head(masthead, extras.head)),
            "footer-first.xml": docx_template.footer(even=None),
            **self.comments.parts(),
        }
        if extras.draft_id:
            known = {"DraftId": extras.draft_id, "DraftVersion": extras.version}
            parts["custom.xml"] = docx_parts.custom(known)
        for page, even in (("even", True), ("default", False)):
            parts[f"header-{page}.xml"] = docx_template.running_head(
                masthead.symbol, extras.head, even=even
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


def _kept_with_next(body: str) -> str:
    """Keeps the end of the last paragraph on the page of the short rule."""
    at = body.rfind("<w:p><w:pPr><w:pStyle ")
    if at < 0:
        return body
    behind = body.index("/>", at) + len("/>")
    return f"{body[:behind]}<w:keepNext/>{body[behind:]}"


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


def _hand(item: Item) -> tuple[Mark, Credit | None] | None:
    return None if isinstance(item, str) else (item.mark, item.credit)


def _one_side(items: Iterable[Item], without: Mark) -> Iterator[Item]:
    """Gives a moved paragraph's pieces at its old place, or at the new one.

    A kept note stands in both: as it was at the old place, with its changes at the new one.
    """
    for piece in items:
        if isinstance(piece, str):
            yield piece
            continue
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
    joint: str = ""
    """How its mark is revised where the next paragraph was split from it or merged into it."""


_JOINTS = {State.SPLIT: "ins", State.MERGED: "del"}
"""What became of the mark of the paragraph before one that was split off or merged."""


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
        behind = rows[index + 1].state if index + 1 < len(rows) else State.SAME
        yield _Part(
            row,
            paragraph,
            gone=row.new is None,
            move=moves.get(index, 0),
            joint=_JOINTS.get(behind, ""),
        )
        if row.state is not State.MOVED:
            yield from sources(index)

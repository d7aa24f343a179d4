"""Word files as delegations send them back: written out mark by mark."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from drafting.formats.docx_parts import bookmark

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DAY = "2026-11-03T10:00:00Z"


def run(words: str, *, deleted: bool = False, italic: bool = False) -> str:
    """Gives a run; its words with the blanks they have."""
    tag = "delText" if deleted else "t"
    look = "<w:rPr><w:i/></w:rPr>" if italic else ""
    return f'<w:r>{look}<w:{tag} xml:space="preserve">{escape(words)}</w:{tag}></w:r>'


def by(author: str, date: str | None = DAY) -> str:
    """Gives the attributes that say whose a mark is."""
    when = f' w:date="{date}"' if date else ""
    return f'w:id="1" w:author={quoteattr(author)}{when}'


def put_in(author: str, words: str, **more: str | None) -> str:
    """Gives words that an author inserts."""
    return f"<w:ins {by(author, **more)}>{run(words)}</w:ins>"


def taken_out(author: str, words: str, **more: str | None) -> str:
    """Gives words that an author deletes."""
    return f"<w:del {by(author, **more)}>{run(words, deleted=True)}</w:del>"


def line(*runs: str, key: str | None = None, mark: str = "", style: str = "") -> str:
    """Gives a paragraph; `mark` is a revision of its end, `key` the identity it carries."""
    name = bookmark(key) if key else None
    held = "".join(one if one.startswith("<") else run(one) for one in runs)
    start = f'<w:bookmarkStart w:id="1" w:name="{name}"/>' if name else ""
    end = '<w:bookmarkEnd w:id="1"/>' if name else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    marked = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{styled}{marked}</w:pPr>{start}{held}{end}</w:p>"


def end(kind: str, author: str) -> str:
    """Gives the revision of a paragraph's end: "ins", "del", "moveFrom", "moveTo"."""
    return f"<w:{kind} {by(author)}/>"


def on(identity: int, *runs: str) -> str:
    """Gives runs that a comment stands on."""
    held = "".join(one if one.startswith("<") else run(one) for one in runs)
    return (
        f'<w:commentRangeStart w:id="{identity}"/>{held}<w:commentRangeEnd w:id="{identity}"/>'
        f'<w:r><w:commentReference w:id="{identity}"/></w:r>'
    )


@dataclass
class Comment:
    """A comment as the file holds it; `answers` is the number of the one it answers."""

    author: str
    words: str
    answers: int | None = None
    done: bool = False
    date: str | None = DAY


@dataclass
class WordFile:
    """A Word file in the making."""

    lines: Sequence[str]
    comments: Sequence[Comment] = ()
    properties: dict[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    """What each footnote holds, from number 1 on: paragraphs."""
    extended: str = "http://schemas.microsoft.com/office/word/2012/wordml"
    """The namespace of the part with threads: early Word 2013 has another."""

    def bytes(self) -> bytes:
        """Gives the file."""
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        names = f'xmlns:w="{_W}" xmlns:w14="{_W14}" xmlns:r="{_R}"'
        parts = {
            "word/document.xml": f"{head}<w:document {names}><w:body>{''.join(self.lines)}"
            "<w:sectPr/></w:body></w:document>"
        }
        related: list[tuple[str, str]] = []
        if self.comments:
            related += [("comments", "comments.xml"), ("commentsExtended", "extended.xml")]
            parts["word/comments.xml"] = (
                f"{head}<w:comments {names}>{''.join(self._comments())}</w:comments>"
            )
            rows = "".join(
                f'<e:commentEx e:paraId="{n + 1:08X}" '
                + (f'e:paraIdParent="{one.answers + 1:08X}" ' if one.answers is not None else "")
                + f'e:done="{int(one.done)}"/>'
                for n, one in enumerate(self.comments)
            )
            parts["word/extended.xml"] = (
                f'{head}<e:commentsEx xmlns:e="{self.extended}">{rows}</e:commentsEx>'
            )
        if self.notes:
            related.append(("footnotes", "footnotes.xml"))
            rows = "".join(
                f'<w:footnote w:id="{n}">{held}</w:footnote>'
                for n, held in enumerate(self.notes, 1)
            )
            parts["word/footnotes.xml"] = f"{head}<w:footnotes {names}>{rows}</w:footnotes>"
        root = [("officeDocument", "word/document.xml")]
        if self.properties:
            root.append(("custom-properties", "docProps/custom.xml"))
            parts["docProps/custom.xml"] = self._custom(head)
        parts["_rels/.rels"] = head + _relations(root)
        parts["word/_rels/document.xml.rels"] = head + _relations(related)
        parts["[Content_Types].xml"] = (
            f'{head}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
            "</Types>"
        )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return out.getvalue()

    def _comments(self) -> Iterable[str]:
        for number, one in enumerate(self.comments):
            rows = one.words.split("\n")
            last = f' w14:paraId="{number + 1:08X}"'
            held = "".join(
                f"<w:p{last if n == len(rows) else ''}>{run(row)}</w:p>"
                for n, row in enumerate(rows, 1)
            )
            held_by = by(one.author, one.date).replace('w:id="1"', f'w:id="{number}"')
            yield f"<w:comment {held_by}>{held}</w:comment>"

    def _custom(self, head: str) -> str:
        office = "http://schemas.openxmlformats.org/officeDocument/2006"
        rows = "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{n}" name="{name}">'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
            for n, (name, value) in enumerate(self.properties.items(), 2)
        )
        return (
            f'{head}<Properties xmlns="{office}/custom-properties" '
            f'xmlns:vt="{office}/docPropsVTypes">{rows}</Properties>'
        )


def _relations(rows: Iterable[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(rows)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'

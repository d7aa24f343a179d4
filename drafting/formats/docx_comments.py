"""Comments of a Word file: threads with replies and their resolved state, beside their words.

Three parts hold them (research/documents.md, section 3): comments, commentsExtended (which reply
to which, which are resolved), people. A thread is known by the paraId of a comment's last
paragraph; replies go one level deep, and each has a range and a reference of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC
from xml.sax.saxutils import quoteattr

from drafting.formats.docx_template import HEAD, NAMESPACES, words
from drafting.text.offsets import chars_at, length_utf16
from drafting.text.remarks import Remark, Remarks
from drafting.text.tracked import Mark, Piece

_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
_W15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'

Item = Piece | str
"""A piece of a text, or the markup that stands between two."""


class Comments:
    """The comments of a document being written: each is placed once, numbered as it is placed."""

    def __init__(self, threads: Iterable[Remarks] = ()) -> None:
        self._waiting: dict[str, list[Remarks]] = {}
        for thread in threads:
            self._waiting.setdefault(thread.paragraph, []).append(thread)
        self._comments: list[str] = []
        self._extended: list[str] = []
        self._authors: dict[str, None] = {}
        self._paragraphs = 0

    def beside(
        self, key: str | None, pieces: Iterable[Piece], revised: Callable[[str], str] = str
    ) -> list[Item]:
        """Gives a paragraph's pieces with the marks of its comments between them.

        `revised` marks the references as the paragraph itself is, where it comes or goes as a
        whole: rejected or accepted, they go with it.
        """
        items: list[Item] = list(pieces)
        for thread in self._waiting.pop(key, []) if key else []:
            start, end = self._begun(thread, revised)
            items = list(_marked(items, thread, start, end))
        return items

    def _begun(self, thread: Remarks, revised: Callable[[str], str]) -> tuple[str, str]:
        """Numbers a thread's comments; gives what stands before and behind its words."""
        first = len(self._comments)
        parent = ""
        for remark in thread.remarks:
            last = self._comment(remark)
            above = f' w15:paraIdParent="{parent}"' if parent else ""
            done = int(thread.resolved)
            self._extended.append(f'<w15:commentEx w15:paraId="{last}"{above} w15:done="{done}"/>')
            parent = parent or last
        numbers = range(first, len(self._comments))
        references = "".join(
            '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr>'
            f'<w:commentReference w:id="{number}"/></w:r>'
            for number in numbers
        )
        starts = "".join(f'<w:commentRangeStart w:id="{number}"/>' for number in numbers)
        ends = "".join(f'<w:commentRangeEnd w:id="{number}"/>' for number in numbers)
        return starts, ends + revised(references)

    def _comment(self, remark: Remark) -> str:
        """Adds a comment; gives the paraId of its last paragraph."""
        lines = remark.words.split("\n")
        paragraphs = []
        for index, said in enumerate(lines):
            self._paragraphs += 1
            mark = (
                ""
                if index
                else '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'
            )
            paragraphs.append(
                f'<w:p w14:paraId="{self._paragraphs:08X}"><w:pPr>'
                f'<w:pStyle w:val="CommentText"/></w:pPr>{mark}{words(said)}</w:p>'
            )
        self._authors.setdefault(remark.author)
        initials = "".join(word[0] for word in remark.author.split() if word[0].isalpha())[:9]
        self._comments.append(
            f'<w:comment w:id="{len(self._comments)}" w:author={quoteattr(remark.author)} '
            f'w:date="{remark.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" '
            f"w:initials={quoteattr(initials)}>{''.join(paragraphs)}</w:comment>"
        )
        return f"{self._paragraphs:08X}"

    def parts(self) -> dict[str, str]:
        """Gives the parts that hold the comments, by name; none where there are none."""
        if not self._comments:
            return {}
        people = "".join(
            f"<w15:person w15:author={quoteattr(author)}><w15:presenceInfo "
            f'w15:providerId="None" w15:userId={quoteattr(author)}/></w15:person>'
            for author in self._authors
        )
        return {
            "comments.xml": f'{HEAD}<w:comments {NAMESPACES} {_MC} {_W14} mc:Ignorable="w14">'
            f"{''.join(self._comments)}</w:comments>",
            "commentsExtended.xml": f'{HEAD}<w15:commentsEx {_MC} {_W15} mc:Ignorable="w15">'
            f"{''.join(self._extended)}</w15:commentsEx>",
            "people.xml": f'{HEAD}<w15:people {_MC} {_W15} mc:Ignorable="w15">'
            f"{people}</w15:people>",
        }


def _marked(items: list[Item], thread: Remarks, start: str, end: str) -> Iterator[Item]:
    """Gives the items with a thread's marks before and behind its words.

    Where the words are not among them, the whole paragraph is marked.
    """
    left_out = Mark.INSERT if thread.of_old else Mark.DELETE
    counted = [isinstance(item, Piece) and item.mark is not left_out for item in items]
    sizes = [
        _units(item) if isinstance(item, Piece) and counts else 0
        for item, counts in zip(items, counted, strict=True)
    ]
    first, last = thread.start, thread.end
    if first is None or last is None or not 0 <= first < last <= sum(sizes):
        yield start
        yield from items
        yield end
        return
    at = 0
    for item, size in zip(items, sizes, strict=True):
        if isinstance(item, str) or not size:
            yield item
            continue
        done = 0
        if 0 <= first - at < size:
            done = first - at
            yield from _between(item, 0, done)
            yield start
        if 0 < last - at <= size:
            yield from _between(item, done, last - at)
            yield end
            done = last - at
        yield from _between(item, done, size)
        at += size


def _units(piece: Piece) -> int:
    return 1 if piece.note is not None else length_utf16(piece.text)


def _between(piece: Piece, start: int, end: int) -> Iterator[Piece]:
    """Gives what of a piece stands between two places, in UTF-16 units."""
    if start >= end:
        return
    if piece.note is not None:
        yield piece
        return
    cut = slice(chars_at(piece.text, start), chars_at(piece.text, end))
    yield replace(piece, text=piece.text[cut])

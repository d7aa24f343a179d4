"""A marked file as a value: its text before and after, as each author would have it, and its comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from drafting.text.resolution import Finding, Masthead, Paragraph

SCRUBBED = "Author"
"""Whom Word names for everybody where a file's names were removed; the times are gone then, too."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a comment's words begin ("start") or end ("end"), or its mark stands ("at").

    `offset` counts UTF-16 units of the paragraph's text.
    """

    kind: str
    comment: str
    offset: int


@dataclass(frozen=True, slots=True)
class Read:
    """A paragraph as one reading of the file has it.

    `sources` are the numbers of the file's own paragraphs whose words it holds: two where a
    paragraph's mark was taken away and its words joined the next.
    """

    paragraph: Paragraph
    sources: tuple[int, ...]
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """A paragraph of the body as it is compared, and the file's own paragraphs it holds."""

    words: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The text as some of the revisions make it."""

    masthead: Masthead
    paragraphs: tuple[Read, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision in the file.

    `kind`: insert, delete, move_from, move_to (words), paragraph_insert, paragraph_delete
    (a paragraph's mark; also that of one moved), row_insert, row_delete, format (the look alone).
    `source` is the number of the file's paragraph it stands in; None outside of any. `place` is
    where that stands: body, footnote, endnote.
    """

    kind: str
    author: str
    at: datetime | None
    source: int | None
    words: str
    place: str = "body"
    lone: bool = False
    """It puts words into a paragraph that another author inserts."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody said in a comment's thread."""

    author: str
    at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with its replies, and the file's paragraphs in which its words begin and end."""

    id: str
    author: str
    at: datetime | None
    words: str
    replies: tuple[Reply, ...] = ()
    resolved: bool = False
    source: int | None = None
    last_source: int | None = None
    quote: str = ""
    """The words it stands on, all changes accepted."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Revisions that are part of the text a file was made of: those we wrote into it ourselves.

    A file with tracked changes that we handed out comes back with these and with new ones. Ours are
    by the names that our exports print, and no younger than the version.
    """

    authors: frozenset[str]
    until: datetime


@dataclass(frozen=True, slots=True)
class Marks:
    """What a marked Word file holds.

    `base` is the text with all changes rejected (but those that are settled), `accepted` with all accepted, `by_author` with
    those of one author accepted and all others rejected. `accepted_lines` and `rejected_lines` are
    the words of the whole body, paragraph by paragraph. `moves` names the paragraphs, by their
    numbers in the file, that were moved: from, to. `draft` and `version` are what our own exports
    say they were made of ("working:12" for the working text).
    """

    base: Reading
    accepted: Reading
    by_author: Mapping[str, Reading]
    revisions: tuple[Revision, ...] = ()
    remarks: tuple[Remark, ...] = ()
    accepted_lines: tuple[Printed, ...] = ()
    rejected_lines: tuple[Printed, ...] = ()
    moves: tuple[tuple[int, int], ...] = ()
    draft: str = ""
    version: str = ""
    findings: tuple[Finding, ...] = field(default=())

    @property
    def authors(self) -> tuple[str, ...]:
        """The names in the file, of revisions first, in the order in which they come."""
        told = [r.author for r in self.revisions]
        for remark in self.remarks:
            told += [remark.author, *(reply.author for reply in remark.replies)]
        return tuple(dict.fromkeys(told))

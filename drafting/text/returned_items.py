"""What a returned file would make, as values: proposals, comments, and what can be neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drafting.text.anchors import Anchor
from drafting.text.changes import (
    EMPTY,
    NOTE_PLACEHOLDER,
    Change,
    notes,
    plain,
)
from drafting.text.diff import normalized
from drafting.text.marks import Reply
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Finding, Kind, Paragraph

UNTRACKED = ""
"""The author of differences that the file does not track."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a file may have been made of: a version, or the working text.

    `key` names it to people's pages and `name_in_files` in our exports' properties. `texts` are the
    versions of the paragraphs' texts. `sealed_at` is None for the working text.
    """

    key: str
    name: str
    name_in_files: str
    paragraphs: tuple[Paragraph, ...]
    labels: tuple[str, ...]
    texts: tuple[int, ...]
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal that the file would make.

    `paragraph` is the key of the paragraph it is to; for an insertion, the one it stands behind
    (None: at the beginning). `after` is the new place of one that is moved. `base` is what the
    version says, `text` what it would say. `sure` tells that the paragraph was known by its
    identity or by saying the same words; else `why` says what to look at.
    """

    key: str
    kind: ProposalKind
    author: str
    at: datetime | None
    paragraph: str | None
    label: str
    base: Change = EMPTY
    text: Change = EMPTY
    after: str | None = None
    after_label: str = ""
    split_at: int = 0
    paragraph_kind: Kind = Kind.PREAMBULAR
    level: int = 0
    sure: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One comment that the file would make, with its replies.

    `anchor` counts UTF-16 units of the version's paragraph; None: on the whole of it. `quote` are
    the words it stands on in the file.
    """

    key: str
    author: str
    at: datetime | None
    paragraph: str
    label: str
    anchor: Anchor | None
    quote: str
    words: str
    replies: tuple[Reply, ...]
    resolved: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """Something in the file that can become no proposal and no comment: whose, what, and why."""

    author: str
    at: datetime | None
    label: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file holds, as it would come in.

    `matched` counts the version's paragraphs that were found in the file, `by_identity` those of
    them that carried it.
    """

    items: tuple[Item, ...]
    comments: tuple[Said, ...]
    left: tuple[Left, ...]
    findings: tuple[Finding, ...]
    matched: int
    by_identity: int


def bare(text: Change) -> str:
    """Gives a text's words as they are compared: without its italics, blanks as one."""
    said = [plain(text), *(plain(note) for note in notes(text))]
    return " | ".join(" ".join(normalized(one).split()) for one in said)


SHORT_CHARS = 600


def short(said: str, most: int = SHORT_CHARS) -> str:
    """Gives words on one line, without marks of notes, cut where they are long."""
    clean = " ".join(said.replace(NOTE_PLACEHOLDER, "").split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"


LIKELY = (
    "The paragraph was found by its words, not by its identity: look whether it is the right one."
)

OPENING_WORDS = "The opening words are not negotiated."

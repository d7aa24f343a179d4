"""Texts handed out as files: clean, with changes tracked, with proposals and comments.

What goes into a file is what the one who asks for it sees, or less of it; never more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from drafting import apart
from drafting.errors import Malformed, NotFound
from drafting.formats import making
from drafting.rules.exports import Scope
from drafting.rules.rights import Right, require
from drafting.rules.roles import PRESIDENCY, Actor, Role
from drafting.services import drafts, laying, mastheads, proceedings, redlines, remarks, versions
from drafting.services.remarks import Said
from drafting.store.work import Work
from drafting.text.changes import text_from_json
from drafting.text.numbering import labels_of
from drafting.text.remarks import Extras, Remarks
from drafting.text.resolution import Kind, Paragraph, Resolution
from drafting.text.tracked import Redline

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xml": "application/xml",
    "txt": "text/plain",
    "html": "text/html",
    "json": "application/json",
}
NUMBERED = ("docx", "pdf")
"""Endings of files that may have numbered lines."""

_TELLING = ("xml", "json")
"""Endings of files that tell what became of the text."""


@dataclass(frozen=True)
class Export:
    """A file to hand out, made when its bytes are first asked for: best after the transaction."""

    name: str
    media_type: str
    make: Callable[..., bytes]
    """A function of a module, given `args`: it runs apart (`apart.call`)."""
    args: tuple[Any, ...]

    @cached_property
    def data(self) -> bytes:
        """The file's bytes. Refuses: as `apart.call` does."""
        return apart.call(self.make, *self.args)


@dataclass(frozen=True, slots=True)
class Asked:
    """What file is asked for.

    `version` None is the working text; `since` asks for the changes tracked from that version. With
    `proposals` those open are laid into the working text, with `comments` the threads stand beside
    their words: `Scope` says which, "" none. `line_numbers` is for the meeting room.
    """

    ending: str
    version: int | None = None
    since: int | None = None
    proposals: str = ""
    comments: str = ""
    line_numbers: bool = False


def export(w: Work, actor: Actor, asked: Asked) -> Export:
    """Gives a text as a file: clean, with changes tracked, or with the proposals before somebody.

    Refuses: NotFound for another ending, a version or a scope that does not exist; Malformed for
    what goes into Word files alone, and for proposals to another text than the working text.
    """
    require(actor, Right.EXPORT)
    proposals, comments = _scope(asked.proposals), _scope(asked.comments)
    tracks = asked.since is not None or proposals is not None
    if asked.ending not in (making.REDLINE_ENDINGS if tracks else making.ENDINGS):
        raise NotFound
    if asked.ending != "docx" and (proposals or comments):
        raise Malformed(detail="Proposals and comments go into Word files alone (.docx).")
    if asked.line_numbers and asked.ending not in NUMBERED:
        raise Malformed(detail="Only files with pages have numbered lines.")
    if proposals is not None and (asked.version is not None or asked.since is not None):
        raise Malformed(
            detail="Proposals stand to the working text. Leave out the version and what to compare it with."
        )
    if proposals is not None:
        make, args = _with_proposals(w, actor, asked, proposals, comments)
    elif asked.since is not None:
        make, args = _since(w, actor, asked, asked.since, comments)
    else:
        make, args = _clean(w, actor, asked, comments)
    return Export(_name(w, actor, asked), MEDIA_TYPES[asked.ending], make, args)


def _scope(words: str) -> Scope | None:
    if not words:
        return None
    try:
        return Scope(words)
    except ValueError:
        raise NotFound from None


_Making = tuple[Callable[..., bytes], tuple[Any, ...]]


def _clean(w: Work, actor: Actor, asked: Asked, comments: Scope | None) -> _Making:
    labels = None if asked.version is not None else _labels(w, actor)
    dress = mastheads.of(w, actor, asked.version, numbered=labels is None)
    resolution = Resolution(
        dress.masthead,
        _paragraphs(w, actor, asked.version),
        proceedings=proceedings.of(w, actor, asked.version) if asked.ending in _TELLING else None,
    )
    said = {p.key or "": Said(p.text) for p in resolution.paragraphs}
    extras = _extras(w, actor, asked, dress.head, _threads(w, actor, comments, said))
    return making.clean, (resolution, asked.ending, labels, extras)


def _since(w: Work, actor: Actor, asked: Asked, since: int, comments: Scope | None) -> _Making:
    found = redlines.between(w, actor, since, asked.version)
    before, after = mastheads.of(w, actor, since), mastheads.of(w, actor, asked.version)
    changes = f"changes since {versions.one(w, actor, since).name}"
    head = f"{after.head}, {changes}" if after.head else ""
    threads = _threads(w, actor, comments, _said(found.redline))
    extras = _extras(w, actor, asked, head, threads)
    author = _penholder(w, actor, asked.version)
    made = (found.redline, after.masthead, asked.ending, author, found.at)
    return making.tracked, (*made, before.masthead, extras)


def _penholder(w: Work, actor: Actor, number: int | None) -> str:
    """Gives whose the changes are that nobody is known to have made: who sealed the text, or one before.

    The penholder's team alone edits the text and what stands around it.
    """
    sealed = [v for v in versions.all_of(w, actor) if number is None or v.number <= number]
    return next((v.author for v in reversed(sealed) if v.author), PRESIDENCY)


def _with_proposals(
    w: Work, actor: Actor, asked: Asked, scope: Scope, comments: Scope | None
) -> _Making:
    made = laying.laid(w, actor, scope)
    dress = mastheads.of(w, actor, None, numbered=False)
    threads = _threads(w, actor, comments, _said(made.redline, old=True))
    head = f"{dress.head}, {_WITH[scope].format(_whose(actor))}"
    extras = _extras(w, actor, asked, head, (*made.apart, *threads))
    masthead = dress.masthead
    return making.tracked, (
        made.redline, masthead, asked.ending, PRESIDENCY, w.now, masthead, extras,
    )  # fmt: skip


_WITH = {
    Scope.EVERYONE: "with the proposals before everyone",
    Scope.MINE: "with the proposals of {}",
    Scope.ALL: "with all proposals before {}",
}


def _whose(actor: Actor) -> str:
    match actor.role:
        case Role.PRESIDENCY:
            return "the presidency"
        case Role.SECRETARIAT:
            return "the Secretariat"
        case _:
            return actor.delegation


def _said(found: Redline, *, old: bool = False) -> dict[str, Said]:
    """Gives what each paragraph of a redline says: the new words, or the old where asked or alone."""
    said = {}
    for row in found.paragraphs:
        paragraph = row.old if (old or row.new is None) and row.old is not None else row.new
        if paragraph is not None and paragraph.key:
            said[paragraph.key] = Said(paragraph.text, old=paragraph is row.old)
    return said


def _threads(
    w: Work, actor: Actor, scope: Scope | None, said: dict[str, Said]
) -> tuple[Remarks, ...]:
    return () if scope is None else remarks.threads(w, actor, scope, said)


def _extras(w: Work, actor: Actor, asked: Asked, head: str, threads: tuple[Remarks, ...]) -> Extras:
    draft = drafts.one(w, actor)
    version = f"working:{draft.seq}" if asked.version is None else str(asked.version)
    return Extras(head, asked.line_numbers, threads, str(draft.id), version)


def _labels(w: Work, actor: Actor) -> list[str] | None:
    """Gives the labels of a working text whose numbers are not those it would have afresh."""
    rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    now = [p["label"] for p in rows]
    return None if tuple(now) == labels_of(paragraph_of(p) for p in rows) else now


def _paragraphs(w: Work, actor: Actor, version: int | None) -> tuple[Paragraph, ...]:
    if version is None:
        rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    else:
        rows = versions.content(w, versions.one(w, actor, version))
    return tuple(paragraph_of(p) for p in rows)


def paragraph_of(row: dict[str, Any]) -> Paragraph:
    """Gives a paragraph of the state as a value that carries its permanent identity."""
    return Paragraph(
        Kind(row["kind"]), text_from_json(row["ops"]), level=row["level"], key=row["id"]
    )


def file_name(w: Work, actor: Actor, what: str, ending: str) -> str:
    """Gives the name of a file handed out: the draft's title and what of it this is."""
    draft = drafts.one(w, actor)
    title = re.sub(r"[^\w]+", "-", draft.title).strip("-")[:60] or "draft"
    return f"{title}_{what}.{ending}"


def _name(w: Work, actor: Actor, asked: Asked) -> str:
    what = "working-text" if asked.version is None else _version_words(w, actor, asked.version)
    if asked.since is not None:
        what += f"-changes-since-{_version_words(w, actor, asked.since)}"
    if asked.proposals:
        what += f"-proposals-{asked.proposals}"
    if asked.comments:
        what += f"-comments-{asked.comments}"
    return file_name(w, actor, what, asked.ending)


def _version_words(w: Work, actor: Actor, number: int) -> str:
    return re.sub(r"[^\w.]+", "-", versions.one(w, actor, number).name).strip("-")

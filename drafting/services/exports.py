"""Texts handed out as files. Nothing private to anyone is in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from drafting import apart
from drafting.errors import NotFound
from drafting.formats import making
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import drafts, redlines, versions
from drafting.store.work import Work
from drafting.text.changes import text_from_json
from drafting.text.numbering import labels_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
    "html": "text/html",
    "json": "application/json",
}


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


def export(
    w: Work, actor: Actor, *, ending: str, version: int | None = None, since: int | None = None
) -> Export:
    """Gives a version (None: the working text) as a file; with `since`, as changes tracked from there.

    Endings: docx, txt, html, json. Tracked changes go into docx and html. Refuses: NotFound for
    another ending or a version that does not exist.
    """
    require(actor, Right.EXPORT)
    if ending not in MEDIA_TYPES or (since is not None and ending not in ("docx", "html")):
        raise NotFound
    resolution = resolution_of(w, actor, version)
    make: Callable[..., bytes]
    args: tuple[Any, ...]
    if since is None:
        labels = None if version is not None else _labels(w, actor)
        working_draft = f"Working text, {w.now:%-d %B %Y}" if labels else ""
        make, args = making.clean, (resolution, ending, labels, working_draft)
    else:
        found = redlines.between(w, actor, since, version)
        make = making.tracked
        args = (found.redline, resolution.masthead, ending, "Presidency", found.at)
    return Export(_name(w, actor, ending, version, since), MEDIA_TYPES[ending], make, args)


def _labels(w: Work, actor: Actor) -> list[str] | None:
    """Gives the labels of a working text whose numbers are not those it would have afresh."""
    rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    now = [p["label"] for p in rows]
    return None if tuple(now) == labels_of(paragraph_of(p) for p in rows) else now


def resolution_of(w: Work, actor: Actor, version: int | None) -> Resolution:
    """Gives a version, or the working text without what is deleted, as a value."""
    draft = drafts.one(w, actor)
    masthead = drafts.masthead_of(draft)
    if version is None:
        rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    else:
        rows = versions.content(w, versions.one(w, actor, version))
    if version != 0:
        masthead = working_masthead(masthead)
    return Resolution(masthead, tuple(paragraph_of(p) for p in rows))


def working_masthead(masthead: Masthead) -> Masthead:
    """Gives the masthead of a text under negotiation: not the one of the resolution it came from."""
    return replace(masthead, number="", symbol="", distribution="", date="", notices=(), closing="")


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


def _name(w: Work, actor: Actor, ending: str, version: int | None, since: int | None) -> str:
    what = "working-text" if version is None else _version_words(w, actor, version)
    if since is not None:
        what += f"-changes-since-{_version_words(w, actor, since)}"
    return file_name(w, actor, what, ending)


def _version_words(w: Work, actor: Actor, number: int) -> str:
    return re.sub(r"[^\w.]+", "-", versions.one(w, actor, number).name).strip("-")

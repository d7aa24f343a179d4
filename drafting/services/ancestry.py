"""The adopted text a draft descends from, and what its paragraphs were called there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting.store import versions as kept
from drafting.store.work import Work
from drafting.text.changes import Change, text_from_json
from drafting.text.forward import last_of
from drafting.text.resolution import Masthead
from drafting.text.update import Last

FIRST = 0
"""The version a draft begins with."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """Last year's adopted text: its masthead; label and words of each paragraph."""

    last: Last
    masthead: Masthead
    labels: dict[UUID, str]
    words: dict[UUID, Change]


def ancestor(w: Work, draft_id: UUID) -> Ancestor | None:
    """Gives the adopted text a draft begins with; None for one that begins with another text."""
    version = kept.version(w, draft_id, FIRST)
    if version is None:
        return None
    masthead = masthead_of(version.masthead)
    last = last_of(masthead)
    if last is None:
        return None
    rows = kept.paragraphs(w, version.id)
    return Ancestor(
        last,
        masthead,
        {r.paragraph_id: r.label for r in rows},
        {r.paragraph_id: text_from_json(r.content) for r in rows},
    )


def labels(w: Work, draft_id: UUID) -> dict[str, Any] | None:
    """Gives last year's number and labels as the state shows them; None without an adopted text.

    A paragraph that is not named there is new. Deleted ones keep their names.
    """
    version = kept.version(w, draft_id, FIRST)
    last = None if version is None else last_of(masthead_of(version.masthead))
    if version is None or last is None:
        return None
    named = kept.labels(w, version.id)
    return {"number": last.number, "labels": {str(key): label for key, label in named.items()}}


def called(last: dict[str, Any] | None, paragraph_id: UUID, label: str) -> str:
    """Gives what is said of last year's label beside another: "75/62: PP14", "new"; "" for the same."""
    if last is None or not label:
        return ""
    was = last["labels"].get(str(paragraph_id))
    if was is None:
        return "new"
    return "" if was == label else f"{last['number']}: {was}"


def masthead_of(fields: dict[str, Any]) -> Masthead:
    """Gives a masthead as it is kept as a value."""
    return Masthead(**{**fields, "notices": tuple(fields.get("notices", ()))})

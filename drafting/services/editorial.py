"""Editorial rules: where the working text departs from them, and what keeps a version from the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import agreement, citations, drafts
from drafting.store import drafts as kept_drafts
from drafting.store import versions as kept_versions
from drafting.store.tables import Draft
from drafting.store.work import Work
from drafting.text import editorial
from drafting.text.changes import text_from_json
from drafting.text.editorial import Finding, Level
from drafting.text.resolution import Kind, Paragraph

_ADOPTED = "adopted"
_WORDS_MAX = 80
"""Longest stretch that a list of what is left open quotes, in characters."""


def found(
    w: Work, actor: Actor, *, session: int | None = None
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Gives where the working text departs from the rules, and what its paragraphs are called.

    Refuses: NotFound.
    """
    made, rows = _working(w, actor, session)
    return made, tuple(p["label"] for p in rows)


def checks(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives where the working text departs from the rules: docs/api.md. Refuses: NotFound."""
    made, rows = _working(w, actor, None)
    return {
        "session": session_of(drafts.one(w, actor)),
        "checks": [
            described(one, rows[one.index]["label"])
            | {"paragraph": rows[one.index]["id"], "version": rows[one.index]["version"]}
            for one in made
        ],
    }


def _working(
    w: Work, actor: Actor, session: int | None
) -> tuple[tuple[Finding, ...], list[dict[str, Any]]]:
    require(actor, Right.SEE)
    draft = drafts.one(w, actor)
    rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    paragraphs = [
        Paragraph(Kind(p["kind"]), text_from_json(p["ops"]), p["level"], p["id"]) for p in rows
    ]
    return editorial.check(
        paragraphs,
        session=session or session_of(draft),
        known=citations.known(w, paragraphs),
        language=drafts.masthead_of(draft).language,
    ), rows


def session_of(draft: Draft) -> int | None:
    """Gives the session in which a draft will be, or was, adopted."""
    working = draft.stage != _ADOPTED
    return editorial.session_of(drafts.masthead_of(draft), working=working)


def described(one: Finding, label: str) -> dict[str, Any]:
    """Gives a finding as the API shows it."""
    return editorial.described(one) | {"label": label, "becomes": one.repaired}


# Before tabling -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """What a version has left open: where, which words, and what they are."""

    label: str
    words: str
    sentence: str


def left_open(w: Work, actor: Actor, number: int) -> list[Left]:
    """Gives what keeps a version from being tabled: brackets, alternatives, names of proposers (rule 40).

    In the last version also what the presidency holds to be in brackets.
    """
    version = kept_versions.version(w, actor.draft_id, number)
    if version is None:
        return []
    draft = kept_drafts.draft(w, actor.draft_id)
    rows = kept_versions.paragraphs(w, version.id)
    language = "en" if draft is None else drafts.masthead_of(draft).language
    out = [
        Left(rows[one.index].label or "The opening words", _short(one.words), one.sentence)
        for one in editorial.left_open(_values(rows), language=language)
    ]
    last = kept_versions.last(w, actor.draft_id)
    if last is not None and last.number == number:
        out += _in_brackets(w, actor, {r.paragraph_id: r.label for r in rows})
    return out


def _in_brackets(w: Work, actor: Actor, labels: dict[UUID, str]) -> list[Left]:
    out = []
    for one in agreement.all_of(w, actor):
        label = labels.get(UUID(one["paragraph"]))
        if one["state"] != "bracketed" or label is None:
            continue
        who = ", ".join(d["name"] for d in one["delegations"])
        words = _short(one["words"]["text"]) if one["words"] else ""
        by = f" by {who}" if who else ""
        out.append(Left(label, words, f"This is held in brackets{by}: it is not agreed yet."))
    return out


def errors(w: Work, actor: Actor, number: int) -> list[dict[str, Any]]:
    """Gives the other errors of a version, which are shown before tabling and keep nobody from it."""
    version = kept_versions.version(w, actor.draft_id, number)
    draft = kept_drafts.draft(w, actor.draft_id)
    if version is None or draft is None:
        return []
    rows = kept_versions.paragraphs(w, version.id)
    paragraphs = _values(rows)
    found = editorial.check(
        paragraphs,
        session=session_of(draft),
        known=citations.known(w, paragraphs),
        language=drafts.masthead_of(draft).language,
    )
    return [
        {
            "label": rows[one.index].label or "The opening words",
            "words": _short(one.words),
            "sentence": one.sentence,
            "rule": one.rule.number,
        }
        for one in found
        if one.level is Level.ERROR and one.rule.number != editorial.GATE
    ]


def _values(rows: Sequence[Any]) -> list[Paragraph]:
    return [Paragraph(Kind(r.kind), text_from_json(r.content), r.level) for r in rows]


def _short(words: str) -> str:
    return words if len(words) <= _WORDS_MAX else f"{words[: _WORDS_MAX - 1].rstrip()}…"

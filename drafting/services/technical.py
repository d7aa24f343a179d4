"""Technical or substantive: what the tool suggests of a redline, and a person's last word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drafting.errors import NotFound
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services.redlines import Made
from drafting.store import drafts as kept_drafts
from drafting.store import technical as kept
from drafting.store import texts as kept_texts
from drafting.store import versions as kept_versions
from drafting.store.tables import NatureVerdict
from drafting.store.work import Work
from drafting.text import technical
from drafting.text.technical import Significance, Verdict
from drafting.text.tracked import State

UPDATE = "update"
"""The kind of the deed that accepts technical updates (services/forward)."""


def judge(
    w: Work, actor: Actor, *, from_: int, to: int, paragraph_id: UUID, nature: str
) -> dict[str, Any]:
    """Says the last word on whether a paragraph's change between two versions is technical.

    Refuses: NotAllowed to all but the presidency; NotFound.
    """
    require(actor, Right.ANSWER)
    kept_drafts.locked(w, actor.draft_id)
    if kept_drafts.paragraph(w, actor.draft_id, paragraph_id) is None:
        raise NotFound
    known = {v.number for v in kept_versions.versions(w, actor.draft_id)}
    if from_ not in known or to not in known:
        raise NotFound(detail="There is no such version.")
    before = kept.verdicts(w, actor.draft_id, from_, to).get(paragraph_id, [])
    w.session.add(
        NatureVerdict(
            draft_id=actor.draft_id,
            from_number=from_,
            to_number=to,
            paragraph_id=paragraph_id,
            number=len(before) + 1,
            nature=nature,
            person_id=actor.person_id,
            author=actor.printed,
            at=w.now,
        )
    )
    w.session.flush()
    return {
        "verdict": {
            "paragraph": str(paragraph_id),
            "nature": nature,
            "by": actor.printed,
            "at": w.now.isoformat(),
        }
    }


_ACCEPTED = "technical update accepted by the presidency"


def _updated(w: Work, actor: Actor, made: Made) -> set[UUID]:
    """Gives the paragraphs whose words changed by accepted technical updates alone."""
    updates = {d.id for d in kept_drafts.deeds_of_kind(w, actor.draft_id, UPDATE)}
    if not updates:
        return set()
    old, new = (_text_versions(w, actor.draft_id, n) for n in (made.from_, made.to))
    found = set()
    for key in old.keys() & new.keys():
        if old[key] < new[key]:
            since = kept_texts.since(w, key, old[key], new[key] - old[key])
            if all(entry.edit_id in updates for entry in since):
                found.add(key)
    return found


def _text_versions(w: Work, draft_id: UUID, number: int | None) -> dict[UUID, int]:
    if number is None:
        return {key: now for key, (now, _) in kept_texts.versions(w, draft_id).items()}
    version = kept_versions.version(w, draft_id, number)
    if version is None:
        raise NotFound
    return {p.paragraph_id: p.text_version for p in kept_versions.paragraphs(w, version.id)}


def of_redline(w: Work, actor: Actor, made: Made) -> list[dict[str, Any]]:
    """Gives for each paragraph of a redline what the tool takes it for, and what a person said of it.

    `suggested` is none, technical or substantive; `decided` is None until a person has spoken.
    """
    said = {} if made.to is None else kept.verdicts(w, actor.draft_id, made.from_, made.to)
    updated = _updated(w, actor, made)
    out = []
    for paragraph in made.redline.paragraphs:
        found = technical.verdict(paragraph)
        shown = paragraph.new or paragraph.old
        key = None if shown is None or shown.key is None else UUID(shown.key)
        if key in updated and paragraph.state is State.CHANGED:
            found = Verdict(Significance.TECHNICAL, (_ACCEPTED,))
        last = said[key][-1] if key in said else None
        out.append(
            {
                "suggested": found.kind.value,
                "reasons": list(found.reasons),
                "decided": None
                if last is None
                else {"nature": last.nature, "by": last.author, "at": last.at.isoformat()},
            }
        )
    return out

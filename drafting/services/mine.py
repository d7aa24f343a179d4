"""A delegation's own page: what needs its answer, what changed, what its capital owes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from drafting.errors import NotFound
from drafting.rules.audiences import Audience, AudienceKind
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.rules.sponsors import State
from drafting.services import comments, homes, instructions, positions, sponsor_call, sponsors_seen
from drafting.services.sponsors_looked import Looked
from drafting.store import drafts as kept_drafts
from drafting.store import instructions as kept
from drafting.store import versions as kept_versions
from drafting.store.tables import Reading
from drafting.store.work import Work

QUOTED_CHARS = 160


def page(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives the three lists: answer needed, changed since one last read, waiting for the capital.

    Refuses: NotAllowed to all but delegations.
    """
    require(actor, Right.INSTRUCT)
    if actor.delegation_id is None:
        raise NotFound
    ground = homes.ground(w, actor.draft_id)
    looked = Looked(w, actor.draft_id, ground)
    own = sponsors_seen.shown(actor, looked, actor.delegation_id)
    consent = sponsors_seen.consent(actor, looked, actor.delegation_id)
    mine = instructions.own(w, actor, ground)
    call = sponsor_call.shown(w, actor.draft_id, sponsor_call.zone_of(w, actor))
    return {
        "call": call,
        "deadline": call["deadline"],
        "own": own,
        "consent": consent,
        "answer": [
            *_of_sponsorship(own, consent),
            *_of_positions(w, actor, ground),
            *_of_comments(w, actor),
        ],
        "changed": _changed(w, actor, looked),
        "waiting": [one for one in mine if one["state"] == "asked"],
        "received": [one for one in mine if one["state"] != "asked"],
        "versions": [{"number": v.number, "name": v.name} for v in looked.differences.versions],
        "paragraphs": [
            {"id": str(p.id), "label": ground.label(p.id)}
            for p in ground.order
            if ground.label(p.id) and not p.deleted
        ],
    }


def _of_sponsorship(
    own: dict[str, Any], consent: dict[str, Any] | None
) -> Iterator[dict[str, Any]]:
    if consent is not None and consent["asked"] and own["answer"] is None:
        labels = [c["label"] for c in consent["changed"] if c["nature"] == "substantive"]
        yield {
            "kind": "consent",
            "words": f"The text you sponsor has changed in {_listed(labels)}.",
            "since": own["since"],
            "paragraph": None,
            "thread": None,
        }
    if own["state"] == State.APPROACHED:
        yield {
            "kind": "approached",
            "words": "The presidency asks whether your delegation will sponsor.",
            "since": own["since"],
            "paragraph": None,
            "thread": None,
        }


def _of_positions(w: Work, actor: Actor, ground: homes.Ground) -> Iterator[dict[str, Any]]:
    for position in positions.all_seen(w, actor, ground):
        if position["due"]:
            yield {
                "kind": "position",
                "words": f"{position['label']}: has your position been met in the new version?",
                "since": position["at"],
                "paragraph": position["paragraph"],
                "thread": None,
            }


def _of_comments(w: Work, actor: Actor) -> Iterator[dict[str, Any]]:
    ours = Audience(AudienceKind.PRESIDENCY, actor.delegation_id)
    for thread in comments.awaited(w, actor, ours):
        body = thread["comments"][-1]["body"]
        words = body if len(body) <= QUOTED_CHARS else body[:QUOTED_CHARS].rstrip() + " …"
        yield {
            "kind": "comment",
            "words": f"The presidency writes: “{words}”",
            "since": thread["comments"][-1]["at"],
            "paragraph": thread["paragraph"],
            "thread": thread["id"],
        }


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > 1:
        return f"{', '.join(labels[:-1])} and {labels[-1]}"
    return labels[0] if labels and labels[0] else "its words"


def _changed(w: Work, actor: Actor, looked: Looked) -> dict[str, Any] | None:
    """Gives what changed between the version a person last read and the newest."""
    read = kept.readings(w, actor.draft_id, actor.person_id)
    since = read[-1].version_number if read else looked.differences.versions[0].number
    last = looked.differences.last
    if since >= last:
        return None
    return {
        "from": looked.differences.name(since),
        "to": looked.differences.name(last),
        "paragraphs": sponsors_seen.changed(looked.differences.since(since)),
    }


def note_read(w: Work, actor: Actor, version: int) -> dict[str, Any]:
    """Keeps that a person has read a version. Refuses: NotAllowed to all but delegations; NotFound."""
    require(actor, Right.INSTRUCT)
    kept_drafts.locked(w, actor.draft_id)
    if kept_versions.version(w, actor.draft_id, version) is None:
        raise NotFound(detail="There is no such version.")
    read = kept.readings(w, actor.draft_id, actor.person_id)
    if not read or read[-1].version_number != version:
        w.session.add(
            Reading(
                draft_id=actor.draft_id,
                person_id=actor.person_id,
                number=len(read) + 1,
                version_number=version,
                at=w.now,
            )
        )
        w.session.flush()
    return {"read": version}

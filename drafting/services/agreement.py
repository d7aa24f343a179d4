"""How far each paragraph is agreed, and packages of paragraphs that are agreed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound, Stale
from drafting.events import AgreementChanged
from drafting.rules.agreement import SETTLED, Agreement, check
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import homes
from drafting.services.homes import Ground
from drafting.store import agreement as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import texts as kept_texts
from drafting.store.tables import AgreementStep, Package
from drafting.store.work import Work
from drafting.text.changes import (
    from_json,
    part,
    plain,
    text_from_json,
    text_length,
    to_json,
    transform_position,
)
from drafting.text.collisions import carried

NOTE_MAX_CHARS = 2_000
NAME_MAX_CHARS = 300
PACKAGED_MAX = 100


@dataclass(frozen=True, slots=True)
class Said:
    """What the presidency says of a paragraph; `words` are (start, end, version) of its text."""

    paragraph_id: UUID
    state: Agreement
    delegations: tuple[UUID, ...] = ()
    words: tuple[int, int, int] | None = None
    note: str = ""


def say(w: Work, actor: Actor, said: Said) -> dict[str, Any]:
    """Says how far a paragraph is agreed; what was said before stays on record.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed for what does not fit the
    state; Stale for a paragraph that is deleted.
    """
    require(actor, Right.ANSWER)
    # One after the other: two of the presidency may say something of one paragraph at once.
    kept_drafts.locked(w, actor.draft_id)
    ground = homes.ground(w, actor.draft_id)
    if not ground.listed(said.paragraph_id):
        raise NotFound
    if not ground.stands(said.paragraph_id):
        raise Stale(detail="This paragraph is deleted.")
    check(said.state, delegations=len(said.delegations), words=said.words is not None)
    known = set(kept_people.delegations_on(w, actor.draft_id))
    if not set(said.delegations) <= known:
        raise Malformed(detail="One of these delegations is not at this table.")
    if len(said.note) > NOTE_MAX_CHARS:
        raise Malformed(detail="A note has at most 2,000 characters.")
    before = kept.steps_of(w, said.paragraph_id)
    start, end = _words_now(w, ground, said)
    w.session.add(
        AgreementStep(
            id=ids.new_id(),
            draft_id=actor.draft_id,
            paragraph_id=said.paragraph_id,
            number=len(before) + 1,
            state=said.state.value,
            delegations=[str(one) for one in said.delegations],
            start_utf16=start,
            end_utf16=end,
            base=to_json(ground.words(said.paragraph_id)),
            note=said.note.strip(),
            person_id=actor.person_id,
            author=actor.printed,
            at=w.now,
        )
    )
    w.session.flush()
    return _told(w, actor, said.paragraph_id)


def _words_now(w: Work, ground: Ground, said: Said) -> tuple[int | None, int | None]:
    if said.words is None:
        return None, None
    start, end, version = said.words
    if version > ground.version(said.paragraph_id) or not start < end:
        raise Malformed(detail="These words are not in the text.")
    for entry in kept_texts.since(w, said.paragraph_id, version):
        change = from_json(entry.ops)
        start = transform_position(change, start)
        end = transform_position(change, end, stays=True)
    if not start < end <= text_length(ground.words(said.paragraph_id)):
        raise Malformed(detail="These words are not in the text any more.")
    return start, end


def _told(w: Work, actor: Actor, paragraph_id: UUID | None) -> dict[str, Any]:
    every = all_of(w, actor)
    wanted = None if paragraph_id is None else str(paragraph_id)
    one = next((a for a in every if a["paragraph"] == wanted), None)
    data = {"draft": str(actor.draft_id), "agreement": one, "packages": packages(w, actor)}
    w.tell(AgreementChanged(actor.draft_id, data))
    return {"agreement": one}


def all_of(w: Work, actor: Actor, ground: Ground | None = None) -> list[dict[str, Any]]:
    """Gives how far each paragraph is agreed that anything was said of, in the order of the text."""
    ground = ground or homes.ground(w, actor.draft_id)
    steps = kept.steps(w, actor.draft_id)
    names = kept_people.short_names(w)
    packaged = {
        one: str(package.id)
        for package in kept.packages(w, actor.draft_id)
        if package.dissolved_at is None
        for one in package.paragraphs
    }
    return [
        _shown(ground, p.id, steps[p.id], names, packaged.get(str(p.id)))
        for p in ground.order
        if p.id in steps
    ]


def _shown(
    ground: Ground,
    paragraph_id: UUID,
    steps: Sequence[AgreementStep],
    names: dict[UUID, str],
    package: str | None,
) -> dict[str, Any]:
    last = steps[-1]
    now = ground.words(paragraph_id)
    return {
        "paragraph": str(paragraph_id),
        "state": last.state,
        "delegations": [{"id": one, "name": names.get(UUID(one), "")} for one in last.delegations],
        "words": _words(last, ground, paragraph_id),
        "note": last.note,
        "package": package,
        "by": last.author,
        "at": last.at.isoformat(),
        "since": [
            {"state": s.state, "by": s.author, "at": s.at.isoformat(), "note": s.note}
            for s in steps[:-1]
        ],
        "changed": last.state in SETTLED and to_json(now) != last.base,
    }


def _words(step: AgreementStep, ground: Ground, paragraph_id: UUID) -> dict[str, Any] | None:
    if step.start_utf16 is None or step.end_utf16 is None:
        return None
    base, now = text_from_json(step.base), ground.words(paragraph_id)
    said = plain(part(base, step.start_utf16, step.end_utf16))
    placed = carried(base, now, step.start_utf16, step.end_utf16)
    if placed is None:
        # The words are gone; what they were is still said.
        return {"start": None, "end": None, "text": said}
    return {"start": placed[0], "end": placed[1], "text": said}


# Packages ----------------------------------------------------------------------------------------


def tie(w: Work, actor: Actor, name: str, paragraph_ids: Sequence[UUID]) -> dict[str, Any]:
    """Ties paragraphs to a package: agreed together or not at all.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed for fewer than two, for one
    that is in a package already, or without terms.
    """
    require(actor, Right.ANSWER)
    kept_drafts.locked(w, actor.draft_id)
    ground = homes.ground(w, actor.draft_id)
    wanted = list(dict.fromkeys(paragraph_ids))
    if any(not ground.listed(one) for one in wanted):
        raise NotFound
    clean = " ".join(name.split())
    if not 0 < len(clean) <= NAME_MAX_CHARS:
        raise Malformed(detail="Say the terms of the package, in at most 300 characters.")
    if not 1 < len(wanted) <= PACKAGED_MAX:
        raise Malformed(detail="A package ties two paragraphs or more.")
    taken = {
        one
        for package in kept.packages(w, actor.draft_id)
        if package.dissolved_at is None
        for one in package.paragraphs
    }
    if taken & {str(one) for one in wanted}:
        raise Malformed(detail="One of these paragraphs is in a package already.")
    place = {p.id: at for at, p in enumerate(ground.order)}
    package = Package(
        id=ids.new_id(),
        draft_id=actor.draft_id,
        name=clean,
        paragraphs=[str(one) for one in sorted(wanted, key=lambda one: place[one])],
        person_id=actor.person_id,
        author=actor.printed,
        at=w.now,
        dissolved_at=None,
        dissolved_by="",
        reason="",
    )
    w.session.add(package)
    w.session.flush()
    _told(w, actor, None)
    return {"package": described(package)}


def untie(w: Work, actor: Actor, package_id: UUID, reason: str) -> dict[str, Any]:
    """Dissolves a package; it stays on record. Refuses: NotAllowed; NotFound; Stale when it is so already."""
    require(actor, Right.ANSWER)
    kept_drafts.locked(w, actor.draft_id)
    package = kept.package(w, package_id)
    if package is None or package.draft_id != actor.draft_id:
        raise NotFound
    if package.dissolved_at is not None:
        raise Stale(detail="This package is dissolved already.")
    if len(reason) > NOTE_MAX_CHARS:
        raise Malformed(detail="A reason has at most 2,000 characters.")
    package.dissolved_at, package.dissolved_by = w.now, actor.printed
    package.reason = reason.strip()
    w.session.flush()
    _told(w, actor, None)
    return {"package": described(package)}


def draft_of_package(w: Work, package_id: UUID) -> UUID:
    """Gives the draft a package is on. Refuses: NotFound."""
    package = kept.package(w, package_id)
    if package is None:
        raise NotFound
    return package.draft_id


def packages(w: Work, actor: Actor) -> list[dict[str, Any]]:
    """Gives the packages of a draft, oldest first, dissolved ones too."""
    return [described(package) for package in kept.packages(w, actor.draft_id)]


def described(package: Package) -> dict[str, Any]:
    """Gives a package as the state and events show it."""
    return {
        "id": str(package.id),
        "name": package.name,
        "paragraphs": package.paragraphs,
        "by": package.author,
        "at": package.at.isoformat(),
        "dissolved": None
        if package.dissolved_at is None
        else {
            "by": package.dissolved_by,
            "at": package.dissolved_at.isoformat(),
            "reason": package.reason,
        },
    }

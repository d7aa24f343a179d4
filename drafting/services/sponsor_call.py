"""How sponsors are sought: a closed group or an open call, who is wanted, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound
from drafting.events import BoardChanged, SponsorsListed
from drafting.rules import deadlines
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.rules.sponsors import may_sponsor
from drafting.services import people
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import record as kept_record
from drafting.store import sponsors as kept
from drafting.store.tables import SponsorCall, SponsorTarget
from drafting.store.work import Work

CLOSED, OPEN = "closed", "open"
GROUP_MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class Wall:
    """A date and time as a wall shows it somewhere; `second` for one that comes twice."""

    local: str
    zone: str
    second: bool | None = None

    def moment(self) -> datetime:
        """Gives the moment. Refuses: Malformed for a time that does not exist, or comes twice."""
        which = None if self.second is None else deadlines.Which(int(self.second))
        return deadlines.parse(self.local, self.zone, which=which)


@dataclass(frozen=True, slots=True)
class Terms:
    """How sponsors are to be sought."""

    mode: str
    group: str
    listed: bool
    deadline: Wall | None
    closes: Wall | None


def say(w: Work, actor: Actor, terms: Terms) -> SponsorCall:
    """Sets how sponsors are sought from now on.

    Refuses: NotAllowed to all but the presidency; Malformed for times that are none.
    """
    require(actor, Right.STEER)
    kept_drafts.locked(w, actor.draft_id)
    group = " ".join(terms.group.split())
    if len(group) > GROUP_MAX_CHARS:
        raise Malformed(detail="A group’s name has at most 200 characters.")
    before = kept.terms(w, actor.draft_id)
    row = SponsorCall(
        draft_id=actor.draft_id,
        number=1 if before is None else before.number + 1,
        mode=terms.mode,
        group=group,
        listed=terms.listed,
        deadline_at=None if terms.deadline is None else terms.deadline.moment(),
        deadline_zone="" if terms.deadline is None else terms.deadline.zone,
        closes_at=None if terms.closes is None else terms.closes.moment(),
        closes_zone="" if terms.closes is None else terms.closes.zone,
        person_id=actor.person_id,
        author=actor.printed,
        at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    w.tell(SponsorsListed(actor.draft_id))
    return row


def zone_of(w: Work, actor: Actor) -> str:
    """Gives the zone a person reads deadlines in."""
    return people.zone_of(w, actor.person_id)


def deadline(w: Work, at: datetime | None, zone: str) -> dict[str, Any] | None:
    """Gives a deadline as a person in a zone reads it, with New York's time."""
    if at is None:
        return None
    told = deadlines.told(at, zone)
    return {
        "at": at.isoformat(),
        "mission": told.here,
        "new_york": told.new_york,
        "both": told.both,
        "zone": zone,
        "local": deadlines.local(at, zone).strftime("%Y-%m-%dT%H:%M"),
        "left": deadlines.left(w.now, at, zone),
        "over": at <= w.now,
    }


def shown(w: Work, draft_id: UUID, zone: str) -> dict[str, Any]:
    """Gives how sponsors are sought, as everyone on the draft may know."""
    row = kept.terms(w, draft_id)
    tabled = tabled_as(w, draft_id)
    return {
        "mode": OPEN if row is None else row.mode,
        "group": "" if row is None else row.group,
        "listed": row is not None and row.listed,
        "deadline": deadline(w, None if row is None else row.deadline_at, zone),
        "closes": deadline(w, None if row is None else row.closes_at, zone),
        "open": not has_closed(row, w.now),
        "tabled": tabled,
    }


def has_closed(row: SponsorCall | None, now: datetime) -> bool:
    """Tells whether the list of sponsors has closed."""
    return row is not None and row.closes_at is not None and row.closes_at <= now


def tabled_as(w: Work, draft_id: UUID) -> dict[str, Any] | None:
    """Gives under what symbol and when a draft was tabled; None before."""
    last = kept_record.last_tabling(w, draft_id)
    if last is None:
        return None
    return {"symbol": last.symbol, "on": None if last.on is None else last.on.isoformat()}


# Targets -----------------------------------------------------------------------------------------


def set_targets(w: Work, actor: Actor, delegations: Sequence[UUID], *, target: bool) -> None:
    """Says which States the presidency means to win, or no longer.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed for one that does not sponsor.
    """
    require(actor, Right.STEER)
    kept_drafts.locked(w, actor.draft_id)
    known = {d.id: d for d in kept_people.delegations(w)}
    now = kept.targets(w, actor.draft_id)
    for delegation_id in dict.fromkeys(delegations):
        delegation = known.get(delegation_id)
        if delegation is None:
            raise NotFound
        if not may_sponsor(delegation.kind, delegation.key):
            raise Malformed(detail="Only Member States and the State of Palestine sponsor.")
        row = now.get(delegation_id)
        if target and row is None:
            w.session.add(
                SponsorTarget(
                    id=ids.new_id(f"office:{actor.draft_id}"),
                    draft_id=actor.draft_id,
                    delegation_id=delegation_id,
                    at=w.now,
                    person_id=actor.person_id,
                    ended_at=None,
                )
            )
        elif not target and row is not None:
            row.ended_at = w.now
        w.tell(BoardChanged(actor.draft_id, delegation_id, secretariat=True))
    w.session.flush()

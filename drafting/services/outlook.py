"""The outlook on a draft's vote: what the record lets expect, and what the presidency expects instead."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound
from drafting.events import BoardChanged
from drafting.rules import outlook as rules
from drafting.rules.outlook import Comparison, Level, Outlook, Override, Source, Vote
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import may_vote
from drafting.services import homes
from drafting.store import board as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import record as kept_record
from drafting.store.tables import Adoption, OutlookOverride, RollCall
from drafting.store.work import Work
from drafting.text.sponsor_line import order

PLENARY, COMMITTEE = "plenary", "committee"
REASON_MAX_CHARS = 2_000
SOURCE_MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class Record:
    """A series' roll calls, and which of them are the draft's own."""

    adoptions: Sequence[Adoption]
    roll_calls: Sequence[RollCall]
    own: Adoption | None

    def named(self, call: RollCall) -> str:
        """Gives the symbol of what a roll call was on."""
        return next(a.symbol for a in self.adoptions if a.id == call.adoption_id)

    def before(self) -> list[RollCall]:
        """Gives the roll calls of earlier years: before the draft's own first, once there is one."""
        ours = [c.on for c in self.roll_calls if self._is_ours(c)]
        until = min(ours, default=date.max)
        return [c for c in self.roll_calls if not self._is_ours(c) and c.on < until]

    def _is_ours(self, call: RollCall) -> bool:
        return self.own is not None and call.adoption_id == self.own.id

    def ours(self, part: str) -> RollCall | None:
        """Gives the draft's own last roll call on the whole or a part: the plenary's rather than the committee's."""
        mine = [c for c in self.roll_calls if self._is_ours(c) and c.part == part]
        return max(mine, key=lambda c: (c.body == PLENARY, c.on), default=None)


def record(w: Work, draft_id: UUID) -> Record:
    """Gives the record of the series a draft belongs to."""
    series = kept_record.series_of(w, draft_id)
    adoptions = kept_record.adoptions(w, series.id, draft_id)
    own = next((a for a in adoptions if a.draft_id == draft_id), None)
    seen = {a.id for a in adoptions}
    calls = [c for c in kept_record.roll_calls(w, series.id) if c.adoption_id in seen]
    return Record(adoptions, calls, own)


class _Remembered:
    """Outlooks made before, by all that went into them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[object, Outlook] = OrderedDict()
        self._lock = Lock()

    def of(
        self,
        calls: Sequence[RollCall],
        part: str,
        like: str,
        overrides: Mapping[str, Override],
    ) -> Outlook:
        """Gives the outlook from these roll calls; those on `like` count as on the part."""
        key = (tuple(c.id for c in calls), part, like, tuple(sorted(overrides.items())))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = rules.outlook(
            [
                rules.RollCall(
                    c.on,
                    {one: Vote(vote) for one, vote in c.votes.items()},
                    part if c.part and c.part in (part, like) else c.part,
                )
                for c in calls
            ],
            part=part,
            overrides=overrides,
        )
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


_remembered = _Remembered(most=64)


def expected(w: Work, actor: Actor, found: Record, *, part: str = "", like: str = "") -> Outlook:
    """Gives what is expected of the next vote, with the presidency's own expectations for it alone."""
    ours = found.ours(part)
    committee = [] if ours is None or ours.body == PLENARY else [ours]
    calls = [*found.before(), *committee]
    return _remembered.of(calls, part, like, _overrides(w, actor, part))


def foreseen(w: Work, actor: Actor, found: Record, *, part: str = "", like: str = "") -> Outlook:
    """Gives what was expected before the draft's own votes."""
    return _remembered.of(found.before(), part, like, _overrides(w, actor, part))


def _overrides(w: Work, actor: Actor, part: str) -> dict[str, Override]:
    keys = {d.id: d.key for d in kept_people.delegations(w)}
    return {
        keys[delegation_id]: Override(Vote(last.vote), Level(last.confidence))
        for delegation_id, last in overrides(w, actor, part).items()
    }


def overrides(w: Work, actor: Actor, part: str) -> dict[UUID, OutlookOverride]:
    """Gives what the presidency expects against the record; to everybody else, nothing."""
    if actor.role is not Role.PRESIDENCY:
        return {}
    out = {}
    for delegation_id, rows in kept.overrides(w, actor.draft_id).items():
        mine = [r for r in rows if _part(r) == part]
        if mine and mine[-1].vote:
            out[delegation_id] = mine[-1]
    return out


def _part(row: OutlookOverride) -> str:
    return "" if row.paragraph_id is None else str(row.paragraph_id)


# What is done ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expects:
    """What is expected of a State against its record; `vote` None goes back to the record."""

    delegation_id: UUID
    paragraph_id: UUID | None
    vote: Vote | None
    reason: str
    source: str
    confidence: Level


def override(w: Work, actor: Actor, expects: Expects) -> None:
    """Expects something of a State against its record, with a reason and a source.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed without a reason.
    """
    require(actor, Right.STEER)
    kept_drafts.locked(w, actor.draft_id)
    delegation = next(
        (d for d in kept_people.delegations(w) if d.id == expects.delegation_id), None
    )
    if delegation is None:
        raise NotFound
    if not may_vote(delegation.kind):
        raise Malformed(detail="Only Member States vote.")
    if expects.paragraph_id is not None:
        paragraph = kept_drafts.paragraph(w, actor.draft_id, expects.paragraph_id)
        if paragraph is None:
            raise NotFound
    reason, source = expects.reason.strip(), " ".join(expects.source.split())
    if expects.vote is not None and not (reason and source):
        raise Malformed(detail="Say why, and from whom or what you know.")
    if len(reason) > REASON_MAX_CHARS or len(source) > SOURCE_MAX_CHARS:
        raise Malformed(detail="A reason has at most 2,000 characters, a source 200.")
    before = kept.overrides(w, actor.draft_id).get(delegation.id, [])
    w.session.add(
        OutlookOverride(
            id=ids.new_id(f"team:{actor.draft_id}"),
            draft_id=actor.draft_id,
            delegation_id=delegation.id,
            paragraph_id=expects.paragraph_id,
            number=len(before) + 1,
            vote="" if expects.vote is None else expects.vote.value,
            reason=reason,
            source=source,
            confidence=expects.confidence.value,
            person_id=actor.person_id,
            name=actor.name,
            at=w.now,
        )
    )
    w.session.flush()
    w.tell(BoardChanged(actor.draft_id, delegation.id, secretariat=False))


# As shown ----------------------------------------------------------------------------------------


def page(w: Work, actor: Actor, part: UUID | None, like: str) -> dict[str, Any]:
    """Gives the outlook on the vote on the whole, or on a paragraph: docs/api.md.

    `like` names an earlier separate vote (its `part`) that was on the same words. Refuses:
    NotAllowed to all but the presidency and the secretariat; NotFound.
    """
    require(actor, Right.SEE_BOARD)
    ground = homes.ground(w, actor.draft_id)
    if part is not None and part not in ground.every:
        raise NotFound
    found = record(w, actor.draft_id)
    key = "" if part is None else str(part)
    delegations = {d.key: d for d in kept_people.delegations(w)}
    names = kept_people.short_names(w)
    called = {k: names.get(d.id, k) for k, d in delegations.items()}
    made = expected(w, actor, found, part=key, like=like)
    said = overrides(w, actor, key)
    ours = found.ours(key)
    return {
        "part": None if part is None else {"id": key, "label": ground.label(part)},
        "earlier": _earlier(found),
        "like": like,
        "basis": _basis(found, key, like),
        "states": [
            {
                "delegation": str(delegations[one.key].id),
                "key": one.key,
                "name": called[one.key],
                **shown(one, said.get(delegations[one.key].id)),
                "source": one.source.value,
                "last_voted": None if one.last_voted is None else one.last_voted.isoformat(),
            }
            for one in sorted(made.states, key=lambda s: order(called.get(s.key, s.key)))
            if one.key in delegations
        ],
        "totals": {vote.value: [span.low, span.high] for vote, span in made.totals.items()},
        "coverage": made.coverage,
        "movements": [
            {
                "key": one.key,
                "name": called.get(one.key, one.key),
                "kind": one.kind.value,
                "votes": [{"on": on.isoformat(), "vote": vote.value} for on, vote in one.votes],
                "absences": one.absences,
                "roll_calls": one.roll_calls,
            }
            for one in sorted(made.movements, key=lambda m: order(called.get(m.key, m.key)))
        ],
        "compared": None
        if ours is None
        else _compared(
            rules.compare(
                foreseen(w, actor, found, part=key, like=like),
                {one: Vote(vote) for one, vote in ours.votes.items()},
            ),
            ours,
            called,
        ),
    }


def shown(one: rules.Expected, said: OutlookOverride | None) -> dict[str, Any]:
    """Gives what is expected of a State as the board shows it."""
    return {
        "vote": one.vote.value,
        "confidence": round(one.confidence, 3),
        "absence": round(one.absence, 3),
        "override": None
        if said is None or one.source is not Source.OVERRIDE
        else {
            "vote": said.vote,
            "reason": said.reason,
            "source": said.source,
            "confidence": said.confidence,
            "by": said.name,
            "at": said.at.isoformat(),
        },
    }


def _earlier(found: Record) -> list[dict[str, Any]]:
    return [
        {
            "part": c.part,
            "label": c.part_label,
            "symbol": found.named(c),
            "body": c.body,
            "on": c.on.isoformat(),
            "totals": totals(c),
        }
        for c in found.before()
        if c.part
    ]


def totals(call: RollCall) -> dict[str, int]:
    """Gives how many voted how."""
    votes = list(call.votes.values())
    return {vote.value: votes.count(vote.value) for vote in Vote}


def _basis(found: Record, part: str, like: str) -> str:
    whole = [c for c in found.before() if not c.part]
    if not whole:
        return "There is no earlier vote on record."
    years = f"{whole[0].on.year} to {whole[-1].on.year}"
    words = f"{len(whole)} roll calls on the whole text, {years}"
    if part:
        own = [c for c in found.before() if c.part and c.part in (part, like)]
        words += f"; {len(own)} on this paragraph" if own else "; none on this paragraph"
    return f"{words}."


def _compared(found: Comparison, call: RollCall, called: Mapping[str, str]) -> dict[str, Any]:
    return {
        "body": call.body,
        "on": call.on.isoformat(),
        "hits": found.hits,
        "cast": found.cast,
        "misses": [
            {
                "key": m.key,
                "name": called.get(m.key, m.key),
                "expected": m.expected.value,
                "actual": m.actual.value,
            }
            for m in sorted(found.misses, key=lambda m: order(called.get(m.key, m.key)))
        ],
        "absent": sorted((called.get(key, key) for key in found.absent), key=order),
        "totals": [
            {
                "vote": t.vote.value,
                "low": t.expected.low,
                "high": t.expected.high,
                "actual": t.actual,
                "inside": t.inside,
            }
            for t in found.totals
        ],
    }

"""The board: a row a State, for the presidency and, less what is the presidency's alone, the secretariat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound
from drafting.events import BoardChanged
from drafting.rules.outlook import Outlook
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import ROLE_WORDS, Actor, Role
from drafting.rules.sponsors import COMMITTED, State, fold, may_sponsor, may_vote
from drafting.services import (
    conditions,
    instructions,
    outlook,
    sponsor_call,
    sponsors_seen,
)
from drafting.services.sponsors_looked import Looked, brief, taken
from drafting.store import board as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import record as kept_record
from drafting.store import sponsors as kept_sponsors
from drafting.store.tables import Adoption, Contact, NextAction, OutlookOverride, RollCall
from drafting.store.work import Work
from drafting.text.sponsor_line import order

LINE_MAX_CHARS = 200
SAID_MAX_CHARS = 5_000


# What is done ------------------------------------------------------------------------------------


def note_contact(
    w: Work,
    actor: Actor,
    delegation_id: UUID,
    *,
    on: date | None,
    who: str,
    channel: str,
    said: str,
) -> None:
    """Keeps who spoke to whom and what was said.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed when nothing is said of it.
    """
    require(actor, Right.STEER)
    kept_drafts.locked(w, actor.draft_id)
    _known(w, delegation_id)
    clean = "\n".join(line.rstrip() for line in said.strip().splitlines())
    if not clean and not who.strip():
        raise Malformed(detail="Say who spoke, or what was said.")
    if len(clean) > SAID_MAX_CHARS:
        raise Malformed(detail="What was said has at most 5,000 characters.")
    if on is not None and on > w.now.date() + timedelta(days=1):
        raise Malformed(detail="A conversation that was had was not had in the future.")
    w.session.add(
        Contact(
            id=ids.new_id(f"team:{actor.draft_id}"),
            draft_id=actor.draft_id,
            delegation_id=delegation_id,
            on=on or w.now.date(),
            who=_line(who),
            channel=_line(channel),
            said=clean,
            person_id=actor.person_id,
            name=actor.name,
            at=w.now,
        )
    )
    w.session.flush()
    w.tell(BoardChanged(actor.draft_id, delegation_id, secretariat=False))


@dataclass(frozen=True, slots=True)
class ToDo:
    """The next action about a State."""

    delegation_id: UUID
    what: str
    owner_id: UUID | None
    due: date | None
    done: bool


def set_action(w: Work, actor: Actor, todo: ToDo) -> None:
    """Says what is to be done next about a State, by whom and until when; or that it is done.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed for an owner who is not of it.
    """
    require(actor, Right.STEER)
    kept_drafts.locked(w, actor.draft_id)
    _known(w, todo.delegation_id)
    what = _line(todo.what)
    if not what:
        raise Malformed(detail="Say what is to be done.")
    owner = todo.owner_id or actor.person_id
    team = {p.id for p in kept_people.people_in(w, actor.draft_id, Role.PRESIDENCY)}
    if owner not in team:
        raise Malformed(detail="The next action is for somebody of the presidency.")
    before = kept.actions(w, actor.draft_id).get(todo.delegation_id, [])
    w.session.add(
        NextAction(
            draft_id=actor.draft_id,
            delegation_id=todo.delegation_id,
            number=len(before) + 1,
            what=what,
            owner_id=owner,
            due=todo.due,
            done=todo.done,
            person_id=actor.person_id,
            name=actor.name,
            at=w.now,
        )
    )
    w.session.flush()
    w.tell(BoardChanged(actor.draft_id, todo.delegation_id, secretariat=False))


def _known(w: Work, delegation_id: UUID) -> None:
    if all(d.id != delegation_id for d in kept_people.delegations(w)):
        raise NotFound


def _line(words: str) -> str:
    clean = " ".join(words.split())
    if len(clean) > LINE_MAX_CHARS:
        raise Malformed(detail="This has at most 200 characters.")
    return clean


# What is looked up -------------------------------------------------------------------------------


class Board:
    """What is looked up once for a board as one person sees it."""

    def __init__(self, w: Work, actor: Actor, on: date | None = None) -> None:
        require(actor, Right.SEE_BOARD)
        self.w = w
        self.actor = actor
        self.on = on or w.now.date()
        self.looked = Looked(w, actor.draft_id)
        self.record = outlook.record(w, actor.draft_id)
        series = kept_record.series_of(w, actor.draft_id)
        self.tablings = kept_record.tablings(w, series.id)
        self.parties = kept_record.parties(w, series.treaty, self.on)
        self.treaty = series.treaty
        self.targets = kept_sponsors.targets(w, actor.draft_id)
        self.pending = instructions.pending(w, actor, self.looked.ground)
        self.team = kept_people.people_in(w, actor.draft_id, Role.PRESIDENCY)
        ours = actor.role is Role.PRESIDENCY
        self.contacts = kept.contacts(w, actor.draft_id) if ours else {}
        self.actions = kept.actions(w, actor.draft_id) if ours else {}

    @cached_property
    def outlook(self) -> Outlook:
        """Gives what is expected of the vote on the whole."""
        return outlook.expected(self.w, self.actor, self.record)

    @cached_property
    def overrides(self) -> Mapping[UUID, OutlookOverride]:
        """Gives what the presidency expects against the record."""
        return outlook.overrides(self.w, self.actor, "")

    @cached_property
    def expected(self) -> dict[str, Any]:
        """Gives what is expected of each State, by key."""
        return {one.key: one for one in self.outlook.states}

    @cached_property
    def predecessors(self) -> list[tuple[Adoption, RollCall | None]]:
        """Gives the resolutions before this one, oldest first, each with its vote on the whole."""
        own = self.record.own
        until = date.max if own is None or own.adopted_on is None else own.adopted_on
        calls = {
            c.adoption_id: c
            for c in self.record.before()
            if not c.part and c.body == outlook.PLENARY
        }
        return [
            (a, calls.get(a.id))
            for a in self.record.adoptions
            if a is not own and (a.adopted_on or date.min) < until
        ]

    @cached_property
    def here(self) -> frozenset[UUID]:
        """Gives the delegations with somebody on the draft whom the board may know of."""
        shown = (Role.HEAD, Role.DELEGATE, Role.PRESIDENCY)
        return frozenset(d for d, role in self.looked.seats if d is not None and role in shown)

    def sponsored(self, key: str) -> list[str]:
        """Gives the earlier resolutions a State sponsored, by short number."""
        out = []
        for adoption, _ in self.predecessors:
            rows = self.tablings[adoption.id]
            if (rows and key in rows[-1].sponsors) or key in adoption.additional:
                out.append(short_symbol(adoption.symbol))
        return out

    def row(self, delegation_id: UUID) -> dict[str, Any]:
        """Gives a State's row: docs/api.md."""
        looked = self.looked
        delegation = looked.delegations[delegation_id]
        standing = looked.standing(self.actor, delegation_id)
        said = self.overrides.get(delegation_id)
        expected = self.expected.get(delegation.key)
        return {
            "delegation": str(delegation_id),
            "key": delegation.key,
            "name": looked.names.get(delegation_id, delegation.key),
            "group": delegation.regional_group,
            "on_draft": delegation_id in self.here,
            "eligible": may_sponsor(delegation.kind, delegation.key),
            "votes": may_vote(delegation.kind),
            "party": self.parties.get(delegation_id, "not_party") if self.treaty else None,
            "sponsored": self.sponsored(delegation.key),
            "record": [
                None if call is None else call.votes.get(delegation.key)
                for _, call in self.predecessors
            ],
            "target": delegation_id in self.targets,
            "sponsorship": brief(looked, standing),
            "conditions": [
                {
                    "words": sponsors_seen.words_of(looked, c),
                    "holds": looked.holds(c, standing),
                }
                for c in sponsors_seen.conditions_seen(self.actor, looked, delegation_id)
                if c.lifted_at is None
            ],
            "pending": self.pending.get(delegation_id, []),
            "contact": self._contact(delegation_id),
            "action": self._action(delegation_id),
            "expected": None if expected is None else outlook.shown(expected, said),
        }

    def _contact(self, delegation_id: UUID) -> dict[str, Any] | None:
        rows = self.contacts.get(delegation_id, [])
        return contact(rows[-1]) if rows else None

    def _action(self, delegation_id: UUID) -> dict[str, Any] | None:
        rows = self.actions.get(delegation_id, [])
        return None if not rows or rows[-1].done else self.action(rows[-1])

    def action(self, row: NextAction) -> dict[str, Any]:
        """Gives a next action as the board shows it."""
        owner = next((p.name for p in self.team if p.id == row.owner_id), "")
        return {
            "what": row.what,
            "owner": str(row.owner_id),
            "owner_name": owner,
            "due": None if row.due is None else row.due.isoformat(),
            "late": not row.done and row.due is not None and row.due < self.w.now.date(),
            "done": row.done,
        }

    @property
    def delegations(self) -> list[UUID]:
        """Gives who has a row: all that may sponsor, in the order of their names."""
        looked = self.looked
        some = [d for d in looked.delegations.values() if may_sponsor(d.kind, d.key)]
        return [d.id for d in sorted(some, key=lambda d: order(looked.names.get(d.id, d.key)))]


def contact(row: Contact) -> dict[str, Any]:
    """Gives a contact as the board shows it."""
    return {
        "on": row.on.isoformat(),
        "who": row.who,
        "channel": row.channel,
        "said": row.said,
        "name": row.name,
        "at": row.at.isoformat(),
    }


def short_symbol(symbol: str) -> str:
    """Gives a resolution's number: "75/62" of "A/RES/75/62"."""
    return symbol.removeprefix("A/RES/")


# As shown ----------------------------------------------------------------------------------------


def page(w: Work, actor: Actor, on: date | None = None) -> dict[str, Any]:
    """Gives the whole board: docs/api.md. `on` is the day whose Parties are shown.

    Refuses: NotAllowed to all but the presidency and the secretariat.
    """
    board = Board(w, actor, on)
    looked = board.looked
    return {
        "on": board.on.isoformat(),
        "treaty": board.treaty,
        "call": sponsor_call.shown(w, actor.draft_id, sponsor_call.zone_of(w, actor)),
        "predecessors": [
            {
                "symbol": a.symbol,
                "short": short_symbol(a.symbol),
                "on": None if a.adopted_on is None else a.adopted_on.isoformat(),
                "voted": call is not None,
            }
            for a, call in board.predecessors
        ],
        "result": _result(board),
        "rows": [board.row(one) for one in board.delegations],
        "people": [{"id": str(p.id), "name": p.name} for p in board.team],
        "consent": _consent(board),
        "timeline": _timeline(board),
        "versions": [{"number": v.number, "name": v.name} for v in looked.differences.versions],
        "paragraphs": [
            {"id": str(p.id), "label": looked.ground.label(p.id)}
            for p in looked.ground.order
            if looked.ground.label(p.id) and not p.deleted
        ],
        "broken": conditions.broken(actor, looked),
        "me": {
            "may": [right.value for right in rights_of(actor)],
            "role": actor.role.value,
            "key": str(actor.person_id),
            "zone": sponsor_call.zone_of(w, actor),
        },
    }


def _result(board: Board) -> dict[str, Any] | None:
    """Gives how the vote on this draft went, once it was taken: the plenary's rather than the committee's."""
    ours = board.record.ours("")
    if ours is None or board.record.own is None:
        return None
    return {
        "symbol": board.record.own.symbol,
        "body": ours.body,
        "on": ours.on.isoformat(),
        "totals": outlook.totals(ours),
    }


def _consent(board: Board) -> dict[str, Any]:
    """Gives how many of the sponsors stand by the last version: "31 of 38 reconfirmed"."""
    looked = board.looked
    settled = 0
    waiting: list[str] = []
    not_yet: list[str] = []
    for delegation_id in board.delegations:
        standing = looked.standing(board.actor, delegation_id)
        if standing.state not in COMMITTED:
            continue
        shown = brief(looked, standing)
        if shown["settled"]:
            settled += 1
        else:
            (not_yet if shown["answer"] else waiting).append(str(delegation_id))
    versions = looked.differences.versions
    before = versions[-2].number if len(versions) > 1 else versions[-1].number
    return {
        "version": looked.differences.name(looked.differences.last),
        "of": settled + len(waiting) + len(not_yet),
        "settled": settled,
        "waiting": waiting,
        "not_yet": not_yet,
        "technical": looked.differences.since(before).is_settled,
    }


def _timeline(board: Board) -> list[dict[str, Any]]:
    """Gives how many had confirmed, and how many had said they will, on each day on which it changed."""
    looked = board.looked
    days: set[date] = set()
    steps = {}
    for delegation_id in board.delegations:
        seen = taken(looked.seen(board.actor, delegation_id))
        if seen:
            steps[delegation_id] = seen
            days |= {one.on for one in seen}
    out: list[dict[str, Any]] = []
    for day in sorted(days):
        states = [fold(s for s in seen if s.on <= day).state for seen in steps.values()]
        now = {"confirmed": states.count(State.CONFIRMED), "said": states.count(State.SAID)}
        if not out or out[-1] | now != out[-1]:
            out.append({"on": day.isoformat(), **now})
    return out


def state(w: Work, actor: Actor, delegation_id: UUID) -> dict[str, Any]:
    """Gives all that is kept of a State. Refuses: NotAllowed as the board; NotFound."""
    board = Board(w, actor)
    if delegation_id not in board.delegations:
        raise NotFound
    looked = board.looked
    key = looked.delegations[delegation_id].key
    ours = actor.role is Role.PRESIDENCY
    return {
        "row": board.row(delegation_id),
        "sponsorship": sponsors_seen.shown(actor, looked, delegation_id),
        "contacts": [contact(c) for c in reversed(board.contacts.get(delegation_id, []))],
        "actions": [board.action(a) for a in reversed(board.actions.get(delegation_id, []))],
        "overrides": _overrides(board, delegation_id),
        "letters": _letters(w, actor, delegation_id) if ours else [],
        "people": [
            {"name": person.name, "role": ROLE_WORDS[Role(place.role)]}
            for place, person in kept_people.places(w, actor.draft_id)
            if place.delegation_id == delegation_id and place.role in (Role.HEAD, Role.DELEGATE)
        ],
        "votes": [
            {
                "symbol": board.record.named(c),
                "on": c.on.isoformat(),
                "body": c.body,
                "label": c.part_label,
                "vote": c.votes.get(key),
            }
            for c in reversed(board.record.roll_calls)
        ],
    }


def _overrides(board: Board, delegation_id: UUID) -> list[dict[str, Any]]:
    if board.actor.role is not Role.PRESIDENCY:
        return []
    rows: Sequence[OutlookOverride] = kept.overrides(board.w, board.actor.draft_id).get(
        delegation_id, []
    )
    return [
        {
            "vote": r.vote or None,
            "label": board.looked.ground.label(r.paragraph_id),
            "reason": r.reason,
            "source": r.source,
            "confidence": r.confidence,
            "by": r.name,
            "at": r.at.isoformat(),
        }
        for r in reversed(rows)
    ]


def _letters(w: Work, actor: Actor, delegation_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "subject": letter.subject,
            "to": letter.addresses,
            "result": letter.result,
            "by": letter.name,
            "at": letter.at.isoformat(),
            "question": None if link is None else link.question,
            "expires": None if link is None else link.expires_at.isoformat(),
            "answer": None if link is None or link.used_at is None else link.answer,
            "answered": None if link is None or link.used_at is None else link.used_at.isoformat(),
        }
        for letter, link in kept.letters(w, actor.draft_id, delegation_id)
    ]


def rows(w: Work, actor: Actor, delegations: Iterable[UUID]) -> list[dict[str, Any]]:
    """Gives some States' rows as a person sees them."""
    board = Board(w, actor)
    return [board.row(one) for one in dict.fromkeys(delegations)]


def seen_by(
    w: Work, actors: Iterable[Actor], thing: tuple[UUID, bool]
) -> dict[UUID, dict[str, Any]]:
    """Gives a State's row, by session, as each of these people sees it.

    `thing` is the State, and whether the secretariat's row has changed as well.
    """
    delegation_id, secretariat = thing
    roles = {Role.PRESIDENCY, Role.SECRETARIAT} if secretariat else {Role.PRESIDENCY}
    shown: dict[Role, dict[str, Any]] = {}
    out = {}
    for actor in actors:
        if actor.role in roles:
            if actor.role not in shown:
                shown[actor.role] = Board(w, actor).row(delegation_id)
            out[actor.session_id] = shown[actor.role]
    return out

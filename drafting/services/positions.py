"""Positions: where delegations stand on paragraphs and proposals, each at a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import PositionChanged
from drafting.rules.audiences import Audience, AudienceKind, in_words, may_see
from drafting.rules.positions import (
    ON_A_PARAGRAPH,
    ON_A_PROPOSAL,
    TAKEN_BACK,
    Certainty,
    Met,
    Outcome,
    Weight,
    audience,
    covers,
    may_choose,
)
from drafting.rules.proposals import Act, acts
from drafting.rules.proposals import may_see as may_see_proposal
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import Actor, Role
from drafting.services import homes, proposals
from drafting.services.homes import Ground
from drafting.services.pieces import shown as shown_pieces
from drafting.services.writing import standing_of
from drafting.store import people as kept_people
from drafting.store import positions as kept
from drafting.store import proposals as kept_proposals
from drafting.store import versions as kept_versions
from drafting.store.tables import Position, PositionMark, PositionResponse
from drafting.store.work import Work
from drafting.text.changes import text_from_json, to_json
from drafting.text.diff import pieces

REMARK_MAX_CHARS = 5_000


@dataclass(frozen=True, slots=True)
class Taken:
    """A position as it is taken."""

    paragraph_id: UUID | None
    proposal_id: UUID | None
    stance: str
    weight: Weight | None
    certainty: Certainty
    remark: str
    audience: AudienceKind
    aligns_with: UUID | None = None
    follows: bool = False


# What is done ------------------------------------------------------------------------------------


def take(w: Work, actor: Actor, taken: Taken) -> dict[str, Any]:
    """Takes a position; the delegation's earlier one on the same thing stays on record.

    Refuses: NotAllowed to all but delegations, and for an audience that is not the person's to
    choose; NotFound for a paragraph, a proposal or another's position that one does not see;
    Malformed for a stance that does not fit; Stale on a proposal that is over.
    """
    require(actor, Right.TAKE_POSITION)
    if actor.delegation_id is None:
        raise NotAllowed
    if not may_choose(actor, taken.audience):
        raise NotAllowed(detail="This audience is not yours to choose.")
    if (taken.paragraph_id is None) is (taken.proposal_id is None):
        raise Malformed(detail="A position is on a paragraph, or on a proposal.")
    ground = homes.ground(w, actor.draft_id)
    label, base = _thing(w, actor, ground, taken)
    aligned = _aligned(w, actor, taken)
    last = kept_versions.last(w, actor.draft_id)
    position = Position(
        id=ids.new_id(f"position:{actor.draft_id}:{actor.delegation_id}:{taken.audience.value}"),
        draft_id=actor.draft_id,
        number=kept.last_number(w, actor.draft_id, actor.delegation_id) + 1,
        paragraph_id=taken.paragraph_id,
        proposal_id=taken.proposal_id,
        delegation_id=actor.delegation_id,
        version_number=0 if last is None else last.number,
        label=label,
        base=base,
        stance=taken.stance,
        weight=None if taken.weight is None else taken.weight.value,
        certainty=taken.certainty.value,
        remark=_remark(taken.remark),
        audience=taken.audience.value,
        aligns_with=None if aligned is None else aligned.id,
        follows=taken.follows and aligned is not None,
        person_id=actor.person_id,
        name=actor.name,
        author=actor.printed,
        at=w.now,
    )
    w.session.add(position)
    w.session.flush()
    _tell(w, actor.draft_id, position)
    return _one(w, actor, position)


def _thing(w: Work, actor: Actor, ground: Ground, taken: Taken) -> tuple[str, list[Any]]:
    if taken.proposal_id is not None:
        proposal, standing = proposals.seen(w, actor, taken.proposal_id)
        if taken.stance not in (*ON_A_PROPOSAL, TAKEN_BACK):
            raise Malformed(
                detail="One supports a proposal, can live with it, reserves or objects."
            )
        if Act.TAKE_POSITION not in acts(actor, standing) and actor.role is not Role.CAPITAL:
            raise Stale(
                detail="Positions are taken on proposals of others that are before the room."
            )
        if not _fits(taken.audience, proposal.audience):
            raise Malformed(detail="A position cannot go further than the proposal it is on.")
        held = kept_proposals.words(w, [proposal.id]).get(proposal.id)
        return proposal.label, [] if held is None else held[1]
    if taken.paragraph_id is None or not ground.listed(taken.paragraph_id):
        raise NotFound
    if taken.stance not in (*ON_A_PARAGRAPH, TAKEN_BACK):
        raise Malformed(detail="There is no such position on a paragraph.")
    return ground.label(taken.paragraph_id), to_json(ground.words(taken.paragraph_id))


def _fits(kind: AudienceKind, circle: str) -> bool:
    return kind is not AudienceKind.EVERYONE or circle == AudienceKind.EVERYONE.value


def _aligned(w: Work, actor: Actor, taken: Taken) -> Position | None:
    if taken.aligns_with is None:
        if taken.follows:
            raise Malformed(detail="To follow, say whose position.")
        return None
    other = kept.position(w, taken.aligns_with)
    if other is None or other.draft_id != actor.draft_id or not _sees(w, actor, other):
        raise NotFound
    if other.delegation_id == actor.delegation_id:
        raise Malformed(detail="A delegation does not align with itself.")
    if (other.paragraph_id, other.proposal_id) != (taken.paragraph_id, taken.proposal_id):
        raise Malformed(detail="One aligns with a position on the same thing.")
    return other


def _remark(remark: str) -> str:
    clean = "\n".join(line.rstrip() for line in remark.strip().splitlines())
    if len(clean) > REMARK_MAX_CHARS:
        raise Malformed(detail="A remark has at most 5,000 characters.")
    return clean


def mark(w: Work, actor: Actor, position_id: UUID, met: Met) -> dict[str, Any]:
    """Says what became of a position of one's own delegation in the last version.

    Refuses: NotFound; NotAllowed to all but its delegation; Stale before there is a later version.
    """
    require(actor, Right.TAKE_POSITION)
    position = _seen(w, actor, position_id)
    if not _may_mark(actor, position):
        raise NotAllowed(detail="Its own delegation says what became of a position.")
    last = kept_versions.last(w, actor.draft_id)
    if last is None or last.number <= position.version_number:
        raise Stale(detail="No version has been sealed since this position was taken.")
    number = len(kept.marks(w, [position.id])[position.id]) + 1
    w.session.add(
        PositionMark(
            position_id=position.id,
            number=number,
            version_number=last.number,
            mark=met.value,
            person_id=actor.person_id,
            at=w.now,
        )
    )
    w.session.flush()
    _tell(w, actor.draft_id, position)
    return _one(w, actor, position)


def _may_mark(actor: Actor, position: Position) -> bool:
    if actor.delegation_id != position.delegation_id:
        return False
    if actor.role is Role.CAPITAL:
        return position.audience == AudienceKind.DELEGATION
    return actor.role in (Role.HEAD, Role.DELEGATE)


def respond(
    w: Work,
    actor: Actor,
    position_id: UUID,
    outcome: Outcome,
    reason: str,
    kind: AudienceKind,
) -> dict[str, Any]:
    """Answers a position; the reason has an audience.

    Refuses: NotFound; NotAllowed to all but the presidency; Malformed for a reason shown to more than see the position.
    """
    require(actor, Right.ANSWER)
    position = _seen(w, actor, position_id)
    if kind not in (AudienceKind.PRESIDENCY, AudienceKind.EVERYONE) or not _fits(
        kind, position.audience
    ):
        raise Malformed(
            detail="The reason is for the delegation, or for everyone who sees the position."
        )
    number = len(kept.responses(w, [position.id])[position.id]) + 1
    w.session.add(
        PositionResponse(
            position_id=position.id,
            number=number,
            outcome=outcome.value,
            reason=proposals.clean_reason(reason),
            audience=kind.value,
            person_id=actor.person_id,
            author=actor.printed,
            at=w.now,
        )
    )
    w.session.flush()
    _tell(w, actor.draft_id, position)
    return _one(w, actor, position)


def _tell(w: Work, draft_id: UUID, position: Position) -> None:
    w.tell(PositionChanged(draft_id, position.id))
    # Those that align with it show what it says.
    for other in kept.of_draft(w, draft_id):
        if (
            other.aligns_with is not None
            and other.delegation_id != position.delegation_id
            and (other.paragraph_id, other.proposal_id)
            == (position.paragraph_id, position.proposal_id)
        ):
            w.tell(PositionChanged(draft_id, other.id))


# Who sees what -----------------------------------------------------------------------------------


def audience_of(position: Position) -> Audience:
    """Gives a position's audience."""
    return audience(position.audience, position.delegation_id)


def _sees(w: Work, actor: Actor, position: Position) -> bool:
    if not may_see(actor, audience_of(position)):
        return False
    if position.proposal_id is None:
        return True
    proposal = kept_proposals.proposal(w, position.proposal_id)
    return proposal is not None and may_see_proposal(
        actor, standing_of(proposal, kept_proposals.owners_of(w, proposal.id))
    )


def _seen(w: Work, actor: Actor, position_id: UUID) -> Position:
    position = kept.position(w, position_id)
    if position is None or position.draft_id != actor.draft_id or not _sees(w, actor, position):
        raise NotFound
    return position


def seen(w: Work, actor: Actor, position_id: UUID) -> Position:
    """Gives a position to whoever sees it. Refuses: NotFound."""
    return _seen(w, actor, position_id)


def draft_of(w: Work, position_id: UUID) -> UUID:
    """Gives the draft a position is on. Refuses: NotFound."""
    position = kept.position(w, position_id)
    if position is None:
        raise NotFound
    return position.draft_id


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is looked up once, for all positions and for everyone they are shown to."""

    every: Sequence[Position]
    marks: dict[UUID, list[PositionMark]]
    responses: dict[UUID, list[PositionResponse]]
    ground: Ground
    names: dict[UUID, str]
    last_version: int
    version_names: dict[int, str]


def _look(
    w: Work, draft_id: UUID, shown: Sequence[Position], ground: Ground | None = None
) -> _Looked:
    position_ids = [p.id for p in shown]
    versions = kept_versions.versions(w, draft_id)
    return _Looked(
        kept.of_draft(w, draft_id),
        kept.marks(w, position_ids),
        kept.responses(w, position_ids),
        ground or homes.ground(w, draft_id),
        kept_people.short_names(w),
        versions[-1].number if versions else 0,
        {v.number: v.name for v in versions},
    )


def _key(position: Position) -> tuple[UUID, UUID | None, UUID | None]:
    return position.delegation_id, position.paragraph_id, position.proposal_id


def _visible(w: Work, actor: Actor) -> list[Position]:
    known = {p.id for p in proposals.visible(w, actor)}
    return [
        p
        for p in kept.of_draft(w, actor.draft_id)
        if may_see(actor, audience_of(p)) and (p.proposal_id is None or p.proposal_id in known)
    ]


def _last_of_each(positions: Iterable[Position]) -> list[Position]:
    last: dict[Any, Position] = {}
    for position in positions:
        last[_key(position)] = position
    return [p for p in last.values() if p.stance != TAKEN_BACK]


def all_seen(w: Work, actor: Actor, ground: Ground | None = None) -> list[dict[str, Any]]:
    """Gives each delegation's last position on each thing, as far as a person may see."""
    mine = _visible(w, actor)
    last = _last_of_each(mine)
    looked = _look(w, actor.draft_id, last, ground)
    return [_shown(actor, p, mine, looked) for p in last]


def seen_by(w: Work, actors: Iterable[Actor], position_id: UUID) -> dict[UUID, dict[str, Any]]:
    """Gives a position, by session, as each of these people who may see it sees it."""
    position = kept.position(w, position_id)
    if position is None:
        return {}
    looked = _look(w, position.draft_id, [position])
    out: dict[UUID, dict[str, Any]] = {}
    for actor in actors:
        if _sees(w, actor, position):
            out[actor.session_id] = _shown(actor, position, _visible(w, actor), looked)
    return out


def _one(w: Work, actor: Actor, position: Position) -> dict[str, Any]:
    return _shown(actor, position, _visible(w, actor), _look(w, actor.draft_id, [position]))


def _shown(
    actor: Actor, position: Position, mine: Sequence[Position], looked: _Looked
) -> dict[str, Any]:
    same = [p for p in mine if _key(p) == _key(position)]
    marks = looked.marks.get(position.id, [])
    answer = next(iter(reversed(looked.responses.get(position.id, []))), None)
    name = looked.names.get(position.delegation_id, "")
    where = position.paragraph_id
    label = looked.ground.label(where) if where is not None else ""
    own = actor.delegation_id == position.delegation_id and actor.role is not Role.PRESIDENCY
    due = position.version_number < looked.last_version and (
        not marks or marks[-1].version_number < looked.last_version
    )
    audience_now = audience_of(position)
    return {
        "id": str(position.id),
        "paragraph": None if where is None else str(where),
        "proposal": None if position.proposal_id is None else str(position.proposal_id),
        "label": label or position.label,
        "delegation": {"id": str(position.delegation_id), "name": name},
        "mine": own,
        "stance": position.stance,
        "effective": effective(position, looked.every),
        "weight": position.weight,
        "certainty": position.certainty,
        "remark": position.remark,
        "audience": {"kind": audience_now.kind.value, "words": in_words(audience_now, name)},
        "made_on": looked.version_names.get(position.version_number, ""),
        "version": position.version_number,
        "aligns_with": _alignment(position, looked),
        "at": position.at.isoformat(),
        "by": position.author,
        "name": position.name,
        "mark": None
        if not marks
        else {
            "mark": marks[-1].mark,
            "version": looked.version_names.get(marks[-1].version_number, ""),
            "at": marks[-1].at.isoformat(),
        },
        "response": _answered(actor, position, answer),
        "due": own and due,
        "earlier": [
            {"stance": p.stance, "certainty": p.certainty, "at": p.at.isoformat()}
            for p in same
            if p.number < position.number
        ],
        "may": _may(actor, position, due=due),
    }


def _may(actor: Actor, position: Position, *, due: bool) -> list[str]:
    out = []
    if _may_mark(actor, position):
        if due:
            out.append("mark")
        if position.certainty == Certainty.PRELIMINARY and actor.role is not Role.CAPITAL:
            out.append("confirm")
    if Right.ANSWER in rights_of(actor):
        out.append("respond")
    return out


def _answered(
    actor: Actor, position: Position, answer: PositionResponse | None
) -> dict[str, Any] | None:
    if answer is None:
        return None
    named = actor.role is Role.PRESIDENCY or (
        actor.delegation_id == position.delegation_id and actor.role is not Role.SECRETARIAT
    )
    told = named or answer.audience == AudienceKind.EVERYONE
    return {
        "outcome": answer.outcome,
        "reason": answer.reason if told else None,
        "by": answer.author,
        "at": answer.at.isoformat(),
    }


def _leader(position: Position, every: Sequence[Position]) -> Position | None:
    """Gives what the position aligned with has become, as far as all who see the follower see it."""
    start = next((p for p in every if p.id == position.aligns_with), None)
    if start is None:
        return None
    mine = audience_of(position)
    last = start
    for other in every:
        if (
            _key(other) == _key(start)
            and other.number > last.number
            and covers(audience_of(other), mine)
        ):
            last = other
    return last


def effective(position: Position, every: Sequence[Position]) -> str:
    """Gives the stance a position comes to: its own, or that of the one it follows."""
    seen_ids: set[UUID] = set()
    while position.follows and position.id not in seen_ids:
        seen_ids.add(position.id)
        leader = _leader(position, every)
        if leader is None or leader.stance == TAKEN_BACK:
            break
        position = leader
    return position.stance


def _alignment(position: Position, looked: _Looked) -> dict[str, Any] | None:
    start = next((p for p in looked.every if p.id == position.aligns_with), None)
    leader = _leader(position, looked.every)
    if start is None or leader is None:
        return None
    return {
        "position": str(leader.id),
        "delegation": looked.names.get(start.delegation_id, ""),
        "stance": leader.stance,
        "follows": position.follows,
        "changed": leader.id != start.id and leader.stance != start.stance,
    }


# After a new version -----------------------------------------------------------------------------


def review(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives one's delegation's positions from before the last version, and what became of the words.

    Refuses: NotAllowed to all but delegations.
    """
    require(actor, Right.TAKE_POSITION)
    mine = _visible(w, actor)
    own = [
        p
        for p in _last_of_each(mine)
        if p.delegation_id == actor.delegation_id and p.paragraph_id is not None
    ]
    looked = _look(w, actor.draft_id, own)
    last = kept_versions.last(w, actor.draft_id)
    if last is None:
        return {"version": None, "positions": []}
    rows = {r.paragraph_id: r for r in kept_versions.paragraphs(w, last.id)}
    out = []
    for position in own:
        if position.version_number >= last.number or position.paragraph_id is None:
            continue
        was = text_from_json(position.base)
        row = rows.get(looked.ground.home(position.paragraph_id)) or rows.get(position.paragraph_id)
        became, why = "kept", "The words are as they were."
        compared = None
        if row is None:
            became, why = "deleted", "The paragraph is not in this version."
        elif row.content != position.base:
            became, why = "changed", "The words have changed."
            compared = shown_pieces(pieces(was, text_from_json(row.content)))
        out.append(
            {
                "position": _shown(actor, position, mine, looked),
                "became": became,
                "why": why,
                "pieces": compared,
                "label": "" if row is None else row.label,
            }
        )
    return {"version": last.name, "positions": out}

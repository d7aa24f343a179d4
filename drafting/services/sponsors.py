"""Sponsorship: what delegations say and do about sponsoring, as dated steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import BoardChanged, SponsorshipChanged, SponsorsListed
from drafting.rules import deadlines
from drafting.rules.rights import Right, require
from drafting.rules.roles import OF_A_DELEGATION, Actor, Role
from drafting.rules.sponsors import (
    COMMITTED,
    STATE_WORDS,
    STEP_WORDS,
    Capacity,
    Reach,
    Recorded,
    Standing,
    State,
    Step,
    fold,
    is_of,
    is_quiet,
    may_act_for,
    may_correct,
    may_follow,
    may_sponsor,
    may_take,
    reaches,
    recorded_by,
)
from drafting.services import sponsor_call
from drafting.services.sponsors_looked import Looked, taken
from drafting.services.sponsors_seen import shown
from drafting.store import drafts as kept_drafts
from drafting.store import sponsors as kept
from drafting.store.tables import SponsorStep
from drafting.store.work import Work

LINE_MAX_CHARS = 200
NOTE_MAX_CHARS = 2_000
ADOPTED = "adopted"
_ADOPTED = "This resolution is adopted; its sponsors stand on record."


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as it is asked for. `after` is the last step the person saw; `looked` tells whether it was said."""

    step: Step
    capacity: Capacity | None = None
    version: int | None = None
    manner: str = ""
    who: str = ""
    where: str = ""
    on: date | None = None
    note: str = ""
    reach: Reach | None = None
    corrects: UUID | None = None
    after: UUID | None = None
    looked: bool = False


def take(
    w: Work, actor: Actor, delegations: Sequence[UUID] | None, asked: Asked
) -> list[dict[str, Any]]:
    """Records a step of one's own delegation, or of several on their word as the team.

    Refuses: NotAllowed to observers and capitals, for another's delegation, and for an audience
    that is not the person's to choose; NotFound; Malformed for one that does not sponsor; Stale for
    a step that does not follow, one taken already, one after the list closed, or when somebody
    recorded another since the person looked.
    """
    require(actor, Right.SPONSOR)
    draft = kept_drafts.locked(w, actor.draft_id)
    if draft.stage == ADOPTED:
        raise Stale(detail=_ADOPTED)
    wanted = chosen(actor, delegations)
    looked = Looked(w, actor.draft_id)
    for delegation_id in wanted:
        check_sponsors(looked, delegation_id)
        _record(w, actor, looked, delegation_id, asked)
    fresh = Looked(w, actor.draft_id, looked.ground)
    return [shown(actor, fresh, delegation_id) for delegation_id in wanted]


def chosen(actor: Actor, delegations: Sequence[UUID] | None) -> list[UUID]:
    """Gives whose steps a person records: their own delegation's, or those named. Refuses: NotAllowed, Malformed."""
    own = actor.delegation_id if actor.role in OF_A_DELEGATION else None
    if delegations is None:
        if own is None:
            raise Malformed(detail="Say whose step it is.")
        return [own]
    wanted = list(dict.fromkeys(delegations))
    if not wanted:
        raise Malformed(detail="Say whose step it is.")
    if any(not may_act_for(actor, one) for one in wanted):
        raise NotAllowed(detail="A person sponsors only for their own delegation.")
    return wanted


def check_sponsors(looked: Looked, delegation_id: UUID) -> None:
    """Refuses: NotFound; Malformed for one that does not sponsor."""
    delegation = looked.delegations.get(delegation_id)
    if delegation is None:
        raise NotFound
    if not may_sponsor(delegation.kind, delegation.key):
        name = looked.names.get(delegation_id, "An observer")
        raise Malformed(
            detail=f"{name} does not sponsor: Member States and the State of Palestine do."
        )


def _record(
    w: Work, actor: Actor, looked: Looked, delegation_id: UUID, asked: Asked
) -> SponsorStep:
    # Put right, "we have said nothing of the kind" leaves the approach.
    unsaid = asked.corrects is not None and asked.step is Step.APPROACHED
    if not (may_take(actor, asked.step) or unsaid):
        raise NotAllowed(detail="Only the presidency and the secretariat record this step.")
    seen = looked.seen(actor, delegation_id)
    corrected = _corrected(actor, seen, delegation_id, asked)
    reach = _reach(actor, asked) if corrected is None else _as_far(corrected, asked)
    if asked.looked and looked.standing(actor, delegation_id).last != asked.after:
        last = seen[-1] if seen else None
        raise Stale(detail=_since_you_looked(last))
    standing = fold(taken(s for s in seen if corrected is None or s.id != corrected.id))
    own_word = is_of(actor, delegation_id) and not _said_itself(seen, standing)
    _check_follows(looked, seen, standing, asked, own_word=own_word)
    who = Recorder(recorded_by(actor), actor.person_id, actor.name, actor.printed)
    late = _is_late(w, actor, standing, asked)
    capacity = Capacity.ADDITIONAL if late else asked.capacity or standing.capacity
    void = None if corrected is None else corrected.id
    return _store(w, looked, delegation_id, asked, _Kept(who, reach, capacity, standing, void))


@dataclass(frozen=True, slots=True)
class Recorder:
    """By whom a step is recorded; `person_id` None for an answer link."""

    recorded: Recorded
    person_id: UUID | None
    name: str
    author: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a step is kept with besides what was asked."""

    who: Recorder
    reach: Reach
    capacity: Capacity
    standing: Standing
    corrects: UUID | None


def _store(
    w: Work, looked: Looked, delegation_id: UUID, asked: Asked, kept_with: _Kept
) -> SponsorStep:
    draft_id, reach, who = looked.draft_id, kept_with.reach, kept_with.who
    row = SponsorStep(
        id=ids.new_id(f"sponsor:{draft_id}:{delegation_id}:{reach.value}"),
        draft_id=draft_id,
        delegation_id=delegation_id,
        number=kept.next_step_number(w, draft_id, delegation_id),
        step=asked.step.value,
        capacity=kept_with.capacity.value,
        version_number=_version(looked, kept_with.standing, asked),
        manner=asked.manner,
        who=_line(asked.who),
        where=_line(asked.where),
        on=_day(w, asked.on),
        note=clean_note(asked.note),
        reach=reach.value,
        recorded=who.recorded.value,
        corrects_id=kept_with.corrects,
        person_id=who.person_id,
        name=who.name,
        author=who.author,
        at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    _tell(w, looked, row)
    return row


def by_link(w: Work, draft_id: UUID, delegation_id: UUID, asked: Asked, name: str) -> SponsorStep:
    """Records what a delegation answered by a link. Refuses: Stale for what does not follow."""
    draft = kept_drafts.locked(w, draft_id)
    if draft.stage == ADOPTED:
        raise Stale(detail=_ADOPTED)
    looked = Looked(w, draft_id)
    # A link tells its bearer nothing of what the delegation keeps to itself.
    seen = [s for s in looked.steps.get(delegation_id, []) if s.reach != Reach.DELEGATION]
    standing = fold(taken(seen))
    _check_follows(looked, seen, standing, asked)
    tabled = sponsor_call.tabled_as(w, draft_id) is not None
    late = tabled and asked.step is Step.SAID and standing.state is not State.CONFIRMED
    printed = looked.names.get(delegation_id, "")
    who = Recorder(Recorded.LINK, None, _line(name), printed)
    capacity = Capacity.ADDITIONAL if late else standing.capacity
    reach = Reach.PRESIDENCY if asked.step is Step.AWAITING else Reach.BOARD
    return _store(w, looked, delegation_id, asked, _Kept(who, reach, capacity, standing, None))


def _reach(actor: Actor, asked: Asked) -> Reach:
    choices = reaches(actor, asked.step)
    if asked.reach is None:
        return Reach.PRESIDENCY if Reach.DELEGATION in choices else choices[-1]
    if asked.reach not in choices:
        raise NotAllowed(detail="This audience is not yours to choose for this step.")
    return asked.reach


def _as_far(corrected: SponsorStep, asked: Asked) -> Reach:
    """Gives how far a correction goes: as far as what it puts right, so that the same eyes see both.

    What makes or unmakes a sponsor goes to the board all the same.
    """
    reach = Reach(corrected.reach) if is_quiet(asked.step) else Reach.BOARD
    if asked.reach not in (None, reach):
        raise NotAllowed(detail="What puts a step right goes just as far as that step.")
    return reach


def _corrected(
    actor: Actor, seen: Sequence[SponsorStep], delegation_id: UUID, asked: Asked
) -> SponsorStep | None:
    if asked.corrects is None:
        return None
    found = next((s for s in seen if s.id == asked.corrects), None)
    if found is None:
        raise NotFound
    if any(s.corrects_id == found.id for s in seen):
        raise Stale(detail="This step was put right already.")
    if not may_correct(actor, Recorded(found.recorded), delegation_id):
        raise NotAllowed(detail="A step is put right by its delegation, or by who recorded it.")
    return found


def _since_you_looked(last: SponsorStep | None) -> str:
    if last is None:
        return Stale.sentence
    words = STEP_WORDS[Step(last.step)]
    return (
        f"Since you looked, {last.name or last.author} recorded “{words}”; "
        "nothing was changed. Please look again."
    )


def _said_itself(seen: Sequence[SponsorStep], standing: Standing) -> bool:
    """Tells whether the last step that counts is the delegation's own word, and not taken on it."""
    last = next((s for s in seen if s.id == standing.last), None)
    return last is None or last.recorded in (Recorded.DELEGATION, Recorded.LINK)


def _check_follows(
    looked: Looked,
    seen: Sequence[SponsorStep],
    standing: Standing,
    asked: Asked,
    *,
    own_word: bool = False,
) -> None:
    """Refuses: NotFound for a version; Stale for what does not follow, or was said already.

    With `own_word` a delegation says itself what was only recorded on its word.
    """
    known = {v.number for v in looked.differences.versions}
    if asked.version is not None and asked.version not in known:
        raise NotFound(detail="There is no such version.")
    if asked.step in (Step.KEPT, Step.NOT_YET):
        _check_is_asked(looked, seen, standing, asked)
        return
    same = standing.state.value == asked.step.value
    if same and own_word:
        return
    if asked.step not in may_follow(standing.state, settled=True):
        if same:
            raise Stale(detail=_already(seen))
        words = STATE_WORDS[standing.state]
        raise Stale(
            detail=f"“{STEP_WORDS[asked.step]}” does not follow from “{words}”; nothing was changed."
        )
    version = looked.differences.last if asked.version is None else asked.version
    if (
        same
        and asked.corrects is None
        and (standing.state not in COMMITTED or standing.version == version)
        and asked.capacity in (None, standing.capacity)
        and asked.step is not Step.APPROACHED
    ):
        raise Stale(detail=_already(seen))


def _check_is_asked(
    looked: Looked, seen: Sequence[SponsorStep], standing: Standing, asked: Asked
) -> None:
    last = looked.differences.last
    if standing.state not in COMMITTED:
        raise Stale(detail="There is no sponsorship to keep.")
    if asked.version is not None and asked.version != last:
        raise Stale(detail="There is a newer version; please look at that one.")
    if looked.is_settled(standing):
        raise Stale(detail="This sponsorship holds already: no substance has changed since.")
    if asked.step is Step.NOT_YET and standing.answered == last:
        raise Stale(detail=_already(seen))


def _already(seen: Sequence[SponsorStep]) -> str:
    last = seen[-1]
    return (
        f"This is on record already: “{STEP_WORDS[Step(last.step)]}”, "
        f"by {last.name or last.author}; nothing was changed."
    )


def _is_late(w: Work, actor: Actor, standing: Standing, asked: Asked) -> bool:
    """Tells whether a step comes after the tabling: one joins as an additional sponsor then.

    Refuses: NotAllowed, Malformed and Stale for a capacity that cannot be had.
    """
    tabled = sponsor_call.tabled_as(w, actor.draft_id)
    joins = asked.step in (Step.SAID, Step.CONFIRMED)
    if asked.capacity is Capacity.MAIN and actor.role not in (Role.PRESIDENCY, Role.SECRETARIAT):
        raise NotAllowed(detail="The presidency says who the main sponsors are.")
    if tabled is not None and joins and standing.state is not State.CONFIRMED:
        if asked.capacity in (Capacity.MAIN, Capacity.CO):
            raise Stale(
                detail=f"The text was tabled as {tabled['symbol']}; one joins as an additional sponsor now."
            )
        return True
    if asked.capacity is Capacity.ADDITIONAL and tabled is None:
        raise Malformed(detail="Before the text is tabled, one joins as a co-sponsor.")
    _check_open(w, actor, asked)
    return False


def _check_open(w: Work, actor: Actor, asked: Asked) -> None:
    call = kept.terms(w, actor.draft_id)
    if (
        asked.step is Step.CONFIRMED
        and actor.role in OF_A_DELEGATION
        and call is not None
        and call.closes_at is not None
        and sponsor_call.has_closed(call, w.now)
    ):
        closed = deadlines.told(call.closes_at, sponsor_call.zone_of(w, actor)).both
        raise Stale(
            detail=f"The list of sponsors closed on {closed}; nothing was changed. "
            "Please speak to the presidency."
        )


def _version(looked: Looked, standing: Standing, asked: Asked) -> int | None:
    if asked.step in (Step.APPROACHED, Step.DECLINED, Step.WITHDRAWN):
        return asked.version if asked.version is not None else standing.version
    return looked.differences.last if asked.version is None else asked.version


def _day(w: Work, on: date | None) -> date:
    today = w.now.date()
    # Where it is tomorrow already, it may have happened tomorrow.
    if on is not None and on > today + timedelta(days=1):
        raise Malformed(detail="A step that was taken was not taken in the future.")
    return today if on is None else on


def _line(words: str) -> str:
    clean = " ".join(words.split())
    if len(clean) > LINE_MAX_CHARS:
        raise Malformed(detail="Who and where have at most 200 characters.")
    return clean


def clean_note(words: str) -> str:
    """Gives a note without blanks at its ends. Refuses: Malformed for more than 2,000 characters."""
    clean = "\n".join(line.rstrip() for line in words.strip().splitlines())
    if len(clean) > NOTE_MAX_CHARS:
        raise Malformed(detail="A note has at most 2,000 characters.")
    return clean


def tell_circle(w: Work, draft_id: UUID, delegation_id: UUID, reach: Reach) -> None:
    """Tells a delegation that something of its sponsorship is another, and the board as far as it goes."""
    w.tell(SponsorshipChanged(draft_id, delegation_id))
    if reach is not Reach.DELEGATION:
        w.tell(BoardChanged(draft_id, delegation_id, secretariat=reach is Reach.BOARD))


def _tell(w: Work, looked: Looked, row: SponsorStep) -> None:
    """Tells a delegation, and the board as far as it may see, that a State's sponsorship is another.

    Everyone is told when they see the list and it is another: of no other step.
    """
    draft_id, delegation_id, reach = row.draft_id, row.delegation_id, Reach(row.reach)
    tell_circle(w, draft_id, delegation_id, reach)
    call = kept.terms(w, draft_id)
    before, after = looked.on_the_board(delegation_id), looked.on_the_board(delegation_id, row)
    if call is not None and call.listed and _on_the_list(before) != _on_the_list(after):
        w.tell(SponsorsListed(draft_id))


def _on_the_list(standing: Standing) -> tuple[Capacity, int | None] | None:
    if standing.state is not State.CONFIRMED:
        return None
    return standing.capacity, standing.version

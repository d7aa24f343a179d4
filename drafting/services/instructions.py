"""Instructions: what a delegation asked its capital. Its words leave the delegation by no way at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import BoardChanged, SponsorshipChanged
from drafting.rules.audiences import AudienceKind
from drafting.rules.instructions import InstructionState, Shown, Subject, is_shown
from drafting.rules.positions import Certainty, Weight
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import Step
from drafting.services import homes, positions, sponsors
from drafting.services.homes import Ground
from drafting.services.positions import Taken
from drafting.store import drafts as kept_drafts
from drafting.store import instructions as kept
from drafting.store import positions as kept_positions
from drafting.store import versions as kept_versions
from drafting.store.tables import Instruction, InstructionStep, Position
from drafting.store.work import Work

WORDS_MAX_CHARS = 10_000
NAME_MAX_CHARS = 200
SHOWN = "shown"
"""The step of changing what the presidency is shown."""

ANSWERS = (Step.SAID, Step.CONFIRMED, Step.DECLINED)
"""What an instruction on sponsorship may be answered with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a capital."""

    subject: Subject
    paragraph_id: UUID | None
    version: int | None
    on: date | None
    due: date | None
    asked_by: str
    words: str
    shown: Shown
    shown_until: date | None


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of an instruction. `confirm` and `sponsorship` go with its being received."""

    step: str
    on: date | None = None
    words: str = ""
    due: date | None = None
    shown: Shown | None = None
    shown_until: date | None = None
    confirm: bool = False
    sponsorship: Step | None = None


# What is done ------------------------------------------------------------------------------------


def ask(w: Work, actor: Actor, asked: Asked) -> dict[str, Any]:
    """Records what one's delegation asked its capital.

    Refuses: NotAllowed to all but delegations; NotFound; Malformed.
    """
    require(actor, Right.INSTRUCT)
    delegation_id = _own(actor)
    if actor.role is Role.CAPITAL and asked.shown is not Shown.NOTHING:
        raise NotAllowed(detail="What the presidency is shown is for the mission to say.")
    kept_drafts.locked(w, actor.draft_id)
    ground = homes.ground(w, actor.draft_id)
    if (asked.subject is Subject.PARAGRAPH) is (asked.paragraph_id is None):
        raise Malformed(detail="Say which paragraph it is on; the other kinds are on none.")
    if asked.paragraph_id is not None and not ground.listed(asked.paragraph_id):
        raise NotFound
    versions = kept_versions.versions(w, actor.draft_id)
    number = versions[-1].number if asked.version is None else asked.version
    if all(v.number != number for v in versions):
        raise NotFound(detail="There is no such version.")
    row = Instruction(
        id=ids.new_untimed_id(f"instruction:{actor.draft_id}:{delegation_id}"),
        draft_id=actor.draft_id,
        delegation_id=delegation_id,
        subject=asked.subject.value,
        paragraph_id=asked.paragraph_id,
        label=ground.label(asked.paragraph_id),
        version_number=number,
        on=asked.on or w.now.date(),
        due=asked.due,
        asked_by=_name(asked.asked_by) or actor.name,
        words=_words(asked.words),
        state=InstructionState.ASKED.value,
        shown=asked.shown.value,
        shown_until=asked.shown_until,
        created_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    _step(w, actor, row, InstructionState.ASKED.value, row.on, "")
    _tell(w, row, before=None)
    return _one(w, actor, row)


def go_on(w: Work, actor: Actor, instruction_id: UUID, asked: Next) -> dict[str, Any]:
    """Records that an instruction was received or superseded, or what the presidency is shown of it.

    What is received may confirm the delegation's preliminary positions on the paragraph, or answer on
    sponsorship, in the same breath. Refuses: NotFound to all but its delegation; NotAllowed to a
    capital for what goes beyond it; Stale for one received or superseded already.
    """
    require(actor, Right.INSTRUCT)
    kept_drafts.locked(w, actor.draft_id)
    row = seen(w, actor, instruction_id)
    before = _told(w, row)
    goes_out = asked.step == SHOWN or asked.confirm or asked.sponsorship is not None
    if actor.role is Role.CAPITAL and goes_out:
        raise NotAllowed(detail="What goes beyond the delegation is for the mission to say.")
    if asked.step == SHOWN:
        _show(w, actor, row, asked)
    else:
        _end(w, actor, row, asked)
    w.session.flush()
    _tell(w, row, before=before)
    return _one(w, actor, row)


def _show(w: Work, actor: Actor, row: Instruction, asked: Next) -> None:
    if row.state != InstructionState.ASKED:
        raise Stale(detail="This instruction waits no longer; nothing of it is shown.")
    if asked.shown is not None:
        row.shown = asked.shown.value
    row.shown_until = asked.shown_until
    if asked.due is not None:
        row.due = asked.due
    _step(w, actor, row, SHOWN, asked.on or w.now.date(), row.shown)


def _end(w: Work, actor: Actor, row: Instruction, asked: Next) -> None:
    if row.state != InstructionState.ASKED:
        raise Stale(detail=f"This instruction is {row.state} already; nothing was changed.")
    on_sponsorship = row.subject == Subject.SPONSORSHIP
    if asked.step != InstructionState.RECEIVED and (asked.confirm or asked.sponsorship is not None):
        raise Malformed(detail="Only an instruction that was received confirms or answers.")
    if asked.confirm and row.subject != Subject.PARAGRAPH:
        raise Malformed(detail="Only an instruction on a paragraph confirms positions.")
    if asked.sponsorship is not None and (not on_sponsorship or asked.sponsorship not in ANSWERS):
        raise Malformed(detail="An instruction on sponsorship says: will, confirmed, or declined.")
    row.state = InstructionState(asked.step).value
    _step(w, actor, row, asked.step, asked.on or w.now.date(), _words(asked.words))
    if asked.confirm:
        for position in preliminary(w, row):
            positions.take(w, actor, _confirmed(position))
    if asked.sponsorship is not None:
        sponsors.take(w, actor, None, sponsors.Asked(asked.sponsorship))


def preliminary(w: Work, row: Instruction) -> list[Position]:
    """Gives its delegation's positions on an instruction's paragraph that are preliminary still."""
    if row.paragraph_id is None:
        return []
    last: Position | None = None
    for position in kept_positions.of_draft(w, row.draft_id):
        if (
            position.delegation_id == row.delegation_id
            and position.paragraph_id == row.paragraph_id
        ):
            last = position
    if last is None or last.certainty != Certainty.PRELIMINARY or last.stance == "none":
        return []
    return [last]


def _confirmed(position: Position) -> Taken:
    return Taken(
        position.paragraph_id,
        None,
        position.stance,
        None if position.weight is None else Weight(position.weight),
        Certainty.CONFIRMED,
        position.remark,
        AudienceKind(position.audience),
        position.aligns_with,
        follows=position.follows,
    )


def _step(w: Work, actor: Actor, row: Instruction, step: str, on: date, words: str) -> None:
    number = len(kept.steps(w, row.draft_id, row.delegation_id)[row.id]) + 1
    w.session.add(
        InstructionStep(
            instruction_id=row.id,
            number=number,
            step=step,
            on=on,
            words=words,
            person_id=actor.person_id,
            name=actor.name,
            at=w.now,
        )
    )


def _own(actor: Actor) -> UUID:
    if actor.delegation_id is None:
        raise NotAllowed
    return actor.delegation_id


def _name(words: str) -> str:
    clean = " ".join(words.split())
    if len(clean) > NAME_MAX_CHARS:
        raise Malformed(detail="A name has at most 200 characters.")
    return clean


def _words(words: str) -> str:
    clean = "\n".join(line.rstrip() for line in words.strip().splitlines())
    if len(clean) > WORDS_MAX_CHARS:
        raise Malformed(detail="The words of an instruction have at most 10,000 characters.")
    return clean


def _is_shown(w: Work, row: Instruction) -> bool:
    state = InstructionState(row.state)
    return is_shown(Shown(row.shown), row.shown_until, state, w.now.date())


def _told(w: Work, row: Instruction) -> tuple[date | None] | None:
    """Gives what the presidency is shown that may change: nothing, or until when it is awaited if that."""
    if not _is_shown(w, row):
        return None
    return (row.due if row.shown == Shown.DUE else None,)


def _tell(w: Work, row: Instruction, *, before: tuple[date | None] | None) -> None:
    """Tells the delegation; and the presidency when what it is shown is another."""
    w.tell(SponsorshipChanged(row.draft_id, row.delegation_id))
    if before != _told(w, row):
        w.tell(BoardChanged(row.draft_id, row.delegation_id, secretariat=False))


# Who sees what -----------------------------------------------------------------------------------


def seen(w: Work, actor: Actor, instruction_id: UUID) -> Instruction:
    """Gives an instruction to its delegation. Refuses: NotFound to everybody else."""
    row = kept.instruction(w, instruction_id)
    require(actor, Right.SEE)
    if (
        row is None
        or row.draft_id != actor.draft_id
        or actor.delegation_id != row.delegation_id
        or actor.role not in (Role.HEAD, Role.DELEGATE, Role.CAPITAL)
    ):
        raise NotFound
    return row


def draft_of(w: Work, instruction_id: UUID) -> UUID:
    """Gives the draft an instruction is on. Refuses: NotFound."""
    row = kept.instruction(w, instruction_id)
    if row is None:
        raise NotFound
    return row.draft_id


def own(w: Work, actor: Actor, ground: Ground) -> list[dict[str, Any]]:
    """Gives what one's delegation asked its capital, oldest first."""
    require(actor, Right.INSTRUCT)
    rows = kept.of_delegation(w, actor.draft_id, _own(actor))
    return _shown(w, actor, rows, ground)


def _one(w: Work, actor: Actor, row: Instruction) -> dict[str, Any]:
    return _shown(w, actor, [row], homes.ground(w, actor.draft_id))[0]


def _shown(
    w: Work, actor: Actor, rows: Sequence[Instruction], ground: Ground
) -> list[dict[str, Any]]:
    steps = kept.steps(w, actor.draft_id, _own(actor))
    named = {v.number: v.name for v in kept_versions.versions(w, actor.draft_id)}
    out = []
    for row in rows:
        waits = row.state == InstructionState.ASKED
        came = next((s for s in reversed(steps[row.id]) if s.step == "received"), None)
        out.append(
            {
                "id": str(row.id),
                "subject": row.subject,
                "paragraph": None if row.paragraph_id is None else str(row.paragraph_id),
                "label": ground.label(row.paragraph_id) or row.label,
                "version": {"number": row.version_number, "name": named[row.version_number]},
                "on": row.on.isoformat(),
                "due": None if row.due is None else row.due.isoformat(),
                "late": waits and row.due is not None and row.due < w.now.date(),
                "asked_by": row.asked_by,
                "words": row.words,
                "state": row.state,
                "shown": row.shown,
                "shown_until": None if row.shown_until is None else row.shown_until.isoformat(),
                "received": None
                if came is None
                else {"on": came.on.isoformat(), "words": came.words, "by": came.name},
                "steps": [
                    {
                        "step": s.step,
                        "words": s.words,
                        "on": s.on.isoformat(),
                        "by": s.name,
                        "at": s.at.isoformat(),
                    }
                    for s in steps[row.id]
                ],
                "positions": [
                    {"id": str(p.id), "stance": p.stance} for p in preliminary(w, row) if waits
                ],
                "may": _may(actor, row),
            }
        )
    return out


def _may(actor: Actor, row: Instruction) -> list[str]:
    if row.state != InstructionState.ASKED:
        return []
    ends = [InstructionState.RECEIVED.value, InstructionState.SUPERSEDED.value]
    return ends if actor.role is Role.CAPITAL else [*ends, SHOWN]


def pending(w: Work, actor: Actor, ground: Ground) -> dict[UUID, list[dict[str, Any]]]:
    """Gives by delegation what the presidency is shown of the instructions that are awaited.

    To everybody else, the secretariat too, there are none.
    """
    if actor.role is not Role.PRESIDENCY:
        return {}
    out: dict[UUID, list[dict[str, Any]]] = {}
    for delegation_id, rows in kept.of_draft(w, actor.draft_id).items():
        shown = [row for row in rows if _is_shown(w, row)]
        if shown:
            out[delegation_id] = [_pending(row, ground) for row in shown]
    return out


def _pending(row: Instruction, ground: Ground) -> dict[str, Any]:
    told = row.shown == Shown.DUE
    return {
        "subject": row.subject,
        "label": ground.label(row.paragraph_id) or row.label,
        "since": row.on.isoformat(),
        "due": row.due.isoformat() if told and row.due is not None else None,
    }

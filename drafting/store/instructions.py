"""What delegations asked their capitals, and which versions people have read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import Instruction, InstructionStep, Reading
from drafting.store.work import Work


def instruction(w: Work, instruction_id: UUID) -> Instruction | None:
    """Gives an instruction."""
    return w.session.get(Instruction, instruction_id)


def of_delegation(w: Work, draft_id: UUID, delegation_id: UUID) -> Sequence[Instruction]:
    """Gives what a delegation asked its capital, oldest first."""
    return w.session.scalars(
        select(Instruction)
        .where(Instruction.draft_id == draft_id, Instruction.delegation_id == delegation_id)
        .order_by(Instruction.created_at, Instruction.id)
    ).all()


def of_draft(w: Work, draft_id: UUID) -> Mapping[UUID, list[Instruction]]:
    """Gives all instructions on a draft by delegation. Whoever asks must sift them."""
    found: dict[UUID, list[Instruction]] = defaultdict(list)
    for one in w.session.scalars(
        select(Instruction)
        .where(Instruction.draft_id == draft_id)
        .order_by(Instruction.created_at, Instruction.id)
    ):
        found[one.delegation_id].append(one)
    return found


def steps(w: Work, draft_id: UUID, delegation_id: UUID) -> Mapping[UUID, list[InstructionStep]]:
    """Gives what became of each instruction of a delegation, in order."""
    found: dict[UUID, list[InstructionStep]] = defaultdict(list)
    for step in w.session.scalars(
        select(InstructionStep)
        .join(Instruction, Instruction.id == InstructionStep.instruction_id)
        .where(Instruction.draft_id == draft_id, Instruction.delegation_id == delegation_id)
        .order_by(InstructionStep.number)
    ):
        found[step.instruction_id].append(step)
    return found


def readings(w: Work, draft_id: UUID, person_id: UUID) -> Sequence[Reading]:
    """Gives which versions a person said they have read, in order."""
    return w.session.scalars(
        select(Reading)
        .where(Reading.draft_id == draft_id, Reading.person_id == person_id)
        .order_by(Reading.number)
    ).all()

"""Instructions: what a delegation asks its capital, and what of it the presidency is shown."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Subject(StrEnum):
    """What was asked about."""

    PARAGRAPH = "paragraph"
    SPONSORSHIP = "sponsorship"
    VOTE = "vote"


class Shown(StrEnum):
    """What the presidency is shown of an instruction that is awaited."""

    NOTHING = "nothing"
    PENDING = "pending"
    """That one waits, on what, and since when."""
    DUE = "due"
    """And until when."""


class InstructionState(StrEnum):
    """What became of an instruction."""

    ASKED = "asked"
    RECEIVED = "received"
    SUPERSEDED = "superseded"


def is_shown(shown: Shown, until: date | None, state: InstructionState, today: date) -> bool:
    """Tells whether the presidency is shown, on a day, that an instruction is awaited."""
    return (
        state is InstructionState.ASKED
        and shown is not Shown.NOTHING
        and (until is None or today <= until)
    )

"""The kinds of participant, and the person acting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is on one draft."""

    PRESIDENCY = "presidency"
    """The penholder's team: the only ones who edit the working text."""
    SECRETARIAT = "secretariat"
    HEAD = "head"
    """Head of delegation."""
    DELEGATE = "delegate"
    CAPITAL = "capital"
    """In the ministry at home: reads, and writes in the delegation's own ring only."""
    OBSERVER = "observer"
    """An organization or State without a vote: comments where invited, never sponsors."""


PRESIDENCY = "Presidency"
"""What redlines and Word files call the penholder's team, where its State is not named besides."""

ROLE_WORDS = {
    Role.PRESIDENCY: "the presidency",
    Role.SECRETARIAT: "the secretariat",
    Role.HEAD: "head of delegation",
    Role.DELEGATE: "delegate",
    Role.CAPITAL: "capital",
    Role.OBSERVER: "observer",
}

OF_A_DELEGATION = frozenset({Role.HEAD, Role.DELEGATE, Role.CAPITAL})
"""Roles that a person holds for a Member State or the State of Palestine."""


PRESIDENCY_SIDE = "presidency"
"""The side of the penholder's team, whatever delegation its people come from."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting on one draft, as the server knows them at this moment."""

    person_id: UUID
    session_id: UUID
    name: str
    draft_id: UUID
    role: Role
    delegation_id: UUID | None
    delegation: str
    """Short printed name of the delegation or organization; "" for the secretariat."""

    @property
    def side(self) -> str | None:
        """Whose proposals are their own: a delegation's id, PRESIDENCY_SIDE, or None for the secretariat."""
        if self.role is Role.PRESIDENCY:
            return PRESIDENCY_SIDE
        if self.role is Role.SECRETARIAT or self.delegation_id is None:
            return None
        return str(self.delegation_id)

    @property
    def printed(self) -> str:
        """The author as redlines and Word files print it: the delegation, or the presidency."""
        if self.role is Role.PRESIDENCY:
            return f"{PRESIDENCY} ({self.delegation})" if self.delegation else PRESIDENCY
        if self.role is Role.SECRETARIAT:
            return "Secretariat"
        return self.delegation

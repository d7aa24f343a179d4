"""Positions: how firm, for whom to see, and what may be answered to them."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from drafting.rules.audiences import Audience, AudienceKind
from drafting.rules.roles import Actor, Role
from drafting.text.proposal import Stance

TAKEN_BACK = "none"
"""The stance of a delegation that has taken its position back."""

ON_A_PARAGRAPH = (
    Stance.RETAIN,
    Stance.DELETE,
    Stance.AMEND,
    Stance.CAN_LIVE_WITH,
    Stance.RESERVE,
    Stance.OBJECT,
    Stance.SUPPORT,
)
ON_A_PROPOSAL = (Stance.SUPPORT, Stance.CAN_LIVE_WITH, Stance.RESERVE, Stance.OBJECT)


class Weight(StrEnum):
    """How much it matters to the delegation."""

    ESSENTIAL = "essential"
    DESIRABLE = "desirable"


class Certainty(StrEnum):
    """Whether the delegation's capital stands behind it."""

    PRELIMINARY = "preliminary"
    CONFIRMED = "confirmed"


class Met(StrEnum):
    """What became of a position in a version, as the delegation itself sees it."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class Outcome(StrEnum):
    """What the presidency answers."""

    ACCEPTED = "accepted"
    WILL_CONSIDER = "will_consider"
    NOT_RETAINED = "not_retained"


def audience(kind: str, delegation_id: UUID) -> Audience:
    """Gives the audience of a position of this delegation."""
    found = AudienceKind(kind)
    return Audience(found, None if found is AudienceKind.EVERYONE else delegation_id)


AUDIENCES = (AudienceKind.DELEGATION, AudienceKind.PRESIDENCY, AudienceKind.EVERYONE)
"""Whom a position may be for, narrowest first."""


def may_choose(actor: Actor, kind: AudienceKind) -> bool:
    """Tells whether a person may take a position for this audience."""
    if kind not in AUDIENCES:
        return False
    return actor.role is not Role.CAPITAL or kind is AudienceKind.DELEGATION


def covers(other: Audience, mine: Audience) -> bool:
    """Tells whether everyone who sees `mine` sees `other`: so one may follow it and tell nothing."""
    if other.kind is AudienceKind.EVERYONE:
        return True
    if other.delegation_id != mine.delegation_id:
        return False
    return other == mine or (
        mine.kind is AudienceKind.DELEGATION and other.kind is AudienceKind.PRESIDENCY
    )

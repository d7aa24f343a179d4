"""Who may see a comment, who may choose which audience, and which audience is wider."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from drafting.rules.roles import OF_A_DELEGATION, Actor, Role


class AudienceKind(StrEnum):
    """How far a thing goes."""

    DELEGATION = "delegation"
    """One delegation, its capital included."""
    PRESIDENCY = "presidency"
    """One delegation and the presidency."""
    TEAM = "team"
    """The presidency's team."""
    EVERYONE = "everyone"
    """Everyone on the draft."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see a thing; `delegation_id` is set for the first two kinds and for those alone."""

    kind: AudienceKind
    delegation_id: UUID | None = None


EVERYONE = Audience(AudienceKind.EVERYONE)
TEAM = Audience(AudienceKind.TEAM)


def is_one(audience: Audience) -> bool:
    """Tells whether an audience names a delegation just where its kind needs one."""
    needs = audience.kind in (AudienceKind.DELEGATION, AudienceKind.PRESIDENCY)
    return (audience.delegation_id is not None) is needs


def may_see(actor: Actor, audience: Audience) -> bool:
    """Tells whether a person on the draft belongs to the audience."""
    match audience.kind:
        case AudienceKind.EVERYONE:
            return True
        case AudienceKind.TEAM:
            return actor.role is Role.PRESIDENCY
        case AudienceKind.DELEGATION:
            return _of(actor, audience.delegation_id)
        case AudienceKind.PRESIDENCY:
            return actor.role is Role.PRESIDENCY or _of(actor, audience.delegation_id)


def _of(actor: Actor, delegation_id: UUID | None) -> bool:
    """A person of the presidency acts for the presidency, never for the delegation it comes from."""
    return (
        delegation_id is not None
        and actor.delegation_id == delegation_id
        and (actor.role in OF_A_DELEGATION or actor.role is Role.OBSERVER)
    )


def may_choose(actor: Actor, audience: Audience, *, addressable: frozenset[UUID]) -> bool:
    """Tells whether a person may post to the audience.

    `addressable` are the delegations on the draft, to one of which the presidency may write.
    """
    if not is_one(audience) or not may_see(actor, audience):
        return False
    if actor.role is Role.CAPITAL:
        return audience.kind is AudienceKind.DELEGATION
    if actor.role is Role.SECRETARIAT:
        return audience.kind is AudienceKind.EVERYONE
    if actor.role is Role.PRESIDENCY and audience.kind is AudienceKind.PRESIDENCY:
        return audience.delegation_id in addressable
    return True


def choices(actor: Actor, *, addressable: list[UUID]) -> list[Audience]:
    """Gives the audiences a person may choose at the posting box, narrowest first."""
    own = actor.delegation_id
    match actor.role:
        case Role.PRESIDENCY:
            return [TEAM, *(Audience(AudienceKind.PRESIDENCY, d) for d in addressable), EVERYONE]
        case Role.SECRETARIAT:
            return [EVERYONE]
        case Role.CAPITAL:
            return [Audience(AudienceKind.DELEGATION, own)]
        case Role.HEAD | Role.DELEGATE | Role.OBSERVER:
            return [
                Audience(AudienceKind.DELEGATION, own),
                Audience(AudienceKind.PRESIDENCY, own),
                EVERYONE,
            ]


def is_wider(new: Audience, old: Audience) -> bool:
    """Tells whether `new` holds all of `old` and more."""
    match old.kind:
        case AudienceKind.EVERYONE:
            return False
        case AudienceKind.DELEGATION:
            return new == EVERYONE or new == Audience(AudienceKind.PRESIDENCY, old.delegation_id)
        case AudienceKind.PRESIDENCY:
            return new == EVERYONE
        case AudienceKind.TEAM:
            return new.kind in (AudienceKind.EVERYONE, AudienceKind.PRESIDENCY)


def in_words(audience: Audience, delegation: str) -> str:
    """Gives the audience as the posting box says it; `delegation` is its short printed name."""
    match audience.kind:
        case AudienceKind.DELEGATION:
            return f"{delegation} only"
        case AudienceKind.PRESIDENCY:
            return f"{delegation} and the presidency"
        case AudienceKind.TEAM:
            return "The presidency's team only"
        case AudienceKind.EVERYONE:
            return "Everyone on this draft"

"""Whose a chain of the record is: one for each audience, and who may read which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from drafting.rules.audiences import Audience, AudienceKind, may_see
from drafting.rules.proposals import Circle, Standing
from drafting.rules.proposals import may_see as may_see_proposal
from drafting.rules.roles import OF_A_DELEGATION, Actor, Role


class Ring(StrEnum):
    """What kind of audience a chain is for; a chain is called by it, with the id of what it is about."""

    EVERYONE = "everyone"
    """Everyone on the draft."""
    TEAM = "team"
    """The presidency's team."""
    OFFICE = "office"
    """The presidency and the secretariat: votes, earlier years, whom one means to win."""
    DELEGATION = "delegation"
    """One delegation, its capital included."""
    PRESIDENCY = "presidency"
    """One delegation and the presidency."""
    BOARD = "board"
    """One delegation, the presidency and the secretariat."""
    PLACES = "places"
    """Who has a place on the draft: the presidency, the secretariat and, of its own, a head."""
    CAPITAL = "capital"
    """Whom a delegation has at home: its head of delegation."""
    OWNERS = "owners"
    """Those who draft a proposal."""
    PROPOSAL = "proposal"
    """Those whose a proposal is, and the presidency."""
    PERSON = "person"
    """One person."""


EVERYONE = Ring.EVERYONE.value
TEAM = Ring.TEAM.value
OFFICE = Ring.OFFICE.value

_NAMED = frozenset(Ring) - {Ring.EVERYONE, Ring.TEAM, Ring.OFFICE}


def name(ring: Ring, thing_id: UUID | None) -> str:
    """Gives what a chain is called: "board:" and the delegation's id; the office's for no delegation."""
    if thing_id is None:
        return OFFICE
    return f"{ring.value}:{thing_id}"


def of_audience(kind: str, delegation_id: UUID | None) -> str:
    """Gives the chain of a thread, a position or the reason of an answer, by its audience."""
    if delegation_id is None or kind in (AudienceKind.EVERYONE, AudienceKind.TEAM):
        return kind
    return name(Ring(kind), delegation_id)


def read(chain: str) -> tuple[Ring, UUID | None]:
    """Gives what a chain's name says. Raises ValueError for what is none."""
    kind, _, thing = chain.partition(":")
    ring = Ring(kind)
    if bool(thing) is not (ring in _NAMED):
        raise ValueError(chain)
    return ring, UUID(thing) if thing else None


def may_read(  # noqa: PLR0911 - one answer for each kind of audience
    actor: Actor, chain: str, standing: Callable[[UUID], Standing | None]
) -> bool:
    """Tells whether a person on the draft belongs to a chain's audience.

    `standing` gives a proposal's, by its id.
    """
    ring, thing = read(chain)
    office = actor.role in (Role.PRESIDENCY, Role.SECRETARIAT)
    match ring:
        case Ring.EVERYONE:
            return True
        case Ring.TEAM:
            return actor.role is Role.PRESIDENCY
        case Ring.OFFICE:
            return office
        case Ring.DELEGATION | Ring.PRESIDENCY:
            return may_see(actor, Audience(AudienceKind(ring.value), thing))
        case Ring.BOARD:
            return office or (actor.delegation_id == thing and actor.role in OF_A_DELEGATION)
        case Ring.PLACES:
            return office or (actor.delegation_id == thing and actor.role is Role.HEAD)
        case Ring.CAPITAL:
            return actor.delegation_id == thing and actor.role is Role.HEAD
        case Ring.PERSON:
            return actor.person_id == thing
        case Ring.OWNERS | Ring.PROPOSAL:
            found = None if thing is None else standing(thing)
            circle = Circle.OWNERS if ring is Ring.OWNERS else Circle.PRESIDENCY
            return found is not None and may_see_proposal(actor, replace(found, circle=circle))


def in_words(chain: str, delegation: Callable[[UUID], str]) -> str:
    """Gives a chain's audience as the page says it; `delegation` gives a short printed name."""
    ring, thing = read(chain)
    called = "" if thing is None else delegation(thing)
    return {
        Ring.EVERYONE: "Everyone on this draft",
        Ring.TEAM: "The presidency’s team",
        Ring.OFFICE: "The presidency and the secretariat",
        Ring.DELEGATION: called,
        Ring.PRESIDENCY: f"{called} and the presidency",
        Ring.BOARD: f"{called}, the presidency and the secretariat",
        Ring.PLACES: f"People of {called}",
        Ring.CAPITAL: f"The capital of {called}",
        Ring.OWNERS: "A proposal, while it was drafted",
        Ring.PROPOSAL: "A proposal, its owners and the presidency",
        Ring.PERSON: "What you have read",
    }[ring]

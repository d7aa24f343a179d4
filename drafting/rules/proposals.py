"""Proposals: their stages, who sees one, and who may do what with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from drafting.rules.roles import PRESIDENCY_SIDE, Actor, Role


class Stage(StrEnum):
    """Where a proposal has got to."""

    DRAFT = "draft"
    """Being written: its owners alone know of it."""
    PUT_FORWARD = "put_forward"
    ACCEPTED = "accepted"
    MODIFIED = "modified"
    """Accepted as modified."""
    NOT_RETAINED = "not_retained"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    """Its owners put another in its place."""
    MOOT = "moot"
    """Overtaken by what was accepted."""


LIVE = frozenset({Stage.DRAFT, Stage.PUT_FORWARD})
"""The stages in which something may still come of it."""


class Circle(StrEnum):
    """How far a proposal goes; its owners always see it."""

    OWNERS = "owners"
    PRESIDENCY = "presidency"
    """Its owners and the presidency."""
    EVERYONE = "everyone"


_WIDTH = {Circle.OWNERS: 0, Circle.PRESIDENCY: 1, Circle.EVERYONE: 2}


class Act(StrEnum):
    """What may be done with a proposal."""

    WRITE = "write"
    SHARE = "share"
    PUT_FORWARD = "put_forward"
    WIDEN = "widen"
    WITHDRAW = "withdraw"
    REVISE = "revise"
    CONFIRM = "confirm"
    """Say, as its author, that it stands as re-based."""
    SENTENCE = "sentence"
    RESPOND = "respond"
    ACCEPT = "accept"
    TAKE_POSITION = "take_position"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of a proposal; `owners` are sides (`Actor.side`), in order."""

    stage: Stage
    circle: Circle
    owners: tuple[str, ...]


def may_see(actor: Actor, proposal: Standing) -> bool:
    """Tells whether a person on the draft may know of a proposal."""
    if _owns(actor.role, actor.side, proposal) and not _elsewhere(actor, proposal):
        return True
    match proposal.circle:
        case Circle.OWNERS:
            return False
        case Circle.PRESIDENCY:
            return actor.role is Role.PRESIDENCY
        case Circle.EVERYONE:
            return True


def _owns(role: Role, side: str | None, proposal: Standing) -> bool:
    """Tells whether a proposal is that of a person's side; observers make none."""
    return side is not None and side in proposal.owners and role is not Role.OBSERVER


def _elsewhere(actor: Actor, proposal: Standing) -> bool:
    """A capital reads in its delegation's ring only: not what is drafted with others."""
    return (
        actor.role is Role.CAPITAL and proposal.circle is Circle.OWNERS and len(proposal.owners) > 1
    )


def reads(role: Role, side: str | None, proposal: Standing) -> bool:
    """Tells whether whoever has this role and side is told of words typed in a proposal."""
    return _owns(role, side, proposal) and (role is not Role.CAPITAL or len(proposal.owners) == 1)


def acts(actor: Actor, proposal: Standing) -> list[Act]:
    """Gives what a person who sees a proposal may do with it."""
    own = _owns(actor.role, actor.side, proposal)
    capital = actor.role is Role.CAPITAL
    out: list[Act] = []
    if own and proposal.stage is Stage.DRAFT:
        if not capital or len(proposal.owners) == 1:
            out += [Act.WRITE, Act.SENTENCE, Act.CONFIRM]
        if not capital:
            out += [Act.SHARE, Act.PUT_FORWARD, Act.WITHDRAW]
    if own and not capital and proposal.stage is Stage.PUT_FORWARD:
        out += [Act.SENTENCE, Act.CONFIRM, Act.WITHDRAW, Act.REVISE]
        if proposal.circle is not Circle.EVERYONE:
            out.append(Act.WIDEN)
    if proposal.stage is Stage.PUT_FORWARD:
        if actor.role is Role.PRESIDENCY:
            out += [Act.RESPOND, Act.ACCEPT]
        if actor.role in (Role.HEAD, Role.DELEGATE) and not own:
            out.append(Act.TAKE_POSITION)
    return out


def may_enter_for_others(actor: Actor) -> bool:
    """Tells whether a person enters what a delegation has sent on paper, on that delegation's word.

    As with sponsors: the presidency may, and the record says that it did. What it enters is then
    the delegation's own, and never hidden from the presidency that typed it.
    """
    return actor.role is Role.PRESIDENCY


def circles(circle: Circle) -> list[Circle]:
    """Gives the circles a proposal may be put forward to, or widened to, narrowest first."""
    return [one for one in (Circle.PRESIDENCY, Circle.EVERYONE) if _WIDTH[one] > _WIDTH[circle]]


def reason_seen(actor: Actor, circle: Circle, owners: Collection[str]) -> bool:
    """Tells whether a person who sees a proposal may read a reason meant for this circle."""
    if circle is Circle.EVERYONE or actor.role is Role.PRESIDENCY:
        return True
    return actor.side is not None and actor.side in owners


def in_words(circle: Circle, owners: Collection[str]) -> str:
    """Gives a circle as the page says it; `owners` are printed names."""
    names = [name for name in owners if name != "The presidency"]
    listed = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
    ours = len(names) < len(owners)
    match circle:
        case Circle.EVERYONE:
            return "Everyone on this draft"
        case Circle.OWNERS if not names:
            return "The presidency’s team only"
        case Circle.OWNERS if not ours:
            return f"{listed} only"
        case _:
            return f"{listed} and the presidency" if names else "The presidency’s team only"


PRESIDENCY_NAME = "The presidency"
"""What the presidency is called as the owner of a proposal."""


def side_of(delegation: str | None) -> str:
    """Gives an owner's side: a delegation's id, or the presidency's for none."""
    return PRESIDENCY_SIDE if delegation is None else delegation

"""The one place that decides who may do what on a draft."""

from __future__ import annotations

from enum import StrEnum

from drafting.errors import NotAllowed
from drafting.rules.roles import OF_A_DELEGATION, Actor, Role


class Right(StrEnum):
    """Something that may be done on a draft by those whose role allows it."""

    SEE = "see"
    """Read the working text, its versions, its history, and the comments meant for one."""
    COMMENT = "comment"
    EXPORT = "export"
    EDIT_TEXT = "edit_text"
    """Type in the working text, and do the deeds of structure."""
    SEAL = "seal"
    """Seal a version; restore an earlier one."""
    PURGE = "purge"
    """Purge words that were pasted by mistake from the history."""
    SEE_PEOPLE = "see_people"
    """See who has a place on the draft."""
    INVITE = "invite"
    """Invite people, withdraw invitations, end places."""
    PROPOSE = "propose"
    """Write proposals. A capital does so within its delegation's ring, and puts none forward."""
    TAKE_POSITION = "take_position"
    """Say where one's delegation stands. A capital does so within its delegation's ring."""
    ANSWER = "answer"
    """Accept proposals, answer positions, say what is agreed and what is technical."""


_ALL = frozenset(Role)
_PRESIDENCY = frozenset({Role.PRESIDENCY})
_TEAM = frozenset({Role.PRESIDENCY, Role.SECRETARIAT})

RIGHTS: dict[Right, frozenset[Role]] = {
    Right.SEE: _ALL,
    Right.COMMENT: _ALL,
    Right.EXPORT: _ALL,
    Right.EDIT_TEXT: _PRESIDENCY,
    Right.SEAL: _PRESIDENCY,
    Right.PURGE: _PRESIDENCY,
    Right.SEE_PEOPLE: _TEAM | {Role.HEAD},
    Right.INVITE: _TEAM | {Role.HEAD},
    Right.PROPOSE: _PRESIDENCY | OF_A_DELEGATION,
    Right.TAKE_POSITION: OF_A_DELEGATION,
    Right.ANSWER: _PRESIDENCY,
}
"""Which roles have which right. Design: only the penholder's team edits the working text."""

MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.PRESIDENCY: _ALL,
    Role.SECRETARIAT: frozenset({Role.HEAD, Role.DELEGATE, Role.OBSERVER, Role.SECRETARIAT}),
    Role.HEAD: frozenset({Role.DELEGATE, Role.CAPITAL}),
}
"""Whom each role may invite and whose places it may end; a head of delegation their own only."""


def rights_of(actor: Actor) -> list[Right]:
    """Gives the rights of a person on a draft, in the order above."""
    return [right for right, roles in RIGHTS.items() if actor.role in roles]


def require(actor: Actor, right: Right) -> None:
    """Refuses: NotAllowed when the person's role does not have the right."""
    if actor.role not in RIGHTS[right]:
        raise NotAllowed(detail=_WHY_NOT.get(right))


_WHY_NOT = {
    Right.EDIT_TEXT: "Only the presidency edits the working text. You can comment on these words.",
    Right.SEAL: "Only the presidency seals versions.",
    Right.PURGE: "Only the presidency purges words from the history.",
    Right.INVITE: "Only the presidency, the secretariat and heads of delegation invite people.",
    Right.PROPOSE: "Delegations and the presidency make proposals. You can comment on these words.",
    Right.TAKE_POSITION: "Delegations take positions. You can comment on these words.",
    Right.ANSWER: "Only the presidency decides on proposals and says what is agreed.",
}

"""Who is asked for a second factor, and what a password must be then."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from drafting.rules.roles import Role


class Demand(StrEnum):
    """What a server asks of those it should be asked of."""

    OFF = "off"
    OFFERED = "offered"
    """They are reminded, and sign in without."""
    REQUIRED = "required"
    """They have none, they set one up before they come in."""


ASKED_OF = frozenset({Role.PRESIDENCY, Role.SECRETARIAT, Role.HEAD})
"""Those whose session gives away more than their own: the team, and who speaks for a State."""


def is_asked(roles: Collection[str]) -> bool:
    """Tells whether somebody with these roles should have a second factor."""
    return any(Role(role) in ASKED_OF for role in roles)


PASSWORD_ALONE_MIN_CHARS = 15
PASSWORD_BESIDE_MIN_CHARS = 8
"""NIST SP 800-63B-4: fifteen characters for a password used alone, eight beside a second factor."""
PASSWORD_MAX_CHARS = 128

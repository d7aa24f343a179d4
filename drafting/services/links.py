"""Links that sign one person in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import LinkSpent
from drafting.ids import hashed
from drafting.services import sessions
from drafting.store import links as kept
from drafting.store import people as kept_people
from drafting.store.tables import Person, SignInLink
from drafting.store.work import Work


def sign_in_link(w: Work, person_id: UUID, *, valid_s: int, reusable: bool = False) -> str:
    """Makes a link's token that signs a person in."""
    token = ids.new_token(f"link:{person_id}")
    w.session.add(
        SignInLink(
            token_hash=hashed(token),
            person_id=person_id,
            expires_at=w.now + timedelta(seconds=valid_s),
            reusable=reusable,
            used_at=None,
        )
    )
    return token


def read_link(w: Work, token: str) -> Person:
    """Gives whom a sign-in link signs in.

    Refuses: LinkSpent when it is wrong, used or expired.
    """
    link = kept.sign_in_link(w, hashed(token))
    person = None if link is None else kept_people.person(w, link.person_id)
    if (
        link is None
        or person is None
        or person.ended_at is not None
        or link.expires_at <= w.now
        or (link.used_at is not None and not link.reusable)
    ):
        raise LinkSpent
    return person


def enter(w: Work, config: Config, token: str, device: str) -> str:
    """Signs in by a link and gives the session's token. Refuses: LinkSpent."""
    person = read_link(w, token)
    link = kept.sign_in_link(w, hashed(token))
    if link is not None:
        link.used_at = w.now
    return sessions.begin(w, config, person.id, device)


def read_link_owner(w: Work, token: str) -> UUID:
    """Gives whom a sign-in link that was just used has signed in."""
    link = kept.sign_in_link(w, hashed(token))
    if link is None:
        raise LinkSpent
    return link.person_id

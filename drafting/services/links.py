"""Links that sign one person in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from drafting import ids
from drafting.errors import LinkSpent
from drafting.ids import hashed
from drafting.services.arrivals import SAMPLE
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


def spend(w: Work, token: str) -> tuple[UUID, str]:
    """Uses a link: gives whom it signs in, and by what method that counts as. Refuses: LinkSpent."""
    person = read_link(w, token)
    link = kept.sign_in_link(w, hashed(token))
    if link is None:
        raise LinkSpent
    link.used_at = w.now
    return person.id, SAMPLE if link.reusable else "link"

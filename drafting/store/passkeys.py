"""Passkeys, and the challenges they are asked to sign."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from drafting.store.tables import Challenge, Passkey
from drafting.store.work import Work


def of(w: Work, person_id: UUID) -> Sequence[Passkey]:
    """Gives a person's passkeys, the oldest first."""
    return w.session.scalars(
        select(Passkey)
        .where(Passkey.person_id == person_id, Passkey.ended_at.is_(None))
        .order_by(Passkey.made_at, Passkey.id)
    ).all()


def by_credential(w: Work, credential_id: bytes) -> Passkey | None:
    """Gives the passkey with this credential id, unless it has ended."""
    return w.session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential_id, Passkey.ended_at.is_(None))
        .with_for_update()
    )


def exists(w: Work, credential_id: bytes) -> bool:
    """Tells whether a credential id was ever used here."""
    return (
        w.session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id))
        is not None
    )


def passkey(w: Work, passkey_id: UUID) -> Passkey | None:
    """Gives a passkey."""
    return w.session.get(Passkey, passkey_id)


def take_challenge(w: Work, challenge: bytes) -> Challenge | None:
    """Spends a challenge; None when there is no such one, or it is too old."""
    found = w.session.get(Challenge, challenge, with_for_update=True)
    if found is None:
        return None
    w.session.delete(found)
    return found if found.expires_at > w.now else None


def forget_old(w: Work) -> None:
    """Drops challenges that nobody answered."""
    w.session.execute(delete(Challenge).where(Challenge.expires_at < w.now))

"""Sign-ins that wait for a second factor, and devices that have signed in before."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from drafting.store.tables import Arrival, KnownDevice, Place
from drafting.store.work import Work


def arrival(w: Work, token_hash: str) -> Arrival | None:
    """Gives a sign-in that waits for its second factor."""
    return w.session.scalar(
        select(Arrival).where(Arrival.token_hash == token_hash, Arrival.expires_at > w.now)
    )


def end(w: Work, token_hash: str) -> None:
    """Ends a waiting sign-in, and drops those that are too old."""
    w.session.execute(
        delete(Arrival).where((Arrival.token_hash == token_hash) | (Arrival.expires_at < w.now))
    )


def end_all(w: Work, person_id: UUID) -> None:
    """Ends a person's waiting sign-ins and makes their devices unknown again."""
    w.session.execute(delete(Arrival).where(Arrival.person_id == person_id))
    w.session.execute(delete(KnownDevice).where(KnownDevice.person_id == person_id))


def known(w: Work, token_hash: str, person_id: UUID) -> KnownDevice | None:
    """Gives what is known of a device for a person."""
    return w.session.scalar(
        select(KnownDevice).where(
            KnownDevice.token_hash == token_hash,
            KnownDevice.person_id == person_id,
            KnownDevice.expires_at > w.now,
        )
    )


def knows_any(w: Work, person_id: UUID) -> bool:
    """Tells whether a person has signed in on any device that is still known."""
    return (
        w.session.scalar(
            select(KnownDevice.token_hash)
            .where(KnownDevice.person_id == person_id, KnownDevice.expires_at > w.now)
            .limit(1)
        )
        is not None
    )


def forget_old(w: Work) -> None:
    """Drops devices not seen for long."""
    w.session.execute(delete(KnownDevice).where(KnownDevice.expires_at < w.now))


def roles(w: Work, person_id: UUID) -> set[str]:
    """Gives the roles a person holds on any draft."""
    return set(
        w.session.scalars(
            select(Place.role).where(Place.person_id == person_id, Place.ended_at.is_(None))
        )
    )

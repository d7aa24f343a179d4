"""Who people are at identity providers, and who has been sent to one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from drafting.store.tables import Errand, Identity
from drafting.store.work import Work


def identity(w: Work, issuer: str, subject: str) -> Identity | None:
    """Gives whose an identity is, unless it has been unlinked."""
    return w.session.scalar(
        select(Identity).where(
            Identity.issuer == issuer, Identity.subject == subject, Identity.ended_at.is_(None)
        )
    )


def of(w: Work, person_id: UUID) -> Sequence[Identity]:
    """Gives a person's identities, the oldest first."""
    return w.session.scalars(
        select(Identity)
        .where(Identity.person_id == person_id, Identity.ended_at.is_(None))
        .order_by(Identity.made_at, Identity.id)
    ).all()


def by_id(w: Work, identity_id: UUID) -> Identity | None:
    """Gives an identity."""
    return w.session.get(Identity, identity_id)


def take_errand(w: Work, state_hash: str) -> Errand | None:
    """Spends an errand; None when there is no such one, or it is too old."""
    found = w.session.get(Errand, state_hash, with_for_update=True)
    w.session.execute(delete(Errand).where(Errand.expires_at < w.now))
    if found is None:
        return None
    good = found.expires_at > w.now
    if good:
        w.session.delete(found)
    return found if good else None

"""Invitations to a draft."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import Invitation
from drafting.store.work import Work


def invitation_by_token(w: Work, token_hash: str) -> Invitation | None:
    """Gives the invitation with this token, whatever became of it."""
    return w.session.scalar(
        select(Invitation).where(Invitation.token_hash == token_hash).with_for_update()
    )


def invitation(w: Work, invitation_id: UUID) -> Invitation | None:
    """Gives an invitation."""
    return w.session.get(Invitation, invitation_id)


def invitations(w: Work, draft_id: UUID) -> Sequence[Invitation]:
    """Gives a draft's invitations that can still be used, newest first."""
    return w.session.scalars(
        select(Invitation)
        .where(
            Invitation.draft_id == draft_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > w.now,
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
    ).all()

"""Positions, what became of them, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from drafting.store.tables import Position, PositionMark, PositionResponse
from drafting.store.work import Work


def position(w: Work, position_id: UUID) -> Position | None:
    """Gives a position."""
    return w.session.get(Position, position_id)


def of_draft(w: Work, draft_id: UUID) -> Sequence[Position]:
    """Gives all positions on a draft, each delegation's in order. Whoever asks must sift them."""
    return w.session.scalars(
        select(Position)
        .where(Position.draft_id == draft_id)
        .order_by(Position.delegation_id, Position.number)
    ).all()


def last_number(w: Work, draft_id: UUID, delegation_id: UUID) -> int:
    """Gives the number of a delegation's last position on a draft; 0 before the first."""
    return (
        w.session.scalar(
            select(func.max(Position.number)).where(
                Position.draft_id == draft_id, Position.delegation_id == delegation_id
            )
        )
        or 0
    )


def marks(w: Work, position_ids: Sequence[UUID]) -> dict[UUID, list[PositionMark]]:
    """Gives what their delegations said became of positions, in order."""
    found: dict[UUID, list[PositionMark]] = {one: [] for one in position_ids}
    for mark in w.session.scalars(
        select(PositionMark)
        .where(PositionMark.position_id.in_(position_ids))
        .order_by(PositionMark.number)
    ):
        found[mark.position_id].append(mark)
    return found


def responses(w: Work, position_ids: Sequence[UUID]) -> dict[UUID, list[PositionResponse]]:
    """Gives what the presidency answered to positions, in order."""
    found: dict[UUID, list[PositionResponse]] = {one: [] for one in position_ids}
    for response in w.session.scalars(
        select(PositionResponse)
        .where(PositionResponse.position_id.in_(position_ids))
        .order_by(PositionResponse.number)
    ):
        found[response.position_id].append(response)
    return found

"""What persons said of changes: technical or substantive."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import NatureVerdict
from drafting.store.work import Work


def verdicts(
    w: Work, draft_id: UUID, from_number: int, to_number: int
) -> dict[UUID, list[NatureVerdict]]:
    """Gives what persons said of the paragraphs of one redline, in order, by paragraph."""
    found: dict[UUID, list[NatureVerdict]] = {}
    for verdict in w.session.scalars(
        select(NatureVerdict)
        .where(
            NatureVerdict.draft_id == draft_id,
            NatureVerdict.from_number == from_number,
            NatureVerdict.to_number == to_number,
        )
        .order_by(NatureVerdict.number)
    ):
        found.setdefault(verdict.paragraph_id, []).append(verdict)
    return found

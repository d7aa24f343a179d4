"""Last year's text forward: which technical updates were refused."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import RefusedUpdate
from drafting.store.work import Work

Key = tuple[str, UUID, str]
"""What an update brings up to date, of which paragraph, and the hash of the words it is about."""


def last_said(w: Work, draft_id: UUID) -> dict[Key, RefusedUpdate]:
    """Gives the last word on each update of a draft that was ever refused."""
    rows = w.session.scalars(
        select(RefusedUpdate)
        .where(RefusedUpdate.draft_id == draft_id)
        .order_by(RefusedUpdate.number)
    )
    return {(row.kind, row.paragraph_id, row.words_hash): row for row in rows}

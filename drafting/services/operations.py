"""A repeated call has no second effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drafting.errors import Conflict
from drafting.services.editing import fingerprint_of
from drafting.store import people as kept
from drafting.store.tables import Operation
from drafting.store.work import Work


def once(
    w: Work, person_id: UUID, operation_id: UUID, asked: object, do: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Does something once for a client's id, and gives the same answer when it is asked again.

    Refuses: Conflict when the person used the id for something else.
    """
    fingerprint = fingerprint_of(asked)
    w.person_id = person_id
    before = kept.operation(w, person_id, operation_id)
    if before is not None:
        if before.fingerprint != fingerprint:
            raise Conflict
        return before.answer
    answer = do()
    w.session.add(
        Operation(
            person_id=person_id, id=operation_id, fingerprint=fingerprint, answer=answer, at=w.now
        )
    )
    return answer

"""A record that was taken out elsewhere, brought in: the same draft, under the same ids."""

from __future__ import annotations

from uuid import UUID

from drafting.errors import Conflict, Unreadable
from drafting.formats import record_lines
from drafting.rules.roles import Role
from drafting.services import people
from drafting.store import people as kept_people
from drafting.store import record_in as kept
from drafting.store.work import Work


def bring_in(w: Work, data: bytes, *, owner_id: UUID | None = None) -> UUID:
    """Brings the record of a draft in and gives the draft's id; `owner_id` becomes its presidency.

    Refuses: Unreadable for a file that is damaged, whose record is not whole, or that holds one
    reader's view alone; Conflict for a draft that is here already.
    """
    found = record_lines.check(data)
    if found.faults:
        raise Unreadable(
            detail=f"This record is not as it was recorded: {found.faults[0].sentence} "
            "Nothing was stored."
        )
    record = record_lines.read(data)
    if record.view != record_lines.EVERYTHING:
        raise Unreadable(
            detail=f"This is the record as {record.view} sees it. Only the whole record, as its "
            "operator takes it out, can be brought in. Nothing was stored."
        )
    if kept.is_here(w, record):
        raise Conflict(detail="This draft is here already; nothing was stored.")
    try:
        kept.bring_in(w, record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(
            detail="Something in this record is not of the expected form. Nothing was stored."
        ) from error
    draft_id = UUID(record.draft)
    if owner_id is not None and kept_people.place_of(w, draft_id, owner_id) is None:
        people.give_place(
            w, draft_id=draft_id, person_id=owner_id, role=Role.PRESIDENCY, delegation_id=None
        )
    return draft_id

"""What may be told after a commit. Told in the order of the commits, to whoever listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeedDone:
    """A deed of structure was done to a draft; `data` is the `deed` event of docs/live.md."""

    draft_id: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VersionSealed:
    """A version was sealed; `data` is the `version` event of docs/live.md."""

    draft_id: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ThreadChanged:
    """A thread is new or other than it was. It is read again for each of those who may see it."""

    draft_id: UUID
    thread_id: UUID


@dataclass(frozen=True, slots=True)
class ProposalChanged:
    """A proposal is new or other than it was. It is read again for each of those who may see it."""

    draft_id: UUID
    proposal_id: UUID


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position is new or other than it was. It is read again for each of those who may see it."""

    draft_id: UUID
    position_id: UUID


@dataclass(frozen=True, slots=True)
class AgreementChanged:
    """How far something is agreed has changed; `data` is the `agreement` event of docs/live.md."""

    draft_id: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SponsorshipChanged:
    """What a delegation sees of its own sponsorship or instructions is other than it was."""

    draft_id: UUID
    delegation_id: UUID


@dataclass(frozen=True, slots=True)
class SponsorsListed:
    """What everyone on a draft sees of its sponsors is other than it was."""

    draft_id: UUID


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """What those who see the board see of votes and of earlier years is other than it was."""

    draft_id: UUID


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """A State's row on the presidency's board is other than it was."""

    draft_id: UUID
    delegation_id: UUID
    secretariat: bool
    """Whether the secretariat's row is as well; otherwise the presidency alone is told."""


@dataclass(frozen=True, slots=True)
class WorkingTextChanged:
    """An edit was stored outside the live desk (a restoration); `data` is a `change` event."""

    draft_id: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WordsStored:
    """Edits came to a live desk and were stored: which versions of which texts, in order.

    For other server processes alone: the desk itself tells its own people.
    """

    draft_id: UUID
    words: tuple[tuple[UUID, int], ...]


@dataclass(frozen=True, slots=True)
class PlaceEnded:
    """A person no longer has a place on a draft, or has another."""

    draft_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session was ended."""

    session_id: UUID


Event = (
    DeedDone
    | VersionSealed
    | ThreadChanged
    | ProposalChanged
    | PositionChanged
    | AgreementChanged
    | SponsorshipChanged
    | SponsorsListed
    | RecordChanged
    | BoardChanged
    | WorkingTextChanged
    | WordsStored
    | PlaceEnded
    | SessionEnded
)

__all__ = [
    "AgreementChanged",
    "BoardChanged",
    "DeedDone",
    "Event",
    "PlaceEnded",
    "PositionChanged",
    "ProposalChanged",
    "RecordChanged",
    "SessionEnded",
    "SponsorsListed",
    "SponsorshipChanged",
    "ThreadChanged",
    "VersionSealed",
    "WordsStored",
    "WorkingTextChanged",
]

"""Tables of last year's text forward: what was refused."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class RefusedUpdate(Base):
    """A technical update that was refused, or brought back. The last row of each counts."""

    __tablename__ = "refused_updates"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    paragraph_id: Mapped[UUID] = mapped_column(ForeignKey("paragraphs.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    words_hash: Mapped[str] = mapped_column(primary_key=True)
    """What tells the words it is about from others of the paragraph; no words are kept."""
    number: Mapped[int] = mapped_column(primary_key=True)
    refused: Mapped[bool]
    """Or brought back."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    at: Mapped[datetime]

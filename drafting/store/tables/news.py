"""News: what happened, kept for a while so that every server process can tell its own people."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class NewsHead(Base):
    """How many pieces of news a draft has had.

    Its row is locked last in a transaction, so the numbers stand in the order of the commits.
    """

    __tablename__ = "news_heads"

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The draft; of what belongs to no draft (a session that ended) the id of zeros."""
    number: Mapped[int]


class NewsItem(Base):
    """What one transaction did to one draft. Taken away again after some minutes."""

    __tablename__ = "news"

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[UUID]
    """The server process that did it."""
    events: Mapped[list[Any]]
    """What happened, in order: `drafting/store/news.py`."""
    at: Mapped[datetime] = mapped_column(index=True)

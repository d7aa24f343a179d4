"""The record's hash chains: their entries, their heads, and which typed changes they tell of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class ChainEntry(Base):
    """An entry of a chain. Append-only."""

    __tablename__ = "chain_entries"
    __table_args__ = (Index("ix_chain_entries_what", "draft_id", "chain", "what", "version"),)

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    chain: Mapped[str] = mapped_column(primary_key=True)
    """Whose it is: rules/chains."""
    number: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str]
    what: Mapped[str]
    version: Mapped[int | None]
    """The last version sealed by then: the first entry with a number is the one that sealed it."""
    entry: Mapped[dict[str, Any]]
    """All that the hash is made over: docs/record.md."""


class ChainHead(Base):
    """The last entry of a chain; whoever adds one holds this row."""

    __tablename__ = "chain_heads"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]


class ChainText(Base):
    """Up to which version the entries tell of a text."""

    __tablename__ = "chain_texts"

    text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id"), primary_key=True)
    version: Mapped[int]

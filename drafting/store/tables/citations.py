"""What is known of resolutions that texts cite."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class KnownResolution(Base):
    """A resolution of the General Assembly and the day of its adoption, as an adopted text said."""

    __tablename__ = "known_resolutions"

    number: Mapped[str] = mapped_column(primary_key=True)
    """75/62."""
    adopted_on: Mapped[date]
    source: Mapped[str]
    """The number of the text that says so."""
    own: Mapped[bool]
    """Whether it is that text itself, rather than one that cites it."""

"""What all tables share: how moments and constraints are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Dialect, MetaData, TypeDecorator, Uuid
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.orm import DeclarativeBase


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turns a moment into UTC before it is kept."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Gives a moment back as UTC: SQLite keeps no zone."""
        return (
            None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value
        )


class Base(DeclarativeBase):
    """The base of all tables; constraints have predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, UUID: Uuid, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012

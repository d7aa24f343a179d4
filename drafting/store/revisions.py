"""The revisions of the schema: which there are, and at which a database stands.

By the names of the migrations' files: Alembic, which carries them out, takes twenty megabytes and is
loaded by `migrating` alone, when there is something to carry out.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
TABLE: Final = "alembic_version"
_CHARS = 4


@functools.cache
def known() -> tuple[str, ...]:
    """Gives the revisions that this release knows, the oldest first."""
    return tuple(sorted(path.name[:_CHARS] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def newest() -> str:
    """Gives the revision that this release needs."""
    return known()[-1]


def of(connection: Connection) -> str | None:
    """Gives the revision at which a database stands, or None where there is none yet."""
    if not inspect(connection).has_table(TABLE):
        return None
    found: str | None = connection.execute(
        text(f"SELECT version_num FROM {TABLE}")  # noqa: S608 - a constant
    ).scalar()
    return found

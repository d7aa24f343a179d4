"""Carries out migrations. Loaded when there are some to carry out: see `revisions`."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util import CommandError
from sqlalchemy import Connection

from drafting.errors import NotStored
from drafting.store.revisions import MIGRATIONS
from drafting.store.work import Store


def up(store: Store, revision: str) -> None:
    """Migrates a database up to a revision. Refuses: NotStored for a newer release's."""
    try:
        _within(store, lambda config: command.upgrade(config, revision))
    except CommandError as error:
        raise NotStored(
            detail="The database was made by a newer release of the tool: install that one. "
            "Nothing was changed."
        ) from error


def down(store: Store, revision: str) -> None:
    """Migrates a database down to a revision."""
    _within(store, lambda config: command.downgrade(config, revision))


def build(connection: Connection, revision: str) -> None:
    """Makes the schema of a revision in an empty database, within the caller's transaction."""
    command.upgrade(_config(connection), revision)


def _within(store: Store, run: Callable[[AlembicConfig], None]) -> None:
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        run(_config(connection))


def _config(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config

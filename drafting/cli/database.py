"""`drafting db`."""

from __future__ import annotations

import click

from drafting.config import Config
from drafting.store import schema
from drafting.store.work import Store


def open_store(database_url: str | None) -> Store:
    """Opens the database a command works on, brought to the newest schema."""
    store = Store(Config.from_environment(database_url=database_url).database_url)
    schema.upgrade(store)
    return store


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.option("--database", "database_url")
def upgrade(database_url: str | None) -> None:
    """Bring the database to the newest schema; what is in it stays."""
    open_store(database_url).close()
    click.echo("The database has the newest schema.")

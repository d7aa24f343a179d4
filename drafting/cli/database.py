"""`drafting db`."""

from __future__ import annotations

import click

from drafting.config import Config
from drafting.errors import NotAllowed
from drafting.store import moving, schema
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


@db.command()
@click.argument("target")
@click.option("--database", "database_url", help="Where to move from; else the one that is set.")
def move(target: str, database_url: str | None) -> None:
    """Move everything into the empty database TARGET (postgresql://… or sqlite:///path).

    Stop the server first. Every row is read back from TARGET and held against the one it came from
    before anything is kept there. The database moved from stays as it is: set DRAFTING_DATABASE to
    the new one, start the server, and put the old one away with the backups.
    """
    source_url = Config.from_environment(database_url=database_url).database_url
    target_url = Config.from_environment(database_url=target).database_url
    if source_url == target_url:
        raise NotAllowed(detail="This is the same database twice. Nothing was moved.")
    source, into = Store(source_url), Store(target_url)
    try:
        moved = moving.move(source, into)
    finally:
        source.close()
        into.close()
    width = max(len(one.table) for one in moved)
    for one in moved:
        click.echo(f"  {one.table:<{width}}  {one.rows:>10,}  {one.digest[:16]}")
    total = sum(one.rows for one in moved)
    click.echo(f"{total:,} rows of {len(moved)} tables stand in the new database, each as it was.")

"""`drafting citations`: what the tool knows of resolutions that texts cite."""

from __future__ import annotations

from pathlib import Path

import click

from drafting.cli.database import open_store
from drafting.errors import Unreadable
from drafting.formats import citations as formats
from drafting.formats import read_file
from drafting.services import citations as services


@click.group()
def citations() -> None:
    """The resolutions whose dates are known: citations are held against them."""


@citations.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--database", "database_url")
def learn(files: tuple[Path, ...], database_url: str | None) -> None:
    """Learn dates from adopted resolutions: their own, and those of what they cite.

    From a file that does not say that its text was adopted nothing is learned.
    """
    store = open_store(database_url)
    count = 0
    for file in files:
        try:
            resolution = read_file(file.name, file.read_bytes())
        except Unreadable as refusal:
            click.echo(f"{file.name}: {refusal.detail}", err=True)
            continue
        if formats.facts(resolution) is None:
            click.echo(f"{file.name}: This does not say that it was adopted.", err=True)
            continue
        with store.work() as w:
            count += len(services.learn(w, resolution))
    store.close()
    click.echo(f"{count} new.")


@citations.command("list")
@click.option("--database", "database_url")
def list_(database_url: str | None) -> None:
    """List the resolutions known, with the day of their adoption and who says so."""
    store = open_store(database_url)
    with store.reading() as w:
        for one in services.listed(w):
            click.echo(f"{one.number}\t{one.adopted_on.isoformat()}\t{one.source}")
    store.close()

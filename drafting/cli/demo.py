"""`drafting demo`."""

from __future__ import annotations

import click

from drafting.cli.database import open_store
from drafting.services import demo as services


@click.group()
def demo() -> None:
    """The sample negotiation."""


@demo.command()
@click.option("--database", "database_url")
@click.option("--base", default="http://127.0.0.1:8000", show_default=True)
def links(database_url: str | None, base: str) -> None:
    """Load the sample negotiation if it is not there, and print sign-in links."""
    store = open_store(database_url)
    with store.work() as w:
        services.load(w)
        made = services.links(w)
    for kind, name, token in made:
        click.echo(f"{kind}\t{name}\t{base}/enter/{token}")
    store.close()

"""`drafting people`."""

from __future__ import annotations

import click

from drafting.cli.database import open_store
from drafting.errors import Malformed
from drafting.services import links
from drafting.services import people as services
from drafting.store import people as kept

LINK_VALID_S = 72 * 3600


@click.group()
def people() -> None:
    """People with accounts."""


@people.command()
@click.argument("name")
@click.argument("email")
@click.option("--presidency", is_flag=True, help="May import texts and so begin drafts.")
@click.option("--database", "database_url")
@click.option("--base", default="http://127.0.0.1:8000", show_default=True)
def add(*, name: str, email: str, presidency: bool, database_url: str | None, base: str) -> None:
    """Make an account and print a link, good once and for 72 hours, that signs it in.

    The password is set on the account page.
    """
    store = open_store(database_url)
    with store.work() as w:
        if kept.by_email(w, email.strip().lower()) is not None:
            raise Malformed(detail="There is an account under this address already.")
        person = services.new_person(
            w, name=name, email=email.strip().lower(), password_hash=None, opens_drafts=presidency
        )
        token = links.sign_in_link(w, person.id, valid_s=LINK_VALID_S)
    click.echo(f"{base}/enter/{token}")
    store.close()


@people.command()
@click.argument("email")
@click.option("--database", "database_url")
@click.option("--base", default="http://127.0.0.1:8000", show_default=True)
def link(email: str, database_url: str | None, base: str) -> None:
    """Print a link, good once and for 72 hours, that signs somebody in who forgot the password."""
    store = open_store(database_url)
    with store.work() as w:
        person = kept.by_email(w, email.strip().lower())
        if person is None:
            raise Malformed(detail="There is no account under this address.")
        token = links.sign_in_link(w, person.id, valid_s=LINK_VALID_S)
    click.echo(f"{base}/enter/{token}")
    store.close()

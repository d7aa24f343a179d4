"""`drafting people`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from drafting.cli.database import open_store
from drafting.config import Config
from drafting.errors import Malformed, NotFound
from drafting.services import factors, links, notices, sessions
from drafting.services import people as services
from drafting.store import arrivals as kept_arrivals
from drafting.store import factors as kept_factors
from drafting.store import passkeys as kept_passkeys
from drafting.store import people as kept
from drafting.store.tables import Person
from drafting.store.work import Store, Work

LINK_VALID_S = 72 * 3600

_database = click.option("--database", "database_url")
_base = click.option("--base", default="http://127.0.0.1:8000", show_default=True)


@click.group()
def people() -> None:
    """People with accounts."""


@contextmanager
def _opened(database_url: str | None) -> Iterator[Store]:
    store = open_store(database_url)
    try:
        yield store
    finally:
        store.close()


def _of(w: Work, email: str) -> Person:
    person = kept.by_email(w, email.strip().lower())
    if person is None:
        raise Malformed(detail="There is no account under this address. Nothing was changed.")
    return person


@people.command()
@click.argument("name")
@click.argument("email")
@click.option("--presidency", is_flag=True, help="May import texts and so begin drafts.")
@_database
@_base
def add(*, name: str, email: str, presidency: bool, database_url: str | None, base: str) -> None:
    """Make an account and print a link, good once and for 72 hours, that signs it in.

    The password is set on the account page.
    """
    with _opened(database_url) as store, store.work() as w:
        if kept.by_email(w, email.strip().lower()) is not None:
            raise Malformed(detail="There is an account under this address already.")
        person = services.new_person(
            w, name=name, email=email.strip().lower(), password_hash=None, opens_drafts=presidency
        )
        token = links.sign_in_link(w, person.id, valid_s=LINK_VALID_S)
    click.echo(f"{base}/enter/{token}")


@people.command()
@click.argument("email")
@_database
@_base
def link(email: str, database_url: str | None, base: str) -> None:
    """Print a link, good once and for 72 hours, that signs somebody in who forgot the password.

    Who has a second factor is asked for it all the same.
    """
    with _opened(database_url) as store, store.work() as w:
        token = links.sign_in_link(w, _of(w, email).id, valid_s=LINK_VALID_S)
    click.echo(f"{base}/enter/{token}")


@people.command()
@click.argument("email")
@_database
def show(email: str, database_url: str | None) -> None:
    """Say how somebody signs in, and where they are signed in now."""
    with _opened(database_url) as store, store.reading() as w:
        person = _of(w, email)
        app = kept_factors.authenticator(w, person.id) is not None
        click.echo(f"{person.name} <{person.email}>")
        click.echo(f"password: {'yes' if person.password_hash else 'none'}")
        click.echo(f"authenticator app: {'yes' if app else 'none'}")
        click.echo(f"passkeys: {len(kept_passkeys.of(w, person.id))}")
        click.echo(f"recovery codes left: {kept_factors.codes_left(w, person.id)}")
        for one in sessions.of(w, person.id):
            where = f" from {one.address}" if one.address else ""
            click.echo(
                f"{one.id}  {sessions.device_words(one.device)}{where}  "
                f"since {one.created_at:%Y-%m-%d %H:%M}Z, last seen {one.seen_at:%Y-%m-%d %H:%M}Z"
            )


@people.command()
@click.argument("email")
@click.option("--session", "session_id", type=click.UUID, help="Only this one.")
@_database
def end(email: str, session_id: UUID | None, database_url: str | None) -> None:
    """End somebody's sessions; their open pages close within half a minute, and they are told."""
    with _opened(database_url) as store:
        with store.work() as w:
            person = _of(w, email)
            there = [one.id for one in sessions.of(w, person.id)]
            if session_id is not None and session_id not in there:
                raise NotFound(detail="This is no live session of theirs. Nothing was changed.")
            for one in there if session_id is None else [session_id]:
                sessions.end(w, person.id, one)
            if session_id is None:
                kept_arrivals.end_all(w, person.id)
            notices.tell(
                w, person.id, "sessions", "Whoever runs the server has ended sessions of yours."
            )
        notices.mail_waiting(store, Config.from_environment())
    click.echo(f"{len(there) if session_id is None else 1} ended.")


@people.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_database
def reset(*, email: str, yes: bool, database_url: str | None) -> None:
    """Take somebody's second factors away, who lost them; end their sessions, and tell them.

    Make sure first that it is they who ask, by a way other than the mail they sign in with.
    """
    if not yes:
        click.confirm("Are you sure who asks for this?", abort=True)
    with _opened(database_url) as store:
        with store.work() as w:
            factors.reset(w, _of(w, email).id)
        notices.mail_waiting(store, Config.from_environment())
    click.echo("Their second factors are gone and their sessions have ended; they are told.")

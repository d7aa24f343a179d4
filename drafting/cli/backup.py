"""`drafting backup`, `drafting restore`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from drafting.config import Config
from drafting.errors import NotAllowed, NotStored
from drafting.store import backup as kept
from drafting.store.backup import Head
from drafting.store.work import Store

PIPE = "-"


@click.command()
@click.argument("file")
@click.option("--database", "database_url")
def backup(*, file: str, database_url: str | None) -> None:
    """Write all that is kept into FILE (- for standard output), while people go on working.

    FILE is readable by its owner alone, and must not exist yet.
    """
    store = _there(database_url)
    try:
        lines = kept.lines(store)
        if file == PIPE:
            for line in lines:
                sys.stdout.buffer.write(line)
            return
        _written(Path(file), lines)
    finally:
        store.close()
    with Path(file).open("rb") as made:
        head, digest = kept.check(made)
    click.echo(f"Wrote {file}: {_words(head)}\nSHA-256 {digest}")


@click.command()
@click.argument("file")
@click.option(
    "--database", "database_url", help="An empty database: sqlite:///path or postgresql://…"
)
@click.option(
    "--check", "only_check", is_flag=True, help="Only read FILE to its end and say what it holds."
)
def restore(*, file: str, database_url: str | None, only_check: bool) -> None:
    """Fill an empty database from FILE (- for standard input).

    Sessions end, and links that were not used yet (to sign in, to join, to answer) are good no more:
    those used after the backup would come alive again.
    """
    with _opened(file) as lines:
        if only_check:
            head, digest = kept.check(lines)
            click.echo(f"Whole: {_words(head)}\nSHA-256 {digest}")
            return
        os.umask(0o077)
        store = Store(database_url or Config.from_environment().database_url)
        try:
            head, digest = kept.restore(store, lines)
        finally:
            store.close()
    click.echo(
        f"Restored {_words(head)}\nSHA-256 {digest}\n"
        "Everybody signs in anew; invitations and answer links that were waiting have to be sent again.\n"
        "No backup holds the key that seals authenticator apps: put it back (docs/durability.md)."
    )


def _there(database_url: str | None) -> Store:
    url = database_url or Config.from_environment().database_url
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).is_file():
        # Opening it would make an empty one.
        raise NotStored(detail=f"There is no database at {path}, so there is no backup.")
    return Store(url)


def _written(file: Path, lines: Iterable[bytes]) -> None:
    """Writes a file that is there whole or not at all, also through a loss of power."""
    if file.exists():
        raise NotAllowed(
            detail=f"{file} is there already and was left as it is. Name another file."
        )
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
        # Does not write over a file that came meanwhile, as a renaming would.
        os.link(part, file)
    except OSError as error:
        raise NotStored(
            detail=f"The backup could not be written to {file}: {error.strerror}. There is no backup."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == PIPE:
        yield sys.stdin.buffer
        return
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise NotStored(
                detail=f"{file} cannot be read: {error.strerror}. Nothing was restored."
            ) from error
        yield opened


def _words(head: Head) -> str:
    return (
        f"{head.rows:,} rows of {len(head.tables)} tables, as they were at {head.made_at}, "
        f"from {head.source}, schema {head.schema}."
    )

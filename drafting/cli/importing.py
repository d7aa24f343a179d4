"""`drafting import`: one file, many, or whole folders become drafts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

import click

from drafting.cli.database import open_store
from drafting.errors import NotFound, Refusal
from drafting.formats import MAX_BYTES, read_file, record_lines
from drafting.rules.roles import Role
from drafting.services import citations, drafts, people, record_in
from drafting.store import people as kept_people
from drafting.store.work import Store, Work
from drafting.text.resolution import Resolution

READ: Final = frozenset({".xml", ".docx", ".txt", ".json"})
"""Endings of the files that are taken from a folder."""


@dataclass(slots=True)
class _Told:
    """What there is to say in the end."""

    files: int
    begun: int = 0
    failed: list[tuple[Path, str]] = field(default_factory=list)
    findings: int = 0
    found_in: int = 0

    def lines(self) -> Iterator[str]:
        """Gives the summary: what was read, what failed and why, what could not be taken as it stood."""
        for path, reason in self.failed:
            yield f"{path}: {reason}"
        yield (
            f"Read {self.begun:,} of {_many_of(self.files, 'file')}; {len(self.failed):,} failed; "
            f"{_many_of(self.findings, 'finding')} in {_many_of(self.found_in, 'file')}."
        )


def _many_of(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


@click.command("import")
@click.argument(
    "paths",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--title", help="Title of the draft; the file's own by default.")
@click.option("--owner", help="E-mail of the person who becomes the presidency of each.")
@click.option("--database", "database_url")
def import_(
    paths: Sequence[Path], *, title: str | None, owner: str | None, database_url: str | None
) -> None:
    """Begin a draft from each FILE (.xml, .docx, .txt, .json) and print its id.

    The record of a draft (.jsonl), as `drafting record` takes it out, is brought in whole.

    A folder stands for all such files in it. Of several files each is read for itself: what cannot
    be read is told in the end, and the others are kept; the exit code is then 1.
    """
    files = list(_found(paths))
    if not files:
        raise click.UsageError("There is no file to read: none ends in .xml, .docx, .txt or .json.")
    if title is not None and len(files) > 1:
        raise click.UsageError("--title is for one file; each of several has its own.")
    store = open_store(database_url)
    try:
        owner_id = None if owner is None else _owner(store, owner)
        if len(files) == 1 and files[0].suffix == f".{record_lines.ENDING}":
            if title is not None:
                raise click.UsageError("A record has its draft’s title.")
            _record(store, files[0], owner_id)
        elif len(files) == 1 and not paths[0].is_dir():
            _one(store, files[0], title, owner_id)
        else:
            _many(store, files, owner_id)
    finally:
        store.close()


def _found(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.suffix.lower() in READ and one.is_file()
            )
        else:
            yield path


def _owner(store: Store, address: str) -> UUID:
    with store.reading() as w:
        person = kept_people.by_email(w, address.strip().lower())
        if person is None:
            raise NotFound(detail="There is no account under this address; nothing was stored.")
        return person.id


def _record(store: Store, path: Path, owner_id: UUID | None) -> None:
    """Brings the record of a draft in: the same draft, under the ids it had."""
    try:
        with path.open("rb") as file:
            data = file.read(record_lines.MAX_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}; nothing was stored.") from None
    with store.work() as w:
        draft_id = record_in.bring_in(w, data, owner_id=owner_id)
    click.echo(str(draft_id))


def _one(store: Store, path: Path, title: str | None, owner_id: UUID | None) -> None:
    try:
        resolution = _read(path)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}; nothing was stored.") from None
    for finding in resolution.findings:
        click.echo(f"{finding.where}: {finding.what}", err=True)
    with store.work() as w:
        draft_id = _begin(w, resolution, title, owner_id)
    click.echo(str(draft_id))


def _many(store: Store, files: Sequence[Path], owner_id: UUID | None) -> None:
    """Reads files one by one, each stored for itself."""
    told = _Told(len(files))
    begun: list[tuple[UUID, Path]] = []
    with click.progressbar(
        files,
        label=f"Reading {_many_of(len(files), 'file')}",
        show_pos=True,
        file=sys.stderr,
    ) as bar:
        for path in bar:
            try:
                resolution = _read(path)
                with store.work() as w:
                    draft_id = _begin(w, resolution, None, owner_id)
            except OSError as error:
                told.failed.append((path, f"{error.strerror}; nothing was stored."))
            except Refusal as refusal:
                told.failed.append((path, refusal.detail))
            else:
                begun.append((draft_id, path))
                told.begun += 1
                told.findings += len(resolution.findings)
                told.found_in += bool(resolution.findings)
    for draft_id, path in begun:
        click.echo(f"{draft_id}  {path}")
    for line in told.lines():
        click.echo(line, err=True)
    if told.failed:
        raise SystemExit(1)


def _read(path: Path) -> Resolution:
    with path.open("rb") as file:
        return read_file(path.name, file.read(MAX_BYTES + 1))


def _begin(w: Work, resolution: Resolution, title: str | None, owner_id: UUID | None) -> UUID:
    draft = drafts.open_draft(w, resolution, title=title)
    citations.learn(w, resolution)
    if owner_id is not None:
        people.give_place(
            w,
            draft_id=draft.id,
            person_id=owner_id,
            role=Role.PRESIDENCY,
            delegation_id=None,
        )
    return draft.id

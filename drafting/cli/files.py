"""Commands from file to file: no database, no server, nothing kept.

Refusals are left to the group, which gives each its sentence and exit code.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from drafting import clock
from drafting.formats import read_file, write_file

if TYPE_CHECKING:
    from drafting.text.resolution import Resolution

COMPARISON: Final = "Comparison"
"""The author of revisions that nobody is known to have made, as `services/comparing` has it."""

SLOW_S: Final = 1.0
"""How long a step may take before it is told."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("source", metavar="IN", type=_FILE)
@click.argument("target", metavar="OUT", type=_OUT)
def convert(source: Path, target: Path) -> None:
    """Convert a resolution from file to file, by their endings.

    IN is an AKN .xml, a .docx, .txt or .json; OUT one of those, a .pdf or an .html.
    """
    with _said_when_slow(f"Reading {source.name}"):
        resolution = read(source)
    with _said_when_slow(f"Writing {target.name}"):
        content = write_file(target.name, resolution)
    write(target, content)


@click.command()
@click.argument("old", metavar="OLD", type=_FILE)
@click.argument("new", metavar="NEW", type=_FILE)
@click.option(
    "-o", "--output", "target", required=True, type=_OUT, help="A .docx, .pdf or .html file."
)
@click.option("--author", default=COMPARISON, show_default=True, help="Whose the changes are.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="When they were made, UTC; now, if nothing else is said.",
)
def redline(old: Path, new: Path, *, target: Path, author: str, at: datetime | None) -> None:
    """Write the tracked changes that lead from OLD to NEW.

    Accepting them all in Word gives NEW, rejecting them all OLD.
    """
    from drafting.formats.making import REDLINE_ENDINGS  # noqa: PLC0415
    from drafting.services import comparing  # noqa: PLC0415 - not needed to show help

    ending = target.suffix.lower().removeprefix(".")
    if ending not in REDLINE_ENDINGS:
        raise click.BadParameter("Redlines are written as .docx, .pdf or .html.", param_hint="-o")
    with _said_when_slow(f"Reading {old.name}"):
        before = read(old)
    with _said_when_slow(f"Reading {new.name}"):
        after = read(new)
    when = at.replace(tzinfo=UTC) if at else clock.now()
    with _said_when_slow("Comparing"):
        made = comparing.compared(before, after, comparing.credit_of(ending, author, when))
        content = comparing.written(made, ending, at=when, author=author)
    write(target, content)
    if sys.stderr.isatty():
        click.echo(f"{target.name}: {made.summary.sentence}.", err=True)


commands: Final = [convert, redline]
"""The commands of this file, for the group."""


@contextmanager
def _said_when_slow(what: str) -> Iterator[None]:
    """Tells somebody at a terminal what is being done, once it takes long."""
    said = threading.Timer(SLOW_S, lambda: click.echo(f"{what} …", err=True))
    said.daemon = True
    if sys.stderr.isatty():
        said.start()
    try:
        yield
    finally:
        said.cancel()


def bytes_of(path: Path) -> bytes:
    """Gives what is in a file, or says why it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from None


def read(path: Path) -> Resolution:
    """Reads a file, and says on stderr what could not be taken as it stood."""
    resolution = read_file(path.name, bytes_of(path))
    for finding in resolution.findings:
        click.echo(f"{path.name}: {finding.where}: {finding.what}", err=True)
    return resolution


def write(path: Path, content: bytes) -> None:
    """Writes a file, or says why it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from None

"""Commands from file to file: no database, no server, nothing kept.

Refusals are left to the group, which gives each its sentence and exit code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from drafting import clock
from drafting.formats import read_file, write_file

if TYPE_CHECKING:
    from drafting.text.resolution import Resolution
    from drafting.text.tracked import Credit, Redline

COMPARISON: Final = "Comparison"
"""The author of revisions that nobody is known to have made."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("source", metavar="IN", type=_FILE)
@click.argument("target", metavar="OUT", type=_OUT)
def convert(source: Path, target: Path) -> None:
    """Convert a resolution from file to file, by their endings.

    IN is an AKN .xml, a .docx, .txt or .json; OUT one of those, a .pdf or an .html.
    """
    _write(target, write_file(target.name, _read(source)))


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
    from drafting.text.tracked import Credit  # noqa: PLC0415 - not needed to show help

    ending = target.suffix.lower().removeprefix(".")
    if ending not in REDLINE_ENDINGS:
        raise click.BadParameter("Redlines are written as .docx, .pdf or .html.", param_hint="-o")
    credit = Credit(author, at.replace(tzinfo=UTC) if at else clock.now())
    _write(target, _redline(_read(old), _read(new), ending=ending, credit=credit))


commands: Final = [convert, redline]
"""The commands of this file, for the group."""


def _redline(old: Resolution, new: Resolution, *, ending: str, credit: Credit) -> bytes:
    from drafting.text.numbering import labels_of  # noqa: PLC0415 - not needed to show help
    from drafting.text.redline import Attribution, redline  # noqa: PLC0415

    found: Redline = redline(
        old.paragraphs,
        new.paragraphs,
        old_labels=labels_of(old.paragraphs),
        new_labels=labels_of(new.paragraphs),
        attribution=Attribution(everything=credit),
    )
    from drafting.formats import making  # noqa: PLC0415

    return making.tracked(
        found,
        new.masthead,
        ending,
        credit.author,
        credit.at or clock.now(),
        old_masthead=old.masthead,
    )


def _read(path: Path) -> Resolution:
    """Reads a file, and says on stderr what could not be taken as it stood."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from None
    resolution = read_file(path.name, data)
    for finding in resolution.findings:
        click.echo(f"{path.name}: {finding.where}: {finding.what}", err=True)
    return resolution


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from None

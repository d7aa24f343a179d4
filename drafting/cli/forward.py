"""Last year's text forward, from file to file: no database, no server, nothing kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from drafting import clock
from drafting.cli.files import read, write
from drafting.errors import Malformed
from drafting.formats import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drafting.text.resolution import Resolution
    from drafting.text.update import Update

AUTHOR: Final = "Technical update"
"""Whose the tracked changes are, where nobody else is named."""


@click.command()
@click.argument(
    "source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--session",
    type=int,
    help="The session the draft is for; if left out, the one the text is next due at.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The updated text, by its ending; if left out, the updates are only listed.",
)
@click.option("--tracked", is_flag=True, help="Write the updates as tracked changes to FILE.")
@click.option("--sure", is_flag=True, help="Make only those that leave nothing to look at.")
@click.option("--author", default=AUTHOR, show_default=True, help="Whose the tracked changes are.")
@click.option("--json", "as_json", is_flag=True, help="List the updates as JSON.")
def forward(
    source: Path,
    session: int | None,
    target: Path | None,
    *,
    tracked: bool,
    sure: bool,
    author: str,
    as_json: bool,
) -> None:
    """Bring an adopted resolution forward to this year's draft.

    Lists the technical updates, and what a person must fill in; with -o they are made.
    """
    from drafting.text.forward import (  # noqa: PLC0415 - not needed to show help
        last_of,
        moved_on,
        next_session,
        updates,
    )
    from drafting.text.numbering import labels_of  # noqa: PLC0415
    from drafting.text.sessions import LAST  # noqa: PLC0415
    from drafting.text.update import Certainty, forwarded  # noqa: PLC0415

    if tracked and target is None:
        raise click.BadParameter("Say where to write the tracked changes.", param_hint="-o")
    text = read(source)
    last = last_of(text.masthead)
    if last is None:
        raise Malformed(
            detail=f"{source.name} is not a resolution as it was adopted: its number (“75/62”) is "
            "missing. Nothing was written."
        )
    wanted = session or next_session(text.masthead, text.paragraphs) or last.session + 1
    if not last.session < wanted <= LAST:
        raise Malformed(
            detail=f"{last.number} is of session {last.session}: --session is a later one, at most "
            f"{LAST}. Nothing was written."
        )
    found = updates(
        text.paragraphs,
        last=last,
        session=wanted,
        agenda_title=text.masthead.agenda_title,
    )
    made = [u for u in found if u.edits and (not sure or u.certainty is Certainty.SURE)]
    labels = labels_of(text.paragraphs)
    rows = [_row(one, labels) | {"made": one in made and target is not None} for one in found]
    if as_json:
        click.echo(
            json.dumps(
                {"last": last.number, "session": wanted, "updates": rows}, ensure_ascii=False
            )
        )
    else:
        _list(rows, last.number, wanted)
    if target is None:
        return
    after = replace(
        text,
        masthead=moved_on(text.masthead, wanted),
        paragraphs=forwarded(text.paragraphs, made),
        findings=(),
    )
    content = _tracked(text, after, target, author) if tracked else write_file(target.name, after)
    write(target, content)


def _tracked(before: Resolution, after: Resolution, target: Path, author: str) -> bytes:
    from drafting.formats.making import REDLINE_ENDINGS  # noqa: PLC0415 - not needed to show help
    from drafting.services import comparing  # noqa: PLC0415

    ending = target.suffix.lower().removeprefix(".")
    if ending not in REDLINE_ENDINGS:
        raise click.BadParameter(
            "Tracked changes are written as .docx, .pdf or .html.", param_hint="-o"
        )
    now = clock.now()
    made = comparing.compared(before, after, comparing.credit_of(ending, author, now))
    return comparing.written(made, ending, at=now, author=author)


def _row(update: Update, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "label": labels[update.paragraph],
        "kind": update.what.value,
        "certainty": update.certainty.value,
        "found": update.found,
        "wanted": update.wanted,
        "why": update.why,
    }


def _list(rows: Sequence[dict[str, Any]], last: str, session: int) -> None:
    click.echo(f"{last} forward to session {session}: {len(rows) or 'no'} updates")
    for row in rows:
        mark = {"sure": " ", "likely": "?", "note": "!"}[row["certainty"]]
        click.echo(f"{mark} {row['label']}, {row['kind']}: {row['found']}")
        if row["wanted"]:
            click.echo(f"    → {row['wanted']}")
        click.echo(f"    {row['why']}")
    if any(row["certainty"] == "note" for row in rows):
        click.echo("! a person must fill this in; nothing was changed there")
    click.echo("! the agenda item’s number and letter change every year: fill them in")

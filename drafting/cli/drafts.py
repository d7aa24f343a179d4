"""`drafting export`."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

import click

from drafting import ids
from drafting.cli.database import open_store
from drafting.errors import NotFound
from drafting.rules.exports import Scope
from drafting.rules.roles import Actor, Role
from drafting.services import board_out, exports, people, versions
from drafting.store import drafts as kept
from drafting.store.work import Work


def operator(draft_id: UUID) -> Actor:
    """Gives whoever runs the command as one who sees what everyone on the draft sees."""
    nobody = ids.new_id()
    return Actor(
        person_id=nobody,
        session_id=nobody,
        name="Operator",
        draft_id=draft_id,
        role=Role.SECRETARIAT,
        delegation_id=None,
        delegation="",
    )


def draft_named(w: Work, value: str) -> UUID:
    """Gives the draft of an id as the command line has it. Refuses: NotFound."""
    try:
        draft_id = UUID(value)
    except ValueError:
        raise NotFound(detail="A draft is named by its id.") from None
    if kept.draft(w, draft_id) is None:
        raise NotFound(detail="There is no such draft.")
    return draft_id


def _number(w: Work, actor: Actor, value: str | None) -> int | None:
    """Gives a version's number from its number or name."""
    if value is None:
        return None
    for version in versions.all_of(w, actor):
        if value in (str(version.number), version.name):
            return version.number
    raise NotFound(detail=f"There is no version “{value}”.")


_SCOPES: Final = click.Choice([scope.value for scope in Scope])


@click.command()
@click.argument("draft")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--version", help="Number or name; the working text by default.")
@click.option("--since", help="Number or name: changes tracked since that version.")
@click.option("--as", "name", help="Name or e-mail: as this person on the draft sees it.")
@click.option(
    "--proposals",
    type=_SCOPES,
    help="The open proposals tracked in the working text: those before everyone, one’s own, or all one sees.",
)
@click.option(
    "--comments", type=_SCOPES, is_flag=False, flag_value="all", help="Threads beside their words."
)
@click.option("--line-numbers", is_flag=True, help="Lines numbered, for the meeting room.")
@click.option("--database", "database_url")
def export(  # noqa: PLR0913 - its options
    draft: str,
    output: Path,
    *,
    version: str | None,
    since: str | None,
    name: str | None,
    proposals: str | None,
    comments: str | None,
    line_numbers: bool,
    database_url: str | None,
) -> None:
    """Write a draft to a file, by its ending: docx, pdf, xml, html, txt, json; or its board: xlsx, csv."""
    ending = output.suffix.removeprefix(".")
    store = open_store(database_url)
    with store.reading() as w:
        draft_id = draft_named(w, draft)
        actor = operator(draft_id) if name is None else people.named_on(w, draft_id, name)
        if ending in board_out.MEDIA_TYPES:
            data = board_out.export(w, actor, ending)
        else:
            asked = exports.Asked(
                ending,
                version=_number(w, actor, version),
                since=_number(w, actor, since),
                proposals=proposals or "",
                comments=comments or "",
                line_numbers=line_numbers,
            )
            data = exports.export(w, actor, asked).data
    output.write_bytes(data)
    store.close()

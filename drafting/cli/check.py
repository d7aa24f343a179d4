"""`drafting check`: where a text departs from the editorial rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drafting.text.editorial import Finding


@click.command()
@click.argument("source", metavar="FILE|DRAFT")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array, for machines.")
@click.option(
    "--session",
    type=click.IntRange(1, 199),
    help="The session in which the text is adopted; its masthead's own by default.",
)
@click.option("--database", "database_url")
def check(source: str, *, as_json: bool, session: int | None, database_url: str | None) -> None:
    """Say where a text departs from the editorial rules of resolutions.

    FILE is any format read; DRAFT the id of a draft, whose working text is looked at. Exit code 1 when
    there are errors, 0 when there are none, whatever warnings and hints there are.
    """
    path = Path(source)
    if path.is_file():
        found = _of_file(path, session)
    elif (draft_id := _uuid(source)) is not None:
        found = _of_draft(draft_id, session, database_url)
    else:
        raise click.BadParameter("There is no such file, and a draft is named by its id.")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for one in found:
            click.echo(_line(one))
    if any(one["level"] == "error" for one in found):
        raise SystemExit(1)


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _of_file(path: Path, session: int | None) -> list[dict[str, Any]]:
    from drafting.cli.files import read  # noqa: PLC0415 - not needed to show help
    from drafting.formats import citations  # noqa: PLC0415
    from drafting.text import editorial  # noqa: PLC0415
    from drafting.text.numbering import labels_of  # noqa: PLC0415

    resolution = read(path)
    known = {one.number: one.adopted_on for one in citations.known().values()}
    found = editorial.check_read(resolution, session=session, known=known)
    return _described(found, labels_of(resolution.paragraphs))


def _of_draft(
    draft_id: UUID, session: int | None, database_url: str | None
) -> list[dict[str, Any]]:
    from drafting.cli.database import open_store  # noqa: PLC0415 - a file needs no database
    from drafting.cli.drafts import operator  # noqa: PLC0415
    from drafting.errors import NotFound  # noqa: PLC0415
    from drafting.services import editorial  # noqa: PLC0415
    from drafting.store import drafts as kept  # noqa: PLC0415

    store = open_store(database_url)
    with store.reading() as w:
        if kept.draft(w, draft_id) is None:
            raise NotFound(detail="There is no such draft.")
        found, labels = editorial.found(w, operator(draft_id), session=session)
    store.close()
    return _described(found, labels)


def _described(found: Iterable[Finding], labels: tuple[str, ...]) -> list[dict[str, Any]]:
    from drafting.text.editorial import described  # noqa: PLC0415 - not needed to show help

    return [described(one) | {"paragraph": labels[one.index] or "formula"} for one in found]


def _line(one: dict[str, Any]) -> str:
    words = f"  “{one['words']}”" if one["words"] else ""
    return f"{one['paragraph']}  {one['level']}  rule {one['rule']}{words}  {one['sentence']}"

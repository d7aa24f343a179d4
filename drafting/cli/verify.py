"""`drafting verify`, `record` and `circulated`: the record of a draft checked, taken out, proven."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from drafting.cli.database import open_store
from drafting.cli.drafts import draft_named
from drafting.formats import record_lines
from drafting.services import chain, people, tablings
from drafting.store.work import Work
from drafting.text.chain import EVERYONE, HEAD_MIN_CHARS, Verdict


@click.command()
@click.argument("draft")
@click.option(
    "--head", default="", help="A head that a receipt showed: the record must still hold it."
)
@click.option("--json", "as_json", is_flag=True, help="What was found, for machines.")
@click.option("--database", "database_url")
def verify(draft: str, *, head: str, as_json: bool, database_url: str | None) -> None:
    """Check the record of a DRAFT, or a record's FILE (.jsonl) without any database.

    The first entry that does not fit is named for each chain; the exit code is then 1.
    """
    if head and len(head.strip()) < HEAD_MIN_CHARS:
        raise click.UsageError(f"A head has at least {HEAD_MIN_CHARS} digits.")
    if draft.endswith(f".{record_lines.ENDING}"):
        found = record_lines.check(_read(Path(draft)), head)
        symbol = None
    else:
        store = open_store(database_url)
        try:
            with store.reading() as w:
                draft_id = draft_named(w, draft)
                found = chain.verified(w, draft_id, None, head)
                symbol = tablings.verify(w, draft_id)
        finally:
            store.close()
    _tell(found, symbol, as_json=as_json)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from None


def _tell(found: Verdict, symbol: str | None, *, as_json: bool) -> None:
    sentences = [f.sentence for f in found.faults]
    if symbol is not None:
        sentences.append(
            f"The tabling as {symbol} is not what was recorded, or the ones before it are not."
        )
    if as_json:
        click.echo(json.dumps(chain.shown_verdict(found), ensure_ascii=False, indent=1))
    elif sentences:
        for fault in found.faults:
            where = "" if fault.chain == EVERYONE else f"{fault.chain}: "
            click.echo(f"{where}{fault.sentence}", err=True)
        for sentence in sentences[len(found.faults) :]:
            click.echo(sentence, err=True)
    else:
        entries = sum(number for number, _ in found.heads.values())
        click.echo(
            f"The record is whole: {entries:,} entries in {len(found.heads):,} chains, "
            f"{found.rows:,} rows, {found.changes:,} changes."
        )
        if EVERYONE in found.heads:
            click.echo(f"Its head is {found.heads[EVERYONE][1]}.")
    if sentences:
        raise SystemExit(1)


@click.command()
@click.argument("draft")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "name", help="Name or e-mail: as this person on the draft sees it.")
@click.option("--database", "database_url")
def record(draft: str, output: Path, *, name: str | None, database_url: str | None) -> None:
    """Take the whole record of a DRAFT out into one file (.jsonl), to be verified or imported elsewhere."""
    if output.suffix != f".{record_lines.ENDING}":
        raise click.UsageError(f"A record's file ends in .{record_lines.ENDING}.")
    store = open_store(database_url)
    try:
        with store.reading() as w:
            draft_id = draft_named(w, draft)
            actor = None if name is None else people.named_on(w, draft_id, name)
            data = chain.file_of(w, draft_id, actor)
            head = chain.public_head(w, draft_id)[1]
    finally:
        store.close()
    output.write_bytes(data)
    click.echo(f"Its head is {head}.")


@click.command()
@click.argument("draft")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="2026-09-28.")
@click.option("--zone", default="UTC", help="Whose day it is: America/New_York.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--database", "database_url")
def circulated(
    draft: str, *, day: datetime, zone: str, as_json: bool, database_url: str | None
) -> None:
    """Say which text of a DRAFT was in force on a day, with its proof."""
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.UsageError(f"There is no time zone “{zone}”.") from None
    store = open_store(database_url)
    try:
        with store.reading() as w:
            shown = _circulated(w, draft_named(w, draft), day, where)
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    number, name, hash_ = (shown["version"][key] for key in ("number", "name", "hash"))
    symbol = f", tabled as {shown['symbol']}" if shown["symbol"] else ""
    entry = shown["entry"]
    click.echo(f"On {shown['on']} version {number}, “{name}”{symbol}, was in force.")
    click.echo(f"It was sealed at {shown['version']['sealed_at']} with the hash {hash_}.")
    click.echo(f"Entry {entry['number']} of the record proves it; its head is {entry['hash']}.")


def _circulated(w: Work, draft_id: UUID, day: datetime, where: ZoneInfo) -> dict[str, Any]:
    return chain.shown_circulated(chain.circulated(w, draft_id, day.date(), where))

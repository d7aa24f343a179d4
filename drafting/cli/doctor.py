"""`drafting doctor`."""

from __future__ import annotations

import json
import os
import sys

import click

from drafting.services.doctor import Finding, Level, examine

_SIGNS = {Level.FINE: "ok    ", Level.ADVICE: "advice", Level.WRONG: "WRONG "}


@click.command()
@click.option("--database", "database_url", help="sqlite:///path or postgresql://…")
@click.option("--mail", is_flag=True, help="Ask the mail server whether it would take letters.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(*, database_url: str | None, mail: bool, as_json: bool) -> None:
    """Look at this machine and these settings, and say what is wrong and what to do.

    Changes nothing. Exit code 1 when something must be mended.
    """
    from drafting.serving import MAX_CONNECTIONS  # noqa: PLC0415 - the server is read only here

    found = []
    for one in examine(
        os.environ, connections=MAX_CONNECTIONS, mail=mail, database_url=database_url
    ):
        found.append(one)
        if not as_json:
            click.echo(_line(one))
    wrong = sum(one.level is Level.WRONG for one in found)
    if as_json:
        click.echo(_json(found))
    elif wrong:
        click.echo(f"\n{wrong} to be mended.")
    else:
        click.echo("\nNothing to be mended.")
    sys.exit(1 if wrong else 0)


def _line(one: Finding) -> str:
    return f"{_SIGNS[one.level]}  {one.about}: {one.says}"


def _json(found: list[Finding]) -> str:
    value = {
        "fine": not any(one.level is Level.WRONG for one in found),
        "findings": [
            {"about": one.about, "level": one.level.value, "says": one.says} for one in found
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)

"""`drafting sponsor-line`: the line of sponsors as a document prints it, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import click

from drafting import clock
from drafting.errors import Malformed
from drafting.formats import states
from drafting.text.sponsor_line import Sponsor, line


@click.command("sponsor-line")
@click.argument("codes", metavar="ISO3…", nargs=-1, required=True)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose names are printed; today, if nothing else is said.",
)
@click.option("--short", is_flag=True, help="Short names, as for additional sponsors.")
@click.option("--group", default="", metavar="NAME", help="The group for which one State speaks.")
def sponsor_line(*, codes: tuple[str, ...], on: datetime | None, short: bool, group: str) -> None:
    """Print the line of sponsors as the document prints it.

    Member States by their ISO 3166 codes; PSE is the State of Palestine.
    """
    day = on.date() if on else clock.now().date()
    click.echo(line(_sponsors(codes, day), short=short, group=group))


def _sponsors(codes: Sequence[str], day: date) -> list[Sponsor]:
    """Gives the sponsors that codes name.

    Refuses: Malformed for a code that is nobody's, is not a sponsor's or is given twice.
    """
    there = states.states(day)
    found: dict[str, Sponsor] = {}
    for code in codes:
        key = code.strip().upper()
        state = there.get(key)
        if state is None:
            known = key in states.known()
            reason = f"has no name on {day}" if known else "is the code of no State"
            raise Malformed(detail=f"{code} {reason}.")
        if not state.may_sponsor:
            raise Malformed(
                detail=f"{state.long} ({key}) may not sponsor; Member States and the State of Palestine may."
            )
        if key in found:
            raise Malformed(detail=f"{state.long} ({key}) is given twice.")
        found[key] = state.sponsor
    return list(found.values())

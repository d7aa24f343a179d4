"""`drafting outlook`: what is expected of a vote, from a table of roll calls alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import click

from drafting import clock
from drafting.cli.files import bytes_of
from drafting.errors import Malformed
from drafting.formats import states
from drafting.formats.votes import read_csv, whole
from drafting.rules.outlook import (
    VOTE_WORDS,
    Expected,
    Movement,
    MovementKind,
    Outlook,
    Source,
    Vote,
    outlook,
)
from drafting.text.sponsor_line import order

LIKELY_ABSENT = 0.25
"""From what probability of absence on a State is named as a risk."""

_KINDS = {
    MovementKind.CHANGED: "Changed between their last two votes",
    MovementKind.UNSETTLED: "Changed twice or more before",
    MovementKind.ABSENT: "Absent the last time",
    MovementKind.NEVER_VOTED: "Never voted",
}


@click.command("outlook")
@click.argument("votes", metavar="VOTES.csv", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only roll calls before this day count; all, if nothing else is said.",
)
@click.option(
    "--part", default="", metavar="NAME", help="The outlook on a separate vote on this part."
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def outlook_(*, votes: Path, as_of: datetime | None, part: str, as_json: bool) -> None:
    """Say what each State is expected to vote, and the range of the totals.

    VOTES.csv has the columns date, vote and iso3 (or country), one row a State and roll call;
    resolution and part where there are several.
    """
    day = as_of.date() if as_of else None
    found = outlook(whole(read_csv(bytes_of(votes))), as_of=day, part=part)
    if not found.roll_calls:
        before = f" before {day}" if day else ""
        raise Malformed(detail=f"There is no roll call{before} in {votes.name}.")
    click.echo(_json(found) if as_json else _text(found, day))


def _json(found: Outlook) -> str:
    value = {
        "states": {
            one.key: {
                "vote": one.vote.value,
                "confidence": round(one.confidence, 4),
                "absence": round(one.absence, 4),
                "source": one.source.value,
                "last_voted": one.last_voted.isoformat() if one.last_voted else None,
            }
            for one in found.states
        },
        "totals": {vote.value: [span.low, span.high] for vote, span in found.totals.items()},
        "middle": {vote.value: span.middle for vote, span in found.totals.items()},
        "coverage": found.coverage,
        "roll_calls": found.roll_calls,
        "movements": [
            {
                "state": one.key,
                "kind": one.kind.value,
                "votes": [[day.isoformat(), vote.value] for day, vote in one.votes],
                "absences": one.absences,
                "roll_calls": one.roll_calls,
                "changes": one.changes,
            }
            for one in found.movements
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def _text(found: Outlook, day: date | None) -> str:
    there = states.states(day or clock.now().date())
    names = {key: state.short for key, state in there.items()}
    calls = "1 roll call" if found.roll_calls == 1 else f"{found.roll_calls} roll calls"
    lines = [
        f"Outlook from {calls}{f' before {day}' if day else ''}; {len(found.states)} States.",
        "",
        f"Totals, each in its range in {found.coverage:.0%} of votes",
        *_totals(found),
        *_movements(found.movements, names),
        *_risks(found.states, names),
        "",
        "State by State: expected vote, how surely if it votes, and how likely it is absent",
        *(_state(one, names) for one in _by_name(found.states, names)),
    ]
    return "\n".join(lines)


def _totals(found: Outlook) -> Iterable[str]:
    for vote, span in found.totals.items():
        yield f"  {VOTE_WORDS[vote]:<12}{span.low:>4} and {span.high:<4} (middle {span.middle})"


def _movements(movements: Iterable[Movement], names: Mapping[str, str]) -> Iterable[str]:
    rows = sorted(movements, key=lambda one: names.get(one.key, one.key))
    for kind, title in _KINDS.items():
        there = [one for one in rows if one.kind is kind]
        if there:
            yield ""
            yield f"{title}: {len(there)}"
        for one in there:
            voted = _voted(one)
            away = f"absent {one.absences} of {one.roll_calls} times" if one.absences else ""
            yield f"  {names.get(one.key, one.key)}: {'; '.join(filter(None, [voted, away]))}"


def _voted(one: Movement) -> str:
    """Gives a State's last two votes with their years where they differ, else the last."""
    votes = one.votes if one.kind is MovementKind.CHANGED else one.votes[-1:]
    words = ", then ".join(f"{VOTE_WORDS[vote]} {when.year}" for when, vote in votes)
    if one.kind is MovementKind.UNSETTLED:
        return f"{one.changes} changes, last {words}"
    return words if one.kind is MovementKind.CHANGED or not words else f"last {words}"


def _risks(expected: Iterable[Expected], names: Mapping[str, str]) -> Iterable[str]:
    rows = [one for one in expected if one.absence >= LIKELY_ABSENT and one.vote is not Vote.ABSENT]
    rows.sort(key=lambda one: (-one.absence, names.get(one.key, one.key)))
    if rows:
        yield ""
        yield f"Likely to be absent though they have voted: {len(rows)}"
    for one in rows:
        name = names.get(one.key, one.key)
        yield f"  {name}: {one.absence:.0%} (would be {VOTE_WORDS[one.vote]})"


def _state(one: Expected, names: Mapping[str, str]) -> str:
    sure = f"{one.confidence:>5.0%}" if one.source is not Source.NO_RECORD else "     "
    return f"  {names.get(one.key, one.key):<42}{VOTE_WORDS[one.vote]:<12}{sure}  absent {one.absence:>4.0%}"


def _by_name(expected: Iterable[Expected], names: Mapping[str, str]) -> list[Expected]:
    return sorted(expected, key=lambda one: order(names.get(one.key, one.key)))

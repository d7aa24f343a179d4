"""A resolution as JSON: everything that we hold of one, for programs; read back it is the same.

    {"masthead": {"number": "75/62", "title": …},
     "paragraphs": [{"kind": "operative", "level": 0, "key": null, "number": "1.",
                     "ops": [{"insert": "Urges", "attributes": {"italic": true}}, …]}, …],
     "findings": [{"where": "OP1", "what": …}],
     "proceedings": {"steps": […], "counts": […]}}

`number`, `findings` and `proceedings` are left out where there are none. `ops` have the form of
`text.changes`. What is not known is reported, and left out.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any, Final

from drafting.errors import Malformed, Unreadable
from drafting.formats.words import fit, fit_exactly
from drafting.text.changes import text_from_json, to_json
from drafting.text.proceedings import UNKNOWN_DAY, Count, Proceedings, Step
from drafting.text.resolution import (
    MAX_LEVEL,
    Finding,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
)

MAX_PARAGRAPHS: Final = 20_000
MAX_ROWS: Final = 1_000
"""Most lines of a list around the text: notices, findings, steps, voters."""

MAX_LINE: Final = 20_000
"""Longest line around the text, in characters."""

_MASTHEAD: Final = tuple(field.name for field in fields(Masthead))
_LISTS: Final = frozenset({"notices"})
_DOCUMENT: Final = frozenset({"masthead", "paragraphs", "findings", "proceedings"})
_PARAGRAPH: Final = frozenset({"kind", "level", "key", "number", "ops"})


# --- writing ------------------------------------------------------------------------------------


def write(resolution: Resolution) -> str:
    """Gives a resolution as JSON, one line for each value."""
    value: dict[str, Any] = {
        "masthead": asdict(resolution.masthead),
        "paragraphs": [_paragraph(paragraph) for paragraph in resolution.paragraphs],
    }
    if resolution.findings:
        value["findings"] = [asdict(finding) for finding in resolution.findings]
    if resolution.proceedings is not None:
        value["proceedings"] = _proceedings(resolution.proceedings)
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _paragraph(paragraph: Paragraph) -> dict[str, Any]:
    value: dict[str, Any] = {
        "kind": paragraph.kind.value,
        "level": paragraph.level,
        "key": paragraph.key,
        "ops": to_json(paragraph.text),
    }
    if paragraph.number is not None:
        value["number"] = paragraph.number
    return value


def _proceedings(way: Proceedings) -> dict[str, Any]:
    steps = [{**asdict(step), "on": step.on.isoformat()} for step in way.steps]
    counts = None if way.counts is None else [asdict(count) for count in way.counts]
    return {"steps": steps, "counts": counts}


# --- reading ------------------------------------------------------------------------------------


def read(data: bytes) -> Resolution:
    """Gives the resolution that `write` wrote, or another program in the same form.

    Refuses: Unreadable, saying what is wrong and where.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refusal("it is not in UTF-8") from None
    except RecursionError:
        raise _refusal("it is nested too deeply") from None
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise _refusal(f"it is not well-formed{where}") from None
    document = _object(value, "the file")
    rows = _list(document.get("paragraphs"), "“paragraphs”", MAX_PARAGRAPHS)
    if not rows:
        raise _refusal("it has no paragraphs")
    findings: list[Finding] = []
    masthead = _read_masthead(document.get("masthead", {}), findings)
    _unknown(document, _DOCUMENT, "document", findings)
    paragraphs = [_read_paragraph(row, at, findings) for at, row in enumerate(rows, 1)]
    told = [
        Finding(_line(one.get("where"), "“where”"), _line(one.get("what"), "“what”"))
        for one in _objects(document.get("findings", []), "“findings”")
    ]
    way = document.get("proceedings")
    return Resolution(
        masthead,
        tuple(paragraphs),
        (*told, *findings),
        proceedings=None if way is None else _read_proceedings(_object(way, "“proceedings”")),
    )


def _refusal(why: str) -> Unreadable:
    return Unreadable(detail=f"This JSON is no resolution: {why}. Nothing was stored.")


def _read_masthead(value: object, findings: list[Finding]) -> Masthead:
    given = _object(value, "“masthead”")
    _unknown(given, frozenset(_MASTHEAD), "masthead", findings)
    known: dict[str, Any] = {
        name: _lines(given[name], f"“{name}”")
        if name in _LISTS
        else _line(given[name], f"“{name}”")
        for name in _MASTHEAD
        if name in given
    }
    return Masthead(**known)


def _read_paragraph(value: object, at: int, findings: list[Finding]) -> Paragraph:
    where = f"paragraph {at}"
    given = _object(value, where)
    _unknown(given, _PARAGRAPH, where, findings)
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in set(Kind):
        raise _refusal(f"{where} is of no kind that is known")
    level = given.get("level", 0)
    lowest, highest = (1, MAX_LEVEL) if kind == Kind.SUB else (0, 0)
    if type(level) is not int or not lowest <= level <= highest:
        raise _refusal(f"{where} has a level that its kind cannot have")
    try:
        text = text_from_json(given.get("ops"))
    except Malformed as refusal:
        raise _refusal(f"in {where}, {_lower(refusal.detail)}") from None
    except RecursionError:
        raise _refusal("it is nested too deeply") from None
    key, number = (
        None if given.get(name) is None else _line(given[name], f"“{name}” of {where}")
        for name in ("key", "number")
    )
    return Paragraph(Kind(kind), text, level, key, number)


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")


def _read_proceedings(given: dict[str, Any]) -> Proceedings:
    steps = tuple(
        Step(
            outcome=_line(one.get("outcome", ""), "“outcome”"),
            on=_day(one.get("on")),
            symbol=_line(one.get("symbol", ""), "“symbol”"),
            by=_line(one.get("by", ""), "“by”"),
            refers_to=_line(one.get("refers_to", ""), "“refers_to”"),
        )
        for one in _objects(given.get("steps", []), "“steps”")
    )
    counts = given.get("counts")
    if counts is None:
        return Proceedings(steps)
    return Proceedings(steps, tuple(map(_read_count, _objects(counts, "“counts”"))))


def _read_count(given: dict[str, Any]) -> Count:
    value = given.get("value")
    if type(value) is not int or not 0 <= value <= MAX_ROWS:
        raise _refusal("a count of votes is no number")
    voters = _lines(given.get("voters", []), "“voters”")
    return Count(_line(given.get("side", ""), "“side”"), value, voters)


def _day(value: object) -> date:
    if value is None:
        return UNKNOWN_DAY
    try:
        return date.fromisoformat(_line(value, "“on”"))
    except ValueError:
        raise _refusal("“on” is no day such as 2026-12-07") from None


def _unknown(
    given: dict[str, Any], known: frozenset[str], where: str, findings: list[Finding]
) -> None:
    findings.extend(
        Finding(where, f"“{fit(name)[:40]}” is not known, and was left out.")
        for name in given
        if name not in known
    )


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(f"{where} is no object")
    return value


def _list(value: object, where: str, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _refusal(f"{where} is no list of at most {most:,}")
    return value


def _objects(value: object, where: str) -> list[dict[str, Any]]:
    return [_object(one, f"a row of {where}") for one in _list(value, where, MAX_ROWS)]


def _lines(value: object, where: str) -> tuple[str, ...]:
    return tuple(_line(one, f"a line of {where}") for one in _list(value, where, MAX_ROWS))


def _line(value: object, where: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_LINE or fit_exactly(value) != value:
        raise _refusal(f"{where} is no line of words")
    return value

"""The record of a draft as a file: JSON lines. docs/record.md and record.schema.json describe it.

The first line says what it is, the last how many lines came before and their hash, so that a file
that was cut off is not taken for a whole one. In between stand people, texts, changes, rows and
entries, one a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from drafting.errors import Unreadable
from drafting.text import chain
from drafting.text.chain import LiveText, Record, Row, Verdict, canonical

SCHEMA: Final = "drafting-record/1"
ENDING: Final = "jsonl"
MAX_BYTES: Final = 2_000_000_000
"""Most bytes of a record that is read: some ten million changes."""

EVERYTHING: Final = "everything"
"""The view of a record that can be imported elsewhere."""


def write(record: Record) -> bytes:
    """Gives a record as a file."""
    lines = [canonical(line) + b"\n" for line in _lines(record)]
    body = b"".join(lines)
    end = {"kind": "end", "lines": len(lines), "hash": hashlib.sha256(body).hexdigest()}
    return body + canonical(end) + b"\n"


def _lines(record: Record) -> Iterator[dict[str, Any]]:
    yield {
        "kind": "record",
        "schema": SCHEMA,
        "draft": record.draft,
        "title": record.title,
        "view": record.view,
        "taken_at": record.taken_at,
        "heads": {name: list(head) for name, head in record.heads.items()},
    }
    for person, name in sorted(record.people.items()):
        yield {"kind": "person", "id": person, "name": name}
    for text in record.texts.values():
        yield {
            "kind": "text",
            "id": text.id,
            "chain": text.chain,
            "first": text.first,
            "content": text.content,
            "version": text.version,
            "link": text.link,
        }
        for change in text.changes:
            yield {"kind": "change", **change}
    for row in record.rows:
        line: dict[str, Any] = {
            "kind": "row",
            "name": row.name,
            "key": row.key,
            "chain": row.chain,
            "value": row.value,
        }
        if row.beside:
            line["beside"] = row.beside
        if row.rest:
            line["rest"] = row.rest
        yield line
    for name in sorted(record.entries):
        for entry in record.entries[name]:
            yield {"kind": "entry", **entry}


def read(data: bytes) -> Record:
    """Reads a record. Refuses: Unreadable, naming the line, for a file that is damaged or none."""
    if len(data) > MAX_BYTES:
        raise Unreadable(detail="A record has at most 2 GB; nothing was stored.")
    lines = data.split(b"\n")
    if lines[-1] != b"":
        raise _damaged(len(lines), "it is cut off")
    lines.pop()
    if len(lines) < 2:  # noqa: PLR2004 - the first and the last
        raise _damaged(1, "this is no record of a draft")
    first = _line(lines[0], 1)
    if first.get("kind") != "record" or first.get("schema") != SCHEMA:
        raise _damaged(1, f"this is no record of a draft ({SCHEMA})")
    record: Record = _given(1, lambda: _head(first))
    for number, line in enumerate(lines[1:-1], 2):
        found = _line(line, number)
        _given(number, lambda found=found: _take(record, found))  # type: ignore[misc]  # one line at a time
    _check_end(lines)
    return record


def _check_end(lines: list[bytes]) -> None:
    end = _line(lines[-1], len(lines))
    if end.get("kind") != "end":
        raise _damaged(len(lines), "the last line is missing: it is cut off")
    body = b"".join(line + b"\n" for line in lines[:-1])
    if end.get("lines") != len(lines) - 1:
        raise _damaged(len(lines), f"{end.get('lines')} lines were written before this one")
    if end.get("hash") != hashlib.sha256(body).hexdigest():
        raise _damaged(len(lines), "the lines before it are not those that were written")


def _damaged(number: int, why: str) -> Unreadable:
    return Unreadable(
        detail=f"Line {number} of this record cannot be read: {why}. Nothing was stored."
    )


def _line(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise _damaged(number, "it is not JSON") from None
    if not isinstance(found, dict):
        raise _damaged(number, "it is not of the expected form")
    return found


def _given(number: int, do: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it makes
    try:
        return do()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged(number, "it is not of the expected form") from None


def _head(line: Mapping[str, Any]) -> Record:
    return Record(
        str(line["draft"]),
        str(line["title"]),
        str(line["view"]),
        str(line["taken_at"]),
        {str(name): (int(head[0]), str(head[1])) for name, head in line["heads"].items()},
    )


def _take(record: Record, line: dict[str, Any]) -> None:
    kind = line.pop("kind")
    match kind:
        case "person":
            record.people[str(line["id"])] = str(line["name"])
        case "text":
            text = LiveText(
                line["id"],
                line["chain"],
                line["first"],
                line["content"],
                int(line["version"]),
                line["link"],
            )
            if text.id in record.texts:
                raise ValueError(text.id)
            record.texts[text.id] = text
        case "change":
            record.texts[line["text"]].changes.append(line)
        case "row":
            record.rows.append(
                Row(
                    line["name"],
                    line["key"],
                    line["chain"],
                    line["value"],
                    line.get("beside", {}),
                    line.get("rest", {}),
                )
            )
        case "entry":
            record.entries.setdefault(line["chain"], []).append(line)
        case _:
            raise ValueError(kind)


def check(data: bytes, head: str = "") -> Verdict:
    """Checks a record's file against its chains. Refuses: Unreadable."""
    return _checked(read(data), head)


def _checked(record: Record, head: str) -> Verdict:
    try:
        return chain.check(record, head)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(
            detail="Something in this record is not of the expected form, so it cannot be checked."
        ) from error

"""The change algebra once more, small and apart from the product: what a text says after a change.

A text is a list of runs (words or one embedded item, attributes). Words hold UTF-16 units: a
character beyond the first plane stands as its two surrogates, so that slicing counts as the wire does.
"""

from __future__ import annotations

import json
from typing import Any

Run = tuple[Any, tuple[tuple[str, Any], ...]]
Line = list[Run]


def units(words: str) -> str:
    """Gives words with one character for each UTF-16 unit."""
    if words.isascii() or max(words) < "\U00010000":
        return words
    raw = words.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[i] | raw[i + 1] << 8) for i in range(0, len(raw), 2))


def line(ops: list[dict[str, Any]]) -> Line:
    """Gives the text that operations which only insert say."""
    return after([], ops)


def after(before: Line, ops: list[dict[str, Any]]) -> Line:
    """Gives a text after a change. Raises ValueError when the change does not fit."""
    rest = list(reversed(before))
    made: Line = []
    for op in ops:
        named = op.get("attributes") or {}
        if "insert" in op:
            value = op["insert"]
            _push(made, units(value) if isinstance(value, str) else _note(value), _set((), named))
        elif "delete" in op:
            _take(rest, op["delete"])
        elif isinstance(op["retain"], dict):
            ((old, attributes),) = _take(rest, 1)
            inner = after(line(json.loads(old[1])), op["retain"]["note"])
            _push(made, _note({"note": as_ops(inner)}), _set(attributes, named))
        else:
            for value, attributes in _take(rest, op["retain"]):
                _push(made, value, _set(attributes, named))
    for value, attributes in reversed(rest):
        _push(made, value, attributes)
    return made


def as_ops(text: Line) -> list[dict[str, Any]]:
    """Gives a text as operations."""
    ops = []
    for value, attributes in text:
        insert = value if isinstance(value, str) else {"note": json.loads(value[1])}
        ops.append({"insert": insert} | ({"attributes": dict(attributes)} if attributes else {}))
    return ops


def words(text: Line) -> str:
    """Gives the words alone; an embedded item counts as one character."""
    return "".join(value if isinstance(value, str) else "\ufffc" for value, _ in text)


def _note(value: dict[str, Any]) -> tuple[str, str]:
    return ("note", json.dumps(as_ops(line(value["note"])), sort_keys=True))


def _set(
    attributes: tuple[tuple[str, Any], ...], named: dict[str, Any]
) -> tuple[tuple[str, Any], ...]:
    if not named:
        return attributes
    merged = dict(attributes) | named
    return tuple(sorted((k, v) for k, v in merged.items() if v is not None))


def _push(made: Line, value: Any, attributes: tuple[tuple[str, Any], ...]) -> None:
    if value == "":
        return
    if made and isinstance(value, str) and isinstance(made[-1][0], str):
        last, named = made[-1]
        if named == attributes:
            made[-1] = (last + value, attributes)
            return
    made.append((value, attributes))


def _take(rest: Line, count: int) -> Line:
    taken: Line = []
    while count:
        if not rest:
            raise ValueError("the change is longer than the text")
        value, attributes = rest.pop()
        size = len(value) if isinstance(value, str) else 1
        if size > count:
            rest.append((value[count:], attributes))
            value, size = value[:count], count
        taken.append((value, attributes))
        count -= size
    return taken

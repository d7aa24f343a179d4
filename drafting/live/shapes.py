"""What clients send, read strictly: Socket.IO packets, and the fields of each event.

Everything is checked here before any handler sees it, and what does not fit is Malformed. Ids are
taken in their canonical form alone, so that no two spellings mean one thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from drafting.errors import Malformed
from drafting.live.rooms import Caret
from drafting.text.changes import Change, from_json

MAX_NUMBER = 2**53 - 1
"""The largest whole number a browser can say exactly."""

MAX_TEXTS = 5_000
"""Most texts a client may name when it catches up: more than ten times the longest resolution."""

MAX_TICKET_CHARS = 200

_PACKET = re.compile(r"2([0-9]{1,9})?(\[.*\])", re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Join:
    """To sit down at a draft's table."""

    draft: UUID


@dataclass(frozen=True, slots=True)
class CatchUpAsked:
    """To hear what happened since."""

    draft: UUID
    seq: int
    texts: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """To change a text."""

    draft: UUID
    text: UUID
    id: UUID
    base: int
    change: Change


@dataclass(frozen=True, slots=True)
class CaretMoved:
    """To show where one edits; None: nowhere any more."""

    draft: UUID
    caret: Caret | None


Asked = Join | CatchUpAsked | ChangeAsked | CaretMoved


class NotAPacket(Exception):
    """What was sent is no event of Socket.IO at all, so there is nobody to answer."""


def packet(message: str) -> tuple[int | None, Asked]:
    """Reads an event packet: the number to acknowledge it under, if any, and what is asked.

    Raises NotAPacket, or BadEvent (with the number, to refuse it under).
    """
    found = _PACKET.fullmatch(message)
    if found is None:
        raise NotAPacket
    number = None if found[1] is None else int(found[1])
    try:
        return number, _event(found[2])
    except Malformed as refusal:
        raise BadEvent(number, refusal) from None


class BadEvent(Exception):
    """An event that is not of the expected form."""

    def __init__(self, number: int | None, refusal: Malformed) -> None:
        """Takes the number to acknowledge under and the refusal."""
        super().__init__(number)
        self.number = number
        self.refusal = refusal


def _event(text: str) -> Asked:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a name and an object
        raise Malformed
    name, data = value
    read = READERS.get(name) if isinstance(name, str) else None
    if read is None or not isinstance(data, dict):
        raise Malformed
    try:
        return read(data)
    except RecursionError:
        raise Malformed from None


def ticket(auth: object) -> str:
    """Reads what a client connects with. Refuses: Malformed."""
    match auth:
        case {"ticket": str() as words, **rest} if not rest:
            if 0 < len(words) <= MAX_TICKET_CHARS and words.isascii() and words.isprintable():
                return words
    raise Malformed


def _refuse(_name: str) -> NoReturn:
    raise Malformed


def _fields(data: dict[str, Any], *names: str) -> list[Any]:
    if data.keys() != set(names):
        raise Malformed
    return [data[name] for name in names]


def _id(value: object) -> UUID:
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise Malformed
    return UUID(value)


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_NUMBER:
        raise Malformed
    return value


def _join(data: dict[str, Any]) -> Join:
    (draft,) = _fields(data, "draft")
    return Join(_id(draft))


def _catch_up(data: dict[str, Any]) -> CatchUpAsked:
    draft, seq, texts = _fields(data, "draft", "seq", "texts")
    if not isinstance(texts, dict) or len(texts) > MAX_TEXTS:
        raise Malformed
    return CatchUpAsked(
        _id(draft), _number(seq), {_id(text): _number(version) for text, version in texts.items()}
    )


def _change(data: dict[str, Any]) -> ChangeAsked:
    draft, text, name, base, ops = _fields(data, "draft", "text", "id", "base", "ops")
    return ChangeAsked(_id(draft), _id(text), _id(name), _number(base), from_json(ops))


def _caret(data: dict[str, Any]) -> CaretMoved:
    draft, text, version, start, end = _fields(data, "draft", "text", "version", "start", "end")
    if text is None:
        for position in (version, start, end):
            if position is not None:
                _number(position)
        return CaretMoved(_id(draft), None)
    return CaretMoved(_id(draft), Caret(_id(text), _number(version), _number(start), _number(end)))


READERS: Mapping[str, Callable[[dict[str, Any]], Asked]] = {
    "join": _join,
    "catch_up": _catch_up,
    "change": _change,
    "caret": _caret,
}
"""Every event a client may send."""

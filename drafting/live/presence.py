"""Who is at the table and where they edit, gathered and told now and then, never relayed.

Six hundred people who each move once a second would be 360,000 messages a second, relayed one by
one. Gathered, it is at most two messages a second for each receiver, and fewer when they are long.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drafting.live.broadcast import Ready, dumps
from drafting.live.rooms import Caret, Member, Room

TICK_S = 0.5
"""Shortest time between two messages to one room."""

BYTES_A_SECOND = 10_000_000
"""What presence may cost in all: a long message to many is told more seldom."""


def person(member: Member) -> dict[str, Any]:
    """Gives a person as others see them: what the server knows, nothing that a client said of them."""
    admitted = member.admitted
    value: dict[str, Any] = {
        "key": member.connection.key,
        "name": admitted.name,
        "delegation": admitted.delegation,
        "role": admitted.role,
        "since": member.since.isoformat(),
    }
    if admitted.may_edit:
        value["text"] = None if member.caret is None else str(member.caret.text)
        value["text_since"] = None if member.text_since is None else member.text_since.isoformat()
    return value


def people(room: Room) -> Ready:
    """Gives everyone who has been told of, as JSON.

    Made once between two tellings, however many join: those who came since are in the next
    `people` event, which whoever joins now receives too.
    """
    if room.snapshot is None:
        room.snapshot = dumps(
            [
                person(one)
                for key, one in (*room.members.items(), *room.guests.items())
                if key not in room.joined and one.is_shown
            ]
        )
    return Ready(room.snapshot)


def note(room: Room, member: Member, caret: Caret | None) -> None:
    """Keeps a caret to be told; each person has one, the last."""
    room.moved[member.connection.key] = caret


def gathered(room: Room, moved: Mapping[str, Caret | None]) -> dict[str, Any]:
    """Gives what is to be told of a room and takes it as told.

    `moved` are the carets of those whose right to edit was asked for since they sent them.
    """
    carets = []
    for key, caret in moved.items():
        member = room.members.get(key) or room.guests.get(key)
        if member is None or not member.admitted.may_edit:
            continue
        member.move(caret)
        carets.append(_caret(member))
    news = {
        "draft": str(room.draft),
        "joined": [person(member) for member in room.joined.values()],
        "left": sorted(room.left),
        "carets": carets,
    }
    room.joined.clear()
    room.left.clear()
    room.snapshot = None
    return news


def pause_s(message_bytes: int, receivers: int) -> float:
    """Gives how long to wait after a message of this size to so many."""
    return max(TICK_S, message_bytes * receivers / BYTES_A_SECOND)


def _caret(member: Member) -> dict[str, Any]:
    caret, since = member.caret, member.text_since
    if caret is None or since is None:
        return {
            "key": member.connection.key,
            "text": None,
            "version": None,
            "start": None,
            "end": None,
            "since": None,
        }
    return {
        "key": member.connection.key,
        "text": str(caret.text),
        "version": caret.version,
        "start": caret.start,
        "end": caret.end,
        "since": since.isoformat(),
    }

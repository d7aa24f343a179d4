"""The only module that says anything to clients.

Socket.IO's own `emit` tells everybody when its recipient is empty; `tell` refuses that, and any
event that is not declared here with its audience. A packet is encoded once, in the caller's thread,
and written straight to the sockets by the hub.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import gevent

from drafting import clock, logs, metrics
from drafting.errors import Conflict, NotFound, NotStored, Refusal, Stale
from drafting.live.bridge import Bridge
from drafting.live.rooms import Connection, Room
from drafting.live.wire import Frame, joined, text_frame


class Audience(StrEnum):
    """Whom an event is for."""

    DRAFT = "everyone on the draft"
    TEXT = "those who may read the text"
    """Everyone on the draft for the working text, its owners for a proposal's."""
    SOME = "those on the draft who may see it"
    ONE = "the connection itself"


EVENTS: Mapping[str, Audience] = {
    "change": Audience.TEXT,
    "deed": Audience.DRAFT,
    "version": Audience.DRAFT,
    "people": Audience.DRAFT,
    "agreement": Audience.DRAFT,
    "thread": Audience.SOME,
    "proposal": Audience.SOME,
    "position": Audience.SOME,
    "sponsors": Audience.SOME,
    "board": Audience.SOME,
    "bye": Audience.ONE,
}
"""Every event the server sends."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A value that is JSON already."""

    json: str


def dumps(value: object) -> str:
    """Gives JSON as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def event_frame(event: str, data: Mapping[str, Any]) -> Frame:
    """Gives the frame of a Socket.IO event with one object."""
    return text_frame(f"42[{dumps(event)},{_object(data)}]")


def _object(data: Mapping[str, Any]) -> str:
    return (
        "{"
        + ",".join(
            f"{dumps(name)}:{value.json if isinstance(value, Ready) else dumps(value)}"
            for name, value in data.items()
        )
        + "}"
    )


class Broadcast:
    """Tells connections what happened, in the order in which it is asked to, from any thread."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def tell(
        self,
        recipients: Room | Collection[Connection],
        event: str,
        data: Mapping[str, Any],
        *,
        besides: Connection | None = None,
    ) -> int:
        """Sends an event to connections, or to a room as it is when the event goes out.

        Gives the size of the frame in bytes.
        `besides` leaves one connection out. Raises ValueError for anything that could be a mistake
        about the recipients (nothing, None, a word, a list with anything but connections), for an
        event that is not in EVENTS, and for a room with an event that not everyone in it may see.
        """
        audience = EVENTS.get(event)
        if audience is None:
            message = f"The event {event!r} is not declared."
            raise ValueError(message)
        if isinstance(recipients, Room):
            if audience not in (Audience.DRAFT, Audience.TEXT):
                message = f"The event {event!r} is for {audience}."
                raise ValueError(message)
        else:
            recipients = _checked(recipients)
        ready = event_frame(event, data)
        self._bridge.run(lambda: _write(recipients, ready, besides))
        return len(ready.data)

    @staticmethod
    def change(data: Mapping[str, Any]) -> Frame:
        """Gives a `change` event, encoded once for all to whom it is delivered."""
        return event_frame("change", data)

    def deliver(self, recipients: Collection[Connection], frames: Sequence[Frame]) -> None:
        """Writes changes to connections, in one write each.

        Takes them to those who may read them: `telling` looks that up. On the hub's thread.
        """
        if recipients and frames:
            ready = joined(frames)
            for one in _checked(recipients):
                one.transport.write(ready)
            metrics.DELIVERED.add(by=len(recipients))

    def answer(self, connection: Connection, packet: int | None, data: Mapping[str, Any]) -> None:
        """Acknowledges a client's event with `ok` and the data. On the hub's thread."""
        if packet is not None:
            connection.transport.write(text_frame(f"43{packet}[{_object({'ok': True, **data})}]"))

    def decline(
        self, connection: Connection, packet: int | None, refusal: Refusal, asked_at: float
    ) -> None:
        """Acknowledges a client's event of a moment (`time.monotonic`) with a refusal. On the hub's thread."""
        name = type(refusal).__name__
        metrics.REFUSED.add(name)
        if name not in connection.refused and not isinstance(refusal, Stale | Conflict | NotStored):
            # Once for each reason: a flood of them must not become a flood of lines.
            connection.refused |= {name}
            logs.declined(name, connection.person_id)
        if packet is None:
            return
        data = {"ok": False, "refusal": name, "detail": refusal.detail}
        ready = text_frame(f"43{packet}[{_object(data)}]")
        if isinstance(refusal, NotFound):
            gevent.spawn(_write_later, connection, ready, clock.until_told_absent_s(asked_at))
        else:
            connection.transport.write(ready)


def _checked(recipients: object) -> tuple[Connection, ...]:
    if isinstance(recipients, Collection) and not isinstance(recipients, str | bytes | Mapping):
        several = tuple(recipients)
        if several and all(isinstance(one, Connection) for one in several):
            return several
    message = "An event needs a room, or connections and nothing else, to go to."
    raise ValueError(message)


def _write(
    recipients: Room | tuple[Connection, ...], ready: Frame, besides: Connection | None
) -> None:
    everyone = recipients.connections() if isinstance(recipients, Room) else recipients
    # A list: a write that ends a connection may change the room.
    some = [one.transport for one in everyone if one is not besides]
    metrics.DELIVERED.add(by=len(some))
    for transport in some:
        transport.write(ready)


def _write_later(connection: Connection, ready: Frame, seconds: float) -> None:
    gevent.sleep(seconds)
    connection.transport.write(ready)

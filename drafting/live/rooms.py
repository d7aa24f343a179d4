"""Who is connected, and who is at the table of which draft.

All of this is the hub's: touched on its thread alone. A room is found by a draft's identity and
never by a name that a client sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from drafting import clock, ids
from drafting.rules.roles import Role

if TYPE_CHECKING:
    from drafting.live.transport import Transport
    from drafting.services.editing import Admitted

_KEY_CHARS = 16


@dataclass(eq=False, slots=True)
class Connection:
    """One browser tab. `key` is what others see of it: unpredictable, and good for nothing else."""

    sid: str
    session_id: UUID
    transport: Transport
    key: str = field(default_factory=lambda: ids.new_token()[:_KEY_CHARS])
    person_id: UUID | None = None
    drafts: dict[UUID, Member] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    """Why something was refused to it so far."""
    checked_at: float = 0.0
    """When the right to be here was last asked for, on the loop's clock."""


@dataclass(frozen=True, slots=True)
class Caret:
    """Where someone edits: two positions in a version of a text, in UTF-16 units."""

    text: UUID
    version: int
    start: int
    end: int


@dataclass(eq=False, slots=True)
class Member:
    """A connection at a draft's table."""

    connection: Connection
    admitted: Admitted
    since: datetime
    caret: Caret | None = None
    text_since: datetime | None = None

    @property
    def is_shown(self) -> bool:
        """Tells whether others see that they are there: a capital's presence is its delegation's own."""
        return self.admitted.role is not Role.CAPITAL

    def move(self, caret: Caret | None) -> None:
        """Sets where the person edits, and since when in this text."""
        if caret is None:
            self.text_since = None
        elif self.caret is None or self.caret.text != caret.text:
            self.text_since = clock.now()
        self.caret = caret


@dataclass(eq=False, slots=True)
class Room:
    """A draft's table: who is there, and what of it has not been told yet."""

    draft: UUID
    members: dict[str, Member] = field(default_factory=dict)
    """By the connection's key."""
    guests: dict[str, Member] = field(default_factory=dict)
    """Who sits at the same table at another server process: shown, and told of by that one."""
    joined: dict[str, Member] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    moved: dict[str, Caret | None] = field(default_factory=dict)
    not_before: float = 0.0
    """When presence may next be told, on the loop's clock."""
    telling: bool = False
    snapshot: str | None = None
    """The people last told, as JSON."""

    def connections(self) -> Iterator[Connection]:
        """Gives everyone at the table."""
        return (member.connection for member in self.members.values())

    def seat_guest(self, guest: Member) -> None:
        """Shows somebody who sits at another process."""
        key = guest.connection.key
        if guest.is_shown:
            self.guests[key] = self.joined[key] = guest
            self.left.discard(key)
            if guest.caret is not None:
                self.moved[key] = guest.caret

    def lose_guest(self, key: str) -> None:
        """Shows somebody who sat at another process no longer."""
        if self.guests.pop(key, None) is not None:
            self.moved.pop(key, None)
            if self.joined.pop(key, None) is None:
                self.left.add(key)

    @property
    def has_news(self) -> bool:
        """Tells whether anyone came, went or moved since the last telling."""
        return bool(self.joined or self.left or self.moved)


class Rooms:
    """All connections and all rooms of this process."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        """By Socket.IO's session id, which never leaves the server's own client."""
        self.by_draft: dict[UUID, Room] = {}

    def add(self, connection: Connection) -> None:
        """Takes in an accepted connection."""
        self.connections[connection.sid] = connection

    def remove(self, connection: Connection) -> None:
        """Forgets a connection wherever it was."""
        self.connections.pop(connection.sid, None)
        for draft in list(connection.drafts):
            self.leave(connection, draft)

    def join(self, connection: Connection, draft: UUID, admitted: Admitted) -> Room:
        """Seats a connection at a draft's table; one that sits there keeps its seat and its since."""
        room = self.by_draft.get(draft)
        if room is None:
            room = self.by_draft[draft] = Room(draft)
        connection.person_id = admitted.person
        member = room.members.get(connection.key)
        if member is not None:
            member.admitted = admitted
            return room
        member = Member(connection, admitted, clock.now())
        connection.drafts[draft] = member
        room.members[connection.key] = member
        if member.is_shown:
            room.joined[connection.key] = member
            room.left.discard(connection.key)
        return room

    def leave(self, connection: Connection, draft: UUID) -> None:
        """Takes a connection from a draft's table."""
        room = self.by_draft.get(draft)
        connection.drafts.pop(draft, None)
        member = None if room is None else room.members.pop(connection.key, None)
        if room is None or member is None:
            return
        room.moved.pop(connection.key, None)
        if room.joined.pop(connection.key, None) is None and member.is_shown:
            room.left.add(connection.key)
        if not room.members:
            del self.by_draft[draft]

    def where(self, predicate: Callable[[Connection], bool]) -> list[Connection]:
        """Gives the connections of which something holds."""
        return [one for one in self.connections.values() if predicate(one)]

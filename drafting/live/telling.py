"""Stored changes on their way to those who may read them: at once, or composed where many wait.

A change that comes alone goes out at once. While a telling is going out, and for a while in
proportion to what it took, what else is stored for that table waits; then all that waits goes out as
few frames: changes of one text that follow on one another are composed into one `change` event, and
a client's frames go in one write. So the more is typed, the less is sent for each change, and
reading, storing and pages always have their part of the time.

Nobody is sent their own change: whoever made one that stands in a composed stretch is told the
parts before and behind it. Nothing is composed over audiences.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gevent import get_hub

from drafting import metrics
from drafting.live.broadcast import Broadcast
from drafting.live.rooms import Connection, Member, Room, Rooms
from drafting.live.wire import Frame
from drafting.rules.proposals import Standing, reads
from drafting.text.changes import MAX_OPS, Change, compose, to_json

if TYPE_CHECKING:
    from gevent.hub import Watcher

MAX_RUN = 32
"""Most changes in one event: what is made for each of its senders apart grows with their square."""

FEW = 2
"""So many changes in one telling are what comes now and then; more are a crowd that types."""

REST_AFTER_FEW, REST_AFTER_MANY = 1.0, 3.0
"""How long a table's telling rests, as a multiple of how long it took. After many it leaves more
room for reading and storing: what then waits goes out in the same write."""


@dataclass(frozen=True, slots=True)
class Told:
    """A stored change that is to be told."""

    draft: UUID
    text: UUID
    version: int
    """The version the text has after it."""
    change: Change
    id: UUID
    """The client's id of the edit."""
    at: datetime
    by: Mapping[str, str | None]
    """`key` of the connection (None where it is not known), `name`, `delegation`."""
    proposal: Standing | None = None
    """Whose the words are, when they are a proposal's: nobody else is told."""
    source: Connection | None = None
    """Where it came from: that one is not told. None when it came in at another process."""


@dataclass(slots=True)
class _Queue:
    """What waits to be told of the working text of a draft, or of one proposal's words."""

    waiting: list[tuple[int, Told]] = field(default_factory=list)
    """With the number of the noting that brought it."""
    since: float = 0.0
    """When the first of them came."""
    resting: Watcher | None = None
    careful: bool = False
    """Whether someone may be reading in the store what they have missed: then changes of different
    commits are not composed, so that no stretch begins before what they read and ends behind it."""


@dataclass(slots=True)
class _Table:
    """A draft's queues.

    Apart, so that what is typed in a proposal that others do not see changes neither when they are
    told of the working text nor what of it is told together.
    """

    queues: dict[UUID | None, _Queue] = field(default_factory=dict)
    """The working text's under None, a proposal's under its text."""
    readers: int = 0


@dataclass(slots=True)
class Run:
    """Changes of one text that follow on one another, for the same readers."""

    told: list[Told]
    whole: Change
    noting: int

    def takes(self, one: Told, noting: int, *, careful: bool) -> bool:
        """Tells whether a change may be told in one event with these."""
        last = self.told[-1]
        return (
            one.version == last.version + 1
            and one.proposal == last.proposal
            and len(self.told) < MAX_RUN
            and not (careful and (noting != self.noting or one.source is None))
        )


class Telling:
    """Tells stored changes, in the order of their versions. On the hub's thread alone."""

    def __init__(self, rooms: Rooms, voice: Broadcast) -> None:
        self._rooms = rooms
        self._voice = voice
        self._tables: dict[UUID, _Table] = {}
        self._notings = 0

    def note(self, changes: Sequence[Told]) -> None:
        """Takes stored changes, those of a text in the order of its versions; tells them soon.

        Call it once for what was committed together.
        """
        self._notings += 1
        touched: dict[tuple[UUID, UUID | None], _Queue] = {}
        for one in changes:
            if one.draft in self._rooms.by_draft:
                place = one.draft, None if one.proposal is None else one.text
                queue = touched[place] = self._queue(*place)
                if not queue.waiting:
                    queue.since = time.perf_counter()
                queue.waiting.append((self._notings, one))
        for (draft, text), queue in touched.items():
            if queue.resting is None:
                self._flush(draft, text, queue)

    @contextmanager
    def reading(self, draft: UUID) -> Iterator[None]:
        """Marks that someone at a table asks the store what they have missed, until they are answered."""
        table = self._tables.setdefault(draft, _Table())
        table.readers += 1
        for queue in table.queues.values():
            queue.careful = True
        try:
            yield
        finally:
            table.readers -= 1
            self._drop_if_idle(draft, table)

    @property
    def waiting(self) -> int:
        """How many changes wait to be told."""
        return sum(len(q.waiting) for table in self._tables.values() for q in table.queues.values())

    def flush(self, draft: UUID) -> None:
        """Tells at once what waits at a table: before anything else is told there."""
        table = self._tables.get(draft)
        if table is not None:
            for text, queue in list(table.queues.items()):
                self._flush(draft, text, queue)

    def stop(self) -> None:
        """Tells all that waits."""
        for draft, table in list(self._tables.items()):
            self.flush(draft)
            for queue in table.queues.values():
                _end_rest(queue)
        self._tables.clear()

    def _queue(self, draft: UUID, text: UUID | None) -> _Queue:
        table = self._tables.setdefault(draft, _Table())
        queue = table.queues.get(text)
        if queue is None:
            queue = table.queues[text] = _Queue(careful=table.readers > 0)
        return queue

    def _flush(self, draft: UUID, text: UUID | None, queue: _Queue) -> None:
        if not queue.waiting:
            return
        waiting, queue.waiting = queue.waiting, []
        room = self._rooms.by_draft.get(draft)
        if room is not None:
            begun = time.perf_counter()
            self._tell(room, stretches(waiting, careful=queue.careful))
            took = time.perf_counter() - begun
            metrics.FAN_OUT.note(begun + took - queue.since)
            rest = REST_AFTER_FEW if len(waiting) <= FEW else REST_AFTER_MANY
            _end_rest(queue)
            queue.resting = get_hub().loop.timer(rest * took)
            queue.resting.start(self._rested, draft, text, queue)
        queue.careful = self._tables[draft].readers > 0

    def _rested(self, draft: UUID, text: UUID | None, queue: _Queue) -> None:
        _end_rest(queue)
        self._flush(draft, text, queue)
        if queue.resting is None:
            table = self._tables[draft]
            del table.queues[text]
            self._drop_if_idle(draft, table)

    def _drop_if_idle(self, draft: UUID, table: _Table) -> None:
        if not table.queues and not table.readers:
            self._tables.pop(draft, None)

    def _tell(self, room: Room, runs: Sequence[Run]) -> None:
        own = _senders(runs)
        whole = [_event(run.told, run.whole) for run in runs]
        closed = [at for at, run in enumerate(runs) if run.told[0].proposal is not None]
        heard: dict[tuple[int, ...], list[Connection]] = {}
        apart: list[tuple[Connection, list[Frame]]] = []
        members: Iterable[Member] = room.members.values()
        if not closed:
            # Everyone may read all of it: nothing is looked up for each of six hundred.
            heard[()] = [one.connection for one in members if one.connection not in own]
            members = [one for one in members if one.connection in own]
        for member in members:
            hidden = tuple(at for at in closed if not _may_read(member, runs[at]))
            mine = own.get(member.connection)
            if mine is None:
                heard.setdefault(hidden, []).append(member.connection)
                continue
            frames: list[Frame] = []
            for at, frame in enumerate(whole):
                if at in hidden:
                    continue
                frames += around(runs[at], member.connection) if at in mine else [frame]
            apart.append((member.connection, frames))
        for hidden, connections in heard.items():
            frames = [frame for at, frame in enumerate(whole) if at not in hidden]
            self._voice.deliver(connections, frames)
        for connection, frames in apart:
            self._voice.deliver([connection], frames)


def _senders(runs: Sequence[Run]) -> dict[Connection, list[int]]:
    """Gives in which stretches each connection's own changes stand."""
    own: dict[Connection, list[int]] = {}
    for at, run in enumerate(runs):
        for one in run.told:
            if one.source is not None and at not in own.setdefault(one.source, []):
                own[one.source].append(at)
    return own


def _end_rest(queue: _Queue) -> None:
    if queue.resting is not None:
        queue.resting.stop()
        queue.resting.close()
        queue.resting = None


def _may_read(member: Member, run: Run) -> bool:
    standing = run.told[0].proposal
    return standing is None or reads(member.admitted.role, member.admitted.side, standing)


def stretches(waiting: Sequence[tuple[int, Told]], *, careful: bool) -> list[Run]:
    """Gives what waits in as few stretches as may be, those of a text in the order of its versions."""
    runs: list[Run] = []
    last: dict[UUID, Run] = {}
    for noting, one in waiting:
        run = last.get(one.text)
        if run is not None and run.takes(one, noting, careful=careful):
            both = compose(run.whole, one.change)
            if len(both.ops) <= MAX_OPS:
                run.told.append(one)
                run.whole = both
                run.noting = noting
                continue
        run = last[one.text] = Run([one], one.change, noting)
        runs.append(run)
    return runs


def around(run: Run, sender: Connection) -> list[Frame]:
    """Gives the events of a stretch for one who made a part of it: what stands before, between, behind."""
    frames: list[Frame] = []
    stretch: list[Told] = []
    for one in [*run.told, None]:
        if one is not None and one.source is not sender:
            stretch.append(one)
            continue
        if stretch:
            change = stretch[0].change
            for other in stretch[1:]:
                change = compose(change, other.change)
            frames.append(_event(stretch, change))
        stretch = []
    return frames


def _event(told: Sequence[Told], change: Change) -> Frame:
    """Gives the `change` event of one change, or of several in one: docs/live.md."""
    last = told[-1]
    data: dict[str, Any] = {
        "draft": str(last.draft),
        "text": str(last.text),
        "version": last.version,
        "ops": to_json(change),
        "id": str(last.id),
        "at": last.at.isoformat(),
        "by": last.by if all(one.by == last.by for one in told) else None,
    }
    if len(told) > 1:
        data["base"] = told[0].version - 1
        data["ids"] = [str(one.id) for one in told]
    return Broadcast.change(data)

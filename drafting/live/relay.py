"""Several server processes as one: what happened at the others is told here, in order.

What happened is read from the database (`services/news`); between the processes go only notices
without words: "draft D has news up to n", and who sits where, by ids. Each draft's news are told in
the order of their numbers, one's own among them, so that every process tells the same in the same
order. A notice that is lost is made good by looking: every few seconds, twice a second while the
notices' way is broken, and at once where a number is missing.

All state here is a cache: a process that is killed takes nothing with it.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import gevent
from gevent.event import Event

from drafting import logs
from drafting.errors import Refusal
from drafting.events import Event as Happened
from drafting.events import WordsStored
from drafting.live.bridge import Bridge
from drafting.live.exchange import Exchange
from drafting.live.rooms import Caret, Connection, Member, Room, Rooms
from drafting.live.telling import Told
from drafting.live.wire import Status
from drafting.services.editing import Admitted
from drafting.services.news import NO_DRAFT, READ_AT_ONCE, Caught, Heard, News, StoredWords

POLL_S = 0.5
"""How often one looks for news while notices do not get through."""

LOOK_S = 5.0
"""How often one looks although they do."""

OWN_S = 2.0
"""How long one's own news may be missing before it is read like another's: its commit was not told."""

PRUNE_S = 60.0
IDLE_S = 60.0
"""How long a draft is followed after the last person has left its table."""

BEAT_S = 4.0
"""How often a process says that it is there."""

SILENT_S = 15.0
"""After how long a silence those who sit at another process are no longer shown."""

WHOLE_EVERY = 5
"""Each so manyth beat says anew who sits at its tables: a lost notice is made good."""

PEOPLE_A_NOTICE = 150
MAX_PROCESSES = 256
"""Most other processes one listens to: each that is new is told who sits here."""

_log = logging.getLogger(__name__)
_Ask = Callable[..., Any]


class NewsDesk(Protocol):
    """What the relay asks of the services. Each function may wait for the database."""

    def head(self, draft: UUID) -> int:
        """Gives the number of a draft's last news."""

    def after(self, known: Mapping[UUID, int], *, also_own: bool) -> Caught:
        """Gives the news after the numbers one knows."""

    def prune(self) -> None:
        """Takes old news away."""

    def seated(self, draft: UUID, people: Collection[UUID]) -> Mapping[UUID, Admitted]:
        """Gives those of these people who have a place on a draft, as they stand."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What the relay needs of the live floor of its process."""

    rooms: Rooms
    bridge: Bridge
    ask: _Ask
    """Asks the desk in a worker thread, while a greenlet waits."""
    happen: Callable[[Happened], None]
    """Takes an event as if it had happened here."""
    note: Callable[[Sequence[Told]], None]
    """Tells stored changes."""
    end: Callable[[Connection, str, Status], None]


@dataclass(slots=True)
class _Followed:
    """How far a draft's news have been told here, and what waits for its turn."""

    told: int | None = None
    """None while it is being asked."""
    waiting: dict[int, _Waiting] = field(default_factory=dict)
    known: Event = field(default_factory=Event)
    used_at: float = 0.0
    own_since: float | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """News that wait for their turn; `done` None: this process's own, whose words are on their way."""

    done: Sequence[Happened | tuple[StoredWords, ...]] | None


class Relay:
    """One process among several. All but `spread`, `keep` and the reader is the hub's thread's."""

    def __init__(self, floor: Floor, desk: NewsDesk, exchange: Exchange, process: UUID) -> None:
        self._floor = floor
        self._desk = desk
        self._exchange = exchange
        self._process = str(process)
        self._drafts: dict[UUID, _Followed] = {}
        self._own: dict[tuple[UUID, int], Told] = {}
        self._lock = threading.Lock()
        self._known: dict[UUID, int] = {}
        self._wanted: dict[UUID, bool] = {}
        self._look = threading.Event()
        self._stopping = False
        self._processes: dict[str, float] = {}
        self._arrivals: deque[tuple[str, UUID, dict[str, Any]]] = deque()
        self._arrived = Event()
        self._reader = threading.Thread(target=self._read_on, name="news", daemon=True)
        self._tasks: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Begins to listen and to look."""
        self.follow(NO_DRAFT)
        self._exchange.start(
            lambda notice: self._floor.bridge.post(partial(self._hear, notice)),
            lambda: self._floor.bridge.post(self._back),
        )
        self._reader.start()
        self._tasks = [gevent.spawn(self._beat), gevent.spawn(self._seat_guests)]
        self._say("beat")

    # What this process did ------------------------------------------------------------------------

    def spread(self, news: Sequence[News]) -> None:
        """Takes what this process did, after its commit; from any thread, never waiting."""
        for one in news:
            self._floor.bridge.run(partial(self._take, one.draft, one.number, one.events))
            self._say("news", one.draft, one.number)

    def note(self, changes: Sequence[Told]) -> None:
        """Takes the changes that came in here; they are told when their news have their turn."""
        drafts = set()
        for one in changes:
            if one.draft in self._drafts:
                self._own[one.text, one.version] = one
                drafts.add(one.draft)
        for draft in drafts:
            self._advance(draft)

    # In order -------------------------------------------------------------------------------------

    def follow(self, draft: UUID) -> None:
        """Sees to it that a draft's news arrive from now on. A greenlet waits meanwhile."""
        followed = self._drafts.get(draft)
        if followed is None:
            # First this, then the question: what comes between the two waits.
            followed = self._drafts[draft] = _Followed()
            try:
                head = self._floor.ask(self._desk.head, draft)
            except Refusal:
                del self._drafts[draft]
                followed.known.set()
                raise
            followed.told = head
            followed.waiting = {n: w for n, w in followed.waiting.items() if n > head}
            self._remember(draft, head)
            followed.known.set()
            self._advance(draft)
        else:
            followed.known.wait()
        followed.used_at = _now()

    def _take(
        self,
        draft: UUID,
        number: int,
        done: Sequence[Happened | tuple[StoredWords, ...]] | None,
    ) -> None:
        followed = self._drafts.get(draft)
        if followed is None or (followed.told is not None and number <= followed.told):
            return
        before = followed.waiting.get(number)
        if before is None or before.done is None:
            followed.waiting[number] = _Waiting(done)
        self._advance(draft)

    def _advance(self, draft: UUID) -> None:
        followed = self._drafts.get(draft)
        if followed is None or followed.told is None:
            return
        while (one := followed.waiting.get(followed.told + 1)) is not None:
            if one.done is None or not self._here(one.done):
                # Its own thread is about to say it; should it not, it is read like another's.
                followed.own_since = followed.own_since or _now()
                return
            del followed.waiting[followed.told + 1]
            followed.told += 1
            followed.own_since = None
            self._remember(draft, followed.told)
            for event in one.done:
                self._tell(event)
        if followed.waiting:
            self._want(draft)

    def _here(self, done: Sequence[Happened | tuple[StoredWords, ...]]) -> bool:
        return all(
            words in self._own
            for event in done
            if isinstance(event, WordsStored)
            for words in event.words
        )

    def _tell(self, event: Happened | tuple[StoredWords, ...]) -> None:
        match event:
            case WordsStored():
                self._floor.note([self._own.pop(words) for words in event.words])
            case tuple():
                for one in event:
                    self._own.pop((one.text, one.version), None)
                self._floor.note([_told(one) for one in event])
            case _:
                self._floor.happen(event)

    def _lose(self, draft: UUID, number: int) -> None:
        """Sends those at a table to look again: what happened meanwhile is kept no longer."""
        followed = self._drafts.get(draft)
        if followed is None or followed.told is None or followed.told >= number:
            return
        followed.told = number
        followed.waiting = {n: w for n, w in followed.waiting.items() if n > number}
        self._remember(draft, number)
        for connection in self._floor.rooms.where(lambda one: draft in one.drafts):
            self._floor.end(connection, "Please come again.", Status.GOING_AWAY)
        self._advance(draft)

    def _remember(self, draft: UUID, number: int) -> None:
        with self._lock:
            self._known[draft] = number

    def _want(self, draft: UUID, *, also_own: bool = False) -> None:
        with self._lock:
            self._wanted[draft] = also_own or self._wanted.get(draft, False)
        self._look.set()

    # Reading, in a thread of its own --------------------------------------------------------------

    def _read_on(self) -> None:
        looked = pruned = time.monotonic()
        while not self._stopping:
            self._look.wait(POLL_S)
            self._look.clear()
            with self._lock:
                wanted, self._wanted = self._wanted, {}
                known = dict(self._known)
            now = time.monotonic()
            if now - looked >= (LOOK_S if self._exchange.hears else POLL_S):
                looked = now
            else:
                known = {draft: known[draft] for draft in wanted if draft in known}
            try:
                self._read(known, wanted)
                if now - pruned > PRUNE_S:
                    pruned = now
                    self._desk.prune()
            except Exception as error:  # noqa: BLE001 - the thread must go on: it looks again
                if not isinstance(error, Refusal):
                    logs.failed(_log, "News could not be read.", error)
                with self._lock:
                    self._wanted = wanted | self._wanted

    def _read(self, known: dict[UUID, int], wanted: Mapping[UUID, bool]) -> None:
        for also_own in (False, True):
            asked = {d: n for d, n in known.items() if wanted.get(d, False) is also_own}
            if not asked:
                continue
            caught = self._desk.after(asked, also_own=also_own)
            if caught.heard or caught.lost:
                self._floor.bridge.post(partial(self._caught, caught))

    def _caught(self, caught: Caught) -> None:
        for one in caught.heard:
            self._take(one.draft, one.number, one.done)
        for draft, number in caught.lost.items():
            self._lose(draft, number)
        # There may be more than is read at once.
        for draft in {one.draft for one in caught.heard if _is_full(caught.heard, one.draft)}:
            self._want(draft)

    # Notices --------------------------------------------------------------------------------------

    def _say(self, kind: str, draft: UUID = NO_DRAFT, what: object = None) -> None:
        notice = json.dumps([self._process, kind, str(draft), what], separators=(",", ":"))
        self._exchange.send(notice.encode())

    def _hear(self, notice: bytes) -> None:
        try:
            process, kind, name, what = json.loads(notice)
            draft = UUID(name)
        except (ValueError, TypeError):
            _log.warning("A notice of another process has a form that is not known here.")
            return
        if process == self._process:
            return
        if kind == "gone":
            self._forget(process)
            return
        known = process in self._processes
        if not known and len(self._processes) >= MAX_PROCESSES:
            return
        self._processes[process] = _now()
        if not known:
            self._introduce()
        match kind:
            case "news":
                followed = self._drafts.get(draft)
                if followed is not None and followed.told is not None and what > followed.told:
                    self._want(draft)
            case "who":
                self._say_whole(draft)
            case "here":
                self._arrivals.append((process, draft, what))
                self._arrived.set()

    def _back(self) -> None:
        """The way was lost and is there again: what was missed is read, and who sits where is said."""
        for draft in self._drafts:
            self._want(draft)
        self._introduce()

    def _introduce(self) -> None:
        self._say("beat")
        for draft in self._floor.rooms.by_draft:
            self._say_whole(draft)
            self._say("who", draft)

    def _beat(self) -> None:
        number = 0
        while True:
            gevent.sleep(BEAT_S / 4)
            number += 1
            now = _now()
            for draft, followed in list(self._drafts.items()):
                if followed.own_since is not None and now - followed.own_since > OWN_S:
                    followed.own_since = None
                    self._want(draft, also_own=True)
                self._drop_if_idle(draft, followed, now)
            if number % 4 == 0:
                self._say("beat")
                for process, heard_at in list(self._processes.items()):
                    if now - heard_at > SILENT_S:
                        self._forget(process)
            if number % (4 * WHOLE_EVERY) == 0:
                for draft in list(self._floor.rooms.by_draft):
                    self._say_whole(draft)

    def _drop_if_idle(self, draft: UUID, followed: _Followed, now: float) -> None:
        if draft in self._floor.rooms.by_draft or draft == NO_DRAFT:
            followed.used_at = now
        elif followed.told is not None and now - followed.used_at > IDLE_S:
            del self._drafts[draft]
            with self._lock:
                self._known.pop(draft, None)

    # Who sits where -------------------------------------------------------------------------------

    def joined(self, room: Room) -> None:
        """Asks the others who sits at a draft's table, once somebody sits there here."""
        if len(room.members) == 1:
            self._say("who", room.draft)

    def moved(self, room: Room, carets: Mapping[str, Caret | None]) -> None:
        """Tells the others what is about to be told of those who sit here."""
        keys = {key for key in (*room.joined, *carets) if key in room.members}
        people = [_here(member) for key in keys if (member := room.members[key]).is_shown]
        for one in people:
            key = one[0]
            if key in carets:
                one[3] = _place(carets[key])
        left = sorted(key for key in room.left if key not in room.guests)
        for start in range(0, max(len(people), 1), PEOPLE_A_NOTICE):
            some = people[start : start + PEOPLE_A_NOTICE]
            if some or left:
                self._say("here", room.draft, {"people": some, "left": left, "keys": None})
            left = []

    def _say_whole(self, draft: UUID) -> None:
        room = self._floor.rooms.by_draft.get(draft)
        if room is None:
            return
        people = [_here(member) for member in room.members.values() if member.is_shown]
        keys: list[str] | None = [one[0] for one in people]
        for start in range(0, max(len(people), 1), PEOPLE_A_NOTICE):
            some = people[start : start + PEOPLE_A_NOTICE]
            self._say("here", draft, {"people": some, "left": [], "keys": keys})
            keys = None

    def _seat_guests(self) -> None:
        # One after the other, so that of two notices of a person the newer comes last.
        while True:
            self._arrived.wait()
            if not self._arrivals:
                self._arrived.clear()
                continue
            process, draft, what = self._arrivals.popleft()
            room = self._floor.rooms.by_draft.get(draft)
            if room is None:
                continue
            try:
                self._seat(room, process, what)
            except Refusal:
                continue
            except Exception as error:  # noqa: BLE001 - the next notice is another's
                logs.failed(_log, "A notice of who sits where could not be read.", error)

    def _seat(self, room: Room, process: str, what: dict[str, Any]) -> None:
        new = [one for one in what["people"] if one[0] not in room.guests]
        found: Mapping[UUID, Admitted] = {}
        if new:
            asked = {UUID(one[1]) for one in new}
            found = self._floor.ask(self._desk.seated, room.draft, asked)
        if what["keys"] is not None:
            for key in _keys_of(room, process) - set(what["keys"]):
                room.lose_guest(key)
        for key, person, since, place, text_since in what["people"]:
            caret = _caret(place)
            guest = room.guests.get(key)
            if guest is not None:
                if guest.caret != caret:
                    room.moved[key] = caret
                continue
            admitted = found.get(UUID(person))
            if admitted is None or key in room.members:
                continue
            stub: Any = None
            member = Member(
                Connection(process, UUID(int=0), stub, key=key),
                admitted,
                datetime.fromisoformat(since),
                caret,
                None if text_since is None else datetime.fromisoformat(text_since),
            )
            room.seat_guest(member)
        for key in _keys_of(room, process) & set(what["left"]):
            room.lose_guest(key)

    def _forget(self, process: str) -> None:
        self._processes.pop(process, None)
        for room in self._floor.rooms.by_draft.values():
            for key in _keys_of(room, process):
                room.lose_guest(key)

    # The end --------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Says that this process is gone, and ends."""
        self._stopping = True
        self._say("gone")
        self._look.set()
        for task in self._tasks:
            task.kill()
        self._exchange.stop()
        self._reader.join(POLL_S * 4)


def _is_full(heard: Sequence[Heard], draft: UUID) -> bool:
    return sum(one.draft == draft for one in heard) >= READ_AT_ONCE


def _told(one: StoredWords) -> Told:
    by = {"key": None, "name": one.by_name, "delegation": one.by_delegation}
    return Told(
        one.draft, one.text, one.version, one.change, one.id, one.at, by, proposal=one.proposal
    )


def _here(member: Member) -> list[Any]:
    since = member.text_since
    return [
        member.connection.key,
        str(member.admitted.person),
        member.since.isoformat(),
        _place(member.caret),
        None if since is None else since.isoformat(),
    ]


def _place(caret: Caret | None) -> list[Any] | None:
    if caret is None:
        return None
    return [str(caret.text), caret.version, caret.start, caret.end]


def _caret(place: list[Any] | None) -> Caret | None:
    if place is None:
        return None
    text, version, start, end = place
    return Caret(UUID(text), version, start, end)


def _keys_of(room: Room, process: str) -> set[str]:
    return {key for key, guest in room.guests.items() if guest.connection.sid == process}


def _now() -> float:
    return gevent.get_hub().loop.now()

"""The live floor as a whole: takes connections, hands events to the desk, tells what happened.

One native thread runs the hub and touches sockets only. Whatever asks the database runs in worker
threads; edits in one thread of their own (`editing.Writer`). Nothing is monkey-patched.

A connection's right is asked for anew on every event: by the desk for edits and for catching up,
at the gathering for carets; and every half minute for whoever only listens.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

import gevent
from flask_socketio import SocketIO
from gevent.event import Event
from gevent.threadpool import ThreadPool
from socketio.exceptions import ConnectionRefusedError as ConnectRefused

from drafting import ids, logs, metrics
from drafting.errors import NotAllowed, NotFound, NotSignedIn, NotStored, Refusal, TooMany
from drafting.events import (
    AgreementChanged,
    BoardChanged,
    DeedDone,
    PlaceEnded,
    PositionChanged,
    ProposalChanged,
    RecordChanged,
    SessionEnded,
    SponsorshipChanged,
    SponsorsListed,
    ThreadChanged,
    VersionSealed,
    WorkingTextChanged,
)
from drafting.events import Event as Happened
from drafting.live import presence, shapes
from drafting.live.bridge import Bridge
from drafting.live.broadcast import Broadcast, Ready, dumps
from drafting.live.editing import Settling, Waiting, Writer, missed
from drafting.live.exchange import Exchange
from drafting.live.pings import Pings
from drafting.live.relay import Floor, NewsDesk, Relay
from drafting.live.rooms import Caret, Connection, Member, Room, Rooms
from drafting.live.telling import Telling, Told
from drafting.live.transport import MAX_MESSAGE_BYTES, TRANSPORT, Transport, refusal
from drafting.live.wire import Status
from drafting.rules.rights import RIGHTS, Right
from drafting.services.editing import Admitted, CatchUp, Edit, Stored

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from flask import Flask

PING_INTERVAL_S = 20
PING_TIMEOUT_S = 15
"""A client that is gone is noticed within a minute: interval, timeout, and Engine.IO's round."""

RECHECK_S = 30.0
"""How often the right of someone who only listens is asked for again."""

RECHECKED_AT_ONCE = 50
"""Most rights asked for in one turn of a worker thread."""

MAX_DRAFTS = 8
"""Most drafts one connection may sit at."""

MAX_CONNECTIONS = 32
"""Most connections one session may have: browser tabs, and those that have not been noticed to be gone."""

WORKERS = 4
"""Threads that admit people and let them catch up."""

_CONNECTION = "drafting.connection"
_TRIED = "drafting.tried"
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Desk(Protocol):
    """What the live floor asks of the services. Each function may wait for the database."""

    def apply_all(self, edits: Sequence[Edit]) -> Sequence[Stored | Refusal]:
        """Stores edits in one transaction, in this order; gives an answer for each."""

    def catch_up(self, session: UUID, draft: UUID, seq: int, texts: Mapping[UUID, int]) -> CatchUp:
        """Gives what a client missed. Refuses: NotFound, NotSignedIn."""

    def admit(self, session: UUID, draft: UUID) -> Admitted:
        """Gives a person at a draft's table as of now. Refuses: NotFound, NotSignedIn."""

    def working_texts(self, draft: UUID, texts: Collection[UUID]) -> Collection[UUID]:
        """Gives those of these texts that are paragraphs of the draft."""

    def redeem_ticket(self, ticket: str) -> UUID:
        """Spends a ticket and gives its session. Refuses: NotSignedIn."""

    def thing_for(
        self, draft: UUID, kind: str, thing: object, sessions: Collection[UUID]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        """Gives a thing that was told of, by session, as each who may see it now sees it."""


class Hub:
    """The live floor of one process. Made, and run, on the thread that runs gevent's hub."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        """Adds Socket.IO to a Flask application, and starts the threads behind it."""
        self._app = app
        self._desk = desk
        self._rooms = Rooms()
        self._bridge = Bridge()
        self._voice = Broadcast(self._bridge)
        self._telling = Telling(self._rooms, self._voice)
        self._relay: Relay | None = None
        self._settling = Settling(self._note, self._voice, self._end)
        self._writer = Writer(desk.apply_all, self._settling.settle, self._bridge)
        self._workers = ThreadPool(WORKERS)
        self._endings = 0
        self._things: deque[tuple[UUID, str, Hashable]] = deque()
        self._things_news = Event()
        self._stopping = False
        self._pings = Pings(PING_INTERVAL_S)
        self.socketio = self._socketio()
        metrics.read(
            {
                metrics.CLIENTS: lambda: len(self._rooms.connections),
                metrics.ROOMS: lambda: len(self._rooms.by_draft),
                metrics.WRITER_QUEUE: lambda: self._writer.waiting,
                metrics.BRIDGE_QUEUE: lambda: self._bridge.waiting,
                metrics.TELLING_QUEUE: lambda: self._telling.waiting,
            }
        )
        self._tasks = [
            gevent.spawn(self._tell_presence),
            gevent.spawn(self._recheck),
            gevent.spawn(self._tell_things),
        ]

    def _socketio(self) -> SocketIO:
        # Engine.IO's logs hold what people write. Nothing of it is ever logged.
        silent = logging.getLogger("drafting.live.engineio")
        silent.disabled = True
        options: dict[str, Any] = {
            "async_mode": "gevent",
            "async_handlers": False,
            "transports": ["websocket"],
            "manage_session": False,
            "http_compression": False,
            # The origin is looked at in `transport.refusal`, by the rule that pages follow too.
            "cors_allowed_origins": [],
            "logger": silent,
            "engineio_logger": silent,
            "max_http_buffer_size": MAX_MESSAGE_BYTES,
            "always_connect": False,
            "ping_interval": PING_INTERVAL_S,
            "ping_timeout": PING_TIMEOUT_S,
        }
        socketio = SocketIO(self._app, **options)
        self._server: Any = getattr(socketio, "server")  # noqa: B009 - left out of the typings as internal
        # Handlers stand on python-socketio itself: Flask-SocketIO would make a request context,
        # and a session as it was at connect, for each event.
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._connect_packet: Callable[[str, str], None] = self._server.eio.handlers["message"]
        self._server.eio.on("message", self._receive)
        self._server.eio.generate_id = ids.new_token
        self._server.eio.start_background_task = self._pings.begin
        self._server.eio._async = {**self._server.eio._async, "websocket": Transport}  # noqa: SLF001 - the one place where Engine.IO lets a driver be set
        return socketio

    # The door -------------------------------------------------------------------------------------

    def door(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serves requests under /socket.io/, as a WSGI application on the hub's thread."""
        problem = "The server is stopping." if self._stopping else refusal(environ)
        if problem is not None:
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [problem.encode()]
        return self._app.wsgi_app(environ, start_response)

    def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        # Socket.IO calls again without `auth` after a TypeError: nothing but a refusal leaves here.
        transport: Transport = environ[TRANSPORT]
        try:
            session = self._ask(self._desk.redeem_ticket, shapes.ticket(auth))
        except Refusal as refused:
            raise ConnectRefused(NotSignedIn.sentence) from refused
        if self._stopping or not transport.open:
            raise ConnectRefused(NotStored.sentence)
        if len(self._rooms.where(lambda one: one.session_id == session)) >= MAX_CONNECTIONS:
            raise ConnectRefused(TooMany.sentence)
        connection = Connection(sid, session, transport)
        transport.on_flood = partial(
            self._end, connection, "Too much was sent at once. Please reload the page."
        )
        environ[_CONNECTION] = connection
        self._rooms.add(connection)
        transport.accept()

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        connection = self._rooms.connections.get(sid)
        if connection is not None:
            self._rooms.remove(connection)

    # What clients send ----------------------------------------------------------------------------

    def _receive(self, eio_sid: str, message: object) -> None:
        environ = self._server.environ.get(eio_sid)
        if environ is None:
            return
        transport: Transport = environ[TRANSPORT]
        try:
            if not isinstance(message, str) or not self._packet(eio_sid, environ, message):
                transport.finish(Status.PROTOCOL_ERROR)
        except Exception as error:  # noqa: BLE001 - Engine.IO would log the event with its words
            logs.failed(_log, "An event could not be handled.", error)
            transport.finish(Status.PROTOCOL_ERROR)

    def _packet(self, eio_sid: str, environ: dict[str, Any], message: str) -> bool:
        connection: Connection | None = environ.get(_CONNECTION)
        if message == "1":
            environ[TRANSPORT].finish(Status.NORMAL)
            return True
        if message.startswith("2") and connection is not None:
            return self._event(connection, message)
        if message.startswith("0") and not environ.get(_TRIED):
            environ[_TRIED] = True
            if message != "0" and not _is_json(message[1:]):
                return False
            # A ticket comes in an object. Socket.IO would read a number there as something else.
            self._connect_packet(eio_sid, message if message.startswith("0{") else "0")
            if _CONNECTION not in environ:
                environ[TRANSPORT].refuse()
            return True
        return False

    def _event(self, connection: Connection, message: str) -> bool:
        asked_at = time.monotonic()
        try:
            packet, asked = shapes.packet(message)
        except shapes.NotAPacket:
            return False
        except shapes.BadEvent as bad:
            self._voice.decline(connection, bad.number, bad.refusal, asked_at)
            return True
        try:
            match asked:
                case shapes.ChangeAsked():
                    self._change(connection, packet, asked)
                case shapes.CaretMoved():
                    self._caret(connection, asked)
                case shapes.CatchUpAsked():
                    self._catch_up(connection, packet, asked)
                case shapes.Join():
                    self._join(connection, packet, asked)
        except Refusal as refused:
            self._voice.decline(connection, packet, refused, asked_at)
            if isinstance(refused, NotSignedIn):
                self._end(connection, refused.detail)
        return True

    def _join(self, connection: Connection, packet: int | None, asked: shapes.Join) -> None:
        if len(connection.drafts) >= MAX_DRAFTS and asked.draft not in connection.drafts:
            raise TooMany
        if self._relay is not None:
            self._relay.follow(asked.draft)
        admitted = self._admitted(connection, asked.draft)
        if not connection.transport.open:
            return
        room = self._rooms.join(connection, asked.draft, admitted)
        if self._relay is not None:
            self._relay.joined(room)
        answer = {"seq": admitted.seq, "key": connection.key, "people": presence.people(room)}
        self._voice.answer(connection, packet, answer)

    def _admitted(self, connection: Connection, draft: UUID) -> Admitted:
        while True:
            endings = self._endings
            admitted = self._ask(self._desk.admit, connection.session_id, draft)
            connection.checked_at = self._now()
            # A place or session that ended while the answer was on its way was not seated yet, so
            # nobody closed it: ask again.
            if endings == self._endings:
                return admitted

    def _catch_up(
        self, connection: Connection, packet: int | None, asked: shapes.CatchUpAsked
    ) -> None:
        _seat(connection, asked.draft)
        with self._telling.reading(asked.draft):
            answer = self._ask(self._caught_up, connection.session_id, asked)
            if asked.draft in connection.drafts:
                self._voice.answer(connection, packet, answer)

    def _caught_up(self, session: UUID, asked: shapes.CatchUpAsked) -> dict[str, Any]:
        found = self._desk.catch_up(session, asked.draft, asked.seq, asked.texts)
        if found.reload:
            return {"reload": True}
        return {"reload": False, "changes": Ready(dumps(missed(str(asked.draft), found.changes)))}

    def _change(
        self, connection: Connection, packet: int | None, asked: shapes.ChangeAsked
    ) -> None:
        _seat(connection, asked.draft)
        if self._stopping:
            raise NotStored
        edit = Edit(
            connection.session_id, asked.draft, asked.text, asked.id, asked.base, asked.change
        )
        self._writer.put(Waiting(connection, packet, edit, time.monotonic()))

    def _caret(self, connection: Connection, asked: shapes.CaretMoved) -> None:
        member = _seat(connection, asked.draft)
        if not member.admitted.may_edit:
            raise NotAllowed
        presence.note(self._rooms.by_draft[asked.draft], member, asked.caret)

    # What the other floors tell -------------------------------------------------------------------

    def relay(self, desk: NewsDesk, exchange: Exchange, process: UUID) -> Relay:
        """Makes this process one of several; before it serves, on the hub's thread."""
        floor = Floor(
            self._rooms, self._bridge, self._ask, self.listen, self._telling.note, self._end
        )
        self._relay = Relay(floor, desk, exchange, process)
        return self._relay

    def _note(self, changes: Sequence[Told]) -> None:
        (self._telling if self._relay is None else self._relay).note(changes)

    def listen(self, happened: Happened) -> None:
        """Takes what happened, after its commit; from any thread, never waiting."""
        match happened:
            case PlaceEnded(draft_id=draft, person_id=person):
                self.end_place(person, draft, "Your place on this draft has changed.")
            case SessionEnded(session_id=session):
                self.end_session(session, "You are signed out.")
            case _:
                whole = _told_whole(happened)
                if whole is not None:
                    self.tell_draft(happened.draft_id, *whole)
                thing = _told_of(happened)
                if thing is not None:
                    self._bridge.run(partial(self._note_thing, happened.draft_id, *thing))

    def tell_draft(
        self,
        draft: UUID,
        event: str,
        data: Mapping[str, Any],
        *,
        except_connection: Connection | None = None,
    ) -> None:
        """Tells everyone on a draft; from any thread, in the order of the calls."""

        def deed() -> None:
            self._telling.flush(draft)
            room = self._rooms.by_draft.get(draft)
            if room is not None:
                self._voice.tell(room, event, data, besides=except_connection)

        self._bridge.run(deed)

    def tell_some(
        self,
        draft: UUID,
        allowed: Callable[[Connection], bool],
        event: str,
        data: Mapping[str, Any],
    ) -> None:
        """Tells those on a draft of whom `allowed` holds; from any thread, in the order of the calls.

        `allowed` is called on the hub's thread and must not wait.
        """

        def deed() -> None:
            self._telling.flush(draft)
            room = self._rooms.by_draft.get(draft)
            some = [] if room is None else [one for one in room.connections() if allowed(one)]
            if some:
                self._voice.tell(some, event, data)

        self._bridge.run(deed)

    def end_session(self, session_id: UUID, reason: str) -> None:
        """Says `bye` to a session's connections and closes them; from any thread."""
        self.close_where(lambda one: one.session_id == session_id, reason)

    def end_place(self, person_id: UUID, draft_id: UUID, reason: str) -> None:
        """Says `bye` to a person's connections at a draft and closes them; from any thread."""
        self.close_where(lambda one: one.person_id == person_id and draft_id in one.drafts, reason)

    def close_where(self, predicate: Callable[[Connection], bool], reason: str) -> None:
        """Says `bye` to the connections of which something holds, and closes them within a second.

        From any thread. From the moment this is carried out they hear nothing more.
        """

        def deed() -> None:
            self._endings += 1
            for connection in self._rooms.where(predicate):
                self._end(connection, reason)

        self._bridge.run(deed)

    def _end(self, connection: Connection, reason: str, status: Status = Status.POLICY) -> None:
        self._rooms.remove(connection)
        self._voice.tell([connection], "bye", {"reason": reason})
        connection.transport.finish(status)

    # What goes on by itself -----------------------------------------------------------------------

    def _tell_presence(self) -> None:
        while True:
            gevent.sleep(presence.TICK_S / 5)
            now = self._now()
            for room in list(self._rooms.by_draft.values()):
                if room.has_news and not room.telling and now >= room.not_before:
                    room.telling = True
                    gevent.spawn(self._gather, room)

    def _gather(self, room: Room) -> None:
        try:
            moved, room.moved = room.moved, {}
            members = [member for key in moved if (member := room.members.get(key)) is not None]
            confirmed = self._confirmed([(member, room.draft) for member in members])
            shown = self._in_working_texts(
                room.draft,
                {member.connection.key: moved[member.connection.key] for member in confirmed},
            )
            if self._relay is not None:
                self._relay.moved(room, shown)
            shown |= {key: caret for key, caret in moved.items() if key in room.guests}
            news = presence.gathered(room, shown)
            if not room.members or not (news["joined"] or news["left"] or news["carets"]):
                return
            size_bytes = self._voice.tell(room, "people", news)
            room.not_before = self._now() + presence.pause_s(size_bytes, len(room.members))
        finally:
            room.telling = False

    def _in_working_texts(
        self, draft: UUID, carets: Mapping[str, Caret | None]
    ) -> dict[str, Caret | None]:
        """Leaves out carets in anything but the working text: a proposal that is being written, say."""
        asked = {caret.text for caret in carets.values() if caret is not None}
        known = self._ask(self._desk.working_texts, draft, asked) if asked else set()
        return {key: caret for key, caret in carets.items() if caret is None or caret.text in known}

    def _recheck(self) -> None:
        while True:
            gevent.sleep(1)
            now = self._now()
            due = self._rooms.where(lambda one, now=now: now - one.checked_at > RECHECK_S)  # type: ignore[misc]  # a default binds the loop's value
            some = due[:RECHECKED_AT_ONCE]
            for connection in some:
                connection.checked_at = now
            self._confirmed(
                [(member, draft) for one in some for draft, member in one.drafts.items()]
            )

    def _confirmed(self, asked: list[tuple[Member, UUID]]) -> list[Member]:
        """Asks for rights again; ends whoever lost theirs, and gives those who still may be there."""
        kept = []
        for start in range(0, len(asked), RECHECKED_AT_ONCE):
            some = asked[start : start + RECHECKED_AT_ONCE]
            questions = [(member.connection.session_id, draft) for member, draft in some]
            for (member, draft), answer in zip(
                some, self._ask(self._admit_all, questions), strict=True
            ):
                connection = member.connection
                if draft not in connection.drafts:
                    continue
                if isinstance(answer, Admitted):
                    member.admitted = answer
                    kept.append(member)
                elif isinstance(answer, NotFound | NotSignedIn):
                    self._end(connection, answer.detail)
        return kept

    def _admit_all(self, questions: list[tuple[UUID, UUID]]) -> list[Admitted | Refusal]:
        return [_outcome(self._desk.admit, *question) for question in questions]

    def _note_thing(self, draft: UUID, kind: str, thing: Hashable) -> None:
        if (draft, kind, thing) not in self._things and draft in self._rooms.by_draft:
            self._things.append((draft, kind, thing))
            self._things_news.set()

    def _tell_things(self) -> None:
        # One after the other, so that of two tellings of a thing the newer comes last.
        while True:
            self._things_news.wait()
            self._things_news.clear()
            while self._things:
                draft, kind, thing = self._things.popleft()
                room = self._rooms.by_draft.get(draft)
                if room is None:
                    continue
                sessions = self._who_may_hear(room, kind, thing)
                if not sessions:
                    continue
                try:
                    views = self._ask(self._desk.thing_for, draft, kind, thing, sessions)
                except Refusal:
                    continue
                for session, view in views.items():
                    self.tell_some(
                        draft,
                        lambda one, session=session: one.session_id == session,  # type: ignore[misc]  # a default binds the loop's value
                        kind,
                        {"draft": str(draft), kind: view},
                    )

    @staticmethod
    def _who_may_hear(room: Room, kind: str, thing: Hashable) -> set[UUID]:
        """Gives the sessions to ask about: those that may see no board are not asked about one.

        By the role they had when their right was last asked for; whose role changes is closed.
        """
        members = list(room.members.values())
        if kind == "board" or thing is Right.SEE_BOARD:
            members = [m for m in members if m.admitted.role in RIGHTS[Right.SEE_BOARD]]
        elif kind == "sponsors" and thing is not None:
            members = [m for m in members if m.admitted.side == str(thing)]
        return {member.connection.session_id for member in members}

    # Helpers --------------------------------------------------------------------------------------

    def _ask(self, question: Callable[..., _T], *arguments: object) -> _T:
        """Asks in a worker thread; this connection waits meanwhile, and so do its next events."""
        answer = self._workers.apply(_outcome, (question, *arguments))
        if isinstance(answer, Refusal):
            raise answer
        result: _T = answer
        return result

    @staticmethod
    def _now() -> float:
        return gevent.get_hub().loop.now()

    # How it stands --------------------------------------------------------------------------------

    @property
    def stopping(self) -> bool:
        """Tells whether it takes nothing new any more."""
        return self._stopping

    def writes(self) -> bool:
        """Tells whether the thread that stores edits is at work; from any thread."""
        return not self._writer.stopped

    # The end --------------------------------------------------------------------------------------

    def stop(self, within_s: float = 5.0) -> None:
        """Stops: stores and tells what was taken, says `bye`, closes. On the hub's thread."""
        if self._stopping:
            return
        self._stopping = True
        self._writer.stop()
        with gevent.Timeout(within_s, False):  # noqa: FBT003 - gevent's way to go on after it
            while not self._writer.stopped:
                gevent.sleep(0.01)
        self._bridge.deliver()
        self._telling.stop()
        for connection in list(self._rooms.connections.values()):
            self._end(connection, "The server is being restarted.", Status.GOING_AWAY)
        for environ in list(self._server.environ.values()):
            if TRANSPORT in environ:
                environ[TRANSPORT].finish(Status.GOING_AWAY)
        with gevent.Timeout(2.0, False):  # noqa: FBT003 - gevent's way to go on after it
            while self._server.eio.sockets:
                gevent.sleep(0.02)
        for task in self._tasks:
            task.kill()
        self._pings.stop()
        if self._relay is not None:
            self._relay.stop()
        self._server.eio.shutdown()
        self._bridge.close()


def _told_whole(happened: Happened) -> tuple[str, Mapping[str, Any]] | None:
    """Gives the event of what everyone on a draft is told alike."""
    match happened:
        case DeedDone():
            return "deed", happened.data
        case VersionSealed():
            return "version", happened.data
        case WorkingTextChanged():
            return "change", happened.data
        case AgreementChanged():
            return "agreement", happened.data
        case _:
            return None


def _told_of(happened: Happened) -> tuple[str, Hashable] | None:
    """Gives the event and the thing of what is read again for each of those who may see it."""
    told: tuple[str, Hashable] | None = None
    match happened:
        case ThreadChanged():
            told = "thread", happened.thread_id
        case ProposalChanged():
            told = "proposal", happened.proposal_id
        case PositionChanged():
            told = "position", happened.position_id
        case SponsorshipChanged():
            told = "sponsors", happened.delegation_id
        case SponsorsListed():
            told = "sponsors", None
        case RecordChanged():
            told = "sponsors", Right.SEE_BOARD
        case BoardChanged():
            told = "board", (happened.delegation_id, happened.secretariat)
    return told


def _seat(connection: Connection, draft: UUID) -> Member:
    member = connection.drafts.get(draft)
    if member is None:
        raise NotFound
    return member


def _outcome(question: Callable[..., _T], *arguments: object) -> _T | Refusal:
    try:
        return question(*arguments)
    except Refusal as refused:
        return refused
    except Exception as error:  # noqa: BLE001 - whoever asked must be answered
        # gevent would print it with its arguments, which are people's words.
        reference = logs.failed(_log, "A question of the live floor failed.", error)
        return NotStored(detail=f"{NotStored.sentence} (Reference {reference}.)")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True

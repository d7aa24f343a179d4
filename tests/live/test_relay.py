"""One process among several, in this very process: what it tells, in what order, and who is shown."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import gevent
import pytest

from drafting import clock
from drafting.app import StoreNews
from drafting.events import DeedDone, SponsorsListed
from drafting.live import relay as relay_module
from drafting.live.bridge import Bridge
from drafting.live.relay import Floor, Relay
from drafting.live.rooms import Caret, Connection, Rooms
from drafting.live.telling import Told
from drafting.live.wire import Status
from drafting.services import editing, news
from drafting.store import news as kept
from drafting.store.work import Store, Work
from tests.make import Table, table


class Wire:
    """An exchange between relays of one process; it can be cut."""

    def __init__(self) -> None:
        self.takes: list[Callable[[bytes], None]] = []
        self.backs: list[Callable[[], None]] = []
        self.hears = True
        self.sent: list[bytes] = []

    def start(self, take: Callable[[bytes], None], back: Callable[[], None]) -> None:
        self.takes.append(take)
        self.backs.append(back)

    def send(self, notice: bytes) -> None:
        self.sent.append(notice)
        if self.hears:
            for take in self.takes:
                take(notice)

    def stop(self) -> None:
        pass


@dataclass
class Process:
    """A relay, and what it had its floor tell."""

    store: Store
    wire: Wire
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    told: list[Any] = field(default_factory=list)
    ended: list[Connection] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rooms = Rooms()
        self.bridge = Bridge()
        floor = Floor(
            self.rooms,
            self.bridge,
            lambda question, *arguments: question(*arguments),
            self.told.append,
            self.told.extend,
            self.end,
        )
        self.relay = Relay(floor, StoreNews(self.store, self.id), self.wire, self.id)
        self.relay.start()
        self.store.spread = self.spread

    def end(self, connection: Connection, _reason: str, _status: Status) -> None:
        self.ended.append(connection)
        self.rooms.remove(connection)

    def spread(self, w: Work) -> Callable[[], None]:
        return partial(self.relay.spread, news.keep(w, self.id))

    def typed(self, made: Table, words: str) -> Told:
        """Types at this process, as its writer and its settling would."""
        made.store = self.store
        stored = made.typed("PP1", words, 0)
        told = Told(
            made.draft_id,
            stored.parts[0].text,
            stored.parts[0].version,
            stored.parts[0].change,
            stored.id,
            stored.at,
            {"key": "k", "name": stored.by_name, "delegation": stored.by_delegation},
        )
        self.relay.note([told])
        return told

    def seat(self, made: Table, name: str) -> Connection:
        """Seats somebody; their websocket is of no matter here."""
        nowhere: Any = None
        connection = Connection(str(uuid.uuid4()), made.sessions[name], nowhere)
        self.rooms.add(connection)
        self.relay.follow(made.draft_id)
        admitted = editing.admit(self.store, made.sessions[name], made.draft_id)
        room = self.rooms.join(connection, made.draft_id, admitted)
        self.relay.joined(room)
        self.gather(made)
        return connection

    def gather(self, made: Table, carets: dict[str, Caret | None] | None = None) -> None:
        room = self.rooms.by_draft[made.draft_id]
        self.relay.moved(room, carets or {})
        room.joined.clear()
        room.left.clear()

    def shown(self, made: Table) -> set[str]:
        room = self.rooms.by_draft.get(made.draft_id)
        return set() if room is None else set(room.guests)

    def versions(self) -> list[int]:
        return [one.version for one in self.told if isinstance(one, Told)]

    def stop(self) -> None:
        self.relay.stop()
        self.bridge.close()
        self.store.spread = None


def until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    """Lets the loop run until something holds."""
    with gevent.Timeout(within_s, AssertionError("not in time")):
        while not condition():
            gevent.sleep(0.005)


@pytest.fixture
def made(sqlite_store: Store) -> Table:
    return table(sqlite_store)


@pytest.fixture
def two(made: Table) -> Iterator[tuple[Process, Process]]:
    wire = Wire()
    other = Store(made.store.engine.url.render_as_string(hide_password=False))
    processes = Process(made.store, wire), Process(other, wire)
    yield processes
    for one in processes:
        one.stop()
    other.close()


def test_what_another_process_did_is_told_here_and_ones_own_once(two, made):
    here, there = two
    for one in two:
        one.relay.follow(made.draft_id)
    mine = here.typed(made, "one ")
    theirs = there.typed(made, "two ")
    until(lambda: len(here.told) == len(there.told) == 2)
    assert here.versions() == there.versions() == [1, 2]
    assert here.told[0] is mine
    assert there.told[1] is theirs
    assert here.told[1].source is None
    assert here.told[1].by == {**theirs.by, "key": None}
    assert here.told[1].change == theirs.change


def test_without_notices_one_looks(two, made, monkeypatch):
    monkeypatch.setattr(relay_module, "POLL_S", 0.02)
    here, there = two
    there.relay.follow(made.draft_id)
    here.wire.hears = False
    here.relay.follow(made.draft_id)
    here.typed(made, "one ")
    until(lambda: there.versions() == [1])


def test_a_later_transaction_waits_for_the_words_of_an_earlier_one(two, made):
    here, _ = two
    here.relay.follow(made.draft_id)
    stored = made.typed("PP1", "one ", 0)
    with here.store.work() as w:
        w.tell(SponsorsListed(made.draft_id))
    gevent.sleep(0.05)
    assert here.told == []
    part = stored.parts[0]
    by = {"key": "k", "name": stored.by_name, "delegation": stored.by_delegation}
    words = Told(made.draft_id, part.text, part.version, part.change, stored.id, stored.at, by)
    here.relay.note([words])
    assert here.told == [words, SponsorsListed(made.draft_id)]


def test_news_that_come_in_another_order_are_told_in_theirs(two, made):
    here, _ = two
    here.relay.follow(made.draft_id)
    kept_back: list[Callable[[], None]] = []

    def spread(w: Work) -> Callable[[], None]:
        tell = here.spread(w)
        return lambda: kept_back.append(tell)

    here.store.spread = spread
    for number in range(3):
        with here.store.work() as w:
            w.tell(DeedDone(made.draft_id, {"seq": number}))
    for tell in reversed(kept_back):
        tell()
    until(lambda: len(here.told) == 3)
    assert [one.data["seq"] for one in here.told] == [0, 1, 2]


def test_a_commit_that_its_process_never_learnt_of_is_told_all_the_same(two, made, monkeypatch):
    monkeypatch.setattr(relay_module, "OWN_S", 0.0)
    here, there = two
    for one in two:
        one.relay.follow(made.draft_id)

    def spread(w: Work) -> Callable[[], None]:
        news.keep(w, here.id)
        return lambda: None

    here.store.spread = spread
    made.store = here.store
    made.typed("PP1", "one ", 0)
    here.store.spread = here.spread
    here.typed(made, "two ")
    until(lambda: here.versions() == there.versions() == [1, 2])


def test_whoever_fell_behind_what_is_kept_sends_its_people_to_look_again(two, made):
    here, there = two
    there.wire.hears = False
    seated = there.seat(made, "chile")
    here.typed(made, "one ")
    later = clock.now() + kept.KEPT + timedelta(seconds=1)
    clock.use(lambda: later)
    news.prune(here.store)
    there.wire.hears = True
    here.wire.send(f'["{here.id}","news","{made.draft_id}",1]'.encode())
    until(lambda: there.ended == [seated])
    there.relay.follow(made.draft_id)
    here.typed(made, "two ")
    until(lambda: there.versions() == [2])


def test_drafts_at_which_nobody_sits_are_followed_no_longer(two, made, monkeypatch):
    monkeypatch.setattr(relay_module, "IDLE_S", 0.0)
    monkeypatch.setattr(relay_module, "BEAT_S", 0.04)
    here, _ = two
    here.relay.follow(made.draft_id)
    until(lambda: made.draft_id not in here.relay._drafts, 10)


def test_who_sits_at_another_process_is_shown_moves_and_goes(two, made):
    here, there = two
    chile = here.seat(made, "chile")
    penholder = there.seat(made, "penholder")
    capital = there.seat(made, "mexico_capital")
    until(lambda: here.shown(made) == {penholder.key} and there.shown(made) == {chile.key})
    assert capital.key not in str(here.wire.sent)
    assert made.actor("penholder").name not in str(here.wire.sent)
    guest = here.rooms.by_draft[made.draft_id].guests[penholder.key]
    assert guest.admitted.name == made.actor("penholder").name
    caret = Caret(made.id("PP1"), 0, 1, 2)
    there.gather(made, {penholder.key: caret})
    until(lambda: here.rooms.by_draft[made.draft_id].moved == {penholder.key: caret})
    there.rooms.remove(penholder)
    there.gather(made)
    until(lambda: here.shown(made) == set())


def test_who_sat_at_a_process_that_ends_is_gone_with_it(two, made):
    here, there = two
    here.seat(made, "chile")
    there.seat(made, "mexico")
    until(lambda: len(here.shown(made)) == 1)
    there.relay._say("gone")
    until(lambda: here.shown(made) == set())


def test_who_sat_at_a_process_that_falls_silent_is_shown_no_longer_and_again_when_it_speaks(
    two, made, monkeypatch
):
    here, there = two
    here.seat(made, "chile")
    there.seat(made, "mexico")
    until(lambda: len(here.shown(made)) == 1)
    here.wire.hears = False
    monkeypatch.setattr(relay_module, "SILENT_S", 0.0)
    here.relay._forget(str(there.id))
    assert here.shown(made) == set()
    here.wire.hears = True
    monkeypatch.setattr(relay_module, "SILENT_S", 15.0)
    there.relay._say("beat")
    until(lambda: len(here.shown(made)) == 1)


def test_nobody_is_shown_who_has_no_place_on_the_draft(two, made):
    """Whoever can write to Redis makes up no person, and no name."""
    here, _ = two
    here.seat(made, "chile")
    since = clock.now().isoformat()
    made_up = [["k" * 16, str(uuid.uuid4()), since, None, None]]
    what = {"people": made_up, "left": [], "keys": None}
    process = str(uuid.uuid4())
    here.wire.send(json.dumps([process, "here", str(made.draft_id), what]).encode())
    real = [["r" * 16, str(made.actor("mexico").person_id), since, None, None]]
    what = {"people": real, "left": [], "keys": None}
    here.wire.send(json.dumps([process, "here", str(made.draft_id), what]).encode())
    until(lambda: here.shown(made) == {"r" * 16})


def test_processes_that_somebody_makes_up_are_listened_to_within_bounds(two, made):
    here, _ = two
    for _ in range(2 * relay_module.MAX_PROCESSES):
        here.wire.send(json.dumps([str(uuid.uuid4()), "beat", str(kept.NO_DRAFT), None]).encode())
    here.typed(made, "one ")
    until(lambda: len(here.relay._processes) == relay_module.MAX_PROCESSES)


@pytest.mark.parametrize("notice", [b"", b"x", b"[1]", b'["p","news","no id",1]', b"\xff"])
def test_a_notice_of_an_unknown_form_does_nothing(two, made, notice, caplog):
    here, _ = two
    here.relay.follow(made.draft_id)
    here.wire.send(notice)
    here.typed(made, "one ")
    until(lambda: here.versions() == [1])
    assert "not known here" in caplog.text

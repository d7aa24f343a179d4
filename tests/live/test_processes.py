"""Two server processes on PostgreSQL and Redis behave as one."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.crash.client import Browser, Live, Unknown
from tests.servers import Postgres, RedisServer, Serving, wait_for

PENHOLDER, ADVISER = "Presidency (penholder)", "Presidency (adviser)"
MEXICO, CHILE = "Delegate, Mexico", "Delegate, Chile"
HEAD, CAPITAL = "Head of delegation, Mexico", "Capital, Mexico"


class Seat:
    """Somebody at the table, at one certain process."""

    def __init__(self, browser: Browser, live: Live, draft: str) -> None:
        self.browser = browser
        self.live = live
        self.draft = draft
        self.answer = live.ask("join", {"draft": draft})
        self.key: str = self.answer["key"]

    def edit(self, text: str, base: int, ops: list[dict[str, Any]]) -> dict[str, Any]:
        asked = {"draft": self.draft, "text": text, "id": str(uuid.uuid4()), "base": base}
        return self.live.ask("change", {**asked, "ops": ops})

    def heard(self, name: str) -> list[dict[str, Any]]:
        return [data for event, data in self.live.events if event == name]

    def hears(self, name: str, test: Callable[[dict[str, Any]], bool] = lambda _: True) -> bool:
        return self.live.wait(lambda: any(test(one) for one in self.heard(name)), 20)


class Two:
    """A server of two processes."""

    def __init__(self, folder: Path, database_url: str, options: tuple[str, ...]) -> None:
        self.serving = Serving(folder, database_url, options=("--workers", "2", *options)).start()
        self._open: list[Live] = []
        try:
            self.draft = self.browser(PENHOLDER).first_draft()
        except BaseException:
            self.serving.stop()
            raise

    def browser(self, who: str) -> Browser:
        return Browser(self.serving.port).enter(self.serving.links[who])

    def live(self, browser: Browser, at: int) -> Live:
        """Opens a connection that is held by the process of this place."""
        wait_for(lambda: len(self.serving.workers) == 2, "there are two processes")
        wanted = self.serving.workers[at]
        for _ in range(200):
            live = browser.live()
            port = live._socket.sock.getsockname()[1]
            if self.serving.worker_of(port) == wanted:
                self._open.append(live)
                return live
            live.close()
        raise AssertionError("no connection came to that process in 200 tries")

    def seat(self, who: str, at: int) -> Seat:
        browser = self.browser(who)
        return Seat(browser, self.live(browser, at), self.draft)

    def text(self, number: int = 1) -> tuple[str, int]:
        state = self.browser(PENHOLDER).state(self.draft)
        kept = [p for p in state["paragraphs"] if not p["deleted"]]
        one = [p for p in kept if p["kind"] == "preambular"][number]
        return one["id"], one["version"]

    def words(self, text: str) -> str:
        state = self.browser(CHILE).state(self.draft)
        ops = next(p["ops"] for p in state["paragraphs"] if p["id"] == text)
        return "".join(op["insert"] for op in ops if isinstance(op["insert"], str))

    def close(self) -> None:
        for one in self._open:
            one.close()
        self._open.clear()


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis_server: RedisServer
) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    two = Two(folder, postgres.migrated(), ("--redis", redis_server.url))
    yield two
    two.serving.stop()


@pytest.fixture
def two(running: Two) -> Iterator[Two]:
    yield running
    running.close()


def follow(text: str, version: int, events: list[dict[str, Any]]) -> list[int]:
    """Gives the versions that events bring a text to, one after the other; fails at a gap."""
    reached = [version]
    for one in events:
        if one["text"] == text and one["version"] > version:
            assert one.get("base", one["version"] - 1) == reached[-1], events
            reached.append(one["version"])
    return reached


def test_what_is_typed_at_both_is_told_at_both_in_one_order(two: Two) -> None:
    text, version = two.text()
    listeners = [two.seat(CHILE, 0), two.seat(CHILE, 1)]
    writers = [two.seat(PENHOLDER, 0), two.seat(ADVISER, 1)]
    threads = [
        threading.Thread(
            target=lambda w=writer: [w.edit(text, version, [{"insert": "ab "}]) for _ in range(20)]
        )
        for writer in writers
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in listeners:
        assert one.hears("change", lambda e: e["text"] == text and e["version"] == version + 40)
        assert follow(text, version, one.heard("change"))[-1] == version + 40
    # Nobody is told their own change, and everybody all others'.
    for writer in writers:
        last = max(e["version"] for e in writer.heard("change")) if writer.heard("change") else 0
        assert last <= version + 40
    assert two.words(text).startswith("ab " * 40)


def test_deeds_and_changes_of_both_come_in_the_order_of_the_commits(two: Two) -> None:
    text, version = two.text()
    listener = two.seat(MEXICO, 1)
    writer = two.seat(PENHOLDER, 0)
    browser = two.browser(ADVISER)
    for number in range(5):
        version = writer.edit(text, version, [{"insert": f"{number} "}])["parts"][0]["version"]
        deed = {"id": str(uuid.uuid4()), "kind": "split", "paragraph": text, "at": 3}
        answer = browser.call("POST", f"/drafts/{two.draft}/deeds", {**deed, "version": version})
        version = answer["texts"][text]["version"]
        undo = {"id": str(uuid.uuid4()), "kind": "undo", "deed": answer["deed"]["id"]}
        answer = browser.call("POST", f"/drafts/{two.draft}/deeds", undo)
        version = answer["texts"][text]["version"]
    assert listener.hears("deed", lambda e: e["seq"] == answer["seq"])
    seqs = [e["seq"] for e in listener.heard("deed")]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    at = 0
    for name, data in listener.live.events:
        if name == "change" and data["text"] == text:
            assert data["version"] > at
            at = data["version"]
        elif name == "deed" and text in data["texts"]:
            assert data["texts"][text]["version"] > at
            at = data["texts"][text]["version"]
    assert at == version


def test_a_delegations_own_comment_crosses_to_its_own_people_alone(two: Two) -> None:
    text, _ = two.text(2)
    mexico, chile = two.seat(HEAD, 1), two.seat(CHILE, 1)
    penholder = two.seat(PENHOLDER, 1)
    browser = two.browser(MEXICO)

    audiences = browser.state(two.draft)["me"]["audiences"]

    def say(body: str, kind: str) -> None:
        thread = {"id": str(uuid.uuid4()), "paragraph": text, "anchor": None, "body": body}
        found = next(one for one in audiences if one["kind"] == kind)
        audience = {"kind": kind, "delegation": found["delegation"]}
        browser.call("POST", f"/drafts/{two.draft}/threads", {**thread, "audience": audience})

    say("for us alone", "delegation")
    say("for everyone", "everyone")
    for one in (mexico, chile, penholder):
        assert one.hears("thread", lambda e: e["thread"]["comments"][0]["body"] == "for everyone")
    bodies = [e["thread"]["comments"][0]["body"] for e in mexico.heard("thread")]
    assert bodies == ["for us alone", "for everyone"]
    for one in (chile, penholder):
        assert "for us alone" not in str(one.live.events)


def test_words_of_a_proposal_that_is_written_cross_to_its_owners_alone(two: Two) -> None:
    text, version = two.text(2)
    browser = two.browser(MEXICO)
    asked = {"id": str(uuid.uuid4()), "kind": "amend", "paragraph": text, "version": version}
    proposal = browser.call("POST", f"/drafts/{two.draft}/proposals", asked)["proposal"]
    writer = Seat(browser, two.live(browser, 0), two.draft)
    head, chile = two.seat(HEAD, 1), two.seat(CHILE, 1)
    penholder = two.seat(PENHOLDER, 1)
    writer.edit(proposal["id"], 0, [{"insert": "whisper "}])
    two.seat(ADVISER, 0).edit(text, version, [{"insert": "aloud "}])
    for one in (head, chile, penholder):
        assert one.hears("change", lambda e: e["text"] == text)
    assert [e["by"]["name"] for e in head.heard("change") if e["text"] == proposal["id"]] != []
    for one in (chile, penholder):
        assert proposal["id"] not in str(one.live.events)
        assert "whisper" not in str(one.live.events)


def test_who_sits_at_the_other_process_is_seen_comes_goes_and_moves(two: Two) -> None:
    text, version = two.text()
    chile = two.seat(CHILE, 0)
    penholder, capital = two.seat(PENHOLDER, 1), two.seat(CAPITAL, 1)
    assert chile.hears("people", lambda e: any(p["key"] == penholder.key for p in e["joined"]))
    told = next(p for e in chile.heard("people") for p in e["joined"] if p["key"] == penholder.key)
    assert (told["name"], told["role"]) == ("Eleanor Whitfield", "presidency")
    caret = {"draft": two.draft, "text": text, "version": version, "start": 1, "end": 2}
    penholder.live.tell("caret", caret)
    assert chile.hears(
        "people",
        lambda e: any(c["key"] == penholder.key and c["text"] == text for c in e["carets"]),
    )
    late = two.seat(MEXICO, 0)
    known = {p["key"] for p in late.answer["people"]}
    assert {penholder.key, chile.key} <= known
    penholder.live.close()
    assert chile.hears("people", lambda e: penholder.key in e["left"])
    assert capital.key not in str(chile.live.events) + str(late.answer)


def test_a_session_ended_at_one_closes_its_connections_at_the_other(two: Two) -> None:
    browser = two.browser(CHILE)
    ended, stays = two.live(browser, 1), two.seat(CHILE, 1)
    session = next(s for s in browser.call("GET", "/sessions")["sessions"] if s["here"])
    browser.call("DELETE", f"/sessions/{session['id']}")
    assert ended.wait_closed(20)
    assert ("bye", {"reason": "You are signed out."}) in ended.events
    assert not stays.live.closed


def test_no_word_goes_through_redis(two: Two, redis_server: RedisServer) -> None:
    client = redis.Redis.from_url(redis_server.url)
    seen: list[str] = []
    with client.monitor() as monitor:
        watching = threading.Thread(
            target=lambda: [seen.append(str(one["command"])) for one in _until_end(monitor)]
        )
        watching.start()
        text, version = two.text()
        writer, hearer = two.seat(PENHOLDER, 0), two.seat(CHILE, 1)
        caret = {"draft": two.draft, "text": text, "version": version, "start": 1, "end": 2}
        writer.live.tell("caret", caret)
        writer.edit(text, version, [{"insert": "cormorant"}])
        thread = {"id": str(uuid.uuid4()), "paragraph": text, "anchor": None, "body": "gannet"}
        audience = {"kind": "everyone", "delegation": None}
        writer.browser.call(
            "POST", f"/drafts/{two.draft}/threads", {**thread, "audience": audience}
        )
        assert hearer.hears("change", lambda e: "cormorant" in str(e["ops"]))
        assert hearer.hears("thread", lambda e: "gannet" in str(e))
        assert hearer.hears("people", lambda e: any(p["key"] == writer.key for p in e["joined"]))
        client.publish("drafting", "end of the test")
        watching.join(20)
    assert any(f'"news","{two.draft}"' in one for one in seen), "nothing was seen"
    assert writer.key in str(seen)
    for word in ("cormorant", "gannet", "Whitfield", "Chile", writer.browser.cookie[-20:]):
        assert word not in str(seen)
    assert client.keys("*") == []
    client.close()


def _until_end(monitor: Any) -> Iterator[dict[str, Any]]:
    for one in monitor.listen():
        if "end of the test" in one["command"]:
            return
        yield one


def test_without_redis_edits_go_on_and_are_told_and_it_is_found_again(
    two: Two, redis_server: RedisServer
) -> None:
    text, version = two.text()
    writer, hearer = two.seat(PENHOLDER, 0), two.seat(CHILE, 1)
    redis_server.kill()
    try:
        for word in ("one ", "two ", "three "):
            version = writer.edit(text, version, [{"insert": word}])["parts"][0]["version"]
        assert hearer.hears("change", lambda e: e["text"] == text and e["version"] == version)
    finally:
        redis_server.begin()
    late = two.seat(MEXICO, 1)
    assert late.hears("people")
    version = writer.edit(text, version, [{"insert": "four "}])["parts"][0]["version"]
    assert hearer.hears("change", lambda e: e["text"] == text and e["version"] == version)
    # Who came when nobody could be told of it is seen too.
    assert writer.hears("people", lambda e: any(p["key"] == late.key for p in e["joined"]))


def test_a_process_killed_under_load_costs_its_clients_a_reconnection_and_nothing_else(
    two: Two,
) -> None:
    text, version = two.text(3)
    stays = two.seat(CHILE, 1)
    doomed, other = two.seat(PENHOLDER, 0), two.seat(ADVISER, 1)
    stored: list[str] = []

    def type_on(seat: Seat, name: str) -> None:
        try:
            for number in range(200):
                seat.edit(text, version, [{"insert": f"<{name}{number}>"}])
                stored.append(f"<{name}{number}>")
        except Unknown:
            pass

    threads = [
        threading.Thread(target=type_on, args=(doomed, "d")),
        threading.Thread(target=type_on, args=(other, "o")),
    ]
    for one in threads:
        one.start()
    wait_for(lambda: sum(w.startswith("<d") for w in stored) > 5, "some is stored")
    killed = two.serving.workers[0]
    os.kill(killed, signal.SIGKILL)
    for one in threads:
        one.join()
    assert doomed.live.wait_closed(20)
    assert (stays.live.closed, other.live.closed) == (False, False)
    wait_for(
        lambda: len(two.serving.workers) == 2 and killed not in two.serving.workers,
        "another process is started",
        30,
    )
    again = two.seat(PENHOLDER, two.serving.workers.index(max(two.serving.workers)))
    words = two.words(text)
    assert len(stored) > 200
    for one in stored:
        assert words.count(one) == 1
    # At most the one that was on its way is there besides, and is recognised when it is sent again.
    assert words.count("<d") - sum(w.startswith("<d") for w in stored) in (0, 1)
    reached = two.text(3)[1]
    assert stays.hears("change", lambda e: e["text"] == text and e["version"] == reached)
    assert follow(text, version, stays.heard("change"))[-1] == reached
    version = again.edit(text, reached, [{"insert": "x"}])["parts"][0]["version"]
    assert stays.hears("change", lambda e: e["text"] == text and e["version"] == version)


def test_two_processes_without_redis_speak_through_their_supervisor_and_stop_together(
    tmp_path: Path,
) -> None:
    """On SQLite: slower when both write, and as sound."""
    alone = Two(tmp_path, f"sqlite:///{tmp_path / 'two.sqlite3'}", ())
    try:
        text, version = alone.text()
        writer, hearer = alone.seat(PENHOLDER, 0), alone.seat(CHILE, 1)
        assert writer.hears("people", lambda e: any(p["key"] == hearer.key for p in e["joined"]))
        answer = writer.edit(text, version, [{"insert": "across "}])
        assert hearer.hears("change", lambda e: e["version"] == answer["parts"][0]["version"])
        os.kill(alone.serving.workers[0], signal.SIGKILL)
        assert hearer.hears("people", lambda e: writer.key in e["left"])
        pids = alone.serving.workers
    finally:
        alone.serving.stop()
        alone.close()
    assert ("bye", {"reason": "The server is being restarted."}) in hearer.live.events
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_processes_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    alone = Two(tmp_path, f"sqlite:///{tmp_path / 'two.sqlite3'}", ())
    pids = alone.serving.workers
    try:
        os.kill(alone.serving.pid, signal.SIGKILL)
        assert alone.serving._process is not None
        alone.serving._process.wait(20)
        wait_for(lambda: not any(_runs(pid) for pid in pids), "no process is left behind", 30)
    finally:
        for pid in pids:
            if _runs(pid):
                os.kill(pid, signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

"""D12: another process holds the database. Writers wait a while, then are told; nobody else waits."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pysqlite3
import pytest

from tests.crash.client import Refused
from tests.faults.conftest import ADVISER, MEXICO, OBSERVER, seat


@contextlib.contextmanager
def held(server) -> Iterator[pysqlite3.Connection]:
    """Holds the database's one place for writers, as another process would."""
    path = server.database_url.removeprefix("sqlite:///")
    connection = pysqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        connection.close()


def test_a_writer_waits_for_a_database_that_is_busy_for_a_second(served):
    writer, mover, reader = seat(served), seat(served, ADVISER), seat(served, OBSERVER)
    with held(served) as other:
        number = writer.live.send("change", writer.change("⟦waits⟧"))
        timer = threading.Timer(1.0, lambda: None)
        timer.start()
        sees_people(mover, reader)
        assert "⟦waits⟧" not in reader.words()
        assert number not in writer.live._answers
        timer.join()
        other.execute("ROLLBACK")
        assert writer.live.answer(number)["parts"]
    assert reader.words().count("⟦waits⟧") == 1


def test_a_database_that_stays_busy_refuses_and_later_takes_the_same_change(served):
    writer, mover, reader = seat(served), seat(served, ADVISER), seat(served, OBSERVER)
    delegate = seat(served, MEXICO)
    change = writer.change("⟦later⟧")
    thread = delegate.thread("⟦later⟧")
    with held(served), ThreadPoolExecutor() as pool:
        number = writer.live.send("change", change)
        path = f"/drafts/{delegate.draft}/threads"
        comment = pool.submit(delegate.browser.call, "POST", path, thread)
        sees_people(mover, reader)
        for _ in range(5):
            assert reader.browser.request("GET", "/healthz")[0] == 200
            assert reader.browser.state(reader.draft)["seq"] == 0
        with pytest.raises(Refused) as info:
            writer.live.answer(number)
        assert info.value.name == "NotStored"
        with pytest.raises(Refused) as info:
            comment.result(30)
        assert (info.value.name, info.value.status) == ("NotStored", 503)
    assert writer.live.ask("change", change)["parts"]
    assert delegate.browser.call("POST", path, thread)["thread"]
    assert reader.words().count("⟦later⟧") == 1
    assert not [d for n, d in reader.live.events if n == "change" and d["id"] != change["id"]]


def test_many_who_wait_are_all_told_within_one_wait_and_not_one_after_the_other(served):
    """Twenty edits of a batch do not wait four seconds each."""
    writer = seat(served)
    with held(served):
        first = writer.live.send("change", writer.change("⟦first⟧"))
        numbers = [writer.live.send("change", writer.change("⟦x⟧", t)) for t in writer.texts[1:21]]
        refused = 0
        for number in (first, *numbers):
            with pytest.raises(Refused) as info:
                writer.live.answer(number, 25)
            refused += info.value.name == "NotStored"
    assert refused == 21
    assert writer.live.ask("change", writer.change("⟦then⟧"))["parts"]


def test_people_who_wait_to_write_leave_room_for_those_who_read(served):
    readers = [seat(served, OBSERVER) for _ in range(2)]
    delegates = [seat(served, MEXICO) for _ in range(4)]
    with held(served), ThreadPoolExecutor(24) as pool:
        waiting = [
            pool.submit(one.browser.request, "POST", *_comment(one))
            for one in delegates
            for _ in range(5)
        ]
        for one in readers:
            # Well within what all of them would wait one after the other.
            assert one.browser.request("GET", "/healthz", within_s=20)[0] == 200
            assert one.browser.request("GET", f"/api/drafts/{one.draft}", within_s=20)[0] == 200
        statuses = {one.result(60)[0] for one in waiting}
    assert statuses == {503}


def _comment(one):
    import json

    body = json.dumps(one.thread("⟦crowd⟧")).encode()
    return f"/api/drafts/{one.draft}/threads", body


def sees_people(mover, reader) -> None:
    """Asserts that a caret moved by one is shown to another meanwhile."""
    reader.live.events.clear()
    text = mover.texts[1]
    caret = {"draft": mover.draft, "text": text, "start": 0, "end": 0}
    mover.live.tell("caret", caret | {"version": mover.versions[text]})
    assert reader.live.wait(
        lambda: any(n == "people" and d["carets"] for n, d in list(reader.live.events))
    )


def test_who_has_not_been_here_for_a_minute_can_read_while_nothing_can_be_written(served):
    reader = seat(served, OBSERVER)
    with held(served) as other:
        (latest,) = other.execute("SELECT max(created_at) FROM sessions").fetchone()
        other.execute(
            "UPDATE sessions SET seen_at = datetime(?, '-5 minutes') || '.000000'", (latest,)
        )
        other.execute("COMMIT")
        other.execute("BEGIN IMMEDIATE")
        status, _, body = reader.browser.request("GET", f"/api/drafts/{reader.draft}")
    assert status == 200, body


def test_a_connection_that_was_impatient_once_is_patient_again_for_whoever_has_it_next(
    sqlite_store,
):
    with sqlite_store.work(patience_ms=0) as w:
        assert w.session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 0
    for _ in range(40):
        with sqlite_store.reading() as w:
            assert w.session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 4_000

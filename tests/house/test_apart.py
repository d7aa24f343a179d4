"""Work set apart: bounded in time and memory, ended with its client, and nobody else's concern."""

import contextlib
import os
import pickle
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drafting import apart
from drafting.errors import Busy, NotFound, Unreadable
from drafting.text.changes import text_of
from drafting.text.resolution import Kind, Paragraph
from tests.house import apart_work as work
from tests.live.conftest import until


@pytest.fixture
def pool():
    apart.start()
    yield
    apart.stop()


def ended(pid):
    """Tells whether a process is no more (or only waits to be buried)."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_without_a_pool_work_runs_where_it_stands():
    assert apart.call(work.whose) == apart.call_for_stranger(work.whose) == os.getpid()


def test_work_runs_in_a_process_of_its_own_which_stays_for_the_next(pool):
    first = apart.call(work.whose)
    assert first not in {os.getpid(), None}
    assert apart.call(work.whose) == first
    assert apart.call(work.double, 4, plus=1) == 9


def test_our_own_values_pass_both_ways(pool):
    assert apart.call(work.paragraph, "Noting") == Paragraph(Kind.PREAMBULAR, text_of("Noting"))
    data = os.urandom(1_000_000) * 20
    assert apart.call(work.twenty_megabytes, data) == data[::-1]


@pytest.mark.parametrize(
    ("asked", "refusal", "words"),
    [
        (work.refuses, NotFound, "No such thing here"),
        (work.all_memory, Unreadable, "too much memory"),
        (work.breaks_off, Unreadable, "nothing was stored"),
    ],
)
def test_what_does_not_end_well_is_refused_and_the_next_is_served(pool, asked, refusal, words):
    with pytest.raises(refusal, match=words):
        apart.call(asked)
    assert apart.call(work.double, 1) == 2


def test_a_worker_over_time_is_ended(pool, tmp_path):
    with pytest.raises(Unreadable, match=r"longer than 0\.5 seconds"):
        apart.call(work.for_ever, str(tmp_path / "pid"), seconds=0.5)
    # It may not have come as far as to tell who it is.
    for mark in tmp_path.glob("pid.done"):
        assert ended(int(mark.read_text()))
    assert apart.call(work.double, 1) == 2


def test_a_worker_that_has_grown_large_is_replaced(pool):
    assert apart.call(work.much_memory) == 700_000_000
    first = apart.call(work.whose)
    assert apart.call(work.whose) == first
    apart.call(work.much_memory)
    assert apart.call(work.whose) != first


def test_a_worker_of_a_large_server_is_not_large_itself(pool):
    ballast = b"x" * 600_000_000
    first = apart.call(work.whose)
    assert apart.call(work.whose) == first
    assert len(ballast) > 1024 * apart.MAX_KEPT_KIB


def test_a_failure_is_told_by_its_place_and_not_by_its_words(pool, caplog):
    with pytest.raises(RuntimeError) as info:
        apart.call(work.fails)
    assert "secret" not in f"{info.value!r}{caplog.text}"
    (told,) = caplog.records
    assert told.error == "ValueError"
    assert "apart_work.py" in told.place


def test_noise_on_the_standard_streams_harms_nothing(pool):
    assert apart.call(work.prints) == ""
    assert apart.call(work.double, 1) == 2


def test_a_worker_knows_nothing_of_the_servers_settings(pool, monkeypatch):
    monkeypatch.setenv("DRAFTING_SMTP", "smtp://user:word@host")
    assert not [name for name in apart.call(work.settings) if name.startswith("DRAFTING")]


def test_an_answer_holds_nothing_but_our_own_and_plain_values(pool):
    with pytest.raises(pickle.UnpicklingError):
        apart.call(work.not_plain)
    assert apart.call(work.double, 1) == 2


def test_many_calls_share_two_workers(pool):
    with ThreadPoolExecutor(40) as crowd:
        asked = [crowd.submit(apart.call, work.double, n) for n in range(200)]
        assert [one.result() for one in asked] == [2 * n for n in range(200)]
        pids = {crowd.submit(apart.call, work.whose).result() for _ in range(20)}
    assert len(pids) <= apart.WORKERS


def test_strangers_leave_a_worker_to_the_others_and_too_many_are_refused(pool, tmp_path):
    mine, theirs = socket.socketpair()
    here = contextlib.closing(mine)

    def stranger(number):
        turns = threading.Semaphore(0)
        with apart.asked_by(mine.fileno(), turns):
            apart.call_for_stranger(work.for_ever, str(tmp_path / f"{number}"))

    with here, ThreadPoolExecutor(apart.MAX_STRANGERS) as crowd:
        waiting = [crowd.submit(stranger, n) for n in range(apart.MAX_STRANGERS)]
        until(lambda: list(tmp_path.glob("*.done")))
        until(lambda: apart._pool._strangers._value == 0)
        with pytest.raises(Busy):
            apart.call_for_stranger(work.double, 1)
        assert apart.call(work.double, 1) == 2
        assert len(list(tmp_path.glob("*.done"))) == 1
        theirs.close()
        for one in waiting:
            with pytest.raises(Busy, match="has gone"):
                one.result(timeout=30)
    (mark,) = tmp_path.glob("*.done")
    assert ended(int(mark.read_text()))
    assert apart.call_for_stranger(work.double, 1) == 2


def test_a_thread_lends_its_turn_while_it_waits(pool):
    turns = threading.Semaphore(0)
    with socket.socket() as listening, socket.socket() as client:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        client.connect(listening.getsockname())
        with apart.asked_by(client.fileno(), turns), ThreadPoolExecutor(1) as other:
            taken = other.submit(turns.acquire, timeout=30)
            # The other takes the turn and gives it back: without that this call would not come back.
            taken.add_done_callback(lambda _: turns.release())
            assert apart.call(work.double, 3) == 6
            assert taken.result() is True


def test_stopping_ends_what_runs(tmp_path):
    apart.start()
    mark = tmp_path / "pid"
    with ThreadPoolExecutor(1) as other:
        running = other.submit(apart.call, work.for_ever, str(mark))
        until(lambda: mark.with_suffix(".done").exists())
        apart.stop()
        with pytest.raises(Busy):
            running.result(timeout=30)
    assert ended(int(mark.with_suffix(".done").read_text()))


def test_a_worker_that_has_died_between_two_calls_is_replaced(pool):
    pid = apart.call(work.whose)
    os.kill(pid, signal.SIGKILL)
    until(lambda: ended(pid))
    assert apart.call(work.whose) != pid


def test_a_worker_ends_with_the_server(tmp_path):
    """Its standard input closes when the server is gone, however it went."""
    apart.start()
    pid = apart.call(work.whose)
    worker = apart._pool._free.get()
    worker._asks.close()
    until(lambda: ended(pid))
    assert worker._process.wait() == 0
    worker.end()
    apart._pool._free.put(None)
    apart.stop()

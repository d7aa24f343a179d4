"""D03 and group commit: what the disk has been asked to keep before anybody is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.crash.harness import Server
from tests.faults.conftest import ADVISER, MEXICO, OBSERVER, Seat, seat
from tests.faults.tracing import SENDS, SYNCS, WRITES, Trace, attached, needs_tracing

CALLS = "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg"
ANSWER = re.compile(r'43\d+\[\{\\"ok\\":true|"HTTP/1.1 200 ')
EDITS = 100
OTHERS = 25


def answers_without_sync(trace: Trace) -> tuple[int, int]:
    """Counts the answers to operations, and those sent before their last log write was synced."""
    answers = early = 0
    unsynced: int | None = None
    wrote = False
    moments = []
    for call in trace.calls():
        if call.name in WRITES and "-wal>" in call.text:
            moments.append((call.began, "wrote"))
        elif call.name in SYNCS and "-wal>" in call.text and call.ok:
            moments.append((call.ended, f"synced {call.began}"))
        elif call.name in SENDS and ANSWER.search(call.text):
            moments.append((call.began, "answered"))
    for at, what in sorted(moments):
        if what == "wrote":
            unsynced, wrote = at, True
        elif what == "answered":
            answers += 1
            early += not wrote or unsynced is not None
            wrote = False
        elif unsynced is not None and int(what.split()[1]) > unsynced:
            unsynced = None
    return answers, early


def do_everything(penholder: Seat, delegate: Seat) -> None:
    """Does operations of each kind, one after another."""
    for number in range(EDITS):
        penholder.live.ask("change", penholder.change(f"⟦{number}⟧"))
    for number in range(OTHERS):
        delegate.comment(f"comment {number}")
    at = penholder.texts[2]
    for number in range(OTHERS):
        penholder.deed(
            kind="insert",
            after=at,
            paragraph_kind="operative",
            level=0,
            ops=[{"insert": f"⟦deed {number}⟧"}],
        )


def traced(server: Server, folder: Path) -> tuple[int, int]:
    penholder, delegate = seat(server), seat(server, MEXICO)
    assert server.process is not None
    with attached(server.process.pid, folder, "-e", CALLS) as trace:
        do_everything(penholder, delegate)
    return answers_without_sync(trace)


def test_between_an_operations_last_log_write_and_its_answer_stands_a_sync(served, tmp_path):
    needs_tracing()
    answers, early = traced(served, tmp_path)
    assert answers == EDITS + 2 * OTHERS
    assert early == 0


def test_the_trace_sees_a_server_that_leaves_its_commits_to_the_system(tmp_path):
    needs_tracing()
    server = Server(tmp_path, planted="synchronous-normal").start(demo=True)
    try:
        answers, early = traced(server, tmp_path)
    finally:
        server.kill()
    assert answers == EDITS + 2 * OTHERS
    assert early > answers / 2


def test_edits_that_come_together_share_a_commit(served, tmp_path):
    needs_tracing()
    seats = [seat(served), seat(served, ADVISER), seat(served), seat(served, ADVISER)]
    assert served.process is not None
    slow = "inject=fsync,fdatasync:delay_exit=150000"
    with attached(served.process.pid, tmp_path, "-e", CALLS, "-e", slow) as trace:
        sent = [
            (one, one.live.send("change", one.change(f"⟦{who}.{text}⟧", text)))
            for text in seats[0].texts[:20]
            for who, one in enumerate(seats)
        ]
        for one, number in sent:
            one.live.answer(number, 120)
    syncs = [c for c in trace.calls() if c.name in SYNCS and "-wal>" in c.text]
    assert len(sent) == 80
    # A commit each would be 80; one that writes its header anew syncs twice.
    assert 0 < len(syncs) <= 16


@pytest.mark.parametrize("delay_s", [3])
def test_while_a_commit_is_slow_nobody_else_waits_for_it(served, tmp_path, delay_s):
    needs_tracing()
    writer, mover, reader = seat(served), seat(served, ADVISER), seat(served, OBSERVER)
    assert served.process is not None
    slow = f"inject=fsync,fdatasync:delay_exit={delay_s * 1_000_000}"
    with attached(served.process.pid, tmp_path, "-e", "trace=fsync,fdatasync", "-e", slow):
        number = writer.live.send("change", writer.change("⟦slow⟧"))
        reader.live.events.clear()
        caret = {"draft": mover.draft, "text": mover.texts[1], "start": 0, "end": 0}
        mover.live.tell("caret", caret | {"version": mover.versions[mover.texts[1]]})
        for _ in range(3):
            assert reader.browser.request("GET", "/healthz")[0] == 200
            reader.browser.state(reader.draft)
        assert reader.live.wait(
            lambda: any(n == "people" and d["carets"] for n, d in reader.live.events)
        )
        joined = seat_without_writing(reader)
        assert number not in writer.live._answers, "the commit was not slow"
        assert "parts" in writer.live.answer(number)
    assert joined["seq"] == 0


def seat_without_writing(reader: Seat) -> dict:
    return reader.live.ask("join", {"draft": reader.draft})

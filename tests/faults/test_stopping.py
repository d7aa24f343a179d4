"""SIGTERM under load: all that was acknowledged is stored, everyone is told, and all come back."""

from __future__ import annotations

import contextlib
import json
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from drafting import serving
from tests.crash.client import Browser, Refused, Unknown
from tests.crash.harness import Server
from tests.faults.conftest import ADVISER, MEXICO, OBSERVER, PENHOLDER, Seat, seat
from tests.servers import free_port, wait_for

STOP_S = 30.0
"""Twice what a stop may take: no test judges a time, and a busy machine is slow."""
WRITERS = 4


class Writer(threading.Thread):
    """Somebody who inserts one mark after the other until no answer comes."""

    def __init__(self, at: Seat, number: int) -> None:
        super().__init__(daemon=True)
        self.at = at
        self.number = number
        self.acknowledged: list[str] = []

    def run(self) -> None:
        text = self.at.texts[self.number]
        while True:
            mark = f"⟦{self.number}.{len(self.acknowledged)}⟧"
            try:
                answer = self.at.live.ask("change", self.at.change(mark, text))
            except (Unknown, Refused):
                return
            self.at.versions[text] = answer["parts"][-1]["version"]
            self.acknowledged.append(mark)


def figures(port: int) -> dict[str, float]:
    """Gives a server's figures, by their name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines)
        if not name.startswith("#")
    }


def comparison() -> tuple[bytes, str]:
    """Gives a form that asks for a comparison of many seconds, and its media type."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abcdefghij", k=6)) for _ in range(300)]
    parts = []
    for side in ("old", "new"):
        lines = [f"{n + 1}. Calls {' '.join(dice.choices(words, k=4000))};" for n in range(80)]
        parts.append(
            f'--x\r\nContent-Disposition: form-data; name="{side}"; filename="{side}.txt"\r\n\r\n'
            + "\n\n".join(lines)
            + "\r\n"
        )
    return ("".join(parts) + "--x--\r\n").encode(), "multipart/form-data; boundary=x"


def test_a_stop_under_load_loses_nothing_and_everyone_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = free_port()
    monkeypatch.setenv("DRAFTING_METRICS", str(metrics))
    monkeypatch.setenv("DRAFTING_LOG", "json")
    server = Server(tmp_path).start(demo=True)
    try:
        _stopped_under_load(server, metrics)
    finally:
        server.kill()


def _stopped_under_load(server: Server, metrics: int) -> None:
    writers = [Writer(seat(server, (PENHOLDER, ADVISER)[n % 2]), n) for n in range(WRITERS)]
    watchers = [seat(server, link) for link in (MEXICO, OBSERVER)]
    seats = [one.at for one in writers] + watchers
    long: list[tuple[int, dict[str, Any]]] = []

    def compare() -> None:
        status, _headers, content = Browser(server.port).request(
            "POST", "/api/compare", *comparison()
        )
        long.append((status, json.loads(content)))

    asking = threading.Thread(target=compare, daemon=True)
    asking.start()
    for one in writers:
        one.start()
    wait_for(lambda: figures(metrics)["drafting_apart_calls"] == 1, "the comparison runs", 60)
    wait_for(lambda: all(len(one.acknowledged) > 5 for one in writers), "they write", 60)
    assert figures(metrics)["drafting_clients"] == len(seats)

    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    for one in seats:
        assert one.live.wait_closed(STOP_S)
    # Whoever is impatient does no harm.
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(STOP_S) == 0

    for one in seats:
        (told,) = [data["reason"] for name, data in one.live.events if name == "bye"]
        assert told == "The server is being restarted."
    asking.join(10)
    ((status, said),) = long
    assert status == 503
    assert said["detail"].startswith("The server is being restarted, so this was broken off")
    for line in server.log().splitlines():
        assert json.loads(line)["level"] in ("info", "warning"), line

    server.start()
    again = [Seat(one.browser) for one in seats]
    words = again[0].words()
    for writer in writers:
        writer.join(10)
        lost = [mark for mark in writer.acknowledged if mark not in words]
        assert not lost
        # Nothing twice either, and nothing that was not written.
        found = re.findall(rf"⟦{writer.number}\.\d+⟧", words)
        assert len(found) == len(set(found))
        assert len(found) - len(writer.acknowledged) in (0, 1)


def test_figures_say_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = free_port()
    monkeypatch.setenv("DRAFTING_METRICS", str(metrics))
    server = Server(tmp_path).start(demo=True)
    try:
        writer, watcher = seat(server, PENHOLDER), seat(server, OBSERVER)
        for number in range(3):
            answer = writer.live.ask("change", writer.change(f"⟦{number}⟧"))
            writer.versions[writer.texts[0]] = answer["parts"][-1]["version"]
        with pytest.raises(Refused):
            watcher.live.ask("change", watcher.change("⟦not mine⟧"))
        assert watcher.live.wait(
            lambda: sum(name == "change" for name, _ in list(watcher.live.events)) >= 1
        )
        status, _, _ = watcher.browser.request("GET", "/drafts/not-there")
        assert status == 404
        found = figures(metrics)
        assert found["drafting_edits_stored_total"] == 3
        assert found['drafting_events_refused_total{refusal="NotAllowed"}'] == 1
        assert found["drafting_clients"] == 2
        assert found["drafting_rooms"] == 1
        assert found["drafting_commit_seconds_count"] >= 3
        assert found["drafting_fan_out_seconds_count"] >= 1
        assert found["drafting_messages_delivered_total"] >= 1
        assert found['drafting_request_seconds_count{view="none",status="4xx"}'] == 1
        assert found['drafting_request_seconds_count{view="api.tickets",status="2xx"}'] == 2
        assert found["process_resident_memory_bytes"] > 10_000_000
        # On the port that people use there is nothing of the kind, for nobody.
        asked = [
            writer.browser.request("GET", path) for path in ("/metrics", "/metrics-or-anything")
        ]
        assert asked[0][0] == 404
        assert asked[0][2] == asked[1][2]
        # No label and no number tells one person, draft or delegation from another.
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        for secret in (writer.draft, *writer.texts, "Mexico", "mexico", "⟦"):
            assert secret not in text
    finally:
        server.stop()


def test_what_a_stop_waits_for_is_less_than_15_seconds_in_all() -> None:
    # The live floor's own last words, answers on their way, threads and the figures' door besides.
    assert serving.SETTLE_S + 2.0 + serving.FINISH_S + serving.LAST_S + 0.5 + 1.0 + 0.5 + 0.5 < 15


@pytest.mark.parametrize("workers", ["1", "2"])
def test_however_often_it_is_told_to_stop_it_ends_in_good_order(
    tmp_path: Path, workers: str
) -> None:
    process = subprocess.Popen(
        [
            *(Path(sys.executable).parent / "drafting", "serve", "--port", "0"),
            *("--workers", workers, "--database", f"sqlite:///{tmp_path}/drafting.sqlite3"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "Serving on" not in process.stdout.readline():
        assert process.poll() is None
    until = time.monotonic() + STOP_S
    while process.poll() is None and time.monotonic() < until:
        # Also while Python itself comes to its end.
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    _out, errors = process.communicate(timeout=STOP_S)
    assert (process.returncode, errors) == (0, "")

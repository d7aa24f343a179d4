"""How fast the board is with 194 States and eleven years of history: `python -m tests.bench board`.

Opening its page in a browser; and how soon a change is on another screen of the presidency while 600
people are connected: from before the call is sent to when the other socket's bytes are read.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import tempfile
import time
import uuid
from pathlib import Path

from playwright.sync_api import sync_playwright

from drafting.services import people, record
from tests.bench.live_load import Load, Receiver, Tool
from tests.browser.conftest import FLAGS
from tests.servers import Serving
from tests.tools import chromium

LOADS = 9
CHANGES = 100
CLIENTS = 600
OTHERS = 4
"""Screens of the presidency that look on."""


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        _page(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _changes(Path(folder))


def _page(folder: Path) -> None:
    served = Serving(folder).start()
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.goto(served.links["Presidency (penholder)"])
            page.get_by_role("button", name=re.compile("^Sign in as ")).click()
            page.wait_for_selector("#draft")
            page.add_init_script(
                """
                new MutationObserver(() => {
                  if (!window.shownAt && document.querySelector("main [data-ready=true]"))
                    requestAnimationFrame(() => setTimeout(() => { window.shownAt ??= performance.now(); }));
                }).observe(document, {subtree: true, childList: true, attributes: true});
                """
            )
            page.goto(re.sub(r"(/drafts/[^/?#]+).*", r"\1/board", page.url))
            times = []
            for _ in range(LOADS):
                page.reload()
                page.wait_for_function("() => window.shownAt")
                times.append(page.evaluate("window.shownAt"))
            _print("opening the board, all rows on the screen", times)
            browser.close()
    finally:
        served.stop()


def _changes(folder: Path) -> None:
    server = Tool(folder, CLIENTS, OTHERS + 1)
    try:
        with server.store.work() as w:
            actor = people.actor(w, server.sessions[0], uuid.UUID(server.draft))
            record.add(w, actor, record.Earlier(ready="ccm"))
        load = Load(server, OTHERS + 1)
        states = [s for s in _get(server, "board")["rows"] if s["eligible"]]
        times, calls = [], []
        for number in range(CHANGES):
            delegation = states[number % len(states)]["delegation"]
            begun = time.perf_counter()
            _post(
                server, "contacts", {"delegation": delegation, "said": f"What was said, {number}."}
            )
            calls.append((time.perf_counter() - begun) * 1000)
            times += [(at - begun) * 1000 for at in _heard(load, delegation)]
        _print(f"a change on another screen, {CLIENTS} connected", times)
        _print("the call itself", calls)
    finally:
        server.process.kill()
        server.process.communicate()


def _heard(load: Load, delegation: str) -> list[float]:
    """Gives when each of the screens that look on has heard of a State's row."""
    wanted = {receiver.index for receiver in load.senders[1:]}
    heard: list[float] = []
    until = time.perf_counter() + 10
    while wanted and time.perf_counter() < until:
        for key, _ in load.selector.select(0.05):
            receiver: Receiver = key.data
            for payload in receiver.frames():
                if payload.startswith(b'42["board"') and delegation.encode() in payload:
                    if receiver.index in wanted:
                        heard.append(time.perf_counter())
                    wanted.discard(receiver.index)
                elif payload == b"2":
                    load.take(receiver, payload)
    assert not wanted, "somebody was not told"
    return heard


def _get(server: Tool, path: str) -> dict:
    return _call(server, "GET", path, None)


def _post(server: Tool, path: str, body: dict) -> dict:
    return _call(server, "POST", path, {"id": str(uuid.uuid4()), **body})


def _call(server: Tool, method: str, path: str, body: dict | None) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request(
        method,
        f"/api/drafts/{server.draft}/{path}",
        None if body is None else json.dumps(body),
        {
            "Cookie": f"drafting={server.tokens[0]}",
            "Content-Type": "application/json",
            "Sec-Fetch-Site": "same-origin",
        },
    )
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    assert answer.status == 200, data
    return json.loads(data)


def _print(what: str, times: list[float]) -> None:
    times = sorted(times)
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    print(
        f"{what}: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, max {times[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()

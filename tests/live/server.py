"""A real server with the live floor on it, for tests: `python -m tests.live.server [DATABASE]`.

Prints its port. Pages under /outside/ steer what is outside (`outside.py`): they stand for the deeds
of other floors and for the test's own eyes.
"""

from __future__ import annotations

import logging
import os
import socket
import stat
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, request

from drafting import events
from drafting.live.hub import Hub
from drafting.serving import serve
from drafting.text.changes import to_json
from tests.live.outside import Outside


def application(outside: Outside) -> tuple[Flask, Hub]:
    """Gives the application and its live floor."""
    app = Flask("outside")
    live = Hub(app, outside)

    @app.post("/outside/drafts")
    def open_draft() -> dict[str, Any]:
        draft, texts = outside.open_draft(request.json["texts"])
        return {"draft": str(draft), "texts": [str(text) for text in texts]}

    @app.post("/outside/sessions")
    def sign_in() -> dict[str, Any]:
        asked = request.json
        session, ticket = outside.sign_in(
            UUID(asked["draft"]), asked["name"], may_edit=asked["may_edit"]
        )
        return {"session": str(session), "ticket": ticket}

    @app.post("/outside/tickets")
    def ticket() -> dict[str, Any]:
        return {"ticket": outside.ticket(UUID(request.json["session"]))}

    @app.post("/outside/rights")
    def rights() -> dict[str, Any]:
        person = outside.sessions[UUID(request.json["session"])]
        person.may_edit = request.json["may_edit"]
        return {}

    @app.post("/outside/endings")
    def end() -> dict[str, Any]:
        session = UUID(request.json["session"])
        if "draft" in request.json:
            draft = UUID(request.json["draft"])
            person = outside.sessions[session]
            person.drafts.discard(draft)
            if request.json.get("told", True):
                live.listen(events.PlaceEnded(draft, person.id))
        else:
            del outside.sessions[session]
            if request.json.get("told", True):
                live.listen(events.SessionEnded(session))
        return {}

    @app.post("/outside/deeds")
    def deed() -> dict[str, Any]:
        draft = UUID(request.json["draft"])
        for number in range(request.json["times"]):
            outside.drafts[draft] += 1
            words = "x" * request.json.get("size", 10)
            data = {"draft": str(draft), "seq": number, "words": words}
            live.listen(events.DeedDone(draft, data))
        return {}

    @app.post("/outside/threads")
    def thread() -> dict[str, Any]:
        live.listen(events.ThreadChanged(UUID(request.json["draft"]), UUID(request.json["thread"])))
        return {}

    @app.post("/outside/delays")
    def delay() -> dict[str, Any]:
        outside.delay_s = request.json["seconds"]
        return {}

    @app.post("/outside/work")
    def work() -> dict[str, Any]:
        until = time.monotonic() + request.json["seconds"]
        while time.monotonic() < until:
            pass
        return {}

    @app.get("/outside/texts/<uuid:text>")
    def text(text: UUID) -> dict[str, Any]:
        with outside.lock:
            kept = outside.texts[text]
            return {
                "ops": to_json(kept.content),
                "version": len(kept.entries),
                "entries": [to_json(entry.change) for entry in kept.entries],
            }

    @app.get("/outside/process")
    def process() -> dict[str, Any]:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        rss_kb, peak_kb = (
            int(line.split()[1])
            for name in ("VmRSS:", "VmHWM:")
            for line in status.splitlines()
            if line.startswith(name)
        )
        times = os.times()
        return {
            "rss_kb": rss_kb,
            "peak_kb": peak_kb,
            "cpu_s": times.user + times.system,
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "connections": len(live._rooms.connections),
            "sockets": len(live.socketio.server.eio.sockets),  # type: ignore[attr-defined]
            "batches": outside.batches[-1000:],
            "waits_for_acknowledgements": _waiting_streams(),
        }

    @app.post("/outside/echo")
    def echo() -> dict[str, Any]:
        return {"bytes": len(request.get_data())}

    return app, live


def _waiting_streams() -> int:
    """Counts the connections that hold a second write back until the first is acknowledged."""
    waiting = 0
    for one in list(Path("/proc/self/fd").iterdir()):
        try:
            if not stat.S_ISSOCK(one.stat().st_mode):
                continue
            with socket.socket(fileno=os.dup(int(one.name))) as stream:
                stream.getpeername()
                if stream.family == socket.AF_INET and stream.type == socket.SOCK_STREAM:
                    waiting += not stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        except OSError:
            continue
    return waiting


def main() -> None:
    """Serves."""
    logging.basicConfig(level=logging.WARNING)
    outside = Outside(sys.argv[1] if len(sys.argv) > 1 else None)
    app, live = application(outside)
    serve(app, live, "127.0.0.1", 0, lambda port: print(port, flush=True))


if __name__ == "__main__":
    main()

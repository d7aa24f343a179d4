"""L05 to L07: a server as it is run shows no debugger, echoes nothing, and keeps what it writes to itself."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

from tests.servers import free_port, wait_for
from tests.tools import ROOT

CANARY = "Tango-Uniform-5812"


def answer(port: int, method: str, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stream:
        lines = (
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Said: {CANARY}\r\nConnection: close\r\n\r\n"
        )
        stream.sendall(lines.encode())
        said = b""
        while data := stream.recv(65_536):
            said += data
    return said


def test_a_server_as_it_is_run(tmp_path: Path) -> None:
    port, folder = free_port(), tmp_path / "made" / "by the server"
    url = f"sqlite:///{folder}/drafting.sqlite3"
    log = tmp_path / "log"
    # Whoever starts it may be careless about what others can read.
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "drafting", "serve", "--port", str(port)],
            env={
                **os.environ,
                "DRAFTING_DATABASE": url,
                "FLASK_DEBUG": "1",
                "FLASK_ENV": "development",
                "WERKZEUG_DEBUG_PIN": "off",
                "DRAFTING_METRICS_TOKEN": f"{CANARY}-0123456789",
            },
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            umask=0,
        )
    try:
        wait_for(lambda: _listens(port) or process.poll() is not None, "it serves", 60)
        assert process.poll() is None, log.read_text()
        for method in ("TRACE", "TRACK", "DEBUG", "CONNECT", "GET"):
            said = answer(port, method, "/sign-in" if method != "GET" else "/console")
            assert CANARY.encode() not in said
            assert int(said.split(b" ", 2)[1]) in (400, 403, 404), method
        for path in (
            "/?__debugger__=yes&cmd=resource&f=debugger.js",
            "/.env",
            "/metrics",
            "/.git/config",
        ):
            said = answer(port, "GET", path)
            assert int(said.split(b" ", 2)[1]) in (303, 404), path
            assert b"ebugger" not in said.partition(b"\r\n\r\n")[2]
        # Who may see the list of processes sees no secret in it.
        commands = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert CANARY.encode() not in commands
        assert url.encode() not in commands
        files = list(folder.rglob("*"))
        assert len(files) >= 2
        for one in (folder, *files):
            mode = stat.S_IMODE(one.stat().st_mode)
            assert mode & 0o077 == 0, (one, oct(mode))
    finally:
        process.terminate()
        assert process.wait(20) == 0
    lines = log.read_text().splitlines()
    assert len(lines) > 5
    assert all(" info drafting.security A request was refused. pid=" in line for line in lines)
    assert not [word for word in (CANARY, "console", "debugger", ".git") if word in log.read_text()]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

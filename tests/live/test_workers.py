"""The supervisor of several server processes, with workers that do other things than serve."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drafting import errors, workers
from tests.servers import wait_for
from tests.tools import ROOT

HEAD = """
import logging, os, signal, socket, sys, time
from drafting import workers
from drafting.errors import CannotStart, NotStored
logging.basicConfig(stream=sys.stderr)
def say(*words): os.write(1, (" ".join(map(str, words)) + "\\n").encode())
"""


def supervised(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def lines_until(process: subprocess.Popen[str], wanted: Callable[[str], bool]) -> list[str]:
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        found.append(line.strip())
        if wanted(found[-1]):
            return found
    raise AssertionError(found)


def test_a_port_on_which_somebody_listens_is_refused_also_one_that_would_be_shared():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(errors.CannotStart, match="Nothing was started"):
            workers.reserve("127.0.0.1", port)
    with workers.reserve("127.0.0.1", port) as held:
        assert held.getsockname()[1] == port


def test_a_free_port_is_found_and_its_workers_may_share_it():
    with (
        workers.reserve("127.0.0.1", 0) as held,
        socket.socket() as worker,
    ):
        worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        worker.bind(held.getsockname())
        worker.listen()


def test_notices_go_to_all_others_in_order_and_the_end_of_one_is_told():
    process = supervised("""
def serve(number, end, ready):
    ready()
    if number == 0:
        here = set()
        while here != {b"1 here", b"2 here"}: here.add(end.recv(1000))
        for at in range(3):
            end.sendall(b'["%036d","news",%d]' % (0, at))
        os._exit(3)
    # Who is not ready yet hears nothing: it is said until it is heard.
    end.setblocking(False)
    heard = 0
    while True:
        try: notice = end.recv(1000).decode()
        except BlockingIOError:
            if not heard: end.send(b"%d here" % number)
            time.sleep(0.02)
            continue
        if "news" in notice or "gone" in notice:
            heard += 1
            say(number, notice)
workers.run(3, serve, lambda: say("ready"))
""")
    gone: list[str] = []

    def both_know(line: str) -> bool:
        gone.extend([line] if "gone" in line else [])
        return len(gone) == 2

    found = lines_until(process, both_know)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    zero = f"{0:036d}"
    told = [f'["{zero}","news",{at}]' for at in range(3)]
    for number in (1, 2):
        mine = [one.split(" ", 1)[1] for one in found if one.startswith(f"{number} ")]
        assert mine[:3] == told
        assert mine[3].startswith(f'["{zero}","gone"')
    assert process.returncode == 0


def test_who_ends_is_started_again_and_the_others_go_on():
    process = supervised("""
def serve(number, end, ready):
    say("begun", number, os.getpid()); ready(); time.sleep(60)
workers.run(2, serve, lambda: say("ready"))
""")
    found = lines_until(process, lambda line: line == "ready")
    pids = {line.split()[1]: int(line.split()[2]) for line in found if "begun" in line}
    os.kill(pids["0"], signal.SIGKILL)
    (again,) = lines_until(process, lambda line: line.startswith("begun"))
    assert again.split()[1] == "0"
    assert int(again.split()[2]) != pids["0"]
    assert Path(f"/proc/{pids['1']}").exists()
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "signal 9" in log
    assert not Path(f"/proc/{pids['1']}").exists()


def test_when_none_comes_up_it_is_said_and_given_up():
    process = supervised("""
def serve(number, end, ready): raise NotStored(detail="The database is not there.")
try: workers.run(2, serve, lambda: say("ready"))
except CannotStart as refused: say(refused.detail)
""")
    out, log = process.communicate(timeout=30)
    assert "Nothing was served" in out
    assert "ready" not in out
    assert "The database is not there." in log


def test_a_worker_that_does_not_stop_is_ended():
    process = supervised("""
workers.STOP_S = 0.5
def serve(number, end, ready):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("begun", number, os.getpid()); ready()
    while True: time.sleep(60)
workers.run(2, serve, lambda: say("ready"))
""")
    found = lines_until(process, lambda line: line == "ready")
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert log.count("did not stop in time") == 2
    for line in found[:-1]:
        pid = line.split()[2]
        wait_for(lambda pid=pid: not Path(f"/proc/{pid}").exists(), "it is ended")

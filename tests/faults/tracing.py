"""strace: what a process asks of the system, in order; and faults put in between."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.servers import wait_for

SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "pwrite64", "writev", "pwritev")
SENDS = ("sendto", "sendmsg")


@cache
def why_not() -> str | None:
    """Says why processes cannot be traced here, or None."""
    try:
        done = subprocess.run(
            ["strace", "-f", "-e", "trace=fsync", "-o", "/dev/null", "true"],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return "strace is not installed"
    return None if done.returncode == 0 else "this system does not let processes be traced"


def needs_tracing() -> None:
    """Skips a test where nothing can be traced."""
    reason = why_not()
    if reason:
        pytest.skip(reason)


@dataclass(frozen=True)
class Call:
    """A system call, as it began and as it ended."""

    name: str
    text: str
    began: int
    ended: int
    ok: bool


class Trace:
    """A trace of a running process, from `attached` until the block ends."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def calls(self) -> list[Call]:
        """Gives the calls in the order in which they began."""
        open_: dict[tuple[str, str], tuple[str, int]] = {}
        calls = []
        for at, row in enumerate(self._path.read_text(errors="replace").splitlines()):
            thread, _, rest = row.partition(" ")
            rest = rest.lstrip()
            resumed = re.match(r"<\.\.\. (\w+) resumed>", rest)
            begun = re.match(r"(\w+)\(", rest)
            if resumed and (thread, resumed[1]) in open_:
                text, began = open_.pop((thread, resumed[1]))
                calls.append(Call(resumed[1], text, began, at, _ok(rest)))
            elif begun and rest.endswith("<unfinished ...>"):
                open_[thread, begun[1]] = (rest, at)
            elif begun:
                calls.append(Call(begun[1], rest, at, at, _ok(rest)))
        calls += [Call(name, text, at, 1 << 60, False) for (_, name), (text, at) in open_.items()]
        return sorted(calls, key=lambda call: call.began)


def _ok(row: str) -> bool:
    found = re.search(r"= (-?\d+)[^=]*$", row)
    return found is not None and int(found[1]) >= 0


@contextlib.contextmanager
def attached(pid: int, folder: Path, *options: str) -> Iterator[Trace]:
    """Traces a running process and its threads while the block runs."""
    out, said = folder / "trace", folder / "strace.said"
    with said.open("wb") as stderr:
        tracer = subprocess.Popen(
            ["strace", "-f", "-y", "-s", "160", "-o", out, *options, "-p", str(pid)],
            stderr=stderr,
            stdout=subprocess.DEVNULL,
        )
    try:
        wait_for(
            lambda: b"attached" in said.read_bytes() or tracer.poll() is not None,
            "strace is attached",
        )
        assert tracer.poll() is None, said.read_text()
        # It says so once it has all the threads there are.
        wait_for(lambda: _traced(pid, tracer.pid), "all threads are traced")
        yield Trace(out)
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)
        try:
            tracer.wait(10)
        except subprocess.TimeoutExpired:
            tracer.kill()
            tracer.wait(10)


def _traced(pid: int, by: int) -> bool:
    try:
        return all(
            f"TracerPid:\t{by}\n" in (thread / "status").read_text()
            for thread in Path(f"/proc/{pid}/task").iterdir()
        )
    except OSError:
        return False

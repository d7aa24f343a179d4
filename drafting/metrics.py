"""Figures of one process, as Prometheus reads them: how much and how fast, never who or what.

Whatever counts calls a figure of this module by name. A figure is plain numbers and takes no lock:
an addition is one step of the interpreter, so the sockets' thread never waits for whoever reads.
Labels are words of our own, known beforehand (a kind of refusal, a view's name): what somebody
typed is never one, and no label tells one person, delegation or draft from another.
"""

from __future__ import annotations

import bisect
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds of what histograms of time tell apart."""

MAX_SERIES = 500
"""Most different labels of one figure: one more is counted under `other`."""

OTHER = "other"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STARTED = time.time()

Labels = tuple[str, ...]


class Count:
    """A number that only grows, by labels."""

    kind = "counter"

    def __init__(self, name: str, says: str, *labels: str) -> None:
        self.name, self.says, self.labels = name, says, labels
        self.values: dict[Labels, int] = {} if labels else {(): 0}
        _all.append(self)

    def add(self, *labels: str, by: int = 1) -> None:
        """Counts something."""
        values = self.values
        if labels not in values:
            if len(values) >= MAX_SERIES:
                labels = (OTHER,) * len(self.labels)
            values.setdefault(labels, 0)
        values[labels] += by

    def lines(self) -> Iterator[str]:
        """Gives its lines."""
        for labels, value in sorted(self.values.copy().items()):
            yield f"{self.name}{_labels(self.labels, labels)} {value}"


class Level:
    """A number that is read when it is asked for: how long a queue is, how many sit at the table."""

    def __init__(self, name: str, says: str, kind: str = "gauge") -> None:
        self.name, self.says, self.kind = name, says, kind
        self.read: Callable[[], float] | None = None
        """Gives the number; None while there is nothing to be read."""
        _all.append(self)

    def lines(self) -> Iterator[str]:
        """Gives its line."""
        if self.read is not None:
            yield f"{self.name} {_number(self.read())}"


class Timing:
    """How long something took, in seconds, by labels."""

    kind = "histogram"

    def __init__(self, name: str, says: str, *labels: str) -> None:
        self.name, self.says, self.labels = name, says, labels
        self.values: dict[Labels, list[float]] = {}
        if not labels:
            self.values[()] = self._empty()
        _all.append(self)

    @staticmethod
    def _empty() -> list[float]:
        # A number for each bound, one for what is beyond, and the sum.
        return [0] * (len(SECONDS) + 1) + [0.0]

    def note(self, seconds: float, *labels: str) -> None:
        """Notes one span of time."""
        found = self.values.get(labels)
        if found is None:
            if len(self.values) >= MAX_SERIES:
                labels = (OTHER,) * len(self.labels)
            found = self.values.setdefault(labels, self._empty())
        found[bisect.bisect_left(SECONDS, seconds)] += 1
        found[-1] += seconds

    def lines(self) -> Iterator[str]:
        """Gives its lines: for each bound how many took no longer, then the sum and the number."""
        for labels, found in sorted(self.values.copy().items()):
            *counts, total = found.copy()
            below = 0
            for bound, count in zip((*map(_number, SECONDS), "+Inf"), counts, strict=True):
                below += int(count)
                said = _labels((*self.labels, "le"), (*labels, bound))
                yield f"{self.name}_bucket{said} {below}"
            yield f"{self.name}_sum{_labels(self.labels, labels)} {_number(total)}"
            yield f"{self.name}_count{_labels(self.labels, labels)} {below}"


_all: list[Count | Level | Timing] = []

# The live floor ----------------------------------------------------------------------------------

CLIENTS = Level("drafting_clients", "Live connections that were let in.")
ROOMS = Level("drafting_rooms", "Drafts that somebody sits at.")
EDITS = Count("drafting_edits_stored_total", "Edits that were stored and acknowledged.")
REPEATED = Count("drafting_edits_repeated_total", "Edits that had been stored before, by their id.")
REFUSED = Count(
    "drafting_events_refused_total", "Live events that were refused, by kind.", "refusal"
)
DELIVERED = Count("drafting_messages_delivered_total", "Live messages written to connections.")
COMMIT = Timing("drafting_commit_seconds", "From a batch of edits taken to its commit.")
HANDOVER = Timing(
    "drafting_handover_seconds", "From a commit to its being taken up by the sockets' thread."
)
FAN_OUT = Timing(
    "drafting_fan_out_seconds",
    "From changes taken up, the first of those told together, to all of a room having been written to.",
)
TELLING_QUEUE = Level("drafting_telling_queue", "Changes that wait to be told.")
BACKLOGS = Count(
    "drafting_backlog_closings_total",
    "Connections ended because they did not take what they were sent.",
)
WRITER_QUEUE = Level("drafting_writer_queue", "Edits that wait to be stored.")
BRIDGE_QUEUE = Level("drafting_bridge_queue", "Deeds that wait for the sockets' thread.")

# Pages -------------------------------------------------------------------------------------------

PAGES = Timing(
    "drafting_request_seconds", "Requests by view and class of status.", "view", "status"
)
PAGES_RUNNING = Level(
    "drafting_requests_running", "Requests that are being answered or wait for it."
)
BODIES_BYTES = Level("drafting_request_bodies_bytes", "Bytes of bodies held at this moment.")
TURNED = Count("drafting_requests_turned_away_total", "Requests not taken, by status.", "status")

# Beneath -----------------------------------------------------------------------------------------

DATABASE_ERRORS = Count(
    "drafting_database_errors_total", "Transactions that the database did not carry out.", "kind"
)
APART_CALLS = Level("drafting_apart_calls", "Pieces of work set apart that run or wait.")
APART_ENDED = Count(
    "drafting_apart_ended_total",
    "Pieces of work set apart that were broken off, by cause.",
    "cause",
)

# The process -------------------------------------------------------------------------------------

MEMORY = Level("process_resident_memory_bytes", "Memory of the process.")
CPU = Level("process_cpu_seconds_total", "Processor time of the process.", "counter")
FILES = Level("process_open_fds", "Open files and sockets of the process.")
MAX_FILES = Level("process_max_fds", "Most files and sockets the process may open.")
START = Level("process_start_time_seconds", "When the process began, since 1970.")


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return float(pages * resource.getpagesize())


MEMORY.read = _memory
CPU.read = time.process_time
FILES.read = lambda: len(list(Path("/proc/self/fd").iterdir()))
MAX_FILES.read = lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[0]
START.read = lambda: _STARTED


def text() -> str:
    """Gives all figures in Prometheus' text form (version 0.0.4)."""
    lines: list[str] = []
    for one in _all:
        found = list(one.lines())
        if found:
            lines += [f"# HELP {one.name} {one.says}", f"# TYPE {one.name} {one.kind}", *found]
    return "\n".join(lines) + "\n"


def _labels(names: Labels, values: Labels) -> str:
    if not names:
        return ""
    said = ",".join(
        f'{name}="{value}"' for name, value in zip(names, map(_escaped, values), strict=True)
    )
    return f"{{{said}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def read(figures: Mapping[Level, Callable[[], float]]) -> None:
    """Says where levels are read from now on."""
    for level, how in figures.items():
        level.read = how

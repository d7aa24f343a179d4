"""D05: killed at every system call of an operation that changes the file, it is done or not done."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.crash import lines
from tests.crash.checker import Kept
from tests.crash.client import Refused, Unknown
from tests.crash.harness import Server
from tests.faults.conftest import PENHOLDER, Seat
from tests.faults.tracing import attached, needs_tracing

MOST_POINTS = 60


def edit(at: Seat) -> None:
    at.live.ask("change", at.change("⟦edit⟧"))


def comment(at: Seat) -> None:
    at.comment("⟦comment⟧")


def split(at: Seat) -> None:
    at.deed(kind="split", paragraph=at.texts[1], at=20, version=at.versions[at.texts[1]])


def accept(at: Seat) -> None:
    proposal = next(
        p
        for p in at.state["proposals"]
        if p["stage"] == "put_forward" and p["kind"] == "amend" and p["standing"] == "current"
    )
    shown = next(p for p in at.state["paragraphs"] if p["id"] == proposal["paragraph"])
    at.accept(paragraph=shown["id"], version=shown["version"], proposals=[proposal["id"]])


TABLES = ("changes", "texts", "paragraphs", "snapshots", "forks", "deeds", "threads", "comments")
TABLES += ("comment_bodies", "operations", "proposal_steps")


def held(kept: Kept) -> dict[str, int]:
    """Counts the rows of what operations leave behind."""
    return {name: kept.rows(f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}


WHOLE = {
    edit: {"changes": 1},
    comment: {"threads": 1, "comments": 1, "comment_bodies": 1, "operations": 1},
    split: {
        "changes": 1,
        "texts": 1,
        "paragraphs": 1,
        "snapshots": 1,
        "forks": 1,
        "deeds": 1,
        "operations": 1,
    },
    accept: {"changes": 1, "deeds": 1, "proposal_steps": 1, "operations": 1},
}
"""How many rows each operation leaves."""


EACH = [(edit, "pwrite64"), (comment, "fsync"), (split, "fsync"), (accept, "pwrite64")]
if os.environ.get("POINTS") == "all":
    # Each point is a server started: all of them are `python -m tests.faults.run points`.
    EACH = [(operation, call) for operation in WHOLE for call in ("fsync", "pwrite64")]


@pytest.mark.parametrize(
    ("operation", "call"), EACH, ids=[f"{operation.__name__}-{call}" for operation, call in EACH]
)
def test_killed_at_each_point_an_operation_is_wholly_there_or_not_at_all(tmp_path, operation, call):
    needs_tracing()
    first = tmp_path / "first"
    first.mkdir()
    server = Server(first).start(demo=True)
    browser = server.browser(PENHOLDER)
    server.stop()
    before = held(Kept(server.database_url))
    outcomes = []
    for point in range(1, MOST_POINTS):
        folder = tmp_path / f"{call}{point}"
        shutil.copytree(first, folder)
        server = Server(folder)
        server.start()
        browser.port = server.port
        at = Seat(browser)
        assert server.process is not None
        inject = f"inject={call}:signal=SIGKILL:when={point}"
        done = False
        with attached(server.process.pid, folder, "-e", f"trace={call}", "-e", inject):
            try:
                operation(at)
                done = True
            except (Unknown, Refused):
                pass
            server.kill()
        kept = Kept(server.database_url)
        assert kept.integrity() == "ok"
        after = held(kept)
        more = {name: after[name] - before[name] for name in TABLES if after[name] != before[name]}
        assert more in ({}, WHOLE[operation]), f"killed at {call} {point}"
        outcomes.append(bool(more))
        assert folds(kept), f"killed at {call} {point}"
        if done:
            assert more, "what was acknowledged is not there"
            break
    else:
        raise AssertionError(f"{operation.__name__} makes more than {MOST_POINTS} calls of {call}")
    assert len(outcomes) > 1, f"{call} was never called"
    assert outcomes == sorted(outcomes), "once there, it is there"


def folds(kept: Kept) -> bool:
    """Tells whether each text is what its log gives."""
    import json

    texts = {}
    for text, content in kept.rows("SELECT text_id, content FROM snapshots WHERE version = 0"):
        texts[text] = lines.line(json.loads(content))
    for text, ops in kept.rows("SELECT text_id, ops FROM changes ORDER BY text_id, version"):
        texts[text] = lines.after(texts[text], json.loads(ops))
    return all(
        texts[text] == lines.line(json.loads(content))
        for text, content in kept.rows("SELECT id, content FROM texts")
    )

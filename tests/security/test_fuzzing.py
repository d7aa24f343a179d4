"""What nobody asks, asked: short runs of the fuzzers, the same at each time (F01, F03, F04, F07)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drafting.api.answers import ANSWERS, FILES
from drafting.rules.doors import PAGES
from tests.security import fuzz_api, fuzz_frames
from tests.security.world import Beginning

ASKED = 700
TRIED = 320


@pytest.fixture(scope="module")
def fuzz(beginning: Beginning, tmp_path_factory: pytest.TempPathFactory) -> fuzz_api.Fuzz:
    return fuzz_api.Fuzz(beginning, tmp_path_factory.mktemp("fuzz"))


def test_the_api_does_what_its_description_says_and_nothing_that_it_forbids(
    fuzz: fuzz_api.Fuzz,
) -> None:
    found = fuzz.run(7, until=lambda so_far: so_far.asked >= ASKED)
    assert not found.faults, "\n".join(f"{kind}\n  {about}" for kind, about in found.faults.items())
    assert len(found.done) >= 25
    assert found.answers[400]
    assert found.answers[404]


@pytest.mark.parametrize("fault", ["a body that is forbidden", "another answer", "an error"])
def test_the_fuzzer_sees(fuzz: fuzz_api.Fuzz, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def strict(schema: dict[str, Any]) -> Any:
        return fuzz_api.validator(fuzz.document, schema)

    def broken() -> Any:
        raise RuntimeError

    match fault:
        case "a body that is forbidden":
            asked = "POST /api/threads/{thread_id}/comments"
            only = strict({"properties": {"body": {"const": "nothing else"}}})
            monkeypatch.setitem(fuzz.bodies, ("/api/threads/{thread_id}/comments", "POST"), only)
            expected = "did what the description forbids"
        case "another answer":
            asked = "POST /api/live/tickets"
            key = ("/api/live/tickets", "POST", "200", "application/json")
            monkeypatch.setitem(fuzz.answers, key, strict({"required": ["more"]}))
            expected = "of another form"
        case _:
            asked = "POST /api/live/tickets"
            views = {"api.tickets": broken}
            monkeypatch.setattr(fuzz, "prepare", lambda app: app.view_functions.update(views))
            expected = "answers 500"
    found = fuzz.run(11, only=asked, until=lambda so_far: so_far.asked >= 100)
    assert any(expected in kind for kind in found.faults), found.faults


def test_every_answer_of_the_api_is_described() -> None:
    calls = {name for name in PAGES if name.startswith("api.")} - {"api.openapi"}
    assert calls - ANSWERS.keys() == set()
    assert ANSWERS.keys() - calls == set()
    assert FILES.keys() <= calls


def test_frames_and_changes_that_nobody_sends_change_nothing_and_stop_nobody(
    tmp_path: Path,
) -> None:
    fuzz = fuzz_frames.Fuzz(tmp_path)
    try:
        found = fuzz.run(5, until=lambda so_far: so_far.trials.total() >= TRIED)
    finally:
        fuzz.stop()
    assert not found.faults, "\n".join(f"{kind}\n  {about}" for kind, about in found.faults.items())
    assert found.answers["change: ok"]
    assert found.answers["change: Malformed"]
    assert found.answers["change: NotAllowed"]

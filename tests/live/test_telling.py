"""What waits to be told is composed: nobody hears their own change, and everyone ends alike."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.live.bridge import Bridge
from drafting.live.broadcast import Broadcast
from drafting.live.rooms import Connection, Rooms
from drafting.live.telling import MAX_RUN, Telling, Told, around, stretches
from drafting.live.transport import Transport
from drafting.live.wire import Frame
from drafting.rules.proposals import Circle, Stage, Standing
from drafting.rules.roles import PRESIDENCY_SIDE, Role
from drafting.services.editing import Admitted
from drafting.text.changes import Builder, Change, apply, from_json, text_length, text_of
from tests.live.conftest import Running, until
from tests.live.test_events import edit

DRAFT = uuid.UUID(int=1)
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
WORDS = text_of("Recalling")


def event(frame: Frame) -> dict[str, Any]:
    """Gives what a frame says."""
    name, data = json.loads(frame.data[frame.data.index(b"42[") + 2 :])
    assert name == "change"
    return data


def told(version: int, change: Change, *, text: int = 1, source: Any = None, **more: Any) -> Told:
    by = {"key": str(source), "name": f"N{source}", "delegation": "Mexico"}
    name = uuid.UUID(int=text * 1000 + version)
    return Told(DRAFT, uuid.UUID(int=text), version, change, name, AT, by, source=source, **more)


def typed(at: int, words: str) -> Change:
    return Builder().retain(at).insert(words).change()


@given(
    st.lists(
        st.tuples(
            st.integers(1, 2),
            st.integers(0, 3),
            st.integers(0, 1000),
            st.sampled_from(["a", "é", "😀", ""]),
            st.integers(1, 3),
        ),
        max_size=80,
    ),
    st.booleans(),
)
def test_whoever_made_some_hears_the_others_and_all_end_alike(steps, careful):
    texts = {1: WORDS, 2: WORDS}
    versions = {1: 0, 2: 0}
    waiting, own = [], {}
    for noting, (text, who, place, words, size) in enumerate(steps):
        length = text_length(texts[text])
        # Never inside a character: every text is cut at its seams only.
        at = 0 if place % 2 else length
        change = (
            typed(at, words) if words else Builder().delete(min(size, 1) if length else 0).change()
        )
        try:
            texts[text] = apply(texts[text], change)
        except Exception:  # noqa: BLE001 - half of a character: not a change that is ever stored
            continue
        versions[text] += 1
        one = told(versions[text], change, text=text, source=who)
        own[who, text, versions[text]] = change
        waiting.append((noting // 5, one))
    runs = stretches(waiting, careful=careful)
    for who in [*range(4), None]:
        heard = {}
        for run in runs:
            for frame in around(run, who):
                said = event(frame)
                base = said.get("base", said["version"] - 1)
                assert (said["text"], base) not in heard
                heard[said["text"], base] = (said["version"], from_json(said["ops"]))
        for text, words in texts.items():
            now, version = WORDS, 0
            while version < versions[text]:
                mine = own.get((who, text, version + 1))
                if mine is not None:
                    assert (str(uuid.UUID(int=text)), version) not in heard
                    now, version = apply(now, mine), version + 1
                else:
                    version, change = heard[str(uuid.UUID(int=text)), version]
                    now = apply(now, change)
            assert now == words


def test_a_change_alone_is_told_as_ever_and_several_name_all():
    one, two, three = (told(n, typed(0, "x"), source=n) for n in (1, 2, 3))
    (run,) = stretches([(1, one)], careful=False)
    (frame,) = around(run, None)
    assert event(frame).keys() == {"draft", "text", "version", "ops", "id", "at", "by"}
    (run,) = stretches([(1, one), (2, two), (3, three)], careful=False)
    (frame,) = around(run, None)
    said = event(frame)
    assert (said["base"], said["version"]) == (0, 3)
    assert said["ids"] == [str(t.id) for t in (one, two, three)]
    assert said["id"] == str(three.id)
    assert said["by"] is None
    before, behind = (event(frame) for frame in around(run, 2))
    assert (before["version"], behind["version"], behind["by"]["name"]) == (1, 3, "N3")


MINE = Standing(Stage.DRAFT, Circle.OWNERS, (PRESIDENCY_SIDE,))
YOURS = Standing(Stage.DRAFT, Circle.OWNERS, (str(uuid.UUID(int=7)),))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (told(1, typed(0, "a")), told(3, typed(0, "b"))),
        (told(1, typed(0, "a")), told(2, typed(0, "b"), text=2)),
        (told(1, typed(0, "a"), proposal=MINE), told(2, typed(0, "b"), proposal=YOURS)),
        (told(1, typed(0, "a"), proposal=MINE), told(2, typed(0, "b"))),
    ],
    ids=["a version between", "another text", "other owners", "another audience"],
)
def test_what_does_not_belong_together_is_not_composed(first, second):
    assert len(stretches([(1, first), (1, second)], careful=False)) == 2


def test_while_somebody_reads_what_they_missed_commits_stay_apart():
    waiting = [(n // 2, told(n, typed(0, "x"), source=1)) for n in range(2, 8)]
    assert [len(run.told) for run in stretches(waiting, careful=True)] == [2, 2, 2]
    assert [len(run.told) for run in stretches(waiting, careful=False)] == [6]
    elsewhere = [(1, told(n, typed(0, "x"))) for n in (1, 2)]
    assert [len(run.told) for run in stretches(elsewhere, careful=True)] == [1, 1]


def test_a_stretch_has_an_end():
    waiting = [(1, told(n, typed(0, "x"))) for n in range(1, 2 * MAX_RUN + 2)]
    assert [len(run.told) for run in stretches(waiting, careful=False)] == [MAX_RUN, MAX_RUN, 1]


def test_a_crowd_that_types_is_told_in_few_events(server: Running) -> None:
    draft, (text,) = server.draft()
    writers = [server.seated(draft) for _ in range(8)]
    reader = server.seated(draft, may_edit=False)
    server.post("delays", seconds=0.1)
    try:
        for round_ in range(3):
            numbers = [
                (one, one.client.emit("change", edit(draft, text, f"<{n}.{round_}>", base=0)))
                for n, one in enumerate(writers)
            ]
            for one, number in numbers:
                assert one.client.ack(number)["ok"]
    finally:
        server.post("delays", seconds=0)
    kept = server.get(f"texts/{text}")
    assert kept["version"] == 24
    version, words, events = 0, Change(), 0
    while version < 24:
        said = reader.client.event("change")
        assert said.get("base", said["version"] - 1) == version
        version, words, events = said["version"], apply(words, from_json(said["ops"])), events + 1
    assert words == from_json(kept["ops"])
    assert events < 24
    for one in writers:
        until(lambda one=one: _has_all(one.client, 24 - 3))
        assert not any(
            n == "change" and said["by"] and said["by"]["key"] == one.key
            for n, said in one.client.events
        )


def _has_all(client: Any, count: int) -> bool:
    heard = [said for n, said in client.events if n == "change"]
    if sum(said["version"] - said.get("base", said["version"] - 1) for said in heard) == count:
        return True
    client.pump(time.monotonic() + 5)
    return False


def test_a_proposal_waits_in_a_queue_of_its_own() -> None:
    rooms = Rooms()
    telling = Telling(rooms, Broadcast(Bridge()))
    member = admitted(Role.PRESIDENCY)
    rooms.join(Connection("s", uuid.uuid4(), Transport(lambda _one: None, None)), DRAFT, member)
    hidden = [told(n, typed(0, "h"), text=2, proposal=YOURS) for n in range(1, 4)]
    telling.note(hidden[:1])
    telling.note(hidden[1:])
    assert telling.waiting == 2
    # What others type unseen delays nothing here.
    telling.note([told(1, typed(0, "x"))])
    assert telling.waiting == 2
    telling.note([told(2, typed(0, "y"))])
    assert telling.waiting == 3
    telling.flush(DRAFT)
    assert telling.waiting == 0
    telling.note([told(3, typed(0, "z"))])
    telling.stop()
    assert telling.waiting == 0


def admitted(role: Role) -> Admitted:
    return Admitted(uuid.uuid4(), "Ana Ruiz", "Mexico", role, None, may_edit=True, seq=0)

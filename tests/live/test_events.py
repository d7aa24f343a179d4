"""Events: their form, their order, their effect, and who hears of them."""

from __future__ import annotations

import contextlib
import json
import random
import re
import threading
import time
import uuid
from typing import Any

import pytest

from drafting import clock
from drafting.live.hub import MAX_CONNECTIONS
from drafting.live.shapes import READERS
from drafting.text.changes import apply, from_json, text_from_json, to_json, transform
from tests.live.client import Closed
from tests.live.conftest import ROOT, Running, Seated, until


def edit(draft: str, text: str, words: str = "a", base: int = 0, **other: Any) -> dict[str, Any]:
    return {
        "draft": draft,
        "text": text,
        "id": str(uuid.uuid4()),
        "base": base,
        "ops": [{"insert": words}],
        **other,
    }


def heard_before(seated: Seated, server: Running, draft: str) -> list[str]:
    """Gives the names of the events someone has heard until a deed that is told now."""
    server.post("deeds", draft=draft, times=1)
    seated.client.event("deed")
    return [name for name, _ in seated.client.events if name != "people"]


# Connecting (F02) -----------------------------------------------------------------------------------

AUTH = [
    "",
    "{}",
    "[]",
    "[5]",
    "null",
    "true",
    "0",
    '"ticket"',
    '{"ticket":null}',
    '{"ticket":5}',
    '{"ticket":[]}',
    '{"ticket":{}}',
    '{"ticket":""}',
    '{"ticket":"wrong"}',
    '{"Ticket":"x"}',
    '{"ticket":"\\u0000"}',
    '{"ticket":"\\ud800"}',
    '{"ticket":"' + "x" * 300 + '"}',
    '[{"ticket":"x"}]',
    "[null]",
    "-1",
    "1.5",
]


@pytest.mark.parametrize("auth", AUTH)
def test_nothing_but_a_ticket_connects(server: Running, auth: str) -> None:
    client = server.client()
    client.text("40" + auth)
    assert client.connected() is None
    assert client.wait_closed(3) == 1008


@pytest.mark.parametrize("auth", ["{", "[" * 2000, "NaNx", "{'ticket': 1}", '{"ticket":"\n"}'])
def test_a_connect_that_is_not_json_ends_the_connection(server: Running, auth: str) -> None:
    client = server.client()
    client.text("40" + auth)
    assert client.wait_closed(3) == 1002


def test_a_ticket_with_more_beside_it_is_refused_and_is_good_once(server: Running) -> None:
    draft, _ = server.draft()
    _, ticket = server.session(draft)
    first = server.client()
    first.text("40" + json.dumps({"ticket": ticket, "session": "x"}))
    assert first.connected() is None
    assert server.client().connect(ticket) is not None
    assert server.client().connect(ticket) is None


def test_session_ids_are_unpredictable_and_keys_are_none_of_them(server: Running) -> None:
    draft, _ = server.draft()
    seats = [server.seated(draft) for _ in range(3)]
    keys = {seat.key for seat in seats}
    assert len(keys) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", key) for key in keys)
    assert len({key[:6] for key in keys} | {key[-6:] for key in keys}) == 6


def test_a_client_of_the_socketio_project_gets_along(server: Running) -> None:
    socketio = pytest.importorskip("socketio")
    draft, texts = server.draft()
    _, ticket = server.session(draft)
    client = socketio.Client(reconnection=False)
    heard: list[Any] = []
    client.on("deed", heard.append)
    client.connect(
        f"http://127.0.0.1:{server.port}", auth={"ticket": ticket}, transports=["websocket"]
    )
    try:
        assert client.call("join", {"draft": draft})["ok"]
        assert client.call("change", edit(draft, texts[0], "Hello"))["parts"][0]["version"] == 1
        server.post("deeds", draft=draft, times=1)
        until(lambda: bool(heard))
    finally:
        client.disconnect()


# The form of events (F03) ---------------------------------------------------------------------------

DEEP = "[" * 100_000 + "]" * 100_000
WRONG = [
    "null",
    "true",
    "1",
    "1.5",
    "[]",
    "{}",
    '""',
    '"x"',
    "NaN",
    "Infinity",
    "1e400",
    DEEP,
    '"\\ud800"',
    '"\\u0000"',
    "-1",
    "9007199254740992",
    "9" * 5000,
]


def good(event: str, draft: str, text: str) -> dict[str, Any]:
    return {
        "join": {"draft": draft},
        "catch_up": {"draft": draft, "seq": 0, "texts": {text: 0}},
        "change": edit(draft, text),
        "caret": {"draft": draft, "text": text, "version": 0, "start": 0, "end": 0},
    }[event]


def answer_to(seat: Seated, event: str, data: str) -> Any:
    seat.client._packet += 1
    seat.client.text(f"42{seat.client._packet}[{json.dumps(event)},{data}]")
    return seat.client.ack(seat.client._packet)


@pytest.mark.parametrize("event", READERS)
def test_fields_of_a_wrong_form_are_refused_and_change_nothing(server: Running, event: str) -> None:
    draft, (text,) = server.draft()
    data = good(event, draft, text)
    for name in data:
        seat = server.seated(draft)
        for wrong in WRONG:
            if (event, name, wrong) in {
                ("caret", "text", "null"),
                ("catch_up", "texts", "{}"),
                ("change", "ops", "[]"),
                *((event, whole, "1") for whole in ("seq", "base", "version", "start", "end")),
            }:
                continue
            fields = [
                f"{json.dumps(key)}:{wrong if key == name else json.dumps(value)}"
                for key, value in data.items()
            ]
            answer = answer_to(seat, event, "{" + ",".join(fields) + "}")
            assert (answer["ok"], answer["refusal"]) == (False, "Malformed"), (name, wrong[:20])
        missing = {key: value for key, value in data.items() if key != name}
        assert seat.client.ask(event, missing)["refusal"] == "Malformed"
        seat.client.close()
    seat = server.seated(draft)
    assert seat.client.ask(event, {**data, "role": "presidency"})["refusal"] == "Malformed"
    for whole in WRONG:
        assert answer_to(seat, event, whole)["refusal"] == "Malformed"
    assert server.get(f"texts/{text}")["version"] == 0


@pytest.mark.parametrize(
    "spelling",
    [
        "{0}",
        "urn:uuid:0",
        "upper",
        "nodash",
        " lead",
        "trail\n",
        "__proto__",
        "../x",
        "%2e",
        "room:1",
    ],
)
def test_ids_are_taken_in_their_canonical_form_alone(server: Running, spelling: str) -> None:
    draft, (text,) = server.draft()
    seat = server.seated(draft)
    odd = {
        "{0}": "{" + draft + "}",
        "urn:uuid:0": f"urn:uuid:{draft}",
        "upper": draft.upper(),
        "nodash": draft.replace("-", ""),
        " lead": " " + draft,
        "trail\n": draft + "\n",
    }.get(spelling, spelling)
    assert seat.client.ask("join", {"draft": odd})["refusal"] == "Malformed"
    assert seat.client.ask("change", edit(odd, text))["refusal"] == "Malformed"
    catch_up = {"draft": draft, "seq": 0, "texts": {odd: 0}}
    assert seat.client.ask("catch_up", catch_up)["refusal"] == "Malformed"


OPS = [
    [{"insert": "\ud800"}],
    [{"insert": "\x00"}],
    [{"insert": "a\nb"}],
    [{"insert": ""}],
    [{"retain": 0}],
    [{"retain": -1}],
    [{"retain": True}],
    [{"retain": 1.0}],
    [{"delete": "1"}],
    [{"insert": "a", "delete": 1}],
    [{"insert": "a", "attributes": {"bold": True}}],
    [{"insert": {"image": "x"}}],
    [{}],
    ["a"],
    [[]],
    [{"insert": "x" * 100_001}],
    [{"retain": 5}, {"insert": "a"}],
    [{"delete": 10**15}],
]


@pytest.mark.parametrize("ops", OPS, ids=range(len(OPS)))
def test_changes_of_a_wrong_form_are_refused_and_told_to_nobody(server: Running, ops: Any) -> None:
    draft, (text,) = server.draft()
    seat, other = server.seated(draft), server.seated(draft)
    assert seat.client.ask("change", edit(draft, text, ops=ops))["refusal"] == "Malformed"
    assert server.get(f"texts/{text}")["version"] == 0
    assert heard_before(other, server, draft) == []


@pytest.mark.parametrize(
    "message",
    [
        '["gossip",{}]',
        '["connect",{}]',
        '["disconnect",{}]',
        "[]",
        "[1,2]",
        '["join"]',
        '["join",{},{}]',
        '[["join"],{}]',
        "[null,{}]",
    ],
)
def test_events_that_are_not_known_are_refused(server: Running, message: str) -> None:
    draft, _ = server.draft()
    seat = server.seated(draft)
    seat.client.text(f"427{message}")
    assert seat.client.ack(7)["refusal"] == "Malformed"


def test_every_event_taken_is_documented() -> None:
    live = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")
    table = live.partition("## What a client sends")[2].partition("## What the server sends")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(READERS)


# Edits ----------------------------------------------------------------------------------------------


def test_an_edit_is_acknowledged_and_told_to_the_others_alone(server: Running) -> None:
    draft, (text,) = server.draft()
    writer, reader = server.seated(draft), server.seated(draft, "Bo", may_edit=False)
    stranger_draft, _ = server.draft()
    stranger = server.seated(stranger_draft)
    asked = edit(draft, text, "Recalling")
    answer = writer.client.ask("change", asked)
    assert answer["parts"] == [{"text": text, "version": 1, "ops": [{"insert": "Recalling"}]}]
    told = reader.client.event("change")
    assert told == {
        "draft": draft,
        "text": text,
        "version": 1,
        "ops": [{"insert": "Recalling"}],
        "id": asked["id"],
        "at": answer["at"],
        "by": {"key": writer.key, "name": "Ana Ruiz", "delegation": "Mexico"},
    }
    assert heard_before(writer, server, draft) == []
    assert heard_before(stranger, server, stranger_draft) == []


def test_a_thousand_edits_of_one_client_are_stored_in_their_order(server: Running) -> None:
    draft, (text,) = server.draft()
    writer, reader = server.seated(draft), server.seated(draft)
    numbers = []
    for number in range(1000):
        numbers.append(writer.client.emit("change", edit(draft, text, f"{number},", base=number)))
        if number % 50 == 49:  # within what a client may send at once
            writer.client.ack(numbers.pop())
            time.sleep(0.2)
    for number in numbers:
        assert writer.client.ack(number)["ok"]
    words, version, ids = text_from_json([]), 0, []
    while version < 1000:
        told = reader.client.event("change")
        assert told.get("base", told["version"] - 1) == version
        words, version = apply(words, from_json(told["ops"])), told["version"]
        ids += told.get("ids", [told["id"]])
    assert to_json(words) == server.get(f"texts/{text}")["ops"]
    assert len(ids) == len(set(ids)) == 1000
    assert len(server.get("process")["batches"]) > 0


def test_edits_that_come_during_a_commit_share_the_next(server: Running) -> None:
    draft, texts = server.draft(20)
    writer = server.seated(draft)
    server.post("delays", seconds=0.2)
    try:
        numbers = [writer.client.emit("change", edit(draft, text)) for text in texts]
        for number in numbers:
            assert writer.client.ack(number)["ok"]
    finally:
        server.post("delays", seconds=0)
    assert max(server.get("process")["batches"][-3:]) >= 10


def test_a_repeated_edit_is_answered_alike_told_once_and_another_under_its_id_refused(
    server: Running,
) -> None:
    draft, (text,) = server.draft()
    writer, reader = server.seated(draft), server.seated(draft)
    asked = edit(draft, text)
    first = writer.client.ask("change", asked)
    assert writer.client.ask("change", asked) == first
    other = {**asked, "ops": [{"insert": "other"}]}
    assert writer.client.ask("change", other)["refusal"] == "Conflict"
    reader.client.event("change")
    assert heard_before(reader, server, draft) == []
    assert server.get(f"texts/{text}")["version"] == 1


def test_who_may_not_edit_is_refused_from_the_next_event_on(server: Running) -> None:
    draft, (text,) = server.draft()
    seat = server.seated(draft)
    assert seat.client.ask("change", edit(draft, text))["ok"]
    server.post("rights", session=seat.session, may_edit=False)
    assert seat.client.ask("change", edit(draft, text, base=1))["refusal"] == "NotAllowed"


@pytest.mark.parametrize("event", ["change", "catch_up", "caret"])
def test_nothing_is_done_before_joining_and_nothing_in_another_draft(
    server: Running, event: str
) -> None:
    draft, (text,) = server.draft()
    elsewhere, (other,) = server.draft()
    _, ticket = server.session(draft)
    client = server.client()
    client.connect(ticket)
    assert client.ask(event, good(event, draft, text))["refusal"] == "NotFound"
    assert client.ask("join", {"draft": elsewhere})["refusal"] == "NotFound"
    assert client.ask("join", {"draft": str(uuid.uuid4())})["refusal"] == "NotFound"
    assert client.ask("join", {"draft": draft})["ok"]
    assert client.ask("change", edit(draft, other))["refusal"] == "NotFound"
    assert client.ask(event, good(event, elsewhere, other))["refusal"] == "NotFound"


def test_what_is_not_there_is_said_at_set_moments(server: Running) -> None:
    draft, _ = server.draft()
    _, (other,) = server.draft()
    seated = server.seated(draft)
    begun = time.monotonic()
    assert seated.client.ask("change", edit(draft, other))["refusal"] == "NotFound"
    # At least: how much longer is the machine's affair.
    assert time.monotonic() - begun >= clock.ABSENT_S


def test_clients_whose_messages_are_late_doubled_and_out_of_order_all_end_alike(
    server: Running,
) -> None:
    draft, texts = server.draft(2)
    chance = random.Random(7)
    writers = [server.seated(draft) for _ in range(4)]
    sent: list[tuple[Seated, dict[str, Any]]] = []
    for number in range(120):
        writer = chance.choice(writers)
        text = chance.choice(texts)
        base = chance.randint(0, server.get(f"texts/{text}")["version"])
        asked = edit(draft, text, f"<{number}>", base=base)
        sent.append((writer, asked))
        for again, repeated in [(writer, asked), *chance.sample(sent, min(2, len(sent)))]:
            again.client.emit("change", repeated)
    for writer in writers:
        while len(writer.client.acks) < writer.client._packet - 1:
            writer.client.pump(time.monotonic() + 5)
        assert all(answer["ok"] for answer in writer.client.acks.values())
    server.post("deeds", draft=draft, times=1)
    for writer in writers:
        writer.client.event("deed")
    for text in texts:
        kept = server.get(f"texts/{text}")
        words = "".join(op["insert"] for op in kept["ops"])
        expected = {op["insert"] for _, one in sent if one["text"] == text for op in one["ops"]}
        assert sorted(re.findall("<[0-9]+>", words)) == sorted(expected)
        for writer in writers:
            heard = {
                d.get("base", d["version"] - 1): d
                for n, d in writer.client.events
                if n == "change" and d["text"] == text
            }
            for answer in writer.client.acks.values():
                for part in answer["parts"]:
                    if part["text"] == text:
                        assert heard.setdefault(part["version"] - 1, part) == part
            content, version = text_from_json([]), 0
            while version < kept["version"]:
                content = apply(content, from_json(heard[version]["ops"]))
                version = heard[version]["version"]
            assert to_json(content) == kept["ops"]


def test_who_comes_back_catches_up(server: Running) -> None:
    draft, texts = server.draft(2)
    writer, away = server.seated(draft), server.seated(draft)
    away.client.close()
    for number in range(3):
        assert writer.client.ask("change", edit(draft, texts[0], str(number), base=number))["ok"]
    back = server.seated(draft)
    answer = back.client.ask(
        "catch_up", {"draft": draft, "seq": 0, "texts": {texts[0]: 1, texts[1]: 0}}
    )
    assert not answer["reload"]
    assert [one["version"] for one in answer["changes"][texts[0]]] == [2, 3]
    assert answer["changes"][texts[0]][0]["by"] == {
        "key": None,
        "name": None,
        "delegation": "Mexico",
    }
    assert texts[1] not in answer["changes"]
    server.post("deeds", draft=draft, times=1)
    gone_on = back.client.ask("catch_up", {"draft": draft, "seq": 0, "texts": {}})
    assert gone_on == {"ok": True, "reload": True}


# Presence (F05) --------------------------------------------------------------------------------------


def test_people_come_and_go(server: Running) -> None:
    draft, _ = server.draft()
    first = server.seated(draft)
    assert [one["key"] for one in first.client.event("people")["joined"]] == [first.key]
    second = server.seated(draft, "Bo", may_edit=False)
    assert [one["key"] for one in second.answer["people"]] == [first.key]
    (person,) = first.client.event("people")["joined"]
    assert person["key"] == second.key
    assert set(person) == {"key", "name", "delegation", "role", "since"}
    second.client.close()
    assert first.client.event("people")["left"] == [second.key]


def test_carets_carry_the_connections_own_key_and_the_latest_place(server: Running) -> None:
    draft, (text,) = server.draft()
    mover, reader = server.seated(draft), server.seated(draft, "Bo", may_edit=False)
    reader.client.event("people")
    forged = {"draft": draft, "text": text, "version": 0, "start": 1, "end": 2, "key": reader.key}
    assert mover.client.ask("caret", forged)["refusal"] == "Malformed"
    for start in range(20):
        place = {"draft": draft, "text": text, "version": 0, "start": start, "end": start}
        mover.client.emit("caret", place, acknowledge=False)
    carets = []
    while not carets or carets[-1]["start"] != 19:
        carets += reader.client.event("people")["carets"]
    assert {one["key"] for one in carets} == {mover.key}
    assert len(carets) <= 2
    assert carets[-1]["since"] == carets[0]["since"]
    later = server.seated(draft)
    (seen,) = [one for one in later.answer["people"] if one["key"] == mover.key]
    assert seen["text"] == text
    nowhere = {"draft": draft, "text": None, "version": None, "start": None, "end": None}
    mover.client.emit("caret", nowhere, acknowledge=False)
    (gone,) = reader.client.event("people")["carets"] or reader.client.event("people")["carets"]
    assert (gone["key"], gone["text"]) == (mover.key, None)


def test_who_may_not_edit_shows_no_caret(server: Running) -> None:
    draft, (text,) = server.draft()
    reader, other = server.seated(draft, may_edit=False), server.seated(draft)
    place = {"draft": draft, "text": text, "version": 0, "start": 0, "end": 0}
    assert reader.client.ask("caret", place)["refusal"] == "NotAllowed"
    demoted = server.seated(draft)
    server.post("rights", session=demoted.session, may_edit=False)
    demoted.client.emit("caret", place, acknowledge=False)
    third = server.seated(draft)
    keys: list[str] = []
    while third.key not in keys:
        news = other.client.event("people")
        assert news["carets"] == []
        keys = [one["key"] for one in news["joined"]]


def test_presence_is_told_at_most_twice_a_second(server: Running) -> None:
    draft, (text,) = server.draft()
    mover, reader = server.seated(draft), server.seated(draft)
    begun = time.monotonic()
    told = 0
    while time.monotonic() < begun + 2.5:
        place = {"draft": draft, "text": text, "version": 0, "start": told, "end": told}
        mover.client.emit("caret", place, acknowledge=False)
        try:
            reader.client.event("people", 0.05)
            told += 1
        except TimeoutError:
            pass
    assert 3 <= told <= 6


# Threads, and deeds of other floors -------------------------------------------------------------------


def test_a_thread_is_told_to_those_who_may_see_it_each_as_they_see_it(server: Running) -> None:
    draft, _ = server.draft()
    ana, bo = server.seated(draft), server.seated(draft, "Bo")
    outsider = server.seated(draft, "Out", may_edit=False)
    thread = str(uuid.uuid4())
    server.post("threads", draft=draft, thread=thread)
    assert ana.client.event("thread") == {
        "draft": draft,
        "thread": {"id": thread, "for": "Ana Ruiz"},
    }
    assert bo.client.event("thread")["thread"]["for"] == "Bo"
    assert heard_before(outsider, server, draft) == []


def test_deeds_come_in_order_to_everyone_on_the_draft(server: Running) -> None:
    draft, _ = server.draft()
    seats = [server.seated(draft) for _ in range(5)]
    server.post("deeds", draft=draft, times=200)
    for seat in seats:
        assert [seat.client.event("deed")["seq"] for _ in range(200)] == list(range(200))


# Losing the right to be there (Z10) -------------------------------------------------------------------


def test_the_end_of_a_session_closes_its_sockets_and_no_others(server: Running) -> None:
    draft, _ = server.draft()
    seat, other = server.seated(draft), server.seated(draft)
    ticket = server.post("tickets", session=seat.session)["ticket"]
    second_tab = server.client()
    second_tab.connect(ticket)
    begun = time.monotonic()
    server.post("endings", session=seat.session)
    server.post("deeds", draft=draft, times=1)
    for client in (seat.client, second_tab):
        assert client.wait_closed(3) == 1008
        assert [name for name, _ in client.events if name != "people"] == ["bye"]
    assert time.monotonic() - begun < 1
    other.client.event("deed")
    assert other.client.ask("join", {"draft": draft})["ok"]


def test_the_end_of_a_place_closes_the_sockets_there(server: Running) -> None:
    draft, _ = server.draft()
    seat = server.seated(draft)
    begun = time.monotonic()
    server.post("endings", session=seat.session, draft=draft)
    assert seat.client.wait_closed(3) == 1008
    assert time.monotonic() - begun < 1
    assert dict(seat.client.events)["bye"]["reason"]


def test_a_client_that_does_not_read_is_closed_within_a_second_too(server: Running) -> None:
    draft, _ = server.draft()
    seat = server.seated(draft, receive_buffer=4096)
    server.post("deeds", draft=draft, times=15, size=100_000)
    server.post("endings", session=seat.session)
    begun = time.monotonic()
    until(lambda: server.get("process")["sockets"] == 0, 3)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("event", READERS)
def test_a_session_that_ended_unheard_of_ends_the_connection_at_its_next_event(
    server: Running, event: str
) -> None:
    draft, (text,) = server.draft()
    seat = server.seated(draft)
    server.post("endings", session=seat.session, told=False)
    seat.client.emit(event, good(event, draft, text))
    assert seat.client.wait_closed(3) == 1008
    assert "bye" in dict(seat.client.events)


def test_a_place_that_ends_while_someone_joins_leaves_no_seat(server: Running) -> None:
    draft, _ = server.draft()
    session, ticket = server.session(draft)
    client = server.client()
    client.connect(ticket)
    server.post("delays", seconds=0.3)
    try:
        number = client.emit("join", {"draft": draft})
        ending = threading.Thread(
            target=server.post, args=("endings",), kwargs={"session": session}
        )
        ending.start()
        with contextlib.suppress(Closed):
            assert client.ack(number)["refusal"] == "NotSignedIn"
        client.wait_closed(3)
        ending.join()
    finally:
        server.post("delays", seconds=0)


def test_transformed_changes_agree_with_the_algebra(server: Running) -> None:
    draft, (text,) = server.draft()
    one, other = server.seated(draft), server.seated(draft)
    assert one.client.ask("change", edit(draft, text, "Recalling"))["ok"]
    late = edit(draft, text, "Also ")
    answer = other.client.ask("change", late)
    expected = transform(from_json([{"insert": "Recalling"}]), from_json(late["ops"]), first=True)
    assert answer["parts"][0]["ops"] == to_json(expected)


def test_a_session_has_so_many_connections_and_no_more(server: Running) -> None:
    draft, _ = server.draft()
    session, ticket = server.session(draft)
    for _ in range(MAX_CONNECTIONS):
        assert server.client().connect(ticket) is not None
        ticket = server.post("tickets", session=session)["ticket"]
    assert server.client().connect(ticket) is None
    server.seated(draft)


def test_a_caret_of_nobody_who_left_is_told(server: Running) -> None:
    draft, (text,) = server.draft()
    # Who sits first hears of who comes after: the other way round it may be in the answer to its joining.
    reader, mover = server.seated(draft), server.seated(draft)
    while mover.key not in [one["key"] for one in reader.client.event("people")["joined"]]:
        pass
    place = {"draft": draft, "text": text, "version": 0, "start": 0, "end": 0}
    mover.client.emit("caret", place, acknowledge=False)
    mover.client.text("1")
    news = reader.client.event("people")
    assert (news["left"], news["carets"]) == ([mover.key], [])

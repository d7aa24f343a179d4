"""Instructions from capital, and a delegation's own page."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from drafting import clock
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import BoardChanged
from drafting.rules.audiences import Audience, AudienceKind
from drafting.services import comments
from drafting.services.comments import Asked
from tests.capitals import Capitals
from tests.make import Table
from tests.negotiating import Negotiation

SECRET = "Hold out for the lamp oil, whatever they offer."


@pytest.fixture
def capitals(at_table: Table) -> Capitals:
    clock.use(lambda: datetime(2026, 9, 28, 9, tzinfo=UTC))
    return Capitals(at_table)


def pending(capitals: Capitals, who: str = "penholder") -> list[dict[str, object]]:
    found: list[dict[str, object]] = capitals.row(who, "MEX")["pending"]
    return found


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("nothing", []),
        ("pending", [{"subject": "paragraph", "label": "PP2", "since": "2026-09-28", "due": None}]),
        (
            "due",
            [
                {
                    "subject": "paragraph",
                    "label": "PP2",
                    "since": "2026-09-28",
                    "due": "2026-10-05",
                }
            ],
        ),
    ],
)
def test_the_presidency_is_shown_what_the_delegation_chose_and_no_more(capitals, shown, expected):
    heard: list[object] = []
    capitals.table.store.listen = heard.append
    capitals.ask("mexico", "paragraph", "PP2", words=SECRET, shown=shown, due=date(2026, 10, 5))
    assert pending(capitals) == expected
    assert pending(capitals, "secretariat") == []
    assert bool([e for e in heard if isinstance(e, BoardChanged)]) is bool(expected)
    for who in ("penholder", "secretariat"):
        assert SECRET not in json.dumps([capitals.board(who), capitals.state(who, "MEX")])
    assert SECRET in json.dumps(capitals.mine("mexico_capital"))
    assert SECRET not in json.dumps(capitals.mine("chile"))


def test_it_is_shown_until_the_day_the_delegation_set(capitals):
    capitals.ask("mexico", "vote", shown="pending", until=date(2026, 9, 30))
    assert pending(capitals)
    clock.use(lambda: datetime(2026, 10, 1, 9, tzinfo=UTC))
    assert not pending(capitals)


def test_what_was_received_confirms_the_position_in_one_step_and_leaves_the_trace(capitals):
    negotiation = Negotiation(capitals.table)
    negotiation.take("mexico", "PP2")
    made = capitals.ask("mexico", "paragraph", "PP2", shown="pending")
    assert [p["stance"] for p in made["positions"]] == ["retain"]
    done = capitals.go_on("mexico", made, "received", words="Yes, hold on to it.", confirm=True)
    assert (done["state"], done["received"]["words"]) == ("received", "Yes, hold on to it.")
    (position,) = negotiation.table.state("mexico")["positions"]
    assert (position["stance"], position["certainty"]) == ("retain", "confirmed")
    assert [e["certainty"] for e in position["earlier"]] == ["preliminary"]
    assert pending(capitals) == []


@pytest.mark.parametrize("answer", ["said", "confirmed", "declined"])
def test_what_was_received_answers_on_sponsorship(capitals, answer):
    from drafting.rules.sponsors import Step

    capitals.step("mexico", "awaiting")
    made = capitals.ask("mexico", "sponsorship")
    capitals.go_on("mexico", made, "received", sponsorship=Step(answer))
    assert capitals.row("secretariat", "MEX")["sponsorship"]["state"] == answer


def test_a_capital_writes_in_its_delegations_ring_and_nothing_goes_beyond_it(capitals):
    made = capitals.ask("mexico_capital", "sponsorship")
    for more in ({"step": "shown"}, {"step": "received", "confirm": True}):
        with pytest.raises(NotAllowed):
            capitals.go_on("mexico_capital", made, **more)
    with pytest.raises(NotAllowed):
        capitals.ask("mexico_capital", "vote", shown="pending")
    assert capitals.go_on("mexico_capital", made, "received", words="Go ahead.")["received"]


@pytest.mark.parametrize("who", ["penholder", "secretariat", "chile", "icrc"])
def test_to_everybody_else_there_is_no_such_instruction(capitals, who):
    made = capitals.ask("mexico", "vote", shown="due")
    with pytest.raises((NotFound, NotAllowed)):
        capitals.go_on(who, made, "received")
    if who == "chile":
        with pytest.raises(NotFound):
            capitals.go_on(who, made, "received")


@pytest.mark.parametrize(
    ("subject", "label", "step", "more"),
    [
        ("vote", "", "received", {"confirm": True}),
        ("paragraph", "PP2", "superseded", {"confirm": True}),
    ],
)
def test_what_does_not_fit_is_refused(capitals, subject, label, step, more):
    made = capitals.ask("mexico", subject, label)
    with pytest.raises(Malformed):
        capitals.go_on("mexico", made, step, **more)
    assert [i["state"] for i in capitals.mine("mexico")["waiting"]] == ["asked"]


def test_what_is_over_is_over(capitals):
    made = capitals.ask("mexico", "vote")
    capitals.go_on("mexico", made, "superseded")
    for step in ("received", "superseded", "shown"):
        with pytest.raises(Stale):
            capitals.go_on("mexico", made, step)
    assert [i["state"] for i in capitals.mine("mexico")["received"]] == ["superseded"]


# One's own page ----------------------------------------------------------------------------------


def test_three_lists(capitals):
    assert capitals.mine("chile")["answer"] == []
    capitals.step("chile", "confirmed")
    Negotiation(capitals.table).take("chile", "OP1")
    capitals.ask("chile", "vote")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    page = capitals.mine("chile")
    assert [a["kind"] for a in page["answer"]] == ["consent", "position"]
    assert "OP1" in page["answer"][0]["words"]
    assert [p["label"] for p in page["changed"]["paragraphs"]] == ["OP1"]
    assert [i["subject"] for i in page["waiting"]] == ["vote"]
    capitals.read("chile", 1)
    assert capitals.mine("chile")["changed"] is None
    assert capitals.mine("chile_head")["changed"] is not None
    capitals.step("chile", "not_yet")
    assert [a["kind"] for a in capitals.mine("chile")["answer"]] == ["position"]


def test_what_the_presidency_writes_last_needs_an_answer(capitals):
    ours = Audience(AudienceKind.PRESIDENCY, capitals.key("CHL"))
    where = Asked(capitals.table.id("OP1"), None, None, None)
    with capitals.table.store.work() as w:
        comments.begin(w, capitals.table.actor("penholder"), where, ours, "Can you live with OP1?")
    (item,) = capitals.mine("chile")["answer"]
    assert (item["kind"], item["thread"] is not None) == ("comment", True)
    assert capitals.mine("mexico")["answer"] == []
    with capitals.table.store.work() as w:
        import uuid

        comments.reply(w, capitals.table.actor("chile"), uuid.UUID(item["thread"]), "We can.")
    assert capitals.mine("chile")["answer"] == []


def test_an_approach_needs_an_answer(capitals):
    capitals.step("penholder", "approached", "CHL")
    assert [a["kind"] for a in capitals.mine("chile")["answer"]] == ["approached"]
    capitals.step("chile", "declined")
    assert capitals.mine("chile")["answer"] == []


@pytest.mark.parametrize(
    ("at", "local", "here", "there"),
    [
        (
            datetime(2026, 10, 1, tzinfo=UTC),
            "2026-10-24T18:00",
            "Saturday, 24 October 2026, 18:00 in Geneva",
            "Saturday, 24 October 2026, 12:00 in New York",
        ),
        (
            datetime(2026, 10, 1, tzinfo=UTC),
            "2026-10-26T18:00",
            "Monday, 26 October 2026, 18:00 in Geneva",
            "Monday, 26 October 2026, 13:00 in New York",
        ),
    ],
)
def test_deadlines_are_right_across_the_october_change(capitals, at, local, here, there):
    clock.use(lambda: at)
    capitals.call(deadline=local)
    found = capitals.mine("chile")["deadline"]
    assert (found["mission"], found["new_york"]) == (here, there)


def test_a_time_that_comes_twice_or_never_is_asked_about(capitals):
    for local, words in (("2026-10-25T02:30", "twice"), ("2026-03-29T02:30", "no 02:30")):
        with pytest.raises(Malformed, match=words):
            capitals.call(deadline=local)

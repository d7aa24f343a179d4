"""Sponsorship, consent and conditions, as people meet them."""

from __future__ import annotations

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from drafting import clock
from drafting.errors import Malformed, NotAllowed, NotFound, Refusal, Stale
from drafting.events import BoardChanged, SponsorshipChanged, SponsorsListed
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import Step
from drafting.services import people, sessions, sponsors
from drafting.store import chain as chain_kept
from drafting.store import people as kept_people
from drafting.store.tables import SponsorStep
from tests.capitals import Capitals
from tests.make import CONFIG, Table


@pytest.fixture
def capitals(at_table: Table) -> Capitals:
    return Capitals(at_table)


def told(capitals: Capitals) -> list[object]:
    heard: list[object] = []
    capitals.table.store.listen = heard.append
    return heard


# Steps -------------------------------------------------------------------------------------------


def test_a_delegation_goes_from_positive_to_the_portal_and_each_step_is_dated(capitals):
    for step in ("positive", "awaiting", "said", "confirmed"):
        shown = capitals.step("chile", step)
    assert (shown["state"], shown["prints"], shown["capacity"]) == ("confirmed", True, "co")
    assert [s["step"] for s in shown["steps"]] == ["confirmed", "said", "awaiting", "positive"]
    assert all(s["by"] == "Chile" and s["on"] and s["at"] for s in shown["steps"])
    assert shown["version"] == {"number": 0, "name": "A/RES/75/900"}


def test_only_what_is_confirmed_in_the_portal_prints(capitals):
    assert not capitals.step("chile", "said")["prints"]
    assert capitals.record("add", ready="ccm")["line"]["text"] == ""
    capitals.step("chile", "confirmed")
    assert capitals.record("add", ready="ccm")["line"]["text"] == "Chile"


def test_the_presidency_records_on_a_delegations_word_and_it_sees_and_corrects_it(capitals):
    capitals.step(
        "penholder",
        "said",
        "CHL",
        manner="oral",
        who="The ambassador",
        where="Geneva",
        note="Soon.",
    )
    (step,) = capitals.own("chile")["steps"]
    assert (step["recorded"], step["manner"], step["who"], step["may_correct"]) == (
        "presidency",
        "oral",
        "The ambassador",
        True,
    )
    shown = capitals.step("chile", "positive", corrects=uuid.UUID(step["id"]))
    assert shown["state"] == "positive"
    assert [s["corrected"] for s in shown["steps"]] == [False, True]
    assert capitals.row("penholder", "CHL")["sponsorship"]["state"] == "positive"
    with pytest.raises(Stale, match="right already"):
        capitals.step("chile", "awaiting", corrects=uuid.UUID(step["id"]))


@pytest.mark.parametrize("step", ["positive", "awaiting", "said", "confirmed", "declined"])
def test_a_delegation_says_itself_what_was_recorded_on_its_word_once(capitals, step):
    capitals.step("penholder", step, "CHL")
    shown = capitals.step("chile", step)
    assert [s["recorded"] for s in shown["steps"]] == ["delegation", "presidency"]
    with pytest.raises(Stale, match="on record already"):
        capitals.step("chile_head", step)


def test_what_was_never_said_is_put_right_to_an_approach(capitals):
    (step,) = capitals.step("penholder", "said", "CHL")["steps"]
    shown = capitals.step("chile", "approached", corrects=uuid.UUID(step["id"]))
    assert shown["state"] == "approached"
    with pytest.raises(NotAllowed):
        capitals.step("chile", "approached")


def test_what_puts_a_step_right_goes_as_far_as_the_step(capitals):
    (step,) = capitals.step("penholder", "said", "CHL")["steps"]
    wrong = uuid.UUID(step["id"])
    with pytest.raises(NotAllowed, match="just as far"):
        capitals.step("chile", "awaiting", corrects=wrong, reach="delegation")
    capitals.step("chile", "awaiting", corrects=wrong)
    for who in ("penholder", "secretariat"):
        assert capitals.row(who, "CHL")["sponsorship"]["state"] == "awaiting"
    (hidden,) = capitals.step("mexico", "awaiting", reach="delegation")["steps"]
    capitals.step("mexico", "said", corrects=uuid.UUID(hidden["id"]))
    assert capitals.row("secretariat", "MEX")["sponsorship"]["state"] == "said"


def test_several_states_at_once(capitals):
    capitals.step("secretariat", "said", "CHL", "NZL", "ESP")
    states = [
        capitals.row("penholder", one)["sponsorship"]["state"] for one in ("CHL", "NZL", "ESP")
    ]
    assert states == ["said"] * 3


@pytest.mark.parametrize(
    ("by", "step", "states", "more", "refusal"),
    [
        ("chile", "said", ["MEX"], {}, NotAllowed),
        ("icrc", "said", [], {}, NotAllowed),
        ("mexico_capital", "said", [], {}, NotAllowed),
        ("penholder", "said", [], {}, Malformed),
        ("penholder", "said", ["ICRC"], {}, Malformed),
        ("penholder", "said", ["HOLYSEE"], {}, Malformed),
        ("chile", "approached", [], {}, NotAllowed),
        ("chile", "kept", [], {}, Stale),
        ("chile", "withdrawn", [], {}, Stale),
        ("chile", "said", [], {"capacity": "main"}, NotAllowed),
        ("chile", "said", [], {"capacity": "additional"}, Malformed),
        ("chile", "said", [], {"reach": "delegation"}, NotAllowed),
        ("secretariat", "awaiting", ["CHL"], {"reach": "presidency"}, NotAllowed),
        ("penholder", "awaiting", ["CHL"], {"reach": "delegation"}, NotAllowed),
        ("chile", "said", [], {"version": 7}, NotFound),
        ("chile", "said", [], {"on": datetime(2199, 1, 1, tzinfo=UTC).date()}, Malformed),
        ("chile", "said", [], {"note": "x" * 2001}, Malformed),
        ("chile", "said", [], {"corrects": uuid.uuid4()}, NotFound),
    ],
)
def test_what_is_not_to_be_is_refused_and_nothing_changes(
    capitals, by, step, states, more, refusal
):
    with pytest.raises(refusal) as refused:
        capitals.step(by, step, *states, **more)
    assert refused.value.detail.endswith(".")
    assert capitals.row("penholder", "CHL")["sponsorship"]["state"] == "not_approached"


def test_the_state_of_palestine_sponsors(capitals):
    assert capitals.step("penholder", "confirmed", "PSE")["prints"]


def test_clicking_twice_says_who_did_it_already(capitals):
    capitals.step("chile", "confirmed")
    with pytest.raises(Stale, match="on record already: “confirmed in the portal”, by Chile"):
        capitals.step("chile_head", "confirmed")
    assert len(capitals.own("chile")["steps"]) == 1


def test_two_delegates_at_once_have_one_truth(capitals):
    seen = capitals.own("chile")["last"]
    capitals.step("chile_head", "declined", after=seen, looked=True)
    with pytest.raises(Stale, match="Since you looked, Chile Head recorded “declined”"):
        capitals.step("chile", "confirmed", after=seen, looked=True)
    assert capitals.own("chile")["state"] == "declined"


def test_two_delegates_at_the_very_same_time_have_one_truth(capitals):
    def confirm(who):
        try:
            capitals.step(who, "confirmed")
        except Stale as refused:
            return refused.detail
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(confirm, ["chile", "chile_head"]))
    assert said[1] == "done"
    assert "on record already" in said[0]
    assert len(capitals.own("chile")["steps"]) == 1


def test_a_late_click_after_the_list_closed_is_told_when_it_closed(capitals):
    clock.use(lambda: datetime(2026, 10, 20, 12, tzinfo=UTC))
    capitals.call(closes="2026-10-20T13:00")
    with pytest.raises(Stale, match="closed on Tuesday, 20 October 2026, 07:00 in New York"):
        capitals.step("chile", "confirmed")
    assert capitals.step("chile", "said")["state"] == "said"
    assert capitals.step("penholder", "confirmed", "CHL")["prints"]


def delegates(capitals: Capitals, count: int) -> list[Actor]:
    """Seats a delegate of each of many delegations."""
    made = []
    with capitals.table.store.work() as w:
        states = [one for one in kept_people.delegations(w) if one.kind == "member_state"][:count]
        for state in states:
            person = people.new_person(
                w, name=f"Delegate {state.key}", email=None, password_hash=None, opens_drafts=False
            )
            place = {"draft_id": capitals.table.draft_id, "person_id": person.id}
            people.give_place(w, **place, role=Role.DELEGATE, delegation_id=state.id)
            token = sessions.begin(w, CONFIG, person.id, "test")
            w.session.flush()
            session = sessions.signed_in(w, CONFIG, token).session_id
            made.append(people.actor(w, session, capitals.table.draft_id))
    return made


def test_a_hundred_confirm_as_the_list_closes_and_each_is_judged_by_the_one_moment_on_record(
    capitals,
):
    # R11: the clock jumps about the moment of closing while they do.
    closes = datetime(2026, 10, 20, 11, tzinfo=UTC)
    clock.use(lambda: closes - timedelta(minutes=10))
    capitals.call(closes="2026-10-20T13:00")
    hundred = delegates(capitals, 100)
    chance = random.Random(11)
    jumps = [timedelta(seconds=s) for s in (-86_400, -3_600, -1, -1e-6, 0, 1e-6, 1, 3_600, 86_400)]
    clock.use(lambda: closes + chance.choice(jumps))

    def confirm(actor: Actor) -> str:
        try:
            with capitals.table.store.work() as w:
                sponsors.take(w, actor, None, sponsors.Asked(Step.CONFIRMED))
        except Stale as refused:
            return refused.detail
        return ""

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(confirm, hundred))
    taken = [not detail for detail in said]
    assert 10 < sum(taken) < 90
    assert all(d.startswith("The list of sponsors closed on") for d in said if d)
    with capitals.table.store.reading() as w:
        steps = w.session.scalars(select(SponsorStep)).all()
        assert {s.delegation_id for s in steps} == {
            actor.delegation_id for actor, was in zip(hundred, taken, strict=True) if was
        }
        assert len(steps) == sum(taken)
        assert all(s.at < closes for s in steps)
        entries = chain_kept.entries(
            w, capitals.table.draft_id, list(chain_kept.heads(w, capitals.table.draft_id))
        )
        told = [
            e for rows in entries.values() for e in rows if e["what"].startswith("sponsor_step")
        ]
        assert len(told) >= len(steps)
        for rows in entries.values():
            assert [e["number"] for e in rows] == list(range(1, len(rows) + 1))


# Who sees what -----------------------------------------------------------------------------------


def test_what_a_delegation_keeps_to_itself_the_board_does_not_know(capitals):
    heard = told(capitals)
    capitals.step("mexico", "positive", reach="presidency")
    capitals.step("mexico", "awaiting", reach="delegation")
    assert capitals.own("mexico")["state"] == "awaiting"
    assert capitals.own("mexico_capital")["state"] == "awaiting"
    assert capitals.row("penholder", "MEX")["sponsorship"]["state"] == "positive"
    assert capitals.row("secretariat", "MEX")["sponsorship"]["state"] == "not_approached"
    mexico = capitals.key("MEX")
    assert [e for e in heard if isinstance(e, BoardChanged)] == [
        BoardChanged(capitals.table.draft_id, mexico, secretariat=False)
    ]
    assert len([e for e in heard if isinstance(e, SponsorshipChanged)]) == 2
    assert not [e for e in heard if isinstance(e, SponsorsListed)]


def test_the_list_is_everyones_only_when_the_presidency_says_so(capitals):
    capitals.step("chile", "confirmed")
    assert capitals.view("mexico")["sponsors"] == []
    assert len(capitals.view("secretariat")["sponsors"]) == 1
    capitals.call(listed=True)
    (one,) = capitals.view("icrc")["sponsors"]
    assert (one["delegation"]["name"], one["reconfirmed"]) == ("Chile", True)
    assert capitals.view("icrc")["own"] is None


# Consent follows the words -----------------------------------------------------------------------


def test_a_change_of_substance_asks_again_and_says_what_changed(capitals):
    capitals.step("chile", "confirmed")
    capitals.table.typed("OP1", "strongly ", 0)
    assert [c["label"] for c in capitals.sealing()["changed"]] == ["OP1"]
    assert [d["name"] for d in capitals.sealing()["unsettled"]] == ["Chile"]
    assert not capitals.view("chile")["consent"]["asked"]
    capitals.seal("draft 1")
    consent = capitals.view("chile")["consent"]
    assert consent["asked"]
    assert [c["label"] for c in consent["changed"]] == ["OP1"]
    assert (consent["from"]["number"], consent["to"]["name"]) == (0, "draft 1")
    shown = capitals.own("chile")
    assert (shown["settled"], shown["prints"]) == (False, False)
    assert {"kept", "not_yet", "withdrawn"} <= set(shown["may"])
    assert capitals.board()["consent"] | {"waiting": []} == {
        "version": {"number": 1, "name": "draft 1"},
        "of": 1,
        "settled": 0,
        "waiting": [],
        "not_yet": [],
        "technical": False,
    }


@pytest.mark.parametrize(
    ("step", "state", "settled", "counted"),
    [
        ("kept", "confirmed", True, (1, 1, 0, 0)),
        ("not_yet", "confirmed", False, (1, 0, 0, 1)),
        ("withdrawn", "withdrawn", True, (0, 0, 0, 0)),
    ],
)
def test_keep_not_yet_or_withdraw(capitals, step, state, settled, counted):
    capitals.step("chile", "confirmed")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    shown = capitals.step("chile", step)
    assert (shown["state"], shown["settled"]) == (state, settled)
    found = capitals.board()["consent"]
    assert (found["of"], found["settled"], len(found["waiting"]), len(found["not_yet"])) == counted


def test_a_technical_change_unsettles_nobody(capitals):
    capitals.step("chile", "confirmed")
    words = capitals.table.words("PP3")
    at = words.index("12")
    capitals.table.edit("PP3", [{"retain": at}, {"insert": "13"}, {"delete": 2}])
    capitals.seal("draft 1")
    capitals.judge(0, 1, "PP3", "technical")
    consent = capitals.view("chile")["consent"]
    assert (consent["asked"], consent["technical"], consent["substantive"]) == (False, 1, 0)
    assert capitals.own("chile")["prints"]
    with pytest.raises(Stale, match="holds already"):
        capitals.step("chile", "kept")


def test_a_persons_last_word_decides_what_is_substance(capitals):
    capitals.step("chile", "confirmed")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    capitals.judge(0, 1, "OP1", "technical")
    assert not capitals.view("chile")["consent"]["asked"]
    capitals.judge(0, 1, "OP1", "substantive")
    assert capitals.view("chile")["consent"]["asked"]


def test_over_several_versions_a_change_is_what_its_steps_were(capitals):
    capitals.step("chile", "confirmed")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    capitals.judge(0, 1, "OP1", "technical")
    capitals.seal("draft 2")
    assert not capitals.view("chile")["consent"]["asked"]
    capitals.table.typed("OP1", "very ", 0)
    capitals.seal("draft 3")
    assert capitals.view("chile")["consent"]["asked"]


def test_words_that_were_put_back_ask_nobody(capitals):
    capitals.step("chile", "confirmed")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    capitals.table.edit("OP1", [{"delete": len("strongly ")}])
    capitals.seal("draft 2")
    assert not capitals.view("chile")["consent"]["asked"]


def test_consent_for_a_version_that_is_not_the_last_is_told_so(capitals):
    capitals.step("chile", "confirmed")
    for name in ("draft 1", "draft 2"):
        capitals.table.typed("OP1", "strongly ", 0)
        capitals.seal(name)
    with pytest.raises(Stale, match="newer version"):
        capitals.step("chile", "kept", version=1)
    assert capitals.step("chile", "kept", version=2)["settled"]


def test_the_state_that_seals_stands_by_what_it_seals(capitals):
    capitals.step("penholder", "confirmed", "GBR", capacity="main")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    shown = capitals.row("secretariat", "GBR")["sponsorship"]
    assert (shown["settled"], shown["version"]["name"]) == (True, "draft 1")
    assert capitals.sealing()["unsettled"] == []
    capitals.step("chile", "said")
    capitals.table.typed("OP1", "very ", 0)
    assert [one["name"] for one in capitals.sealing()["unsettled"]] == ["Chile"]


# Conditions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "label", "deed", "holds"),
    [
        ("stays", "PP2", ("delete", "PP2"), False),
        ("stays", "PP2", ("edit", "PP2"), True),
        ("unchanged", "PP2", ("edit", "PP2"), False),
        ("unchanged", "PP2", ("delete", "PP2"), False),
        ("unchanged", "PP2", ("edit", "PP3"), True),
        ("goes", "PP2", ("delete", "PP2"), True),
        ("goes", "PP2", ("edit", "PP2"), False),
        ("as_circulated", "", ("edit", "PP3"), False),
        ("as_circulated", "", None, True),
        ("stays", "PP2", ("merge", "PP2"), True),
    ],
)
def test_conditions_hold_or_break(capitals, kind, label, deed, holds):
    capitals.step("chile", "said")
    capitals.bind("chile", kind, label)
    if deed is not None and deed[0] == "edit":
        capitals.table.typed(deed[1], "never ", 0)
    elif deed is not None:
        capitals.table.do(deed[0], paragraph=capitals.table.id(deed[1]))
    (condition,) = capitals.own("chile")["conditions"]
    assert condition["holds"] is holds
    broken = [(b["delegation"]["name"], b["condition"]) for b in capitals.sealing()["broken"]]
    assert broken == ([] if holds else [("Chile", condition["words"])])


def test_who_stood_by_a_later_version_has_taken_its_words(capitals):
    capitals.step("chile", "said")
    capitals.bind("chile", "as_circulated")
    capitals.bind("chile", "stays", "PP2")
    capitals.table.do("delete", paragraph=capitals.table.id("PP2"))
    assert [c["holds"] for c in capitals.own("chile")["conditions"]] == [False, False]
    capitals.seal("draft 1")
    capitals.step("chile", "kept")
    assert [c["holds"] for c in capitals.own("chile")["conditions"]] == [True, True]


def test_a_condition_keeps_its_paragraph_when_numbers_move(capitals):
    capitals.bind("mexico", "stays", "PP3")
    capitals.table.do("delete", paragraph=capitals.table.id("PP1"))
    capitals.seal("draft 1")
    (condition,) = capitals.own("mexico")["conditions"]
    assert (condition["words"], condition["holds"]) == ("if PP2 stays", True)


def test_conditions_are_lifted_and_stay_on_record(capitals):
    made = capitals.bind("penholder", "as_circulated", state="CHL")["conditions"][0]
    shown = capitals.lift("chile", made["id"])["conditions"][0]
    assert shown["lifted"]["by"] == "Chile"
    with pytest.raises(Stale, match="lifted already"):
        capitals.lift("chile", made["id"])
    assert capitals.row("penholder", "CHL")["conditions"] == []


@pytest.mark.parametrize(
    ("by", "reach", "seen_by"),
    [
        ("mexico", "delegation", {"mexico", "mexico_head", "mexico_capital"}),
        ("mexico", "presidency", {"mexico", "mexico_head", "mexico_capital", "penholder"}),
        (
            "mexico",
            "board",
            {"mexico", "mexico_head", "mexico_capital", "penholder", "secretariat"},
        ),
    ],
)
def test_who_does_not_see_a_condition_cannot_lift_it_either(capitals, by, reach, seen_by):
    made = capitals.bind(by, "as_circulated", reach=reach)["conditions"][0]
    for who in ("penholder", "secretariat", "chile", "icrc"):
        expected: type[Refusal] = NotAllowed if who in seen_by or who == "icrc" else NotFound
        with pytest.raises(expected):
            capitals.lift(who, made["id"])
    rows = {who: capitals.row(who, "MEX")["conditions"] for who in ("penholder", "secretariat")}
    assert {who for who, found in rows.items() if found} == seen_by & {"penholder", "secretariat"}

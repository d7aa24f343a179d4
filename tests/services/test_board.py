"""The board, the outlook and the record, as the presidency keeps them."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import UTC, date, datetime

import pytest

from drafting import clock
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import BoardChanged
from drafting.formats import votes
from drafting.services import board, board_out, drafts, record, sponsor_call
from drafting.services.board import ToDo
from drafting.store.work import Store
from tests.capitals import Capitals
from tests.make import Table, table

BEFORE_2021 = "resolution,date,iso3,vote\n" + "\n".join(
    f"{call.name},{call.date},{key},{vote.value}"
    for call in votes.ccm()
    if call.date < date(2021, 9, 28)
    for key, vote in call.votes.items()
)
THE_VOTE = next(call for call in votes.ccm() if call.name == "A/RES/76/47")


@pytest.fixture
def capitals(store: Store) -> Capitals:
    clock.use(lambda: datetime(2021, 9, 28, 9, tzinfo=UTC))
    return Capitals(table(store))


def rows(capitals: Capitals, who: str = "penholder", on: date | None = None) -> dict[str, dict]:
    return {row["key"]: row for row in capitals.board(who, on)["rows"]}


# The board ---------------------------------------------------------------------------------------


def test_a_row_a_state_in_the_order_of_print(capitals):
    found = rows(capitals)
    assert len(found) == 194
    names = [row["name"] for row in found.values()]
    assert names.index("Côte d’Ivoire") == names.index("Costa Rica") + 1
    assert not found["PSE"]["votes"]
    assert found["PSE"]["eligible"]
    assert found["MEX"]["on_draft"]
    assert "ICRC" not in found


@pytest.mark.parametrize(
    ("key", "on", "status"),
    [
        ("LTU", date(2021, 9, 28), "state_party"),
        ("LTU", date(2026, 1, 1), "not_party"),
        ("NGA", date(2021, 9, 28), "signatory"),
        ("NGA", date(2026, 1, 1), "state_party"),
        ("VUT", date(2021, 9, 28), "not_party"),
        ("ARG", date(2021, 9, 28), "not_party"),
    ],
)
def test_party_or_signatory_at_a_date(capitals, key, on, status):
    assert rows(capitals)[key]["party"] is None
    assert capitals.record("add", parties="ccm")["adoptions"] == []
    assert rows(capitals, on=on)[key]["party"] == status


def test_the_history_stands_in_the_row(capitals):
    capitals.record("add", votes=BEFORE_2021)
    capitals.record(
        "add",
        sponsors="Afghanistan, Australia and United Kingdom of Great Britain and Northern Ireland",
        symbol="A/RES/75/62",
        tabled_as="A/C.1/75/L.43",
        on=date(2020, 10, 12),
    )
    found = rows(capitals)
    assert "".join(found["RUS"]["record"]) == "NNNANA"
    assert "".join(found["ZWE"]["record"]) == "NNNNAA"
    assert (found["AUS"]["sponsored"], found["CHL"]["sponsored"]) == (["75/62"], [])
    assert found["RUS"]["expected"]["vote"] == "A"


def test_contacts_and_next_actions_are_the_presidencys_alone(capitals):
    heard: list[object] = []
    capitals.table.store.listen = heard.append
    adviser = capitals.table.actor("adviser").person_id
    with capitals.table.store.work() as w:
        actor = capitals.table.actor("penholder")
        iraq = capitals.key("IRQ")
        board.note_contact(
            w, actor, iraq, on=None, who="Us", channel="by telephone", said="Likes it."
        )
        board.set_action(w, actor, ToDo(iraq, "Call again", adviser, date(2021, 9, 27), done=False))
    ours, theirs = capitals.row("penholder", "IRQ"), capitals.row("secretariat", "IRQ")
    assert (ours["contact"]["said"], ours["contact"]["on"]) == ("Likes it.", "2021-09-28")
    assert (ours["action"]["owner_name"], ours["action"]["late"]) == ("Adviser", True)
    assert (theirs["contact"], theirs["action"]) == (None, None)
    assert {e.secretariat for e in heard if isinstance(e, BoardChanged)} == {False}
    assert capitals.state("penholder", "IRQ")["contacts"][0]["who"] == "Us"
    assert capitals.state("secretariat", "IRQ")["contacts"] == []
    with capitals.table.store.work() as w:
        board.set_action(w, actor, ToDo(iraq, "Call again", adviser, None, done=True))
    assert capitals.row("penholder", "IRQ")["action"] is None


@pytest.mark.parametrize(
    ("owner", "what", "refusal"),
    [
        ("mexico", "Call", Malformed),
        ("secretariat", "Call", Malformed),
        ("adviser", " ", Malformed),
    ],
)
def test_the_next_action_is_for_somebody_of_the_presidency(capitals, owner, what, refusal):
    person = capitals.table.actor(owner).person_id
    todo = ToDo(capitals.key("IRQ"), what, person, None, done=False)
    with pytest.raises(refusal), capitals.table.store.work() as w:
        board.set_action(w, capitals.table.actor("penholder"), todo)


def test_targets_and_who_is_missing(capitals):
    targets = [capitals.key(one) for one in ("CHL", "MEX")]
    with capitals.table.store.work() as w:
        sponsor_call.set_targets(w, capitals.table.actor("penholder"), targets, target=True)
    assert {key for key, row in rows(capitals).items() if row["target"]} == {"CHL", "MEX"}
    with capitals.table.store.work() as w:
        sponsor_call.set_targets(w, capitals.table.actor("penholder"), targets[:1], target=False)
    assert {key for key, row in rows(capitals).items() if row["target"]} == {"MEX"}


@pytest.mark.parametrize("who", ["mexico", "mexico_head", "mexico_capital", "icrc"])
def test_nobody_else_has_a_board(capitals, who):
    for look in (capitals.board, lambda w: capitals.state(w, "MEX"), capitals.outlook):
        with pytest.raises(NotAllowed):
            look(who)


def test_sponsors_over_time(capitals):
    capitals.step("penholder", "said", "CHL", "NZL", on=date(2021, 9, 20))
    capitals.step("penholder", "confirmed", "CHL", on=date(2021, 9, 22))
    capitals.step("penholder", "withdrawn", "CHL", on=date(2021, 9, 24))
    assert capitals.board()["timeline"] == [
        {"on": "2021-09-20", "confirmed": 0, "said": 2},
        {"on": "2021-09-22", "confirmed": 1, "said": 1},
        {"on": "2021-09-24", "confirmed": 0, "said": 1},
    ]


def test_the_workbook_and_the_table_hold_what_one_sees_and_no_formula(capitals):
    capitals.record("add", ready="ccm")
    capitals.step("penholder", "said", "CHL")
    with capitals.table.store.work() as w:
        actor = capitals.table.actor("penholder")
        board.note_contact(
            w, actor, capitals.key("CHL"), on=None, who="=1+1", channel="", said="@SUM(A1)"
        )
    with capitals.table.store.reading() as w:
        ours = board_out.export(w, capitals.table.actor("penholder"), "csv").decode("utf-8-sig")
        theirs = board_out.export(w, capitals.table.actor("secretariat"), "csv").decode("utf-8-sig")
        book = board_out.export(w, capitals.table.actor("penholder"), "xlsx")
        sheet = board_out.vote_sheet(w, capitals.table.actor("penholder"))
    chile = next(row for row in csv.DictReader(io.StringIO(ours)) if row["Code"] == "CHL")
    assert (chile["With"], chile["What was said"]) == ("'=1+1", "'@SUM(A1)")
    assert chile["Sponsorship"] == "said it will"
    assert chile["76/47"] == "Yes"
    assert "@SUM" not in theirs
    assert book.startswith(b"PK")
    assert len(sheet["rows"]) == 193


# The outlook -------------------------------------------------------------------------------------


def test_the_outlook_is_the_last_vote_with_the_presidencys_own_reasons(capitals):
    capitals.record("add", votes=BEFORE_2021)
    capitals.expect("CHN", "Y")
    found = {one["key"]: one for one in capitals.outlook()["states"]}
    assert (found["CHN"]["vote"], found["CHN"]["override"]["by"]) == ("Y", "Penholder")
    assert found["USA"]["vote"] == "A"
    theirs = {one["key"]: one for one in capitals.outlook("secretariat")["states"]}
    assert (theirs["CHN"]["vote"], theirs["CHN"]["override"]) == ("A", None)
    capitals.expect("CHN", None)
    assert {o["key"]: o["vote"] for o in capitals.outlook()["states"]}["CHN"] == "A"
    assert [o["vote"] for o in capitals.state("penholder", "CHN")["overrides"]] == [None, "Y"]


@pytest.mark.parametrize("more", [{"reason": " "}, {"source": ""}])
def test_an_expectation_has_a_reason_and_a_source(capitals, more):
    with pytest.raises(Malformed, match="why"):
        capitals.expect("CHN", "Y", **more)
    with pytest.raises(Malformed, match="Only Member States vote"):
        capitals.expect("PSE", "Y")


def test_the_vote_is_compared_with_what_was_expected_before_it(capitals):
    capitals.record("add", votes=BEFORE_2021)
    assert capitals.outlook()["compared"] is None
    capitals.record(
        "vote", text=None, votes=dict(THE_VOTE.votes), body="plenary",
        on=THE_VOTE.date, paragraph_id=None,
    )  # fmt: skip
    assert capitals.board()["result"]["totals"] == {"Y": 146, "N": 1, "A": 37, "absent": 9}
    found = capitals.outlook()["compared"]
    assert (found["hits"], found["cast"]) == (179, 184)
    assert [m["key"] for m in found["misses"]] == ["CHN", "MDG", "QAT", "RUS", "ZMB"]
    assert all(t["inside"] for t in found["totals"])


def test_states_stand_in_the_order_of_their_printed_names(capitals):
    capitals.record("add", votes=BEFORE_2021)
    moved = [m["name"] for m in capitals.outlook()["movements"]]
    # Their codes are ARM, DMA, KHM, PRK, …
    assert moved[:3] == ["Armenia", "Cambodia", "Democratic People’s Republic of Korea"]
    text = "CHL Y\nCHE N\nMEX N\nDEU N\nDZA N\nAUT N"
    found = capitals.record(
        "vote", text=text, votes=None, body="plenary", on=THE_VOTE.date, paragraph_id=None
    )
    names = ["Algeria", "Austria", "Germany", "Mexico", "Switzerland"]
    assert found["own"]["roll_calls"][0]["no"] == names
    compared = capitals.outlook()["compared"]
    assert [m["name"] for m in compared["misses"]] == names
    assert compared["absent"][:3] == ["Afghanistan", "Albania", "Andorra"]


def test_a_paragraph_has_an_outlook_of_its_own(capitals):
    capitals.record("add", votes=BEFORE_2021)
    part = capitals.table.id("PP2")
    # An earlier separate vote, on words that were then called PP14.
    earlier = "resolution,date,part,iso3,vote\n" + "\n".join(
        f"A/RES/75/62,2020-12-07,PP14,{key},{'A' if key == 'CHL' else 'Y'}"
        for key in ("CHL", "MEX", "FRA")
    )
    capitals.record("add", votes=earlier)
    assert [e["label"] for e in capitals.outlook()["earlier"]] == ["PP14"]
    plain = {o["key"]: o for o in capitals.outlook(part=part)["states"]}
    liked = {o["key"]: o for o in capitals.outlook(part=part, like="PP14")["states"]}
    assert (plain["CHL"]["vote"], plain["CHL"]["source"]) == ("Y", "whole_text")
    assert (liked["CHL"]["vote"], liked["CHL"]["source"]) == ("A", "last_vote")
    with pytest.raises(NotFound):
        capitals.outlook(part=uuid.uuid4())


# The record --------------------------------------------------------------------------------------


def test_from_the_tabling_to_the_adoption_and_next_year(capitals):
    capitals.record("add", votes=BEFORE_2021)
    capitals.step("penholder", "confirmed", "GBR", "NZL", "MEX", capacity="co")
    capitals.step("chile", "said")
    found = capitals.record("table", symbol="A/C.1/76/L.41", on=date(2021, 10, 13), version=0)
    assert found["own"]["line"] == (
        "Mexico, New Zealand and United Kingdom of Great Britain and Northern Ireland"
    )
    assert found["line"]["left_out"][0]["name"] == "Chile"
    with pytest.raises(Stale, match=r"tabled as A/C\.1/76/L\.41"):
        capitals.step("chile", "confirmed", capacity="co")
    assert capitals.step("chile", "confirmed")["capacity"] == "additional"
    capitals.record(
        "vote", text=None, votes=dict(THE_VOTE.votes), body="plenary",
        on=THE_VOTE.date, paragraph_id=None,
    )  # fmt: skip
    capitals.record(
        "vote", text="In favour: Chile, Mexico Against: None Abstaining: France", votes=None,
        body="committee", on=date(2021, 11, 3), paragraph_id=capitals.table.id("PP2"),
    )  # fmt: skip
    found = capitals.record("adopt", symbol="A/RES/76/47", on=date(2021, 12, 6))
    own = found["own"]
    assert (own["symbol"], own["additional"]) == ("A/RES/76/47", ["Chile"])
    assert [(c["body"], c["part_label"], c["totals"]["Y"]) for c in own["roll_calls"]] == [
        ("committee", "PP2", 2),
        ("plenary", "", 146),
    ]
    assert own["roll_calls"][1]["no"] == ["Russian Federation"]
    with pytest.raises(Stale, match="adopted"):
        capitals.step("chile", "withdrawn")
    with pytest.raises(Stale, match="adopted"):
        capitals.record("table", symbol="A/C.1/76/L.41/Rev.1", on=date(2021, 10, 20), version=0)
    with capitals.table.store.work() as w:
        made = record.next_draft(w, capitals.table.actor("penholder"), "Next year")
    following = Capitals(
        Table(capitals.table.store, made, capitals.table.sessions, capitals.table.tokens)
    )
    found = rows(following)
    assert "".join(found["RUS"]["record"]) == "NNNANAN"
    assert (found["CHL"]["sponsored"], found["GBR"]["sponsored"]) == (["76/47"], ["76/47"])
    assert found["CHL"]["sponsorship"]["state"] == "not_approached"
    tables = (capitals.table, following.table)
    with capitals.table.store.reading() as w:
        actors = [table.actor("penholder") for table in tables]
        texts = [[p["ops"] for p in drafts.text_now(w, actor)] for actor in actors]
        heads = [drafts.header(drafts.one(w, actor)) for actor in actors]
    assert texts[0] == texts[1]
    assert [(h["symbol"], h["number"]) for h in heads] == [("A/RES/76/47", "76/47"), ("", "")]
    assert heads[1]["session"] == "Seventy-seventh session"


def test_what_becomes_of_next_years_draft_is_not_seen_from_this_years(capitals):
    capitals.record("add", votes=BEFORE_2021)
    with capitals.table.store.work() as w:
        made = record.next_draft(w, capitals.table.actor("penholder"), "Next year")
    clock.use(lambda: datetime(2021, 9, 28, 10, tzinfo=UTC))
    with capitals.table.store.work() as w:
        later = record.next_draft(w, capitals.table.actor("penholder"), "The year after")
    following = Capitals(
        Table(capitals.table.store, later, capitals.table.sessions, capitals.table.tokens)
    )
    following.record("table", symbol="A/C.1/77/L.1", on=date(2021, 9, 1), version=0)
    following.record(
        "vote", text="CHL Y", votes=None, body="plenary", on=date(2021, 9, 2), paragraph_id=None
    )
    following.record("adopt", symbol="A/RES/77/79", on=date(2021, 9, 2))
    for seen_from in (capitals.table.draft_id, made):
        seen = Capitals(
            Table(capitals.table.store, seen_from, capitals.table.sessions, capitals.table.tokens)
        )
        assert [p["short"] for p in seen.board()["predecessors"]][-1] == "75/62"
        assert "77/79" not in str(seen.record("add", parties="ccm"))
    with pytest.raises(Malformed, match="this draft itself"):
        following.record("add", sponsors="Chile", symbol="A/RES/77/79")


def test_the_record_that_a_draft_has_made_is_kept_with_it(capitals):
    capitals.record("table", symbol="A/C.1/76/L.41", on=date(2021, 9, 20), version=0)
    capitals.record("adopt", symbol="A/RES/76/47", on=date(2021, 9, 27))
    with capitals.table.store.work() as w:
        made = record.next_draft(w, capitals.table.actor("penholder"), "Next year")
    following = Capitals(
        Table(capitals.table.store, made, capitals.table.sessions, capitals.table.tokens)
    )
    found = following.record("add", ready="ccm")
    (own,) = [a for a in found["adoptions"] if a["symbol"] == "A/RES/76/47"]
    assert (own["roll_calls"], own["sponsors"]) == ([], [])
    with pytest.raises(Malformed, match="a draft of its own"):
        following.record("add", sponsors="Chile", symbol="A/RES/76/47")


def test_the_line_holds_who_stands_by_the_words_of_that_version(capitals):
    capitals.step("chile", "confirmed")
    capitals.step("penholder", "confirmed", "NZL")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")
    capitals.step("chile", "kept")
    found = capitals.record("add", ready="ccm")
    line = found["line"]
    assert line["text"] == "Chile"
    assert [one["text"] for one in found["lines"]] == ["Chile", "New Zealand"]
    assert line["left_out"] == [
        {
            "name": "New Zealand",
            "why": "confirmed for A/RES/75/900, whose words are others",
        }
    ]


def test_a_vote_on_the_same_takes_the_place_of_the_one_before(capitals):
    for text in ("CHL Y\nMEX N", "CHL Y\nMEX Y"):
        capitals.record(
            "vote", text=text, votes=None, body="plenary", on=date(2021, 12, 6), paragraph_id=None
        )
    (call,) = capitals.record("add", ready="ccm")["own"]["roll_calls"]
    assert call["totals"] == {"Y": 2, "N": 0, "A": 0, "absent": 191}


@pytest.mark.parametrize(
    ("deed", "more", "words"),
    [
        ("table", {"symbol": "L.41", "on": date(2021, 10, 13), "version": 0}, "symbol"),
        ("adopt", {"symbol": "76/47", "on": date(2021, 12, 6)}, "symbol"),
        ("add", {"votes": "resolution,date,iso3,vote\nA/RES/75/62,2020-12-07,XXX,Y"}, "XXX"),
        ("add", {"sponsors": "Chile and Atlantis", "symbol": "A/RES/75/62"}, "Atlantis"),
        ("add", {"sponsors": "Chile", "symbol": "A/RES/75/62", "tabled_as": "L1"}, "symbol"),
        ("add", {"ready": "nothing"}, "no such record"),
        ("add", {}, "nothing to add"),
        (
            "vote",
            {"text": "CHL Y\nATL N", "votes": None, "body": "plenary", "on": date(2021, 12, 6),
             "paragraph_id": None},
            "ATL",
        ),
        (
            "vote",
            {"text": "", "votes": None, "body": "plenary", "on": date(2021, 12, 6),
             "paragraph_id": None},
            "vote",
        ),
        (
            "vote",
            {"text": None, "votes": None, "body": "plenary", "on": date(2021, 12, 6),
             "paragraph_id": None},
            "State by State",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_nothing_is_kept(capitals, deed, more, words):
    with pytest.raises(Malformed, match=words):
        capitals.record(deed, **more)
    with capitals.table.store.reading() as w:
        found = record.page(w, capitals.table.actor("penholder"))
    assert (found["adoptions"], found["own"]) == ([], None)


def test_a_record_added_twice_stands_there_once(capitals):
    for _ in range(2):
        capitals.record("add", ready="ccm")
    found = capitals.record("add", votes=BEFORE_2021)
    assert len(found["adoptions"]) == 11
    assert all(len(a["roll_calls"]) == 1 for a in found["adoptions"])

"""Proposals: written in private, put forward to somebody, carried over, answered."""

from __future__ import annotations

import uuid

import pytest

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.rules.proposals import Circle
from drafting.services import proposals
from drafting.services.editing import Stored
from drafting.text.changes import plain, text_from_json
from tests.make import PEOPLE, table
from tests.negotiating import Negotiation

OP1 = "Urges all coastal States to keep their lights burning;"
EVERYBODY = frozenset(PEOPLE)
MEXICO = frozenset({"mexico", "mexico_head", "mexico_capital"})
PRESIDENCY = frozenset({"penholder", "adviser"})


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


def seers(room: Negotiation, proposal: uuid.UUID) -> set[str]:
    return {who for who in PEOPLE if str(proposal) in room.sees(who)}


def said(shown) -> str:
    return plain(text_from_json(shown["ops"]))


# Who sees it -------------------------------------------------------------------------------------


def test_a_draft_is_nothing_to_others(room):
    p = room.amend("mexico", "OP1", "keep", "tend", circle=None)
    assert seers(room, p) == MEXICO
    for who in EVERYBODY - MEXICO:
        with pytest.raises(NotFound):
            room.shown(who, p)


@pytest.mark.parametrize(
    ("circle", "sees"), [("presidency", MEXICO | PRESIDENCY), ("everyone", EVERYBODY)]
)
def test_put_forward_it_is_seen_by_those_who_were_named(room, circle, sees):
    p = room.amend("mexico", "OP1", "keep", "tend", circle)
    assert seers(room, p) == sees
    assert room.shown("mexico", p)["audience"]["kind"] == circle


def test_it_goes_to_a_wider_audience_and_never_to_a_narrower_one(room):
    p = room.amend("mexico", "OP1", "keep", "tend", "presidency")
    room.circulate("mexico_head", p, "everyone")
    assert seers(room, p) == EVERYBODY
    with pytest.raises(NotAllowed):
        room.circulate("mexico", p, "presidency")


def test_drafted_jointly_both_write_and_no_capital_reads(room):
    p = room.amend("mexico", "OP1", "keep", "tend", circle=None)
    chile = room.delegation("CHL")
    shown = room.run("mexico", lambda w, a: proposals.share(w, a, p, chile))
    assert [o["name"] for o in shown["owners"]] == ["Mexico", "Chile"]
    assert seers(room, p) == {"mexico", "mexico_head", "chile", "chile_head"}
    assert shown["audience"]["words"] == "Mexico and Chile only"
    assert isinstance(room.type("chile", p, [{"insert": "Now "}], 1), Stored)
    assert said(room.shown("mexico", p)).startswith("Now Urges all")


@pytest.mark.parametrize("key", ["ICRC", "MEX", "FRA"])
def test_it_is_shared_only_with_delegations_at_the_table(room, key):
    p = room.amend("mexico", "OP1", "keep", "tend", circle=None)
    delegation = room.delegation(key)
    with pytest.raises((Malformed, Stale)):
        room.run("mexico", lambda w, a: proposals.share(w, a, p, delegation))


@pytest.mark.parametrize("who", ["icrc", "secretariat"])
def test_those_who_make_none_make_none(room, who):
    with pytest.raises(NotAllowed):
        room.begin(who, "OP1")


def test_a_capital_drafts_in_its_own_ring_and_puts_nothing_forward(room):
    p = room.amend("mexico_capital", "OP1", "keep", "tend", circle=None)
    assert seers(room, p) == MEXICO
    with pytest.raises(NotAllowed):
        room.circulate("mexico_capital", p)
    room.circulate("mexico", p)


# Words -------------------------------------------------------------------------------------------


def test_its_words_are_a_live_text_of_its_owners(room):
    p = room.begin("mexico", "OP1")
    assert isinstance(room.type("mexico", p, [{"insert": "First "}], 0), Stored)
    second = room.type("mexico_capital", p, [{"insert": "Again "}], 0)
    assert isinstance(second, Stored)
    assert second.proposal is not None
    assert said(room.shown("mexico", p)).startswith("First Again Urges")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("chile", NotAllowed),
        ("icrc", NotAllowed),
        ("secretariat", NotAllowed),
        ("penholder", NotFound),
    ],
)
def test_to_others_its_text_does_not_exist(room, who, refusal):
    p = room.begin("mexico", "OP1")
    found = room.type(who, p, [{"insert": "x"}], 0)
    absent = room.type(who, uuid.uuid4(), [{"insert": "x"}], 0)
    assert type(found) is type(absent) is refusal
    assert found.detail == absent.detail


def test_put_forward_its_words_stay(room):
    p = room.amend("mexico", "OP1", "keep", "tend")
    assert isinstance(room.type("mexico", p, [{"insert": "x"}], 1), Stale)
    assert isinstance(room.type("chile", p, [{"insert": "x"}], 1), NotAllowed)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("amend", {}),
        ("insert", {"paragraph_kind": "operative"}),
        ("alternative", {"ops": []}),
    ],
)
def test_what_says_nothing_is_not_put_forward(room, kind, fields):
    p = room.begin("mexico", "OP1", kind, **fields)
    with pytest.raises(Malformed):
        room.circulate("mexico", p)


@pytest.mark.parametrize(
    ("label", "kind", "fields"),
    [
        ("", "amend", {}),
        ("OP1", "amend", {"at": 3}),
        ("OP1", "delete", {"ops": []}),
        ("OP1", "split", {}),
        ("OP1", "split", {"at": 0}),
        ("OP1", "split", {"at": 999}),
        ("OP1", "insert", {"paragraph_kind": "formula"}),
        ("OP1", "insert", {"paragraph_kind": "sub", "level": 0}),
        ("OP1", "insert", {}),
        ("OP1", "amend", {"after_id": uuid.uuid4()}),
        ("OP1", "amend", {"version": 9}),
        ("OP1", "amend", {"ops": [{"delete": 3}]}),
    ],
)
def test_what_does_not_fit_its_kind_is_refused(room, label, kind, fields):
    with pytest.raises(Malformed):
        room.begin("mexico", label, kind, **fields)


SENTENCES = [
    ("amend", {"ops": "keep→tend"}, "In OP1, replace “keep” by “tend”."),
    ("delete", {}, "Delete OP1."),
    ("merge", {}, "Merge"),
    ("split", {"at": 24}, "Split OP1 after"),
    (
        "insert",
        {"paragraph_kind": "operative", "ops": [{"insert": "Thanks them;"}]},
        "Thanks them;",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "wanted"), SENTENCES)
def test_the_tool_writes_the_words_for_the_floor(room, kind, fields, wanted):
    if fields.get("ops") == "keep→tend":
        fields = {"ops": room.wording("OP1", "keep", "tend")}
    p = room.begin("mexico", "OP1", kind, **fields)
    assert wanted in room.shown("mexico", p)["sentence"]["words"]


def test_words_set_by_hand_are_out_of_step_once_the_proposal_says_something_else(room):
    p = room.amend("mexico", "OP1", "keep", "tend", circle=None)
    room.run("mexico", lambda w, a: proposals.set_sentence(w, a, p, "Read “tend” for “keep”."))
    shown = room.shown("mexico", p)["sentence"]
    assert (shown["words"], shown["by_hand"], shown["out_of_step"]) == (
        "Read “tend” for “keep”.",
        True,
        False,
    )
    room.type("mexico", p, [{"insert": "Now "}], 1)
    assert room.shown("mexico", p)["sentence"]["out_of_step"]
    room.run("mexico", lambda w, a: proposals.set_sentence(w, a, p, None))
    assert not room.shown("mexico", p)["sentence"]["out_of_step"]


# How it stands -----------------------------------------------------------------------------------


def test_nothing_goes_stale_in_silence(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    assert room.shown("mexico", p)["standing"] == "current"
    room.table.typed("OP1", "kindly ", 6)
    shown = room.shown("mexico", p)
    assert shown["standing"] == "moved"
    assert plain(text_from_json(shown["rebased"])) == (
        "Urges kindly all coastal States to keep their lights lit;"
    )
    assert said(shown) == "Urges all coastal States to keep their lights lit;"


def test_what_was_typed_and_taken_back_is_no_change(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    room.table.typed("OP1", "x", 6)
    room.table.edit("OP1", [{"retain": 6}, {"delete": 1}])
    assert room.shown("mexico", p)["standing"] == "current"


def test_where_words_it_touches_have_changed_it_says_so_and_nothing_is_guessed(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    room.table.edit("OP1", [{"retain": OP1.index("burning")}, {"insert": "aflame"}, {"delete": 7}])
    shown = room.shown("mexico", p)
    assert shown["standing"] == "touched"
    assert "“burning”" in shown["why"]
    assert said(shown).endswith("lights lit;")


def test_its_author_confirms_it_on_what_the_paragraph_says_now(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    room.table.typed("OP1", "kindly ", 6)
    on, at = room.table.id("OP1"), room.table.version("OP1")

    def confirm(w, a):
        return proposals.confirm(w, a, p, paragraph_id=on, version=at, ops=None)

    with pytest.raises(NotAllowed):
        room.run("chile", confirm)
    shown = room.run("mexico", confirm)
    assert shown["standing"] == "current"
    assert said(shown).startswith("Urges kindly all")
    assert shown["steps"][-1]["step"] == "confirmed"
    room.table.typed("OP1", "very ", 6)
    with pytest.raises(Stale):
        room.run("mexico", confirm)


def test_a_proposal_to_a_deleted_paragraph_keeps_a_home(room):
    p = room.amend("mexico", "PP3", "12", "13")
    room.table.do("delete", paragraph=room.table.id("PP3"))
    shown = room.shown("mexico", p)
    assert (shown["standing"], shown["label"]) == ("gone", "PP3")
    room.seal("Draft 1")
    shown = room.shown("mexico", p)
    assert (shown["standing"], shown["label"], shown["paragraph"]) == ("gone", "PP3", None)
    assert [m["proposal"] for m in _moot(room, p)] == [str(p)]


def _moot(room, p):
    with room.table.store.reading() as w:
        from drafting.services import acceptance, people
        from drafting.store import proposals as kept

        actor = people.actor(w, room.table.sessions["penholder"], room.table.draft_id)
        paragraph = kept.proposal(w, p).paragraph_id
        return acceptance.reconciliation(w, actor, paragraph)["moot"]


def test_a_proposal_to_a_merged_paragraph_goes_where_the_words_went(room):
    p = room.amend("mexico", "PP3", "12", "13")
    room.table.do("merge", paragraph=room.table.id("PP3"))
    shown = room.shown("mexico", p)
    assert (shown["standing"], shown["label"]) == ("moved", "PP2")
    assert "that 13 coasts are lit," in plain(text_from_json(shown["rebased"]))


@pytest.mark.parametrize(
    ("old", "new", "label"), [("Mindful", "Aware", "PP2"), ("sail", "row", "PP2 bis")]
)
def test_a_proposal_to_a_split_paragraph_goes_with_the_half_that_has_its_words(
    room, old, new, label
):
    p = room.amend("mexico", "PP2", old, new)
    room.table.do("split", paragraph=room.table.id("PP2"), at=23, version=0)
    shown = room.shown("mexico", p)
    assert (shown["standing"], shown["label"]) == ("moved", label)
    assert new in plain(text_from_json(shown["rebased"]))


def test_a_revision_takes_the_place_of_what_it_revises_once_put_forward(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    fresh = uuid.UUID(
        room.run("mexico", lambda w, a: proposals.revise(w, a, uuid.uuid4(), p))["id"]
    )
    assert room.shown("chile", p)["replaced_by"] is None
    assert room.shown("mexico", p)["replaced_by"] == str(fresh)
    room.type("mexico", fresh, [{"insert": "Now "}], 0)
    room.circulate("mexico", fresh)
    assert room.shown("chile", p)["stage"] == "superseded"
    assert room.shown("chile", p)["replaced_by"] == str(fresh)
    with pytest.raises(Stale):
        room.accept("OP1", p)


# Answers -----------------------------------------------------------------------------------------


def answer(room, p, outcome, reason, circle, who="penholder"):
    return room.run(who, lambda w, a: proposals.respond(w, a, p, outcome, reason, Circle(circle)))


def test_a_reason_is_for_those_it_was_meant_for(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    answer(room, p, "not_retained", "Between us.", "presidency")
    assert room.shown("mexico", p)["response"]["reason"] == "Between us."
    assert room.shown("chile", p)["response"] | {"at": ""} == {
        "outcome": "not_retained",
        "reason": None,
        "by": "Presidency (United Kingdom)",
        "at": "",
    }
    assert "Between us." not in str(room.shown("chile", p))


def test_a_reason_goes_no_further_than_the_proposal(room):
    p = room.amend("mexico", "OP1", "burning", "lit", "presidency")
    with pytest.raises(Malformed):
        answer(room, p, "will_consider", "For all.", "everyone")


@pytest.mark.parametrize("who", ["chile", "mexico", "secretariat", "icrc"])
def test_only_the_presidency_answers(room, who):
    p = room.amend("mexico", "OP1", "burning", "lit")
    with pytest.raises(NotAllowed):
        answer(room, p, "will_consider", "", "presidency", who=who)


def test_withdrawn_it_is_over_and_stays_on_record(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    shown = room.run("mexico", lambda w, a: proposals.withdraw(w, a, p, "After reflection."))
    assert shown["stage"] == "withdrawn"
    assert [s["step"] for s in room.shown("chile", p)["steps"]] == ["put_forward", "withdrawn"]
    with pytest.raises(Stale):
        room.accept("OP1", p)
    with pytest.raises(Stale):
        room.circulate("mexico", p)


# Laid in -----------------------------------------------------------------------------------------


def test_laid_in_together_they_say_where_they_collide(room):
    one = room.amend("mexico", "OP1", "burning", "lit")
    two = room.amend("chile", "OP1", "lights burning", "lamps aflame")
    three = room.amend("chile", "OP1", "all coastal", "all island")
    laid = room.overlay("icrc", "OP1", one, two, three)
    assert [(c["proposals"], c["words"]) for c in laid["collisions"]] == [
        ([str(one), str(two)], "burning")
    ]
    assert [
        (p["op"], p["text"], p["by"], p["meets"]) for p in laid["pieces"] if p["op"] != "keep"
    ] == [
        ("delete", "coastal", "Chile", False),
        ("insert", "island", "Chile", False),
        ("delete", "lights ", "Chile", True),
        ("delete", "burning", "Mexico, Chile", True),
        ("insert", "lit", "Mexico", True),
        ("insert", "lamps aflame", "Chile", True),
    ]


def test_what_one_does_not_see_cannot_be_laid_in(room):
    p = room.amend("mexico", "OP1", "burning", "lit", circle=None)
    for one in (p, uuid.uuid4()):
        with pytest.raises(NotFound):
            room.overlay("chile", "OP1", one)


# What its owners alone know ----------------------------------------------------------------------


def test_when_it_was_begun_and_how_much_was_typed_is_its_owners_affair(room):
    p = room.amend("mexico", "OP1", "burning", "lit", circle=None)
    chile = room.delegation("CHL")
    room.run("mexico", lambda w, a: proposals.share(w, a, p, chile))
    for _ in range(3):
        room.type("mexico", p, [{"insert": "x"}], room.shown("mexico", p)["version"])
    room.circulate("mexico", p)
    mine, theirs = room.shown("mexico", p), room.shown("icrc", p)
    assert [s["step"] for s in mine["steps"]] == ["shared", "put_forward"]
    assert [s["step"] for s in theirs["steps"]] == ["put_forward"]
    assert (mine["version"], theirs["version"]) == (4, 1)
    assert mine["begun_at"] is not None
    assert theirs["begun_at"] is None
    assert p.version == 4  # not of a kind that holds a time


def test_that_it_takes_the_place_of_one_for_fewer_is_not_told_to_the_others(room):
    p = room.amend("mexico", "OP1", "burning", "lit", "presidency")
    fresh = uuid.UUID(
        room.run("mexico", lambda w, a: proposals.revise(w, a, uuid.uuid4(), p))["id"]
    )
    room.circulate("mexico", fresh, "everyone")
    assert room.shown("penholder", fresh)["replaces"] == str(p)
    assert room.shown("chile", fresh)["replaces"] is None


def test_the_order_in_which_they_are_shown_is_that_in_which_they_were_put_forward(room):
    first = room.amend("mexico", "OP1", "burning", "lit", circle=None)
    second = room.amend("chile", "OP1", "coastal", "island")
    room.circulate("mexico", first)
    assert room.sees("icrc") == [str(second), str(first)]

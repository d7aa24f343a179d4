"""How far a paragraph is agreed, packages, and what is technical."""

from __future__ import annotations

import uuid

import pytest

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.rules.agreement import Agreement
from drafting.services import agreement, openings, redlines, technical
from tests.make import table
from tests.negotiating import Negotiation


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


def states(room, who="icrc"):
    return [
        (room.table.state(who)["paragraphs"], a["state"]) and a["state"]
        for a in room.table.state(who)["agreement"]
    ]


def test_a_step_back_is_dated_and_has_an_author(room):
    room.say("OP1", "agreed")
    shown = room.say("OP1", "open", note="Norway came back.")
    assert (shown["state"], shown["note"]) == ("open", "Norway came back.")
    assert [(s["state"], s["by"]) for s in shown["since"]] == [
        ("agreed", "Presidency (United Kingdom)")
    ]
    assert states(room) == ["open"]


def test_brackets_say_whose_they_are_and_around_which_words(room):
    mexico = room.delegation("MEX")
    shown = room.say("OP1", "bracketed", delegations=(mexico,), words=(6, 17, 0))
    assert [d["name"] for d in shown["delegations"]] == ["Mexico"]
    assert shown["words"] == {"start": 6, "end": 17, "text": "all coastal"}
    room.table.typed("OP1", "kindly ", 6)
    (now,) = room.table.state()["agreement"]
    assert now["words"] == {"start": 13, "end": 24, "text": "all coastal"}
    room.table.edit("OP1", [{"retain": 13}, {"delete": 4}])
    (now,) = room.table.state()["agreement"]
    assert now["words"] == {"start": None, "end": None, "text": "all coastal"}


@pytest.mark.parametrize("state", ["agreed", "ad_ref"])
def test_words_changed_since_an_agreement_are_told(room, state):
    more = {"delegations": (room.delegation("CHL"),)} if state == "ad_ref" else {}
    assert not room.say("OP1", state, **more)["changed"]
    room.table.typed("OP1", "kindly ", 6)
    assert [a["changed"] for a in room.table.state()["agreement"]] == [True]
    room.table.edit("OP1", [{"retain": 6}, {"delete": 7}])
    assert [a["changed"] for a in room.table.state()["agreement"]] == [False]


@pytest.mark.parametrize(
    ("state", "names", "words"),
    [
        ("bracketed", 0, None),
        ("ad_ref", 0, None),
        ("agreed", 1, None),
        ("open", 0, (0, 3, 0)),
        ("bracketed", 1, (3, 3, 0)),
        ("bracketed", 1, (0, 999, 0)),
        ("bracketed", 1, (0, 3, 9)),
    ],
)
def test_what_means_nothing_is_refused(room, state, names, words):
    who = (room.delegation("MEX"),) * names
    with pytest.raises(Malformed):
        room.say("OP1", state, delegations=who, words=words)


def test_only_delegations_at_the_table_have_brackets(room):
    with pytest.raises(Malformed):
        room.say("OP1", "bracketed", delegations=(room.delegation("FRA"),))


@pytest.mark.parametrize("who", ["mexico", "secretariat", "icrc"])
def test_only_the_presidency_says_what_is_agreed(room, who):
    said = agreement.Said(room.table.id("OP1"), Agreement.AGREED)
    with pytest.raises(NotAllowed):
        room.run(who, lambda w, a: agreement.say(w, a, said))


def test_a_deleted_paragraph_is_in_no_state(room):
    said = agreement.Said(room.table.id("OP1"), Agreement.AGREED)
    room.table.do("delete", paragraph=said.paragraph_id)
    with pytest.raises(Stale):
        room.run("penholder", lambda w, a: agreement.say(w, a, said))
    absent = agreement.Said(uuid.uuid4(), Agreement.AGREED)
    with pytest.raises(NotFound):
        room.run("penholder", lambda w, a: agreement.say(w, a, absent))


# Packages ----------------------------------------------------------------------------------------


def tie(room, name, *labels):
    ids = [room.table.id(label) for label in labels]
    return room.run("penholder", lambda w, a: agreement.tie(w, a, name, ids))["package"]


def test_a_package_ties_paragraphs_visibly_until_it_is_dissolved(room):
    made = tie(room, "OP1 is agreed if PP3 goes", "OP1", "PP3")
    assert [uuid.UUID(p) for p in made["paragraphs"]] == [
        room.table.id("PP3"),
        room.table.id("OP1"),
    ]
    room.say("OP1", "agreed")
    assert room.table.state("chile")["agreement"][0]["package"] == made["id"]
    with pytest.raises(Malformed):
        tie(room, "Another", "OP1", "OP2")
    room.run("penholder", lambda w, a: agreement.untie(w, a, uuid.UUID(made["id"]), "Solved."))
    (shown,) = room.table.state("chile")["packages"]
    assert shown["dissolved"]["reason"] == "Solved."
    assert room.table.state("chile")["agreement"][0]["package"] is None
    tie(room, "Another", "OP1", "OP2")
    with pytest.raises(Stale):
        room.run("penholder", lambda w, a: agreement.untie(w, a, uuid.UUID(made["id"]), ""))


@pytest.mark.parametrize(
    ("name", "labels"), [("", ["OP1", "OP2"]), ("x", ["OP1"]), ("x", ["OP1", "OP1"])]
)
def test_a_package_has_terms_and_two_paragraphs(room, name, labels):
    with pytest.raises(Malformed):
        tie(room, name, *labels)


# Technical or substantive ------------------------------------------------------------------------


def test_the_tool_suggests_and_a_person_has_the_last_word(room):
    room.table.edit("PP1", [{"retain": 35}, {"delete": 2}, {"insert": "13"}])
    room.table.typed("OP1", "kindly ", 6)
    room.seal("Draft 1")

    def natures(w, a):
        made = redlines.between(w, a, 0, 1)
        return {
            p.label: (n["suggested"], n["decided"] and n["decided"]["nature"])
            for p, n in zip(made.redline.paragraphs, technical.of_redline(w, a, made), strict=True)
            if n["suggested"] != "none"
        }

    assert room.run("icrc", natures) == {"PP1": ("technical", None), "OP1": ("substantive", None)}
    op1 = room.table.id("OP1")
    for nature in ("substantive", "technical"):
        room.run(
            "penholder",
            lambda w, a, n=nature: technical.judge(w, a, from_=0, to=1, paragraph_id=op1, nature=n),
        )
    assert room.run("icrc", natures)["OP1"] == ("substantive", "technical")
    with pytest.raises(NotFound):
        room.run(
            "penholder",
            lambda w, a: technical.judge(w, a, from_=0, to=7, paragraph_id=op1, nature="technical"),
        )


def test_after_a_deletion_the_openings_of_the_neighbours_are_checked(room):
    room.table.do(
        "insert",
        after=room.table.id("PP1"),
        paragraph_kind="preambular",
        level=0,
        ops=[
            {"insert": "Recalling also", "attributes": {"italic": True}},
            {"insert": " its debates,"},
        ],
    )
    assert room.run("penholder", openings.found) == []
    room.table.do("delete", paragraph=room.table.id("PP1"))
    (found,) = room.run("penholder", openings.found)
    assert (found["label"], found["found"], found["wanted"]) == (
        "PP1 bis",
        "Recalling also",
        "Recalling",
    )
    room.table.edit("PP1 bis", found["ops"])
    assert room.table.words("PP1 bis") == "Recalling its debates,"
    with pytest.raises(NotAllowed):
        room.run("mexico", openings.found)

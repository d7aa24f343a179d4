"""Checks of the working text, what is known of cited resolutions, and the gate before tabling."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from drafting.errors import Malformed, NotFound
from drafting.services import citations, drafts, editorial, tablings
from drafting.store import citations as kept
from drafting.store import record as kept_record
from drafting.text.resolution import Masthead, Resolution
from tests.capitals import Capitals
from tests.make import table
from tests.negotiating import Negotiation
from tests.text.editorial_cases import paragraphs

TABLED = date(2021, 10, 13)


@pytest.fixture
def room(sqlite_store) -> Negotiation:
    return Negotiation(table(sqlite_store))


def checks(room, who="penholder"):
    with room.table.store.reading() as w:
        return editorial.checks(w, room.table.actor(who))["checks"]


def test_what_is_typed_is_found_where_it_stands_and_mended_by_its_change(room):
    room.table.edit("PP1", [{"insert": "The program. "}])
    (one,) = [c for c in checks(room) if c["words"] == "program"]
    assert (one["label"], one["level"], one["rule"], one["start"]) == ("PP1", "error", 21, 4)
    room.table.edit("PP1", one["repair"], base=one["version"])
    assert "program" not in [c["words"] for c in checks(room)]


@pytest.mark.parametrize("who", ["penholder", "mexico", "icrc", "secretariat"])
def test_everyone_on_the_draft_sees_the_same_checks(room, who):
    room.table.edit("PP1", [{"insert": "The program. "}])
    assert checks(room, who) == checks(room)


def test_what_is_deleted_is_not_looked_at(room):
    room.table.edit("PP1", [{"insert": "The program. "}])
    room.table.do("delete", paragraph=room.table.id("PP1"))
    assert "program" not in [c["words"] for c in checks(room)]


def test_nobody_is_told_of_a_draft_that_is_not_there(room):
    actor = replace(room.table.actor("penholder"), draft_id=uuid.uuid4())
    with room.table.store.reading() as w, pytest.raises(NotFound):
        editorial.checks(w, actor)


# Dates of cited resolutions ----------------------------------------------------------------------


def adopted(number="81/7", day="7 December 2026", cites="its resolution 80/9 of 1 December 2025"):
    return Resolution(
        Masthead(
            number=number,
            notices=(f"Resolution adopted by the General Assembly on {day}",),
        ),
        tuple(paragraphs(f"PP _Recalling_ {cites},\nOP _Requests_ a report.")),
    )


def test_an_adopted_text_teaches_its_own_date_and_those_it_cites(store):
    with store.work() as w:
        assert citations.learn(w, adopted()) == ["81/7", "80/9"]
        assert citations.learn(w, adopted()) == []
        wrong = paragraphs("PP _Recalling_ its resolution 80/9 of 2 December 2025,")
        assert citations.known(w, wrong) == {"80/9": date(2025, 12, 1)}
        assert {k.number: k.source for k in kept.known(w)} == {"81/7": "81/7", "80/9": "81/7"}


@pytest.mark.parametrize(
    "resolution",
    [
        Resolution(Masthead(number="81/7"), adopted().paragraphs),
        Resolution(Masthead(notices=adopted().masthead.notices), adopted().paragraphs),
        Resolution(Masthead(symbol="A/C.1/81/L.4", date="7 December 2026"), adopted().paragraphs),
    ],
)
def test_nothing_is_learned_from_what_does_not_say_that_it_was_adopted(sqlite_store, resolution):
    with sqlite_store.work() as w:
        assert citations.learn(w, resolution) == []
        assert kept.known(w) == []


def test_what_a_text_says_of_itself_stands_against_what_others_say(store):
    with store.work() as w:
        citations.learn(w, adopted(cites="its resolution 80/9 of 2 December 2025"))
        assert citations.learn(w, adopted("80/9", "1 December 2025")) == ["80/9"]
        citations.learn(w, adopted("81/8", cites="its resolution 80/9 of 3 December 2025"))
        row = paragraphs("PP _Recalling_ its resolution 80/9,")
        assert citations.known(w, row) == {"80/9": date(2025, 12, 1)}


def test_the_tools_own_table_stands_against_every_file(store):
    with store.work() as w:
        citations.learn(w, adopted("75/62", "8 December 2020"))
        row = paragraphs("PP _Recalling_ its resolution 75/62,")
        assert citations.known(w, row) == {"75/62": date(2020, 12, 7)}


def test_more_numbers_are_asked_for_than_a_statement_holds(store):
    with store.work() as w:
        kept.learn(w, "81/7", date(2026, 12, 7), "81/7", own=True)
        assert kept.dates(w, [f"81/{n}" for n in range(2000)]) == {"81/7": date(2026, 12, 7)}


def test_an_import_teaches_and_a_citation_is_held_against_it(sqlite_store):
    made = table(sqlite_store)
    with sqlite_store.work() as w:
        person = made.actor("penholder").person_id
        drafts.import_draft(w, person, adopted())
    room = Negotiation(made)
    room.table.edit("PP1", [{"insert": "its resolution 81/7 of 6 December 2026 "}])
    (one,) = [c for c in checks(room) if c["rule"] == 13]
    assert one["becomes"] == "81/7 of 7 December 2026"


# The gate ----------------------------------------------------------------------------------------


@pytest.fixture
def capitals(sqlite_store) -> Capitals:
    return Capitals(table(sqlite_store))


def tabled(capitals, version, reason=""):
    return capitals.record(
        "table", symbol="A/C.1/76/L.41", on=TABLED, version=version, reason=reason
    )


def sealed(capitals, name, ops):
    capitals.table.edit("PP1", ops)
    capitals.seal(name)
    return 1


def test_what_is_left_open_keeps_a_version_from_the_table_until_a_reason_is_given(capitals):
    number = sealed(capitals, "bracketed", [{"insert": "[Mexico: retain] "}])
    with pytest.raises(Malformed, match=r"PP1 “\[Mexico: retain\]”. Nothing was tabled"):
        tabled(capitals, number)
    seen = tabled(capitals, number, "Mexico asked to see it so.")
    assert seen["own"]["override"]["reason"] == "Mexico asked to see it so."
    assert seen["own"]["override"]["left"] == [{"label": "PP1", "words": "[Mexico: retain]"}]
    assert len(seen["lines"][0]["left_open"]) == 1


def test_a_version_that_is_settled_is_tabled_and_needs_no_reason(capitals):
    seen = tabled(capitals, 0, "A reason that nothing needs.")
    assert seen["own"]["override"] is None


def test_what_the_presidency_holds_in_brackets_keeps_the_last_version_back(capitals):
    room = Negotiation(capitals.table)
    room.say("OP1", "bracketed", delegations=(room.delegation("MEX"),), words=(6, 17, 0))
    with pytest.raises(Malformed, match="OP1 “all coastal”"):
        tabled(capitals, 0)
    room.say("OP1", "agreed")
    assert tabled(capitals, 0)["own"]["override"] is None


def test_other_errors_are_shown_and_keep_nobody_from_it(capitals):
    number = sealed(capitals, "american", [{"insert": "The program. "}])
    seen = tabled(capitals, number)
    assert ("PP1", "program") in [(e["label"], e["words"]) for e in seen["errors"]]


def test_tablings_are_chained_and_what_is_altered_is_found(store):
    capitals = Capitals(table(store))
    number = sealed(capitals, "bracketed", [{"insert": "[x] "}])
    tabled(capitals, number, "First reason.")
    tabled(capitals, 0)
    draft_id = capitals.table.draft_id
    with store.work() as w:
        assert tablings.verify(w, draft_id) is None
        first = kept_record.tablings_of(w, draft_id)[0]
        first.override = {**first.override, "reason": "Another reason."}
    with store.reading() as w:
        assert tablings.verify(w, draft_id) == "A/C.1/76/L.41"


def test_the_reason_has_a_limit(capitals):
    number = sealed(capitals, "bracketed", [{"insert": "[x] "}])
    with pytest.raises(Malformed, match="nothing was tabled"):
        tabled(capitals, number, "x" * 1001)

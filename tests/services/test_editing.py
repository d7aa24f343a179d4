"""Edits put in order, stored, and refused."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.errors import Conflict, Malformed, NotAllowed, NotFound, NotSignedIn
from drafting.services import editing, history, people, sessions
from drafting.services.editing import Edit, Stored
from drafting.text.changes import from_json


def test_two_people_who_type_at_one_place_both_keep_their_words(at_table):
    at_table.typed("PP3", " also", 6, by="penholder", base=0)
    at_table.typed("PP3", " further", 6, by="adviser", base=0)
    assert at_table.words("PP3") == "Noting also further that 12 coasts are lit,"


def test_the_author_is_the_connections_own(at_table):
    answer = at_table.typed("PP3", "x", 0, by="adviser")
    assert answer.by_delegation == "Presidency (United Kingdom)"
    assert answer.by_name == "Adviser"


def test_a_repeated_edit_is_answered_as_the_first_time_and_has_no_second_effect(at_table):
    edit_id = uuid.uuid4()
    first = at_table.typed("PP3", "x", 0, edit_id=edit_id, base=0)
    again = at_table.typed("PP3", "x", 0, edit_id=edit_id, base=0)
    assert again.repeated
    assert again.parts == first.parts
    assert at_table.words("PP3").startswith("xNoting")


def test_an_id_used_for_another_edit_or_by_another_person_is_refused(at_table):
    edit_id = uuid.uuid4()
    at_table.typed("PP3", "x", 0, edit_id=edit_id, base=0)
    assert isinstance(at_table.edit("PP3", [{"insert": "y"}], edit_id=edit_id, base=0), Conflict)
    other = at_table.edit("PP3", [{"insert": "x"}], edit_id=edit_id, base=0, by="adviser")
    assert isinstance(other, Conflict)


@pytest.mark.parametrize(
    "by", ["secretariat", "mexico_head", "mexico", "mexico_capital", "chile", "icrc"]
)
def test_only_the_presidency_edits_the_working_text(at_table, by):
    before = at_table.words("PP1")
    answer = at_table.edit("PP1", [{"delete": len(before)}], by=by)
    assert isinstance(answer, NotAllowed)
    assert at_table.words("PP1") == before


@pytest.mark.parametrize(
    ("ops", "base"),
    [
        ([{"retain": 10_000}, {"insert": "x"}], 0),
        ([{"delete": 10_000}], 0),
        ([{"insert": "x"}], 7),
        ([{"retain": {"note": [{"insert": "x"}]}}], 0),
        ([{"insert": "x" * 100_000}], 0),
    ],
)
def test_an_edit_that_does_not_fit_its_text_is_refused(at_table, ops, base):
    before = at_table.state()
    assert isinstance(at_table.edit("PP1", ops, base=base), Malformed)
    assert at_table.state() == before


def test_a_text_of_another_draft_is_not_there(at_table):
    edit = Edit(
        at_table.sessions["penholder"],
        uuid.uuid4(),
        at_table.id("PP1"),
        uuid.uuid4(),
        0,
        from_json([{"insert": "x"}]),
    )
    assert [type(a) for a in editing.apply_all(at_table.store, [edit])] == [NotFound]


def test_a_session_that_has_ended_edits_no_more(at_table):
    with at_table.store.work() as w:
        me = people.actor(w, at_table.sessions["penholder"], at_table.draft_id)
        sessions.end(w, me.person_id, me.session_id)
    edit = Edit(
        at_table.sessions["penholder"],
        at_table.draft_id,
        uuid.uuid4(),
        uuid.uuid4(),
        0,
        from_json([{"insert": "x"}]),
    )
    assert [type(a) for a in editing.apply_all(at_table.store, [edit])] == [NotSignedIn]


def test_one_bad_edit_in_a_batch_spares_the_others(at_table):
    text = at_table.id("PP1")
    session = at_table.sessions["penholder"]

    def edit(ops):
        return Edit(session, at_table.draft_id, text, uuid.uuid4(), 0, from_json(ops))

    answers = editing.apply_all(
        at_table.store,
        [
            edit([{"insert": "a"}]),
            edit([{"retain": 9_999}, {"delete": 1}]),
            edit([{"insert": "b"}]),
        ],
    )
    assert [type(a) for a in answers] == [Stored, Malformed, Stored]
    assert at_table.words("PP1").startswith("abRecalling")


def test_catching_up_gives_what_was_missed_in_order(at_table):
    versions = {uuid.UUID(p["id"]): p["version"] for p in at_table.state()["paragraphs"]}
    at_table.typed("PP1", "x", 0)
    at_table.typed("PP1", "y", 0)
    missed = editing.catch_up(
        at_table.store, at_table.sessions["mexico"], at_table.draft_id, 0, versions
    )
    assert not missed.reload
    assert [m.version for m in missed.changes] == [1, 2]
    at_table.do("delete", paragraph=at_table.id("PP2"))
    again = editing.catch_up(
        at_table.store, at_table.sessions["mexico"], at_table.draft_id, 0, versions
    )
    assert again.reload


def test_old_words_are_found_again_from_the_kept_ones(at_table):
    text_id = at_table.id("PP1")
    words = {0: at_table.words("PP1")}
    for number in range(1, 600):
        at_table.typed("PP1", str(number % 10), number % 7, base=number - 1)
        if number in (1, 255, 256, 257, 511, 599):
            words[number] = at_table.words("PP1")
    with at_table.store.reading() as w:
        from drafting.text.changes import plain

        for version, expected in words.items():
            assert plain(history.at_version(w, text_id, version)) == expected


edits = st.lists(
    st.tuples(
        st.sampled_from(["penholder", "adviser"]),
        st.integers(0, 30),
        st.integers(0, 4),
        st.text("abcé😀م", max_size=3),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits)
def test_the_stored_order_always_rebuilds_the_served_text(at_table, plan):
    from drafting.text.changes import apply, from_json, text_from_json, text_length, to_json

    for by, wanted, taken, words, behind in plan:
        version = at_table.version("OP1")
        base = max(0, version - behind)
        with at_table.store.reading() as w:
            old = history.at_version(w, at_table.id("OP1"), base)
        size = text_length(old)
        at = min(wanted, size)
        ops = ([{"retain": at}] if at else []) + ([{"insert": words}] if words else [])
        cut = min(taken, size - at)
        ops += [{"delete": cut}] if cut else []
        try:
            apply(old, from_json(ops))
        except Malformed:
            continue
        assert isinstance(at_table.edit("OP1", ops, by=by, base=base), Stored)
    with at_table.store.reading() as w:
        rebuilt = history.at_version(w, at_table.id("OP1"), at_table.version("OP1"))
    served = next(p["ops"] for p in at_table.state()["paragraphs"] if p["label"] == "OP1")
    assert to_json(rebuilt) == to_json(text_from_json(served))


def test_whoever_only_types_is_not_taken_for_idle(at_table):
    from datetime import timedelta

    from drafting import clock
    from tests.make import CONFIG

    begun = clock.now()
    for hour in (1, 2, 3):
        moment = begun + timedelta(hours=hour)
        clock.use(lambda moment=moment: moment)
        at_table.typed("PP1", "x", 0)
    with at_table.store.reading() as w:
        assert sessions.signed_in(w, CONFIG, at_table.tokens["penholder"]).name == "Penholder"


def test_a_late_change_across_a_split_that_was_merged_back_is_one_change(at_table):
    paragraph, words = at_table.id("PP3"), at_table.words("PP3")
    done = at_table.do("split", paragraph=paragraph, at=words.index(" that"), version=0)
    at_table.do("merge", paragraph=uuid.UUID(done["moves"][0]["to"]))
    ops = [{"insert": "A"}, {"retain": len(words)}, {"insert": "B"}]
    assert isinstance(at_table.edit("PP3", ops, base=0), Stored)
    assert at_table.words("PP3") == f"A{words}B"

"""Comments: who sees them, who changes them, and how they go with their words."""

import uuid

import pytest

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.rules.audiences import Audience, AudienceKind
from drafting.services import comments, people
from drafting.services.comments import Asked
from drafting.store import people as kept_people
from tests.make import PEOPLE
from tests.services.test_deeds import attached, comment, thread


def audience(at_table, kind, of=None):
    with at_table.store.reading() as w:
        delegation = None if of is None else kept_people.delegation_by_key(w, of)
        return Audience(AudienceKind(kind), None if delegation is None else delegation.id)


def say(at_table, by, to, body="A remark.", label="PP1"):
    with at_table.store.work() as w:
        actor = people.actor(w, at_table.sessions[by], at_table.draft_id)
        asked = Asked(at_table.id(label), None, None, None)
        return uuid.UUID(comments.begin(w, actor, asked, to, body)["id"])


def act(at_table, by, deed, *args, **more):
    with at_table.store.work() as w:
        actor = people.actor(w, at_table.sessions[by], at_table.draft_id)
        return deed(w, actor, *args, **more)


def seers(at_table, thread_id):
    """Gives everybody whose state holds the thread."""
    return {
        name
        for name in PEOPLE
        if any(t["id"] == str(thread_id) for t in at_table.state(name)["threads"])
    }


MEXICO = {"mexico_head", "mexico", "mexico_capital"}
PRESIDENCY = {"penholder", "adviser"}


@pytest.mark.parametrize(
    ("by", "kind", "of", "seen_by"),
    [
        ("mexico", "delegation", "MEX", MEXICO),
        ("mexico_capital", "delegation", "MEX", MEXICO),
        ("mexico", "presidency", "MEX", MEXICO | PRESIDENCY),
        ("penholder", "presidency", "MEX", MEXICO | PRESIDENCY),
        ("adviser", "team", None, PRESIDENCY),
        ("icrc", "delegation", "ICRC", {"icrc"}),
        ("icrc", "presidency", "ICRC", {"icrc"} | PRESIDENCY),
        ("chile", "everyone", None, set(PEOPLE)),
        ("secretariat", "everyone", None, set(PEOPLE)),
    ],
)
def test_a_comment_is_seen_by_its_audience_and_by_nobody_else(at_table, by, kind, of, seen_by):
    assert seers(at_table, say(at_table, by, audience(at_table, kind, of))) == seen_by


@pytest.mark.parametrize(
    ("by", "kind", "of"),
    [
        ("mexico", "delegation", "CHL"),
        ("mexico", "presidency", "CHL"),
        ("mexico", "team", None),
        ("mexico_capital", "presidency", "MEX"),
        ("mexico_capital", "everyone", None),
        ("penholder", "delegation", "MEX"),
        ("penholder", "delegation", "GBR"),
        ("penholder", "presidency", "GBR"),
        ("penholder", "presidency", "NZL"),
        ("secretariat", "team", None),
        ("secretariat", "presidency", "MEX"),
        ("icrc", "team", None),
    ],
)
def test_an_audience_that_is_not_ones_own_to_choose_is_refused(at_table, by, kind, of):
    with pytest.raises(NotAllowed):
        say(at_table, by, audience(at_table, kind, of))


def test_a_thread_one_may_not_see_is_not_there_for_any_deed(at_table):
    secret = say(at_table, "mexico", audience(at_table, "delegation", "MEX"))
    remark = uuid.UUID(thread(at_table_for(at_table, "mexico"), str(secret))["comments"][0]["id"])
    wide = audience(at_table, "everyone")
    for by in ("chile", "penholder", "secretariat", "icrc"):
        for deed, args, more in (
            (comments.reply, (secret, "x"), {}),
            (comments.edit, (remark, "x"), {}),
            (comments.set_resolved, (secret,), {"resolved": True}),
            (comments.widen, (secret, wide), {}),
        ):
            with pytest.raises(NotFound):
                act(at_table, by, deed, *args, **more)


class at_table_for:  # noqa: N801 - reads as a word
    """The table as one person sees it."""

    def __init__(self, at_table, name):
        self._at, self._name = at_table, name

    def state(self):
        return self._at.state(self._name)


def test_a_thread_moves_to_a_wider_audience_only(at_table):
    own = audience(at_table, "delegation", "MEX")
    ours, all_ = audience(at_table, "presidency", "MEX"), audience(at_table, "everyone")
    thread_id = say(at_table, "mexico", own)
    act(at_table, "mexico_head", comments.widen, thread_id, ours)
    assert seers(at_table, thread_id) == MEXICO | PRESIDENCY
    with pytest.raises(Malformed):
        act(at_table, "mexico", comments.widen, thread_id, own)
    with pytest.raises(NotAllowed):
        act(at_table, "penholder", comments.widen, thread_id, all_)
    act(at_table, "mexico", comments.widen, thread_id, all_)
    assert seers(at_table, thread_id) == set(PEOPLE)
    shown = thread(at_table, str(thread_id))
    assert [s["audience"] for s in shown["widened"]] == [
        "Mexico and the presidency",
        "Everyone on this draft",
    ]


def test_a_capital_writes_in_its_own_ring_only(at_table):
    thread_id = say(at_table, "mexico", audience(at_table, "everyone"))
    with pytest.raises(NotAllowed):
        act(at_table, "mexico_capital", comments.reply, thread_id, "x")
    own = say(at_table, "mexico", audience(at_table, "delegation", "MEX"))
    act(at_table, "mexico_capital", comments.reply, own, "From the ministry.")
    with pytest.raises(NotAllowed):
        act(
            at_table, "mexico_capital", comments.widen, own, audience(at_table, "presidency", "MEX")
        )


def test_what_a_comment_said_before_stays_in_its_history(at_table):
    thread_id = say(at_table, "mexico", audience(at_table, "everyone"), "First.")
    remark = uuid.UUID(thread(at_table, str(thread_id))["comments"][0]["id"])
    act(at_table, "mexico", comments.edit, remark, "Second.")
    shown = thread(at_table, str(thread_id))["comments"][0]
    assert (shown["body"], [e["body"] for e in shown["edits"]]) == ("Second.", ["First."])
    with pytest.raises(NotAllowed):
        act(at_table, "chile", comments.edit, remark, "Not mine.")
    with pytest.raises(NotAllowed):
        act(at_table, "mexico_head", comments.edit, remark, "Not mine either.")


def test_a_thread_is_resolved_and_reopened_by_its_delegation_or_the_presidency(at_table):
    thread_id = say(at_table, "mexico", audience(at_table, "everyone"))
    with pytest.raises(NotAllowed):
        act(at_table, "chile", comments.set_resolved, thread_id, resolved=True)
    act(at_table, "penholder", comments.set_resolved, thread_id, resolved=True)
    assert thread(at_table, str(thread_id))["resolved"]["by"] == "Presidency (United Kingdom)"
    with pytest.raises(Stale):
        act(at_table, "penholder", comments.set_resolved, thread_id, resolved=True)
    act(at_table, "mexico_head", comments.set_resolved, thread_id, resolved=False)
    assert thread(at_table, str(thread_id))["resolved"] is None


def test_two_comments_may_share_the_same_words_and_follow_them(at_table):
    one = comment(at_table, "PP3", "12 coasts")
    two = comment(at_table, "PP3", "12 coasts", by="chile")
    at_table.typed("PP3", "with joy ", 7)
    assert attached(at_table, one) == attached(at_table, two) == ("PP3", "12 coasts")


def test_when_its_words_go_a_comment_says_what_it_was_attached_to(at_table):
    thread_id = comment(at_table, "PP3", "12 coasts")
    at = at_table.words("PP3").index("12 coasts")
    at_table.edit("PP3", [{"retain": at}, {"delete": 9}])
    shown = thread(at_table, thread_id)
    assert shown["gone"]
    assert shown["quote"] == "12 coasts"
    assert shown["paragraph"] == str(at_table.id("PP3"))
    at_table.typed("PP3", "12 coasts", at)
    assert attached(at_table, thread_id) == ("PP3", "12 coasts")
    assert not thread(at_table, thread_id)["gone"]


def test_a_comment_made_on_words_that_moved_meanwhile_lands_on_them(at_table):
    text = at_table.words("PP3")
    at = text.index("coasts")
    at_table.typed("PP3", "XX", 0)
    with at_table.store.work() as w:
        actor = people.actor(w, at_table.sessions["mexico"], at_table.draft_id)
        asked = Asked(at_table.id("PP3"), at, at + 6, 0)
        made = comments.begin(w, actor, asked, audience(at_table, "everyone"), "Here.")
    assert attached(at_table, made["id"]) == ("PP3", "coasts")


@pytest.mark.parametrize(
    ("start", "end", "version"), [(0, 10_000, 0), (5, 3, 0), (0, 3, 9), (-1, 3, 0)]
)
def test_words_that_are_not_there_are_refused(at_table, start, end, version):
    asked = Asked(at_table.id("PP3"), start, end, version)
    with pytest.raises(Malformed):
        act(at_table, "mexico", comments.begin, asked, Audience(AudienceKind.EVERYONE), "Here.")


@pytest.mark.parametrize("body", ["", "   \n ", "\x00\x01", "x" * 10_001])
def test_an_empty_or_endless_comment_is_refused(at_table, body):
    with pytest.raises(Malformed):
        say(at_table, "mexico", audience(at_table, "everyone"), body)

"""Acceptance: whole or not at all, the words stay their authors', nothing goes stale in silence."""

from __future__ import annotations

import itertools
import threading
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.errors import Malformed, NotAllowed, NotFound, Refusal, Stale
from drafting.services import acceptance, deeds, history, redlines
from drafting.text.changes import plain, text_from_json
from tests.make import table
from tests.negotiating import Negotiation


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


OP1 = "Urges all coastal States to keep their lights burning;"


def authors(room, label="OP1"):
    """Gives each difference since the last version with whose it is."""

    def look(w, a):
        made = redlines.between(w, a, None, None).redline
        return [
            (piece.mark.value, piece.text, piece.credit.author)
            for p in made.paragraphs
            if p.label == label
            for piece in p.pieces
            if piece.credit is not None
        ]

    return room.run("penholder", look)


def test_accepted_words_stay_those_of_their_delegation(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    done = room.accept("OP1", p, reason="Agreed in the room.")
    assert done["deed"]["summary"] == "Accepted Mexico’s proposal to OP1"
    assert room.table.words("OP1") == OP1.replace("burning", "lit")
    assert room.shown("chile", p)["stage"] == "accepted"
    assert authors(room) == [("delete", "burning", "Mexico"), ("insert", "lit", "Mexico")]


def test_what_the_presidency_makes_of_it_is_its_own(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    ops = room.wording("OP1", "lights burning", "lamps lit")
    room.accept("OP1", p, ops=ops)
    assert room.shown("mexico", p)["stage"] == "modified"
    assert authors(room) == [
        ("delete", "lights ", "Presidency (United Kingdom)"),
        ("delete", "burning", "Mexico"),
        ("insert", "lamps ", "Presidency (United Kingdom)"),
        ("insert", "lit", "Mexico"),
    ]


def test_several_are_accepted_together_each_with_its_author(room):
    one = room.amend("mexico", "OP1", "burning", "lit")
    two = room.amend("chile", "OP1", "coastal", "island")
    room.accept("OP1", one, two)
    assert room.table.words("OP1") == OP1.replace("burning", "lit").replace("coastal", "island")
    assert {author for _, _, author in authors(room)} == {"Mexico", "Chile"}


def test_those_that_touch_the_same_words_are_accepted_only_as_modified(room):
    one = room.amend("mexico", "OP1", "burning", "lit")
    two = room.amend("chile", "OP1", "burning", "aflame")
    with pytest.raises(Stale):
        room.accept("OP1", one, two)
    room.accept("OP1", one, two, ops=room.wording("OP1", "burning", "lit and aflame"))
    assert room.table.words("OP1") == OP1.replace("burning", "lit and aflame")


def standing(room):
    return [(p["label"], p["ops"]) for p in room.table.state()["paragraphs"] if not p["deleted"]]


def test_whose_words_were_put_to_the_presidency_alone_is_told_to_nobody_else(room):
    p = room.amend("mexico", "OP1", "burning", "lit", "presidency")
    inserted = room.begin(
        "mexico", "OP1", "insert", paragraph_kind="operative", ops=[{"insert": "Thanks them;"}]
    )
    room.circulate("mexico", inserted, "presidency")
    done = [room.accept("OP1", p), room.accept("OP1", inserted)]
    assert [d["deed"]["summary"] for d in done] == ["Changed OP1"] * 2
    assert {d["deed"]["kind"] for d in done} == {"change"}
    assert {author for *_, author in authors(room)} == {"Presidency (United Kingdom)"}

    def look(w, a):
        made = redlines.between(w, a, None, None)
        return str((made, history.of_paragraph(w, a, room.table.id("OP1")), deeds.recent(w, a)))

    for who in ("chile", "icrc", "secretariat"):
        assert "Mexico" not in room.run(who, look)
    assert room.shown("mexico", p)["stage"] == "accepted"


STRUCTURE = [
    (
        "insert",
        "OP1",
        {"paragraph_kind": "operative", "ops": [{"insert": "Thanks them;"}]},
        "OP1 bis",
        "Thanks them;",
    ),
    ("delete", "OP1", {}, "OP1", OP1),
    ("merge", "PP3", {}, "PP2", None),
    ("split", "OP1", {"at": 24}, "OP1 bis", "to keep their lights burning;"),
    ("alternative", "OP1", {"ops": [{"insert": "Begs them all;"}]}, "OP1", "Begs them all;"),
]


@pytest.mark.parametrize(("kind", "label", "fields", "there", "words"), STRUCTURE)
def test_every_kind_is_accepted_and_undone(room, kind, label, fields, there, words):
    before = standing(room)
    p = room.begin("mexico", label, kind, **fields)
    room.circulate("mexico", p)
    done = room.accept(label, p)
    assert room.shown("chile", p)["stage"] == "accepted"
    if words is not None:
        assert room.table.words(there) == words
    if kind == "delete":
        assert "OP1 [deleted]" in room.table.labels()
    room.table.do("undo", deed=done["deed"]["id"])
    assert standing(room) == before
    assert room.shown("chile", p)["stage"] == "put_forward"


@pytest.mark.parametrize(("label", "after"), [("PP3", "PP1"), ("PP2", "PP3")])
def test_an_accepted_move_is_credited_to_its_delegation(room, label, after):
    p = room.begin("mexico", label, "move", after_id=room.table.id(after))
    room.circulate("mexico", p)
    room.accept(label, p)

    def look(w, a):
        made = redlines.between(w, a, None, None).redline
        return [one.credit.author for one in made.paragraphs if one.credit is not None]

    assert room.run("penholder", look) == ["Mexico"]


def test_an_accepted_paragraph_is_all_its_delegations(room):
    p = room.begin(
        "mexico", "OP1", "insert", paragraph_kind="operative", ops=[{"insert": "Thanks them;"}]
    )
    room.circulate("mexico", p)
    room.accept("OP1", p)

    def look(w, a):
        made = redlines.between(w, a, None, None).redline
        new = next(one for one in made.paragraphs if one.state.value == "inserted")
        return new.credit.author, {piece.credit.author for piece in new.pieces}

    assert room.run("penholder", look) == ("Mexico", {"Mexico"})


@pytest.mark.parametrize("who", ["mexico", "secretariat", "chile_head"])
def test_only_the_presidency_accepts(room, who):
    p = room.amend("mexico", "OP1", "burning", "lit")
    with pytest.raises(NotAllowed):
        room.accept("OP1", p, who=who)


def test_a_draft_is_not_accepted_and_does_not_exist(room):
    p = room.amend("mexico", "OP1", "burning", "lit", circle=None)
    for one in (p, uuid.uuid4()):
        with pytest.raises(NotFound):
            room.accept("OP1", one)


def test_whoever_looked_at_other_words_is_told_and_asked(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    room.table.typed("OP1", "kindly ", 6)
    with pytest.raises(Stale, match=r"OP1 has changed since you looked.*Presidency"):
        room.accept("OP1", p, version=0)
    assert room.shown("mexico", p)["stage"] == "put_forward"


def test_of_two_who_accept_at_the_same_moment_one_wins_and_the_other_is_asked(room):
    one = room.amend("mexico", "OP1", "burning", "lit")
    two = room.amend("chile", "OP1", "burning", "aflame")
    version = room.table.version("OP1")
    paragraph = room.table.id("OP1")
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def accept(who, proposal):
        start.wait()
        try:
            outcomes.append(
                room.run(
                    who,
                    lambda w, a: acceptance.accept(
                        w,
                        a,
                        uuid.uuid4(),
                        paragraph_id=paragraph,
                        version=version,
                        proposal_ids=[proposal],
                        ops=None,
                        reason="",
                    ),
                )["deed"]["summary"]
            )
        except Refusal as refusal:
            outcomes.append(refusal)

    threads = [
        threading.Thread(target=accept, args=pair)
        for pair in (("penholder", one), ("adviser", two))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [o for o in outcomes if isinstance(o, Refusal)]
    assert len(refused) == 1
    assert isinstance(refused[0], Stale)
    assert "has changed since you looked" in refused[0].detail
    assert sorted(room.shown("icrc", p)["stage"] for p in (one, two)) == ["accepted", "put_forward"]


@pytest.mark.parametrize(
    ("ids", "more", "refusal"),
    [(0, {}, Malformed), (1, {"ops": []}, Malformed), (1, {"ops": [{"delete": 1}]}, Malformed)],
)
def test_what_cannot_be_accepted_is_refused(room, ids, more, refusal):
    p = room.amend("mexico", "OP1", "burning", "lit")
    with pytest.raises(refusal):
        room.accept("OP1", *[p][:ids], **more)


# What becomes of the others ----------------------------------------------------------------------


def test_after_an_acceptance_the_others_are_sorted_into_moot_and_carried_over(room):
    one = room.amend("mexico", "OP1", "burning", "lit")
    same = room.amend("chile", "OP1", "burning", "lit")
    other = room.amend("chile_head", "OP1", "coastal", "island")
    clash = room.amend("mexico_head", "OP1", "burning", "aflame")
    room.accept("OP1", one)
    found = room.reconciliation("OP1")
    assert [m["proposal"] for m in found["moot"]] == [str(same)]
    assert [(r["proposal"], r["standing"]) for r in found["rebased"]] == [
        (str(other), "moved"),
        (str(clash), "touched"),
    ]
    assert plain(text_from_json(found["rebased"][0]["text"])) == (
        "Urges all island States to keep their lights lit;"
    )
    room.run("penholder", lambda w, a: acceptance.reconcile(w, a, [(same, "Taken up.")]))
    shown = room.shown("chile", same)
    assert (shown["stage"], shown["response"]["reason"]) == ("moot", "Taken up.")
    with pytest.raises(Stale):
        room.run("penholder", lambda w, a: acceptance.reconcile(w, a, [(same, "")]))


def test_what_is_not_before_the_room_is_in_no_reconciliation(room):
    room.amend("chile", "OP1", "coastal", "island", circle=None)
    room.accept("OP1", room.amend("mexico", "OP1", "burning", "lit"))
    assert room.reconciliation("OP1") == {"moot": [], "rebased": []}


def test_an_acceptance_is_not_undone_over_words_changed_since(room):
    done = room.accept("OP1", room.amend("mexico", "OP1", "burning", "lit"))
    room.table.typed("OP1", "r", OP1.index("burning") + 1)
    with pytest.raises(Stale):
        room.table.do("undo", deed=done["deed"]["id"])


def test_an_acceptance_is_undone_beside_words_changed_since(room):
    done = room.accept("OP1", room.amend("mexico", "OP1", "burning", "lit"))
    room.table.typed("OP1", "kindly ", 6)
    room.table.do("undo", deed=done["deed"]["id"])
    assert room.table.words("OP1") == OP1.replace("Urges", "Urges kindly")


WORDS = OP1.split(" ")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    places=st.lists(st.sampled_from(range(1, len(WORDS) - 1)), min_size=2, max_size=4, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_any_order_of_acceptances_that_do_not_collide_gives_the_same_text(
    sqlite_store, places, order
):
    texts = set()
    for turn in range(2):
        room = Negotiation(table(_fresh(sqlite_store)))
        made = [
            room.amend("mexico" if at % 2 else "chile", "OP1", f" {WORDS[at]}", f" X{at}")
            for at in sorted(places)
        ]
        if turn:
            order.shuffle(made)
        for one in made:
            room.accept("OP1", one)
        texts.add(room.table.words("OP1"))
    wanted = [f"X{at}" if at in places else word for at, word in enumerate(WORDS)]
    assert texts == {" ".join(wanted)}


_count = itertools.count()


def _fresh(store):
    """Gives the same store: every table in it is a draft of its own, with people of its own."""
    from drafting.store.tables import Person

    mark = next(_count)
    with store.work() as w:
        for person in w.session.query(Person).filter(Person.email.is_not(None)):
            person.email = f"{mark}-{person.email}"
    return store

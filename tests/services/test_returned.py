"""Word files that come back: shown, then brought in whole or not at all."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from drafting.errors import Malformed, NotAllowed, Stale
from drafting.formats.returned import Looked, look
from drafting.rules.audiences import EVERYONE, Audience, AudienceKind
from drafting.rules.proposals import Circle
from drafting.services import comments, deeds, returned, versions
from drafting.services.returned import Chosen
from drafting.text.changes import plain, text_from_json
from tests.make import PEOPLE, table
from tests.negotiating import Negotiation
from tests.returning import Comment, WordFile, end, line, on, put_in, run, taken_out


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


NOTE = '<w:r><w:footnoteReference w:id="1"/></w:r>'


def paragraphs(room: Negotiation) -> list[tuple[str, str, str]]:
    """Gives each paragraph's key, label and words."""
    return [
        (p["id"], p["label"], plain(text_from_json(p["ops"])))
        for p in room.table.state()["paragraphs"]
    ]


def file_of(room: Negotiation, changed: dict[str, list[str]], **more: Any) -> bytes:
    """Gives our own file as somebody sends it back: the paragraphs of these labels hold other runs."""
    lines = []
    for key, label, words in paragraphs(room):
        before, _, behind = words.partition("\ufffc")
        runs = changed.get(label, [before, NOTE, behind] if behind else [words])
        # A run that is a whole paragraph stands behind, by itself.
        own = [one for one in runs if not one.startswith("<w:p>")]
        lines += [line(*own, key=key), *(one for one in runs if one.startswith("<w:p>"))]
    properties = more.pop("properties", {"DraftId": str(room.table.draft_id), "DraftVersion": "0"})
    return WordFile(
        lines, properties=properties, notes=[line("Resolution 70/900.")], **more
    ).bytes()


def looked(room: Negotiation, who: str, data: bytes, version: str | None = None) -> Looked:
    texts = room.run(who, returned.candidates)
    printed = room.run(who, returned.printed_names)
    return look("file.docx", data, texts, str(room.table.draft_id), version, printed)


def shown(room: Negotiation, who: str, found: Looked) -> dict[str, Any]:
    texts = room.run(who, returned.candidates)
    return room.run(who, lambda w, a: returned.shown(w, a, found, texts))


def everything(found: Looked, **more: Any) -> Chosen:
    fields = {
        "mark": found.mark,
        "items": frozenset(item.key for item in found.plan.items),
        "comments": frozenset(one.key for one in found.plan.comments),
        "authors": dict.fromkeys(["", *found.authors]),
        "circle": Circle.OWNERS,
        "audience": EVERYONE,
    } | more
    return Chosen(**fields)


def bring(room: Negotiation, who: str, found: Looked, **more: Any) -> dict[str, Any]:
    chosen = everything(found, **more)
    return room.run(who, lambda w, a: returned.bring(w, a, uuid.uuid4(), found, chosen))


OP1 = [
    run("Urges", italic=True), " all coastal States to keep their ",
    taken_out("Ana", "lights"), put_in("Ana", "lamps and lights"), " burning;",
]  # fmt: skip


def test_a_tracked_change_becomes_a_draft_of_the_delegation(room):
    found = looked(room, "mexico", file_of(room, {"OP1": OP1}))
    assert found.known
    assert [(i.kind, i.label, i.author, i.sure) for i in found.plan.items] == [
        ("amend", "OP1", "Ana", True)
    ]
    done = bring(room, "mexico", found)
    (proposal,) = [room.shown("mexico", uuid.UUID(p)) for p in done["proposals"]]
    assert proposal["stage"] == "draft"
    said = plain(text_from_json(proposal["ops"]))
    assert said == "Urges all coastal States to keep their lamps and lights burning;"
    assert proposal["ops"][0] == {"insert": "Urges", "attributes": {"italic": True}}
    assert proposal["base"] == next(
        p["ops"] for p in room.table.state()["paragraphs"] if p["label"] == "OP1"
    )
    assert {who for who in PEOPLE if done["proposals"][0] in room.sees(who)} == {
        "mexico", "mexico_head", "mexico_capital",
    }  # fmt: skip


# What comes in -----------------------------------------------------------------------------------


NEW = "Noting also the oil that it takes,"
RECALLING = "Recalling its resolution 74/900 of 12 December 2019,"


def everything_word_does(room: Negotiation) -> bytes:
    """PP1 moved behind PP3, a new paragraph, OP1 changed, OP2 (a) joined to (b), OP3 taken out."""
    oil, ships = "The oil used;", "The ships seen;"
    rows = []
    for key, label, words in paragraphs(room):
        before, _, behind = words.partition("\ufffc")
        match label:
            case "PP1":
                rows.append(line(taken_out("Ana", RECALLING), key=key, mark=end("del", "Ana")))
            case "PP2":
                rows.append(line(before, NOTE, behind, key=key))
            case "PP3":
                rows.append(line(words, key=key))
                rows.append(line(put_in("Ana", RECALLING), mark=end("ins", "Ana")))
                rows.append(line(put_in("Ana", NEW), mark=end("ins", "Ana")))
            case "OP1":
                rows.append(line(*OP1, key=key))
            case "OP2 (a)":
                rows.append(line(oil, key=key, mark=end("del", "Ana")))
            case "OP2 (b)":
                rows.append(line(ships, key=key))
            case "OP3":
                rows.append(line(taken_out("Ana", words), key=key))
            case _:
                rows.append(line(words, key=key))
    properties = {"DraftId": str(room.table.draft_id), "DraftVersion": "0"}
    return WordFile(rows, properties=properties, notes=[line("Resolution 70/900.")]).bytes()


def test_all_that_word_does_comes_in_as_what_the_table_knows(room):
    found = looked(room, "mexico", everything_word_does(room))
    assert [(i.kind.value, i.label, i.sure) for i in found.plan.items] == [
        ("move", "PP1", True),
        ("insert", "PP3", True),
        ("amend", "OP1", True),
        ("merge", "OP2 (b)", True),
        ("delete", "OP3", True),
    ]
    assert found.plan.left == ()
    done = bring(room, "mexico", found, circle=Circle.EVERYONE)
    made = {}
    for proposal in done["proposals"]:
        one = room.shown("chile", uuid.UUID(proposal))
        made[one["kind"]] = one
        assert [o["name"] for o in one["owners"]] == ["Mexico"]
        assert (one["stage"], one["standing"]) == ("put_forward", "current")
        assert [step["step"] for step in one["steps"]] == ["put_forward"]
    assert made["move"]["after_label"] == "PP3"
    assert plain(text_from_json(made["insert"]["ops"])) == NEW
    # The presidency accepts them as any others.
    for kind, label in (("insert", "PP3"), ("merge", "OP2 (b)"), ("amend", "OP1"), ("move", "PP1")):
        room.accept(label, uuid.UUID(made[kind]["id"]))
    texts = [words for _, _, words in paragraphs(room)]
    assert NEW in texts
    assert "The oil used; The ships seen;" in texts


def test_what_a_delegation_brings_in_stays_its_own_until_it_says_more(room):
    found = looked(room, "mexico", everything_word_does(room))
    bring(room, "mexico", found)
    assert room.sees("chile") == room.sees("penholder") == []
    assert len(room.sees("mexico_capital")) == 5


def test_a_capital_brings_in_for_its_own_ring_and_puts_nothing_forward(room):
    found = looked(room, "mexico_capital", file_of(room, {"OP1": OP1}))
    with pytest.raises(NotAllowed):
        bring(room, "mexico_capital", found, circle=Circle.EVERYONE)
    assert room.sees("mexico") == []
    bring(room, "mexico_capital", found)
    assert len(room.sees("mexico")) == 1


@pytest.mark.parametrize("who", ["icrc", "secretariat"])
def test_who_makes_no_proposals_brings_in_comments_alone(room, who):
    data = file_of(room, {"OP1": [on(0, *OP1)]}, comments=[Comment("Ana", "Which?")])
    found = looked(room, who, data)
    assert shown(room, who, found)["may"]["propose"] is False
    with pytest.raises(NotAllowed):
        bring(room, who, found)
    assert room.table.state(who)["threads"] == []
    done = bring(room, who, found, items=frozenset())
    assert (done["proposals"], len(done["threads"])) == ([], 1)


# Whose -------------------------------------------------------------------------------------------


def two_authors(room: Negotiation) -> bytes:
    return file_of(
        room,
        {
            "OP1": OP1,
            "OP3": ["Decides to return to the matter", put_in("Chile", " soon"), "."],
        },
    )


def test_names_in_the_file_are_for_a_person_to_say_whose_they_are(room):
    found = looked(room, "mexico", two_authors(room))
    authors = {
        a["name"]: (a["mine"], a["proposals"]) for a in shown(room, "mexico", found)["authors"]
    }
    # Chile’s are left out, unless somebody says that they are Mexico’s after all.
    assert authors == {"Ana": (True, 1), "Chile": (False, 1)}
    with pytest.raises(Malformed, match="was not said"):
        bring(room, "mexico", found, authors={"Ana": None})
    with pytest.raises(NotAllowed):
        bring(room, "mexico", found, authors={"Ana": None, "Chile": room.delegation("CHL")})
    with pytest.raises(NotAllowed):
        bring(room, "mexico", found, authors={"Ana": room.delegation("CHL"), "Chile": None})
    assert room.sees("mexico") == room.sees("chile") == []
    done = bring(room, "mexico", found, authors={"Ana": None, "Chile": None})
    assert len(done["proposals"]) == 2


def test_the_presidency_enters_what_a_delegation_sent_on_its_word(room):
    found = looked(room, "penholder", two_authors(room))
    authors = {a["name"]: a["delegation"] for a in shown(room, "penholder", found)["authors"]}
    chile = room.delegation("CHL")
    assert authors == {"Ana": None, "Chile": str(chile)}
    whose = {"Ana": room.delegation("MEX"), "Chile": chile}
    with pytest.raises(Malformed, match="the presidency at least"):
        bring(room, "penholder", found, authors=whose)
    with pytest.raises(Malformed, match="nobody at this table"):
        bring(room, "penholder", found, authors=whose | {"Ana": room.delegation("NOR")})
    assert room.sees("penholder") == []
    done = bring(room, "penholder", found, authors=whose, circle=Circle.PRESIDENCY)
    assert set(room.sees("penholder")) == set(done["proposals"])
    (mexicos,), (chiles,) = room.sees("mexico"), room.sees("chile")
    one = room.shown("mexico", uuid.UUID(mexicos))
    assert [o["name"] for o in one["owners"]] == ["Mexico"]
    assert one["steps"][0]["by"].startswith("Presidency")
    assert one["steps"][0]["reason"].startswith("On the word of Mexico")
    assert one["mine"]
    assert "withdraw" in one["may"]
    assert chiles != mexicos


def test_a_scrubbed_file_is_said_to_be_one(room):
    words = [
        "Urges all coastal States to keep their ",
        taken_out("Author", "lights", date=None),
        put_in("Author", "lamps", date=None),
        " burning;",
    ]
    found = looked(room, "mexico", file_of(room, {"OP1": words}))
    (author,) = shown(room, "mexico", found)["authors"]
    assert (author["name"], author["scrubbed"], author["mine"]) == ("Author", True, True)


# Comments ----------------------------------------------------------------------------------------


def test_comments_come_with_their_replies_their_words_and_who_said_them(room):
    rows = ["Urges all ", on(0, "coastal States"), " to keep their lights burning;"]
    data = file_of(
        room,
        {"OP1": rows},
        comments=[Comment("Ana", "Which?", done=True), Comment("", "All.", answers=0, date=None)],
    )
    found = looked(room, "mexico", data)
    audience = Audience(AudienceKind.PRESIDENCY, room.delegation("MEX"))
    bring(room, "mexico", found, audience=audience)
    (thread,) = room.table.state("penholder")["threads"]
    assert thread["quote"] == "coastal States"
    assert [c["body"] for c in thread["comments"]] == [
        "[Ana in the file, 3 November 2026]\nWhich?",
        "[Somebody in the file]\nAll.",
    ]
    assert thread["resolved"] is not None
    assert room.table.state("chile")["threads"] == []


def test_our_own_threads_that_come_back_are_here_already_and_new_replies_join_them(room):
    op1 = room.table.id("OP1")
    begun = room.run(
        "chile",
        lambda w, a: comments.begin(
            w, a, comments.Asked(op1, None, None, None), EVERYONE, "Why all?"
        ),
    )
    whole = paragraphs(room)[4][2]
    once = [Comment("Chile", "Why all?")]
    found = looked(room, "mexico", file_of(room, {"OP1": [on(0, whole)]}, comments=once))
    told = shown(room, "mexico", found)
    assert (told["comments"], told["here_already"]) == ([], 1)
    more = [*once, Comment("Ana", "Because all sail.", answers=0)]
    found = looked(room, "mexico", file_of(room, {"OP1": [on(0, whole)]}, comments=more))
    told = shown(room, "mexico", found)
    (comment,) = told["comments"]
    assert comment["thread"] == begun["id"]
    assert (comment["author"], comment["new_by"]) == ("Chile", "Ana")
    assert comment["seen_by"] == "Everyone on this draft"
    assert {a["name"]: (a["comments"], a["mine"]) for a in told["authors"]} == {
        "Chile": (0, False),
        "Ana": (1, True),
    }
    bring(room, "mexico", found)
    (thread,) = room.table.state("chile")["threads"]
    assert [c["body"] for c in thread["comments"]] == [
        "Why all?",
        "[Ana in the file, 3 November 2026]\nBecause all sail.",
    ]


def test_replies_that_came_loose_from_their_thread_are_here_already(room):
    op1 = room.table.id("OP1")
    begun = room.run(
        "chile",
        lambda w, a: comments.begin(
            w, a, comments.Asked(op1, None, None, None), EVERYONE, "Why all?"
        ),
    )
    room.run("penholder", lambda w, a: comments.reply(w, a, uuid.UUID(begun["id"]), "All sail."))
    whole = paragraphs(room)[4][2]
    (presidency,) = {
        c["by"]["delegation"]
        for c in room.table.state("chile")["threads"][0]["comments"]
        if c["body"] == "All sail."
    }
    flat = [Comment("Chile", "Why all?"), Comment(presidency, "All sail.")]
    rows = [on(0, on(1, whole))]
    told = shown(
        room, "mexico", looked(room, "mexico", file_of(room, {"OP1": rows}, comments=flat))
    )
    assert (told["comments"], told["here_already"]) == ([], 2)
    assert [a["mine"] for a in told["authors"]] == [False, False]


def test_what_an_observer_says_is_not_taken_for_ones_own(room):
    data = file_of(
        room,
        {"OP1": [on(0, paragraphs(room)[4][2])]},
        comments=[Comment("ICRC", "And those who clear them?")],
    )
    for who in ("mexico", "penholder"):
        (author,) = shown(room, who, looked(room, who, data))["authors"]
        assert (author["mine"], author["delegation"]) == (False, None), who


def test_a_thread_that_one_may_not_see_is_not_known_to_be_here(room):
    op1 = room.table.id("OP1")
    own = Audience(AudienceKind.DELEGATION, room.delegation("CHL"))
    room.run(
        "chile",
        lambda w, a: comments.begin(w, a, comments.Asked(op1, None, None, None), own, "Why?"),
    )
    whole = paragraphs(room)[4][2]
    data = file_of(room, {"OP1": [on(0, whole)]}, comments=[Comment("Chile", "Why?")])
    told = shown(room, "mexico", looked(room, "mexico", data))
    assert (len(told["comments"]), told["here_already"]) == (1, 0)


# All or nothing, and against what ----------------------------------------------------------------


def test_nothing_is_stored_by_looking(room):
    before = room.table.state("mexico")
    shown(room, "mexico", looked(room, "mexico", everything_word_does(room)))
    assert room.table.state("mexico") == before


def test_a_paragraph_that_has_gone_meanwhile_refuses_the_whole(room):
    found = looked(room, "mexico", everything_word_does(room))
    room.run(
        "penholder",
        lambda w, a: deeds.do(
            w, a, uuid.uuid4(), {"kind": "delete", "paragraph": str(room.table.id("OP1"))}
        ),
    )
    told = shown(room, "mexico", found)
    assert [i["label"] for i in told["items"] if i["gone"]] == ["OP1"]
    with pytest.raises(Stale, match="OP1 has since been deleted"):
        bring(room, "mexico", found)
    assert room.sees("mexico") == []
    kept = frozenset(i.key for i in found.plan.items if i.label != "OP1")
    assert len(bring(room, "mexico", found, items=kept)["proposals"]) == 4


def test_what_was_not_looked_at_does_not_come_in(room):
    found = looked(room, "mexico", file_of(room, {"OP1": OP1}))
    with pytest.raises(Stale, match="not the one you looked at"):
        bring(room, "mexico", found, mark="0" * 32)
    with pytest.raises(Malformed, match="not in the file"):
        bring(room, "mexico", found, items=frozenset({"p1", "p9"}))
    with pytest.raises(Malformed, match="Nothing was chosen"):
        bring(room, "mexico", found, items=frozenset())


def test_the_working_text_must_be_what_was_looked_at(room):
    seq = room.table.state()["seq"]
    properties = {"DraftId": str(room.table.draft_id), "DraftVersion": f"working:{seq}"}
    found = looked(room, "mexico", file_of(room, {"OP1": OP1}, properties=properties))
    assert (found.candidate.key, found.known) == ("working", True)
    room.table.typed("OP2", "Now ", 0)
    with pytest.raises(Stale, match="working text has changed"):
        bring(room, "mexico", found)


def test_a_file_of_an_earlier_version_is_held_against_that_and_carried_over(room):
    data = file_of(room, {"OP1": OP1})
    room.table.typed("OP1", "Strongly ", 0)
    room.run("penholder", lambda w, a: versions.seal(w, a, "Draft 1", ""))
    found = looked(room, "mexico", data)
    assert (found.candidate.key, found.known) == ("0", True)
    (proposal,) = bring(room, "mexico", found)["proposals"]
    one = room.shown("mexico", uuid.UUID(proposal))
    assert one["standing"] == "moved"
    assert plain(text_from_json(one["rebased"])).startswith(
        "Strongly Urges all coastal States to keep their lamps"
    )


def test_a_file_that_says_nothing_of_itself_is_held_against_what_fits_best(room):
    data = file_of(room, {"OP1": OP1}, properties={})
    room.table.typed("OP1", "Strongly ", 0)
    room.run("penholder", lambda w, a: versions.seal(w, a, "Draft 1", ""))
    found = looked(room, "mexico", data)
    assert (found.candidate.key, found.known) == ("0", False)
    assert looked(room, "mexico", data, "1").candidate.key == "1"
    versions_shown = shown(room, "mexico", found)["versions"]
    assert [v["key"] for v in versions_shown] == ["0", "1", "working"]
    assert versions_shown[0]["fit"] == 1


def test_our_own_tracked_changes_are_part_of_the_version_they_led_to(room):
    """A redline that we handed out comes back with the delegation's changes on top of ours."""
    room.table.typed("OP1", "Strongly ", 0)
    room.run("penholder", lambda w, a: versions.seal(w, a, "Draft 1", ""))
    sealed = room.table.state()["versions"][-1]["sealed_at"]
    presidency = room.table.actor("penholder").printed
    ours = put_in(presidency, "Strongly ", date=sealed[:19] + "Z")
    properties = {"DraftId": str(room.table.draft_id), "DraftVersion": "1"}
    found = looked(room, "mexico", file_of(room, {"OP1": [ours, *OP1]}, properties=properties))
    assert [(i.author, i.kind.value, i.sure) for i in found.plan.items] == [("Ana", "amend", True)]
    assert plain(found.plan.items[0].text).startswith(
        "Strongly Urges all coastal States to keep their lamps"
    )


def test_a_proposal_that_is_here_already_is_said_to_be(room):
    data = file_of(room, {"OP1": OP1})
    bring(room, "mexico", looked(room, "mexico", data))
    (item,) = shown(room, "mexico", looked(room, "mexico", data))["items"]
    assert item["known"]
    (item,) = shown(room, "chile", looked(room, "chile", data))["items"]
    assert not item["known"]


def test_a_retyped_file_is_compared_and_its_differences_offered(room):
    rows = [
        line(words.replace("all coastal", "the coastal").replace("\ufffc", ""))
        for _, _, words in paragraphs(room)
    ]
    found = looked(room, "mexico", WordFile(rows).bytes())
    told = {i.label: (i.kind.value, i.author, i.sure) for i in found.plan.items}
    assert told["OP1"] == ("amend", "", False)
    done = bring(
        room, "mexico", found, items=frozenset(i.key for i in found.plan.items if i.label == "OP1")
    )
    one = room.shown("mexico", uuid.UUID(done["proposals"][0]))
    # The italics of the words that stay are not lost by retyping.
    assert one["ops"][0] == {"insert": "Urges", "attributes": {"italic": True}}

"""Deeds of structure: labels while numbers are frozen, undo, and typing that goes on meanwhile."""

import uuid

import pytest

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.rules.audiences import EVERYONE
from drafting.services import comments, people, versions
from drafting.services.comments import Asked
from drafting.services.editing import Stored
from drafting.text.anchors import find
from drafting.text.changes import plain, text_from_json

BEGIN = ["", "PP1", "PP2", "PP3", "OP1", "OP2", "OP2 (a)", "OP2 (b)", "OP3"]


def comment(at_table, label, words=None, by="mexico"):
    paragraph = next(p for p in at_table.state()["paragraphs"] if p["label"] == label)
    anchor = None if words is None else find(words, text_from_json(paragraph["ops"]))
    asked = Asked(
        uuid.UUID(paragraph["id"]),
        *(
            (None, None, None)
            if anchor is None
            else (anchor.start, anchor.end, paragraph["version"])
        ),
    )
    with at_table.store.work() as w:
        actor = people.actor(w, at_table.sessions[by], at_table.draft_id)
        return comments.begin(w, actor, asked, EVERYONE, "A remark.")["id"]


def thread(at_table, thread_id):
    return next(t for t in at_table.state()["threads"] if t["id"] == thread_id)


def attached(at_table, thread_id):
    """Gives the label of a thread's paragraph and the words it stands at."""
    found = thread(at_table, thread_id)
    paragraph = next(p for p in at_table.state()["paragraphs"] if p["id"] == found["paragraph"])
    words = plain(text_from_json(paragraph["ops"]))
    anchor = found["anchor"]
    return paragraph["label"], None if anchor is None else words[anchor["start"] : anchor["end"]]


def test_a_draft_begins_with_the_labels_of_its_text(at_table):
    assert at_table.labels() == BEGIN


def test_an_inserted_paragraph_is_bis_and_the_next_ter(at_table):
    at_table.do("insert", after=at_table.id("PP2"), paragraph_kind="preambular", level=0)
    assert at_table.labels()[2:5] == ["PP2", "PP2 bis", "PP3"]
    at_table.do("insert", after=at_table.id("PP2 bis"), paragraph_kind="preambular", level=0)
    assert at_table.labels()[2:6] == ["PP2", "PP2 bis", "PP2 ter", "PP3"]


def test_a_deleted_paragraph_keeps_its_number_until_the_next_version(at_table):
    at_table.do("delete", paragraph=at_table.id("PP2"))
    assert at_table.labels()[1:4] == ["PP1", "PP2 [deleted]", "PP3"]
    with at_table.store.work() as w:
        versions.seal(
            w, people.actor(w, at_table.sessions["penholder"], at_table.draft_id), "draft 1", ""
        )
    assert at_table.labels()[1:4] == ["PP1", "PP2", "OP1"]
    with at_table.store.reading() as w:
        actor = people.actor(w, at_table.sessions["penholder"], at_table.draft_id)
        rows = versions.content(w, versions.one(w, actor, 1))
    assert [(r["previous_label"], r["label"]) for r in rows][1:4] == [
        ("PP1", "PP1"),
        ("PP3", "PP2"),
        ("OP1", "OP1"),
    ]


def test_an_operative_paragraph_goes_with_all_that_stands_beneath_it(at_table):
    at_table.do("delete", paragraph=at_table.id("OP2"))
    assert at_table.labels()[5:8] == ["OP2 [deleted]", "OP2 (a) [deleted]", "OP2 (b) [deleted]"]
    at_table.do("restore", paragraph=at_table.id("OP2"))
    assert at_table.labels() == BEGIN
    at_table.do("move", paragraph=at_table.id("OP2"), after=at_table.id("OP3"))
    assert at_table.labels()[4:] == ["OP1", "OP3", "OP2", "OP2 (a)", "OP2 (b)"]


@pytest.mark.parametrize(
    ("kind", "label", "fields"),
    [
        ("insert", None, {"after": "PP1", "paragraph_kind": "preambular", "level": 0}),
        ("delete", "OP2", {}),
        ("move", "PP1", {"after": "PP3"}),
        ("split", "PP2", {"at": 10, "version": 0}),
        ("merge", "PP3", {}),
        ("merge", "OP2 (b)", {}),
        ("change_kind", "PP3", {"paragraph_kind": "operative", "level": 0}),
        ("change_kind", "OP2 (b)", {"paragraph_kind": "sub", "level": 2}),
    ],
)
def test_every_deed_can_be_undone_and_that_undone_again(at_table, kind, label, fields):
    before = [(p["label"], p["deleted"], p["ops"]) for p in at_table.state()["paragraphs"]]
    fields = {k: at_table.id(v) if k == "after" else v for k, v in fields.items()} | (
        {} if label is None else {"paragraph": at_table.id(label)}
    )
    done = at_table.do(kind, **fields)
    after = [(p["label"], p["deleted"], p["ops"]) for p in at_table.state()["paragraphs"]]
    assert after != before
    undone = at_table.do("undo", deed=done["deed"]["id"])
    now = [(p["label"], p["deleted"], p["ops"]) for p in at_table.state()["paragraphs"]]
    assert [p for p in now if p[2] or p[0] in BEGIN] == before
    at_table.do("undo", deed=undone["deed"]["id"])
    again = [(p["label"], p["deleted"], p["ops"]) for p in at_table.state()["paragraphs"]]
    assert [p[2] for p in again] == [p[2] for p in after]
    with pytest.raises(Stale):
        at_table.do("undo", deed=done["deed"]["id"])


def test_splitting_takes_the_tail_and_drops_its_leading_blank(at_table):
    at = at_table.words("PP3").index(" 12 coasts")
    done = at_table.do("split", paragraph=at_table.id("PP3"), at=at, version=0)
    assert at_table.words("PP3") == "Noting that"
    assert at_table.words("PP3 bis") == "12 coasts are lit,"
    assert done["moves"][0]["kind"] == "split"


def test_typing_in_flight_goes_on_in_the_right_half_of_a_split(at_table):
    words = at_table.words("PP3")
    text_id, cut = at_table.id("PP3"), words.index(" 12 coasts")
    at_table.do("split", paragraph=text_id, at=cut, version=0)
    first = at_table.edit("PP3", [{"retain": 6}, {"insert": " also"}], base=0)
    second = at_table.edit(
        "PP3", [{"retain": words.index("coasts")}, {"insert": "western "}], base=0
    )
    both = at_table.edit(
        "PP3", [{"insert": "X"}, {"retain": len(words) - 1}, {"insert": " now"}], base=0
    )
    assert all(isinstance(a, Stored) for a in (first, second, both))
    assert len(both.parts) == 2
    assert at_table.words("PP3") == "XNoting also that"
    assert at_table.words("PP3 bis") == "12 western coasts are lit now,"


def test_typing_in_flight_goes_on_where_a_merged_paragraph_now_stands(at_table):
    text_id, base = at_table.id("PP3"), at_table.version("PP3")
    at_table.do("merge", paragraph=text_id)
    assert at_table.labels()[2:4] == ["PP2", "PP3 [deleted]"]
    answer = at_table.edit("PP3", [{"insert": "Also "}], base=base)
    assert [p.text for p in answer.parts] == [at_table.id("PP2")]
    assert at_table.words("PP2").endswith("their light, Also Noting that 12 coasts are lit,")


def test_typing_in_a_paragraph_deleted_meanwhile_is_refused_and_told(at_table):
    at_table.do("delete", paragraph=at_table.id("PP3"))
    answer = at_table.edit("PP3", [{"insert": "x"}])
    assert isinstance(answer, Stale)
    assert "deleted" in answer.detail


def test_comments_stay_with_their_words_through_split_and_merge(at_table):
    early = comment(at_table, "PP3", "Noting")
    late = comment(at_table, "PP3", "coasts")
    whole = comment(at_table, "PP3")
    at = at_table.words("PP3").index(" 12 coasts")
    done = at_table.do("split", paragraph=at_table.id("PP3"), at=at, version=0)
    assert attached(at_table, early) == ("PP3", "Noting")
    assert attached(at_table, late) == ("PP3 bis", "coasts")
    assert attached(at_table, whole) == ("PP3", None)
    at_table.do("undo", deed=done["deed"]["id"])
    assert attached(at_table, late) == ("PP3", "coasts")
    merged = at_table.do("merge", paragraph=at_table.id("PP3"))
    assert attached(at_table, early) == ("PP2", "Noting")
    assert attached(at_table, late) == ("PP2", "coasts")
    at_table.do("undo", deed=merged["deed"]["id"])
    assert attached(at_table, early) == ("PP3", "Noting")
    assert attached(at_table, late) == ("PP3", "coasts")
    assert attached(at_table, whole) == ("PP3", None)


@pytest.mark.parametrize("by", ["secretariat", "mexico_head", "mexico", "mexico_capital", "icrc"])
def test_only_the_presidency_does_deeds(at_table, by):
    with pytest.raises(NotAllowed):
        at_table.do("delete", by=by, paragraph=at_table.id("PP1"))


@pytest.mark.parametrize(
    ("kind", "fields", "refusal"),
    [
        ("delete", {"paragraph": str(uuid.uuid4())}, NotFound),
        ("delete", {"paragraph": "PP1"}, NotFound),
        ("delete", {"paragraph": ["x"]}, NotFound),
        ("delete", {}, NotFound),
        ("explode", {}, Malformed),
        ("insert", {"after": None, "paragraph_kind": "sub", "level": 0}, Malformed),
        ("insert", {"after": None, "paragraph_kind": "sub", "level": 4}, Malformed),
        ("insert", {"after": None, "paragraph_kind": "chapter", "level": 0}, Malformed),
        ("insert", {"after": None, "paragraph_kind": "formula", "level": 0}, Malformed),
        ("undo", {"deed": str(uuid.uuid4())}, NotFound),
    ],
)
def test_a_deed_that_does_not_fit_is_refused_and_changes_nothing(at_table, kind, fields, refusal):
    before = at_table.state()
    with pytest.raises(refusal):
        at_table.do(kind, **fields)
    assert at_table.state() == before


def test_the_opening_formula_stays(at_table):
    formula = at_table.id("")
    for kind in ("delete", "move"):
        with pytest.raises(Malformed):
            at_table.do(kind, paragraph=formula, after=at_table.id("PP1"))


def test_many_insertions_at_one_place_find_room(at_table):
    after = at_table.id("PP1")
    for _ in range(30):
        at_table.do("insert", after=after, paragraph_kind="preambular", level=0)
    labels = at_table.labels()
    assert len(labels) == len(set(labels)) == len(BEGIN) + 30
    assert labels[1] == "PP1"
    assert labels[-1] == "OP3"

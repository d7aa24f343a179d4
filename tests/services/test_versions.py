"""Versions: sealed, hashed, compared, restored; and words purged from the history."""

import uuid

import pytest
from sqlalchemy import text as sql

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.services import chain, history, people, redlines, versions
from drafting.text.changes import plain, text_from_json


def act(at_table, deed, *args, by="penholder", **more):
    with at_table.store.work() as w:
        actor = people.actor(w, at_table.sessions[by], at_table.draft_id)
        return deed(w, actor, *args, **more)


def words(rows):
    return [(r["label"], plain(text_from_json(r["ops"]))) for r in rows]


def content(at_table, number):
    return words(
        act(at_table, lambda w, actor: versions.content(w, versions.one(w, actor, number)))
    )


def test_a_sealed_version_does_not_change_with_the_text(at_table):
    act(at_table, versions.seal, "zero draft", "for informals")
    before = content(at_table, 1)
    at_table.typed("PP3", "really ", 7)
    at_table.do("delete", paragraph=at_table.id("PP1"))
    assert content(at_table, 1) == before
    assert [v["name"] for v in at_table.state()["versions"]] == ["A/RES/75/900", "zero draft"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Zero Draft"])
def test_a_version_needs_a_name_of_its_own(at_table, name):
    act(at_table, versions.seal, "zero draft", "")
    with pytest.raises(Malformed):
        act(at_table, versions.seal, name, "")


@pytest.mark.parametrize("by", ["secretariat", "mexico_head", "icrc"])
def test_only_the_presidency_seals_and_restores(at_table, by):
    with pytest.raises(NotAllowed):
        act(at_table, versions.seal, "mine", "", by=by)
    with pytest.raises(NotAllowed):
        act(at_table, versions.restore, uuid.uuid4(), 0, by=by)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE version_paragraphs SET label = 'PP9' WHERE label = 'PP1'",
        "UPDATE versions SET name = 'other' WHERE number = 0",
        "DELETE FROM version_paragraphs WHERE position = 3",
    ],
)
def test_the_hash_chain_finds_what_was_altered(at_table, statement):
    act(at_table, versions.seal, "draft 1", "")
    with at_table.store.reading() as w:
        assert chain.verified(w, at_table.draft_id, None).faults == ()
    with at_table.store.work() as w:
        w.session.execute(sql(statement))
    with at_table.store.reading() as w:
        faults = chain.verified(w, at_table.draft_id, None).faults
    assert any("version 0" in one.sentence.lower() for one in faults), faults


def test_restoring_seals_first_and_brings_words_order_and_labels_back(at_table):
    before = content(at_table, 0)
    at_table.typed("PP3", "really ", 7)
    at_table.do("delete", paragraph=at_table.id("PP1"))
    at_table.do("move", paragraph=at_table.id("OP1"), after=at_table.id("OP3"))
    at_table.do(
        "insert",
        after=at_table.id("PP2"),
        paragraph_kind="preambular",
        level=0,
        ops=[{"insert": "New,"}],
    )
    changed = words(p for p in at_table.state()["paragraphs"] if not p["deleted"])
    done = act(at_table, versions.restore, uuid.uuid4(), 0)
    assert done["version"]["name"] == "Before restoring A/RES/75/900"
    assert [w for _, w in content(at_table, 1)] == [w for _, w in changed]
    now = words(p for p in at_table.state()["paragraphs"] if not p["deleted"])
    assert [w for _, w in now] == [w for _, w in before]
    with pytest.raises(Stale):
        act(at_table, versions.restore, uuid.uuid4(), 0)
    with pytest.raises(NotFound):
        act(at_table, versions.restore, uuid.uuid4(), 9)


def redline(at_table, from_=None, to=None):
    with at_table.store.reading() as w:
        actor = people.actor(w, at_table.sessions["mexico"], at_table.draft_id)
        return redlines.to_json(redlines.between(w, actor, from_, to))["paragraphs"]


def test_a_redline_says_what_changed_in_whole_words_and_whose_it_is(at_table):
    at = at_table.words("PP3").index("12")
    at_table.edit("PP3", [{"retain": at}, {"insert": "13"}, {"delete": 2}], by="adviser")
    (changed,) = [p for p in redline(at_table) if p["state"] != "same"]
    assert [(p["op"], p["text"], p["by"]) for p in changed["pieces"]] == [
        ("keep", "Noting", None),
        ("keep", " that ", None),
        ("delete", "12", "Presidency (United Kingdom)"),
        ("insert", "13", "Presidency (United Kingdom)"),
        ("keep", " coasts are lit,", None),
    ]


def test_a_redline_tells_inserted_deleted_and_moved_paragraphs(at_table):
    at_table.do(
        "insert",
        after=at_table.id("PP2"),
        paragraph_kind="preambular",
        level=0,
        ops=[{"insert": "New words,"}],
    )
    at_table.do("delete", paragraph=at_table.id("PP1"))
    at_table.do("move", paragraph=at_table.id("OP1"), after=at_table.id("OP2"))
    found = {(p["label"] or p["old_label"]): p["state"] for p in redline(at_table)}
    assert found["PP1"] == "deleted"
    assert found["PP2 bis"] == "inserted"
    assert "moved" in {found["OP1"], found["OP2"]}
    assert found["PP3"] == "same"


def test_a_redline_between_sealed_versions_leaves_later_changes_out(at_table):
    at_table.typed("PP3", "really ", 7)
    act(at_table, versions.seal, "draft 1", "")
    at_table.typed("PP1", "later ", 10)
    changed = [p["label"] for p in redline(at_table, 0, 1) if p["state"] != "same"]
    assert changed == ["PP3"]
    assert [p["label"] for p in redline(at_table, 1, 0) if p["state"] != "same"] == ["PP3"]


def entries(at_table, label):
    return act(at_table, history.of_paragraph, at_table.id(label), by="mexico")


def test_the_history_of_a_paragraph_says_who_and_what(at_table):
    at_table.typed("PP3", "really ", 7)
    at_table.typed("PP3", "truly ", 7, by="adviser")
    found = entries(at_table, "PP3")
    assert [e["by"] for e in found] == ["Presidency (United Kingdom)"] * 2
    assert [p["text"] for p in found[0]["pieces"] if p["op"] == "insert"] == [" truly"]


def test_words_pasted_by_mistake_and_taken_back_can_be_purged(at_table):
    secret = "SECRET-CANARY-77"
    at_table.typed("PP3", f"x{secret}y", 7)
    at_table.typed("PP3", "kept ", 7)
    at_table.edit("PP3", [{"retain": 12}, {"delete": len(secret) + 2}])
    text_id, before = at_table.id("PP3"), at_table.words("PP3")
    assert secret in str(entries(at_table, "PP3")) or secret in str(dump(at_table))
    done = act(at_table, history.purge, text_id, 1, 1)
    assert done["purged"] == len(secret) + 2
    assert secret not in str(dump(at_table))
    assert at_table.words("PP3") == before
    (entry,) = [e for e in entries(at_table, "PP3") if e["purged"]]
    assert entry["purged"][0]["characters"] == len(secret) + 2
    with at_table.store.reading() as w:
        assert plain(history.at_version(w, text_id, 3)) == before


def dump(at_table):
    """Gives every row of every table."""
    from drafting.store.tables import Base

    with at_table.store.reading() as w:
        return {
            table.name: [tuple(row) for row in w.session.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }


def test_words_that_still_stand_or_were_sealed_are_not_purged(at_table):
    at_table.typed("PP3", "standing ", 7)
    with pytest.raises(Stale):
        act(at_table, history.purge, at_table.id("PP3"), 1, 1)
    act(at_table, versions.seal, "draft 1", "")
    at_table.edit("PP3", [{"retain": 7}, {"delete": 9}])
    with pytest.raises(Stale):
        act(at_table, history.purge, at_table.id("PP3"), 1, 1)
    with pytest.raises(NotAllowed):
        act(at_table, history.purge, at_table.id("PP3"), 1, 1, by="mexico")
    with pytest.raises(Malformed):
        act(at_table, history.purge, at_table.id("PP3"), 3, 9)

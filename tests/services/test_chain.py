"""L01–L03: the record's chains hold every deed, tell nobody of another's, and show what was altered."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from drafting import clock
from drafting.errors import Conflict, Malformed, NotAllowed, NotFound, Unreadable
from drafting.rules.roles import Actor, Role
from drafting.services import chain, drafts, people, record_in, versions
from drafting.store import chain as kept
from drafting.store import recorded, schema
from drafting.store.tables import Base
from drafting.store.work import Store
from drafting.text.chain import EVERYONE
from tests.make import PEOPLE, table
from tests.recording import (
    SECRET,
    act,
    begin_thread,
    busy,
    file_of,
    record_of,
    verdict_of,
)


def count(made):
    with made.store.reading() as w:
        return {name: number for name, (number, _) in kept.heads(w, made.draft_id).items()}


def new(before, after):
    return {name: n - before.get(name, 0) for name, n in after.items() if n != before.get(name, 0)}


def alter(made, statement):
    with made.store.engine.connect().execution_options(writes=True) as c, c.begin():
        assert c.execute(sql(statement)).rowcount > 0, statement


# Completeness -------------------------------------------------------------------------------------


def test_every_table_is_on_record_or_it_is_said_why_not():
    kinds = {table.__tablename__ for table in recorded.OF_TABLE}
    assert kinds | recorded.NOT_RECORDED.keys() >= Base.metadata.tables.keys()
    assert not kinds & recorded.NOT_RECORDED.keys()


LEFT_OUT = {
    "threads": {"paragraph_id", "start_utf16", "end_utf16", "audience", "delegation_id"},
    "paragraphs": {"base_label", "base_kind", "base_level"},
    "proposals": {"audience", "created_at"},
    "proposal_owners": {"since"},
    "positions": {"number"},
    "sponsor_steps": {"number"},
    "drafts": {"seq"},
    "invitations": {"token_hash"},
    "answer_links": {"token_hash", "voided_at"},
    "tablings": set(),
    "roll_calls": {"number"},
}
"""Columns that are in no digest: what follows from elsewhere (an audience is the chain it stands in),
would count what one does not see, or is a secret."""


def test_every_column_of_what_is_on_record_is_hashed_or_it_is_said_why_not():
    for mapped, kinds in recorded.OF_TABLE.items():
        table = mapped.__table__
        hashed = {name for kind in kinds for name in kind.fields}
        keys = {column.name for column in table.primary_key}
        left = set(table.columns.keys()) - hashed - keys
        above = {column for kind in kinds for _, column in kind.above[:1]} | {"draft_id"}
        assert left - above == LEFT_OUT.get(table.name, set()), table.name


def test_the_record_of_everything_is_whole_for_everybody(store):
    made = busy(store)
    for who in (None, *PEOPLE):
        found = verdict_of(made, who)
        assert found.faults == (), who
        assert found.heads[EVERYONE][0] > 10


def test_a_deed_is_one_entry_of_the_chain_it_concerns_and_a_refused_one_is_none(sqlite_store):
    made = table(sqlite_store)
    mexico = made.actor("mexico").delegation_id
    before = count(made)
    made.do("delete", paragraph=made.id("PP3"))
    assert new(before, count(made)) == {EVERYONE: 1, "team": 1}
    before = count(made)
    begin_thread(made, "mexico", "delegation")
    assert new(before, count(made)) == {f"delegation:{mexico}": 1}
    before = count(made)
    with pytest.raises(NotAllowed):
        act(made, "mexico", versions.seal, "draft 1", "")
    assert count(made) == before


def test_an_entry_says_who_did_what_when_and_on_which_version(sqlite_store):
    made = table(sqlite_store)
    act(made, "penholder", versions.seal, "draft 1", "")
    begin_thread(made, "mexico", "everyone")
    entry = record_of(made).entries[EVERYONE][-1]
    actor = made.actor("mexico")
    by = {"person": str(actor.person_id), "name": actor.name, "author": "Mexico"}
    assert (entry["by"], entry["what"], entry["version"]) == (by, "comment", 1)
    (comment,) = [row for row in record_of(made).rows if row.name == "comment"]
    assert entry["at"] == comment.value["at"]


def test_what_is_typed_is_linked_and_every_entry_tells_of_it(sqlite_store):
    made = table(sqlite_store)
    made.typed("OP1", "a", 0)
    before = count(made)
    made.typed("OP1", "b", 0)
    assert count(made) == before
    begin_thread(made, "mexico", "everyone")
    entry = record_of(made).entries[EVERYONE][-1]
    assert [row[:2] for row in entry["texts"]] == [[str(made.id("OP1")), 2]]
    assert record_of(made).texts[str(made.id("OP1"))].link == entry["texts"][0][2]


def test_typing_that_goes_on_is_told_of_every_ten_minutes(sqlite_store):
    made = table(sqlite_store)
    begun = clock.now()
    clock.use(lambda: begun)
    made.typed("OP1", "a", 0)
    before = count(made)
    for minutes in (3, 9):
        clock.use(lambda minutes=minutes: begun + timedelta(minutes=minutes))
        made.typed("OP1", "b", 0)
    assert count(made) == before
    clock.use(lambda: begun + timedelta(minutes=11))
    made.typed("OP1", "c", 0)
    assert new(before, count(made)) == {EVERYONE: 1}
    entry = record_of(made).entries[EVERYONE][-1]
    assert (entry["what"], entry["texts"][0][:2]) == ("typed", [str(made.id("OP1")), 4])


def test_words_that_were_purged_are_gone_from_the_record_and_it_is_whole_without_them(sqlite_store):
    made = busy(sqlite_store)
    assert SECRET.encode().strip() not in file_of(made)
    changes = record_of(made).texts[str(made.id("OP1"))].changes
    purged = [c for c in changes if c["salt"] is None]
    assert [bool(c["words"]) for c in purged] == [True]
    assert verdict_of(made).faults == ()


PAST_THE_SESSION = {("board.py", "AnswerLink"), ("comments.py", "Thread")}
"""Statements on rows on record that the session does not see: they set columns that are not hashed
(where a thread stands now, that a newer link asks the same)."""


def test_what_is_on_record_is_written_through_the_session():
    names = {table.__name__ for table in recorded.OF_TABLE}
    found = {
        (file.name, name)
        for file in Path(recorded.__file__).parent.glob("*.py")
        for name in re.findall(
            r"\b(?:insert|update|delete)\((?:t\.)?(\w+)\)", file.read_text("utf-8")
        )
        if name in names
    }
    assert found == PAST_THE_SESSION


def test_a_version_sealed_together_with_a_deed_has_its_entry(sqlite_store):
    made = table(sqlite_store)
    made.typed("OP1", "a", 0)
    act(made, "penholder", lambda w, a: versions.restore(w, a, uuid.uuid4(), 0))
    with sqlite_store.reading() as w:
        entry = kept.sealing(w, made.draft_id, 1)
        assert [row[0] for row in entry["rows"] if row[0] in ("deed", "version")] == [
            "deed",
            "version",
        ]
        assert chain.circulated(w, made.draft_id, w.now.date()).entry == entry
    assert verdict_of(made).faults == ()


# What was altered ---------------------------------------------------------------------------------

ALTERED = {
    "a comment’s words": "UPDATE comment_bodies SET body = 'Other.' WHERE body = 'To delegation.'",
    "a comment is gone": "DELETE FROM comment_bodies WHERE body = 'And more.'",
    "who said it": "UPDATE comments SET author = 'Chile' WHERE author = 'Mexico'",
    "for whom": "UPDATE threads SET audience = 'everyone', delegation_id = NULL WHERE audience = 'presidency'",
    "when a sponsor confirmed": "UPDATE sponsor_steps SET \"on\" = '2020-01-01' WHERE step = 'confirmed'",
    "a sponsor who never said so": "INSERT INTO sponsor_targets SELECT '00000000000000000000000000000001', draft_id, delegation_id, at, person_id, NULL FROM sponsor_steps LIMIT 1",
    "a position": "UPDATE positions SET stance = 'object' WHERE stance = 'support'",
    "a proposal’s fate": "UPDATE proposals SET stage = 'accepted' WHERE stage = 'not_retained'",
    "a reason": "UPDATE proposal_steps SET reason = 'Another.' WHERE reason != ''",
    "an instruction": "UPDATE instructions SET words = 'Drop it?'",
    "a version’s words": "UPDATE version_paragraphs SET label = 'PP9' WHERE label = 'PP1'",
    "a version’s name": "UPDATE versions SET name = 'other' WHERE number = 1",
    "the words that were typed": "UPDATE changes SET ops = '[{\"insert\":\"y\"}]' WHERE version = 1 AND NOT deed",
    "who typed": "UPDATE changes SET author = 'Chile'",
    "a change is gone": "DELETE FROM changes WHERE version = 1",
    "the words of now": "UPDATE texts SET content = '[{\"insert\":\"Other\"}]' WHERE version = 0",
    "the order": "UPDATE paragraphs SET rank = rank + 9000 WHERE base_label = 'PP1'",
    "what was purged": "UPDATE changes SET ops = '[{\"insert\":\"zzzzzzzzzzzz\"}]' WHERE salt IS NULL AND ops LIKE '%insert%'",
    "a deed": "UPDATE deeds SET summary = 'Nothing' WHERE kind = 'split'",
    "how it is undone": "UPDATE deeds SET undo = '{}' WHERE kind = 'insert'",
    "a tabling’s sponsors": "UPDATE tablings SET sponsors = '[\"MEX\"]', line = 'Mexico'",
    "an expectation": "UPDATE outlook_overrides SET vote = 'Y'",
    "a place": "UPDATE places SET role = 'presidency' WHERE role = 'secretariat'",
    "an entry’s words": "UPDATE chain_entries SET entry = replace(entry, 'paragraph', 'paragroph') WHERE number = 1 AND chain = 'everyone'",
    "an entry is gone": "DELETE FROM chain_entries WHERE number = 4 AND chain = 'everyone'",
    "the last entry is gone": "DELETE FROM chain_entries WHERE chain = 'team' AND number = (SELECT max(number) FROM chain_entries WHERE chain = 'team')",
    "a chain is gone": "DELETE FROM chain_entries WHERE chain LIKE 'presidency:%'",
    "the head": "UPDATE chain_heads SET number = number - 1 WHERE chain = 'everyone'",
}  # fmt: skip


@pytest.fixture(scope="module")
def ready(migrated, tmp_path_factory):
    """A database file at whose table a little of everything was done."""
    file = tmp_path_factory.mktemp("busy") / "busy.sqlite3"
    shutil.copy(migrated, file)
    store = Store(f"sqlite:///{file}")
    made = busy(store)
    store.forget_deleted()
    store.close()
    return made, file


@pytest.fixture
def copied(ready, tmp_path):
    made, file = ready
    own = tmp_path / "own.sqlite3"
    shutil.copy(file, own)
    store = Store(f"sqlite:///{own}")
    yield type(made)(store, made.draft_id, made.sessions, made.tokens)
    store.close()


@pytest.mark.parametrize("what", ALTERED)
def test_whatever_is_altered_is_found(copied, what):
    alter(copied, ALTERED[what])
    assert verdict_of(copied).faults != ()


def test_the_first_entry_that_does_not_fit_is_named(copied):
    alter(copied, "UPDATE deeds SET summary = 'Nothing' WHERE kind = 'split'")
    (fault,) = verdict_of(copied).faults
    entry = record_of(copied).entries[EVERYONE][fault.number - 1]
    assert (fault.chain, entry["what"]) == (EVERYONE, "deed: split")
    assert f"is not what entry {fault.number} recorded" in fault.sentence


def test_entries_that_changed_places_are_found(copied):
    for a, b in ((4, 1004), (5, 4), (1004, 5)):
        alter(copied, f"UPDATE chain_entries SET number = {b} WHERE number = {a} AND chain = 'everyone'")  # fmt: skip
    assert [f.number for f in verdict_of(copied).faults if f.chain == EVERYONE] == [4]


def test_a_record_set_back_to_an_older_copy_is_seen_by_a_head_that_somebody_kept(ready, copied):
    begin_thread(copied, "mexico", "everyone")
    with copied.store.reading() as w:
        head = chain.short(chain.public_head(w, copied.draft_id)[1])
    assert verdict_of(copied, head=head).faults == ()
    made, file = ready
    store = Store(f"sqlite:///{file}")
    older = type(made)(store, made.draft_id, made.sessions, made.tokens)
    assert verdict_of(older).faults == ()
    (fault,) = verdict_of(older, head=head).faults
    assert "cut off or set back" in fault.sentence
    store.close()


# Whose chains -------------------------------------------------------------------------------------


def test_nobodys_record_tells_of_what_another_keeps(copied):
    before = {who: file_of(copied, who) for who in PEOPLE}
    begin_thread(copied, "mexico", "delegation")
    act(copied, "mexico", _begin_proposal)
    for who in PEOPLE:
        mine = file_of(copied, who).splitlines()[1:-1]
        assert (mine == before[who].splitlines()[1:-1]) is not who.startswith("mexico"), who


def _begin_proposal(w, actor):
    from drafting.services import proposals, proposing
    from drafting.store import drafts as kept_drafts
    from drafting.text.proposal import ProposalKind

    paragraph = kept_drafts.paragraphs(w, actor.draft_id)[5].id
    begun = proposing.Begun(ProposalKind.DELETE, paragraph)
    return proposals.begin(w, actor, uuid.uuid4(), begun)


CHAINS = {
    "penholder": {"everyone", "team", "office", "presidency", "board", "places", "proposal"},
    "secretariat": {"everyone", "office", "board", "places"},
    "mexico_head": {"everyone", "delegation", "presidency", "places", "capital", "owners", "proposal", "board"},
    "mexico": {"everyone", "delegation", "presidency", "owners", "proposal", "person", "board"},
    "mexico_capital": {"everyone", "delegation", "presidency", "owners", "proposal", "board"},
    "chile": {"everyone", "delegation", "board", "owners", "proposal"},
    "icrc": {"everyone"},
}  # fmt: skip


@pytest.mark.parametrize("who", CHAINS)
def test_everybody_reads_the_chains_of_their_audiences_alone(copied, who):
    with copied.store.reading() as w:
        actor = people.actor(w, copied.sessions[who], copied.draft_id)
        found = {head.chain for head in chain.heads(w, actor)}
    kinds = {name.partition(":")[0] for name in found}
    assert kinds <= CHAINS[who]
    assert kinds >= CHAINS[who] - {"proposal", "board"}
    if who in ("mexico", "mexico_head", "mexico_capital", "chile"):
        own = str(copied.actor(who).delegation_id)
        about = {n for n in found if n.partition(":")[0] in ("delegation", "presidency", "board")}
        assert all(name.endswith(own) for name in about)


# Out and in again ---------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(store):
    return store


def _presiding(store, draft_id):
    """Somebody of the presidency of a draft that was brought in."""
    with store.work() as w:
        person = people.new_person(w, name="Ida", email=None, password_hash=None)
        people.give_place(
            w, draft_id=draft_id, person_id=person.id, role=Role.PRESIDENCY, delegation_id=None
        )
    return Actor(person.id, person.id, "Ida", draft_id, Role.PRESIDENCY, None, "")


def test_a_whole_record_is_the_same_draft_elsewhere_and_its_chain_goes_on(copied, elsewhere):
    data, state = file_of(copied), copied.state()
    head = record_of(copied).heads[EVERYONE]
    with elsewhere.work() as w:
        assert record_in.bring_in(w, data) == copied.draft_id
    there = type(copied)(elsewhere, copied.draft_id, copied.sessions, copied.tokens)
    assert verdict_of(there, head=head[1]).faults == ()
    mine = {json.dumps(json.loads(line), sort_keys=True) for line in data.splitlines()[1:-1]}
    theirs = {
        json.dumps(json.loads(line), sort_keys=True) for line in file_of(there).splitlines()[1:-1]
    }
    (more,) = theirs - mine
    assert mine <= theirs
    assert json.loads(more)["what"] == "imported"
    assert head[1] in json.loads(more)["note"]
    assert json.loads(more)["number"] == head[0] + 1
    ida = _presiding(elsewhere, copied.draft_id)
    with elsewhere.reading() as w:
        shown = drafts.state(w, ida)
    for part in ("paragraphs", "versions", "agreement"):
        assert shown[part] == state[part], part
    seen = {p["id"]: p for p in shown["proposals"]}
    for one in state["proposals"]:
        assert {k: seen[one["id"]][k] for k in ("ops", "stage", "steps", "label")} == {
            k: one[k] for k in ("ops", "stage", "steps", "label")
        }
    assert {p["id"] for p in shown["positions"]} == {p["id"] for p in state["positions"]}


def test_a_draft_that_is_here_already_is_not_brought_in_twice(copied):
    with copied.store.work() as w, pytest.raises(Conflict, match="here already"):
        record_in.bring_in(w, file_of(copied))


def test_one_readers_record_is_checked_and_not_brought_in(copied, sqlite_store):
    with sqlite_store.work() as w, pytest.raises(Unreadable, match="as Mexico sees it"):
        record_in.bring_in(w, file_of(copied, "mexico"))


def test_a_record_that_is_not_whole_is_not_brought_in(copied, sqlite_store):
    alter(copied, "UPDATE comment_bodies SET body = 'Other.'")
    with sqlite_store.work() as w, pytest.raises(Unreadable, match="Nothing was stored"):
        record_in.bring_in(w, file_of(copied))
    with sqlite_store.reading() as w:
        assert kept.heads(w, copied.draft_id) == {}


# What stood before --------------------------------------------------------------------------------


def test_what_stood_before_the_chain_is_chained_with_the_upgrade(store):
    made = busy(store)
    with store.work() as w:
        for name in ("chain_entries", "chain_heads", "chain_texts"):
            w.session.execute(sql(f"DELETE FROM {name}"))
        w.session.execute(sql("UPDATE changes SET link = NULL, salt = NULL, words = NULL"))
        w.session.execute(sql("UPDATE texts SET link = NULL"))
    schema.upgrade(store)
    assert verdict_of(made).faults == ()
    entries = record_of(made).entries
    assert {e["what"] for each in entries.values() for e in each} == {"stood before the chain"}
    assert {len(each) for each in entries.values()} == {1}
    begin_thread(made, "mexico", "everyone")
    assert verdict_of(made).faults == ()


# The text of a day --------------------------------------------------------------------------------


def test_the_text_of_a_day_is_the_version_last_sealed_by_its_end(sqlite_store):
    evening = clock.now().replace(hour=22, minute=50)
    clock.use(lambda: evening)
    made = table(sqlite_store)
    for minutes, name in ((40, "draft 1"), (90, "draft 2"), (100, "draft 3")):
        clock.use(lambda minutes=minutes: evening + timedelta(minutes=minutes))
        act(made, "penholder", versions.seal, name, "")
    day, another = evening.date(), evening.date() + timedelta(days=1)
    with sqlite_store.reading() as w:
        for on, zone, name, later in (
            (day, UTC, "draft 1", "draft 2"),
            (another, UTC, "draft 3", ""),
            # There it was still the same day.
            (day, ZoneInfo("America/New_York"), "draft 3", ""),
        ):
            found = chain.circulated(w, made.draft_id, on, zone)
            assert (found.version.name, found.next_name) == (name, later)
            rows = [row[:2] for row in found.entry["rows"]]
            assert ["version", str(found.version.id)] in rows
        with pytest.raises(Malformed, match="has not come yet"):
            chain.circulated(w, made.draft_id, another + timedelta(days=1))
        with pytest.raises(NotFound, match="no text of this draft yet"):
            chain.circulated(w, made.draft_id, day - timedelta(days=1))

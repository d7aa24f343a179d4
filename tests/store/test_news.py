"""What is kept for the other server processes, and how far."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import func, select

from drafting import clock, events
from drafting.services import history, people
from drafting.services import news as services
from drafting.services.editing import Edit, Stored, apply_all
from drafting.store import news
from drafting.store.tables import NewsHead, NewsItem
from drafting.store.work import Store
from drafting.text.changes import from_json
from tests.make import Table
from tests.negotiating import Negotiation

HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)
ID = uuid.UUID(int=7)
SAMPLES = {
    "UUID": ID,
    "UUID | None": ID,
    "dict[str, Any]": {"a": [1, None, {"b": "ü"}]},
    "bool": True,
    "str": "ü",
    "int": 3,
    "tuple[tuple[UUID, int], ...]": ((ID, 1), (ID, 2)),
}


def spreading(store: Store, process: uuid.UUID = HERE) -> list[list[news.News]]:
    """Makes a store that of one of several processes; gives what it told, transaction by transaction."""
    told: list[list[news.News]] = []

    def spread(w):
        kept = news.keep(w, process)
        return lambda: told.append(kept)

    store.spread = spread
    return told


@pytest.mark.parametrize("kind", get_args(events.Event), ids=lambda kind: kind.__name__)
def test_every_event_comes_back_from_json_as_it_was(kind):
    # An event with a field of another type than these needs a sample, and perhaps a way to be kept.
    made = kind(**{name: SAMPLES[hint] for name, hint in kind.__annotations__.items()})
    assert news.decoded(news.encoded(made)) == made


def test_a_single_process_keeps_nothing(at_table: Table):
    at_table.typed("PP1", "x", 0)
    at_table.do("delete", paragraph=at_table.id("PP2"))
    with at_table.store.reading() as w:
        assert w.session.scalar(select(func.count()).select_from(NewsItem)) == 0
        assert w.session.scalar(select(func.count()).select_from(NewsHead)) == 0


def test_what_is_told_is_numbered_by_draft_and_read_after_what_one_knows(at_table: Table):
    store, draft = at_table.store, at_table.draft_id
    told = spreading(store)
    stored = at_table.typed("PP1", "Ωδή ", 0)
    deed = at_table.do("delete", paragraph=at_table.id("PP2"))
    assert [(n.draft, n.number) for some in told for n in some] == [(draft, 1), (draft, 2)]
    caught = services.after(store, {draft: 0}, THERE)
    (words,), (event,) = (one.done for one in caught.heard)
    (word,) = words
    assert (word.text, word.version) == (stored.parts[0].text, stored.parts[0].version)
    assert (word.by_name, word.by_delegation) == (stored.by_name, stored.by_delegation)
    assert (word.change, word.id, word.proposal) == (stored.parts[0].change, stored.id, None)
    assert event.data == deed
    assert services.after(store, {draft: 2}, THERE) == services.Caught((), {})
    assert [one.number for one in services.after(store, {draft: 1}, THERE).heard] == [2]
    assert services.after(store, {uuid.uuid4(): 0}, THERE).heard == ()
    # One's own one knows better, unless one asks.
    assert [one.done for one in services.after(store, {draft: 0}, HERE).heard] == [None, None]
    assert services.after(store, {draft: 0}, HERE, also_own=True) == caught


def test_an_edit_that_is_repeated_or_refused_is_no_news(at_table: Table):
    told = spreading(at_table.store)
    edit_id = uuid.uuid4()
    at_table.typed("PP1", "x", 0, edit_id=edit_id, base=0)
    at_table.typed("PP1", "x", 0, edit_id=edit_id, base=0)
    at_table.edit("PP1", [{"insert": "y"}], by="chile")
    assert len(told) == 1


def test_words_do_not_stand_in_the_news_of_an_edit(at_table: Table):
    spreading(at_table.store)
    at_table.typed("PP1", "cormorant ", 0)
    with at_table.store.reading() as w:
        assert "cormorant" not in str(w.session.scalars(select(NewsItem.events)).all())


def test_numbers_stand_in_the_order_of_the_commits(at_table: Table):
    """Two that write at once: whoever draws the later number commits later."""
    store, draft = at_table.store, at_table.draft_id
    other = Store(store.engine.url.render_as_string(hide_password=False))
    spreading(store)
    spreading(other, THERE)
    drawn, may_commit = threading.Event(), threading.Event()
    order: list[int] = []

    def slow():
        with store.work() as w:
            w.tell(events.SponsorsListed(draft))
            order.append(news.keep(w, HERE)[0].number)
            w.told.clear()
            drawn.set()
            may_commit.wait(20)
            order.append(0)

    def quick():
        drawn.wait(20)
        with other.work(patience_ms=20_000) as w:
            w.tell(events.RecordChanged(draft))
            # Draws its number only when the other has committed.
            order.append(news.keep(w, THERE)[0].number)
            w.told.clear()

    threads = [threading.Thread(target=one) for one in (slow, quick)]
    for one in threads:
        one.start()
    drawn.wait(20)
    threads[1].join(0.3)
    may_commit.set()
    for one in threads:
        one.join(30)
    other.close()
    assert order == [1, 0, 2]


def test_old_news_go_and_whoever_lacked_them_is_told_so(at_table: Table):
    store, draft = at_table.store, at_table.draft_id
    spreading(store)
    at_table.typed("PP1", "x", 0)
    at_table.typed("PP1", "y", 0)
    later = clock.now() + news.KEPT + timedelta(seconds=5)
    clock.use(lambda: later)
    services.prune(store)
    assert services.after(store, {draft: 0}, THERE) == services.Caught((), {draft: 2})
    assert services.after(store, {draft: 2}, THERE) == services.Caught((), {})
    at_table.do("delete", paragraph=at_table.id("PP2"))
    assert [one.number for one in services.after(store, {draft: 2}, THERE).heard] == [3]
    assert services.after(store, {draft: 1}, THERE).lost == {draft: 3}


def test_words_that_are_purged_stand_in_no_news_either(at_table: Table):
    store, draft = at_table.store, at_table.draft_id
    spreading(store)
    text = at_table.id("PP2")
    at_table.typed("PP2", "gannet", 0)
    at_table.edit("PP2", [{"delete": 6}])
    with store.work() as w:
        actor = people.actor(w, at_table.sessions["penholder"], draft)
        version = at_table.version("PP2")
        history.purge(w, actor, text, version - 1, version)
    with store.reading() as w:
        assert w.session.scalars(select(NewsItem.events)).all() == []
    assert services.after(store, {draft: 0}, THERE).lost.keys() == {draft}


def test_who_sits_elsewhere_is_read_by_their_place(at_table: Table):
    store = at_table.store
    asked = {at_table.actor(name).person_id for name in ("mexico", "penholder")}
    found = services.seated(store, at_table.draft_id, {*asked, uuid.uuid4()})
    assert found.keys() == asked
    mexico = at_table.actor("mexico")
    one = found[mexico.person_id]
    assert (one.name, one.delegation, one.role) == (mexico.name, mexico.printed, mexico.role)
    assert services.seated(store, uuid.uuid4(), asked) == {}


def test_a_proposals_words_come_with_whose_they_are(at_table: Table):
    negotiation = Negotiation(at_table)
    proposal = negotiation.begin("mexico", "PP1")
    spreading(at_table.store)
    edit = Edit(
        at_table.sessions["mexico"],
        at_table.draft_id,
        proposal,
        uuid.uuid4(),
        0,
        from_json([{"insert": "x"}]),
    )
    (stored,) = apply_all(at_table.store, [edit])
    assert isinstance(stored, Stored)
    caught = services.after(at_table.store, {at_table.draft_id: 0}, THERE)
    ((words,),) = (one.done for one in caught.heard)
    assert words[0].proposal is not None
    assert words[0].proposal == stored.proposal

"""A table at which a little of everything has been done, and what its record is then."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from drafting.rules.audiences import EVERYONE, Audience, AudienceKind
from drafting.rules.roles import Role
from drafting.services import board, chain, comments, history, invitations, people
from drafting.store.work import Store
from drafting.text.chain import Record, Verdict
from tests.capitals import Capitals
from tests.make import CONFIG, Table, table
from tests.negotiating import Negotiation

SECRET = "wrong-paste "


def busy(store: Store) -> Table:
    """Makes a table at which each kind of thing was done once, to each audience."""
    made = table(store)
    talks, capitals = Negotiation(made), Capitals(made)
    made.typed("OP1", "x", 0)
    made.typed("OP1", SECRET, 0)
    made.edit("OP1", [{"delete": len(SECRET)}])
    _purge(made)
    made.do("insert", after=made.id("PP3"), paragraph_kind="preambular", ops=[{"insert": "New,"}])
    made.do("split", paragraph=made.id("OP3"), at=8, version=0)
    made.do("undo", deed=_last_deed(made))
    for who, kind in (("mexico", "delegation"), ("mexico", "presidency"), ("penholder", "team")):
        begin_thread(made, who, kind)
    widened = begin_thread(made, "chile", "delegation")
    act(made, "chile", comments.reply, widened, "And more.")
    act(made, "chile", comments.widen, widened, EVERYONE)
    open_ = talks.amend("chile", "PP1", "74/900", "74/901")
    talks.amend("mexico", "PP2", "keepers", "wardens", None)
    close = talks.amend("mexico", "PP3", "12", "13", "presidency")
    talks.take("mexico", "PP1", "retain", audience="delegation")
    talks.take("mexico", "PP1", "retain", audience="everyone")
    shown = talks.take("mexico", open_, "support", audience="presidency")
    talks.answer(uuid.UUID(shown["id"]), "will_consider", "We shall see.")
    _respond(talks, close)
    talks.say("PP2", "open")
    capitals.step("mexico_head", "positive", reach="delegation")
    capitals.step("penholder", "approached", "AUS")
    capitals.step("chile", "confirmed")
    capitals.bind("mexico", "stays", "PP2", reach="presidency")
    capitals.ask("mexico", "paragraph", "PP1", words="Keep it?")
    capitals.expect("CHL", "N")
    capitals.call(listed=True)
    act(made, "penholder", _contact, capitals.key("CHL"))
    talks.seal("draft 1")
    capitals.read("mexico", 1)
    capitals.record("table", symbol="A/C.1/76/L.41", on=date(2026, 11, 20), version=1)
    with store.work() as w:
        actor = people.actor(w, made.sessions["mexico_head"], made.draft_id)
        mexico = actor.delegation_id
        invitations.invite(w, CONFIG, actor, role=Role.CAPITAL, delegation_id=mexico, name="Ana")
    return made


def act(made: Table, who: str, deed: Any, *args: Any, **more: Any) -> Any:
    """Does a deed as somebody, in one transaction."""
    with made.store.work() as w:
        return deed(w, people.actor(w, made.sessions[who], made.draft_id), *args, **more)


def begin_thread(made: Table, who: str, kind: str) -> uuid.UUID:
    """Begins a thread on PP1 for an audience."""
    own = made.actor(who).delegation_id if kind in ("delegation", "presidency") else None
    where = comments.Asked(made.id("PP1"), None, None, None)
    begun = act(made, who, comments.begin, where, Audience(AudienceKind(kind), own), f"To {kind}.")
    return uuid.UUID(begun["id"])


def _purge(made: Table) -> None:
    with made.store.work() as w:
        actor = people.actor(w, made.sessions["penholder"], made.draft_id)
        entries = history.of_paragraph(w, actor, made.id("OP1"))
        history.purge(w, actor, made.id("OP1"), entries[0]["from"], entries[0]["to"])


def _last_deed(made: Table) -> str:
    from drafting.services import deeds

    with made.store.reading() as w:
        actor = people.actor(w, made.sessions["penholder"], made.draft_id)
        return str(deeds.recent(w, actor)[0]["id"])


def _contact(w: Any, actor: Any, delegation: uuid.UUID) -> None:
    board.note_contact(w, actor, delegation, on=None, who="Envoy", channel="", said="Yes.")


def _respond(talks: Negotiation, proposal: uuid.UUID) -> None:
    from drafting.rules.proposals import Circle
    from drafting.services import proposals

    talks.run(
        "penholder",
        lambda w, a: proposals.respond(
            w, a, proposal, "not_retained", "Not this year.", Circle.PRESIDENCY
        ),
    )


def record_of(made: Table, who: str | None = None) -> Record:
    """Gives the record as somebody sees it; with None the operator's."""
    with made.store.reading() as w:
        return chain.taken(w, made.draft_id, None if who is None else _actor(w, made, who))


def file_of(made: Table, who: str | None = None) -> bytes:
    """Gives the record's file as somebody sees it."""
    with made.store.reading() as w:
        return chain.file_of(w, made.draft_id, None if who is None else _actor(w, made, who))


def verdict_of(made: Table, who: str | None = None, head: str = "") -> Verdict:
    """Checks the record as somebody sees it."""
    with made.store.reading() as w:
        return chain.verified(w, made.draft_id, None if who is None else _actor(w, made, who), head)


def _actor(w: Any, made: Table, who: str) -> Any:
    return people.actor(w, made.sessions[who], made.draft_id)

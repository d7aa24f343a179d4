"""The oracle sees what it is there to see: leaks of many kinds, planted one by one (N19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import g
from sqlalchemy import func, select

from drafting import app as wiring
from drafting import ids
from drafting.api import calls
from drafting.errors import NotAllowed, NotFound
from drafting.house import house
from drafting.live import editing as live_editing
from drafting.live import rooms
from drafting.rules.audiences import in_words
from drafting.services import (
    comments,
    drafts,
    exports,
    operations,
    people,
    proposals,
    versions,
)
from drafting.store import comments as kept_comments
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store.tables import (
    Comment,
    CommentBody,
    Operation,
    Position,
    Proposal,
    Thread,
)
from drafting.web import security
from tests.security import oracle
from tests.security.oracle import CANARY, Secret, first_difference, whose
from tests.security.world import Beginning

Patch = pytest.MonkeyPatch
LEAKS: dict[str, tuple[Callable[[Patch], None], str, str, tuple[str, ...], bool]] = {}
"""By name: what plants it, the act it betrays, an observer, the history, whether to ask everything."""


def leak(
    act: str = "note",
    who: str = "chile",
    history: Sequence[str] = ("chile comments",),
    *,
    fully: bool = False,
) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        LEAKS[plant.__name__] = (plant, act, who, tuple(history), fully)
        return plant

    return keep


def _count(w: Any, column: Any) -> int:
    return w.session.scalar(select(func.count()).select_from(column)) or 0


@leak()
def all_threads_in_the_state(patch: Patch) -> None:
    patch.setattr(comments, "may_see", lambda _actor, _audience: True)


@leak()
def another_status_for_a_thread_that_exists(patch: Patch) -> None:
    right = calls._seen_body

    def seen(shape: Any, thread_id: Any) -> Any:
        try:
            return right(shape, thread_id)
        except NotFound:
            raise NotAllowed from None

    patch.setattr(calls, "_seen_body", seen)


@leak()
def an_error_that_names_the_audience(patch: Patch) -> None:
    right = calls._seen_body

    def seen(shape: Any, thread_id: Any) -> Any:
        try:
            return right(shape, thread_id)
        except NotFound:
            with house().store.reading() as w:
                audience = comments.audience_of(kept_comments.thread(w, thread_id))
            raise NotFound(detail=f"This is for {in_words(audience, 'Mexico')}.") from None

    patch.setattr(calls, "_seen_body", seen)


@leak()
def one_row_of_ids_for_everybody(patch: Patch) -> None:
    class Shared:
        new_id = staticmethod(lambda _compartment: ids.new_id())

    patch.setattr(comments, "ids", Shared)


@leak()
def a_header_only_where_a_thread_was_found(patch: Patch) -> None:
    right_find, right_headers = comments.draft_of_thread, security._headers

    def find(w: Any, thread_id: Any) -> Any:
        found = right_find(w, thread_id)
        g.found = True
        return found

    def headers(response: Any) -> Any:
        if g.get("found"):
            response.headers["Vary"] = "Cookie"
        return right_headers(response)

    patch.setattr(comments, "draft_of_thread", find)
    patch.setattr(security, "_headers", headers)


@leak()
def comments_in_a_file_handed_out(patch: Patch) -> None:
    right = exports._clean

    def clean(*args: Any) -> bytes:
        with house().store.reading() as w:
            bodies = w.session.scalars(select(CommentBody.body).order_by(CommentBody.body)).all()
        return right(*args) + "\n".join(bodies).encode()

    patch.setattr(exports, "_clean", clean)


@leak(fully=True)
def the_number_of_comments_in_a_word_file(patch: Patch) -> None:
    from drafting.formats import docx_write

    right = docx_write.clean

    def clean(*args: Any, **more: Any) -> bytes:
        with house().store.reading() as w:
            more["working_draft"] = f"Revision {_count(w, Comment)}"
        return right(*args, **more)

    patch.setattr(docx_write, "clean", clean)


@leak()
def choices_counted_over_others_threads(patch: Patch) -> None:
    right = comments.shown

    def shown(w: Any, actor: Any, threads: Any) -> Any:
        odd = _count(w, Thread) % 2
        return [
            t | {"wider": [*t["wider"], {}] if odd else t["wider"]}
            for t in right(w, actor, threads)
        ]

    patch.setattr(comments, "shown", shown)


@leak()
def a_thread_told_to_everybody(patch: Patch) -> None:
    right = wiring.StoreDesk.thing_for

    def thing_for(desk: Any, draft: Any, kind: Any, thread: Any, sessions: Any) -> Any:
        if kind != "thread":
            return right(desk, draft, kind, thread, sessions)
        with desk._store.reading() as w:
            found = kept_comments.thread(w, thread)
            return {s: comments.shown(w, people.actor(w, s, draft), [found])[0] for s in sessions}

    patch.setattr(wiring.StoreDesk, "thing_for", thing_for)


@leak()
def an_empty_thread_event_for_the_others(patch: Patch) -> None:
    right = wiring.StoreDesk.thing_for

    def thing_for(desk: Any, draft: Any, kind: Any, thread: Any, sessions: Any) -> Any:
        return {one: {} for one in sessions} | dict(right(desk, draft, kind, thread, sessions))

    patch.setattr(wiring.StoreDesk, "thing_for", thing_for)


@leak(fully=True)
def an_id_of_a_call_that_is_taken_for_everybody(patch: Patch) -> None:
    def operation(w: Any, _person_id: Any, operation_id: Any) -> Any:
        return w.session.scalar(select(Operation).where(Operation.id == operation_id))

    patch.setattr(operations.kept, "operation", operation)


@leak("capital comes", "penholder")
def capitals_among_the_people(patch: Patch) -> None:
    patch.setattr(people, "may_see_place", lambda _actor, _place: True)


@leak("invite capital", "secretariat")
def invitations_of_capitals_shown_to_all(patch: Patch) -> None:
    patch.setattr(people, "may_see_invitation", lambda _actor, _invitation: True)


@leak("capital comes", "penholder", ("penholder types",))
def a_capital_among_those_one_can_write_to(patch: Patch) -> None:
    right = kept_people.delegations_on

    def on(w: Any, draft_id: Any) -> Any:
        held = [place.id for place, _ in kept_people.places(w, draft_id)]
        return [*right(w, draft_id), *held[10:]]

    patch.setattr(kept_people, "delegations_on", on)


@leak("capital looks on", "icrc")
def a_capital_among_those_present(patch: Patch) -> None:
    patch.setattr(rooms.Member, "is_shown", True)


@leak(history=("penholder seals",))
def a_version_hashed_over_the_comments(patch: Patch) -> None:
    right = versions.described

    def described(version: Any) -> Any:
        from sqlalchemy.orm import object_session

        session = object_session(version)
        count = session.scalar(select(func.count()).select_from(Comment)) if session else 0
        return right(version) | {"hash": f"{count:064}"}

    patch.setattr(versions, "described", described)


@leak()
def the_moment_of_the_last_comment_in_a_header(patch: Patch) -> None:
    right = security._headers

    def headers(response: Any) -> Any:
        with house().store.reading() as w:
            response.last_modified = w.session.scalar(select(func.max(CommentBody.at)))
        return right(response)

    patch.setattr(security, "_headers", headers)


@leak()
def a_tag_made_of_all_rows(patch: Patch) -> None:
    right = security._headers

    def headers(response: Any) -> Any:
        with house().store.reading() as w:
            response.set_etag(str(_count(w, Comment)))
        return right(response)

    patch.setattr(security, "_headers", headers)


@leak("failed sign-in", "stranger", fully=True)
def tries_to_sign_in_counted_over_all_accounts(patch: Patch) -> None:
    from drafting.store.tables import SignInTry

    def tries(w: Any, *_args: Any) -> int:
        return 5 * _count(w, SignInTry)

    patch.setattr(kept_people, "tries", tries)


@leak()
def a_count_that_goes_up_with_every_comment(patch: Patch) -> None:
    right = comments._changed

    def changed(w: Any, actor: Any, thread: Any) -> Any:
        kept_drafts.locked(w, actor.draft_id).seq += 1
        return right(w, actor, thread)

    patch.setattr(comments, "_changed", changed)


@leak()
def a_badge_with_the_number_of_all_threads(patch: Patch) -> None:
    right = drafts.header

    def header(draft: Any) -> Any:
        with house().store.reading() as w:
            return right(draft) | {"threads": _count(w, Thread)}

    patch.setattr(drafts, "header", header)


@leak()
def a_question_to_the_database_for_each_thread(patch: Patch) -> None:
    right = comments.all_seen

    def all_seen(w: Any, actor: Any) -> Any:
        for thread in kept_comments.threads(w, actor.draft_id):
            kept_comments.comments(w, [thread.id])
        return right(w, actor)

    patch.setattr(comments, "all_seen", all_seen)


@leak("resolve", "icrc")
def the_hour_at_which_anything_was_resolved(patch: Patch) -> None:
    right = drafts.state

    def state(w: Any, actor: Any) -> Any:
        from drafting.store.tables import ThreadStep

        return right(w, actor) | {"touched": str(w.session.scalar(select(func.max(ThreadStep.at))))}

    patch.setattr(drafts, "state", state)


@leak("team notes", "mexico")
def what_the_presidency_notes_shown_to_delegates(patch: Patch) -> None:
    from drafting.rules.audiences import AudienceKind, may_see

    patch.setattr(
        comments, "may_see", lambda actor, a: a.kind is AudienceKind.TEAM or may_see(actor, a)
    )


# Of the negotiation --------------------------------------------------------------------------------


@leak("draft a proposal")
def drafts_of_proposals_shown_to_all(patch: Patch) -> None:
    patch.setattr(proposals, "may_see", lambda _actor, _standing: True)


@leak("type in a draft")
def words_typed_in_a_proposal_told_to_the_room(patch: Patch) -> None:
    patch.setattr(live_editing, "reads", lambda _role, _side, _standing: True)


@leak("draft a proposal", "penholder")
def a_count_of_all_proposals(patch: Patch) -> None:
    right = drafts.state

    def state(w: Any, actor: Any) -> Any:
        return right(w, actor) | {"open": _count(w, Proposal)}

    patch.setattr(drafts, "state", state)


@leak("take a position on a proposal", "icrc", ("mexico supports",))
def objections_counted_over_all_audiences(patch: Patch) -> None:
    right = proposals.all_seen

    def all_seen(w: Any, actor: Any, ground: Any = None) -> Any:
        count = _count(w, Position)
        return [p | {"voices": count} for p in right(w, actor, ground)]

    patch.setattr(proposals, "all_seen", all_seen)


@leak("draft a proposal", "chile", fully=True)
def drafts_in_the_compilation(patch: Patch) -> None:
    from drafting.services import compilation

    right = compilation.gathered

    def gathered(w: Any, actor: Any, show: Any) -> Any:
        made = right(w, actor, show)
        return replace(made, lines=(*made.lines, f"{_count(w, Proposal)} proposals"))

    patch.setattr(compilation, "gathered", gathered)


@leak("presidency considers", "secretariat")
def reasons_shown_to_all_who_see_that_there_is_an_answer(patch: Patch) -> None:
    patch.setattr(proposals, "may_see", lambda _actor, _standing: True)
    patch.setattr(proposals, "reason_seen", lambda _actor, _circle, _owners: True)


@leak("draft jointly", "mexico_capital")
def joint_drafts_read_at_the_capital(patch: Patch) -> None:
    from drafting.rules import proposals as rules

    patch.setattr(rules, "_elsewhere", lambda _actor, _proposal: False)


@leak("draft a proposal", "chile")
def one_row_of_ids_for_all_proposals(patch: Patch) -> None:
    class Shared:
        new_id = staticmethod(lambda _compartment="": ids.new_id())
        new_untimed_id = new_id

    patch.setattr(proposals, "ids", Shared)
    patch.setattr(comments, "ids", Shared)


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_caught(
    beginning: Beginning, tmp_path: Path, monkeypatch: Patch, name: str
) -> None:
    plant, act, who, history, fully = LEAKS[name]
    plant(monkeypatch)
    one, other = (
        oracle.run(beginning, tmp_path / str(n), history, secrets, (who,), whose(act), fully=fully)[
            who
        ]
        for n, secrets in enumerate(({}, {0: [Secret(act)], 1: [Secret(act, f"{CANARY} again")]}))
    )
    found = first_difference(one, other)
    assert found is not None, f"{name} was not caught"
    print(f"\n{name}: {found[:160]}")


def test_there_are_leaks_enough() -> None:
    assert len(LEAKS) >= 20


@pytest.mark.parametrize(("act", "who"), sorted({(act, who) for _, act, who, *_ in LEAKS.values()}))
def test_without_a_leak_nothing_is_caught(
    beginning: Beginning, tmp_path: Path, act: str, who: str
) -> None:
    one, other = (
        oracle.run(
            beginning,
            tmp_path / str(n),
            ("chile comments",),
            secrets,
            (who,),
            whose(act),
            fully=False,
        )[who]
        for n, secrets in enumerate(({}, {0: [Secret(act)], 1: [Secret(act, f"{CANARY} again")]}))
    )
    assert first_difference(one, other) is None

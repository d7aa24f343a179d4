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
from drafting.events import BoardChanged, SponsorsListed
from drafting.formats import making
from drafting.house import house
from drafting.live import hub, rooms
from drafting.live import telling as live_telling
from drafting.rules import chains
from drafting.rules.audiences import in_words
from drafting.rules.rights import RIGHTS, Right
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import fold
from drafting.services import (
    answers,
    board,
    board_out,
    comments,
    conditions,
    drafts,
    instructions,
    laying,
    letters,
    operations,
    outlook,
    people,
    proposals,
    proposing,
    record,
    remarks,
    returned,
    sponsors,
    sponsors_looked,
    sponsors_seen,
    versions,
)
from drafting.store import chain as kept_chain
from drafting.store import comments as kept_comments
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import record as kept_record
from drafting.store import sponsors as kept_sponsors
from drafting.store import tries as kept_tries
from drafting.store.tables import (
    Comment,
    CommentBody,
    Operation,
    Position,
    Proposal,
    Thread,
)
from drafting.text.remarks import Extras, Remark, Remarks
from drafting.web import security
from tests.security import oracle
from tests.security import test_matrix as matrix
from tests.security.oracle import CANARY, Secret, first_difference, whose
from tests.security.world import Beginning, World

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
def one_chain_for_what_everybody_does(patch: Patch) -> None:
    patch.setattr(chains, "of_audience", lambda _kind, _delegation: chains.EVERYONE)


@leak("draft a proposal", "penholder")
def heads_of_all_chains_on_the_page_of_the_record(patch: Patch) -> None:
    patch.setattr(chains, "may_read", lambda *_: True)


@leak("take a position on a proposal", "icrc")
def an_entry_for_everyone_of_the_moment_something_was_done(patch: Patch) -> None:
    right = kept_chain._mention

    def mention(w: Any, deeds: Any, row: Any) -> None:
        right(w, deeds, row)
        for draft_id, _ in list(deeds):
            _ = deeds[draft_id, chains.EVERYONE]

    patch.setattr(kept_chain, "_mention", mention)


@leak("bring a file", fully=True)
def what_others_brought_in_counts_as_here(patch: Patch) -> None:
    right = returned.shown

    def shown(w: Any, *args: Any) -> Any:
        found = right(w, *args)
        return found | {"here_already": found["here_already"] + _count(w, Proposal)}

    patch.setattr(returned, "shown", shown)


@leak("refuse updates", "secretariat", fully=True)
def updates_offered_to_the_secretariat(patch: Patch) -> None:
    patch.setitem(RIGHTS, Right.EDIT_TEXT, RIGHTS[Right.EDIT_TEXT] | {Role.SECRETARIAT})


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
                thread = kept_comments.thread(w, thread_id)
            if thread is None:
                raise
            audience = comments.audience_of(thread)
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
    right = making.clean

    def clean(*args: Any) -> bytes:
        with house().store.reading() as w:
            bodies = w.session.scalars(select(CommentBody.body).order_by(CommentBody.body)).all()
        return right(*args) + "\n".join(bodies).encode()

    patch.setattr(making, "clean", clean)


@leak(fully=True)
def the_number_of_comments_in_a_word_file(patch: Patch) -> None:
    from drafting.formats import docx_write

    right = docx_write.clean

    def clean(*args: Any, **more: Any) -> bytes:
        with house().store.reading() as w:
            more["extras"] = Extras(head=f"Revision {_count(w, Comment)}")
        return right(*args, **more)

    patch.setattr(docx_write, "clean", clean)


@leak(fully=True)
def all_comments_in_a_word_file(patch: Patch) -> None:
    right = remarks.threads

    def threads(w: Any, actor: Any, scope: Any, said: Any) -> Any:
        others = [
            Remarks(str(thread.paragraph_id), (Remark("Somebody", thread.created_at, "Psst."),))
            for thread in w.session.scalars(select(Thread).order_by(Thread.created_at))
        ]
        return (*right(w, actor, scope, said), *others)

    patch.setattr(remarks, "threads", threads)


@leak("propose to the presidency", fully=True)
def how_many_proposals_there_are_in_a_word_file(patch: Patch) -> None:
    right = laying.laid

    def laid(w: Any, actor: Any, scope: Any) -> Any:
        made = right(w, actor, scope)
        key = next(row.old.key for row in made.redline.paragraphs if row.old)
        count = Remark("Somebody", w.now, f"{_count(w, Proposal)} proposals")
        return replace(made, apart=(*made.apart, Remarks(key, (count,))))

    patch.setattr(laying, "laid", laid)


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

    patch.setattr(kept_tries, "tries", tries)


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
    patch.setattr(live_telling, "reads", lambda _role, _side, _standing: True)


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

    patch.setattr(proposing, "ids", Shared)
    patch.setattr(comments, "ids", Shared)


# Of sponsors, capitals and the board ----------------------------------------------------------------

PRESIDING = {"role": Role.PRESIDENCY}


@leak("step in private", "penholder")
def steps_shown_however_far_they_go(patch: Patch) -> None:
    patch.setattr(sponsors_looked, "may_see", lambda *_: True)


@leak("step in private", "secretariat")
def a_state_that_all_steps_come_to(patch: Patch) -> None:
    right = sponsors_looked.Looked.seen

    def standing(looked: Any, _actor: Any, delegation_id: Any) -> Any:
        return fold(sponsors_looked.taken(looked.steps.get(delegation_id, [])))

    patch.setattr(sponsors_looked.Looked, "standing", standing)
    patch.setattr(sponsors_looked.Looked, "seen", right)


@leak("step in private")
def a_count_of_all_steps(patch: Patch) -> None:
    right = sponsors_seen.brief

    def brief(looked: Any, standing: Any) -> Any:
        return right(looked, standing) | {"all": sum(len(s) for s in looked.steps.values())}

    patch.setattr(sponsors_seen, "brief", brief)


@leak("step in private", "penholder", ("chile sponsors",))
def one_row_of_ids_for_all_steps(patch: Patch) -> None:
    class Shared:
        new_id = staticmethod(lambda _compartment="": ids.new_id())

    patch.setattr(sponsors, "ids", Shared)


@leak("step in private")
def a_step_told_to_everybody(patch: Patch) -> None:
    patch.setattr(sponsors_seen, "_is_told", lambda *_: True)
    patch.setattr(
        hub.Hub,
        "_who_may_hear",
        staticmethod(lambda room, *_: {m.connection.session_id for m in room.members.values()}),
    )


@leak("step in private", "penholder")
def a_step_told_to_the_board_however_far_it_goes(patch: Patch) -> None:
    right = sponsors._tell

    def tell(w: Any, looked: Any, row: Any) -> None:
        right(w, looked, row)
        w.tell(BoardChanged(row.draft_id, row.delegation_id, secretariat=True))

    patch.setattr(sponsors, "_tell", tell)


@leak("say to the board", "chile", ("penholder lists", "chile sponsors"))
def everybody_told_of_a_step_that_changes_no_list(patch: Patch) -> None:
    patch.setattr(sponsors, "_on_the_list", lambda _standing: object())


@leak("say to the board", "icrc", ("penholder lists", "chile sponsors"))
def whoever_said_they_will_on_the_list(patch: Patch) -> None:
    right = sponsors_seen.listed

    def listed(looked: Any) -> Any:
        said = [d for d in looked.steps if looked.on_the_board(d).state == "said"]
        return [*right(looked), *({"delegation": str(d)} for d in said)]

    patch.setattr(sponsors_seen, "listed", listed)


@leak("bind in private", "penholder")
def conditions_shown_however_far_they_go(patch: Patch) -> None:
    patch.setattr(sponsors_seen, "may_see", lambda *_: True)


@leak("bind in private", "penholder")
def another_answer_for_a_condition_that_exists(patch: Patch) -> None:
    right = conditions.condition_seen

    def seen(w: Any, actor: Any, condition_id: Any) -> Any:
        try:
            return right(w, actor, condition_id)
        except NotFound:
            raise NotAllowed from None

    patch.setattr(conditions, "condition_seen", seen)


@leak("ask the capital", "penholder")
def another_answer_for_an_instruction_that_exists(patch: Patch) -> None:
    right = instructions.seen

    def seen(w: Any, actor: Any, instruction_id: Any) -> Any:
        try:
            return right(w, actor, instruction_id)
        except NotFound:
            raise NotAllowed from None

    patch.setattr(instructions, "seen", seen)


@leak("ask the capital", "penholder")
def the_presidency_told_of_every_instruction(patch: Patch) -> None:
    right = instructions._tell

    def tell(w: Any, row: Any, **more: Any) -> None:
        right(w, row, **more)
        w.tell(BoardChanged(row.draft_id, row.delegation_id, secretariat=False))

    patch.setattr(instructions, "_tell", tell)


@leak("change a date that is not shown", "penholder")
def when_an_instruction_is_due_though_it_is_not_shown(patch: Patch) -> None:
    right = instructions._pending
    patch.setattr(
        instructions, "_pending", lambda row, ground: right(row, ground) | {"due": str(row.due)}
    )


@leak("change a date that is not shown", "penholder")
def the_presidency_told_when_nothing_it_is_shown_has_changed(patch: Patch) -> None:
    patch.setattr(instructions, "_told", lambda *_: object())


@leak("show what is asked", "secretariat")
def what_waits_at_capitals_shown_to_the_secretariat(patch: Patch) -> None:
    right = instructions.pending
    patch.setattr(
        instructions, "pending", lambda w, actor, g: right(w, replace(actor, **PRESIDING), g)
    )


@leak("keep notes of States", "secretariat")
def contacts_and_actions_shown_to_the_secretariat(patch: Patch) -> None:
    right = board.Board.__init__

    def begin(one: Any, w: Any, actor: Any, on: Any = None) -> None:
        right(one, w, actor, on)
        one.contacts = board.kept.contacts(w, actor.draft_id)
        one.actions = board.kept.actions(w, actor.draft_id)

    patch.setattr(board.Board, "__init__", begin)


@leak("keep notes of States", "secretariat")
def expectations_shown_to_the_secretariat(patch: Patch) -> None:
    right = outlook.overrides
    patch.setattr(
        outlook, "overrides", lambda w, actor, part: right(w, replace(actor, **PRESIDING), part)
    )


@leak("keep notes of States", "secretariat")
def an_outlook_remembered_whoever_it_was_made_for(patch: Patch) -> None:
    made: dict[Any, Any] = {}
    right = outlook._Remembered(most=64)

    class Forgetful:
        @staticmethod
        def of(calls: Any, part: str, like: str, overrides: Any) -> Any:
            key = (tuple(c.id for c in calls), part, like)
            if overrides:
                made[key] = right.of(calls, part, like, overrides)
            return made.get(key) or right.of(calls, part, like, overrides)

    patch.setattr(outlook, "_remembered", Forgetful)


@leak("keep notes of States", "secretariat")
def a_row_made_for_the_presidency_told_to_the_secretariat(patch: Patch) -> None:
    right = wiring._SEEN_BY["board"]

    def seen_by(w: Any, actors: Any, thing: Any) -> Any:
        every = [replace(one, **PRESIDING) for one in actors if one.role is Role.SECRETARIAT]
        return right(w, actors, thing) | right(w, every, thing)

    patch.setitem(wiring._SEEN_BY, "board", seen_by)


@leak("keep notes of States", "secretariat")
def a_workbook_with_contacts_for_the_secretariat(patch: Patch) -> None:
    right = board_out.export
    patch.setattr(
        board_out,
        "export",
        lambda w, actor, ending: right(w, replace(actor, **PRESIDING), ending),
    )


@leak("aim at States", "mexico")
def targets_shown_to_delegations(patch: Patch) -> None:
    right = sponsors_seen.view

    def view(w: Any, actor: Any, looked: Any = None) -> Any:
        aimed = kept_sponsors.targets(w, actor.draft_id)
        return right(w, actor, looked) | {"target": actor.delegation_id in aimed}

    patch.setattr(sponsors_seen, "view", view)


@leak("record votes", "mexico")
def a_question_more_to_the_database_once_there_is_a_vote(patch: Patch) -> None:
    def last_tabling(w: Any, draft_id: Any) -> Any:
        adoption = kept_record.of_draft(w, draft_id)
        if adoption is None:
            return None
        return next(iter(kept_record.tablings(w, adoption.series_id)[adoption.id]), None)

    patch.setattr(kept_record, "last_tabling", last_tabling)


@leak("record votes", "mexico")
def a_vote_told_to_everybody(patch: Patch) -> None:
    patch.setattr(record, "RecordChanged", SponsorsListed)


@leak("capital comes", "penholder", fully=True)
def a_capital_among_those_a_letter_goes_to(patch: Patch) -> None:
    right = letters._addresses

    def addresses(w: Any, actor: Actor) -> Any:
        found = right(w, actor)
        for place, person in kept_people.places(w, actor.draft_id):
            if place.delegation_id is not None and place.role == Role.CAPITAL:
                found[place.delegation_id].append(person.email)
        return found

    patch.setattr(letters, "_addresses", addresses)


# Those that the matrix sees -------------------------------------------------------------------------

CELLS: dict[str, tuple[Callable[[Patch], None], Callable[[World], None]]] = {}
"""By name: what plants a leak, and the test of the matrix that sees it."""


def cell(
    test: Callable[[World], None],
) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        CELLS[plant.__name__] = (plant, test)
        return plant

    return keep


def reads_just_what_is_theirs(world: World) -> None:
    matrix.test_everybody_reads_just_what_is_theirs_of_sponsors_capitals_and_the_board(
        world, listed=False
    )


@cell(reads_just_what_is_theirs)
def the_words_of_an_instruction_among_what_waits(patch: Patch) -> None:
    right = instructions._pending
    patch.setattr(
        instructions, "_pending", lambda row, ground: right(row, ground) | {"words": row.words}
    )


@cell(reads_just_what_is_theirs)
def the_list_shown_to_everybody_unasked(patch: Patch) -> None:
    patch.setattr(sponsors_seen, "rights_of", lambda _actor: list(Right))


@cell(reads_just_what_is_theirs)
def a_vote_sheet_with_expectations_and_why(patch: Patch) -> None:
    right = board_out.vote_sheet

    def vote_sheet(w: Any, actor: Any) -> Any:
        made = right(w, actor)
        rows = board.page(w, replace(actor, **PRESIDING))["rows"]
        why = [(row["expected"] or {}).get("override") for row in rows]
        made["rows"][0]["name"] += str([one for one in why if one])
        return made

    patch.setattr(board_out, "vote_sheet", vote_sheet)


@cell(matrix.test_a_step_put_right_by_a_wider_one_is_not_named_to_who_does_not_see_it)
def the_hidden_step_that_a_wider_one_puts_right(patch: Patch) -> None:
    right = sponsors_seen._step

    def step(actor: Any, looked: Any, one: Any, *more: Any) -> Any:
        return right(actor, looked, one, *more) | {"corrects": str(one.corrects_id)}

    patch.setattr(sponsors_seen, "_step", step)


LINK = matrix.test_a_link_tells_its_bearer_nothing_of_what_the_delegation_keeps_and_its_token_is_kept_nowhere


@cell(LINK)
def a_page_behind_a_link_that_knows_all_steps(patch: Patch) -> None:
    class NoneOfThem:
        DELEGATION = object()

    patch.setattr(answers, "Reach", NoneOfThem)


@cell(LINK)
def tokens_of_links_kept_with_the_answer(patch: Patch) -> None:
    right = letters.shown

    def shown(written: Any) -> Any:
        return right(written) | {"bodies": [one.file.body for one in written]}

    patch.setattr(letters, "shown", shown)


@cell(LINK)
def tokens_of_links_kept_as_they_are(patch: Patch) -> None:
    patch.setattr(answers, "hashed", lambda token: token)


@cell(matrix.test_letters_go_to_a_delegations_people_and_not_to_its_capital)
def letters_to_a_capital(patch: Patch) -> None:
    a_capital_among_those_a_letter_goes_to(patch)


@pytest.mark.parametrize("name", CELLS)
def test_a_planted_leak_is_seen_by_the_matrix(world: World, monkeypatch: Patch, name: str) -> None:
    plant, test = CELLS[name]
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        test(world)


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

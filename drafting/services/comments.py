"""Comments: threads on words or paragraphs, each with an audience."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import ThreadChanged
from drafting.rules.audiences import (
    Audience,
    AudienceKind,
    choices,
    in_words,
    is_wider,
    may_choose,
    may_see,
)
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor, Role
from drafting.services import anchoring
from drafting.store import comments as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import texts as kept_texts
from drafting.store.tables import Comment, CommentBody, Thread, ThreadStep
from drafting.store.work import Work
from drafting.text.anchors import Anchor, moved
from drafting.text.changes import from_json, part, plain, text_from_json, text_length, to_json

BODY_MAX_CHARS = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a comment is to stand: words of a paragraph at a version of its text, or all of it."""

    paragraph_id: UUID
    start: int | None
    end: int | None
    version: int | None


def audience_of(thread: Thread) -> Audience:
    """Gives a thread's audience."""
    return Audience(AudienceKind(thread.audience), thread.delegation_id)


def begin(w: Work, actor: Actor, asked: Asked, audience: Audience, body: str) -> dict[str, Any]:
    """Begins a thread and gives it as its author sees it.

    Refuses: as `add` does.
    """
    return _changed(w, actor, add(w, actor, asked, audience, body))


def add(w: Work, actor: Actor, asked: Asked, audience: Audience, body: str) -> Thread:
    """Begins a thread; whoever calls tells of it.

    Refuses: NotAllowed for an audience that is not the person's to choose; NotFound for a paragraph
    that is not on the draft; Malformed for words that are not there, or an empty comment.
    """
    require(actor, Right.COMMENT)
    _check_choice(w, actor, audience)
    paragraph = kept_drafts.paragraph(w, actor.draft_id, asked.paragraph_id)
    if paragraph is None:
        raise NotFound
    compartment = _compartment(audience)
    thread = Thread(
        id=ids.new_id(compartment),
        draft_id=actor.draft_id,
        paragraph_id=paragraph.id,
        start_utf16=None,
        end_utf16=None,
        quote=[],
        audience=audience.kind.value,
        delegation_id=audience.delegation_id,
        created_at=w.now,
    )
    if asked.start is not None:
        _attach(w, thread, asked)
    w.session.add(thread)
    w.session.flush()
    _say(w, actor, thread, 1, body)
    return thread


def _compartment(audience: Audience) -> str:
    return f"{audience.kind.value}:{audience.delegation_id}"


def _check_choice(w: Work, actor: Actor, audience: Audience) -> None:
    addressable = frozenset(kept_people.delegations_on(w, actor.draft_id))
    if not may_choose(actor, audience, addressable=addressable):
        raise NotAllowed(detail="This audience is not yours to choose.")


def _attach(w: Work, thread: Thread, asked: Asked) -> None:
    text = kept_texts.now(w, asked.paragraph_id)
    if text is None or asked.start is None or asked.end is None or asked.version is None:
        raise Malformed(detail="A comment on words says which, at which version of the text.")
    if not 0 <= asked.version <= text.version or not 0 <= asked.start <= asked.end:
        raise Malformed(detail="These words are not in the text.")
    content = text_from_json(text.content)
    since = [from_json(e.ops) for e in kept_texts.since(w, text.id, asked.version)]
    anchor = Anchor(asked.start, asked.end)
    for change in since:
        anchor = moved(anchor, change)
    if anchor.end > text_length(content):
        raise Malformed(detail="These words are not in the text.")
    thread.start_utf16, thread.end_utf16 = anchor.start, anchor.end
    thread.quote = to_json(part(content, anchor.start, anchor.end))


def reply(w: Work, actor: Actor, thread_id: UUID, body: str) -> dict[str, Any]:
    """Adds a comment to a thread. Refuses: NotFound for a thread the person may not see."""
    require(actor, Right.COMMENT)
    thread = seen(w, actor, thread_id)
    add_reply(w, actor, thread, body)
    return _changed(w, actor, thread)


def add_reply(w: Work, actor: Actor, thread: Thread, body: str) -> None:
    """Adds a comment to a thread that the person sees; whoever calls tells of it."""
    _check_reply(actor, thread)
    number = len(kept.comments(w, [thread.id])[thread.id]) + 1
    _say(w, actor, thread, number, body)


def _check_reply(actor: Actor, thread: Thread) -> None:
    if not may_reply(actor, thread):
        raise NotAllowed(detail="From your capital you write to your own delegation only.")


def may_reply(actor: Actor, thread: Thread) -> bool:
    """Tells whether a person may add to a thread they see: a capital in its own ring only."""
    if actor.role is Role.CAPITAL:
        return thread.audience == AudienceKind.DELEGATION
    return True


def _say(w: Work, actor: Actor, thread: Thread, number: int, body: str) -> None:
    comment = Comment(
        id=ids.new_id(_compartment(audience_of(thread))),
        thread_id=thread.id,
        number=number,
        person_id=actor.person_id,
        name=actor.name,
        author=actor.printed,
        at=w.now,
    )
    w.session.add(comment)
    w.session.flush()
    w.session.add(CommentBody(comment_id=comment.id, number=1, body=_clean(body), at=w.now))
    w.session.flush()


def edit(w: Work, actor: Actor, comment_id: UUID, body: str) -> dict[str, Any]:
    """Changes what one's own comment says; what it said before stays in its history.

    Refuses: NotFound for a comment the person may not see; NotAllowed for another's.
    """
    require(actor, Right.COMMENT)
    comment = kept.comment(w, comment_id)
    if comment is None:
        raise NotFound
    thread = seen(w, actor, comment.thread_id)
    if comment.person_id != actor.person_id:
        raise NotAllowed(detail="Only its author changes a comment.")
    before = kept.bodies(w, [thread.id])[comment.id]
    clean = _clean(body)
    if before[-1].body != clean:
        w.session.add(
            CommentBody(comment_id=comment.id, number=len(before) + 1, body=clean, at=w.now)
        )
    return _changed(w, actor, thread)


def set_resolved(w: Work, actor: Actor, thread_id: UUID, *, resolved: bool) -> dict[str, Any]:
    """Resolves or reopens a thread.

    Refuses: NotFound for a thread the person may not see; NotAllowed to all but its authors, their
    delegation and the presidency; Stale when it is so already.
    """
    require(actor, Right.COMMENT)
    thread = seen(w, actor, thread_id)
    comments = kept.comments(w, [thread.id])[thread.id]
    if not may_resolve(actor, thread, comments[0]):
        raise NotAllowed(detail="Its author's delegation and the presidency resolve a thread.")
    steps = kept.steps(w, [thread.id])[thread.id]
    if _is_resolved(steps) is resolved:
        raise Stale(detail="It is so already.")
    _step(w, actor, thread, "resolved" if resolved else "reopened", len(steps) + 1)
    return _changed(w, actor, thread)


def may_resolve(actor: Actor, thread: Thread, first: Comment) -> bool:
    """Tells whether a person may resolve and reopen a thread they see."""
    if not may_reply(actor, thread):
        return False
    return actor.role is Role.PRESIDENCY or first.author == actor.printed


def widen(w: Work, actor: Actor, thread_id: UUID, audience: Audience) -> dict[str, Any]:
    """Moves a thread to a wider audience: nothing ever moves to a narrower one.

    Refuses: NotFound for a thread the person may not see; NotAllowed to all but the delegation (or
    presidency) whose thread it is; Malformed when the audience is not wider.
    """
    require(actor, Right.COMMENT)
    thread = seen(w, actor, thread_id)
    first = kept.comments(w, [thread.id])[thread.id][0]
    if not may_widen(actor, first):
        raise NotAllowed(detail="Only those whose thread it is move it to a wider audience.")
    if not is_wider(audience, audience_of(thread)):
        raise Malformed(detail="A thread can only move to a wider audience.")
    _check_choice(w, actor, audience)
    thread.audience, thread.delegation_id = audience.kind.value, audience.delegation_id
    _step(w, actor, thread, "widened", len(kept.steps(w, [thread.id])[thread.id]) + 1)
    return _changed(w, actor, thread)


def may_widen(actor: Actor, first: Comment) -> bool:
    """Tells whether a person may move a thread to a wider audience: those who began it, not a capital."""
    return actor.role is not Role.CAPITAL and first.author == actor.printed


def _step(w: Work, actor: Actor, thread: Thread, step: str, number: int) -> None:
    w.session.add(
        ThreadStep(
            thread_id=thread.id,
            number=number,
            step=step,
            audience=thread.audience,
            delegation_id=thread.delegation_id,
            person_id=actor.person_id,
            name=actor.name,
            author=actor.printed,
            at=w.now,
        )
    )


def _is_resolved(steps: Iterable[ThreadStep]) -> bool:
    resolved = False
    for step in steps:
        if step.step != "widened":
            resolved = step.step == "resolved"
    return resolved


def seen(w: Work, actor: Actor, thread_id: UUID) -> Thread:
    """Gives a thread to whoever sees it. Refuses: NotFound."""
    thread = kept.thread(w, thread_id)
    if (
        thread is None
        or thread.draft_id != actor.draft_id
        or not may_see(actor, audience_of(thread))
    ):
        raise NotFound
    return thread


def draft_of_thread(w: Work, thread_id: UUID) -> UUID:
    """Gives the draft a thread is on. Refuses: NotFound."""
    thread = kept.thread(w, thread_id)
    if thread is None:
        raise NotFound
    return thread.draft_id


def thread_of_comment(w: Work, comment_id: UUID) -> UUID:
    """Gives the thread a comment belongs to. Refuses: NotFound."""
    comment = kept.comment(w, comment_id)
    if comment is None:
        raise NotFound
    return comment.thread_id


def draft_of_comment(w: Work, comment_id: UUID) -> UUID:
    """Gives the draft a comment is on. Refuses: NotFound."""
    return draft_of_thread(w, thread_of_comment(w, comment_id))


def _changed(w: Work, actor: Actor, thread: Thread) -> dict[str, Any]:
    w.session.flush()
    w.tell(ThreadChanged(thread.draft_id, thread.id))
    return shown(w, actor, [thread])[0]


def all_seen(w: Work, actor: Actor) -> list[dict[str, Any]]:
    """Gives the threads a person may see, in the order they were begun."""
    return shown(
        w, actor, [t for t in kept.threads(w, actor.draft_id) if may_see(actor, audience_of(t))]
    )


def awaited(w: Work, actor: Actor, audience: Audience) -> list[dict[str, Any]]:
    """Gives the open threads of an audience of one's own in which somebody else spoke last."""
    mine = [
        t
        for t in kept.threads(w, actor.draft_id)
        if audience_of(t) == audience and may_see(actor, audience)
    ]
    return [
        thread
        for thread in shown(w, actor, mine)
        if thread["resolved"] is None
        and thread["comments"][-1]["by"]["delegation"] != actor.delegation
    ]


def one_seen(w: Work, actor: Actor, thread_id: UUID) -> dict[str, Any] | None:
    """Gives a thread as a person sees it, or None when they may not."""
    thread = kept.thread(w, thread_id)
    if thread is None or not may_see(actor, audience_of(thread)):
        return None
    return shown(w, actor, [thread])[0]


def seen_by(w: Work, actors: Iterable[Actor], thread_id: UUID) -> dict[UUID, dict[str, Any]]:
    """Gives a thread, by session, as each of these people on its draft who may see it sees it."""
    thread = kept.thread(w, thread_id)
    if thread is None:
        return {}
    looked = _look(w, thread.draft_id, [thread])
    return {
        actor.session_id: _shown(actor, thread, looked)
        for actor in actors
        if may_see(actor, audience_of(thread))
    }


def shown(w: Work, actor: Actor, threads: Sequence[Thread]) -> list[dict[str, Any]]:
    """Gives threads as the state and events show them to one person, who may see them all."""
    looked = _look(w, actor.draft_id, threads)
    return [_shown(actor, thread, looked) for thread in threads]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is looked up once, for all threads and for everyone they are shown to."""

    comments: dict[UUID, list[Comment]]
    bodies: dict[UUID, list[CommentBody]]
    steps: dict[UUID, list[ThreadStep]]
    names: dict[UUID, str]
    versions: dict[UUID, int]
    addressable: list[UUID]


def _look(w: Work, draft_id: UUID, threads: Sequence[Thread]) -> _Looked:
    thread_ids = [t.id for t in threads]
    return _Looked(
        kept.comments(w, thread_ids),
        kept.bodies(w, thread_ids),
        kept.steps(w, thread_ids),
        kept_people.short_names(w),
        {key: now for key, (now, _) in kept_texts.versions(w, draft_id).items()},
        sorted(kept_people.delegations_on(w, draft_id)),
    )


def _shown(actor: Actor, thread: Thread, looked: _Looked) -> dict[str, Any]:
    comments, steps, names = looked.comments[thread.id], looked.steps[thread.id], looked.names
    offered = choices(actor, addressable=looked.addressable)
    audience = audience_of(thread)
    anchor = anchoring.anchor_of(thread)
    quote = plain(text_from_json(thread.quote))
    wider = [a for a in offered if is_wider(a, audience)] if may_widen(actor, comments[0]) else []
    last = next((s for s in reversed(steps) if s.step != "widened"), None)
    return {
        "id": str(thread.id),
        "paragraph": str(thread.paragraph_id),
        "anchor": None
        if anchor is None
        else {
            "start": anchor.start,
            "end": anchor.end,
            "version": looked.versions[thread.paragraph_id],
        },
        "quote": quote,
        "gone": anchor is not None and anchor.start == anchor.end and quote != "",
        "audience": described(audience, names),
        "wider": [described(a, names) for a in wider],
        "resolved": {"by": last.author, "name": last.name, "at": last.at.isoformat()}
        if last is not None and last.step == "resolved"
        else None,
        "widened": [
            {
                "by": s.author,
                "at": s.at.isoformat(),
                "audience": in_words(
                    Audience(AudienceKind(s.audience), s.delegation_id),
                    names.get(s.delegation_id, "") if s.delegation_id else "",
                ),
            }
            for s in steps
            if s.step == "widened"
        ],
        "may_resolve": may_resolve(actor, thread, comments[0]),
        "may_reply": may_reply(actor, thread),
        "comments": [_comment(actor, c, looked.bodies[c.id]) for c in comments],
    }


def _comment(actor: Actor, comment: Comment, bodies: list[CommentBody]) -> dict[str, Any]:
    return {
        "id": str(comment.id),
        "by": {
            "key": str(comment.person_id),
            "name": comment.name,
            "delegation": comment.author,
        },
        "at": comment.at.isoformat(),
        "body": bodies[-1].body,
        "mine": comment.person_id == actor.person_id,
        "edits": [{"at": b.at.isoformat(), "body": b.body} for b in bodies[:-1]],
    }


def described(audience: Audience, names: dict[UUID, str]) -> dict[str, Any]:
    """Gives an audience as the state shows it, with its words."""
    delegation = audience.delegation_id
    return {
        "kind": audience.kind.value,
        "delegation": None if delegation is None else str(delegation),
        "words": in_words(audience, names.get(delegation, "") if delegation else ""),
    }


def _clean(body: str) -> str:
    body = "".join(
        c
        for c in body.replace("\r\n", "\n")
        if c == "\n" or unicodedata.category(c)[0] != "C" or c in "\u200c\u200d\u200e\u200f"
    )
    body = re.sub(r"\n{3,}", "\n\n", body).strip()
    if not body:
        raise Malformed(detail="The comment is empty.")
    if len(body) > BODY_MAX_CHARS:
        raise Malformed(detail="A comment has at most 10,000 characters.")
    return body

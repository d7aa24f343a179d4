"""Word files that come back: shown for confirmation, then brought in as proposals and comments.

Nothing is kept between the two: whoever confirms sends the file again, with what they have chosen,
and the same text makes the same plan. All of it comes in, or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import ProposalChanged, ThreadChanged
from drafting.rules import proposals as rules
from drafting.rules.audiences import Audience, choices
from drafting.rules.proposals import Circle
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import PRESIDENCY, Actor, Role
from drafting.services import comments, drafts, exports, homes, pieces, proposals, versions
from drafting.services.homes import Ground
from drafting.services.proposing import (
    Begun,
    Wanted,
    begin_many,
    check_room,
    delegation_of,
    put_forward,
)
from drafting.store import people as kept_people
from drafting.store.work import Work
from drafting.text.changes import text_from_json, to_json
from drafting.text.diff import marked
from drafting.text.diff import pieces as compared
from drafting.text.marks import Reply
from drafting.text.months import written
from drafting.text.proposal import WORDED, ProposalKind
from drafting.text.redline import credited
from drafting.text.returned_items import UNTRACKED, Candidate, Item, Said, bare
from drafting.text.tracked import Credit, Mark, Piece

if TYPE_CHECKING:
    from drafting.formats.returned import Looked

WORKING = "working"
"""How pages and calls name the working text among the versions."""

MAX_CHOSEN = 2_000
"""Most proposals, and most comments, that come in at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person has confirmed.

    `items` and `comments` are keys of the plan; `authors` says for each name in the file whose its
    changes are (None: one's own side). `mark` is the plan's, as it was looked at.
    """

    mark: str
    items: frozenset[str]
    comments: frozenset[str]
    authors: Mapping[str, UUID | None]
    circle: Circle
    audience: Audience


# Before a file is read ---------------------------------------------------------------------------


def candidates(w: Work, actor: Actor) -> tuple[Candidate, ...]:
    """Gives the texts a file may have been made of: the versions in order, then the working text."""
    require(actor, Right.COMMENT)
    out = [
        _candidate(
            str(version.number),
            version.name,
            str(version.number),
            versions.content(w, version),
            version.sealed_at,
        )
        for version in versions.all_of(w, actor)
    ]
    rows = [row for row in drafts.text_now(w, actor) if not row["deleted"]]
    seq = drafts.one(w, actor).seq
    out.append(_candidate(WORKING, "Working text", f"{WORKING}:{seq}", rows, None))
    return tuple(out)


def _candidate(
    key: str, name: str, in_files: str, rows: Sequence[dict[str, Any]], at: datetime | None
) -> Candidate:
    return Candidate(
        key,
        name,
        in_files,
        tuple(exports.paragraph_of(row) for row in rows),
        tuple(row["label"] for row in rows),
        tuple(row["version"] for row in rows),
        at,
    )


def printed_names(w: Work, actor: Actor) -> frozenset[str]:
    """Gives the names that our own exports print for authors of changes on this draft."""
    names = kept_people.short_names(w)
    here = {names[d] for d in kept_people.delegations_on(w, actor.draft_id) if d in names}
    every = here | {f"{PRESIDENCY} ({name})" for name in names.values()}
    return frozenset(every | {PRESIDENCY, "Secretariat"})


# What is shown -----------------------------------------------------------------------------------


def shown(w: Work, actor: Actor, found: Looked, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Gives what a file holds as the page and the API show it to the person who sent it."""
    ground = homes.ground(w, actor.draft_id)
    here = _Here(w, actor)
    fresh = list(here.fresh(found.plan.comments))
    said = [_comment(one) for one in fresh]
    return {
        "sha256": found.sha256,
        "mark": found.mark,
        "version": {
            "key": found.candidate.key,
            "name": found.candidate.name,
            "known": found.known,
        },
        "versions": [
            {"key": one.key, "name": one.name, "fit": round(fit, 3)}
            for one, fit in zip(candidates, found.fits, strict=True)
        ],
        "other_draft": found.other_draft,
        "matched": found.plan.matched,
        "by_identity": found.plan.by_identity,
        "paragraphs": len(found.candidate.paragraphs),
        "authors": _authors(w, actor, found, fresh),
        "items": [_item(item, ground, here) for item in found.plan.items],
        "comments": said,
        "here_already": len(found.plan.comments) - len(said),
        "left": [
            {
                "author": left.author,
                "at": _moment(left.at),
                "label": left.label,
                "words": left.words,
                "why": left.why,
            }
            for left in found.plan.left
        ],
        "findings": [{"where": f.where, "what": f.what} for f in found.plan.findings],
        "may": _may(w, actor),
    }


def _may(w: Work, actor: Actor) -> dict[str, Any]:
    names = kept_people.short_names(w)
    proposes = Right.PROPOSE in rights_of(actor)
    circles = [Circle.OWNERS, *rules.circles(Circle.OWNERS)]
    if not proposes:
        circles = []
    elif actor.role is Role.CAPITAL:
        circles = [Circle.OWNERS]
    own = [rules.PRESIDENCY_NAME] if actor.role is Role.PRESIDENCY else [actor.delegation]
    on_the_word_of = []
    if rules.may_enter_for_others(actor):
        on_the_word_of = sorted(
            (names.get(d, ""), str(d)) for d in kept_people.drafting_on(w, actor.draft_id)
        )
    addressable = sorted(kept_people.delegations_on(w, actor.draft_id))
    return {
        "propose": proposes,
        "circles": [{"kind": c.value, "words": rules.in_words(c, own)} for c in circles],
        "on_the_word_of": [{"id": key, "name": name} for name, key in on_the_word_of],
        "audiences": [
            comments.described(one, names) for one in choices(actor, addressable=addressable)
        ],
    }


def _authors(w: Work, actor: Actor, found: Looked, fresh: Sequence[_Fresh]) -> list[dict[str, Any]]:
    """Gives the names in the file, and whose each may be: a suggestion for a person to confirm."""
    items = Counter(item.author for item in found.plan.items)
    said = Counter(one.author for one in fresh)
    names = kept_people.short_names(w)
    here = {
        names[d].casefold(): d for d in kept_people.drafting_on(w, actor.draft_id) if d in names
    }
    known = {name.casefold() for name in printed_names(w, actor)}
    untracked = [UNTRACKED] if items[UNTRACKED] else []
    out = []
    for name in dict.fromkeys((*untracked, *found.authors)):
        folded = name.casefold()
        whose = here.get(folded)
        ours = folded.startswith("presidency")
        if actor.role is Role.PRESIDENCY:
            mine = ours or (whose is None and folded not in known)
        else:
            mine = folded == actor.printed.casefold() or not (ours or folded in known)
        out.append(
            {
                "name": name,
                "tracked": name != UNTRACKED or name in found.authors,
                "scrubbed": name in found.scrubbed,
                "proposals": items[name],
                "comments": said[name],
                "mine": mine,
                "delegation": str(whose)
                if whose is not None and rules.may_enter_for_others(actor)
                else None,
            }
        )
    return out


def _item(item: Item, ground: Ground, here: _Here) -> dict[str, Any]:
    gone = item.kind is not ProposalKind.INSERT and not (
        item.paragraph is not None and ground.stands(UUID(item.paragraph))
    )
    return {
        "key": item.key,
        "kind": item.kind.value,
        "author": item.author,
        "at": _moment(item.at),
        "paragraph": item.paragraph,
        "label": item.label,
        "after_label": item.after_label,
        "split_at": item.split_at if item.kind is ProposalKind.SPLIT else None,
        "paragraph_kind": item.paragraph_kind.value,
        "level": item.level,
        "pieces": pieces.shown(credited(_redline(item), Credit(item.author, item.at))),
        "sure": item.sure,
        "why": item.why,
        "gone": gone,
        "known": here.has(item),
    }


def _redline(item: Item) -> tuple[Piece, ...]:
    match item.kind:
        case ProposalKind.AMEND:
            return compared(item.base, item.text)
        case ProposalKind.INSERT:
            return marked(item.text, Mark.INSERT)
        case ProposalKind.DELETE:
            return marked(item.base, Mark.DELETE)
        case _:
            return marked(item.base, Mark.KEEP)


def _comment(fresh: _Fresh) -> dict[str, Any]:
    said = fresh.said
    return {
        "key": said.key,
        "author": said.author,
        "new_by": fresh.author,
        "at": _moment(said.at),
        "paragraph": said.paragraph,
        "label": said.label,
        "quote": said.quote,
        "words": said.words,
        "replies": [
            {"author": r.author, "at": _moment(r.at), "words": r.words} for r in fresh.replies
        ],
        "resolved": said.resolved,
        "on_words": said.anchor is not None,
        "thread": None if fresh.thread is None else fresh.thread["id"],
        "seen_by": None if fresh.thread is None else fresh.thread["audience"]["words"],
        "why": said.why,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


# What is here already ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A comment of the file with what of it is new: all, or replies to a thread of ours."""

    said: Said
    thread: dict[str, Any] | None
    replies: tuple[Reply, ...]

    @property
    def author(self) -> str:
        """Who says in the file what of it is new."""
        return self.said.author if self.thread is None else self.replies[0].author


class _Here:
    """What the person sees on the draft already: our own files come back with it."""

    def __init__(self, w: Work, actor: Actor) -> None:
        self.threads: dict[tuple[str, str, str], dict[str, Any]] = {}
        # What began a thread before what answers one: LibreOffice gives replies back as comments.
        firsts, answers = [], []
        for thread in comments.all_seen(w, actor):
            first, *others = thread["comments"]
            firsts.append((thread, first))
            answers += [(thread, one) for one in others]
        for thread, one in (*firsts, *answers):
            at = (thread["paragraph"], one["by"]["delegation"], _same(one["body"]))
            self.threads.setdefault(at, thread)
        self.proposals = {
            (p["kind"], p["paragraph"], self._words(p), p["after"], p["at"])
            for p in proposals.all_seen(w, actor)
            if p["stage"] in rules.LIVE
        }

    @staticmethod
    def _words(proposal: dict[str, Any]) -> str:
        return bare(text_from_json(proposal["ops"])) if proposal["kind"] in WORDED else ""

    def has(self, item: Item) -> bool:
        """Tells whether there is a live proposal that says the same."""
        words = bare(item.text) if item.kind in WORDED else ""
        after = item.after if item.kind is ProposalKind.MOVE else None
        at = item.split_at if item.kind is ProposalKind.SPLIT else None
        return (item.kind.value, item.paragraph, words, after, at) in self.proposals

    def fresh(self, said: Sequence[Said]) -> Iterator[_Fresh]:
        """Gives the comments that are not here yet, or have replies that are not."""
        for one in said:
            thread = self.threads.get((one.paragraph, one.author, _same(one.words)))
            if thread is None:
                yield _Fresh(one, None, one.replies)
                continue
            known = {(c["by"]["delegation"], _same(c["body"])) for c in thread["comments"]}
            replies = tuple(r for r in one.replies if (r.author, _same(r.words)) not in known)
            if replies:
                yield _Fresh(one, thread, replies)


def _same(words: str) -> str:
    return " ".join(words.split())


# What is done ------------------------------------------------------------------------------------


def bring(w: Work, actor: Actor, call_id: UUID, found: Looked, chosen: Chosen) -> dict[str, Any]:
    """Brings in what a person has confirmed of a file, in one piece.

    Refuses: Stale when the file or the text is not what was looked at; NotAllowed to make proposals
    of others, but to the presidency on a delegation's word; Malformed for a choice that is not in
    the plan.
    """
    require(actor, Right.COMMENT)
    ground = homes.ground(w, actor.draft_id)
    _check_same(w, actor, found, chosen)
    items = [item for item in found.plan.items if item.key in chosen.items]
    fresh = [
        one for one in _Here(w, actor).fresh(found.plan.comments) if one.said.key in chosen.comments
    ]
    if len(items) < len(chosen.items) or len(fresh) < len(chosen.comments):
        raise Malformed(detail=f"Something was chosen that is not in the file. {_NOTHING}")
    if not items and not fresh:
        raise Malformed(detail="Nothing was chosen, so nothing was brought in.")
    made = _propose(w, actor, call_id, ground, items, chosen) if items else []
    threads = [_say(w, actor, found.candidate, one, chosen.audience) for one in fresh]
    return {"proposals": made, "threads": threads}


_NOTHING = "Nothing was stored; please look at the file again."


def _check_same(w: Work, actor: Actor, found: Looked, chosen: Chosen) -> None:
    if chosen.mark != found.mark:
        raise Stale(detail=f"The file or the text is not the one you looked at. {_NOTHING}")
    if found.candidate.key == WORKING:
        now = candidates(w, actor)[-1]
        if now != found.candidate:
            raise Stale(detail=f"The working text has changed since you looked. {_NOTHING}")


def _propose(
    w: Work,
    actor: Actor,
    call_id: UUID,
    ground: Ground,
    items: Sequence[Item],
    chosen: Chosen,
) -> list[str]:
    require(actor, Right.PROPOSE)
    circle = chosen.circle
    if actor.role is Role.CAPITAL and circle is not Circle.OWNERS:
        raise NotAllowed(detail="From your capital you put no proposals forward.")
    owners = _owners(w, actor, items, chosen)
    for owner, count in Counter(owners.values()).items():
        check_room(w, actor, rules.side_of(None if owner is None else str(owner)), count)
    names = kept_people.short_names(w)
    wanted = [
        Wanted(uuid5(call_id, item.key), _begun(ground, item), owners[item.key], item.base)
        for item in items
    ]
    made = begin_many(w, actor, ground, wanted)
    for proposal, one in zip(made, wanted, strict=True):
        if circle is not Circle.OWNERS:
            reason = _FROM_FILE
            if one.owner is not None and one.owner != delegation_of(actor):
                reason = f"On the word of {names.get(one.owner, '')}: from the Word file they sent."
            put_forward(w, actor, proposal, circle, reason, number=1)
        w.tell(ProposalChanged(actor.draft_id, proposal.id))
    w.session.flush()
    return [str(proposal.id) for proposal in made]


_FROM_FILE = "From a Word file."


def _owners(w: Work, actor: Actor, items: Sequence[Item], chosen: Chosen) -> dict[str, UUID | None]:
    """Gives whose each proposal is to be. Refuses: Malformed, NotAllowed."""
    own = delegation_of(actor)
    drafting = kept_people.drafting_on(w, actor.draft_id)
    out: dict[str, UUID | None] = {}
    for item in items:
        if item.author not in chosen.authors:
            raise Malformed(
                detail=f"Whose the changes by “{item.author or 'nobody'}” are was not said. {_NOTHING}"
            )
        named = chosen.authors[item.author]
        owner = own if named is None else named
        if owner != own:
            if not rules.may_enter_for_others(actor):
                raise NotAllowed(
                    detail="You bring in your own delegation’s proposals only; nothing was stored."
                )
            if owner not in drafting:
                raise Malformed(
                    detail=f"This delegation has nobody at this table who makes proposals. {_NOTHING}"
                )
            if chosen.circle is Circle.OWNERS:
                raise Malformed(
                    detail="What you bring in on a delegation’s word goes to them and the "
                    "presidency at least; nothing was stored."
                )
        out[item.key] = owner
    return out


def _begun(ground: Ground, item: Item) -> Begun:
    """Gives what a proposal begins as. Refuses: Stale for a paragraph that has left the text."""
    paragraph = None if item.paragraph is None else UUID(item.paragraph)
    words = to_json(item.text) if item.kind in WORDED else None
    if item.kind is ProposalKind.INSERT:
        return Begun(
            item.kind,
            ground.place(paragraph),
            paragraph_kind=item.paragraph_kind.value,
            level=item.level,
            ops=words,
        )
    if not ground.stands(paragraph):
        raise Stale(detail=f"{item.label} has since been deleted: leave it out. {_NOTHING}")
    after = None if item.after is None else ground.place(UUID(item.after))
    at = item.split_at if item.kind is ProposalKind.SPLIT else None
    return Begun(item.kind, paragraph, after, at=at, ops=words)


def _say(w: Work, actor: Actor, candidate: Candidate, fresh: _Fresh, audience: Audience) -> str:
    """Adds a comment of the file with its replies, in the order in which they were said there."""
    said = fresh.said
    if fresh.thread is None:
        thread = comments.add(
            w,
            actor,
            _place(candidate, said),
            audience,
            _body(said.author, said.at, said.words, said),
        )
    else:
        thread = comments.seen(w, actor, UUID(fresh.thread["id"]))
    for reply in fresh.replies:
        comments.add_reply(w, actor, thread, _body(reply.author, reply.at, reply.words, None))
    if fresh.thread is None and said.resolved:
        comments.set_resolved(w, actor, thread.id, resolved=True)
    w.tell(ThreadChanged(actor.draft_id, thread.id))
    return str(thread.id)


def _place(candidate: Candidate, said: Said) -> comments.Asked:
    place = next((n for n, p in enumerate(candidate.paragraphs) if p.key == said.paragraph), None)
    if place is None:
        raise NotFound
    if said.anchor is None:
        return comments.Asked(UUID(said.paragraph), None, None, None)
    return comments.Asked(
        UUID(said.paragraph), said.anchor.start, said.anchor.end, candidate.texts[place]
    )


def _body(author: str, at: datetime | None, words: str, said: Said | None) -> str:
    """Gives a comment's words, led by who said them in the file, and when."""
    day = f", {written(at)}" if at is not None else ""
    name = author.strip() or "Somebody"
    about = ""
    if said is not None and said.anchor is None and said.quote:
        about = f"[On “{said.quote[:_QUOTE_CHARS]}”]\n"
    body = f"[{name} in the file{day}]\n{about}{words}"
    if len(body) > comments.BODY_MAX_CHARS:
        raise Malformed(
            detail=f"A comment by {name} is longer than 10,000 characters: leave it out. {_NOTHING}"
        )
    return body


_QUOTE_CHARS = 300

"""The presidency accepts proposals, and what becomes of the others then.

An acceptance is a deed: whole or not at all, on record, and it can be undone. The words that are
taken up stay those of the delegations that proposed them; what the presidency adds is its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from drafting.errors import Malformed, NotFound, Stale
from drafting.rules.proposals import LIVE, Circle, Stage
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import deeds, homes, pieces, proposals
from drafting.services.homes import Ground
from drafting.services.overlays import laid_in
from drafting.services.standings import Now, redline_of, stands
from drafting.store import people as kept_people
from drafting.store import proposals as kept
from drafting.store import texts as kept_texts
from drafting.store.tables import Proposal
from drafting.store.work import Work
from drafting.text import collisions
from drafting.text.changes import (
    EMPTY,
    MAX_INSERT_UTF16,
    Change,
    compose,
    from_json,
    invert,
    is_text,
    text_from_json,
    text_length,
    to_json,
    transform,
)
from drafting.text.diff import difference
from drafting.text.proposal import WORDED, ProposalKind

ACCEPTED_MAX = 20
"""Most proposals taken up by one acceptance."""


def accept(  # noqa: PLR0913 - which, where, and what was made of them
    w: Work,
    actor: Actor,
    deed_id: UUID,
    *,
    paragraph_id: UUID | None,
    version: int | None,
    proposal_ids: Sequence[UUID],
    ops: list[dict[str, Any]] | None,
    reason: str,
) -> dict[str, Any]:
    """Accepts proposals to one paragraph and gives the `deed` event.

    `version` is that of the paragraph's text that the presidency looked at. With `ops` they are
    accepted as modified: these are the words the paragraph is to have (for an insertion, the new
    paragraph). Refuses: NotAllowed to all but the presidency; NotFound; Stale when the paragraph
    has changed since the presidency looked; Malformed for proposals that cannot be taken up together.
    """
    require(actor, Right.ANSWER)
    doing = deeds.begin(w, actor, deed_id)
    taken = [_held(w, actor, one) for one in dict.fromkeys(proposal_ids)]
    if not 0 < len(taken) <= ACCEPTED_MAX:
        raise Malformed(detail="One to twenty proposals are accepted at once.")
    ground = homes.ground(w, actor.draft_id)
    _check_ground(ground, paragraph_id, version, w, actor)
    words = _modified(ops)
    authors = _public_owners(w, taken)
    kinds = {proposal.kind for proposal in taken}
    if kinds <= {ProposalKind.AMEND, ProposalKind.ALTERNATIVE}:
        undo = _take_words(doing, ground, paragraph_id, taken, authors, words)
    elif len(taken) == 1:
        undo = _take_structure(doing, ground, paragraph_id, taken[0], authors[taken[0].id], words)
    else:
        raise Malformed(detail="Only changes of words to one paragraph are accepted together.")
    label = ground.label(paragraph_id) or taken[0].label
    undo |= {"kind": "unaccept", "proposals": [str(p.id) for p in taken]}
    names = [name for name in authors.values() if name is not None]
    if names:
        whose = " and ".join(dict.fromkeys(names))
        doing.summary = f"Accepted {_possessive(whose)} proposal{'s' * (len(names) > 1)} to {label}"
        if words is not None:
            doing.summary += ", as modified"
    else:
        # That there was a proposal at all is known to its owners and the presidency alone.
        doing.summary = f"Changed {label}"
    data = deeds.record(doing, "accept" if names else "change", undo)
    stage = Stage.ACCEPTED if words is None else Stage.MODIFIED
    for proposal in taken:
        proposals.close(w, actor, proposal, stage, reason)
    return data


def _held(w: Work, actor: Actor, proposal_id: UUID) -> Proposal:
    proposals.seen(w, actor, proposal_id)
    proposal = kept.held(w, proposal_id)
    if proposal is None:
        raise NotFound
    if proposal.stage != Stage.PUT_FORWARD:
        raise Stale(
            detail="One of these proposals is not before the room any more. Please look again."
        )
    return proposal


def _check_ground(
    ground: Ground, paragraph_id: UUID | None, version: int | None, w: Work, actor: Actor
) -> None:
    if paragraph_id is None:
        return
    if not ground.listed(paragraph_id):
        raise NotFound
    now = ground.version(paragraph_id)
    if version == now:
        return
    last = kept_texts.since(w, paragraph_id, now - 1)
    by = last[-1].author if last else actor.printed
    raise Stale(
        detail=f"{ground.label(paragraph_id)} has changed since you looked (last by {by}); nothing "
        "was accepted. Look at it as it stands now and decide again."
    )


def _modified(ops: list[dict[str, Any]] | None) -> Change | None:
    if ops is None:
        return None
    words = from_json(ops)
    if not is_text(words) or not words or text_length(words) > MAX_INSERT_UTF16:
        raise Malformed(detail="What is accepted as modified is a whole wording.")
    return words


def _public_owners(w: Work, taken: Sequence[Proposal]) -> dict[UUID, str | None]:
    """Gives whose the words of accepted proposals are to everybody, by proposal.

    None for one that was put to the presidency alone: its words are the presidency's in redlines,
    history and files, or they would tell who had asked for them.
    """
    names = kept_people.short_names(w)
    return {
        one.id: proposals.printed(kept.owners_of(w, one.id), names)
        if one.audience == Circle.EVERYONE
        else None
        for one in taken
    }


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _take_words(
    doing: deeds.Doing,
    ground: Ground,
    paragraph_id: UUID | None,
    taken: Sequence[Proposal],
    authors: Mapping[UUID, str | None],
    words: Change | None,
) -> dict[str, Any]:
    if paragraph_id is None or not ground.stands(paragraph_id):
        raise Stale(detail="The paragraph is deleted. Restore it first.")
    base = ground.words(paragraph_id)
    wanted = [
        _wanted(doing.w, ground, paragraph_id, one, modified=words is not None) for one in taken
    ]
    if words is None:
        _check_apart(wanted)
    result, made = laid_in(base, wanted)
    total = EMPTY
    for proposal, change in zip(taken, made, strict=True):
        if change != EMPTY:
            doing.change(paragraph_id, change, author=authors[proposal.id])
            total = compose(total, change)
    own = EMPTY if words is None else difference(result, words)
    if own != EMPTY:
        doing.change(paragraph_id, own)
        total = compose(total, own)
    if total == EMPTY and words is None:
        raise Stale(detail="The text says this already. Mark the proposal as moot instead.")
    return _taken_back(doing, paragraph_id, base, total)


def _wanted(
    w: Work, ground: Ground, paragraph_id: UUID, proposal: Proposal, *, modified: bool
) -> Change:
    """Gives what a proposal would change in what the paragraph says now."""
    now = stands(ground, proposal, proposals.words_of(w, proposal))
    if now.home != paragraph_id:
        raise NotFound
    if now.standing == "touched" and not modified:
        raise Stale(
            detail="Words it touches have changed. Accept it as modified, with the words you mean."
        )
    return difference(ground.words(paragraph_id), now.text)


def _check_apart(wanted: Sequence[Change]) -> None:
    for one, change in enumerate(wanted):
        if any(collisions.meetings(change, other) for other in wanted[one + 1 :]):
            raise Stale(
                detail="These proposals touch the same words. Say as modified what is to stand."
            )


def _taken_back(
    doing: deeds.Doing, paragraph_id: UUID, base: Change, total: Change
) -> dict[str, Any]:
    return {
        "text": str(paragraph_id),
        "version": doing.text(paragraph_id).version,
        "ops": to_json(invert(total, base)),
    }


def _take_structure(
    doing: deeds.Doing,
    ground: Ground,
    paragraph_id: UUID | None,
    proposal: Proposal,
    author: str | None,
    words: Change | None,
) -> dict[str, Any]:
    kind = ProposalKind(proposal.kind)
    own = proposals.words_of(doing.w, proposal)
    now = stands(ground, proposal, own)
    if now.home != paragraph_id:
        raise NotFound
    if now.standing in ("touched", "gone"):
        raise Stale(detail=f"It cannot be accepted as it stands. {now.why}")
    if words is not None and kind not in WORDED:
        raise Malformed(detail="This kind of proposal has no words of its own.")
    doing.credit = author
    if kind is ProposalKind.INSERT:
        return _insert(doing, proposal, now.home, own, words, author)
    deed: dict[str, Any] = {"kind": kind.value, "paragraph": str(now.home)}
    if kind is ProposalKind.MOVE:
        after = ground.place(proposal.after_id)
        deed["after"] = None if after is None else str(after)
    if kind is ProposalKind.SPLIT and now.home is not None:
        deed |= {"at": now.at, "version": ground.version(now.home)}
    return {"deed": deeds.perform(doing, deed)}


def _insert(
    doing: deeds.Doing,
    proposal: Proposal,
    after: UUID | None,
    own: Change,
    words: Change | None,
    author: str | None,
) -> dict[str, Any]:
    undo = deeds.perform(
        doing,
        {
            "kind": "insert",
            "after": None if after is None else str(after),
            "paragraph_kind": proposal.paragraph_kind,
            "level": proposal.level,
            "ops": [],
        },
    )
    new = UUID(undo["paragraphs"][0])
    doing.change(new, own, author=author)
    if words is not None and words != own:
        doing.change(new, difference(own, words))
    return {"deed": undo}


# Undoing -----------------------------------------------------------------------------------------


def _unaccept(doing: deeds.Doing, undo: Mapping[str, Any]) -> dict[str, Any]:
    w = doing.w
    if "deed" in undo:
        deeds.perform(doing, undo["deed"])
    else:
        _put_back(doing, undo)
    for value in undo["proposals"]:
        proposal = kept.held(w, UUID(value))
        if proposal is not None and proposal.stage in (Stage.ACCEPTED, Stage.MODIFIED):
            proposals.reopen(w, doing.actor, proposal)
    # Not undone again: accept once more, so that everybody is asked as the first time.
    return {}


def _put_back(doing: deeds.Doing, undo: Mapping[str, Any]) -> None:
    text_id = UUID(undo["text"])
    back = from_json(undo["ops"])
    over = EMPTY
    for entry in kept_texts.since(doing.w, text_id, undo["version"]):
        over = compose(over, from_json(entry.ops))
    if collisions.meetings(over, back):
        raise Stale(
            detail="Words that were accepted have been changed since; this cannot be undone by itself."
        )
    change = transform(over, back, first=True)
    if change != EMPTY:
        doing.change(text_id, change)


deeds.UNDOES["unaccept"] = _unaccept


# What becomes of the others ----------------------------------------------------------------------


def reconciliation(w: Work, actor: Actor, paragraph_id: UUID) -> dict[str, Any]:
    """Gives what an acceptance leaves to be looked at in a paragraph: docs/api.md.

    First the proposals that have become moot as it seems, then those carried over, old wording
    beside new. Refuses: NotAllowed to all but the presidency; NotFound.
    """
    require(actor, Right.ANSWER)
    ground = homes.ground(w, actor.draft_id)
    if paragraph_id not in ground.every:
        raise NotFound
    names = kept_people.short_names(w)
    moot: list[dict[str, Any]] = []
    rebased: list[dict[str, Any]] = []
    for proposal in proposals.visible(w, actor):
        if proposal.stage != Stage.PUT_FORWARD or proposal.kind == ProposalKind.INSERT:
            continue
        words = proposals.words_of(w, proposal)
        now = stands(ground, proposal, words)
        if now.standing == "current" or paragraph_id not in (now.home, proposal.paragraph_id):
            continue
        if now.done or now.standing == "gone":
            why = "The text says this already." if now.done else now.why
            moot.append({"proposal": str(proposal.id), "why": why})
            continue
        author = proposals.printed(kept.owners_of(w, proposal.id), names)
        base = text_from_json(proposal.base)
        was = Now(now.home, "gone", "", words, proposal.at_utf16, done=False)
        rebased.append(
            {
                "proposal": str(proposal.id),
                "standing": now.standing,
                "why": now.why,
                "was": pieces.shown(redline_of(ground, proposal, was, words, author)),
                "now": pieces.shown(redline_of(ground, proposal, now, words, author)),
                "text": to_json(now.text if proposal.kind in WORDED else base),
            }
        )
    return {"moot": moot, "rebased": rebased}


def reconcile(w: Work, actor: Actor, moot: Sequence[tuple[UUID, str]]) -> dict[str, Any]:
    """Marks proposals as moot, as a person has ticked them; gives their ids.

    Refuses: NotAllowed to all but the presidency; NotFound; Stale for one that is over.
    """
    require(actor, Right.ANSWER)
    for proposal_id, reason in moot:
        proposals.seen(w, actor, proposal_id)
        proposal = kept.held(w, proposal_id)
        if proposal is None or proposal.stage not in LIVE or proposal.stage == Stage.DRAFT:
            raise Stale(detail="One of these proposals is over already.")
        proposals.close(w, actor, proposal, Stage.MOOT, reason)
    return {"proposals": [str(proposal_id) for proposal_id, _ in moot]}

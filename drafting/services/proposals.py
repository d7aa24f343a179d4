"""Proposals: written by their owners, put forward to somebody, answered by the presidency."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import ProposalChanged
from drafting.rules.proposals import (
    LIVE,
    PRESIDENCY_NAME,
    Act,
    Circle,
    Stage,
    Standing,
    acts,
    circles,
    in_words,
    may_see,
    reason_seen,
)
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import PRESIDENCY, Actor, Role
from drafting.services import editing, homes, pieces
from drafting.services.homes import Ground
from drafting.services.proposing import (
    Begun,
    Wanted,
    begin_many,
    check_room,
    delegation_of,
    give_to,
    keep_new,
    put_forward,
    record_step,
    set_words,
    with_owners,
)
from drafting.services.standings import proposed, redline_of, stands
from drafting.services.writing import standing_of
from drafting.store import people as kept_people
from drafting.store import proposals as kept
from drafting.store import texts as kept_texts
from drafting.store import versions as kept_versions
from drafting.store.tables import Proposal, ProposalOwner, ProposalStep, Version
from drafting.store.work import Work
from drafting.text import floor
from drafting.text.changes import (
    EMPTY,
    MAX_INSERT_UTF16,
    Change,
    from_json,
    is_text,
    text_from_json,
    text_length,
    to_json,
)
from drafting.text.proposal import WORDED, ProposalKind

REASON_MAX_CHARS = 2_000
SENTENCE_MAX_CHARS = 20_000
OWNERS_MAX = 50


# What is done ------------------------------------------------------------------------------------


def begin(w: Work, actor: Actor, call_id: UUID, asked: Begun) -> dict[str, Any]:
    """Begins a proposal, as a draft that its owner's side alone knows of.

    `call_id` is the client's id for this call.

    Refuses: NotAllowed to those who make none; NotFound for a paragraph that is not in the text;
    Stale for one that is deleted; Malformed for what does not fit its kind.
    """
    require(actor, Right.PROPOSE)
    check_room(w, actor, actor.side)
    ground = homes.ground(w, actor.draft_id)
    wanted = Wanted(call_id, asked, delegation_of(actor))
    return _changed(w, actor, begin_many(w, actor, ground, [wanted])[0])


def share(w: Work, actor: Actor, proposal_id: UUID, delegation_id: UUID) -> dict[str, Any]:
    """Makes another delegation an owner of a draft, to write it jointly.

    Refuses: NotFound; NotAllowed to all but its owners; Malformed for a delegation that has nobody
    here who makes proposals.
    """
    proposal, standing = _seen(w, actor, proposal_id, Act.SHARE)
    if str(delegation_id) in standing.owners:
        raise Stale(detail="This delegation drafts it with you already.")
    if (
        delegation_id not in kept_people.drafting_on(w, actor.draft_id)
        or len(standing.owners) >= OWNERS_MAX
    ):
        raise Malformed(detail="This delegation has nobody at this table to draft with.")
    owners = kept.owners_of(w, proposal.id)
    w.session.add(
        ProposalOwner(
            proposal_id=proposal.id,
            number=len(owners) + 1,
            delegation_id=delegation_id,
            since=w.now,
        )
    )
    w.session.flush()
    record_step(w, actor, proposal, "shared")
    return _changed(w, actor, proposal)


def circulate(w: Work, actor: Actor, proposal_id: UUID, circle: Circle) -> dict[str, Any]:
    """Puts a draft forward to an audience, or shows what was put forward to everyone.

    Refuses: NotFound; NotAllowed to all but its owners; Malformed for an audience that is not
    wider, and for a proposal that would change nothing.
    """
    proposal, standing = _seen(w, actor, proposal_id, Act.PUT_FORWARD, Act.WIDEN)
    if circle not in circles(standing.circle):
        raise Malformed(detail="A proposal can only go to a wider audience.")
    if standing.stage is Stage.DRAFT:
        _check_says_something(w, proposal)
        put_forward(w, actor, proposal, circle)
        _supersede(w, actor, proposal)
    else:
        proposal.audience = circle.value
        record_step(w, actor, proposal, "widened")
    return _changed(w, actor, proposal)


def _check_says_something(w: Work, proposal: Proposal) -> None:
    if proposal.kind not in WORDED:
        return
    text = kept_texts.now(w, proposal.id)
    if text is None or not text.content:
        raise Malformed(
            detail="It has no words yet. To take the paragraph out, propose to delete it."
        )
    if proposal.kind == ProposalKind.AMEND and text.content == proposal.base:
        raise Malformed(detail="It changes nothing yet.")


def _supersede(w: Work, actor: Actor, proposal: Proposal) -> None:
    if proposal.replaces_id is None:
        return
    before = kept.held(w, proposal.replaces_id)
    if before is not None and before.stage == Stage.PUT_FORWARD:
        before.stage = Stage.SUPERSEDED.value
        record_step(w, actor, before, "superseded")
        w.session.flush()
        w.tell(ProposalChanged(before.draft_id, before.id))


def set_sentence(w: Work, actor: Actor, proposal_id: UUID, sentence: str | None) -> dict[str, Any]:
    """Sets the formal words for the floor by hand, or with None leaves them to the tool again.

    Refuses: NotFound; NotAllowed to all but its owners; Malformed for words that are too long.
    """
    proposal, _ = _seen(w, actor, proposal_id, Act.SENTENCE)
    clean = None if sentence is None else " ".join(sentence.split())
    if clean is not None and not 0 < len(clean) <= SENTENCE_MAX_CHARS:
        raise Malformed(detail="The words for the floor have at most 20,000 characters.")
    proposal.sentence = clean
    proposal.sentence_for = "" if clean is None else _fingerprint(w, proposal)
    return _changed(w, actor, proposal)


def _fingerprint(w: Work, proposal: Proposal) -> str:
    held = kept.words(w, [proposal.id]).get(proposal.id)
    return _fingerprint_of(proposal, [] if held is None else held[1])


def _fingerprint_of(proposal: Proposal, words: list[Any]) -> str:
    return editing.fingerprint_of(
        proposal.kind, proposal.base, words, proposal.at_utf16, proposal.after_id
    )


def withdraw(w: Work, actor: Actor, proposal_id: UUID, reason: str) -> dict[str, Any]:
    """Takes a proposal back; it stays on record. Refuses: NotFound; NotAllowed to all but its owners."""
    proposal, _ = _seen(w, actor, proposal_id, Act.WITHDRAW)
    proposal.stage = Stage.WITHDRAWN.value
    record_step(w, actor, proposal, "withdrawn", clean_reason(reason))
    return _changed(w, actor, proposal)


def revise(w: Work, actor: Actor, call_id: UUID, proposal_id: UUID) -> dict[str, Any]:
    """Begins a draft that will take a proposal's place; it stands on what the text says now.

    `call_id` is the client's id for this call.

    Refuses: NotFound; NotAllowed to all but its owners.
    """
    proposal, _ = _seen(w, actor, proposal_id, Act.REVISE)
    ground = homes.ground(w, actor.draft_id)
    check_room(w, actor, actor.side)
    words = words_of(w, proposal)
    now = stands(ground, proposal, words)
    touched = now.standing in ("touched", "gone")
    base = text_from_json(proposal.base)
    home = proposal.paragraph_id
    if not touched and now.home is not None and proposal.kind != ProposalKind.INSERT:
        base, home = ground.words(now.home), now.home
    fresh = keep_new(
        w,
        actor,
        call_id,
        kind=proposal.kind,
        paragraph_id=home,
        after_id=proposal.after_id,
        at_utf16=proposal.at_utf16 if touched else now.at,
        paragraph_kind=proposal.paragraph_kind,
        level=proposal.level,
        base=to_json(base),
        label=ground.label(home) or proposal.label,
        replaces_id=proposal.id,
    )
    give_to(w, fresh, kept.owners_of(w, proposal.id))
    if proposal.kind in WORDED:
        kept_texts.begin(w, fresh.id, actor.draft_id, to_json(words if touched else now.text))
    return _changed(w, actor, fresh)


def confirm(
    w: Work,
    actor: Actor,
    proposal_id: UUID,
    *,
    paragraph_id: UUID,
    version: int,
    ops: list[dict[str, Any]] | None,
) -> dict[str, Any]:
    """Says, as its author, that a proposal stands on what the paragraph says now.

    `ops` are the words it is to give (None: as re-based). Refuses: NotFound; NotAllowed to all but
    its owners; Stale when the paragraph has changed again since they looked.
    """
    proposal, _ = _seen(w, actor, proposal_id, Act.CONFIRM)
    ground = homes.ground(w, actor.draft_id)
    words = words_of(w, proposal)
    now = stands(ground, proposal, words)
    if now.home is None or now.standing == "gone":
        raise Stale(
            detail="Its paragraph is gone. It can be withdrawn, or revised as a new paragraph."
        )
    if now.home != paragraph_id or ground.version(now.home) != version:
        raise Stale
    if proposal.kind in WORDED:
        after = now.text if ops is None else from_json(ops)
        if not is_text(after) or text_length(after) > MAX_INSERT_UTF16:
            raise Malformed(detail="A proposal gives the whole wording.")
        set_words(w, actor, proposal, after)
    elif ops is not None:
        raise Malformed(detail="This kind of proposal has no words of its own.")
    if proposal.kind != ProposalKind.INSERT:
        proposal.base = to_json(ground.words(now.home))
        proposal.paragraph_id = now.home
        proposal.at_utf16 = now.at
    record_step(w, actor, proposal, "confirmed")
    return _changed(w, actor, proposal)


def respond(
    w: Work, actor: Actor, proposal_id: UUID, outcome: str, reason: str, circle: Circle
) -> dict[str, Any]:
    """Answers a proposal: it will be considered, or it is not retained; the reason has an audience.

    Refuses: NotFound; NotAllowed to all but the presidency; Malformed for a reason shown to more
    than see the proposal.
    """
    proposal, standing = _seen(w, actor, proposal_id, Act.RESPOND)
    if circle is Circle.OWNERS or (
        circle is Circle.EVERYONE and standing.circle is not Circle.EVERYONE
    ):
        raise Malformed(
            detail="The reason is for its owners, or for everyone who sees the proposal."
        )
    if outcome == Stage.NOT_RETAINED:
        proposal.stage = Stage.NOT_RETAINED.value
    elif outcome != "will_consider":
        raise Malformed(detail="It will be considered, or it is not retained.")
    record_step(w, actor, proposal, outcome, clean_reason(reason), circle)
    return _changed(w, actor, proposal)


def close(
    w: Work,
    actor: Actor,
    proposal: Proposal,
    stage: Stage,
    reason: str = "",
    circle: Circle = Circle.EVERYONE,
) -> None:
    """Ends a proposal as accepted, accepted as modified, or moot; for the acceptance to call."""
    proposal.stage = stage.value
    record_step(w, actor, proposal, stage.value, clean_reason(reason), circle)
    w.session.flush()
    w.tell(ProposalChanged(proposal.draft_id, proposal.id))


def reopen(w: Work, actor: Actor, proposal: Proposal) -> None:
    """Puts a proposal whose acceptance was undone before the room again."""
    proposal.stage = Stage.PUT_FORWARD.value
    record_step(w, actor, proposal, "reopened")
    w.session.flush()
    w.tell(ProposalChanged(proposal.draft_id, proposal.id))


def clean_reason(reason: str) -> str:
    """Gives a reason as it is kept. Refuses: Malformed when it is too long."""
    clean = "\n".join(" ".join(line.split()) for line in reason.strip().splitlines())
    if len(clean) > REASON_MAX_CHARS:
        raise Malformed(detail="A reason has at most 2,000 characters.")
    return clean


def _changed(w: Work, actor: Actor, proposal: Proposal) -> dict[str, Any]:
    w.session.flush()
    w.tell(ProposalChanged(proposal.draft_id, proposal.id))
    return detail(w, actor, proposal.id)


def _seen(w: Work, actor: Actor, proposal_id: UUID, *any_of: Act) -> tuple[Proposal, Standing]:
    """Gives a proposal to whoever sees it and may do one of these with it, and holds it."""
    proposal = kept.held(w, proposal_id)
    if proposal is None or proposal.draft_id != actor.draft_id:
        raise NotFound
    standing = standing_of(proposal, kept.owners_of(w, proposal_id))
    if not may_see(actor, standing):
        raise NotFound
    if any_of and not set(any_of) & set(acts(actor, standing)):
        if standing.stage not in LIVE:
            raise Stale(detail="This proposal is over.")
        raise NotAllowed(detail=_WHY_NOT.get(any_of[0], NotAllowed.sentence))
    return proposal, standing


_WHY_NOT = {
    Act.RESPOND: "Only the presidency answers proposals, once they are put forward.",
    Act.SHARE: "Only its owners share a proposal, while it is a draft.",
    Act.REVISE: "Only its owners revise a proposal, once it is put forward.",
    Act.PUT_FORWARD: "Only its owners put a proposal forward; not from their capital.",
}


def seen(w: Work, actor: Actor, proposal_id: UUID) -> tuple[Proposal, Standing]:
    """Gives a proposal to whoever sees it. Refuses: NotFound."""
    proposal = kept.proposal(w, proposal_id)
    if proposal is None or proposal.draft_id != actor.draft_id:
        raise NotFound
    standing = standing_of(proposal, kept.owners_of(w, proposal_id))
    if not may_see(actor, standing):
        raise NotFound
    return proposal, standing


def words_of(w: Work, proposal: Proposal) -> Change:
    """Gives what a proposal would have its paragraph say; nothing for a kind without words."""
    held = kept.words(w, [proposal.id]).get(proposal.id)
    return EMPTY if held is None else text_from_json(held[1])


def draft_of(w: Work, proposal_id: UUID) -> UUID:
    """Gives the draft a proposal is on. Refuses: NotFound."""
    proposal = kept.proposal(w, proposal_id)
    if proposal is None:
        raise NotFound
    return proposal.draft_id


# What is seen ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is looked up once, for all proposals and for everyone they are shown to."""

    ground: Ground
    owners: dict[UUID, list[UUID | None]]
    steps: dict[UUID, list[ProposalStep]]
    words: dict[UUID, tuple[int, list[Any]]]
    names: dict[UUID, str]
    versions: dict[int, Version]


def _look(
    w: Work, draft_id: UUID, proposals: Sequence[Proposal], ground: Ground | None = None
) -> _Looked:
    proposal_ids = [p.id for p in proposals]
    return _Looked(
        ground or homes.ground(w, draft_id),
        kept.owners(w, draft_id),
        kept.steps(w, proposal_ids),
        kept.words(w, proposal_ids),
        kept_people.short_names(w),
        {v.number: v for v in kept_versions.versions(w, draft_id)},
    )


def visible(w: Work, actor: Actor) -> list[Proposal]:
    """Gives the proposals a person may see, in the order in which they were put forward."""
    found = [p for p, of in with_owners(w, actor.draft_id) if may_see(actor, standing_of(p, of))]
    return sorted(found, key=lambda p: (p.put_forward_at or p.created_at, p.id))


def all_seen(w: Work, actor: Actor, ground: Ground | None = None) -> list[dict[str, Any]]:
    """Gives the proposals a person may see, as the state shows them."""
    mine = visible(w, actor)
    looked = _look(w, actor.draft_id, mine, ground)
    return [_shown(actor, p, looked, mine) for p in mine]


def seen_by(w: Work, actors: Iterable[Actor], proposal_id: UUID) -> dict[UUID, dict[str, Any]]:
    """Gives a proposal, by session, as each of these people who may see it sees it."""
    proposal = kept.proposal(w, proposal_id)
    if proposal is None:
        return {}
    looked = _look(w, proposal.draft_id, [proposal])
    kin = _kin(w, proposal)
    return {
        actor.session_id: _shown(actor, proposal, looked, _known(actor, kin, looked))
        for actor in actors
        if may_see(actor, standing_of(proposal, looked.owners.get(proposal.id, [])))
    }


def _kin(w: Work, proposal: Proposal) -> list[Proposal]:
    """Gives the proposals that a proposal takes the place of, or that take its own."""
    before = None if proposal.replaces_id is None else kept.proposal(w, proposal.replaces_id)
    return [*([] if before is None else [before]), *kept.replacing(w, proposal.id)]


def _known(actor: Actor, proposals: Iterable[Proposal], looked: _Looked) -> list[Proposal]:
    return [p for p in proposals if may_see(actor, standing_of(p, looked.owners.get(p.id, [])))]


def detail(w: Work, actor: Actor, proposal_id: UUID) -> dict[str, Any]:
    """Gives a proposal whole: with its redline, and the formal words the tool makes of it.

    Refuses: NotFound.
    """
    proposal, _ = seen(w, actor, proposal_id)
    looked = _look(w, actor.draft_id, [proposal])
    shown = _shown(actor, proposal, looked, _known(actor, _kin(w, proposal), looked))
    words = _words(proposal, looked)
    now = stands(looked.ground, proposal, words)
    made = floor.sentence(proposed(looked.ground, proposal, now, words))
    sentence = shown["sentence"]
    sentence["made"] = made
    sentence["words"] = sentence["words"] or made
    shown["pieces"] = pieces.shown(
        redline_of(looked.ground, proposal, now, words, printed_owners(proposal, looked))
    )
    return shown


def _words(proposal: Proposal, looked: _Looked) -> Change:
    held = looked.words.get(proposal.id)
    return EMPTY if held is None else text_from_json(held[1])


def printed_owners(proposal: Proposal, looked: _Looked) -> str:
    """Gives whose a proposal is as redlines print it."""
    return printed(looked.owners.get(proposal.id, []), looked.names)


def printed(owners: Iterable[UUID | None], names: dict[UUID, str]) -> str:
    """Gives owners as redlines print them: "Mexico, Chile"."""
    return ", ".join(PRESIDENCY if one is None else names.get(one, "") for one in owners)


def _shown(
    actor: Actor, proposal: Proposal, looked: _Looked, known: Collection[Proposal]
) -> dict[str, Any]:
    """Gives a proposal as one person sees it; `known` are those others that they may see."""
    owners = looked.owners.get(proposal.id, [])
    standing = standing_of(proposal, owners)
    names = [PRESIDENCY_NAME if one is None else looked.names.get(one, "") for one in owners]
    held = looked.words.get(proposal.id)
    words = _words(proposal, looked)
    now = stands(looked.ground, proposal, words)
    mine = _is_own(actor, standing)
    steps = looked.steps.get(proposal.id, [])
    if not mine:
        # When it was begun, shared, and how much was typed, is its owners' affair.
        steps = steps[next((n for n, s in enumerate(steps) if s.step == "put_forward"), 0) :]
    may = acts(actor, standing)
    if Right.PROPOSE not in rights_of(actor) and Right.ANSWER not in rights_of(actor):
        may = []
    version = looked.versions.get(proposal.version_number)
    rebased = None
    if now.standing in ("moved", "touched") and proposal.kind == ProposalKind.AMEND:
        rebased = to_json(now.text)
    sentence_out = proposal.sentence is not None and proposal.sentence_for != _fingerprint_of(
        proposal, [] if held is None else held[1]
    )
    return {
        "id": str(proposal.id),
        "kind": proposal.kind,
        "paragraph": None if now.home is None else str(now.home),
        "label": looked.ground.label(now.home) or proposal.label,
        "after": _id(looked.ground.place(proposal.after_id)),
        "after_label": looked.ground.label(looked.ground.place(proposal.after_id)),
        "at": now.at if proposal.kind == ProposalKind.SPLIT else None,
        "paragraph_kind": proposal.paragraph_kind,
        "level": proposal.level,
        "owners": [
            {"delegation": _id(one), "name": name} for one, name in zip(owners, names, strict=True)
        ],
        "mine": mine,
        "stage": proposal.stage,
        "audience": _circle(standing.circle, names),
        "wider": [_circle(one, names) for one in circles(standing.circle)]
        if {Act.PUT_FORWARD, Act.WIDEN} & set(may)
        else [],
        "version": len(steps) if held is None or not mine else held[0],
        "ops": [] if held is None else held[1],
        "base": proposal.base,
        "made_on": "" if version is None else version.name,
        "begun_at": proposal.created_at.isoformat() if mine else None,
        "put_forward_at": None
        if proposal.put_forward_at is None
        else proposal.put_forward_at.isoformat(),
        "standing": now.standing,
        "why": now.why,
        "rebased": rebased,
        "sentence": {
            "words": proposal.sentence,
            "by_hand": proposal.sentence is not None,
            "out_of_step": sentence_out,
            "made": None,
        },
        "response": _response(actor, standing, steps),
        "steps": [_step_shown(actor, standing, step) for step in steps],
        "replaces": next((str(p.id) for p in known if p.id == proposal.replaces_id), None),
        "replaced_by": next((str(p.id) for p in known if p.replaces_id == proposal.id), None),
        "may": [act.value for act in may],
    }


def _is_own(actor: Actor, standing: Standing) -> bool:
    return actor.side in standing.owners and actor.role is not Role.OBSERVER


def _circle(circle: Circle, names: Collection[str]) -> dict[str, str]:
    return {"kind": circle.value, "words": in_words(circle, names)}


ANSWERS = frozenset({"will_consider", "not_retained", "accepted", "modified", "moot", "reopened"})
"""Steps by which the presidency answers; the last one counts."""


def _response(
    actor: Actor, standing: Standing, steps: Sequence[ProposalStep]
) -> dict[str, Any] | None:
    last = next((s for s in reversed(steps) if s.step in ANSWERS), None)
    if last is None or last.step == "reopened":
        return None
    return {
        "outcome": last.step,
        "reason": _reason(actor, standing, last),
        "by": last.author,
        "at": last.at.isoformat(),
    }


def _reason(actor: Actor, standing: Standing, step: ProposalStep) -> str | None:
    return step.reason if reason_seen(actor, Circle(step.audience), standing.owners) else None


def _step_shown(actor: Actor, standing: Standing, step: ProposalStep) -> dict[str, Any]:
    return {
        "step": step.step,
        "by": step.author,
        "name": step.name,
        "at": step.at.isoformat(),
        "reason": _reason(actor, standing, step),
    }


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)

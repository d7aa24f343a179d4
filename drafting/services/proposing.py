"""How a proposal is begun: what it is to, what it says first, whose it is, and its steps on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound, Stale
from drafting.rules.proposals import LIVE, Circle, Stage
from drafting.rules.roles import Actor, Role
from drafting.services import editing, history
from drafting.services.homes import Ground
from drafting.services.writing import standing_of
from drafting.store import proposals as kept
from drafting.store import texts as kept_texts
from drafting.store import versions as kept_versions
from drafting.store.tables import Proposal, ProposalOwner, ProposalStep
from drafting.store.work import Work
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
from drafting.text.diff import difference
from drafting.text.proposal import WORDED, ProposalKind
from drafting.text.resolution import MAX_LEVEL, Kind

LIVE_MAX = 2_000
"""Most proposals of one side on one draft that are drafts or put forward."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a proposal begins as; which fields go with which kind is in docs/api.md."""

    kind: ProposalKind
    paragraph_id: UUID | None = None
    after_id: UUID | None = None
    version: int | None = None
    at: int | None = None
    paragraph_kind: str | None = None
    level: int = 0
    ops: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proposal to begin: under the client's id for the call, for an owner (None: the presidency).

    `base` is what the paragraph says at `asked.version`, where the caller has it.
    """

    call_id: UUID
    asked: Begun
    owner: UUID | None
    base: Change | None = None


def begin_many(w: Work, actor: Actor, ground: Ground, wanted: Sequence[Wanted]) -> list[Proposal]:
    """Begins proposals, as drafts that their owners' sides alone know of, in few statements.

    Refuses: as `proposals.begin` does, but for the right, which the caller has looked at.
    """
    last = kept_versions.last(w, actor.draft_id)
    number = 0 if last is None else last.number
    made: list[Proposal] = []
    plain: list[tuple[UUID, list[Any]]] = []
    changed: list[tuple[UUID, list[Any], kept_texts.Entry, list[Any]]] = []
    for one in wanted:
        asked = one.asked
        base = _base(w, ground, asked) if one.base is None else one.base
        kind, level = _paragraph_kind(ground, asked)
        words = _first_words(asked, base)
        proposal = _new(
            w,
            actor,
            one.call_id,
            number,
            kind=asked.kind.value,
            paragraph_id=asked.paragraph_id,
            after_id=_after(ground, asked),
            at_utf16=_split_at(asked, base),
            paragraph_kind=kind.value,
            level=level,
            base=to_json(base),
            label=ground.label(asked.paragraph_id),
            replaces_id=None,
        )
        made.append(proposal)
        if asked.kind not in WORDED:
            continue
        change = difference(base, words) if words != base else EMPTY
        if change == EMPTY:
            plain.append((proposal.id, to_json(base)))
        else:
            entry = _first_entry(w, actor, proposal, change)
            changed.append((proposal.id, to_json(base), entry, to_json(words)))
    w.session.add_all(made)
    w.session.flush()
    for proposal, one in zip(made, wanted, strict=True):
        _own(w, proposal, [one.owner])
    w.session.flush()
    if plain:
        kept_texts.begin_all(w, actor.draft_id, plain)
    if changed:
        kept_texts.begin_changed_all(w, actor.draft_id, changed)
    return made


def _first_entry(w: Work, actor: Actor, proposal: Proposal, change: Change) -> kept_texts.Entry:
    edit_id = ids.new_id(f"proposal:{proposal.id}")
    return kept_texts.Entry(
        version=1,
        edit_id=edit_id,
        fingerprint="deed",
        deed=True,
        person_id=actor.person_id,
        author=actor.printed,
        at=w.now,
        ops=to_json(change),
    )


def _base(w: Work, ground: Ground, asked: Begun) -> Change:
    if asked.kind is ProposalKind.INSERT:
        if asked.paragraph_id is not None and not ground.listed(asked.paragraph_id):
            raise NotFound
        return EMPTY
    if asked.paragraph_id is None or not ground.listed(asked.paragraph_id):
        raise NotFound
    if not ground.stands(asked.paragraph_id):
        raise Stale(detail="This paragraph is deleted. You can take a position on it, or comment.")
    paragraph = ground.every[asked.paragraph_id]
    if paragraph.kind == Kind.FORMULA:
        raise Malformed(detail="The opening words are not negotiated.")
    words = ground.words(asked.paragraph_id)
    if asked.version is None or asked.version == ground.version(asked.paragraph_id):
        return words
    # Begun on what the page showed: what has come since is told as such, not taken over in silence.
    if asked.version > ground.version(asked.paragraph_id):
        raise Malformed(detail="The proposal was begun on a version that does not exist.")
    return history.at_version(w, asked.paragraph_id, asked.version)


def _paragraph_kind(ground: Ground, asked: Begun) -> tuple[Kind, int]:
    if asked.kind is not ProposalKind.INSERT:
        if asked.paragraph_id is None:
            raise NotFound
        row = ground.every[asked.paragraph_id]
        return Kind(row.kind), row.level
    try:
        kind = Kind(str(asked.paragraph_kind))
    except ValueError:
        raise Malformed(detail="There is no such kind of paragraph.") from None
    if kind is Kind.FORMULA or (kind is Kind.SUB) != (1 <= asked.level <= MAX_LEVEL):
        raise Malformed(detail="Sub-paragraphs have level 1 to 3, all others level 0.")
    return kind, asked.level


def _first_words(asked: Begun, base: Change) -> Change:
    if asked.kind not in WORDED:
        if asked.ops is not None:
            raise Malformed(detail="This kind of proposal has no words of its own.")
        return EMPTY
    if asked.ops is None:
        return base
    words = from_json(asked.ops)
    if not is_text(words) or text_length(words) > MAX_INSERT_UTF16:
        raise Malformed(detail="A proposal gives the whole wording, at most 100,000 characters.")
    return words


def _after(ground: Ground, asked: Begun) -> UUID | None:
    if asked.kind is not ProposalKind.MOVE:
        if asked.after_id is not None:
            raise Malformed(detail="Only a paragraph that is moved is given a new place.")
        return None
    if asked.after_id is not None and not ground.listed(asked.after_id):
        raise NotFound(detail="The paragraph to stand behind is not in the working text.")
    if asked.after_id == asked.paragraph_id:
        raise Malformed(detail="A paragraph cannot be moved behind itself.")
    return asked.after_id


def _split_at(asked: Begun, base: Change) -> int:
    if asked.kind is not ProposalKind.SPLIT:
        if asked.at is not None:
            raise Malformed(detail="Only a split has a place within the words.")
        return 0
    if asked.at is None:
        raise Malformed(detail="A split says where.")
    if not 0 < asked.at < text_length(base):
        raise Malformed(detail="A paragraph is split within its words.")
    return asked.at


def check_room(w: Work, actor: Actor, side: str | None, more: int = 1) -> None:
    """Refuses: Malformed when a side has too many live proposals for so many more."""
    mine = [
        p
        for p, of in with_owners(w, actor.draft_id)
        if side in standing_of(p, of).owners and p.stage in LIVE
    ]
    if len(mine) + more > LIVE_MAX:
        raise Malformed(detail="There are too many proposals. Withdraw some first.")


def keep_new(w: Work, actor: Actor, call_id: UUID, **fields: Any) -> Proposal:  # noqa: ANN401 - the columns' own values
    """Adds a draft that its owners alone are to know of; the fields are the columns' own."""
    last = kept_versions.last(w, actor.draft_id)
    proposal = _new(w, actor, call_id, 0 if last is None else last.number, **fields)
    w.session.add(proposal)
    w.session.flush()
    return proposal


def _new(w: Work, actor: Actor, call_id: UUID, version: int, **fields: Any) -> Proposal:  # noqa: ANN401 - likewise
    return Proposal(
        # Shown to others later, it must not tell when it was begun, nor how many there were before.
        id=ids.new_untimed_id(f"proposal:{call_id}"),
        draft_id=actor.draft_id,
        version_number=version,
        stage=Stage.DRAFT.value,
        audience=Circle.OWNERS.value,
        sentence=None,
        sentence_for="",
        created_at=w.now,
        put_forward_at=None,
        **fields,
    )


def with_owners(w: Work, draft_id: UUID) -> list[tuple[Proposal, list[UUID | None]]]:
    """Gives a draft's proposals, each with its owners (None: the presidency)."""
    owned = kept.owners(w, draft_id)
    return [(p, owned.get(p.id, [])) for p in kept.of_draft(w, draft_id)]


def delegation_of(actor: Actor) -> UUID | None:
    """Gives the delegation whose proposals a person makes; None for the presidency."""
    return None if actor.role is Role.PRESIDENCY else actor.delegation_id


def give_to(w: Work, proposal: Proposal, delegations: Iterable[UUID | None]) -> None:
    """Sets whose a proposal is."""
    _own(w, proposal, delegations)
    w.session.flush()


def _own(w: Work, proposal: Proposal, delegations: Iterable[UUID | None]) -> None:
    w.session.add_all(
        ProposalOwner(proposal_id=proposal.id, number=number, delegation_id=delegation, since=w.now)
        for number, delegation in enumerate(delegations, 1)
    )


def set_words(w: Work, actor: Actor, proposal: Proposal, words: Change) -> None:
    """Makes a proposal's words other ones, as a change like any typed."""
    text = kept_texts.now(w, proposal.id)
    if text is None:
        raise AssertionError(proposal.id)
    before = text_from_json(text.content)
    change = difference(before, words)
    if change == EMPTY:
        return
    editing.append(
        w,
        text,
        change,
        words,
        actor=actor,
        edit_id=ids.new_id(f"proposal:{proposal.id}"),
        fingerprint="deed",
        deed=True,
    )


def put_forward(
    w: Work,
    actor: Actor,
    proposal: Proposal,
    circle: Circle,
    reason: str = "",
    *,
    number: int | None = None,
) -> None:
    """Puts a draft before an audience; a reason is kept for those who see it.

    `number` is the step's, where the caller knows how many there were.
    """
    proposal.stage = Stage.PUT_FORWARD.value
    proposal.put_forward_at = w.now
    proposal.audience = circle.value
    record_step(w, actor, proposal, "put_forward", reason, number=number)


def record_step(
    w: Work,
    actor: Actor,
    proposal: Proposal,
    step: str,
    reason: str = "",
    circle: Circle = Circle.EVERYONE,
    *,
    number: int | None = None,
) -> None:
    """Keeps what was done with a proposal, by whom, and a reason with its audience."""
    if number is None:
        number = len(kept.steps(w, [proposal.id])[proposal.id]) + 1
    w.session.add(
        ProposalStep(
            proposal_id=proposal.id,
            number=number,
            step=step,
            reason=reason,
            audience=circle.value,
            person_id=actor.person_id,
            name=actor.name,
            author=actor.printed,
            at=w.now,
        )
    )

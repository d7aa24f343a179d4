"""How a proposal stands to what the text says now. Carried over, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from drafting.rules.proposals import LIVE
from drafting.services.homes import Ground
from drafting.store.tables import Proposal
from drafting.text import collisions
from drafting.text.changes import Change, text_from_json, text_length, to_json
from drafting.text.diff import marked, pieces
from drafting.text.proposal import WORDED, ProposalKind, Proposed
from drafting.text.redline import credited
from drafting.text.resolution import Kind
from drafting.text.tracked import Credit, Mark, Piece


@dataclass(frozen=True, slots=True)
class Now:
    """How a proposal stands to what the text says now.

    `standing` is current, moved, touched or gone; `why` says it in words. `text` is what its
    paragraph would say; `at` where it would be split, in UTF-16 units of what it says now.
    """

    home: UUID | None
    standing: str
    why: str
    text: Change
    at: int
    done: bool


def stands(ground: Ground, proposal: Proposal, words: Change) -> Now:
    """Gives how a proposal stands to what the text says now; one that is over stands as it stood."""
    kind = ProposalKind(proposal.kind)
    if proposal.stage not in LIVE:
        home = proposal.paragraph_id if ground.listed(proposal.paragraph_id) else None
        return Now(home, "current", "", words, proposal.at_utf16, done=False)
    if kind is ProposalKind.INSERT:
        place = ground.place(proposal.paragraph_id)
        moved = place != proposal.paragraph_id
        why = "The paragraph it was to stand behind has left the text." if moved else ""
        return Now(place, "moved" if moved else "current", why, words, 0, done=False)
    if proposal.paragraph_id is None:
        raise AssertionError(proposal.id)
    home = ground.home(proposal.paragraph_id)
    if not ground.stands(home):
        listed = home if ground.listed(home) else None
        done = kind is ProposalKind.DELETE
        return Now(
            listed, "gone", "Its paragraph was deleted.", words, proposal.at_utf16, done=done
        )
    found = _on(ground, proposal, words, home)
    if found.standing == "touched":
        # Where the paragraph was split, its words may all be in the other half.
        for half in ground.halves(proposal.paragraph_id):
            other = _on(ground, proposal, words, half)
            if other.standing != "touched":
                return other
    return found


def _on(ground: Ground, proposal: Proposal, words: Change, home: UUID) -> Now:
    kind = ProposalKind(proposal.kind)
    now = ground.words(home)
    if to_json(now) == proposal.base:
        text = words if kind in WORDED else now
        return Now(home, "current", "", text, proposal.at_utf16, done=False)
    base = text_from_json(proposal.base)
    where = (
        "" if home == proposal.paragraph_id else f" Its words stand in {ground.label(home)} now."
    )
    if kind is ProposalKind.AMEND:
        carried = collisions.rebase(base, words, now)
        if carried.meetings:
            touched = "; ".join(
                f"“{said}”"
                for m in carried.meetings
                if (said := collisions.words_at(base, m).strip())
            )
            why = f"Words it touches have changed: {touched}." if touched else _MET
            return Now(home, "touched", why + where, carried.text, 0, done=carried.done)
        return Now(home, "moved", _MOVED + where, carried.text, 0, done=carried.done)
    if kind is ProposalKind.ALTERNATIVE:
        same = words == now
        return Now(home, "touched", _REPLACED + where, words, 0, done=same)
    at = proposal.at_utf16
    if kind is ProposalKind.SPLIT:
        placed = collisions.carried(base, now, max(0, at - 1), min(at + 1, text_length(base)))
        if placed is None or placed[1] - placed[0] != min(at + 1, text_length(base)) - max(
            0, at - 1
        ):
            return Now(home, "touched", _CUT + where, now, at, done=False)
        at = placed[0] + 1
    return Now(home, "moved", _MOVED + where, now, at, done=False)


_MOVED = "Other words of its paragraph have changed."
_MET = "Words have been put in at the same place."
_REPLACED = "The paragraph it would replace has changed."
_CUT = "The words where it would be split have changed."


def proposed(ground: Ground, proposal: Proposal, now: Now, words: Change) -> Proposed:
    """Gives a proposal as a value, against what the text says now."""
    kind = ProposalKind(proposal.kind)
    over = proposal.stage not in LIVE
    live_home = now.home if kind is not ProposalKind.INSERT else None
    base = (
        text_from_json(proposal.base)
        if over or now.standing == "gone" or live_home is None
        else ground.words(live_home)
    )
    return Proposed(
        kind=kind,
        label=ground.label(now.home) or proposal.label,
        base=base,
        text=words if over or now.standing == "gone" else now.text,
        after=ground.label(ground.place(proposal.after_id)),
        at=now.at,
        new_kind=Kind(proposal.paragraph_kind),
    )


def redline_of(
    ground: Ground, proposal: Proposal, now: Now, words: Change, author: str
) -> tuple[Piece, ...]:
    """Gives a proposal's redline against what its paragraph says now."""
    value = proposed(ground, proposal, now, words)
    credit = Credit(author, proposal.put_forward_at)
    match value.kind:
        case ProposalKind.INSERT:
            return marked(value.text, Mark.INSERT, credit)
        case ProposalKind.DELETE:
            return marked(value.base, Mark.DELETE, credit)
        case ProposalKind.AMEND | ProposalKind.ALTERNATIVE:
            return credited(pieces(value.base, value.text), credit)
        case _:
            return marked(value.base, Mark.KEEP)

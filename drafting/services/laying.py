"""The working text with the open proposals one sees laid into it, each difference its proposer's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from drafting.rules.exports import Scope
from drafting.rules.proposals import Circle, Stage
from drafting.rules.roles import Actor
from drafting.services import homes, proposals
from drafting.services.homes import Ground
from drafting.services.standings import Now, proposed, stands
from drafting.services.writing import standing_of
from drafting.store import people as kept_people
from drafting.store import proposals as kept
from drafting.store.tables import Proposal
from drafting.store.work import Work
from drafting.text import floor
from drafting.text.changes import EMPTY, Change, text_from_json
from drafting.text.laying import Wish, lay
from drafting.text.proposal import ProposalKind
from drafting.text.remarks import Remark, Remarks
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Credit, Redline

_ANOTHERS = "Not shown in the text: "
"""Begins the reason why a proposal stands beside the text and not in it."""


@dataclass(frozen=True, slots=True)
class LaidIn:
    """The redline of what is laid in; what meets another or has lost its place, as comments."""

    redline: Redline
    apart: tuple[Remarks, ...]


def laid(w: Work, actor: Actor, scope: Scope) -> LaidIn:
    """Lays the proposals put forward that one sees into the working text, in the order they came in.

    Proposals that are drafts still are before nobody, and not in it. `scope` narrows what one sees.
    """
    ground = homes.ground(w, actor.draft_id)
    standing = [row for row in ground.order if ground.stands(row.id)]
    paragraphs = [
        Paragraph(Kind(row.kind), ground.words(row.id), row.level, str(row.id)) for row in standing
    ]
    mine = [one for one in proposals.visible(w, actor) if one.stage == Stage.PUT_FORWARD]
    owned = kept.owners(w, actor.draft_id)
    mine = [one for one in mine if _within(actor, scope, one, owned.get(one.id, []))]
    words = kept.words(w, [one.id for one in mine])
    names = kept_people.short_names(w)
    wishes: list[Wish] = []
    sentences: list[str] = []
    for one in mine:
        held = words.get(one.id)
        text = EMPTY if held is None else text_from_json(held[1])
        now = stands(ground, one, text)
        if now.done:
            # The text says all of it already.
            continue
        credit = Credit(proposals.printed(owned.get(one.id, []), names), one.put_forward_at)
        wishes.append(_wish(ground, one, now, credit))
        sentences.append(floor.sentence(proposed(ground, one, now, text)))
    made = lay(paragraphs, [ground.label(row.id) for row in standing], wishes)
    beside = tuple(
        Remarks(
            wishes[one.index].paragraph or str(standing[0].id),
            (_remark(w, wishes[one.index], sentences[one.index], one.why),),
        )
        for one in made.apart
        if standing
    )
    return LaidIn(made.redline, beside)


def _within(actor: Actor, scope: Scope, proposal: Proposal, owners: list[UUID | None]) -> bool:
    match scope:
        case Scope.ALL:
            return True
        case Scope.EVERYONE:
            return proposal.audience == Circle.EVERYONE
        case Scope.MINE:
            return actor.side in standing_of(proposal, owners).owners


def _wish(ground: Ground, proposal: Proposal, now: Now, credit: Credit) -> Wish:
    kind = ProposalKind(proposal.kind)
    home = now.home
    if kind is ProposalKind.INSERT:
        home = _standing(ground, home)
    apart = now.why if now.standing in ("touched", "gone") else ""
    wish = Wish(
        kind,
        None if home is None or not ground.stands(home) else str(home),
        credit,
        _words(kind, now),
        at=now.at,
        new_kind=Kind(proposal.paragraph_kind) if kind is ProposalKind.INSERT else Kind.OPERATIVE,
        level=proposal.level if kind is ProposalKind.INSERT else 0,
        apart=apart,
    )
    if kind is not ProposalKind.MOVE:
        return wish
    after = _standing(ground, ground.place(proposal.after_id))
    return replace(wish, after=None if after is None else str(after))


def _words(kind: ProposalKind, now: Now) -> Change:
    worded = (ProposalKind.AMEND, ProposalKind.ALTERNATIVE, ProposalKind.INSERT)
    return now.text if kind in worded else EMPTY


def _standing(ground: Ground, paragraph_id: UUID | None) -> UUID | None:
    """Gives the paragraph to stand behind: this one, or the nearest before it that is not deleted."""
    if paragraph_id is None:
        return None
    last = None
    for row in ground.order:
        if ground.stands(row.id):
            last = row.id
        if row.id == paragraph_id:
            break
    return last


def _remark(w: Work, wish: Wish, sentence: str, why: str) -> Remark:
    return Remark(wish.credit.author, wish.credit.at or w.now, f"{sentence}\n{_ANOTHERS}{why}")

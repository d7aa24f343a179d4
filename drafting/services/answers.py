"""Answer links: one question for one delegation, answered once, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from drafting import ids
from drafting.errors import LinkSpent, Malformed
from drafting.ids import hashed
from drafting.rules import deadlines
from drafting.rules.sponsors import STATE_WORDS, Reach, Step, fold
from drafting.services import sponsor_call, sponsors
from drafting.services.sponsors_looked import Looked, taken
from drafting.store import board as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store.tables import AnswerLink, Letter
from drafting.store.work import Work

KEEP, SPONSOR = "keep", "sponsor"
DAYS_MAX = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to a question."""

    value: str
    words: str
    hint: str
    step: Step


CHOICES: dict[str, tuple[Choice, ...]] = {
    KEEP: (
        Choice("keep", "Keep our sponsorship", "It holds for this version.", Step.KEPT),
        Choice("not_yet", "Not yet", "You stay on the list as undecided.", Step.NOT_YET),
        Choice("withdraw", "Withdraw", "You are no longer a sponsor.", Step.WITHDRAWN),
    ),
    SPONSOR: (
        Choice("yes", "Yes, we will sponsor", "You confirm in the portal besides.", Step.SAID),
        Choice(
            "awaiting",
            "We await our capital",
            "The presidency alone is told.",
            Step.AWAITING,
        ),
        Choice("no", "No", "You are not asked again for now.", Step.DECLINED),
    ),
}

QUESTION_WORDS = {
    KEEP: "The text you sponsor has changed. Does your sponsorship hold for the new version?",
    SPONSOR: "Will your delegation sponsor this text?",
}


def make(w: Work, letter: Letter, question: str, version: int, *, days: int) -> str:
    """Makes a link for a letter and gives its token, which is kept nowhere; older ones are void."""
    if question not in CHOICES:
        raise Malformed(detail="A link asks to keep a sponsorship, or to sponsor.")
    if not 0 < days <= DAYS_MAX:
        raise Malformed(detail="A link is good for one to sixty days.")
    kept.void_links(w, letter.draft_id, letter.delegation_id, question)
    token = ids.new_token(f"team:{letter.draft_id}")
    w.session.add(
        AnswerLink(
            id=ids.new_id(f"team:{letter.draft_id}"),
            token_hash=hashed(token),
            letter_id=letter.id,
            draft_id=letter.draft_id,
            delegation_id=letter.delegation_id,
            question=question,
            version_number=version,
            expires_at=w.now + timedelta(days=days),
            used_at=None,
            answer="",
            voided_at=None,
        )
    )
    return token


def _read(w: Work, token: str) -> AnswerLink:
    link = kept.link_by_token(w, hashed(token))
    if (
        link is None
        or link.used_at is not None
        or link.voided_at is not None
        or link.expires_at <= w.now
    ):
        raise LinkSpent
    return link


def shown(w: Work, token: str) -> dict[str, Any]:
    """Gives what a link asks, and what has changed since: for whoever holds it.

    Refuses: LinkSpent when it is wrong, used, replaced or expired: the answer is the same.
    """
    link = _read(w, token)
    looked = Looked(w, link.draft_id)
    draft = kept_drafts.draft(w, link.draft_id)
    letter = kept.letter(w, link.letter_id)
    standing = fold(
        taken(s for s in looked.steps.get(link.delegation_id, []) if s.reach != Reach.DELEGATION)
    )
    since = standing.version if link.question == KEEP else None
    found = None if since is None else looked.differences.between(since, link.version_number)
    call = sponsor_call.shown(w, link.draft_id, deadlines.GENEVA)
    return {
        "state": looked.names.get(link.delegation_id, ""),
        "draft": "" if draft is None else draft.title,
        "question": link.question,
        "question_words": QUESTION_WORDS[link.question],
        "standing": STATE_WORDS[standing.state],
        "version": looked.differences.name(link.version_number),
        "since": looked.differences.name(since),
        "changed": []
        if found is None
        else [
            {"label": c.label, "nature": c.nature, "gone": c.gone, "pieces": c.pieces}
            for c in found.changed
        ],
        "deadline": call["deadline"],
        "choices": [
            {"value": c.value, "words": c.words, "hint": c.hint} for c in CHOICES[link.question]
        ],
        "expires": deadlines.told(link.expires_at, deadlines.GENEVA).both,
        "to": [] if letter is None else letter.addresses,
    }


def answer(w: Work, token: str, choice: str, *, note: str, name: str) -> dict[str, Any]:
    """Answers a link's question, once.

    Refuses: LinkSpent; Malformed for no choice; Stale when the question is overtaken: by a newer version,
    by the delegation's own answer, by the adoption. The link stays good then, until it expires.
    """
    link = _read(w, token)
    chosen = next((c for c in CHOICES[link.question] if c.value == choice), None)
    if chosen is None:
        raise Malformed(detail="Please choose one of the answers.")
    asked = sponsors.Asked(chosen.step, version=link.version_number, note=note, manner="written")
    sponsors.by_link(w, link.draft_id, link.delegation_id, asked, name)
    link.used_at, link.answer = w.now, chosen.value
    w.session.flush()
    names = kept_people.short_names(w)
    draft = kept_drafts.draft(w, link.draft_id)
    return {
        "state": names.get(link.delegation_id, ""),
        "draft": "" if draft is None else draft.title,
        "words": chosen.words,
        "hint": chosen.hint,
        "at": deadlines.told(w.now, deadlines.GENEVA).both,
    }

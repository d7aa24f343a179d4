"""What the presidency keeps of each State: contacts, next actions, expectations, letters, links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, update

from drafting.store.tables import AnswerLink, Contact, Letter, NextAction, OutlookOverride
from drafting.store.work import Work


def contacts(w: Work, draft_id: UUID) -> Mapping[UUID, list[Contact]]:
    """Gives who spoke to whom by delegation, in the order of the days."""
    found: dict[UUID, list[Contact]] = defaultdict(list)
    for one in w.session.scalars(
        select(Contact)
        .where(Contact.draft_id == draft_id)
        .order_by(Contact.on, Contact.at, Contact.id)
    ):
        found[one.delegation_id].append(one)
    return found


def actions(w: Work, draft_id: UUID) -> Mapping[UUID, list[NextAction]]:
    """Gives the actions there were to do by delegation, in order."""
    found: dict[UUID, list[NextAction]] = defaultdict(list)
    for one in w.session.scalars(
        select(NextAction).where(NextAction.draft_id == draft_id).order_by(NextAction.number)
    ):
        found[one.delegation_id].append(one)
    return found


def overrides(w: Work, draft_id: UUID) -> Mapping[UUID, list[OutlookOverride]]:
    """Gives what was expected against the record by delegation, in order, for whole and parts."""
    found: dict[UUID, list[OutlookOverride]] = defaultdict(list)
    for one in w.session.scalars(
        select(OutlookOverride)
        .where(OutlookOverride.draft_id == draft_id)
        .order_by(OutlookOverride.number)
    ):
        found[one.delegation_id].append(one)
    return found


def letters(
    w: Work, draft_id: UUID, delegation_id: UUID
) -> Sequence[tuple[Letter, AnswerLink | None]]:
    """Gives the letters to a delegation, newest first, each with its answer link."""
    rows = w.session.execute(
        select(Letter, AnswerLink)
        .outerjoin(AnswerLink, AnswerLink.letter_id == Letter.id)
        .where(Letter.draft_id == draft_id, Letter.delegation_id == delegation_id)
        .order_by(Letter.at.desc(), Letter.id)
    )
    return [(row[0], row[1]) for row in rows]


def letter(w: Work, letter_id: UUID) -> Letter | None:
    """Gives a letter."""
    return w.session.get(Letter, letter_id)


def link_by_token(w: Work, token_hash: str) -> AnswerLink | None:
    """Gives the answer link with this token, whatever became of it."""
    return w.session.scalar(
        select(AnswerLink).where(AnswerLink.token_hash == token_hash).with_for_update()
    )


def void_links(w: Work, draft_id: UUID, delegation_id: UUID, question: str) -> None:
    """Makes a delegation's older links to a question useless."""
    w.session.execute(
        update(AnswerLink)
        .where(
            AnswerLink.draft_id == draft_id,
            AnswerLink.delegation_id == delegation_id,
            AnswerLink.question == question,
            AnswerLink.used_at.is_(None),
            AnswerLink.voided_at.is_(None),
        )
        .values(voided_at=w.now)
    )

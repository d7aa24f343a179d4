"""How far paragraphs are agreed, and packages."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import AgreementStep, Package
from drafting.store.work import Work


def steps(w: Work, draft_id: UUID) -> dict[UUID, list[AgreementStep]]:
    """Gives how far each paragraph of a draft was agreed, in order, by paragraph."""
    found: dict[UUID, list[AgreementStep]] = {}
    for step in w.session.scalars(
        select(AgreementStep)
        .where(AgreementStep.draft_id == draft_id)
        .order_by(AgreementStep.paragraph_id, AgreementStep.number)
    ):
        found.setdefault(step.paragraph_id, []).append(step)
    return found


def steps_of(w: Work, paragraph_id: UUID) -> Sequence[AgreementStep]:
    """Gives how far a paragraph was agreed, in order."""
    return w.session.scalars(
        select(AgreementStep)
        .where(AgreementStep.paragraph_id == paragraph_id)
        .order_by(AgreementStep.number)
    ).all()


def packages(w: Work, draft_id: UUID) -> Sequence[Package]:
    """Gives the packages of a draft, oldest first."""
    return w.session.scalars(
        select(Package).where(Package.draft_id == draft_id).order_by(Package.at, Package.id)
    ).all()


def package(w: Work, package_id: UUID) -> Package | None:
    """Gives a package."""
    return w.session.get(Package, package_id)

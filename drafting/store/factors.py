"""Second factors: authenticator apps and recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select, update

from drafting.store.tables import Authenticator, Identity, Passkey, Person, RecoveryCode
from drafting.store.work import Work


def authenticator(w: Work, person_id: UUID, *, confirmed: bool = True) -> Authenticator | None:
    """Gives a person's authenticator app: the one in use, or the one that waits for its first code."""
    state = (
        Authenticator.confirmed_at.is_not(None)
        if confirmed
        else Authenticator.confirmed_at.is_(None)
    )
    return w.session.scalar(
        select(Authenticator)
        .where(Authenticator.person_id == person_id, Authenticator.ended_at.is_(None), state)
        .order_by(Authenticator.made_at.desc())
        .limit(1)
    )


def use_step(w: Work, authenticator_id: UUID, step: int) -> bool:
    """Notes that a step's code was used; tells whether it is later than all used before."""
    done = w.session.execute(
        update(Authenticator)
        .where(Authenticator.id == authenticator_id, Authenticator.last_step < step)
        .values(last_step=step)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # of an UPDATE there is one


def end_authenticators(w: Work, person_id: UUID) -> None:
    """Ends a person's authenticator apps; their secrets are overwritten."""
    w.session.execute(
        update(Authenticator)
        .where(Authenticator.person_id == person_id, Authenticator.ended_at.is_(None))
        .values(ended_at=w.now, sealed=b"")
    )


def has_any(w: Work, person_id: UUID) -> bool:
    """Tells whether a person has a second factor: an authenticator app or a passkey."""
    return w.session.execute(
        select(
            or_(
                exists().where(
                    Authenticator.person_id == person_id,
                    Authenticator.ended_at.is_(None),
                    Authenticator.confirmed_at.is_not(None),
                ),
                exists().where(Passkey.person_id == person_id, Passkey.ended_at.is_(None)),
            )
        )
    ).scalar_one()


def can_prove(w: Work, person_id: UUID) -> bool:
    """Tells whether a person has anything but links to show who they are."""
    held = select(
        or_(
            exists().where(Person.id == person_id, Person.password_hash.is_not(None)),
            exists().where(Identity.person_id == person_id, Identity.ended_at.is_(None)),
        )
    )
    return w.session.execute(held).scalar_one() or has_any(w, person_id)


def codes_left(w: Work, person_id: UUID) -> int:
    """Counts a person's recovery codes that can still be used."""
    return (
        w.session.scalar(
            select(func.count()).where(
                RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
            )
        )
        or 0
    )


def replace_codes(w: Work, person_id: UUID, hashes: Sequence[str]) -> None:
    """Keeps new recovery codes in the place of all older ones."""
    w.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    for one in hashes:
        w.session.add(RecoveryCode(code_hash=one, person_id=person_id, made_at=w.now, used_at=None))


def use_code(w: Work, person_id: UUID, code_hash: str) -> bool:
    """Uses a recovery code; tells whether it was one that could be used."""
    done = w.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.person_id == person_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=w.now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # of an UPDATE there is one

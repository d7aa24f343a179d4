"""Passwords: what they must be, how they are kept, and how they are changed."""

from __future__ import annotations

import re
import threading
import unicodedata
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from drafting.config import Config
from drafting.errors import Malformed, NotFound
from drafting.services import sessions
from drafting.store import people as kept
from drafting.store.work import Work

PASSWORD_MIN_CHARS = 15
"""NIST SP 800-63B-4: a password used alone has at least fifteen characters."""

PASSWORD_MAX_CHARS = 128

_COMMON = frozenset(
    [
        "passwordpassword",
        "123456789012345",
        "qwertyuiopasdfgh",
        "unitednations123",
        "generalassembly",
        "correcthorsebatterystaple",
    ]
)

_hashing = threading.BoundedSemaphore(2)


class Passwords:
    """Hashes and checks passwords with Argon2id."""

    def __init__(self, config: Config) -> None:
        self._hasher = PasswordHasher(
            time_cost=config.argon2_passes, memory_cost=config.argon2_memory_kib, parallelism=1
        )
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Gives what is kept of a password.

        Refuses: Malformed for fewer than 15 or more than 128 characters, or a very common one.
        """
        clean = unicodedata.normalize("NFC", password)
        if not PASSWORD_MIN_CHARS <= len(clean) <= PASSWORD_MAX_CHARS:
            raise Malformed(
                detail="A password has between 15 and 128 characters; a short sentence is good."
            )
        if re.sub(r"\s", "", clean.lower()) in _COMMON or len(set(clean)) < 4:  # noqa: PLR2004
            raise Malformed(detail="This password is easily guessed. A short sentence is good.")
        with _hashing:
            return self._hasher.hash(clean)

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Tells whether a password is the right one, in the same time where there is no account."""
        clean = unicodedata.normalize("NFC", password)[: PASSWORD_MAX_CHARS + 1]
        with _hashing:
            try:
                self._hasher.verify(password_hash or self._nobody, clean)
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None


def password_of(w: Work, email: str) -> tuple[UUID, str | None] | None:
    """Gives the person under an address and the hash of their password."""
    found = kept.by_email(w, email.strip().lower())
    return None if found is None else (found.id, found.password_hash)


def change(w: Work, person_id: UUID, password_hash: str, *, session_id: UUID) -> None:
    """Sets another password and ends all the person's other sessions."""
    person = kept.person(w, person_id)
    if person is None:
        raise NotFound
    person.password_hash = password_hash
    sessions.end_all(w, person_id, but=session_id)


def own(w: Work, person_id: UUID) -> str | None:
    """Gives the hash of one's own password; None for an account that has none yet."""
    person = kept.person(w, person_id)
    return None if person is None else person.password_hash

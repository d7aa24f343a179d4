"""Passwords: what they must be, how they are kept, and how they are changed."""

from __future__ import annotations

import csv
import re
import threading
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from drafting.config import Config
from drafting.errors import Malformed, NotFound
from drafting.rules.factors import (
    PASSWORD_ALONE_MIN_CHARS,
    PASSWORD_BESIDE_MIN_CHARS,
    PASSWORD_MAX_CHARS,
)
from drafting.services import notices, sessions
from drafting.store import people as kept
from drafting.store.work import Work

_DATA = Path(__file__).resolve().parent.parent / "data"
_MEETINGS = (
    "united nations;general assembly;first committee;second committee;third committee;"
    "fourth committee;fifth committee;sixth committee;security council;human rights council;"
    "coordination committee;member states;permanent mission;secretary general;secretariat;"
    "presidency;penholder;co sponsors;draft resolution;resolution;disarmament;delegation;"
    "new york;geneva;drafting;drafting table;password;passphrase;welcome;ambassador;negotiation"
)
"""What anybody in this field would try first."""

_hashing = threading.BoundedSemaphore(2)


class Passwords:
    """Hashes and checks passwords with Argon2id."""

    def __init__(self, config: Config) -> None:
        self._hasher = PasswordHasher(
            time_cost=config.argon2_passes, memory_cost=config.argon2_memory_kib, parallelism=1
        )
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str, *, beside: bool = False, about: Collection[str] = ()) -> str:
        """Gives what is kept of a password; `beside` a second factor a shorter one is enough.

        Refuses: Malformed for one too short or too long, or easily guessed: a very common one, the
        name of a State or a meeting, what it is `about` (the person's own name and address), with or
        without figures around it.
        """
        clean = unicodedata.normalize("NFC", password)
        least = PASSWORD_BESIDE_MIN_CHARS if beside else PASSWORD_ALONE_MIN_CHARS
        if not least <= len(clean) <= PASSWORD_MAX_CHARS:
            raise Malformed(
                detail=f"A password has between {least} and {PASSWORD_MAX_CHARS} characters; a short "
                "sentence is good. Nothing was changed."
            )
        if _is_guessed(clean, about):
            raise Malformed(
                detail="This password is easily guessed. A short sentence is good. Nothing was changed."
            )
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

    def renewed(self, password_hash: str, password: str) -> str | None:
        """Gives a right password's hash anew where it was made more cheaply than is now asked."""
        if not self._hasher.check_needs_rehash(password_hash):
            return None
        with _hashing:
            return self._hasher.hash(unicodedata.normalize("NFC", password))


def _bare(words: str) -> str:
    """Gives the letters of some words: small, without accents, figures, signs and blanks."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(c for c in plain if c.isalpha())


@cache
def _blocked() -> frozenset[str]:
    """Gives common passwords as they are, and names in their letters."""
    # Twelve megabytes: read by a process in which somebody sets a password.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    common = {one for one in FREQUENCY_LISTS["passwords"] if len(one) >= PASSWORD_BESIDE_MIN_CHARS}
    with (_DATA / "delegations.csv").open(encoding="utf-8", newline="") as file:
        states = {_bare(row[name]) for row in csv.DictReader(file) for name in ("short", "long")}
    return frozenset(common | states | {_bare(one) for one in _MEETINGS.split(";")})


def _is_guessed(clean: str, about: Collection[str]) -> bool:
    if len(set(clean.casefold())) < 4:  # noqa: PLR2004 - three signs in turn are a pattern
        return True
    blocked = _blocked()
    own = {_bare(part) for one in about for part in (one, one.partition("@")[0])} - {""}
    tight = re.sub(r"\s", "", clean.casefold())
    if tight in blocked or any(tight == run[: len(tight)] for run in _RUNS):
        return True
    known = blocked | own
    letters = _bare(clean)
    ends = [n for n in range(1, len(letters) + 1) if letters[:n] in known]
    return bool(letters) and any(n == len(letters) or letters[n:] in known for n in ends)


_RUNS = (
    "01234567890" * 10,
    "1234567890" * 10,
    "9876543210" * 10,
    "abcdefghijklmnopqrstuvwxyz" * 5,
    "qwertyuiopasdfghjklzxcvbnm" * 5,
    "qwertzuiopasdfghjklyxcvbnm" * 5,
    "azertyuiopqsdfghjklmwxcvbn" * 5,
)
"""What fingers find without thinking."""


def password_of(w: Work, email: str) -> tuple[UUID, str | None] | None:
    """Gives the person under an address and the hash of their password."""
    found = kept.by_email(w, email.strip().lower())
    return None if found is None else (found.id, found.password_hash)


def renew(w: Work, person_id: UUID, password_hash: str) -> None:
    """Keeps the same password under a costlier hash."""
    person = kept.person(w, person_id)
    if person is None:
        raise NotFound
    person.password_hash = password_hash


def change(w: Work, person_id: UUID, password_hash: str, *, session_id: UUID) -> None:
    """Sets another password, ends all the person's other sessions, and tells them."""
    person = kept.person(w, person_id)
    if person is None:
        raise NotFound
    person.password_hash = password_hash
    sessions.end_all(w, person_id, but=session_id)
    notices.tell(w, person_id, "password", "Your password was changed. All other sessions ended.")


def own(w: Work, person_id: UUID) -> str | None:
    """Gives the hash of one's own password; None for an account that has none yet."""
    person = kept.person(w, person_id)
    return None if person is None else person.password_hash

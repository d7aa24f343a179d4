"""Sessions: a signed-in browser, how it is known again, how it ends; tickets for live connections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import NotFound, NotSignedIn, ProofNeeded
from drafting.events import SessionEnded
from drafting.ids import hashed
from drafting.store import factors as kept_factors
from drafting.store import people as kept_people
from drafting.store import sessions as kept
from drafting.store import tries as kept_tries
from drafting.store.tables import Session, Ticket
from drafting.store.work import Work

NOTED_EVERY = timedelta(minutes=1)
"""How long a session is in use before that is noted again."""

FRESH_S = 300
"""For how long a sign-in, or a proof after it, opens what needs one."""

METHOD_WORDS = {
    "password": "by password",
    "link": "by a link",
    "sample": "by a link of the sample",
    "passkey": "by a passkey",
    "invitation": "by an invitation",
}
"""How a session was begun, in words; a provider's name stands for itself."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser's session and its person."""

    session_id: UUID
    person_id: UUID
    name: str
    opens_drafts: bool


def begin(
    w: Work,
    config: Config,
    person_id: UUID,
    device: str,
    *,
    address: str = "",
    method: str = "password",
    second: bool = False,
) -> str:
    """Begins a session and gives its token, which is kept nowhere; of the address the last part is left out.

    `second` says that a second factor was given.
    """
    token = ids.new_token(f"session:{person_id}")
    w.session.add(
        Session(
            id=ids.new_id(f"session:{person_id}"),
            token_hash=hashed(token),
            person_id=person_id,
            device=device[:200],
            address=shortened(address),
            method=method,
            fresh_at=w.now,
            second_at=w.now if second else None,
            created_at=w.now,
            seen_at=w.now,
            expires_at=w.now + timedelta(seconds=config.session_max_s),
            ended_at=None,
        )
    )
    person = kept_people.person(w, person_id)
    if person is not None and person.email:
        kept_tries.forget_tries(w, hashed(person.email))
    return token


def signed_in(w: Work, config: Config, token: str) -> SignedIn:
    """Gives the session and person a cookie stands for.

    Refuses: NotSignedIn when the session has ended, expired, or was idle too long.
    """
    found = kept.live_session(w, hashed(token))
    if found is None or w.now - found[0].seen_at > timedelta(seconds=config.session_idle_s):
        raise NotSignedIn
    session, person = found
    return SignedIn(session.id, person.id, person.name, person.opens_drafts)


def needs_touch(w: Work, session_id: UUID) -> bool:
    """Tells whether a session was last noted more than a minute ago."""
    session = kept.session(w, session_id)
    return session is not None and w.now - session.seen_at > NOTED_EVERY


def touch(w: Work, session_id: UUID) -> None:
    """Notes that a session was seen now."""
    kept.touch(w, session_id)


def end(w: Work, person_id: UUID, session_id: UUID) -> None:
    """Ends a session of one's own; its connections close.

    Refuses: NotFound for a session that is not one's own.
    """
    session = check_own(w, person_id, session_id)
    if session.ended_at is None:
        session.ended_at = w.now
        w.tell(SessionEnded(session_id))
        w.note("session ended", person_id)


def check_own(w: Work, person_id: UUID, session_id: UUID) -> Session:
    """Gives a session of one's own. Refuses: NotFound for any other."""
    session = kept.session(w, session_id)
    if session is None or session.person_id != person_id:
        raise NotFound
    return session


def end_all(w: Work, person_id: UUID, *, but: UUID | None = None) -> None:
    """Ends a person's sessions, all but one."""
    for session in kept.sessions_of(w, person_id):
        if session.id != but:
            end(w, person_id, session.id)


def of(w: Work, person_id: UUID) -> list[Session]:
    """Gives a person's live sessions, newest first."""
    return list(kept.sessions_of(w, person_id))


def issue_ticket(w: Work, config: Config, session_id: UUID) -> str:
    """Gives a pass to open one live connection, good for a minute."""
    token = ids.new_token(f"session:{session_id}")
    w.session.add(
        Ticket(
            token_hash=hashed(token),
            session_id=session_id,
            expires_at=w.now + timedelta(seconds=config.ticket_max_s),
        )
    )
    return token


def check_ticket(w: Work, token: str) -> None:
    """Refuses: NotSignedIn when there is no such ticket."""
    if not kept.has_ticket(w, hashed(token)):
        raise NotSignedIn


def redeem_ticket(w: Work, token: str) -> UUID:
    """Spends a ticket and gives its session.

    Refuses: NotSignedIn when it is wrong, spent or too old, or the session has ended.
    """
    session_id = kept.take_ticket(w, hashed(token))
    session = None if session_id is None else kept.session(w, session_id)
    if session is None or session.ended_at is not None or session.expires_at <= w.now:
        raise NotSignedIn
    return session.id


def shown(w: Work, me: SignedIn) -> list[dict[str, Any]]:
    """Gives one's own live sessions, newest first."""
    return [
        {
            "id": str(s.id),
            "device": device_words(s.device),
            "created_at": s.created_at.isoformat(),
            "seen_at": s.seen_at.isoformat(),
            "address": s.address,
            "method": METHOD_WORDS.get(s.method, s.method),
            "second": s.second_at is not None,
            "here": s.id == me.session_id,
        }
        for s in kept.sessions_of(w, me.person_id)
    ]


def shortened(address: str) -> str:
    """Gives a network address without the part that names one machine."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    network = ip_network((known, 24 if known.version == 4 else 48), strict=False)  # noqa: PLR2004 - the version's name
    return str(network.network_address) + ("…" if known.version == 6 else "")  # noqa: PLR2004


def is_fresh(w: Work, session_id: UUID) -> bool:
    """Tells whether a session's person has shown within the last minutes that it is they."""
    session = kept.session(w, session_id)
    return (
        session is not None
        and session.fresh_at is not None
        and w.now - session.fresh_at <= timedelta(seconds=FRESH_S)
    )


def prove(w: Work, me: SignedIn) -> None:
    """Refuses: ProofNeeded when the person has not shown lately that it is they, and could."""
    if not is_fresh(w, me.session_id) and kept_factors.can_prove(w, me.person_id):
        raise ProofNeeded


def can_prove(w: Work, me: SignedIn) -> bool:
    """Tells whether somebody has anything but links to show who they are."""
    return kept_factors.can_prove(w, me.person_id)


def note_proof(w: Work, session_id: UUID, *, second: bool) -> str:
    """Notes that the person has just shown that it is they; gives the session's new token.

    The session goes on under a token of its own: the one before is worth nothing from now on.
    """
    session = kept.session(w, session_id)
    if session is None:
        raise NotSignedIn
    session.fresh_at = w.now
    if second:
        session.second_at = w.now
    token = ids.new_token(f"session:{session.person_id}")
    session.token_hash = hashed(token)
    return token


def device_words(user_agent: str) -> str:
    """Gives a browser in words, from what it says of itself."""
    browser = next(
        (
            name
            for mark, name in (
                ("Edg/", "Edge"),
                ("Firefox/", "Firefox"),
                ("Chrome/", "Chrome"),
                ("Safari/", "Safari"),
            )
            if mark in user_agent
        ),
        "a browser",
    )
    system = next(
        (
            name
            for mark, name in (
                ("iPhone", "iPhone"),
                ("iPad", "iPad"),
                ("Android", "Android"),
                ("Windows", "Windows"),
                ("Mac OS", "Mac"),
                ("Linux", "Linux"),
            )
            if mark in user_agent
        ),
        "",
    )
    return f"{browser} on {system}" if system else browser

"""Signing in, sessions, invitations, places."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from drafting import ids
from drafting.config import Config
from drafting.errors import LinkSpent, Malformed, NotAllowed, NotFound, NotSignedIn, TooMany
from drafting.events import PlaceEnded, SessionEnded
from drafting.rules import deadlines
from drafting.rules.rights import MAY_INVITE, Right, require, rights_of
from drafting.rules.roles import OF_A_DELEGATION, ROLE_WORDS, Actor, Role
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept
from drafting.store.tables import (
    Invitation,
    Person,
    Place,
    Session,
    SignInLink,
    SignInTry,
    Ticket,
)
from drafting.store.work import Work

PASSWORD_MIN_CHARS = 15
"""NIST SP 800-63B-4: a password used alone has at least fifteen characters."""

PASSWORD_MAX_CHARS = 128
TRIES_A_MINUTE = 10
"""Failed sign-ins an account and address pair may make in a minute."""
TRIES_IN_A_ROW = 100
"""Failed sign-ins an account may have in a day, from anywhere."""
NAME_MAX_CHARS = 120
DEFAULT_ZONE = deadlines.GENEVA
"""Where most missions read their deadlines until they say otherwise: Geneva."""

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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser's session and its person."""

    session_id: UUID
    person_id: UUID
    name: str
    opens_drafts: bool


def hashed(token: str) -> str:
    """Gives what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


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


# Signing in --------------------------------------------------------------------------------------


def check_tries(w: Work, email: str, address: str) -> None:
    """Refuses: TooMany when this account has failed too often from this address, or at all."""
    account, place = hashed(email.strip().lower()), hashed(address)
    if (
        kept.tries(w, account, place, w.now - timedelta(minutes=1)) >= TRIES_A_MINUTE
        or kept.tries(w, account, None, w.now - timedelta(days=1)) >= TRIES_IN_A_ROW
    ):
        raise TooMany


def note_failed(w: Work, email: str, address: str) -> None:
    """Keeps that a sign-in failed."""
    w.session.add(
        SignInTry(
            account_hash=hashed(email.strip().lower()), address_hash=hashed(address), at=w.now
        )
    )
    kept.forget_old(w, w.now - timedelta(days=1))


def password_of(w: Work, email: str) -> tuple[UUID, str | None] | None:
    """Gives the person under an address and the hash of their password."""
    found = kept.by_email(w, email.strip().lower())
    return None if found is None else (found.id, found.password_hash)


def begin_session(w: Work, config: Config, person_id: UUID, device: str) -> str:
    """Begins a session and gives its token, which is kept nowhere."""
    token = ids.new_token(f"session:{person_id}")
    w.session.add(
        Session(
            id=ids.new_id(f"session:{person_id}"),
            token_hash=hashed(token),
            person_id=person_id,
            device=device[:200],
            created_at=w.now,
            seen_at=w.now,
            expires_at=w.now + timedelta(seconds=config.session_max_s),
            ended_at=None,
        )
    )
    person = kept.person(w, person_id)
    if person is not None and person.email:
        kept.forget_tries(w, hashed(person.email))
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
    return session is not None and w.now - session.seen_at > timedelta(minutes=1)


def touch_if_stale(w: Work, session_id: UUID) -> None:
    """Notes that a session was seen now, unless that was noted within the last minute."""
    kept.touch(w, session_id, seen_before=w.now - timedelta(minutes=1))


def touch(w: Work, session_id: UUID) -> None:
    """Notes that a session was seen now."""
    kept.touch(w, session_id)


def end_session(w: Work, person_id: UUID, session_id: UUID) -> None:
    """Ends a session of one's own; its connections close.

    Refuses: NotFound for a session that is not one's own.
    """
    session = kept.session(w, session_id)
    if session is None or session.person_id != person_id:
        raise NotFound
    if session.ended_at is None:
        session.ended_at = w.now
        w.tell(SessionEnded(session_id))


def end_all_sessions(w: Work, person_id: UUID, *, but: UUID | None = None) -> None:
    """Ends a person's sessions, all but one."""
    for session in kept.sessions_of(w, person_id):
        if session.id != but:
            end_session(w, person_id, session.id)


def change_password(w: Work, person_id: UUID, password_hash: str, *, session_id: UUID) -> None:
    """Sets another password and ends all the person's other sessions."""
    person = kept.person(w, person_id)
    if person is None:
        raise NotFound
    person.password_hash = password_hash
    end_all_sessions(w, person_id, but=session_id)


def sessions(w: Work, person_id: UUID) -> list[Session]:
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


def sign_in_link(w: Work, person_id: UUID, *, valid_s: int, reusable: bool = False) -> str:
    """Makes a link's token that signs a person in."""
    token = ids.new_token(f"link:{person_id}")
    w.session.add(
        SignInLink(
            token_hash=hashed(token),
            person_id=person_id,
            expires_at=w.now + timedelta(seconds=valid_s),
            reusable=reusable,
            used_at=None,
        )
    )
    return token


def read_link(w: Work, token: str) -> Person:
    """Gives whom a sign-in link signs in.

    Refuses: LinkSpent when it is wrong, used or expired.
    """
    link = kept.sign_in_link(w, hashed(token))
    person = None if link is None else kept.person(w, link.person_id)
    if (
        link is None
        or person is None
        or person.ended_at is not None
        or link.expires_at <= w.now
        or (link.used_at is not None and not link.reusable)
    ):
        raise LinkSpent
    return person


def enter(w: Work, config: Config, token: str, device: str) -> str:
    """Signs in by a link and gives the session's token. Refuses: LinkSpent."""
    person = read_link(w, token)
    link = kept.sign_in_link(w, hashed(token))
    if link is not None:
        link.used_at = w.now
    return begin_session(w, config, person.id, device)


# Who acts ----------------------------------------------------------------------------------------


def actor(w: Work, session_id: UUID, draft_id: UUID) -> Actor:
    """Gives the person of a session as they stand on a draft at this moment.

    Refuses: NotSignedIn when the session is over; NotFound when they have no place on the draft.
    """
    found = kept.placed(w, session_id, draft_id)
    if found is None:
        session = kept.session(w, session_id)
        if session is None or session.ended_at is not None or session.expires_at <= w.now:
            raise NotSignedIn
        raise NotFound
    person, place = found
    return _standing(w, person, place, session_id)


def _standing(w: Work, person: Person, place: Place, session_id: UUID) -> Actor:
    delegation = ""
    if place.delegation_id is not None:
        printed = kept.name(w, place.delegation_id, w.now.date())
        delegation = printed.short if printed is not None else ""
    return Actor(
        person_id=person.id,
        session_id=session_id,
        name=person.name,
        draft_id=place.draft_id,
        role=Role(place.role),
        delegation_id=place.delegation_id,
        delegation=delegation,
    )


def named_on(w: Work, draft_id: UUID, name: str) -> Actor:
    """Gives somebody on a draft by name or address, without a session: for whoever runs the server.

    Refuses: NotFound for nobody, and when several are called so.
    """
    found = [
        (place, person)
        for place, person in kept.places(w, draft_id)
        if name.casefold() in (person.name.casefold(), (person.email or "").casefold())
    ]
    if len(found) != 1:
        raise NotFound(
            detail=f"There are {len(found)} people on this draft called “{name}”; one is asked for."
        )
    place, person = found[0]
    return _standing(w, person, place, ids.new_id())


def actors(w: Work, session_ids: Collection[UUID], draft_id: UUID) -> list[Actor]:
    """Gives the people of sessions as they stand on a draft now; whoever has no place is left out."""
    names = kept.short_names(w)
    return [
        Actor(
            person_id=person.id,
            session_id=session_id,
            name=person.name,
            draft_id=draft_id,
            role=Role(place.role),
            delegation_id=place.delegation_id,
            delegation=names.get(place.delegation_id, "") if place.delegation_id else "",
        )
        for session_id, person, place in kept.all_placed(w, session_ids, draft_id)
    ]


# Invitations and places --------------------------------------------------------------------------


def invite(
    w: Work, config: Config, actor: Actor, *, role: Role, delegation_id: UUID | None, name: str
) -> tuple[Invitation, str]:
    """Makes an invitation and the token of its link, which is kept nowhere.

    Refuses: NotAllowed for a role the inviter may not invite, or a head of delegation inviting for
    another delegation; Malformed for a delegation that does not fit the role.
    """
    require(actor, Right.INVITE)
    _may_reach(actor, role, delegation_id)
    _check_role(w, role, delegation_id)
    name = _clean_name(name, may_be_empty=True)
    # Whom one delegation invites must not show in the ids of another's invitations.
    compartment = f"invitation:{actor.draft_id}:{actor.role.value}:{actor.delegation_id}"
    token = ids.new_token(compartment)
    invitation = Invitation(
        id=ids.new_id(compartment),
        token_hash=hashed(token),
        draft_id=actor.draft_id,
        role=role.value,
        delegation_id=delegation_id,
        name=name,
        created_at=w.now,
        created_by=actor.person_id,
        expires_at=w.now + timedelta(seconds=config.invitation_max_s),
        used_at=None,
        used_by=None,
        withdrawn_at=None,
    )
    w.session.add(invitation)
    return invitation, token


def _may_reach(actor: Actor, role: Role, delegation_id: UUID | None) -> None:
    if role not in MAY_INVITE.get(actor.role, frozenset()):
        raise NotAllowed(detail="Your role does not invite people in this role.")
    if actor.role is Role.HEAD and delegation_id != actor.delegation_id:
        raise NotAllowed(detail="A head of delegation invites for their own delegation.")


def _check_role(w: Work, role: Role, delegation_id: UUID | None) -> None:
    if role is Role.SECRETARIAT:
        if delegation_id is not None:
            raise Malformed(detail="The secretariat comes from no delegation.")
        return
    known = {row.id: row.kind for row in kept.delegations(w)}
    kind = None if delegation_id is None else known.get(delegation_id)
    if kind is None:
        if role is Role.PRESIDENCY and delegation_id is None:
            return
        raise Malformed(detail="Please choose a delegation.")
    observer = kind == "organization"
    if role in OF_A_DELEGATION and observer:
        raise Malformed(detail="An organization takes part as an observer.")


def read_invitation(w: Work, token: str) -> Invitation:
    """Gives an invitation that can be used.

    Refuses: LinkSpent when it is wrong, used, withdrawn or expired: the answer is the same.
    """
    invitation = kept.invitation_by_token(w, hashed(token))
    if (
        invitation is None
        or invitation.used_at is not None
        or invitation.withdrawn_at is not None
        or invitation.expires_at <= w.now
    ):
        raise LinkSpent
    return invitation


def accept_as_new(
    w: Work, config: Config, token: str, *, name: str, email: str, password_hash: str, device: str
) -> tuple[UUID, str]:
    """Makes an account, takes the place offered, signs in; gives the draft and the session's token.

    Refuses: LinkSpent; Malformed for a name or an address that cannot be one, or an address that
    has an account already (sign in first, then open the link).
    """
    invitation = read_invitation(w, token)
    email = email.strip().lower()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", email) or not email.isprintable():
        raise Malformed(detail="This does not look like an e-mail address.")
    if kept.by_email(w, email) is not None:
        raise Malformed(
            detail="There is an account under this address. Sign in first, then open the link again."
        )
    person = new_person(
        w,
        name=name,
        email=email,
        password_hash=password_hash,
        compartment=f"invitation:{invitation.id}",
    )
    _take_place(w, invitation, person.id)
    return invitation.draft_id, begin_session(w, config, person.id, device)


def accept(w: Work, token: str, person_id: UUID) -> UUID:
    """Takes the place offered, for somebody who is signed in; gives the draft.

    Refuses: LinkSpent; NotAllowed when they already have a place on the draft.
    """
    invitation = read_invitation(w, token)
    _take_place(w, invitation, person_id)
    return invitation.draft_id


def _take_place(w: Work, invitation: Invitation, person_id: UUID) -> None:
    if kept.place_of(w, invitation.draft_id, person_id) is not None:
        raise NotAllowed(detail="You already have a place on this draft.")
    invitation.used_at = w.now
    invitation.used_by = person_id
    give_place(
        w,
        draft_id=invitation.draft_id,
        person_id=person_id,
        role=Role(invitation.role),
        delegation_id=invitation.delegation_id,
        by=invitation.created_by,
        compartment=f"invitation:{invitation.id}",
    )


def new_person(
    w: Work,
    *,
    name: str,
    email: str | None,
    password_hash: str | None,
    opens_drafts: bool = False,
    compartment: str = ids.PUBLIC,
) -> Person:
    """Makes an account. Refuses: Malformed for a name that is empty or too long."""
    person = Person(
        id=ids.new_id(compartment),
        name=_clean_name(name),
        email=email,
        password_hash=password_hash,
        opens_drafts=opens_drafts,
        zone=DEFAULT_ZONE,
        created_at=w.now,
        ended_at=None,
    )
    w.session.add(person)
    w.session.flush()
    return person


def give_place(
    w: Work,
    *,
    draft_id: UUID,
    person_id: UUID,
    role: Role,
    delegation_id: UUID | None,
    by: UUID | None = None,
    compartment: str = ids.PUBLIC,
) -> Place:
    """Gives a person a place on a draft."""
    place = Place(
        id=ids.new_id(compartment),
        draft_id=draft_id,
        person_id=person_id,
        role=role.value,
        delegation_id=delegation_id,
        begun_at=w.now,
        begun_by=by,
        ended_at=None,
        ended_by=None,
    )
    w.session.add(place)
    w.session.flush()
    return place


def withdraw_invitation(w: Work, actor: Actor, invitation_id: UUID) -> None:
    """Withdraws an invitation. Refuses: NotFound for one the person could not have made."""
    invitation = kept.invitation(w, invitation_id)
    if (
        invitation is None
        or Right.INVITE not in rights_of(actor)
        or not may_see_invitation(actor, invitation)
    ):
        raise NotFound
    if invitation.withdrawn_at is None and invitation.used_at is None:
        invitation.withdrawn_at = w.now


def may_see_invitation(actor: Actor, invitation: Invitation) -> bool:
    """Tells whether a person sees an invitation: the team all, a head of delegation their own."""
    if invitation.draft_id != actor.draft_id:
        return False
    if actor.role is Role.HEAD:
        return invitation.delegation_id == actor.delegation_id and Role(invitation.role) in (
            Role.DELEGATE,
            Role.CAPITAL,
        )
    # Whom a delegation asks at home is its own affair.
    return Role(invitation.role) is not Role.CAPITAL


def end_place(w: Work, actor: Actor, person_id: UUID) -> None:
    """Ends a person's place on the draft; their open pages close.

    Refuses: NotFound for somebody without a place, or whom the actor does not see; NotAllowed for a
    role the actor may not invite, and for the last of the presidency.
    """
    require(actor, Right.INVITE)
    place = kept.place_of(w, actor.draft_id, person_id)
    if place is None or not may_see_place(actor, place):
        raise NotFound
    _may_reach(actor, Role(place.role), place.delegation_id)
    if place.role == Role.PRESIDENCY:
        presidents = [p for p, _ in kept.places(w, actor.draft_id) if p.role == Role.PRESIDENCY]
        if len(presidents) == 1:
            raise NotAllowed(detail="The last of the presidency cannot be removed.")
    place.ended_at = w.now
    place.ended_by = actor.person_id
    w.tell(PlaceEnded(actor.draft_id, person_id))


def may_see_place(actor: Actor, place: Place) -> bool:
    """Tells whether a person sees another's place: a capital is seen by its delegation alone."""
    if actor.delegation_id is not None and place.delegation_id == actor.delegation_id:
        return place.role != Role.CAPITAL or actor.role in OF_A_DELEGATION
    if actor.role is Role.HEAD:
        return False
    return place.role != Role.CAPITAL


def _clean_name(name: str, *, may_be_empty: bool = False) -> str:
    name = re.sub(
        r"\s+", " ", "".join(c for c in name if unicodedata.category(c)[0] != "C" or c == " ")
    )
    name = name.strip()
    if (not name and not may_be_empty) or len(name) > NAME_MAX_CHARS:
        raise Malformed(detail="Please give a name of at most 120 characters.")
    return name


# As shown ----------------------------------------------------------------------------------------


def read_link_owner(w: Work, token: str) -> UUID:
    """Gives whom a sign-in link that was just used has signed in."""
    link = kept.sign_in_link(w, hashed(token))
    if link is None:
        raise LinkSpent
    return link.person_id


def own_password(w: Work, person_id: UUID) -> str | None:
    """Gives the hash of one's own password; None for an account that has none yet."""
    person = kept.person(w, person_id)
    return None if person is None else person.password_hash


def zone_of(w: Work, person_id: UUID) -> str:
    """Gives the time zone a person reads deadlines in."""
    person = kept.person(w, person_id)
    return DEFAULT_ZONE if person is None else person.zone


def set_zone(w: Work, person_id: UUID, zone: str) -> None:
    """Sets the time zone a person reads deadlines in. Refuses: Malformed for none of the list."""
    person = kept.person(w, person_id)
    if person is None:
        raise NotFound
    if not deadlines.known(zone):
        raise Malformed(detail="Choose a place whose time is meant from the list.")
    person.zone = zone


def shown_sessions(w: Work, me: SignedIn) -> list[dict[str, Any]]:
    """Gives one's own live sessions, newest first."""
    return [
        {
            "id": str(s.id),
            "device": device_words(s.device),
            "created_at": s.created_at.isoformat(),
            "seen_at": s.seen_at.isoformat(),
            "here": s.id == me.session_id,
        }
        for s in kept.sessions_of(w, me.person_id)
    ]


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


def shown_invitation(w: Work, invitation: Invitation) -> dict[str, Any]:
    """Gives what an invitation offers, in words."""
    draft = kept_drafts.draft(w, invitation.draft_id)
    printed = (
        None
        if invitation.delegation_id is None
        else kept.name(w, invitation.delegation_id, w.now.date())
    )
    return {
        "role": ROLE_WORDS[Role(invitation.role)],
        "delegation": "" if printed is None else printed.short,
        "draft": "" if draft is None else draft.title,
        "name": invitation.name,
        "expires_at": invitation.expires_at.isoformat(),
    }


def shown_people(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives who has a place on the draft, open invitations, and whom the person may invite."""
    require(actor, Right.SEE_PEOPLE)
    names = kept.names(w, w.now.date())

    def short(delegation_id: UUID | None) -> str:
        return names[delegation_id].short if delegation_id else ""

    roles = [r for r in Role if r in MAY_INVITE.get(actor.role, frozenset())]
    return {
        "people": [
            {
                "id": str(person.id),
                "name": person.name,
                "role": place.role,
                "role_words": ROLE_WORDS[Role(place.role)],
                "delegation": short(place.delegation_id),
                "since": place.begun_at.isoformat(),
                "may_end": Role(place.role) in roles
                and (actor.role is not Role.HEAD or place.delegation_id == actor.delegation_id),
            }
            for place, person in kept.places(w, actor.draft_id)
            if may_see_place(actor, place)
        ],
        "invitations": [
            _shown_open(i, short(i.delegation_id))
            for i in kept.invitations(w, actor.draft_id)
            if may_see_invitation(actor, i)
        ],
        "roles": [{"role": r.value, "words": ROLE_WORDS[r]} for r in roles],
        "delegations": [
            {"id": str(d.id), "name": names[d.id].short, "long": names[d.id].long, "kind": d.kind}
            for d in sorted(kept.delegations(w), key=lambda d: sort_key(names[d.id].short))
            if actor.role is not Role.HEAD or d.id == actor.delegation_id
        ],
    }


def _shown_open(invitation: Invitation, delegation: str) -> dict[str, Any]:
    return {
        "id": str(invitation.id),
        "role": invitation.role,
        "role_words": ROLE_WORDS[Role(invitation.role)],
        "delegation": delegation,
        "name": invitation.name,
        "expires_at": invitation.expires_at.isoformat(),
    }


def sort_key(name: str) -> str:
    """Gives what a State's name is sorted by: plain English order, accents ignored."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def draft_of_invitation(w: Work, invitation_id: UUID) -> UUID:
    """Gives the draft an invitation is to. Refuses: NotFound."""
    invitation = kept.invitation(w, invitation_id)
    if invitation is None:
        raise NotFound
    return invitation.draft_id

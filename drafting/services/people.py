"""People: who acts, who has a place on a draft, who is seen by whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, NotSignedIn, Refusal
from drafting.events import PlaceEnded
from drafting.rules import deadlines
from drafting.rules.rights import MAY_INVITE, Right, require
from drafting.rules.roles import OF_A_DELEGATION, ROLE_WORDS, Actor, Role
from drafting.services import notices
from drafting.services.sessions import NOTED_EVERY
from drafting.store import invitations as kept_invitations
from drafting.store import people as kept
from drafting.store import sessions as kept_sessions
from drafting.store.tables import Invitation, Person, Place
from drafting.store.work import Work

NAME_MAX_CHARS = 120
DEFAULT_ZONE = deadlines.GENEVA
"""Where most missions read their deadlines until they say otherwise: Geneva."""

# Who acts ----------------------------------------------------------------------------------------


def actor(w: Work, session_id: UUID, draft_id: UUID) -> Actor:
    """Gives the person of a session as they stand on a draft at this moment.

    Refuses: NotSignedIn when the session is over; NotFound when they have no place on the draft.
    """
    found = kept.placed(w, session_id, draft_id)
    if found is None:
        session = kept_sessions.session(w, session_id)
        if session is None or session.ended_at is not None or session.expires_at <= w.now:
            raise NotSignedIn
        raise NotFound
    person, place = found
    return _standing(w, person, place, session_id)


def typing(w: Work, session_ids: Collection[UUID], draft_id: UUID) -> dict[UUID, Actor | Refusal]:
    """Gives whom `actor` gives or why it refuses, for the sessions of one draft together.

    Notes that the sessions are in use: whoever types is not idle, though they ask for no page.
    """
    rows = kept.standing(w, session_ids, draft_id)
    stale = [one.session_id for one in rows.values() if w.now - one.seen_at > NOTED_EVERY]
    if stale:
        kept_sessions.touch_all(w, stale)
    found: dict[UUID, Actor | Refusal] = {}
    for session_id in session_ids:
        row = rows.get(session_id)
        if row is None:
            try:
                found[session_id] = actor(w, session_id, draft_id)
            except (NotFound, NotSignedIn) as refusal:
                found[session_id] = refusal
            continue
        found[session_id] = Actor(
            person_id=row.person_id,
            session_id=session_id,
            name=row.name,
            draft_id=draft_id,
            role=Role(row.role),
            delegation_id=row.delegation_id,
            delegation=row.delegation or "",
        )
    return found


def _standing(w: Work, person: Person, place: Place, session_id: UUID) -> Actor:
    names = {}
    if place.delegation_id is not None:
        printed = kept.name(w, place.delegation_id, w.now.date())
        if printed is not None:
            names[place.delegation_id] = printed.short
    return as_placed(person, place, session_id, names)


def as_placed(person: Person, place: Place, session_id: UUID, names: Mapping[UUID, str]) -> Actor:
    """Gives a person as they stand at a place; `names` are delegations' short names."""
    return Actor(
        person_id=person.id,
        session_id=session_id,
        name=person.name,
        draft_id=place.draft_id,
        role=Role(place.role),
        delegation_id=place.delegation_id,
        delegation=names.get(place.delegation_id, "") if place.delegation_id else "",
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
        as_placed(person, place, session_id, names)
        for session_id, person, place in kept.all_placed(w, session_ids, draft_id)
    ]


# Places ------------------------------------------------------------------------------------------


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
        name=clean_name(name),
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


def end_place(w: Work, actor: Actor, person_id: UUID) -> None:
    """Ends a person's place on the draft; their open pages close.

    Refuses: NotFound for somebody without a place, or whom the actor does not see; NotAllowed for a
    role the actor may not invite, and for the last of the presidency.
    """
    require(actor, Right.INVITE)
    place = kept.place_of(w, actor.draft_id, person_id)
    if place is None or not may_see_place(actor, place):
        raise NotFound
    may_reach(actor, Role(place.role), place.delegation_id)
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


def may_reach(actor: Actor, role: Role, delegation_id: UUID | None) -> None:
    """Refuses: NotAllowed for a role one does not invite, or a head for another delegation."""
    if role not in MAY_INVITE.get(actor.role, frozenset()):
        raise NotAllowed(detail="Your role does not invite people in this role.")
    if actor.role is Role.HEAD and delegation_id != actor.delegation_id:
        raise NotAllowed(detail="A head of delegation invites for their own delegation.")


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


def clean_name(name: str, *, may_be_empty: bool = False) -> str:
    """Gives a name as it is kept. Refuses: Malformed for one that is empty or too long."""
    name = re.sub(
        r"\s+", " ", "".join(c for c in name if unicodedata.category(c)[0] != "C" or c == " ")
    )
    name = name.strip()
    if (not name and not may_be_empty) or len(name) > NAME_MAX_CHARS:
        raise Malformed(detail="Please give a name of at most 120 characters.")
    return name


# As shown ----------------------------------------------------------------------------------------


def email_of(w: Work, person_id: UUID) -> str | None:
    """Gives somebody's e-mail address."""
    person = kept.person(w, person_id)
    return None if person is None else person.email


def clean_email(email: str) -> str:
    """Gives an e-mail address as it is kept. Refuses: Malformed for what cannot be one."""
    email = email.strip().lower()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", email) or not email.isprintable():
        raise Malformed(detail="This does not look like an e-mail address. Nothing was changed.")
    return email


def set_email(w: Work, person_id: UUID, email: str) -> None:
    """Sets another e-mail address, and tells the old one and the new one.

    Refuses: Malformed for what cannot be one, or is another account's.
    """
    person = kept.person(w, person_id)
    if person is None:
        raise NotFound
    email, before = clean_email(email), person.email
    if email == before:
        return
    if kept.by_email(w, email) is not None:
        raise Malformed(detail="This address cannot be used for your account. Nothing was changed.")
    person.email = email
    w.session.flush()
    words = "The e-mail address of your account was changed."
    if before is not None:
        notices.tell(w, person_id, "email", words, email=before)
    notices.tell(w, person_id, "email", f"{words} This is the new one.")


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
            for i in kept_invitations.invitations(w, actor.draft_id)
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

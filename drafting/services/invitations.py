"""Invitations: made, read, taken, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import LinkSpent, Malformed, NotAllowed, NotFound
from drafting.ids import hashed
from drafting.rules.factors import Demand, is_asked
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import OF_A_DELEGATION, ROLE_WORDS, Actor, Role
from drafting.services.people import (
    clean_email,
    clean_name,
    give_place,
    may_reach,
    may_see_invitation,
    new_person,
)
from drafting.store import drafts as kept_drafts
from drafting.store import factors as kept_factors
from drafting.store import invitations as kept
from drafting.store import people as kept_people
from drafting.store.tables import Invitation
from drafting.store.work import Work


def invite(
    w: Work, config: Config, actor: Actor, *, role: Role, delegation_id: UUID | None, name: str
) -> tuple[Invitation, str]:
    """Makes an invitation and the token of its link, which is kept nowhere.

    Refuses: NotAllowed for a role the inviter may not invite, or a head of delegation inviting for
    another delegation; Malformed for a delegation that does not fit the role.
    """
    require(actor, Right.INVITE)
    may_reach(actor, role, delegation_id)
    _check_role(w, role, delegation_id)
    name = clean_name(name, may_be_empty=True)
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


def _check_role(w: Work, role: Role, delegation_id: UUID | None) -> None:
    if role is Role.SECRETARIAT:
        if delegation_id is not None:
            raise Malformed(detail="The secretariat comes from no delegation.")
        return
    known = {row.id: row.kind for row in kept_people.delegations(w)}
    kind = None if delegation_id is None else known.get(delegation_id)
    if kind is None:
        if role is Role.PRESIDENCY and delegation_id is None:
            return
        raise Malformed(detail="Please choose a delegation.")
    observer = kind == "organization"
    if role in OF_A_DELEGATION and observer:
        raise Malformed(detail="An organization takes part as an observer.")


def read(w: Work, token: str) -> Invitation:
    """Gives an invitation that can be used.

    Refuses: LinkSpent when it is wrong, used, withdrawn or expired: the answer is the same.
    """
    return read_hashed(w, hashed(token))


def read_hashed(w: Work, token_hash: str) -> Invitation:
    """Gives an invitation by what is kept of its token. Refuses: LinkSpent."""
    invitation = kept.invitation_by_token(w, token_hash)
    if (
        invitation is None
        or invitation.used_at is not None
        or invitation.withdrawn_at is not None
        or invitation.expires_at <= w.now
    ):
        raise LinkSpent
    return invitation


def accept_as_new(
    w: Work, token: str, *, name: str, email: str, password_hash: str
) -> tuple[UUID, UUID]:
    """Makes an account and takes the place offered; gives the draft and the person.

    Refuses: LinkSpent; Malformed for a name or an address that cannot be one, or an address that
    has an account already (sign in first, then open the link).
    """
    invitation = read(w, token)
    email = clean_email(email)
    if kept_people.by_email(w, email) is not None:
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
    take(w, invitation, person.id)
    return invitation.draft_id, person.id


def accept(w: Work, config: Config, token: str, person_id: UUID) -> UUID:
    """Takes the place offered, for somebody who is signed in; gives the draft.

    Refuses: LinkSpent; NotAllowed when they already have a place on the draft, or the place asks for
    a second factor and they have none.
    """
    invitation = read(w, token)
    needs = config.second_factor == Demand.REQUIRED and is_asked([invitation.role])
    if needs and not kept_factors.has_any(w, person_id):
        raise NotAllowed(
            detail="This place asks for a second factor: set one up on your account page, then open the "
            "link again. Nothing was changed."
        )
    take(w, invitation, person_id)
    return invitation.draft_id


def take(w: Work, invitation: Invitation, person_id: UUID) -> None:
    """Takes the place an invitation offers. Refuses: NotAllowed for whoever has one already."""
    if kept_people.place_of(w, invitation.draft_id, person_id) is not None:
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


def withdraw(w: Work, actor: Actor, invitation_id: UUID) -> None:
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


def shown(w: Work, invitation: Invitation) -> dict[str, Any]:
    """Gives what an invitation offers, in words."""
    draft = kept_drafts.draft(w, invitation.draft_id)
    printed = (
        None
        if invitation.delegation_id is None
        else kept_people.name(w, invitation.delegation_id, w.now.date())
    )
    return {
        "role": ROLE_WORDS[Role(invitation.role)],
        "delegation": "" if printed is None else printed.short,
        "draft": "" if draft is None else draft.title,
        "name": invitation.name,
        "expires_at": invitation.expires_at.isoformat(),
    }


def draft_of(w: Work, invitation_id: UUID) -> UUID:
    """Gives the draft an invitation is to. Refuses: NotFound."""
    invitation = kept.invitation(w, invitation_id)
    if invitation is None:
        raise NotFound
    return invitation.draft_id

"""Signing in by an identity provider: sent there, come back, and whose account it is.

An account is linked to an identity by somebody who is signed in to it, or by an invitation; never
because a name or a mail address is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import Conflict, Malformed, NotAllowed, NotFound
from drafting.ids import hashed
from drafting.providers import Provider
from drafting.services import arrivals, invitations, notices, passwords
from drafting.services.arrivals import Browser, Entered, Waiting
from drafting.services.issuers import Issuers, Said
from drafting.services.people import clean_name, new_person
from drafting.services.sessions import SignedIn
from drafting.store import identities as kept
from drafting.store import passkeys as kept_passkeys
from drafting.store.tables import Errand, Identity
from drafting.store.work import Work

ERRAND_S = 600


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser is sent to a provider with, and the cookie by which it is known when it comes back."""

    state: str
    nonce: str
    verifier: str
    browser: str


def send(
    w: Work,
    provider: Provider,
    *,
    target: str,
    session_id: UUID | None = None,
    invitation: str = "",
) -> Sent:
    """Notes that a browser is sent to a provider. Refuses: LinkSpent for an invitation that is over."""
    if invitation:
        invitations.read(w, invitation)
    sent = Sent(*(ids.new_token("errand") for _ in range(4)))
    w.session.add(
        Errand(
            state_hash=hashed(sent.state),
            browser_hash=hashed(sent.browser),
            provider=provider.id,
            nonce=sent.nonce,
            verifier=sent.verifier,
            session_id=session_id,
            invitation=hashed(invitation) if invitation else "",
            target=target,
            expires_at=w.now + timedelta(seconds=ERRAND_S),
        )
    )
    return sent


def come_back(w: Work, provider: Provider, state: str, browser: str) -> Errand | None:
    """Spends what a browser was sent with; None when it was not, or is another browser's, or too old."""
    errand = kept.take_errand(w, hashed(state))
    if errand is None or errand.provider != provider.id or errand.browser_hash != hashed(browser):
        return None
    return errand


def redeem(
    issuers: Issuers, provider: Provider, errand: Errand, code: str, back: str, now: datetime
) -> Said:
    """Asks the provider who came back. Refuses: NotBelieved."""
    return issuers.redeem(
        provider,
        code=code,
        back=back,
        nonce=errand.nonce,
        verifier=errand.verifier,
        now=now,
    )


def link(w: Work, me: SignedIn, provider: Provider, said: Said) -> None:
    """Links one's own account to an identity. Refuses: Conflict when it is linked to another one."""
    there = kept.identity(w, said.issuer, said.subject)
    if there is not None:
        if there.person_id != me.person_id:
            raise Conflict(
                detail="This identity belongs to another account here; nothing was changed."
            )
        return
    _add(w, me.person_id, said)
    notices.tell(
        w, me.person_id, "identity", f"Your account was linked to a sign-in of {provider.name}."
    )


def _add(w: Work, person_id: UUID, said: Said) -> None:
    w.session.add(
        Identity(
            id=ids.new_id(f"factor:{person_id}"),
            issuer=said.issuer,
            subject=said.subject,
            person_id=person_id,
            made_at=w.now,
            ended_at=None,
        )
    )
    w.session.flush()


def enter(
    w: Work, config: Config, provider: Provider, errand: Errand, said: Said, browser: Browser
) -> Entered | Waiting:
    """Lets somebody in whom a provider knows: by a linked account, or by the invitation they hold.

    Refuses: NotAllowed for an identity that no account is linked to; LinkSpent.
    """
    there = kept.identity(w, said.issuer, said.subject)
    target = errand.target
    if errand.invitation:
        invitation = invitations.read_hashed(w, errand.invitation)
        if there is None:
            person = new_person(
                w,
                name=_name(said, invitation.name),
                email=None,
                password_hash=None,
                compartment=f"invitation:{invitation.id}",
            )
            _add(w, person.id, said)
            person_id = person.id
        else:
            person_id = there.person_id
        invitations.take(w, invitation, person_id)
        target = f"/drafts/{invitation.draft_id}"
    elif there is None:
        raise NotAllowed(
            detail=f"No account here is linked to this sign-in of {provider.name}. Open your invitation "
            "and choose it there; or sign in another way and link it on your account page."
        )
    else:
        person_id = there.person_id
    return arrivals.arrive(
        w,
        config,
        person_id,
        browser,
        method=provider.name,
        target=target,
        both=provider.second_factor,
    )


def _name(said: Said, offered: str) -> str:
    for name in (said.name, offered, "Guest"):
        try:
            return clean_name(name)
        except Malformed:
            continue
    raise Malformed


def unlink(w: Work, person_id: UUID, identity_id: UUID) -> None:
    """Takes a link away. Refuses: NotFound; NotAllowed when there would be no way left to sign in."""
    identity = kept.by_id(w, identity_id)
    if identity is None or identity.person_id != person_id or identity.ended_at is not None:
        raise NotFound
    identity.ended_at = w.now
    w.session.flush()
    ways = passwords.own(w, person_id) is not None or kept.of(w, person_id)
    if not ways and not kept_passkeys.of(w, person_id):
        raise NotAllowed(
            detail="This is the only way you sign in by: set a password or a passkey first. Nothing "
            "was changed."
        )
    notices.tell(w, person_id, "identity", "A sign-in was unlinked from your account.")


def shown(w: Work, providers: dict[str, Provider], person_id: UUID) -> list[dict[str, Any]]:
    """Gives what one's account is linked to."""
    names = {one.issuer: one.name for one in providers.values()}
    return [
        {
            "id": str(one.id),
            "name": names.get(one.issuer, one.issuer),
            "since": one.made_at.isoformat(),
        }
        for one in kept.of(w, person_id)
    ]

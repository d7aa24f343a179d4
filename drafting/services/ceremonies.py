"""WebAuthn's two ceremonies: what a browser is asked for, and whether its answer holds.

Loaded when somebody uses a passkey (`passkeys`): the library takes ten megabytes, and time at the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from drafting.errors import Unproved

if TYPE_CHECKING:
    from drafting.services.passkeys import Site

NAME = "Drafting table"
_UNPROVED = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that was just made: its public half."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def to_make(
    site: Site, person_id: UUID, *, name: str, account: str, challenge: bytes, held: Sequence[bytes]
) -> dict[str, Any]:
    """Gives what a browser makes a passkey from; not on a device that holds one of these already."""
    options = generate_registration_options(
        rp_id=site.domain,
        rp_name=NAME,
        user_id=person_id.bytes,
        user_name=account,
        user_display_name=name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json_dict(options)


def made(site: Site, credential: dict[str, Any], challenge: bytes) -> Made:
    """Gives the passkey that an answer brings. Refuses: Unproved."""
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=site.origin,
        )
    except _UNPROVED:
        raise Unproved from None
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def to_ask(
    site: Site, *, challenge: bytes, held: Sequence[bytes], must_show: bool
) -> dict[str, Any]:
    """Gives what a browser asks a passkey: any, or one of these.

    `must_show` says that the person must show themselves to it, by PIN, finger or face.
    """
    verification = UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=site.domain,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in held],
        user_verification=verification.REQUIRED if must_show else verification.PREFERRED,
    )
    return options_to_json_dict(options)


def proved(
    site: Site, credential: dict[str, Any], challenge: bytes, passkey: Made, *, must_show: bool
) -> int:
    """Gives how often a passkey has signed by now, when its answer holds. Refuses: Unproved."""
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=must_show,
        )
    except _UNPROVED:
        raise Unproved from None
    return found.new_sign_count

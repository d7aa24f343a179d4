"""A passkey in software, which does what it is told to do wrong."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

UP, UV, AT = 0x01, 0x04, 0x40


@dataclass
class SoftwareKey:
    """One credential, made and used; `origin` and `domain` are what the browser says and the key signs."""

    origin: str = "http://localhost"
    domain: str = "localhost"
    verifies: bool = True
    """Whether the person shows themselves to it, by PIN, finger or face."""
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any]) -> str:
        """Makes the credential; gives the answer in JSON."""
        self.handle = websafe_decode(options["user"]["id"])
        client = self._client("webauthn.create", options)
        credential = AttestedCredentialData.create(
            b"\0" * 16, self.credential_id, ES256.from_cryptography_key(self.private.public_key())
        )
        data = self._data(AT, credential)
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._answer(response)

    def sign(self, options: dict[str, Any], **instead: Any) -> str:
        """Signs a challenge; gives the answer in JSON. `instead` takes the place of parts of it."""
        client = self._client("webauthn.get", options)
        data = self._data(0, None)
        signature = self.private.sign(
            bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.handle),
        }
        return self._answer(response | instead)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = websafe_decode(options["challenge"])
        return bytes(CollectedClientData.create(kind, challenge, self.origin))

    def _data(self, flags: int, credential: AttestedCredentialData | None) -> AuthenticatorData:
        self.count += self.counts
        flags |= UP | (UV if self.verifies else 0)
        hashed = hashlib.sha256(self.domain.encode()).digest()
        return AuthenticatorData.create(hashed, flags, self.count, credential or b"")

    def _answer(self, response: dict[str, str]) -> str:
        own = websafe_encode(self.credential_id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})

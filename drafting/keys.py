"""The key that seals what the database alone must not give away: the secrets of authenticator apps.

It is set by DRAFTING_KEY, or is a file beside an SQLite database, made at the first start and
readable by the server's own account alone. Whoever has a copy of the database without it reads no
secret; whoever loses it must set up authenticator apps anew.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from drafting.errors import Malformed, NotAllowed

KEY_BYTES = 32
EXAMPLE = "c2l4dGVlbiBieXRlcywgdHdpY2Ugb3ZlciwgdGFrZW4="
"""How a key looks; it is not one to use."""
_NONCE_BYTES = 12
_FORM = b"1"


class Keys:
    """Seals with the first key, opens with any: a new one is put before the old."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = tuple(AESGCM(key) for key in keys)

    @property
    def there(self) -> bool:
        """Tells whether there is a key at all."""
        return bool(self._keys)

    def seal(self, secret: bytes, about: str) -> bytes:
        """Seals a secret; it opens only for what it is about. Refuses: NotAllowed without a key."""
        if not self._keys:
            raise NotAllowed(
                detail="This server has no key to keep such a secret with (DRAFTING_KEY); nothing "
                "was stored. Use a passkey, or tell whoever runs the server."
            )
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORM + nonce + self._keys[0].encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes | None:
        """Opens what was sealed; None when it was sealed with another key or about something else."""
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _FORM:
            return None
        for key in self._keys:
            try:
                return key.decrypt(nonce, rest, about.encode())
            except InvalidTag:
                continue
        return None


def new() -> str:
    """Gives a new key as it is written in DRAFTING_KEY."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read(value: str) -> tuple[bytes, ...]:
    """Reads keys, separated by commas, the newest first. Raises ValueError for what is none."""
    keys = []
    for one in value.split(","):
        try:
            key = base64.b64decode(one.strip(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("not base64") from None
        if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 4:
            raise ValueError("not 32 random bytes")
        keys.append(key)
    return tuple(keys)


def file_of(database_url: str) -> Path | None:
    """Gives the key file beside an SQLite database; None for other databases and those in memory."""
    scheme, _, path = database_url.partition(":///")
    if scheme != "sqlite" or not path or path.startswith(":memory:"):
        return None
    return Path(f"{path}.key")


def held(database_url: str, value: str) -> Keys:
    """Gives the keys of a server: those that are set, or the one beside its database, made when it is new.

    Refuses: Malformed for a key file that is none.
    """
    if value:
        return Keys(read(value))
    file = file_of(database_url)
    if file is None:
        return Keys(())
    try:
        if not file.exists():
            _make(file)
    except OSError:
        # A folder that cannot be written keeps no database either; that is said when it is opened.
        return Keys(())
    try:
        return Keys(read(file.read_text(encoding="utf-8").strip()))
    except (ValueError, OSError):
        raise Malformed(
            detail=f"The key file {file.name} beside the database cannot be read as a key. Put it back "
            "from a copy; if there is none, take the file away: a new one is made, and authenticator "
            "apps have to be set up anew. Nothing was started."
        ) from None


def _make(file: Path) -> None:
    """Makes a key file, whole or not at all, however many processes begin at once."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
        made.write(new())
        made.flush()
        os.fsync(made.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()

"""Where identifiers and secrets come from.

Every draw names its compartment, so that a test can give each compartment a stream of its own: one
stream for all would let what one delegation does in private shift the ids another is given.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from uuid import UUID

PUBLIC = "public"
"""The compartment of all that everyone on a draft may see."""


def _system(_compartment: str, size_bytes: int) -> bytes:
    return secrets.token_bytes(size_bytes)


_source: Callable[[str, int], bytes] = _system


def use(source: Callable[[str, int], bytes] | None) -> None:
    """Sets another source of random bytes by compartment, or with None the system's own again."""
    global _source  # noqa: PLW0603 - the source is one thing for the whole process
    _source = source or _system


def new_id(compartment: str = PUBLIC) -> UUID:
    """Gives a new UUID of version 7 (RFC 9562); with a source set by `use`, its time part is drawn too."""
    random = int.from_bytes(_source(compartment, 16))
    if _source is _system:
        random = (time.time_ns() // 1_000_000 << 80) | (random & ((1 << 80) - 1))
    random = random & ~(0xF << 76) | 0x7 << 76
    return UUID(int=random & ~(0x3 << 62) | 0x2 << 62)


def new_untimed_id(compartment: str) -> UUID:
    """Gives a new UUID of version 4, which does not tell when it was made.

    For things that begin in private and may be shown later.
    """
    random = int.from_bytes(_source(compartment, 16))
    random = random & ~(0xF << 76) | 0x4 << 76
    return UUID(int=random & ~(0x3 << 62) | 0x2 << 62)


def new_salt(compartment: str) -> str:
    """Gives 128 bits in hexadecimal digits, to hash words with that nobody is to guess."""
    return _source(compartment, 16).hex()


def new_token(compartment: str = PUBLIC) -> str:
    """Gives a secret of 192 bits in URL-safe letters, for links, sessions and tickets."""
    return _source(compartment, 24).hex()


def hashed(token: str) -> str:
    """Gives what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

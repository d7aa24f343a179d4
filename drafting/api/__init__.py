"""The JSON API: typed, documented at /api/openapi.json and in docs/api.md."""

from drafting.api import board, calls, comparing, forward, negotiation, returned, sponsors, verify
from drafting.api.asking import api

__all__ = [
    "api",
    "board",
    "calls",
    "comparing",
    "forward",
    "negotiation",
    "returned",
    "sponsors",
    "verify",
]

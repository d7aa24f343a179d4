"""The JSON API: typed, documented at /api/openapi.json and in docs/api.md."""

from drafting.api import calls, negotiation
from drafting.api.asking import api

__all__ = ["api", "calls", "negotiation"]

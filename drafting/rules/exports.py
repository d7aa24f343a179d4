"""What of the proposals and comments one sees goes into a file: it can be less, never more."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """How much of what one sees goes into the file."""

    EVERYONE = "everyone"
    """Only what everyone on the draft sees: the paper can be handed to all of them."""
    MINE = "mine"
    """One's own side's only."""
    ALL = "all"
    """All that one sees."""

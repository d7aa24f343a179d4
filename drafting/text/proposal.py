"""A proposal and a position as values: what somebody would have the text say, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drafting.text.changes import EMPTY, Change
from drafting.text.resolution import Kind


class ProposalKind(StrEnum):
    """What a proposal would do."""

    AMEND = "amend"
    """Other words in a paragraph."""
    ALTERNATIVE = "alternative"
    """Another paragraph in this one's place ("OP6 alt"): one of the two goes."""
    INSERT = "insert"
    """A new paragraph behind one ("PP10 bis"), or at the beginning."""
    DELETE = "delete"
    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"
    """With the paragraph before it."""


WORDED = frozenset({ProposalKind.AMEND, ProposalKind.ALTERNATIVE, ProposalKind.INSERT})
"""The kinds that have words of their own."""


class Stance(StrEnum):
    """Where a delegation stands on a paragraph or a proposal."""

    RETAIN = "retain"
    DELETE = "delete"
    AMEND = "amend"
    SUPPORT = "support"
    CAN_LIVE_WITH = "can_live_with"
    RESERVE = "reserve"
    OBJECT = "object"


STANCE_WORDS = {
    Stance.RETAIN: "retain",
    Stance.DELETE: "delete",
    Stance.AMEND: "amend",
    Stance.SUPPORT: "support",
    Stance.CAN_LIVE_WITH: "can live with",
    Stance.RESERVE: "reserve",
    Stance.OBJECT: "object",
}
"""As the page and the compilation say it."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a proposal would do to a paragraph, as a value.

    `label` is what the paragraph is called now ("OP4 (a)"; for an insertion, the paragraph behind
    which it is to stand, "" at the beginning); `base` is what the paragraph says, `text` what it would say.
    `after` is where a moved paragraph would stand: a label, "" at the beginning. `at` is where a
    paragraph would be split, in UTF-16 units of `base`. `new_kind` is what an inserted paragraph is.
    """

    kind: ProposalKind
    label: str
    base: Change = EMPTY
    text: Change = EMPTY
    after: str = ""
    at: int = 0
    new_kind: Kind = Kind.OPERATIVE

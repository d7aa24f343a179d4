"""What became of a text, as its file tells it: the steps of its way, and the vote on the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

UNKNOWN_DAY = date(1, 1, 1)
"""Stands where a day is not known: the files of the United Nations have it so."""


class Outcome(StrEnum):
    """What a step came to; the words are those of the United Nations' files."""

    DRAFT = "draftResolution"
    ADDITIONAL = "draftResolutionAdditionalSponsors"
    RECOMMENDED = "recommendedForAdoption"
    ADOPTED = "adopted"


class Side(StrEnum):
    """How was voted."""

    FOR = "inFavour"
    AGAINST = "against"
    ABSTAINING = "abstaining"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a text's way: a document's symbol, and who is behind it, as printed.

    `outcome` is an `Outcome`, or what else a file says; `refers_to` a paragraph of the document.
    """

    outcome: str
    on: date = UNKNOWN_DAY
    symbol: str = ""
    by: str = ""
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many voted so, and who."""

    side: str
    value: int
    voters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proceedings:
    """The steps, in order, and the vote.

    `counts` is None where nothing is said of a vote, and empty where there was none: an adoption
    without a vote.
    """

    steps: tuple[Step, ...] = ()
    counts: tuple[Count, ...] | None = None

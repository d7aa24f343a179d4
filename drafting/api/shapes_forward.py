"""What goes in: the bodies of the calls on last year's text forward."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from drafting.api.shapes import Asked, Body, Line
from drafting.services.forward import WORDS_MAX_CHARS
from drafting.text.sessions import LAST

Key = Annotated[str, StringConstraints(max_length=120)]
"""An update's key, as it was given."""


class Accepting(Body):
    """An update to accept; `words` answer a note, and stand instead of its words."""

    key: Key
    words: Annotated[str, StringConstraints(max_length=WORDS_MAX_CHARS)] | None = None


class UpdatesAnswered(Asked):
    """What the presidency says to updates. `all`: every one that is no note and not refused."""

    accept: list[Accepting] = Field(default_factory=list, max_length=2_000)
    refuse: list[Key] = Field(default_factory=list, max_length=2_000)
    restore: list[Key] = Field(default_factory=list, max_length=2_000)
    all: bool = False


class MastheadSet(Asked):
    """What a masthead is to say; what is left out stays."""

    session: Annotated[int, Field(ge=1, le=LAST)] | None = None
    title: Line | None = None
    committee: Line | None = None
    agenda_item: Line | None = None
    agenda_title: Line | None = None

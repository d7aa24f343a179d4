"""What goes in with a Word file that came back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from drafting.api.shapes import Asked, AudienceShape, Body, Id, Line
from drafting.services.returned import MAX_CHOSEN

Key = Annotated[str, StringConstraints(pattern="^[pc][0-9]{1,6}$")]


class AuthorsSide(Body):
    """A name in the file ("": nobody, for what was not tracked), and whose the changes by it are.

    `delegation` null: one's own side.
    """

    name: Line
    delegation: Id | None = None


class Bringing(Asked):
    """What of a file is to come in."""

    version: Annotated[str, StringConstraints(pattern="^(working|0|[1-9][0-9]{0,5})$")]
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    mark: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    items: Annotated[list[Key], Field(default_factory=list, max_length=MAX_CHOSEN)]
    comments: Annotated[list[Key], Field(default_factory=list, max_length=MAX_CHOSEN)]
    authors: Annotated[list[AuthorsSide], Field(default_factory=list, max_length=300)]
    circle: Literal["owners", "presidency", "everyone"] = "owners"
    audience: AudienceShape

"""What goes in: the bodies of the API's calls."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drafting.rules.audiences import Audience, AudienceKind
from drafting.rules.roles import Role


class Body(BaseModel):
    """A body: nothing more, nothing less, and no value bent to fit."""

    model_config = ConfigDict(extra="forbid", strict=True)


Id = Annotated[UUID, Field(strict=False)]
Line = Annotated[str, StringConstraints(max_length=300)]


class Asked(Body):
    """A call that changes something: `id` is made by the client, so that repeating is harmless."""

    id: Id


class AudienceShape(Body):
    """Who may see a thing."""

    kind: Annotated[AudienceKind, Field(strict=False)]
    delegation: Id | None = None

    def value(self) -> Audience:
        """Gives the audience as the rules know it."""
        return Audience(self.kind, self.delegation)


class AnchorShape(Body):
    """Words of a paragraph at a version of its text, in UTF-16 units."""

    start: Annotated[int, Field(ge=0, lt=1 << 31)]
    end: Annotated[int, Field(ge=0, lt=1 << 31)]
    version: Annotated[int, Field(ge=0, lt=1 << 31)]


class ThreadBegin(Asked):
    """A comment that begins a thread."""

    paragraph: Id
    anchor: AnchorShape | None = None
    audience: AudienceShape
    body: Annotated[str, StringConstraints(max_length=20_000)]


class CommentBody(Asked):
    """What a comment says."""

    body: Annotated[str, StringConstraints(max_length=20_000)]


class Resolution(Asked):
    """A thread resolved or reopened."""

    resolved: bool


class Widening(Asked):
    """A thread moved to a wider audience."""

    audience: AudienceShape


class Sealing(Asked):
    """A version sealed."""

    name: Line
    note: Annotated[str, StringConstraints(max_length=2_000)] = ""


class Purging(Asked):
    """Words purged from the history, between two versions of a text."""

    from_: Annotated[int, Field(alias="from", ge=1, lt=1 << 31)]
    to: Annotated[int, Field(ge=1, lt=1 << 31)]


class Inviting(Asked):
    """An invitation."""

    role: Annotated[Role, Field(strict=False)]
    delegation: Id | None = None
    name: Line = ""


class DeedShape(Asked):
    """A deed of structure; which fields go with which kind is in docs/api.md."""

    kind: Literal["insert", "delete", "restore", "move", "split", "merge", "change_kind", "undo"]
    paragraph: Id | None = None
    after: Id | None = None
    paragraph_kind: str | None = None
    level: Annotated[int, Field(ge=0, le=3)] | None = None
    ops: list[dict[str, Any]] | None = None
    at: Annotated[int, Field(ge=0, lt=1 << 31)] | None = None
    version: Annotated[int, Field(ge=0, lt=1 << 31)] | None = None
    deed: Id | None = None

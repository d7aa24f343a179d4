"""What goes in: the bodies of the API's calls."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from drafting.rules.agreement import Agreement
from drafting.rules.audiences import Audience, AudienceKind
from drafting.rules.positions import Certainty, Met, Outcome, Weight
from drafting.rules.roles import Role
from drafting.text.proposal import ProposalKind


class Body(BaseModel):
    """A body: nothing more, nothing less, and no value bent to fit."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _canonical(value: object) -> object:
    """Refuses an id in any spelling but the one that the description names."""
    if isinstance(value, str) and not _ID.fullmatch(value):
        raise ValueError("an id is written as 8-4-4-4-12 hexadecimal digits")
    return value


_ID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Id = Annotated[UUID, Field(strict=False), BeforeValidator(_canonical)]
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


# Negotiation -------------------------------------------------------------------------------------

Reason = Annotated[str, StringConstraints(max_length=4_000)]
Units = Annotated[int, Field(ge=0, lt=1 << 31)]


class ProposalBegin(Asked):
    """A proposal begun; which fields go with which kind is in docs/api.md."""

    kind: Annotated[ProposalKind, Field(strict=False)]
    paragraph: Id | None = None
    after: Id | None = None
    version: Units | None = None
    at: Units | None = None
    paragraph_kind: str | None = None
    level: Annotated[int, Field(ge=0, le=3)] = 0
    ops: list[dict[str, Any]] | None = None


class Sharing(Asked):
    """A delegation taken in as an owner."""

    delegation: Id


class Circulation(Asked):
    """A proposal put forward, or shown to everyone."""

    audience: Literal["presidency", "everyone"]


class Sentence(Asked):
    """The formal words for the floor; null leaves them to the tool."""

    sentence: Annotated[str, StringConstraints(max_length=40_000)] | None


class Withdrawal(Asked):
    """A proposal taken back."""

    reason: Reason = ""


class Confirmation(Asked):
    """A proposal confirmed by its author on what its paragraph says now."""

    paragraph: Id
    version: Units
    ops: list[dict[str, Any]] | None = None


class ProposalResponse(Asked):
    """What the presidency answers to a proposal it does not accept now."""

    outcome: Literal["will_consider", "not_retained"]
    reason: Reason = ""
    audience: Literal["presidency", "everyone"] = "presidency"


class Acceptance(Asked):
    """Proposals to one paragraph accepted; `ops` are the words it is to have, when modified."""

    paragraph: Id | None
    version: Units | None = None
    proposals: Annotated[list[Id], Field(min_length=1, max_length=20)]
    ops: list[dict[str, Any]] | None = None
    reason: Reason = ""


class Moot(Body):
    """A proposal that a person has ticked as moot."""

    proposal: Id
    reason: Reason = ""


class Reconciling(Asked):
    """The proposals that an acceptance has made moot."""

    moot: Annotated[list[Moot], Field(max_length=500)]


class PositionTaken(Asked):
    """A position on a paragraph or a proposal."""

    paragraph: Id | None = None
    proposal: Id | None = None
    stance: Annotated[str, StringConstraints(max_length=20)]
    weight: Annotated[Weight, Field(strict=False)] | None = None
    certainty: Annotated[Certainty, Field(strict=False)] = Certainty.PRELIMINARY
    remark: Annotated[str, StringConstraints(max_length=10_000)] = ""
    audience: Literal["delegation", "presidency", "everyone"]
    aligns_with: Id | None = None
    follows: bool = False


class Marking(Asked):
    """What became of a position."""

    mark: Annotated[Met, Field(strict=False)]


class PositionAnswer(Asked):
    """What the presidency answers to a position."""

    outcome: Annotated[Outcome, Field(strict=False)]
    reason: Reason = ""
    audience: Literal["presidency", "everyone"] = "presidency"


class AgreementSaid(Asked):
    """How far a paragraph is agreed."""

    paragraph: Id
    state: Annotated[Agreement, Field(strict=False)]
    delegations: Annotated[list[Id], Field(max_length=250)] = []
    words: AnchorShape | None = None
    note: Reason = ""


class PackageTied(Asked):
    """Paragraphs tied to a package."""

    name: Line
    paragraphs: Annotated[list[Id], Field(max_length=100)]


class Dissolution(Asked):
    """A package dissolved."""

    reason: Reason = ""


class Judgement(Asked):
    """A person's last word on a paragraph of a redline."""

    from_: Annotated[int, Field(alias="from", ge=0, lt=1 << 31)]
    to: Annotated[int, Field(ge=0, lt=1 << 31)]
    paragraph: Id
    verdict: Literal["technical", "substantive"]

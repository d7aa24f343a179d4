"""What of the tables is on record: which rows, in whose chain, and what of them is hashed.

One entry here for each kind of row. A row of which parts go to different audiences stands here
more than once, each part with its own. What is kept for speed, or follows from something else on
record (where a thread stands now, what a paragraph was called before), is left out; so is what
would count things one does not see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Select, func, inspect, select

from drafting.rules import chains
from drafting.rules.audiences import AudienceKind
from drafting.rules.chains import EVERYONE, OFFICE, TEAM, Ring
from drafting.rules.proposals import Circle
from drafting.rules.roles import Role
from drafting.store import tables as t
from drafting.store.tables import Base

if TYPE_CHECKING:
    from drafting.store.work import Work

Ids = UUID | None

PUT_FORWARD, WORDS = "put forward", "words"
"""Where a session keeps what `look_up` has found: by proposal, its first such step, and its words."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row on record."""

    name: str
    table: type[Base]
    fields: tuple[str, ...]
    """The columns that are hashed."""
    chain: Callable[[Work, Any], str | None]
    """Whose it is; None: not on record (yet)."""
    above: tuple[tuple[type[Base], str], ...] = ()
    """Of a row that does not name its draft: the tables that lead to one that does, each with the
    column that names its row."""
    detail: str = ""
    """The column that says what was done."""
    more: Callable[[Work, Any], dict[str, Any]] | None = None
    """What is hashed besides."""
    shared: bool = False
    """Whether several drafts of a series share it: it is recorded in the draft that is held, and may
    be changed through another."""

    def draft_of(self, w: Work, row: Any) -> Ids:  # noqa: ANN401 - any table's
        """Gives the draft a row is on record of."""
        holder = row
        for table, column in self.above:
            holder = w.session.get(table, getattr(holder, column))
        found: Ids = holder.id if isinstance(holder, t.Draft) else getattr(holder, "draft_id", None)
        return w.draft_id if found is None else found

    def of_draft(self, draft_id: UUID) -> Select[Any]:
        """Gives the question for all such rows of a draft."""
        asked, below = select(self.table), self.table
        for table, column in self.above:
            asked = asked.join(table, inspect(table).primary_key[0] == getattr(below, column))
            below = table
        if below is t.Draft:
            asked = asked.where(t.Draft.id == draft_id)
        elif below in (t.Adoption, t.Series):
            # Earlier years belong to the series, whichever of its drafts they were recorded in.
            series = t.Adoption.series_id if below is t.Adoption else t.Series.id
            asked = asked.join(t.SeriesDraft, t.SeriesDraft.series_id == series)
            asked = asked.where(t.SeriesDraft.draft_id == draft_id)
            if below is t.Adoption:
                own = (t.Adoption.draft_id == draft_id) | t.Adoption.draft_id.is_(None)
                asked = asked.where(own)
        else:
            asked = asked.where(below.draft_id == draft_id)  # type: ignore[attr-defined]  # all others have it
        return asked.order_by(*inspect(self.table).primary_key)

    def value(self, w: Work, row: Any) -> dict[str, Any]:  # noqa: ANN401
        """Gives what of a row is hashed."""
        out = {name: plain(getattr(row, name)) for name in self.fields}
        if self.more is not None:
            out |= self.more(w, row)
        return out

    def rest(self, row: Base) -> dict[str, Any]:
        """Gives the columns of a row that are not hashed, but for secrets."""
        return {
            a.key: plain(getattr(row, a.key))
            for a in inspect(type(row)).column_attrs
            if a.key not in self.fields and a.key != "token_hash"
        }


def key_of(row: Base) -> str:
    """Gives a row's key as a record writes it: its parts in order, "/" between them."""
    mapper = inspect(type(row))
    parts = [getattr(row, mapper.get_property_by_column(c).key) for c in mapper.primary_key]
    return "/".join(str(plain(part)) for part in parts)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Gives a column's value as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


# Whose a row is -----------------------------------------------------------------------------------


def _all(_w: Work, _row: object) -> str:
    return EVERYONE


def _team(_w: Work, _row: object) -> str:
    return TEAM


def _office(_w: Work, _row: object) -> str:
    return OFFICE


def _of_thread(w: Work, row: t.Thread | t.Comment | t.CommentBody | t.ThreadStep) -> str:
    thread: t.Thread | None
    if isinstance(row, t.CommentBody):
        comment = w.session.get_one(t.Comment, row.comment_id)
        thread = w.session.get_one(t.Thread, comment.thread_id)
    elif isinstance(row, t.Thread):
        thread = row
    else:
        thread = w.session.get_one(t.Thread, row.thread_id)
    return chains.of_audience(thread.audience, thread.delegation_id)


def _of_proposal(w: Work, row: t.Proposal | t.ProposalOwner) -> str:
    proposal = (
        row if isinstance(row, t.Proposal) else w.session.get_one(t.Proposal, row.proposal_id)
    )
    match Circle(proposal.audience):
        case Circle.OWNERS:
            return chains.name(Ring.OWNERS, proposal.id)
        case Circle.PRESIDENCY:
            return chains.name(Ring.PROPOSAL, proposal.id)
        case Circle.EVERYONE:
            return EVERYONE


def _of_step(w: Work, row: t.ProposalStep) -> str:
    # When it was begun, shared, and by whom, stays its owners' affair.
    known: dict[UUID, int] | None = w.session.info.get(PUT_FORWARD)
    if known is None:
        first = w.session.scalar(
            select(func.min(t.ProposalStep.number)).where(
                t.ProposalStep.proposal_id == row.proposal_id, t.ProposalStep.step == "put_forward"
            )
        )
    else:
        first = known.get(row.proposal_id)
    if first is None or row.number < first:
        return chains.name(Ring.OWNERS, row.proposal_id)
    return _of_proposal(w, w.session.get_one(t.Proposal, row.proposal_id))


def _of_reason(w: Work, row: t.ProposalStep) -> str | None:
    if not row.reason:
        return None
    step = _of_step(w, row)
    if step == EVERYONE and row.audience != Circle.EVERYONE:
        return chains.name(Ring.PROPOSAL, row.proposal_id)
    return step


def _of_position(w: Work, row: t.Position | t.PositionMark | t.PositionResponse) -> str:
    position = (
        row if isinstance(row, t.Position) else w.session.get_one(t.Position, row.position_id)
    )
    return chains.of_audience(
        position.audience,
        None if position.audience == AudienceKind.EVERYONE else position.delegation_id,
    )


def _of_alignment(_w: Work, row: t.Position) -> str | None:
    return None if row.aligns_with is None else chains.name(Ring.DELEGATION, row.delegation_id)


def _of_answer(w: Work, row: t.PositionResponse) -> str | None:
    if not row.reason:
        return None
    position = w.session.get_one(t.Position, row.position_id)
    if row.audience == AudienceKind.EVERYONE:
        return _of_position(w, position)
    return chains.name(Ring.PRESIDENCY, position.delegation_id)


def _reach(_w: Work, row: t.SponsorStep | t.SponsorCondition) -> str:
    return chains.name(Ring(row.reach), row.delegation_id)


def _of_correction(w: Work, row: t.SponsorStep) -> str | None:
    if row.corrects_id is None:
        return None
    return _reach(w, w.session.get_one(t.SponsorStep, row.corrects_id))


def _own(w: Work, row: t.Instruction | t.InstructionStep) -> str:
    about = (
        row
        if isinstance(row, t.Instruction)
        else w.session.get_one(t.Instruction, row.instruction_id)
    )
    return chains.name(Ring.DELEGATION, about.delegation_id)


def _of_adoption(_w: Work, row: t.Adoption) -> str | None:
    return EVERYONE if row.draft_id is not None and row.symbol else None


def _of_tabling(w: Work, row: t.Tabling) -> str | None:
    adoption = w.session.get_one(t.Adoption, row.adoption_id)
    return EVERYONE if adoption.draft_id is not None else None


def _of_place(_w: Work, row: t.Place) -> str:
    capital = row.role == Role.CAPITAL
    return chains.name(Ring.CAPITAL if capital else Ring.PLACES, row.delegation_id)


def _of_invitation(_w: Work, row: t.Invitation) -> str:
    if row.role == Role.CAPITAL:
        return chains.name(Ring.CAPITAL, row.delegation_id)
    own = row.delegation_id if row.role == Role.DELEGATE else None
    return chains.name(Ring.PLACES, own)


def _reader(_w: Work, row: t.Reading) -> str:
    return chains.name(Ring.PERSON, row.person_id)


def _words(w: Work, row: t.Proposal) -> dict[str, Any]:
    """Gives the words put forward; while a proposal is a draft its text's own chain holds them."""
    if row.audience == Circle.OWNERS:
        return {}
    known: dict[UUID, Any] | None = w.session.info.get(WORDS)
    if known is None:
        return {"words": w.session.scalar(select(t.Text.content).where(t.Text.id == row.id))}
    return {"words": known.get(row.id)}


def look_up(w: Work, draft_id: UUID) -> list[Base]:
    """Gives all rows on record of a draft, and keeps at hand what it takes to say whose each is.

    Always the same statements, however many rows there are and whoever asks.
    """
    w.draft_id = draft_id
    found: list[Base] = []
    for kinds in OF_TABLE.values():
        found += w.session.scalars(kinds[0].of_draft(draft_id)).all()
    words = w.session.execute(
        select(t.Text.id, t.Text.content)
        .join(t.Proposal, t.Proposal.id == t.Text.id)
        .where(t.Text.draft_id == draft_id)
    )
    w.session.info[WORDS] = {row[0]: row[1] for row in words}
    forward: dict[UUID, int] = {}
    for row in found:
        if isinstance(row, t.ProposalStep) and row.step == "put_forward":
            forward[row.proposal_id] = min(row.number, forward.get(row.proposal_id, row.number))
    w.session.info[PUT_FORWARD] = forward
    return found


_BY = ("person_id", "author", "at")
_NAMED = ("person_id", "name", "author", "at")

KINDS: Final[Sequence[Kind]] = (
    Kind("version", t.Version, ("draft_id", "number", "name", "note", "seq", "masthead", "sealed_at", "sealed_by", "author", "hash"), _all),
    Kind("deed", t.Deed, ("draft_id", "seq", "kind", "summary", "credit", "undone_by", *_BY), _all, detail="kind"),
    Kind("deed_undo", t.Deed, ("undo",), _team),
    Kind("tabling", t.Tabling, ("symbol", "on", "version_number", "author", "at"), _of_tabling, ((t.Adoption, "adoption_id"),)),
    Kind("tabling_sponsors", t.Tabling, ("symbol", "on", "version_number", "sponsors", "line", "override", "hash"), _office, ((t.Adoption, "adoption_id"),)),
    Kind("adoption", t.Adoption, ("symbol", "adopted_on"), _of_adoption),
    Kind("adoption_record", t.Adoption, ("series_id", "draft_id", "symbol", "adopted_on", "additional"), _office, shared=True),
    Kind("roll_call", t.RollCall, ("adoption_id", "body", "on", "part", "part_label", "votes", "author", "at"), _office, ((t.Adoption, "adoption_id"),), detail="body"),
    Kind("purge", t.Purge, ("text_id", "from_version", "to_version", "characters", "replaced", *_BY), _all, ((t.Text, "text_id"),)),
    Kind("thread_step", t.ThreadStep, ("thread_id", "number", "step", "audience", "delegation_id", *_NAMED), _of_thread, ((t.Thread, "thread_id"),), detail="step"),
    Kind("comment", t.Comment, ("thread_id", "number", *_NAMED), _of_thread, ((t.Thread, "thread_id"),)),
    Kind("comment_body", t.CommentBody, ("comment_id", "number", "body", "at"), _of_thread, ((t.Comment, "comment_id"), (t.Thread, "thread_id"))),
    Kind("thread", t.Thread, ("draft_id", "quote", "created_at"), _of_thread),
    Kind("proposal_step", t.ProposalStep, ("step", *_NAMED), _of_step, ((t.Proposal, "proposal_id"),), detail="step"),
    Kind("proposal_reason", t.ProposalStep, ("reason", "audience"), _of_reason, ((t.Proposal, "proposal_id"),)),
    Kind("proposal_owner", t.ProposalOwner, ("delegation_id",), _of_proposal, ((t.Proposal, "proposal_id"),)),
    Kind(
        "proposal",
        t.Proposal,
        ("draft_id", "kind", "paragraph_id", "after_id", "at_utf16", "paragraph_kind", "level", "base", "label",
         "version_number", "stage", "sentence", "sentence_for", "put_forward_at"),
        _of_proposal,
        more=_words,
    ),
    Kind("proposal_replaces", t.Proposal, ("replaces_id",), lambda _w, row: None if row.replaces_id is None else chains.name(Ring.OWNERS, row.id)),
    Kind("position_response", t.PositionResponse, ("outcome", *_BY), _of_position, ((t.Position, "position_id"),), detail="outcome"),
    Kind("position_reason", t.PositionResponse, ("reason", "audience"), _of_answer, ((t.Position, "position_id"),)),
    Kind("position_mark", t.PositionMark, ("version_number", "mark", "person_id", "at"), _of_position, ((t.Position, "position_id"),), detail="mark"),
    Kind(
        "position",
        t.Position,
        ("draft_id", "paragraph_id", "proposal_id", "delegation_id", "version_number", "label", "base", "stance",
         "weight", "certainty", "remark", "audience", *_NAMED),
        _of_position,
        detail="stance",
    ),
    Kind("position_alignment", t.Position, ("aligns_with", "follows"), _of_alignment),
    Kind("agreement_step", t.AgreementStep, ("draft_id", "paragraph_id", "number", "state", "delegations", "start_utf16", "end_utf16", "base", "note", *_BY), _all, detail="state"),
    Kind("package", t.Package, ("draft_id", "name", "paragraphs", *_BY, "dissolved_at", "dissolved_by", "reason"), _all),
    Kind("nature_verdict", t.NatureVerdict, ("from_number", "to_number", "paragraph_id", "number", "nature", *_BY), _all, detail="nature"),
    Kind("refused_update", t.RefusedUpdate, ("refused", *_BY), _team),
    Kind(
        "sponsor_step",
        t.SponsorStep,
        ("draft_id", "delegation_id", "step", "capacity", "version_number", "manner", "who", "where", "on", "note",
         "reach", "recorded", *_NAMED),
        _reach,
        detail="step",
    ),
    Kind("sponsor_correction", t.SponsorStep, ("corrects_id",), _of_correction),
    Kind(
        "sponsor_condition",
        t.SponsorCondition,
        ("draft_id", "delegation_id", "kind", "paragraph_id", "label", "version_number", "note", "reach", "recorded",
         *_NAMED, "lifted_at", "lifted_by"),
        _reach,
        detail="kind",
    ),
    Kind("sponsor_call", t.SponsorCall, ("number", "mode", "group", "listed", "deadline_at", "deadline_zone", "closes_at", "closes_zone", *_BY), _all),
    Kind("sponsor_target", t.SponsorTarget, ("draft_id", "delegation_id", "at", "person_id", "ended_at"), _office),
    Kind("instruction_step", t.InstructionStep, ("step", "on", "words", "person_id", "name", "at"), _own, ((t.Instruction, "instruction_id"),), detail="step"),
    Kind(
        "instruction",
        t.Instruction,
        ("draft_id", "delegation_id", "subject", "paragraph_id", "label", "version_number", "on", "due", "asked_by",
         "words", "state", "shown", "shown_until", "created_at"),
        _own,
        detail="subject",
    ),
    Kind("reading", t.Reading, ("version_number", "at"), _reader),
    Kind("contact", t.Contact, ("draft_id", "delegation_id", "on", "who", "channel", "said", "person_id", "name", "at"), _team),
    Kind("next_action", t.NextAction, ("what", "owner_id", "due", "done", "person_id", "name", "at"), _team),
    Kind("outlook_override", t.OutlookOverride, ("draft_id", "delegation_id", "paragraph_id", "number", "vote", "reason", "source", "confidence", "person_id", "name", "at"), _team),
    Kind("letter", t.Letter, ("draft_id", "delegation_id", "subject", "addresses", "result", "person_id", "name", "at"), _team),
    Kind("answer_link", t.AnswerLink, ("draft_id", "letter_id", "delegation_id", "question", "version_number", "expires_at", "used_at", "answer"), _team),
    Kind("place", t.Place, ("draft_id", "person_id", "role", "delegation_id", "begun_at", "begun_by", "ended_at", "ended_by"), _of_place, detail="role"),
    Kind("invitation", t.Invitation, ("draft_id", "role", "delegation_id", "name", "created_at", "created_by", "expires_at", "used_at", "used_by", "withdrawn_at"), _of_invitation, detail="role"),
    Kind("draft", t.Draft, ("title", "stage", "masthead", "created_at", "created_by"), _all, detail="stage"),
    Kind("series", t.Series, ("treaty",), _office, shared=True),
    Kind("series_draft", t.SeriesDraft, ("series_id",), _office),
    Kind("fork", t.Fork, ("kind", "at", "other_id", "other_version"), _all, ((t.Text, "text_id"),)),
    Kind("paragraph", t.Paragraph, ("draft_id", "kind", "level", "rank", "deleted", "retired"), _all),
)  # fmt: skip
"""All of them; of a deed that writes several, the one that stands first says what was done."""

OF_TABLE: Final[Mapping[type[Base], tuple[Kind, ...]]] = {
    table: tuple(kind for kind in KINDS if kind.table is table)
    for table in dict.fromkeys(kind.table for kind in KINDS)
}

NOT_RECORDED: Final[Mapping[str, str]] = {
    "changes": "each text has a chain of its own",
    "texts": "each text has a chain of its own",
    "snapshots": "kept for speed; the first words of a text are in its chain",
    "version_paragraphs": "a version's hash holds them",
    "chain_entries": "the chains themselves",
    "chain_heads": "the chains themselves",
    "chain_texts": "the chains themselves",
    "delegations": "no draft's",
    "delegation_names": "no draft's",
    "known_resolutions": "no draft's",
    "party_statuses": "no draft's",
    "people": "an account is no draft's",
    "sessions": "an account's",
    "sign_in_links": "an account's",
    "sign_in_tries": "an account's",
    "tickets": "an account's",
    "account_notices": "an account's",
    "arrivals": "an account's",
    "authenticators": "an account's",
    "challenges": "an account's",
    "errands": "an account's",
    "identities": "an account's",
    "known_devices": "an account's",
    "passkeys": "an account's",
    "recovery_codes": "an account's",
    "operations": "kept so that a repeated call is answered alike",
    "news": "kept for minutes, to be told",
    "news_heads": "kept for minutes, to be told",
}
"""Tables whose rows are not on record, and why."""


def who(row: Base, asked: UUID | None) -> dict[str, str | None]:
    """Gives who wrote a row: the person's id, the name, and the author as printed.

    `asked` is whose call it was, for rows that do not say.
    """
    person = next(
        (
            getattr(row, name)
            for name in ("person_id", "ended_by", "used_by", "sealed_by", "created_by", "begun_by")
            if getattr(row, name, None) is not None
        ),
        None,
    )
    if isinstance(row, t.Place):
        person = row.ended_by or row.begun_by
    named = hasattr(row, "author") and not isinstance(row, t.Package | t.Version)
    return {
        "person": plain(person or asked),
        "name": str(getattr(row, "name", "")) if named else "",
        "author": str(getattr(row, "author", "")),
    }

"""The record's chains as they are kept: every transaction's deeds are added before it commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Select, func, insert, inspect, select, update
from sqlalchemy.orm import Session

from drafting import ids
from drafting.rules import chains
from drafting.rules.chains import EVERYONE, Ring
from drafting.rules.proposals import Circle
from drafting.store import recorded
from drafting.store import tables as t
from drafting.store.recorded import Kind
from drafting.store.tables import Base
from drafting.text.chain import (
    BEGINNING,
    entry_hash,
    first_link,
    next_link,
    row_digest,
    words_digest,
)

if TYPE_CHECKING:
    from drafting.store.work import Chained, Work

TYPED_EVERY: Final = timedelta(minutes=10)
"""How long typing goes on at most before an entry tells of it. Every other entry does so too."""

TYPED, BEFORE = "typed", "stood before the chain"
"""What was done, in entries that no person's deed made."""


@dataclass(slots=True)
class Deeds:
    """What one transaction adds to one chain."""

    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    first: tuple[int, Kind, Base] | None = None
    """The row that says what was done: of the kind that stands first among all."""


# What a transaction has written -------------------------------------------------------------------


def note(session: Session, _context: object) -> None:
    """Keeps in mind which rows on record a flush has written, and whose have gone to more people."""
    written = session.info.setdefault("written", {})
    for row in session.new:
        if type(row) in recorded.OF_TABLE:
            written[row] = False
    for row in session.dirty:
        if type(row) not in recorded.OF_TABLE:
            continue
        changed = {a.key for a in inspect(row).attrs if a.history.has_changes()}
        moved = isinstance(row, t.Thread | t.Proposal) and "audience" in changed
        if moved or any(changed & set(kind.fields) for kind in recorded.OF_TABLE[type(row)]):
            written[row] = written.get(row, False) or moved
    for row in session.deleted:
        if type(row) in recorded.OF_TABLE:
            raise AssertionError(row)


def close(w: Work, noted_at: dict[UUID, datetime]) -> None:
    """Adds what a transaction did to the chains it concerns; its last act but for telling of it.

    `noted_at` is when this process last saw an entry tell of what was typed, by draft or proposal.
    """
    w.session.flush()
    written: dict[Base, bool] = w.session.info.get("written", {})
    typed = [one for one in w.chained.items() if one[1].typed]
    if not written and not typed:
        return
    deeds: dict[tuple[UUID, str], Deeds] = defaultdict(Deeds)
    for row, moved in written.items():
        for one in _family(w, row) if moved else (row,):
            _mention(w, deeds, one)
        if moved and isinstance(row, t.Proposal):
            # The last that its owners' chain tells of it is what was typed until then.
            _ = deeds[row.draft_id, chains.name(Ring.OWNERS, row.id)]
    for text_id, chained in typed:
        _note_typed(w, deeds, noted_at, text_id, chained)
    for (draft_id, chain), deed in sorted(deeds.items(), key=lambda d: (str(d[0][0]), d[0][1])):
        append(w, draft_id, chain, deed)
        ring, thing = chains.read(chain)
        if ring in (Ring.EVERYONE, Ring.OWNERS):
            noted_at[draft_id if thing is None else thing] = w.now


def _note_typed(
    w: Work,
    deeds: dict[tuple[UUID, str], Deeds],
    noted_at: dict[UUID, datetime],
    text_id: UUID,
    chained: Chained,
) -> None:
    """Begins an entry where words of a proposal put forward were set, and where typing has gone on long."""
    about, chain = chained.draft_id, EVERYONE
    if chained.proposal:
        about, chain = text_id, chains.name(Ring.OWNERS, text_id)
        proposal = w.session.get_one(t.Proposal, text_id)
        if proposal.audience != Circle.OWNERS:
            _mention(w, deeds, proposal)
            _ = deeds[chained.draft_id, chain]
    if w.now - noted_at.setdefault(about, w.now) >= TYPED_EVERY:
        _ = deeds[chained.draft_id, chain]


def _family(w: Work, row: Base) -> Iterable[Base]:
    """Gives a thread or a proposal with all that has gone to more people along with it."""
    yield row
    if isinstance(row, t.Thread):
        comments = w.session.scalars(select(t.Comment).where(t.Comment.thread_id == row.id)).all()
        yield from comments
        yield from w.session.scalars(
            select(t.CommentBody).join(t.Comment).where(t.Comment.thread_id == row.id)
        ).all()
        yield from w.session.scalars(
            select(t.ThreadStep).where(t.ThreadStep.thread_id == row.id)
        ).all()
    elif isinstance(row, t.Proposal):
        for table in (t.ProposalOwner, t.ProposalStep):
            yield from w.session.scalars(select(table).where(table.proposal_id == row.id)).all()


def _mention(w: Work, deeds: dict[tuple[UUID, str], Deeds], row: Base) -> None:
    key = recorded.key_of(row)
    for kind in recorded.OF_TABLE[type(row)]:
        chain, draft_id = kind.chain(w, row), kind.draft_of(w, row)
        if chain is None:
            continue
        if draft_id is None:
            if kind.shared:
                continue
            raise AssertionError(kind.name)
        deed = deeds[draft_id, chain]
        deed.rows[kind.name, key] = row_digest(kind.name, key, kind.value(w, row))
        order = recorded.KINDS.index(kind)
        if deed.first is None or order < deed.first[0]:
            deed.first = (order, kind, row)


def append(
    w: Work, draft_id: UUID, chain: str, deed: Deeds, *, what: str = "", told: str = ""
) -> dict[str, Any]:
    """Adds an entry to a chain, holding its head until the transaction ends; gives the entry."""
    head = _head(w, draft_id, chain)
    texts = _typed(w, draft_id, chain)
    entry: dict[str, Any] = {
        "draft": str(draft_id),
        "chain": chain,
        "number": head[0] + 1,
        "previous": head[1],
        "at": recorded.plain(w.now),
        "by": {"person": None, "name": "", "author": ""},
        "what": what or TYPED,
        "version": w.session.scalar(
            select(func.max(t.Version.number)).where(t.Version.draft_id == draft_id)
        ),
        "rows": [[name, key, held] for (name, key), held in sorted(deed.rows.items())],
        "texts": texts,
        "note": told,
    }
    if deed.first is not None and not what:
        _, kind, row = deed.first
        entry["by"] = recorded.who(row, w.person_id)
        entry["what"] = f"{kind.name}: {getattr(row, kind.detail)}" if kind.detail else kind.name
    entry["hash"] = entry_hash(entry)
    _keep(w, draft_id, chain, entry)
    return entry


def _keep(w: Work, draft_id: UUID, chain: str, entry: Mapping[str, Any]) -> None:
    w.session.execute(
        insert(t.ChainEntry).values(
            draft_id=draft_id,
            chain=chain,
            number=entry["number"],
            hash=entry["hash"],
            what=entry["what"],
            version=entry["version"],
            entry=dict(entry),
        )
    )
    w.session.execute(
        update(t.ChainHead)
        .where(t.ChainHead.draft_id == draft_id, t.ChainHead.chain == chain)
        .values(number=entry["number"], hash=entry["hash"])
    )


def _head(w: Work, draft_id: UUID, chain: str) -> tuple[int, str]:
    """Gives a chain's last entry, and holds it; begins the chain where there is none."""
    asked = (
        select(t.ChainHead.number, t.ChainHead.hash)
        .where(t.ChainHead.draft_id == draft_id, t.ChainHead.chain == chain)
        .with_for_update()
    )
    row = w.session.execute(asked).first()
    if row is None:
        first = {"draft_id": draft_id, "chain": chain, "number": 0, "hash": BEGINNING}
        w.session.execute(w.adding(t.ChainHead).values(first).on_conflict_do_nothing())
        row = w.session.execute(asked).one()
    return row[0], row[1]


def _typed(w: Work, draft_id: UUID, chain: str) -> list[list[Any]]:
    """Gives the texts that were typed in since an entry of the chain last told of them: id, version, link."""
    ring, thing = chains.read(chain)
    if ring is Ring.EVERYONE:
        asked = select(t.Text.id, t.Text.version, t.Text.link).join(
            t.Paragraph, t.Paragraph.id == t.Text.id
        )
        asked = asked.where(t.Text.draft_id == draft_id)
    elif ring is Ring.OWNERS:
        asked = select(t.Text.id, t.Text.version, t.Text.link).where(t.Text.id == thing)
    else:
        return []
    asked = asked.outerjoin(t.ChainText, t.ChainText.text_id == t.Text.id).where(
        t.Text.version > func.coalesce(t.ChainText.version, -1)
    )
    rows = w.session.execute(asked.order_by(t.Text.id)).all()
    if rows:
        statement = w.adding(t.ChainText)
        w.session.execute(
            statement.on_conflict_do_update(
                index_elements=["text_id"], set_={"version": statement.excluded.version}
            ),
            [{"text_id": row[0], "version": row[1]} for row in rows],
        )
    return sorted([str(row[0]), row[1], row[2]] for row in rows)


# What stood before the chain ----------------------------------------------------------------------


def begin_all(w: Work) -> int:
    """Chains every draft that stood before the chain; gives how many."""
    chained = select(t.ChainHead.draft_id).where(t.ChainHead.chain == EVERYONE)
    drafts = w.session.scalars(select(t.Draft.id).where(t.Draft.id.not_in(chained))).all()
    for draft_id in drafts:
        _begin(w, draft_id)
    return len(drafts)


def _begin(w: Work, draft_id: UUID) -> None:
    _link_all(w, draft_id)
    deeds: dict[tuple[UUID, str], Deeds] = defaultdict(Deeds)
    for row in recorded.look_up(w, draft_id):
        _mention(w, deeds, row)
    for name in (recorded.PUT_FORWARD, recorded.WORDS):
        del w.session.info[name]
    for proposal_id in w.session.scalars(
        select(t.Proposal.id)
        .join(t.Text, t.Text.id == t.Proposal.id)
        .where(t.Text.draft_id == draft_id)
    ):
        deeds[draft_id, chains.name(Ring.OWNERS, proposal_id)]
    for (_, chain), deed in sorted(deeds.items(), key=lambda d: d[0][1]):
        append(w, draft_id, chain, deed, what=BEFORE)
    w.session.info.pop("written", None)


def _link_all(w: Work, draft_id: UUID) -> None:
    """Links the changes of all texts of a draft."""
    texts = w.session.execute(
        select(t.Text.id, t.TextSnapshot.content)
        .join(t.TextSnapshot, (t.TextSnapshot.text_id == t.Text.id) & (t.TextSnapshot.version == 0))
        .where(t.Text.draft_id == draft_id)
    ).all()
    for text_id, content in texts:
        link = first_link(str(text_id), content)
        for change in w.session.execute(changes_of([text_id])).all():
            salt = ids.new_salt(f"salt:{text_id}")
            link = next_link(link, shown_change(change), words_digest(salt, change.ops))
            w.session.execute(
                update(t.TextChange)
                .where(t.TextChange.text_id == text_id, t.TextChange.version == change.version)
                .values(salt=salt, words=None, link=link)
            )
        w.session.execute(update(t.Text).where(t.Text.id == text_id).values(link=link))


# What is read -------------------------------------------------------------------------------------


def changes_of(text_ids: Sequence[UUID]) -> Select[Any]:
    """Gives the question for all changes of texts, each text's in order."""
    return (
        select(t.TextChange)
        .with_only_columns(*t.TextChange.__table__.columns)
        .where(t.TextChange.text_id.in_(text_ids))
        .order_by(t.TextChange.text_id, t.TextChange.version)
    )


def shown_change(change: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of `changes_of`
    """Gives a change as a record holds it."""
    return {
        "text": str(change.text_id),
        "version": change.version,
        "edit": str(change.edit_id),
        "deed": change.deed,
        "person": recorded.plain(change.person_id),
        "author": change.author,
        "at": recorded.plain(change.at),
        "ops": change.ops,
        "salt": change.salt,
        "words": change.words,
        "link": change.link,
    }


def heads(w: Work, draft_id: UUID) -> dict[str, tuple[int, str]]:
    """Gives the number and hash of the last entry of every chain of a draft. To be sifted."""
    rows = w.session.execute(
        select(t.ChainHead.chain, t.ChainHead.number, t.ChainHead.hash)
        .where(t.ChainHead.draft_id == draft_id)
        .order_by(t.ChainHead.chain)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def entries(w: Work, draft_id: UUID, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Gives the entries of some of a draft's chains, in order."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for chain, entry in w.session.execute(
        select(t.ChainEntry.chain, t.ChainEntry.entry)
        .where(t.ChainEntry.draft_id == draft_id, t.ChainEntry.chain.in_(names))
        .order_by(t.ChainEntry.chain, t.ChainEntry.number)
    ):
        found[chain].append(entry)
    return found


def sealing(w: Work, draft_id: UUID, number: int) -> dict[str, Any] | None:
    """Gives the entry by which a version was sealed, or by which it was chained later."""
    mine = (t.ChainEntry.draft_id == draft_id, t.ChainEntry.chain == EVERYONE)
    found: dict[str, Any] | None = w.session.scalar(
        select(t.ChainEntry.entry)
        .where(*mine, t.ChainEntry.what == "version", t.ChainEntry.version >= number)
        .order_by(t.ChainEntry.version)
        .limit(1)
    )
    if found is not None and _seals(found, number):
        return found
    older: dict[str, Any] | None = w.session.scalar(
        select(t.ChainEntry.entry).where(*mine, t.ChainEntry.what == BEFORE)
    )
    return older or found


def _seals(entry: Mapping[str, Any], number: int) -> bool:
    """Tells whether the versions an entry tells of reach back to one: a transaction may seal several."""
    sealed = sum(1 for name, *_ in entry["rows"] if name == "version")
    return int(entry["version"]) - sealed < number


def receipts(w: Work, draft_id: UUID, limit: int) -> Sequence[dict[str, Any]]:
    """Gives the last entries by which a version was sealed or the draft tabled, the newest first."""
    return w.session.scalars(
        select(t.ChainEntry.entry)
        .where(
            t.ChainEntry.draft_id == draft_id,
            t.ChainEntry.chain == EVERYONE,
            t.ChainEntry.what.in_(("version", "tabling", BEFORE)),
        )
        .order_by(t.ChainEntry.number.desc())
        .limit(limit)
    ).all()


def rows(w: Work, draft_id: UUID) -> list[tuple[Kind, str, str, Base]]:
    """Gives every row on record of a draft: its kind, its key, the chain it stands in. To be sifted."""
    found: list[tuple[Kind, str, str, Base]] = []
    for row in recorded.look_up(w, draft_id):
        for kind in recorded.OF_TABLE[type(row)]:
            chain = kind.chain(w, row)
            if chain is not None:
                found.append((kind, recorded.key_of(row), chain, row))
    return found


def texts(w: Work, draft_id: UUID) -> Sequence[Any]:
    """Gives every text of a draft: id, whether it is a proposal's, first words, words, version, link."""
    return w.session.execute(
        select(
            t.Text.id,
            t.Proposal.id.is_not(None).label("proposal"),
            t.TextSnapshot.content.label("first"),
            t.Text.content,
            t.Text.version,
            t.Text.link,
        )
        .join(t.TextSnapshot, (t.TextSnapshot.text_id == t.Text.id) & (t.TextSnapshot.version == 0))
        .outerjoin(t.Proposal, t.Proposal.id == t.Text.id)
        .where(t.Text.draft_id == draft_id)
        .order_by(t.Text.id)
    ).all()


def sealed(w: Work, draft_id: UUID) -> dict[UUID, list[t.VersionParagraph]]:
    """Gives the paragraphs of every version of a draft, in order."""
    found: dict[UUID, list[t.VersionParagraph]] = defaultdict(list)
    for row in w.session.scalars(
        select(t.VersionParagraph)
        .join(t.Version, t.Version.id == t.VersionParagraph.version_id)
        .where(t.Version.draft_id == draft_id)
        .order_by(t.VersionParagraph.version_id, t.VersionParagraph.position)
    ):
        found[row.version_id].append(row)
    return found


def is_earlier(w: Work, row: Base) -> bool:
    """Tells whether a row is of an earlier year, which belongs to the series and to no draft."""
    if isinstance(row, t.Tabling | t.RollCall):
        return w.session.get_one(t.Adoption, row.adoption_id).draft_id is None
    return False


def people(w: Work) -> Sequence[tuple[UUID, str]]:
    """Gives everybody's id and name."""
    return [(row[0], row[1]) for row in w.session.execute(select(t.Person.id, t.Person.name))]

"""Versions: sealed, hashed, compared, restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound, Stale
from drafting.events import DeedDone, ThreadChanged, VersionSealed
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import deeds, editing
from drafting.store import comments as kept_comments
from drafting.store import drafts as kept_drafts
from drafting.store import texts as kept_texts
from drafting.store import versions as kept
from drafting.store.tables import Deed, Draft, Paragraph, Version, VersionParagraph
from drafting.store.work import Work
from drafting.text.chain import version_hash
from drafting.text.changes import EMPTY, text_from_json
from drafting.text.diff import difference
from drafting.text.numbering import Item, fresh_labels
from drafting.text.resolution import Kind, Masthead

NAME_MAX_CHARS = 80
NOTE_MAX_CHARS = 2_000


def all_of(w: Work, actor: Actor) -> Sequence[Version]:
    """Gives a draft's versions in order."""
    require(actor, Right.SEE)
    return kept.versions(w, actor.draft_id)


def one(w: Work, actor: Actor, number: int) -> Version:
    """Gives a version by its number. Refuses: NotFound."""
    require(actor, Right.SEE)
    version = kept.version(w, actor.draft_id, number)
    if version is None:
        raise NotFound(detail="There is no such version.")
    return version


def described(version: Version) -> dict[str, Any]:
    """Gives a version as the state and events show it."""
    return {
        "number": version.number,
        "name": version.name,
        "note": version.note,
        "sealed_at": version.sealed_at.isoformat(),
        "sealed_by": version.author,
        "hash": version.hash,
    }


def content(w: Work, version: Version) -> list[dict[str, Any]]:
    """Gives a version's paragraphs with their words."""
    return [
        {
            "id": str(p.paragraph_id),
            "kind": p.kind,
            "level": p.level,
            "label": p.label,
            "previous_label": p.previous_label,
            "deleted": False,
            "version": p.text_version,
            "ops": p.content,
        }
        for p in kept.paragraphs(w, version.id)
    ]


def seal_first(w: Work, draft: Draft, masthead: Masthead, *, by: UUID | None) -> Version:
    """Seals the text a draft begins with as version 0."""
    name = masthead.symbol or masthead.number or "Text received"
    return _seal(
        w, draft, name, "The text this draft began with.", by=by, author="", masthead=masthead
    )


def seal(w: Work, actor: Actor, name: str, note: str) -> dict[str, Any]:
    """Seals the working text as the next version and renumbers; gives the `version` event.

    Refuses: NotAllowed to all but the presidency; Malformed for a name that is empty, too long, or
    taken.
    """
    require(actor, Right.SEAL)
    name, note = " ".join(name.split()), note.strip()
    if not name or len(name) > NAME_MAX_CHARS or len(note) > NOTE_MAX_CHARS:
        raise Malformed(detail="A version has a name of at most 80 characters.")
    draft = kept_drafts.locked(w, actor.draft_id)
    if any(v.name.casefold() == name.casefold() for v in kept.versions(w, draft.id)):
        raise Malformed(detail=f"There is a version called “{name}” already.")
    version = _seal(w, draft, name, note, by=actor.person_id, author=actor.printed)
    data = {
        "draft": str(draft.id),
        "seq": draft.seq,
        "version": described(version),
        "paragraphs": deeds.outline(kept_drafts.paragraphs(w, draft.id)),
    }
    w.tell(VersionSealed(draft.id, data))
    return data


def _seal(
    w: Work,
    draft: Draft,
    name: str,
    note: str,
    *,
    by: UUID | None,
    author: str,
    masthead: Masthead | None = None,
) -> Version:
    order = kept_drafts.paragraphs(w, draft.id)
    texts = kept_texts.all_now(w, draft.id)
    before = deeds.labels(order)
    after = fresh_labels(
        [Item(id=str(p.id), kind=Kind(p.kind), level=p.level, deleted=p.deleted) for p in order]
    )
    last = kept.last(w, draft.id)
    if last is not None:
        draft.seq += 1
    version = Version(
        id=ids.new_id(),
        draft_id=draft.id,
        number=0 if last is None else last.number + 1,
        name=name,
        note=note,
        seq=draft.seq,
        masthead=draft.masthead if masthead is None else asdict(masthead),
        sealed_at=w.now,
        sealed_by=by,
        author=author,
        hash="",
    )
    rows = [
        VersionParagraph(
            version_id=version.id,
            position=position,
            paragraph_id=p.id,
            kind=p.kind,
            level=p.level,
            label=after[str(p.id)],
            previous_label=before[p.id] if last is not None else after[str(p.id)],
            text_version=texts[p.id].version,
            content=texts[p.id].content,
        )
        for position, p in enumerate(p for p in order if not p.deleted)
    ]
    version.hash = hash_of(version, rows, "" if last is None else last.hash)
    w.session.add(version)
    w.session.flush()
    kept.add_paragraphs(w, rows)
    for p in order:
        if p.deleted:
            p.retired, p.base_label, p.base_kind, p.base_level = version.number, None, None, None
        else:
            p.base_label, p.base_kind, p.base_level = after[str(p.id)], p.kind, p.level
    w.session.flush()
    return version


def hash_of(version: Version, paragraphs: Sequence[VersionParagraph], previous: str) -> str:
    """Gives the hash a version is sealed with: `text.chain.version_hash`."""
    fields = {
        "number": version.number,
        "name": version.name,
        "note": version.note,
        "masthead": version.masthead,
        "sealed_at": version.sealed_at.isoformat(),
        "author": version.author,
        "paragraphs": [
            {
                "id": str(p.paragraph_id),
                "kind": p.kind,
                "level": p.level,
                "label": p.label,
                "previous_label": p.previous_label,
                "content": p.content,
            }
            for p in paragraphs
        ],
    }
    return version_hash(fields, previous)


# Restoring ---------------------------------------------------------------------------------------


def restore(w: Work, actor: Actor, deed_id: UUID, number: int) -> dict[str, Any]:
    """Makes the working text say again what a version says; seals it as it stands first.

    Gives the `deed` event, with the version that was sealed. Refuses: NotFound; Stale when the
    working text says just that already.
    """
    require(actor, Right.SEAL)
    deeds.check_new(w, deed_id)
    target = one(w, actor, number)
    rows = list(kept.paragraphs(w, target.id))
    if _says(w, actor.draft_id, rows):
        raise Stale(detail="The working text says just that already.")
    name = _free_name(w, actor.draft_id, f"Before restoring {target.name}")
    sealed = seal(w, actor, name, f"Sealed before “{target.name}” was restored.")
    draft = kept_drafts.locked(w, actor.draft_id)
    texts, threads = _lay_out(w, actor, draft, deed_id, rows)
    draft.seq += 1
    row = Deed(
        id=deed_id,
        draft_id=draft.id,
        seq=draft.seq,
        kind="restore_version",
        summary=f"Restored {target.name}",
        undo={},
        person_id=actor.person_id,
        author=actor.printed,
        credit=None,
        at=w.now,
        undone_by=None,
    )
    w.session.add(row)
    w.session.flush()
    data = {
        "draft": str(draft.id),
        "seq": draft.seq,
        "deed": deeds.described(row),
        "paragraphs": deeds.outline(kept_drafts.paragraphs(w, draft.id)),
        "texts": texts,
        "moves": [],
    }
    w.tell(DeedDone(draft.id, data))
    for thread_id in threads:
        w.tell(ThreadChanged(draft.id, thread_id))
    return data | {"version": sealed["version"]}


def _says(w: Work, draft_id: UUID, rows: Sequence[VersionParagraph]) -> bool:
    texts = kept_texts.all_now(w, draft_id)
    now = [
        (p.id, p.kind, p.level, texts[p.id].content)
        for p in kept_drafts.paragraphs(w, draft_id)
        if not p.deleted
    ]
    return now == [(r.paragraph_id, r.kind, r.level, r.content) for r in rows]


def _free_name(w: Work, draft_id: UUID, name: str) -> str:
    taken = {v.name.casefold() for v in kept.versions(w, draft_id)}
    name = name[: NAME_MAX_CHARS - 5]
    free, count = name, 2
    while free.casefold() in taken:
        free, count = f"{name} ({count})", count + 1
    return free


def _lay_out(
    w: Work, actor: Actor, draft: Draft, deed_id: UUID, rows: Sequence[VersionParagraph]
) -> tuple[dict[str, Any], list[UUID]]:
    """Sets paragraphs and words as the version has them; gives the texts and threads touched."""
    wanted = {r.paragraph_id for r in rows}
    texts: dict[str, Any] = {}
    threads: list[UUID] = []
    for p in kept_drafts.paragraphs(w, draft.id):
        if p.id not in wanted:
            p.deleted = True
    laid: list[Paragraph] = []
    for row in rows:
        paragraph = kept_drafts.paragraph(w, draft.id, row.paragraph_id)
        text = kept_texts.now(w, row.paragraph_id)
        if paragraph is None or text is None:
            raise AssertionError(row.paragraph_id)
        paragraph.kind, paragraph.level = row.kind, row.level
        paragraph.deleted, paragraph.retired = False, None
        laid.append(paragraph)
        after = text_from_json(row.content)
        change = difference(text_from_json(text.content), after)
        if change != EMPTY:
            editing.append(
                w, text, change, after, actor=actor, edit_id=deed_id, fingerprint="deed", deed=True
            )
            threads += [t.thread_id for t in kept_comments.anchored(w, [text.id])]
        now = kept_texts.now(w, row.paragraph_id)
        if now is not None:
            texts[str(now.id)] = {"version": now.version, "ops": now.content}
    _order(w, draft, laid)
    return texts, threads


def _order(w: Work, draft: Draft, laid: list[Paragraph]) -> None:
    """Ranks the version's paragraphs in its order, each deleted one behind what stands before it."""
    w.session.flush()
    order: list[Paragraph] = list(laid)
    known = {p.id for p in laid}
    previous: UUID | None = None
    for p in kept_drafts.paragraphs(w, draft.id):
        if p.id not in known:
            at = next((i + 1 for i, q in enumerate(order) if q.id == previous), 0)
            order.insert(at, p)
        previous = p.id
    for index, p in enumerate(order):
        p.rank = (index + 1) * deeds.RANK_STEP
    w.session.flush()

"""Deeds of structure: insert, delete, restore, move, split, merge, change kind, and undo of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Conflict, Malformed, NotFound, Stale
from drafting.events import DeedDone, ThreadChanged
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import Actor
from drafting.services import anchoring, editing
from drafting.store import drafts as kept
from drafting.store import texts as kept_texts
from drafting.store import versions as kept_versions
from drafting.store.tables import Deed, Draft, Fork, Paragraph
from drafting.store.work import Work
from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    apply,
    from_json,
    is_text,
    part,
    plain,
    text_from_json,
    text_length,
    to_json,
    transform_position,
)
from drafting.text.numbering import Item, frozen_labels
from drafting.text.resolution import MAX_LEVEL, Kind

PARAGRAPHS_MAX = 2_000
"""Most paragraphs of a draft, some four times the longest resolution ever adopted."""

RANK_STEP = 1_024


@dataclass(slots=True)
class Doing:
    """A deed being done: what it works on, and what must be told of it."""

    w: Work
    actor: Actor
    deed_id: UUID
    draft: Draft
    order: list[Paragraph]
    summary: str = ""
    credit: str | None = None
    """Whose the words or the move are that the deed takes up, when not the actor's."""
    touched: dict[UUID, editing.Part | None] = field(default_factory=dict)
    moves: list[dict[str, Any]] = field(default_factory=list)
    threads: set[UUID] = field(default_factory=set)

    def find(self, value: object) -> int:
        """Gives the place in the working text of a paragraph named by its id."""
        wanted = _uuid(value)
        for index, paragraph in enumerate(self.order):
            if paragraph.id == wanted:
                return index
        raise NotFound(detail="This paragraph is not in the working text.")

    def text(self, paragraph_id: UUID) -> kept_texts.TextNow:
        """Gives a paragraph's text as it stands."""
        found = kept_texts.now(self.w, paragraph_id)
        if found is None:
            raise AssertionError(paragraph_id)
        return found

    def change(self, paragraph_id: UUID, change: Change, author: str | None = None) -> editing.Part:
        """Makes a change to a paragraph's text as part of the deed; `author` is whose words they are."""
        text = self.text(paragraph_id)
        content = apply(text_from_json(text.content), change)
        part_ = editing.append(
            self.w,
            text,
            change,
            content,
            actor=self.actor,
            edit_id=self.deed_id,
            fingerprint="deed",
            deed=True,
            author=author,
        )
        self.touched[paragraph_id] = part_
        return part_

    def name(self, paragraph: Paragraph) -> str:
        """Gives what a paragraph is called now."""
        return labels(self.order)[paragraph.id] or "the opening words"


def labels(order: Sequence[Paragraph]) -> dict[UUID, str]:
    """Gives what each paragraph of the working text is called while its numbers are frozen."""
    items = [
        Item(
            id=str(p.id),
            kind=Kind(p.kind),
            level=p.level,
            deleted=p.deleted,
            base_kind=None if p.base_kind is None else Kind(p.base_kind),
            base_level=p.base_level,
        )
        for p in order
    ]
    base = {str(p.id): p.base_label for p in order if p.base_label is not None}
    named = frozen_labels(items, base)
    return {p.id: named[str(p.id)] for p in order}


def outline(order: Sequence[Paragraph]) -> list[dict[str, Any]]:
    """Gives the working text's paragraphs without their words, as the state and events show them."""
    named = labels(order)
    return [
        {
            "id": str(p.id),
            "kind": p.kind,
            "level": p.level,
            "label": named[p.id],
            "deleted": p.deleted,
        }
        for p in order
    ]


def do(w: Work, actor: Actor, deed_id: UUID, deed: Mapping[str, Any]) -> dict[str, Any]:
    """Does a deed and gives the `deed` event of docs/live.md.

    Refuses: NotAllowed to all but the presidency; NotFound, Malformed and Stale when the deed does
    not fit the working text as it stands.
    """
    doing = begin(w, actor, deed_id)
    kind = str(deed.get("kind"))
    undo = _undo(doing, deed) if kind == "undo" else perform(doing, deed)
    return record(doing, kind, undo)


def begin(w: Work, actor: Actor, deed_id: UUID) -> Doing:
    """Takes a deed up, under the lock on its draft.

    Refuses: NotAllowed to all but the presidency; Conflict for an id that was used before.
    """
    require(actor, Right.EDIT_TEXT)
    check_new(w, deed_id)
    draft = kept.locked(w, actor.draft_id)
    return Doing(w, actor, deed_id, draft, kept.paragraphs(w, draft.id))


def perform(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    """Does what a deed says and gives the deed that takes it back. Refuses: as `do`."""
    found = _DEEDS.get(str(deed.get("kind")))
    if found is None:
        raise Malformed(detail="There is no such deed.")
    return found(doing, deed)


def check_new(w: Work, deed_id: UUID) -> None:
    """Refuses: Conflict when the id is an edit's or another's deed (one's own is answered before)."""
    if kept_texts.stored_as(w, deed_id) or kept.is_deed(w, deed_id):
        raise Conflict


def record(doing: Doing, kind: str, undo: dict[str, Any]) -> dict[str, Any]:
    """Records a deed that was done and gives the `deed` event of docs/live.md."""
    w, draft, actor = doing.w, doing.draft, doing.actor
    w.session.flush()
    draft.seq += 1
    row = Deed(
        id=doing.deed_id,
        draft_id=draft.id,
        seq=draft.seq,
        kind=kind,
        summary=doing.summary,
        undo=undo,
        person_id=actor.person_id,
        author=actor.printed,
        credit=doing.credit,
        at=w.now,
        undone_by=None,
    )
    w.session.add(row)
    w.session.flush()
    texts = {}
    for text_id in doing.touched:
        text = doing.text(text_id)
        texts[str(text_id)] = {"version": text.version, "ops": text.content}
    data = {
        "draft": str(draft.id),
        "seq": draft.seq,
        "deed": described(row),
        "paragraphs": outline(kept.paragraphs(w, draft.id)),
        "texts": texts,
        "moves": doing.moves,
    }
    w.tell(DeedDone(draft.id, data))
    for thread_id in sorted(doing.threads):
        w.tell(ThreadChanged(draft.id, thread_id))
    return data


def described(deed: Deed) -> dict[str, Any]:
    """Gives a deed as the state and events show it."""
    return {
        "id": str(deed.id),
        "seq": deed.seq,
        "kind": deed.kind,
        "summary": deed.summary,
        "by": deed.author,
        "at": deed.at.isoformat(),
        "undone": deed.undone_by is not None,
    }


def recent(w: Work, actor: Actor) -> list[dict[str, Any]]:
    """Gives the last hundred deeds, newest first, each with whether it may be undone by the actor."""
    may = Right.EDIT_TEXT in rights_of(actor)
    return [
        described(deed) | {"may_undo": may and deed.undone_by is None and deed.kind != "seal"}
        for deed in kept.deeds(w, actor.draft_id, 100)
    ]


# The deeds ---------------------------------------------------------------------------------------
# Each does its work and gives the deed that takes it back.


def _insert(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    if len(doing.order) >= PARAGRAPHS_MAX:
        raise Malformed(detail="A draft holds at most 2,000 paragraphs.")
    kind, level = _kind(deed)
    content = from_json(deed.get("ops") or [])
    if not is_text(content):
        raise Malformed(detail="A new paragraph begins with words alone.")
    after = deed.get("after")
    index = -1 if after is None else doing.find(after)
    if index >= 0 and level == 0:
        index = _group_end(doing.order, index) - 1
    new = _new_paragraph(doing, index, kind, level, content)
    doing.summary = f"Inserted {doing.name(new)}"
    return {"kind": "delete", "paragraphs": [str(new.id)], "vanish": True}


def _new_paragraph(
    doing: Doing, after_index: int, kind: Kind, level: int, content: Change
) -> Paragraph:
    rank = _rank_after(doing.order, after_index)
    new = Paragraph(
        id=ids.new_id(),
        draft_id=doing.draft.id,
        kind=kind.value,
        level=level,
        rank=rank,
        deleted=False,
        retired=None,
        base_label=None,
        base_kind=None,
        base_level=None,
    )
    doing.w.session.add(new)
    doing.w.session.flush()
    kept_texts.begin(doing.w, new.id, doing.draft.id, to_json(content))
    doing.order.insert(after_index + 1, new)
    doing.touched[new.id] = None
    return new


def _delete(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    group = _named_group(doing, deed, deleted=False)
    first = group[0]
    if first.kind == Kind.FORMULA:
        raise Malformed(detail="The opening words cannot be deleted.")
    doing.summary = f"Deleted {doing.name(first)}"
    vanish = bool(deed.get("vanish"))
    last = _last_version(doing)
    for paragraph in group:
        paragraph.deleted = True
        if vanish:
            paragraph.retired = last
    return {"kind": "restore", "paragraphs": [str(p.id) for p in group]}


def _last_version(doing: Doing) -> int:
    last = kept_versions.last(doing.w, doing.draft.id)
    return 0 if last is None else last.number


def _restore(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    if "paragraphs" in deed:
        group: list[Paragraph] = []
        for value in deed["paragraphs"]:
            paragraph = kept.paragraph(doing.w, doing.draft.id, _uuid(value))
            if paragraph is None:
                raise NotFound
            group.append(paragraph)
        last = _last_version(doing)
        if any(p.retired is not None and p.retired != last for p in group):
            raise Stale(
                detail="A version has been sealed since. Restore that version's paragraph instead."
            )
    else:
        group = _named_group(doing, deed, deleted=True)
    if not any(p.deleted for p in group):
        raise Stale(detail="This paragraph is not deleted.")
    merged = [p for p in group if _merged_away(doing, p)]
    if merged:
        raise Stale(
            detail="The words of this paragraph stand in another. Undo the merge, or split that paragraph."
        )
    for paragraph in group:
        paragraph.deleted = False
        paragraph.retired = None
    doing.order[:] = _sorted(doing.order, group)
    doing.summary = f"Restored {doing.name(group[0])}"
    for paragraph in group:
        doing.touched[paragraph.id] = None
    return {"kind": "delete", "paragraphs": [str(p.id) for p in group]}


def _sorted(order: list[Paragraph], more: list[Paragraph]) -> list[Paragraph]:
    known = {p.id for p in order}
    return sorted([*order, *(p for p in more if p.id not in known)], key=lambda p: (p.rank, p.id))


def _merged_away(doing: Doing, paragraph: Paragraph) -> bool:
    text = doing.text(paragraph.id)
    fork = kept_texts.forks(doing.w, paragraph.id, text.version - 1).get(text.version)
    return fork is not None and fork.kind == "merge"


def _move(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    index = doing.find(deed.get("paragraph"))
    moving = doing.order[index : _group_end(doing.order, index)]
    first = moving[0]
    if first.kind == Kind.FORMULA:
        raise Malformed(detail="The opening words stay at the beginning.")
    before = doing.order[index - 1].id if index else None
    name = doing.name(first)
    rest = [p for p in doing.order if p not in moving]
    after = deed.get("after")
    if after is None:
        at = 0
    else:
        wanted = _uuid(after)
        places = [i for i, p in enumerate(rest) if p.id == wanted]
        if not places:
            raise NotFound(detail="The paragraph to stand behind is not in the working text.")
        at = places[0] + 1
        if first.level == 0:
            at = _group_end(rest, places[0])
    if rest[:at] + moving + rest[at:] == doing.order:
        raise Stale(detail="The paragraph stands there already.")
    doing.order[:] = rest[:at] + moving + rest[at:]
    _rerank(doing.order)
    doing.summary = f"Moved {name}"
    return {
        "kind": "move",
        "paragraph": str(first.id),
        "after": None if before is None else str(before),
    }


def _split(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    index = doing.find(deed.get("paragraph"))
    paragraph = doing.order[index]
    if paragraph.deleted or paragraph.kind == Kind.FORMULA:
        raise Stale(detail="This paragraph cannot be split.")
    text = doing.text(paragraph.id)
    drop = _count(deed.get("drop", 0))
    # Undoing a merge: what was typed in front of the blank that joined the halves stays before it.
    at = _position_now(doing, text, deed, stays=not drop)
    content = text_from_json(text.content)
    tail = part(content, at)
    name = doing.name(paragraph)
    # The second half begins with just what stood behind the cut, so that typing in flight maps onto
    # it unit by unit; only then is the blank at its beginning taken away.
    if "into" in deed:
        other = kept.paragraph(doing.w, doing.draft.id, _uuid(deed["into"]))
        if other is None or not other.deleted or doing.text(other.id).content:
            raise Stale(detail="The paragraphs have changed since; this cannot be undone.")
        other.deleted = False
        other.retired = None
        doing.order[:] = _sorted(doing.order, [other])
        other_version = doing.change(other.id, tail).version
        blank = drop if plain(tail)[:drop].isspace() else 0
    else:
        other = _new_paragraph(doing, index, Kind(paragraph.kind), paragraph.level, tail)
        other_version = 0
        words = plain(tail)
        blank = len(words) - len(words.lstrip(" \u00a0"))
    whole = frozenset(UUID(value) for value in deed.get("whole", []))
    threads = anchoring.carry_split(doing.w, paragraph.id, at, other.id, whole=whole)
    stored = doing.change(
        paragraph.id, Builder().retain(at).delete(text_length(content) - at).change()
    )
    _fork(doing, stored, "split", at, other.id, other_version)
    if blank:
        doing.change(other.id, Builder().delete(blank).change())
    doing.threads |= {t.id for t in threads}
    doing.summary = f"Split {name}"
    return {
        "kind": "merge",
        "paragraph": str(other.id),
        "into": str(paragraph.id),
        "plain": blank == 0,
    }


def _merge(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    index = doing.find(deed.get("paragraph"))
    paragraph = doing.order[index]
    before = doing.order[doing.find(deed["into"])] if "into" in deed else _before(doing, index)
    if paragraph.deleted or before.deleted:
        raise Stale(detail="A deleted paragraph cannot be merged.")
    name, into_name = doing.name(paragraph), doing.name(before)
    into = text_from_json(doing.text(before.id).content)
    words = text_from_json(doing.text(paragraph.id).content)
    blank = "" if deed.get("plain") or _touch(into, words) else " "
    at = text_length(into) + len(blank)
    grown = doing.change(
        before.id,
        Builder().retain(text_length(into)).insert(blank).extend(words.ops).change()
        if blank or words
        else EMPTY,
    )
    threads = anchoring.carry_merge(doing.w, paragraph.id, before.id, at)
    emptied = doing.change(paragraph.id, Builder().delete(text_length(words)).change())
    _fork(doing, emptied, "merge", at, before.id, grown.version)
    paragraph.deleted = True
    doing.threads |= {t.id for t in threads}
    doing.summary = f"Merged {name} into {into_name}"
    return {
        "kind": "split",
        "paragraph": str(before.id),
        "at": at - len(blank),
        "drop": len(blank),
        "version": grown.version,
        "into": str(paragraph.id),
        "whole": [str(t.id) for t in threads if t.start_utf16 is None],
    }


def _before(doing: Doing, index: int) -> Paragraph:
    paragraph = doing.order[index]
    for other in reversed(doing.order[:index]):
        if other.deleted:
            continue
        if paragraph.kind in {other.kind, Kind.SUB}:
            return other
        break
    raise Stale(detail="There is no paragraph of its kind before this one to merge it with.")


def _touch(first: Change, second: Change) -> bool:
    one, two = plain(first), plain(second)
    return not one or not two or one[-1] in " \u00a0" or two[0] in " \u00a0,;.:"


def _change_kind(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    index = doing.find(deed.get("paragraph"))
    paragraph = doing.order[index]
    kind, level = _kind(deed)
    if Kind.FORMULA in (paragraph.kind, kind):
        raise Malformed(detail="There is one opening formula, and it stays.")
    if (paragraph.kind, paragraph.level) == (kind.value, level):
        raise Stale(detail="The paragraph is of that kind already.")
    name = doing.name(paragraph)
    undo = {
        "kind": "change_kind",
        "paragraph": str(paragraph.id),
        "paragraph_kind": paragraph.kind,
        "level": paragraph.level,
    }
    paragraph.kind, paragraph.level = kind.value, level
    doing.summary = f"Made {name} {_KIND_WORDS[kind]}"
    return undo


_KIND_WORDS = {
    Kind.PREAMBULAR: "a preambular paragraph",
    Kind.OPERATIVE: "an operative paragraph",
    Kind.SUB: "a sub-paragraph",
    Kind.HEADING: "a heading",
    Kind.ANNEX: "an annex heading",
    Kind.ANNEX_TEXT: "a paragraph of the annex",
    Kind.ANNEX_ITEM: "a numbered paragraph of the annex",
}


def _undo(doing: Doing, deed: Mapping[str, Any]) -> dict[str, Any]:
    row = kept.deed(doing.w, doing.draft.id, _uuid(deed.get("deed")))
    if row is None:
        raise NotFound
    if row.undone_by is not None:
        raise Stale(detail="This has been undone already.")
    if row.kind == "seal" or not row.undo:
        raise Stale(detail="This cannot be undone.")
    undo = (UNDOES.get(row.undo["kind"]) or _DEEDS[row.undo["kind"]])(doing, row.undo)
    row.undone_by = doing.deed_id
    doing.summary = f"Undid: {row.summary}"
    return undo


_DEEDS: dict[str, Callable[[Doing, Mapping[str, Any]], dict[str, Any]]] = {
    "insert": _insert,
    "delete": _delete,
    "restore": _restore,
    "move": _move,
    "split": _split,
    "merge": _merge,
    "change_kind": _change_kind,
}

UNDOES: dict[str, Callable[[Doing, Mapping[str, Any]], dict[str, Any]]] = {}
"""How deeds that others do by `begin` and `record` are taken back: set by who does them."""

DEED_FIELDS: dict[str, frozenset[str]] = {
    "insert": frozenset({"after", "paragraph_kind", "level", "ops"}),
    "delete": frozenset({"paragraph"}),
    "restore": frozenset({"paragraph"}),
    "move": frozenset({"paragraph", "after"}),
    "split": frozenset({"paragraph", "at", "version"}),
    "merge": frozenset({"paragraph"}),
    "change_kind": frozenset({"paragraph", "paragraph_kind", "level"}),
    "undo": frozenset({"deed"}),
}
"""What each deed may carry when it comes from outside."""


# Helpers -----------------------------------------------------------------------------------------


def _uuid(value: object) -> UUID:
    if isinstance(value, str):
        try:
            found = UUID(value)
        except ValueError:
            raise NotFound from None
        if str(found) == value:
            return found
    raise NotFound


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 31:
        raise Malformed(detail="A position is a whole number.")
    return value


def _kind(deed: Mapping[str, Any]) -> tuple[Kind, int]:
    try:
        kind = Kind(str(deed.get("paragraph_kind")))
    except ValueError:
        raise Malformed(detail="There is no such kind of paragraph.") from None
    level = _count(deed.get("level", 0))
    if (kind is Kind.SUB) != (1 <= level <= MAX_LEVEL):
        raise Malformed(detail="Sub-paragraphs have level 1 to 3, all others level 0.")
    if kind is Kind.FORMULA:
        raise Malformed(detail="There is one opening formula, and it stays.")
    return kind, level


def _position_now(
    doing: Doing, text: kept_texts.TextNow, deed: Mapping[str, Any], *, stays: bool
) -> int:
    """Gives where a position in an earlier version of a text stands now; `stays` before insertions."""
    at, version = _count(deed.get("at")), _count(deed.get("version"))
    if version > text.version:
        raise Malformed(detail="The position belongs to a version that does not exist.")
    for entry in kept_texts.since(doing.w, text.id, version):
        at = transform_position(from_json(entry.ops), at, stays=stays)
    if at > text_length(text_from_json(text.content)):
        raise Malformed(detail="The position lies outside the text.")
    return at


def _named_group(doing: Doing, deed: Mapping[str, Any], *, deleted: bool) -> list[Paragraph]:
    """Gives the paragraphs a deed names: a list, or one with all that stands beneath it."""
    if "paragraphs" in deed:
        wanted = {_uuid(value) for value in deed["paragraphs"]}
        group = [p for p in doing.order if p.id in wanted and p.deleted is deleted]
    else:
        index = doing.find(deed.get("paragraph"))
        group = [
            p for p in doing.order[index : _group_end(doing.order, index)] if p.deleted is deleted
        ]
        if doing.order[index].deleted is not deleted:
            group = []
    if not group:
        raise Stale(
            detail="This paragraph is not deleted."
            if deleted
            else "This paragraph is deleted already."
        )
    return group


def _group_end(order: Sequence[Paragraph], index: int) -> int:
    """Gives the place behind a paragraph and all sub-paragraphs beneath it."""
    level = order[index].level
    end = index + 1
    if order[index].kind in (Kind.FORMULA, Kind.HEADING, Kind.ANNEX):
        return end
    while end < len(order) and order[end].kind == Kind.SUB and order[end].level > level:
        end += 1
    return end


def _rank_after(order: list[Paragraph], index: int) -> int:
    before = order[index].rank if index >= 0 else 0
    if index + 1 >= len(order):
        return before + RANK_STEP
    after = order[index + 1].rank
    if after - before < 2:  # noqa: PLR2004 - no whole number lies between
        _rerank(order)
        return _rank_after(order, index)
    return (before + after) // 2


def _rerank(order: Sequence[Paragraph]) -> None:
    for index, paragraph in enumerate(order):
        paragraph.rank = (index + 1) * RANK_STEP


def _fork(
    doing: Doing, stored: editing.Part, kind: str, at: int, other: UUID, other_version: int
) -> None:
    fork = Fork(
        text_id=stored.text,
        version=stored.version,
        kind=kind,
        at=at,
        other_id=other,
        other_version=other_version,
    )
    doing.w.session.add(fork)
    doing.moves.append(editing.move_of(fork))


def formula_text() -> Change:
    """Gives the opening words of every resolution."""
    return Builder().insert("The General Assembly", italic=True).insert(",").change()


def named(deed: Deed) -> list[str]:
    """Gives the paragraphs a deed inserted, deleted, restored, moved, split, merged or changed."""
    undo = deed.undo.get("deed", deed.undo)
    keys = [*undo.get("paragraphs", []), undo.get("paragraph"), undo.get("into")]
    return [key for key in keys if key]


def moves(deed: Deed) -> bool:
    """Tells whether a deed moved a paragraph that stays in the text."""
    return bool(deed.undo.get("deed", deed.undo).get("kind") == "move")

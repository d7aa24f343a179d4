"""The history of a paragraph, and the purging of words that should never have been in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotFound, Stale
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services.pieces import shown
from drafting.store import drafts as kept_drafts
from drafting.store import news as kept_news
from drafting.store import texts as kept
from drafting.store import versions as kept_versions
from drafting.store.tables import Purge
from drafting.store.work import Work
from drafting.text.authorship import scrub
from drafting.text.chain import digest
from drafting.text.changes import Change, apply, from_json, text_from_json, to_json
from drafting.text.diff import pieces

TOGETHER = timedelta(minutes=5)
"""Edits of one author that follow within this time are one entry of the history."""

ENTRIES_MAX = 60
"""Most entries shown at once, the newest."""


def of_paragraph(w: Work, actor: Actor, paragraph_id: UUID) -> list[dict[str, Any]]:
    """Gives what happened to a paragraph's words, newest first: who, when, and what changed.

    Refuses: NotFound for a paragraph that is not on the draft.
    """
    require(actor, Right.SEE)
    text = _text(w, actor, paragraph_id)
    groups = _grouped(kept.since(w, text.id, 0))[-ENTRIES_MAX:]
    purges = kept.purges(w, text.id)
    if not groups:
        return []
    words = at_version(w, text.id, groups[0][0].version - 1)
    entries = []
    for group in groups:
        before = words
        for entry in group:
            words = apply(words, from_json(entry.ops))
        first, last = group[0], group[-1]
        entries.append(
            {
                "from": first.version,
                "to": last.version,
                "at": last.at.isoformat(),
                "since": first.at.isoformat(),
                "by": first.author,
                "deed": first.deed,
                "pieces": shown(pieces(before, words)),
                "purged": [
                    {"characters": p.characters, "by": p.author, "at": p.at.isoformat()}
                    for p in purges
                    if p.from_version <= last.version and p.to_version >= first.version
                ],
            }
        )
    return entries[::-1]


def _text(w: Work, actor: Actor, paragraph_id: UUID) -> kept.TextNow:
    if kept_drafts.paragraph(w, actor.draft_id, paragraph_id) is None:
        raise NotFound
    text = kept.now(w, paragraph_id)
    if text is None:
        raise NotFound
    return text


def _grouped(entries: Sequence[kept.Entry]) -> list[list[kept.Entry]]:
    groups: list[list[kept.Entry]] = []
    for entry in entries:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and not entry.deed
            and not last.deed
            and entry.author == last.author
            and entry.person_id == last.person_id
            and entry.at - last.at <= TOGETHER
        ):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def at_version(w: Work, text_id: UUID, version: int) -> Change:
    """Gives a text's words as they were at a version."""
    snapshot = kept.snapshot_before(w, text_id, version)
    words = text_from_json(snapshot.content)
    for entry in kept.since(w, text_id, snapshot.version, version - snapshot.version):
        words = apply(words, from_json(entry.ops))
    return words


def purge(
    w: Work, actor: Actor, paragraph_id: UUID, from_version: int, to_version: int
) -> dict[str, Any]:
    """Purges the words that the changes between two versions put in and that were taken out again.

    They are replaced by blocks of the same length wherever the history holds them; who wrote and
    when stays, and a trace says how many characters were purged. Refuses: NotAllowed to all but the
    presidency; Stale when none of these words has been taken out, or a sealed version holds them.
    """
    require(actor, Right.PURGE)
    kept_drafts.locked(w, actor.draft_id)
    text = _text(w, actor, paragraph_id)
    if not 1 <= from_version <= to_version <= text.version:
        raise Malformed(detail="There are no such versions of this text.")
    if any(
        from_version <= v < text.version for v in kept_versions.sealed_text_versions(w, text.id)
    ):
        raise Stale(
            detail="A version was sealed after these words were written; sealed versions are never changed."
        )
    entries = kept.since(w, text.id, 0)
    base = at_version(w, text.id, 0)
    before = [from_json(e.ops) for e in entries]
    which = {e.version - 1 for e in entries if from_version <= e.version <= to_version}
    after = scrub(before, which, base)
    changed = [
        (entry.version, to_json(new))
        for entry, old, new in zip(entries, before, after, strict=True)
        if old != new
    ]
    if not changed:
        raise Stale(detail="All these words still stand in the text. Take them out first.")
    kept.rewrite(w, text.id, changed)
    kept_news.forget(w, actor.draft_id)
    _rewrite_snapshots(w, text.id, base, after)
    purged = sum(_blocks(new) - _blocks(old) for old, new in zip(before, after, strict=True))
    w.session.add(
        Purge(
            id=ids.new_id(),
            text_id=text.id,
            from_version=from_version,
            to_version=to_version,
            characters=purged,
            replaced={str(version): digest(ops) for version, ops in changed},
            at=w.now,
            person_id=actor.person_id,
            author=actor.printed,
        )
    )
    return {"purged": purged}


def _blocks(change: Change) -> int:
    return str(to_json(change)).count("█")


def _rewrite_snapshots(w: Work, text_id: UUID, base: Change, changes: Sequence[Change]) -> None:
    wanted = {s.version: s for s in kept.snapshots(w, text_id)}
    words = base
    for version, change in enumerate(changes, start=1):
        words = apply(words, change)
        snapshot = wanted.get(version)
        if snapshot is not None:
            snapshot.content = to_json(words)

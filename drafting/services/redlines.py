"""Two versions of a draft against each other, with whose each difference is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import ancestry, deeds, drafts, versions
from drafting.services.pieces import moment, shown
from drafting.store import drafts as kept_drafts
from drafting.store import texts as kept_texts
from drafting.store import versions as kept
from drafting.store.tables import Version
from drafting.store.work import Work
from drafting.text.authorship import CreditedChange
from drafting.text.changes import from_json, text_from_json
from drafting.text.redline import Attribution, redline
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Credit, Redline, RedlineParagraph


@dataclass(frozen=True, slots=True)
class Made:
    """A redline, the versions it is between (None: the working text), and the moment of the newer."""

    redline: Redline
    from_: int
    to: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class _Side:
    paragraphs: list[Paragraph]
    labels: list[str]
    text_versions: dict[str, int]
    seq: int
    at: datetime


def between(w: Work, actor: Actor, from_: int | None, to: int | None) -> Made:
    """Gives what differs between two versions; `from_` None is the last sealed, `to` the working text.

    Refuses: NotFound for a version that does not exist.
    """
    require(actor, Right.SEE)
    old_version = versions.all_of(w, actor)[-1] if from_ is None else versions.one(w, actor, from_)
    old = _sealed(w, old_version)
    new = _working(w, actor) if to is None else _sealed(w, versions.one(w, actor, to))
    backwards = new.seq < old.seq
    made = redline(
        old.paragraphs,
        new.paragraphs,
        old_labels=old.labels,
        new_labels=new.labels,
        attribution=Attribution() if backwards else _attribution(w, actor, old, new),
    )
    return Made(_with_last_year(w, actor, made), old_version.number, to, new.at)


def _with_last_year(w: Work, actor: Actor, made: Redline) -> Redline:
    """Adds what each paragraph was called in last year's resolution, where that is said nowhere yet."""
    last = ancestry.labels(w, actor.draft_id)
    if last is None:
        return made
    number, labels = last["number"], last["labels"]
    rows = []
    for p in made.paragraphs:
        paragraph = p.new or p.old
        was = "" if paragraph is None else labels.get(paragraph.key or "", "")
        said = {p.label, p.old_label, ""}
        rows.append(p if was in said else replace(p, last_label=f"{number}: {was}"))
    return Redline(tuple(rows))


def _sealed(w: Work, version: Version) -> _Side:
    rows = kept.paragraphs(w, version.id)
    return _Side(
        [
            Paragraph(Kind(r.kind), text_from_json(r.content), r.level, str(r.paragraph_id))
            for r in rows
        ],
        [r.label for r in rows],
        {str(r.paragraph_id): r.text_version for r in rows},
        version.seq,
        version.sealed_at,
    )


def _working(w: Work, actor: Actor) -> _Side:
    rows = [r for r in drafts.text_now(w, actor) if not r["deleted"]]
    draft = drafts.one(w, actor)
    return _Side(
        [Paragraph(Kind(r["kind"]), text_from_json(r["ops"]), r["level"], r["id"]) for r in rows],
        [r["label"] for r in rows],
        {r["id"]: r["version"] for r in rows},
        draft.seq,
        w.now,
    )


def _attribution(w: Work, actor: Actor, old: _Side, new: _Side) -> Attribution:
    """Finds who changed the words of each paragraph, and who inserted, deleted or moved it."""
    before = {p.key: p for p in old.paragraphs}
    doers, moved = _doers(w, actor, old, new)
    changes: dict[str, Sequence[CreditedChange]] = {}
    for paragraph in new.paragraphs:
        key = paragraph.key or ""
        was = before.get(key)
        if was is not None and was.text == paragraph.text:
            continue
        since = old.text_versions[key] if was is not None else 0
        steps: list[CreditedChange] = [
            (from_json(e.ops), Credit(e.author, e.at))
            for e in kept_texts.since(w, UUID(key), since, new.text_versions[key] - since)
        ]
        first = kept_texts.snapshot_before(w, UUID(key), 0).content
        if was is None and first and key in doers:
            # The words a paragraph began with are theirs who inserted it.
            steps.insert(0, (text_from_json(first), doers[key]))
        changes[key] = steps
    return Attribution(paragraphs=doers, moved=moved, changes=changes)


def _doers(
    w: Work, actor: Actor, old: _Side, new: _Side
) -> tuple[dict[str, Credit], frozenset[str]]:
    """Gives the author of the last deed between two moments that named each paragraph, and what was moved.

    What stands under a paragraph is moved with it.
    """
    found: dict[str, Credit] = {}
    moved: set[str] = set()
    for deed in kept_drafts.deeds_between(w, actor.draft_id, old.seq, new.seq):
        credit = Credit(deed.credit or deed.author, deed.at)
        keys = deeds.named(deed)
        if deeds.moves(deed):
            keys = [under for key in keys for under in _with_all_under(key, new.paragraphs)]
            moved.update(keys)
        found.update(dict.fromkeys(keys, credit))
    return found, frozenset(moved)


def _with_all_under(key: str, paragraphs: Sequence[Paragraph]) -> list[str]:
    at = next((at for at, p in enumerate(paragraphs) if p.key == key), None)
    if at is None:
        return [key]
    under = takewhile(lambda p: p.level > paragraphs[at].level, paragraphs[at + 1 :])
    return [key, *(p.key or "" for p in under)]


# As JSON -----------------------------------------------------------------------------------------


def to_json(made: Made) -> dict[str, Any]:
    """Gives a redline as the API shows it."""
    return {
        "from": made.from_,
        "to": made.to,
        "paragraphs": [_paragraph(p) for p in made.redline.paragraphs],
    }


def _paragraph(p: RedlineParagraph) -> dict[str, Any]:
    paragraph = p.new or p.old
    if paragraph is None:
        raise AssertionError(p)
    return {
        "id": paragraph.key,
        "label": p.label,
        "old_label": p.old_label,
        "kind": paragraph.kind.value,
        "level": paragraph.level,
        "state": p.state.value,
        "by": None if p.credit is None else p.credit.author,
        "at": moment(p.credit),
        "pieces": shown(p.pieces),
    }

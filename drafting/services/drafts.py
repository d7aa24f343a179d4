"""Drafts: begun from a text, and as the people at the table see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound
from drafting.rules.audiences import choices
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import Actor, Role
from drafting.services import (
    agreement,
    ancestry,
    citations,
    comments,
    deeds,
    homes,
    people,
    positions,
    proposals,
    versions,
)
from drafting.store import drafts as kept
from drafting.store import people as kept_people
from drafting.store import record as kept_record
from drafting.store import texts as kept_texts
from drafting.store.tables import Draft, Paragraph
from drafting.store.work import Work
from drafting.text.changes import to_json
from drafting.text.numbering import labels_of
from drafting.text.resolution import Kind, Masthead, Resolution
from drafting.text.resolution import Paragraph as Read

NEGOTIATION = "negotiation"


def open_draft(
    w: Work,
    resolution: Resolution,
    *,
    title: str | None = None,
    by: UUID | None = None,
    series_id: UUID | None = None,
) -> Draft:
    """Begins a draft from a text, which becomes its sealed version 0, in a series or beginning one.

    Refuses: Malformed for a text without paragraphs or with more than deeds.PARAGRAPHS_MAX.
    """
    if not resolution.paragraphs:
        raise Malformed(detail="There is no text in this file.")
    if len(resolution.paragraphs) > deeds.PARAGRAPHS_MAX:
        raise Malformed(detail="A draft holds at most 2,000 paragraphs.")
    draft = Draft(
        id=ids.new_id(),
        title=(title or resolution.masthead.title or "Untitled draft").strip()[:300],
        stage=NEGOTIATION,
        masthead=asdict(resolution.masthead),
        seq=0,
        created_at=w.now,
        created_by=by,
    )
    w.session.add(draft)
    w.session.flush()
    _add(w, draft, _with_formula(resolution))
    versions.seal_first(w, draft, resolution.masthead, by=by)
    kept_record.put_in_series(w, draft.id, series_id or kept_record.begin_series(w))
    return draft


def _with_formula(resolution: Resolution) -> list[Read]:
    read = list(resolution.paragraphs)
    if not any(p.kind is Kind.FORMULA for p in read):
        read.insert(0, Read(Kind.FORMULA, deeds.formula_text()))
    return read


def _add(w: Work, draft: Draft, read: Sequence[Read]) -> None:
    """Adds the paragraphs of a text in few statements: most imports are of many files."""
    rows = [
        Paragraph(
            id=ids.new_id(),
            draft_id=draft.id,
            kind=one.kind.value,
            level=one.level,
            rank=(index + 1) * deeds.RANK_STEP,
            deleted=False,
            retired=None,
            # As version 0, which is sealed at once, would have them.
            base_label=label,
            base_kind=one.kind.value,
            base_level=one.level,
        )
        for index, (one, label) in enumerate(zip(read, labels_of(read), strict=True))
    ]
    w.session.add_all(rows)
    w.session.flush()
    contents = [(row.id, to_json(one.text)) for row, one in zip(rows, read, strict=True)]
    kept_texts.begin_all(w, draft.id, contents)


def import_draft(
    w: Work,
    person_id: UUID,
    resolution: Resolution,
    *,
    title: str | None = None,
    delegation_id: UUID | None = None,
) -> Draft:
    """Begins a draft and makes the person its presidency. Refuses: NotAllowed, Malformed."""
    person = kept_people.person(w, person_id)
    if person is None or not person.opens_drafts:
        raise NotAllowed(detail="Only people of a presidency begin drafts.")
    if delegation_id is None:
        held = [p for _, p in kept.of_person(w, person_id) if p.role == Role.PRESIDENCY]
        delegation_id = held[0].delegation_id if held else None
    draft = open_draft(w, resolution, title=title, by=person_id)
    citations.learn(w, resolution)
    people.give_place(
        w,
        draft_id=draft.id,
        person_id=person_id,
        role=Role.PRESIDENCY,
        delegation_id=delegation_id,
        by=person_id,
    )
    return draft


def of_person(w: Work, person_id: UUID) -> list[dict[str, Any]]:
    """Gives the drafts a person has a place on, newest first."""
    names = kept_people.names(w, w.now.date())
    return [
        {
            "id": str(draft.id),
            "title": draft.title,
            "symbol": draft.masthead.get("symbol", ""),
            "number": draft.masthead.get("number", ""),
            "role": place.role,
            "delegation": names[place.delegation_id].short if place.delegation_id else "",
            "stage": draft.stage,
        }
        for draft, place in kept.of_person(w, person_id)
    ]


def header(draft: Draft) -> dict[str, Any]:
    """Gives what a draft is, without its text."""
    masthead = draft.masthead
    return {
        "id": str(draft.id),
        "title": draft.title,
        "number": masthead.get("number", ""),
        "symbol": masthead.get("symbol", ""),
        "committee": masthead.get("committee", ""),
        "session": masthead.get("session", ""),
        "agenda_item": masthead.get("agenda_item", ""),
        "agenda_title": masthead.get("agenda_title", ""),
        "stage": draft.stage,
    }


def one(w: Work, actor: Actor) -> Draft:
    """Gives the draft a person acts on. Refuses: NotFound."""
    require(actor, Right.SEE)
    draft = kept.draft(w, actor.draft_id)
    if draft is None:
        raise NotFound
    return draft


def state(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives the whole state of a draft as one person sees it: docs/api.md."""
    draft = one(w, actor)
    named = kept_people.short_names(w)
    addressable = sorted(kept_people.delegations_on(w, draft.id), key=lambda d: named.get(d, ""))
    drafting = kept_people.drafting_on(w, draft.id)
    ground = homes.ground(w, draft.id)
    return {
        "draft": header(draft),
        "seq": draft.seq,
        "me": {
            "key": str(actor.person_id),
            "name": actor.name,
            "role": actor.role.value,
            "printed": actor.printed,
            "delegation": None
            if actor.delegation_id is None
            else {"id": str(actor.delegation_id), "name": actor.delegation},
            "may": [right.value for right in rights_of(actor)],
            "side": actor.side,
            "audiences": [
                comments.described(a, named) for a in choices(actor, addressable=addressable)
            ],
        },
        "delegations": [
            {"id": str(d), "name": named.get(d, ""), "drafts": d in drafting} for d in addressable
        ],
        "last": ancestry.labels(w, draft.id),
        "paragraphs": text_now(w, actor),
        "versions": [versions.described(v) for v in versions.all_of(w, actor)],
        "threads": comments.all_seen(w, actor),
        "proposals": proposals.all_seen(w, actor, ground),
        "positions": positions.all_seen(w, actor, ground),
        "agreement": agreement.all_of(w, actor, ground),
        "packages": agreement.packages(w, actor),
    }


def text_now(w: Work, actor: Actor) -> list[dict[str, Any]]:
    """Gives the working text's paragraphs with their words, deleted ones too."""
    require(actor, Right.SEE)
    order = kept.paragraphs(w, actor.draft_id)
    texts = kept_texts.all_now(w, actor.draft_id)
    return [
        shown | {"version": texts[p.id].version, "ops": texts[p.id].content}
        for shown, p in zip(deeds.outline(order), order, strict=True)
    ]


def masthead_of(draft: Draft) -> Masthead:
    """Gives a draft's masthead as a value."""
    fields = dict(draft.masthead)
    fields["notices"] = tuple(fields.get("notices", ()))
    fields["title"] = fields.get("title") or draft.title
    return Masthead(**fields)

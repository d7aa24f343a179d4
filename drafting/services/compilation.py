"""The compilation text: the working text with what is proposed and said of it, as one may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from drafting.errors import NotFound
from drafting.formats import making
from drafting.rules.agreement import AGREEMENT_WORDS, SETTLED, Agreement
from drafting.rules.positions import TAKEN_BACK, Certainty, Weight
from drafting.rules.proposals import Stage
from drafting.rules.rights import Right, require
from drafting.rules.roles import PRESIDENCY, Actor
from drafting.services import agreement, ancestry, drafts, homes, positions, proposals
from drafting.services.exports import MEDIA_TYPES, Export, file_name
from drafting.services.homes import Ground
from drafting.store.tables import Draft, Paragraph
from drafting.store.work import Work
from drafting.text.changes import text_from_json, text_of
from drafting.text.compilation import Alternative, Compilation, Entry, Voice
from drafting.text.compilation_printing import named
from drafting.text.months import written
from drafting.text.proposal import ProposalKind, Stance
from drafting.text.resolution import Kind

ENDINGS = making.COMPILATION_ENDINGS

Shown = dict[str, Any]
"""A proposal, a position or a state as the page is shown it."""


class Show(StrEnum):
    """What of it is shown."""

    ALL = "all"
    MINE = "mine"
    """One's own side's proposals and positions only."""
    OPEN = "open"
    """Only paragraphs that are not agreed and of which something is said."""


SHOW_WORDS = {
    Show.ALL: "All proposals",
    Show.MINE: "Own proposals only",
    Show.OPEN: "Open paragraphs only",
}

GONE = "Proposals and positions on paragraphs that have left the text"
ON_PROPOSALS = "Positions on proposals"
"""Headings at the end, where there is anything to tell under them."""

_DOES = {
    ProposalKind.AMEND: "to amend",
    ProposalKind.ALTERNATIVE: "to replace",
    ProposalKind.INSERT: "to insert a paragraph behind",
    ProposalKind.DELETE: "to delete",
    ProposalKind.MOVE: "to move",
    ProposalKind.SPLIT: "to split",
    ProposalKind.MERGE: "to merge with the paragraph before",
}


@dataclass(slots=True)
class _Said:
    """All that is said of one paragraph, as far as it is put forward."""

    proposals: list[Shown] = field(default_factory=list)
    positions: list[Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Table:
    """What is on the table, as one person may see it."""

    ground: Ground
    said: dict[UUID, _Said]
    """By paragraph; those that have left the text stand behind the others."""
    first: list[Shown]
    """Proposals to insert a paragraph before the first."""
    answers: dict[str, list[Shown]]
    """Positions on proposals, by proposal."""


def gathered(w: Work, actor: Actor, show: Show) -> Compilation:
    """Gives the compilation text as one person may see it: what is put forward, and positions.

    Drafts are in nobody's compilation: they are not before the room. Inserted paragraphs are named
    as in the whole of what this person may see, whatever is shown.
    """
    require(actor, Right.SEE)
    draft = drafts.one(w, actor)
    table = _table(w, actor)
    states = {a["paragraph"]: a for a in agreement.all_of(w, actor, table.ground)}
    last = ancestry.labels(w, draft.id)
    whole = named(
        Compilation(
            title=draft.title,
            entries=tuple(
                _entry(table, row, states.get(str(row.id)), last) for row in table.ground.order
            ),
            made=SHOW_WORDS[show],
            lines=_lines(draft, w),
            language=draft.masthead.get("language", "en"),
            before=tuple(_alternative(table, one) for one in table.first),
        )
    )
    at_the_end = _addenda(_gone(table), _on_proposals(table, whole))
    match show:
        case Show.ALL:
            return replace(whole, entries=(*whole.entries, *at_the_end))
        case Show.OPEN:
            kept = [one for one in whole.entries if _is_open(one, states.get(one.key))]
            return replace(whole, entries=(*kept, *at_the_end))
        case Show.MINE:
            return _own(table, whole)


# What is on the table ----------------------------------------------------------------------------


def _table(w: Work, actor: Actor) -> _Table:
    ground = homes.ground(w, actor.draft_id)
    table = _Table(ground, {row.id: _Said() for row in ground.order}, [], {})
    live = [p for p in proposals.all_seen(w, actor) if p["stage"] == Stage.PUT_FORWARD]
    for one in live:
        if one["paragraph"] is not None:
            table.said[UUID(one["paragraph"])].proposals.append(one)
        elif one["kind"] == ProposalKind.INSERT:
            table.first.append(one)
        else:
            proposal, _ = proposals.seen(w, actor, UUID(one["id"]))
            if proposal.paragraph_id is None:
                raise AssertionError(proposal.id)
            table.said.setdefault(proposal.paragraph_id, _Said()).proposals.append(one)
    known = {one["id"] for one in live}
    taken = positions.all_seen(w, actor, ground)
    for position in sorted(taken, key=lambda one: str(one["delegation"]["name"])):
        if position["effective"] == TAKEN_BACK:
            continue
        if position["paragraph"] is not None:
            where = UUID(position["paragraph"])
            table.said.setdefault(where, _Said()).positions.append(position)
        elif position["proposal"] in known:
            table.answers.setdefault(position["proposal"], []).append(position)
    return table


def _lines(draft: Draft, w: Work) -> tuple[str, ...]:
    masthead = draft.masthead
    first = " ".join(
        one for one in (masthead.get("committee", ""), masthead.get("agenda_item", "")) if one
    )
    return tuple(line for line in (first, f"Compilation text, {written(w.now)}") if line)


# Paragraphs and what is said of them -------------------------------------------------------------


def _entry(table: _Table, row: Paragraph, state: Shown | None, last: Shown | None) -> Entry:
    said = table.said[row.id]
    was = ancestry.called(last, row.id, table.ground.label(row.id))
    return Entry(
        key=str(row.id),
        label=table.ground.label(row.id),
        kind=Kind(row.kind),
        level=row.level,
        text=table.ground.words(row.id),
        deleted=row.deleted,
        alternatives=tuple(_alternative(table, one) for one in said.proposals),
        voices=_voices(said.positions),
        state=", ".join(filter(None, (was, _state(state)))),
    )


def _state(state: Shown | None) -> str:
    if state is None or state["state"] == Agreement.UNTOUCHED:
        return ""
    words = AGREEMENT_WORDS[Agreement(state["state"])]
    names = ", ".join(one["name"] for one in state["delegations"])
    if names:
        words += f", pending {names}" if state["state"] == Agreement.AD_REF else f" by {names}"
    return f"{words}, words changed since" if state["changed"] else words


def _owners(shown: Shown) -> tuple[str, ...]:
    return tuple(
        PRESIDENCY if one["delegation"] is None else one["name"] for one in shown["owners"]
    )


def _alternative(table: _Table, shown: Shown) -> Alternative:
    kind = ProposalKind(shown["kind"])
    moved = shown["standing"] == "moved" and shown["rebased"]
    return Alternative(
        key=shown["id"],
        kind=kind,
        owners=_owners(shown),
        text=text_from_json(shown["rebased"] if moved else shown["ops"]),
        at=shown["at"] or 0,
        after=shown["after_label"] if shown["after"] is not None else "",
        new_kind=Kind(shown["paragraph_kind"]) if kind is ProposalKind.INSERT else Kind.OPERATIVE,
        supporters=tuple(
            p["delegation"]["name"]
            for p in table.answers.get(shown["id"], ())
            if p["effective"] == Stance.SUPPORT
        ),
        level=shown["level"],
        apart=shown["standing"] == "touched",
    )


def _voices(taken: Iterable[Shown]) -> tuple[Voice, ...]:
    """Gives positions as voices: who says the same speaks together."""
    together: dict[tuple[str, str | None, str], list[str]] = {}
    for one in taken:
        key = one["effective"], one["weight"], one["certainty"]
        together.setdefault(key, []).append(one["delegation"]["name"])
    return tuple(
        Voice(
            tuple(names),
            Stance(stance),
            None if weight is None else weight == Weight.ESSENTIAL,
            certainty == Certainty.PRELIMINARY,
        )
        for (stance, weight, certainty), names in together.items()
    )


# What is told at the end -------------------------------------------------------------------------


def _addenda(gone: list[Entry], on_proposals: list[Entry]) -> tuple[Entry, ...]:
    """Gives what stands behind the text, under headings of its own."""
    kept = [(GONE, gone), (ON_PROPOSALS, on_proposals)]
    entries: list[Entry] = []
    for number, (heading, told) in enumerate((one for one in kept if one[1]), 1):
        title = Entry("", f"Addendum {number}", Kind.HEADING, 0, text_of(heading))
        entries += [title, *told]
    return tuple(entries)


def _gone(table: _Table) -> list[Entry]:
    """Gives the paragraphs that have left the text of which something is said still."""
    gone = [
        (table.ground.every[paragraph_id], said)
        for paragraph_id, said in table.said.items()
        if not table.ground.listed(paragraph_id) and (said.proposals or said.positions)
    ]
    gone.sort(key=lambda one: (one[0].rank, one[0].id))
    return [_gone_entry(table, row, said) for row, said in gone]


def _gone_entry(table: _Table, row: Paragraph, said: _Said) -> Entry:
    first = (said.proposals or said.positions)[0]
    home = table.ground.home(row.id)
    # Its label may be another paragraph's by now: when it was called so is said with it.
    states = [f"so called in {first['made_on']}"] if first["made_on"] else []
    if home != row.id and table.ground.listed(home):
        states.append(f"its words went to {table.ground.label(home)}")
    words = table.ground.words(row.id)
    if said.proposals and said.proposals[0]["base"]:
        words = text_from_json(said.proposals[0]["base"])
    return Entry(
        key=str(row.id),
        label=first["label"],
        kind=Kind(row.kind),
        level=row.level,
        text=words,
        deleted=True,
        alternatives=tuple(_alternative(table, one) for one in said.proposals),
        voices=_voices(said.positions),
        state=", ".join(states),
    )


def _on_proposals(table: _Table, whole: Compilation) -> list[Entry]:
    """Gives what is said of proposals beyond support, which stands with the proposal itself."""
    called = {
        one.key: one.label
        for many in (whole.before, *(entry.alternatives for entry in whole.entries))
        for one in many
    }
    live = [*table.first, *(one for said in table.said.values() for one in said.proposals)]
    entries = []
    for one in live:
        others = [p for p in table.answers.get(one["id"], ()) if p["effective"] != Stance.SUPPORT]
        if not others:
            continue
        owners = ", ".join(_owners(one))
        label = called.get(one["id"]) or one["label"]
        does = _DOES[ProposalKind(one["kind"])]
        entries.append(
            Entry(
                key=one["id"],
                label=label,
                kind=Kind.ANNEX_TEXT,
                level=0,
                text=text_of(f"Proposal of {owners} {does} {one['label']}".strip()),
                voices=_voices(others),
            )
        )
    return entries


# What is shown of it -----------------------------------------------------------------------------


def _own(table: _Table, whole: Compilation) -> Compilation:
    """Gives the compilation with one's own side's proposals and positions only."""
    own = _Table(
        table.ground,
        {
            paragraph_id: _Said(
                [one for one in said.proposals if one["mine"]],
                [one for one in said.positions if one["mine"]],
            )
            for paragraph_id, said in table.said.items()
        },
        [one for one in table.first if one["mine"]],
        table.answers,
    )
    mine = {one["id"] for one in own.first}
    mine |= {one["id"] for said in own.said.values() for one in said.proposals}
    answered = {
        proposal: kept
        for proposal, taken in table.answers.items()
        if (kept := [one for one in taken if proposal in mine or one["mine"]])
    }
    entries = [
        replace(
            entry,
            alternatives=tuple(one for one in entry.alternatives if one.key in mine),
            voices=_voices(own.said[UUID(entry.key)].positions),
        )
        for entry in whole.entries
    ]
    return replace(
        whole,
        entries=(
            *entries,
            *_addenda(_gone(own), _on_proposals(replace(table, answers=answered), whole)),
        ),
        before=tuple(one for one in whole.before if one.key in mine),
    )


def _is_open(entry: Entry, state: Shown | None) -> bool:
    if any(one.kind is ProposalKind.INSERT for one in entry.alternatives):
        # The new paragraph is open, however much is agreed of the one it would follow.
        return True
    if state is not None and state["state"] in SETTLED and not state["changed"]:
        return False
    if state is not None and state["state"] in (Agreement.OPEN, Agreement.BRACKETED):
        return True
    return bool(entry.alternatives or entry.voices)


# As files and on the page ------------------------------------------------------------------------


def export(w: Work, actor: Actor, show: str | None, ending: str) -> Export:
    """Gives the compilation text as a file: one of ENDINGS. Refuses: NotFound for another ending."""
    require(actor, Right.EXPORT)
    if ending not in ENDINGS:
        raise NotFound
    made = gathered(w, actor, show_of(show))
    return Export(
        file_name(w, actor, "compilation", ending),
        MEDIA_TYPES[ending],
        making.compilation,
        (made, ending),
    )


def on_page(w: Work, actor: Actor, show: Show) -> tuple[Compilation, str, str]:
    """Gives the compilation text, and its paragraphs and footnotes as markup."""
    from drafting.formats import compilation_html  # noqa: PLC0415 - large, and seldom needed

    made = gathered(w, actor, show)
    return made, *compilation_html.body(made)


def show_of(value: str | None) -> Show:
    """Reads what is to be shown. Refuses: NotFound for anything else."""
    if not value:
        return Show.ALL
    try:
        return Show(value)
    except ValueError:
        raise NotFound from None

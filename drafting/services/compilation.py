"""The compilation text: the working text with what is proposed and said of it, as one may see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from drafting.errors import NotFound
from drafting.rules.agreement import AGREEMENT_WORDS, SETTLED, Agreement
from drafting.rules.positions import TAKEN_BACK, Certainty, Weight
from drafting.rules.proposals import Stage
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import agreement, drafts, homes, positions, proposals
from drafting.services.exports import MEDIA_TYPES, Export, file_name
from drafting.services.homes import Ground
from drafting.store.tables import Draft
from drafting.store.work import Work
from drafting.text.changes import text_from_json
from drafting.text.compilation import Alternative, Compilation, Entry, Voice
from drafting.text.proposal import ProposalKind, Stance
from drafting.text.resolution import Kind

ENDINGS = ("docx", "html", "txt")


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


@dataclass(frozen=True, slots=True)
class _Said:
    """All that is said of one paragraph."""

    alternatives: list[Alternative]
    voices: list[Voice]


def gathered(w: Work, actor: Actor, show: Show) -> Compilation:
    """Gives the compilation text as one person may see it: what is put forward, and positions.

    Drafts are in nobody's compilation: they are not before the room.
    """
    require(actor, Right.SEE)
    draft = drafts.one(w, actor)
    ground = homes.ground(w, actor.draft_id)
    said = {p.id: _Said([], []) for p in ground.order}
    before: list[Alternative] = []
    taken = positions.all_seen(w, actor)
    for shown in proposals.all_seen(w, actor):
        if shown["stage"] != Stage.PUT_FORWARD or (show is Show.MINE and not shown["mine"]):
            continue
        alternative = _alternative(shown, _supporters(taken, shown["id"]))
        if shown["paragraph"] is None:
            if shown["kind"] == ProposalKind.INSERT:
                before.append(alternative)
            continue
        said[UUID(shown["paragraph"])].alternatives.append(alternative)
    for paragraph_id, voices in _voices(taken, mine=show is Show.MINE).items():
        if paragraph_id in said:
            said[paragraph_id].voices.extend(voices)
    states = {a["paragraph"]: a for a in agreement.all_of(w, actor, ground)}
    entries = [
        _entry(ground, p.id, said[p.id], states.get(str(p.id)))
        for p in ground.order
        if show is not Show.OPEN or _is_open(said[p.id], states.get(str(p.id)))
    ]
    return Compilation(
        title=draft.title,
        entries=tuple(entries),
        made=SHOW_WORDS[show],
        lines=_lines(draft, w),
        language=draft.masthead.get("language", "en"),
        before=tuple(before),
    )


def _lines(draft: Draft, w: Work) -> tuple[str, ...]:
    masthead = draft.masthead
    first = " ".join(
        one for one in (masthead.get("committee", ""), masthead.get("agenda_item", "")) if one
    )
    return tuple(line for line in (first, f"Compilation text, {w.now:%-d %B %Y}") if line)


def _alternative(shown: dict[str, object], supporters: tuple[str, ...]) -> Alternative:
    owners = tuple(
        "Presidency" if one["delegation"] is None else one["name"]
        for one in shown["owners"]  # type: ignore[attr-defined]
    )
    words = shown["rebased"] if shown["standing"] == "moved" and shown["rebased"] else shown["ops"]
    after = shown["after"]
    return Alternative(
        key=str(shown["id"]),
        kind=ProposalKind(str(shown["kind"])),
        owners=owners,
        text=text_from_json(words),
        at=int(str(shown["at"] or 0)),
        after=str(shown["after_label"]) if after is not None else "",
        new_kind=Kind(str(shown["paragraph_kind"]))
        if shown["kind"] == ProposalKind.INSERT
        else Kind.OPERATIVE,
        supporters=supporters,
    )


def _supporters(taken: list[dict[str, object]], proposal_id: object) -> tuple[str, ...]:
    return tuple(
        str(p["delegation"]["name"])  # type: ignore[index]
        for p in taken
        if p["proposal"] == proposal_id and p["effective"] == Stance.SUPPORT
    )


def _voices(taken: list[dict[str, object]], *, mine: bool) -> dict[UUID, list[Voice]]:
    gathered_: dict[tuple[UUID, str, object, object], list[str]] = {}
    for position in taken:
        if position["paragraph"] is None or (mine and not position["mine"]):
            continue
        if position["effective"] == TAKEN_BACK:
            continue
        key = (
            UUID(str(position["paragraph"])),
            str(position["effective"]),
            position["weight"],
            position["certainty"],
        )
        gathered_.setdefault(key, []).append(str(position["delegation"]["name"]))  # type: ignore[index]
    out: dict[UUID, list[Voice]] = {}
    for (paragraph_id, stance, weight, certainty), names in gathered_.items():
        out.setdefault(paragraph_id, []).append(
            Voice(
                tuple(names),
                Stance(stance),
                None if weight is None else weight == Weight.ESSENTIAL,
                certainty == Certainty.PRELIMINARY,
            )
        )
    return out


def _is_open(said: _Said, state: dict[str, object] | None) -> bool:
    if state is not None and state["state"] in SETTLED and not state["changed"]:
        return False
    if state is not None and state["state"] in (Agreement.OPEN, Agreement.BRACKETED):
        return True
    return bool(said.alternatives or said.voices)


def _entry(
    ground: Ground, paragraph_id: UUID, said: _Said, state: dict[str, object] | None
) -> Entry:
    paragraph = next(p for p in ground.order if p.id == paragraph_id)
    words = ""
    if state is not None and state["state"] != Agreement.UNTOUCHED:
        words = AGREEMENT_WORDS[Agreement(str(state["state"]))]
        names = ", ".join(one["name"] for one in state["delegations"])  # type: ignore[attr-defined]
        if names:
            words += f" ({'pending ' if state['state'] == Agreement.AD_REF else ''}{names})"
    return Entry(
        key=str(paragraph_id),
        label=ground.label(paragraph_id),
        kind=Kind(paragraph.kind),
        level=paragraph.level,
        text=ground.words(paragraph_id),
        deleted=paragraph.deleted,
        alternatives=tuple(said.alternatives),
        voices=tuple(said.voices),
        state=words,
    )


def export(w: Work, actor: Actor, show: str | None, ending: str) -> Export:
    """Gives the compilation text as a file: docx, html or txt. Refuses: NotFound for another ending."""
    require(actor, Right.EXPORT)
    if ending not in ENDINGS:
        raise NotFound
    made = gathered(w, actor, show_of(show))
    data: bytes
    # The formats' libraries are large: a server that exports nothing never loads them.
    match ending:
        case "docx":
            from drafting.formats import compilation_docx  # noqa: PLC0415

            data = compilation_docx.write(made)
        case "html":
            from drafting.formats import compilation_html  # noqa: PLC0415

            data = compilation_html.write(made).encode()
        case _:
            from drafting.formats import compilation_plain  # noqa: PLC0415

            data = compilation_plain.write(made).encode()
    return Export(file_name(w, actor, "compilation", ending), MEDIA_TYPES[ending], data)


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

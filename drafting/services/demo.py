"""The sample negotiation: a text of our own, the people of a real autumn, and what they said first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from drafting import ids
from drafting.formats import read_file
from drafting.rules.agreement import Agreement
from drafting.rules.audiences import EVERYONE, Audience, AudienceKind
from drafting.rules.instructions import Shown, Subject
from drafting.rules.positions import Certainty, Weight
from drafting.rules.proposals import Circle
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import Capacity, Condition, Step
from drafting.services import (
    agreement,
    board,
    comments,
    conditions,
    drafts,
    instructions,
    people,
    positions,
    proposals,
    record,
    sponsor_call,
    sponsors,
)
from drafting.services import links as sign_in_links
from drafting.services.agreement import Said
from drafting.services.comments import Asked
from drafting.services.conditions import Bound
from drafting.services.positions import Taken
from drafting.services.proposing import Begun
from drafting.services.sponsor_call import Terms, Wall
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import texts as kept_texts
from drafting.store.work import Work
from drafting.text.anchors import find
from drafting.text.changes import Builder, Change, apply, text_from_json, to_json
from drafting.text.forward import moved_on, next_session
from drafting.text.proposal import ProposalKind, Stance
from drafting.text.resolution import Kind

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample.txt"
TITLE = "Implementation of the Convention on Drifting Naval Mines (sample)"
LINKS_VALID_S = int(timedelta(days=7).total_seconds())


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the sample's table."""

    name: str
    role: Role
    delegation: str | None


GUESTS = (
    Guest("Eleanor Whitfield", Role.PRESIDENCY, "GBR"),
    Guest("Thomas Okafor", Role.PRESIDENCY, "GBR"),
    Guest("Marta Lindqvist", Role.SECRETARIAT, None),
    Guest("Lucía Ortega Ruiz", Role.HEAD, "MEX"),
    Guest("Diego Salinas", Role.DELEGATE, "MEX"),
    Guest("Beatriz Nava (capital)", Role.CAPITAL, "MEX"),
    Guest("Camila Rojas", Role.DELEGATE, "CHL"),
    Guest("Urs Ammann", Role.DELEGATE, "CHE"),
    Guest("Aroha Ngata", Role.DELEGATE, "NZL"),
    Guest("Pilar Serrano", Role.DELEGATE, "ESP"),
    Guest("James Whitlam", Role.DELEGATE, "AUS"),
    Guest("Milena Vuković", Role.DELEGATE, "MNE"),
    Guest("Claire Dubois", Role.OBSERVER, "ICRC"),
    Guest("Jonas Weber", Role.OBSERVER, "CMC"),
)

SHOWN_LINKS = (
    ("Presidency (penholder)", "Eleanor Whitfield"),
    ("Presidency (adviser)", "Thomas Okafor"),
    ("Secretariat", "Marta Lindqvist"),
    ("Head of delegation, Mexico", "Lucía Ortega Ruiz"),
    ("Delegate, Mexico", "Diego Salinas"),
    ("Capital, Mexico", "Beatriz Nava (capital)"),
    ("Delegate, Chile", "Camila Rojas"),
    ("Delegate, Switzerland", "Urs Ammann"),
    ("Delegate, New Zealand", "Aroha Ngata"),
    ("Observer, ICRC", "Claire Dubois"),
)
"""Whose sign-in links are shown: one of each kind of participant, and a few more."""


def load(w: Work) -> UUID:
    """Loads the sample negotiation, once; gives its draft."""
    there = kept_drafts.by_title(w, TITLE)
    if there is not None:
        return there.id
    text = read_file(SAMPLE.name, SAMPLE.read_bytes())
    draft = drafts.open_draft(w, text, title=TITLE)
    session = next_session(text.masthead, text.paragraphs)
    if session is not None:
        draft.masthead = asdict(replace(moved_on(text.masthead, session), title=TITLE))
    actors = {guest.name: _seat(w, draft.id, guest) for guest in GUESTS}
    _talk(w, actors)
    _negotiate(w, actors)
    _seek_sponsors(w, actors)
    return draft.id


def _seat(w: Work, draft_id: UUID, guest: Guest) -> Actor:
    person = people.new_person(
        w,
        name=guest.name,
        email=None,
        password_hash=None,
        opens_drafts=guest.role is Role.PRESIDENCY,
    )
    delegation = (
        None if guest.delegation is None else kept_people.delegation_by_key(w, guest.delegation)
    )
    delegation_id = None if delegation is None else delegation.id
    people.give_place(
        w, draft_id=draft_id, person_id=person.id, role=guest.role, delegation_id=delegation_id
    )
    printed = None if delegation_id is None else kept_people.name(w, delegation_id, w.now.date())
    return Actor(
        person_id=person.id,
        session_id=ids.new_id(),
        name=person.name,
        draft_id=draft_id,
        role=guest.role,
        delegation_id=delegation_id,
        delegation="" if printed is None else printed.short,
    )


def _talk(w: Work, actors: dict[str, Actor]) -> None:
    mexico, capital = actors["Lucía Ortega Ruiz"], actors["Beatriz Nava (capital)"]
    chile, swiss = actors["Camila Rojas"], actors["Urs Ammann"]
    penholder, adviser = actors["Eleanor Whitfield"], actors["Thomas Okafor"]
    icrc = actors["Claire Dubois"]
    own = Audience(AudienceKind.DELEGATION, mexico.delegation_id)
    ours = Audience(AudienceKind.PRESIDENCY, mexico.delegation_id)
    region = _say(
        w,
        mexico,
        "PP10",
        "the first region free of these weapons",
        EVERYONE,
        "Mexico attaches importance to this paragraph and would like to retain it as it stands.",
    )
    comments.reply(w, chile, region, "Chile shares Mexico’s view on PP10.")
    agenda = _say(
        w,
        mexico,
        "PP14",
        "the initiative of the Secretary-General",
        ours,
        "Preliminary, while we await instructions: we would also wish to retain PP14.",
    )
    comments.reply(
        w,
        penholder,
        agenda,
        "Thank you. We would rather avoid a controversy here, and will consider PP10.",
    )
    _say(
        w,
        mexico,
        "PP14",
        "Safer Seas: An Agenda for Our Shared Waters",
        own,
        "Asked the capital whether we could live without the title, if the initiative itself stays.",
    )
    _say(
        w,
        capital,
        "PP10",
        None,
        own,
        "Instructions on PP10 are being cleared; expect them on Thursday.",
    )
    _say(
        w,
        swiss,
        "OP1",
        None,
        EVERYONE,
        "Switzerland supports the text as circulated and will sponsor it.",
    )
    _say(
        w,
        icrc,
        "OP3",
        "seafarers and coastal communities",
        EVERYONE,
        "Could the text name those who clear the mines as well?",
    )
    _say(
        w,
        adviser,
        "PP12",
        "97 States",
        Audience(AudienceKind.TEAM),
        "Check the figure with the depositary before we circulate draft 1.",
    )


def _negotiate(w: Work, actors: dict[str, Actor]) -> None:
    mexico, chile = actors["Lucía Ortega Ruiz"], actors["Camila Rojas"]
    new_zealand, australia = actors["Aroha Ngata"], actors["James Whitlam"]
    spain, montenegro = actors["Pilar Serrano"], actors["Milena Vuković"]
    penholder = actors["Eleanor Whitfield"]
    first = _stand(w, mexico, "PP10", Stance.RETAIN, AudienceKind.EVERYONE, Weight.ESSENTIAL)
    _stand(w, chile, "PP10", Stance.RETAIN, AudienceKind.EVERYONE, None, aligns_with=first)
    _stand(w, mexico, "PP14", Stance.RETAIN, AudienceKind.PRESIDENCY, Weight.DESIRABLE)
    cleared = _amend(
        w,
        new_zealand,
        "OP3",
        "seafarers and coastal communities",
        "seafarers, those who clear the mines and coastal communities",
    )
    _support(w, spain, cleared)
    _amend(
        w,
        australia,
        "OP3",
        "seafarers and coastal communities",
        "seafarers, fishers and coastal communities",
    )
    _amend(w, spain, "OP5", "safer", "safer and quicker")
    inserted = proposals.begin(
        w,
        montenegro,
        ids.new_id(),
        Begun(
            ProposalKind.INSERT,
            _paragraph(w, montenegro, "OP7")[0],
            paragraph_kind=Kind.OPERATIVE.value,
            ops=[
                {"insert": "Encourages", "attributes": {"italic": True}},
                {"insert": " States parties to lend one another what clearance at sea requires;"},
            ],
        ),
    )
    proposals.circulate(w, montenegro, UUID(inserted["id"]), Circle.EVERYONE)
    _amend(w, mexico, "PP6", "each of them", "each of them, wherever they live", forward=False)
    for label, state in (
        ("PP1", Agreement.TECHNICAL),
        ("PP2", Agreement.AGREED),
        ("PP5", Agreement.AGREED),
        ("PP12", Agreement.TECHNICAL),
        ("OP3", Agreement.OPEN),
    ):
        paragraph_id, _ = _paragraph(w, penholder, label)
        agreement.say(w, penholder, Said(paragraph_id, state))


COMMITTEE = (
    "GBR CHE NZL ESP AUS MNE MEX CHL BGR FRA DEU IRQ PHL GUY SWE NAM".split()  # noqa: SIM905
)
"""The States whose joint sponsorship the sample's presidency seeks."""


def _seek_sponsors(w: Work, actors: dict[str, Actor]) -> None:
    penholder, secretariat = actors["Eleanor Whitfield"], actors["Marta Lindqvist"]
    mexico, chile = actors["Lucía Ortega Ruiz"], actors["Camila Rojas"]
    # The votes and sponsors shown are real ones, of the resolution on the Convention on Cluster Munitions.
    record.add_ready(w, penholder, "ccm")
    ids_of = {d.key: d.id for d in kept_people.delegations(w)}
    sponsor_call.set_targets(w, penholder, [ids_of[key] for key in COMMITTEE], target=True)
    day = (w.now + timedelta(days=21)).date()
    deadline = Wall(f"{day}T18:00", "America/New_York")
    sponsor_call.say(
        w,
        penholder,
        Terms(
            sponsor_call.CLOSED,
            "the Coordination Committee, jointly",
            listed=True,
            deadline=deadline,
            closes=None,
        ),
    )
    meeting = {"manner": "oral", "where": "Coordination Committee, Geneva"}

    def record_all(actor: Actor, keys: str, step: Step, **more: object) -> None:
        asked = replace(sponsors.Asked(step, **meeting), **more)  # type: ignore[arg-type]
        sponsors.take(w, actor, [ids_of[key] for key in keys.split()], asked)

    record_all(penholder, "GBR", Step.CONFIRMED, capacity=Capacity.MAIN, manner="", where="")
    record_all(penholder, "BGR FRA DEU IRQ PHL", Step.APPROACHED)
    record_all(penholder, "CHE NZL ESP", Step.SAID)
    record_all(secretariat, "AUS MNE", Step.SAID)
    record_all(secretariat, "AUS", Step.CONFIRMED, manner="", where="")
    conditions.bind(
        w, penholder, ids_of["CHE"], Bound(Condition.AS_CIRCULATED, None, None, "", None)
    )
    for actor in (mexico, chile):
        sponsors.take(w, actor, None, sponsors.Asked(Step.AWAITING))
    where, _ = _paragraph(w, mexico, "PP10")
    instructions.ask(
        w,
        mexico,
        instructions.Asked(
            Subject.PARAGRAPH,
            where,
            None,
            None,
            day - timedelta(days=7),
            "",
            "May we accept a shorter PP10, as long as the region is named?",
            Shown.PENDING,
            None,
        ),
    )
    board.note_contact(
        w,
        penholder,
        ids_of["IRQ"],
        on=None,
        who="Eleanor Whitfield and the first secretary",
        channel="by telephone",
        said="Likes the text; will ask at home about sponsoring.",
    )
    board.set_action(
        w,
        penholder,
        board.ToDo(
            ids_of["IRQ"],
            "Call again before the draft is tabled",
            actors["Thomas Okafor"].person_id,
            day - timedelta(days=5),
            done=False,
        ),
    )


def _paragraph(w: Work, actor: Actor, label: str) -> tuple[UUID, Change]:
    shown = next(p for p in drafts.text_now(w, actor) if p["label"] == label)
    return UUID(shown["id"]), text_from_json(shown["ops"])


def _stand(
    w: Work,
    actor: Actor,
    label: str,
    stance: Stance,
    audience: AudienceKind,
    weight: Weight | None,
    *,
    aligns_with: UUID | None = None,
) -> UUID:
    paragraph_id, _ = _paragraph(w, actor, label)
    taken = Taken(
        paragraph_id,
        None,
        stance.value,
        weight,
        Certainty.PRELIMINARY,
        "",
        audience,
        aligns_with,
        follows=aligns_with is not None,
    )
    return UUID(positions.take(w, actor, taken)["id"])


def _support(w: Work, actor: Actor, proposal_id: UUID) -> None:
    taken = Taken(
        None,
        proposal_id,
        Stance.SUPPORT.value,
        None,
        Certainty.CONFIRMED,
        "",
        AudienceKind.EVERYONE,
    )
    positions.take(w, actor, taken)


def _amend(w: Work, actor: Actor, label: str, old: str, new: str, *, forward: bool = True) -> UUID:
    paragraph_id, words = _paragraph(w, actor, label)
    found = find(old, words)
    if found is None:
        raise AssertionError(old)
    change = Builder().retain(found.start).insert(new).delete(found.end - found.start).change()
    made = proposals.begin(
        w,
        actor,
        ids.new_id(),
        Begun(ProposalKind.AMEND, paragraph_id, ops=to_json(apply(words, change))),
    )
    proposal_id = UUID(made["id"])
    if forward:
        proposals.circulate(w, actor, proposal_id, Circle.EVERYONE)
    return proposal_id


def _say(
    w: Work, actor: Actor, label: str, words: str | None, audience: Audience, body: str
) -> UUID:
    paragraph = next(p for p in drafts.text_now(w, actor) if p["label"] == label)
    paragraph_id = UUID(paragraph["id"])
    text = kept_texts.now(w, paragraph_id)
    anchor = None if words is None or text is None else find(words, text_from_json(text.content))
    asked = Asked(
        paragraph_id,
        None if anchor is None else anchor.start,
        None if anchor is None else anchor.end,
        None if anchor is None or text is None else text.version,
    )
    return UUID(comments.begin(w, actor, asked, audience, body)["id"])


def links(w: Work) -> list[tuple[str, str, str]]:
    """Makes fresh sign-in links for the sample's people: kind of participant, name, token."""
    draft = kept_drafts.by_title(w, TITLE)
    if draft is None:
        return []
    by_name = {person.name: person.id for _, person in kept_people.places(w, draft.id)}
    return [
        (
            kind,
            name,
            sign_in_links.sign_in_link(w, by_name[name], valid_s=LINKS_VALID_S, reusable=True),
        )
        for kind, name in SHOWN_LINKS
        if name in by_name
    ]

"""The record: how a draft was tabled, voted on and adopted, and what the years before it did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.events import RecordChanged, SponsorsListed
from drafting.formats import states, votes
from drafting.rules import outlook as outlook_rules
from drafting.rules.outlook import Vote
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import Capacity, State, may_sponsor, may_vote
from drafting.services import drafts, editorial, homes, outlook, people, tablings, versions
from drafting.services.sponsors_looked import Looked
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import record as kept
from drafting.store import versions as kept_versions
from drafting.store.tables import Adoption, Draft, RollCall, Tabling
from drafting.store.work import Work
from drafting.text import forward, sponsor_line
from drafting.text.changes import text_from_json
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from drafting.text.sponsor_line import Sponsor

TABLED, ADOPTED = "tabled", "adopted"
READY = ("ccm",)
"""The records that come with the tool."""

_ADOPTED_AS = re.compile(r"A/RES/\d{1,3}/\d{1,4}[A-Z]?")
_TABLED_AS = re.compile(r"A/(C\.\d/)?\d{1,3}/L\.\d{1,4}(/Rev\.\d{1,2})?")


# What is done ------------------------------------------------------------------------------------


def table(w: Work, actor: Actor, *, symbol: str, on: date, version: int, reason: str = "") -> None:
    """Records that a version was tabled: who is confirmed for it is its sponsors, as printed.

    Refuses: NotAllowed to all but the presidency and the secretariat; NotFound; Malformed for a
    symbol that is none, and where something is left open (rule 40 of docs/editorial.md) and no `reason`
    is given, which goes on record; Stale once the resolution is adopted.
    """
    require(actor, Right.RECORD)
    draft = kept_drafts.locked(w, actor.draft_id)
    if draft.stage == ADOPTED:
        raise Stale(detail="This resolution is adopted already.")
    symbol = _symbol(symbol, _TABLED_AS, "A/C.1/76/L.41")
    sealed = kept_versions.version(w, actor.draft_id, version)
    if sealed is None:
        raise NotFound(detail="There is no such version.")
    override = tablings.override(editorial.left_open(w, actor, version), reason)
    adoption = _own(w, actor.draft_id)
    made = line(w, Looked(w, actor.draft_id), version, on)
    before = kept.tablings(w, adoption.series_id)[adoption.id]
    tabling = Tabling(
        adoption_id=adoption.id,
        number=len(before) + 1,
        symbol=symbol,
        on=on,
        version_number=version,
        sponsors=[one.key for one in made.sponsors],
        line=made.text,
        author=actor.printed,
        at=w.now,
        override=override,
    )
    previous = next((one.hash for one in reversed(before) if one.hash is not None), "")
    tabling.hash = tablings.hash_of(tabling, sealed.hash, previous or "")
    w.session.add(tabling)
    draft.stage = TABLED
    draft.masthead = {**draft.masthead, "symbol": symbol}
    w.session.flush()
    w.tell(SponsorsListed(actor.draft_id))


@dataclass(frozen=True, slots=True)
class Voted:
    """A vote as it is recorded: pasted or as CSV (`text`), or State by State (`votes`)."""

    text: str | None
    votes: Mapping[str, Vote] | None
    body: str
    on: date
    paragraph_id: UUID | None


def vote(w: Work, actor: Actor, voted: Voted) -> None:
    """Records a vote on the draft, or on a paragraph of it; States not named were absent.

    A vote on the same thing in the same body takes the place of the one before, which stays on record.
    Refuses: NotAllowed; NotFound; Malformed for what cannot be read, saying which line and why.
    """
    require(actor, Right.RECORD)
    kept_drafts.locked(w, actor.draft_id)
    ground = homes.ground(w, actor.draft_id)
    label = ""
    if voted.paragraph_id is not None:
        paragraph = ground.every.get(voted.paragraph_id)
        if paragraph is None:
            raise NotFound
        label = ground.label(paragraph.id) or paragraph.base_label or ""
    if (voted.text is None) is (voted.votes is None):
        raise Malformed(detail="Give the vote as text, or State by State.")
    cast = _read(voted.text, voted.on) if voted.text is not None else dict(voted.votes or {})
    adoption = _own(w, actor.draft_id)
    part = "" if voted.paragraph_id is None else str(voted.paragraph_id)
    _add_call(w, actor, adoption, _Call(voted.body, voted.on, part, label, _whole(w, cast)))
    w.tell(RecordChanged(actor.draft_id))


def _read(text: str, on: date) -> dict[str, Vote]:
    head = text.lstrip("\ufeff \r\n\t").splitlines()[:1]
    titles = {t.strip(' "').casefold() for t in re.split(r"[,;\t]", head[0])} if head else set()
    if not {"vote", "ms_vote"} & titles:
        return dict(votes.whole(votes.read_pasted(text, on))[0].votes)
    if "date" not in titles:
        lines = text.lstrip("\ufeff \r\n\t").splitlines()
        mark = next((m for m in (",", ";", "\t") if m in lines[0]), ",")
        text = "\n".join(
            [f"date{mark}{lines[0]}", *(f"{on}{mark}{one}" for one in lines[1:] if one.strip())]
        )
    calls = votes.whole(votes.read_csv(text.encode()))
    if len(calls) != 1:
        raise Malformed(
            detail=f"There are {len(calls)} roll calls in this table; one is asked for."
        )
    return dict(calls[0].votes)


def _whole(w: Work, cast: Mapping[str, Vote]) -> dict[str, str]:
    """Gives a vote of every Member State. Refuses: Malformed for somebody who is none."""
    members = {d.key for d in kept_people.delegations(w) if may_vote(d.kind)}
    strange = sorted(set(cast) - members)
    if strange:
        raise Malformed(detail=f"“{strange[0]}” is no Member State’s code.")
    if not any(one is not Vote.ABSENT for one in cast.values()):
        raise Malformed(detail="There is no vote of a State in this.")
    return {key: cast.get(key, Vote.ABSENT).value for key in sorted(members)}


@dataclass(frozen=True, slots=True)
class _Call:
    body: str
    on: date
    part: str
    label: str
    votes: dict[str, str]


def _add_call(w: Work, actor: Actor, adoption: Adoption, call: _Call) -> None:
    w.session.add(
        RollCall(
            id=ids.new_id(f"office:{actor.draft_id}"),
            adoption_id=adoption.id,
            number=kept.numbered(w, adoption.id) + 1,
            body=call.body,
            on=call.on,
            part=call.part,
            part_label=call.label,
            votes=call.votes,
            author=actor.printed,
            at=w.now,
        )
    )
    w.session.flush()


def adopt(w: Work, actor: Actor, *, symbol: str, on: date) -> None:
    """Records the adoption, and who had joined after the tabling. Refuses: NotAllowed; Malformed; Stale."""
    require(actor, Right.RECORD)
    draft = kept_drafts.locked(w, actor.draft_id)
    if draft.stage == ADOPTED:
        raise Stale(detail="This resolution is adopted already.")
    symbol = _symbol(symbol, _ADOPTED_AS, "A/RES/76/47")
    adoption = _own(w, actor.draft_id)
    others = kept.adoptions(w, adoption.series_id, actor.draft_id)
    if any(a.symbol == symbol and a.id != adoption.id for a in others):
        raise Malformed(detail=f"{symbol} is on record as another year’s resolution.")
    looked = Looked(w, actor.draft_id)
    adoption.symbol, adoption.adopted_on = symbol, on
    adoption.additional = [one.key for one in _additional(w, looked, on)]
    draft.stage = ADOPTED
    number = symbol.removeprefix("A/RES/")
    draft.masthead = {**draft.masthead, "number": number, "symbol": symbol}
    w.session.flush()
    w.tell(SponsorsListed(actor.draft_id))


def _additional(w: Work, looked: Looked, on: date) -> list[Sponsor]:
    called = _called(w, on)
    found = [
        called[delegation_id]
        for delegation_id in looked.steps
        if (standing := looked.on_the_board(delegation_id)).state is State.CONFIRMED
        and standing.capacity is Capacity.ADDITIONAL
    ]
    return list(sponsor_line.in_order(found, short=True))


def _own(w: Work, draft_id: UUID) -> Adoption:
    """Gives what a draft is becoming, from its first tabling or vote on."""
    found = kept.of_draft(w, draft_id)
    if found is None:
        found = Adoption(
            id=ids.new_untimed_id(f"adoption:{draft_id}"),
            series_id=kept.series_of(w, draft_id).id,
            draft_id=draft_id,
            symbol="",
            adopted_on=None,
            additional=[],
        )
        w.session.add(found)
        w.session.flush()
    return found


def _symbol(words: str, form: re.Pattern[str], example: str) -> str:
    clean = re.sub(r"\s+", "", words)
    if not form.fullmatch(clean):
        raise Malformed(detail=f"A symbol is written as in {example}.")
    return clean


# Earlier years -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of earlier years; any part may be absent."""

    votes: str = ""
    """Roll calls as CSV."""
    sponsors: str = ""
    """A list as printed, for `symbol`."""
    symbol: str = ""
    tabled_as: str = ""
    on: date | None = None
    ready: str = ""
    parties: str = ""
    """The treaty whose Parties the board shows, without its record."""


def add(w: Work, actor: Actor, earlier: Earlier) -> None:
    """Adds to the record of earlier years. Refuses: NotAllowed; Malformed, saying what cannot be read."""
    require(actor, Right.RECORD)
    kept_drafts.locked(w, actor.draft_id)
    given = earlier.votes.strip() or earlier.sponsors.strip()
    if not (given or earlier.ready or earlier.parties):
        raise Malformed(detail="There is nothing to add.")
    if earlier.parties:
        _set_treaty(w, actor, earlier.parties)
    if earlier.ready:
        add_ready(w, actor, earlier.ready)
    if earlier.votes.strip():
        _add_calls(w, actor, votes.whole(votes.read_csv(earlier.votes.encode())))
    if earlier.sponsors.strip():
        _add_sponsors(w, actor, earlier)
    w.tell(RecordChanged(actor.draft_id))


def add_ready(w: Work, actor: Actor, name: str) -> None:
    """Adds what comes with the tool. Refuses: Malformed for what does not."""
    _set_treaty(w, actor, name)
    _add_calls(w, actor, votes.ccm())
    series = kept.series_of(w, actor.draft_id)
    of_drafts = _of_drafts(kept.adoptions(w, series.id, actor.draft_id), but=actor.draft_id)
    for one in states.sponsored():
        if one.resolution not in of_drafts:
            adoption = _earlier(w, actor.draft_id, one.resolution, None)
            _add_tabling(w, actor, adoption, one.symbol, one.day, one.sponsors)


def _set_treaty(w: Work, actor: Actor, name: str) -> None:
    if name not in READY:
        raise Malformed(detail="There is no such record with the tool.")
    kept.series_of(w, actor.draft_id).treaty = name
    w.session.flush()


def _add_calls(w: Work, actor: Actor, calls: Sequence[outlook_rules.RollCall]) -> None:
    """Adds roll calls of earlier years; one that is on record already is left as it is."""
    series = kept.series_of(w, actor.draft_id)
    adoptions = {a.id: a for a in kept.adoptions(w, series.id, actor.draft_id)}
    there = {
        (adoptions[c.adoption_id].symbol, c.part)
        for c in kept.roll_calls(w, series.id)
        if c.body == outlook.PLENARY and c.adoption_id in adoptions
    }
    of_drafts = _of_drafts(adoptions.values(), but=actor.draft_id)
    for call in calls:
        symbol = _symbol(call.name, _ADOPTED_AS, "A/RES/76/47")
        if (symbol, call.part) in there or symbol in of_drafts:
            continue
        adoption = _earlier(w, actor.draft_id, symbol, call.date)
        cast = _whole(w, call.votes)
        _add_call(w, actor, adoption, _Call(outlook.PLENARY, call.date, call.part, call.part, cast))


def _of_drafts(adoptions: Iterable[Adoption], *, but: UUID) -> set[str]:
    """Gives the resolutions that other drafts became: their record is kept there."""
    return {a.symbol for a in adoptions if a.draft_id not in (None, but)}


def _earlier(w: Work, draft_id: UUID, symbol: str, on: date | None) -> Adoption:
    series = kept.series_of(w, draft_id)
    known = kept.adoptions(w, series.id, draft_id)
    found = next((a for a in known if a.symbol == symbol), None)
    if found is not None:
        if found.draft_id == draft_id:
            raise Malformed(detail=f"{symbol} is this draft itself; record its votes as its own.")
        if found.draft_id is not None:
            raise Malformed(detail=f"{symbol} was a draft of its own; its record is kept there.")
        if found.adopted_on is None and on is not None:
            found.adopted_on = on
            w.session.flush()
        return found
    found = Adoption(
        id=ids.new_id(f"office:{draft_id}"),
        series_id=series.id,
        draft_id=None,
        symbol=symbol,
        adopted_on=on,
        additional=[],
    )
    w.session.add(found)
    w.session.flush()
    return found


def _add_sponsors(w: Work, actor: Actor, earlier: Earlier) -> None:
    symbol = _symbol(earlier.symbol, _ADOPTED_AS, "A/RES/75/62")
    tabled_as = _symbol(earlier.tabled_as, _TABLED_AS, "A/C.1/75/L.43") if earlier.tabled_as else ""
    read = sponsor_line.read(earlier.sponsors, states.names())
    if read.unread:
        raise Malformed(
            detail=f"“{read.unread[0]}” names no State that sponsors; nothing was kept."
        )
    adoption = _earlier(w, actor.draft_id, symbol, None)
    _add_tabling(w, actor, adoption, tabled_as, earlier.on, list(read.keys))


def _add_tabling(
    w: Work, actor: Actor, adoption: Adoption, symbol: str, on: date | None, keys: Sequence[str]
) -> None:
    called = {one.key: one for one in _called(w, on or w.now.date()).values()}
    row = sponsor_line.in_order(called[key] for key in dict.fromkeys(keys))
    before = kept.tablings(w, adoption.series_id)[adoption.id]
    if before and before[-1].sponsors == [one.key for one in row]:
        return
    w.session.add(
        Tabling(
            adoption_id=adoption.id,
            number=len(before) + 1,
            symbol=symbol,
            on=on,
            version_number=None,
            sponsors=[one.key for one in row],
            line=sponsor_line.line(row),
            author=actor.printed,
            at=w.now,
        )
    )
    w.session.flush()


def next_draft(w: Work, actor: Actor, title: str) -> UUID:
    """Begins next year's draft from the last version, in the same series, for the same presidency.

    Its first version is what was adopted; its own masthead is moved on to the next session, with the
    agenda item to be filled in. Refuses: NotAllowed to all but those of a presidency who may begin drafts.
    """
    require(actor, Right.STEER)
    person = kept_people.person(w, actor.person_id)
    if person is None or not person.opens_drafts:
        raise NotAllowed(detail="Only people of a presidency who may begin drafts do so.")
    draft = kept_drafts.locked(w, actor.draft_id)
    last = versions.all_of(w, actor)[-1]
    paragraphs = tuple(
        Paragraph(Kind(r.kind), text_from_json(r.content), r.level)
        for r in kept_versions.paragraphs(w, last.id)
    )
    masthead = _as_adopted(w, draft)
    session = forward.next_session(masthead, paragraphs)
    series = kept.series_of(w, actor.draft_id)
    made = drafts.open_draft(
        w,
        Resolution(masthead, paragraphs),
        title=title.strip() or draft.title,
        by=actor.person_id,
        series_id=series.id,
    )
    if session is not None:
        moved = forward.moved_on(masthead, session)
        made.masthead = {**asdict(moved), "title": made.title}
    for place, _ in kept_people.places(w, actor.draft_id):
        if place.role == Role.PRESIDENCY:
            people.give_place(
                w,
                draft_id=made.id,
                person_id=place.person_id,
                role=Role.PRESIDENCY,
                delegation_id=place.delegation_id,
                by=actor.person_id,
            )
    return made.id


def _as_adopted(w: Work, draft: Draft) -> Masthead:
    """Gives the masthead of what a draft has become; as it stands, where it is not adopted."""
    masthead = replace(drafts.masthead_of(draft), title=draft.title)
    adoption = kept.of_draft(w, draft.id)
    if adoption is None or adoption.adopted_on is None:
        return masthead
    day = f"{adoption.adopted_on.day} {adoption.adopted_on:%B %Y}"
    return replace(masthead, notices=(f"Resolution adopted by the General Assembly on {day}",))


# The line ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """Who is printed as a sponsor of a version, as printed, and who is left out and why."""

    sponsors: tuple[Sponsor, ...]
    text: str
    left_out: tuple[tuple[str, str], ...]


def line(w: Work, looked: Looked, version: int, on: date) -> Line:
    """Gives the sponsor line of a version on a day: those confirmed in the portal for its words."""
    called = _called(w, on)
    printed, left_out = [], []
    for delegation_id in looked.steps:
        standing = looked.on_the_board(delegation_id)
        one = called[delegation_id]
        if standing.capacity is Capacity.ADDITIONAL:
            continue
        if standing.state is State.SAID:
            left_out.append((one.short, "said it will, and has not confirmed in the portal"))
        elif standing.state is State.CONFIRMED:
            given = standing.version or 0
            old, new = sorted((given, version))
            if looked.differences.between(old, new).is_settled:
                printed.append(one)
            else:
                name = (looked.differences.name(given) or {"name": ""})["name"]
                left_out.append((one.short, f"confirmed for {name}, whose words are others"))
    row = sponsor_line.in_order(printed)
    left_out.sort(key=lambda pair: sponsor_line.order(pair[0]))
    return Line(row, sponsor_line.line(row), tuple(left_out))


def _called(w: Work, on: date) -> dict[UUID, Sponsor]:
    """Gives what each that may sponsor is called on a day."""
    names = kept_people.names(w, on)
    return {
        d.id: Sponsor(d.key, names[d.id].short, names[d.id].long)
        for d in kept_people.delegations(w)
        if d.id in names and may_sponsor(d.kind, d.key)
    }


# As shown ----------------------------------------------------------------------------------------


def page(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives the record: docs/api.md. Refuses: NotAllowed to all but the presidency and the secretariat."""
    require(actor, Right.RECORD)
    found = outlook.record(w, actor.draft_id)
    looked = Looked(w, actor.draft_id)
    series = kept.series_of(w, actor.draft_id)
    tablings = kept.tablings(w, series.id)
    draft = kept_drafts.draft(w, actor.draft_id)
    names = {d.key: looked.names.get(d.id, d.key) for d in looked.delegations.values()}
    lines = [
        _line(w, looked, version.number)
        | {"left_open": [asdict(one) for one in editorial.left_open(w, actor, version.number)]}
        for version in reversed(looked.differences.versions)
    ]
    shown = [
        _adoption(a, tablings[a.id], [c for c in found.roll_calls if c.adoption_id == a.id], names)
        for a in found.adoptions
    ]
    own = None if found.own is None else found.adoptions.index(found.own)
    return {
        "stage": "" if draft is None else draft.stage,
        "treaty": series.treaty,
        "adoptions": [one for at, one in enumerate(shown) if at != own],
        "own": None if own is None else shown[own],
        "line": lines[0],
        "lines": lines,
        "errors": []
        if draft is None or draft.stage == ADOPTED
        else editorial.errors(w, actor, looked.differences.last),
        "paragraphs": [
            {"id": str(p.id), "label": looked.ground.label(p.id)}
            for p in looked.ground.order
            if looked.ground.label(p.id)
        ],
        "states": [
            {"id": str(d.id), "key": d.key, "name": names[d.key]}
            for d in sorted(
                looked.delegations.values(), key=lambda d: sponsor_line.order(names[d.key])
            )
            if may_vote(d.kind)
        ],
        "versions": [{"number": v.number, "name": v.name} for v in looked.differences.versions],
    }


def _line(w: Work, looked: Looked, version: int) -> dict[str, Any]:
    made = line(w, looked, version, w.now.date())
    return {
        "text": made.text,
        "additional": sponsor_line.line(_additional(w, looked, w.now.date()), short=True),
        "left_out": [{"name": name, "why": why} for name, why in made.left_out],
        "version": looked.differences.name(version),
    }


def _adoption(
    adoption: Adoption,
    tablings: Sequence[Tabling],
    calls: Sequence[RollCall],
    names: Mapping[str, str],
) -> dict[str, Any]:
    last = tablings[-1] if tablings else None
    return {
        "symbol": adoption.symbol,
        "adopted_on": None if adoption.adopted_on is None else adoption.adopted_on.isoformat(),
        "tabled_as": "" if last is None else last.symbol,
        "tabled_on": None if last is None or last.on is None else last.on.isoformat(),
        "line": "" if last is None else last.line,
        "override": _override(last),
        "sponsors": [] if last is None else [names.get(key, key) for key in last.sponsors],
        "additional": [names.get(key, key) for key in adoption.additional],
        "draft": None if adoption.draft_id is None else str(adoption.draft_id),
        "roll_calls": [
            {
                "body": c.body,
                "on": c.on.isoformat(),
                "part": c.part,
                "part_label": c.part_label,
                "totals": outlook.totals(c),
                "no": sorted(
                    (names.get(k, k) for k, v in c.votes.items() if v == outlook_rules.Vote.NO),
                    key=sponsor_line.order,
                ),
            }
            for c in calls
        ],
    }


def _override(tabling: Tabling | None) -> dict[str, Any] | None:
    if tabling is None or tabling.override is None:
        return None
    return {**tabling.override, "by": tabling.author, "at": tabling.at.isoformat()}


def reading_list(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives what is read out at the adoption. Refuses: NotAllowed as the board."""
    require(actor, Right.SEE_BOARD)
    looked = Looked(w, actor.draft_id)
    draft = drafts.one(w, actor)
    last = kept.last_tabling(w, actor.draft_id)
    tabled = last is not None and last.version_number is not None
    version = last.version_number if last is not None and tabled else looked.differences.last
    today = w.now.date()
    made = line(w, looked, version or 0, today)
    return {
        "symbol": "" if last is None else last.symbol,
        "title": draft.title,
        "line": made.text if last is None else last.line,
        "additional": sponsor_line.line(_additional(w, looked, today), short=True),
        "left_out": [] if tabled else [{"name": n, "why": why} for n, why in made.left_out],
        "version": looked.differences.name(version),
        "on": (today if last is None or last.on is None else last.on).isoformat(),
    }

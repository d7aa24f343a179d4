"""The metadata of a resolution in Akoma Ntoso: which text it is, its way, the vote; read and written.

Written as the United Nations' own files have it (AKN4UN): the work under `/akn/un/statement/…`, the
steps in `workflow`, the roll call in `analysis` with voters in a namespace of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from drafting.formats.words import fit
from drafting.text.months import MONTH, day_of
from drafting.text.proceedings import UNKNOWN_DAY, Count, Outcome, Proceedings, Side, Step
from drafting.text.resolution import Masthead

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
AKN4UN = "http://un.org/akn4un"

LANGUAGES = {"eng": "en", "fra": "fr", "spa": "es", "rus": "ru", "ara": "ar", "zho": "zh"}
"""Language codes of the files, and ours."""

MAX_DIGITS = 6
"""Longest count of votes that is read."""

KNOWN = frozenset(
    [
        "identification",
        "publication",
        "classification",
        "lifecycle",
        "workflow",
        "analysis",
        "temporalData",
        "references",
        "notes",
        "presentation",
    ]
)
"""What is known to stand in a file's metadata, and is read or makes no part of a resolution."""

_DAY = re.compile(rf"(?<!\d)(\d{{1,2}})[ \u00a0]({MONTH})[ \u00a0](\d{{4}})(?!\d)")
_UNFIT = re.compile(r"[][{}|\\^`<>\"%#:]|^/+")
_ESCAPED = re.compile("%([0-9A-F]{2})")
_CODES = {ours: theirs for theirs, ours in LANGUAGES.items()}
_NAMESPACES: Any = {None: AKN, "akn4un": AKN4UN}
_PENHOLDER = "#penholder"

_CONCEPT, _ROLE, _TERM = "TLCConcept", "TLCRole", "TLCTerm"
_REFERENCES = (
    ("TLCOrganization", "ga", "organization/un/generalAssembly", "General Assembly"),
    (_ROLE, "penholder", "role/un/penholder", "Penholder"),
    (_ROLE, "author", "role/un/author", "Author"),
    (_ROLE, "issuer", "role/un/issuer", "Issuer"),
    (_ROLE, "editor", "role/un/editor", "Editor"),
    (_ROLE, "publisher", "role/un/publisher", "Publisher"),
    (_ROLE, "issuingBody", "role/un/issuingBody", "Issuing body"),
    (_CONCEPT, "symbol", "reference/un/symbol", "Symbol"),
    (_CONCEPT, "distribution", "concept/un/distribution", "Distribution"),
    (_CONCEPT, "dateOfIssuance", "concept/un/dateOfIssuance", "Date of issuance"),
    (_CONCEPT, "adoptionDate", "concept/un/dateOfAdoption", "Date of adoption"),
    (_CONCEPT, "agendaItem", "concept/un/agendaItem", "Agenda item"),
    (_TERM, "resolutionTitle", "reference/un/resolutionTitle", "Resolution title"),
    (_TERM, "sponsors", "concept/un/sponsors", "Sponsors"),
    (_TERM, "proponent", "concept/un/proponent", "Proponent"),
    (_TERM, "memberState", "organization/un/memberState", "Member State"),
    (_TERM, Side.FOR.value, "concept/un/voting/inFavour", "In favour"),
    (_TERM, Side.AGAINST.value, "concept/un/voting/against", "Against"),
    (_TERM, Side.ABSTAINING.value, "concept/un/voting/abstaining", "Abstaining"),
)


# --- reading ------------------------------------------------------------------------------------


def read(meta: etree._Element) -> Proceedings | None:
    """Gives what became of the text, if the file tells it."""
    steps = tuple(_step(one) for one in meta.iterfind("{*}workflow/{*}step"))
    voting = meta.find("{*}analysis/{*}parliamentary/{*}voting")
    counts = None if voting is None else tuple(map(_count, voting.iterfind("{*}count")))
    return Proceedings(steps, counts) if steps or counts is not None else None


def _step(element: etree._Element) -> Step:
    get = element.get
    return Step(
        outcome=_referred(get("outcome", "")),
        on=_iso_day(get("date", "")),
        symbol=_referred(get("as", "")),
        by=_referred(get("by", "")),
        refers_to=_referred(get("refersTo", "")),
    )


def _referred(words: str) -> str:
    return fit(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), words))


def _iso_day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return UNKNOWN_DAY


def _count(element: etree._Element) -> Count:
    names = ("".join(map(str, one.itertext())) for one in element.iter("{*}organization"))
    voters = tuple(fit(name).strip() for name in names)
    value = element.get("value", "")
    number = int(value) if value.isdecimal() and len(value) <= MAX_DIGITS else len(voters)
    return Count(_referred(element.get("refersTo", "")), number, voters)


# --- writing ------------------------------------------------------------------------------------


def day_in(words: str) -> date:
    """Gives the day that stands in words, in English; UNKNOWN_DAY where none does."""
    found = _DAY.search(words)
    day = day_of(*found.groups()) if found else None
    return UNKNOWN_DAY if day is None else day


@dataclass(frozen=True, slots=True)
class Identity:
    """Which text a file holds: what its addresses are made of."""

    number: str
    """"76-47", or a draft's symbol "A-C.1-76-L.41"."""
    day: date
    """Of adoption, or the draft's."""
    issued: date
    language: str
    """Three letters."""
    adopted: bool

    @property
    def work(self) -> str:
        """Gives the address of the work."""
        return f"/akn/un/statement/deliberation/unga/{self.day.isoformat()}/{self.number}/"


def identity_of(
    masthead: Masthead, proceedings: Proceedings, *, called: str = "", on: date = UNKNOWN_DAY
) -> Identity:
    """Gives which text this is, from its masthead and its way; else as it is `called`, `on` a day."""
    adopted = bool(masthead.number)
    issued = day_in(masthead.date)
    ways = {step.outcome: step.on for step in proceedings.steps}
    day = ways.get(Outcome.ADOPTED if adopted else Outcome.DRAFT, UNKNOWN_DAY)
    if day == UNKNOWN_DAY and adopted:
        days = (day_in(words) for words in (*masthead.notices, masthead.closing))
        day = next((one for one in days if one != UNKNOWN_DAY), UNKNOWN_DAY)
    issued = on if issued == UNKNOWN_DAY else issued
    if day == UNKNOWN_DAY:
        day = issued
    name = masthead.number or masthead.symbol or called
    number = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "draft"
    return Identity(number, day, issued, _CODES.get(masthead.language, "eng"), adopted)


def write(identity: Identity, proceedings: Proceedings) -> etree._Element:
    """Gives the metadata of a statement."""
    meta = element("meta")
    meta.append(_identification(identity))
    if proceedings.steps:
        meta.append(_workflow(proceedings))
    if proceedings.counts is not None:
        meta.append(_analysis(proceedings.counts))
    references = etree.SubElement(meta, _tag("references"), source=_PENHOLDER)
    for name, key, where, words in _REFERENCES:
        href = f"/akn/ontology/{where}"
        etree.SubElement(references, _tag(name), eId=key, href=href, showAs=words)
    return meta


def write_annex(identity: Identity) -> etree._Element:
    """Gives the metadata of the annexes: which text they belong to."""
    meta = element("meta")
    meta.append(_identification(identity, "/annex"))
    return meta


def element(name: str, /, **attributes: str) -> etree._Element:
    """Gives an element of Akoma Ntoso."""
    return etree.Element(_tag(name), attributes, nsmap=_NAMESPACES)


def _tag(name: str) -> str:
    return f"{{{AKN}}}{name}"


def _identification(identity: Identity, part: str = "") -> etree._Element:
    whole = element("identification", source=_PENHOLDER)
    work = identity.work
    expression = f"{work}{identity.language}@"
    first = "adoption" if identity.adopted else "draft"
    for name, this, uri, day, kind, author, role in (
        ("FRBRWork", f"{work}!main{part or '/'}", work, identity.day, first, "ga", "author"),
        (
            "FRBRExpression",
            f"{expression}!main{part or '/'}",
            f"{expression}/",
            identity.issued,
            "publication",
            "ga",
            "issuer",
        ),
        (
            "FRBRManifestation",
            f"{expression}/!main{part}.xml",
            f"{expression}.xml",
            identity.issued,
            "markup",
            "penholder",
            "editor",
        ),
    ):
        level = etree.SubElement(whole, _tag(name))
        etree.SubElement(level, _tag("FRBRthis"), value=this)
        etree.SubElement(level, _tag("FRBRuri"), value=uri)
        etree.SubElement(level, _tag("FRBRdate"), date=day.isoformat(), name=kind)
        etree.SubElement(level, _tag("FRBRauthor"), {"href": f"#{author}", "as": f"#{role}"})
        if name == "FRBRWork":
            etree.SubElement(level, _tag("FRBRcountry"), value="un")
        if name == "FRBRExpression":
            etree.SubElement(level, _tag("FRBRlanguage"), language=identity.language)
    return whole


def _workflow(proceedings: Proceedings) -> etree._Element:
    workflow = element("workflow", source=_PENHOLDER)
    for step in proceedings.steps:
        attributes = {"date": step.on.isoformat(), "outcome": _reference(step.outcome)}
        if step.symbol:
            attributes["as"] = _reference(step.symbol)
        attributes["by"] = _reference(step.by)
        if step.refers_to:
            attributes["refersTo"] = _reference(step.refers_to)
        etree.SubElement(workflow, _tag("step"), attributes)
    return workflow


def _reference(words: str) -> str:
    """Gives words as the schema lets an attribute hold them that is a reference."""
    return _UNFIT.sub(lambda found: "".join(f"%{ord(one):02X}" for one in found[0]), words)


def _analysis(counts: tuple[Count, ...]) -> etree._Element:
    analysis = element("analysis", source=_PENHOLDER)
    parliamentary = etree.SubElement(analysis, _tag("parliamentary"))
    outcome = "adoptedRecordedVote" if counts else "adoptedWithoutVote"
    voting = etree.SubElement(parliamentary, _tag("voting"), outcome=outcome)
    if not counts:
        etree.SubElement(voting, _tag("quorum"), value="")
    for count in counts:
        row = etree.SubElement(
            voting, _tag("count"), value=str(count.value), refersTo=_reference(count.side)
        )
        voters = etree.SubElement(row, f"{{{AKN4UN}}}voters")
        for name in count.voters:
            etree.SubElement(voters, _tag("organization"), refersTo="memberState").text = name
    return analysis


def steps_of(masthead: Masthead) -> Iterator[Step]:
    """Gives the steps that a masthead alone tells of: the draft, or the adoption."""
    if masthead.number:
        days = (day_in(words) for words in (*masthead.notices, masthead.closing))
        day = next((one for one in days if one != UNKNOWN_DAY), UNKNOWN_DAY)
        yield Step(Outcome.ADOPTED, on=day)
    elif masthead.symbol or masthead.sponsors:
        yield Step(Outcome.DRAFT, day_in(masthead.date), masthead.symbol, masthead.sponsors)

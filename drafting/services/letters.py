"""Letters to chosen States, each with its own facts and its answer link, sent by mail or handed out as files."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import Malformed, NotFound
from drafting.events import BoardChanged
from drafting.formats import letters as files
from drafting.formats.letters import Mailbox
from drafting.rules import deadlines
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import COMMITTED, STATE_WORDS, Standing, State, Step, may_sponsor
from drafting.services import answers, mailing, sponsors
from drafting.services.board import Board
from drafting.services.mailing import Outcome
from drafting.services.sponsors_seen import conditions_seen, words_of
from drafting.store import board as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import sponsors as kept_sponsors
from drafting.store.tables import Letter
from drafting.store.work import Store, Work

LETTERS_MAX = 250
SUBJECT_MAX_CHARS = 200
BODY_MAX_CHARS = 10_000
SAVED, SENDING = "saved", "sending"

LINK_HERE = "(each letter’s own answer link)"
"""What stands in a preview where the link will be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Letters as they are asked for; `question` None goes without an answer link."""

    delegations: tuple[UUID, ...]
    question: str | None
    version: int | None
    days: int
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it goes."""

    letter_id: UUID
    delegation: dict[str, str]
    file: files.Letter


# What is done ------------------------------------------------------------------------------------


def preview(w: Work, config: Config, actor: Actor, asked: Asked) -> dict[str, Any]:
    """Gives each letter as it would go. Refuses: NotAllowed to all but the presidency; as `write`."""
    require(actor, Right.STEER)
    board, version = _checked(w, actor, asked)
    to = _addresses(w, actor)
    return {
        "by_mail": bool(config.smtp_url),
        "letters": [
            {
                "delegation": _named(board, one),
                "to": to.get(one, []),
                "subject": _subject(asked),
                "body": _filled(board, one, asked, version, LINK_HERE),
            }
            for one in asked.delegations
        ],
    }


def write(w: Work, config: Config, actor: Actor, asked: Asked, host_url: str) -> list[Written]:
    """Writes letters and makes their links; who had not been approached is, by a letter that asks.

    Refuses: NotAllowed to all but the presidency; NotFound; Malformed for a State that is not to be
    asked this, an empty letter, or one that asks and has no link in it.
    """
    require(actor, Right.STEER)
    kept_drafts.locked(w, actor.draft_id)
    board, version = _checked(w, actor, asked)
    sender = _sender(w, config, actor)
    if config.smtp_url and sender is None:
        raise Malformed(detail="Nobody is set as the sender of letters; ask who runs the server.")
    to = _addresses(w, actor)
    out = []
    for one in asked.delegations:
        addresses = to.get(one, [])
        row = Letter(
            id=ids.new_id(f"team:{actor.draft_id}"),
            draft_id=actor.draft_id,
            delegation_id=one,
            subject=_subject(asked),
            addresses=addresses,
            result=SENDING if config.smtp_url and addresses else SAVED,
            person_id=actor.person_id,
            name=actor.name,
            at=w.now,
        )
        w.session.add(row)
        w.session.flush()
        link = ""
        if asked.question is not None:
            token = answers.make(w, row, asked.question, version, days=asked.days)
            link = f"{host_url}answers/{token}"
        if asked.question == answers.SPONSOR:
            _note_approached(w, actor, board, one)
        w.tell(BoardChanged(actor.draft_id, one, secretariat=False))
        file = files.Letter(
            sender,
            tuple(Mailbox(address) for address in addresses),
            _subject(asked),
            _filled(board, one, asked, version, link),
            w.now,
        )
        out.append(Written(row.id, _named(board, one), file))
    w.session.flush()
    return out


def _note_approached(w: Work, actor: Actor, board: Board, delegation_id: UUID) -> None:
    if board.looked.standing(actor, delegation_id).state is State.NOT_APPROACHED:
        step = sponsors.Asked(Step.APPROACHED, manner="written", who=actor.name)
        sponsors.take(w, actor, [delegation_id], step)


def send(
    store: Store, config: Config, written: Sequence[Written]
) -> tuple[list[dict[str, Any]], str]:
    """Sends what can be sent and keeps what became of it; the rest is handed out as files.

    Gives each letter's result, and a zip of the others as base64; "" when all were sent.
    """
    results = dict.fromkeys((one.letter_id for one in written), SAVED)
    by_mail = [one for one in written if config.smtp_url and one.file.recipients]
    if by_mail:
        to = mailing.settings(config.smtp_url)
        messages = [files.message(one.file) for one in by_mail]
        for one, result in zip(by_mail, mailing.send(to, messages), strict=True):
            sent = result.outcome is Outcome.SENT
            results[one.letter_id] = "sent" if sent else f"{result.outcome}: {result.answer}"
        with store.work() as w:
            for one in by_mail:
                row = kept.letter(w, one.letter_id)
                if row is not None:
                    row.result = results[one.letter_id]
                    w.tell(BoardChanged(row.draft_id, row.delegation_id, secretariat=False))
    rest = [one for one in written if results[one.letter_id] != "sent"]
    bundled = files.bundle((one.delegation["name"], files.eml(one.file)) for one in rest)
    return (
        [_result(one, results[one.letter_id]) for one in written],
        base64.b64encode(bundled).decode() if rest else "",
    )


def shown(written: Sequence[Written]) -> dict[str, Any]:
    """Gives what is kept of an answer: who was written to, and nothing of the letters."""
    return {"letters": [_result(one, "") for one in written], "zip": ""}


def _result(one: Written, result: str) -> dict[str, Any]:
    to = [box.address for box in one.file.recipients]
    return {"delegation": one.delegation, "to": to, "result": result}


# How a letter is made ----------------------------------------------------------------------------


def _checked(w: Work, actor: Actor, asked: Asked) -> tuple[Board, int]:
    if not _subject(asked) or not asked.body.strip():
        raise Malformed(detail="A letter has a subject and a body.")
    if len(asked.body) > BODY_MAX_CHARS or len(asked.delegations) > LETTERS_MAX:
        raise Malformed(detail="A letter has at most 10,000 characters, and goes to at most 250.")
    if (asked.question is not None) is not ("{link}" in asked.body):
        raise Malformed(
            detail="A letter that asks holds {link} where the answer link goes; another does not."
        )
    board = Board(w, actor)
    last = board.looked.differences.last
    version = last if asked.version is None else asked.version
    if all(v.number != version for v in board.looked.differences.versions):
        raise NotFound(detail="There is no such version.")
    if asked.question is not None and version != last:
        raise Malformed(detail="What is asked is asked of the last version.")
    for one in asked.delegations:
        _check_asked(board, actor, one, asked.question)
    return board, version


def _check_asked(board: Board, actor: Actor, delegation_id: UUID, question: str | None) -> None:
    delegation = board.looked.delegations.get(delegation_id)
    if delegation is None:
        raise NotFound
    if not may_sponsor(delegation.kind, delegation.key):
        raise Malformed(detail="Letters go to Member States and the State of Palestine.")
    name = board.looked.names.get(delegation_id, "")
    standing = board.looked.standing(actor, delegation_id)
    if question == answers.KEEP and board.looked.is_settled(standing):
        raise Malformed(detail=f"{name} need not be asked again: its sponsorship holds.")
    if question == answers.SPONSOR and standing.state in COMMITTED:
        raise Malformed(detail=f"{name} {STATE_WORDS[standing.state]} already.")


def _subject(asked: Asked) -> str:
    clean = " ".join(asked.subject.split())
    if len(clean) > SUBJECT_MAX_CHARS:
        raise Malformed(detail="A subject has at most 200 characters.")
    return clean


def _named(board: Board, delegation_id: UUID) -> dict[str, str]:
    return {"id": str(delegation_id), "name": board.looked.names.get(delegation_id, "")}


def _addresses(w: Work, actor: Actor) -> Mapping[UUID, list[str]]:
    """Gives the addresses of each delegation's people on the draft; its capital's are its own affair."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for place, person in kept_people.places(w, actor.draft_id):
        if (
            place.delegation_id is not None
            and place.role in (Role.HEAD, Role.DELEGATE)
            and person.email
            and files.is_address(person.email)
        ):
            found[place.delegation_id].append(person.email)
    return found


def _sender(w: Work, config: Config, actor: Actor) -> Mailbox | None:
    if config.mail_from:
        return Mailbox(config.mail_from, actor.name)
    person = kept_people.person(w, actor.person_id)
    if person is not None and person.email and files.is_address(person.email):
        return Mailbox(person.email, actor.name)
    return None


def _filled(board: Board, delegation_id: UUID, asked: Asked, version: int, link: str) -> str:
    looked = board.looked
    standing = looked.standing(board.actor, delegation_id)
    name = looked.names.get(delegation_id, "")
    values = {
        "{State}": name,
        "{version}": (looked.differences.name(version) or {"name": ""})["name"],
        "{facts}": _facts(board, delegation_id, standing),
        "{changes}": _changes(board, standing, version),
        "{deadline}": _deadline(board),
        "{link}": link,
    }
    words = asked.body
    for mark, value in values.items():
        words = words.replace(mark, value)
    return words


def _facts(board: Board, delegation_id: UUID, standing: Standing) -> str:
    """Gives what a State may be told of itself: nothing here is the presidency's own view."""
    looked = board.looked
    key = looked.delegations[delegation_id].key
    given = looked.differences.name(standing.version)
    state = STATE_WORDS[standing.state]
    lines = [f"Sponsorship: {state}" + (f", for {given['name']}." if given else ".")]
    lines += [
        f"Condition: {words_of(looked, c)}."
        for c in conditions_seen(board.actor, looked, delegation_id)
        if c.lifted_at is None
    ]
    sponsored = board.sponsored(key)
    if sponsored:
        lines.append(f"Sponsored before: {', '.join(sponsored)}.")
    return "\n".join(lines)


def _changes(board: Board, standing: Standing, version: int) -> str:
    differences = board.looked.differences
    since = standing.version
    if since is None:
        return "The text as a whole."
    found = differences.between(since, version)
    if found.is_settled:
        return "Nothing of substance."
    labels = [
        f"{c.label or 'the opening'}{' (deleted)' if c.gone else ''}" for c in found.substantive
    ]
    return f"{', '.join(labels)}."


def _deadline(board: Board) -> str:
    call = kept_sponsors.terms(board.w, board.looked.draft_id)
    if call is None or call.deadline_at is None:
        return "no deadline is set"
    return deadlines.told(call.deadline_at, call.deadline_zone).both

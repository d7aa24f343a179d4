"""A world for the tests of who may do what and who learns what.

One application on a fresh SQLite file, a clock that stands, ids from one seeded stream for each
compartment, everybody signed in, and the live floor with its frames recorded. It begins as a copy of
a file that is made once.
"""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import io
import json
import re
import shutil
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import gevent
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse
from werkzeug.wrappers import response

from drafting import clock, ids
from drafting.app import create_app, create_hub
from drafting.errors import Refusal
from drafting.formats import letters as letter_files
from drafting.live.rooms import Connection
from drafting.live.wire import Frame, Status
from drafting.rules.audiences import EVERYONE, Audience, AudienceKind
from drafting.rules.instructions import Shown, Subject
from drafting.rules.outlook import Level, Vote
from drafting.rules.positions import Certainty
from drafting.rules.proposals import Circle
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import Condition, Reach, Step
from drafting.services import (
    agreement,
    board,
    comments,
    conditions,
    drafts,
    editing,
    instructions,
    letters,
    outlook,
    people,
    positions,
    proposals,
    proposing,
    record,
    sponsor_call,
    sponsors,
)
from drafting.services import sessions as browser_sessions
from drafting.services.comments import Asked
from drafting.services.editing import Edit
from drafting.services.passwords import Passwords
from drafting.store import people as kept_people
from drafting.store import schema
from drafting.store.work import Store, Work
from drafting.text.changes import from_json
from drafting.text.proposal import ProposalKind
from tests.make import CONFIG, PEOPLE, SMALL
from tests.security.asking import OUR_OWN

START = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
PASSWORD = "a lamp that turns slowly"
MORE_PEOPLE = ("elsewhere", "guest", "gone", "stranger")
EVERYBODY = (*PEOPLE, *MORE_PEOPLE)
"""All at the table, and: a penholder of another draft, somebody without a place, a session that has
ended, and nobody at all."""

SECRET_CALLS = 1_000_000
"""Where the row of ids begins that calls made in secret have."""

ABSENT = {
    name: uuid.uuid5(uuid.NAMESPACE_URL, f"absent {name}")
    for name in (
        "draft_id",
        "thread_id",
        "comment_id",
        "session_id",
        "invitation_id",
        "person_id",
        "paragraph_id",
        "proposal_id",
        "position_id",
        "package_id",
        "condition_id",
        "instruction_id",
        "delegation_id",
    )
}


class Streams:
    """Random bytes that are none: one stream for each compartment."""

    def __init__(self, seed: str = "1", drawn: Counter[str] | None = None) -> None:
        self.seed = seed
        self.drawn: Counter[str] = Counter(drawn or {})

    def __call__(self, compartment: str, size_bytes: int) -> bytes:
        self.drawn[compartment] += 1
        words = f"{self.seed}|{compartment}|{self.drawn[compartment]}"
        return hashlib.sha512(words.encode()).digest()[:size_bytes]


@dataclass
class Beginning:
    """What every world begins with."""

    file: Path
    streams: Streams
    draft_id: uuid.UUID
    other_id: uuid.UUID
    sessions: dict[str, uuid.UUID]
    tokens: dict[str, str]
    persons: dict[str, uuid.UUID]
    delegations: dict[str, uuid.UUID]
    paragraphs: list[uuid.UUID]
    other_paragraph: uuid.UUID
    threads: dict[str, uuid.UUID]
    comments: dict[str, uuid.UUID]
    proposals: dict[str, uuid.UUID]
    """By their keys in PROPOSALS, and "elsewhere"."""
    positions: dict[str, uuid.UUID]
    """By their keys in POSITIONS, and "elsewhere"."""
    packages: dict[str, uuid.UUID]
    conditions: dict[str, uuid.UUID]
    """By their keys in CONDITIONS, and "elsewhere"."""
    instructions: dict[str, uuid.UUID]
    """By their keys in INSTRUCTIONS, and "elsewhere"."""
    answer: str
    """The token of a link by which New Zealand may answer."""


PROPOSALS: dict[str, tuple[str, str | None, bool]] = {
    "open": ("chile", "everyone", False),
    "draft of mexico": ("mexico", None, False),
    "mexico's with the presidency": ("mexico", "presidency", False),
    "draft of the team": ("penholder", None, False),
    "joint draft": ("mexico", None, True),
}
"""The proposals a world begins with: whose, put forward to whom, whether Chile drafts it too."""

POSITIONS: dict[str, tuple[str, str]] = {
    "open": ("chile", "everyone"),
    "of mexico": ("mexico", "delegation"),
    "mexico's with the presidency": ("mexico", "presidency"),
}
"""The positions a world begins with: whose, and for whom."""

STEPS: dict[str, tuple[str, str, str, str]] = {
    "asked of mexico": ("penholder", "MEX", "approached", "board"),
    "mexico's with the presidency": ("mexico", "MEX", "positive", "presidency"),
    "of mexico": ("mexico_head", "MEX", "awaiting", "delegation"),
    "of chile": ("chile", "CHL", "confirmed", "board"),
    "of the team": ("adviser", "AUS", "positive", "presidency"),
    "of the board": ("secretariat", "AUS", "said", "board"),
}
"""The steps a world begins with, in this order: recorded by whom, whose, which, how far they go."""

CONDITIONS: dict[str, tuple[str, str, str]] = {
    "of mexico": ("mexico", "MEX", "delegation"),
    "mexico's with the presidency": ("mexico", "MEX", "presidency"),
    "of chile": ("chile", "CHL", "board"),
    "of the team": ("penholder", "AUS", "presidency"),
    "of the board": ("secretariat", "AUS", "board"),
}
"""The conditions a world begins with: made by whom, whose, how far they go."""

INSTRUCTIONS: dict[str, tuple[str, str, str]] = {
    "of mexico": ("mexico", "paragraph", "nothing"),
    "mexico's, pending": ("mexico", "sponsorship", "pending"),
    "mexico's, due": ("mexico_head", "vote", "due"),
    "of chile": ("chile", "sponsorship", "nothing"),
}
"""The instructions a world begins with: asked by whom, on what, what the presidency is shown."""


def begin(folder: Path) -> Beginning:
    """Makes the file that worlds are copies of."""
    file = folder / "beginning.sqlite3"
    streams = Streams()
    ids.use(streams)
    clock.use(lambda: START)
    store = Store(f"sqlite:///{file}")
    try:
        schema.upgrade(store)
        return _begin(store, file, streams)
    finally:
        store.forget_deleted()
        store.close()
        ids.use(None)
        clock.use(None)


def _begin(store: Store, file: Path, streams: Streams) -> Beginning:
    password = Passwords(CONFIG).hash(PASSWORD)
    sessions: dict[str, uuid.UUID] = {}
    tokens: dict[str, str] = {}
    persons: dict[str, uuid.UUID] = {}
    with store.work() as w:
        draft, other = drafts.open_draft(w, SMALL), drafts.open_draft(w, SMALL)
        # This year's draft: last year's resolution asks for technical updates.
        this_year = {"number": "", "symbol": "", "session": "Seventy-sixth session"}
        draft.masthead = {**draft.masthead, **this_year}
        delegations = {
            key: kept_people.delegation_by_key(w, key).id
            for key in ("GBR", "MEX", "CHL", "ICRC", "AUS", "NZL")
        }
        roles: dict[str, tuple[Role, str | None] | None] = {
            **PEOPLE,
            "elsewhere": (Role.PRESIDENCY, "GBR"),
            "guest": None,
            "gone": (Role.DELEGATE, "CHL"),
        }
        for name, held in roles.items():
            person = people.new_person(
                w,
                name=name.replace("_", " ").title(),
                email=f"{name}@example.org",
                password_hash=password,
                opens_drafts=name in ("penholder", "elsewhere"),
            )
            persons[name] = person.id
            for draft_id in {
                "elsewhere": [other.id],
                "guest": [],
                "mexico": [draft.id, other.id],
            }.get(name, [draft.id]):
                role, key = held
                people.give_place(
                    w,
                    draft_id=draft_id,
                    person_id=person.id,
                    role=role,
                    delegation_id=None if key is None else delegations[key],
                )
            tokens[name] = browser_sessions.begin(w, CONFIG, person.id, "Firefox/1 Linux")
            w.session.flush()
            sessions[name] = browser_sessions.signed_in(w, CONFIG, tokens[name]).session_id
        browser_sessions.end(w, persons["gone"], sessions["gone"])
    with store.work() as w:
        held_by = people.actor(w, sessions["penholder"], draft.id)
        paragraphs = [uuid.UUID(p["id"]) for p in drafts.text_now(w, held_by)]
        over_there = people.actor(w, sessions["elsewhere"], other.id)
        other_paragraph = uuid.UUID(drafts.text_now(w, over_there)[0]["id"])
        threads, said = {}, {}
        for name, by, to in (
            ("open", "chile", EVERYONE),
            ("of mexico", "mexico", Audience(AudienceKind.DELEGATION, delegations["MEX"])),
            ("of chile", "chile", Audience(AudienceKind.DELEGATION, delegations["CHL"])),
            ("mexico's with the presidency", "mexico", Audience(AudienceKind.PRESIDENCY, delegations["MEX"])),
            ("of the team", "penholder", Audience(AudienceKind.TEAM)),
            ("elsewhere", "elsewhere", EVERYONE),
        ):  # fmt: skip
            on = other.id if by == "elsewhere" else draft.id
            actor = people.actor(w, sessions[by], on)
            where = Asked(other_paragraph if by == "elsewhere" else paragraphs[1], None, None, None)
            made = comments.begin(w, actor, where, to, f"What is {name}.")
            threads[name] = uuid.UUID(made["id"])
            said[name] = uuid.UUID(made["comments"][0]["id"])
        there = people.actor(w, sessions["elsewhere"], other.id)
        proposed, taken, tied = _negotiate(w, sessions, draft.id, paragraphs, delegations, there)
    with store.work() as w:
        bound, asked, answer = _seek(w, sessions, draft.id, paragraphs, delegations)
        _seek_elsewhere(w, sessions, other.id, other_paragraph, bound, asked)
    return Beginning(
        file,
        streams,
        draft.id,
        other.id,
        sessions,
        tokens,
        persons,
        delegations,
        paragraphs,
        other_paragraph,
        threads,
        said,
        proposed,
        taken,
        tied,
        bound,
        asked,
        answer,
    )


Ids = dict[str, uuid.UUID]


def _negotiate(
    w: Work,
    sessions: Ids,
    draft_id: uuid.UUID,
    paragraphs: list[uuid.UUID],
    delegations: Ids,
    elsewhere: Actor,
) -> tuple[Ids, Ids, Ids]:
    """Makes what PROPOSALS and POSITIONS say, each on a paragraph of its own, and two packages."""
    proposed: Ids = {}
    for number, (name, (by, circle, joint)) in enumerate(PROPOSALS.items(), 3):
        actor = people.actor(w, sessions[by], draft_id)
        proposed[name] = _propose(w, actor, paragraphs[number], f"What is {name};")
        if joint:
            proposals.share(w, actor, proposed[name], delegations["CHL"])
        if circle is not None:
            proposals.circulate(w, actor, proposed[name], Circle(circle))
    over_there = uuid.UUID(drafts.text_now(w, elsewhere)[4]["id"])
    proposed["elsewhere"] = _propose(w, elsewhere, over_there, "What is elsewhere;")
    proposals.circulate(w, elsewhere, proposed["elsewhere"], Circle.EVERYONE)
    taken: Ids = {}
    for name, (by, kind) in POSITIONS.items():
        actor = people.actor(w, sessions[by], draft_id)
        taken[name] = _take(w, actor, paragraphs[1], kind, f"What is {name}.")
    over = people.actor(w, sessions["mexico"], elsewhere.draft_id)
    taken["elsewhere"] = _take(w, over, over_there, "everyone", "What is elsewhere.")
    penholder = people.actor(w, sessions["penholder"], draft_id)
    others = [uuid.UUID(p["id"]) for p in drafts.text_now(w, elsewhere)[1:3]]
    tied = {
        "open": agreement.tie(w, penholder, "PP1 if PP2 stays", paragraphs[1:3])["package"]["id"],
        "elsewhere": agreement.tie(w, elsewhere, "PP1 if PP2 stays", others)["package"]["id"],
    }
    return proposed, taken, {name: uuid.UUID(value) for name, value in tied.items()}


def _propose(w: Work, actor: Actor, paragraph: uuid.UUID, words: str) -> uuid.UUID:
    begun = proposing.Begun(ProposalKind.AMEND, paragraph, ops=[{"insert": words}])
    return uuid.UUID(proposals.begin(w, actor, uuid.uuid5(paragraph, words), begun)["id"])


def _take(w: Work, actor: Actor, paragraph: uuid.UUID, kind: str, remark: str) -> uuid.UUID:
    taken = positions.Taken(
        paragraph, None, "retain", None, Certainty.PRELIMINARY, remark, AudienceKind(kind)
    )
    return uuid.UUID(positions.take(w, actor, taken)["id"])


def _seek(
    w: Work, sessions: Ids, draft_id: uuid.UUID, paragraphs: list[uuid.UUID], delegations: Ids
) -> tuple[Ids, Ids, str]:
    """Makes what STEPS, CONDITIONS and INSTRUCTIONS say, and one of all that the presidency keeps."""
    actors = {name: people.actor(w, sessions[name], draft_id) for name in PEOPLE}
    for name, (by, key, step, reach) in STEPS.items():
        step_ = sponsors.Asked(Step(step), note=f"Step {name}.", reach=Reach(reach))
        sponsors.take(w, actors[by], [delegations[key]], step_)
    bound: Ids = {}
    for name, (by, key, reach) in CONDITIONS.items():
        on = paragraphs[2]
        condition = conditions.Bound(Condition.STAYS, on, 0, f"Condition {name}.", Reach(reach))
        made = conditions.bind(w, actors[by], delegations[key], condition)
        found = next(c for c in made["conditions"] if c["note"] == f"Condition {name}.")
        bound[name] = uuid.UUID(found["id"])
    asked: Ids = {}
    for name, (by, subject, shown) in INSTRUCTIONS.items():
        on = paragraphs[1] if subject == "paragraph" else None
        asked[name] = _ask(
            w, actors[by], Subject(subject), on, f"Instruction {name}.", Shown(shown)
        )
    penholder, chile = actors["penholder"], delegations["CHL"]
    board.note_contact(
        w, penholder, chile, on=None, who="An envoy", channel="", said="Contact of the team."
    )
    board.set_action(w, penholder, board.ToDo(chile, "Action of the team.", None, None, False))
    sponsor_call.set_targets(w, penholder, [delegations["NZL"]], target=True)
    because = ("Override of the team.", "An envoy", Level.MEDIUM)
    outlook.override(w, penholder, outlook.Expects(chile, None, Vote.NO, *because))
    letter = letters.Asked(
        (delegations["NZL"],), "sponsor", None, 30, "Letter of the team.", "{link}"
    )
    (written,) = letters.write(w, CONFIG, penholder, letter, "http://localhost/")
    return bound, asked, written.file.body.rpartition("/")[2]


def _ask(
    w: Work, actor: Actor, subject: Subject, on: uuid.UUID | None, words: str, shown: Shown
) -> uuid.UUID:
    due = date(2026, 11, 20)
    asked = instructions.Asked(subject, on, None, None, due, "", words, shown, None)
    return uuid.UUID(instructions.ask(w, actor, asked)["id"])


def _seek_elsewhere(
    w: Work, sessions: Ids, draft_id: uuid.UUID, on: uuid.UUID, bound: Ids, asked: Ids
) -> None:
    """Makes a condition, an instruction, a tabling and a vote on the other draft."""
    mexico = people.actor(w, sessions["mexico"], draft_id)
    condition = conditions.Bound(Condition.AS_CIRCULATED, None, 0, "Elsewhere.", Reach.BOARD)
    made = conditions.bind(w, mexico, None, condition)
    bound["elsewhere"] = uuid.UUID(made["conditions"][0]["id"])
    asked["elsewhere"] = _ask(w, mexico, Subject.PARAGRAPH, on, "Elsewhere.", Shown.NOTHING)
    there = people.actor(w, sessions["elsewhere"], draft_id)
    record.table(w, there, symbol="A/C.1/75/L.9", on=date(2026, 10, 12), version=0)
    cast = {"MEX": Vote.YES, "CHL": Vote.ABSTAIN}
    record.vote(w, there, record.Voted(None, cast, "committee", date(2026, 10, 30), None))


class _Sequel:
    """Stands for the module `secrets` where letters are named."""

    @staticmethod
    def token_hex(size_bytes: int) -> str:
        return "00" * size_bytes


def link_in(sent: dict[str, Any]) -> str:
    """Gives the token of the answer link in the one letter that was handed out."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(sent["zip"]))) as parts:
        (name,) = parts.namelist()
        mail = email.message_from_bytes(parts.read(name), policy=email.policy.default)
    found = re.search(r"/answers/(\w+)", mail.get_content())
    assert found
    return found[1]


class _Compiled(BytecodeCache):
    """Keeps pages' templates compiled from one world to the next."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get(bucket.key + bucket.checksum)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Paper:
    """Stands for a socket: keeps what is written on it."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.open = True
        self.accepted = True

    def write(self, ready: Frame) -> None:
        self.write_at_once(ready.data)

    def write_at_once(self, data: bytes) -> None:
        if self.open:
            self.frames.append(data)

    def finish(self, status: Status) -> None:
        self.frames.append(f"closed {status}".encode())
        self.open = False


@dataclass
class World:
    """An application and everybody at it."""

    begun: Beginning
    folder: Path
    live: bool = False
    https: bool = False
    now: datetime = START
    drawn: int = 0
    secret_drawn: int = SECRET_CALLS
    looked: int = 0
    link: str = ""
    papers: dict[str, Paper] = field(default_factory=dict)
    seats: dict[str, Connection] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "drafting.sqlite3"
        shutil.copyfile(self.begun.file, self.file)
        for name in ("-wal", "-shm"):
            self.file.with_name(self.file.name + name).unlink(missing_ok=True)
        self.streams = Streams(drawn=self.begun.streams.drawn)
        ids.use(self.streams)
        clock.use(lambda: self.now)
        # Werkzeug dates the files it hands out by a clock of its own.
        self._dated = response.http_date
        response.http_date = lambda stamp=None: self._dated(self.now if stamp is None else stamp)
        # Letters are named by nothing that two runs share.
        self._secrets = letter_files.secrets
        letter_files.secrets = _Sequel  # type: ignore[assignment]
        url = f"sqlite:///{self.file}"
        self.store = Store(url)
        self.app = create_app(replace(CONFIG, database_url=url, https=self.https), self.store)
        self.app.jinja_env.bytecode_cache = _COMPILED
        self.clients = {name: self.client(name) for name in EVERYBODY}
        self.things: dict[str, uuid.UUID] = {}
        if self.live:
            self._open_the_floor()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.live:
            self.hub.stop(2.0)
        self.store.close()
        response.http_date = self._dated
        letter_files.secrets = self._secrets
        ids.use(None)
        clock.use(None)

    @property
    def cookie(self) -> str:
        return "__Host-drafting" if self.https else "drafting"

    def client(self, name: str = "stranger") -> FlaskClient:
        """Gives a browser of somebody's."""
        client = self.app.test_client()
        if name in self.begun.tokens:
            client.set_cookie(self.cookie, self.begun.tokens[name])
        return client

    def step(self, seconds: float = 90) -> None:
        """Lets time pass, for everybody."""
        self.now += timedelta(seconds=seconds)

    def next_id(self) -> uuid.UUID:
        """Gives an id as a client makes them, the same in each run."""
        self.drawn += 1
        return uuid.uuid5(uuid.NAMESPACE_URL, f"call {self.drawn}")

    def call(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        """Asks as somebody, from one of our own pages."""
        more.setdefault("headers", OUR_OWN)
        more.setdefault("buffered", True)
        answer = self.clients[who].open(path, method=method, **more)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.text}")
        return answer

    def state(self, who: str) -> dict[str, Any]:
        """Gives the draft as somebody sees it."""
        value: dict[str, Any] = self.call(who, "GET", f"/api/drafts/{self.begun.draft_id}").json
        return value

    @contextmanager
    def as_it_was(self) -> Iterator[None]:
        """Does something in a copy of the world: afterwards all is as it was."""
        self.store.forget_deleted()
        copy = self.folder / "copy.sqlite3"
        for name in ("", "-wal", "-shm"):
            copy.with_name(copy.name + name).unlink(missing_ok=True)
        shutil.copyfile(self.file, copy)
        kept = self.store
        cookies = {name: client.get_cookie(self.cookie) for name, client in self.clients.items()}
        self._use(Store(f"sqlite:///{copy}"))
        try:
            yield
        finally:
            self.store.close()
            self._use(kept)
            for name, cookie in cookies.items():
                if cookie is not None and name in self.begun.tokens:
                    self.clients[name].set_cookie(self.cookie, self.begun.tokens[name])

    def _use(self, store: Store) -> None:
        self.store = store
        self.app.extensions["drafting"].store = store
        if self.live:
            self.hub._desk._store = store
            store.listen = self.hub.listen

    def capital_is_there(self) -> bool:
        """Tells whether Mexico's capital still has its place."""
        return (
            self.call("mexico_capital", "GET", f"/api/drafts/{self.begun.draft_id}").status_code
            == 200
        )

    # The live floor -------------------------------------------------------------------------------

    def _open_the_floor(self) -> None:
        self.hub = create_hub(self.app)
        # What goes on by itself goes on when the test says so; questions are answered at once.
        for task in self.hub._tasks[:2]:
            task.kill()

        def ask(question: Any, *arguments: Any) -> Any:
            return question(*arguments)

        self.hub._ask = ask  # type: ignore[method-assign]
        gevent.sleep(0)

    def sit(self, who: str, seat: str | None = None) -> Connection:
        """Connects somebody and seats them at the draft's table."""
        paper: Any = Paper()
        session = self.begun.sessions[who]
        seat = seat or who
        key = hashlib.sha256(seat.encode()).hexdigest()[:16]
        connection = Connection(f"sid {seat}", session, paper, key)
        self.papers[seat] = paper
        self.seats[seat] = connection
        self.hub._rooms.add(connection)
        self.say(connection, "join", {"draft": str(self.begun.draft_id)})
        return connection

    def say(self, connection: Connection, event: str, data: Any) -> None:
        """Sends an event as a connection does, and waits for its acknowledgement."""
        paper: Any = connection.transport
        before = len(paper.frames)
        number = self.said[connection.sid] = self.said.get(connection.sid, 0) + 1
        if event == "caret":
            self.hub._event(connection, f"2{json.dumps([event, data])}")
            return
        self.hub._event(connection, f"2{number}{json.dumps([event, data])}")
        with gevent.Timeout(10):
            while not any(b"43%d[" % number in f for f in paper.frames[before:]):
                gevent.sleep(0.0005)

    def leave(self, seat: str) -> None:
        """Closes somebody's connection."""
        self.hub._rooms.remove(self.seats.pop(seat))
        self.papers[seat].open = False

    def settle(self) -> None:
        """Lets the live floor say all it has to say now."""
        while self.hub._things or self.hub._things_news.is_set():
            gevent.sleep(0)
        for room in list(self.hub._rooms.by_draft.values()):
            if room.has_news:
                self.hub._gather(room)

    def heard(self, seat: str) -> list[bytes]:
        """Takes what was written to somebody's socket."""
        self.settle()
        paper = self.papers[seat]
        frames, paper.frames = paper.frames, []
        return frames

    def typed_in(self, proposal: uuid.UUID, words: str, by: str) -> None:
        """Types at the beginning of a proposal: through the live floor when it is open."""
        shown = self.call(by, "GET", f"/api/proposals/{proposal}").json["proposal"]
        asked = {
            "draft": str(self.begun.draft_id),
            "text": str(proposal),
            "id": str(self.next_id()),
            "base": shown["version"],
            "ops": [{"insert": words}],
        }
        seat = self.seats.get(by)
        if seat is not None:
            self.say(seat, "change", asked)
            return
        self._apply(proposal, words, shown["version"], by)

    def typed(self, words: str, index: int = 1, by: str = "penholder") -> None:
        """Types at the beginning of a paragraph."""
        shown = next(
            p for p in self.state(by)["paragraphs"] if p["id"] == str(self.begun.paragraphs[index])
        )
        self._apply(self.begun.paragraphs[index], words, shown["version"], by)

    def _apply(self, text: uuid.UUID, words: str, base: int, by: str) -> None:
        edit = Edit(
            session=self.begun.sessions[by],
            draft=self.begun.draft_id,
            text=text,
            id=self.next_id(),
            base=base,
            change=from_json([{"insert": words}]),
        )
        (answer,) = editing.apply_all(self.store, [edit])
        if isinstance(answer, Refusal):
            raise answer

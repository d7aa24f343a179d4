"""Frames, packets, events and changes that no client of ours sends, at a real server.

    python -m tests.security.fuzz_frames [--seconds 60] [--seed 0]

Hypothesis makes them: bytes of any kind and sound frames with bytes changed, before and after the
connection is accepted; Socket.IO packets with attachments, namespaces and depths; events with wrong
fields; changes with wrong places, halves of characters, endless lists, by those who may edit and by
those who may not. After each the connection is closed or goes on, and somebody else at the table
is answered. In the end every text is what its stored changes make of it, nothing was changed by
whoever may not, the process lives, logged no fault, and holds no more memory or descriptors.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.crash import lines
from tests.crash.checker import Kept
from tests.crash.client import Browser, Live
from tests.live.client import TEXT, Client, Closed, masked
from tests.security import fuzzing
from tests.servers import Serving

BATCH = 40
"""Trials between two looks at the clock."""

PEOPLE = ("Presidency (penholder)", "Delegate, Mexico", "Observer, ICRC")
WRITER = PEOPLE[0]
BYSTANDER = "Delegate, Chile"
PROBE_S = 10.0
"""How long somebody else's question may take: far more than it does, on however busy a machine."""

GROWTH_KB = 150_000
"""Most memory that a run may leave behind."""


@dataclass
class Found:
    """What came of a run."""

    trials: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    slowest_s: float = 0.0
    """The slowest answer that the bystander had."""
    grown_kb: int = 0

    def fault(self, kind: str, about: object) -> None:
        """Notes one fault of each kind."""
        self.faults.setdefault(kind, repr(about)[:1000])


# What is sent ------------------------------------------------------------------------------------

ODD_TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["\x00", "\ud800", "\udc00x", "\u202e", "a\nb", "\u2028", "🕊", "", "é"]),
)
NUMBERS = st.one_of(
    st.integers(-2, 400),
    st.sampled_from([2**31, 2**53 - 1, 2**53, 2**63, 2**64, 10**400, -(2**63)]),
    st.floats(allow_nan=True, allow_infinity=True),
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | ODD_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
ATTRIBUTES = st.one_of(st.just({"italic": True}), st.just({"italic": None}), JSON)
OPERATION = st.one_of(
    st.builds(lambda n: {"retain": n}, st.integers(0, 300)),
    st.builds(lambda n: {"delete": n}, st.integers(0, 300)),
    st.builds(lambda words: {"insert": words}, ODD_TEXT),
    st.builds(lambda words, a: {"insert": words, "attributes": a}, ODD_TEXT, ATTRIBUTES),
    st.builds(lambda n, a: {"retain": n, "attributes": a}, st.integers(1, 80), ATTRIBUTES),
    st.builds(lambda words: {"insert": {"note": [{"insert": words}]}}, st.text(max_size=9)),
    st.builds(lambda n: {"retain": {"note": [{"retain": n}, {"insert": "x"}]}}, NUMBERS),
    st.dictionaries(
        st.sampled_from(["insert", "retain", "delete", "attributes", "note"]), JSON, max_size=3
    ),
    JSON,
)
WORDS = st.text("abc é🕊سह", min_size=1, max_size=12)
FITTING = st.lists(
    st.one_of(
        st.builds(lambda n: {"retain": n}, st.integers(1, 30)),
        st.builds(lambda n: {"delete": n}, st.integers(1, 9)),
        st.builds(lambda words: {"insert": words}, WORDS),
        st.builds(lambda words: {"insert": words, "attributes": {"italic": True}}, WORDS),
        st.builds(lambda n: {"retain": n, "attributes": {"italic": None}}, st.integers(1, 9)),
        st.builds(lambda words: {"insert": {"note": [{"insert": words}]}}, WORDS),
    ),
    min_size=1,
    max_size=5,
)
"""Of the right form; whether they fit a text, and cut no character in two, is another matter."""
OPS = st.one_of(
    *[FITTING] * 5,
    st.lists(OPERATION, max_size=6),
    st.builds(
        lambda at, gone, words: [
            *([{"retain": at}] if at else []),
            *([{"delete": gone}] if gone else []),
            {"insert": words or "x"},
        ],
        st.integers(0, 60),
        st.integers(0, 20),
        st.text(max_size=20),
    ),
    JSON,
)
LARGE_OPS = st.sampled_from(
    [
        [{"insert": "x"}, {"retain": 1}] * 2_501,
        [{"insert": "x" * 100_001}],
        [{"insert": {"note": [{"insert": "é" * 100_001}]}}],
        [{"retain": 1}] * 5_000,
        [{"insert": "x", "attributes": {"italic": True}}, {"delete": 1}] * 2_500,
        json.loads("[" * 400 + "]" * 400),
    ]
)
PACKETS = st.one_of(
    ODD_TEXT,
    st.builds(
        lambda kind, space, number, rest: f"{kind}{space}{number}{rest}",
        st.sampled_from(["40", "41", "42", "43", "44", "451-", "4599999-", "46", "4", "2", "5"]),
        st.sampled_from(["", "/", "/x,", "/?a=1,", ",", "/../,"]),
        st.sampled_from(["", "0", "1", "999999999", "1" * 40, "-1", "٣"]),
        st.one_of(
            JSON.map(json.dumps),
            st.sampled_from(
                [
                    "[" * 3000,
                    "[" * 50_000 + "]" * 50_000,
                    '["join"]',
                    '["join",{},{}]',
                    '["connect",{}]',
                    '["disconnect"]',
                    '["change",{"ops":NaN}]',
                    '[{"_placeholder":true,"num":0}]',
                    '["__proto__",{}]',
                ]
            ),
        ),
    ),
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["set", "insert", "remove", "cut"]), st.integers(0, 4000), st.binary()
    ),
    min_size=1,
    max_size=6,
)


def spoilt(data: bytes, edits: list[tuple[str, int, bytes]]) -> bytes:
    """Gives bytes with some of them changed."""
    out = bytearray(data)
    for kind, place, new in edits:
        at = place % (len(out) + 1)
        match kind:
            case "set":
                out[at : at + len(new)] = new
            case "insert":
                out[at:at] = new
            case "remove":
                del out[at : at + 1 + len(new)]
            case "cut":
                del out[at:]
    return bytes(out)


# The run -----------------------------------------------------------------------------------------


class Fuzz:
    """A server of its own, people at its table, and what is thrown at it."""

    def __init__(self, folder: Path) -> None:
        self._server = Serving(folder).start()
        links = self._server.links
        self._browsers = {
            who: Browser(self._server.port).enter(links[who]) for who in (*PEOPLE, BYSTANDER)
        }
        self._draft = self._browsers[WRITER].first_draft()
        state = self._browsers[WRITER].state(self._draft)
        self._texts = {p["id"]: (p["version"], lines.line(p["ops"])) for p in state["paragraphs"]}
        self._seats: dict[str, Live] = {}
        self._beside = self._browsers[BYSTANDER].live(on_event=lambda _name, _data: None)
        self._begun = dict(self._texts)
        self._start = self._process()

    def stop(self) -> None:
        """Ends the server."""
        for live in (*self._seats.values(), self._beside):
            live.close()
            live.wait_closed()
        self._server.stop()

    def run(self, number: int, *, until: Callable[[Found], bool]) -> Found:
        """Tries in batches until there is enough, and looks at what is left."""
        found = Found()
        while not until(found):
            self._batch(number, found)
            number += 1
        self._look(found)
        return found

    def _batch(self, number: int, found: Found) -> None:
        trials = (self._bytes, self._packet, self._event, self._change, self._change)

        def attempt(data: st.DataObject) -> None:
            trial = data.draw(st.sampled_from(trials))
            found.trials[trial.__name__.lstrip("_")] += 1
            trial(data, found)

        fuzzing.batch(number, BATCH, attempt)
        self._probe(found)

    # One trial each ------------------------------------------------------------------------------

    def _bytes(self, data: st.DataObject, found: Found) -> None:
        connected = data.draw(st.booleans())
        sent = data.draw(
            st.one_of(
                st.binary(max_size=300),
                EDITS,
                st.builds(
                    lambda first, body, size: masked(
                        first & 15, body, first=first & 240, size=size
                    ),
                    st.integers(0, 255),
                    st.binary(max_size=200),
                    st.one_of(st.none(), st.integers(0, 2**63 - 1)),
                ),
            )
        )
        client = self._client(connected=connected)
        with contextlib.suppress(OSError):
            client.raw(sent if isinstance(sent, bytes) else spoilt(self._sound(), sent))
        # A frame that never ends leaves the connection waiting: that is no fault.
        client.close()
        found.answers["bytes"] += 1

    def _packet(self, data: st.DataObject, found: Found) -> None:
        connected, sent = data.draw(st.booleans()), data.draw(PACKETS)
        client = self._client(connected=connected)
        try:
            client.raw(masked(TEXT, sent.encode("utf-8", "surrogatepass")))
            client.ask("join", {"draft": self._draft})
            found.answers["packet: goes on"] += 1
        except TimeoutError:
            found.fault("after a packet nothing is said any more", sent)
        except (Closed, OSError) as ended:
            found.answers[f"packet: {getattr(ended, 'status', None) or 'closed'}"] += 1
        finally:
            client.close()

    def _event(self, data: st.DataObject, found: Found) -> None:
        who = data.draw(st.sampled_from(PEOPLE))
        name = data.draw(
            st.sampled_from(["join", "catch_up", "change", "connect", "disconnect", "", "x"])
        )
        fields: dict[str, Any] = {
            "draft": self._draft,
            "text": next(iter(self._texts)),
            "id": str(uuid.UUID(int=data.draw(st.integers(0, 2**128 - 1)))),
            "base": 0,
            "ops": [{"retain": 10**6}],
            "seq": 0,
            "texts": {},
        }
        chosen = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), JSON, max_size=4))
        kept = data.draw(st.sets(st.sampled_from(sorted(fields))))
        body = {name: one for name, one in fields.items() if name in kept} | chosen
        self._asked(who, name, body, found)

    def _change(self, data: st.DataObject, found: Found) -> None:
        who = data.draw(st.sampled_from((WRITER, *PEOPLE)))
        text = data.draw(st.sampled_from(sorted(self._texts)))
        version, content = self._texts[text]
        # What is drawn may not depend on what the server holds by now.
        late, odd = data.draw(st.sampled_from([0, 0, 1, 2, 3, -1, -2])), data.draw(NUMBERS)
        base = odd if data.draw(st.integers(0, 5)) == 0 else max(0, version - late)
        body = {
            "draft": self._draft,
            "text": text,
            "id": str(uuid.UUID(int=data.draw(st.integers(0, 2**128 - 1)))),
            "base": base,
            # What is large is rare: it tells nothing more the hundredth time.
            "ops": data.draw(LARGE_OPS if data.draw(st.integers(0, 39)) == 0 else OPS),
        }
        answer = self._asked(who, "change", body, found)
        if answer is None or not answer["ok"]:
            return
        if who != WRITER:
            found.fault("somebody without the right changed a text", (who, body))
        try:
            for part in answer["parts"]:
                known, before = self._texts[part["text"]]
                if part["version"] <= known:
                    # An id that came before, with the same words: answered as the first time.
                    continue
                after = lines.after(before, part["ops"])
                self._texts[part["text"]] = (part["version"], after)
        except (ValueError, IndexError, KeyError) as error:
            found.fault(f"a change was stored that does not fit: {error!r}", (content, body))

    # What they are made of -----------------------------------------------------------------------

    def _asked(self, who: str, event: str, body: Any, found: Found) -> dict[str, Any] | None:
        """Asks, and gives the answer; None when the connection was closed instead."""
        live = self._seats.get(who)
        if live is None or live.closed:
            live = self._seats[who] = self._browsers[who].live(on_event=lambda _n, _d: None)
            live.ask("join", {"draft": self._draft})
        number = live.send(event, body)
        live.wait(lambda: number in live._answers or live.closed, PROBE_S)
        answer: dict[str, Any] | None = live._answers.pop(number, None)
        if answer is None:
            found.answers[f"{event}: closed"] += 1
            if not live.closed:
                found.fault(f"no answer to {event} and no end", body)
                live.close()
            return None
        found.answers[f"{event}: {'ok' if answer['ok'] else answer['refusal']}"] += 1
        if answer.get("refusal") == "NotStored":
            found.fault("nothing could be stored", self._server.log()[-1500:])
        if not answer["ok"] and set(answer) != {"ok", "refusal", "detail"}:
            found.fault("a refusal of another form", answer)
        return answer

    def _client(self, *, connected: bool) -> Client:
        client = Client(self._server.port)
        if connected:
            browser = self._browsers[BYSTANDER]
            client.connect(browser.call("POST", "/live/tickets")["ticket"])
        return client

    def _sound(self) -> bytes:
        """Gives sound frames, as a client sends them."""
        text, (version, _) = next(iter(self._texts.items()))
        change = {"draft": self._draft, "text": text, "id": str(uuid.UUID(int=1)), "base": version}
        events = [
            ["join", {"draft": self._draft}],
            ["change", {**change, "ops": [{"insert": "x"}]}],
            ["caret", {"draft": self._draft, "text": text, "version": 0, "start": 0, "end": 0}],
        ]
        return b"".join(
            masked(TEXT, f"42{number}{json.dumps(event)}".encode())
            for number, event in enumerate(events)
        )

    # What is looked at ---------------------------------------------------------------------------

    def _probe(self, found: Found) -> None:
        """Somebody else at the table is answered."""
        began = time.monotonic()
        self._beside.ask("join", {"draft": self._draft}, PROBE_S)
        found.slowest_s = max(found.slowest_s, time.monotonic() - began)

    def _look(self, found: Found) -> None:
        shown = {
            p["id"]: lines.line(p["ops"])
            for p in self._browsers[BYSTANDER].state(self._draft)["paragraphs"]
        }
        folded = self._folded()
        for text, (_, content) in self._texts.items():
            if shown[text] != content:
                found.fault("what is served is not what was acknowledged", (shown[text], content))
            if folded[text] != content:
                found.fault("a text is not what its changes make of it", (folded[text], content))
        log = self._server.log()
        if re.search(r"Traceback|ERROR|CRITICAL|\"error\"", log):
            found.fault("the server logged a fault", log[-1500:])
        process = self._process()
        found.grown_kb = process["rss_kb"] - self._start["rss_kb"]
        if found.grown_kb > GROWTH_KB:
            found.fault("memory stays behind", found.grown_kb)
        if process["descriptors"] > self._start["descriptors"] + 20:
            found.fault("descriptors stay behind", process)

    def _folded(self) -> dict[str, lines.Line]:
        out = {text: content for text, (_, content) in self._begun.items()}
        for text, version, ops in self._changes():
            if text in out and version > self._begun[text][0]:
                out[text] = lines.after(out[text], ops)
        return out

    def _changes(self) -> list[tuple[str, int, Any]]:
        rows = Kept(self._server.database_url).rows(
            "SELECT text_id, version, ops FROM changes ORDER BY text_id, version"
        )
        return [
            (text, version, json.loads(ops) if isinstance(ops, str) else ops)
            for text, version, ops in rows
        ]

    def _process(self) -> dict[str, int]:
        folder = Path(f"/proc/{self._server.pid}")
        status = (folder / "status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return {"rss_kb": int(found[1]), "descriptors": len(list((folder / "fd").iterdir()))}


def main() -> int:
    """Tries for a time, and says what was found."""
    asked = fuzzing.asked(__doc__)
    with tempfile.TemporaryDirectory() as name:
        fuzz = Fuzz(Path(name))
        end = time.monotonic() + asked.seconds
        try:
            found = fuzz.run(asked.seed * 1_000_000, until=lambda _: time.monotonic() > end)
        finally:
            fuzz.stop()
    print(f"{found.trials.total()} trials {dict(found.trials)}")
    print(f"answers {dict(sorted(found.answers.items()))}")
    print(
        f"slowest answer to somebody else {1000 * found.slowest_s:.0f} ms; grown {found.grown_kb} kB"
    )
    return fuzzing.told(found.faults)


if __name__ == "__main__":
    sys.exit(main())

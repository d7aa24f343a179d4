"""R07, D14, R13: in any weather between them, everybody ends with the server's words, and each act is done once."""

from __future__ import annotations

import contextlib
import random
import threading
import uuid
from collections import Counter

import pytest

from tests.crash import lines
from tests.crash.checker import Kept
from tests.crash.client import Browser, Copy, Live, Refused, Unknown
from tests.faults.conftest import ADVISER, MEXICO, PENHOLDER
from tests.faults.proxy import Proxy, Weather

PATIENCE_S = 1.0
"""How long a client waits for an answer before it asks again with the same id."""

STORMS = {
    "lost": Weather(lost=0.1),
    "repeated": Weather(repeated=0.2, late_s=0.2),
    "late": Weather(late=0.4, late_s=0.3),
    "cut": Weather(cut=0.05),
    "all at once": Weather(lost=0.05, repeated=0.05, late=0.2, late_s=0.2, cut=0.02),
}


class Steady:
    """A client as docs/live.md asks for: one change in flight, ids of its own, asking again."""

    def __init__(self, browser: Browser, draft: str, seed: int, acts: int) -> None:
        self.browser = browser
        self.draft = draft
        self.dice = random.Random(seed)
        self.acts = acts
        self.copy = Copy()
        self.live: Live | None = None
        self.done: list[str] = []
        self.broke: list[BaseException] = []

    def work(self) -> None:
        try:
            for number in range(self.acts):
                self._type(f"⟦{self.browser.cookie[-6:]}{number:02}⟧")
        except BaseException as error:  # noqa: BLE001 - said by the test
            self.broke.append(error)

    def _type(self, token: str) -> None:
        self._be_there()
        with self.copy.lock:
            texts = [p["id"] for p in self.copy.order if p["kind"] != "formula"][:3]
            text = self.dice.choice(texts)
            version, content = self.copy.texts[text]
        at = self.dice.randint(0, len(lines.words(content)))
        ops = [{"retain": at}, {"insert": token}] if at else [{"insert": token}]
        change = {"draft": self.draft, "text": text, "id": str(uuid.uuid4()), "base": version}
        while True:
            try:
                self._be_there()
                answer = self.live.ask("change", change | {"ops": ops}, PATIENCE_S)
            except Unknown:
                continue
            for part in answer["parts"]:
                self._take("change", part)
            self.done.append(token)
            return

    def _be_there(self) -> None:
        while self.live is None or self.live.closed:
            with contextlib.suppress(Unknown, Refused):
                self.copy.load(self.browser.state(self.draft))
                live = self.browser.live(on_event=self._take)
                live.ask("join", {"draft": self.draft}, PATIENCE_S)
                self.live = live
                self.catch_up()

    def _take(self, name, data):
        # A change whose forerunner is still on its way waits; one that came too late is asked for again.
        with contextlib.suppress(ValueError):
            if name == "change":
                self.copy.change(data["text"], data["version"], data["ops"], data.get("base"))
            else:
                self.copy.heard(name, data)

    def catch_up(self) -> None:
        """Asks for all that is missed, until an answer comes."""
        while self.live is not None and not self.live.closed:
            with self.copy.lock:
                asked = {"draft": self.draft, "seq": self.copy.seq}
                asked["texts"] = {t: v for t, (v, _) in self.copy.texts.items()}
            with contextlib.suppress(Unknown):
                missed = self.live.ask("catch_up", asked, PATIENCE_S)
                assert not missed["reload"]
                for changes in missed["changes"].values():
                    for change in changes:
                        self._take("change", change)
                return


def words_of(state):
    return "".join(lines.words(lines.line(p["ops"])) for p in state["paragraphs"])


@pytest.mark.parametrize("storm", STORMS)
def test_in_any_weather_all_end_with_the_servers_words_and_each_act_is_done_once(house, storm):
    draft = house.browser(PENHOLDER).first_draft()
    kept_rows = Kept(house.database_url)
    at_first = words_of(house.browser(PENHOLDER).state(draft))
    before = len(kept_rows.rows("SELECT edit_id FROM changes"))
    with Proxy(house.port, seed=11) as proxy:
        clients = [
            Steady(house.browser(link), draft, seed, acts=12)
            for seed, link in enumerate((PENHOLDER, ADVISER, PENHOLDER))
        ]
        for one in clients:
            one.browser.port = proxy.port
            one._be_there()
        proxy.weather = STORMS[storm]
        threads = [threading.Thread(target=one.work) for one in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert [one.broke for one in clients] == [[], [], []]
        proxy.weather = Weather()
        for one in clients:
            one._be_there()
            one.catch_up()
        state = house.browser(PENHOLDER).state(draft)
        kept = {p["id"]: (p["version"], lines.line(p["ops"])) for p in state["paragraphs"]}
        for one in clients:
            assert one.live.wait(lambda one=one: one.copy.texts == kept, 5), storm
        said = words_of(state)
        done = [token for one in clients for token in one.done]
        assert len(done) == 36
        # Another may type into the middle of a token: what is there is counted by its letters.
        assert Counter(said) == Counter(at_first) + Counter("".join(done))
        now = [row[0] for row in kept_rows.rows("SELECT edit_id FROM changes")]
        assert len(now) == len(set(now)) == before + 36
        assert sum(proxy.happened.values()) > 0, "the weather was fine"


def test_calls_that_are_lost_repeated_or_whose_answers_are_lost_are_done_once(house):
    browser = house.browser(MEXICO)
    draft = browser.first_draft()
    paragraph = browser.state(draft)["paragraphs"][3]["id"]
    weather = Weather(lost=0.2, repeated=0.2, cut=0.2, late=0.1, late_s=0.1)
    with Proxy(house.port, weather, seed=12) as proxy:
        browser.port = proxy.port
        for number in range(12):
            body = {"id": str(uuid.uuid4()), "paragraph": paragraph, "anchor": None}
            body |= {"audience": {"kind": "everyone", "delegation": None}}
            body |= {"body": f"⟦comment {number}⟧"}
            while True:
                with contextlib.suppress(Unknown):
                    browser.call("POST", f"/drafts/{draft}/threads", body)
                    break
        assert {"lost", "repeated", "cut"} <= proxy.happened.keys()
    kept = Kept(house.database_url).rows(
        "SELECT body FROM comment_bodies WHERE body LIKE '⟦comment%'"
    )
    assert sorted(row[0] for row in kept) == sorted(f"⟦comment {n}⟧" for n in range(12))

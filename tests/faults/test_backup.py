"""D20, D21: a backup made while people type is a beginning of what they typed, and is served elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.crash import lines
from tests.crash.checker import Checker, Kept
from tests.crash.client import Browser, Refused, Unknown
from tests.crash.harness import Server
from tests.faults.conftest import ADVISER, PENHOLDER, Seat, seat

DRAFTING = Path(sys.executable).parent / "drafting"
BACKUPS = 3


class Typist:
    """Somebody who types one word after another until told to stop."""

    def __init__(self, at: Seat, name: str, text: str) -> None:
        self.at = at
        self.name = name
        self.text = text
        self.acknowledged: list[str] = []
        self.stop = threading.Event()

    def work(self) -> None:
        try:
            while not self.stop.is_set():
                word = f"⟦{self.name}{len(self.acknowledged)}⟧"
                change = self.at.change(word, self.text)
                part = self.at.live.ask("change", change)["parts"][0]
                self.at.versions[self.text] = part["version"]
                self.acknowledged.append(word)
        except Unknown:
            pass


def drafting(*arguments):
    done = subprocess.run([DRAFTING, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def words_in(url: str) -> str:
    held = Kept(url).rows("SELECT content FROM texts")
    return "".join(lines.words(lines.line(json.loads(row[0]))) for row in held)


def fits(url: str) -> list[str]:
    """What does not fit in a database: each text against its log."""
    checker = Checker([], Kept(url))
    checker._read_journal()
    checker._read_log()
    return [checker._kept.integrity()] if checker._kept.integrity() != "ok" else [*checker._texts()]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_is_a_beginning_of_what_was_typed(tmp_path, request, kind):
    url = None if kind == "sqlite" else request.getfixturevalue("postgres").database()
    server = Server(tmp_path, url).start(demo=True)
    typists = []
    try:
        for number, link in enumerate((PENHOLDER, ADVISER, PENHOLDER)):
            at = seat(server, link)
            typists.append(Typist(at, "abc"[number], at.texts[number]))
        threads = [threading.Thread(target=one.work) for one in typists]
        for thread in threads:
            thread.start()
        made = []
        for number in range(BACKUPS):
            before = [len(one.acknowledged) for one in typists]
            file = tmp_path / f"{number}.backup"
            drafting("backup", file, "--database", server.database_url)
            made.append((file, before, [len(one.acknowledged) for one in typists]))
        for one in typists:
            one.stop.set()
        for thread in threads:
            thread.join(30)
        assert made[-1][1] > made[0][1], "nobody typed"
        for file, before, after in made:
            target = f"sqlite:///{tmp_path / (file.name + '.sqlite3')}"
            drafting("restore", file, "--database", target)
            assert fits(target) == []
            words = words_in(target)
            for one, least, most in zip(typists, before, after, strict=True):
                there = [word in words for word in one.acknowledged]
                count = sum(there)
                assert there == [True] * count + [False] * (len(there) - count)
                # What was acknowledged before it began is in; one more may have been on its way.
                assert least <= count <= most + 1
        # Elsewhere it is served: by new links, for nobody is signed in any more.
        (tmp_path / "new").mkdir()
        elsewhere = Server(tmp_path / "new", target).start(demo=True)
        try:
            old = Browser(elsewhere.port)
            old.cookie = typists[0].at.browser.cookie
            with pytest.raises(Refused) as info:
                old.call("GET", "/drafts")
            assert info.value.name == "NotSignedIn"
            again = seat(elsewhere)
            assert again.words().count("⟦a0⟧") == 1
            assert again.live.ask("change", again.change("⟦goes on⟧"))["parts"]
        finally:
            elsewhere.kill()
    finally:
        for one in typists:
            one.stop.set()
        server.kill()

"""D07: a full disk refuses writes in words, keeps what was acknowledged, and needs no restart."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.checker import Kept
from tests.crash.client import Refused
from tests.crash.harness import Server
from tests.faults.conftest import MEXICO, OBSERVER, seat

SIZE_MB = 8


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 8 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_refuses_in_words_and_goes_on_when_there_is_room_again(small, tmp_path):
    ballast = small / "ballast"
    ballast.write_bytes(bytes(3 * 1024 * 1024))
    server = Server(tmp_path, f"sqlite:///{small / 'drafting.sqlite3'}").start(demo=True)
    try:
        writer, delegate, reader = (seat(server, who) for who in (*PEOPLE, OBSERVER))
        acknowledged = []
        refused = None
        for number in range(400):
            change = writer.change(f"⟦{number}⟧" + "x" * 20_000, writer.texts[number % 20])
            try:
                answer = writer.live.ask("change", change)
            except Refused as refusal:
                refused = refusal
                break
            acknowledged.append(f"⟦{number}⟧")
            writer.versions[change["text"]] = answer["parts"][0]["version"]
            if number % 20 == 19:
                cut(writer)
        assert refused is not None, "the disk never filled"
        assert refused.name == "NotStored"
        assert "could not be stored" in refused.detail
        comment = delegate.thread("⟦comment⟧" + "y" * 9_000)
        path = f"/drafts/{delegate.draft}/threads"
        with pytest.raises(Refused) as info:
            delegate.browser.call("POST", path, comment)
        assert (info.value.name, info.value.status) == ("NotStored", 503)
        # Reads go on, and those who only listen are still at the table.
        assert acknowledged[-1] in reader.words()
        assert reader.browser.request("GET", f"/drafts/{reader.draft}/export.txt")[0] == 200
        assert reader.live.ask("join", {"draft": reader.draft})["seq"] == 0
        assert not any(d["id"] == change["id"] for n, d in reader.live.events if n == "change")
        ballast.unlink()
        # There is room again: the same change and the same comment, sent again.
        assert writer.live.ask("change", change)["parts"]
        assert delegate.browser.call("POST", path, comment)["thread"]
        server.kill()
        server.start()
        words = server_words(server, writer)
        for token in (*acknowledged[-3:], change["ops"][0]["insert"][:6]):
            assert words.count(token.partition("⟧")[0] + "⟧") == 1
        kept = Kept(server.database_url)
        assert kept.integrity() == "ok"
        assert len(kept.rows("SELECT * FROM changes WHERE deed = false")) >= len(acknowledged) + 1
    finally:
        server.kill()


PEOPLE = ("Presidency (penholder)", MEXICO)


def cut(writer):
    """Deletes the long words again, so that no paragraph grows past its limit."""
    writer.load()
    for p in writer.state["paragraphs"]:
        size = sum(len(op["insert"]) for op in p["ops"] if isinstance(op["insert"], str))
        if size < 60_000:
            continue
        change = writer.change("", p["id"]) | {"ops": [{"retain": 12}, {"delete": 15_000}]}
        writer.live.ask("change", change)
    writer.load()


def server_words(server, writer):
    writer.browser.port = server.port
    return writer.words()

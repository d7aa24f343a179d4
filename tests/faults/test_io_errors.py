"""D06: a disk that answers with errors refuses in words, keeps what was acknowledged, and is used again."""

from __future__ import annotations

import pytest

from tests.crash.checker import Kept
from tests.crash.client import Refused
from tests.faults.conftest import MEXICO, OBSERVER, seat
from tests.faults.tracing import attached, needs_tracing


@pytest.mark.parametrize(
    ("call", "error"),
    [("fsync", "EIO"), ("fdatasync", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO")],
)
def test_an_error_of_the_disk_is_never_answered_as_done(house, tmp_path, call, error):
    needs_tracing()
    one, delegate, reader = (
        seat(house, who) for who in ("Presidency (penholder)", MEXICO, OBSERVER)
    )
    before, change = one.change(f"⟦{call} before⟧"), one.change(f"⟦{call} {error}⟧", one.texts[5])
    assert one.live.ask("change", before)["parts"]
    thread = delegate.thread(f"⟦{call} {error}⟧")
    path = f"/drafts/{delegate.draft}/threads"
    reader.live.events.clear()
    # Every call fails: SQLite syncs its log with either, as it was built.
    calls = "fsync,fdatasync" if "sync" in call else call
    with attached(
        house.process.pid, tmp_path, "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}"
    ):
        with pytest.raises(Refused) as info:
            one.live.ask("change", change)
        assert info.value.name == "NotStored"
        with pytest.raises(Refused) as info:
            delegate.browser.call("POST", path, thread)
        assert (info.value.name, info.value.status) == ("NotStored", 503)
        assert change["ops"][0]["insert"] not in reader.words()
    assert [n for n, d in reader.live.events if n == "change" and d["id"] == change["id"]] == []
    # The disk is well again: the same things, sent again.
    assert one.live.ask("change", change)["parts"]
    assert delegate.browser.call("POST", path, thread)["thread"]
    words = reader.words()
    assert words.count(f"⟦{call} {error}⟧") == 1
    assert f"⟦{call} before⟧" in words
    kept = Kept(house.database_url)
    assert kept.integrity() == "ok"
    assert len(kept.rows(f"SELECT 1 FROM comment_bodies WHERE body = '⟦{call} {error}⟧'")) == 1

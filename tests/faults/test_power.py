"""D10: the power goes. Of what was written and not yet synced, the disk holds some blocks and others not.

A kill cannot show this: the system keeps what a dead process wrote. So every write and every sync of a
server is traced, and the files are put together anew as a disk might hold them at many moments.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import defaultdict

import pysqlite3
import pytest

from tests.crash.harness import Server
from tests.faults.conftest import seat
from tests.faults.tracing import SENDS, SYNCS, attached, needs_tracing

CALLS = "trace=pwrite64,ftruncate,fsync,fdatasync,write,sendto,sendmsg"
WHOLE = ("-xx", "-s", "200000")
BLOCK = 512
EDITS = 130
MOMENTS = 60

ARGUMENTS = re.compile(
    r'(?:pwrite64|ftruncate|fsync|fdatasync)\(\d+<([^>]*)>(?:, "([^"]*)", (\d+))?(?:, (\d+))?'
)
NAMES = ("drafting.sqlite3", "drafting.sqlite3-wal")


def file_of(call):
    """Gives which of the database's files a call is about; strace writes names in hexadecimal too."""
    found = ARGUMENTS.match(call.text)
    if found is None:
        return None
    path = found[1]
    if path.startswith("\\x"):
        path = unhex(path).decode()
    name = path.rpartition("/")[2]
    return name if name in NAMES else None


def unhex(words: str) -> bytes:
    return bytes.fromhex(words.replace("\\x", ""))


def answered(call) -> bool:
    """Tells whether a call sends an edit's acknowledgement."""
    found = re.search('"([^"]*)"', call.text)
    return (
        call.name in (*SENDS, "write")
        and found is not None
        and b'[{"ok":true,"parts"' in unhex(found[1]).replace(b" ", b"")
    )


class Disk:
    """What a disk holds: what was synced for certain, and of the rest some blocks."""

    def __init__(self, before: dict[str, bytes]) -> None:
        self.synced = {name: bytearray(before.get(name, b"")) for name in NAMES}
        self.waiting: dict[str, list] = defaultdict(list)

    def take(self, call) -> None:
        name = file_of(call)
        if name is None:
            return
        if call.name in SYNCS:
            for each in self.waiting.pop(name, []):
                self._put(self.synced[name], *each)
            return
        found = ARGUMENTS.match(call.text)
        if call.name == "ftruncate":
            self.waiting[name].append((int(found[4]), None))
        else:
            self.waiting[name].append((int(found[4]), unhex(found[2])))

    @staticmethod
    def _put(held: bytearray, at: int, data: bytes | None) -> None:
        if data is None:
            del held[at:]
            return
        held.extend(bytes(max(0, at - len(held))))
        held[at : at + len(data)] = data

    def at_power_loss(self, dice: random.Random) -> dict[str, bytes]:
        """Gives the files as they may be found: each unsynced block is there or not."""
        found = {}
        for name in NAMES:
            held = bytearray(self.synced[name])
            for at, data in self.waiting[name]:
                if data is None:
                    if dice.random() < 0.5:
                        self._put(held, at, None)
                    continue
                for start in range(0, len(data), BLOCK):
                    if dice.random() < 0.5:
                        self._put(held, at + start, data[start : start + BLOCK])
            found[name] = bytes(held)
        return found


def lost(folder, planted=None) -> tuple[list[str], int, int]:
    """Types, and gives what was missing or broken at a power loss; how many acknowledgements and checkpoints there were."""
    server = Server(folder, planted=planted).start(demo=True)
    try:
        one = seat(server)
        before = {n: (folder / n).read_bytes() for n in NAMES if (folder / n).exists()}
        ids = []
        with attached(server.process.pid, folder, "-e", CALLS, *WHOLE) as trace:
            for number in range(EDITS):
                change = one.change(f"⟦{number}⟧", one.texts[number % 20])
                part = one.live.ask("change", change)["parts"][0]
                one.versions[change["text"]] = part["version"]
                ids.append(change["id"].replace("-", ""))
    finally:
        server.kill()
    # A call takes effect when it ends; an answer is out when its sending begins.
    moments = []
    for call in trace.calls():
        if answered(call):
            moments.append((call.began, "answered", call))
        elif file_of(call) and call.ok:
            moments.append((call.ended if call.name in SYNCS else call.began, "disk", call))
    moments.sort(key=lambda one: one[0])
    dice = random.Random(7)
    cuts = set(dice.sample(range(len(moments)), min(MOMENTS, len(moments)))) | {len(moments) - 1}
    disk, acknowledged, wrong, checkpoints = Disk(before), 0, [], 0
    for number, (_, what, call) in enumerate(moments):
        if what == "answered":
            acknowledged += 1
        else:
            disk.take(call)
            checkpoints += call.name in SYNCS and file_of(call) == NAMES[0]
        if number in cuts:
            place = folder / f"cut{number}"
            wrong += looked_at(place, disk.at_power_loss(dice), ids[:acknowledged])
            shutil.rmtree(place)
    return wrong, acknowledged, checkpoints


def looked_at(place, files, ids) -> list[str]:
    place.mkdir()
    for name, held in files.items():
        (place / name).write_bytes(held)
    connection = pysqlite3.connect(place / NAMES[0])
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return [f"{place.name}: broken"]
        there = {row[0] for row in connection.execute("SELECT edit_id FROM changes")}
    except pysqlite3.DatabaseError as error:
        return [f"{place.name}: {error}"]
    finally:
        connection.close()
    return [f"{place.name}: {one} was acknowledged and is lost" for one in ids if one not in there]


def test_what_was_acknowledged_is_there_after_a_loss_of_power(tmp_path):
    needs_tracing()
    wrong, acknowledged, _ = lost(tmp_path)
    assert wrong == []
    assert acknowledged == EDITS


def test_a_server_that_leaves_its_commits_to_the_system_loses_some(tmp_path):
    needs_tracing()
    wrong, acknowledged, _ = lost(tmp_path, planted="synchronous-normal")
    assert acknowledged == EDITS
    assert any(words.endswith("is lost") for words in wrong)


@pytest.mark.parametrize("kept", [0.0, 1.0])
def test_the_disk_made_anew_holds_what_was_synced_and_at_most_what_was_written(kept):
    class Dice(random.Random):
        def random(self):
            return 1.0 - kept

    class Call:
        def __init__(self, name, text):
            self.name, self.text = name, text

    disk = Disk({NAMES[1]: b"....", NAMES[0]: b""})
    disk.take(Call("pwrite64", 'pwrite64(3</x/drafting.sqlite3-wal>, "\\x61\\x62", 2, 1)'))
    disk.take(Call("fdatasync", "fdatasync(3</x/drafting.sqlite3-wal>)"))
    disk.take(Call("pwrite64", 'pwrite64(3</x/drafting.sqlite3-wal>, "\\x63", 1, 5)'))
    found = disk.at_power_loss(Dice())[NAMES[1]]
    assert found == (b".ab.\0c" if kept else b".ab.")

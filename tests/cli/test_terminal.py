"""What somebody at a terminal sees of a comparison that takes long, and that it can be broken off."""

import os
import pty
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

DRAFTING = Path(sys.executable).parent / "drafting"
OLD = "The General Assembly,\n\n1. Requests the keeper to light the lamps;\n"
NEW = "The General Assembly,\n\n1. Requests the keeper to clean the lamps;\n"


class Terminal:
    """The command with its errors at a terminal."""

    def __init__(self, *arguments):
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen([DRAFTING, *arguments], stderr=theirs)
        os.close(theirs)
        self.said = ""

    def until(self, words):
        """Reads until these words were said, or the command has ended."""
        while words not in self.said:
            try:
                more = os.read(self._ours, 4096)
            except OSError:  # the other end is closed: the command has ended
                more = b""
            if not more:
                break
            self.said += more.decode()
        return self.said

    def close(self):
        self.until("\0")
        os.close(self._ours)
        return self.process.wait()


@pytest.fixture
def files(tmp_path):
    def write(old, new):
        for name, words in (("old.txt", old), ("new.txt", new)):
            (tmp_path / name).write_text(words, encoding="utf-8")
        return [tmp_path / "old.txt", tmp_path / "new.txt", "-o", tmp_path / "out.docx"]

    return write


def long(seed):
    draw = random.Random(seed)
    words = [f"word{n}" for n in range(3_000)]
    rows = (f"{n}. {' '.join(draw.choices(words, k=500))};" for n in range(1, 201))
    return "The General Assembly,\n\n" + "\n\n".join(rows)


def test_what_a_comparison_amounts_to_is_told(files):
    terminal = Terminal("redline", *files(OLD, NEW))
    assert terminal.close() == 0
    assert terminal.said.strip() == "out.docx: 1 paragraph changed; 1 word in, 1 out."


def test_what_takes_long_is_told_and_can_be_broken_off(files, tmp_path):
    terminal = Terminal("redline", *files(long(1), long(2)))
    assert "Comparing …" in terminal.until("Comparing …")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.close() == 1
    assert terminal.said.split("…")[-1].strip() == "Aborted!"
    assert not (tmp_path / "out.docx").exists()

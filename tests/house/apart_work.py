"""Work for the tests of work set apart: a worker finds it by its module's name."""

import os
import sys
import threading
import time
from pathlib import Path

from drafting.errors import NotFound
from drafting.text.changes import text_of
from drafting.text.resolution import Kind, Paragraph


def double(number, *, plus=0):
    return 2 * number + plus


def whose():
    return os.getpid()


def paragraph(words):
    return Paragraph(Kind.PREAMBULAR, text_of(words))


def for_ever(mark):
    mark_pid(mark)
    while True:
        pass


def mark_pid(path):
    mark = Path(path)
    mark.write_text(str(os.getpid()))
    mark.rename(f"{path}.done")


def all_memory():
    return len("x" * 4_000_000_000)


def much_memory():
    return len(b"x" * 700_000_000)


def breaks_off():
    os._exit(3)


def refuses():
    raise NotFound(detail="No such thing here.")


def fails():
    raise ValueError("a secret word")


def prints():
    print("noise", flush=True)
    os.write(1, b"noise")
    return sys.stdin.read()


def settings():
    return dict(os.environ)


def not_plain():
    return threading.enumerate


def twenty_megabytes(data):
    return data[::-1]


def computes(seconds):
    until = time.monotonic() + seconds
    count = 0
    while time.monotonic() < until:
        count += 1
    return count

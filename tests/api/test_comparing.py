"""`POST /api/compare` and its page: for anybody, without the database, bounded, and nothing kept."""

import http.client
import io
import json
import random
import socket
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from drafting.app import create_app
from drafting.rules import pace
from tests.make import CONFIG
from tests.security.asking import OUR_OWN
from tests.servers import wait_for

OLD = "The General Assembly,\n\n1. Requests the keeper to light the lamps;\n\n2. Decides to remain seized.\n"
NEW = "The General Assembly,\n\n1. Requests the keeper to clean the lamps;\n\n2. Decides to remain seized.\n"


@pytest.fixture
def client(sqlite_store):
    return create_app(CONFIG, sqlite_store).test_client()


def sent(client, old=OLD, new=NEW, **more):
    files = {
        side: (io.BytesIO(words if isinstance(words, bytes) else words.encode()), f"{side}.txt")
        for side, words in (("old", old), ("new", new))
        if words is not None
    }
    return client.post("/api/compare", data={**files, **more}, headers=OUR_OWN)


def form(old, new):
    """Two files as a form, in bytes."""
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{side}"; filename="{side}.txt"\r\n\r\n'
        f"{words}\r\n"
        for side, words in (("old", old), ("new", new))
    )
    return f"{parts}--x--\r\n".encode()


def test_it_gives_what_differs(client):
    answer = sent(client)
    assert answer.status_code == 200
    assert answer.json["summary"]["sentence"] == "1 paragraph changed; 1 word in, 1 out"
    (changed,) = (p for p in answer.json["paragraphs"] if p["state"] == "changed")
    assert [(p["op"], p["text"]) for p in changed["pieces"]] == [
        ("keep", "Requests the keeper to "),
        ("delete", "light"),
        ("insert", "clean"),
        ("keep", " the lamps;"),
    ]


@pytest.mark.parametrize(
    ("ending", "start", "media"),
    [
        ("docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("html", b"<!doctype html>", "text/html"),
        ("pdf", b"%PDF", "application/pdf"),
    ],
)
def test_it_gives_a_file(client, ending, start, media):
    answer = sent(client, **{"as": ending})
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert answer.mimetype == media
    assert f"new-changes-since-old.{ending}" in answer.headers["Content-Disposition"]


def test_another_ending_is_refused(client):
    answer = sent(client, **{"as": "exe"})
    assert (answer.status_code, answer.json["title"]) == (400, "Malformed")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (b"%PDF-1.7", NEW, {"old"}),
        (OLD, b"\xff\xfe\x00", {"new"}),
        (b"\xd0\xcf\x11\xe0", b"", {"old", "new"}),
        (None, NEW, {"old"}),
        (None, None, {"old", "new"}),
    ],
)
def test_what_is_wrong_is_said_of_the_file_it_concerns(client, old, new, wrong):
    answer = sent(client, old, new)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["files"].keys() == wrong
    assert all(words.endswith(".") for words in answer.json["files"].values())


def test_the_database_is_not_asked_whoever_comes(client, sqlite_store):
    asked = []
    event.listen(
        sqlite_store.engine, "before_cursor_execute", lambda *_: asked.append(1), named=False
    )
    client.set_cookie("drafting", "00" * 24, domain="localhost")
    page = client.get("/compare")
    assert page.status_code == 200
    assert "Nothing is stored" in page.text
    assert sent(client).status_code == 200
    assert not asked
    # The ear hears what others ask.
    client.get("/drafts")
    assert asked


def test_it_must_come_from_a_page_of_ours(client):
    assert client.post("/api/compare", data={}).status_code == 403


def test_one_address_may_ask_so_often(client, monkeypatch):
    monkeypatch.setattr(pace, "TIMES", 2)
    assert [sent(client, None, None).status_code for _ in range(3)] == [422, 422, 429]


def test_two_files_too_large_together_are_refused(client):
    half = "x" * (CONFIG.upload_max_bytes // 2 + 40_000)
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/api/compare", data=form(half, half), content_type=kind, headers=OUR_OWN)
    assert answer.status_code == 413


# On a real server --------------------------------------------------------------------------------


def slow(seed):
    """A text that takes long to be compared: unlike any other, and far longer than a resolution."""
    draw = random.Random(seed)
    words = [f"word{n}" for n in range(3_000)]
    return "The General Assembly,\n\n" + "\n\n".join(
        f"{n}. {' '.join(draw.choices(words, k=500))};" for n in range(1, 201)
    )


def workers(pid):
    """The processes that a server has started and that still run."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            state = Path(f"/proc/{child}/stat")
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
                found.add(int(child))
    return found


def busy(pid):
    """Whether a process has worked for a while: it has used some processor time."""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(times[11]) > 100


def test_others_are_served_meanwhile_and_a_client_that_goes_away_ends_the_work(serving):
    body = form(slow("old"), slow("new"))
    request = (
        f"POST /api/compare HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    with socket.create_connection(("127.0.0.1", serving.port)) as gone:
        gone.sendall(request)
        wait_for(lambda: any(map(busy, workers(serving.pid))), "a worker works", 60)
        (worker,) = workers(serving.pid)
        gone.settimeout(0.0)
        statuses = []

        def ask():
            other = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=60)
            other.request("GET", "/sign-in")
            statuses.append(other.getresponse().status)
            other.close()

        crowd = [threading.Thread(target=ask) for _ in range(16)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        assert statuses == [200] * 16
        with pytest.raises(BlockingIOError):
            gone.recv(1)
    wait_for(lambda: worker not in workers(serving.pid), "the work has ended", 60)
    # The next is served.
    other = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=60)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"}
    other.request("POST", "/api/compare", form(OLD, NEW), headers)
    answer = other.getresponse()
    assert answer.status == 200
    assert json.load(answer)["summary"]["words_in"] == 1
    other.close()

"""deploy/nginx.conf in a real nginx, before two server processes on PostgreSQL and Redis."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import urllib.parse
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import websocket

from tests.servers import Postgres, RedisServer, Serving, free_port, wait_for
from tests.tools import ROOT, nginx

DEPLOY = ROOT / "deploy"
HOST = "drafting.example.org"
PENHOLDER, CHILE = "Presidency (penholder)", "Delegate, Chile"


class Proxied:
    """nginx on loopback, with the configuration of deploy/ but for ports, folders and the two servers."""

    def __init__(self, folder: Path, servers: list[Serving]) -> None:
        self.port, self.plain = free_port(), free_port()
        self.folder = folder
        self.servers = servers
        self.open: list[ssl.SSLSocket] = []
        subject = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, *files],
            check=True,
            capture_output=True,
        )
        words = (DEPLOY / "nginx.conf").read_text()
        # A server that one test has stopped is not held for lost in the next.
        lines = "\n".join(f"    server 127.0.0.1:{one.port} max_fails=0;" for one in servers)
        words = re.sub(r"^ +server 127\.0\.0\.1:8000 .*$", lines, words, flags=re.MULTILINE)
        words = words.replace("/etc/ssl/drafting", str(folder))
        words = words.replace("/var/log/nginx", str(folder))
        for port, mine in (("443", self.port), ("80", self.plain)):
            words = words.replace(f"listen {port}", f"listen 127.0.0.1:{mine}")
            words = re.sub(rf"^ +listen \[::\]:{port}.*\n", "", words, flags=re.MULTILINE)
        (folder / "drafting.conf").write_text(words)
        (folder / "nginx.conf").write_text(
            "daemon off; worker_processes 1; pid nginx.pid; error_log start.log;\n"
            "events { worker_connections 512; }\n"
            "http { include /etc/nginx/mime.types; client_body_temp_path t1; proxy_temp_path t2;"
            " fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;"
            f" include {folder / 'drafting.conf'}; }}\n"
        )
        program = nginx()
        assert program is not None, "run `make tools`"
        command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "start.log"]
        subprocess.run([*command, "-t"], check=True, capture_output=True)
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_for(self._answers, "nginx answers")
        self.tls = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))

    def _answers(self) -> bool:
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def socket(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        self.open.append(self.tls.wrap_socket(plain, server_hostname=HOST))
        return self.open[-1]

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPSConnection(HOST, self.port, timeout=30, context=self.tls)
        connection.sock = self.socket()
        sent = {"Host": HOST, "Sec-Fetch-Site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Person:
    """Somebody's browser, through nginx."""

    def __init__(self, proxied: Proxied, who: str, **headers: str) -> None:
        self.proxied = proxied
        token = proxied.servers[0].links[who].rsplit("/", 1)[1]
        status, found, _ = proxied.ask(
            "POST",
            "/enter",
            urllib.parse.urlencode({"token": token}).encode(),
            Content_Type="application/x-www-form-urlencoded",
            **headers,
        )
        assert status == 303
        self.set_cookie = found["Set-Cookie"]
        self.cookie = self.set_cookie.partition(";")[0]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        status, _, content = self.proxied.ask(
            method, f"/api{path}", data, Cookie=self.cookie, Content_Type="application/json"
        )
        assert status == 200, content
        return json.loads(content)

    def seat(self, draft: str) -> Table:
        return Table(self, draft)


class Table:
    """A websocket through nginx, at a draft's table."""

    def __init__(self, person: Person, draft: str) -> None:
        self.draft = draft
        self.heard: list[Any] = []
        ticket = person.call("POST", "/live/tickets")["ticket"]
        self.socket = websocket.create_connection(
            f"wss://{HOST}/socket.io/?EIO=4&transport=websocket",
            socket=person.proxied.socket(),
            origin=f"https://{HOST}",
            timeout=20,
        )
        self.socket.recv()
        self.socket.send("40" + json.dumps({"ticket": ticket}))
        assert self.socket.recv().startswith("40")
        assert self.ask("join", {"draft": draft})["ok"]

    def ask(self, event: str, data: Any) -> Any:
        self.socket.send("421" + json.dumps([event, data]))
        return json.loads(self.next("431")[3:])[0]

    def event(self, name: str) -> Any:
        for at, message in enumerate(self.heard):
            if message.startswith(f'42["{name}"'):
                return json.loads(self.heard.pop(at)[2:])[1]
        return json.loads(self.next(f'42["{name}"')[2:])[1]

    def next(self, begins: str) -> str:
        while True:
            message = self.socket.recv()
            if message.startswith(begins):
                return message
            if message == "2":
                self.socket.send("3")
            self.heard.append(message)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("nginx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAFTING_HTTPS", "yes")
        patch.setenv("DRAFTING_PROXIES", "127.0.0.1")
        redis_server = RedisServer()
        url = postgres.migrated()
        servers = []
        try:
            for number in (1, 2):
                place = folder / str(number)
                place.mkdir()
                options = ("--redis", redis_server.url)
                server = Serving(place, url, demo=number == 1, options=options)
                servers.append(server.start())
            made = Proxied(folder, servers)
            yield made
            made.stop()
        finally:
            for server in servers:
                server.stop()
            redis_server.kill()


@pytest.fixture
def proxied(running: Proxied) -> Iterator[Proxied]:
    yield running
    for one in running.open:
        one.close()
    running.open.clear()


def test_people_sign_in_sit_down_and_edit_through_nginx(proxied: Proxied) -> None:
    penholder, chile = Person(proxied, PENHOLDER), Person(proxied, CHILE)
    assert penholder.set_cookie.startswith("__Host-drafting=")
    assert {"Secure", "HttpOnly"} <= {w.strip() for w in penholder.set_cookie.split(";")}
    draft = penholder.call("GET", "/drafts")["drafts"][0]["id"]
    # Connections are given to the two servers in turn: of these at least one lies at each.
    hearers = [chile.seat(draft) for _ in range(4)]
    state = penholder.call("GET", f"/drafts/{draft}")
    one = next(p for p in state["paragraphs"] if p["kind"] == "preambular")
    edit = {"draft": draft, "text": one["id"], "id": str(uuid.uuid4()), "base": one["version"]}
    stored = penholder.seat(draft).ask("change", {**edit, "ops": [{"insert": "Bearing light, "}]})
    assert stored["ok"]
    for hearer in hearers:
        told = hearer.event("change")
        assert (told["text"], told["version"]) == (one["id"], stored["parts"][0]["version"])
    at = [len(server_connections(proxied, server)) for server in proxied.servers]
    assert all(at), at


def server_connections(proxied: Proxied, server: Serving) -> list[str]:
    near = f":{server.port:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[2] for row in rows if row[1].endswith(near) and row[3] != "0A"]


def test_whom_a_request_comes_from_is_said_by_nginx_alone(
    proxied: Proxied, postgres: Postgres
) -> None:
    """Failed sign-ins are counted by address: a client's own word about it changes nothing."""
    for number in range(3):
        status, _, _ = proxied.ask(
            "POST",
            "/sign-in",
            urllib.parse.urlencode({"email": "who@example.org", "password": "x" * 20}).encode(),
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=f"198.51.100.{number}",
            Forwarded=f"for=198.51.100.{number}",
            X_Real_IP=f"198.51.100.{number}",
        )
        assert status in (200, 400, 401, 403, 422)
    with psycopg.connect(proxied.servers[0].database_url) as connection:
        counted = connection.execute(
            "SELECT count(*), count(DISTINCT address_hash) FROM sign_in_tries"
        ).fetchone()
    assert counted is not None
    assert counted[0] >= 3
    assert counted[1] == 1


def test_another_sites_page_opens_no_socket(proxied: Proxied) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            f"wss://{HOST}/socket.io/?EIO=4&transport=websocket",
            socket=proxied.socket(),
            origin="https://elsewhere.example.org",
            timeout=20,
        )


def test_what_holds_secrets_is_not_compressed_and_scripts_are(proxied: Proxied) -> None:
    person = Person(proxied, CHILE)
    _, page, _ = proxied.ask("GET", "/", Cookie=person.cookie, Accept_Encoding="gzip")
    _, script, _ = proxied.ask("GET", "/static/js/draft.js", Accept_Encoding="gzip")
    assert (page["Content-Encoding"], script["Content-Encoding"]) == (None, "gzip")
    assert page["Strict-Transport-Security"]
    assert "nginx/" not in str(page["Server"])


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_operators_look_at_is_not_seen_from_outside(proxied: Proxied, path: str) -> None:
    assert proxied.ask("GET", path)[0] == 404


def test_a_file_that_is_too_large_is_refused_at_the_door(proxied: Proxied) -> None:
    connection = http.client.HTTPSConnection(HOST, proxied.port, timeout=30, context=proxied.tls)
    connection.sock = proxied.socket()
    connection.putrequest("POST", "/import", skip_host=True)
    connection.putheader("Host", HOST)
    connection.putheader("Content-Length", str(30 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    ("path", "answered"),
    [
        ("/sign-in", (308, f"https://{HOST}/sign-in")),
        ("/apis", (308, f"https://{HOST}/apis")),
        ("/api/drafts", (403, None)),
        ("/api", (403, None)),
        ("/socket.io/?EIO=4&transport=websocket", (403, None)),
    ],
)
def test_pages_are_sent_from_plain_http_to_tls_and_calls_fail(
    proxied: Proxied, path: str, answered: tuple[int, str | None]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxied.plain, timeout=30)
    connection.request("GET", path, headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == answered
    connection.close()


def _kinds(log: str) -> set[str]:
    return {kind for kind in (" POST 303 ", " GET ") if kind in log}


def test_its_log_holds_no_address_of_a_page_and_no_person(proxied: Proxied) -> None:
    person = Person(proxied, CHILE)
    proxied.ask("GET", "/enter/a-link-that-signs-in", Cookie=person.cookie)
    log = proxied.folder / "drafting.log"
    wait_for(lambda: {" POST 303 ", " GET "} <= _kinds(log.read_text()), "nginx has logged")
    words = log.read_text()
    for secret in ("enter", "127.0.0.1", person.cookie[-20:]):
        assert secret not in words


def test_when_one_server_is_gone_the_other_serves(proxied: Proxied) -> None:
    person = Person(proxied, CHILE)
    other = proxied.servers[1]
    other.kill()
    try:
        for _ in range(6):
            assert person.call("GET", "/drafts")["drafts"]
    finally:
        other.start()
    assert person.call("GET", "/drafts")["drafts"]


def test_every_setting_that_the_files_name_exists() -> None:
    from drafting.config import SETTINGS

    known = {one.name for one in SETTINGS.values()}
    for file in DEPLOY.iterdir():
        for name in re.findall(r"DRAFTING_[A-Z_]+", file.read_text()):
            assert name.removesuffix("_FILE") in known, (file.name, name)

"""Throw-away servers for tests: PostgreSQL, Redis, and our own; on loopback, on free ports."""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psycopg

from tests.tools import ROOT, postgres_bin


def free_port() -> int:
    """Gives a port nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(condition: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    """Waits until a condition holds; fails when it does not in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s:g} s: {what}")
        time.sleep(0.01)


class Postgres:
    """A PostgreSQL server with its data in a folder of its own."""

    def __init__(self) -> None:
        found = postgres_bin()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed: run `make tools`.")
        self._folder = Path(tempfile.mkdtemp(prefix="drafting-pg-"))
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.port = free_port()
        data = self._folder / "data"
        subprocess.run(
            [
                found / "initdb",
                "-D",
                data,
                "-U",
                "drafting",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
            check=True,
            capture_output=True,
            cwd=self._folder,
            **self._as,
        )
        self._programs = found
        self.begin()
        self._made = 0
        self._pattern: str | None = None

    def begin(self) -> None:
        """Starts the server on its data, and waits until it answers."""
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                self._programs / "postgres",
                "-D",
                self._folder / "data",
                "-p",
                str(self.port),
                "-h",
                "127.0.0.1",
                "-k",
                self._folder,
                "-c",
                "shared_buffers=64MB",
                "-c",
                "max_connections=60",
            ],
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=self._folder,
            **self._as,
        )
        log.close()
        wait_for(self._answers, "PostgreSQL answers")

    def stop_at_once(self) -> None:
        """Stops it as `immediate` does: connections are cut, and what had committed is recovered at the start."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(60)

    def freeze(self, *, frozen: bool) -> None:
        """Stops or lets go on every process of it, as a machine does that hangs."""
        number = signal.SIGSTOP if frozen else signal.SIGCONT
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        for pid in (self._process.pid, *map(int, children.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._dsn("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _dsn(self, database: str) -> str:
        return f"postgresql://drafting@127.0.0.1:{self.port}/{database}"

    def database(self, *, like: str = "template1") -> str:
        """Makes an empty database, or a copy of one that nobody is using, and gives its URL."""
        self._made += 1
        name = f"test{self._made}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return self._dsn(name)

    def migrated(self) -> str:
        """Makes a database with the newest schema and gives its URL: a copy, for it is slow to make."""
        if self._pattern is None:
            # Here, so that whoever only speaks to servers need not read the product.
            from drafting.store import schema
            from drafting.store.work import Store

            url = self.database()
            store = Store(url)
            schema.upgrade(store)
            store.close()
            self._pattern = url.rpartition("/")[2]
        return self.database(like=self._pattern)

    def stop(self) -> None:
        """Ends the server and takes its data away: nothing of it need be written to the disk first."""
        self.stop_at_once()
        shutil.rmtree(self._folder, ignore_errors=True)


class RedisServer:
    """A Redis server that keeps nothing, and can be ended and begun again on its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.begin()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def begin(self) -> None:
        """Starts it and waits until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self._answers, "Redis answers")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                s.sendall(b"PING\r\n")
                return s.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self) -> None:
        """Ends it at once."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)


def several() -> list[str]:
    """Gives the options that make the server of every test one of several processes, when that is asked.

    `DRAFTING_TEST_WORKERS=2 pytest tests/stories tests/crash …` plays them on two processes, with
    PostgreSQL and Redis: the same tests have to pass.
    """
    workers = os.environ.get("DRAFTING_TEST_WORKERS")
    return ["--workers", workers, "--redis", _shared_redis().url] if workers else []


@cache
def _shared_redis() -> RedisServer:
    server = RedisServer()
    atexit.register(server.kill)
    return server


@cache
def _shared_postgres() -> Postgres:
    server = Postgres()
    atexit.register(server.stop)
    return server


def _database(folder: Path) -> str:
    if several():
        return _shared_postgres().migrated()
    return f"sqlite:///{folder / 'drafting.sqlite3'}"


class Serving:
    """`drafting serve` as a process of its own, on a database of its own."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        *,
        demo: bool = True,
        options: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder
        self.database_url = database_url or _database(folder)
        self.port = free_port()
        self.links: dict[str, str] = {}
        self._demo = demo
        self._options = options
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The address it serves on."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> Serving:
        """Starts it and waits until it serves."""
        out = self.folder / "server.out"
        command = [
            Path(sys.executable).parent / "drafting",
            "serve",
            "--port",
            str(self.port),
            "--database",
            self.database_url,
            *(self._options or several()),
        ]
        if self._demo:
            command.append("--demo")
        with out.open("wb") as stdout, self._log.open("ab") as stderr:
            self._process = subprocess.Popen(
                command, stdout=stdout, stderr=stderr, cwd=ROOT, start_new_session=True
            )
        wait_for(
            lambda: self._ended() or b"Serving on" in out.read_bytes(), "the server serves", 60
        )
        if self._ended():
            raise AssertionError(self._log.read_text())
        if self._demo:
            wait_for(
                lambda: b"/enter/" in out.read_bytes() and out.read_bytes().endswith(b"\n\n"),
                "the links are printed",
            )
        for line in out.read_text().splitlines():
            found = re.match(r"  (.+?)\s+(http://\S+)  \((.+)\)$", line)
            if found:
                self.links[found[1]] = found[2]
        return self

    @property
    def workers(self) -> list[int]:
        """The numbers of its server processes, where there are several."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(one) for one in children.split()]

    def worker_of(self, client_port: int) -> int | None:
        """Gives the server process that holds a client's connection."""
        near, far = f":{self.port:04X}", f":{client_port:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        sockets = {f"socket:[{r[9]}]" for r in rows if r[1].endswith(near) and r[2].endswith(far)}
        for pid in self.workers:
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(entry.readlink()) in sockets:
                        return pid
        return None

    def _ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """Kills it at once, as a loss of power to the process would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        """Ends it in good order."""
        if self._process is None or self._ended():
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server did not stop on SIGTERM within 15 s") from None

    def log(self) -> str:
        """What it has logged."""
        return self._log.read_text()


class Cable:
    """A network cable between one person and the server, that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listening.getsockname()[1]
        self._pairs: set[socket.socket] = set()
        self._whole = True
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def base(self) -> str:
        """The server's address at this end of the cable."""
        return f"http://127.0.0.1:{self._port}"

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                if not self._whole:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                near.close()
                continue
            for one, other in ((near, far), (far, near)):
                self._pairs.add(one)
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(1 << 16):
                other.sendall(data)
        except OSError:
            pass
        finally:
            self._pairs.discard(one)
            for end in (one, other):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def cut(self) -> None:
        """Cuts every connection and lets no new one through."""
        self._whole = False
        for end in list(self._pairs):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Lets connections through again."""
        self._whole = True

    def close(self) -> None:
        """Ends it."""
        self.cut()
        self._listening.close()

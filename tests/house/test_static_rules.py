"""What the code never does, read from the code itself (P04); the linter's own rules of security hold besides."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.tools import ROOT

CODE = {
    str(path.relative_to(ROOT / "drafting")): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "drafting").rglob("*.py"))
}

REACHES_OUT = {
    "live/exchange.py": "notices between the processes of one machine",
    "live/transport.py": "websockets that were accepted",
    "serving.py": "listening",
    "workers.py": "listening, and notices between the processes of one machine",
    "cli/serve.py": "whether an address can be listened on",
    "services/mailing.py": "the mail server that the settings name",
    "services/issuers.py": "identity providers that the settings name",
}
"""The only modules that open or hold connections, and to what."""

KEEPS = {
    "theme.js": "light or dark",
    "checks.js": "which findings were set aside: numbers that say nothing",
}
"""The scripts that keep something beyond the page in a place that outlives the session."""

MARKUP = {
    "web/rendering.py": "builds the words of a text, escaped piece by piece",
    "web/compilations.py": "what formats/compilation_html.py made, escaped there",
}
PICKLE = {
    "apart.py": "between a process and its own workers; answers name no class but listed ones"
}
SQL_IN_WORDS = {
    ("store/work.py", "PRAGMA busy_timeout"): "a whole number of ours",
    ("store/work.py", "BEGIN"): "one of two constants",
    ("store/health.py", "asked"): "one of two constants",
    ("store/health.py", "SHOW"): "names of settings of ours",
    ("store/backup.py", "statement"): "constants of the schema",
    ("store/rows.py", "ALTER TABLE"): "names of the schema's own constraints",
    ("store/revisions.py", "SELECT version_num"): "a table's name of ours",
}
"""Statements that are not one constant: where, how they begin, and what is put into them."""


@cache
def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Gives every call with the last name of what is called."""
    return [
        (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]  # fmt: skip


@cache
def imported(tree: ast.AST) -> set[str]:
    """Gives the modules that a module imports."""
    out: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            out |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            out.add(node.module)
    return out


def importers(*names: str) -> set[str]:
    """Gives the files that import a module of these names."""
    return {
        file for file, tree in CODE.items() if any(m in imported(tree) for m in names)
    }  # fmt: skip


def callers(*names: str) -> list[str]:
    """Gives where something of these names is called."""
    return [
        f"{file}:{node.lineno}"
        for file, tree in CODE.items()
        for name, node in calls(tree)
        if name in names
    ]


def test_nothing_is_run_that_came_as_words():
    assert not callers("eval", "exec", "__import__", "popen", "render_template_string", "from_string")  # fmt: skip
    assert not importers("marshal", "shelve", "yaml", "dill", "code", "xml.etree.ElementTree", "xml.dom.minidom", "xml.sax")  # fmt: skip
    assert importers("pickle") == PICKLE.keys()
    assert importers("subprocess") <= {"apart.py", "workers.py"}


def test_html_is_made_in_two_places_alone():
    made = {file for file, tree in CODE.items() for name, _ in calls(tree) if name == "Markup"}
    assert made == MARKUP.keys()
    for page in (ROOT / "templates").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|\bon\w+=|javascript:|style=\"", text), page


def test_the_scripts_make_no_html_and_run_no_words():
    sinks = re.compile(
        r"\.(innerHTML|outerHTML)\s*\+?=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|"
        r"createContextualFragment|setHTMLUnsafe|\.srcdoc|setTimeout\(\s*[\"'`]|javascript:"
    )
    scripts = list((ROOT / "static" / "js").glob("*.js"))
    assert len(scripts) > 30
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        found = sinks.search(text)
        assert found is None, (script.name, found and found[0])
        assert ("parseFromString" in text) is (script.name == "line.js"), script.name
        assert ("localStorage.setItem" in text) <= (script.name in KEEPS), script.name


def test_chance_that_matters_comes_from_the_system():
    assert not importers("random", "numpy", "numpy.random")
    for file, tree in CODE.items():
        if not file.startswith("store/migrations/"):
            drawn = [n for n, _ in calls(tree) if n in ("uuid1", "uuid4")]
            assert not drawn or file == "ids.py", file


def test_broken_hashes_protect_nothing():
    for file, tree in CODE.items():
        for name, node in calls(tree):
            if name in ("md5", "sha1", "new") and "hashlib" in ast.unparse(node.func):
                about = {k.arg: ast.unparse(k.value) for k in node.keywords}
                assert about.get("usedforsecurity") == "False", (file, node.lineno)


def test_the_database_is_asked_in_constants():
    for file, tree in CODE.items():
        if not file.startswith("store/"):
            assert not any(n == "exec_driver_sql" for n, _ in calls(tree)), file
            continue
        for name, node in calls(tree):
            is_sql = name == "exec_driver_sql" or (
                name == "text" and ast.unparse(node.func) in ("text", "sa.text")
            )
            if not is_sql or not node.args or isinstance(node.args[0], ast.Constant):
                continue
            said = ast.unparse(node.args[0]).lstrip("f'\"(")
            allowed = any(f == file and said.startswith(start) for f, start in SQL_IN_WORDS)
            assert allowed, f"{file}:{node.lineno}: {said}"


def test_connections_are_opened_where_it_is_said():
    reaching = importers("socket", "http.client", "urllib.request", "smtplib", "requests", "httpx", "ftplib", "imaplib", "telnetlib", "asyncio", "aiohttp", "urllib3")  # fmt: skip
    assert reaching == REACHES_OUT.keys()


def test_only_the_live_floor_speaks_to_sockets():
    for file, tree in CODE.items():
        if file.startswith("live/"):
            continue
        assert "flask_socketio" not in imported(tree), file
        assert not [n for n, _ in calls(tree) if n in ("emit", "join_room", "leave_room")], file
    assert not callers("emit")


@pytest.mark.parametrize("name", ["debug", "info", "warning", "error", "exception", "critical"])
def test_logs_are_written_without_words_of_ours_put_in(name):
    """A logged sentence is a constant: what varies are named values, which the log sifts."""
    for file, tree in CODE.items():
        for called, node in calls(tree) if file != "logs.py" else ():
            if called == name and re.fullmatch(r"_?log(ger)?", ast.unparse(node.func).split(".")[0]):  # fmt: skip
                assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}"


def test_the_rules_see(tmp_path: Path):
    bad = ast.parse(
        "import pickle\nfrom random import choice\neval('1')\nx.execute(text(f'a {b}'))"
    )
    assert imported(bad) == {"pickle", "random"}
    assert {"eval", "text", "execute"} <= {name for name, _ in calls(bad)}

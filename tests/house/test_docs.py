"""The documents say what is true: every call, event and command stands in them."""

import re

import pytest

from drafting import cli
from drafting.app import create_app
from drafting.rules import doors
from drafting.rules.instructions import InstructionState
from drafting.rules.rights import RIGHTS
from drafting.rules.sponsors import Step
from drafting.services.instructions import SHOWN
from drafting.store.work import Store
from tests.make import CONFIG
from tests.tools import ROOT


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('docs') / 'd.sqlite3'}")
    yield create_app(CONFIG, store)
    store.close()


def calls(app):
    """Gives the API's calls as docs/api.md writes them: D for a draft, and so on."""
    letters = {
        "draft_id": "D",
        "thread_id": "T",
        "comment_id": "C",
        "paragraph_id": "P",
        "person_id": "P",
        "invitation_id": "I",
        "session_id": "S",
        "proposal_id": "P",
        "position_id": "X",
        "package_id": "K",
        "condition_id": "Q",
        "instruction_id": "J",
        "delegation_id": "S",
        "number": "N",
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi":
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: letters[m[1]], rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield f"{method} {path}"


def test_every_call_stands_in_the_documents(app):
    text = read("docs/api.md")
    missing = [call for call in calls(app) if f"`{call}`" not in text and f"`{call}?" not in text]
    assert not missing


def test_every_call_stands_in_the_description_for_machines(app):
    described = app.test_client().get("/api/openapi.json").json
    operations = {op["operationId"] for path in described["paths"].values() for op in path.values()}
    assert operations == {e.removeprefix("api.") for e in doors.PAGES if e.startswith("api.")}
    for path in described["paths"].values():
        for method, operation in path.items():
            has_body = "requestBody" in operation
            needs = method in {"post", "put"} and operation["operationId"] != "tickets"
            assert has_body is needs, operation["operationId"]


def test_every_event_stands_in_the_documents():
    text = read("docs/live.md")
    for name in (*doors.TOLD, *(e for e in doors.EVENTS if e not in {"connect", "disconnect"})):
        assert f"`{name}`" in text, name


def test_every_command_stands_in_the_readme():
    text = read("README.md")
    for name in cli._COMMANDS:
        assert f"drafting {name}" in text, name


def test_every_right_and_refusal_of_the_documents_exists():
    text = read("docs/api.md")
    for where, words in (
        (r'"me": {.*?"may": ', {right.value for right in RIGHTS}),
        (r"sponsorship: {.*?\"may\": ", {step.value for step in Step}),
        (r"instruction: {.*?\"may\": ", {*InstructionState, SHOWN}),
    ):
        shown = re.search(where + r"\[(.+?)\]", text, re.DOTALL)
        assert shown
        assert set(re.findall(r'"(\w+)"', shown[1])) <= words


def test_links_between_the_documents_lead_somewhere():
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)

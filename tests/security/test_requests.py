"""Requests from elsewhere, hostile bodies and names, and what protects every answer (A14, F, W)."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from drafting.rules.doors import PAGES
from drafting.web.signing_in import safe_next
from tests.security.asking import CHANGING, OUR_OWN, asks, own_methods, rules
from tests.security.test_matrix import base_pool, may
from tests.security.world import Beginning, World

# From elsewhere (A14) ------------------------------------------------------------------------------

FOREIGN: dict[str, dict[str, str]] = {
    "neither header": {},
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    "a sibling": {"Sec-Fetch-Site": "same-site", "Origin": "http://sub.localhost"},
    "another site that forges its origin": {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    "none with an origin": {"Sec-Fetch-Site": "none", "Origin": "https://elsewhere.example"},
    "an odd word": {"Sec-Fetch-Site": "same-origin, cross-site"},
    "another origin": {"Origin": "https://elsewhere.example"},
    "a null origin": {"Origin": "null"},
    "an origin that begins alike": {"Origin": "http://localhost.evil.example"},
    "an origin with another port": {"Origin": "http://localhost:81"},
    "an origin with a user": {"Origin": "http://x@localhost"},
    "only a referrer": {"Referer": "http://localhost/drafts"},
    "a forwarded host": {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
    "another method's name": {"X-HTTP-Method-Override": "GET"},
}  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=list(FOREIGN))
def test_nothing_is_changed_by_a_request_from_elsewhere(
    world: World, headers: dict[str, str]
) -> None:
    counted = 0
    for rule in rules(world.app):
        if not CHANGING & set(own_methods(rule)):
            continue
        pool = base_pool(world, "penholder", world.begun.draft_id)
        for who in ("penholder", "stranger"):
            ask = next(asks(world.app, rule, pool, world.next_id, own_methods(rule)))
            answer = ask.send(world.clients[who], headers)
            assert answer.status_code == 403, (ask, who)
            assert not answer.headers.getlist("Set-Cookie")
            counted += 1
    assert counted == 2 * sum(bool(CHANGING & set(own_methods(r))) for r in rules(world.app))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {"Origin": "https://LOCALHOST"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_request_from_our_own_page_is_heard(world: World, headers: dict[str, str]) -> None:
    answer = world.call("chile", "POST", "/api/live/tickets", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx", "text/json"],
)  # fmt: skip
def test_a_call_whose_body_is_not_declared_json_is_refused(world: World, content_type: str) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/versions"
    data = json.dumps({"id": str(world.next_id()), "name": "x"})
    answer = world.call("penholder", "POST", path, data=data, content_type=content_type)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


# Hostile bodies (F) --------------------------------------------------------------------------------

DEEP = "[" * 50_000 + "]" * 50_000
RAW = [
    "",
    "null",
    "1",
    "[]",
    '"x"',
    "{",
    DEEP,
    '{"id":' + DEEP + "}",
    "NaN",
    "Infinity",
    "9" * 6000,
    '{"a":' * 50_000 + "1" + "}" * 50_000,
    "\x00",
    '{"id": "\\ud800"}',
    "{'id': 1}",
]
VALUES = [
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 400,
    "9" * 6000,
    "-1",
    "9007199254740993",
    "18446744073709551616",
    "true",
    "null",
    "[]",
    "{}",
    DEEP,
    '"\\ud800"',
    '"\\u0000"',
    '"' + "x" * 30_000 + '"',
    '[{"retain":1e999}]',
    '[{"retain":' + "9" * 400 + "}]",
    '[{"delete":18446744073709551616}]',
    '[{"insert":"\\u0000"}]',
    '[{"insert":{"note":' + "[" * 90 + "]" * 90 + "}}]",
    '[{"insert":"\\ud83d"}]',
]


def _bodied(world: World) -> list[Any]:
    from drafting.api import spec

    found = []
    for rule in rules(world.app):
        if rule.endpoint in spec.BODIES:
            pool = base_pool(world, "penholder", world.begun.draft_id)
            found.append(next(asks(world.app, rule, pool, world.next_id, own_methods(rule))))
    return found


def _sound(answer: Any, about: Any) -> None:
    assert answer.status_code in (400, 403, 404, 409), (
        about,
        answer.status_code,
        answer.text[:200],
    )
    assert answer.content_type == "application/problem+json", about
    assert set(answer.json) == {"type", "title", "status", "detail"}
    assert answer.json["status"] == answer.status_code
    assert len(answer.data) < 2000
    assert "Traceback" not in answer.text


def test_a_body_that_is_none_is_refused_in_words_and_never_breaks_the_server(world: World) -> None:
    for ask in _bodied(world):
        for raw in RAW:
            answer = world.call(
                "penholder", ask.method, ask.path, data=raw, content_type="application/json"
            )
            _sound(answer, (ask, raw[:40]))
        answer = world.call(
            "penholder", ask.method, ask.path, data=b"\xff\xfe{}", content_type="application/json"
        )
        _sound(answer, ask)


def test_a_field_of_any_wrong_form_never_breaks_the_server(world: World) -> None:
    counted = 0
    for ask in _bodied(world):
        names = set(ask.json) | {
            "ops",
            "anchor",
            "at",
            "version",
            "level",
            "after",
            "note",
            "audience",
        }
        for name in sorted(names):
            for value in VALUES:
                rest = {k: v for k, v in ask.json.items() if k != name}
                raw = (
                    json.dumps(rest)[:-1]
                    + (", " if rest else "")
                    + f"{json.dumps(name)}: {value}}}"
                )
                with world.as_it_was() if value == "null" else _nothing():
                    answer = world.call(
                        "penholder", ask.method, ask.path, data=raw, content_type="application/json"
                    )
                counted += 1
                assert answer.status_code < 500, (ask, name, value[:60], answer.text[:200])
    print(f"\n{counted} bodies")


class _nothing:  # noqa: N801 - reads as a word
    def __enter__(self) -> None: ...
    def __exit__(self, *_exc: object) -> None: ...


@pytest.mark.parametrize("kind", ["everyone", "team"])
def test_an_audience_that_names_a_delegation_it_has_none_of_is_refused(
    world: World, kind: str
) -> None:
    body = {
        "id": str(world.next_id()),
        "paragraph": str(world.begun.paragraphs[1]),
        "audience": {"kind": kind, "delegation": str(world.begun.delegations["MEX"])},
        "body": "x",
    }
    path = f"/api/drafts/{world.begun.draft_id}/threads"
    assert world.call("penholder", "POST", path, json=body).status_code == 403


@pytest.mark.parametrize(
    "path", ["/import", "/sign-in", "/account/password", "/api/drafts/{}/versions"]
)
def test_a_body_that_is_too_large_is_refused_in_words(world: World, path: str) -> None:
    size = 21 * 1024 * 1024
    address = path.format(world.begun.draft_id)
    for headers in ({"Content-Length": str(size)},):
        answer = world.call(
            "penholder",
            "POST",
            address,
            data=b"x=" + b"y" * (size - 2),
            content_type="application/json"
            if "api" in path
            else "application/x-www-form-urlencoded",
            headers=OUR_OWN | headers,
        )
        assert answer.status_code == (400 if "api" in path else 413)
        assert re.search("at most 1 MB|too large", answer.text)


def test_a_form_of_endless_fields_is_refused(world: World) -> None:
    field = '--x\r\nContent-Disposition: form-data; name="f{}"\r\n\r\ny\r\n'
    data = "".join(field.format(n) for n in range(10_000)) + "--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    answer = world.call("stranger", "POST", "/sign-in", data=data, content_type=kind)
    assert answer.status_code == 413


# Names and words (F09, W01) ------------------------------------------------------------------------

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
    "\u202egnp.exe",
    "a\r\nSet-Cookie: x=1",
    "👩‍👩‍👧 résumé ' \"",
    "x" * 300,
    "CON",
    "</textarea></title><svg onload=1>",
    "&lt;b&gt;&amp;",
]  # fmt: skip
RAW_MARKUP = re.compile(
    r"<script>alert|<img src=x|<svg onload|</textarea></title>|\b49\b\{%", re.IGNORECASE
)


@pytest.mark.parametrize("words", NASTY)
def test_what_people_write_is_kept_safely_and_shown_as_text_in_every_page(
    world: World, words: str
) -> None:
    begun = world.begun
    draft = f"/api/drafts/{begun.draft_id}"

    def call(path: str, **body: Any) -> Any:
        return world.call("penholder", "POST", path, json={"id": str(world.next_id()), **body})

    call(
        f"{draft}/threads",
        paragraph=str(begun.paragraphs[1]),
        audience={"kind": "everyone"},
        body=words,
    )
    assert call(f"{draft}/versions", name=words[:80] + " v", note=words).status_code in (200, 400)
    call(
        f"{draft}/invitations",
        role="delegate",
        delegation=str(begun.delegations["CHL"]),
        name=words[:100],
    )
    call(
        f"{draft}/deeds",
        kind="insert",
        after=None,
        paragraph_kind="preambular",
        level=0,
        ops=[{"insert": words.replace("\r\n", " ")}],
    )
    australia = str(begun.delegations["AUS"])
    told = {"note": words[:2_000], "delegation": australia}
    for path, body in (
        ("sponsorship", {"step": "said", "delegations": [australia], "who": words[:200], "where": words[:200], "note": words[:2_000]}),
        ("conditions", {"kind": "as_circulated", **told}),
        ("contacts", {"delegation": australia, "said": words, "who": words[:200], "channel": words[:200]}),
        ("actions", {"delegation": australia, "what": words[:200]}),
        ("overrides", {"delegation": australia, "vote": "N", "reason": words, "source": words[:200]}),
        ("call", {"mode": "closed", "group": words[:200], "listed": True}),
        ("letters", {"delegations": [str(begun.delegations["NZL"])], "subject": words[:200], "body": words}),
    ):  # fmt: skip
        answer = call(f"{draft}/{path}", **body)
        # A step of the same state again is no step.
        assert answer.status_code in (200, 400) or path == "sponsorship", (path, answer.json)
    title = world.call(
        "penholder",
        "POST",
        "/import",
        data={"title": words, "file": (BytesIO(TEXT), words + ".txt")},
    )
    assert title.status_code in (200, 303, 422)
    with world.store.work() as w:
        from drafting.store import people as kept

        kept.person(w, begun.persons["penholder"]).name = words
    drafts = [d["id"] for d in world.call("penholder", "GET", "/api/drafts").json["drafts"]]
    pages = 0
    for rule in rules(world.app):
        pool = base_pool(world, "penholder", begun.draft_id) | {
            "draft_id": drafts,
            "number": [0, 1],
            "ending": ["txt", "html", "docx", "json"],
            "query": ["0", words],
            "sheet": ["csv", "xlsx"],
            "answer": [begun.answer],
            "delegation_id": [begun.delegations["AUS"]],
        }
        if rule.endpoint == "static":
            continue
        for ask in asks(world.app, rule, pool, world.next_id, ["GET"]):
            answer = ask.send(world.clients["penholder"])
            assert answer.status_code < 500, ask
            assert "x" not in [c.key for c in world.clients["penholder"]._cookies.values()]
            disposition = answer.headers.get("Content-Disposition", "")
            assert not re.search(r"[\x00-\x1f\x7f\u202e]|\.\./", disposition)
            if disposition:
                assert disposition.startswith("attachment; filename=")
                assert disposition.isascii()
            if answer.content_type.startswith("text/html"):
                found = RAW_MARKUP.search(answer.text)
                assert found is None, (ask, answer.text[found.start() - 80 : found.end() + 40])
                pages += 1
            elif "json" in answer.content_type:
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert pages >= 10


TEXT = b"The General Assembly,\n\nRecalling its resolution 75/1,\n\n1. Decides to go on.\n"

# Every answer (W02, W03) ---------------------------------------------------------------------------

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("https", [False, True])
def test_every_answer_carries_what_protects_it(
    beginning: Beginning, tmp_path: Path, https: bool
) -> None:
    counted = 0
    with World(beginning, tmp_path, https=https) as world:
        for rule in rules(world.app):
            for who, draft in (
                ("chile", world.begun.draft_id),
                ("guest", world.begun.draft_id),
                ("stranger", world.begun.draft_id),
            ):
                pool = base_pool(world, who, draft)
                for ask in asks(
                    world.app,
                    rule,
                    pool,
                    world.next_id,
                    (*own_methods(rule), "HEAD", "OPTIONS", "PUT"),
                ):
                    with world.as_it_was():
                        answer = ask.send(world.clients[who])
                    _protected(answer, rule.endpoint, https=https)
                    counted += 1
        for path in (
            "/nowhere",
            "/api/nowhere",
            "/static/nowhere",
            "/static/../drafting/app.py",
            "//",
            "/%00",
            "/drafts//",
        ):
            _protected(world.call("stranger", "GET", path), "", https=https)
    print(f"\n{counted} answers")


def _protected(answer: Any, endpoint: str, *, https: bool) -> None:
    for name, value in EXPECTED.items():
        assert answer.headers.getlist(name) == [value], (endpoint, name)
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    rules_of = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert rules_of["default-src"] == "'none'"
    assert rules_of["script-src"] == rules_of["style-src"] == "'self'"
    assert rules_of["frame-ancestors"] == rules_of["base-uri"] == rules_of["object-src"] == "'none'"
    assert rules_of["form-action"] == "'self'"
    assert rules_of["require-trusted-types-for"] == "'script'"
    assert rules_of["trusted-types"].split() == ["drafting-paste", "ProseMirrorClipboard"]
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "Permissions-Policy" in answer.headers
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert ("Strict-Transport-Security" in answer.headers) is https
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    if endpoint != "static" or answer.status_code >= 400:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)", "", "evil", "/\tx", "/\r\nX: y", "/a\\b", " //evil.example", "/\u2028x", "http:/evil", "///evil"],
)  # fmt: skip
def test_after_the_sign_in_nobody_is_led_to_another_place(world: World, target: str) -> None:
    assert safe_next(target) == "/drafts"
    page = world.call("stranger", "GET", "/sign-in", query_string={"next": target})
    assert "evil" not in page.text
    answer = world.call(
        "stranger",
        "POST",
        "/sign-in",
        data={"email": "chile@example.org", "password": "a lamp that turns slowly", "next": target},
    )
    assert answer.location == "/drafts"


def test_who_must_sign_in_first_comes_back_to_the_page_asked_for(world: World) -> None:
    path = f"/drafts/{world.begun.draft_id}/compare?from=0&to=1"
    assert world.call("stranger", "GET", path).location == (
        f"/sign-in?next=/drafts/{world.begun.draft_id}/compare%3Ffrom%3D0%26to%3D1"
    )
    assert safe_next(path) == path


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost@evil.example"])
def test_a_forged_host_leads_nobody_there(world: World, host: str) -> None:
    for path in ("/", "/drafts", "/sign-in", "/favicon.ico", "/nowhere"):
        for who in ("chile", "stranger"):
            answer = world.call(who, "GET", path, headers={"Host": host})
            assert "evil" not in (answer.location or "")
            assert "evil" not in answer.text


# Errors (N10) and logs (N11) -----------------------------------------------------------------------


def test_an_error_in_the_middle_tells_a_reference_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "Zanzibar-4711"
    counted = 0
    for endpoint in PAGES:
        if endpoint == "static":
            continue

        def broken(*_args: object, **_more: object) -> None:
            raise RuntimeError(f"{canary} of Mexico")

        monkeypatch.setitem(world.app.view_functions, endpoint, broken)
    for rule in rules(world.app):
        if rule.endpoint == "static":
            continue
        who = next(
            name for name in ("penholder", "mexico") if may(name, PAGES[rule.endpoint].right)
        )
        pool = base_pool(world, who, world.begun.draft_id)
        ask = next(asks(world.app, rule, pool, world.next_id, own_methods(rule)))
        answer = ask.send(world.clients[who])
        assert answer.status_code == 500, ask
        assert canary not in answer.text
        assert "RuntimeError" not in answer.text
        assert re.search(r"reference [0-9a-f]{8}", answer.text)
        assert answer.content_type == (
            "application/problem+json"
            if rule.rule.startswith("/api/")
            else "text/html; charset=utf-8"
        )
        counted += 1
    assert counted == len(PAGES) - 1
    assert canary not in caplog.text


def test_what_people_write_and_sign_in_with_is_not_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    canary = "Zanzibar-4711"
    draft = f"/api/drafts/{world.begun.draft_id}"
    audience = {"kind": "delegation", "delegation": str(world.begun.delegations["CHL"])}
    body = {
        "id": str(world.next_id()),
        "paragraph": str(world.begun.paragraphs[1]),
        "audience": audience,
        "body": canary,
    }
    assert world.call("chile", "POST", f"{draft}/threads", json=body).status_code == 200
    assert (
        world.call(
            "chile", "POST", f"{draft}/threads", json=body | {"body": canary + "!"}
        ).status_code
        == 409
    )
    world.call(
        "chile", "POST", f"{draft}/threads", data="{" + canary, content_type="application/json"
    )
    world.call("stranger", "POST", "/sign-in", data={"email": canary, "password": canary})
    world.call("stranger", "GET", f"/enter/{canary}")
    world.call("stranger", "GET", f"/nowhere?{canary}")
    assert canary not in caplog.text
    for token in world.begun.tokens.values():
        assert token not in caplog.text

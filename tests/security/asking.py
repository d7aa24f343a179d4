"""Requests made from the house's own tables: addresses from the url map, bodies from the shapes.

A page or call that comes new is asked by itself. One for which nothing can be built raises
CannotBuild, and the test that asked for it fails.
"""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
import re
import typing
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from drafting.api import spec
from drafting.services.exports import MEDIA_TYPES

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OUR_OWN = {"Sec-Fetch-Site": "same-origin"}

Pool = Mapping[str, Sequence[Any]]
"""Values by the name of a parameter: `draft_id`, `thread_id`, …"""


class CannotBuild(Exception):
    """There is no way yet to ask for a thing; say here how, so that it is swept."""


@dataclass(frozen=True)
class Ask:
    """One request."""

    endpoint: str
    method: str
    path: str
    args: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, Any] | None = None
    kind: str = ""
    """Which of several bodies this is."""

    def send(self, client: FlaskClient, headers: Mapping[str, str] = OUR_OWN) -> TestResponse:
        """Sends it; nothing is followed."""
        more: dict[str, Any] = {}
        if self.json is not None:
            more["json"] = self.json
        if self.form is not None:
            more["data"] = {
                name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
                for name, value in self.form.items()
            }
        return client.open(
            self.path,
            method=self.method,
            query_string=dict(self.query),
            headers=headers,
            buffered=True,
            **more,
        )

    def __str__(self) -> str:
        query = "&".join(f"{k}={v}" for k, v in self.query.items())
        return f"{self.method} {self.path}{'?' + query if query else ''} {self.kind}".strip()


def rules(app: Flask) -> list[Rule]:
    """Gives every rule, in an order that never changes."""
    return sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint))


def rules_of(app: Flask, endpoint: str) -> list[Rule]:
    """Gives the rules of one view."""
    return [r for r in rules(app) if r.endpoint == endpoint]


def own_methods(rule: Rule) -> list[str]:
    """Gives the methods a rule was written for."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


ANOTHER_KIND = {("web.board_export", "ending"): "sheet", ("web.answer_page", "token"): "answer"}
"""Parameters that are called like another page's and have values of their own: their name in a pool."""


def addresses(app: Flask, rule: Rule, pool: Pool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Gives each address of a rule that the pool's values make, with those values."""
    names = sorted(rule.arguments)
    keys = [ANOTHER_KIND.get((rule.endpoint, name), name) for name in names]
    for name in keys:
        if name not in pool:
            raise CannotBuild(f"{rule.endpoint}: no values for “{name}” in {rule.rule}")
    adapter = app.url_map.bind("localhost")
    for values in itertools.product(*(pool[name] for name in keys)):
        args = dict(zip(names, values, strict=True))
        method = next(iter(own_methods(rule)), "GET")
        yield adapter.build(rule.endpoint, args, method=method), args


def queries(app: Flask, endpoint: str) -> list[str]:
    """Gives the query parameters a view reads, from its source."""
    source = inspect.getsource(inspect.unwrap(app.view_functions[endpoint]))
    found = re.findall(
        r"(?:number(?:_of)?|day_of|id_of)\(\"(\w+)\"\)|request\.args(?:\.get\(|\[)\"(\w+)\"", source
    )
    return sorted({one or other for one, other in found})


# Bodies ------------------------------------------------------------------------------------------

PASSWORD = "the quick brown lighthouse"
RETURNED = b"The General Assembly,\n\n1. Decides to look again.\n"
NOT_LOOKED_AT = json.dumps(
    {
        "id": "5b2f5e1c-9d3e-4c1b-8f5b-0d1c2b3a4f50",
        "version": "0",
        "sha256": hashlib.sha256(RETURNED).hexdigest(),
        "mark": "0" * 32,
        "items": ["p1"],
        "audience": {"kind": "everyone"},
    }
)
"""A choice from a plan that nobody was shown."""

PASSKEY = json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}})
"""A passkey's answer that proves nothing."""

FORMS: dict[str, list[dict[str, Any]]] = {
    "web.sign_in": [
        {"email": "nobody@example.org", "password": "wrong", "next": "/drafts"},
        {"email": "mexico@example.org", "password": "wrong", "next": "//elsewhere.example"},
    ],
    "web.sign_in_challenge": [{}],
    "web.sign_in_passkey": [{"answer": PASSKEY, "next": "/drafts"}],
    "web.second": [{"code": "000000", "secret": "A" * 32}],
    "web.second_app": [{}],
    "web.second_challenge": [{}],
    "web.second_passkey": [{"answer": PASSKEY}],
    "web.account_again": [{"password": "wrong", "at": "factor"}],
    "web.account_again_challenge": [{}],
    "web.account_again_passkey": [{"answer": PASSKEY, "at": "factor"}],
    "web.account_email": [{"email": "other@example.org"}],
    "web.account_app": [{}],
    "web.account_app_confirm": [{"code": "000000", "secret": "A" * 32}],
    "web.account_app_end": [{}],
    "web.account_codes": [{}],
    "web.account_passkey_challenge": [{}],
    "web.account_passkey": [{"answer": PASSKEY, "name": "A key"}],
    "web.account_passkey_end": [{"passkey": "00000000-0000-4000-8000-000000000000"}],
    "web.account_identity_end": [{"identity": "00000000-0000-4000-8000-000000000000"}],
    "web.account_sessions_end": [{}],
    "web.enter": [{"token": "00" * 24}],
    "web.sign_out": [{}],
    "web.invitation_accept": [
        {"token": "00" * 24, "name": "A Name", "email": "a@example.org", "password": PASSWORD}
    ],
    "web.account_password": [{"current": "wrong", "new": "short"}],
    "web.import_file": [{"title": "A text", "file": (b"\x00\x01", "text.bin")}],
    "api.compare": [
        {"old": (b"1. A.", "a.txt"), "new": (b"1. B.", "b.txt")},
        {"old": (b"1. A.", "a.txt"), "new": (b"1. B.", "b.txt"), "as": "docx"},
    ],
    "api.returned_look": [{"file": (RETURNED, "text.txt"), "version": "0"}],
    "api.returned_bring": [{"file": (RETURNED, "text.txt"), "asked": NOT_LOOKED_AT}],
    "web.answer": [{"token": "00" * 24, "choice": "yes", "note": "A note.", "name": "A name"}],
    "web.account_zone": [{"zone": "America/New_York"}],
}
"""What each form of the pages is sent with."""

WITHOUT_BODY = frozenset(
    {"api.tickets", "api.session_end", "api.place_end", "api.invitation_withdraw"}
)
"""Changing calls that carry nothing."""


def bodies(endpoint: str, pool: Pool, next_id: typing.Callable[[], uuid.UUID]) -> list[Ask]:
    """Gives valid bodies for a changing view, as requests without an address."""
    if endpoint in FORMS:
        return [
            Ask(endpoint, "", "", form=form, kind=f"form {n}")
            for n, form in enumerate(FORMS[endpoint])
        ]
    if endpoint in WITHOUT_BODY:
        return [Ask(endpoint, "", "")]
    shape = spec.BODIES.get(endpoint)
    if shape is None:
        raise CannotBuild(f"{endpoint}: no body is known for this changing view")
    out = []
    for kind, build in _variants(endpoint, pool):
        value = {}
        for name, about in shape.model_fields.items():
            key = about.alias or name
            if key in build:
                value[key] = build[key]
            elif name == "id":
                value[key] = str(next_id())
            elif not about.is_required():
                continue
            elif name in _VALUES:
                value[key] = _VALUES[name]
            else:
                raise CannotBuild(f"{endpoint}: no value for the field “{name}”")
        out.append(Ask(endpoint, "", "", json=value, kind=kind))
    return out


_VALUES: dict[str, Any] = {
    "body": "A remark.",
    "resolved": True,
    "name": "A name",
    "from_": 1,
    "to": 1,
    "role": "delegate",
    "kind": "undo",
    "audience": "everyone",
    "sentence": "In OP1, read “tend”.",
    "outcome": "will_consider",
    "mark": "met",
    "stance": "retain",
    "state": "open",
    "verdict": "technical",
    "version": 0,
    "moot": [],
    "on": "2026-11-02",
    "what": "Call them.",
    "mode": "open",
    "subject": "A text on lighthouses",
    "target": True,
}


def _variants(endpoint: str, pool: Pool) -> list[tuple[str, dict[str, Any]]]:
    delegations = [str(d) for d in pool["delegation"]]
    audiences = [
        ("everyone", {"kind": "everyone"}),
        ("team", {"kind": "team"}),
        *((f"delegation {n}", {"kind": "delegation", "delegation": d}) for n, d in enumerate(delegations)),
        *((f"presidency {n}", {"kind": "presidency", "delegation": d}) for n, d in enumerate(delegations)),
    ]  # fmt: skip
    paragraphs = [str(p) for p in pool["paragraph_id"]]
    match endpoint:
        case "api.thread_begin":
            return [
                (f"{words} on {n}", {"audience": audience, "paragraph": p})
                for words, audience in audiences
                for n, p in enumerate(paragraphs)
            ]
        case "api.thread_audience":
            return [(words, {"audience": audience}) for words, audience in audiences]
        case "api.thread_resolution":
            return [("resolve", {"resolved": True}), ("reopen", {"resolved": False})]
        case "api.invite":
            return [
                (f"{role} of {n}", {"role": role, "delegation": d})
                for role in ("head", "delegate", "capital", "observer", "presidency")
                for n, d in enumerate(delegations)
            ] + [("secretariat", {"role": "secretariat"})]
        case "api.proposal_begin":
            return [
                (f"{kind} {n}", {"kind": kind, **fields(p)})
                for kind, fields in _PROPOSALS.items()
                for n, p in enumerate(paragraphs)
            ]
        case "api.proposal_share":
            return [(f"with {n}", {"delegation": d}) for n, d in enumerate(delegations)]
        case "api.proposal_circulate":
            return [(one, {"audience": one}) for one in ("presidency", "everyone")]
        case "api.proposal_confirm":
            return [(f"on {n}", {"paragraph": p}) for n, p in enumerate(paragraphs)]
        case "api.proposal_respond":
            return [
                (one, {"outcome": one, "audience": "presidency"})
                for one in ("will_consider", "not_retained")
            ]
        case "api.accept":
            return [
                (f"{n} {m}", {"paragraph": p, "version": 0, "proposals": [str(one)]})
                for n, p in enumerate(paragraphs)
                for m, one in enumerate(pool["proposal_id"])
            ]
        case "api.reconcile":
            return [
                (f"{n}", {"moot": [{"proposal": str(one)}]})
                for n, one in enumerate(pool["proposal_id"])
            ] + [("none", {"moot": []})]
        case "api.position_take":
            return (
                [
                    (f"{audience} {n}", {"paragraph": p, "audience": audience})
                    for audience in ("delegation", "presidency", "everyone")
                    for n, p in enumerate(paragraphs)
                ]
                + [
                    (
                        f"on proposal {n}",
                        {"proposal": str(one), "stance": "support", "audience": "delegation"},
                    )
                    for n, one in enumerate(pool["proposal_id"])
                ]
                + [
                    (
                        f"with {n}",
                        {
                            "paragraph": paragraphs[0],
                            "audience": "delegation",
                            "aligns_with": str(one),
                        },
                    )
                    for n, one in enumerate(pool["position_id"])
                ]
            )
        case "api.position_respond":
            return [("", {"outcome": "accepted", "audience": "presidency"})]
        case "api.agreement_say":
            return [(f"open {n}", {"paragraph": p}) for n, p in enumerate(paragraphs)]
        case "api.package_tie":
            return [("", {"paragraphs": [*paragraphs, paragraphs[0]]})]
        case "api.verdict":
            return [
                (f"{n}", {"from": 0, "to": 0, "paragraph": p}) for n, p in enumerate(paragraphs)
            ]
        case "api.sponsor_step":
            return [
                ("own: said", {"step": "said"}),
                *((f"own: positive, {to}", {"step": "positive", "audience": to}) for to in REACHES),
                *((f"said by {n}", {"step": "said", "delegations": [d]}) for n, d in enumerate(delegations)),
                *(
                    (f"approached: {n}", {"step": "approached", "delegations": [d], "audience": "presidency"})
                    for n, d in enumerate(delegations)
                ),
            ]  # fmt: skip
        case "api.condition_bind":
            return [
                *((f"own: on {n}", {"kind": "stays", "paragraph": p}) for n, p in enumerate(paragraphs)),
                *(
                    (f"{to} of {n}", {"kind": "as_circulated", "delegation": d, "audience": to})
                    for to in REACHES
                    for n, d in enumerate(delegations)
                ),
            ]  # fmt: skip
        case "api.instruction_ask":
            return [
                *((f"on {n}", {"subject": "paragraph", "paragraph": p}) for n, p in enumerate(paragraphs)),
                ("shown", {"subject": "sponsorship", "shown": "due", "due": "2026-11-20"}),
            ]  # fmt: skip
        case "api.instruction_step":
            return [
                ("received", {"step": "received", "words": "Words."}),
                ("superseded", {"step": "superseded"}),
                ("shown", {"step": "shown", "shown": "pending"}),
                ("received and said", {"step": "received", "sponsorship": "said"}),
                ("received and confirmed", {"step": "received", "confirm": True}),
            ]
        case "api.contact":
            return [
                (f"with {n}", {"delegation": d, "said": "Yes."}) for n, d in enumerate(delegations)
            ]
        case "api.action":
            return [(f"about {n}", {"delegation": d}) for n, d in enumerate(delegations)]
        case "api.targets":
            return [(f"{n}", {"delegations": [d]}) for n, d in enumerate(delegations)]
        case "api.call":
            deadline = {"local": "2026-11-20T18:00", "zone": "America/New_York"}
            return [("", {"listed": True, "deadline": deadline})]
        case "api.override":
            because = {"reason": "A reason.", "source": "A source"}
            return [
                (f"{n}", {"delegation": d, "vote": "A", **because})
                for n, d in enumerate(delegations)
            ]
        case "api.letters_preview" | "api.letters_send":
            asking = {"question": "sponsor", "body": "Dear {State}, {facts} {link}"}
            return [
                *((f"to {n}", {"delegations": [d], "body": "Dear {State}"}) for n, d in enumerate(delegations)),
                *((f"asking {n}", {"delegations": [d], **asking}) for n, d in enumerate(delegations)),
            ]  # fmt: skip
        case "api.record_add":
            return [("votes", {"votes": EARLIER_VOTES})]
        case "api.table":
            return [("", {"symbol": "A/C.1/76/L.41"})]
        case "api.roll_call":
            return [
                ("whole", {"votes": {"MEX": "Y", "CHL": "N"}, "body": "committee"}),
                *(
                    (f"on {n}", {"votes": {"MEX": "A"}, "body": "committee", "paragraph": p})
                    for n, p in enumerate(paragraphs)
                ),
            ]
        case "api.updates_answer":
            return [("none", {}), ("all", {"all": True})]
        case "api.masthead":
            return [("", {"agenda_item": "Agenda item 100 (ff)"})]
        case "api.adopt":
            return [("", {"symbol": "A/RES/76/47"})]
        case "api.deed":
            return [
                (f"{kind} {n}", {"kind": kind, **fields(p)})
                for kind, fields in _DEEDS.items()
                for n, p in enumerate(paragraphs)
            ]
    return [("", {})]


REACHES = ("delegation", "presidency", "board")
EARLIER_VOTES = "iso3,vote,date,resolution\nMEX,Y,2020-12-07,A/RES/75/62\n"

_DEEDS: dict[str, typing.Callable[[str], dict[str, Any]]] = {
    "insert": lambda p: {"after": p, "paragraph_kind": "preambular", "level": 0, "ops": []},
    "delete": lambda p: {"paragraph": p},
    "restore": lambda p: {"paragraph": p},
    "move": lambda p: {"paragraph": p, "after": None},
    "split": lambda p: {"paragraph": p, "at": 3, "version": 0},
    "merge": lambda p: {"paragraph": p},
    "change_kind": lambda p: {"paragraph": p, "paragraph_kind": "operative", "level": 0},
    "undo": lambda p: {"deed": p},
}

_PROPOSALS: dict[str, typing.Callable[[str], dict[str, Any]]] = {
    "amend": lambda p: {"paragraph": p, "ops": [{"insert": "Other words;"}]},
    "alternative": lambda p: {"paragraph": p, "ops": [{"insert": "Other words;"}]},
    "insert": lambda p: {
        "paragraph": p,
        "paragraph_kind": "operative",
        "ops": [{"insert": "New;"}],
    },
    "delete": lambda p: {"paragraph": p},
    "move": lambda p: {"paragraph": p, "after": None},
    "split": lambda p: {"paragraph": p, "at": 3, "version": 0},
    "merge": lambda p: {"paragraph": p},
}

ENDINGS = (*sorted(MEDIA_TYPES), "pdf")


def asks(
    app: Flask,
    rule: Rule,
    pool: Pool,
    next_id: typing.Callable[[], uuid.UUID],
    methods: Sequence[str] = METHODS,
) -> Iterator[Ask]:
    """Gives every request to a rule that a pool makes, by these methods."""
    names = queries(app, rule.endpoint)
    for path, args in addresses(app, rule, pool):
        for method in methods:
            if method in CHANGING and method in (rule.methods or set()):
                for body in bodies(rule.endpoint, pool, next_id):
                    yield Ask(
                        rule.endpoint, method, path, args, {}, body.json, body.form, body.kind
                    )
            elif method == "GET" and names:
                yield Ask(rule.endpoint, method, path, args)
                for name in names:
                    for value in pool.get(f"?{name}", pool["query"]):
                        yield Ask(rule.endpoint, method, path, args, {name: str(value)})
            else:
                yield Ask(rule.endpoint, method, path, args)

"""The API's description for machines, in OpenAPI 3.1, made from its shapes."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from typing import Any

from flask import current_app

from drafting.api import answers, shapes
from drafting.api import shapes_forward as forward
from drafting.api import shapes_returned as returned
from drafting.api import shapes_sponsors as more
from drafting.rules import doors
from drafting.services.exports import MEDIA_TYPES

BODIES: dict[str, type[shapes.Body]] = {
    "api.deed": shapes.DeedShape,
    "api.thread_begin": shapes.ThreadBegin,
    "api.thread_reply": shapes.CommentBody,
    "api.comment_edit": shapes.CommentBody,
    "api.thread_resolution": shapes.Resolution,
    "api.thread_audience": shapes.Widening,
    "api.version_seal": shapes.Sealing,
    "api.version_restore": shapes.Asked,
    "api.purge": shapes.Purging,
    "api.invite": shapes.Inviting,
    "api.proposal_begin": shapes.ProposalBegin,
    "api.proposal_share": shapes.Sharing,
    "api.proposal_circulate": shapes.Circulation,
    "api.proposal_sentence": shapes.Sentence,
    "api.proposal_withdraw": shapes.Withdrawal,
    "api.proposal_revise": shapes.Asked,
    "api.proposal_confirm": shapes.Confirmation,
    "api.proposal_respond": shapes.ProposalResponse,
    "api.accept": shapes.Acceptance,
    "api.reconcile": shapes.Reconciling,
    "api.position_take": shapes.PositionTaken,
    "api.position_mark": shapes.Marking,
    "api.position_respond": shapes.PositionAnswer,
    "api.agreement_say": shapes.AgreementSaid,
    "api.package_tie": shapes.PackageTied,
    "api.package_untie": shapes.Dissolution,
    "api.verdict": shapes.Judgement,
    "api.sponsor_step": more.SponsorStep,
    "api.condition_bind": more.ConditionMade,
    "api.condition_lift": shapes.Asked,
    "api.reading": more.VersionRead,
    "api.instruction_ask": more.InstructionAsked,
    "api.instruction_step": more.InstructionNext,
    "api.contact": more.ContactHad,
    "api.action": more.ActionSet,
    "api.targets": more.Targeting,
    "api.call": more.CallMade,
    "api.override": more.Expectation,
    "api.letters_preview": more.LettersAsked,
    "api.letters_send": more.LettersAsked,
    "api.record_add": more.EarlierYears,
    "api.table": more.TablingMade,
    "api.roll_call": more.VoteTaken,
    "api.adopt": more.AdoptionMade,
    "api.next_draft": more.NextDraft,
    "api.updates_answer": forward.UpdatesAnswered,
    "api.masthead": forward.MastheadSet,
}
"""The body each changing call carries, by the name of its view."""

FORMS: dict[str, dict[str, dict[str, Any]]] = {
    "api.compare": {
        "old": {"type": "string", "format": "binary"},
        "new": {"type": "string", "format": "binary"},
        "as": {"type": "string", "enum": ["docx", "pdf", "html"]},
    },
    "api.returned_look": {
        "file": {"type": "string", "format": "binary"},
        "version": {"type": "string"},
    },
    "api.returned_bring": {
        "file": {"type": "string", "format": "binary"},
        "asked": {"type": "string", "contentMediaType": "application/json"},
    },
}
"""The fields of calls that carry files, as multipart/form-data; files are required."""

PARTS: dict[str, type[shapes.Body]] = {"api.returned_bring": returned.Bringing}
"""The JSON that a call carries beside a file, in the field `asked`."""

QUERIES: dict[str, dict[str, str]] = {
    "api.redline": {"from": "integer", "to": "integer"},
    "api.overlay": {"proposals": "string"},
    "api.board": {"on": "string"},
    "api.verification": {"head": "string"},
    "api.circulated": {"on": "string", "zone": "string"},
    "api.outlook": {"part": "string", "like": "string"},
}
"""What each call reads from the query, and of what type it is."""

_PROBLEM = {
    "description": "A refusal: its name, and a sentence for the person.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@cache
def document() -> dict[str, Any]:
    """Gives the description of every call of the API."""
    schemas: dict[str, Any] = {
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"const": "about:blank"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                # From status 500 on: the server's log has it too.
                "reference": {"type": "string"},
            },
        }
    }
    paths: dict[str, Any] = {}
    for rule in sorted(current_app.url_map.iter_rules(), key=str):
        if not rule.endpoint.startswith("api."):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule.endpoint, path, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Drafting table", "version": "1", "description": "See docs/api.md."},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "drafting"}},
        },
        "security": [{"session": []}],
        "paths": paths,
    }


def _operation(endpoint: str, path: str, schemas: dict[str, Any]) -> dict[str, Any]:
    view = current_app.view_functions[endpoint]
    operation: dict[str, Any] = {
        "operationId": endpoint.removeprefix("api."),
        "summary": (view.__doc__ or "").strip().partition("\n")[0],
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "integer"}
                if name == "number"
                else {"type": "string", "format": "uuid"},
            }
            for name in re.findall(r"{(\w+)}", path)
        ]
        + [
            {"name": name, "in": "query", "schema": {"type": kind}}
            for name, kind in QUERIES.get(endpoint, {}).items()
        ],
        "responses": {
            "200": {"description": "Done.", "content": _answer(endpoint)},
            "default": _PROBLEM,
        },
    }
    form = FORMS.get(endpoint)
    if form is not None:
        required = [name for name, kind in form.items() if kind.get("format") == "binary"]
        described: dict[str, Any] = {
            "type": "object",
            "required": [*required, *({"asked"} & form.keys())],
            "properties": deepcopy(form),
        }
        operation["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": described}},
        }
        if doors.PAGES[endpoint].who is doors.Who.ANYONE:
            operation["security"] = []
        part = PARTS.get(endpoint)
        if part is not None:
            described["properties"]["asked"]["contentSchema"] = _schema(part, schemas)
    body = BODIES.get(endpoint)
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(body, schemas)}},
        }
    return operation


def _answer(endpoint: str) -> dict[str, Any]:
    """Gives what a call answers with when it is done."""
    named = answers.ANSWERS.get(endpoint)
    files = answers.FILES.get(endpoint, ())
    return {
        "application/json": {} if named is None else {"schema": answers.schema(named)},
        **{MEDIA_TYPES[ending]: {} for ending in files},
    }


def _schema(body: type[shapes.Body], schemas: dict[str, Any]) -> dict[str, str]:
    """Adds a body's schema to the schemas; gives the reference to it."""
    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    _close(schema)
    schemas.update(schema.pop("$defs", {}))
    schemas[body.__name__] = schema
    return {"$ref": f"#/components/schemas/{body.__name__}"}


def _close(schema: object) -> None:
    """Says of tables whose keys have a form that they have no other keys: JSON Schema would allow any."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        for part in schema.values():
            _close(part)
    elif isinstance(schema, list):
        for part in schema:
            _close(part)

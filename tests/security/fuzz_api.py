"""The API asked what its own description allows, and what it forbids, as every kind of person.

    python -m tests.security.fuzz_api [--seconds 60] [--seed 0]

Schemathesis makes the requests from /api/openapi.json: half of them as described, half with
something wrong; ids of things that exist are put in, so that rights are met and not only absent
things. What is looked for: an answer of 5xx or none, an answer of another form than described, and
anything done that the description forbids. Every fault is printed with who asked what.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet
from werkzeug.test import TestResponse

from drafting.api import spec
from tests.security import fuzzing
from tests.security.asking import OUR_OWN, bodies
from tests.security.world import EVERYBODY, Beginning, World, begin

BATCH = 100
"""Requests between two looks at the clock."""

FRESH_AFTER = 2_000
"""Requests after which the world begins anew: what was made by chance only grows."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WRONG_FORM = "not of the expected form"
AGAIN = 0.2
"""How many of the calls that did something are repeated."""


@dataclass
class Found:
    """What came of a run."""

    asked: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    """Calls that did something, by name."""
    faults: dict[str, str] = field(default_factory=dict)
    """One for each kind of fault: its kind, and the request."""


class Fuzz:
    """A world, its description, and requests made from it."""

    def __init__(self, begun: Beginning, folder: Path) -> None:
        self._begun = begun
        self._folder = folder
        self._worlds = 0
        with World(begun, folder / "reading") as world:
            self.document = world.call("stranger", "GET", "/api/openapi.json").json
        loaded = schemathesis.openapi.from_dict(self.document)
        self._strategies = [
            (f"{one.method.upper()} {one.path}", one.as_strategy(generation_mode=mode))
            for one in (found.ok() for found in loaded.get_all_operations())
            for mode in GenerationMode
        ]
        self.bodies = {
            (path, method): validator(self.document, content["schema"])
            for path, method, operation in _operations(self.document)
            for kind, content in operation.get("requestBody", {}).get("content", {}).items()
            if kind == "application/json"
        }
        self.answers = {
            (path, method, status, kind): validator(self.document, content["schema"])
            for path, method, operation in _operations(self.document)
            for status, answer in operation["responses"].items()
            for kind, content in answer.get("content", {}).items()
            if "schema" in content
        }

    def prepare(self, app: Flask) -> None:
        """Does something to each new application before it is asked; nothing, but in a test."""

    def run(self, number: int, *, until: Callable[[Found], bool], only: str = "") -> Found:
        """Asks in batches until there is enough. A run of the same number asks the same.

        `only` is one operation, as "POST /api/live/tickets"; else all are asked.
        """
        found = Found()
        strategies = st.sampled_from([one for name, one in self._strategies if only in ("", name)])
        while not until(found):
            self._worlds += 1
            with World(self._begun, self._folder / str(self._worlds)) as world:
                self.prepare(world.app)
                asked = 0
                while asked < FRESH_AFTER and not until(found):
                    self._batch(world, strategies, number, found)
                    number += 1
                    asked += BATCH
        return found

    def _batch(
        self, world: World, strategies: st.SearchStrategy[Any], number: int, found: Found
    ) -> None:
        known = _known(world)
        dice = random.Random(number)

        def ask(data: st.DataObject) -> None:
            case = data.draw(data.draw(strategies))
            who = data.draw(st.sampled_from(EVERYBODY))
            self._ask(world, who, case, _Knowing(known, dice), found)

        fuzzing.batch(number, BATCH, ask)

    def _ask(self, world: World, who: str, case: Case, knowing: _Knowing, found: Found) -> None:
        template, method = case.operation.path, case.operation.method.upper()
        path = case.formatted_path
        for name in re.findall(r"{(\w+)}", template):
            generated = str((case.path_parameters or {}).get(name))
            if UUID.fullmatch(generated):
                path = path.replace(generated, knowing.one(name))
        carried: dict[str, Any] = {}
        sent: Any = None
        if not isinstance(case.body, NotSet):
            sent = knowing.put_into(knowing.deepened(world, case))
            if case.media_type == "application/json":
                carried = {"content_type": "application/json", "data": _written(sent)}
            elif isinstance(sent, dict):
                carried = {"data": {name: _part(name, one) for name, one in sent.items()}}
            else:
                carried = {"content_type": case.media_type, "data": _written(sent)}
        query = {name: one for name, one in (case.query or {}).items() if isinstance(one, str)}
        about = f"{who}: {method} {path} {query or ''} {str(carried.get('data', ''))[:600]}"
        found.asked += 1
        try:
            answer = self._sent(world, who, method, path, query_string=query, **carried)
        except Exception as error:  # noqa: BLE001 - whatever gets out of the application is a fault
            found.faults.setdefault(f"{method} {template}: {type(error).__name__}", about)
            return
        found.answers[answer.status_code] += 1
        if answer.status_code < 300:
            found.done[case.operation.definition.raw["operationId"]] += 1
            if carried.get("content_type") == "application/json" and knowing.again():
                repeated = self._sent(world, who, method, path, **carried)
                if repeated.status_code >= 300:
                    found.faults.setdefault(
                        f"{method} {template}: repeated, it answers {repeated.status_code}", about
                    )
        for fault in self._judged(template, method, answer, sent, case):
            found.faults.setdefault(
                f"{method} {template}: {fault}", f"{about} → {answer.data[:300]!r}"
            )

    @staticmethod
    def _sent(world: World, who: str, method: str, path: str, **carried: Any) -> TestResponse:
        more = {"headers": OUR_OWN, "buffered": True, **carried}
        return world.clients[who].open(path, method=method, **more)

    def _judged(
        self, template: str, method: str, answer: TestResponse, sent: Any, case: Case
    ) -> Iterator[str]:
        """Gives what is wrong with an answer."""
        status, kind = answer.status_code, answer.mimetype
        if status >= 500:
            yield f"answers {status}"
        declared = "200" if status == 200 else "default"
        if 300 <= status < 400:
            # An address that Werkzeug writes in another way is none of the described ones.
            return
        schema = self.answers.get((template, method, declared, kind))
        addressed = answer.request.path.count("/") == template.count("/")
        if schema is not None:
            wrong = next(schema.iter_errors(answer.json), None)
            if wrong is not None:
                yield f"answers {status} of another form: {wrong.message[:120]}"
        elif addressed and kind not in _kinds(self.document, template, method, declared):
            yield f"answers {status} as {kind}, which is not described"
        body = self.bodies.get((template, method))
        if body is None or case.media_type != "application/json" or isinstance(sent, bytes):
            return
        if status < 300 and not body.is_valid(sent):
            yield "did what the description forbids"
        if status == 400 and WRONG_FORM.encode() in answer.data and body.is_valid(sent):
            yield "refused the form of what the description allows"


class _Knowing:
    """Puts ids of things that exist in the place of made-up ones."""

    def __init__(self, known: Mapping[str, list[str]], dice: random.Random) -> None:
        self._known = known
        self._dice = dice

    def one(self, name: str) -> str:
        """Gives an id for a parameter or a field of this name."""
        key = name.removesuffix("_id").rstrip("s") + "_id"
        pool = self._known.get(key)
        if pool is None or self._dice.random() < 0.1:
            pool = self._known["any"]
        return self._dice.choice(pool)

    def again(self) -> bool:
        """Tells whether a call is to be repeated, as after a lost answer."""
        return self._dice.random() < AGAIN

    def deepened(self, world: World, case: Case) -> Any:
        """Gives a generated body, or one that does something with a field or two of it."""
        body = case.body
        endpoint = f"api.{case.operation.definition.raw['operationId']}"
        if not isinstance(body, dict) or endpoint not in spec.BODIES or self._dice.random() < 0.5:
            return body
        pool = {name.removesuffix("_id"): ids for name, ids in self._known.items()}
        pool = {**self._known, "delegation": pool["delegation"]}
        drawn = iter(lambda: uuid.UUID(int=self._dice.getrandbits(128)), None)
        whole = self._dice.choice(bodies(endpoint, pool, drawn.__next__)).json
        some = self._dice.sample(sorted(body), min(len(body), self._dice.randrange(3)))
        return {**whole, **{name: body[name] for name in some if name != "id"}}

    def put_into(self, value: Any, name: str = "") -> Any:
        """Gives a value with known ids in it."""
        if isinstance(value, dict):
            # A key may be anything; only strings are names.
            return {key: self.put_into(one, str(key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self.put_into(one, name) for one in value]
        if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
            # To a schema 1.0 is an integer; no client writes one so, and none is read so.
            return int(value)
        if isinstance(value, str) and name != "id" and UUID.fullmatch(value):
            return self.one(ALSO_CALLED.get(name, name))
        return value


ALSO_CALLED = {
    "after": "paragraph",
    "aligns_with": "position",
    "corrects": "any",
    "deed": "any",
}
"""Fields that name a thing by another word than its kind."""


def _known(world: World) -> dict[str, list[str]]:
    begun = world.begun
    known = {
        "draft_id": [begun.draft_id] * 4 + [begun.other_id],
        "paragraph_id": [*begun.paragraphs, begun.other_paragraph],
        "thread_id": begun.threads.values(),
        "comment_id": begun.comments.values(),
        "proposal_id": begun.proposals.values(),
        "position_id": begun.positions.values(),
        "package_id": begun.packages.values(),
        "condition_id": begun.conditions.values(),
        "instruction_id": begun.instructions.values(),
        "delegation_id": begun.delegations.values(),
        "person_id": begun.persons.values(),
        # Whoever ends the sessions of those who ask, ends the run.
        "session_id": [begun.sessions["gone"]],
    }
    out = {name: [str(one) for one in values] for name, values in known.items()}
    out["any"] = sorted({one for values in out.values() for one in values})
    return out


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method.upper(), operation


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _kinds(document: dict[str, Any], path: str, method: str, status: str) -> set[str]:
    answers = document["paths"][path][method.lower()]["responses"]
    return set(answers[status].get("content", {}))


def _written(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return json.dumps(body).encode()


def _part(name: str, value: Any) -> Any:
    """Gives a field of a form: a file as a file."""
    if name in ("file", "old", "new"):
        data = value if isinstance(value, bytes) else _written(value)
        return (BytesIO(data), "text.txt")
    return value if isinstance(value, str) else json.dumps(value, default=str)


def main() -> int:
    """Asks for a time, and says what was found."""
    asked = fuzzing.asked(__doc__)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fuzz = Fuzz(begin(folder), folder / "worlds")
        end = time.monotonic() + asked.seconds
        found = fuzz.run(asked.seed * 1_000_000, until=lambda _: time.monotonic() > end)
    print(f"{found.asked} requests; answers {dict(sorted(found.answers.items()))}")
    described = {op["operationId"] for _, _, op in _operations(fuzz.document)}
    print(f"{len(found.done)} of {len(described)} calls did something at least once")
    print(f"never did: {', '.join(sorted(described - found.done.keys())) or 'none'}")
    return fuzzing.told(found.faults)


if __name__ == "__main__":
    sys.exit(main())

"""The change algebra answers what quill-delta answers, on random cases in all six scripts."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from drafting.text.changes import apply, compose, invert, to_json, transform, transform_position
from tests.text.random_changes import random_change, random_position, random_text

JS = Path(__file__).parents[1] / "js"
ROUNDS = 3_500
SEED = 19_500_62

Case = dict[str, object]


@pytest.fixture(scope="module")
def node() -> str:
    """The node program, with quill-delta installed beside the oracle."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip("node and npm are needed to ask quill-delta")
    if not (JS / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--prefix", str(JS)], check=True)
    return found


def cases_and_answers() -> list[tuple[Case, object]]:
    """Seven cases a round, with our answers."""
    random = Random(SEED)
    out: list[tuple[Case, object]] = []
    for _ in range(ROUNDS):
        text = random_text(random)
        a, b = random_change(random, text), random_change(random, text)
        after = apply(text, a)
        c = random_change(random, after)
        ja, jb, jc, jtext = to_json(a), to_json(b), to_json(c), to_json(text)
        at = random_position(random, text)
        stays = random.random() < 0.5
        out += [
            ({"do": "compose", "a": jtext, "b": ja}, to_json(compose(text, a))),
            ({"do": "compose", "a": ja, "b": jc}, to_json(compose(a, c))),
            (
                {"do": "transform", "a": ja, "b": jb, "first": True},
                to_json(transform(a, b, first=True)),
            ),
            (
                {"do": "transform", "a": jb, "b": ja, "first": False},
                to_json(transform(b, a, first=False)),
            ),
            ({"do": "invert", "a": ja, "text": jtext}, to_json(invert(a, text))),
            ({"do": "invert", "a": jc, "text": to_json(after)}, to_json(invert(c, after))),
            (
                {"do": "position", "a": ja, "at": at, "stays": stays},
                transform_position(a, at, stays=stays),
            ),
        ]
    return out


def test_every_answer_is_that_of_quill(node: str) -> None:
    pairs = cases_and_answers()
    asked = "\n".join(json.dumps(case) for case, _ in pairs)
    done = subprocess.run(
        [node, str(JS / "quill_oracle.mjs")],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(pairs) >= 20_000
    wrong = [
        (case, theirs, ours)
        for (case, ours), theirs in zip(pairs, answers, strict=True)
        if json.loads(json.dumps(ours)) != theirs
    ]
    assert not wrong, f"{len(wrong)} answers differ; the first: {wrong[0]}"

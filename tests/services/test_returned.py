"""Word files that come back: shown, then brought in whole or not at all."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from drafting.errors import Malformed, NotAllowed, Stale
from drafting.formats.returned import Looked, look
from drafting.rules.audiences import EVERYONE, Audience, AudienceKind
from drafting.rules.proposals import Circle
from drafting.services import returned
from drafting.services.returned import Chosen
from drafting.text.changes import plain, text_from_json
from tests.make import PEOPLE, table
from tests.negotiating import Negotiation
from tests.returning import Comment, WordFile, end, line, on, put_in, run, taken_out


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


NOTE = '<w:r><w:footnoteReference w:id="1"/></w:r>'


def paragraphs(room: Negotiation) -> list[tuple[str, str, str]]:
    """Gives each paragraph's key, label and words."""
    return [
        (p["id"], p["label"], plain(text_from_json(p["ops"])))
        for p in room.table.state()["paragraphs"]
    ]


def file_of(room: Negotiation, changed: dict[str, list[str]], **more: Any) -> bytes:
    """Gives our own file as somebody sends it back: the paragraphs of these labels hold other runs."""
    lines = []
    for key, label, words in paragraphs(room):
        before, _, behind = words.partition("\ufffc")
        runs = changed.get(label, [before, NOTE, behind] if behind else [words])
        # A run that is a whole paragraph stands behind, by itself.
        own = [one for one in runs if not one.startswith("<w:p>")]
        lines += [line(*own, key=key), *(one for one in runs if one.startswith("<w:p>"))]
    properties = more.pop("properties", {"DraftId": str(room.table.draft_id), "DraftVersion": "0"})
    return WordFile(
        lines, properties=properties, notes=[line("Resolution 70/900.")], **more
    ).bytes()


def looked(room: Negotiation, who: str, data: bytes, version: str | None = None) -> Looked:
    texts = room.run(who, returned.candidates)
    printed = room.run(who, returned.printed_names)
    return look("file.docx", data, texts, str(room.table.draft_id), version, printed)


def shown(room: Negotiation, who: str, found: Looked) -> dict[str, Any]:
    texts = room.run(who, returned.candidates)
    return room.run(who, lambda w, a: returned.shown(w, a, found, texts))


def everything(found: Looked, **more: Any) -> Chosen:
    fields = {
        "mark": found.mark,
        "items": frozenset(item.key for item in found.plan.items),
        "comments": frozenset(one.key for one in found.plan.comments),
        "authors": dict.fromkeys(["", *found.authors]),
        "circle": Circle.OWNERS,
        "audience": EVERYONE,
    } | more
    return Chosen(**fields)


def bring(room: Negotiation, who: str, found: Looked, **more: Any) -> dict[str, Any]:
    chosen = everything(found, **more)
    return room.run(who, lambda w, a: returned.bring(w, a, uuid.uuid4(), found, chosen))


OP1 = [
    run("Urges", italic=True), " all coastal States to keep their ",
    taken_out("Ana", "lights"), put_in("Ana", "lamps and lights"), " burning;",
]  # fmt: skip


def test_a_tracked_change_becomes_a_draft_of_the_delegation(room):
    found = looked(room, "mexico", file_of(room, {"OP1": OP1}))
    assert found.known
    assert [(i.kind, i.label, i.author, i.sure) for i in found.plan.items] == [
        ("amend", "OP1", "Ana", True)
    ]
    done = bring(room, "mexico", found)
    (proposal,) = [room.shown("mexico", uuid.UUID(p)) for p in done["proposals"]]
    assert proposal["stage"] == "draft"
    said = plain(text_from_json(proposal["ops"]))
    assert said == "Urges all coastal States to keep their lamps and lights burning;"
    assert proposal["ops"][0] == {"insert": "Urges", "attributes": {"italic": True}}
    assert proposal["base"] == next(
        p["ops"] for p in room.table.state()["paragraphs"] if p["label"] == "OP1"
    )
    assert {who for who in PEOPLE if done["proposals"][0] in room.sees(who)} == {
        "mexico", "mexico_head", "mexico_capital",
    }  # fmt: skip

"""“Also” and “further”: where the opening of a paragraph is wrong beside its neighbour."""

from __future__ import annotations

from typing import Any

from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import drafts
from drafting.store.work import Work
from drafting.text.changes import text_from_json, to_json
from drafting.text.openings import openings
from drafting.text.resolution import Kind, Paragraph


def found(w: Work, actor: Actor) -> list[dict[str, Any]]:
    """Gives the openings of the working text that are wrong, each with the change that mends it.

    Refuses: NotAllowed to all but the presidency, which alone would mend them.
    """
    require(actor, Right.EDIT_TEXT)
    rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    paragraphs = [
        Paragraph(Kind(p["kind"]), text_from_json(p["ops"]), p["level"], p["id"]) for p in rows
    ]
    return [
        {
            "paragraph": rows[one.index]["id"],
            "label": rows[one.index]["label"],
            "version": rows[one.index]["version"],
            "rule": one.rule,
            "found": one.found,
            "wanted": one.wanted,
            "why": one.why,
            "ops": to_json(one.repair),
        }
        for one in openings(paragraphs)
    ]

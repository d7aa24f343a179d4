"""The page that checks the record of a draft, shows its heads, and says what was circulated on a day."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from drafting.errors import Malformed, NotFound
from drafting.formats import record_lines
from drafting.house import house
from drafting.rules import deadlines
from drafting.services import chain, drafts, people
from drafting.store.work import Work
from drafting.text.chain import HEAD_MIN_CHARS
from drafting.web.pages import pages

__all__ = ["pages"]


@pages.get("/drafts/<uuid:draft_id>/verify")
def verify_page(draft_id: UUID) -> str:
    """Shows the heads of the record; checks it, and looks a day up, where that is asked for."""
    asked_head, asked_on = request.args.get("head", "").strip(), request.args.get("on", "")
    checks = request.args.get("check", "") == "1"
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        zone = people.zone_of(w, g.me.person_id)
        shown = {
            "draft": drafts.header(draft),
            "heads": chain.heads(w, g.actor),
            "receipts": chain.receipts(w, g.actor),
            "today": w.now.astimezone(ZoneInfo(zone)).date().isoformat(),
            "day_shown": _day(w, draft_id, asked_on, zone) if asked_on else None,
        }
        taken = chain.file_of(w, draft_id, g.actor) if checks else b""
    wrong = asked_head and len(asked_head) < HEAD_MIN_CHARS
    return render_template(
        "verify.html",
        me=g.me,
        **shown,
        zone=deadlines.name(zone),
        asked={"head": asked_head, "on": asked_on},
        verdict=chain.shown_verdict(chain.checked(taken, asked_head))
        if checks and not wrong
        else None,
        wrong=f"A head has at least {HEAD_MIN_CHARS} digits." if wrong else "",
    )


def _day(w: Work, draft_id: UUID, value: str, zone: str) -> dict[str, Any]:
    try:
        on = date.fromisoformat(value)
        return chain.shown_circulated(chain.circulated(w, draft_id, on, ZoneInfo(zone)))
    except ValueError:
        return {"refused": "A day is written as in 2026-10-15."}
    except (Malformed, NotFound) as refusal:
        return {"refused": refusal.detail}


@pages.get("/drafts/<uuid:draft_id>/record.jsonl")
def verify_file(draft_id: UUID) -> AnyResponse:
    """Hands out the record of a draft as far as one may see it."""
    with house().store.reading() as w:
        data = chain.file_of(w, draft_id, g.actor)
    return send_file(
        io.BytesIO(data),
        mimetype="application/jsonl",
        as_attachment=True,
        download_name=f"record.{record_lines.ENDING}",
        etag=False,
        last_modified=None,
    )

"""Two files against each other, for anybody: no account, no database, nothing kept."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import PurePath
from typing import Any

from flask import Response, request, send_file
from flask import json as flask_json
from werkzeug.wrappers import Response as AnyResponse

from drafting import apart, clock
from drafting.api.asking import answer_json, api
from drafting.errors import Malformed
from drafting.formats import making
from drafting.house import house
from drafting.services import comparing
from drafting.services.exports import MEDIA_TYPES
from drafting.text.resolution import Resolution

SIDES = {"old": "the earlier text", "new": "the later text"}

READ_S, MAKE_S = 20.0, 20.0
"""How long reading one file and comparing two may take."""

NAME_MAX_CHARS = 60


@api.post("/compare")
def compare() -> AnyResponse:
    """Compares two files: gives what differs, or with `as` a file of tracked changes."""
    house().pace.note(request.remote_addr or "", clock.now())
    ending = request.form.get("as", "")
    if ending and ending not in making.REDLINE_ENDINGS:
        raise Malformed(detail="A comparison is handed out as docx, pdf or html.")
    read, wrong = _read()
    if wrong:
        return _unread(wrong)
    if not ending:
        return answer_json(apart.call_for_stranger(comparing.to_json, *read, seconds=MAKE_S))
    data = apart.call_for_stranger(comparing.to_file, *read, ending, at=clock.now(), seconds=MAKE_S)
    return send_file(
        io.BytesIO(data),
        mimetype=MEDIA_TYPES.get(ending, "application/pdf"),
        as_attachment=True,
        download_name=f"{_name()}.{ending}",
        etag=False,
        last_modified=None,
    )


def _read() -> tuple[list[Resolution], dict[str, str]]:
    """Reads both files. Gives the texts, and by side what is wrong with each that was not read."""
    read: list[Resolution] = []
    wrong: dict[str, str] = {}
    most = house().config.upload_max_bytes + 1
    for side, words in SIDES.items():
        sent = request.files.get(side)
        if sent is None or not sent.filename:
            wrong[side] = f"Please choose a file for {words}, or paste it."
            continue
        # Closed at once: a large file lies in a nameless temporary one until then.
        with contextlib.closing(sent):
            data = sent.stream.read(most)
        try:
            read.append(
                apart.call_for_stranger(comparing.read, sent.filename, data, seconds=READ_S)
            )
        except Malformed as refusal:
            wrong[side] = refusal.detail
    return read, wrong


def _unread(wrong: dict[str, str]) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": "Unreadable",
        "status": 422,
        "detail": " ".join(wrong.values()),
        "files": wrong,
    }
    return Response(
        flask_json.dumps(body, ensure_ascii=False),
        status=422,
        content_type="application/problem+json",
    )


def _name() -> str:
    """Gives a name for the file handed out, of the names of those that came."""
    stems = [
        re.sub(r"[^\w.]+", "-", PurePath(request.files[side].filename or "").stem).strip("-")
        for side in SIDES
    ]
    old, new = (stem[:NAME_MAX_CHARS] or "text" for stem in stems)
    return f"{new}-changes-since-{old}"

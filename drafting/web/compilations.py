"""The compilation text, as a page and as files."""

from __future__ import annotations

import io
from uuid import UUID

from flask import g, render_template, request, send_file
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from drafting.house import house
from drafting.services import compilation, drafts
from drafting.services.compilation import ENDINGS, SHOW_WORDS
from drafting.web.pages import pages

__all__ = ["pages"]


@pages.get("/drafts/<uuid:draft_id>/compilation")
def compilation_page(draft_id: UUID) -> str:  # noqa: ARG001 - the door has read it
    """Shows the working text with all that is proposed, in brackets."""
    show = compilation.show_of(request.args.get("show"))
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        made, paragraphs, notes = compilation.on_page(w, g.actor, show)
    return render_template(
        "compilation.html",
        me=g.me,
        draft=drafts.header(draft),
        made=made,
        # Every character of it was escaped by the writer of the format.
        paragraphs=Markup(paragraphs),  # noqa: S704
        notes=Markup(notes),  # noqa: S704
        show=show.value,
        choices=[(one.value, words) for one, words in SHOW_WORDS.items()],
        endings=ENDINGS,
    )


@pages.get("/drafts/<uuid:draft_id>/compilation.<ending>")
def compilation_export(draft_id: UUID, ending: str) -> AnyResponse:  # noqa: ARG001
    """Hands out the compilation text as a file."""
    with house().store.reading() as w:
        made = compilation.export(w, g.actor, request.args.get("show"), ending)
    return send_file(
        io.BytesIO(made.data),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.name,
        etag=False,
        last_modified=None,
    )

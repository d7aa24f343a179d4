"""Files to hand out, made of values alone: one function a kind of file, fit to run in another process.

The formats' libraries are large: a server that exports nothing never loads them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from drafting.errors import NotFound
from drafting.text.remarks import PLAIN, Extras

if TYPE_CHECKING:
    from drafting.text.compilation import Compilation
    from drafting.text.resolution import Masthead, Resolution
    from drafting.text.tracked import Redline

ENDINGS = ("docx", "pdf", "xml", "html", "txt", "json")
"""What a text is handed out as."""

REDLINE_ENDINGS = ("docx", "pdf", "html")
COMPILATION_ENDINGS = ("docx", "pdf", "html", "txt")


def clean(
    resolution: Resolution, ending: str, labels: list[str] | None = None, extras: Extras = PLAIN
) -> bytes:
    """Gives a text as it stands, in one of ENDINGS. Refuses: NotFound for another ending.

    `labels` are those of a text under negotiation; they and `extras` go into Word and PDF files.
    """
    match ending:
        case "docx":
            from drafting.formats import docx_write  # noqa: PLC0415

            return docx_write.clean(resolution, labels=labels, extras=extras)
        case "html":
            from drafting.formats import html  # noqa: PLC0415

            return html.write(resolution).encode()
        case "txt":
            from drafting.formats import plain  # noqa: PLC0415

            return plain.write(resolution).encode()
        case "json":
            from drafting.formats import json_form  # noqa: PLC0415

            return json_form.write(resolution).encode()
        case "pdf":
            from drafting.formats import pdf  # noqa: PLC0415

            return pdf.clean(
                resolution,
                labels=labels,
                working_draft=extras.head,
                line_numbers=extras.line_numbers,
            )
        case "xml":
            from drafting.formats import akn_meta, akn_write  # noqa: PLC0415

            called = f"draft-{extras.draft_id}" if extras.draft_id else ""
            return akn_write.write(resolution, called=called, on=akn_meta.day_in(extras.head))
        case _:
            raise NotFound


def tracked(
    redline: Redline,
    masthead: Masthead,
    ending: str,
    author: str,
    at: datetime,
    old_masthead: Masthead | None = None,
    extras: Extras = PLAIN,
) -> bytes:
    """Gives a redline in one of REDLINE_ENDINGS: docx with tracked changes. Refuses: NotFound for another ending.

    `author` and `at` are those of changes that nobody is known to have made. With `old_masthead`
    what differs before the text is shown as well, where the format can. `extras` go into Word files
    (what the paper is, into PDF too).
    """
    match ending:
        case "docx":
            from drafting.formats import docx_write  # noqa: PLC0415

            return docx_write.tracked(
                redline,
                masthead,
                default_author=author,
                default_at=at,
                old_masthead=old_masthead,
                extras=extras,
            )
        case "html":
            from drafting.formats import html  # noqa: PLC0415

            return html.write_redline(redline, masthead, old_masthead=old_masthead).encode()
        case "pdf":
            from drafting.formats import pdf  # noqa: PLC0415

            return pdf.redline(
                redline, masthead, old_masthead=old_masthead, working_draft=extras.head
            )
        case _:
            raise NotFound


def compilation(made: Compilation, ending: str) -> bytes:
    """Gives a compilation text: docx, pdf, html or txt. Refuses: NotFound for another ending."""
    match ending:
        case "docx":
            from drafting.formats import compilation_docx  # noqa: PLC0415

            return compilation_docx.write(made)
        case "html":
            from drafting.formats import compilation_html  # noqa: PLC0415

            return compilation_html.write(made).encode()
        case "pdf":
            from drafting.formats import pdf  # noqa: PLC0415

            return pdf.compilation(made)
        case "txt":
            from drafting.formats import compilation_plain  # noqa: PLC0415

            return compilation_plain.write(made).encode()
        case _:
            raise NotFound

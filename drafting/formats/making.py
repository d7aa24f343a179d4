"""Files to hand out, made of values alone: one function a kind of file, fit to run in another process.

The formats' libraries are large: a server that exports nothing never loads them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from drafting.errors import NotFound
from drafting.text.changes import to_json

if TYPE_CHECKING:
    from drafting.text.compilation import Compilation
    from drafting.text.resolution import Masthead, Resolution
    from drafting.text.tracked import Redline


def clean(
    resolution: Resolution, ending: str, labels: list[str] | None = None, working_draft: str = ""
) -> bytes:
    """Gives a text as it stands: docx, html, txt or json. Refuses: NotFound for another ending.

    `labels` and `working_draft` are those of a text under negotiation (see `docx_write.clean`).
    """
    match ending:
        case "docx":
            from drafting.formats import docx_write  # noqa: PLC0415

            return docx_write.clean(resolution, labels=labels, working_draft=working_draft)
        case "html":
            from drafting.formats import html  # noqa: PLC0415

            return html.write(resolution).encode()
        case "txt":
            from drafting.formats import plain  # noqa: PLC0415

            return plain.write(resolution).encode()
        case "json":
            return (json.dumps(_as_json(resolution), ensure_ascii=False, indent=1) + "\n").encode()
        case _:
            raise NotFound


def _as_json(resolution: Resolution) -> dict[str, object]:
    return {
        "masthead": asdict(resolution.masthead),
        "paragraphs": [
            {"kind": p.kind.value, "level": p.level, "key": p.key, "ops": to_json(p.text)}
            for p in resolution.paragraphs
        ],
    }


def tracked(redline: Redline, masthead: Masthead, ending: str, author: str, at: datetime) -> bytes:
    """Gives a redline: docx with tracked changes, or html. Refuses: NotFound for another ending.

    `author` and `at` are those of changes that nobody is known to have made.
    """
    match ending:
        case "docx":
            from drafting.formats import docx_write  # noqa: PLC0415

            return docx_write.tracked(redline, masthead, default_author=author, default_at=at)
        case "html":
            from drafting.formats import html  # noqa: PLC0415

            return html.write_redline(redline, masthead).encode()
        case _:
            raise NotFound


def compilation(made: Compilation, ending: str) -> bytes:
    """Gives a compilation text: docx, html or txt. Refuses: NotFound for another ending."""
    match ending:
        case "docx":
            from drafting.formats import compilation_docx  # noqa: PLC0415

            return compilation_docx.write(made)
        case "html":
            from drafting.formats import compilation_html  # noqa: PLC0415

            return compilation_html.write(made).encode()
        case "txt":
            from drafting.formats import compilation_plain  # noqa: PLC0415

            return compilation_plain.write(made).encode()
        case _:
            raise NotFound

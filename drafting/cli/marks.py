"""The command that says what a marked Word file holds."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from drafting.text.marks import Marks, Printed, Revision


@click.command()
@click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="For a program: everything as JSON.")
def marks(file: Path, *, as_json: bool) -> None:
    """Say what a marked Word file holds: both texts, every revision, every comment.

    FILE is a .docx. Nothing is stored, and nothing that the file points to is fetched.
    """
    from drafting.formats import MAX_BYTES, docx_marks  # noqa: PLC0415 - not needed to show help

    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from None
    found = docx_marks.read(data)
    click.echo(
        json.dumps(to_json(found), ensure_ascii=False, indent=1) if as_json else _told(found)
    )


def to_json(found: Marks) -> dict[str, Any]:
    """Gives marks as the command prints them; paragraphs are counted from 0 in each text."""
    accepted, rejected = _places(found.accepted_lines), _places(found.rejected_lines)

    def where(source: int | None) -> dict[str, int | None]:
        if source is None:
            return {"accepted": None, "rejected": None}
        return {"accepted": accepted.get(source), "rejected": rejected.get(source)}

    return {
        "accepted": [line.words for line in found.accepted_lines],
        "rejected": [line.words for line in found.rejected_lines],
        "revisions": [
            {
                "kind": r.kind,
                "author": r.author,
                "date": _date(r.at),
                "text": r.words,
                "where": r.place,
                "paragraph": where(r.source),
            }
            for r in found.revisions
        ],
        "comments": [
            {
                "author": r.author,
                "date": _date(r.at),
                "text": r.words,
                "on": r.quote,
                "resolved": r.resolved,
                "paragraph": where(r.source),
                "replies": [
                    {"author": one.author, "date": _date(one.at), "text": one.words}
                    for one in r.replies
                ],
            }
            for r in found.remarks
        ],
        "draft": found.draft or None,
        "version": found.version or None,
        "findings": [{"where": f.where, "what": f.what} for f in found.findings],
    }


def _places(lines: tuple[Printed, ...]) -> dict[int, int]:
    return {source: place for place, line in enumerate(lines) for source in line.sources}


def _date(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


_DEEDS = {
    "insert": "inserted", "delete": "deleted", "move_from": "moved away", "move_to": "moved here",
    "paragraph_insert": "paragraph inserted", "paragraph_delete": "paragraph’s end deleted",
    "row_insert": "table row inserted", "row_delete": "table row deleted",
    "format": "look changed",
}  # fmt: skip


def _told(found: Marks) -> str:
    out: list[str] = []
    by_source: dict[int | None, list[Revision]] = {}
    for revision in found.revisions:
        by_source.setdefault(revision.source, []).append(revision)
    rejected = {s: line.words for line in found.rejected_lines for s in line.sources}
    accepted = {s: line.words for line in found.accepted_lines for s in line.sources}
    told = set()
    for source in sorted({*rejected, *accepted, *(s for s in by_source if s is not None)}):
        before, after = rejected.get(source), accepted.get(source)
        if (before, after) not in told:
            told.add((before, after))
            if before == after:
                out.append(f"  {after or ''}".rstrip())
            else:
                out += [f"- {before}"] if before else []
                out += [f"+ {after}"] if after else []
        out += [_revision(r) for r in by_source.get(source, [])]
    out += [_revision(r) for r in by_source.get(None, [])]
    for remark in found.remarks:
        about = f" on “{remark.quote}”" if remark.quote else ""
        state = " (resolved)" if remark.resolved else ""
        out.append(f"Comment by {_who(remark.author, remark.at)}{about}{state}: {remark.words}")
        out += [f"  Reply by {_who(r.author, r.at)}: {r.words}" for r in remark.replies]
    out += [f"{finding.where}: {finding.what}" for finding in found.findings]
    return "\n".join(out)


def _revision(revision: Revision) -> str:
    words = f" “{revision.words}”" if revision.words.strip() else ""
    place = "" if revision.place == "body" else f" in a {revision.place}"
    return f"    {_DEEDS[revision.kind]}{place} by {_who(revision.author, revision.at)}{words}"


def _who(author: str, at: datetime | None) -> str:
    return f"{author or '?'}, {_date(at)}" if at else author or "?"

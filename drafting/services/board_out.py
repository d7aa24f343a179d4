"""What goes out of the board: the workbook, the table, the vote sheet."""

from __future__ import annotations

from typing import Any

from drafting.formats import csv_out, xlsx
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import board
from drafting.store.work import Work

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_VOTES = {"Y": "Yes", "N": "No", "A": "Abstention", "absent": "absent", None: ""}
_PARTIES = {"state_party": "State Party", "signatory": "signatory", "not_party": "not a Party"}
_CAPACITIES = {"main": "main sponsor", "co": "co-sponsor", "additional": "additional sponsor"}


def export(w: Work, actor: Actor, ending: str) -> bytes:
    """Gives the board as a person sees it, as a workbook or as CSV.

    Refuses: NotAllowed to all but the presidency and the secretariat.
    """
    require(actor, Right.SEE_BOARD)
    page = board.page(w, actor)
    titles = [column.title for column in _columns(page)]
    rows = [_cells(row) for row in page["rows"]]
    if ending == "csv":
        return csv_out.write(titles, rows)
    sheet = [_sheet_cells(row) for row in page["rows"] if row["votes"]]
    return xlsx.write(
        [
            xlsx.Sheet("Board", _columns(page), rows),
            xlsx.Sheet(
                "Vote sheet",
                [
                    xlsx.Column("State", 34),
                    xlsx.Column("Expected", 12),
                    xlsx.Column("Yes", 6),
                    xlsx.Column("No", 6),
                    xlsx.Column("Abstention", 11),
                ],
                sheet,
            ),
        ]
    )


def _columns(page: dict[str, Any]) -> list[xlsx.Column]:
    return [
        xlsx.Column("State", 34),
        xlsx.Column("Code", 7),
        xlsx.Column("Group", 30),
        xlsx.Column("Party", 13),
        xlsx.Column("Sponsored before", 24),
        *(xlsx.Column(p["short"], 10) for p in page["predecessors"]),
        xlsx.Column("Target", 8),
        xlsx.Column("Sponsorship", 24),
        xlsx.Column("In what quality", 16),
        xlsx.Column("Since", 12),
        xlsx.Column("Given for", 16),
        xlsx.Column("To be asked again", 16),
        xlsx.Column("Conditions", 34),
        xlsx.Column("Awaits", 30),
        xlsx.Column("Last contact", 12),
        xlsx.Column("With", 24),
        xlsx.Column("What was said", 50),
        xlsx.Column("Next action", 34),
        xlsx.Column("By whom", 20),
        xlsx.Column("Until", 12),
        xlsx.Column("Expected vote", 14),
        xlsx.Column("Why against the record", 40),
    ]


def _cells(row: dict[str, Any]) -> list[xlsx.Cell]:
    sponsorship, expected = row["sponsorship"], row["expected"]
    contact, action = row["contact"] or {}, row["action"] or {}
    stands = sponsorship["state"] in ("said", "confirmed")
    version = sponsorship["version"] or {"name": ""}
    override = (expected or {}).get("override") or {}
    return [
        row["name"],
        row["key"],
        row["group"],
        _PARTIES.get(row["party"] or "", ""),
        ", ".join(row["sponsored"]),
        *(_VOTES[vote] for vote in row["record"]),
        "yes" if row["target"] else "",
        sponsorship["words"],
        _CAPACITIES[sponsorship["capacity"]] if stands else "",
        sponsorship["since"] or "",
        version["name"],
        "" if sponsorship["settled"] else ("not yet" if sponsorship["answer"] else "yes"),
        "; ".join(c["words"] + ("" if c["holds"] else " (not kept)") for c in row["conditions"]),
        "; ".join(_awaits(one) for one in row["pending"]),
        contact.get("on", ""),
        contact.get("who", ""),
        contact.get("said", ""),
        action.get("what", ""),
        action.get("owner_name", ""),
        action.get("due") or "",
        "" if expected is None else _VOTES[expected["vote"]],
        override.get("reason", ""),
    ]


def _awaits(one: dict[str, Any]) -> str:
    about = one["label"] or one["subject"]
    due = f", due {one['due']}" if one["due"] else ""
    return f"{about} since {one['since']}{due}"


def _sheet_cells(row: dict[str, Any]) -> list[xlsx.Cell]:
    expected = row["expected"]
    return [row["name"], "" if expected is None else _VOTES[expected["vote"]], "", "", ""]


def vote_sheet(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives what a person ticks in the room: every Member State in order.

    Refuses: NotAllowed to all but the presidency and the secretariat.
    """
    require(actor, Right.SEE_BOARD)
    rows = [row for row in board.page(w, actor)["rows"] if row["votes"]]
    lines = [
        {
            "name": row["name"],
            "expected": None if row["expected"] is None else row["expected"]["vote"],
            "last": next((vote for vote in reversed(row["record"]) if vote), None),
        }
        for row in rows
    ]
    return {"on": w.now.date().isoformat(), "rows": lines}

"""Pieces of a redline as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drafting.text.tracked import Credit, Piece


def shown(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """Gives pieces as the API shows them."""
    return [
        {
            "op": p.mark.value,
            **({"text": p.text} if p.note is None else {"note": shown(p.note)}),
            "italic": p.italic,
            "by": None if p.credit is None else p.credit.author,
            "at": moment(p.credit),
        }
        for p in pieces
    ]


def moment(credit: Credit | None) -> str | None:
    """Gives a credit's time as the API shows it."""
    return None if credit is None or credit.at is None else credit.at.isoformat()

"""Tablings in the chain of the record: each hashed over the version it tabled and the tabling before it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drafting.errors import Malformed
from drafting.services.editorial import Left
from drafting.store import record as kept
from drafting.store import versions as kept_versions
from drafting.store.tables import Tabling
from drafting.store.work import Work
from drafting.text.chain import digest

REASON_MAX_CHARS = 1_000
_SHOWN = 6
"""How many places a refusal names."""


def override(left: list[Left], reason: str) -> dict[str, Any] | None:
    """Gives what goes on record of a tabling with something left open; None where nothing is.

    Refuses: Malformed, naming the places, where something is left and no reason is given.
    """
    reason = reason.strip()
    if len(reason) > REASON_MAX_CHARS:
        raise Malformed(detail="The reason is longer than 1,000 characters; nothing was tabled.")
    if not left:
        return None
    if not reason:
        places = ", ".join(
            f"{one.label} {f'“{one.words}”' if one.words else ''}".strip() for one in left[:_SHOWN]
        )
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        raise Malformed(
            detail=f"Something is left open: {places}{more}. Nothing was tabled. "
            "Settle it and seal a version, or give the reason why the text is tabled with it."
        )
    return {
        "reason": reason,
        "left": [{"label": one.label, "words": one.words} for one in left],
    }


def hash_of(tabling: Tabling, version_hash: str, previous: str) -> str:
    """Gives SHA-256 over the version's hash, the tabling's before and this one's canonical JSON."""
    record = {
        "previous": previous,
        "version": version_hash,
        "number": tabling.number,
        "symbol": tabling.symbol,
        "on": None if tabling.on is None else tabling.on.isoformat(),
        "version_number": tabling.version_number,
        "sponsors": tabling.sponsors,
        "line": tabling.line,
        "author": tabling.author,
        "at": tabling.at.isoformat(),
        "override": tabling.override,
    }
    return digest(record)


def verify(w: Work, draft_id: UUID) -> str | None:
    """Gives the symbol of the first tabling of a draft whose hash does not fit, or None when all do."""
    adoption = kept.of_draft(w, draft_id)
    if adoption is None:
        return None
    previous = ""
    for tabling in kept.tablings(w, adoption.series_id)[adoption.id]:
        if tabling.hash is None:
            continue
        version = kept_versions.version(w, draft_id, tabling.version_number or 0)
        if hash_of(tabling, "" if version is None else version.hash, previous) != tabling.hash:
            return tabling.symbol
        previous = tabling.hash
    return None

"""What a file tells of a text's way: what is public of it, to everyone alike, and no more."""

from __future__ import annotations

from datetime import date

import pytest

from drafting.formats import akn, json_form, pdf
from drafting.rules.outlook import Vote
from drafting.services import exports
from drafting.services.exports import Asked
from drafting.store.work import Store
from drafting.text.proceedings import UNKNOWN_DAY, Count, Outcome, Proceedings, Step
from tests.capitals import Capitals
from tests.checks import check_akn, check_pdf
from tests.make import PEOPLE, table
from tests.negotiating import Negotiation

TABLED = Step(Outcome.DRAFT, date(2021, 10, 12), "A/C.1/76/L.941", "Chile and Mexico")
VOTES = {"CHL": Vote.YES, "MEX": Vote.YES, "ESP": Vote.NO, "KEN": Vote.ABSTAIN}


@pytest.fixture
def room(sqlite_store: Store) -> Negotiation:
    """A table whose first version two States sponsor."""
    return sponsored(sqlite_store)


@pytest.fixture
def any_room(store: Store) -> Negotiation:
    """The same on either database."""
    return sponsored(store)


def sponsored(store: Store) -> Negotiation:
    room = Negotiation(table(store))
    room.seal("Draft 1")
    capitals = Capitals(room.table)
    for who in ("chile", "mexico"):
        capitals.step(who, "confirmed")
    return room


def export(room: Negotiation, who: str, ending: str, version: int | None = None) -> bytes:
    return room.run(who, lambda w, a: exports.export(w, a, Asked(ending, version))).data


def told(room: Negotiation, version: int | None = None) -> Proceedings | None:
    """What everyone is told alike, in XML and in JSON."""
    found = [akn.read(export(room, who, "xml", version)).proceedings for who in PEOPLE]
    found += [
        json_form.read(export(room, who, "json", version)).proceedings
        for who in ("icrc", "penholder")
    ]
    assert found == [found[0]] * len(found)
    return found[0]


def record_all(room: Negotiation) -> None:
    capitals = Capitals(room.table)
    capitals.record("table", symbol=TABLED.symbol, on=TABLED.on, version=1)
    capitals.record(
        "vote", text=None, votes=VOTES, body="plenary", on=date(2021, 12, 6), paragraph_id=None
    )


def test_nothing_is_told_before_a_text_is_tabled(room: Negotiation) -> None:
    assert [told(room, version) for version in (None, 1)] == [None, None]


def test_a_tabled_version_tells_its_symbol_and_its_printed_sponsors(room: Negotiation) -> None:
    record_all(room)
    assert told(room, 1) == Proceedings((TABLED,))


def test_a_vote_is_told_with_the_adoption_and_not_before(any_room: Negotiation) -> None:
    room = any_room
    record_all(room)
    assert told(room) is None
    Capitals(room.table).record("adopt", symbol="A/RES/76/947", on=date(2021, 12, 6))
    assert told(room) == Proceedings(
        (
            TABLED,
            Step(Outcome.ADDITIONAL, UNKNOWN_DAY),
            Step(Outcome.ADOPTED, date(2021, 12, 6)),
        ),
        (
            Count("inFavour", 2, ("CHILE", "MEXICO")),
            Count("against", 1, ("SPAIN",)),
            Count("abstaining", 1, ("KENYA",)),
        ),
    )


def test_files_of_each_stage_pass_the_checkers(room: Negotiation, tmp_path) -> None:
    record_all(room)
    for version in (None, 0, 1):
        data = export(room, "chile", "xml", version)
        resolution = akn.read(data)
        assert check_akn(data, tmp_path, resolution)["fails"] == []
        assert all(p.key for p in resolution.paragraphs)
        assert check_pdf(export(room, "chile", "pdf", version), tmp_path)["fails"] == []


def test_a_paragraph_has_the_same_identity_in_every_version(room: Negotiation) -> None:
    keys = [
        [p.key for p in akn.read(export(room, "chile", "xml", version)).paragraphs]
        for version in (None, 0, 1)
    ]
    assert keys[0] == keys[1] == keys[2] != []


def test_a_redline_between_versions_is_made_as_pdf(room: Negotiation, tmp_path) -> None:
    asked = Asked("pdf", since=0, version=1, line_numbers=True)
    data = room.run("mexico", lambda w, a: exports.export(w, a, asked)).data
    assert check_pdf(data, tmp_path)["fails"] == []
    assert pdf.TEMPLATE.is_file()

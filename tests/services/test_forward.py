"""Last year's text forward, at the table: offered, accepted, refused, undone; the masthead."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest

from drafting import clock
from drafting.errors import Malformed, NotAllowed, Stale
from drafting.services import compilation, exports, forward, people, record, technical, versions
from drafting.services.redlines import between
from drafting.store import drafts as kept_drafts
from drafting.text.changes import Builder, note, text_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from tests.make import Table, opening, table

ADOPTED = Resolution(
    Masthead(
        number="75/900",
        symbol="A/RES/75/900",
        title="Safety of lighthouses",
        session="Seventy-fifth session",
        agenda_item="Agenda item 103 (ll)",
        agenda_title="Oceans: safety of lighthouses",
        notices=(
            "Resolution adopted by the General Assembly on 7 December 2020",
            "[on the report of the First Committee (A/75/399, para. 96)]",
        ),
    ),
    (
        Paragraph(Kind.FORMULA, opening("The General Assembly", ",")),
        Paragraph(
            Kind.PREAMBULAR,
            opening(
                "Recalling",
                " its resolutions 73/900 of 5 December 2018 and 74/900 of 12 December 2019 on lighthouses,",
            ),
        ),
        Paragraph(
            Kind.PREAMBULAR,
            Builder()
            .insert("Mindful", italic=True)
            .insert(" of the keepers")
            .insert(note("Resolution 70/900."))
            .insert(" and of all who sail by their light,")
            .change(),
        ),
        Paragraph(
            Kind.OPERATIVE,
            opening(
                "Invites",
                " all to attend the third Conference on Lamps, to be held in Oslo from 3 to 7 May 2021;",
            ),
        ),
        Paragraph(Kind.OPERATIVE, opening("Requests", " the keepers to report on:")),
        Paragraph(Kind.SUB, text_of("The oil used, at the seventy-sixth session;"), 1),
        Paragraph(
            Kind.OPERATIVE,
            opening(
                "Decides",
                " to include in the provisional agenda of its seventy-sixth session, under the item "
                "entitled “Oceans”, the sub-item entitled “Safety of lighthouses”.",
            ),
        ),
    ),
)
"""An adopted text of our own, with something of each kind."""


class Forward:
    """The presidency at the table of a draft that descends from an adopted text."""

    def __init__(self, made: Table) -> None:
        self.table = made

    def page(self, who: str = "penholder") -> dict[str, Any]:
        with self.table.store.reading() as w:
            return forward.page(w, self._actor(w, who))

    def _actor(self, w: Any, who: str) -> Any:
        return people.actor(w, self.table.sessions[who], self.table.draft_id)

    def due(self, *, refused: bool = False) -> dict[str, dict[str, Any]]:
        """Gives what is due, by paragraph and kind."""
        return {
            f"{u['label']} {u['kind']}": u
            for u in self.page()["updates"]
            if (u["refused"] is not None) is refused
        }

    def answer(self, who: str = "penholder", **said: Any) -> dict[str, Any]:
        with self.table.store.work() as w:
            return forward.answer(w, self._actor(w, who), uuid.uuid4(), forward.Answer(**said))

    def about(self, who: str = "penholder", **fields: Any) -> dict[str, Any]:
        with self.table.store.work() as w:
            return forward.set_masthead(
                w, self._actor(w, who), uuid.uuid4(), forward.About(**fields)
            )

    def undo(self, deed: dict[str, Any]) -> dict[str, Any]:
        return self.table.do("undo", deed=deed["deed"]["id"])

    def header(self) -> dict[str, Any]:
        return self.table.state()["draft"]


@pytest.fixture
def begun(store):
    made = Forward(table(store, ADOPTED))
    made.about(session=76)
    return made


def test_an_adopted_text_offers_nothing_until_it_is_this_years_draft(store):
    made = Forward(table(store, ADOPTED))
    page = made.page()
    assert (page["last"], page["session"], page["next"], page["begun"], page["updates"]) == (
        {"number": "75/900", "session": 75},
        75,
        76,
        False,
        [],
    )
    made.about(session=page["next"])
    header = made.header()
    assert (header["session"], header["committee"]) == ("Seventy-sixth session", "First Committee")
    assert [header[name] for name in ("number", "symbol", "agenda_item")] == ["", "", ""]
    assert header["agenda_title"] == "Oceans: safety of lighthouses"
    assert made.page()["begun"]


def test_what_is_due_is_offered_with_its_reason(begun):
    due = begun.due()
    assert {name: (u["certainty"], u["wanted"]) for name, u in due.items()} == {
        "PP1 recalled": (
            "sure",
            ", 74/900 of 12 December 2019 and 75/900 of 7 December 2020",
        ),
        "OP1 meeting": ("note", ""),
        "OP2 (a) session": ("likely", "seventy-seventh session"),
        "OP3 session": ("sure", "seventy-seventh session"),
    }
    assert all(u["why"] for u in due.values())


def test_all_are_accepted_at_once_by_one_deed_of_the_presidency_and_undone(begun):
    before = begun.table.state()["paragraphs"]
    done = begun.answer(all=True)
    assert done["deed"]["kind"] == "update"
    assert done["deed"]["summary"] == "Technical updates: PP1, OP2 (a), OP3"
    assert begun.table.words("PP1").endswith(
        "73/900 of 5 December 2018, 74/900 of 12 December 2019 and 75/900 of 7 December 2020 "
        "on lighthouses,"
    )
    assert "its seventy-seventh session, under" in begun.table.words("OP3")
    assert set(begun.due()) == {"OP1 meeting"}
    begun.undo(done)
    after = begun.table.state()["paragraphs"]
    assert [p["ops"] for p in after] == [p["ops"] for p in before]
    assert len(begun.due()) == 4


def test_one_is_accepted_and_the_others_stay(begun):
    begun.answer(accept=[(begun.due()["OP3 session"]["key"], None)])
    assert set(begun.due()) == {"PP1 recalled", "OP1 meeting", "OP2 (a) session"}


def test_what_is_refused_is_remembered_and_can_be_brought_back(begun):
    key = begun.due()["OP2 (a) session"]["key"]
    assert begun.answer(refuse=[key]) == {}
    assert "OP2 (a) session" not in begun.due()
    assert begun.due(refused=True)["OP2 (a) session"]["refused"]["by"].startswith("Presidency")
    begun.answer(all=True)
    assert begun.table.words("OP2 (a)") == "The oil used, at the seventy-sixth session;"
    begun.answer(restore=[key])
    begun.answer(refuse=[key])
    begun.answer(restore=[key])
    assert "OP2 (a) session" in begun.due()


def test_a_note_is_answered_with_words_and_changes_nothing_without(begun):
    key = begun.due()["OP1 meeting"]["key"]
    with pytest.raises(Malformed, match="Say what is to stand"):
        begun.answer(accept=[(key, None)])
    begun.answer(
        accept=[(key, "fourth Conference on Lamps, to be held in Lima from 2 to 6 May 2022")]
    )
    assert begun.table.words("OP1") == (
        "Invites all to attend the fourth Conference on Lamps, to be held in Lima from 2 to 6 May 2022;"
    )
    assert "OP1 meeting" not in begun.due()


def test_an_update_whose_words_were_changed_meanwhile_is_gone_and_nothing_is_done(begun):
    due = begun.due()
    at = begun.table.words("OP3").index("seventy-sixth")
    begun.table.edit("OP3", [{"retain": at}, {"delete": 7}, {"insert": "ninety"}])
    assert "OP3 session" not in begun.due()
    with pytest.raises(Stale, match="nothing was done"):
        begun.answer(accept=[(due["PP1 recalled"]["key"], None), (due["OP3 session"]["key"], None)])
    assert "75/900" not in begun.table.words("PP1")


def test_an_update_moves_with_words_that_were_typed_around_it(begun):
    begun.table.typed("OP3", "Firmly ", 0)
    begun.table.typed("PP1", ", and the keepers’ own reports", len(begun.table.words("PP1")) - 1)
    begun.answer(all=True)
    assert begun.table.words("OP3").startswith("Firmly Decides")
    assert "its seventy-seventh session" in begun.table.words("OP3")
    assert "75/900 of 7 December 2020 on lighthouses, and the keepers’" in begun.table.words("PP1")


def test_no_words_are_kept_beside_the_texts_own_history(begun):
    key = begun.due()["OP1 meeting"]["key"]
    done = begun.answer(accept=[(key, "Zanzibar-4711")])
    begun.answer(refuse=[begun.due()["OP3 session"]["key"]])
    with begun.table.store.reading() as w:
        kept = str(kept_drafts.deed(w, begun.table.draft_id, uuid.UUID(done["deed"]["id"])).undo)
    assert "Zanzibar" not in kept
    assert "Conference" not in kept
    begun.undo(done)
    assert begun.table.words("OP1").endswith("to be held in Oslo from 3 to 7 May 2021;")


def test_undoing_leaves_what_was_typed_since_and_refuses_where_it_met_the_update(begun):
    done = begun.answer(all=True)
    begun.table.typed("PP1", "Solemnly ", 0)
    at = begun.table.words("OP3").index("seventy-seventh")
    begun.table.edit("OP3", [{"retain": at}, {"delete": 15}, {"insert": "next"}])
    with pytest.raises(Stale, match="Nothing was undone"):
        begun.undo(done)
    assert "75/900" in begun.table.words("PP1")


def test_an_accepted_update_counts_as_technical_whatever_its_words(begun):
    begun.answer(
        accept=[
            (begun.due()["OP1 meeting"]["key"], "first Symposium on Wicks, in the year to come")
        ]
    )
    begun.table.typed("PP2", "also ", 0)
    with begun.table.store.reading() as w:
        actor = begun._actor(w, "penholder")
        made = between(w, actor, 0, None)
        found = technical.of_redline(w, actor, made)
    verdicts = {p.label: v for p, v in zip(made.redline.paragraphs, found, strict=True)}
    assert verdicts["OP1"]["suggested"] == "technical"
    assert verdicts["OP1"]["reasons"] == ["technical update accepted by the presidency"]
    assert verdicts["PP2"]["suggested"] == "substantive"


@pytest.mark.parametrize("who", ["secretariat", "mexico_head", "icrc", "mexico_capital"])
def test_only_the_presidency_is_offered_updates_and_answers_them(begun, who):
    with pytest.raises(NotAllowed):
        begun.page(who)
    with pytest.raises(NotAllowed):
        begun.answer(who, all=True)
    with pytest.raises(NotAllowed):
        begun.about(who, session=77)


def test_the_masthead_is_set_on_record_and_set_back(begun):
    done = begun.about(agenda_item="Agenda item 100 (ff)", title="  Safety of\nlighthouses at sea ")
    assert done["deed"]["summary"] == "Masthead: title, agenda item"
    assert begun.header()["title"] == "Safety of lighthouses at sea"
    undone = begun.undo(done)
    assert (begun.header()["title"], begun.header()["agenda_item"]) == ("Safety of lighthouses", "")
    again = begun.undo(undone)
    assert begun.header()["agenda_item"] == "Agenda item 100 (ff)"
    begun.about(agenda_item="Agenda item 101")
    with pytest.raises(Stale, match="changed since"):
        begun.undo(again)


def test_a_masthead_refuses_what_it_cannot_say(begun):
    with pytest.raises(Malformed, match="later session"):
        begun.about(session=75)
    with pytest.raises(Malformed, match="title"):
        begun.about(title=" ")
    with pytest.raises(Stale, match="just that"):
        begun.about(session=76)


def test_the_agendas_wording_follows_the_masthead(begun):
    begun.about(agenda_title="Oceans: safety of lighthouses and lightships")
    due = begun.due()["OP3 agenda"]
    assert (due["found"], due["wanted"]) == (
        "“Safety of lighthouses”",
        "“Safety of lighthouses and lightships”",
    )
    begun.answer(all=True)
    assert "“Safety of lighthouses and lightships”." in begun.table.words("OP3")


@pytest.mark.parametrize(
    ("treaty", "wanted"),
    [
        ("Convention on Cluster Munitions", ("likely", "a total of 123 States")),
        ("Convention on Lamps", ("note", "")),
    ],
)
def test_how_many_have_joined_is_known_of_the_treaty_of_the_series(store, treaty, wanted):
    joined = f" that a total of 9 States have joined the {treaty}, 7 as States parties and 2 as signatories,"
    text = Resolution(
        ADOPTED.masthead,
        (*ADOPTED.paragraphs[:2], Paragraph(Kind.PREAMBULAR, opening("Noting", joined))),
    )
    clock.use(lambda: datetime(2021, 9, 28, 10, tzinfo=UTC))
    made = Forward(table(store, text))
    with store.work() as w:
        record.add(w, made._actor(w, "penholder"), record.Earlier(parties="ccm"))
    made.about(session=76)
    due = made.due()["PP2 number"]
    assert (due["certainty"], due["wanted"][:21]) == wanted


def test_next_years_draft_is_moved_on_and_has_its_updates(begun):
    begun.answer(all=True)
    with begun.table.store.work() as w:
        actor = begun._actor(w, "penholder")
        versions.seal(w, actor, "L.41", "")
        record.adopt(w, actor, symbol="A/RES/76/901", on=date(2021, 12, 6))
    assert begun.due() == {}
    with pytest.raises(Stale, match="adopted"):
        begun.about(agenda_item="Agenda item 1")
    with begun.table.store.work() as w:
        draft_id = record.next_draft(w, begun._actor(w, "penholder"), "")
    following = Forward(
        Table(begun.table.store, draft_id, begun.table.sessions, begun.table.tokens)
    )
    header = following.header()
    assert (header["session"], header["agenda_item"], header["number"]) == (
        "Seventy-seventh session",
        "",
        "",
    )
    due = following.due()
    assert due["PP1 recalled"]["wanted"].endswith("and 76/901 of 6 December 2021")
    assert due["OP3 session"]["wanted"] == "seventy-eighth session"


def test_a_draft_that_begins_with_no_adopted_text_has_none(store):
    plain_text = Resolution(Masthead(title="Lamps"), ADOPTED.paragraphs)
    made = Forward(table(store, plain_text))
    assert made.page()["last"] is None
    made.about(session=76)
    assert (made.header()["session"], made.due()) == ("Seventy-sixth session", {})


def test_the_compilation_says_what_a_paragraph_was_called_where_it_is_called_otherwise(begun):
    begun.table.do("delete", paragraph=begun.table.id("PP1"))
    with begun.table.store.work() as w:
        versions.seal(w, begun._actor(w, "penholder"), "Draft 1", "")
    begun.table.do(
        "insert", after=begun.table.id("PP1"), paragraph_kind="preambular", level=0, ops=[]
    )
    with begun.table.store.reading() as w:
        made = compilation.gathered(w, begun._actor(w, "mexico"), compilation.Show.ALL)
    assert [(e.label, e.state) for e in made.entries[:4]] == [
        ("", ""),
        ("PP1", "75/900: PP2"),
        ("PP1 bis", "new"),
        ("OP1", ""),
    ]


def test_a_redline_file_says_what_a_paragraph_was_called_in_last_years_resolution(begun):
    begun.table.do("delete", paragraph=begun.table.id("PP1"))
    begun.table.typed("PP2", "Ever ", 0)
    with begun.table.store.work() as w:
        versions.seal(w, begun._actor(w, "penholder"), "Draft 1", "")
    begun.table.typed("PP1", "So ", 0)
    with begun.table.store.reading() as w:
        actor = begun._actor(w, "icrc")
        since = exports.export(w, actor, exports.Asked("html", since=1)).data.decode()
        first = exports.export(w, actor, exports.Asked("html", since=0)).data.decode()
    assert "PP1 (75/900: PP2)" in since
    assert "PP1 (was PP2)" in first


def test_last_years_labels_stay_beside_the_new_ones(begun):
    op1, pp2 = str(begun.table.id("OP1")), str(begun.table.id("PP2"))
    begun.table.do("delete", paragraph=pp2)
    begun.table.do("insert", after=op1, paragraph_kind="operative", level=0, ops=[])
    with begun.table.store.work() as w:
        versions.seal(w, begun._actor(w, "penholder"), "Draft 1", "")
    state = begun.table.state()
    last = state["last"]
    assert last["number"] == "75/900"
    shown = [(p["label"], last["labels"].get(p["id"], "new")) for p in state["paragraphs"]]
    assert shown == [
        ("", ""),
        ("PP1", "PP1"),
        ("OP1", "OP1"),
        ("OP2", "new"),
        ("OP3", "OP2"),
        ("OP3 (a)", "OP2 (a)"),
        ("OP4", "OP3"),
    ]
    assert last["labels"][pp2] == "PP2"

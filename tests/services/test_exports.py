"""Files handed out: what each prints around its words, whose changes are in it, and for whom it is."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from drafting.errors import Malformed, NotFound
from drafting.formats import docx_read
from drafting.formats.docx_template import W
from drafting.rules.audiences import EVERYONE, TEAM, Audience, AudienceKind
from drafting.services import comments, exports, forward
from drafting.services.comments import Asked as Where
from drafting.services.exports import Asked
from drafting.text.changes import plain
from drafting.text.resolution import Masthead
from tests.capitals import Capitals
from tests.checks import check_docx, check_many, checker
from tests.make import PEOPLE, SMALL, table
from tests.negotiating import Negotiation

EVERYBODY = frozenset(PEOPLE)
DOCUMENT = "word/document.xml"


@pytest.fixture
def room(sqlite_store) -> Negotiation:
    return Negotiation(table(sqlite_store))


@pytest.fixture
def any_room(store) -> Negotiation:
    """The same on either database."""
    return Negotiation(table(store))


def export(
    room: Negotiation, who: str = "penholder", ending: str = "docx", **more: object
) -> bytes:
    return room.run(who, lambda w, a: exports.export(w, a, Asked(ending, **more))).data


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def tags(data: bytes, *names: str, part: str = DOCUMENT) -> list[etree._Element]:
    root = etree.fromstring(parts(data)[part].encode())
    return list(root.iter(*(f"{{{W}}}{name}" for name in names)))


def authors(data: bytes) -> set[str]:
    return {str(mark.get(f"{{{W}}}author")) for mark in tags(data, "ins", "del", "moveTo")}


def printed(data: bytes, part: str = DOCUMENT) -> str:
    return "".join(t.text or "" for t in tags(data, "t", part=part))


def masthead(data: bytes) -> Masthead:
    return docx_read.read(data).masthead


def front(data: bytes) -> list[tuple[str, str]]:
    """Gives the lines before the text: style and words."""
    lines = []
    for p in tags(data, "p"):
        style = p.find(f"{{{W}}}pPr/{{{W}}}pStyle").get(f"{{{W}}}val")
        if style == "UNFormula":
            return lines
        lines.append((style, "".join(t.text or "" for t in p.iter(f"{{{W}}}t"))))
    raise AssertionError


def comment(
    room: Negotiation,
    who: str,
    label: str,
    words: str,
    *,
    to: Audience = EVERYONE,
    at: tuple[int, int] | None = None,
) -> uuid.UUID:
    version = room.table.version(label)
    start, end = at or (None, None)
    where = Where(room.table.id(label), start, end, None if at is None else version)
    made = room.run(who, lambda w, a: comments.begin(w, a, where, to, words))
    return uuid.UUID(made["id"])


def own(room: Negotiation, key: str, *, with_presidency: bool = False) -> Audience:
    kind = AudienceKind.PRESIDENCY if with_presidency else AudienceKind.DELEGATION
    return Audience(kind, room.delegation(key))


# --- what stands around the text ----------------------------------------------------------------


def test_the_text_a_draft_began_from_has_its_own_masthead(room: Negotiation) -> None:
    given = masthead(export(room, version=0))
    assert (given.number, given.symbol) == ("75/900", "A/RES/75/900")


def test_a_working_draft_has_no_symbol_and_says_what_it_is(room: Negotiation) -> None:
    room.seal("Draft 1")
    for asked, head in (({}, "Working text, "), ({"version": 1}, "Draft 1, ")):
        data = export(room, **asked)
        found = masthead(data)
        assert (found.number, found.symbol, found.distribution) == ("", "", "")
        for page in ("first", "even", "default"):
            assert printed(data, f"word/header-{page}.xml").count(head) == 1
        assert not tags(data, "lnNumType")


def test_lines_are_numbered_on_demand(room: Negotiation) -> None:
    assert tags(export(room, line_numbers=True), "lnNumType")
    assert tags(export(room, since=0, line_numbers=True), "lnNumType")


def tabled(room: Negotiation, symbol: str = "A/C.1/76/L.941", version: int = 1) -> Capitals:
    """Seals a version, has two States confirm for it, and records that it was tabled."""
    room.seal(f"Draft {version}")
    capitals = Capitals(room.table)
    if version == 1:
        for who in ("chile", "mexico"):
            capitals.step(who, "confirmed")
    on = date(2021, 10, 11 + version)
    capitals.record("table", symbol=symbol, on=on, version=version)
    return capitals


def test_an_l_document_prints_symbol_session_committee_day_and_sponsors(
    any_room: Negotiation,
) -> None:
    room = any_room
    tabled(room)
    for who in ("penholder", "chile", "icrc"):
        data = export(room, who, version=1)
        found = masthead(data)
        assert (found.symbol, found.distribution) == ("A/C.1/76/L.941", "Distr.: Limited")
        assert (found.date, found.number, found.notices) == ("12 October 2021", "", ())
        assert found.sponsors == "Chile and Mexico"
        assert front(data) == [
            ("UNSession", "Seventy-sixth session"),
            ("UNCommittee", "First Committee"),
            ("UNSponsors", "Chile and Mexico: draft resolution"),
            ("UNTitle", "Safety of lighthouses"),
        ]
        assert printed(data, "word/header-default.xml") == "A/C.1/76/L.941"
    # The other texts are no L-documents for that.
    assert masthead(export(room)).symbol == ""
    assert masthead(export(room)).sponsors == ""
    assert masthead(export(room, version=0)).symbol == "A/RES/75/900"


def test_a_revision_says_so_behind_its_sponsors_and_the_first_stays_as_it_was(
    room: Negotiation,
) -> None:
    tabled(room)
    tabled(room, "A/C.1/76/L.941/Rev.1", 2)
    assert ("UNSponsors", "Chile and Mexico: revised draft resolution") in front(
        export(room, version=2)
    )
    assert masthead(export(room, version=1)).symbol == "A/C.1/76/L.941"
    data = export(room, since=1, version=2)
    assert masthead(data).symbol == "A/C.1/76/L.941/Rev.1"


def test_no_sponsor_is_told_before_the_text_is_tabled(room: Negotiation) -> None:
    capitals = Capitals(room.table)
    room.seal("Draft 1")
    capitals.step("chile", "confirmed")
    for who in EVERYBODY:
        for asked in ({}, {"version": 1}, {"since": 0, "version": 1}):
            for part in parts(export(room, who, **asked)).values():
                assert "Chile" not in part


def test_the_adopted_text_prints_as_a_resolution(room: Negotiation) -> None:
    capitals = tabled(room)
    capitals.record("adopt", symbol="A/RES/76/947", on=date(2021, 12, 6))
    data = export(room)
    assert masthead(data) == Masthead(
        number="76/947",
        title="Safety of lighthouses",
        symbol="A/RES/76/947",
        distribution="Distr.: General",
        session="Seventy-sixth session",
        notices=(
            "Resolution adopted by the General Assembly on 6 December 2021",
            "[on the report of the First Committee]",
        ),
        closing="6 December 2021",
    )
    # What was tabled stays what it was.
    assert masthead(export(room, version=1)).symbol == "A/C.1/76/L.941"


def test_last_years_session_and_agenda_item_are_not_carried_over(sqlite_store) -> None:
    begun = replace(
        SMALL,
        masthead=replace(
            SMALL.masthead,
            session="Seventy-fifth session",
            agenda_item="Agenda item 103 (ll)",
            agenda_title="General and complete illumination",
        ),
    )
    room = Negotiation(table(sqlite_store, begun))
    found = masthead(export(room))
    assert (found.session, found.agenda_item) == ("", "")
    assert found.agenda_title == "General and complete illumination"
    assert masthead(export(room, version=0)).agenda_item == "Agenda item 103 (ll)"
    tabled(room)
    found = masthead(export(room, version=1))
    assert (found.session, found.agenda_item) == ("Seventy-sixth session", "")
    # Their going is tracked, the line with them.
    check = checker("docx_check")
    data = export(room, since=0)
    for accept, kept in ((True, ""), (False, "Agenda item 103 (ll)")):
        resolved = check.resolve(etree.fromstring(parts(data)[DOCUMENT].encode()), accept)[0]
        words = [check.norm(check.paragraph_text(p)) for p in check.story(resolved, True)]
        assert ("Agenda item 103 (ll)" in words) is bool(kept)
        assert "" not in words[1:-1]


def test_a_sealed_version_keeps_the_masthead_it_was_sealed_with(sqlite_store) -> None:
    room = Negotiation(table(sqlite_store))

    def say(agenda_item: str) -> None:
        about = forward.About(agenda_item=agenda_item)
        room.run("penholder", lambda w, a: forward.set_masthead(w, a, uuid.uuid4(), about))

    room.seal("Draft 1")
    say("Agenda item 100 (ff)")
    room.seal("Draft 2")
    say("Agenda item 101 (a)")
    found = [masthead(export(room, version=n)).agenda_item for n in (1, 2)]
    assert found == ["", "Agenda item 100 (ff)"]
    assert masthead(export(room)).agenda_item == "Agenda item 101 (a)"
    # An L-document prints what is known by then.
    on = date(2021, 10, 12)
    Capitals(room.table).record("table", symbol="A/C.1/76/L.941", on=on, version=1)
    assert masthead(export(room, version=1)).agenda_item == "Agenda item 101 (a)"


def test_what_nobody_is_known_for_is_whose_the_version_is(room: Negotiation) -> None:
    room.table.typed("OP1", "Now ", 0)
    room.seal("Draft 1")
    for asked in ({}, {"version": 1}):
        assert authors(export(room, since=0, **asked)) == {"Presidency (United Kingdom)"}


# --- what a returned file is matched by ---------------------------------------------------------


def properties(data: bytes) -> dict[str, str]:
    root = etree.fromstring(parts(data)["docProps/custom.xml"].encode())
    return {one.get("name"): "".join(one.itertext()) for one in root}


def test_a_file_says_which_draft_and_version_it_is(room: Negotiation) -> None:
    room.seal("Draft 1")
    draft = str(room.table.draft_id)
    assert properties(export(room, version=1)) == {"DraftId": draft, "DraftVersion": "1"}
    assert properties(export(room, since=0, version=1))["DraftVersion"] == "1"
    seq = room.table.state()["seq"]
    for asked in ({}, {"since": 0}, {"proposals": "everyone"}):
        assert properties(export(room, **asked))["DraftVersion"] == f"working:{seq}"


def test_a_reader_of_our_files_finds_the_paragraphs_again(room: Negotiation) -> None:
    room.amend("mexico", "OP1", "all", "some")
    for asked in ({}, {"since": 0}, {"proposals": "all"}):
        read = docx_read.read(export(room, **asked)).paragraphs
        assert [p.key for p in read] == [p["id"] for p in room.table.state()["paragraphs"]]


# --- proposals ----------------------------------------------------------------------------------


def test_every_proposal_is_tracked_in_its_proposers_name(
    any_room: Negotiation, tmp_path: Path
) -> None:
    room = any_room
    room.amend("mexico", "OP1", "all", "some")
    room.amend("chile", "OP1", "burning", "lit")
    room.circulate("mexico", room.begin("mexico", "PP3", "delete"))
    words = [{"insert": "Thanks", "attributes": {"italic": True}}, {"insert": " the keepers;"}]
    new = room.begin("chile", "OP2", "insert", ops=words, paragraph_kind="operative")
    room.circulate("chile", new)
    room.circulate("mexico", room.begin("mexico", "PP2", "move", after_id=None))
    data = export(room, "icrc", proposals="all")
    assert authors(data) == {"Mexico", "Chile"}
    base = docx_read.read(export(room)).paragraphs
    want = {plain(p.text): p for p in base}
    report = check_docx(data, tmp_path, old=base)
    assert report["fails"] == []
    assert report["warns"] == []
    accepted = [plain(p.text) for p in docx_read.read(data).paragraphs]
    kept = [words for words in want if not words.startswith(("Noting", "Urges", "Mindful"))]
    assert "Urges some coastal States to keep their lights lit;" in accepted
    assert "Thanks the keepers;" in accepted
    assert not any(words.startswith("Noting") for words in accepted)
    assert [
        words for words in accepted if words in want and not words.startswith("Mindful")
    ] == kept
    assert accepted[0].startswith("Mindful")


def test_what_meets_another_proposal_stands_beside_the_text_in_words(room: Negotiation) -> None:
    room.amend("mexico", "OP1", "all", "some")
    room.amend("chile", "OP1", "all", "most")
    data = export(room, proposals="everyone")
    assert authors(data) == {"Mexico"}
    (said,) = tags(data, "comment", part="word/comments.xml")
    assert said.get(f"{{{W}}}author") == "Chile"
    words = "".join(said.itertext())
    assert "“most”" in words
    assert words.endswith("It touches the same words as the proposal of Mexico.")


def test_a_proposal_whose_words_have_changed_stands_beside_the_text(room: Negotiation) -> None:
    room.amend("mexico", "OP1", "all coastal", "some coastal")
    room.amend("chile", "OP2", "keepers", "watchers")
    at = room.table.words("OP1").index("all")
    room.table.edit("OP1", [{"retain": at}, {"insert": "most"}, {"delete": 3}])
    room.table.do("delete", paragraph=room.table.id("OP2"))
    data = export(room, proposals="everyone")
    found = tags(data, "comment", part="word/comments.xml")
    # A proposal whose paragraph is gone stands at the beginning.
    assert [one.get(f"{{{W}}}author") for one in found] == ["Chile", "Mexico"]
    assert "Its paragraph was deleted" in "".join(found[0].itertext())
    assert "Words it touches have changed" in "".join(found[1].itertext())
    assert authors(data) == set()


def test_drafts_and_what_is_over_are_not_laid_in(room: Negotiation) -> None:
    room.amend("mexico", "OP1", "all", "some", None)
    room.accept("PP1", room.amend("chile", "PP1", "its", "the"))
    data = export(room, "mexico", proposals="all")
    assert authors(data) == set()
    assert "comments.xml" not in " ".join(parts(data))


REACH = {
    # circle of Mexico's proposal: who has it in their file, by scope
    ("everyone", "everyone"): EVERYBODY,
    ("everyone", "all"): EVERYBODY,
    ("everyone", "mine"): frozenset({"mexico", "mexico_head", "mexico_capital"}),
    ("presidency", "everyone"): frozenset(),
    ("presidency", "all"): frozenset(
        {"mexico", "mexico_head", "mexico_capital", "penholder", "adviser"}
    ),
    ("presidency", "mine"): frozenset({"mexico", "mexico_head", "mexico_capital"}),
}


@pytest.mark.parametrize("circle", ["everyone", "presidency"])
def test_a_proposal_goes_where_its_circle_and_the_scope_let_it(sqlite_store, circle: str) -> None:
    room = Negotiation(table(sqlite_store))
    room.amend("mexico", "OP1", "all", "zanzibari", circle)
    for scope in ("everyone", "mine", "all"):
        has = {
            who for who in EVERYBODY if "zanzibari" in printed(export(room, who, proposals=scope))
        }
        assert has == REACH[circle, scope], scope


@pytest.mark.parametrize(
    "asked",
    [
        {"proposals": "everyone", "version": 0},
        {"proposals": "everyone", "since": 0},
        {"ending": "html", "proposals": "everyone"},
        {"ending": "txt", "comments": "all"},
        {"ending": "txt", "line_numbers": True},
    ],
)
def test_what_does_not_go_together_is_refused_in_words(
    sqlite_store, asked: dict[str, object]
) -> None:
    room = Negotiation(table(sqlite_store))
    with pytest.raises((Malformed, NotFound)):
        export(room, **asked)


@pytest.mark.parametrize("asked", [{"proposals": "none"}, {"comments": "2"}, {"ending": "exe"}])
def test_what_there_is_not_is_not_found(sqlite_store, asked: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        export(Negotiation(table(sqlite_store)), **asked)


# --- comments -----------------------------------------------------------------------------------


def remarks(data: bytes) -> list[tuple[str, str, str]]:
    """Gives a file's comments: author, words on which they stand, what they say."""
    found = parts(data)
    if "word/comments.xml" not in found:
        return []
    module = checker("docx_check")
    root = etree.fromstring(found[DOCUMENT].encode())
    return [
        (
            one.get(f"{{{W}}}author"),
            module.anchor_text(root, one.get(f"{{{W}}}id")),
            "".join(one.itertext()),
        )
        for one in tags(data, "comment", part="word/comments.xml")
    ]


def test_comments_stand_on_their_words_in_threads(any_room: Negotiation, tmp_path: Path) -> None:
    room = any_room
    at = room.table.words("OP1").index("coastal")
    first = comment(room, "mexico", "OP1", "Which ones?", at=(at, at + len("coastal States")))
    room.run("penholder", lambda w, a: comments.reply(w, a, first, "All.\nWithout exception."))
    whole = comment(room, "chile", "PP1", "Is this so?")
    room.run("penholder", lambda w, a: comments.set_resolved(w, a, whole, resolved=True))
    room.amend("mexico", "OP1", "all", "some")
    for asked in ({}, {"since": 0}, {"proposals": "all"}, {"version": 0}):
        data = export(room, "icrc", comments="all", **asked)
        report = check_docx(data, tmp_path)
        assert report["fails"] == []
        assert report["warns"] == []
        threads = [
            (c["author"], c["anchor"], c["resolved"], c["reply_to"]) for c in report["comments"]
        ]
        assert threads == [
            ("Chile", plain_words(room, "PP1"), True, None),
            ("Mexico", "coastal States", False, None),
            ("Presidency (United Kingdom)", "coastal States", False, "1"),
        ]
        dates = [one.get(f"{{{W}}}date") for one in tags(data, "comment", part="word/comments.xml")]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(one)) for one in dates)


def test_libreoffice_accepts_and_rejects_what_is_handed_out(
    room: Negotiation, tmp_path: Path
) -> None:
    begun = docx_read.read(export(room)).paragraphs
    at = room.table.words("OP1").index("coastal")
    comment(room, "mexico", "OP1", "Which ones?", at=(at, at + len("coastal States")))
    room.table.typed("OP2", "Then ", 0)
    room.table.do("delete", paragraph=room.table.id("PP3"))
    now = docx_read.read(export(room)).paragraphs
    room.amend("mexico", "OP1", "all", "some")
    room.amend("chile", "OP1", "all", "most")
    room.circulate("chile", room.begin("chile", "OP3", "move", after_id=room.table.id("PP1")))
    room.circulate("mexico", room.begin("mexico", "OP2", "delete"))
    tracked = export(room, since=0, comments="all")
    laid = export(room, proposals="all", comments="all")
    accepted = docx_read.read(laid).paragraphs
    assert len(accepted) == len(now) - 3
    files = [(tracked, begun, now), (laid, now, accepted)]
    for report in check_many(files, tmp_path):
        assert report["fails"] == []
        assert [one for one in report["warns"] if "LibreOffice" in one] == []
        assert report["comments"]


def plain_words(room: Negotiation, label: str) -> str:
    return room.table.words(label)[:80]


def test_without_being_asked_for_no_comment_is_in_a_file(room: Negotiation) -> None:
    comment(room, "mexico", "OP1", "Psst.")
    for asked in ({}, {"since": 0}, {"proposals": "all"}):
        assert remarks(export(room, **asked)) == []


def test_a_comment_whose_words_are_gone_stands_on_its_paragraph(room: Negotiation) -> None:
    at = room.table.words("OP1").index("coastal")
    comment(room, "mexico", "OP1", "Which?", at=(at, at + len("coastal")))
    room.table.edit("OP1", [{"retain": at}, {"delete": len("coastal ")}])
    ((_, anchor, _),) = remarks(export(room, comments="all"))
    assert anchor == plain_words(room, "OP1")
    # The version before still has them.
    ((_, anchor, _),) = remarks(export(room, comments="all", version=0))
    assert anchor == plain_words_of(room)[:80]


def plain_words_of(room: Negotiation) -> str:
    read = docx_read.read(export(room, version=0)).paragraphs
    return next(plain(p.text) for p in read if plain(p.text).startswith("Urges"))


def test_a_comment_on_a_deleted_paragraph_stands_where_that_is_struck(room: Negotiation) -> None:
    comment(room, "mexico", "OP1", "Keep this.")
    room.table.do("delete", paragraph=room.table.id("OP1"))
    assert remarks(export(room, comments="all")) == []
    ((author, anchor, _),) = remarks(export(room, comments="all", since=0))
    assert (author, anchor[:5]) == ("Mexico", "Urges")


def test_a_comment_goes_where_its_audience_and_the_scope_let_it(sqlite_store) -> None:
    room = Negotiation(table(sqlite_store))
    comment(room, "mexico", "OP1", "to everyone")
    comment(room, "mexico", "OP1", "to ourselves", to=own(room, "MEX"))
    comment(room, "mexico", "OP1", "to the presidency", to=own(room, "MEX", with_presidency=True))
    comment(room, "chile", "OP1", "from Chile")
    comment(room, "penholder", "OP1", "to the team", to=TEAM)

    def has(who: str, scope: str) -> set[str]:
        return {words for _, _, words in remarks(export(room, who, comments=scope))}

    for who in EVERYBODY:
        assert has(who, "everyone") == {"to everyone", "from Chile"}
    both = {"to everyone", "from Chile"}
    assert has("chile", "all") == has("icrc", "all") == has("secretariat", "all") == both
    assert has("mexico", "all") == both | {"to ourselves", "to the presidency"}
    assert has("mexico", "mine") == {"to everyone", "to ourselves", "to the presidency"}
    assert has("penholder", "all") == both | {"to the presidency", "to the team"}
    assert has("penholder", "mine") == {"to the team"}
    assert has("chile", "mine") == {"from Chile"}


# --- nothing else -------------------------------------------------------------------------------

EVERY_KIND = [
    {},
    {"version": 0},
    {"since": 0},
    {"since": 0, "version": 1},
    {"since": 1, "version": 0},
    {"comments": "all"},
    {"since": 0, "comments": "all"},
    {"proposals": "everyone", "comments": "all"},
    {"proposals": "all", "comments": "all"},
    {"proposals": "mine", "comments": "everyone"},
    {"ending": "html"},
    {"ending": "html", "since": 0},
    {"ending": "txt"},
    {"ending": "json"},
]


def test_no_part_of_any_file_holds_what_another_keeps_to_itself(sqlite_store) -> None:
    """Words, names, ids and dates of Mexico's own: in no part of any file for others."""
    room = Negotiation(table(sqlite_store))
    room.table.typed("OP1", "Now ", 0)
    room.seal("Draft 1")
    room.table.typed("OP2", "Then ", 0)
    thread = comment(room, "mexico", "OP1", "zanzibari", to=own(room, "MEX"), at=(0, 3))
    room.run("mexico_head", lambda w, a: comments.reply(w, a, thread, "zanzibari"))
    kept = [
        thread,
        room.amend("mexico", "OP1", "all", "zanzibari", None),
        room.amend("mexico", "PP1", "its", "zanzibari", "presidency"),
        room.begin("mexico_capital", "PP2", ops=[{"insert": "zanzibari"}]),
    ]
    told = ["zanzibari", "Mexico", "MEX", str(room.delegation("MEX"))]
    told += [str(one) for one in kept] + [one.hex for one in kept]
    for who in ("chile", "chile_head", "icrc", "secretariat"):
        for asked in EVERY_KIND:
            data = export(room, who, **asked)
            texts = parts(data).values() if data.startswith(b"PK") else [data.decode()]
            name = room.run(who, lambda w, a, asked=asked: exports.export(w, a, Asked(**({"ending": "docx"} | asked)))).name  # fmt: skip
            for text in (*texts, name):
                assert not [word for word in told if word in text], (who, asked)


def test_the_file_for_others_is_the_same_bytes_whatever_is_kept_from_them(sqlite_store) -> None:
    room = Negotiation(table(sqlite_store))
    room.amend("chile", "OP1", "all", "some")
    comment(room, "chile", "OP2", "Why?")
    room.seal("Draft 1")

    def files() -> list[dict[str, str]]:
        kinds = [
            {"since": 0, "version": 1},
            {"proposals": "all", "comments": "all"},
            {"comments": "all"},
        ]
        return [parts(export(room, "chile", **asked)) for asked in kinds]

    before = files()
    comment(room, "mexico", "OP1", "zanzibari", to=own(room, "MEX"))
    comment(room, "penholder", "PP1", "zanzibari", to=TEAM)
    room.amend("mexico", "OP1", "all", "zanzibari", "presidency")
    room.amend("mexico", "OP1", "burning", "zanzibari", None)
    assert files() == before

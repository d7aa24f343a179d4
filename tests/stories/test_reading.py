"""A reading of the whole text: proposals, positions, compromises, and the next version.

`make story NAME=reading` plays it on the sample negotiation and leaves screenshots and files in
var/stories/reading/.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from drafting.formats import compilation_docx, compilation_plain, docx_read
from drafting.text.changes import plain, text_from_json
from tests.checks import check_docx
from tests.servers import Serving
from tests.stories.people import PATIENCE_MS, Person, Room
from tests.tools import ROOT

OUT = ROOT / "var" / "stories" / "reading"
EVERYONE = "Everyone on this draft"
SEATS = {
    "penholder": "Presidency (penholder)",
    "mexico": "Delegate, Mexico",
    "chile": "Delegate, Chile",
    "switzerland": "Delegate, Switzerland",
    "new zealand": "Delegate, New Zealand",
}

WISHES = [
    ("mexico", "PP3", "busy shipping lanes", "busy shipping and fishing lanes"),
    ("mexico", "PP7", "patience", "patience, funds"),
    ("mexico", "OP1", "as soon as they can", "without delay"),
    ("mexico", "OP6", "the meetings between navies", "meetings between navies and coastguards"),
    ("mexico", "OP10", "in full and on time", "in full, on time and in advance"),
    ("chile", "PP3", "calling upon", "urgently calling upon"),
    ("chile", "PP8", "other forums", "other forums and regions"),
    ("chile", "OP1", "as soon as they can", "as soon as possible"),
    ("chile", "OP7", "regional organizations", "regional and subregional organizations"),
    ("chile", "OP9", "the assistance needed", "all the assistance needed"),
    ("switzerland", "PP4", "decades", "many decades"),
    ("switzerland", "PP11", "seafarers’ unions", "the unions of seafarers"),
    ("switzerland", "OP2", "in full", "in full and in good faith"),
    ("switzerland", "OP8", "with an interest", "with an interest, whether parties or not,"),
    ("new zealand", "PP5", "soon and safely", "soon, safely and openly"),
    ("new zealand", "PP9", "those at sea and on the shore", "all those at sea and on the shore"),
    ("new zealand", "PP13", "tenth year", "tenth full year"),
    ("new zealand", "OP2", "importance", "great importance"),
    ("new zealand", "OP8", "Wellington", "Wellington, New Zealand,"),
    ("new zealand", "OP11", "under the item", "under the agenda item"),
]
"""Who would have other words, where, and which."""


def row(page: Page, label: str) -> Locator:
    """Gives a paragraph by what it is called now."""
    return page.locator("#paragraphs .paragraph").filter(
        has=page.locator("> .label", has_text=re.compile(rf"^\s*{re.escape(label)}\b(?! bis)"))
    )


def slips(page: Page, label: str) -> Locator:
    """Gives the slips of the proposals on a paragraph."""
    return row(page, label).locator(".slip.of-proposal")


def choose(page: Page, label: str, item: str | re.Pattern[str]) -> None:
    """Chooses from a paragraph's menu."""
    row(page, label).scroll_into_view_if_needed()
    row(page, label).locator("> .label").click()
    page.get_by_role("menuitem", name=item).click()


def put_forward(page: Page, label: str) -> None:
    """Puts forward what is being written, to everyone."""
    row(page, label).get_by_role("button", name="Put forward …").last.click()
    box = page.get_by_role("dialog")
    box.get_by_label(EVERYONE).check()
    box.get_by_role("button", name="Put it forward").click()
    expect(box).to_have_count(0)


def amend(person: Person, label: str, words: str, key: str) -> None:
    """Writes into a paragraph as one would in Word: the tool makes it a proposal."""
    page = person.page
    choose(page, label, re.compile("^Propose a change"))
    written = row(page, label).locator(".card .words").last
    expect(written).to_have_class(re.compile("ProseMirror-focused"), timeout=PATIENCE_MS)
    page.keyboard.press(key)
    page.keyboard.type(words)
    person.says("^Saved$")


class Reading(Room):
    """Everybody at the table, and what they would have read otherwise."""

    def wish(self, who: str, label: str, old: str, new: str) -> str:
        """Puts forward other words to everyone."""
        ops = [dict(op) for op in self.paragraph(label)["ops"]]
        for op in ops:
            if isinstance(op["insert"], str) and old in op["insert"]:
                op["insert"] = op["insert"].replace(old, new, 1)
                break
        else:
            raise AssertionError((label, old))
        made = self.call(
            who,
            f"/drafts/{self.draft}/proposals",
            kind="amend",
            paragraph=self.paragraph(label)["id"],
            ops=ops,
        )["proposal"]["id"]
        self.call(who, f"/proposals/{made}/circulation", audience="everyone")
        return str(made)


def test_the_reading(browser: Browser, tmp_path: Path) -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    server = Serving(tmp_path).start()
    room = None
    try:
        room = Reading(browser, server, OUT, SEATS)
        _play(room)
    except BaseException:
        for name, person in room.people.items() if room else ():
            person.shot(f"failed-{name}")
        raise
    finally:
        for person in room.people.values() if room else ():
            person.close()
        server.stop()


def _play(room: Reading) -> None:
    pen, mexico, chile = room["penholder"], room["mexico"], room["chile"]
    swiss, new_zealand = room["switzerland"], room["new zealand"]

    # A delegation writes into the text as in Word; nobody else learns of it ...
    amend(mexico, "PP2", " near any coast,", "End")
    mexico.shot("01-mexico-writes")
    expect(slips(pen.page, "PP2")).to_have_count(0)
    put_forward(mexico.page, "PP2")
    expect(slips(pen.page, "PP2")).to_have_count(1, timeout=PATIENCE_MS)

    # ... two delegations draft together ...
    amend(mexico, "OP5", " and free of charge", "End")
    row(mexico.page, "OP5").get_by_role("button", name="Draft together with …").last.click()
    box = mexico.page.get_by_role("dialog")
    box.get_by_label("With which delegation").select_option(label="Chile")
    box.get_by_role("button", name="Share the draft").click()
    slips(chile.page, "OP5").filter(has_text="Mexico").click()
    together = row(chile.page, "OP5").locator(".card .words").last
    together.click()
    chile.page.keyboard.press("Control+End")
    chile.page.keyboard.type(", for all")
    chile.says("^Saved$")
    expect(row(mexico.page, "OP5").locator(".card .words").last).to_contain_text("for all")
    chile.shot("02-chile-and-mexico-draft-together")
    expect(slips(swiss.page, "OP5").filter(has_text="Mexico")).to_have_count(0)
    put_forward(mexico.page, "OP5")
    expect(slips(swiss.page, "OP5").filter(has_text="Mexico and Chile")).to_have_count(
        1, timeout=PATIENCE_MS
    )

    # ... and the others have theirs: thirty and more by now.
    ids = {(who, label): room.wish(who, label, old, new) for who, label, old, new in WISHES}
    retain = room.call(
        "switzerland",
        f"/drafts/{room.draft}/proposals",
        kind="insert",
        paragraph=room.paragraph("OP2")["id"],
        paragraph_kind="operative",
        ops=[
            {"insert": "Thanks", "attributes": {"italic": True}},
            {"insert": " those who clear the seas;"},
        ],
    )["proposal"]["id"]
    room.call("switzerland", f"/proposals/{retain}/circulation", audience="everyone")
    for who, kind, label, more in (
        ("chile", "delete", "PP14", {}),
        ("new zealand", "split", "PP10", {"at": _place(room, "PP10", " and welcoming also")}),
        ("switzerland", "move", "PP16", {"after": room.paragraph("PP1")["id"]}),
        ("new zealand", "alternative", "OP10", {"ops": [{"insert": "Calls upon all to pay;"}]}),
    ):
        made = room.call(
            who,
            f"/drafts/{room.draft}/proposals",
            kind=kind,
            paragraph=room.paragraph(label)["id"],
            version=room.paragraph(label)["version"],
            **more,
        )["proposal"]["id"]
        room.call(who, f"/proposals/{made}/circulation", audience="everyone")
    live = [p for p in room.state()["proposals"] if p["stage"] == "put_forward"]
    assert len(live) >= 30
    for who in ("chile", "new zealand"):
        room.call(
            who,
            f"/drafts/{room.draft}/positions",
            proposal=ids["mexico", "PP7"],
            stance="support",
            certainty="confirmed",
            audience="everyone",
        )
    room.call(
        "switzerland",
        f"/drafts/{room.draft}/positions",
        paragraph=room.paragraph("PP14")["id"],
        stance="can_live_with",
        audience="everyone",
    )

    # The presidency lays two that collide into the paragraph and builds the compromise, ...
    expect(slips(pen.page, "OP1")).to_have_count(2, timeout=PATIENCE_MS)
    row(pen.page, "OP1").scroll_into_view_if_needed()
    for slip in (slips(pen.page, "OP1").first, slips(pen.page, "OP1").last):
        slip.click()
    expect(row(pen.page, "OP1").locator(".over mark.collides").first).to_be_visible()
    pen.shot("03-they-collide")
    row(pen.page, "OP1").get_by_role("button", name="Build a compromise …").click()
    composed = row(pen.page, "OP1").locator(".composer .words")
    expect(composed).to_have_class(re.compile("ProseMirror-focused"))
    pen.page.keyboard.press("Control+a")
    pen.page.keyboard.type("Urges all States outside the Convention to join it promptly;")
    pen.shot("04-a-compromise")
    row(pen.page, "OP1").get_by_role("button", name="Accept these words …").click()
    pen.page.get_by_role("dialog").get_by_label("Reason").fill("Both delegations agree.")
    pen.page.get_by_role("dialog").get_by_role("button", name="Accept", exact=True).click()
    expect(row(chile.page, "OP1").locator("> .words")).to_contain_text(
        "join it promptly", timeout=PATIENCE_MS
    )

    # ... accepts one as it stands, and looks at what that leaves of the others.
    slips(pen.page, "OP2").filter(has_text="Switzerland").first.click()
    row(pen.page, "OP2").get_by_role("button", name="Accept as it stands …").first.click()
    pen.page.get_by_role("dialog").get_by_role("button", name="Accept", exact=True).click()
    box = pen.page.get_by_role("dialog")
    expect(box).to_contain_text("New Zealand", timeout=PATIENCE_MS)
    pen.shot("05-reconciliation")
    while box.count():
        box.get_by_role("button").last.click()
        pen.page.wait_for_timeout(0)
    expect(slips(new_zealand.page, "OP2").filter(has_text="New Zealand")).to_have_count(1)
    moved = next(p for p in room.state()["proposals"] if p["id"] == ids["new zealand", "OP2"])
    assert moved["standing"] == "moved"
    slips(new_zealand.page, "OP2").filter(has_text="New Zealand").click()
    row(new_zealand.page, "OP2").get_by_role("button", name="Look at old and new …").click()
    new_zealand.shot("06-needs-its-authors-eye")
    new_zealand.page.get_by_role("dialog").get_by_role(
        "button", name="It stands as carried over"
    ).click()
    expect(new_zealand.page.get_by_role("dialog")).to_have_count(0)

    # A package, states of agreement, the picture of the whole.
    room.call(
        "penholder",
        f"/drafts/{room.draft}/packages",
        name="OP8 is agreed if PP13 is updated",
        paragraphs=[room.paragraph("OP8")["id"], room.paragraph("PP13")["id"]],
    )
    mexico_id = next(d["id"] for d in room.state()["delegations"] if d["name"] == "Mexico")
    for label, state, more in (
        ("OP1", "agreed", {}),
        ("OP2", "ad_ref", {"delegations": [mexico_id]}),
        ("PP14", "bracketed", {"delegations": [mexico_id]}),
    ):
        room.call(
            "penholder",
            f"/drafts/{room.draft}/agreement",
            paragraph=room.paragraph(label)["id"],
            state=state,
            **more,
        )
    pen.page.get_by_role("button", name="Progress").click()
    expect(pen.page.locator(".progress-picture")).to_be_visible()
    pen.shot("07-progress")
    pen.page.keyboard.press("Escape")

    # Compilation: on the page, and in files from which every proposal is found again.
    _compilation(room)

    # The rest of the reading: what stands is accepted, a paragraph comes, one goes.
    for who, label in (("mexico", "PP7"), ("chile", "PP8"), ("new zealand", "PP9")):
        _accept(room, label, ids[who, label])
    _accept(room, "OP2", retain)
    gone = next(
        p for p in room.state()["proposals"] if p["kind"] == "delete" and p["label"] == "PP14"
    )
    _accept(room, "PP14", gone["id"])
    expect(row(chile.page, "OP2 bis")).to_have_count(1, timeout=PATIENCE_MS)
    expect(chile.page.locator(".paragraph.gone .label")).to_contain_text("PP14")
    pen.page.get_by_role("button", name="Redline").click()
    expect(pen.page.locator("#redline ins").first).to_be_visible(timeout=PATIENCE_MS)
    pen.shot("09-redline-by-delegation")
    pen.page.get_by_role("button", name="Clean").click()

    # The next version is sealed, with its map of labels; the Word file names the delegations.
    room.call("penholder", f"/drafts/{room.draft}/versions", name="Draft 1")
    expect(chile.page.locator(".paragraph.gone")).to_have_count(0, timeout=PATIENCE_MS)
    sealed = pen.context.request.get(f"{pen.cable.base}/api/drafts/{room.draft}/versions/1").json()[
        "paragraphs"
    ]
    names = {p["previous_label"]: p["label"] for p in sealed}
    assert names["OP2 bis"] == "OP3"
    assert (names["OP3"], names["PP15"], names["PP13"]) == ("OP4", "PP14", "PP13")
    chile.shot("10-sealed")
    mexico.page.reload()
    mexico.says("^(Saved|Up to date)$")
    expect(mexico.page.get_by_role("button", name="See and mark them …")).to_be_visible()
    mexico.page.get_by_role("button", name="See and mark them …").click()
    expect(mexico.page.get_by_role("dialog")).to_contain_text("PP10")
    mexico.shot("11-what-became-of-it")
    mexico.page.keyboard.press("Escape")
    _word(room)
    for person in room.people.values():
        assert person.trouble == [], person.name


def _place(room: Reading, label: str, words: str) -> int:
    return plain(text_from_json(room.paragraph(label)["ops"])).index(words)


def _accept(room: Reading, label: str, proposal: str) -> None:
    at = room.paragraph(label)
    room.call(
        "penholder",
        f"/drafts/{room.draft}/acceptances",
        paragraph=at["id"],
        version=at["version"],
        proposals=[proposal],
    )


def _compilation(room: Reading) -> None:
    pen = room["penholder"]
    base = f"{pen.cable.base}/drafts/{room.draft}/compilation"
    live = [p for p in room.state()["proposals"] if p["stage"] == "put_forward"]
    for ending, read in (
        ("txt", lambda data: compilation_plain.read(data.decode())),
        ("docx", compilation_docx.read),
        ("html", None),
    ):
        answer = pen.context.request.get(f"{base}.{ending}")
        assert answer.ok, ending
        (OUT / f"compilation.{ending}").write_bytes(answer.body())
        if read is None:
            continue
        found = read(answer.body())
        alternatives = [a for e in found.entries for a in e.alternatives] + list(found.before)
        assert len(alternatives) == len(live), ending
        assert sorted(", ".join(sorted(a.owners)) for a in alternatives) == sorted(
            ", ".join(sorted(o["name"] for o in p["owners"])) for p in live
        )
    page = pen.context.new_page()
    page.goto(base)
    expect(page.locator(".compilation")).to_contain_text("Mexico")
    page.screenshot(path=OUT / "08-compilation.png", full_page=True)
    page.close()


def _word(room: Reading) -> None:
    pen = room["penholder"]
    base = f"{pen.cable.base}/drafts/{room.draft}/export.docx"
    files = {}
    for name, query in (
        ("old", "version=0"),
        ("new", "version=1"),
        ("tracked", "version=1&since=0"),
    ):
        answer = pen.context.request.get(f"{base}?{query}")
        assert answer.ok, name
        files[name] = answer.body()
        (OUT / f"{name}.docx").write_bytes(files[name])
    report = check_docx(
        files["tracked"],
        OUT,
        old=docx_read.read(files["old"]).paragraphs,
        new=docx_read.read(files["new"]).paragraphs,
        libreoffice=True,
        options=["--authors", "Mexico,Chile,Switzerland,New Zealand,Presidency (United Kingdom)"],
    )
    assert report["fails"] == []

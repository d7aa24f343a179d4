"""The autumn of 2021: sponsors, capitals and the vote, from the meeting of 28 September to the adoption.

`make story NAME=sponsors` plays it on the real texts, roll calls and sponsors, where they are at hand,
and leaves screenshots and files in var/stories/sponsors/.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from drafting.rules import outlook
from drafting.rules.outlook import Level, Override, RollCall, Vote
from tests.servers import Serving
from tests.stories.people import DESK, PATIENCE_MS, PHONE, Person, invite
from tests.tools import ROOT

OUT = ROOT / "var" / "stories" / "sponsors"
MEETING = date(2021, 9, 28)
ADOPTED = date(2021, 12, 6)
CIRCULATED = "draft of 21 September"
COMMITTEE = [
    *["Australia", "Bulgaria", "Chile", "France", "Germany", "Guyana", "Iraq", "Mexico"],
    *["Montenegro", "Namibia", "New Zealand", "Philippines", "Spain", "Sweden", "Switzerland"],
    "United Kingdom",
]
"""The States of the Coordination Committee."""
ASKED = ["Australia", "Montenegro", "New Zealand", "Spain", "Switzerland"]
"""Those that said on 28 September that they will sponsor, besides the penholder itself."""
SEATS = {
    "adviser": ("presidency", "United Kingdom"),
    "secretary": ("secretariat", None),
    "mexico": ("delegate", "Mexico"),
    "chile": ("delegate", "Chile"),
    "new zealand": ("delegate", "New Zealand"),
    "spain": ("delegate", "Spain"),
    "australia": ("delegate", "Australia"),
    "montenegro": ("delegate", "Montenegro"),
    "switzerland": ("delegate", "Switzerland"),
}
ON_THE_PHONE = {"mexico", "chile"}
SECRETS = ["quetzal", "huemul", "2021-10-05", "2021-10-06", "5 October 2021", "6 October 2021"]
"""Words that two delegations write to their capitals, and days that Mexico lets nobody know."""
FORMULA = "=2+2 notes verbales are on their way"
"""A note as a person may well write it, and a spreadsheet would reckon with it."""
MOST_ACTIONS = 150


@dataclass
class Hands:
    """What a person's hands do at a page, counted: a click, a key, a run of letters are one action each."""

    page: Page
    actions: int = 0
    strokes: int = 0
    clicks: int = 0
    runs: int = 0
    """Runs of letters."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.actions += 1
            self.strokes += 1
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.actions += 1
        self.runs += 1
        self.strokes += len(words)
        self.page.keyboard.type(words)

    def fill(self, place: Locator, words: str) -> None:
        """Clicks a field and writes into it."""
        self.actions += 2
        self.clicks += 1
        self.runs += 1
        self.strokes += len(words)
        place.fill(words)

    def choose(self, place: Locator, label: str) -> None:
        """Opens a list and chooses from it."""
        self.actions += 2
        self.clicks += 2
        place.select_option(label=label)

    @property
    def by_hand_s(self) -> float:
        """How long a person takes for it, by the usual times of the keystroke-level model."""
        return 0.28 * self.strokes + 1.3 * self.clicks + 1.35 * (self.clicks + self.runs)


class Autumn:
    """Everybody of the story, each at a browser of their own, and what the record says."""

    def __init__(self, browser: Browser, server: Serving, resolutions: Path) -> None:
        self.browser = browser
        self.server = server
        self.resolutions = resolutions
        self.people: dict[str, Person] = {}
        self.heard: dict[str, list[str]] = {}
        """Every message that came to a person by the live connection."""
        self.draft = ""
        with (resolutions.parent / "ccm_votes.csv").open(encoding="utf-8", newline="") as file:
            self.votes = list(csv.DictReader(file))

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def person(self, name: str) -> Person:
        """Brings somebody a browser."""
        made = Person(self.browser, self.server, name, OUT, phone=name in ON_THE_PHONE)
        self.people[name] = made
        heard = self.heard[name] = []
        made.page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))),
        )
        return made

    def go(self, who: str, part: str = "") -> Page:
        """Opens a page of the draft as somebody, and waits until it is there."""
        person = self.people[who]
        page = person.page
        page.goto(f"{person.cable.base}/drafts/{self.draft}{part and f'/{part}'}")
        match part:
            case "":
                person.says("^(Saved|Up to date)$")
            case "board":
                person.says("^Up to date$")
            case "mine" | "record":
                page.wait_for_selector(f"#{part}[data-ready=true]")
        return page

    def get(self, who: str, path: str) -> Any:
        """Looks something up as somebody."""
        person = self.people[who]
        answer = person.context.request.get(
            f"{person.cable.base}/api/drafts/{self.draft}/{path}".rstrip("/")
        )
        assert answer.ok, (path, answer.status)
        return answer.json()

    def rows(self, who: str) -> dict[str, dict[str, Any]]:
        """Gives the board's rows as somebody sees them, by the State's code."""
        return {row["key"]: row for row in self.get(who, "board")["rows"]}

    def step(self, number: str) -> ET.Element:
        """Gives how a resolution was tabled, from its own file."""
        tree = ET.parse(self.resolutions / f"A_RES_{number}.xml")
        return next(one for one in tree.iter() if one.get("outcome") == "draftResolution")

    def table_of(self, *, until: date | None = None, on: date | None = None) -> str:
        """Gives roll calls as CSV: those before a day, or those of one."""
        rows = [
            row
            for row in self.votes
            if (until is not None and date.fromisoformat(row["date"]) < until)
            or (on is not None and date.fromisoformat(row["date"]) == on)
        ]
        out = io.StringIO()
        writer = csv.DictWriter(out, list(self.votes[0]))
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    def roll_calls(self) -> dict[date, RollCall]:
        """Gives the roll calls, each by its day."""
        found: dict[date, dict[str, Vote]] = {}
        for row in self.votes:
            found.setdefault(date.fromisoformat(row["date"]), {})[row["iso3"]] = Vote(row["vote"])
        return {on: RollCall(on, votes) for on, votes in found.items()}


def test_the_sponsors(browser: Browser, tmp_path: Path, resolutions: Path) -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    expect.set_options(timeout=PATIENCE_MS)
    server = Serving(tmp_path).start()
    autumn = Autumn(browser, server, resolutions)
    try:
        for part in PARTS:
            began = time.monotonic()
            part(autumn)
            print(f"{part.__name__[1:]:28s} {time.monotonic() - began:6.1f} s")
        for person in autumn.people.values():
            assert person.trouble == [], person.name
    except BaseException:
        for name, person in autumn.people.items():
            person.shot(f"failed-{name}")
        raise
    finally:
        for person in autumn.people.values():
            person.close()
        server.stop()


# Beginning ---------------------------------------------------------------------------------------


def _begin(a: Autumn) -> None:
    """Last year's resolution is brought in, its technical updates made, and people are seated."""
    pen = a.person("penholder")
    pen.open(a.server.links["Presidency (penholder)"])
    pen.page.get_by_role("button", name=re.compile("Sign in as")).click()
    pen.page.wait_for_url("**/drafts/*")
    pen.page.goto(f"{pen.cable.base}/import")
    pen.page.set_input_files("input[type=file]", a.resolutions / "A_RES_75_62.xml")
    pen.page.locator("main form button").last.click()
    pen.page.wait_for_url(re.compile("/drafts/[0-9a-f-]{36}$"))
    a.draft = pen.page.url.rsplit("/", 1)[1]
    pen.says("^Saved$")
    pen.replace("OP11", "seventy-sixth", "seventy-seventh")
    _seal(pen, CIRCULATED, "Nobody has been asked yet|nobody is asked again")
    for name, (role, delegation) in SEATS.items():
        a.person(name).join(invite(pen, a.draft, role, delegation), a.draft)


def _seal(pen: Person, name: str, says: str, shot: str = "") -> None:
    """Seals the working text from the table, after the dialog has said what that does."""
    pen.page.get_by_role("button", name="Seal …").click()
    box = pen.page.get_by_role("dialog")
    expect(box.locator(".sealing")).to_contain_text(re.compile(says))
    box.get_by_label("Name", exact=True).fill(name)
    if shot:
        pen.shot(shot)
    box.get_by_role("button", name="Seal", exact=True).click()
    expect(box).to_have_count(0)


def _bring_in_the_years(a: Autumn) -> None:
    """The record: roll calls from a file, sponsors as they were printed."""
    page = a.go("penholder", "record")
    history = OUT / "roll-calls-before-the-meeting.csv"
    history.write_text(a.table_of(until=MEETING), encoding="utf-8")
    page.get_by_text("Roll calls, from a CSV file").click()
    calls = page.locator("form", has=page.get_by_role("button", name="Bring in the votes"))
    calls.locator("input[type=file]").set_input_files(history)
    expect(calls.get_by_label("Roll calls as CSV")).to_have_value(re.compile("^resolution,date"))
    calls.get_by_role("button", name="Bring in the votes").click()
    years = page.locator("#history li h3")
    expect(years).to_have_text([f"A/RES/{one}" for one in _symbols(a, MEETING)[::-1]])
    page.get_by_text("A list of sponsors, as printed").click()
    lists = page.locator("form", has=page.get_by_role("button", name="Bring in the sponsors"))
    for number in ("74_62", "75_62"):
        step = a.step(number)
        symbol = f"A/RES/{number.replace('_', '/')}"
        lists.get_by_label("Resolution").fill(symbol)
        lists.get_by_label("Tabled as").fill(step.get("as", ""))
        lists.get_by_label("On (").fill(step.get("date", ""))
        lists.get_by_label("Sponsors", exact=True).fill(step.get("by", ""))
        lists.get_by_role("button", name="Bring in the sponsors").click()
        year = page.locator("#history li", has=page.get_by_role("heading", name=symbol))
        expect(year).to_contain_text(f"{len(_names(step))} sponsors")
    _whole(page, "01-record")


def _symbols(a: Autumn, until: date) -> list[str]:
    """Gives the resolutions before a day, oldest first, by their short symbols."""
    found = {row["date"]: row["resolution"].removeprefix("A/RES/") for row in a.votes}
    return [found[on] for on in sorted(found) if date.fromisoformat(on) < until]


def _names(step: ET.Element) -> list[str]:
    return re.split(r", | and (?!Northern)", step.get("by", ""))


def _say_the_terms(a: Autumn) -> None:
    """A closed group, a deadline as a wall shows it, and the sixteen that are wanted."""
    page = a.go("penholder", "board")
    page.get_by_role("button", name="Terms …").click()
    box = page.get_by_role("dialog", name="Terms of the call")
    box.get_by_label("Who is asked").select_option("closed")
    box.get_by_label("Name of the group").fill("the Coordination Committee, jointly")
    deadline = box.get_by_role("group", name="Tabling deadline")
    deadline.get_by_label("Day and time").fill("2021-10-13T18:00")
    deadline.get_by_label("On the wall in").select_option(label="New York")
    a["penholder"].shot("02-terms")
    box.get_by_role("button", name="Keep these terms").click()
    expect(box).to_have_count(0)
    told = a.get("penholder", "board")["call"]
    assert (told["mode"], told["group"]) == ("closed", "the Coordination Committee, jointly")
    assert told["deadline"]["at"].startswith("2021-10-13T22:00")
    for state in COMMITTEE:
        page.get_by_role("checkbox", name=f"Select {state}", exact=True).check()
    page.get_by_role("button", name="Make them targets").click()
    expect(figure(page, "Targets")).to_contain_text("0 of 16")
    page.get_by_role("button", name="Select none").click()
    a.go("adviser", "board")
    a["adviser"].page.evaluate("window.neverReloaded = true")


def figure(page: Page, term: str) -> Locator:
    """Gives a figure at the head of the board."""
    return page.locator("#figures > div", has=page.get_by_text(term, exact=True))


def row(page: Page, state: str) -> Locator:
    """Gives a State's row on the board."""
    return page.locator("#states tbody tr[data-id]").filter(
        has=page.get_by_role("button", name=state, exact=True)
    )


def opened(page: Page, state: str) -> Locator:
    """Opens a State beside the board."""
    row(page, state).get_by_role("button", name=state, exact=True).click()
    panel = page.get_by_role("complementary", name=state)
    expect(panel.locator("[data-part=votes] .years")).not_to_be_empty()
    return panel


def _view(page: Page, name: str) -> None:
    views = page.get_by_role("group", name="How the board is shown")
    views.get_by_role("button", name=name, exact=True).click()


def _whole(page: Page, name: str) -> None:
    page.screenshot(path=OUT / f"{name}.png", full_page=True)


def _dark(page: Page, name: str, *, whole: bool = False) -> None:
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=OUT / f"{name}-dark.png", full_page=whole)
    page.emulate_media(color_scheme="light")


# The meeting of 28 September ---------------------------------------------------------------------


def _meet(a: Autumn) -> None:
    """The meeting is entered on the board while it goes on, by keys for the most part."""
    page = a["penholder"].page
    hands = Hands(page)
    began = time.monotonic()
    _what_states_said(hands)
    _what_is_to_be_done(hands)
    spent = time.monotonic() - began

    stand = {key: one["sponsorship"]["state"] for key, one in a.rows("penholder").items()}
    by_state: dict[str, list[str]] = {}
    for key, state in stand.items():
        by_state.setdefault(state, []).append(key)
    assert by_state["said"] == ["AUS", "MNE", "NZL", "ESP", "CHE", "GBR"]
    assert by_state["awaiting"] == ["CHL", "MEX"]
    assert by_state["approached"] == ["BGR", "FRA", "DEU", "IRQ", "PHL"]
    assert {stand[key] for key in ("GUY", "SWE", "NAM")} == {"not_approached"}
    rows = a.rows("penholder")
    assert rows["GBR"]["sponsorship"]["capacity"] == "main"
    assert rows["GBR"]["sponsorship"]["since"] == str(MEETING)
    assert [c["words"] for c in rows["CHE"]["conditions"]] == [f"as circulated ({CIRCULATED})"]
    assert [c["words"] for c in rows["MEX"]["conditions"]] == ["if PP10 stays", "if PP14 stays"]
    assert rows["RUS"]["action"]["due"] == "2021-10-20"
    assert a.rows("secretary")["RUS"]["action"] is None

    (OUT / "meeting.txt").write_text(
        f"The meeting of 28 September 2021, entered on the board:\n"
        f"{hands.actions} actions (a click, a key, a run of letters is one each): "
        f"{hands.clicks} clicks, {hands.strokes} keys pressed.\n"
        f"{spent:.1f} s as played here; {hands.by_hand_s:.0f} s by hand, with 0.28 s a key, 1.3 s a click "
        "and 1.35 s of thought before each click and each run of letters.\n",
        encoding="utf-8",
    )
    print((OUT / "meeting.txt").read_text())
    assert hands.actions <= MOST_ACTIONS


def _looked_at(a: Autumn) -> None:
    """The others of the presidency have had it on their screens meanwhile."""
    page = a["penholder"].page
    adviser = a["adviser"].page
    expect(figure(adviser, "Sponsors")).to_contain_text("6")
    expect(row(adviser, "Zimbabwe").locator(".of-action")).to_contain_text("before the vote")
    page.get_by_label("Which States").select_option("targets")
    a["penholder"].shot("03-meeting-targets")
    _dark(page, "03-meeting-targets")
    page.get_by_label("Which States").select_option("")
    page.set_viewport_size({"width": 1920, "height": 1600})
    _whole(page, "04-board-whole")
    page.set_viewport_size(DESK)
    panel = opened(page, "Mexico")
    a["penholder"].shot("05-mexico-beside-the-board")
    _dark(page, "05-mexico-beside-the-board")
    panel.get_by_role("button", name="Close").click()
    for view in ("Over time", "Seats", "Regions", "Outlook"):
        _view(page, view)
        expect(page.locator("#picture h2")).to_be_visible()
        a["penholder"].shot(f"06-{view.lower().replace(' ', '-')}")
    _view(page, "Table")


def _what_states_said(hands: Hands) -> None:
    page = hands.page
    panel = page.get_by_role("complementary", name="Record what States said")
    log = page.get_by_role("list", name="Recorded here").locator("li")
    count = 0

    def name(*letters: str) -> None:
        for one in letters:
            hands.type(one)
            hands.press("Enter")
        hands.press("Enter")

    def recorded() -> None:
        nonlocal count
        count += 1
        expect(log).to_have_count(count)

    hands.press("r")
    name("gbr")
    hands.press("4")
    hands.choose(panel.get_by_label("Capacity"), "Main sponsor")
    hands.fill(panel.get_by_label("Where"), "Coordination Committee, Geneva")
    hands.fill(panel.get_by_label("On", exact=True), str(MEETING))
    hands.press("Enter")
    recorded()

    name("switz")
    hands.press("4")
    hands.choose(panel.get_by_label(re.compile("^Condition")), "As circulated")
    hands.fill(panel.get_by_label(re.compile("^Note")), "Thanks the presidency.")
    hands.press("Enter")
    recorded()

    name("new z", "spai", "austral", "monten")
    hands.press("4", "Enter")
    recorded()

    name("mex")
    hands.press("3")
    hands.choose(panel.get_by_label(re.compile("^Condition")), "If a paragraph stays")
    hands.choose(panel.get_by_label(re.compile("^Paragraph")), "PP10")
    hands.fill(
        panel.get_by_label(re.compile("^Note")), "Would keep PP10 and PP14; preliminary comments."
    )
    hands.press("Enter")
    recorded()

    name("chil")
    hands.press("3")
    hands.type("As Mexico on PP10; will confirm once instructed.")
    hands.press("Enter")
    recorded()

    name("bulg", "france", "germ", "iraq", "phil")
    hands.press("1", "Enter")
    recorded()
    hands.press("Escape")


def _what_is_to_be_done(hands: Hands) -> None:
    page = hands.page

    def find(letters: str, state: str) -> None:
        hands.press("/")
        hands.type(letters)
        hands.press("Enter")
        expect(page.locator("*:focus")).to_have_text(state)

    # Mexico's other paragraph, beside its row.
    find("mex", "Mexico")
    hands.press("Enter")
    panel = page.get_by_role("complementary", name="Mexico")
    expect(panel.locator("[data-part=conditions] li")).to_have_count(1)
    hands.actions, hands.clicks = hands.actions + 1, hands.clicks + 1
    panel.get_by_text("Add a condition").click()
    conditions = panel.locator("[data-form=condition]")
    hands.choose(conditions.get_by_label(re.compile("^Condition")), "If a paragraph stays")
    hands.choose(conditions.get_by_label(re.compile("^Paragraph")), "PP14")
    hands.fill(conditions.get_by_label("Note"), "Preliminary.")
    hands.press("Enter")
    expect(panel.locator("[data-part=conditions] li")).to_have_count(2)
    hands.press("Escape")

    for letters, state, what, due in (
        ("guya", "Guyana", "Send the text and the minutes", "2021-09-30"),
        ("russ", "Russian Federation", "See their mission before the vote", "2021-10-20"),
        ("zimb", "Zimbabwe", "See their mission before the vote", "2021-10-20"),
    ):
        find(letters, state)
        hands.press("n")
        panel = page.get_by_role("complementary", name=state)
        form = panel.locator("[data-form=action]")
        expect(form.get_by_label("What")).to_be_focused()
        hands.type(what)
        hands.fill(form.get_by_label("By"), due)
        hands.press("Enter")
        expect(panel.locator("[data-part=actions] li")).to_have_count(1)
        hands.press("Escape")
    for letters, state, said in (
        ("swed", "Sweden", "Apologies; asks for the minutes."),
        ("nami", "Namibia", FORMULA),
    ):
        find(letters, state)
        hands.press("c")
        panel = page.get_by_role("complementary", name=state)
        form = panel.locator("[data-form=contact]")
        expect(form.get_by_label("What was said")).to_be_focused()
        hands.type(said)
        hands.fill(form.get_by_label("On", exact=True), str(MEETING))
        hands.press("Enter")
        expect(panel.locator("[data-part=contacts] li")).to_have_count(1)
        hands.press("Escape")
    hands.press("/")
    page.keyboard.press("Escape")


# Two delegations on the phone --------------------------------------------------------------------


def _position(
    a: Autumn, who: str, label: str, audience: str, remark: str, aligned: str = ""
) -> None:
    """Takes a preliminary position on a paragraph at the table."""
    page = a[who].page
    paragraph = page.locator(f"#{a[who].row_id(label)}")
    paragraph.scroll_into_view_if_needed()
    paragraph.locator("> .label").click()
    page.get_by_role("menuitem", name=f"Take a position on {label} …").click()
    box = page.get_by_role("dialog")
    box.get_by_label("retain").check()
    box.get_by_label(re.compile("has not confirmed it yet")).check()
    box.get_by_label(audience, exact=True).check()
    box.get_by_label("Remark").fill(remark)
    if aligned:
        box.get_by_label("It aligns").select_option(label=aligned)
    box.get_by_role("button", name="Take this position").click()
    expect(box).to_have_count(0)


def _ask_capital(
    page: Page, about: str, words: str, due: str, shown: str, paragraph: str = ""
) -> None:
    """Records on one's own page what the capital was asked."""
    page.get_by_role("button", name="We asked our capital …").click()
    box = page.get_by_role("dialog")
    box.get_by_label(about, exact=True).check()
    if paragraph:
        box.get_by_label("Which paragraph").select_option(label=paragraph)
    box.get_by_label("What we asked").fill(words)
    box.get_by_label("Asked on").fill(str(MEETING))
    box.get_by_label("Answer due").fill(due)
    box.get_by_label(shown, exact=True).check()
    box.get_by_role("button", name="Record it").click()
    expect(box).to_have_count(0)


def _mexico_on_the_phone(a: Autumn) -> None:
    """Mexico puts right what was recorded on its word, and records what it asked its capital."""
    mexico = a["mexico"]
    _position(a, "mexico", "PP10", "Everyone on this draft", "A region's own achievement.")
    _position(a, "mexico", "PP14", "Mexico and the presidency", "Preliminary.")
    page = a.go("mexico", "mine")
    own = page.get_by_role("region", name="Our sponsorship")
    expect(own).to_contain_text("Recorded on your word by Presidency (United Kingdom)")
    expect(own).to_contain_text("if PP10 stays")
    _whole(page, "07-mexico-phone")
    own.get_by_role("button", name="Correct …").first.click()
    box = page.get_by_role("dialog", name="Put right what was recorded")
    box.get_by_label("Note").fill("Inclined to sponsor; instructions are expected.")
    mexico.shot("08-mexico-puts-right")
    box.get_by_role("button", name="Put it right").click()
    expect(own).not_to_contain_text("Recorded on your word")
    page.get_by_role("button", name="We asked our capital …").click()
    mexico.shot("09-mexico-asks-its-capital")
    page.keyboard.press("Escape")
    pending = "that we wait, and on what"
    _ask_capital(page, "A paragraph", "May we insist? quetzal", "2021-10-05", pending, "PP10")
    _ask_capital(page, "Our sponsorship", "May we sponsor? quetzal", "2021-10-06", "nothing")
    expect(page.locator("#waiting > ul .card")).to_have_count(2)
    _whole(page, "10-mexico-waits")
    _dark(page, "10-mexico-waits", whole=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _chile_on_the_phone(a: Autumn) -> None:
    """Chile confirms what was recorded, and lets the presidency know until when it waits."""
    _position(a, "chile", "PP10", "Chile and the presidency", "As Mexico.", "with Mexico: retain")
    page = a.go("chile", "mine")
    own = page.get_by_role("region", name="Our sponsorship")
    own.get_by_role("button", name="Correct …").first.click()
    box = page.get_by_role("dialog", name="Put right what was recorded")
    box.get_by_role("button", name="Put it right").click()
    expect(own).not_to_contain_text("Recorded on your word")
    until = "that we wait, on what, and until when"
    _ask_capital(page, "Our sponsorship", "May we sponsor? huemul", "2021-10-08", until)
    expect(page.locator("#waiting > ul .card")).to_have_count(1)
    _whole(page, "11-chile-waits")


def _nobody_else_knows(a: Autumn) -> None:
    """The presidency is shown just what was chosen; the secretariat, and the other delegation, nothing."""
    pen = a.go("penholder", "board")
    mexico, chile = (row(pen, state).locator(".of-pending") for state in ("Mexico", "Chile"))
    expect(mexico).to_contain_text("PP10 since 28 September 2021")
    expect(mexico).not_to_contain_text("sponsorship")
    expect(mexico).not_to_contain_text("due")
    expect(chile).to_contain_text("due 8 October 2021")
    rows = a.rows("penholder")
    assert rows["MEX"]["pending"] == [
        {"subject": "paragraph", "label": "PP10", "since": str(MEETING), "due": None}
    ]
    assert rows["CHL"]["pending"] == [
        {"subject": "sponsorship", "label": "", "since": str(MEETING), "due": "2021-10-08"}
    ]
    # It was shown live as well.
    expect(row(a["adviser"].page, "Mexico").locator(".of-pending")).to_contain_text("PP10")
    assert [r["pending"] for r in a.rows("secretary").values() if r["pending"]] == []
    secretary = a.go("secretary", "board")
    expect(row(secretary, "Mexico").locator(".of-sponsorship")).to_contain_text("awaiting")
    a["secretary"].shot("12-board-of-the-secretariat")
    for who in ("penholder", "adviser", "secretary"):
        opened(a[who].page, "Mexico")
        _keeps(a, who, a[who].page.content())
    for who in ("penholder", "adviser", "secretary", "chile", "switzerland"):
        _keeps(a, who, *_all_that_is_told(a, who))
    for who in ("penholder", "adviser", "secretary"):
        a[who].page.get_by_role("button", name="Close").click()


def _all_that_is_told(a: Autumn, who: str) -> Iterator[str]:
    """Gives what a person's own session can read of the draft, and what it was told live."""
    mexico = a.rows("penholder")["MEX"]["delegation"]
    team = who not in ("chile", "switzerland")
    paths = ["sponsors", *(["board", f"board/{mexico}", "outlook", "record"] if team else ["mine"])]
    base = a[who].cable.base
    ask = a[who].context.request
    for path in ("", *paths):
        yield str(a.get(who, path))
    for path in ("board.csv", "board", "record") if team else ("mine", "compilation"):
        yield ask.get(f"{base}/drafts/{a.draft}/{path}").text()
    if not team:
        for path in ("board", f"board/{mexico}", "outlook", "record", "sealing"):
            assert ask.get(f"{base}/api/drafts/{a.draft}/{path}").status in (403, 404), path
    assert any('"draft"' in message for message in a.heard[who]), who
    yield from a.heard[who]


def _keeps(a: Autumn, who: str, *said: str) -> None:
    own = {"chile": "huemul"}.get(who)
    for words in said:
        for secret in SECRETS:
            if secret != own:
                assert secret not in words, (who, secret)


# The text changes --------------------------------------------------------------------------------


def _a_paragraph_goes(a: Autumn) -> None:
    """Before the version is sealed without PP14, it is said what that would do."""
    pen = a["penholder"]
    a.go("penholder")
    for who in ("new zealand", "spain", "australia", "switzerland"):
        a.go(who)
        expect(a[who].page.locator("#consent")).to_be_hidden()
    a.go("montenegro", "mine")
    pen.menu("PP14", "Delete PP14")
    expect(pen.page.locator(".paragraph.gone .label")).to_contain_text("PP14")
    pen.page.get_by_role("button", name="Seal …").click()
    warning = pen.page.get_by_role("dialog").locator(".sealing")
    expect(warning).to_contain_text(f"Switzerland: as circulated ({CIRCULATED})")
    expect(warning).to_contain_text("Mexico: if PP14 stays")
    expect(warning).not_to_contain_text("PP10")
    expect(warning).to_contain_text("You would lose Mexico and Switzerland.")
    expect(warning).to_contain_text("5 sponsors will be asked again")
    expect(warning).to_contain_text(f"{', '.join(ASKED[:-1])} and {ASKED[-1]}.")
    told = a.get("penholder", "sealing")
    assert [one["name"] for one in told["unsettled"]] == ASKED
    assert [c["label"] for c in told["changed"]] == ["PP14"]
    pen.shot("13-seal-warning")
    _dark(pen.page, "13-seal-warning")
    pen.page.keyboard.press("Escape")
    _seal(pen, "draft 1", "asked again")
    expect(figure(a["adviser"].page, "Reconfirmed")).to_contain_text("1 of 6")


def _they_are_asked(a: Autumn) -> None:
    """Those who had said that they will see what changed, and that alone."""
    for who in ("new zealand", "spain", "australia", "switzerland"):
        banner = a[who].page.locator("#consent")
        expect(banner).to_contain_text("The text you sponsored has changed: PP14.")
    expect(a["montenegro"].page.locator("#answer .change")).to_have_count(1)
    expect(a["montenegro"].page.locator("#answer .change del").first).to_be_visible()
    a["montenegro"].shot("14-own-page-asks")
    for who in ("mexico", "chile"):
        a.go(who)
        expect(a[who].page.locator("#consent")).to_be_hidden()

    zealand = a["new zealand"].page
    a["new zealand"].shot("15-banner")
    _dark(zealand, "15-banner")
    zealand.locator("#consent").get_by_role("button", name="See only these changes").click()
    box = zealand.get_by_role("dialog")
    expect(box.locator(".change")).to_have_count(1)
    expect(box.locator(".change h3")).to_contain_text("PP14")
    expect(box.locator(".change ins")).to_have_count(0)
    a["new zealand"].shot("16-only-what-changed")
    zealand.keyboard.press("Escape")
    zealand.locator("#consent").get_by_role("button", name="Keep for draft 1").click()
    expect(zealand.locator("#consent")).to_be_hidden()
    adviser = a["adviser"].page
    expect(figure(adviser, "Reconfirmed")).to_contain_text("2 of 6")

    spain = a["spain"].page.locator("#consent")
    spain.get_by_role("button", name="Not yet").click()
    expect(spain).to_contain_text("You have not decided about draft 1 yet.")
    expect(row(adviser, "Spain").locator(".of-sponsorship")).to_contain_text("not yet")
    expect(figure(adviser, "Reconfirmed")).to_contain_text("2 of 6")


def _letters_go(a: Autumn) -> None:
    """Letters to those who have not answered, and to them alone; one of them answers by its link."""
    pen, page = a["penholder"], a.go("penholder", "board")
    waiting = ["Australia", "Montenegro", "Spain", "Switzerland"]
    pen.shot("17-board-asks-again")
    figure(page, "Reconfirmed").get_by_role("button", name="Remind the 4 …").click()
    box = page.get_by_role("dialog", name="Write to States")
    expect(box.get_by_role("list", name="States chosen").locator("li")).to_have_text(
        [re.compile(f"^{state}") for state in waiting]
    )
    pen.shot("18-letter")
    box.get_by_role("button", name="Look at the letters").click()
    seen = page.get_by_role("dialog", name="The letters")
    expect(seen.locator("summary")).to_have_text([re.compile(f"^{state}") for state in waiting])
    seen.locator("summary", has_text="Switzerland").click()
    expect(seen).to_contain_text("PP14 (deleted).")
    seen.get_by_role("button", name="Save 4 letters").scroll_into_view_if_needed()
    pen.shot("19-letters-preview")
    seen.get_by_role("button", name="Save 4 letters").click()
    made = page.get_by_role("dialog", name="The letters are made")
    expect(made.get_by_role("link", name="Save letters.zip")).to_be_focused()
    pen.shot("20-letters-made")
    with page.expect_download() as download:
        made.get_by_role("link", name="Save letters.zip").click()
    download.value.save_as(OUT / "letters.zip")
    page.keyboard.press("Escape")
    with zipfile.ZipFile(OUT / "letters.zip") as letters:
        assert sorted(letters.namelist()) == [f"{state.lower()}.eml" for state in waiting]
        letter = message_from_bytes(letters.read("switzerland.eml"), policy=policy.default)
    assert "switzerland@example.org" in str(letter["To"])
    body = letter.get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert "Switzerland" in text
    assert "PP14" in text
    link = re.search(r"http://\S+(/answers/\S+)", text)
    assert link is not None, text
    assert "6:00 p.m." in text or "18:00" in text, text

    phone = a.person("swiss phone")
    phone.page.set_viewport_size(PHONE)
    phone.open(f"{a.server.base}{link[1]}")
    expect(phone.page.locator(".change")).to_have_count(1)
    expect(phone.page.locator(".change del").first).to_be_visible()
    _whole(phone.page, "21-answer-link-phone")
    _dark(phone.page, "21-answer-link-phone", whole=True)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.page.get_by_label("Who answers").fill("Anna Muster")
    phone.page.get_by_role("button", name="Keep our sponsorship").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Thank you")
    _whole(phone.page, "22-answered-phone")
    phone.open(f"{a.server.base}{link[1]}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    _whole(phone.page, "23-link-spent-phone")
    expect(figure(a["adviser"].page, "Reconfirmed")).to_contain_text("3 of 6")
    expect(a["switzerland"].page.locator("#consent")).to_be_hidden()
    broken = [one["delegation"]["name"] for one in a.get("penholder", "board")["broken"]]
    assert broken == ["Mexico"]


def _the_last_answers(a: Autumn) -> None:
    """On the table, on its own page, after a "not yet": each answer is counted where one looks."""
    adviser = a["adviser"].page
    for who, answered in (("australia", "4 of 6"), ("spain", "5 of 6")):
        banner = a[who].page.locator("#consent")
        banner.get_by_role("button", name="Keep for draft 1").click()
        expect(banner).to_be_hidden()
        expect(figure(adviser, "Reconfirmed")).to_contain_text(answered)
    montenegro = a["montenegro"].page
    montenegro.get_by_role("button", name="Keep for draft 1").click()
    expect(montenegro.locator("#answer")).to_contain_text("Nobody waits for an answer")
    expect(figure(adviser, "Reconfirmed")).to_have_count(0)
    told = a.get("adviser", "board")["consent"]
    assert (told["settled"], told["of"]) == (6, 6)
    assert adviser.evaluate("window.neverReloaded") is True


# Capitals, the portal, the document --------------------------------------------------------------


def _instructions_come(a: Autumn) -> None:
    """What the capital says confirms a position, and a sponsorship, in one step each."""
    page = a.go("mexico", "mine")
    cards = page.locator("#waiting > ul .card")
    cards.filter(has=page.get_by_role("heading", name="PP10")).get_by_role(
        "button", name="Received …"
    ).click()
    box = page.get_by_role("dialog")
    box.get_by_label("What it says").fill("Insist on it. quetzal")
    box.get_by_label("Received on").fill("2021-10-05")
    expect(box.get_by_label("Confirm our preliminary position on PP10: retain")).to_be_checked()
    a["mexico"].shot("24-instructions-phone")
    box.get_by_role("button", name="Record it").click()
    expect(cards).to_have_count(1)
    cards.get_by_role("button", name="Received …").click()
    box.get_by_label("What it says").fill("Sponsor it. quetzal")
    box.get_by_label("Received on").fill("2021-10-06")
    box.get_by_label("confirmed in the portal").check()
    box.get_by_role("button", name="Record it").click()
    own = page.get_by_role("region", name="Our sponsorship")
    expect(own).to_contain_text("You have confirmed in the portal")
    # The words without PP14 are what it sponsors: it lifts what no longer holds.
    broken = own.locator(".conditions li", has_text="if PP14 stays")
    broken.get_by_role("button", name="Lift").click()
    page.get_by_role("button", name="Lift it").click()
    expect(own.locator(".conditions li")).to_have_count(1)
    _whole(page, "25-mexico-confirmed-phone")

    page = a.go("chile", "mine")
    page.locator("#waiting > ul .card").get_by_role("button", name="Received …").click()
    box = page.get_by_role("dialog")
    box.get_by_label("What it says").fill("Gladly. huemul")
    box.get_by_label("Received on").fill("2021-10-08")
    box.get_by_label("we will sponsor", exact=True).check()
    box.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("region", name="Our sponsorship")).to_contain_text(
        "You said that you will sponsor"
    )

    pen = a["penholder"].page
    expect(row(pen, "Mexico").locator(".of-sponsorship")).to_contain_text("confirmed in the portal")
    expect(row(pen, "Mexico").locator(".of-pending")).to_be_empty()
    expect(row(pen, "Chile").locator(".of-sponsorship")).to_contain_text("said it will")
    expect(figure(a["adviser"].page, "Sponsors")).to_contain_text("8")
    state = a.get("penholder", "")
    certain = {
        (one["delegation"]["name"], one["label"]): one["certainty"] for one in state["positions"]
    }
    assert certain["Mexico", "PP10"] == "confirmed"
    assert certain["Chile", "PP10"] == "preliminary"
    for who in ("penholder", "secretary", "chile"):
        _keeps(a, who, *_all_that_is_told(a, who))


def _a_technical_version(a: Autumn) -> None:
    """A date and no more: nobody is asked again, and those at the table are told so."""
    pen = a["penholder"]
    a.go("penholder")
    pen.replace("OP8", "23 to 27 November 2020", "20 to 21 September 2021")
    _seal(pen, "draft 2", "Technical: nobody is asked again", "26-seal-technical")
    zealand = a["new zealand"].page.locator("#consent")
    expect(zealand).to_contain_text("Only technical changes since you sponsored draft 1")
    a["new zealand"].shot("27-banner-technical")
    told = a.get("penholder", "board")["consent"]
    assert (told["version"]["name"], told["settled"], told["of"]) == ("draft 2", 8, 8)
    expect(figure(a["adviser"].page, "Reconfirmed")).to_have_count(0)


def _confirmed_in_the_portal(a: Autumn) -> None:
    """The secretariat reads the portal's list: one step for all that are on it."""
    page = a.go("secretary", "board")
    page.get_by_label("Which States").select_option("targets")
    for state in COMMITTEE:
        if state != "Mexico":
            page.get_by_role("checkbox", name=f"Select {state}", exact=True).check()
    page.locator("#chosen").get_by_role("button", name="Record a step …").click()
    panel = page.get_by_role("complementary", name="Record what States said")
    page.keyboard.press("5")
    panel.get_by_label("On", exact=True).fill("2021-10-12")
    panel.get_by_label("Where").fill("e-deleGATE")
    a["secretary"].shot("28-from-the-portal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Recorded here").locator("li")).to_have_count(1)
    expect(figure(page, "Sponsors")).to_contain_text("16 confirmed in the portal")
    expect(figure(a["adviser"].page, "Targets")).to_contain_text("all sponsor")
    listed = a.get("secretary", "sponsors")["sponsors"]
    assert [one["delegation"]["name"] for one in listed] == COMMITTEE
    assert all(one["reconfirmed"] for one in listed)


def _tabled(a: Autumn) -> None:
    """The sixteen are printed as the real document printed them, the penholder last."""
    page = a.go("penholder", "record")
    real = a.step("76_47")
    printed = page.locator(".printed")
    expect(printed).to_have_text(f"{real.get('by')}: draft resolution")
    form = page.locator("form", has=page.get_by_role("button", name="Table it"))
    form.get_by_label("Symbol").fill(real.get("as", ""))
    form.get_by_label("Tabled on").fill(real.get("date", ""))
    form.get_by_label("Version").select_option(label="draft 2")
    _whole(page, "29-to-be-tabled")
    form.get_by_role("button", name="Table it").click()
    expect(page.locator("#own .card")).to_contain_text("A/C.1/76/L.41")
    own = a.get("penholder", "record")["own"]
    assert own["line"] == real.get("by")
    assert own["line"].endswith(" and United Kingdom of Great Britain and Northern Ireland")
    assert own["tabled_on"] == "2021-10-13"


def _handed_out(a: Autumn) -> None:
    """The board as files, in which a note stays a note; what is read out, and what is ticked."""
    page = a.go("penholder", "board")
    for name in ("Excel", "CSV"):
        page.get_by_text("Hand out").click()
        if name == "Excel":
            a["penholder"].shot("30-hand-out")
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Board, {name}").click()
        download.value.save_as(OUT / download.value.suggested_filename)
        page.keyboard.press("Escape")
        page.get_by_label("Search States").click()
    data = (OUT / "board.csv").read_bytes().decode("utf-8-sig")
    table = {one["State"]: one for one in csv.DictReader(io.StringIO(data, newline=""))}
    assert table["Namibia"]["What was said"] == f"'{FORMULA}"
    assert table["United Kingdom"]["In what quality"] == "main sponsor"
    assert [s for s, one in table.items() if one["Target"]] == COMMITTEE
    assert all(not cell.startswith("=") for one in table.values() for cell in one.values())
    with zipfile.ZipFile(OUT / "board.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        assert len(sheets) == 2
        assert all(b"<f>" not in book.read(name) for name in sheets)
        assert f">{FORMULA}<" in book.read("xl/sharedStrings.xml").decode()
    for part, heading in (("reading-list", "Sponsors"), ("vote-sheet", "State")):
        a.go("penholder", part)
        expect(page.locator(".sheet").first).to_contain_text(heading)
        _whole(page, f"31-{part}")
        page.pdf(path=OUT / f"{part}.pdf", format="A4", print_background=True)
        if part == "reading-list":
            expect(page.locator(".aloud").first).to_have_text(a.step("76_47").get("by", ""))


# The vote ----------------------------------------------------------------------------------------


def _voted(a: Autumn) -> None:
    """The vote of 6 December, held against what was expected, and the adoption."""
    page = a.go("penholder", "board")
    panel = opened(page, "Zimbabwe")
    panel.get_by_text("Expect otherwise").click()
    form = panel.locator("[data-form=override]")
    form.get_by_label(re.compile("^Vote")).select_option(label="Abstention")
    form.get_by_label("How sure").select_option(label="A guess")
    form.get_by_label("Reason").fill("No sign of a change.")
    form.get_by_label("Source").fill("Their counsellor, 20 October")
    form.get_by_role("button", name="Expect this").click()
    expect(row(page, "Zimbabwe").locator(".of-expected")).to_contain_text("our word")

    a.go("penholder", "record")
    form = page.locator("form", has=page.get_by_role("button", name="Record the vote"))
    form.get_by_label("Vote", exact=True).select_option(label="in the plenary")
    form.get_by_label("On", exact=True).fill(str(ADOPTED))
    form.get_by_label("The roll call").fill(a.table_of(on=ADOPTED))
    form.get_by_role("button", name="Record the vote").click()
    card = page.locator("#own .card")
    expect(card).to_contain_text("146–1–37")
    expect(card).to_contain_text("No: Russian Federation")
    page.get_by_text("Adoption", exact=True).click()
    form = page.locator("form", has=page.get_by_role("button", name="Record the adoption"))
    form.get_by_label("Symbol").fill("A/RES/76/47")
    form.get_by_label("Adopted on").fill(str(ADOPTED))
    form.get_by_role("button", name="Record the adoption").click()
    expect(card.get_by_role("heading")).to_have_text("A/RES/76/47")
    _whole(page, "32-adopted")
    _compare(a)


def _compare(a: Autumn) -> None:
    """The page shows what the rules reckon, from the roll calls before the meeting alone."""
    calls = a.roll_calls()
    made = outlook.outlook(
        list(calls.values()), as_of=MEETING, overrides={"ZWE": Override(Vote.ABSTAIN, Level.LOW)}
    )
    told = outlook.compare(made, calls[ADOPTED].votes)
    names = {row["iso3"]: row["country"] for row in a.votes}
    shown = a.get("penholder", "outlook")["compared"]
    assert (shown["hits"], shown["cast"]) == (told.hits, told.cast)
    assert {m["key"] for m in shown["misses"]} == {m.key for m in told.misses}
    assert "RUS" in {m.key for m in told.misses}

    page = a.go("penholder", "board")
    _view(page, "Outlook")
    picture = page.locator("#picture")
    held = (
        f"{told.hits} of {told.cast} votes cast in the plenary on 6 December 2021 were as expected"
    )
    expect(picture).to_contain_text(held)
    for total in told.totals:
        words = {"Y": "Yes", "N": "No", "A": "Abstention", "absent": "Absent"}[total.vote.value]
        low, high = total.expected.low, total.expected.high
        span = f"{low}–{high}" if low != high else str(low)
        outside = "" if total.inside else ", outside"
        expect(picture).to_contain_text(f"{words} {total.actual} ({span}{outside})")
    misses = picture.locator("h3:text-is('Otherwise than expected') + ul > li")
    expect(misses).to_have_count(len(told.misses))
    for miss in told.misses:
        expect(misses.filter(has_text=names[miss.key])).to_have_count(1)
    russia = misses.filter(has_text="Russian Federation")
    expect(russia).to_have_text(re.compile("expected Abstention,? voted No"))
    _whole(page, "33-held-against-the-vote")
    _dark(page, "33-held-against-the-vote")
    _view(page, "Table")
    page.get_by_label("Which States").select_option("targets")
    a["penholder"].shot("34-board-at-the-end")
    _dark(page, "34-board-at-the-end")
    (OUT / "outlook.txt").write_text(
        f"{held}.\n"
        + "".join(
            f"{t.vote.name}: {t.actual}, expected {t.expected.low}–{t.expected.high}"
            f"{'' if t.inside else ', outside'}\n"
            for t in told.totals
        )
        + "".join(
            f"{names[m.key]}: expected {m.expected.name}, {m.actual.name}\n" for m in told.misses
        ),
        encoding="utf-8",
    )


def _next_year(a: Autumn) -> None:
    """Next year's draft has this year's sponsors and votes as its history."""
    before = a.draft
    page = a.go("penholder", "record")
    form = page.locator("form", has=page.get_by_role("button", name="Begin next year’s draft"))
    form.get_by_role("button", name="Begin next year’s draft").click()
    page.wait_for_url(re.compile(f"/drafts/(?!{before})[0-9a-f-]{{36}}$"))
    a.draft = page.url.rsplit("/", 1)[1]
    board = a.get("penholder", "board")
    assert [one["short"] for one in board["predecessors"]] == _symbols(a, date(2022, 1, 1))
    rows = {one["key"]: one for one in board["rows"]}
    names = {one["name"] for one in rows.values() if "76/47" in one["sponsored"]}
    assert names == set(COMMITTEE)
    assert rows["RUS"]["record"][-1] == "N"
    assert rows["MEX"]["sponsored"] == ["74/62", "75/62", "76/47"]
    assert {one["sponsorship"]["state"] for one in rows.values()} == {"not_approached"}
    a.go("penholder", "board")
    masthead = a.get("penholder", "")["draft"]
    assert masthead["session"] == "Seventy-seventh session"
    assert (masthead["symbol"], masthead["agenda_item"]) == ("", "")
    expect(page.locator(".board-head .lead")).not_to_contain_text("76/47")
    expect(row(page, "Mexico").locator(".of-sponsored")).to_contain_text("75/62, 76/47")
    expect(row(page, "Mexico").locator(".marks .vote").last).to_have_class(re.compile("sponsored"))
    page.get_by_label("Put together by").select_option("group")
    a["penholder"].shot("35-next-year")


PARTS = [
    _begin,
    _bring_in_the_years,
    _say_the_terms,
    _meet,
    _looked_at,
    _mexico_on_the_phone,
    _chile_on_the_phone,
    _nobody_else_knows,
    _a_paragraph_goes,
    _they_are_asked,
    _letters_go,
    _the_last_answers,
    _instructions_come,
    _a_technical_version,
    _confirmed_in_the_portal,
    _tabled,
    _handed_out,
    _voted,
    _next_year,
]

"""The board of the presidency, as two of its people and the secretariat work on it in real browsers."""

from __future__ import annotations

import io
import re
import zipfile
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ADVISER, PENHOLDER, Sitting, axe, fresh

SECRETARIAT = "Secretariat"
VIEWS = ["table", "time", "seats", "regions", "outlook"]


def board(table: Sitting, who: str = PENHOLDER, **options: object) -> Page:
    """Opens the board as one of its people."""
    page = table.sit(who, **options)
    page.goto(f"{table.served.base}/drafts/{table.draft}/board")
    expect(page.locator("#status")).to_have_text("Up to date")
    return page


def row(page: Page, state: str) -> Locator:
    """Gives a State's row."""
    return page.locator("#states tbody tr[data-id]").filter(
        has=page.get_by_role("button", name=state, exact=True)
    )


def states(page: Page) -> Locator:
    """Gives the names that are shown, in their order."""
    return page.locator("#states .state")


def find(page: Page, letters: str) -> None:
    """Goes to a State from anywhere by a few letters."""
    page.keyboard.press("/")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")


def opened(page: Page, state: str) -> Locator:
    """Opens a State beside the board."""
    row(page, state).get_by_role("button").click()
    panel = page.get_by_role("complementary", name=state)
    expect(panel.locator("[data-part=votes] .years")).not_to_be_empty()
    return panel


def record(page: Page, names: list[str], key: str, note: str = "") -> None:
    """Records a step of several States, by keys alone."""
    page.keyboard.press("r")
    for one in names:
        page.keyboard.type(one)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press(key)
    page.keyboard.type(note)
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="States chosen").locator("li")).to_have_count(0)
    expect(page.get_by_role("combobox", name="States", exact=True)).to_be_focused()
    page.keyboard.press("Escape")


def change(page: Page, table: Sitting, words: str) -> None:
    """Puts a paragraph into the text and seals a version."""
    page.goto(f"{table.served.base}/drafts/{table.draft}")
    page.wait_for_selector("#draft[data-ready=true]")
    fresh(page, words)
    sealed = page.evaluate(
        """async (name) => (await fetch(`/api/drafts/${document.querySelector("#draft").dataset.draft}/versions`,
          {method: "POST", headers: {"Content-Type": "application/json"},
           body: JSON.stringify({id: crypto.randomUUID(), name, note: ""})})).status""",
        words,
    )
    assert sealed < 300


def test_each_state_has_a_row_with_its_record_in_marks_and_in_words(table):
    page = board(table)
    expect(page.locator("#states tbody th[scope=row]")).to_have_count(194)
    spain = row(page, "Spain")
    expect(spain.locator(".of-group")).to_have_text("WEOG Party")
    expect(spain.locator(".marks .vote")).to_have_count(11)
    expect(spain.locator(".marks .vote").first).to_have_attribute("title", "70/54: Yes")
    expect(spain.locator(".of-record .said")).to_contain_text("70/54 Yes, 71/45 Yes")
    expect(spain.locator(".of-expected")).to_contain_text("Yes")
    expect(spain.locator(".of-sponsored")).to_contain_text("75/62")
    expect(row(page, "Uganda").locator(".of-group")).to_have_text("African Signatory")
    expect(row(page, "Nigeria").locator(".of-group")).to_have_text("African Party")
    page.get_by_label("Parties on").fill("2021-09-28")
    expect(row(page, "Nigeria").locator(".of-group")).to_have_text("African Signatory")
    expect(page.get_by_label("What the marks say")).to_contain_text("sponsored that year")


def test_rows_are_sorted_filtered_searched_and_put_together(table):
    page = board(table)
    page.get_by_role("button", name="Expected", exact=True).click()
    header = page.get_by_role("columnheader", name="Expected")
    expect(header).to_have_attribute("aria-sort", "ascending")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    page.get_by_role("columnheader", name="State").get_by_role("button").click()
    expect(states(page).first).to_have_text("Afghanistan")

    page.get_by_label("Which States").select_option("against")
    expect(row(page, "Argentina")).to_be_visible()
    expect(row(page, "Mexico")).to_have_count(0)
    page.get_by_label("Of which group").select_option("Latin American and Caribbean States")
    expect(states(page)).to_have_text(["Argentina", "Venezuela (Bolivarian Republic of)"])
    page.get_by_label("Which States").select_option("")
    expect(states(page)).to_have_count(33)
    page.get_by_label("Of which group").select_option("")

    page.get_by_label("Put together by").select_option("group")
    bands = page.locator("#states th[scope=rowgroup]")
    expect(bands).to_have_count(6)
    expect(bands.first).to_contain_text(re.compile(r"^African States54 States, "))
    page.get_by_label("Put together by").select_option("expected")
    expect(bands.first).to_contain_text("Expected: Yes")
    page.get_by_label("Put together by").select_option("")

    page.get_by_label("Search States").fill("turkiye")
    expect(states(page)).to_have_text(["Türkiye"])
    page.keyboard.press("ArrowDown")
    expect(page.locator("*:focus")).to_have_text("Türkiye")
    page.get_by_label("Search States").fill("nowhere")
    expect(page.get_by_text("No State answers to this.")).to_be_visible()


def test_the_keys_walk_select_and_open_and_the_focus_comes_back(table):
    page = board(table)
    find(page, "alb")
    expect(page.locator("*:focus")).to_have_text("Albania")
    expect(states(page)).to_have_count(194)
    page.keyboard.press("j")
    expect(page.locator("*:focus")).to_have_text("Algeria")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("*:focus")).to_have_text("Andorra")
    expect(page.locator("#chosen")).to_contain_text("2 selected")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Algeria", level=2)).to_be_focused()
    expect(row(page, "Algeria")).to_have_attribute("aria-current", "")
    page.keyboard.press("Escape")
    expect(page.locator("*:focus")).to_have_text("Algeria")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("note a contact")
    page.keyboard.press("Escape")
    expect(page.locator("*:focus")).to_have_text("Algeria")
    assert page.locator("#states tbody [tabindex='0']").count() == 1


def test_a_step_of_two_states_is_entered_without_leaving_the_keyboard(table):
    page = board(table)
    record(page, ["jap", "ken"], "3", "Share the view of Mexico on PP10.")
    for name in ("Japan", "Kenya"):
        expect(row(page, name).locator(".of-sponsorship")).to_contain_text("awaiting its capital")
    page.keyboard.press("r")
    log = page.get_by_role("list", name="Recorded here")
    expect(log).to_have_text("Japan and Kenya: awaiting its capital")
    page.keyboard.press("Escape")
    find(page, "jap")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Japan")
    expect(panel.locator("[data-part=sponsorship] li")).to_contain_text(
        ["Share the view of Mexico on PP10."]
    )
    expect(panel).to_contain_text("Seen by: Japan, the presidency and the secretariat")


def test_one_key_begins_a_step_of_the_rows_that_are_selected(table):
    page = board(table)
    page.get_by_role("checkbox", name="Select Latvia").check()
    page.get_by_role("checkbox", name="Select Malta").check()
    page.keyboard.press("2")
    expect(page.get_by_role("list", name="States chosen")).to_have_text("Latvia×Malta×")
    expect(page.get_by_role("textbox", name=re.compile("^Note"))).to_be_focused()
    page.get_by_label("Who will see it").select_option(label="Latvia and Malta and the presidency")
    page.keyboard.press("Tab")
    page.get_by_label("Who spoke").fill("Ambassador K.")
    page.keyboard.press("Enter")
    expect(row(page, "Malta").locator(".of-sponsorship")).to_contain_text("positive")
    other = board(table, SECRETARIAT)
    expect(row(other, "Malta").locator(".of-sponsorship")).to_have_text("")


def test_somebody_else_s_change_arrives_and_disturbs_nothing(table):
    page, other = board(table), board(table, ADVISER)
    row(page, "Portugal").get_by_role("button").focus()
    record(other, ["portugal"], "4")
    expect(row(page, "Portugal").locator(".of-sponsorship")).to_contain_text("said it will")
    expect(row(page, "Portugal").locator(".of-sponsorship")).to_have_class(re.compile("fresh"))
    expect(page.locator("*:focus")).to_have_text("Portugal")

    panel = opened(page, "Portugal")
    panel.get_by_text("Note a contact").click()
    said = panel.get_by_label("What was said")
    said.fill("They would rather")
    record(other, ["portugal"], "5")
    expect(panel.locator(".news")).to_contain_text("confirmed in the portal”")
    expect(panel.locator(".news")).to_contain_text("What you are typing is as you left it.")
    expect(said).to_have_value("They would rather")
    expect(said).to_be_focused()


def test_a_refused_call_loses_nothing_and_is_made_once(table):
    page = board(table)
    panel = opened(page, "Iceland")
    panel.get_by_text("Record a step").click()
    panel.get_by_role("radio", name="approached").check()
    note = panel.get_by_role("textbox", name=re.compile("^Note"))
    note.fill("By telephone.")
    page.context.set_offline(True)
    note.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(note).to_have_value("By telephone.")
    page.context.set_offline(False)
    note.press("Enter")
    expect(panel.locator("[data-part=sponsorship] li")).to_have_count(1)
    expect(note).to_have_value("")
    panel.get_by_text("Say what is next").click()
    panel.get_by_role("button", name="Keep it").click()
    expect(panel.get_by_role("alert").filter(visible=True)).to_have_text("Say what is to be done.")


def test_contacts_and_next_actions_are_the_presidency_s_alone(table):
    page, secretariat = board(table), board(table, SECRETARIAT)
    find(page, "zimb")
    page.keyboard.press("c")
    page.keyboard.type("Harare is asked; no clear answer.")
    page.get_by_label("With whom").fill("Counsellor Moyo")
    page.get_by_role("button", name="Note it").click()
    expect(row(page, "Zimbabwe").locator(".of-contact")).to_contain_text("no clear answer")
    panel = page.get_by_role("complementary", name="Zimbabwe")
    panel.get_by_text("Say what is next").click()
    panel.get_by_role("textbox", name="What", exact=True).fill("Call again")
    panel.locator("[name=due]").fill("2026-01-05")
    panel.get_by_role("button", name="Keep it").click()
    expect(row(page, "Zimbabwe").locator(".of-action")).to_contain_text("Call again")
    expect(row(page, "Zimbabwe").locator(".late")).to_contain_text("was due")
    panel.get_by_role("button", name="Done").click()
    expect(row(page, "Zimbabwe").locator(".of-action")).to_have_text("")

    record(page, ["zimb"], "1")
    expect(row(secretariat, "Zimbabwe").locator(".of-sponsorship")).to_contain_text("approached")
    expect(secretariat.get_by_role("columnheader", name="Last contact")).to_have_count(0)
    opened(secretariat, "Zimbabwe")
    for word in ("Moyo", "Harare", "Call again"):
        assert word not in secretariat.content()
        told = secretariat.evaluate(
            """async () => {
              const here = `/api/drafts/${document.querySelector("#board").dataset.draft}/board`;
              const all = await (await fetch(here)).json();
              const one = all.rows.find((row) => row.key === "ZWE");
              return JSON.stringify(all) + await (await fetch(`${here}/${one.delegation}`)).text();
            }"""
        )
        assert word not in told
    for name in ("Write …", "Terms …"):
        expect(secretariat.get_by_role("button", name=name)).to_have_count(0)


def test_a_change_of_substance_names_who_would_be_lost_and_who_is_to_be_asked(table):
    page = board(table)
    page.keyboard.press("r")
    page.keyboard.type("finl")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("4")
    page.get_by_label("Condition").select_option("as_circulated")
    page.get_by_role("textbox", name=re.compile("^Note")).press("Enter")
    expect(row(page, "Finland").locator(".of-conditions")).to_contain_text("as circulated")
    change(page, table, "Condemning every use of such mines by anyone,")
    page = board(table)
    warning = page.locator("#warnings .notice", has_text="Finland")
    expect(warning).to_contain_text(re.compile("“as circulated .*” no longer holds"))
    expect(row(page, "Finland").locator(".hourglass")).to_be_visible()
    expect(row(page, "Finland").locator("s.broken")).to_be_visible()
    reconfirmed = page.locator("#figures div", has_text="Reconfirmed")
    expect(reconfirmed.locator("strong")).to_have_text(re.compile(r"^\d+ of \d+$"))
    reconfirmed.get_by_role("button", name=re.compile("^Show the")).click()
    expect(row(page, "Finland")).to_be_visible()
    expect(row(page, "Albania")).to_have_count(0)
    record(page, ["finl"], "6")
    expect(row(page, "Finland").locator(".hourglass")).to_have_count(0)
    opened(page, "Finland").get_by_role("button", name="Lift").click()
    expect(warning).to_have_count(0)


def test_letters_are_looked_at_before_they_go_and_come_as_files_without_a_mail_server(table):
    page = board(table)
    page.get_by_role("checkbox", name="Select Chile").check()
    page.get_by_role("checkbox", name="Select Bulgaria").check()
    page.locator("#chosen").get_by_role("button", name="Write …").click()
    writing = page.get_by_role("dialog", name="Write to States")
    expect(writing.get_by_role("list", name="States chosen")).to_have_text("Chile×Bulgaria×")
    writing.get_by_label("Subject").fill("This year’s resolution")
    writing.get_by_role("button", name="Look at the letters").click()
    preview = page.get_by_role("dialog", name="The letters")
    expect(preview.locator(".letter").first).to_contain_text("to count Chile among the sponsors")
    preview.get_by_role("button", name="Back to the words").click()
    expect(writing.get_by_label("Subject")).to_have_value("This year’s resolution")
    writing.get_by_role("button", name="Look at the letters").click()
    preview.get_by_role("button", name="Save 2 letters").click()
    made = page.get_by_role("dialog", name="The letters are made")
    with page.expect_download() as download:
        made.get_by_role("link", name="Save letters.zip").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert len(archive.namelist()) == 2
    written = [
        message_from_bytes(archive.read(name), policy=policy.default) for name in archive.namelist()
    ]
    assert {one["Subject"] for one in written} == {"This year’s resolution"}
    assert any("to count Bulgaria among" in one.get_content() for one in written)
    made.get_by_role("button", name="Close").click()
    panel = opened(page, "Chile")
    expect(panel.locator("[data-part=letters]")).to_contain_text("This year’s resolution")


def test_targets_are_set_for_several_and_those_missing_are_named(table):
    page = board(table)
    page.get_by_role("checkbox", name="Select Togo").check()
    page.get_by_role("checkbox", name="Select Samoa").check()
    page.get_by_role("button", name="Make them targets").click()
    expect(row(page, "Togo").locator(".target")).to_be_visible()
    page.locator("#figures div", has_text="Targets").get_by_role("button", name="Show").click()
    expect(row(page, "Samoa")).to_be_visible()
    expect(row(page, "Austria")).to_have_count(0)
    page.get_by_role("button", name="No targets").click()
    expect(row(page, "Samoa")).to_have_count(0)


def test_the_terms_are_set_in_wall_time_and_shown_in_two_places(table):
    page = board(table)
    page.get_by_role("button", name="Terms …").click()
    terms = page.get_by_role("dialog", name="Terms of the call")
    deadline = terms.get_by_role("group", name="Tabling deadline")
    deadline.get_by_label("Day and time").fill("2027-11-07T01:30")
    deadline.get_by_label("On the wall in").select_option(label="New York")
    terms.get_by_label("Who is asked").select_option("open")
    terms.get_by_role("button", name="Keep these terms").click()
    expect(terms.get_by_role("alert")).to_contain_text("occurs twice")
    deadline.get_by_label("If the clocks go back").select_option("true")
    terms.get_by_role("button", name="Keep these terms").click()
    shown = page.locator("#figures div", has_text="Tabling deadline")
    expect(shown).to_contain_text("7 November 2027, 01:30 in New York")
    expect(shown).to_contain_text("07:30 in Geneva")
    expect(shown).to_contain_text("Open call")


def test_a_vote_is_expected_against_the_record_with_a_reason_and_a_source(table):
    page = board(table)
    find(page, "ghana")
    page.keyboard.press("v")
    panel = page.get_by_role("complementary", name="Ghana")
    panel.get_by_role("combobox", name="Vote", exact=True).select_option("N")
    panel.get_by_role("button", name="Expect this").click()
    expect(panel.get_by_role("alert").filter(visible=True)).to_contain_text("Say why")
    panel.get_by_label("Reason").fill("They say so in the room")
    panel.get_by_label("Source").fill("Meeting of Monday")
    panel.get_by_role("button", name="Expect this").click()
    expect(row(page, "Ghana").locator(".of-expected")).to_contain_text("No our word")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Outlook", exact=True).first.click()
    outlook = page.get_by_role("region", name="Picture")
    expect(outlook.locator(".totals dd")).to_have_count(4)
    expect(outlook).to_contain_text("They say so in the room; Meeting of Monday")
    expect(outlook).to_contain_text("roll calls on the whole text")
    outlook.get_by_label("The vote on").focus()
    outlook.get_by_label("The vote on").select_option(index=2)
    expect(outlook).to_contain_text("none on this paragraph")
    expect(outlook.get_by_label("The vote on")).to_be_focused()
    outlook.get_by_label("The vote on").select_option("")
    page.get_by_role("button", name="Table", exact=True).click()
    opened(page, "Ghana").get_by_role("button", name="Go by the record again").click()
    expect(row(page, "Ghana").locator(".of-expected")).not_to_contain_text("our word")


def test_the_pictures_name_each_state_and_say_the_same_as_a_table(table):
    page = board(table)
    page.get_by_role("button", name="Seats").click()
    seats = page.locator(".seat")
    expect(seats).to_have_count(193)
    seats.first.focus()
    page.keyboard.press("ArrowRight")
    named = page.locator(".seat:focus").get_attribute("aria-label")
    expect(page.locator("#picture [role=status]")).to_have_text(named)
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name=named.split(":")[0])).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Regions").click()
    page.get_by_role("button", name="Sponsorship", exact=True).last.click()
    page.get_by_text("The same as a table").click()
    expect(page.locator("#picture tbody tr")).to_have_count(5)
    page.get_by_role("button", name="African States").click()
    expect(states(page)).to_have_count(54)
    page.get_by_role("button", name="Over time").click()
    expect(page.locator("#picture .of-deadline")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_board(table, scheme):
    page = board(table, color_scheme=scheme, viewport={"width": 1500, "height": 950})
    found = axe(page)
    page.get_by_label("Put together by").select_option("group")
    opened(page, "Switzerland")
    for fold in page.locator("#panel summary").all():
        fold.click()
    page.locator("#panel").evaluate("(e) => e.scrollTo(0, 0)")
    found += axe(page)
    page.keyboard.press("r")
    page.keyboard.type("me")
    found += axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    for view in VIEWS[1:]:
        page.locator(f"[data-view={view}]").click()
        expect(page.locator("#picture h2")).to_be_visible()
        page.locator("#picture summary").last.click()
        found += axe(page)
    page.get_by_role("button", name="Terms …").click()
    found += axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Write …").first.click()
    found += axe(page)
    page.keyboard.press("Escape")
    found += axe(board(table, SECRETARIAT, color_scheme=scheme))
    assert found == []


def test_nothing_scrolls_the_page_sideways_on_a_phone(table):
    page = board(table, viewport={"width": 390, "height": 800}, has_touch=True)
    wide = {}
    for view in VIEWS:
        page.locator(f"[data-view={view}]").click()
        wide[view] = page.evaluate("document.documentElement.scrollWidth")
    page.locator("[data-view=table]").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button:not(.link), select, input:not([type=checkbox])")]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 90))"""
    )
    opened(page, "Mexico")
    wide["state"] = page.evaluate("document.documentElement.scrollWidth")
    assert set(wide.values()) == {390}, wide
    assert small == []

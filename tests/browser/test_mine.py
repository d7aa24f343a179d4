"""A delegation's own page: what needs its answer, what changed, what its capital owes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import CHILE, MEXICO, PENHOLDER, Sitting, axe
from tests.browser.sponsoring import call, change, leave, mine, of, sponsor

HEAD = "Head of delegation, Mexico"
CAPITAL = "Capital, Mexico"
SECRETARIAT = "Secretariat"
SWITZERLAND = "Delegate, Switzerland"
NEW_ZEALAND = "Delegate, New Zealand"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def part(page: Page, name: str) -> Locator:
    """Gives one of the lists."""
    return page.get_by_role("region", name=re.compile(f"^{name}"))


def row(table: Sitting, page: Page, key: str) -> dict:
    """Gives a State's row of the board, as the page's own session is told it."""
    rows = call(page, "GET", of(table, "board"))["rows"]
    return next(one for one in rows if one["key"] == key)


def asked(page: Page, about: str, words: str, *, shown: str = "nothing") -> None:
    """Records that the capital was asked."""
    page.get_by_role("button", name="We asked our capital …").click()
    box = page.get_by_role("dialog", name="What we asked our capital")
    box.get_by_label(about, exact=True).check()
    box.get_by_label("What we asked").fill(words)
    box.get_by_label("Answer due").fill("2099-10-05")
    box.get_by_label(shown, exact=True).check()
    box.get_by_role("button", name="Record it").click()
    expect(box).to_have_count(0)


def entry(page: Page, words: str) -> Locator:
    """Gives what was asked of the capital in these words."""
    return part(page, "Waiting for your capital").get_by_role("listitem").filter(has_text=words)


def pending(table: Sitting, page: Page) -> dict:
    """Gives what a page's session is shown of Mexico's instructions, by what they are about."""
    return {one["subject"]: one for one in row(table, page, "MEX")["pending"]}


def preliminary(table: Sitting, page: Page) -> list[dict]:
    """Gives the positions on paragraphs that a page's own delegation has not confirmed yet."""
    positions = call(page, "GET", f"/api/drafts/{table.draft}")["positions"]
    return [
        one
        for one in positions
        if one["mine"] and one["paragraph"] and one["certainty"] == "preliminary"
    ]


def test_a_sponsor_answers_from_a_phone_and_sees_only_what_changed(table: Sitting):
    pen, swiss = table.sit(PENHOLDER), table.sit(SWITZERLAND, **PHONE)
    leave(table, swiss)
    page = mine(table, swiss)
    page.get_by_role("button", name="We will sponsor").click()
    page.get_by_role("dialog").get_by_role("button", name="We will sponsor").click()
    expect(part(page, "Our sponsorship")).to_contain_text("You said that you will sponsor")
    change(table, pen, "Noting the anchorages,")
    answer = part(page, "Answer needed")
    expect(answer).to_contain_text("The text you sponsored has changed: PP2.")
    expect(answer.locator(".change")).to_have_count(1)
    expect(answer.locator(".change ins")).to_have_text("Noting the anchorages,")
    expect(answer).to_contain_text("Seen by: Switzerland, the presidency and the secretariat")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    answer.get_by_role("button", name="Keep for Noting the anchorages").click()
    expect(answer).to_contain_text("Nobody waits for an answer from you.")
    expect(part(page, "Changed")).to_contain_text("Nothing.")
    expect(part(page, "Our sponsorship")).to_contain_text("for Noting the anchorages")
    assert row(table, pen, "CHE")["sponsorship"]["settled"]


def test_not_yet_stays_before_ones_eyes_and_what_was_read_is_marked(table: Sitting):
    pen, page = table.sit(PENHOLDER), mine(table, table.sit(NEW_ZEALAND))
    sponsor(table, pen, page)
    change(table, pen, "Noting the breakwaters,")
    answer = part(page, "Answer needed")
    expect(answer).to_contain_text("the text is Noting the breakwaters now")
    answer.get_by_role("button", name="Not yet").click()
    expect(answer).to_contain_text("You said: not yet.")
    expect(answer.get_by_role("button", name="Keep for Noting the breakwaters")).to_be_visible()
    assert row(table, pen, "NZL")["sponsorship"]["answer"] == "not_yet"
    change(table, pen, "Noting the canals,")
    changed = part(page, "Changed")
    expect(changed).to_contain_text("Noting the canals, since Noting the breakwaters")
    changed.get_by_role("button", name="See only these changes").click()
    expect(changed.locator(".change")).to_have_count(1)
    changed.get_by_role("button", name="I have read it").click()
    expect(changed).to_contain_text("Nothing.")


def test_a_condition_is_made_and_lifted(table: Sitting):
    chile = table.sit(CHILE)
    leave(table, chile)
    page = mine(table, chile)
    page.get_by_role("button", name="We will sponsor").click()
    box = page.get_by_role("dialog")
    box.get_by_label("On what condition").select_option(label="A paragraph stays")
    box.get_by_label("Which paragraph").select_option(label="PP10")
    box.get_by_role("button", name="We will sponsor").click()
    own = part(page, "Our sponsorship")
    expect(own).to_contain_text("On condition: if PP10 stays")
    own.get_by_role("button", name="Add a condition …").click()
    box.get_by_role("button", name="Make it a condition").click()
    expect(own).to_contain_text("On condition: as circulated")
    own.get_by_role("button", name="Lift").first.click()
    box.get_by_role("button", name="Lift it").click()
    expect(own.get_by_role("button", name="Lift")).to_have_count(1)


def test_what_is_asked_of_a_capital_is_shown_as_far_as_its_delegation_says(table: Sitting):
    pen, page = table.sit(PENHOLDER), mine(table, table.sit(MEXICO))
    box = page.get_by_role("dialog")
    asked(page, "Our vote", "The zebra of the vote")
    waiting = entry(page, "The zebra of the vote")
    expect(waiting).to_contain_text("The presidency is shown nothing.")
    assert "vote" not in pending(table, pen)
    waiting.get_by_role("button", name="What is shown …").click()
    box.get_by_label("that we wait, on what, and until when").check()
    box.get_by_label("Until which day").fill("2099-12-31")
    box.get_by_role("button", name="Set it").click()
    expect(waiting).to_contain_text("until 31 December 2099")
    assert pending(table, pen)["vote"]["due"] == "2099-10-05"
    assert "zebra" not in str(call(pen, "GET", of(table, "board")))
    secretariat = table.sit(SECRETARIAT)
    assert pending(table, secretariat) == {}
    # The capital sees it, and says what comes; what goes beyond the delegation is not for it to say.
    capital = mine(table, table.sit(CAPITAL))
    mine_too = entry(capital, "The zebra of the vote")
    expect(mine_too.get_by_role("button", name="What is shown …")).to_have_count(0)
    expect(part(capital, "Our sponsorship").get_by_role("button")).to_have_count(0)
    mine_too.get_by_role("button", name="Received …").click()
    answered = capital.get_by_role("dialog")
    answered.get_by_label("What it says").fill("Vote yes.")
    answered.get_by_role("button", name="Record it").click()
    expect(mine_too).to_be_hidden()
    expect(waiting).to_be_hidden()
    assert "vote" not in pending(table, pen)
    page.get_by_text("Answered before").click()
    expect(waiting).to_contain_text("Vote yes.")


def test_instructions_received_confirm_positions_in_one_step(table: Sitting):
    page = mine(table, table.sit(HEAD))
    ours = preliminary(table, page)[0]
    page.get_by_role("button", name="We asked our capital …").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Which paragraph").select_option(label=ours["label"])
    box.get_by_label("What we asked").fill("Whether to insist.")
    box.get_by_role("button", name="Record it").click()
    waiting = entry(page, "Whether to insist.")
    waiting.get_by_role("button", name="Received …").click()
    expect(box).to_contain_text("Seen by Mexico and its capital alone.")
    box.get_by_label("What it says").fill("Insist.")
    expect(
        box.get_by_label(f"Confirm our preliminary position on {ours['label']}: {ours['stance']}")
    ).to_be_checked()
    box.get_by_role("button", name="Record it").click()
    expect(waiting).to_be_hidden()
    assert ours["paragraph"] not in [one["paragraph"] for one in preliminary(table, page)]


def test_instructions_received_answer_on_sponsorship(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(HEAD)
    leave(table, mexico)
    page = mine(table, mexico)
    asked(page, "Our sponsorship", "Whether to sponsor.", shown="that we wait, and on what")
    waiting = entry(page, "Whether to sponsor.")
    assert "sponsorship" in pending(table, pen)
    waiting.get_by_role("button", name="Received …").click()
    box = page.get_by_role("dialog")
    box.get_by_label("What it says").fill("Yes, sponsor.")
    box.get_by_label("we will sponsor", exact=True).check()
    box.get_by_role("button", name="Record it").click()
    expect(part(page, "Our sponsorship")).to_contain_text("You said that you will sponsor")
    assert row(table, pen, "MEX")["sponsorship"]["state"] == "said"


def test_what_the_presidency_recorded_on_ones_word_can_be_put_right(table: Sitting):
    pen, page = table.sit(PENHOLDER), mine(table, table.sit(HEAD))
    leave(table, page)
    told = {
        "delegations": [row(table, pen, "MEX")["delegation"]],
        "step": "declined",
        "manner": "oral",
        "who": "Ambassador N.",
        "where": "Geneva",
        "on": "2020-09-28",
    }
    call(pen, "POST", of(table, "sponsorship"), told)
    own = part(page, "Our sponsorship")
    expect(own).to_contain_text("Recorded on your word by Presidency (United Kingdom): “declined”")
    own.get_by_role("button", name="Correct …").first.click()
    box = page.get_by_role("dialog", name="Put right what was recorded")
    box.get_by_label("What was said").select_option(label="We are positive")
    expect(box).to_contain_text("Seen by: Mexico, the presidency and the secretariat")
    box.get_by_role("button", name="Put it right").click()
    expect(own).to_contain_text("You are positive")
    expect(own).not_to_contain_text("Recorded on your word")
    own.get_by_text("How it came to this").click()
    expect(own).to_contain_text("Ambassador N.")
    expect(own).to_contain_text("(put right later)")
    assert row(table, pen, "MEX")["sponsorship"]["state"] == "positive"


def test_what_was_recorded_rightly_becomes_ones_own_word_in_one_press(table: Sitting):
    pen, page = table.sit(PENHOLDER), mine(table, table.sit(HEAD))
    leave(table, page)
    mexico = row(table, pen, "MEX")["delegation"]
    call(pen, "POST", of(table, "sponsorship"), {"delegations": [mexico], "step": "said"})
    own = part(page, "Our sponsorship")
    own.get_by_role("button", name="That is right").click()
    expect(own.get_by_role("button", name="That is right")).to_have_count(0)
    expect(own).to_contain_text("You said that you will sponsor")
    steps = call(page, "GET", of(table, "sponsors"))["own"]["steps"]
    assert [one["recorded"] for one in steps[:2]] == ["delegation", "presidency"]


def test_a_deadline_is_told_in_ones_own_time_and_in_new_yorks(table: Sitting):
    pen, page = table.sit(PENHOLDER), table.sit(MEXICO)
    wall = {"local": "2099-10-15T18:00", "zone": "America/New_York"}
    call(pen, "POST", of(table, "call"), {"mode": "open", "deadline": wall})
    page.goto(f"{table.served.base}/account")
    page.get_by_label("Where you are", exact=True).select_option("America/Mexico_City")
    page.get_by_role("button", name="Use this time").click()
    expect(page.get_by_label("Where you are", exact=True)).to_have_value("America/Mexico_City")
    own = part(mine(table, page), "Our sponsorship")
    expect(own).to_contain_text("16:00 in Mexico City")
    expect(own).to_contain_text("18:00 in New York")


def test_what_the_presidency_wrote_is_read_where_it_stands(table: Sitting):
    page = mine(table, table.sit(MEXICO))
    item = part(page, "Answer needed").get_by_role("listitem").filter(has_text="We would rather")
    item.get_by_role("link", name="Read and answer").click()
    thread = page.locator(".thread", has_text="We would rather avoid a controversy")
    expect(thread).to_be_focused()


def test_only_delegations_have_such_a_page(table: Sitting):
    pen = table.sit(PENHOLDER)
    pen.goto(f"{table.served.base}/drafts/{table.draft}/mine")
    expect(pen.get_by_role("heading", level=1)).to_have_text("Not allowed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(table: Sitting, scheme: str, width: int):
    pen = table.sit(PENHOLDER)
    page = table.sit(CHILE, color_scheme=scheme, viewport={"width": width, "height": 800})
    sponsor(table, pen, page, "confirmed")
    change(table, pen, f"Noting the {scheme} docks of {width},")
    mine(table, page)
    asked(page, "Our vote", "How to vote.")
    expect(page.locator("#answer .change")).to_have_count(1)
    found = axe(page)
    part(page, "Waiting for your capital").get_by_role("button", name="Received …").first.click()
    found += axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="We asked our capital …").click()
    found += axe(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

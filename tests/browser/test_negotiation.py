"""The negotiation in a real browser: proposals, positions, agreement, and what becomes of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.browser.conftest import (
    ADVISER,
    CHILE,
    ICRC,
    MEXICO,
    PENHOLDER,
    Sitting,
    axe,
    fresh,
    saved,
    stored,
)

EVERYONE = "Everyone on this draft"
PRESIDENCY = "Mexico and the presidency"


def row(page: Page, paragraph: str) -> Locator:
    """Gives a paragraph with all that stands beneath it."""
    return page.locator(f"#p-{paragraph}")


def text(page: Page, paragraph: str) -> Locator:
    """Gives the words of the working text."""
    return row(page, paragraph).locator("> .words:not(.over)")


def slips(page: Page, paragraph: str) -> Locator:
    """Gives the slips of the proposals on a paragraph."""
    return row(page, paragraph).locator(".slip.of-proposal")


def written(page: Page, paragraph: str) -> Locator:
    """Gives the words of the proposal that is being written."""
    return row(page, paragraph).locator(".card .words")


def choose(page: Page, paragraph: str, item: str | re.Pattern[str]) -> None:
    """Chooses from a paragraph's menu."""
    row(page, paragraph).locator("> .label").click()
    page.get_by_role("menuitem", name=item).click()


def amend(page: Page, paragraph: str, words: str, *, at: str = "End") -> None:
    """Writes at the end (or at "Control+Home") of a proposal to a paragraph."""
    choose(page, paragraph, re.compile("^Propose a change"))
    expect(written(page, paragraph)).to_have_class(re.compile("ProseMirror-focused"))
    page.keyboard.press(at)
    page.keyboard.type(words)
    saved(page)


def put_forward(page: Page, paragraph: str, audience: str = EVERYONE) -> None:
    """Puts forward what is being written."""
    row(page, paragraph).get_by_role("button", name="Put forward …").click()
    box = page.get_by_role("dialog")
    box.get_by_label(audience).check()
    box.get_by_role("button", name="Put it forward").click()
    expect(box).to_have_count(0)


def take(page: Page, paragraph: str, stance: str, *, audience: str = EVERYONE, **more: Any) -> None:
    """Takes a position on a paragraph."""
    choose(page, paragraph, re.compile("^Take a position"))
    box = page.get_by_role("dialog")
    box.get_by_role("radio", name=re.compile(f"^{stance}")).check()
    box.get_by_label(audience).check()
    if "aligns" in more:
        box.get_by_label("It aligns").select_option(label=more["aligns"])
    if more.get("essential"):
        box.get_by_role("radio", name="essential").check()
    box.get_by_role("button", name="Take this position").click()
    expect(box).to_have_count(0)


def agree(page: Page, paragraph: str, state: str, who: str | None = None) -> None:
    """Says how far a paragraph is agreed."""
    choose(page, paragraph, "Agreement …")
    box = page.get_by_role("dialog")
    box.get_by_label("From now on").select_option(label=state)
    if who:
        box.get_by_label(who, exact=True).check()
    box.get_by_role("button", name="Set it").click()
    expect(box).to_have_count(0)


def here(page: Page, paragraph: str) -> None:
    """Waits for a paragraph."""
    page.wait_for_selector(f"#p-{paragraph}", state="attached")


# Writing -----------------------------------------------------------------------------------------


def test_what_a_delegation_types_in_a_paragraph_becomes_its_proposal(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the anchors,")
    here(mexico, p)
    text(mexico, p).click()
    expect(row(mexico, p).get_by_text("Type to propose a change")).to_be_visible()
    # At once, as in Word: what is typed before the server has answered is not lost.
    mexico.keyboard.type("quickly typed")
    expect(written(mexico, p)).to_contain_text("quickly typed")
    expect(written(mexico, p).locator(".ins")).to_contain_text("quickly typed")
    saved(mexico)
    expect(row(mexico, p).get_by_text("Only Mexico sees this")).to_be_visible()
    expect(row(mexico, p).locator(".floor")).to_contain_text("quickly typed")
    for page in (pen, chile):
        expect(slips(page, p)).to_have_count(0)
    assert stored(pen, p) == [{"insert": "Noting the anchors,"}]


def test_a_proposal_is_put_forward_to_an_audience_that_is_named(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the buoys,")
    here(mexico, p)
    amend(mexico, p, " green ones too,")
    put_forward(mexico, p, PRESIDENCY)
    expect(slips(pen, p)).to_contain_text("Mexico")
    expect(row(mexico, p).get_by_text(f"Seen by: {PRESIDENCY}")).to_be_visible()
    expect(slips(chile, p)).to_have_count(0)
    row(mexico, p).get_by_role("button", name="Show to everyone …").click()
    mexico.get_by_role("button", name="Show to everyone on this draft").click()
    expect(slips(chile, p)).to_contain_text("Mexico")
    # Its words are fixed now; the working text is what it was.
    expect(row(mexico, p).locator(".card [role=textbox]")).to_have_count(0)
    assert stored(pen, p) == [{"insert": "Noting the buoys,"}]


def test_two_delegations_draft_together_live(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the cranes,")
    here(mexico, p)
    amend(mexico, p, " one")
    row(mexico, p).get_by_role("button", name="Draft together with …").click()
    mexico.get_by_role("dialog").get_by_label("With which delegation").select_option(label="Chile")
    mexico.get_by_role("button", name="Share the draft").click()
    slips(chile, p).click()
    written(chile, p).click()
    chile.keyboard.press("Control+End")
    chile.keyboard.type(" two")
    for page in (mexico, chile):
        expect(written(page, p)).to_contain_text("Noting the cranes, one two")
    chile.keyboard.press("Control+z")
    expect(written(mexico, p)).not_to_contain_text("two")
    expect(slips(pen, p)).to_have_count(0)
    put_forward(mexico, p)
    expect(slips(pen, p)).to_contain_text("Mexico and Chile")


def test_what_is_typed_in_a_proposal_without_a_connection_is_kept(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the docks,")
    here(mexico, p)
    amend(mexico, p, " old")
    mexico.context.set_offline(True)
    expect(mexico.locator("#status")).to_contain_text("Waiting for the connection")
    mexico.keyboard.type(" and new")
    expect(mexico.locator("#status")).to_contain_text("1 change kept on this device")
    mexico.context.set_offline(False)
    mexico.reload()
    mexico.wait_for_selector("#draft[data-ready=true]")
    saved(mexico)
    slips(mexico, p).click()
    expect(written(mexico, p)).to_contain_text("Noting the docks, old and new")


def test_the_sentence_for_the_floor_is_marked_when_it_is_out_of_step(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the eddies,")
    here(mexico, p)
    amend(mexico, p, " strong ones,")
    expect(row(mexico, p).locator(".floor")).to_contain_text("strong ones")
    row(mexico, p).get_by_role("button", name="Edit the sentence").click()
    mexico.get_by_label("The sentence for the floor").fill("We would add a word on strength.")
    row(mexico, p).get_by_role("button", name="Keep this sentence").click()
    expect(row(mexico, p).locator(".floor")).to_contain_text("a word on strength")
    written(mexico, p).click()
    mexico.keyboard.press("Control+End")
    mexico.keyboard.type(" weak ones,")
    expect(row(mexico, p).get_by_text("Out of step with the words.")).to_be_visible()
    row(mexico, p).get_by_role("button", name="Let the tool write it").click()
    expect(row(mexico, p).locator(".floor")).to_contain_text("weak ones")
    expect(row(mexico, p).get_by_text("Out of step with the words.")).to_have_count(0)


def test_every_kind_is_proposed_from_the_menu(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the ferries,")
    here(mexico, p)
    for item, kind in (
        ("Propose a paragraph after it", "new paragraph"),
        ("Propose an alternative", "alternative"),
    ):
        choose(mexico, p, item)
        card = row(mexico, p).locator(".card").last
        expect(card.locator(".words")).to_have_class(re.compile("ProseMirror-focused"))
        mexico.keyboard.press("Control+End")
        mexico.keyboard.type("Noting also the rafts,")
        saved(mexico)
        card.get_by_role("button", name="Put forward …").click()
        mexico.get_by_role("dialog").get_by_label(EVERYONE).check()
        mexico.get_by_role("button", name="Put it forward").click()
        expect(slips(pen, p).filter(has_text=kind)).to_have_count(1)
        card.get_by_role("button", name="Close").click()
    choose(mexico, p, re.compile("^Propose to delete"))
    expect(row(mexico, p).locator(".over del")).to_contain_text("Noting the ferries,")
    row(mexico, p).get_by_role("button", name="Close").click()
    choose(mexico, p, "Propose to merge it with the one before")
    expect(row(mexico, p).locator(".floor")).to_be_visible()
    row(mexico, p).get_by_role("button", name="Close").click()
    choose(mexico, p, "Propose to move it …")
    mexico.get_by_role("dialog").get_by_role("button", name="Begin the proposal").click()
    expect(row(mexico, p).locator(".floor")).to_contain_text("Move")
    text(mexico, p).click(position={"x": 110, "y": 12})
    mexico.keyboard.press("Enter")
    mexico.get_by_role("dialog").get_by_role("button", name="Begin the proposal").click()
    expect(slips(mexico, p).filter(has_text="split")).to_have_count(1)
    assert stored(pen, p) == [{"insert": "Noting the ferries,"}]


def test_a_proposal_is_discarded_withdrawn_and_revised(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the gulfs,")
    here(mexico, p)
    amend(mexico, p, " wide")
    row(mexico, p).get_by_role("button", name="Discard …").click()
    mexico.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(row(mexico, p).locator(".card")).to_have_count(0)
    amend(mexico, p, " deep")
    put_forward(mexico, p)
    row(mexico, p).get_by_role("button", name="Revise").click()
    expect(written(mexico, p)).to_contain_text("deep")
    mexico.keyboard.type(" and calm")
    saved(mexico)
    put_forward(mexico, p)
    expect(slips(pen, p).filter(has_not_text="replaced")).to_have_count(1)
    row(mexico, p).get_by_role("button", name="Withdraw …").click()
    mexico.get_by_role("dialog").get_by_label("Reason").fill("Overtaken by talks.")
    mexico.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(slips(pen, p).filter(has_text="withdrawn")).to_have_count(1)


def test_a_proposal_is_made_by_the_keyboard_alone(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the havens,")
    here(mexico, p)
    row(mexico, p).locator("> .label").focus()
    mexico.keyboard.press("Enter")
    mexico.keyboard.type("p")
    expect(mexico.get_by_role("menuitem", name=re.compile("^Propose a change"))).to_be_focused()
    mexico.keyboard.press("Enter")
    expect(written(mexico, p)).to_have_class(re.compile("ProseMirror-focused"))
    mexico.keyboard.press("Control+End")
    mexico.keyboard.type(" safe")
    saved(mexico)
    mexico.keyboard.press("Escape")
    expect(row(mexico, p).locator(".card h2")).to_be_focused()
    row(mexico, p).get_by_role("button", name="Put forward …").press("Enter")
    mexico.keyboard.press("ArrowDown")
    mexico.get_by_role("button", name="Put it forward").press("Enter")
    expect(slips(pen, p)).to_contain_text("Mexico")
    slips(pen, p).press("Enter")
    expect(row(pen, p).locator(".over ins")).to_contain_text("safe")
    slips(pen, p).press("Enter")
    expect(row(pen, p).locator(".over")).to_have_count(0)
    expect(slips(pen, p)).to_be_focused()


def test_a_state_read_before_a_proposal_was_begun_does_not_take_it_away(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the moorings,")
    read: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        read.append((route, route.fetch()))
        if len(read) == 1:
            # What the page opens with is older than what it reads once it has arrived.
            route.fulfill(response=read[0][1], json={**read[0][1].json(), "agreement": []})
        elif len(read) > 2:
            route.fulfill(response=read[-1][1])

    mexico.route(re.compile(f"/api/drafts/{table.draft}$"), hold)
    mexico.reload()
    while len(read) < 2:
        mexico.evaluate("() => new Promise(requestAnimationFrame)")
    choose(mexico, p, re.compile("^Propose to delete"))
    expect(row(mexico, p).locator(".card")).to_have_count(1)
    read[1][0].fulfill(response=read[1][1])
    # By this it shows what it has read.
    expect(mexico.get_by_role("button", name="technical update").first).to_be_visible()
    expect(row(mexico, p).locator(".card")).to_have_count(1)
    expect(slips(mexico, p)).to_have_count(1)


# Deciding ----------------------------------------------------------------------------------------


def test_proposals_are_laid_in_collide_and_become_a_compromise(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the inlets,")
    for page, words in ((mexico, " of Mexico"), (chile, " of Chile")):
        here(page, p)
        amend(page, p, words)
        put_forward(page, p)
    expect(slips(pen, p)).to_have_count(2)
    slips(pen, p).first.click()
    expect(row(pen, p).locator(".over ins")).to_contain_text("of Mexico")
    expect(text(pen, p)).to_be_hidden()
    slips(pen, p).last.click()
    expect(row(pen, p).get_by_text("They collide:", exact=True)).to_be_visible()
    expect(row(pen, p).locator(".over mark.collides").first).to_be_visible()
    expect(slips(pen, p).filter(has_text="collides")).to_have_count(2)
    row(pen, p).get_by_role("button", name="Build a compromise …").click()
    composed = row(pen, p).locator(".composer .words")
    expect(composed).to_have_class(re.compile("ProseMirror-focused"))
    pen.keyboard.press("Control+a")
    pen.keyboard.type("Noting the inlets of both,")
    row(pen, p).get_by_role("button", name="Accept these words …").click()
    pen.get_by_role("dialog").get_by_label("Reason").fill("Agreed in the corridor.")
    pen.get_by_role("dialog").get_by_role("button", name="Accept", exact=True).click()
    for page in (pen, mexico, chile):
        says_text(page, p, "Noting the inlets of both,")
        expect(slips(page, p).filter(has_text="accepted as modified")).to_have_count(2)
    slips(mexico, p).first.click()
    expect(row(mexico, p).get_by_text("Agreed in the corridor.").first).to_be_visible()


def test_a_compromise_in_the_making_survives_a_withdrawal(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the jibs,")
    here(mexico, p)
    amend(mexico, p, " and spinnakers")
    put_forward(mexico, p)
    slips(pen, p).click()
    row(pen, p).get_by_role("button", name="Build a compromise …").click()
    composed = row(pen, p).locator(".composer .words")
    expect(composed).to_have_class(re.compile("ProseMirror-focused"))
    pen.keyboard.press("Control+End")
    pen.keyboard.type(" of canvas")
    row(mexico, p).get_by_role("button", name="Withdraw …").click()
    mexico.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(slips(pen, p).filter(has_text="withdrawn")).to_have_count(1)
    expect(composed).to_contain_text("of canvas")
    row(pen, p).get_by_role("button", name="Cancel").click()
    expect(row(pen, p).locator(".desk")).to_have_count(0)


def test_a_draft_that_says_nothing_is_not_kept(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the kites,")
    here(mexico, p)
    choose(mexico, p, re.compile("^Propose a change"))
    expect(written(mexico, p)).to_have_class(re.compile("ProseMirror-focused"))
    row(mexico, p).get_by_role("button", name="Close").click()
    expect(row(mexico, p).locator(".strip")).to_have_count(0)


def says_text(page: Page, paragraph: str, wanted: str) -> None:
    """Waits until the working text of a paragraph says just this."""
    expect(text(page, paragraph)).to_have_text(wanted)


def test_after_an_acceptance_the_others_are_reconciled_in_two_steps(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the jetties of wood,")
    here(mexico, p)
    here(chile, p)
    amend(mexico, p, " and stone")
    put_forward(mexico, p)
    amend(chile, p, " and stone")
    put_forward(chile, p)
    amend(chile, p, "Again ", at="Control+Home")
    row(chile, p).locator(".card").last.get_by_role("button", name="Put forward …").click()
    chile.get_by_role("dialog").get_by_label(EVERYONE).check()
    chile.get_by_role("button", name="Put it forward").click()
    expect(slips(pen, p)).to_have_count(3)
    slips(pen, p).first.click()
    row(pen, p).get_by_role("button", name="Accept as it stands …").click()
    pen.get_by_role("dialog").get_by_role("button", name="Accept", exact=True).click()
    box = pen.get_by_role("dialog", name=re.compile("^First"))
    expect(box.get_by_role("checkbox")).to_be_checked()
    box.get_by_role("button", name="Mark the ticked as overtaken").click()
    second = pen.get_by_role("dialog", name=re.compile("^Second"))
    expect(second).to_contain_text("needs its author’s eye")
    expect(second).to_contain_text("and stone")
    second.get_by_role("button", name="Close").click()
    expect(slips(chile, p).filter(has_text="overtaken")).to_have_count(1)
    # The author is asked, sees old and new, and confirms.
    expect(slips(chile, p).filter(has_text="needs your eye")).to_have_count(1)
    row(chile, p).get_by_role("button", name="Look at old and new …").click()
    both = chile.get_by_role("dialog")
    expect(both).to_contain_text("As you wrote it")
    both.get_by_role("button", name="It stands as carried over").click()
    expect(slips(chile, p).filter(has_text="needs your eye")).to_have_count(0)
    expect(slips(chile, p).filter(has_text="accepted")).to_have_count(1)


def test_the_presidency_answers_with_a_reason_for_those_it_is_meant_for(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the keels,")
    here(mexico, p)
    amend(mexico, p, " of oak")
    put_forward(mexico, p)
    slips(pen, p).click()
    row(pen, p).get_by_role("button", name="Will consider …").click()
    box = pen.get_by_role("dialog")
    box.get_by_label("Reason").fill("We shall ask the shipwrights.")
    box.get_by_label(PRESIDENCY).check()
    box.get_by_role("button", name="Answer").click()
    for page in (mexico, chile):
        expect(slips(page, p)).to_contain_text("being considered")
    expect(row(mexico, p).locator(".response")).to_contain_text("We shall ask the shipwrights.")
    slips(chile, p).click()
    expect(row(chile, p).get_by_text("The presidency: will consider.")).to_be_visible()
    expect(chile.get_by_text("shipwrights")).to_have_count(0)


def test_a_wrong_opening_is_mended_by_one_press(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, {"insert": "Noting further", "attributes": {"italic": True}}, " the lagoons,")
    repair = row(pen, p).get_by_role("button", name=re.compile("Suggested repair"))
    repair.click()
    expect(text(pen, p)).not_to_contain_text("further")
    expect(repair).to_have_count(0)
    saved(pen)


# Positions and agreement -------------------------------------------------------------------------


def test_positions_are_taken_aligned_and_asked_again(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the moorings,")
    here(mexico, p)
    here(chile, p)
    take(mexico, p, "retain", essential=True)
    strip = row(pen, p).locator(".strip")
    expect(strip).to_contain_text("retain: Mexico (essential, preliminary)")
    expect(row(chile, p).locator(".strip")).to_contain_text("retain: Mexico")
    take(chile, p, "retain", aligns="with Mexico: retain")
    expect(strip).to_contain_text("Chile (preliminary)")
    take(mexico, p, "delete")
    expect(strip).to_contain_text("delete: Mexico")
    row(chile, p).locator(".slip.of-stance", has_text="retain").click()
    expect(chile.get_by_text("Mexico now says: delete. Does ours still stand?")).to_be_visible()
    chile.keyboard.press("Escape")
    take(chile, p, "reserve", audience="Chile only")
    expect(strip).not_to_contain_text("reserve")
    expect(row(chile, p).locator(".strip")).to_contain_text("reserve: Chile")


def test_support_is_counted_on_the_slip(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the narrows,")
    here(mexico, p)
    amend(mexico, p, " and straits")
    put_forward(mexico, p)
    slips(chile, p).click()
    row(chile, p).get_by_role("button", name="Support …").click()
    chile.get_by_role("dialog").get_by_label(EVERYONE).check()
    chile.get_by_role("button", name="Take this position").click()
    for page in (pen, mexico, chile):
        expect(slips(page, p)).to_contain_text("+1")
    expect(row(mexico, p).locator(".card")).to_contain_text("support: Chile")


def test_a_press_that_news_drew_over_counts_once(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the lighthouses,")
    here(mexico, p)
    amend(mexico, p, " and buoys")
    put_forward(mexico, p)
    slips(chile, p).click()
    foot = row(chile, p).locator(".card")
    expect(foot).to_contain_text("For the floor")
    foot.get_by_role("button", name="Object …").hover()
    old = foot.get_by_role("button", name="Object …").element_handle()
    chile.mouse.down()
    slips(pen, p).click()
    row(pen, p).get_by_role("button", name="Will consider …").click()
    pen.get_by_role("dialog").get_by_role("button", name="Answer").click()
    expect(foot).to_contain_text("The presidency: will consider")
    assert not old.evaluate("(button) => button.isConnected")
    # What came moved the button: the hand follows it, as an eye does.
    foot.get_by_role("button", name="Object …").hover()
    chile.mouse.up()
    expect(chile.get_by_role("dialog")).to_have_count(1)
    chile.keyboard.press("Escape")
    expect(chile.get_by_role("dialog")).to_have_count(0)


def test_brackets_stand_in_the_words_and_reopening_is_dated(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the oars and sails,")
    here(chile, p)
    text(pen, p).evaluate(
        "(e) => getSelection().setBaseAndExtent(e.firstChild, 11, e.firstChild, 15)"
    )
    agree(pen, p, "in brackets", "Chile")
    expect(row(chile, p).locator(".strip")).to_contain_text("in brackets by Chile")
    expect(text(chile, p).locator(".bracketed").first).to_be_visible()
    assert "".join(text(chile, p).locator(".bracketed").all_inner_texts()) == "oars"
    agree(pen, p, "agreed")
    expect(text(chile, p).locator(".bracketed")).to_have_count(0)
    expect(row(chile, p).locator(".strip")).to_contain_text("agreed")
    choose(pen, p, "Agreement …")
    box = pen.get_by_role("dialog")
    box.get_by_label("From now on").select_option(label="open")
    expect(box.get_by_text("This reopens")).to_be_visible()
    box.get_by_role("button", name="Set it").click()
    row(chile, p).locator(".slip.of-state").click()
    expect(chile.get_by_role("dialog")).to_contain_text("agreed, Presidency")


def test_the_progress_is_a_picture_and_a_way_to_each_paragraph(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    one = fresh(pen, "Noting the piers,")
    two = fresh(pen, "Noting the quays of stone,")
    here(chile, one)
    here(chile, two)
    agree(pen, one, "agreed ad ref", "Chile")
    choose(pen, one, "Package …")
    box = pen.get_by_role("dialog")
    box.get_by_label("Name").fill("Stone and wood")
    box.locator(f'input[value="{two}"]').check()
    box.get_by_role("button", name="Tie them").click()
    chile.get_by_role("button", name="Progress").click()
    cell = chile.locator(f'svg [data-go="{one}"]')
    expect(cell).to_have_attribute("aria-label", re.compile("agreed ad ref.*package"))
    expect(chile.get_by_text("Stone and wood")).to_be_visible()
    expect(chile.locator("svg path.tie").first).to_be_visible()
    assert axe(chile) == []
    # It is live.
    agree(pen, two, "agreed")
    expect(chile.locator(f'svg [data-go="{two}"]')).to_have_attribute(
        "aria-label", re.compile(": agreed")
    )
    cell.click()
    expect(row(chile, one).locator("> .label")).to_be_focused()


def test_after_a_version_each_delegation_marks_what_became_of_its_positions(own_table: Sitting):
    pen, mexico = own_table.sit(PENHOLDER), own_table.sit(MEXICO)
    kept = fresh(pen, "Noting the reefs,")
    changed = fresh(pen, "Noting the shoals,")
    here(mexico, kept)
    here(mexico, changed)
    take(mexico, kept, "retain")
    take(mexico, changed, "retain")
    text(pen, changed).focus()
    pen.keyboard.press("End")
    pen.keyboard.type(" and sands,")
    saved(pen)
    pen.get_by_role("button", name="Seal …").click()
    pen.get_by_role("dialog").get_by_label("Name").fill("draft 1")
    pen.get_by_role("dialog").get_by_role("button", name="Seal", exact=True).click()
    mexico.get_by_role("button", name="See and mark them …").click()
    box = mexico.get_by_role("dialog")
    expect(box).to_contain_text("The words are as they were.")
    expect(box.locator("ins")).to_contain_text("and sands")
    for mark in box.get_by_role("button", name="Met", exact=True).all():
        mark.click()
        expect(mark).to_have_attribute("aria-pressed", "true")
    box.get_by_role("button", name="Close").click()
    expect(mexico.get_by_text("There is a new version.")).to_be_hidden()


# Looks -------------------------------------------------------------------------------------------


def test_observers_and_the_team_see_what_is_theirs_to_do(table: Sitting):
    pen, icrc, adviser = table.sit(PENHOLDER), table.sit(ICRC), table.sit(ADVISER)
    p = fresh(pen, "Noting the tides,")
    here(icrc, p)
    here(adviser, p)
    text(icrc, p).click()
    icrc.keyboard.type("x")
    expect(icrc.locator(".poise")).to_have_count(0)
    row(icrc, p).locator("> .label").click()
    expect(icrc.get_by_role("menuitem", name=re.compile("Propose|position"))).to_have_count(0)
    row(adviser, p).locator("> .label").click()
    expect(adviser.get_by_role("menuitem", name="Agreement …")).to_be_visible()
    assert stored(pen, p) == [{"insert": "Noting the tides,"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desk_card_and_dialogs_pass_axe(table: Sitting, scheme: Any):
    pen, mexico = table.sit(PENHOLDER, color_scheme=scheme), table.sit(MEXICO, color_scheme=scheme)
    p = fresh(pen, f"Noting the undertow ({scheme}),")
    here(mexico, p)
    amend(mexico, p, " well")
    assert axe(mexico) == []
    put_forward(mexico, p)
    slips(pen, p).click()
    expect(row(pen, p).locator(".over ins")).to_be_visible()
    row(pen, p).get_by_role("button", name="Build a compromise …").click()
    assert axe(pen) == []
    choose(mexico, p, re.compile("^Take a position"))
    assert axe(mexico) == []


def test_a_phone_shows_all_of_it_without_scrolling_sideways(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "Noting the vessels,")
    phone = table.sit(
        MEXICO, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    text(phone, p).tap()
    row(phone, p).get_by_role("button", name="Propose a change").tap()
    expect(written(phone, p)).to_have_class(re.compile("ProseMirror-focused"))
    phone.keyboard.type("Small ")
    saved(phone)
    phone.get_by_role("button", name="Progress").tap()
    expect(phone.locator("svg.progress-picture")).to_be_visible()
    phone.get_by_role("button", name="Clean").tap()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(phone) == []

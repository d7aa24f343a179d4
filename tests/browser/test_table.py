"""The table in a real browser: typing together, structure, comments, redlines, going away and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import (
    ADVISER,
    CHILE,
    ICRC,
    MEXICO,
    PENHOLDER,
    Sitting,
    axe,
    fresh,
    paste,
    put,
    ready,
    saved,
    says,
    select,
    stored,
    threads,
    type_in,
    words,
)

# Typing ------------------------------------------------------------------------------------------


def test_two_people_type_in_one_paragraph(table: Sitting):
    pen, adviser = table.sit(PENHOLDER), table.sit(ADVISER)
    p = fresh(pen, "Noting the harbours,")
    adviser.wait_for_selector(f"#p-{p}")
    put(pen, p, "start")
    put(adviser, p, "end")
    for one, two in zip("Deeply ", " and quays", strict=False):
        pen.keyboard.type(one)
        adviser.keyboard.type(two)
    adviser.keyboard.type("ays")
    for page in (pen, adviser):
        says(page, p, "Deeply Noting the harbours, and quays")
        saved(page)


def test_control_i_sets_italics(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "Noting the harbours,")
    put(pen, p)
    select(pen, p, 0, 6)
    pen.keyboard.press("Control+i")
    expect(words(pen, p).locator("em")).to_have_text("Noting")
    saved(pen)
    assert stored(pen, p) == [
        {"insert": "Noting", "attributes": {"italic": True}},
        {"insert": " the harbours,"},
    ]
    pen.keyboard.press("Control+i")
    expect(words(pen, p).locator("em")).to_have_count(0)


def test_bold_and_underline_do_nothing(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "Noting the harbours,")
    put(pen, p)
    select(pen, p, 0, 6)
    pen.keyboard.press("Control+b")
    pen.keyboard.press("Control+u")
    pen.keyboard.press("End")
    pen.keyboard.type("!")
    saved(pen)
    assert stored(pen, p) == [{"insert": "Noting the harbours,!"}]


def test_a_footnote_is_put_in_edited_and_taken_out(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    put(pen, p)
    pen.keyboard.press("Control+Alt+f")
    expect(pen.get_by_role("textbox", name="Words of the footnote")).to_be_focused()
    pen.keyboard.type("See resolution 70/1.")
    pen.keyboard.press("Enter")
    saved(pen)
    assert stored(pen, p) == [
        {"insert": "Noting the harbours,"},
        {"insert": {"note": [{"insert": "See resolution 70/1."}]}},
    ]
    note = chile.locator(f"#notes li:has(.back[href='#p-{p}'])")
    expect(note).to_contain_text("See resolution 70/1.")
    expect(words(chile, p).locator("sup.note a")).to_have_attribute(
        "href", f"#{note.get_attribute('id')}"
    )
    words(pen, p).locator("sup.note").click()
    expect(pen.get_by_role("textbox", name="Words of the footnote")).to_be_focused()
    pen.keyboard.press("Control+End")
    pen.keyboard.press("Backspace")
    pen.keyboard.type(", para. 3.")
    pen.keyboard.press("Escape")
    expect(note).to_contain_text("See resolution 70/1, para. 3.")
    words(pen, p).locator("sup.note").click()
    pen.get_by_role("button", name="Delete footnote").click()
    expect(words(chile, p).locator("sup.note")).to_have_count(0)


def test_undo_takes_back_ones_own_typing_alone(table: Sitting):
    pen, adviser = table.sit(PENHOLDER), table.sit(ADVISER)
    p = fresh(pen, "harbours")
    adviser.wait_for_selector(f"#p-{p}")
    # At one stroke: what is typed slowly is taken back in pieces.
    put(pen, p, "start")
    pen.keyboard.insert_text("the ")
    says(adviser, p, "the harbours")
    put(adviser, p, "end")
    adviser.keyboard.insert_text(" and quays")
    says(pen, p, "the harbours and quays")
    pen.keyboard.press("Control+z")
    for page in (pen, adviser):
        says(page, p, "harbours and quays")
    pen.keyboard.press("Control+y")
    for page in (pen, adviser):
        says(page, p, "the harbours and quays")
    adviser.keyboard.press("Control+z")
    for page in (pen, adviser):
        says(page, p, "the harbours")


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {color: red}</style></head>
<body lang=EN-GB><!--StartFragment--><p class=MsoNormal><b><span style='color:red'>Reaffirming</span></b>
<i>inter alia</i> <span style='font-style:italic'>the</span> <u>words</u><o:p></o:p></p>
<p class=MsoNormal>of a <a href="x:y">second</a> line<a style='mso-footnote-id:ftn1' href="#_ftn1"
name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a>,</p><!--EndFragment-->
<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText>
<a style='mso-footnote-id:ftn1' href="#_ftnref1"><span>[1]</span></a> A/75/1.</p></div></div></body></html>"""


def test_what_is_pasted_from_word_keeps_italics_words_and_footnotes(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "[]")
    put(pen, p)
    select(pen, p, 1, 1)
    paste(pen, WORD)
    saved(pen)
    assert stored(pen, p) == [
        {"insert": "[Reaffirming "},
        {"insert": "inter alia", "attributes": {"italic": True}},
        {"insert": " "},
        {"insert": "the", "attributes": {"italic": True}},
        {"insert": " words of a second line"},
        {"insert": {"note": [{"insert": "A/75/1."}]}},
        {"insert": ",]"},
    ]
    pen.keyboard.press("Control+z")
    says(pen, p, "[]")


def test_several_lines_are_pasted_as_one(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "Noting ")
    put(pen, p)
    paste(pen, None, "one\r\ntwo\n\n\tthree\n")
    says(pen, p, "Noting one two three")


@pytest.mark.parametrize(
    "said",
    [
        "إذ تؤكد من جديد أهمية نزع السلاح،",
        "重申裁军的重要性，",
        "Reaffirming the importance of disarmament,",
        "Réaffirmant l’importance du désarmement,",
        "подтверждая важность разоружения,",
        "Reafirmando la importancia del desarme y el año,",
        "emoji 🕊️ and combining e\u0301",
    ],
)
def test_each_script_is_typed_and_stored(table: Sitting, said: str):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "")
    chile.wait_for_selector(f"#p-{p}", state="attached")
    put(pen, p)
    pen.keyboard.insert_text(said[:5])
    pen.keyboard.insert_text(said[5:])
    says(chile, p, said)
    saved(pen)
    assert stored(pen, p) == [{"insert": said}]
    direction = words(chile, p).evaluate("(e) => getComputedStyle(e).direction")
    assert direction == ("rtl" if said.startswith("إذ") else "ltr")


def test_a_composition_is_one_word_even_when_others_type(table: Sitting):
    pen, adviser = table.sit(PENHOLDER), table.sit(ADVISER)
    p = fresh(pen, "重申 end")
    adviser.wait_for_selector(f"#p-{p}")
    put(adviser, p, "end")
    put(pen, p)
    select(pen, p, 2, 2)
    cdp = pen.context.new_cdp_session(pen)
    cdp.send("Input.imeSetComposition", {"text": "c", "selectionStart": 1, "selectionEnd": 1})
    cdp.send("Input.imeSetComposition", {"text": "cai", "selectionStart": 3, "selectionEnd": 3})
    says(pen, p, "重申cai end")
    adviser.keyboard.type("ing")
    expect(words(adviser, p)).to_contain_text("ending")
    cdp.send("Input.imeSetComposition", {"text": "裁", "selectionStart": 1, "selectionEnd": 1})
    cdp.send("Input.insertText", {"text": "裁军"})
    for page in (pen, adviser):
        says(page, p, "重申裁军 ending")
        saved(page)
    pen.keyboard.type("!")
    says(adviser, p, "重申裁军! ending")


def test_arrow_keys_walk_from_paragraph_to_paragraph(table: Sitting):
    pen = table.sit(PENHOLDER)
    second = fresh(pen, "second")
    first = fresh(pen, "first")
    put(pen, first)
    pen.keyboard.press("ArrowRight")
    expect(words(pen, second)).to_be_focused()
    pen.keyboard.type("<")
    says(pen, second, "<second")
    pen.keyboard.press("ArrowUp")
    expect(words(pen, first)).to_be_focused()
    pen.keyboard.press("ArrowDown")
    expect(words(pen, second)).to_be_focused()
    pen.keyboard.press("Escape")
    expect(pen.locator(f"#p-{second} .label")).to_be_focused()


def test_the_caret_of_another_stands_where_they_type(table: Sitting):
    pen, adviser = table.sit(PENHOLDER), table.sit(ADVISER)
    p = fresh(pen, "Noting the harbours,")
    adviser.wait_for_selector(f"#p-{p}")
    put(pen, p, "start")
    put(adviser, p, "end")
    expect(pen.locator(f"#p-{p} [data-caret]")).to_have_attribute("data-caret", "Thomas Okafor")
    here = pen.locator(f"#outline-list li[data-id='{p}'] .outline-here")
    expect(here).to_contain_text("Thomas Okafor")


# Structure ---------------------------------------------------------------------------------------


def test_enter_splits_and_backspace_joins(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours and the quays,")
    put(pen, p)
    select(pen, p, 19, 19)
    pen.keyboard.press("Enter")
    says(pen, p, "Noting the harbours")
    second = pen.locator(f"#p-{p} + .paragraph")
    expect(second.locator(".words")).to_be_focused()
    pen.keyboard.type("Noting ")
    expect(second.locator(".words")).to_have_text("Noting and the quays,")
    other = second.get_attribute("data-id")
    says(chile, other, "Noting and the quays,")
    put(pen, other, "start")
    pen.keyboard.press("Backspace")
    says(pen, p, "Noting the harbours Noting and the quays,")
    says(chile, p, "Noting the harbours Noting and the quays,")
    expect(words(pen, p)).to_be_focused()


def test_typing_goes_on_while_a_paragraph_is_split_by_another(table: Sitting):
    pen, adviser = table.sit(PENHOLDER), table.sit(ADVISER)
    p = fresh(pen, "Noting the harbours and the quays,")
    adviser.wait_for_selector(f"#p-{p}")
    put(adviser, p, "end")
    put(pen, p)
    select(pen, p, 19, 19)
    pen.keyboard.press("Enter")
    adviser.keyboard.type(" and the ships that lie there,")
    second = adviser.locator(f"#p-{p} + .paragraph .words")
    expect(second).to_contain_text("and the quays, and the ships that lie there,")
    says(pen, p, "Noting the harbours")
    expect(pen.locator(f"#p-{p} + .paragraph .words")).to_contain_text(
        "and the quays, and the ships that lie there,"
    )


def test_control_z_undoes_a_split(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "Noting the harbours and the quays,")
    put(pen, p)
    select(pen, p, 19, 19)
    pen.keyboard.press("Enter")
    expect(pen.locator(f"#p-{p} + .paragraph .words")).to_be_focused()
    pen.keyboard.press("Control+z")
    says(pen, p, "Noting the harbours and the quays,")


def test_the_menu_inserts_moves_deletes_and_restores(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    chile.wait_for_selector(f"#p-{p}")

    def choose(item: str) -> None:
        pen.locator(f"#p-{p} .label").click()
        pen.get_by_role("menuitem", name=item).click()

    choose("Insert paragraph after")
    expect(pen.locator(f"#p-{p} + .paragraph .words")).to_be_focused()
    pen.keyboard.type("Inserted,")
    expect(chile.locator(f"#p-{p} + .paragraph .words")).to_have_text("Inserted,")
    expect(pen.locator(f"#p-{p} + .paragraph .label")).to_have_text(re.compile("PP1 "))
    choose("Move down")
    expect(chile.locator(f".paragraph:has(+ #p-{p}) .words")).to_have_text("Inserted,")
    expect(pen.locator(f".paragraph:has(+ #p-{p}) .words")).to_have_text("Inserted,")
    choose("Delete")
    for page in (pen, chile):
        expect(page.locator(f"#p-{p} .label")).to_contain_text("deleted")
    choose("Restore")
    for page in (pen, chile):
        expect(page.locator(f"#p-{p} .label")).not_to_contain_text("deleted")
    choose("Change kind")
    pen.get_by_role("combobox", name="Kind").select_option("operative")
    pen.get_by_role("button", name="Change", exact=True).click()
    expect(chile.locator(f"#p-{p} .label")).to_have_text(re.compile("^OP"))


def test_what_a_delegate_types_leaves_the_working_text_alone(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    expect(words(chile, p)).to_have_text("Noting the harbours,")
    expect(chile.locator("#paragraphs [role=textbox]")).to_have_count(0)
    type_in(pen, p, "!")
    says(chile, p, "Noting the harbours,!")
    saved(pen)
    assert stored(pen, p) == [{"insert": "Noting the harbours,!"}]
    for name in ("Undo", "Seal …", "Footnote"):
        expect(chile.get_by_role("button", name=name)).to_have_count(0)


# Comments ----------------------------------------------------------------------------------------


def comment(page, paragraph: str, start: int, end: int, body: str, audience: str) -> None:
    select(page, paragraph, start, end)
    page.get_by_role("button", name="Comment", exact=True).first.click()
    page.get_by_role("textbox", name="Your comment").fill(body)
    page.get_by_role("radio", name=audience).check()
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".thread.new")).to_have_count(0)
    expect(threads(page, paragraph, body)).to_be_visible()


def test_a_comment_reaches_its_audience_and_nobody_else(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours and quays,")
    mexico.wait_for_selector(f"#p-{p}")
    comment(mexico, p, 11, 19, "Ours alone.", "Mexico only")
    comment(mexico, p, 11, 19, "For the presidency.", "Mexico and the presidency")
    comment(mexico, p, 11, 19, "For all.", "Everyone on this draft")
    # What was posted last is told last: whoever sees it has been told of all that they may see.
    expect(threads(chile, p, "For all.")).to_be_visible()
    expect(threads(pen, p, "For all.")).to_be_visible()
    expect(threads(chile, p)).to_have_count(1)
    expect(threads(pen, p)).to_have_count(2)
    expect(threads(pen, p, "For the presidency.")).to_be_visible()
    expect(chile.locator(f"#p-{p} .anchor")).to_have_text("harbours")
    expect(threads(mexico, p, "Ours alone.")).to_contain_text("Mexico only")


def test_a_comment_is_shown_to_more_only_after_its_audience_is_named(table: Sitting):
    pen, mexico, chile = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours and quays,")
    mexico.wait_for_selector(f"#p-{p}")
    comment(mexico, p, 11, 19, "Perhaps for all.", "Mexico only")
    thread = threads(mexico, p)
    thread.get_by_role("button", name="Show to more …").click()
    mexico.get_by_role("radio", name="Everyone on this draft").check()
    expect(mexico.get_by_role("dialog")).to_contain_text("will be seen by: Everyone on this draft")
    mexico.get_by_role("button", name="Show it to them").click()
    expect(threads(chile, p, "Perhaps for all.")).to_be_visible()


def test_a_thread_is_answered_edited_resolved_and_reopened(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the harbours and quays,")
    mexico.wait_for_selector(f"#p-{p}")
    comment(mexico, p, 11, 19, "First wording.", "Everyone on this draft")
    there = threads(pen, p)
    expect(there).to_contain_text("First wording.")
    there.click()
    there.get_by_label("Reply").fill("We agree.")
    there.get_by_role("button", name="Reply").click()
    mine = threads(mexico, p)
    expect(mine).to_contain_text("We agree.")
    mine.click()
    mine.get_by_role("button", name=re.compile("^Edit your comment")).click()
    mexico.get_by_role("dialog").get_by_role("textbox", name="Your comment").fill("Second wording.")
    mexico.get_by_role("button", name="Save").click()
    expect(there).to_contain_text("Second wording.")
    expect(there).to_contain_text("1 earlier wording")
    mine.get_by_role("button", name="Resolve").click()
    for thread in (there, mine):
        expect(thread).to_be_hidden()
    pen.get_by_role("button", name=re.compile("resolved thread")).click()
    expect(there).to_be_visible()
    mexico.get_by_role("button", name=re.compile("resolved thread")).click()
    mine.click()
    mine.get_by_role("button", name="Reopen").click()
    expect(there).not_to_have_class(re.compile("resolved"))


def test_a_comment_says_when_its_words_are_gone(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours and quays,")
    chile.wait_for_selector(f"#p-{p}")
    comment(chile, p, 11, 19, "On these words.", "Everyone on this draft")
    put(pen, p)
    select(pen, p, 11, 20)
    pen.keyboard.press("Backspace")
    saved(pen)
    chile.reload()
    ready(chile)
    expect(threads(chile, p)).to_contain_text("The words are gone: harbours")


def test_a_comment_that_cannot_be_posted_is_kept(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours and quays,")
    chile.wait_for_selector(f"#p-{p}")
    select(chile, p, 0, 6)
    chile.get_by_role("button", name="Comment", exact=True).first.click()
    chile.route("**/threads", lambda route: route.abort())
    chile.get_by_role("textbox", name="Your comment").fill("Not to be lost.")
    chile.get_by_role("button", name="Post").click()
    expect(chile.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(chile.get_by_role("textbox", name="Your comment")).to_have_value("Not to be lost.")
    chile.reload()
    ready(chile)
    expect(chile.get_by_role("textbox", name="Your comment")).to_have_value("Not to be lost.")
    chile.unroute("**/threads")
    chile.get_by_role("radio", name="Everyone on this draft").check()
    chile.get_by_role("button", name="Post").click()
    expect(threads(pen, p, "Not to be lost.")).to_be_visible()


# Redline, versions, history ------------------------------------------------------------------------


def test_the_redline_shows_what_changed_and_follows(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    chile.get_by_role("button", name="Redline").click()
    row = chile.locator(f"#redline #p-{p}")
    expect(row.locator("ins")).to_have_text("Noting the harbours,")
    type_in(pen, p, " and quays", "end")
    expect(row.locator("ins")).to_contain_text("and quays")
    expect(chile.locator("#legend")).to_contain_text("Presidency")
    chile.get_by_role("button", name="Clean").click()
    says(chile, p, "Noting the harbours, and quays")


def test_a_version_is_sealed_and_listed(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    expect(pen.locator(f"#p-{p} .label")).to_have_text(re.compile("PP1 "))
    pen.get_by_role("button", name="Seal …").click()
    pen.get_by_role("textbox", name="Name").fill("draft 1")
    pen.get_by_role("textbox", name="Note").fill("for the first reading")
    pen.get_by_role("button", name="Seal", exact=True).click()
    expect(pen.get_by_role("dialog")).to_have_count(0)
    expect(pen.locator(f"#p-{p} .label")).to_have_text("PP2")
    expect(chile.locator(f"#p-{p} .label")).to_have_text("PP2")
    chile.get_by_role("button", name="Versions").click()
    expect(chile.get_by_role("dialog")).to_contain_text("draft 1")
    expect(chile.get_by_role("dialog")).to_contain_text("for the first reading")


def test_the_history_tells_who_changed_what(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    type_in(pen, p, " and quays", "end")
    saved(pen)
    chile.wait_for_selector(f"#p-{p}")
    chile.locator(f"#p-{p} .label").click()
    chile.get_by_role("menuitem", name=re.compile("^History")).click()
    expect(chile.get_by_role("dialog").locator("ins")).to_contain_text("and quays")
    expect(chile.get_by_role("dialog")).to_contain_text("Presidency")
    expect(chile.get_by_role("button", name=re.compile("^Purge"))).to_have_count(0)


# Going away and coming back ----------------------------------------------------------------------


def test_typing_goes_on_offline_and_is_sent_on_return(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    p = fresh(pen, "Noting the harbours,")
    pen.context.set_offline(True)
    expect(pen.locator("#status")).to_have_text("Waiting for the connection")
    type_in(pen, p, " and quays", "end")
    expect(pen.locator("#status")).to_have_text(
        "Waiting for the connection, 1 change kept on this device"
    )
    pen.context.set_offline(False)
    saved(pen)
    says(chile, p, "Noting the harbours, and quays")


def test_what_was_typed_offline_survives_a_reload(own_table: Sitting):
    pen, adviser = own_table.sit(PENHOLDER), own_table.sit(ADVISER)
    p = fresh(pen, "Noting the harbours,")
    adviser.wait_for_selector(f"#p-{p}")
    # The live connection alone is lost: the page itself can still be loaded.
    pen.route("**/api/live/tickets", lambda route: route.abort())
    own_table.served.kill()
    expect(pen.locator("#status")).to_have_text(re.compile("^Waiting"))
    type_in(pen, p, " and quays", "end")
    expect(pen.locator("#status")).to_contain_text("1 change kept")
    own_table.served.start()
    saved(adviser)
    type_in(adviser, p, "Deeply ", "start")
    saved(adviser)
    pen.reload()
    pen.wait_for_selector("#draft[data-ready=true]")
    expect(pen.locator("#status")).to_contain_text("1 change kept")
    says(pen, p, "Noting the harbours, and quays")
    pen.unroute("**/api/live/tickets")
    saved(pen)
    for page in (pen, adviser):
        says(page, p, "Deeply Noting the harbours, and quays")
    meeting = pen.locator(".meeting")
    expect(meeting).to_contain_text("was changed by others while you were away")
    expect(meeting.locator(".meeting-words")).to_have_text(
        [
            "Noting the harbours, and quays",
            "Deeply Noting the harbours,",
            "Deeply Noting the harbours, and quays",
        ]
    )
    pen.get_by_role("button", name="Put mine back").click()
    for page in (pen, adviser):
        says(page, p, "Noting the harbours, and quays")
    expect(meeting).to_have_count(0)


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_server_that_ends_and_comes_back_loses_nothing(own_table: Sitting, how: str):
    pen, adviser, chile = (own_table.sit(who) for who in (PENHOLDER, ADVISER, CHILE))
    p = fresh(pen, "Noting ")
    q = fresh(pen, "Mindful ")
    for page in (adviser, chile):
        page.wait_for_selector(f"#p-{q}")
    put(pen, p)
    put(adviser, q)
    for n in range(40):
        pen.keyboard.type(f"p{n} ")
        adviser.keyboard.type(f"q{n} ")
        if n == 15:
            getattr(own_table.served, how)()
        if n == 25:
            own_table.served.start()
    for page in (pen, adviser):
        saved(page)
    expect(chile.locator("#status")).to_have_text("Up to date")
    for page in (pen, adviser, chile):
        says(page, p, "Noting " + "".join(f"p{n} " for n in range(40)))
        says(page, q, "Mindful " + "".join(f"q{n} " for n in range(40)))
    assert stored(pen, p) == [{"insert": "Noting " + "".join(f"p{n} " for n in range(40))}]


def test_words_typed_into_a_paragraph_that_was_deleted_meanwhile_are_kept(table: Sitting):
    pen, adviser = table.sit(PENHOLDER), table.sit(ADVISER)
    p = fresh(pen, "Noting the harbours,")
    adviser.wait_for_selector(f"#p-{p}")
    pen.context.set_offline(True)
    expect(pen.locator("#status")).to_have_text("Waiting for the connection")
    type_in(pen, p, " and quays", "end")
    adviser.locator(f"#p-{p} .label").click()
    adviser.get_by_role("menuitem", name="Delete").click()
    expect(adviser.locator(f"#p-{p} .label")).to_contain_text("deleted")
    pen.context.set_offline(False)
    panel = pen.locator(".meeting")
    expect(panel).to_contain_text("is not stored")
    expect(panel).to_contain_text("Noting the harbours, and quays")
    panel.get_by_role("button", name=re.compile("^Restore")).click()
    says(adviser, p, "Noting the harbours, and quays")
    saved(pen)
    expect(panel).to_have_count(0)


def test_without_a_store_and_a_connection_typing_stops_and_says_why(table: Sitting):
    pen = table.sit(
        PENHOLDER, script="Object.defineProperty(window, 'indexedDB', {value: undefined})"
    )
    p = fresh(pen, "Noting the harbours,")
    type_in(pen, p, "!", "end")
    saved(pen)
    pen.context.set_offline(True)
    expect(pen.locator("#status")).to_contain_text("Cannot save: typing is stopped, because")
    pen.keyboard.type("lost")
    says(pen, p, "Noting the harbours,!")
    pen.context.set_offline(False)
    saved(pen)
    put(pen, p)
    pen.keyboard.type("?")
    says(pen, p, "Noting the harbours,!?")


# For everyone --------------------------------------------------------------------------------------


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("who", [PENHOLDER, MEXICO, ICRC])
def test_axe_finds_nothing_at_the_table(table: Sitting, who: str, colours: str):
    page = table.sit(who, color_scheme=colours)
    assert axe(page) == []
    page.get_by_role("button", name="Redline").click()
    page.wait_for_selector("#redline .paragraph")
    assert axe(page) == []


def test_axe_finds_nothing_in_what_opens_at_the_table(table: Sitting):
    pen = table.sit(PENHOLDER)
    p = fresh(pen, "Noting the harbours,")
    put(pen, p)
    assert axe(pen) == []
    pen.keyboard.press("Control+Alt+f")
    expect(pen.get_by_role("textbox", name="Words of the footnote")).to_be_focused()
    pen.keyboard.type("A note.")
    assert axe(pen) == []
    pen.keyboard.press("Escape")
    expect(words(pen, p)).to_be_focused()
    pen.keyboard.press("Escape")
    expect(pen.locator(f"#p-{p} .label")).to_be_focused()
    pen.keyboard.press("Enter")
    expect(pen.get_by_role("menu")).to_be_visible()
    assert axe(pen) == []
    pen.get_by_role("menuitem", name=re.compile("^Comment")).click()
    expect(pen.get_by_role("textbox", name="Your comment")).to_be_focused()
    assert axe(pen) == []
    pen.keyboard.press("Escape")
    for name in ("Versions", "Seal …", "Hand out"):
        pen.get_by_role("button", name=name).click()
        expect(pen.get_by_role("dialog")).to_be_visible()
        assert axe(pen) == []
        pen.keyboard.press("Escape")
        expect(pen.get_by_role("dialog")).to_have_count(0)


def test_the_whole_table_is_walked_by_keyboard(table: Sitting):
    pen = table.sit(PENHOLDER)
    seen = []
    for _ in range(900):
        pen.keyboard.press("Tab")
        here = pen.evaluate(
            """() => {
              const e = document.activeElement;
              if (!e || e === document.body) return null;
              return `${e.tagName} ${e.className} ${e.closest(".paragraph")?.id ?? ""}`;
            }"""
        )
        if here is None:
            break
        seen.append(here)
    rows = pen.locator("#paragraphs .paragraph").count()
    textboxes = pen.locator("#paragraphs .words[role=textbox]").count()
    assert len([one for one in seen if "words" in one]) == textboxes
    assert len([one for one in seen if "BUTTON label" in one]) == rows
    assert any("thread-where" in one for one in seen)


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_the_text_in_one_column(table: Sitting, width: int):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    p = fresh(pen, "Noting the harbours,")
    mexico.wait_for_selector(f"#p-{p}")
    comment(mexico, p, 11, 19, "Which ones?", "Everyone on this draft")
    chile = table.sit(CHILE, viewport={"width": width, "height": 740}, has_touch=True)
    sizes = chile.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert sizes[0] <= sizes[1]
    chile.locator(f"#p-{p}").get_by_role(
        "button", name=re.compile("^1 comment on .*: show")
    ).click()
    expect(threads(chile, p)).to_be_in_viewport()
    assert axe(chile) == []
    sizes = chile.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert sizes[0] <= sizes[1]


def test_signing_out_forgets_what_was_kept(table: Sitting):
    # In a session of its own: it ends here.
    page = table.browser.new_context().new_page()
    page.goto(table.served.links["Secretariat"])
    page.get_by_role("button", name=re.compile("^Sign in as ")).click()
    ready(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert "drafting" not in page.evaluate(
        "indexedDB.databases().then((all) => all.map((one) => one.name))"
    )
    page.context.close()

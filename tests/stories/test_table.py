"""The live table, from an import to the Word files, through a real server and real browsers.

`make story NAME=table` plays it and leaves screenshots and files in var/stories/table/.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, expect

from drafting.formats import docx_read, read_file
from drafting.text.changes import NOTE_PLACEHOLDER, plain, text_from_json
from tests.checks import check_docx
from tests.servers import Serving, wait_for
from tests.stories.people import PATIENCE_MS, Person, invite
from tests.tools import ROOT

OUT = ROOT / "var" / "stories" / "table"


def test_the_table(browser: Browser, tmp_path: Path, resolutions: Path) -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    server = Serving(tmp_path).start()
    people: dict[str, Person] = {}
    try:
        _play(browser, server, people, resolutions)
    except BaseException:
        for name, person in people.items():
            person.page.screenshot(path=OUT / f"failed-{name}.png")
        raise
    finally:
        for person in people.values():
            person.close()
        server.stop()


def _play(browser: Browser, server: Serving, people: dict[str, Person], resolutions: Path) -> None:
    # A presidency imports last year's resolution ...
    pen = people["penholder"] = Person(browser, server, "penholder", OUT)
    pen.open(server.links["Presidency (penholder)"])
    pen.page.get_by_role("button", name=re.compile("Sign in as")).click()
    pen.page.wait_for_url("**/drafts/*")
    pen.page.goto(f"{pen.cable.base}/import")
    pen.page.set_input_files("input[type=file]", resolutions / "A_RES_75_62.xml")
    pen.shot("01-import")
    pen.page.locator("main form button").last.click()
    pen.page.wait_for_url(re.compile("/drafts/[0-9a-f-]{36}$"))
    draft = pen.page.url.rsplit("/", 1)[1]
    pen.says("^Saved$")
    labels = pen.page.locator("#paragraphs .label").all_inner_texts()
    assert sum(label.startswith("PP") for label in labels) == 19
    assert sum(label.startswith("OP") for label in labels) == 11

    # ... invites delegations and a second and third hand ...
    for name, role, delegation in (
        ("adviser", "presidency", "United Kingdom"),
        ("second adviser", "presidency", "United Kingdom"),
        ("mexico", "delegate", "Mexico"),
        ("chile", "delegate", "Chile"),
    ):
        person = people[name] = Person(browser, server, name, OUT)
        person.join(invite(pen, draft, role, delegation), draft)
    pen.page.goto(f"{pen.cable.base}/drafts/{draft}")
    pen.says("^Saved$")
    adviser, second = people["adviser"], people["second adviser"]
    mexico, chile = people["mexico"], people["chile"]
    mexico.says("^Up to date$")

    # ... and three people type in one paragraph at once, one of them cut off meanwhile, ...
    hands = {pen: "alpha", adviser: "bravo", second: "carol"}
    tokens: dict[Person, list[str]] = {person: [] for person in hands}
    for person, where in ((pen, 0), (adviser, 12), (second, 24)):
        person.put_caret("PP12", "Home" + " ArrowRight" * where)
    count = itertools.count(1)

    def round_of_typing() -> None:
        for person, word in hands.items():
            token = f"{word}{next(count)}"
            tokens[person].append(token)
            person.page.keyboard.type(f" {token} ")

    for _ in range(4):
        round_of_typing()
    mexico.here("PP12").scroll_into_view_if_needed()
    expect(mexico.here("PP12")).to_contain_text(tokens[pen][-1], timeout=PATIENCE_MS)
    mexico.shot("02-mexico-watches")
    second.cable.cut()
    for _ in range(4):
        round_of_typing()
    second.says("Waiting for the connection, .* kept")
    second.shot("03-cut-off-and-typing-on")
    second.cable.mend()
    second.says("^Saved$")

    # ... the server killed while they type and started again, ...
    round_of_typing()
    server.kill()
    for _ in range(2):
        round_of_typing()
    pen.says("Waiting for the connection, .* kept")
    pen.shot("04-server-gone")
    server.start()
    for person in hands:
        person.says("^Saved$")
    round_of_typing()
    for person in hands:
        person.says("^Saved$")
    text = _same_on_all(server, pen, draft, people)
    for said in itertools.chain.from_iterable(tokens.values()):
        assert sum(line.count(f" {said} ") for line in text) == 1, (said, text[12])
    _forget_meetings(hands)

    # ... delegations comment to three audiences, ...
    mexico.comment(
        "PP10", "Central American States", "Everyone on this draft", "We would retain PP10."
    )
    mexico.comment("PP14", "initiative", "Mexico and the presidency", "And PP14, preliminarily.")
    mexico.comment("PP14", "initiative", "Mexico only", "Our capital has been asked.")
    for person, seen in (
        (
            mexico,
            {"We would retain PP10.", "And PP14, preliminarily.", "Our capital has been asked."},
        ),
        (pen, {"We would retain PP10.", "And PP14, preliminarily."}),
        (chile, {"We would retain PP10."}),
    ):
        bodies = person.page.locator(".comment-body")
        expect(bodies).to_have_count(len(seen), timeout=PATIENCE_MS)
        for body in seen:
            expect(bodies.filter(has_text=body)).to_have_count(1, timeout=PATIENCE_MS)
    mexico.shot("05-comments")

    # ... paragraphs come and go while numbers stand, ...
    pen.menu("PP10", "Insert paragraph after")
    expect(chile.here("PP10 bis")).to_be_attached(timeout=PATIENCE_MS)
    pen.put_caret("PP10 bis", "Home")
    pen.page.keyboard.press("Control+i")
    pen.page.keyboard.type("Acknowledging")
    pen.page.keyboard.press("Control+i")
    pen.page.keyboard.type(" the accession of three more States,")
    pen.says("^Saved$")
    pen.menu("PP14", re.compile("^Delete PP14"))
    expect(chile.page.locator(".paragraph.gone .label")).to_contain_text(
        "PP14", timeout=PATIENCE_MS
    )
    expect(chile.here("PP10 bis")).to_contain_text("three more States,", timeout=PATIENCE_MS)
    chile.page.locator(".paragraph.gone").scroll_into_view_if_needed()
    chile.shot("06-bis-and-deleted")
    pen.page.get_by_role("button", name="Redline").click()
    expect(pen.page.locator("#redline ins").first).to_be_visible(timeout=PATIENCE_MS)
    pen.shot("07-redline")
    pen.page.get_by_role("button", name="Clean").click()

    # ... a version is sealed and renumbers, and the Word files say what everybody sees.
    text = _same_on_all(server, pen, draft, people)
    pen.page.get_by_role("button", name="Seal …").click()
    pen.page.get_by_label("Name", exact=True).fill("Draft of September")
    pen.shot("08-seal")
    pen.page.get_by_role("dialog").get_by_role("button", name="Seal", exact=True).click()
    expect(chile.page.locator(".paragraph.gone")).to_have_count(0, timeout=PATIENCE_MS)
    expect(chile.page.locator("#paragraphs .label", has_text="PP10 bis")).to_have_count(
        0, timeout=PATIENCE_MS
    )
    chile.shot("09-sealed")
    _check_files(pen, draft, resolutions, text)
    for person in people.values():
        assert person.trouble == [], person.name


def _state(server: Serving, person: Person, draft: str) -> list[dict]:
    answer = person.context.request.get(f"{person.cable.base}/api/drafts/{draft}")
    assert answer.ok
    return json.loads(answer.text())["paragraphs"]


def _same_on_all(server: Serving, pen: Person, draft: str, people: dict[str, Person]) -> list[str]:
    """Waits until all screens show what the server has, and gives it."""

    def on_server() -> list[str]:
        return [plain(text_from_json(p["ops"])) for p in _state(server, pen, draft)]

    wait_for(
        lambda: all(person.words() == on_server() for person in people.values()),
        "all screens and the server show the same text",
        60,
    )
    return [plain(text_from_json(p["ops"])) for p in _state(server, pen, draft) if not p["deleted"]]


def _forget_meetings(hands: dict[Person, str]) -> None:
    """Closes the notes that say where words met those of others, if there are any."""
    for person in hands:
        keep = person.page.get_by_role("button", name="Keep joined")
        while keep.count():
            keep.first.click()


def _check_files(pen: Person, draft: str, resolutions: Path, text: list[str]) -> None:
    base = f"{pen.cable.base}/drafts/{draft}/export"
    files = {
        "clean.docx": f"{base}.docx?version=1",
        "tracked.docx": f"{base}.docx?version=1&since=0",
        "working.docx": f"{base}.docx",
        "text.txt": f"{base}.txt?version=1",
        "print.html": f"{base}.html?version=1",
    }
    for name, address in files.items():
        answer = pen.context.request.get(address)
        assert answer.ok, (name, answer.status)
        (OUT / name).write_bytes(answer.body())
    clean = docx_read.read((OUT / "clean.docx").read_bytes()).paragraphs
    assert [plain(p.text) for p in clean] == text
    written = read_file("text.txt", (OUT / "text.txt").read_bytes()).paragraphs
    assert [plain(p.text) for p in written] == text
    assert all(
        line.replace(NOTE_PLACEHOLDER, "")[:40] in _bare((OUT / "print.html").read_text())
        for line in text[:5]
    )
    old = read_file("75_62.xml", (resolutions / "A_RES_75_62.xml").read_bytes()).paragraphs
    report = check_docx(
        (OUT / "tracked.docx").read_bytes(), OUT, old=old, new=clean, libreoffice=True
    )
    assert report["fails"] == []
    private = "Our capital has been asked."
    for name in files:
        assert private.encode() not in (OUT / name).read_bytes()


def _bare(markup: str) -> str:
    import html

    return html.unescape(re.sub(r"<[^>]+>", "", markup))

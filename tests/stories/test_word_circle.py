"""The full circle through Word: handed out, marked up in LibreOffice, brought back, accepted, sealed, handed out.

`make story NAME=word-circle` plays it on the sample negotiation, and leaves screenshots, every kind of
file that is handed out, and a picture of each of their pages, in var/stories/word-circle/.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree
from playwright.sync_api import Browser, Locator, expect

from drafting.formats import docx_read, read_file
from tests.checks import check_docx, lines
from tests.servers import Serving
from tests.stories.people import DESK, PATIENCE_MS, Room
from tests.tools import ROOT, uno_python

OUT = ROOT / "var" / "stories" / "word-circle"
MARKING = Path(__file__).with_name("lo_marking.py")
SEATS = {
    "penholder": "Presidency (penholder)",
    "mexico": "Delegate, Mexico",
    "chile": "Delegate, Chile",
}
EVERYONE = {"kind": "everyone", "delegation": None}
PRESIDENCY = "Presidency (United Kingdom)"

QUESTION = "Are the dates in Wellington still those of the host?"
ANSWER = "They are; our colleagues there have confirmed them."
ASIDE = "Our quetzal fund pays in March: we can live with less."
LEFT_OUT = "under the same cormorant item"
DEEDS = [
    ["edit", "busy shipping lanes", "busy shipping and fishing lanes"],
    ["edit", "the assistance needed", "all the assistance needed"],
    ["edit", "under the item", LEFT_OUT],
    ["delete", "Mindful"],
    ["move", "Convinced"],
    ["comment", "in full and on time", ASIDE],
    ["reply", QUESTION, ANSWER],
    ["look", "", str(OUT / "mexico-marked-in-libreoffice.pdf")],
]
"""What Mexico does to the file."""

KEPT = ["quetzal", "cormorant", "wherever they live", "could live without the title"]
"""What Mexico lets nobody else know: now said, left out of what it brought in, or there before."""

PRINTED = {
    "draft-2": ["General Assembly", "Seventy-sixth session", "Draft 2, "],
    "tracked": ["changes since Draft 1"],
    "L.941": ["Distr.: Limited 13 October 2021", "Spain and United Kingdom", ": draft resolution"],
    "L.941-Rev.1": ["28 October 2021", ": revised draft resolution"],
    "adopted": ["Resolution adopted by the General Assembly on 6 December 2021", "76/941. "],
}
"""What stands on the pages of each stage, in Word's files and in ours."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"


class Circle(Room):
    """Those of the story, and the files that they are handed."""

    def deed(self, path: str, **body: Any) -> dict[str, Any]:
        """Makes a call of the API on the draft, as the penholder."""
        return self.call("penholder", f"/drafts/{self.draft}/{path}", **body)

    def board(self) -> list[dict[str, Any]]:
        """Gives the States as the presidency sees them."""
        pen = self.people["penholder"]
        answer = pen.context.request.get(f"{pen.cable.base}/api/drafts/{self.draft}/board")
        return list(answer.json()["rows"])

    def file(self, who: str, path: str, name: str = "") -> bytes:
        """Gives a file as somebody is handed it, and keeps it under a name."""
        person = self.people[who]
        answer = person.context.request.get(f"{person.cable.base}/drafts/{self.draft}/{path}")
        assert answer.ok, (path, answer.status)
        if name:
            (OUT / name).write_bytes(answer.body())
        return answer.body()

    def seal(self, name: str) -> int:
        """Seals the working text; gives the version's number."""
        return int(self.deed("versions", name=name, note="")["version"]["number"])


def test_word_circle(browser: Browser, tmp_path: Path) -> None:
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if not uno_python():
        pytest.skip("no Python here speaks to LibreOffice")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    expect.set_options(timeout=PATIENCE_MS)
    server = Serving(tmp_path).start()
    room = None
    try:
        room = Circle(browser, server, OUT, SEATS)
        _play(room, tmp_path)
        for person in room.people.values():
            assert person.trouble == [], person.name
    except BaseException:
        for name, person in room.people.items() if room else ():
            person.shot(f"failed-{name}")
        raise
    finally:
        for person in room.people.values() if room else ():
            person.close()
        server.stop()


def _play(room: Circle, folder: Path) -> None:
    # A version is sealed, the presidency asks something of it, and Mexico takes it to Word, ...
    room.call(
        "penholder",
        f"/drafts/{room.draft}/threads",
        paragraph=room.paragraph("OP8")["id"],
        anchor=None,
        audience=EVERYONE,
        body=QUESTION,
    )
    first = room.seal("Draft 1")
    handed = _handed_out(room)
    # ... where it is marked up with changes tracked ...
    back = _marked(handed, folder)
    # ... and comes back: looked at, then brought in.
    _look(room, back)
    _bring_in(room)
    # The presidency accepts some of it, writes words of its own, and seals.
    second = _accept(room)
    _changes_to_everyone(room, folder, first, second)
    # Of everything that is handed out somebody looks at the pages.
    _every_kind(room, first, second)
    _kept()
    _pictures(room)


# Out, and back -----------------------------------------------------------------------------------


def _handed_out(room: Circle) -> bytes:
    """Gives Draft 1 as Mexico downloads it, with the comments before it."""
    page = room["mexico"].page
    page.get_by_role("button", name="Hand out").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Which text").select_option(label="Draft 1")
    box.get_by_label("Comments").select_option(label="All comments before Mexico")
    room["mexico"].shot("01-mexico-takes-it-to-word")
    with page.expect_download() as download:
        box.get_by_role("link", name="Word").click()
    download.value.save_as(OUT / "mexico-handed-out.docx")
    page.keyboard.press("Escape")
    return (OUT / "mexico-handed-out.docx").read_bytes()


def _marked(handed: bytes, folder: Path) -> bytes:
    """Gives the file as LibreOffice saves it, marked up by Mexico."""
    file, marked, plan = (folder / name for name in ("out.docx", "back.docx", "deeds.json"))
    file.write_bytes(handed)
    plan.write_text(json.dumps({"author": "Mexico", "deeds": DEEDS}), encoding="utf-8")
    subprocess.run(
        ["/usr/bin/python3", MARKING, file, marked, plan],
        check=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    back = _threaded(marked.read_bytes(), QUESTION, ANSWER)
    (OUT / "mexico-brings-back.docx").write_bytes(back)
    return back


_THREADS = {
    "word/_rels/document.xml.rels": '<Relationship Id="threads" Target="commentsExtended.xml" '
    'Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended"/>',
    "[Content_Types].xml": '<Override PartName="/word/commentsExtended.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"/>',
}
"""What says in a Word file that it has a part with threads."""


def _threaded(data: bytes, question: str, answer: str) -> bytes:
    """Says of a comment that it answers another, as Word does.

    LibreOffice 7.4 saves an answer as a comment at the same place, and says no more: the part in
    which Word keeps threads is not among those that it writes.
    """
    parts = dict(_parts(data))
    root = etree.fromstring(parts["word/comments.xml"])
    ids = {}
    for number, comment in enumerate(root.iter(f"{{{W}}}comment"), 1):
        last = comment.findall(f"{{{W}}}p")[-1]
        last.set(f"{{{W14}}}paraId", f"{number:08X}")
        ids["".join(comment.itertext())] = f"{number:08X}"
    parts["word/comments.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    rows = "".join(
        f'<w15:commentEx w15:paraId="{one}" w15:done="0"'
        + (f' w15:paraIdParent="{ids[question]}"' if words == answer else "")
        + "/>"
        for words, one in ids.items()
    )
    parts["word/commentsExtended.xml"] = (
        f'<w15:commentsEx xmlns:w15="{W15}">{rows}</w15:commentsEx>'.encode()
    )
    for name, row in _THREADS.items():
        head, tail = parts[name].decode().rsplit("</", 1)
        parts[name] = f"{head}{row}</{tail}".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in parts.items():
            archive.writestr(name, held)
    return out.getvalue()


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _item(room: Circle, words: str) -> Locator:
    """Gives what is shown of a change that comes back, by words of it."""
    return room["mexico"].page.locator("#items .item", has_text=words)


def _look(room: Circle, back: bytes) -> None:
    """Mexico sees everything side by side, and nothing of it is stored."""
    before = {who: room.state(who) for who in SEATS}
    page = room["mexico"].page
    page.get_by_role("link", name="Bring back").click()
    page.get_by_label("The file that came back").set_input_files(
        {"name": "back.docx", "mimeType": "application/octet-stream", "buffer": back}
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.locator("#summary")).to_have_text("The file holds 5 changes and 2 comments")
    about = page.locator("#about")
    expect(about).to_contain_text("The file itself says that it was made of this version.")
    expect(about).to_contain_text("31 of 31 paragraphs were found in the file, 31 of them by their")
    expect(page.get_by_role("combobox", name=re.compile("^Mexico"))).to_have_value("own")
    for words, title in (
        ("fishing lanes", "Amend PP3"),
        ("naval depots", "Delete PP5"),
        ("shared charts", "Move PP7 behind PP8"),
        ("all the assistance", "Amend OP9"),
        ("cormorant", "Amend OP11"),
    ):
        item = _item(room, words)
        expect(item.locator("label")).to_contain_text(title)
        expect(item.get_by_role("checkbox")).to_be_checked()
        expect(item.locator(".why")).to_have_count(0)
    expect(_item(room, "fishing lanes").locator("ins")).to_have_text(" and fishing")
    said = page.locator("#comments .item")
    expect(said).to_have_count(2)
    expect(said.filter(has_text=ASIDE).locator("blockquote")).to_have_text("in full and on time")
    expect(said.filter(has_text=ANSWER)).to_contain_text("Replies in a thread on OP8")
    expect(said.filter(has_text=ANSWER)).to_contain_text("the thread: Everyone on this draft.")
    expect(page.locator("#authors label")).to_have_text([re.compile("^Mexico .5 changes, 2 comm")])
    page.set_viewport_size({"width": DESK["width"], "height": 2400})
    page.screenshot(path=OUT / "02-side-by-side.png", full_page=True)
    page.set_viewport_size(DESK)
    assert {who: room.state(who) for who in SEATS} == before


def _bring_in(room: Circle) -> None:
    """Mexico leaves one change out, keeps its comment to itself, and brings in the rest."""
    page = room["mexico"].page
    _item(room, "cormorant").get_by_role("checkbox").uncheck()
    page.get_by_label("Who may see the proposals").select_option("everyone")
    page.get_by_label("Who may see the comments").select_option(label="Mexico only")
    page.get_by_role("button", name="Bring in 4 proposals and 2 comments").click()
    expect(page.locator("#done-title")).to_be_focused()
    room["mexico"].shot("03-brought-in")
    page.get_by_role("link", name="Go to the working text").click()
    room["mexico"].says("^(Saved|Up to date)$")
    ours = [p for p in room.state("chile")["proposals"] if _is_of(p, "Mexico")]
    assert {(p["kind"], p["label"]) for p in ours} == {
        ("amend", "PP3"),
        ("delete", "PP5"),
        ("move", "PP7"),
        ("amend", "OP9"),
    }
    asides = {
        who: [t for t in room.state(who)["threads"] if ASIDE in t["comments"][0]["body"]]
        for who in SEATS
    }
    assert {who: len(found) for who, found in asides.items()} == {
        "penholder": 0, "mexico": 1, "chile": 0,
    }  # fmt: skip
    assert asides["mexico"][0]["quote"] == "in full and on time"
    (thread,) = [t for t in room.state("chile")["threads"] if t["comments"][0]["body"] == QUESTION]
    (reply,) = thread["comments"][1:]
    assert reply["by"]["delegation"] == "Mexico"
    assert ANSWER in reply["body"]


def _is_of(proposal: dict[str, Any], name: str) -> bool:
    return [owner["name"] for owner in proposal["owners"]] == [name]


# Accepted in part, sealed ------------------------------------------------------------------------


def _accept(room: Circle) -> int:
    """The presidency takes three of Mexico's four, and writes an update itself; gives the version."""
    pen = room["penholder"]
    pen.page.goto(f"{pen.cable.base}/drafts/{room.draft}")
    pen.says("^Saved$")
    row = pen.page.locator(f"#{pen.row_id('PP3')}")
    row.scroll_into_view_if_needed()
    row.locator(".slip.of-proposal", has_text="Mexico").click()
    expect(row.locator("ins").first).to_contain_text("fishing")
    pen.shot("04-the-presidency-looks")
    row.get_by_role("button", name="Accept as it stands …").click()
    pen.page.get_by_role("dialog").get_by_role("button", name="Accept", exact=True).click()
    expect(row.get_by_role("textbox", name="Words of PP3")).to_contain_text(
        "busy shipping and fishing lanes"
    )
    for kind, label in (("delete", "PP5"), ("move", "PP7")):
        at = room.paragraph(label)
        (taken,) = [
            p["id"]
            for p in room.state("penholder")["proposals"]
            if _is_of(p, "Mexico") and (p["kind"], p["label"]) == (kind, label)
        ]
        room.deed("acceptances", paragraph=at["id"], version=at["version"], proposals=[taken])
    pen.page.keyboard.press("Escape")
    expect(pen.page.locator(".paragraph.gone .label")).to_contain_text("PP5")
    pen.replace("OP11", "seventy-sixth", "seventy-seventh")
    return room.seal("Draft 2")


def _changes_to_everyone(room: Circle, folder: Path, first: int, second: int) -> None:
    """The tracked changes between the two say whose they are, and end in either text."""
    tracked = room.file("chile", f"export.docx?version={second}&since={first}", "tracked.docx")
    old = room.file("chile", f"export.docx?version={first}", "draft-1.docx")
    new = room.file("chile", f"export.docx?version={second}", "draft-2.docx")
    moved = (
        "Convinced that clearing the sea lanes calls for patience, shared charts and the "
        "cooperation of every coastal State,"
    )
    gone = (
        "Mindful of the stocks of drifting mines that remain in naval depots, and resolved to see "
        "them destroyed soon and safely,"
    )
    assert _by_author(tracked) == {
        "Mexico": [" and fishing", moved, moved, gone],
        PRESIDENCY: ["seventy-seventh", "seventy-sixth"],
    }
    report = check_docx(
        tracked,
        folder,
        old=docx_read.read(old).paragraphs,
        new=docx_read.read(new).paragraphs,
        libreoffice=True,
        options=["--authors", f"Mexico,{PRESIDENCY}", "--min-moves", "1"],
    )
    assert report["fails"] == []


def _by_author(data: bytes) -> dict[str, list[str]]:
    """Gives the words that each author's changes put in, take away or move."""
    found: dict[str, list[str]] = {}
    root = etree.fromstring(dict(_parts(data))["word/document.xml"])
    for change in root.iter(*(f"{{{W}}}{kind}" for kind in ("ins", "del", "moveFrom", "moveTo"))):
        words = "".join(t.text or "" for t in change.iter(f"{{{W}}}t", f"{{{W}}}delText"))
        if words:
            found.setdefault(change.get(f"{{{W}}}author", ""), []).append(words)
    return {author: sorted(words) for author, words in found.items()}


# Every kind of file ------------------------------------------------------------------------------


def _every_kind(room: Circle, first: int, second: int) -> None:
    """Each kind of file is handed out, and read again where we read it."""
    for name, query in (
        ("last-years.docx", "version=0"),
        ("working-text.docx", ""),
        ("draft-2-numbered-lines.docx", f"version={second}&lines=1"),
        ("draft-2-with-comments.docx", f"version={second}&comments=all"),
        ("tracked-with-comments.docx", f"version={second}&since={first}&comments=all"),
        ("proposals-of-everyone.docx", "proposals=everyone&comments=everyone"),
        ("proposals-before-chile.docx", "proposals=all"),
        ("draft-2.pdf", f"version={second}"),
        ("draft-2-numbered-lines.pdf", f"version={second}&lines=1"),
        ("redline.pdf", f"version={second}&since={first}"),
        ("redline.html", f"version={second}&since={first}"),
        ("draft-2.xml", f"version={second}"),
        ("draft-2.html", f"version={second}"),
        ("draft-2.txt", f"version={second}"),
        ("draft-2.json", f"version={second}"),
    ):
        room.file("chile", f"export.{name.rsplit('.', 1)[1]}?{query}", name)
    for ending in ("docx", "pdf", "html", "txt"):
        room.file("chile", f"compilation.{ending}", f"compilation.{ending}")
    asked = f"export.docx?version={second}&since={first}&comments=all"
    room.file("penholder", asked, "presidency-tracked-with-comments.docx")
    asked = "export.docx?proposals=all&comments=all"
    room.file("penholder", asked, "presidency-proposals.docx")
    _tabled_and_adopted(room, second)

    text = docx_read.read((OUT / "draft-2.docx").read_bytes())
    said = lines(text.paragraphs)
    for ending in ("xml", "txt", "json"):
        data = (OUT / f"draft-2.{ending}").read_bytes()
        assert lines(read_file(f"draft-2.{ending}", data).paragraphs) == said, ending


def _tabled_and_adopted(room: Circle, second: int) -> None:
    """The text as an L-document, as its revision, and as it was adopted."""
    room.deed(
        "masthead", session=76, committee="First Committee", agenda_item="Agenda item 100 (zz)"
    )
    states = {row["key"]: row["delegation"] for row in room.board()}
    sponsors = [states[key] for key in ("AUS", "MNE", "NZL", "ESP")]
    for number, symbol, on in (
        (second, "A/C.1/76/L.941", "2021-10-13"),
        (None, "A/C.1/76/L.941/Rev.1", "2021-10-28"),
    ):
        version = number if number is not None else room.seal("Draft 3")
        room.deed("sponsorship", delegations=sponsors, step="confirmed", version=version)
        room.deed("tabling", symbol=symbol, on=on, version=version, reason="For the story.")
        name = symbol.rsplit("/76/", 1)[1].replace("/", "-")
        for ending in ("docx", "pdf"):
            room.file("chile", f"export.{ending}?version={version}", f"{name}.{ending}")
    room.deed("adoption", symbol="A/RES/76/941", on="2021-12-06")
    for ending in ("docx", "pdf"):
        room.file("chile", f"export.{ending}", f"adopted.{ending}")


def _kept() -> None:
    """Nothing that others were handed holds what Mexico keeps to itself; what Mexico was handed does."""
    own = b"".join(_held(OUT / "mexico-brings-back.docx").values())
    assert [words for words in KEPT if words.encode() in own] == [*KEPT[:2], KEPT[3]]
    files = [
        file
        for file in sorted(OUT.iterdir())
        if file.is_file() and file.suffix != ".png" and not file.name.startswith("mexico-")
    ]
    assert {file.suffix for file in files} == {
        ".docx", ".pdf", ".html", ".txt", ".xml", ".json",
    }  # fmt: skip
    for file in files:
        for part, data in _held(file).items():
            for words in KEPT:
                assert words.encode() not in data, (file.name, part, words)


def _held(file: Path) -> dict[str, bytes]:
    """Gives what a file holds, unpacked, by its parts."""
    if file.suffix == ".docx":
        return dict(_parts(file.read_bytes()))
    if file.suffix == ".pdf":
        with pikepdf.open(file) as opened:
            info = str(dict(opened.docinfo.items())).encode()
        return {"pages": " ".join(_printed(file).split()).encode(), "info": info}
    return {"": file.read_bytes()}


def _printed(file: Path) -> str:
    """Gives the words of a PDF file, a form feed behind each page."""
    done = subprocess.run(
        ["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True
    )
    return done.stdout


def _pictures(room: Circle) -> None:
    """Everything with pages becomes pictures of them, none of which is empty; HTML is looked at too."""
    pages = OUT / "pages"
    made = OUT / "from-word"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(OUT / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            made,
            *sorted(OUT.glob("*.docx")),
        ],
        check=True,
        timeout=240,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    shutil.rmtree(OUT / "profile")
    pages.mkdir()
    for file in (*sorted(OUT.glob("*.pdf")), *sorted(made.iterdir())):
        name = f"{file.stem}-{'word' if file.parent == made else 'pdf'}"
        subprocess.run(["pdftoppm", "-r", "64", "-png", file, pages / name], check=True)
        said = _printed(file)
        for words in PRINTED.get(file.stem, []):
            assert words in " ".join(said.split()), (file, words)
        for number, page in enumerate(said.removesuffix("\f").split("\f"), 1):
            # More than the running head and the page's number.
            assert len([line for line in page.splitlines() if line.strip()]) > 2, (file, number)
    page = room["chile"].context.new_page()
    for file in (*OUT.glob("*.html"), *OUT.glob("*.txt")):
        page.goto(file.as_uri())
        page.screenshot(path=pages / f"{file.stem}-{file.suffix[1:]}.png", full_page=True)
    page.close()

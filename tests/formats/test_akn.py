"""Reading Akoma Ntoso: small cases in a line, real files in full, bad files with a reason."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from drafting.errors import Unreadable
from drafting.formats import akn, plain
from drafting.text.changes import NOTE_PLACEHOLDER, Change, notes
from drafting.text.changes import plain as plain_words
from drafting.text.diff import normalized
from drafting.text.numbering import labels_of
from drafting.text.resolution import Kind, Resolution

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
FILES = ("A_RES_74_62", "A_RES_75_62", "A_RES_76_47", "A_RES_77_335")
NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

needs_files = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}"
)


def real(name: str, ending: str) -> bytes:
    return (REAL / f"{name}.{ending}").read_bytes()


def wrapped(body: str, preamble: str = "<container><p>Recalling,</p></container>") -> bytes:
    return (
        f'<akomaNtoso xmlns="{NAMESPACE}"><statement name="resolution"><meta/>'
        f"<preamble>{preamble}</preamble><mainBody>{body}</mainBody></statement></akomaNtoso>"
    ).encode()


def told(resolution: Resolution) -> str:
    """Label, words in the plain-text form, and findings, in a line."""
    labels = labels_of(resolution.paragraphs)
    pairs = zip(labels, resolution.paragraphs, strict=True)
    return "; ".join(f"{label}: {plain_words(p.text)}" for label, p in pairs)


@needs_files
@pytest.mark.parametrize("name", FILES)
def test_a_real_file_gives_the_text_beside_it_line_by_line(name: str) -> None:
    resolution = akn.read(real(name, "xml"))
    assert normalized(plain.write(resolution)) == real(name, "txt").decode()


COUNTS = [
    ("A_RES_74_62", {Kind.PREAMBULAR: 19, Kind.OPERATIVE: 10}, 5),
    ("A_RES_75_62", {Kind.PREAMBULAR: 19, Kind.OPERATIVE: 11}, 5),
    ("A_RES_76_47", {Kind.PREAMBULAR: 15, Kind.OPERATIVE: 11}, 2),
    (
        "A_RES_77_335",
        {Kind.PREAMBULAR: 9, Kind.OPERATIVE: 96, Kind.ANNEX: 2, Kind.ANNEX_ITEM: 4},
        9,
    ),
]


@needs_files
@pytest.mark.parametrize(("name", "kinds", "note_count"), COUNTS)
def test_a_real_file_has_all_its_paragraphs_and_notes(
    name: str, kinds: dict[Kind, int], note_count: int
) -> None:
    resolution = akn.read(real(name, "xml"))
    found = Counter(paragraph.kind for paragraph in resolution.paragraphs)
    assert {kind: found[kind] for kind in kinds} == kinds
    assert sum(len(notes(paragraph.text)) for paragraph in resolution.paragraphs) == note_count


@needs_files
@pytest.mark.parametrize("name", FILES)
def test_no_word_of_a_real_body_is_lost(name: str) -> None:
    root = etree.fromstring(real(name, "xml"))
    body = Counter[str]()
    for part in ("preamble", "mainBody"):
        for element in root.iter(f"{{*}}{part}"):
            body += Counter("".join("".join(element.itertext()).split()))
    assert characters(akn.read(real(name, "xml"))) == body


def characters(resolution: Resolution) -> Counter[str]:
    """Every character of the paragraphs, their numbers and notes, blanks apart."""
    out = Counter[str]()
    for paragraph in resolution.paragraphs:
        out += Counter(paragraph.number or "")
        out += of_text(paragraph.text)
    del out[" "]
    return out


def of_text(text: Change) -> Counter[str]:
    out = Counter("".join(plain_words(text).split()))
    del out[NOTE_PLACEHOLDER]
    for words in notes(text):
        out += of_text(words)
    return out


@needs_files
def test_a_mark_that_repeats_an_earlier_note_is_reported() -> None:
    findings = akn.read(real("A_RES_74_62", "xml")).findings
    assert [finding.where for finding in findings] == ["OP1", "OP2"]


@needs_files
def test_the_masthead_is_read() -> None:
    masthead = akn.read(real("A_RES_75_62", "xml")).masthead
    assert (masthead.number, masthead.symbol, masthead.agenda_item, masthead.language) == (
        "75/62",
        "A/RES/75/62",
        "Agenda item 103 (ll)",
        "en",
    )
    assert len(masthead.notices) == 2


OP = "<paragraph><num>1.</num><content><p>One;</p></content></paragraph>"
SHAPES = [
    (OP, "PP1: Recalling,; OP: One;"),
    (OP + OP, "PP1: Recalling,; OP1: One;; OP2: One;"),
    ("<paragraph><subheading>Part</subheading></paragraph>" + OP, "PP1: Recalling,; Heading 1: Part; OP: One;"),
    ("<section><heading>Part</heading>" + OP + "</section>", "PP1: Recalling,; Heading 1: Part; OP: One;"),
    ("<paragraph><num>1.</num><list><intro><p>All:</p></intro><point><num>(a)</num><content><p>A;</p></content></point></list></paragraph>", "PP1: Recalling,; OP: All:; OP (a): A;"),
    ("<paragraph><num>1.</num><list><intro><p>All:</p></intro><point><num>(a)</num><list><intro><p>A:</p></intro><point><num>(i)</num><content><p>I;</p></content></point></list></point></list></paragraph>", "PP1: Recalling,; OP: All:; OP (a): A:; OP (a) (i): I;"),
    ("<paragraph><num>1.</num><content><p>One</p><p>more.</p></content></paragraph>", "PP1: Recalling,; OP: One more."),
    ("<paragraph><content><p>a<sup>2</sup> b</p></content></paragraph>", "PP1: Recalling,; OP: a2 b"),
    ("<paragraph><content><p>a <blink>b</blink> c</p></content></paragraph>", "PP1: Recalling,; OP: a b c"),
    ("<paragraph><content><p>a<eol/>b</p></content></paragraph>", "PP1: Recalling,; OP: a b"),
    ("<nonsense><p>a</p></nonsense>", "PP1: Recalling,; OP: a"),
    ("stray " + OP, "PP1: Recalling,; OP1: One;; OP2: stray"),
    ("<paragraph><content><p>a<!-- not this -->b</p></content></paragraph>", "PP1: Recalling,; OP: ab"),
    ("<paragraph><content><p>a\t \n b&#160;c</p></content></paragraph>", "PP1: Recalling,; OP: a b\u00a0c"),
    ("<paragraph><content><p>a<authorialNote><p>\t n\t</p></authorialNote>;</p></content></paragraph>", "PP1: Recalling,; OP: a\ufffc;"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "shape"), SHAPES)
def test_the_parts_of_a_body_are_read(body: str, shape: str) -> None:
    assert told(akn.read(wrapped(body))) == shape


ANNEXES = [
    ("<p>Boats.</p>", "Annex: Annex; Annex, text 1: Boats."),
    (OP, "Annex: Annex; Annex, 1: One;"),
    ("<paragraph><subheading>Annex</subheading></paragraph>" + OP, "Annex: Annex; Annex, 1: One;"),
    ("<paragraph><subheading>Boats</subheading></paragraph>", "Annex: Annex; Annex, heading 1: Boats"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "shape"), ANNEXES)
def test_an_annex_begins_with_its_heading(body: str, shape: str) -> None:
    attached = f"<attachments><attachment><doc><mainBody>{body}</mainBody></doc></attachment>"
    data = wrapped(OP).replace(b"</statement>", f"{attached}</attachments></statement>".encode())
    assert told(akn.read(data)) == f"PP1: Recalling,; OP: One;; {shape}"


def test_footnotes_lose_the_blanks_before_their_words() -> None:
    body = "<paragraph><content><p>a<authorialNote><p>\t \tSee <i>b</i>.</p></authorialNote></p></content></paragraph>"
    (words,) = notes(akn.read(wrapped(body)).paragraphs[-1].text)
    assert plain_words(words) == "See b."


FINDINGS = [
    ("<p>a<sup>2</sup></p>", "“2”"),
    ("<p><b>a</b></p>", "Bold"),
    ('<p><span class="bold">a</span></p>', "Bold"),
    ("<p><blink>a</blink></p>", "blink"),
    ("<p>a</p><p>b</p>", "joined"),
    ("<p>a<img/></p>", "picture"),
    ("<table><tr><td>a</td></tr></table>", "table"),
]


@pytest.mark.parametrize(("content", "word"), FINDINGS)
def test_what_cannot_be_held_is_reported_by_label(content: str, word: str) -> None:
    body = f"<paragraph><num>1.</num><content>{content}</content></paragraph>"
    findings = akn.read(wrapped(OP + body)).findings
    assert any(word in finding.what for finding in findings)
    assert {finding.where for finding in findings} == {"OP2"}


BAD = [
    (b"", "empty"),
    (b"  \n", "empty"),
    (b"\x00\x01\x02\xff", "well-formed"),
    (b"The General Assembly,", "well-formed"),
    (b"<html><body>x</body></html>", "Akoma Ntoso"),
    (b"<akomaNtoso/>", "no resolution"),
    (f'<akomaNtoso xmlns="{NAMESPACE}"><documentCollection/></akomaNtoso>'.encode(), "several"),
    (wrapped("", ""), "no paragraph"),
    (wrapped(OP)[:-20], "well-formed"),
    (b'<?xml version="1.0" encoding="utf-8"?><akomaNtoso>\xff\xfe</akomaNtoso>', "well-formed"),
    (b'<?xml version="1.0" encoding="klingon"?><akomaNtoso/>', "well-formed"),
    (b'<!DOCTYPE akomaNtoso [<!ENTITY a "b">]>' + wrapped(OP), "document type"),
    (b'<!DOCTYPE akomaNtoso SYSTEM "file:///etc/passwd">' + wrapped(OP), "document type"),
    (wrapped("<section>" * 200 + OP + "</section>" * 200), "deep"),
    (wrapped("<section>" * 9_000 + OP + "</section>" * 9_000), "well-formed"),
    (b"<a>" + b" " * 10_000_000 + b"</a>", "large"),
    (wrapped("<x/>" * akn.MAX_ELEMENTS), "large"),
    (wrapped(OP.replace("One", "One " * 30_000)), "too long"),
    (wrapped(OP.replace("One", "<a>One </a>" * 30_000)), "too long"),
    (wrapped(OP.replace("<p>One;</p>", f"<p>{'One; ' * 100}</p>" * 400)), "too long"),
]


@pytest.mark.parametrize(("data", "word"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_file_is_refused_with_a_reason(data: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=re.compile(word)) as refused:
        akn.read(data)
    assert refused.value.detail.endswith(".")


def test_a_file_in_another_encoding_is_read() -> None:
    text = wrapped("<paragraph><content><p>é</p></content></paragraph>").decode()
    data = f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode("utf-16")
    assert told(akn.read(data)).endswith("OP: é")


NAMES = [
    "paragraph",
    "list",
    "point",
    "sublist",
    "content",
    "intro",
    "num",
    "p",
    "span",
    "i",
    "b",
    "sup",
    "authorialNote",
    "section",
    "heading",
    "subheading",
    "table",
    "tr",
    "td",
    "blink",
    "container",
    "wrapUp",
    "eol",
]


def some_xml(random: Random, words: list[str], depth: int = 0) -> str:
    out = ""
    for _ in range(random.randint(1, 4)):
        if depth > 5 or random.random() < 0.3:
            words.append(f"w{len(words)}x")
            out += f" {words[-1]} "
        else:
            name = random.choice(NAMES)
            out += f"<{name}>{some_xml(random, words, depth + 1)}</{name}>"
    return out


@given(st.integers(0, 2**32))
def test_no_word_of_any_body_is_lost(seed: int) -> None:
    words: list[str] = []
    body = some_xml(Random(seed), words)
    resolution = akn.read(wrapped(body))
    found = " ".join(
        f"{p.number or ''} {plain_words(p.text)} {' '.join(map(plain_words, notes(p.text)))}"
        for p in resolution.paragraphs
    )
    assert Counter(re.findall(r"w\d+x", found)) == Counter(words)

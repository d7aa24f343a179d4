"""Pages for print: well formed, escaped, whole, and without anything from outside."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.formats import html
from drafting.text.changes import Change, from_json, note, text_of
from drafting.text.redline import Attribution, redline
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from drafting.text.tracked import Credit


def page(*paragraphs: Paragraph, masthead: Masthead | None = None) -> str:
    return html.write(Resolution(masthead or Masthead(), paragraphs))


def body(text: str) -> str:
    found = re.search(r"<main>\n(.*)\n</main>", text, re.DOTALL)
    assert found is not None
    return found.group(1)


CASES = [
    (Kind.PREAMBULAR, 0, "Recalling,", '<p class="preambular" data-label="PP1" dir="auto">Recalling,</p>'),
    (Kind.OPERATIVE, 0, "Requests.", '<p class="operative" data-label="OP" dir="auto">Requests.</p>'),
    (Kind.HEADING, 0, "Part", '<h2 class="heading" data-label="Heading 1" dir="auto">Part</h2>'),
    (Kind.SUB, 2, "one", '<p class="sub level-2" data-label="(–) (i)" dir="auto"><span class="number">(i)</span> one</p>'),
    (Kind.PREAMBULAR, 0, '<script>&"', '<p class="preambular" data-label="PP1" dir="auto">&lt;script&gt;&amp;&quot;</p>'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "level", "words", "markup"), CASES)
def test_a_paragraph_is_printed(kind: Kind, level: int, words: str, markup: str) -> None:
    assert body(page(Paragraph(kind, text_of(words), level))) == markup


def test_operative_paragraphs_have_their_numbers() -> None:
    text = page(*(Paragraph(Kind.OPERATIVE, text_of("x;")) for _ in range(2)))
    assert text.count('<span class="number">2.</span>') == 1


def test_labels_given_are_printed() -> None:
    resolution = Resolution(Masthead(), (Paragraph(Kind.OPERATIVE, text_of("x;")),))
    assert '<span class="number">4 bis.</span>' in html.write(resolution, labels=["OP4 bis"])


def test_italics_and_notes_are_printed() -> None:
    text = from_json([{"insert": "Recalling", "attributes": {"italic": True}}])
    whole = Change((*text.ops, *text_of(" it,", note("See <1>.")).ops))
    printed = page(Paragraph(Kind.PREAMBULAR, whole))
    assert "<i>Recalling</i> it," in printed
    assert 'href="#note-1">1</a>' in printed
    assert "See &lt;1&gt;.</p>" in printed


def test_the_closing_line_stands_before_the_annexes() -> None:
    rows = (Paragraph(Kind.OPERATIVE, text_of("x.")), Paragraph(Kind.ANNEX, text_of("Annex")))
    printed = page(*rows, masthead=Masthead(closing="1st meeting"))
    assert printed.index("x.") < printed.index("1st meeting") < printed.index(">Annex<")


@pytest.mark.parametrize(
    ("symbol", "line"),
    [
        ("A/C.1/81/L.9", "<b>Kenya &amp; Norway</b>: draft resolution"),
        ("A/C.1/81/L.9/Rev.1", "<b>Kenya &amp; Norway</b>: revised draft resolution"),
    ],
)
def test_a_draft_names_its_sponsors(symbol: str, line: str) -> None:
    masthead = Masthead(title="Lamps", symbol=symbol, sponsors="Kenya & Norway")
    assert f'<p class="sponsors" dir="auto">{line}</p>' in page(masthead=masthead)


def test_the_masthead_begins_with_the_organization() -> None:
    printed = page(masthead=Masthead(language="fr", symbol="A/C.1/76/L.41"))
    places = [printed.index(words) for words in ("Nations Unies", "A/C.1/76/L.41", "Assemblée")]
    assert places == sorted(places)


def test_a_page_in_arabic_runs_from_right_to_left() -> None:
    assert '<html lang="ar" dir="rtl">' in page(masthead=Masthead(language="ar"))


def test_a_served_page_links_its_stylesheet_and_carries_none() -> None:
    served = html.write(Resolution(Masthead(), ()), stylesheet_href="/static/print.css")
    assert '<link rel="stylesheet" href="/static/print.css">' in served
    assert "<style" not in served


REDLINES = [
    ("the sea is deep", "the sea is very deep", 'the sea is<ins title="Austria, 1 September 2026" datetime="2026-09-01T00:00:00+00:00"> very</ins> deep'),
    ("the red sea is deep", "the sea is deep", 'the<del title="Austria, 1 September 2026" datetime="2026-09-01T00:00:00+00:00"> red</del> sea is deep'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "markup"), REDLINES)
def test_a_redline_names_the_author_of_each_difference(old: str, new: str, markup: str) -> None:
    told = Attribution(Credit("Austria", datetime(2026, 9, 1, tzinfo=UTC)))
    olds, news = ([Paragraph(Kind.PREAMBULAR, text_of(words), key="1")] for words in (old, new))
    made = redline(olds, news, old_labels=["PP1"], new_labels=["PP1"], attribution=told)
    assert markup in html.write_redline(made, Masthead())


def test_a_redline_tells_what_became_of_each_paragraph() -> None:
    rows = [Paragraph(Kind.PREAMBULAR, text_of(f"{word} text"), key=word) for word in "abcd"]
    made = redline(
        rows[:3],
        [rows[1], rows[2], rows[0], rows[3]],
        old_labels=["PP1", "PP2", "PP3"],
        new_labels=["PP1", "PP2", "PP3", "PP4"],
    )
    printed = html.write_redline(made, Masthead())
    assert "PP3 (moved, was PP1)" in printed
    assert "PP4 new" in printed
    assert "PP1 (was PP2)" in printed


class Checker(HTMLParser):
    """Refuses what has no place in a page of ours, and elements left open."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert tag not in {"script", "img", "iframe", "base"}
        assert not any(name == "style" or name.startswith("on") or name == "src" for name in names)
        assert all((value or "").startswith("#") for name, value in attrs if name == "href")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


WORDS = st.text(
    alphabet=st.sampled_from("ab <>&\"'/=اهГ中🕊"), min_size=1, max_size=12
)  # fmt: skip


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5), WORDS)
def test_a_page_is_well_formed_whatever_the_words(
    old: list[str], new: list[str], title: str
) -> None:
    olds, news = (
        [Paragraph(Kind.OPERATIVE, text_of(words, note(words))) for words in row]
        for row in (old, new)
    )
    labels = [f"OP{n}" for n in range(9)]
    told = Attribution(Credit(title))
    made = redline(olds, news, old_labels=labels, new_labels=labels, attribution=told)
    masthead = Masthead(title=title, notices=(title,))
    for printed in (
        html.write_redline(made, masthead),
        html.write(Resolution(masthead, tuple(news))),
    ):
        checker = Checker()
        checker.feed(printed)
        checker.close()
        assert checker.open == []

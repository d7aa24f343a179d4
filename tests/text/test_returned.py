"""What a returned file asks for: one case a way in which people change a text in Word."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from drafting.formats import docx_marks
from drafting.text.anchors import Anchor
from drafting.text.changes import part, plain, text_of
from drafting.text.marks import Marks
from drafting.text.numbering import labels_of
from drafting.text.resolution import Kind, Paragraph
from drafting.text.returned import fit, plan
from drafting.text.returned_items import Item, Plan
from tests.returning import Comment, WordFile, end, line, on, put_in, taken_out

KENYA, NORWAY = "Kenya", "Norway"
FORMULA = "The General Assembly,"
RECALLING = "Recalling the lamps that were lit on every coast of the eastern sea,"
MINDFUL = "Mindful of the keepers who wake while all the others are asleep,"
URGES = "Urges all coastal States to keep their lights burning through the night;"
REQUESTS = "Requests the keepers to report to it on the oil that they have used;"
DECIDES = "Decides to return to the matter at its next session."
WORDS = (FORMULA, RECALLING, MINDFUL, URGES, REQUESTS, DECIDES)
KINDS = (Kind.FORMULA, Kind.PREAMBULAR, Kind.PREAMBULAR, *[Kind.OPERATIVE] * 3)
KEYS = [str(uuid.UUID(int=n + 1)) for n in range(len(WORDS))]
VERSION = tuple(
    Paragraph(kind, text_of(words), key=key)
    for kind, words, key in zip(KINDS, WORDS, KEYS, strict=True)
)
LABELS = labels_of(VERSION)
STYLE = {Kind.PREAMBULAR: "", Kind.OPERATIVE: "", Kind.FORMULA: ""}


def lines(**changed: Sequence[str] | str) -> list[str]:
    """The version as a file; `pp1`, `op2` … name the paragraphs that are written otherwise."""
    out = []
    for words, label, key in zip(WORDS, LABELS, KEYS, strict=True):
        number = f"{label[2:]}. " if label.startswith("OP") else ""
        given = changed.get(label.lower() or "formula", [words])
        if isinstance(given, str):
            out.append(given)
        else:
            out.append(line(number, *given, key=key) if number else line(*given, key=key))
    return out


def planned(rows: Sequence[str], version: Sequence[Paragraph] = VERSION, **more: Any) -> Plan:
    return plan(read(rows, **more), version, labels_of(version))


def read(rows: Sequence[str], **more: Any) -> Marks:
    return docx_marks.read(WordFile(rows, **more).bytes())


def told(item: Item) -> tuple[str, ...]:
    """Gives an item in short: what, to what, and what it would say."""
    kind = str(item.kind)
    match kind:
        case "amend" | "insert":
            return (kind, item.label, plain(item.text))
        case "move":
            return (kind, item.label, item.after_label)
        case "split":
            return (kind, item.label, plain(part(item.base, item.split_at)))
        case _:
            return (kind, item.label)


NEW = "Noting with care what the ships have seen of the lamps at night,"

CASES: dict[str, tuple[list[str], list[tuple[str, ...]]]] = {
    "nothing": (lines(), []),
    "words": (
        lines(op1=["Urges ", taken_out(KENYA, "all"), put_in(KENYA, "the"), URGES[9:]]),
        [("amend", "OP1", URGES.replace("all", "the"))],
    ),
    "a paragraph put in": (
        lines(pp1=line(RECALLING, key=KEYS[1]) + line(put_in(KENYA, NEW), mark=end("ins", KENYA))),
        [("insert", "PP1", NEW)],
    ),
    "two put in at the end of one": (
        lines(
            pp1=line(RECALLING, key=KEYS[1], mark=end("ins", KENYA))
            + line(put_in(KENYA, NEW), mark=end("ins", KENYA))
            + line(put_in(KENYA, "Noting more,"))
        ),
        [("insert", "PP1", NEW), ("insert", "PP1", "Noting more,")],
    ),
    "a paragraph taken out": (
        lines(pp2=line(taken_out(KENYA, MINDFUL), key=KEYS[2], mark=end("del", KENYA))),
        [("delete", "PP2")],
    ),
    "a paragraph taken out but for its end": (
        lines(pp2=[taken_out(KENYA, MINDFUL)]),
        [("delete", "PP2")],
    ),
    "a paragraph taken out with the end of the one before": (
        lines(
            pp1=line(RECALLING, key=KEYS[1], mark=end("del", KENYA)),
            pp2=[taken_out(KENYA, MINDFUL)],
        ),
        [("delete", "PP2")],
    ),
    "two joined": (
        lines(pp1=line(RECALLING, put_in(KENYA, " "), key=KEYS[1], mark=end("del", KENYA))),
        [("merge", "PP2")],
    ),
    "two joined and changed": (
        lines(
            pp1=line(RECALLING[:-1], taken_out(KENYA, ","), put_in(KENYA, " and "), key=KEYS[1], mark=end("del", KENYA)),
            pp2=[taken_out(KENYA, "M"), put_in(KENYA, "m"), MINDFUL[1:]],
        ),
        [("amend", "PP1", f"{RECALLING[:-1]} and m{MINDFUL[1:]}"), ("delete", "PP2")],
    ),
    "one split": (
        lines(
            pp1=line("Recalling the lamps", key=KEYS[1], mark=end("ins", KENYA))
            + line(" that were lit on every coast of the eastern sea,")
        ),
        [("split", "PP1", " that were lit on every coast of the eastern sea,")],
    ),
    "one split and changed": (
        lines(
            pp1=line("Recalling the lamps", put_in(KENYA, ","), key=KEYS[1], mark=end("ins", KENYA))
            + line(put_in(KENYA, "Knowing"), " that were lit on every coast of the eastern sea,")
        ),
        [
            ("amend", "PP1", "Recalling the lamps,"),
            ("insert", "PP1", "Knowing that were lit on every coast of the eastern sea,"),
        ],
    ),
    "one cut and pasted": (
        lines(
            pp1=line(taken_out(KENYA, RECALLING), key=KEYS[1], mark=end("del", KENYA)),
            pp2=line(MINDFUL, key=KEYS[2]) + line(put_in(KENYA, RECALLING), mark=end("ins", KENYA)),
        ),
        [("move", "PP1", "PP2")],
    ),
    "one cut and pasted and changed": (
        lines(
            pp1=line(taken_out(KENYA, RECALLING), key=KEYS[1], mark=end("del", KENYA)),
            pp2=line(MINDFUL, key=KEYS[2])
            + line(put_in(KENYA, RECALLING.replace("eastern", "western")), mark=end("ins", KENYA)),
        ),
        [
            ("move", "PP1", "PP2"),
            ("amend", "PP1", RECALLING.replace("eastern", "western")),
        ],
    ),
    "taken out and put in at the same place": (
        lines(
            pp1=line(taken_out(KENYA, RECALLING), key=KEYS[1], mark=end("del", KENYA))
            + line(put_in(KENYA, RECALLING.replace("eastern", "western")), mark=end("ins", KENYA)),
        ),
        [("amend", "PP1", RECALLING.replace("eastern", "western"))],
    ),
    "two authors in one paragraph": (
        lines(op1=["Urges ", taken_out(KENYA, "all "), "coastal States to keep their ", put_in(NORWAY, "best "), "lights burning through the night;"]),
        [
            ("amend", "OP1", URGES.replace("all ", "")),
            ("amend", "OP1", URGES.replace("lights", "best lights")),
        ],
    ),
    "numbers that were typed and changed": (
        [
            *lines()[:3],
            line(put_in(KENYA, "1. Invites all the ships to look out for the lamps;"), mark=end("ins", KENYA)),
            *(
                line(taken_out(KENYA, f"{n}"), put_in(KENYA, f"{n + 1}"), ". ", words, key=KEYS[n + 2])
                for n, words in enumerate(WORDS[3:], 1)
            ),
        ],
        [("insert", "PP2", "Invites all the ships to look out for the lamps;")],
    ),
    "the opening words": (lines(formula=[FORMULA[:-1], taken_out(KENYA, ","), put_in(KENYA, ":")]), []),
    "not tracked, words": (
        lines(op1=[URGES.replace("all", "the")]),
        [("amend", "OP1", URGES.replace("all", "the"))],
    ),
    "not tracked, one less and one more": (
        lines(pp1=line(NEW)),
        [("insert", FORMULA, NEW), ("delete", "PP1")],
    ),
    "no-break spaces and hyphens": (lines(op1=[URGES.replace(" ", "\u00a0")]), []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_in_word_is_what_our_proposals_know(name: str) -> None:
    rows, wanted = CASES[name]
    found = planned(rows)
    assert [told(item) for item in found.items] == wanted
    assert found.by_identity >= len(WORDS) - 1
    doubtful = {item.why for item in found.items if item.author and not item.sure}
    assert all(why.endswith("changed besides.") for why in doubtful)


@pytest.mark.parametrize("name", CASES)
def test_the_same_file_without_identities_gives_the_same(name: str) -> None:
    rows, _ = CASES[name]
    bare = [without_identity(row) for row in rows]
    known, guessed = planned(rows), planned(bare)
    assert [told(item) for item in guessed.items] == [told(item) for item in known.items]
    assert guessed.by_identity == 0


def without_identity(row: str) -> str:
    return row.replace("_p_", "x_")


# What is not certain -----------------------------------------------------------------------------

LATER = tuple(
    Paragraph(p.kind, text_of(plain(p.text).replace("burning", "bright")), key=p.key)
    for p in VERSION
)
"""The version after somebody else has changed a word of OP1."""


def test_a_change_is_carried_over_to_a_version_that_says_something_else_elsewhere() -> None:
    rows = lines(op1=["Urges ", taken_out(KENYA, "all"), put_in(KENYA, "the"), URGES[9:]])
    tracked, untracked = planned(rows, LATER).items
    assert told(tracked)[2] == plain(LATER[3].text).replace("all", "the")
    assert (tracked.author, tracked.sure) == (KENYA, False)
    assert "carried over" in tracked.why
    assert (told(untracked)[2], untracked.author, untracked.sure) == (URGES, "", False)


def test_a_change_to_words_that_the_version_has_otherwise_is_listed_and_never_guessed() -> None:
    rows = lines(
        op1=[
            URGES[: URGES.index("burning")],
            taken_out(KENYA, "burning"),
            put_in(KENYA, "lit"),
            " through the night;",
        ]
    )
    found = planned(rows, LATER)
    assert [item.author for item in found.items] == [""]
    (left,) = found.left
    assert (left.author, left.label) == (KENYA, "OP1")
    assert "lit through the night" in left.words
    assert "the very words" in left.why


def test_what_the_version_says_already_is_listed() -> None:
    rows = lines(
        op1=[
            URGES[: URGES.index("burning")],
            taken_out(KENYA, "burning"),
            put_in(KENYA, "bright"),
            " through the night;",
        ]
    )
    (left,) = planned(rows, LATER).left
    assert left.why == "The version says so already."


def test_a_paragraph_that_is_not_in_the_version_is_listed_with_its_words() -> None:
    strange = line("Entirely other words of ", put_in(KENYA, "no known "), "paragraph at all,")
    found = planned([*lines()[:3], strange, *lines()[3:]])
    (left,) = found.left
    assert (left.author, left.why) == (KENYA, "Its paragraph was not found in the version.")
    assert "no known" in left.words
    assert [(i.kind, i.author) for i in found.items] == [("insert", "")]


def test_a_paragraph_found_by_likeness_is_a_suggestion() -> None:
    rows = lines(op1=[URGES.replace("burning", "alight"), put_in(KENYA, " And so on.")])
    (row,) = [row for row in rows if "alight" in row]
    rows[rows.index(row)] = without_identity(row)
    item = next(item for item in planned(rows).items if item.author == KENYA)
    assert (item.label, item.sure) == ("OP1", False)


def test_a_change_of_the_look_and_of_numbers_is_counted_and_no_proposal() -> None:
    look = '<w:r><w:rPr><w:b/><w:rPrChange w:id="1" w:author="Kenya"><w:rPr/></w:rPrChange></w:rPr><w:t>Decides to return to the matter at its next session.</w:t></w:r>'
    found = planned(lines(op3=[look]))
    assert found.items == ()
    assert [(left.words, left.why) for left in found.left] == [
        ("1 change of the look alone", "A change of the look is no proposal.")
    ]


def test_words_around_the_text_are_listed() -> None:
    found = planned([line("Draft of ", put_in(KENYA, "3 November")), *lines()])
    assert found.items == ()
    (left,) = found.left
    assert left.words == "put in “3 November”"


def test_words_in_what_another_puts_in_are_listed_and_the_other_is_whole() -> None:
    both = line(
        put_in(KENYA, "Noting the "),
        put_in(NORWAY, "very old "),
        put_in(KENYA, "ships,"),
        mark=end("ins", KENYA),
    )
    found = planned([*lines()[:3], both, *lines()[3:]])
    assert [told(item) for item in found.items] == [("insert", "PP2", "Noting the ships,")]
    (left,) = found.left
    assert (left.author, left.words) == (NORWAY, "put in “very old”")


def test_every_word_of_every_revision_is_in_a_proposal_or_in_the_list() -> None:
    for rows, _ in CASES.values():
        marks = read(rows)
        found = plan(marks, VERSION, LABELS)
        said = " ".join(
            [
                *(plain(i.text) + plain(i.base) for i in found.items),
                *(one.words for one in found.left),
            ]
        )
        for revision in marks.revisions:
            words = revision.words.strip(" 0123456789.")
            assert not words or words in said, revision


def test_how_well_a_file_fits_a_version() -> None:
    marks = read(lines(op1=[put_in(KENYA, "Now "), URGES]))
    assert fit(marks, VERSION) == 1
    assert fit(marks, LATER) == pytest.approx(5 / 6)
    assert fit(marks, VERSION[:1]) < 0.5


# Comments ----------------------------------------------------------------------------------------


def commented(rows: Sequence[str], count: int = 1, version: Sequence[Paragraph] = VERSION) -> Plan:
    return planned(rows, version, comments=[Comment("Ana", f"Remark {n}.") for n in range(count)])


def test_a_comment_stands_on_the_words_of_the_version() -> None:
    rows = lines(op1=[put_in(KENYA, "Now "), "Urges ", on(0, "all coastal States"), URGES[24:]])
    (said,) = commented(rows).comments
    assert (said.paragraph, said.label, said.anchor) == (KEYS[3], "OP1", Anchor(6, 24))
    assert said.quote == "all coastal States"
    (said,) = commented(rows, version=LATER).comments
    assert said.anchor == Anchor(6, 24)


def test_a_comment_on_new_words_comes_on_the_whole_paragraph() -> None:
    (said,) = commented(lines(op1=[URGES, on(0, put_in(KENYA, " And more."))])).comments
    assert (said.label, said.anchor, said.quote) == ("OP1", None, "And more.")


def test_a_comment_on_a_new_paragraph_comes_on_the_one_before() -> None:
    new = line(on(0, put_in(KENYA, NEW)), mark=end("ins", KENYA))
    (said,) = commented([*lines()[:2], new, *lines()[2:]]).comments
    assert (said.label, said.anchor, said.quote) == ("PP1", None, NEW)
    assert "paragraph before" in said.why


def test_a_comment_over_paragraphs_says_so() -> None:
    start, stop = '<w:commentRangeStart w:id="0"/>', '<w:commentRangeEnd w:id="0"/>'
    mark = '<w:r><w:commentReference w:id="0"/></w:r>'
    rows = lines(pp1=["Recalling", start, RECALLING[9:]], pp2=["Mindful", stop, mark, MINDFUL[7:]])
    (said,) = commented(rows).comments
    assert (said.label, said.anchor) == ("PP1", Anchor(9, len(RECALLING)))
    assert "runs on" in said.why


def test_a_comment_before_the_text_is_listed_with_its_words() -> None:
    found = commented([line(on(0, "Working paper")), *lines()])
    assert found.comments == ()
    (left,) = found.left
    assert left.words == "on “Working paper”: Remark 0."

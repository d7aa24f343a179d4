"""The compilation text: whose proposals are in it for whom, what they are called, that none is lost."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from drafting.errors import NotFound
from drafting.formats import compilation_docx, compilation_html, compilation_plain
from drafting.rules.proposals import Circle
from drafting.services import compilation, proposals
from drafting.services.compilation import GONE, ON_PROPOSALS, Show
from drafting.text.changes import plain, text_of, to_json
from drafting.text.compilation import Compilation, Entry
from drafting.text.compilation_printing import printed, settled
from drafting.text.compilation_runs import runs
from drafting.text.proposal import ProposalKind
from tests.make import PEOPLE, table
from tests.negotiating import Negotiation

EVERYBODY = frozenset(PEOPLE)
MEXICO = frozenset({"mexico", "mexico_head", "mexico_capital"})
PRESIDENCY = frozenset({"penholder", "adviser"})


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


def made(room: Negotiation, who: str = "penholder", show: str = "all") -> Compilation:
    return room.run(who, lambda w, a: compilation.gathered(w, a, Show(show)))


def told(whole: Compilation) -> set[str]:
    """Gives the proposals that are in it."""
    groups = (whole.before, *(entry.alternatives for entry in whole.entries))
    return {one.key for group in groups for one in group}


def entry(whole: Compilation, label: str) -> Entry:
    return next(one for one in whole.entries if one.label == label)


def shown(whole: Compilation) -> list[str]:
    """Gives the lines as they are printed."""
    lines = []
    for block in printed(whole)[1]:
        words = "".join(plain(run.words) for run in runs(block))
        remarks = f" [{block.remarks}]" if block.remarks else ""
        lines.append(f"{block.label}{remarks}: {words}")
    return lines


def tell(room: Negotiation, who: str = "penholder", show: str = "all") -> list[str]:
    return shown(made(room, who, show))


def names(whole: Compilation) -> dict[str, str]:
    """Gives what each inserted paragraph is called, by proposal."""
    whole = settled(whole)
    groups = (whole.before, *(one.alternatives for one in whole.entries))
    return {
        one.key: one.label for group in groups for one in group if one.kind is ProposalKind.INSERT
    }


def insert(room: Negotiation, who: str, label: str | None, words: str, **more) -> str:
    fields = {"paragraph_kind": "operative"} | more
    found = room.begin(who, label, "insert", ops=to_json(text_of(words)), **fields)
    room.circulate(who, found)
    return str(found)


def put(room: Negotiation, who: str, label: str, kind: str, **fields) -> str:
    found = room.begin(who, label, kind, **fields)
    room.circulate(who, found)
    return str(found)


# Whose proposals are in it, for whom -------------------------------------------------------------


@pytest.mark.parametrize(
    ("circle", "sees"),
    [(None, frozenset()), ("presidency", MEXICO | PRESIDENCY), ("everyone", EVERYBODY)],
    ids=["a draft", "for the presidency", "for everyone"],
)
def test_it_holds_what_is_put_forward_to_the_reader(room, circle, sees):
    p = room.amend("mexico", "OP1", "keep", "tend", circle)
    for show in ("all", "open"):
        assert {who for who in PEOPLE if str(p) in told(made(room, who, show))} == sees
    assert {who for who in PEOPLE if told(made(room, who, "mine"))} == sees & MEXICO


@pytest.mark.parametrize(
    ("stage", "act"),
    [
        ("withdrawn", lambda w, a, p: proposals.withdraw(w, a, p, "")),
        ("not retained", lambda w, a, p: proposals.respond(w, a, p, "not_retained", "", Circle.EVERYONE)),
    ],
)  # fmt: skip
def test_what_is_over_is_in_it_no_more(room, stage, act):
    p = room.amend("mexico", "OP1", "keep", "tend")
    room.run("mexico" if stage == "withdrawn" else "penholder", lambda w, a: act(w, a, p))
    assert told(made(room)) == set()


def test_only_those_at_the_table_have_it_and_only_in_known_forms(room):
    for ending in ("xml", ""):
        with pytest.raises(NotFound):
            room.run("mexico", lambda w, a, e=ending: compilation.export(w, a, "all", e))
    with pytest.raises(NotFound):
        compilation.show_of("hidden")
    assert compilation.show_of(None) is Show.ALL


# How proposals are told --------------------------------------------------------------------------


def test_each_kind_stands_in_its_place(room):
    room.amend("mexico", "OP1", "keep", "tend")
    put(room, "chile", "OP1", "alternative", ops=to_json(text_of("Invites all to sail;")))
    put(room, "mexico", "PP2", "delete")
    put(room, "chile", "PP3", "move", after_id=room.table.id("PP1"))
    put(room, "chile", "OP2", "split", at=9)
    put(room, "chile", "OP3", "merge")
    insert(room, "mexico", "OP3", "Thanks the keepers.")
    insert(room, "penholder", None, "Bearing in mind the sea,", paragraph_kind="preambular")
    lines = tell(room)
    assert "PP0 bis: [Presidency: Bearing in mind the sea,]" in lines
    assert "OP1: Urges all coastal States to [keep] [Mexico: tend] their lights burning;" in lines
    assert "OP1 alt: [Chile: Invites all to sail;]" in lines
    assert ": [Mexico: delete]" in lines
    assert ": [Chile: move after PP1]" in lines
    assert "OP2: Requests [Chile: split here] the keepers to report on:" in lines
    assert ": [Chile: merge with the paragraph before]" in lines
    assert "OP3 bis: [Mexico: Thanks the keepers.]" in lines


def test_a_sub_paragraph_is_named_at_its_own_level(room):
    p = insert(room, "mexico", "OP2 (a)", "oil;", paragraph_kind="sub", level=2)
    q = insert(room, "mexico", "OP2 (b)", "sails;", paragraph_kind="sub", level=1)
    assert names(made(room)) == {p: "OP2 (a) (i)", q: "OP2 (b) bis"}


def test_who_owns_it_together_speaks_together_and_supporters_are_named(room):
    p = room.amend("mexico", "OP1", "keep", "tend", None)
    chile = room.delegation("CHL")
    room.run("mexico", lambda w, a: proposals.share(w, a, p, chile))
    room.circulate("mexico", p)
    q = room.amend("mexico", "OP3", "matter", "question")
    room.take("chile_head", q, "support", certainty="confirmed")
    lines = tell(room)
    assert any("[Mexico, Chile: tend]" in line for line in lines)
    assert any("[Mexico, supported by Chile: question]" in line for line in lines)
    assert not any("Positions on proposals" in line for line in lines)


def test_other_words_of_its_paragraph_do_not_become_its_own(room):
    room.amend("mexico", "OP1", "keep", "tend")
    room.table.typed("OP1", "Strongly ", 0)
    assert room.table.state()["proposals"][0]["standing"] == "moved"
    assert (
        "OP1: Strongly Urges all coastal States to [keep] [Mexico: tend] their lights burning;"
        in tell(room)
    )


def test_one_whose_words_have_changed_is_told_whole_as_it_was_put(room):
    room.amend("mexico", "OP1", "keep", "tend")
    at = room.table.words("OP1").index("keep")
    room.table.edit("OP1", [{"retain": at}, {"insert": "leave"}, {"delete": 4}])
    assert room.table.state()["proposals"][0]["standing"] == "touched"
    assert tell(room)[-6:-4] == [
        "OP1: Urges all coastal States to leave their lights burning;",
        "OP1 alt: [Mexico: amend to read: Urges all coastal States to tend their lights burning;]",
    ]


# Positions ---------------------------------------------------------------------------------------


def test_positions_stand_beneath_their_paragraph(room):
    room.take("mexico_head", "PP2", "retain", weight="essential")
    room.take("chile_head", "PP2", "delete", certainty="confirmed")
    room.take("mexico_head", "OP3", "can_live_with", weight="desirable", certainty="confirmed")
    lines = tell(room)
    assert ": [Chile: for deletion] [Mexico: retain (essential, preliminary)]" in lines
    assert ": [Mexico: can live with (desirable)]" in lines


def test_who_says_the_same_speaks_together(room):
    for who in ("mexico_head", "chile_head"):
        room.take(who, "PP2", "retain")
    assert ": [Chile, Mexico: retain (preliminary)]" in tell(room)
    assert ": [Chile: retain (preliminary)]" in tell(room, "chile", "mine")


@pytest.mark.parametrize(
    ("audience", "sees"),
    [
        ("delegation", MEXICO),
        ("presidency", MEXICO | PRESIDENCY),
        ("everyone", EVERYBODY),
    ],
)
def test_a_position_is_told_to_those_who_may_know_it(room, audience, sees):
    room.take("mexico_head", "PP2", "retain", audience=audience)
    found = {who for who in PEOPLE if entry(made(room, who), "PP2").voices}
    assert found == sees


def test_a_position_taken_back_is_told_no_more(room):
    room.take("mexico_head", "PP2", "retain")
    room.take("mexico_head", "PP2", "none")
    assert not entry(made(room), "PP2").voices


def test_what_is_said_against_a_proposal_is_told_at_the_end(room):
    room.amend("mexico", "OP1", "keep", "tend")
    q = insert(room, "mexico", "OP1", "Thanks the keepers;")
    room.take("chile_head", uuid.UUID(q), "object")
    lines = tell(room)
    assert lines[-3:] == [
        f"Addendum 1: {ON_PROPOSALS}",
        "OP1 bis: Proposal of Mexico to insert a paragraph behind OP1",
        ": [Chile: object (preliminary)]",
    ]
    assert tell(room, "chile", "mine")[-1] == ": [Chile: object (preliminary)]"
    assert ON_PROPOSALS not in "".join(tell(room, "penholder", "mine"))


# What is shown of it -----------------------------------------------------------------------------


def test_only_mine_holds_ones_own_and_the_whole_text(room):
    p = room.amend("mexico", "OP1", "keep", "tend")
    q = room.amend("chile", "OP1", "lights", "lamps")
    room.take("chile_head", "PP2", "retain")
    whole = made(room, "mexico", "mine")
    assert told(whole) == {str(p)}
    assert told(made(room, "chile", "mine")) == {str(q)}
    assert [one.label for one in whole.entries] == room.table.labels()
    assert not entry(whole, "PP2").voices
    assert whole.made == "Own proposals only"


def test_only_open_leaves_out_what_is_agreed_or_untouched(room):
    room.amend("mexico", "OP1", "keep", "tend")
    room.amend("mexico", "OP3", "matter", "question")
    room.take("mexico_head", "PP2", "retain")
    room.say("OP3", "agreed")
    room.say("PP3", "open")
    whole = made(room, "chile", "open")
    assert [one.label for one in whole.entries] == ["PP2", "PP3", "OP1"]


def test_a_paragraph_to_be_inserted_behind_an_agreed_one_is_open(room):
    p = insert(room, "mexico", "OP1", "Thanks the keepers;")
    room.say("OP1", "agreed")
    assert told(made(room, "penholder", "open")) == {p}


def test_agreed_words_that_have_changed_are_open_again(room):
    room.say("OP3", "agreed")
    room.amend("mexico", "OP3", "matter", "question")
    assert not made(room, "penholder", "open").entries
    room.table.typed("OP3", "Now ", 0)
    assert [one.state for one in made(room, "penholder", "open").entries] == [
        "agreed, words changed since"
    ]


@pytest.mark.parametrize(
    ("state", "by", "words"),
    [
        ("technical", (), "technical update"),
        ("open", (), "open"),
        ("bracketed", ("MEX",), "in brackets by Mexico"),
        ("ad_ref", ("MEX", "CHL"), "agreed ad ref, pending Mexico, Chile"),
        ("agreed", (), "agreed"),
        ("untouched", (), ""),
    ],
)
def test_how_far_it_is_agreed_is_said_with_the_label(room, state, by, words):
    room.say("OP1", state, delegations=tuple(room.delegation(one) for one in by))
    assert entry(made(room, "chile"), "OP1").state == words


# What inserted paragraphs are called -------------------------------------------------------------


def test_inserted_paragraphs_are_called_alike_whatever_is_shown(room):
    a = insert(room, "chile", "OP1", "Thanks the keepers;")
    b = insert(room, "mexico", "OP1", "Thanks the owners;")
    c = insert(room, "chile", "OP1", "oil;", paragraph_kind="sub", level=1)
    d = insert(room, "chile", None, "Seeing,", paragraph_kind="preambular")
    e = insert(room, "mexico", None, "Hearing,", paragraph_kind="preambular")
    whole = names(made(room, "mexico"))
    assert whole == {
        a: "OP1 bis", b: "OP1 ter", c: "OP1 (a)", d: "PP0 bis", e: "PP0 ter",
    }  # fmt: skip
    assert names(made(room, "mexico", "mine")) == {b: "OP1 ter", e: "PP0 ter"}
    assert names(made(room, "chile", "mine")) == {a: "OP1 bis", c: "OP1 (a)", d: "PP0 bis"}
    assert names(made(room, "mexico", "open")) == whole


def test_no_insertion_takes_the_name_of_a_paragraph_that_is_not_shown(room):
    room.table.do("insert", after=room.table.id("OP1"), paragraph_kind="operative")
    room.table.typed("OP1 bis", "Thanks the keepers;", 0)
    p = insert(room, "mexico", "OP1", "Thanks the owners;")
    assert "OP1 bis" in room.table.labels()
    whole = made(room, "mexico", "open")
    assert "OP1 bis" not in [one.label for one in whole.entries]
    assert names(whole) == {p: "OP1 ter"}


def test_what_one_may_not_see_takes_no_names(room):
    hidden = room.begin("chile", "OP1", "insert", ops=to_json(text_of("A;")), paragraph_kind="operative")  # fmt: skip
    room.circulate("chile", hidden, "presidency")
    p = insert(room, "mexico", "OP1", "B;")
    assert names(made(room, "mexico")) == {p: "OP1 bis"}
    assert names(made(room)) == {str(hidden): "OP1 bis", p: "OP1 ter"}


# What has left the text --------------------------------------------------------------------------


def test_while_a_deleted_paragraph_is_in_the_text_its_proposals_stand_with_it(room):
    p = room.amend("mexico", "PP3", "12 coasts", "13 coasts")
    room.table.do("delete", paragraph=room.table.id("PP3"))
    found = entry(made(room), "PP3")
    assert found.deleted
    assert [one.key for one in found.alternatives] == [str(p)]


@pytest.mark.parametrize("show", ["all", "mine", "open"])
def test_proposals_whose_paragraph_has_left_the_text_are_told_at_the_end(room, show):
    room.seal("Zero draft")
    p = room.amend("mexico", "PP3", "12 coasts", "13 coasts")
    room.take("mexico_head", "PP3", "retain")
    room.table.do("delete", paragraph=room.table.id("PP3"))
    room.seal("Draft 1")
    room.table.do("insert", after=room.table.id("PP2"), paragraph_kind="preambular")
    room.seal("Draft 2")
    assert "PP3" in room.table.labels()
    whole = made(room, "mexico", show)
    assert str(p) in told(whole)
    assert shown(whole)[-3:] == [
        f"Addendum 1: {GONE}",
        "PP3 [deleted; so called in Zero draft]: Noting that [12] [Mexico: 13] coasts are lit,",
        ": [Mexico: retain (preliminary)]",
    ]
    assert GONE not in "".join(tell(room, "chile", "mine"))


def test_a_proposal_on_words_that_went_elsewhere_stands_there(room):
    p = room.amend("mexico", "PP3", "12 coasts", "13 coasts")
    room.take("mexico_head", "PP3", "retain")
    room.table.do("merge", paragraph=room.table.id("PP3"))
    room.seal("Draft 1")
    whole = made(room)
    assert [one.label for one in whole.entries if one.alternatives] == ["PP2"]
    assert told(whole) == {str(p)}
    assert any("its words went to PP2" in one.state for one in whole.entries)


# There and back ----------------------------------------------------------------------------------

FORMATS = {
    "txt": lambda data: compilation_plain.read(data.decode()),
    "html": lambda data: compilation_html.read(data.decode()),
    "docx": compilation_docx.read,
}


@pytest.mark.parametrize("show", ["all", "mine", "open"])
@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_every_proposal_is_found_again_in_the_file(room, ending, show):
    room.seal("Zero draft")
    q = room.amend("mexico", "OP1", "keep", "tend")
    room.amend("chile", "OP1", "keep", "guard")
    room.amend("chile", "PP2", " and of all who sail by their light", "")
    put(room, "chile", "PP2", "delete")
    put(room, "mexico", "PP3", "move", after_id=room.table.id("PP1"))
    put(room, "chile", "OP2", "split", at=9)
    put(room, "mexico", "OP3", "alternative", ops=to_json(text_of("Decides [sic] to rest.")))
    insert(room, "mexico", None, "Hearing,", paragraph_kind="preambular")
    insert(room, "mexico", "OP2 (a)", "oil;", paragraph_kind="sub", level=2)
    room.amend("mexico", "PP1", "74/900", "75/900")
    room.take("chile_head", q, "support")
    room.take("chile_head", "PP2", "retain", weight="essential")
    room.say("OP2", "ad_ref", delegations=(room.delegation("MEX"),))
    room.table.do("delete", paragraph=room.table.id("PP1"))
    room.seal("Draft 1")
    whole = made(room, "mexico", show)
    file = room.run("mexico", lambda w, a: compilation.export(w, a, show, ending))
    found = FORMATS[ending](file.data)
    assert bare(found) == bare(settled(whole))
    assert len(told(whole)) == sum(
        len(group) for group in (found.before, *(one.alternatives for one in found.entries))
    )
    assert file.name.endswith(f".{ending}")


def bare(whole: Compilation) -> Compilation:
    """Gives a compilation without keys."""

    def without(group):
        return tuple(replace(one, key="") for one in group)

    return replace(
        whole,
        entries=tuple(
            replace(one, key="", alternatives=without(one.alternatives)) for one in whole.entries
        ),
        before=without(whole.before),
    )

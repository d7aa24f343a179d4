"""The corpus of the editorial rules: wrong lines and right ones, our own sentences.

A case is a rule, a text in the form of the plain-text format, what is found (the words, in order), and for
what may be mended the text afterwards. A paragraph stands on a line of its own; `PP`, `OP`, `SUB`, `SUB2`,
`HEAD`, `ANNEX`, `ITEM` and `TEXT` say what it is, and without one of them it is a PP or, behind one that is
an OP, an OP. The formula is put before. `_…_` is italic, `[^…]` a footnote with its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drafting.text.changes import Builder, Change, Note
from drafting.text.resolution import Kind, Paragraph

_KINDS = {
    "FORMULA": (Kind.FORMULA, 0),
    "PP": (Kind.PREAMBULAR, 0),
    "OP": (Kind.OPERATIVE, 0),
    "SUB": (Kind.SUB, 1),
    "SUB2": (Kind.SUB, 2),
    "HEAD": (Kind.HEADING, 0),
    "ANNEX": (Kind.ANNEX, 0),
    "ITEM": (Kind.ANNEX_ITEM, 0),
    "TEXT": (Kind.ANNEX_TEXT, 0),
}
_PIECE = re.compile(
    r"_(?P<italic>[^_]*)_|\[\^(?P<note>[^\]]*)\]|(?P<roman>(?:(?!\[\^)[^_])+)", re.DOTALL
)
_HEAD = re.compile(r"(?P<kind>[A-Z]+2?)(?:#(?P<number>[\w.]*))? (?P<words>.*)", re.DOTALL)


def words(line: str) -> Change:
    """Reads one paragraph's words."""
    builder = Builder()
    for found in _PIECE.finditer(line):
        if found["italic"] is not None:
            builder.insert(found["italic"], italic=True)
        elif found["note"] is not None:
            builder.insert(Note(Builder().insert(found["note"]).change()))
        else:
            builder.insert(found["roman"])
    return builder.change()


def paragraphs(text: str) -> list[Paragraph]:
    """Reads a case's text."""
    out = []
    for line in text.strip("\n").split("\n"):
        found = _HEAD.fullmatch(line)
        assert found, line
        kind, level = _KINDS[found["kind"]]
        out.append(
            Paragraph(
                kind,
                words(found["words"]),
                level,
                number=(found["number"] or "").replace("_", " ") or None,
            )
        )
    if not any(p.kind is Kind.FORMULA for p in out):
        out.insert(0, Paragraph(Kind.FORMULA, words("_The General Assembly_,")))
    return out


@dataclass(frozen=True)
class Case:
    """A text, and what one rule finds in it."""

    rule: int
    text: str
    found: tuple[str, ...] = ()
    mended: str | None = None
    session: int | None = 76

    @property
    def name(self) -> str:
        return f"{self.rule}: {self.text[:60]}"


def pp(rest: str) -> str:
    return f"PP _Recalling_ {rest},"


def op(rest: str) -> str:
    return f"OP _Requests_ {rest}."


CASES = (
    # 1 formula
    Case(
        1,
        "FORMULA _The General Assembly_:\nPP _Recalling_ its work,",
        ("The General Assembly:",),
        "_The General Assembly_,",
    ),
    Case(1, "FORMULA _The General Assembly_\nPP _Recalling_ its work,", ("The General Assembly",)),
    Case(
        1,
        "FORMULA The General Assembly,\nPP _Recalling_ its work,",
        ("The General Assembly",),
        "_The General Assembly_,",
    ),
    Case(1, "FORMULA _The General Assembly_,\nPP _Recalling_ its work,"),
    # 2 preambular opening
    Case(2, "PP Recalling its work,", ("Recalling",), "_Recalling_ its work,"),
    Case(2, "PP Taking note with appreciation of the work,", ("Taking note with appreciation",)),
    Case(2, "PP Deeply concerned about it,", ("Deeply concerned",)),
    Case(2, "PP _Mindful_ of its work,"),
    # 3 preambular end
    Case(3, "PP _Recalling_ its work;", ("work;",), "_Recalling_ its work,"),
    Case(3, "PP _Recalling_ its work", ("work",), "_Recalling_ its work,"),
    Case(3, "PP _Recalling_ its work.", ("work.",), "_Recalling_ its work,"),
    Case(3, "PP _Recalling_ its work,[^Resolution 70/1.]"),
    Case(3, "PP _Recalling_ its work,2"),
    # 4 operative end
    Case(
        4,
        "OP _Urges_ all States to act,\nOP _Requests_ a report.",
        ("act,",),
        "_Urges_ all States to act;",
    ),
    Case(
        4,
        "OP _Urges_ all States to act;\nOP _Requests_ a report;",
        ("report;",),
        "_Requests_ a report.",
    ),
    Case(4, "OP _Urges_ all States to act.\nOP _Requests_ a report.", ("act.",)),
    Case(4, "OP _Urges_ all States to act;\nHEAD Follow-up\nOP _Requests_ a report."),
    # 5 operative numbers
    Case(5, "OP#1 _Urges_ all States to act;\nOP#3 _Requests_ a report.", ("Requests",)),
    Case(5, "OP#1 _Urges_ all States to act;\nOP#1 _Requests_ a report.", ("Requests",)),
    Case(5, "OP#1 _Requests_ a report.", ("Requests",)),
    Case(5, "OP#1 _Urges_ all States to act;\nOP#2 _Requests_ a report."),
    Case(5, "OP _Requests_ a report."),
    # 6 and 7 place of the adverb
    Case(
        6,
        "PP _Noting_ the work,\nPP _Also noting_ the plan,",
        ("Also noting",),
        "_Noting also_ the plan,",
    ),
    Case(6, "PP _Noting_ the work,\nPP _Noting also_ the plan,"),
    Case(
        7,
        "OP _Requests_ the Secretary-General to report;\nOP _Requests also_ the Secretary-General to act.",
        ("Requests also",),
        "_Also requests_ the Secretary-General to act.",
    ),
    Case(
        7,
        "OP _Requests_ the Secretary-General to report;\nOP _Also requests_ the Secretary-General to act.",
    ),
    Case(6, "PP _Stressing_ the work,\nPP _Also noting_ the plan,", ("Also noting",)),
    Case(9, "PP _Stressing_ the work,\nPP _Also noting_ the plan,", ("Also noting",)),
    Case(7, "OP _Urges_ States;\nOP _Requests also_ a report.", ("Requests also",)),
    # 8 to 10 turns
    Case(
        8,
        "PP _Recalling_ the work,\nPP _Recalling_ the plan,",
        ("Recalling",),
        "_Recalling also_ the plan,",
    ),
    Case(
        8,
        "PP _Recalling_ the work,\nPP _Recalling also_ the plan,\nPP _Recalling further_ the aim,",
    ),
    Case(
        9,
        "PP _Stressing_ the work,\nPP _Recalling also_ the plan,",
        ("Recalling also",),
        "_Recalling_ the plan,",
    ),
    Case(9, "PP _Stressing_ the work,\nPP _Recalling_ the plan,"),
    Case(
        10,
        "OP _Requests_ the Secretary-General to report;\nOP _Requests_ the Secretary-General to act.",
        ("Requests",),
        "_Also requests_ the Secretary-General to act.",
    ),
    Case(
        10,
        "OP _Requests_ the Secretary-General to report;\nOP _Requests_ the Economic and Social Council to act.",
    ),
    # 11 to 13 citations
    Case(
        11,
        pp("its resolution 71/45"),
        ("71/45",),
        "_Recalling_ its resolution 71/45 of 5 December 2016,",
    ),
    Case(11, pp("its resolutions 60/1 and 60/2"), ("60/1", "60/2")),
    Case(11, pp("its resolutions 69/193 and 69/196 of 18 December 2014")),
    Case(11, pp("its resolution 71/45 of 5 December 2016")),
    Case(11, pp("Human Rights Council resolution 43/1")),
    Case(11, pp("its decision 74/544")),
    Case(11, pp("the report entitled “Follow-up to resolution 68/1”")),
    Case(
        11,
        "PP _Recalling_ its resolution 71/45 of 5 December 2016,\nOP _Reaffirms_ its resolution 71/45.",
    ),
    Case(
        12,
        "PP _Recalling_ its resolution 71/45 of 5 December 2016,\nOP _Reaffirms_ its resolution 71/45 of 5 December 2016.",
        ("71/45 of 5 December 2016",),
        "_Reaffirms_ its resolution 71/45.",
    ),
    Case(
        12,
        "PP _Recalling_ its resolution 71/45 of 5 December 2016,\nOP _Reaffirms_ its resolution 71/45.",
    ),
    Case(
        13,
        pp("its resolution 74/62 of 19 December 2019"),
        ("74/62 of 19 December 2019",),
        "_Recalling_ its resolution 74/62 of 12 December 2019,",
    ),
    Case(
        13,
        pp("its resolutions 71/45 of 5 December 2016 and 72/54 of 4 December 2018 on it"),
        ("72/54 of 4 December 2018",),
    ),
    Case(
        13,
        pp("General Assembly resolution 70/54 of 8 December 2015"),
        ("70/54 of 8 December 2015",),
    ),
    Case(13, pp("its resolution 74/62 of 12 December 2019")),
    Case(13, pp("Economic and Social Council resolution 74/62 of 19 December 2019")),
    # 14 dates
    Case(
        14,
        pp("the meeting of December 7, 2020"),
        ("December 7, 2020",),
        "_Recalling_ the meeting of 7 December 2020,",
    ),
    Case(
        14,
        pp("the meeting of 7th December 2020"),
        ("7th December 2020",),
        "_Recalling_ the meeting of 7 December 2020,",
    ),
    Case(14, pp("the meeting of 07 December 2020"), ("07 December 2020",)),
    Case(14, pp("the meeting of 7 December, 2020"), ("7 December, 2020",)),
    Case(
        14,
        pp("the meeting of 7 Dec. 2020"),
        ("7 Dec. 2020",),
        "_Recalling_ the meeting of 7 December 2020,",
    ),
    Case(
        14,
        pp("the meeting of 2020-12-07"),
        ("2020-12-07",),
        "_Recalling_ the meeting of 7 December 2020,",
    ),
    Case(14, pp("the meeting of 07/12/2020"), ("07/12/2020",)),
    Case(14, pp("the 7th of December"), ("the 7th of December",)),
    Case(14, pp("the meeting held from 5 to 7 December 2020, the one of May 2021 and A/75/399")),
    # 15 ranges
    Case(
        15,
        pp("the Action Plan 2021-2026"),
        ("2021-2026",),
        "_Recalling_ the Action Plan 2021–2026,",
    ),
    Case(15, pp("the biennium 2021-22"), ("2021-22",)),
    Case(15, pp("the Action Plan 2021–2026 and A/2021-2026/3")),
    # 16 per cent
    Case(16, pp("that 12% of them"), ("%",), "_Recalling_ that 12 per cent of them,"),
    Case(16, pp("that 12 percent of them"), ("percent",), "_Recalling_ that 12 per cent of them,"),
    Case(16, pp("that 12 per cent and a percentage of them")),
    # 17 quotes
    Case(17, pp('the "Plan"'), ('"', '"'), "_Recalling_ the “Plan”,"),
    Case(
        17,
        pp("the States' work and the Committee's plan"),
        ("'", "'"),
        "_Recalling_ the States’ work and the Committee’s plan,",
    ),
    Case(17, pp("the 'Plan'"), ("'", "'"), "_Recalling_ the ‘Plan’,"),
    Case(17, pp('the work[^See "Plan".]'), ('"', '"')),
    Case(17, pp("the “Plan” and the States’ work")),
    # 18 comma
    Case(
        18,
        pp("the report entitled “Plan,” and the work"),
        (",”",),
        "_Recalling_ the report entitled “Plan”, and the work,",
    ),
    Case(18, pp("the report entitled “Plan”, and the work")),
    # 19 serial comma
    Case(
        19,
        pp("the rights of women, children, and persons with disabilities"),
        (", and",),
        "_Recalling_ the rights of women, children and persons with disabilities,",
    ),
    Case(19, pp("the statements by Chile, Mexico, and Norway"), (", and",)),
    Case(19, pp("the rights of women, children and persons with disabilities")),
    Case(19, pp("the meeting held in Lausanne, Switzerland, and the plan")),
    Case(19, pp("the need to act, as appropriate, and to report, where possible, and in full")),
    Case(19, pp("steps taken nationally, regionally, and globally"), (", and",)),
    Case(
        19,
        pp(
            "principles derived from established custom, from the law of the sea, and from the dictates of it"
        ),
        (", and",),
    ),
    Case(
        19,
        pp(
            "the work of the United Nations, the International Maritime Organization, the Cluster Coalition, and other bodies"
        ),
        (", and",),
    ),
    Case(19, pp("the plan, which was adopted in May, and noting it")),
    # 20 -ize
    Case(
        20,
        pp("the organisation of work"),
        ("organisation",),
        "_Recalling_ the organization of work,",
    ),
    Case(20, "PP _Recognising_ the work,", ("Recognising",), "_Recognizing_ the work,"),
    Case(20, pp("the need to analyze it"), ("analyze",), "_Recalling_ the need to analyse it,"),
    Case(20, pp("the work of the Organisation for Economic Co-operation and Development")),
    Case(
        20,
        pp(
            "the need to exercise, promise, advise, raise, revise, comprise and supervise, awareness-raising, crises and expertise"
        ),
    ),
    Case(20, pp("the need to analyse the organization and paralysing fears")),
    Case(20, pp("it[^Available at www.un.org/organisation/program.] as is")),
    # 21 British
    Case(21, pp("the program of work"), ("program",), "_Recalling_ the programme of work,"),
    Case(21, pp("labor and the center"), ("labor", "center")),
    Case(21, pp("steps toward the aim and the need to fulfill it"), ("toward", "fulfill")),
    Case(21, pp("the World Food Program"), ("Program",), "_Recalling_ the World Food Programme,"),
    Case(21, pp("the programme, labour, centre, fulfilled tasks, towards and the Stimson Center")),
    # 22 cooperation
    Case(
        22,
        pp("co-operation and co-ordinated work"),
        ("co-operation", "co-ordinated"),
        "_Recalling_ cooperation and coordinated work,",
    ),
    Case(
        22,
        pp(
            "the Organisation for Economic Co-operation and Development, cooperation and co-sponsors"
        ),
    ),
    # 23 hyphens
    Case(
        23,
        pp("the Secretary General and nongovernmental bodies"),
        ("Secretary General", "nongovernmental"),
        "_Recalling_ the Secretary-General and non-governmental bodies,",
    ),
    Case(
        23,
        pp("policy-making, decision making and sub-regional work"),
        ("policy-making", "decision making", "sub-regional"),
        "_Recalling_ policymaking, decision-making and subregional work,",
    ),
    Case(
        23,
        pp("the Under Secretary General"),
        ("Under Secretary General",),
        "_Recalling_ the Under-Secretary-General,",
    ),
    Case(
        23,
        pp(
            "the Secretary General of the Council of Europe, the Secretary-General, policymaking and decision-making"
        ),
    ),
    # 24 the present resolution
    Case(
        24,
        op("a report on this resolution"),
        ("this resolution",),
        "_Requests_ a report on the present resolution.",
    ),
    Case(24, op("a report on the present resolution")),
    # 25 United Nations
    Case(
        25,
        pp("the UN and its agencies"),
        ("UN",),
        "_Recalling_ the United Nations and its agencies,",
    ),
    Case(25, pp("the work of UN Women"), ("UN Women",), "_Recalling_ the work of UN-Women,"),
    Case(25, pp("UN-Women, UN-Habitat, UN-SPIDER and the United Nations")),
    # 26 shorthand
    Case(26, pp("aid, e.g. training, i.e. courses, etc."), ("e.g.", "i.e.", "etc.")),
    Case(26, pp("women & men"), ("&",), "_Recalling_ women and men,"),
    Case(26, pp("for example training")),
    # 27 inter alia
    Case(27, pp("_inter alia_ the work"), ("inter alia",), "_Recalling_ inter alia the work,"),
    Case(
        27,
        pp("the work of, _inter alia_, the Committee"),
        ("inter alia",),
        "_Recalling_ the work of, inter alia, the Committee,",
    ),
    Case(27, pp("inter alia the work")),
    # 28 Member States
    Case(
        28,
        "OP _Urges_ all member states to act.",
        ("member states",),
        "_Urges_ all Member States to act.",
    ),
    Case(
        28,
        "OP _Urges_ all member States to act.",
        ("member States",),
        "_Urges_ all Member States to act.",
    ),
    Case(
        28,
        pp("the European Union and its member states"),
        ("member states",),
        "_Recalling_ the European Union and its member States,",
    ),
    Case(28, pp("the European Union and its member States and all Member States")),
    # 29 States parties
    Case(
        29,
        "OP _Urges_ all States Parties to act;\nOP _Invites_ States parties and other States parties.",
        ("States Parties",),
        "_Urges_ all States parties to act;",
    ),
    Case(
        29,
        "OP _Urges_ all States parties to act.",
        ("States parties",),
        "_Urges_ all States Parties to act.",
        session=80,
    ),
    Case(
        29,
        "OP _Urges_ all states parties to act.",
        ("states parties",),
        "_Urges_ all States parties to act.",
    ),
    Case(29, "OP _Urges_ States parties to attend the Meeting of States Parties."),
    Case(29, "OP _Urges_ all States Parties to act.", session=80),
    # 30 article
    Case(
        30,
        pp("Article 7 of the Convention"),
        ("Article 7",),
        "_Recalling_ article 7 of the Convention,",
    ),
    Case(
        30,
        pp("article 24 of the Charter"),
        ("article 24",),
        "_Recalling_ Article 24 of the Charter,",
    ),
    Case(
        30, pp("article 38 of the Statute of the International Court of Justice"), ("article 38",)
    ),
    Case(
        30,
        pp(
            "article 7 of the Convention and Article 24, paragraph 3, of the Charter of the United Nations"
        ),
    ),
    Case(30, pp("article VI of the Treaty on the Non-Proliferation of Nuclear Weapons")),
    # 31 to 33, 46 footnotes
    Case(
        31,
        pp("the Convention[^Resolution 70/1.], and the plan"),
        ("Convention*,",),
        "_Recalling_ the Convention,[^Resolution 70/1.] and the plan,",
    ),
    Case(31, pp("the Convention,[^Resolution 70/1.] and the plan[^A/79/302.] of it")),
    Case(
        32,
        pp("the Convention[^Resolution 70/1] of it"),
        ("",),
        "_Recalling_ the Convention[^Resolution 70/1.] of it,",
    ),
    Case(32, pp("the Convention[^] of it"), ("",)),
    Case(32, pp("the Convention[^Resolution 70/1.] of it")),
    Case(33, pp("the Convention[^Ibid., annex II.] of it"), ("Ibid.",)),
    Case(
        33,
        pp("the Convention[^A/79/302.] of it[^Ibid., vol. 2688, No. 47713.] as it is"),
        ("Ibid.",),
    ),
    Case(
        33,
        pp(
            "the Convention[^United Nations, Treaty Series, vol. 2515, No. 44910.] of it[^Ibid., vol. 2688, No. 47713.] as it is"
        ),
    ),
    Case(
        33,
        pp(
            "it[^Ibid., vols. 2171 and 2173, No. 27531; ibid., vol. 2131, No. 20378.] and it[^Ibid., vol. 521, No. 7525.] as is"
        ),
        ("Ibid.",),
    ),
    # 34 to 36 numbers
    Case(34, pp("that 3 States have joined"), ("3",), "_Recalling_ that three States have joined,"),
    Case(34, pp("the work of 5 experts"), ("5",)),
    Case(
        34, pp("children under 5 years of age, 5 per cent, 7 December, paragraph 3 and 3 million")
    ),
    Case(34, pp("that three States have joined")),
    Case(35, pp("that 11000 persons, 8,5 million and 12 500 others"), ("11000", "8,5", "12 500")),
    Case(35, pp("that 11000 persons"), ("11000",), "_Recalling_ that 11,000 persons,"),
    Case(
        35,
        pp(
            "that 11,000 persons, 8.5 million in 2020[^United Nations, Treaty Series, vol. 2688, No. 47713.] and so on"
        ),
    ),
    Case(
        36,
        op("a report at its 77th session"),
        ("77th",),
        "_Requests_ a report at its seventy-seventh session.",
    ),
    Case(
        36, op("a report at its seventy-seventh session and at the 112th session of the Conference")
    ),
    Case(36, op("reports at its 76th and 77th sessions"), ("76th", "77th")),
    # 37 and 38 agenda
    Case(
        37,
        "OP _Decides_ to include in the provisional agenda of its seventy-sixth session the item entitled “Work”.",
        ("seventy-sixth",),
    ),
    Case(
        37,
        "OP _Decides_ to include in the provisional agenda of its seventy-seventh session the item entitled “Work”.",
    ),
    Case(
        38,
        "OP _Decides_ to include in the provisional agenda of its seventy-seventh session the item entitled “Work”;\nOP _Urges_ all States to act.",
        ("Decides",),
    ),
    Case(
        38,
        "PP _Recalling_ its resolutions 73/1 of 1 October 2018, 74/1 of 1 October 2019 and 75/2 of 1 October 2020,\nOP _Urges_ all States to act;\nOP _Requests_ a report.",
        ("Requests",),
    ),
    Case(
        38,
        "OP _Urges_ all States to act;\nOP _Decides_ to include in the provisional agenda of its seventy-seventh session the item entitled “Work”.",
    ),
    Case(
        38,
        "PP _Recalling_ its resolutions 73/1 of 1 October 2018, 74/1 of 1 October 2019 and 75/2 of 1 October 2020,\nOP _Urges_ all States to act;\nOP _Decides_ to remain seized of the matter.",
    ),
    # 39 sub-paragraphs
    Case(39, "OP _Urges_ States,\nSUB To act;\nSUB To report.", ("States,",), "_Urges_ States:"),
    Case(39, "OP _Urges_ States:\nSUB to act;\nSUB To report.", ("t",), "To act;"),
    Case(39, "OP _Urges_ States:\nSUB To act; and\nSUB To report.", ("; and",), "To act;"),
    Case(39, "OP _Urges_ States:\nSUB To act,\nSUB To report.", ("act,",), "To act;"),
    Case(39, "OP _Urges_ States:\nSUB To act:\nSUB2 At home;\nSUB2 Abroad;\nSUB To report."),
    # 40 the gate
    Case(40, pp("the work [Mexico: retain] of it"), ("[Mexico: retain]",)),
    Case(40, pp("the [outcome] of it]"), ("[outcome]", "]")),
    Case(40, "OP OP6 alt _Requests_ a report.", ("OP6 alt",)),
    Case(40, pp("the work as in PP10 bis"), ("PP10 bis",)),
    Case(40, pp("the work (Chile: delete)"), ("Chile: delete)",)),
    Case(40, pp("the dates TBC"), ("TBC",)),
    Case(
        40,
        "PP _Recalling_ its work,\nOP _Requests_ a report.\nANNEX Annex\nTEXT I, [name], promise it.",
    ),
    Case(40, pp("the work of Mexico and Chile")),
    Case(40, "OP#1 _Urges_ States;\nOP#1_bis. _Requests_ a report.", ("Requests",)),
    Case(40, pp("the work (proposed by Chile) of it"), ("(proposed by Chile)",)),
    # 41 punctuation
    Case(41, pp("the work,, the plan"), (",,",), "_Recalling_ the work, the plan,"),
    Case(41, pp("the work , the plan"), (" ,",), "_Recalling_ the work, the plan,"),
    Case(41, pp("the  work"), ("  ",), "_Recalling_ the work,"),
    Case(41, pp("the work,the plan"), (",",), "_Recalling_ the work, the plan,"),
    Case(41, pp("the work, the plan (the aim); 11,000 and A/C.1/76/L.41")),
    # 42 dashes
    Case(
        42,
        pp("the work — all of it — and more"),
        (" — ", " — "),
        "_Recalling_ the work – all of it – and more,",
    ),
    Case(42, pp("the work—all of it"), ("—",), "_Recalling_ the work – all of it,"),
    Case(42, pp("the work – all of it – and gender- and age-sensitive aid")),
    # 43 and 44 countries
    Case(
        43, pp("the statement by Vietnam"), ("Vietnam",), "_Recalling_ the statement by Viet Nam,"
    ),
    Case(43, pp("the Ivory Coast and Swaziland"), ("Ivory Coast", "Swaziland")),
    Case(43, pp("the meeting in Turkey"), ("Turkey",), session=78),
    Case(43, pp("the meeting in Turkey"), session=76),
    Case(
        43,
        pp(
            "Viet Nam, Côte d’Ivoire, Eswatini, the Islamic Republic of Iran, the Republic of Moldova and the Syrian Arab Republic"
        ),
    ),
    Case(44, pp("China’s policies"), ("China’s",)),
    Case(44, pp("the policies of China and the Committee’s work")),
    # 45 abbreviations
    Case(45, pp("NGOs and the EU"), ("NGOs", "EU")),
    Case(45, pp("non-governmental organizations and the coronavirus disease (COVID-19) pandemic")),
    # 46 treaties
    Case(
        46,
        pp("it[^United Nations, Treaty Series, v. 2688, no 47713.] as is"),
        ("v. 2688", "no 47713"),
        "_Recalling_ it[^United Nations, Treaty Series, vol. 2688, No. 47713.] as is,",
    ),
    Case(
        46,
        pp("it[^United Nations, Treaty Series, Vol. 2688, No 47713.] as is"),
        ("Vol. 2688", "No 47713"),
    ),
    Case(46, pp("it[^United Nations, Treaty Series, vol. 2688, No. 47713.] as is")),
    # 47 is not reported
    Case(47, pp("the report called “Plan” and the one entitled “Aim”")),
)
"""All cases; those without findings are the right lines."""

"""The template of our Word files: styles, numbering, settings and masthead in UN layout.

Measures are in twips (1,440 to the inch) unless said otherwise. They were measured in the styles
and headers of real General Assembly documents of 2025 (research/documents.md, section 5); what
could not be measured there is marked as chosen. The emblem needs permission: its cell is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from drafting.text.resolution import Kind

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}"'

SIDE = 1267
"""Indent of the text on both sides, within margins of 1,200."""

STEP = 475
"""From the edge of the text to a number, and from a number to its words."""

LANGUAGES = {
    "ar": ("ar-SA", "العربية"),
    "en": ("en-GB", "Original: English"),
    "es": ("es-ES", "Español"),
    "fr": ("fr-FR", "Français"),
    "ru": ("ru-RU", "Русский"),
    "zh": ("zh-CN", "中文"),
}
"""The official languages: the tag that Word uses, and what the masthead prints (chosen)."""


@dataclass(frozen=True, slots=True)
class Style:
    """A style of the template. Its name is what a returned file is recognised by.

    Word and LibreOffice keep names; LibreOffice makes new ids from them.
    """

    id: str
    name: str
    paragraph: str = ""
    characters: str = ""
    base: str = "Normal"
    following: str = ""


BODY = {
    (Kind.FORMULA, 0): "UNFormula",
    (Kind.PREAMBULAR, 0): "UNPreambular",
    (Kind.OPERATIVE, 0): "UNOperative",
    (Kind.SUB, 1): "UNSub1",
    (Kind.SUB, 2): "UNSub2",
    (Kind.SUB, 3): "UNSub3",
    (Kind.HEADING, 0): "UNHeading",
    (Kind.ANNEX, 0): "UNAnnex",
    (Kind.ANNEX_TEXT, 0): "UNAnnexText",
    (Kind.ANNEX_ITEM, 0): "UNAnnexItem",
}
"""The style of each kind and level of paragraph, by its id."""


def labelled(level: int) -> str:
    """Gives the indents of a paragraph whose label hangs in the left margin, words at its level."""
    left = SIDE + max(level, 1) * STEP - STEP
    cleared = "".join(
        f'<w:tab w:val="clear" w:pos="{position}"/>' for position in range(SIDE + STEP, left, STEP)
    )
    return _tabs(left).replace("<w:tabs>", f"<w:tabs>{cleared}") + _indent(left, hanging=left)


def _tabs(*positions: int) -> str:
    stops = "".join(f'<w:tab w:val="left" w:pos="{position}"/>' for position in positions)
    return f"<w:tabs>{stops}</w:tabs>"


def _indent(left: int, *, first: int = 0, hanging: int = 0) -> str:
    shift = f' w:hanging="{hanging}"' if hanging else f' w:firstLine="{first}"'
    return f'<w:ind w:left="{left}" w:right="{SIDE}"{shift}/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


_BOLD = "<w:b/><w:bCs/>"
_FLUSH = '<w:ind w:left="0" w:right="0" w:firstLine="0"/>'
_LEVELS = (
    # Numbers at 1,742, words at 2,218, later lines at 1,267; deeper levels hang (chosen).
    ("decimal", "%1.", SIDE, STEP, 0),
    ("lowerLetter", "(%2)", SIDE, STEP, 0),
    ("lowerRoman", "(%3)", SIDE + 2 * STEP, 0, STEP),
    ("lowerLetter", "%4.", SIDE + 3 * STEP, 0, STEP),
)
_TEXT = _tabs(*range(SIDE + STEP, SIDE + 5 * STEP, STEP))


def _level_indent(level: int) -> str:
    _, _, left, first, hanging = _LEVELS[level]
    return _indent(left, first=first, hanging=hanging)


def _text_style(level: int | None) -> str:
    indent = _indent(SIDE, first=STEP) if level is None else _level_indent(level)
    return f'{_TEXT}{indent}<w:jc w:val="both"/>'


def _title(outline: int, *, before: int, after: int, counted: bool = True) -> str:
    # Lines are numbered from the opening words on: the title is not negotiated with them.
    numbers = "" if counted else "<w:suppressLineNumbers/>"
    return (
        f'<w:keepNext/><w:keepLines/>{numbers}<w:spacing w:before="{before}" w:after="{after}" '
        f'w:line="240" w:lineRule="atLeast"/>{_indent(SIDE)}<w:jc w:val="left"/>'
        f'<w:outlineLvl w:val="{outline}"/>'
    )


_MASTHEAD_LINE = (
    '<w:suppressLineNumbers/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="atLeast"/>'
    + _FLUSH
)
_FRONT_LINE = (
    '<w:keepNext/><w:suppressLineNumbers/><w:spacing w:before="0" w:after="{after}" w:line="240" w:lineRule="atLeast"/>'
    '<w:ind w:left="0" w:right="{right}" w:firstLine="0"/><w:jc w:val="left"/>'
)

STYLES = (
    Style("UNFormula", "UN Formula", _text_style(None), following="UNPreambular"),
    Style("UNPreambular", "UN Preambular", _text_style(None)),
    Style("UNOperative", "UN Operative", _text_style(0)),
    Style("UNSub1", "UN Sub-paragraph 1", _text_style(1)),
    Style("UNSub2", "UN Sub-paragraph 2", _text_style(2)),
    Style("UNSub3", "UN Sub-paragraph 3", _text_style(3)),
    Style(
        "UNHeading",
        "UN Heading",
        _title(1, before=240, after=120),
        _BOLD + _size(24),
        base="Heading2",
        following="UNOperative",
    ),
    Style(
        "UNAnnex", "UN Annex", _title(0, before=360, after=120), _BOLD + _size(28), base="Heading1"
    ),
    Style("UNAnnexText", "UN Annex text", _text_style(None)),
    Style("UNAnnexItem", "UN Annex item", _text_style(0)),
    Style(
        "UNTitle",
        "UN Title",
        _title(0, before=240, after=240, counted=False),
        _BOLD + _size(28),
        base="Heading1",
        following="UNFormula",
    ),
    Style(
        "UNSponsors",
        "UN Sponsors",
        '<w:keepNext/><w:keepLines/><w:suppressLineNumbers/><w:spacing w:before="240" w:after="0" w:line="240" '
        f'w:lineRule="atLeast"/>{_indent(SIDE, first=STEP)}<w:jc w:val="both"/>',
        _BOLD,
        following="UNTitle",
    ),
    Style("UNSession", "UN Session", _FRONT_LINE.format(after=0, right=0), _BOLD),
    Style("UNCommittee", "UN Committee", _FRONT_LINE.format(after=0, right=0), _BOLD),
    Style("UNAgendaItem", "UN Agenda item", _FRONT_LINE.format(after=0, right=0)),
    Style("UNAgendaTitle", "UN Agenda title", _FRONT_LINE.format(after=120, right=5040), _BOLD),
    Style(
        "UNNotice",
        "UN Notice",
        "<w:keepNext/><w:suppressLineNumbers/>"
        '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="atLeast"/>'
        f'{_indent(SIDE)}<w:jc w:val="left"/>',
        _BOLD,
    ),
    Style(
        "UNClosing",
        "UN Closing",
        '<w:keepNext/><w:spacing w:before="240" w:after="120" w:line="240" w:lineRule="atLeast"/>'
        f'{_indent(SIDE)}<w:contextualSpacing/><w:jc w:val="right"/>',
        "<w:i/><w:iCs/>",
    ),
    Style(
        "UNRule",
        "UN Rule",
        "<w:suppressLineNumbers/>"
        '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
        '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="exact"/>'
        '<w:ind w:left="4320" w:right="4320" w:firstLine="0"/><w:jc w:val="center"/>',
    ),
    Style("UNOrganization", "UN Organization", _MASTHEAD_LINE, '<w:w w:val="96"/>' + _size(28)),
    Style("UNBody", "UN Body", _MASTHEAD_LINE, _BOLD + _size(40)),
    Style("UNSymbol", "UN Symbol", _MASTHEAD_LINE + '<w:jc w:val="right"/>'),
    Style("UNDistribution", "UN Distribution", _MASTHEAD_LINE),
    Style("UNDate", "UN Date", _MASTHEAD_LINE),
    Style("UNLanguage", "UN Language", _MASTHEAD_LINE),
    Style("UNRunning", "UN Running head", _MASTHEAD_LINE, _BOLD + _size(17), base="Header"),
    Style(
        "FootnoteText",
        "footnote text",
        # LibreOffice sets the mark before all else, so the measured right tab at 418 cannot stand.
        "<w:suppressLineNumbers/>"
        + _tabs(SIDE + STEP)
        + '<w:spacing w:before="0" w:after="0" w:line="210" {rule}/>'
        + _indent(SIDE + STEP, hanging=STEP)
        + '<w:jc w:val="left"/>',
        _size(17),
    ),
)
"""The paragraph styles. The sponsors, committee and title lines are chosen, the rest measured."""

_BUILT_IN = (
    # What a Word user looks for by these names: in the gallery, the navigation pane, the review pane.
    Style("Heading1", "heading 1", _title(0, before=240, after=240), _BOLD + _size(28)),
    Style("Heading2", "heading 2", _title(1, before=240, after=120), _BOLD + _size(24)),
    Style("Header", "header", _MASTHEAD_LINE, _size(17)),
    Style("Footer", "footer", _MASTHEAD_LINE, _size(17)),
    Style(
        "CommentText",
        "annotation text",
        '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>',
        _size(20),
    ),
)
"""Styles by the names that Word knows; ours are based on them where they are of that sort."""

_GALLERY = frozenset(BODY.values()) | {"UNTitle", "UNSponsors", "Heading1", "Heading2"}
"""Styles that Word offers first to whoever writes on in the file."""

CHARACTER_STYLES = (
    Style(
        "FootnoteReference", "footnote reference", characters='<w:vertAlign w:val="superscript"/>'
    ),
    Style("CommentReference", "annotation reference", characters=_size(16)),
    Style("UNNumber", "UN Number"),
    Style("UNFixed", "UN Fixed words"),
    Style("UNLabel", "UN Label", characters='<w:b/><w:bCs/><w:color w:val="595959"/>'),
)
"""Character styles. Words in "UN Fixed words" and "UN Label" are printed and not read back."""


def rtl(language: str) -> bool:
    """Tells whether a language is written from right to left."""
    return language in {"ar", "fa", "he", "ur"}


def _line(language: str) -> str:
    # A line of exactly 12 points cuts the tall letters of Arabic and Chinese.
    rule = "atLeast" if rtl(language) or language == "zh" else "exact"
    return f'w:lineRule="{rule}"'


def styles(language: str) -> str:
    """Gives the styles part for a document in that language."""
    tag = LANGUAGES.get(language, (language, ""))[0]
    line = _line(language)
    bidi = "<w:bidi/>" if rtl(language) else ""
    out = [
        (
            f"{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
            '<w:rFonts w:ascii="Times New Roman" w:eastAsia="SimSun" w:hAnsi="Times New Roman" '
            'w:cs="Times New Roman"/>'
            f'<w:lang w:val={quoteattr(tag)} w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
            f"<w:qFormat/><w:pPr>{bidi}"
            f'<w:spacing w:before="0" w:after="120" w:line="240" {line}/></w:pPr>'
            f'<w:rPr><w:spacing w:val="4"/><w:w w:val="103"/><w:kern w:val="14"/>{_size(20)}</w:rPr>'
            "</w:style>"
            '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
            '<w:name w:val="Default Paragraph Font"/></w:style>'
            '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
            '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
            '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
            '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
            "</w:tblCellMar></w:tblPr></w:style>"
        )
    ]
    for style in (*_BUILT_IN, *STYLES):
        following = style.following or style.id
        ours = ' w:customStyle="1"' if style.id.startswith("UN") else ""
        offered = (
            '<w:uiPriority w:val="1"/><w:qFormat/>'
            if style.id in _GALLERY
            else ('<w:uiPriority w:val="99"/>')
        )
        out.append(
            f'<w:style w:type="paragraph"{ours} w:styleId="{style.id}">'
            f'<w:name w:val="{style.name}"/><w:basedOn w:val="{style.base}"/>'
            f'<w:next w:val="{following}"/>{offered}'
            f"<w:pPr>{style.paragraph.replace('{rule}', line)}</w:pPr>"
            f"<w:rPr>{style.characters}</w:rPr></w:style>"
        )
    out.extend(
        f'<w:style w:type="character" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{style.characters}</w:rPr></w:style>'
        for style in CHARACTER_STYLES
    )
    out.append("</w:styles>")
    return "".join(out)


def numbering(lists: int) -> str:
    """Gives the numbering part with so many lists, numbered from 1, each counting for itself.

    A list counts 1., (a), (i), a. Every list has an abstract one of its own: consumers differ on
    how two lists that share one are to count.
    """
    levels = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="tab"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f"<w:pPr>{_tabs(left + 2 * first)}{_level_indent(index)}</w:pPr></w:lvl>"
        for index, (form, text, left, first, _) in enumerate(_LEVELS)
    )
    abstracts = "".join(
        f'<w:abstractNum w:abstractNumId="{index}"><w:nsid w:val="{0x5A000000 + index:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for index in range(lists)
    )
    nums = "".join(
        f'<w:num w:numId="{index + 1}"><w:abstractNumId w:val="{index}"/></w:num>'
        for index in range(lists)
    )
    return f"{HEAD}<w:numbering {NAMESPACES}>{abstracts}{nums}</w:numbering>"


SETTINGS = (
    f"{HEAD}<w:settings {NAMESPACES}>"
    '<w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)
"""The settings part. Tracking is not switched on: the person who edits decides."""


def section(*, line_numbers: bool) -> str:
    """Gives the section's properties: US letter, the measured margins, headers and footers."""
    numbers = '<w:lnNumType w:countBy="1" w:restart="newPage"/>' if line_numbers else ""
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="{part}-{kind}"/>'
        for part in ("header", "footer")
        for kind in ("even", "default", "first")
    )
    return (
        f'<w:sectPr>{references}<w:footnotePr><w:numFmt w:val="decimal"/></w:footnotePr>'
        '<w:pgSz w:w="12240" w:h="15840"/>'
        '<w:pgMar w:top="1440" w:right="1200" w:bottom="1152" w:left="1200" '
        f'w:header="432" w:footer="504" w:gutter="0"/>{numbers}<w:titlePg/></w:sectPr>'
    )


def line(style: str, *runs: str) -> str:
    """Gives a paragraph in a style, from the XML of its runs."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def words(text: str, properties: str = "") -> str:
    """Gives the XML of a run of plain words."""
    if not text:
        return ""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def fixed(text: str) -> str:
    """Gives the XML of words that are printed and not read back."""
    return words(text, '<w:rStyle w:val="UNFixed"/>')


NO_MARGINS = (
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
)
"""The margins of our tables' cells: LibreOffice puts in its own where a table says nothing."""


def masthead_table(
    symbol: str, lines: Sequence[str], *, organization: str, body: str, right_to_left: bool
) -> str:
    """Gives the masthead: organization and symbol, then the body and the lines on the right."""
    visual = "<w:bidiVisual/>" if right_to_left else ""
    # The first letter is large, the rest of the symbol small.
    printed = words(symbol[:1], _size(40)) + words(symbol[1:])
    rows = (
        (864, 4, "bottom", ((1267, 1, ""), (2117, 2, line("UNOrganization", fixed(organization))))),
        (2880, 12, "top", ((1267, 1, ""), (5227, 3, line("UNBody", fixed(body))), (245, 1, ""))),
    )
    ends = ((6451, 3, line("UNSymbol", printed)), (3096, 1, "".join(lines)))
    out = [
        f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="9835" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{NO_MARGINS}</w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in (1267, 1872, 245, 3110, 245, 3096))
        + "</w:tblGrid>"
    ]
    for (height, border, align, cells), end in zip(rows, ends, strict=True):
        out.append(f'<w:tr><w:trPr><w:trHeight w:hRule="atLeast" w:val="{height}"/></w:trPr>')
        for width, span, content in (*cells, end):
            out.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{span}"/>'
                f'<w:tcBorders><w:bottom w:val="single" w:sz="{border}" w:space="0" '
                f'w:color="auto"/></w:tcBorders><w:tcMar><w:top w:w="{120 if align == "top" else 0}" '
                f'w:type="dxa"/></w:tcMar><w:vAlign w:val="{align}"/></w:tcPr>'
                f"{content or line('UNDate')}</w:tc>"
            )
        out.append("</w:tr>")
    out.append("</w:tbl>")
    return "".join(out)


def header(content: str) -> str:
    """Gives a header part; it ends in a paragraph of its own after a table."""
    closing = line("UNRunning") if content.endswith("</w:tbl>") or not content else ""
    return f"{HEAD}<w:hdr {NAMESPACES}>{content}{closing}</w:hdr>"


def footer(*, even: bool | None) -> str:
    """Gives a footer part: the page and the number of pages on the outer side; None: nothing."""
    if even is None:
        return f"{HEAD}<w:ftr {NAMESPACES}>{line('UNRunning')}</w:ftr>"
    side = "left" if even else "right"
    page = (
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
        "<w:r><w:t>/</w:t></w:r>"
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    )
    return (
        f'{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="UNRunning"/>'
        f'<w:jc w:val="{side}"/></w:pPr>{page}</w:p></w:ftr>'
    )


def outer(style: str, *runs: str, even: bool) -> str:
    """Gives a paragraph on the outer side of a page: the left of even ones, the right of odd ones."""
    side = "left" if even else "right"
    properties = f'<w:pStyle w:val="{style}"/><w:jc w:val="{side}"/>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def running_head(symbol: str, note: str, *, even: bool) -> str:
    """Gives the header of later pages: the symbol on the outer side, and a note on the inner."""
    gap = '<w:r><w:t xml:space="preserve">    </w:t></w:r>' if symbol and note else ""
    return header(outer("UNRunning", words(symbol), gap, fixed(note), even=even))

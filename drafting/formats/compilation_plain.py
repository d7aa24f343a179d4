r"""A compilation text as plain text: what goes into a mail, and what people compare.

    A/C.1/81/L.5, draft 2
    # Safety of lighthouses
    All proposals

    _The General Assembly_,

    **PP1 – agreed ad ref** _Recalling_ its resolution 80/998,[^1]

    **OP1** _Urges_ all keepers [**Norway:** and owners] to light them [without delay] [**Chile:** promptly] [**Mexico:** delete];
        [**Kenya:** move after OP3] [**Mexico, Chile:** retain (essential, preliminary)]

    **OP1 alt** [**Peru, supported by Chile and Togo:** _Invites_ all keepers to light them;]

    **OP1 bis** [**Norway (2):** _Thanks_ the keepers;]

    [^1] Resolution 80/998.

A line is a paragraph; its label and state are bold, a dash between them. Where the label does not
say what a paragraph is, a word in braces does: `**PP4 {operative}**`. Italics stand between
underscores. Of the text itself, brackets, underscores, asterisks and backslashes have a backslash
before them; so has a blank that would be taken for one of the form. For any value

    read(write(compilation)) == settled(compilation)       without keys
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from drafting.errors import Unreadable
from drafting.formats.plain import FORBIDDEN, LANGUAGES, MAX_PARAGRAPHS
from drafting.text.changes import Builder, Change, Insert, Note
from drafting.text.compilation import Compilation, tidy
from drafting.text.compilation_form import (
    CLOSE,
    GAP,
    OPEN,
    SPLIT,
    Block,
    Role,
    Segment,
    label_shown,
    shown_label,
)
from drafting.text.compilation_printing import printed
from drafting.text.compilation_reading import gathered
from drafting.text.numbering import SERIES
from drafting.text.resolution import MAX_LEVEL, Kind

INDENT: Final = "    "
"""Before a line that says something of the whole paragraph above it."""

_DASH = " \N{EN DASH} "
_HEAD = re.compile(r"\*\*((?:\\.|[^\\*])*)\*\*(?: |$)")

_KIND = re.compile(rf" \{{({'|'.join(Kind)})(?: ([1-{MAX_LEVEL}]))?\}}$")
_NOTE_LINE = re.compile(r"\[\^([0-9]{1,6})\](?: (.*))?$")
_PIECE = re.compile(
    r"\\(?P<escaped>.)"
    r"|\[\^(?P<note>[0-9]{1,6})\]"
    rf"|(?P<gap> )?\[\*\*(?P<owners>(?:\\.|[^\\*])*):\*\* ?(?P<split>{SPLIT}\])?"
    r"|(?P<open>\[)|(?P<close>\])|(?P<slope>_)"
)
_TITLE = re.compile(r"#(?: (.*))?$")
_LANGUAGE = re.compile(rf"Original: ({'|'.join(LANGUAGES)})$")
_ENDINGS = re.compile(rf"(?: alt(?: [0-9]+)?| (?:{'|'.join(SERIES)})| bis [0-9]+)+$")
_SUB = re.compile(r" (?:\([a-z0\N{EN DASH}]+\)|[a-z0]+\.)$")
_KINDS = (
    (re.compile(r"PP[0-9]"), Kind.PREAMBULAR),
    (re.compile(r"OP"), Kind.OPERATIVE),
    (re.compile(r"(Annex.*, h|H)eading "), Kind.HEADING),
    (re.compile(r"Annex.*, text "), Kind.ANNEX_TEXT),
    (re.compile(r"Annex.*, "), Kind.ANNEX_ITEM),
    (re.compile(r"Annex"), Kind.ANNEX),
    (re.compile(r"$"), Kind.FORMULA),
)


def _kind_of(label: str) -> tuple[Kind, int]:
    """Tells what a paragraph of that label is, and its level."""
    level = 0
    stem = _ENDINGS.sub("", label)
    while found := _SUB.search(stem):
        level += 1
        stem = _ENDINGS.sub("", stem[: found.start()])
    if level:
        return Kind.SUB, min(level, MAX_LEVEL)
    return next((kind for pattern, kind in _KINDS if pattern.match(stem)), Kind.OPERATIVE), 0


# --- writing ------------------------------------------------------------------------------------


def write(compilation: Compilation) -> str:
    """Gives a compilation as plain text, notes numbered in order of appearance."""
    compilation, paragraphs = printed(compilation)
    writer = _Writer()
    language = {code: f"Original: {name}" for name, code in LANGUAGES.items()}
    front = [_front_line(line) for line in compilation.lines]
    if compilation.language in language and compilation.language != "en":
        front.append(language[compilation.language])
    front.append(f"# {compilation.title}".rstrip(" "))
    if compilation.made:
        front.append(compilation.made)
    parts = [front]
    for block in paragraphs:
        if block.beneath:
            parts[-1].append(f"{INDENT}{writer.segments(block.segments)}")
        else:
            parts.append([writer.block(block)])
    if writer.notes:
        parts.append(writer.notes)
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _front_line(line: str) -> str:
    taken = line.startswith(("#", "\\")) or _LANGUAGE.match(line)
    return f"\\{line}" if taken else line


class _Writer:
    """Writes paragraphs, and keeps the notes met."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def block(self, block: Block) -> str:
        """Gives a paragraph with its label."""
        body = self.segments(block.segments)
        head = self._head(block, bare=bool(body) and body[0] not in " #[*\ufeff")
        line = f"{head} {body}" if head else body
        # A blank that ends the line would be lost.
        return f"{line[:-1]}\\ " if body.endswith(" ") else line.rstrip(" ")

    def _head(self, block: Block, *, bare: bool) -> str:
        label = shown_label(block)
        if not label and bare:
            return ""
        label = _in_bold(label or "\N{EN DASH}")
        mark = ""
        if _kind_of(block.label) != (block.kind, block.level):
            mark = f" {{{block.kind}{f' {block.level}' if block.level else ''}}}"
        remarks = f"{_DASH}{_in_bold(block.remarks)}" if block.remarks else ""
        return f"**{label}{mark}{remarks}**"

    def segments(self, segments: Iterable[Segment]) -> str:
        """Gives the segments of a paragraph."""
        out: list[str] = []
        row = list(segments)
        for index, segment in enumerate(row):
            match segment.role:
                case Role.WORDS:
                    words = self.words(segment.words)
                    if words.endswith(" ") and _speaks(row[index + 1 :]):
                        words = f"{words[:-1]}\\ "
                    out.append(words)
                case Role.SAID:
                    out.append(_escaped(segment.said))
                case Role.OWNERS:
                    out.append(f"**{segment.said}:** ")
                case Role.OPEN:
                    out.append("[")
                case Role.CLOSE:
                    out.append("]")
                case Role.GAP:
                    out.append(" ")
        return "".join(out)

    def words(self, words: Change) -> str:
        """Gives words of the text with their italics and notes."""
        out: list[str] = []
        italic = False
        for op in words.ops:
            if not isinstance(op, Insert):
                continue
            if bool(op.italic) != italic:
                out.append("_")
                italic = not italic
            if isinstance(op.content, Note):
                out.append(self._note(op.content))
            else:
                out.append(_escaped(op.content))
        return "".join(out) + ("_" if italic else "")

    def _note(self, note: Note) -> str:
        number = len(self.notes) + 1
        body = self.words(note.content)
        line = f"[^{number}] {body}"
        self.notes.append(f"{line[:-1]}\\ " if body.endswith(" ") else line.rstrip(" "))
        return f"[^{number}]"


def _speaks(rest: list[Segment]) -> bool:
    """Tells whether a bracket follows before which a blank would be taken for one of the form."""
    if [one.role for one in rest[:2]] != [Role.OPEN, Role.OWNERS]:
        return False
    return rest[2].role is not Role.SAID or rest[2].said != SPLIT


def _escaped(words: str) -> str:
    return re.sub(r"[\\_*\[\]]", r"\\\g<0>", words)


def _in_bold(words: str) -> str:
    """Gives what stands in a bold head, its marks escaped."""
    words = re.sub(r"[\\*{]", r"\\\g<0>", words)
    return words.replace(_DASH, f" \\{_DASH.strip()} ")


# --- reading ------------------------------------------------------------------------------------


def read(text: str) -> Compilation:
    """Reads a compilation that `write` wrote.

    Refuses: Unreadable where there is no title line, or brackets do not match.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = FORBIDDEN.sub(" ", text.replace("\0", " ").replace("\t", INDENT))
    rows = [_stripped(line) for line in text.split("\n")]
    if len(rows) > MAX_PARAGRAPHS:
        raise Unreadable(detail="This text is too long for a compilation; nothing was stored.")
    start = next((i for i, row in enumerate(rows) if _TITLE.match(row)), None)
    if start is None:
        raise Unreadable(
            detail="No compilation text was found: it begins with a title line, “# ” and the "
            "title. Nothing was stored."
        )
    language = "en"
    lines = []
    for row in rows[:start]:
        if found := _LANGUAGE.match(row):
            language = LANGUAGES[found[1]]
        else:
            lines.append(tidy(row.removeprefix("\\")))
    made: list[str] = []
    body = start + 1
    while body < len(rows) and rows[body]:
        made.append(rows[body])
        body += 1
    found_title = _TITLE.match(rows[start])
    return gathered(
        _Reader(rows[body:]).blocks(),
        title=tidy((found_title[1] if found_title else "") or ""),
        made=tidy(" ".join(made)),
        lines=[line for line in lines if line],
        language=language,
    )


def _stripped(line: str) -> str:
    """Takes the blanks off a line's end, but not one that a backslash keeps."""
    short = line.rstrip(" ")
    backslashes = len(short) - len(short.rstrip("\\"))
    return f"{short} " if len(short) < len(line) and backslashes % 2 else short


class _Reader:
    """Reads paragraphs, with the notes that stand behind them."""

    def __init__(self, rows: Iterable[str]) -> None:
        self.rows: list[str] = []
        self.notes: dict[str, Change] = {}
        for row in rows:
            if found := _NOTE_LINE.match(row):
                self.notes.setdefault(found[1], _content(found[2] or ""))
            elif row:
                self.rows.append(row)

    def blocks(self) -> Iterator[Block]:
        """Gives the paragraphs, and the lines beneath them."""
        kind, level = Kind.FORMULA, 0
        for row in self.rows:
            if row.startswith(INDENT):
                line = tuple(_segments(row.removeprefix(INDENT), self.notes))
                yield Block("", kind, level, line)
                continue
            label = remarks = ""
            kind, level = Kind.FORMULA, 0
            body = row
            if found := _HEAD.match(row):
                label, kind, level, remarks = _head(found[1])
                body = row[found.end() :]
            yield Block(label, kind, level, tuple(_segments(body, self.notes)), remarks)


def _head(head: str) -> tuple[str, Kind, int, str]:
    """Reads label, kind, level and remarks."""
    name, _, remarks = head.partition(_DASH)
    marked = _KIND.search(name)
    label = label_shown(_unescaped(name[: marked.start()] if marked else name))
    if marked:
        return label, Kind(marked[1]), int(marked[2] or 0), _unescaped(remarks)
    return label, *_kind_of(label), _unescaped(remarks)


def _unescaped(words: str) -> str:
    return re.sub(r"\\(.)", r"\1", words)


def _content(line: str) -> Change:
    """Gives the words of a note; it has no notes itself."""
    builder = Builder()
    for segment in _segments(line, {}):
        builder.extend(segment.words.ops)
    return builder.change()


def _segments(line: str, notes: dict[str, Change]) -> Iterator[Segment]:
    """Gives the segments of a line."""
    builder = Builder()
    italic: bool | None = None
    at = split_end = 0
    set_off = False
    for found in _PIECE.finditer(line):
        builder.insert(line[at : found.start()], italic=italic)
        at = found.end()
        if escaped := found["escaped"]:
            builder.insert(escaped, italic=italic)
        elif number := found["note"]:
            words = notes.get(number)
            builder.insert(f"[^{number}]" if words is None else Note(words), italic=italic)
        elif found["slope"]:
            italic = None if italic else True
        else:
            # Before a split a blank is one of the text; then the one behind is not.
            split = bool(found["split"])
            builder.insert(" " if found["gap"] and split else "", italic=italic)
            if builder.ops:
                yield Segment(Role.WORDS, builder.change())
            builder, italic = Builder(), None
            yield from _mark(found)
            if split:
                chained = set_off and split_end == found.start()
                set_off, split_end = bool(found["gap"]) or chained, at
                if set_off and line[at : at + 1] == " ":
                    yield GAP
                    at += 1
    builder.insert(line[at:], italic=italic)
    if builder.ops:
        yield Segment(Role.WORDS, builder.change())


def _mark(found: re.Match[str]) -> Iterator[Segment]:
    if found["close"]:
        yield CLOSE
        return
    if found["gap"] and not found["split"]:
        yield GAP
    yield OPEN
    if found["owners"] is not None:
        yield Segment(Role.OWNERS, said=found["owners"])
    if found["split"]:
        yield Segment(Role.SAID, said=found["split"].removesuffix("]"))
        yield CLOSE

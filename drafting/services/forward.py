"""Last year's text forward: the technical updates of a draft, accepted or refused by the presidency.

They are found anew each time from the text as it stands and the adopted text it descends from. Only
what was refused is kept. An acceptance is a deed: on record, told to everybody, and it can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from drafting.errors import Malformed, Stale
from drafting.formats import states
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import ancestry, deeds, drafts, history
from drafting.services.ancestry import Ancestor
from drafting.services.pieces import shown
from drafting.services.record import ADOPTED
from drafting.services.technical import UPDATE
from drafting.store import drafts as kept_drafts
from drafting.store import forward as kept
from drafting.store import record as kept_record
from drafting.store import texts as kept_texts
from drafting.store.tables import Draft, RefusedUpdate
from drafting.store.work import Work
from drafting.text import collisions, forward
from drafting.text.changes import (
    EMPTY,
    MAX_INSERT_UTF16,
    Change,
    apply,
    compose,
    from_json,
    invert,
    plain,
    text_from_json,
    text_length,
    transform,
)
from drafting.text.diff import pieces
from drafting.text.resolution import Kind, Masthead, Paragraph
from drafting.text.searched import plainer
from drafting.text.sessions import LAST, session_words
from drafting.text.update import NOTHING_KNOWN, Facts, Update, change_of, together

WORDS_MAX_CHARS = 2_000
"""Most characters a note is answered with."""

MASTHEAD_FIELDS = ("committee", "agenda_item", "agenda_title")
"""What of a masthead is set as words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the presidency says to updates, by their keys; `accept` may answer a note with words."""

    accept: Sequence[tuple[str, str | None]] = ()
    refuse: Sequence[str] = ()
    restore: Sequence[str] = ()
    all: bool = False
    """Accept every update that is due, is no note, and was not refused."""


@dataclass(frozen=True, slots=True)
class _Due:
    """An update that is due, in the text as it stands."""

    update: Update
    row: dict[str, Any]
    text: Change
    said: RefusedUpdate | None

    @property
    def key(self) -> str:
        return f"{self.update.what.value}:{self.row['id']}:{self.update.words_hash}"

    @property
    def refused(self) -> bool:
        return self.said is not None and self.said.refused


# As shown ----------------------------------------------------------------------------------------


def page(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives the updates that are due, refused ones too: docs/api.md.

    Refuses: NotAllowed to all but the presidency, which alone would accept them.
    """
    require(actor, Right.EDIT_TEXT)
    draft = drafts.one(w, actor)
    found = ancestry.ancestor(w, draft.id)
    masthead = drafts.masthead_of(draft)
    session = forward.session_named(masthead)
    last = None if found is None else found.last
    following = None if found is None else _next(w, actor, found)
    return {
        "last": None if last is None else {"number": last.number, "session": last.session},
        "session": session,
        "next": following,
        "next_words": "" if following is None else session_words(following).lower(),
        "begun": last is not None and session is not None and session > last.session,
        "masthead": {
            "session": masthead.session,
            "title": masthead.title,
            **{name: getattr(masthead, name) for name in MASTHEAD_FIELDS},
        },
        "updates": [_shown(one) for one in _due(w, actor, found)],
    }


def _shown(one: _Due) -> dict[str, Any]:
    update, row, said = one.update, one.row, one.said
    made = apply(one.text, change_of(update, one.text))
    return {
        "key": one.key,
        "kind": update.what.value,
        "certainty": update.certainty.value,
        "paragraph": row["id"],
        "label": row["label"],
        "version": row["version"],
        "found": update.found,
        "wanted": update.wanted,
        "why": update.why,
        "pieces": shown(pieces(one.text, made)) if update.edits else [],
        "refused": None
        if said is None or not said.refused
        else {"by": said.author, "at": said.at.isoformat()},
    }


def _next(w: Work, actor: Actor, found: Ancestor) -> int | None:
    rows = [p for p in drafts.text_now(w, actor) if p["id"] in {str(k) for k in found.words}]
    base = [Paragraph(Kind(p["kind"]), found.words[UUID(p["id"])], p["level"]) for p in rows]
    return forward.next_session(found.masthead, base)


def _due(w: Work, actor: Actor, found: Ancestor | None) -> list[_Due]:
    draft = drafts.one(w, actor)
    masthead = drafts.masthead_of(draft)
    session = forward.session_named(masthead)
    if found is None or session is None or draft.stage == ADOPTED:
        return []
    rows = [p for p in drafts.text_now(w, actor) if not p["deleted"]]
    paragraphs = [
        Paragraph(Kind(p["kind"]), text_from_json(p["ops"]), p["level"], p["id"]) for p in rows
    ]
    said = kept.last_said(w, draft.id)
    return [
        _Due(
            one,
            rows[one.paragraph],
            paragraphs[one.paragraph].text,
            said.get((one.what.value, UUID(rows[one.paragraph]["id"]), one.words_hash)),
        )
        for one in forward.updates(
            paragraphs,
            last=found.last,
            session=session,
            base=[found.words.get(UUID(p["id"])) for p in rows],
            agenda_title=masthead.agenda_title,
            facts=_facts(w, draft, paragraphs),
        )
    ]


_TREATIES = {"ccm": "Convention on Cluster Munitions"}
"""What the treaties are called whose Parties are kept here."""


def _facts(w: Work, draft: Draft, paragraphs: Sequence[Paragraph]) -> Facts:
    """Gives how many have joined the treaty of the draft's series, where the text is about it."""
    treaty = kept_record.series_of(w, draft.id).treaty
    name = _TREATIES.get(treaty, "")
    named = (name in plainer(plain(p.text)) for p in paragraphs)
    if not name or not (name in draft.title or any(named)):
        return NOTHING_KNOWN
    today = w.now.date()
    parties, signatories = states.joined(treaty, today)
    return Facts(
        parties,
        signatories,
        f"by the list of Parties kept here, on {today.day} {today:%B %Y}",
    )


# Accepting and refusing --------------------------------------------------------------------------


def answer(w: Work, actor: Actor, deed_id: UUID, said: Answer) -> dict[str, Any]:
    """Accepts updates, refuses some, brings refused ones back; whole or not at all.

    Gives the `deed` event where words were changed, and {} where none were. Refuses: NotAllowed to
    all but the presidency; Stale for an update that is no longer due; Malformed for a note without
    an answer.
    """
    require(actor, Right.EDIT_TEXT)
    kept_drafts.locked(w, actor.draft_id)
    due = {one.key: one for one in _due(w, actor, ancestry.ancestor(w, actor.draft_id))}
    named = [key for key, _ in said.accept] + [*said.refuse, *said.restore]
    if any(key not in due for key in named):
        raise Stale(
            detail="The words of one of these updates have changed meanwhile; nothing was done. "
            "Please look again."
        )
    _say(w, actor, [due[key] for key in said.refuse], refused=True)
    _say(w, actor, [due[key] for key in said.restore], refused=False)
    taken = {key: (due[key], words) for key, words in said.accept}
    if said.all:
        turned = set(said.refuse)
        for key, one in due.items():
            if one.update.edits and not one.refused and key not in turned:
                taken.setdefault(key, (one, None))
    return _accept(w, actor, deed_id, list(taken.values())) if taken else {}


def _say(w: Work, actor: Actor, of: Sequence[_Due], *, refused: bool) -> None:
    for one in of:
        if one.refused is refused:
            continue
        w.session.add(
            RefusedUpdate(
                draft_id=actor.draft_id,
                paragraph_id=UUID(one.row["id"]),
                kind=one.update.what.value,
                words_hash=one.update.words_hash,
                number=1 if one.said is None else one.said.number + 1,
                refused=refused,
                person_id=actor.person_id,
                author=actor.printed,
                at=w.now,
            )
        )
    w.session.flush()


def _accept(
    w: Work, actor: Actor, deed_id: UUID, taken: Sequence[tuple[_Due, str | None]]
) -> dict[str, Any]:
    doing = deeds.begin(w, actor, deed_id)
    changes: dict[str, list[Change]] = {}
    rows: dict[str, _Due] = {}
    for one, words in taken:
        if not one.update.edits and not (words or "").strip():
            raise Malformed(
                detail=f"Say what is to stand in {one.row['label']} instead of “{one.update.found}”; "
                "nothing was done."
            )
        clean = None if words is None else " ".join(words.split())
        changes.setdefault(one.row["id"], []).append(change_of(one.update, one.text, clean or None))
        rows[one.row["id"]] = one
    undone = []
    for key, made in changes.items():
        before = rows[key].text
        change = together(made)
        if text_length(apply(before, change)) > MAX_INSERT_UTF16:
            raise Malformed(detail="A paragraph holds at most 100,000 characters.")
        # Which change it was, and no words: what was purged from the history must not stay here.
        undone.append({"text": key, "version": doing.change(UUID(key), change).version})
    labels = list(dict.fromkeys(one.row["label"] or "the opening words" for one, _ in taken))
    doing.summary = f"Technical update{'s' * (len(taken) > 1)}: {', '.join(labels)}"[:300]
    return deeds.record(doing, UPDATE, {"kind": "unupdate", "texts": undone})


def _unupdate(doing: deeds.Doing, undo: Mapping[str, Any]) -> dict[str, Any]:
    for one in undo["texts"]:
        text_id, version = UUID(one["text"]), one["version"]
        made, *later = kept_texts.since(doing.w, text_id, version - 1)
        back = invert(from_json(made.ops), history.at_version(doing.w, text_id, version - 1))
        over = EMPTY
        for entry in later:
            over = compose(over, from_json(entry.ops))
        if collisions.meetings(over, back):
            raise Stale(
                detail="Words that were updated have been changed since; this cannot be undone by "
                "itself. Nothing was undone."
            )
        change = transform(over, back, first=True)
        if change != EMPTY:
            doing.change(text_id, change)
    # Not undone again: what is due is offered anew.
    return {}


deeds.UNDOES["unupdate"] = _unupdate


# The masthead ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class About:
    """What a draft's masthead is to say; None leaves a part as it is."""

    session: int | None = None
    title: str | None = None
    committee: str | None = None
    agenda_item: str | None = None
    agenda_title: str | None = None


def set_masthead(w: Work, actor: Actor, deed_id: UUID, about: About) -> dict[str, Any]:
    """Sets what stands above the text, and gives the `deed` event.

    A session after that of the adopted text the draft descends from makes it this year's draft: the
    number, symbol, dates and agenda item of last year's are emptied. Refuses: NotAllowed to all but
    the presidency; Malformed for a session that is none, or an empty title; Stale when nothing
    would change, and once it is adopted.
    """
    doing = deeds.begin(w, actor, deed_id)
    draft = doing.draft
    if draft.stage == ADOPTED:
        raise Stale(detail="This resolution is adopted already; its masthead stays.")
    masthead = drafts.masthead_of(draft)
    was = masthead
    if about.session is not None:
        masthead = _in_session(w, actor, masthead, about.session)

    def words(name: str) -> str:
        given = getattr(about, name)
        return str(getattr(masthead, name) if given is None else " ".join(given.split()))

    masthead = replace(
        masthead,
        title=words("title"),
        committee=words("committee"),
        agenda_item=words("agenda_item"),
        agenda_title=words("agenda_title"),
    )
    if not masthead.title:
        raise Malformed(detail="A draft has a title; nothing was changed.")
    if masthead == was:
        raise Stale(detail="The masthead says just that already.")
    return _record(doing, was, masthead)


def _in_session(w: Work, actor: Actor, masthead: Masthead, session: int) -> Masthead:
    if not 1 <= session <= LAST:
        raise Malformed(detail=f"A session is a number from 1 to {LAST}; nothing was changed.")
    found = ancestry.ancestor(w, actor.draft_id)
    if found is not None and session <= found.last.session:
        raise Malformed(
            detail=f"The draft descends from {found.last.number}: it is for a later session. "
            "Nothing was changed."
        )
    if found is not None and masthead.number == found.masthead.number:
        return forward.moved_on(masthead, session)
    return replace(masthead, session=session_words(session))


def _record(doing: deeds.Doing, was: Masthead, now: Masthead) -> dict[str, Any]:
    draft = doing.draft
    before, after = _fields(was), _fields(now)
    changed = [name for name, value in before.items() if value != after[name]]
    undo: dict[str, Any] = {
        "kind": "masthead",
        "was": {name: before[name] for name in changed},
        "now": {name: after[name] for name in changed},
    }
    _set(draft, undo["now"])
    names = [_NAMES[name] for name in changed if name in _NAMES]
    doing.summary = f"Masthead: {', '.join(names) or 'what was last year’s'}"
    return deeds.record(doing, "masthead", undo)


def _fields(masthead: Masthead) -> dict[str, Any]:
    return {**asdict(masthead), "notices": list(masthead.notices)}


def _set(draft: Draft, fields: Mapping[str, Any]) -> None:
    draft.masthead = {**draft.masthead, **fields}
    if "title" in fields:
        draft.title = fields["title"]


_NAMES = {
    "session": "session",
    "title": "title",
    "committee": "committee",
    "agenda_item": "agenda item",
    "agenda_title": "agenda title",
}


def _masthead_back(doing: deeds.Doing, undo: Mapping[str, Any]) -> dict[str, Any]:
    if doing.draft.stage == ADOPTED:
        raise Stale(detail="This resolution is adopted already; its masthead stays.")
    stands = _fields(drafts.masthead_of(doing.draft))
    if any(stands[name] != value for name, value in undo["now"].items()):
        raise Stale(detail="The masthead has been changed since. Set it as you wish it to be.")
    _set(doing.draft, undo["was"])
    return {"kind": "masthead", "was": undo["now"], "now": undo["was"]}


deeds.UNDOES["masthead"] = _masthead_back

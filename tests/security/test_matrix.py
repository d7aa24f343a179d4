"""Who may do what: every page, call and event × every kind of person × every relation (Z04, Z05).

What is expected is worked out from the table of doors and the rights; what a right on a comment is
stands here in words of its own (`SEEN`, `comment_status`), so that the rules are compared with
something that is not themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from drafting.live import shapes
from drafting.rules.doors import EVENTS, PAGES, Who
from drafting.rules.rights import RIGHTS, Right
from drafting.rules.roles import Role
from tests.make import PEOPLE
from tests.security.asking import (
    ANOTHER_KIND,
    Ask,
    CannotBuild,
    addresses,
    bodies,
    own_methods,
    queries,
    rules,
)
from tests.security.world import (
    ABSENT,
    CONDITIONS,
    EVERYBODY,
    INSTRUCTIONS,
    MORE_PEOPLE,
    PROPOSALS,
    STEPS,
    World,
    link_in,
)

ROLE = {name: role for name, (role, _) in PEOPLE.items()} | {"elsewhere": Role.PRESIDENCY}
DELEGATION = {name: key for name, (_, key) in PEOPLE.items()}
MEXICO = frozenset({"mexico", "mexico_head", "mexico_capital"})
CHILE = frozenset({"chile", "chile_head"})
PRESIDENCY = frozenset({"penholder", "adviser"})

SEEN: dict[str, frozenset[str]] = {
    "open": frozenset(PEOPLE),
    "of mexico": MEXICO,
    "of chile": CHILE,
    "mexico's with the presidency": MEXICO | PRESIDENCY,
    "of the team": PRESIDENCY,
    "elsewhere": frozenset({"elsewhere", "mexico"}),
    "absent": frozenset(),
}
AUTHOR = {
    "open": "chile",
    "of mexico": "mexico",
    "of chile": "chile",
    "mexico's with the presidency": "mexico",
    "of the team": "penholder",
    "elsewhere": "elsewhere",
}
OWN_RING = {"of mexico", "of chile"}
"""Threads that stay within one delegation: there alone a capital writes."""


def comment_status(endpoint: str, who: str, thread: str) -> int:
    """Gives what a call on a thread answers."""
    if who not in SEEN[thread]:
        return 404
    capital = who == "mexico_capital" and thread not in OWN_RING
    side = (
        PRESIDENCY if AUTHOR[thread] in PRESIDENCY else (MEXICO, CHILE)[AUTHOR[thread] == "chile"]
    )
    if thread == "elsewhere":
        side = frozenset({"elsewhere"})
    match endpoint:
        case "api.thread_reply":
            return 403 if capital else 200
        case "api.comment_edit":
            return 200 if who == AUTHOR[thread] else 403
        case "api.thread_resolution":
            return 200 if not capital and (who in side or who in PRESIDENCY) else 403
        case "api.thread_audience":
            if who == "mexico_capital" or who not in side:
                return 403
            # Nothing is wider than everyone.
            return 400 if thread in ("open", "elsewhere") else 200
    raise CannotBuild(endpoint)


JOINT = frozenset({"mexico", "mexico_head", "chile", "chile_head"})
PROPOSAL_SEEN: dict[str, frozenset[str]] = {
    "open": frozenset(PEOPLE),
    "draft of mexico": MEXICO,
    "mexico's with the presidency": MEXICO | PRESIDENCY,
    "draft of the team": PRESIDENCY,
    "joint draft": JOINT,
    "elsewhere": frozenset({"elsewhere", "mexico"}),
    "absent": frozenset(),
}
PROPOSAL_OWNERS: dict[str, frozenset[str]] = {
    "open": CHILE,
    "draft of mexico": MEXICO,
    "mexico's with the presidency": MEXICO,
    "draft of the team": PRESIDENCY,
    "joint draft": JOINT,
    "elsewhere": frozenset({"elsewhere"}),
}
DRAFTS = {"draft of mexico", "draft of the team", "joint draft"}
POSITION_SEEN: dict[str, frozenset[str]] = {
    "open": frozenset(PEOPLE),
    "of mexico": MEXICO,
    "mexico's with the presidency": MEXICO | PRESIDENCY,
    "elsewhere": frozenset({"elsewhere", "mexico"}),
    "absent": frozenset(),
}
PACKAGE_SEEN: dict[str, frozenset[str]] = {
    "open": frozenset(PEOPLE),
    "elsewhere": frozenset({"elsewhere", "mexico"}),
    "absent": frozenset(),
}
BOARD = PRESIDENCY | {"secretariat"}
DELEGATIONS = MEXICO | CHILE
CONDITION_SEEN: dict[str, frozenset[str]] = {
    "of mexico": MEXICO,
    "mexico's with the presidency": MEXICO | PRESIDENCY,
    "of chile": CHILE | BOARD,
    "of the team": PRESIDENCY,
    "of the board": BOARD,
    "elsewhere": frozenset({"elsewhere", "mexico"}),
    "absent": frozenset(),
}
INSTRUCTION_SEEN: dict[str, frozenset[str]] = {
    "of mexico": MEXICO,
    "mexico's, pending": MEXICO,
    "mexico's, due": MEXICO,
    "of chile": CHILE,
    "elsewhere": frozenset({"mexico"}),
    "absent": frozenset(),
}
"""What was asked of a capital is its delegation's alone, whatever the presidency is shown of it."""
STEP_SEEN: dict[str, frozenset[str]] = {
    "asked of mexico": MEXICO | BOARD,
    "mexico's with the presidency": MEXICO | PRESIDENCY,
    "of mexico": MEXICO,
    "of chile": CHILE | BOARD,
    "of the team": PRESIDENCY,
    "of the board": BOARD,
}
THINGS: dict[str, tuple[str, dict[str, frozenset[str]]]] = {
    "thread_id": ("threads", SEEN),
    "comment_id": ("comments", SEEN),
    "proposal_id": ("proposals", PROPOSAL_SEEN),
    "position_id": ("positions", POSITION_SEEN),
    "package_id": ("packages", PACKAGE_SEEN),
    "condition_id": ("conditions", CONDITION_SEEN),
    "instruction_id": ("instructions", INSTRUCTION_SEEN),
}
"""By a parameter's name: where the world keeps such things, and who sees which."""


def proposal_status(ask: Ask, who: str, name: str) -> int:
    """Gives what a call on a proposal answers to somebody who sees it."""
    own, draft = who in PROPOSAL_OWNERS[name], name in DRAFTS
    capital = who == "mexico_capital"
    match ask.endpoint:
        case "api.proposal":
            return 200
        case "api.proposal_share":
            if not (own and draft) or capital:
                return 403
            # With Mexico: which owns two of the drafts already.
            return 200 if name == "draft of the team" else 409
        case "api.proposal_circulate":
            if not own or capital or name in ("open", "elsewhere"):
                return 403
            return 200 if draft or ask.json["audience"] == "everyone" else 400
        case "api.proposal_sentence":
            return 200 if own and (draft or not capital) else 403
        case "api.proposal_withdraw":
            return 200 if own and not capital else 403
        case "api.proposal_revise":
            return 200 if own and not capital and not draft else 403
        case "api.proposal_confirm":
            # On another paragraph than its own.
            return 409 if own and (draft or not capital) else 403
        case "api.proposal_respond":
            return 200 if ROLE[who] is Role.PRESIDENCY and not draft else 403
    raise CannotBuild(ask.endpoint)


def position_status(ask: Ask, who: str, name: str) -> int:
    """Gives what a call on a position answers to somebody who sees it."""
    match ask.endpoint:
        case "api.position_mark":
            own = who in (CHILE if name == "open" else MEXICO) and name != "elsewhere"
            if name == "elsewhere":
                own = who == "mexico"
            if who == "mexico_capital" and name != "of mexico":
                own = False
            # No version has been sealed since.
            return 409 if own else 403
        case "api.position_respond":
            return 200 if ROLE[who] is Role.PRESIDENCY else 403
    raise CannotBuild(ask.endpoint)


def condition_status(who: str, name: str) -> int:
    """Gives what lifting a condition answers to somebody who sees it."""
    if who == "mexico_capital":
        return 403
    if who in BOARD:
        by = {"of the team": PRESIDENCY, "of the board": {"secretariat"}}.get(name, frozenset())
        return 200 if who in by else 403
    return 403 if who == "elsewhere" else 200


def instruction_status(ask: Ask, who: str, name: str) -> int:
    """Gives what a step of an instruction answers to somebody of its delegation."""
    if ask.kind in ("received", "superseded"):
        return 200
    if who == "mexico_capital":
        return 403
    if ask.kind == "received and said":
        if INSTRUCTIONS.get(name, ("", "paragraph", ""))[1] != "sponsorship":
            return 400
        # Chile has confirmed already.
        return 409 if name == "of chile" else 200
    if ask.kind == "received and confirmed":
        return 200 if name in ("of mexico", "elsewhere") else 400
    return 200


def thing_status(world: World, ask: Ask, who: str, name: str, parameter: str) -> int:
    """Gives what a call on a thing answers to somebody."""
    if who not in THINGS[parameter][1][name]:
        return 404
    match parameter:
        case "proposal_id":
            return proposal_status(ask, who, name)
        case "position_id":
            return position_status(ask, who, name)
        case "package_id":
            return 200 if ROLE[who] is Role.PRESIDENCY else 403
        case "condition_id":
            return condition_status(who, name)
        case "instruction_id":
            return instruction_status(ask, who, name)
    expected = comment_status(ask.endpoint, who, name)
    return _as_asked(ask, who, name) if expected == 200 else expected


def signed_out(rule: Rule, method: str) -> int:
    return 303 if method == "GET" and not rule.rule.startswith("/api/") else 401


class Cells:
    """Asks a cell and compares; counts them all."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []

    def ask(self, who: str, ask: Ask, expected: int | set[int], relation: str) -> None:
        self.counted[f"{ask.endpoint} {ask.method}"] += 1
        allowed = {expected} if isinstance(expected, int) else expected
        changes = ask.method not in ("GET", "HEAD", "OPTIONS") and min(allowed) < 400
        if changes:
            with self.world.as_it_was():
                status = ask.send(self.world.clients[who]).status_code
        else:
            status = ask.send(self.world.clients[who]).status_code
        if status not in allowed:
            self.wrong.append(f"{who} × {relation}: {ask}: {status}, not {sorted(allowed)}")


def first(rule: Rule) -> str:
    return own_methods(rule)[0]


def drafts_of(world: World, who: str) -> dict[str, Any]:
    """Gives each relation of a person to a draft, and the draft."""
    begun = world.begun
    own = begun.other_id if who == "elsewhere" else begun.draft_id
    other = begun.draft_id if who == "elsewhere" else begun.other_id
    return {"own draft": own, "another draft": other, "absent draft": ABSENT["draft_id"]}


def base_pool(world: World, who: str, draft: Any) -> dict[str, list[Any]]:
    """Gives one value for every parameter, such that a person with the right succeeds."""
    begun = world.begun
    there = draft == begun.other_id
    return {
        "draft_id": [draft],
        "paragraph_id": [begun.other_paragraph if there else begun.paragraphs[1]],
        "number": [0],
        "ending": ["txt"],
        "provider": ["ministry"],
        "token": ["00" * 24],
        "filename": ["icon.svg"],
        "session_id": [begun.sessions.get(who, ABSENT["session_id"])],
        "person_id": [ABSENT["person_id"]],
        "delegation": [begun.delegations["MEX"]],
        "delegation_id": [begun.delegations["MEX"]],
        "sheet": ["csv"],
        "answer": ["00" * 24],
        "query": ["0"],
        "thread_id": [begun.threads["open"]],
        "comment_id": [begun.comments["open"]],
        "proposal_id": [begun.proposals["elsewhere" if there else "open"]],
        "position_id": [begun.positions["elsewhere" if there else "open"]],
        "package_id": [begun.packages["elsewhere" if there else "open"]],
        "invitation_id": [ABSENT["invitation_id"]],
        "condition_id": [begun.conditions["elsewhere" if there else "of chile"]],
        "instruction_id": [begun.instructions["elsewhere" if there else "of chile"]],
    }


def sendable(world: World, rule: Rule, pool: dict[str, list[Any]], method: str) -> Iterator[Ask]:
    for path, args in addresses(world.app, rule, pool):
        if method in ("GET", "HEAD", "OPTIONS", "DELETE"):
            query = {}
            if method == "GET" and rule.endpoint == "api.redline":
                query = {"from": "0"}
            assert set(query) <= set(queries(world.app, rule.endpoint))
            yield Ask(rule.endpoint, method, path, args, query)
            continue
        for body in bodies(rule.endpoint, pool, world.next_id):
            yield Ask(rule.endpoint, method, path, args, {}, body.json, body.form, body.kind)


def may(who: str, right: Right | None) -> bool:
    return right is None or ROLE[who] in RIGHTS[right]


def place(world: World, who: str, draft: Any) -> str | None:
    """Gives what a person is on a draft: their role there, or None."""
    if draft == world.begun.draft_id and who in PEOPLE:
        return ROLE[who].value
    if draft == world.begun.other_id and who in ("elsewhere", "mexico"):
        return ROLE[who].value
    return None


# What a right person's request answers when all is as it should be.
DONE: dict[str, set[int]] = {
    "web.export": {200},
    # Nothing is sealed, so nothing differs from version 0, and a purge finds no entry to purge.
    "api.version_restore": {409},
    "api.purge": {404, 400, 409},
    "web.import_page": {200},
    # Whoever comes second would change nothing.
    "api.masthead": {200, 409},
    # It is not what was looked at.
    "api.returned_bring": {409},
}
ANYONE: dict[str, int] = {
    "static": 200,
    "web.health": 200,
    "web.ready": 200,
    "web.favicon": 303,
    "web.home": 303,
    "web.sign_in_page": 200,
    "web.sign_in": 401,
    "web.sign_in_challenge": 200,
    "web.sign_in_passkey": 401,
    "web.second_page": 303,
    "web.second": 303,
    "web.second_app": 303,
    "web.second_challenge": 401,
    "web.second_passkey": 303,
    "web.provider_go": 404,
    "web.provider_back": 404,
    "web.privacy_page": 200,
    "web.enter_page": 410,
    "web.enter": 410,
    "web.invitation_page": 410,
    "web.invitation_accept": 410,
    "api.openapi": 200,
    "api.compare": 200,
    "web.comparing_page": 200,
    "web.answer_page": 410,
    "web.answer": 410,
}
"""What each page that is for anyone answers to the arguments above: spent links, wrong passwords."""

SIGNED_IN: dict[str, int | set[int]] = {
    "web.sign_out": 303,
    "web.account_page": 200,
    "web.account_password": 400,
    "web.account_again_page": 200,
    "web.account_again": 401,
    "web.account_again_challenge": 200,
    "web.account_again_passkey": 401,
    "web.account_email": {303, 400},
    "web.account_app": {200, 303},
    "web.account_app_confirm": {400, 303},
    "web.account_app_end": {404, 303},
    "web.account_codes": {403, 303},
    "web.account_passkey_challenge": {200, 403},
    "web.account_passkey": {400, 303},
    "web.account_passkey_end": {404, 303},
    "web.account_identity_go": 404,
    "web.account_identity_end": {404, 303},
    "web.account_sessions_end": 303,
    "web.account_data": 200,
    "web.drafts_page": 200,
    "web.import_page": 200,
    "web.import_file": 422,
    "api.tickets": 200,
    "api.drafts": 200,
    "api.sessions": 200,
    "api.session_end": 200,
    "web.account_zone": 303,
}


def test_every_page_and_call_answers_everybody_as_the_tables_say(world: World) -> None:
    cells = Cells(world)
    for rule in rules(world.app):
        door = PAGES[rule.endpoint]
        for who in EVERYBODY:
            match door.who:
                case Who.ANYONE:
                    _anyone(cells, rule, who)
                case Who.SIGNED_IN:
                    _signed_in(cells, rule, who)
                case Who.ON_THE_DRAFT:
                    _on_a_draft(cells, rule, who)
                case Who.ON_ITS_DRAFT:
                    _on_a_thing(cells, rule, who)
    print(f"\n{sum(cells.counted.values())} cells of {len(PAGES)} pages × {len(EVERYBODY)} people")
    assert {name.split()[0] for name in cells.counted} == set(PAGES), "a page was skipped"
    assert not cells.wrong, "\n".join(cells.wrong[:40])


def _anyone(cells: Cells, rule: Rule, who: str) -> None:
    world = cells.world
    pool = base_pool(world, who, world.begun.draft_id)
    for ask in sendable(world, rule, pool, first(rule)):
        cells.ask(who, ask, ANYONE[rule.endpoint], "anyone")
    if rule.endpoint == "web.sign_in":
        world.step(61)  # so that the limit of tries is nobody's answer here


def _signed_in(cells: Cells, rule: Rule, who: str) -> None:
    world = cells.world
    out = who in ("gone", "stranger")
    pool = base_pool(world, who, world.begun.draft_id)
    expected = signed_out(rule, first(rule)) if out else SIGNED_IN[rule.endpoint]
    if not out and rule.endpoint in ("web.import_page", "web.import_file"):
        expected = expected if who in ("penholder", "elsewhere") else 404
    for ask in sendable(world, rule, pool, first(rule)):
        cells.ask(who, ask, expected, "own")
    if rule.endpoint == "api.session_end":
        theirs = world.begun.sessions["chile" if who != "chile" else "mexico"]
        for relation, value in (("another's", theirs), ("absent", ABSENT["session_id"])):
            for ask in sendable(world, rule, pool | {"session_id": [value]}, first(rule)):
                cells.ask(who, ask, signed_out(rule, first(rule)) if out else 404, relation)


def _on_a_draft(cells: Cells, rule: Rule, who: str) -> None:
    world = cells.world
    right = PAGES[rule.endpoint].right
    out = who in ("gone", "stranger")
    for relation, draft in drafts_of(world, who).items():
        seated = place(world, who, draft)
        for method in (first(rule), "OPTIONS", *(["HEAD"] if first(rule) == "GET" else [])):
            for ask in sendable(world, rule, base_pool(world, who, draft), method):
                if out:
                    cells.ask(who, ask, signed_out(rule, method), relation)
                elif seated is None:
                    cells.ask(who, ask, 404, relation)
                elif method == "OPTIONS":
                    # Several views may share the address; any of their doors may answer.
                    cells.ask(who, ask, {200, 403}, relation)
                elif not may(who, right):
                    cells.ask(who, ask, 403, relation)
                else:
                    cells.ask(who, ask, _done(world, rule, who, draft, ask), relation)
        _other_parameters(
            cells,
            rule,
            who,
            draft,
            relation,
            allowed=seated is not None and not out and may(who, right),
        )
    address = rule.rule.replace("<uuid:draft_id>", "not-an-id").replace("<ending>", "txt")
    for name in ("paragraph_id", "person_id", "delegation_id"):
        address = address.replace(f"<uuid:{name}>", str(ABSENT[name]))
    address = address.replace("<int:number>", "0")
    cells.ask(who, Ask(rule.endpoint, first(rule), address), 404, "malformed")


def _done(world: World, rule: Rule, who: str, draft: Any, ask: Ask) -> int | set[int]:
    match rule.endpoint:
        case "api.thread_begin":
            return _begin_status(world, who, draft, ask)
        case "api.invite":
            return _invite_status(world, who, ask)
        case "api.deed":
            # All are the presidency's to do; which make sense on this paragraph is not asked here.
            return {200, 400, 404, 409}
        case "api.place_end":
            return 404
        case "api.proposal_begin":
            # There it is the opening words, which are not negotiated.
            return 400 if draft == world.begun.other_id and ask.json["kind"] != "insert" else 200
        case "api.position_take":
            return _take_status(world, who, draft, ask)
        case "api.package_tie":
            return 400  # one paragraph is no package
        case "api.accept":
            return {200, 404}  # the proposal is to another paragraph
        case "api.sponsor_step":
            return _step_status(world, who, draft, ask)
        case "api.condition_bind":
            return _bind_status(who, ask)
        case "api.instruction_ask":
            return 403 if who == "mexico_capital" and ask.kind == "shown" else 200
        case "api.next_draft":
            return 200 if who in ("penholder", "elsewhere") else 403
    return DONE.get(rule.endpoint, {200})


def _begin_status(world: World, who: str, draft: Any, ask: Ask) -> int:
    kind = ask.json["audience"]["kind"]
    role = ROLE[who]
    mexican = DELEGATION.get(who) == "MEX"
    allowed = {
        "everyone": role is not Role.CAPITAL,
        "team": role is Role.PRESIDENCY,
        "delegation": mexican,
        "presidency": (mexican and role is not Role.CAPITAL) or role is Role.PRESIDENCY,
    }[kind]
    return 200 if allowed else 403


def _take_status(world: World, who: str, draft: Any, ask: Ask) -> int:
    if who == "mexico_capital" and ask.json["audience"] != "delegation":
        return 403
    if draft == world.begun.draft_id and who in CHILE:
        if ask.json.get("proposal"):
            return 409  # it is its own
        if ask.json.get("aligns_with"):
            return 400  # likewise
    if draft == world.begun.other_id and ask.json.get("aligns_with"):
        return 400  # it is its own, there
    return 200


def _step_status(world: World, who: str, draft: Any, ask: Ask) -> int:
    """Gives what a step answers; whoever is of the team must say whose it is, Mexico here."""
    team = ROLE[who] in (Role.PRESIDENCY, Role.SECRETARIAT)
    match ask.json["step"]:
        case "approached":
            if not team or who == "secretariat":
                return 403  # not a delegation's to say, nor the secretariat's to keep from itself
            # On this draft Mexico has told the presidency already that it is positive.
            return 409 if draft == world.begun.draft_id else 200
        case "said" if ask.json.get("delegations"):
            return 403 if who in CHILE else 200
        case _ if team:
            return 400
    return 409 if who in CHILE else 200  # Chile has confirmed


def _bind_status(who: str, ask: Ask) -> int:
    team = ROLE[who] in (Role.PRESIDENCY, Role.SECRETARIAT)
    if not ask.json.get("delegation"):
        return 400 if team else 200
    if who in CHILE:
        return 403
    widest = {"secretariat": {"board"}}.get(who, {"presidency", "board"})
    return 200 if not team or ask.json["audience"] in widest else 403


def _invite_status(world: World, who: str, ask: Ask) -> int:
    role = Role(ask.json["role"])
    allowed = {
        Role.PRESIDENCY: set(Role),
        Role.SECRETARIAT: set(Role) - {Role.PRESIDENCY, Role.CAPITAL},
        Role.HEAD: {Role.DELEGATE, Role.CAPITAL},
    }[ROLE[who]]
    if role not in allowed or (ROLE[who] is Role.HEAD and DELEGATION[who] != "MEX"):
        return 403
    return 200


def _other_parameters(
    cells: Cells, rule: Rule, who: str, draft: Any, relation: str, *, allowed: bool
) -> None:
    """Asks with each other parameter belonging elsewhere, or to nothing."""
    world, begun = cells.world, cells.world.begun
    there = draft == begun.other_id
    odd: dict[str, dict[str, Any]] = {
        "paragraph_id": {
            "of another draft": begun.paragraphs[1] if there else begun.other_paragraph,
            "absent": ABSENT["paragraph_id"],
        },
        "number": {"absent": 7},
        "ending": {"absent": "exe"},
        "person_id": {
            "without a place": begun.persons["guest"],
            "of another draft": begun.persons["chile" if there else "elsewhere"],
        },
        "delegation_id": {
            "that does not sponsor": begun.delegations["ICRC"],
            "absent": ABSENT["delegation_id"],
        },
    }
    pool = base_pool(world, who, draft)
    for name in sorted(rule.arguments - {"draft_id"}):
        if name not in odd:
            raise CannotBuild(f"{rule.endpoint}: which “{name}” is another's?")
        for what, value in odd[name].items():
            key = ANOTHER_KIND.get((rule.endpoint, name), name)
            for ask in sendable(world, rule, pool | {key: [value]}, first(rule)):
                if allowed:
                    cells.ask(who, ask, 404, f"{relation}, {name} {what}")
                else:
                    answer = ask.send(world.clients[who])
                    cells.counted[f"{ask.endpoint} {ask.method}"] += 1
                    if answer.status_code not in (401, 403, 404, 303):
                        cells.wrong.append(f"{who} × {what}: {ask}: {answer.status_code}")


def _on_a_thing(cells: Cells, rule: Rule, who: str) -> None:
    world, begun = cells.world, cells.world.begun
    out = who in ("gone", "stranger")
    (name,) = rule.arguments
    if name == "invitation_id":
        _on_an_invitation(cells, rule, who)
        return
    if name not in THINGS:
        raise CannotBuild(f"{rule.endpoint}: whose are the “{name}”?")
    held, seen = THINGS[name]
    for thing, value in {**getattr(begun, held), "absent": ABSENT[name]}.items():
        pool = base_pool(world, who, begun.draft_id) | {name: [value]}
        if thing == "of chile":
            pool["delegation"] = [begun.delegations["CHL"]]
        for ask in sendable(world, rule, pool, first(rule)):
            cells.ask(who, ask, 401 if out else thing_status(world, ask, who, thing, name), thing)
        if first(rule) == "GET":
            continue
        for wrong in ({}, {"id": "x"}, {"id": str(world.next_id()), "surplus": 1}):
            ask = Ask(
                rule.endpoint,
                first(rule),
                next(addresses(world.app, rule, pool))[0],
                json=wrong,
                kind="malformed",
            )
            if out:
                cells.ask(who, ask, 401, thing)
            else:
                cells.ask(who, ask, 400 if who in seen[thing] else 404, f"{thing}, malformed")


def _as_asked(ask: Ask, who: str, thread: str) -> int:
    """Gives what a call that the person may make on this thread answers to what it asks for."""
    if ask.endpoint == "api.thread_resolution":
        return 200 if ask.json["resolved"] else 409
    if ask.endpoint == "api.thread_audience":
        kind = ask.json["audience"]["kind"]
        wider = {
            "of mexico": {"presidency", "everyone"},
            "of chile": {"presidency", "everyone"},
            "mexico's with the presidency": {"everyone"},
            "of the team": {"presidency", "everyone"},
        }[thread]
        return 200 if kind in wider else 400
    return 200


def _on_an_invitation(cells: Cells, rule: Rule, who: str) -> None:
    world, begun = cells.world, cells.world.begun
    out = who in ("gone", "stranger")
    if not world.things:
        for by, role, key in (
            ("mexico_head", "capital", "MEX"),
            ("mexico_head", "delegate", "MEX"),
            ("secretariat", "head", "CHL"),
            ("penholder", "presidency", "GBR"),
        ):
            made = world.call(
                by,
                "POST",
                f"/api/drafts/{begun.draft_id}/invitations",
                json={
                    "id": str(world.next_id()),
                    "role": role,
                    "delegation": str(begun.delegations[key]),
                },
            )
            world.things[f"{role} of {key}"] = made.json["invitation"]["id"]
    seen = {
        "capital of MEX": {"mexico_head"},
        "delegate of MEX": {"mexico_head", "secretariat", *PRESIDENCY},
        "head of CHL": {"secretariat", *PRESIDENCY},
        "presidency of GBR": {"secretariat", *PRESIDENCY},
        "absent": set(),
    }
    for name, by in seen.items():
        value = world.things.get(name, ABSENT["invitation_id"])
        pool = base_pool(world, who, begun.draft_id) | {"invitation_id": [value]}
        for ask in sendable(world, rule, pool, first(rule)):
            expected = 401 if out else 200 if who in by else 404
            cells.ask(who, ask, expected, f"invitation: {name}")


def test_every_other_method_is_answered_as_an_absent_address(world: World) -> None:
    counted = 0
    for rule in rules(world.app):
        pool = base_pool(world, "penholder", world.begun.draft_id)
        path = next(addresses(world.app, rule, pool))[0]
        others = {m for r in rules(world.app) for m in r.methods or () if r.rule == rule.rule}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"} - others:
            if (path, method) == ("/invitations/accept", "GET"):
                continue  # reads as an invitation whose token is “accept”
            for who in ("penholder", "chile", "stranger"):
                answer = Ask(rule.endpoint, method, path).send(world.clients[who])
                assert answer.status_code == 404, (method, path, who)
                assert "Allow" not in answer.headers
                counted += 1
    print(f"\n{counted} cells")


# Nobody's rights by an odd way -------------------------------------------------------------------


def test_nothing_sent_beside_the_fields_is_taken(world: World) -> None:
    """Z07: what the server itself knows cannot be said by a client."""
    from drafting.api import spec

    for rule in rules(world.app):
        if rule.endpoint not in spec.BODIES:
            continue
        pool = base_pool(world, "mexico", world.begun.draft_id)
        for ask in sendable(world, rule, pool, first(rule)):
            for name in ("role_", "author", "person", "delegation_id", "at", "created_at", "draft"):
                sent = Ask(ask.endpoint, ask.method, ask.path, json=ask.json | {name: "presidency"})
                assert sent.send(world.clients["penholder"]).status_code in (400, 403, 404)


# Events ------------------------------------------------------------------------------------------


def _event(world: World, event: str, draft: Any, text: Any) -> dict[str, Any]:
    match event:
        case "join":
            return {"draft": str(draft)}
        case "catch_up":
            return {"draft": str(draft), "seq": 0, "texts": {str(text): 0}}
        case "change":
            return {
                "draft": str(draft),
                "text": str(text),
                "id": str(world.next_id()),
                "base": 0,
                "ops": [],
            }
        case "caret":
            return {"draft": str(draft), "text": str(text), "version": 0, "start": 0, "end": 0}
    raise CannotBuild(event)


def _refusal(frames: list[bytes]) -> str | None:
    import json
    import re

    acks = [f for f in frames if b"43" in f[:14]]
    assert len(acks) == 1
    found = re.search(rb"43\d+(\[.*\])$", acks[0], re.DOTALL)
    assert found
    answer = json.loads(found[1])[0]
    return None if answer["ok"] else answer["refusal"]


@pytest.mark.parametrize("event", sorted(set(shapes.READERS)))
def test_every_event_answers_everybody_as_the_table_says_and_tells_nobody_else(
    live_world: World, event: str
) -> None:
    world, begun = live_world, live_world.begun
    door = EVENTS[event]
    counted = 0
    for who in EVERYBODY:
        if who in ("stranger", "guest", "gone", "elsewhere"):
            continue
        world.sit(who)
    for who in PEOPLE:
        watchers = [name for name in PEOPLE if name != who]
        for relation, draft, text in (
            ("own", begun.draft_id, begun.paragraphs[1]),
            ("own, another draft's text", begun.draft_id, begun.other_paragraph),
            ("own, a proposal's text", begun.draft_id, begun.proposals["draft of the team"]),
            ("another draft", begun.other_id, begun.other_paragraph),
            ("absent draft", ABSENT["draft_id"], ABSENT["paragraph_id"]),
        ):
            for name in PEOPLE:
                world.heard(name)
            connection = next(
                c for c in world.hub._rooms.connections.values() if c.sid == f"sid {who}"
            )
            world.say(connection, event, _event(world, event, draft, text))
            seated = relation.startswith("own")
            # Who may change what is asked of each text: here, of the working text.
            right = Right.EDIT_TEXT if event == "change" else door.right
            allowed = ROLE[who] in RIGHTS[right] if right else True
            mine = world.heard(who)
            counted += 1
            if event == "caret":
                assert not [f for f in mine if b"43" in f[:14]]
                told = seated and allowed and relation == "own"
                spoke = any(b'"carets":[{' in f for f in mine)
                assert spoke is told, (who, relation)
                for name in watchers:
                    heard = world.heard(name)
                    assert bool(heard) is told, (who, name, relation)
                continue
            expected = {
                (True, True): None,
                (True, False): "NotAllowed",
                (False, True): "NotFound",
                (False, False): "NotFound",
            }[seated, allowed]
            if who == "mexico" and relation == "another draft" and event == "join":
                expected = None
            if event == "change" and relation == "own, another draft's text" and allowed:
                expected = "NotFound"
            if event == "change" and relation == "own, a proposal's text":
                continue  # below
            assert _refusal(mine) == expected, (who, relation)
            told = event == "change" and expected is None
            for name in watchers:
                heard = world.heard(name)
                assert [b'42["change"' in f for f in heard] == ([True] if told else []), (
                    name,
                    heard,
                )
    print(f"\n{counted} cells of {event}")


@pytest.mark.parametrize("who", MORE_PEOPLE)
def test_nobody_without_a_place_sits_down_at_the_table(live_world: World, who: str) -> None:
    from drafting.errors import NotFound, NotSignedIn

    session = live_world.begun.sessions.get(who, ABSENT["session_id"])
    refusal = NotSignedIn if who in ("gone", "stranger") else NotFound
    with pytest.raises(refusal):
        live_world.hub._desk.admit(session, live_world.begun.draft_id)


def _cookies(client: FlaskClient) -> int:
    return len(client._cookies)  # type: ignore[attr-defined]


def test_an_answer_sets_a_cookie_only_where_somebody_signs_in_or_out(world: World) -> None:
    for rule in rules(world.app):
        pool = base_pool(world, "chile", world.begun.draft_id)
        for ask in sendable(world, rule, pool, first(rule)):
            with world.as_it_was():
                answer = ask.send(world.clients["chile"])
            assert bool(answer.headers.getlist("Set-Cookie")) is (rule.endpoint == "web.sign_out")


def test_words_typed_in_a_proposal_reach_its_owners_and_nobody_else(live_world: World) -> None:
    world, begun = live_world, live_world.begun
    for who in PEOPLE:
        world.sit(who)
    counted = 0
    for name in (*PROPOSALS, "absent"):
        value = ABSENT["proposal_id"] if name == "absent" else begun.proposals[name]
        owners = PROPOSAL_OWNERS.get(name, frozenset()) & PROPOSAL_SEEN[name]
        for who in PEOPLE:
            for one in PEOPLE:
                world.heard(one)
            asked = _event(world, "change", begun.draft_id, value) | {"ops": [{"insert": "x"}]}
            world.say(world.seats[who], "change", asked)
            if who in owners:
                expected = None if name in DRAFTS else "Stale"
            elif who in PROPOSAL_SEEN[name]:
                expected = "NotAllowed"
            else:
                expected = "NotFound" if who in PRESIDENCY else "NotAllowed"
            assert _refusal(world.heard(who)) == expected, (name, who)
            told = owners if expected is None else frozenset()
            for one in set(PEOPLE) - {who}:
                heard = world.heard(one)
                assert [b'42["change"' in f for f in heard] == [True] * (one in told), (
                    name,
                    who,
                    one,
                )
            counted += 1
    print(f"\n{counted} cells of words typed in proposals")


# Sponsors, capitals, the board ---------------------------------------------------------------------

THEIRS_ALONE = {
    "Contact of the team.": PRESIDENCY,
    "Action of the team.": PRESIDENCY,
    "Override of the team.": PRESIDENCY,
    "Letter of the team.": PRESIDENCY,
    **{f"Step {name}.": seen for name, seen in STEP_SEEN.items()},
    **{f"Condition {name}.": CONDITION_SEEN[name] for name in CONDITIONS},
    **{f"Instruction {name}.": INSTRUCTION_SEEN[name] for name in INSTRUCTIONS},
}
"""By words that a world begins with: who reads them somewhere, and nobody else anywhere."""


@pytest.mark.parametrize("listed", [False, True], ids=["not listed", "listed"])
def test_everybody_reads_just_what_is_theirs_of_sponsors_capitals_and_the_board(
    world: World, listed: bool
) -> None:
    assert STEP_SEEN.keys() == STEPS.keys()
    if listed:
        assert _list_sponsors(world) == 200
    counted = 0
    for who in PEOPLE:
        read = []
        for rule in rules(world.app):
            if first(rule) != "GET" or rule.endpoint == "static":
                continue
            for key in ("MEX", "CHL", "AUS", "NZL"):
                pool = base_pool(world, who, world.begun.draft_id)
                pool["delegation_id"] = [world.begun.delegations[key]]
                pool["answer"] = [world.begun.answer]
                if key != "MEX" and "delegation_id" not in rule.arguments:
                    continue
                for ask in sendable(world, rule, pool, "GET"):
                    read.append(ask.send(world.clients[who]).text)
                    counted += 1
        everything = "\n".join(read)
        found = {words for words in THEIRS_ALONE if words in everything}
        assert found == {words for words, seen in THEIRS_ALONE.items() if who in seen}, who
        # On the one hand the list; on the other the row of Chile on the board.
        confirmed = who in BOARD | CHILE or listed
        assert ('"state":"confirmed"' in everything or '"reconfirmed":true' in everything) is (
            confirmed
        ), who
    print(f"\n{counted} pages read")


def _list_sponsors(world: World) -> int:
    body = {"id": str(world.next_id()), "mode": "open", "listed": True}
    path = f"/api/drafts/{world.begun.draft_id}/call"
    return world.call("penholder", "POST", path, json=body).status_code


PENDING = {"mexico's, pending": False, "mexico's, due": True}
"""What the presidency is shown of instructions: whether with the day they are due."""


def test_the_presidency_is_shown_of_an_instruction_what_its_delegation_chose(world: World) -> None:
    mexico = world.begun.delegations["MEX"]
    for who, path in (
        (who, path)
        for who in BOARD
        for path in (f"/api/drafts/{world.begun.draft_id}/board/{mexico}",)
    ):
        row = world.call(who, "GET", path).json["row"]
        shown = sorted((one["subject"], one["due"]) for one in row["pending"])
        expected = [("sponsorship", None), ("vote", "2026-11-20")] if who in PRESIDENCY else []
        assert shown == expected, who
        assert all(set(one) == {"subject", "label", "since", "due"} for one in row["pending"])


Deed = tuple[str, str, dict[str, Any]]
HEARD: dict[str, tuple[Deed, bool, frozenset[str], frozenset[str]]] = {
    "a step kept to itself": (
        ("mexico", "sponsorship", {"step": "positive", "audience": "delegation"}),
        False,
        MEXICO,
        frozenset(),
    ),
    "a step told to the presidency": (
        ("mexico", "sponsorship", {"step": "positive", "audience": "presidency"}),
        False,
        MEXICO,
        PRESIDENCY,
    ),
    "a step for the board": (
        ("mexico", "sponsorship", {"step": "said"}),
        False,
        MEXICO,
        BOARD,
    ),
    "a step that changes no list": (
        ("mexico", "sponsorship", {"step": "said"}),
        True,
        MEXICO,
        BOARD,
    ),
    "a step kept to itself, while there is a list": (
        ("mexico", "sponsorship", {"step": "positive", "audience": "delegation"}),
        True,
        MEXICO,
        frozenset(),
    ),
    "a confirmation that nobody lists": (
        ("mexico", "sponsorship", {"step": "confirmed"}),
        False,
        MEXICO,
        BOARD,
    ),
    "a confirmation that is listed": (
        ("mexico", "sponsorship", {"step": "confirmed"}),
        True,
        frozenset(PEOPLE),
        BOARD,
    ),
    "a sponsor of the list that withdraws": (
        ("chile", "sponsorship", {"step": "withdrawn"}),
        True,
        frozenset(PEOPLE),
        BOARD,
    ),
    "a condition kept to itself": (
        ("mexico", "conditions", {"kind": "as_circulated", "audience": "delegation"}),
        True,
        MEXICO,
        frozenset(),
    ),
    "a condition told to the presidency": (
        ("mexico", "conditions", {"kind": "as_circulated", "audience": "presidency"}),
        True,
        MEXICO,
        PRESIDENCY,
    ),
    "an instruction of which nothing is shown": (
        ("mexico", "instructions", {"subject": "vote", "words": "x"}),
        False,
        MEXICO,
        frozenset(),
    ),
    "an instruction that is shown": (
        ("mexico", "instructions", {"subject": "vote", "shown": "pending"}),
        False,
        MEXICO,
        PRESIDENCY,
    ),
    "a contact": (
        ("penholder", "contacts", {"delegation": "MEX", "said": "x"}),
        True,
        frozenset(),
        PRESIDENCY,
    ),
    "an action": (
        ("penholder", "actions", {"delegation": "MEX", "what": "x"}),
        True,
        frozenset(),
        PRESIDENCY,
    ),
    "an expectation": (
        (
            "penholder",
            "overrides",
            {"delegation": "MEX", "vote": "N", "reason": "x", "source": "x"},
        ),
        True,
        frozenset(),
        PRESIDENCY,
    ),
    "a target": (
        ("penholder", "targets", {"delegations": ["MEX"], "target": True}),
        True,
        frozenset(),
        BOARD,
    ),
    "a letter": (
        ("penholder", "letters", {"delegations": ["MEX"], "subject": "x", "body": "x"}),
        True,
        frozenset(),
        PRESIDENCY,
    ),
    "another's step, recorded by the presidency for itself": (
        (
            "penholder",
            "sponsorship",
            {"delegations": ["NZL"], "step": "positive", "audience": "presidency"},
        ),
        True,
        frozenset(),
        PRESIDENCY,
    ),
    "a vote": (
        ("secretariat", "roll-calls", {"votes": {"MEX": "Y"}, "body": "plenary", "on": "2026-11-01"}),
        True,
        BOARD,
        frozenset(),
    ),
    "earlier years": (
        ("secretariat", "record", {"ready": "ccm"}),
        True,
        BOARD,
        frozenset(),
    ),
    "a tabling": (
        ("penholder", "tabling", {"symbol": "A/C.1/76/L.41", "on": "2026-11-01", "version": 0}),
        False,
        frozenset(PEOPLE),
        frozenset(),
    ),
    "how sponsors are sought": (
        ("penholder", "call", {"mode": "open"}),
        False,
        frozenset(PEOPLE),
        frozenset(),
    ),
    "a version one has read": (
        ("mexico", "readings", {"version": 0}),
        False,
        frozenset(),
        frozenset(),
    ),
}  # fmt: skip
"""A deed, whether the list of sponsors is shown, and who hears `sponsors` and `board` of it: nobody else."""


@pytest.mark.parametrize("deed", HEARD)
def test_of_sponsors_and_the_board_those_hear_who_may_and_nobody_else(
    live_world: World, deed: str
) -> None:
    world, begun = live_world, live_world.begun
    (by, path, body), listed, sponsors, board = HEARD[deed]
    if listed:
        assert _list_sponsors(world) == 200
    for who in PEOPLE:
        world.sit(who)
    world.settle()
    for who in PEOPLE:
        world.heard(who)
    sent = {"id": str(world.next_id()), **body}
    for name in ("delegation", "delegations"):
        if name in sent:
            keys = sent[name]
            many = isinstance(keys, list)
            ids = [str(begun.delegations[key]) for key in (keys if many else [keys])]
            sent[name] = ids if many else ids[0]
    answer = world.call(by, "POST", f"/api/drafts/{begun.draft_id}/{path}", json=sent)
    assert answer.status_code == 200, answer.json
    for who in PEOPLE:
        heard = [f for f in world.heard(who) if b'"people"' not in f[:20]]
        assert any(b'42["sponsors"' in f for f in heard) is (who in sponsors), (who, heard)
        assert any(b'42["board"' in f for f in heard) is (who in board), (who, heard)
        assert not [f for f in heard if f[:40].find(b'["sponsors"') < 0 > f[:40].find(b'["board"')]


def test_a_step_put_right_by_a_wider_one_is_not_named_to_who_does_not_see_it(world: World) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/sponsors"
    hidden = world.call("mexico", "GET", path).json["own"]["steps"][0]
    assert hidden["audience"]["kind"] == "delegation"
    body = {"id": str(world.next_id()), "step": "said", "corrects": hidden["id"]}
    answer = world.call(
        "mexico", "POST", f"/api/drafts/{world.begun.draft_id}/sponsorship", json=body
    )
    assert answer.status_code == 200, answer.json
    assert answer.json["sponsorships"][0]["steps"][0]["corrects"] == hidden["id"]
    mexico = world.begun.delegations["MEX"]
    for who in BOARD:
        read = world.call(who, "GET", f"/api/drafts/{world.begun.draft_id}/board/{mexico}").text
        assert hidden["id"] not in read, who


def test_a_link_tells_its_bearer_nothing_of_what_the_delegation_keeps_and_its_token_is_kept_nowhere(
    world: World,
) -> None:
    body = {
        "id": str(world.next_id()),
        "delegations": [str(world.begun.delegations["MEX"])],
        "question": "sponsor",
        "subject": "A question",
        "body": "{link} .",
    }
    path = f"/api/drafts/{world.begun.draft_id}/letters"
    sent = world.call("penholder", "POST", path, json=body)
    token = link_in(sent.json)
    # Mexico awaits its capital, which it keeps to itself, and has told the presidency that it is positive.
    page = world.call("stranger", "GET", f"/answers/{token}").text
    shown = answers_shown(world, token)
    for words in (page, str(shown)):
        assert "awaiting its capital" not in words
        assert "Step of mexico." not in words
    assert shown["standing"] == "positive"
    assert token not in world.call("penholder", "POST", path, json=body).text
    world.store.forget_deleted()
    assert token.encode() not in world.file.read_bytes()
    assert world.begun.answer.encode() not in world.file.read_bytes()


def answers_shown(world: World, token: str) -> dict[str, Any]:
    from drafting.services import answers

    with world.store.reading() as w:
        return answers.shown(w, token)


def test_letters_go_to_a_delegations_people_and_not_to_its_capital(world: World) -> None:
    body = {
        "id": str(world.next_id()),
        "delegations": [str(world.begun.delegations["MEX"])],
        "subject": "A word",
        "body": "Dear {State}",
    }
    for path in ("letters/preview", "letters"):
        answer = world.call(
            "penholder", "POST", f"/api/drafts/{world.begun.draft_id}/{path}", json=body
        )
        (letter,) = answer.json["letters"]
        assert sorted(letter["to"]) == ["mexico@example.org", "mexico_head@example.org"]

"""Which role may do what, written out once more."""

from __future__ import annotations

import itertools
import uuid

import pytest

from drafting.errors import NotAllowed
from drafting.rules.doors import EVENTS, PAGES, TOLD, Who
from drafting.rules.rights import MAY_INVITE, RIGHTS, Right, require, rights_of
from drafting.rules.roles import OF_A_DELEGATION, ROLE_WORDS, Actor, Role

EXPECTED = {
    "presidency": "see comment export edit_text seal purge see_people invite propose answer sponsor see_board steer record",
    "secretariat": "see comment export see_people invite sponsor see_board record",
    "head": "see comment export see_people invite propose take_position sponsor instruct",
    "delegate": "see comment export propose take_position sponsor instruct",
    "capital": "see comment export propose take_position instruct",
    "observer": "see comment export",
}
INVITES = {
    "presidency": "presidency secretariat head delegate capital observer",
    "secretariat": "secretariat head delegate observer",
    "head": "delegate capital",
}


def person(role: Role, delegation: str = "Mexico") -> Actor:
    number = uuid.UUID(int=1)
    return Actor(number, number, "A Person", number, role, number, delegation)


@pytest.mark.parametrize("role", Role)
def test_each_role_has_its_rights_and_no_more(role: Role) -> None:
    assert [r.value for r in rights_of(person(role))] == EXPECTED[role].split()


@pytest.mark.parametrize(("role", "right"), list(itertools.product(Role, Right)))
def test_who_lacks_a_right_is_refused_in_words(role: Role, right: Right) -> None:
    if right.value in EXPECTED[role].split():
        require(person(role), right)
        return
    with pytest.raises(NotAllowed) as refused:
        require(person(role), right)
    assert refused.value.detail.endswith(".")


def test_every_right_belongs_to_some_role_and_every_role_has_words() -> None:
    assert set(RIGHTS) == set(Right)
    assert all(RIGHTS.values())
    assert set(ROLE_WORDS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_each_role_invites_whom_it_may(role: Role) -> None:
    assert MAY_INVITE.get(role, frozenset()) == {Role(r) for r in INVITES.get(role, "").split()}
    assert (Right.INVITE in rights_of(person(role))) is (role in MAY_INVITE)


def test_nobody_but_the_presidency_makes_a_president() -> None:
    assert [r for r in Role if Role.PRESIDENCY in MAY_INVITE.get(r, ())] == [Role.PRESIDENCY]


def test_an_author_is_printed_as_the_delegation_or_the_presidency() -> None:
    assert person(Role.PRESIDENCY).printed == "Presidency (Mexico)"
    assert person(Role.PRESIDENCY, "").printed == "Presidency"
    assert person(Role.SECRETARIAT, "").printed == "Secretariat"
    assert {person(r).printed for r in (*OF_A_DELEGATION, Role.OBSERVER)} == {"Mexico"}


def test_every_door_on_a_draft_says_which_right_opens_it() -> None:
    for name, door in {**PAGES, **EVENTS}.items():
        on_a_draft = door.who in (Who.ON_THE_DRAFT, Who.ON_ITS_DRAFT)
        assert (door.right is not None) is on_a_draft, name
    assert all(TOLD.values())


def test_a_door_to_changes_asks_for_more_than_sight() -> None:
    for name in (
        "api.deed",
        "api.version_seal",
        "api.version_restore",
        "api.purge",
        "api.accept",
        "api.agreement_say",
        "api.verdict",
    ):
        assert RIGHTS[PAGES[name].right] == {Role.PRESIDENCY}  # type: ignore[index]  # it has one
    # Who may change which text is asked of each text: tests/security/test_matrix.py.
    assert EVENTS["change"].right is Right.SEE

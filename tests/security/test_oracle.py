"""What people keep to themselves, nobody else learns: neither what, how long, whether, nor when."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.security import oracle
from tests.security.oracle import (
    CANARY,
    OF_BOTH,
    OF_CHILE,
    OF_MEXICO,
    OF_THE_BOARD,
    OF_THE_TEAM,
    PUBLIC,
    SECRETS,
    WITH_THE_BOARD,
    WITH_THE_PRESIDENCY,
    History,
    Record,
    Secret,
    Secrets,
    canary_in,
    first_difference,
    observers_of,
    whose,
)
from tests.security.world import Beginning

HISTORIES: tuple[History, ...] = (
    ("penholder types", "chile comments"),
    ("penholder splits", "secretariat invites"),
    ("penholder seals", "mexico comments"),
    ("chile puts forward", "penholder accepts"),
    ("mexico supports", "penholder agrees"),
    ("penholder lists", "chile sponsors"),
    ("penholder tables", "penholder seals"),
)


Family = Mapping[str, Callable[..., None]]
FAMILIES: tuple[Family, ...] = (
    OF_MEXICO,
    WITH_THE_PRESIDENCY,
    OF_THE_TEAM,
    OF_BOTH,
    OF_CHILE,
    OF_THE_BOARD,
    WITH_THE_BOARD,
)


class Runs:
    """Plays runs; one without secrets is played once for each history and observer."""

    def __init__(self, begun: Beginning, folder: Path) -> None:
        self.begun = begun
        self._folder = folder
        self._bare: dict[tuple[History, tuple[str, ...], str, bool], dict[str, list[Record]]] = {}
        self._names = itertools.count()
        self.played = 0

    def play(
        self,
        history: History,
        secrets: Secrets,
        observers: tuple[str, ...],
        owners: str,
        *,
        fully: bool,
    ) -> dict[str, list[Record]]:
        self.played += 1
        folder = self._folder / str(next(self._names))
        return oracle.run(self.begun, folder, history, secrets, observers, owners, fully=fully)

    def bare(
        self, history: History, observers: tuple[str, ...], owners: str, *, fully: bool
    ) -> dict[str, list[Record]]:
        key = (history, observers, owners, fully)
        if key not in self._bare:
            self._bare[key] = self.play(history, {}, observers, owners, fully=fully)
        return self._bare[key]

    def compare(
        self,
        history: History,
        secrets: Secrets,
        observers: tuple[str, ...],
        owners: str,
        *,
        fully: bool = False,
    ) -> None:
        """Plays a history without secrets and with them, and fails when anybody saw a difference."""
        assert_alike(
            self.bare(history, observers, owners, fully=fully),
            self.play(history, secrets, observers, owners, fully=fully),
            secrets,
        )


@pytest.fixture(scope="session")
def runs(beginning: Beginning, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    made = Runs(beginning, tmp_path_factory.mktemp("runs"))
    yield made
    print(f"\n{made.played} runs were played")


def two_of(act: str, turn: int) -> tuple[str, ...]:
    """Gives two observers, others at each turn."""
    every = observers_of(act)
    return every[turn % len(every)], every[(turn + 3) % len(every)]


def assert_alike(
    one: dict[str, list[Record]], other: dict[str, list[Record]], about: object
) -> None:
    for who, records in one.items():
        found = first_difference(records, other[who])
        assert found is None, f"{who} learns of {about}: {found}"
        canary = canary_in(other[who])
        assert canary is None, f"{who} reads {about}: {canary}"


@pytest.mark.parametrize("turn", range(len(SECRETS)), ids=list(SECRETS))
def test_nobody_else_learns_that_it_was_done(runs: Runs, turn: int) -> None:
    """L3: nothing against something, done twice."""
    act = list(SECRETS)[turn]
    secrets = {0: [Secret(act)], 1: [Secret(act, f"{CANARY} again")]}
    history, observers = HISTORIES[turn % len(HISTORIES)], two_of(act, turn)
    runs.compare(history, secrets, observers, whose(act), fully=turn % 12 == 0)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: whose(next(iter(family))))
def test_nobody_else_learns_what_was_said_or_how_much(runs: Runs, family: Family) -> None:
    """L1 and L2: other words, as long and longer; all acts of a family in one history."""
    acts = [act for act in family if act != "capital goes"]
    for number, words in enumerate((CANARY, CANARY[::-1], f"{CANARY} " * 300)):
        secrets = {step: [Secret(act, words) for act in acts[step::2]] for step in range(2)}
        observers = two_of(acts[0], number // 2)
        runs.compare(HISTORIES[0], secrets, observers, whose(acts[0]), fully=number == 2)


@pytest.mark.parametrize("step", [0, 2])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: whose(next(iter(family))))
def test_nobody_else_learns_when_it_was_done(runs: Runs, family: Family, step: int) -> None:
    """L4: the same acts at another step."""
    acts = list(family)
    secrets = {step: [Secret(act, f"{CANARY} {act}") for act in acts]}
    runs.compare(HISTORIES[step % len(HISTORIES)], secrets, two_of(acts[0], step), whose(acts[0]))


def test_two_who_keep_things_to_themselves_do_not_learn_of_each_other(runs: Runs) -> None:
    ours = {0: [Secret("chile notes", "Chile's own")], 1: [Secret("chile notes", "More.")]}
    both = {
        0: [*ours[0], Secret("reply"), Secret("edit")],
        1: [*ours[1], Secret("resolve"), Secret("be refused")],
    }
    one, other = (
        runs.play(HISTORIES[1], secrets, ("chile", "chile_head"), "mexico", fully=False)
        for secrets in (ours, both)
    )
    assert_alike(one, other, "Mexico's notes")


histories = st.lists(st.sampled_from(sorted(PUBLIC)), min_size=1, max_size=2).map(tuple)


@st.composite
def secret_acts(draw: st.DrawFn) -> tuple[tuple[str, ...], str, Secrets]:
    """Draws acts whose observers are the same, at any steps."""
    family = draw(
        st.sampled_from((OF_MEXICO, OF_MEXICO, WITH_THE_PRESIDENCY, OF_THE_TEAM, OF_BOTH))
    )
    acts = draw(
        st.lists(
            st.tuples(
                st.integers(0, 2),
                st.sampled_from(sorted(family)),
                st.sampled_from(("", "x", "é" * 999)),
            ),
            min_size=1,
            max_size=5,
        )
    )
    observers = observers_of(next(iter(family)))
    secrets: dict[int, list[Secret]] = {}
    for number, (step, act, tail) in enumerate(acts):
        secrets.setdefault(step, []).append(Secret(act, f"{CANARY} {number}{tail}"))
    return (draw(st.sampled_from(observers)),), whose(next(iter(family))), secrets


@settings(
    max_examples=20,
    phases=(Phase.generate,),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(history=histories, drawn=secret_acts())
def test_nobody_else_learns_anything_in_any_history(
    runs: Runs, history: History, drawn: tuple[tuple[str, ...], str, Secrets]
) -> None:
    observers, owners, secrets = drawn
    runs.compare(history, secrets, observers, owners)

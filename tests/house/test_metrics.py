"""Figures: the form Prometheus reads, and the door behind which they stand."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting import metrics
from drafting.config import Config
from drafting.metrics_door import MetricsDoor
from tests.servers import free_port

TOKEN = "c0b5f6a1e7d94a53b28f"
LINE = re.compile(
    r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"(,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+'
)


@pytest.fixture(autouse=True)
def _own_figures() -> Iterator[None]:
    kept = metrics._all[:]
    yield
    metrics._all[:] = kept


def test_every_line_has_the_form_that_is_read() -> None:
    for line in metrics.text().splitlines():
        assert LINE.fullmatch(line) or re.match(r"# (HELP|TYPE) [a-z_]+ .+", line), line


def test_names_are_told_once_and_counters_say_that_they_are() -> None:
    names = [one.name for one in metrics._all]
    assert len(names) == len(set(names))
    for one in metrics._all:
        assert one.name.endswith("_total") == (one.kind == "counter"), one.name
        assert one.says.endswith(".")


@given(seconds=st.lists(st.floats(0, 100, allow_nan=False), max_size=50))
def test_a_histogram_counts_everything_once_and_only_grows(seconds: list[float]) -> None:
    timing = metrics.Timing("x_seconds", "X.")
    for one in seconds:
        timing.note(one)
    found = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in timing.lines()}
    below = [value for name, value in found.items() if "_bucket" in name]
    assert below == sorted(below)
    assert below[-1] == found["x_seconds_count"] == len(seconds)
    assert found["x_seconds_sum"] == pytest.approx(sum(seconds))
    for bound in metrics.SECONDS:
        name = f'x_seconds_bucket{{le="{metrics._number(bound)}"}}'
        assert found[name] == sum(one <= bound for one in seconds)


def test_labels_that_nobody_foresaw_do_not_fill_the_memory() -> None:
    count = metrics.Count("x_total", "X.", "kind")
    timing = metrics.Timing("y_seconds", "Y.", "kind")
    for number in range(3 * metrics.MAX_SERIES):
        count.add(str(number))
        timing.note(0.1, str(number))
    assert len(count.values) == len(timing.values) == metrics.MAX_SERIES + 1
    assert count.values[(metrics.OTHER,)] == 2 * metrics.MAX_SERIES


def test_a_label_cannot_break_its_line() -> None:
    count = metrics.Count("x_total", "X.", "kind")
    count.add('a"b\\c\nd')
    (line,) = count.lines()
    assert line == 'x_total{kind="a\\"b\\\\c\\nd"} 1'


def asked(port: int, path: str = "/metrics", **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def from_outside(port: int, path: str = "/metrics", **headers: str) -> tuple[int, str]:
    return gevent.get_hub().threadpool.apply(asked, (port, path), headers)


def test_they_are_read_at_a_port_of_their_own() -> None:
    port = free_port()
    door = MetricsDoor(Config("", metrics=f"127.0.0.1:{port}"))
    door.start()
    try:
        status, text = from_outside(port)
        assert status == 200
        assert "drafting_edits_stored_total" in text
        assert from_outside(port, "/")[0] == 404
    finally:
        door.stop()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer ü"}, 401),
        ({"Authorization": TOKEN}, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_with_a_secret_only_who_has_it_reads_them(headers: dict[str, str], expected: int) -> None:
    port = free_port()
    door = MetricsDoor(Config("", metrics=f"127.0.0.1:{port}", metrics_token=TOKEN))
    door.start()
    try:
        status, text = from_outside(port, **headers)
        assert status == expected
        assert ("drafting_" in text) is (expected == 200)
        # Not even whether an address exists is said to who lacks it.
        assert from_outside(port, "/other", **headers)[0] == (404 if expected == 200 else 401)
    finally:
        door.stop()

"""A count keeps its sign, and no share looks like a threshold it misses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.reports.counts import known, percent, points, signed, total, value_and_sign

COUNTS = st.integers(0, 10**8)


@pytest.mark.parametrize(
    ("value", "sign", "count"),
    [
        (120, "count", 120),
        (0, "zero", 0),
        (120, "at_least", "a120"),
        (None, "withheld", "w"),
        (None, "not_surveyed", None),
    ],
)
def test_a_released_count_and_its_sign_go_in_and_out_unchanged(value, sign, count):
    assert signed(value, sign) == count
    assert value_and_sign(count) == (value, sign)


def test_what_is_known_of_a_count():
    assert [known(one) for one in (7, 0, "a95", "w", None)] == [7, 0, 95, 0, 0]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([1, 2, 3], 6),
        ([1, None], 1),
        ([None, None], None),
        ([], None),
        ([15, "a20"], "a35"),
        ([15, "w"], "a15"),
        (["w", "w"], "w"),
        ([0, "w", None], "w"),
    ],
)
def test_a_sum_says_at_least_when_a_part_is_withheld(parts, expected):
    assert total(parts) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 50, "0%"),
        (1, 1000, "<1%"),
        (999, 1000, "99%"),
        (1000, 1000, "100%"),
        (3957, 10_000, "39%"),
        ("a40", 80, "50%"),
        ("w", 80, ""),
        (4, "w", ""),
        (None, 80, ""),
        (0, 0, ""),
    ],
)
def test_percent(part, whole, expected):
    assert percent(part, whole) == expected


@given(part=COUNTS, more=COUNTS, threshold=st.integers(1, 100))
def test_a_share_reads_as_a_threshold_only_if_it_reaches_it(part, more, threshold):
    whole = part + more + 1
    shown = percent(part, whole)
    reads = int(shown.removesuffix("%")) if "<" not in shown else 0
    assert (reads >= threshold) == (100 * part >= threshold * whole)


@pytest.mark.parametrize(
    ("bp", "text"),
    [(None, ""), (0, "0.0"), (4, "0.0"), (5, "0.1"), (2025, "20.3"), (2024, "20.2"), (10_000, "100.0")],
)
def test_points_of_a_hundred_round_halves_up(bp, text):
    assert points(bp) == text

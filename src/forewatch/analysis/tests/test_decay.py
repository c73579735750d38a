"""The worth of events is exact: checked in whole numbers, without roots."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.analysis.decay import points_bp


def is_rounded(worth: int, points: int, day: int, half_life: int) -> bool:
    """Tell whether `worth` is 100 p 2^(-day/h) rounded half to even, by powers of whole numbers alone.

    worth - 1/2 <= x <= worth + 1/2, to the power h and times 2^(h + day), for x^h = (100 p)^h 2^-day.
    """
    middle = (200 * points) ** half_life
    low = max(2 * worth - 1, 0) ** half_life * 2**day
    high = (2 * worth + 1) ** half_life * 2**day
    even = worth % 2 == 0
    return (low <= middle <= high) if even else (low < middle < high)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), st.integers(1, 400), st.integers(1, 200), st.data())
def test_every_day_is_rounded_exactly(points, window, half_life, data):
    worth = points_bp(points, window, half_life)
    assert len(worth) == window
    day = data.draw(st.integers(0, window - 1))
    assert is_rounded(worth[day], points, day, half_life)


def test_the_worth_halves_with_every_half_life():
    assert points_bp(10, 301, 100)[::100] == (1000, 500, 250, 125)


def test_a_tie_goes_to_the_even_neighbour():
    # 500 / 8 = 62.5 and 300 / 8 = 37.5
    assert points_bp(5, 31, 10)[30] == 62
    assert points_bp(3, 31, 10)[30] == 38


def test_worked_values():
    # 1000 * 2^(-30/120) = 840.896..., 1000 * 2^(-1/120) = 994.240...
    assert points_bp(10, 365, 120)[30] == 841
    assert points_bp(10, 365, 120)[1] == 994


@pytest.mark.parametrize("half_life", [1, 7, 3650])
def test_it_never_rises_and_ends_at_the_last_day_of_the_window(half_life):
    worth = points_bp(100, 3650, half_life)
    assert len(worth) == 3650
    assert all(later <= sooner for sooner, later in pairwise(worth))
    assert worth[0] == 10_000
    if half_life == 1:
        assert worth[14] == 1  # 10000 / 16384 = 0.61
        assert set(worth[15:]) == {0}

"""Figures of agreement against calculations written by others, or written differently."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from scipy.stats.contingency import association

from forewatch.intake.grading.rules import (
    FEWEST,
    Figure,
    Table,
    bootstrapped,
    cramers_v,
    on_the_diagonal,
    share,
    too_alike,
    too_different,
    weighted_kappa,
)


def table(*rows: tuple[int, ...]) -> Table:
    return rows


COUNTS = st.integers(0, 40)
FIVE = st.tuples(*[st.tuples(*[COUNTS] * 5)] * 5).filter(lambda one: sum(map(sum, one)) > 0)
THREE_BY_FIVE = st.tuples(*[st.tuples(*[COUNTS] * 5)] * 3).filter(lambda one: sum(map(sum, one)) > 0)


def kappa_pair_by_pair(counts: Table) -> float | None:
    """Kappa from single pairs: the mean distance of the grades of one report, and of two chosen at random."""
    pairs = [(i, j) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    firsts, seconds = [one for one, _other in pairs], [other for _one, other in pairs]
    seen = sum(abs(one - other) for one, other in pairs) / len(pairs)
    chance = sum(abs(one - other) for one in firsts for other in seconds) / len(pairs) ** 2
    return None if chance == 0 else 1 - seen / chance


@given(st.tuples(*[st.tuples(*[st.integers(0, 4)] * 5)] * 5).filter(lambda one: sum(map(sum, one)) > 0))
def test_weighted_kappa_is_that_of_single_pairs(counts: Table) -> None:
    expected = kappa_pair_by_pair(counts)
    assert weighted_kappa(counts) == pytest.approx(1.0 if expected is None else expected)


def test_weighted_kappa_of_a_table_worked_by_hand() -> None:
    counts = table((4, 0, 1), (0, 3, 0), (0, 1, 1))
    margins = np.outer([5, 3, 2], [4, 4, 2]) / 10
    weights = np.array([[0, 0.5, 1], [0.5, 0, 0.5], [1, 0.5, 0]])
    assert weighted_kappa(counts) == pytest.approx(1 - (1 + 0.5) / float((weights * margins).sum()))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (table((5, 0, 0), (0, 7, 0), (0, 0, 3)), 1.0),
        (table((5, 0, 0), (0, 0, 0), (0, 0, 0)), 1.0),
        (table((4, 4), (4, 4)), 0.0),
        (table((0, 5), (5, 0)), -1.0),
    ],
    ids=["full agreement", "one grade alone", "chance", "always the other"],
)
def test_weighted_kappa_at_its_ends(counts: Table, expected: float) -> None:
    assert weighted_kappa(counts) == pytest.approx(expected)


@given(THREE_BY_FIVE)
def test_cramers_v_is_that_of_scipy(counts: Table) -> None:
    found = np.asarray(counts)
    found = found[found.sum(axis=1) > 0][:, found.sum(axis=0) > 0]
    expected = association(found, method="cramer") if min(found.shape) > 1 else 0.0
    assert cramers_v(counts) == pytest.approx(expected)


@given(st.integers(FEWEST, 4000), st.data())
def test_a_share_has_wilsons_interval(n: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, n))
    found = share(part, n)
    expected = binomtest(part, n).proportion_ci(0.95, method="wilson")
    assert (found.value, found.n) == (part / n, n)
    assert (found.low, found.high) == (
        pytest.approx(expected.low, abs=1e-6),
        pytest.approx(expected.high, abs=1e-6),
    )


@pytest.mark.parametrize("n", [0, 1, FEWEST - 1])
def test_too_few_give_no_figure_and_no_alarm(n: int) -> None:
    counts = table((n, 0, 0, 0, 0), *[(0, 0, 0, 0, 0)] * 2)
    for found in (
        share(n, n),
        on_the_diagonal(counts),
        bootstrapped(counts, cramers_v),
        bootstrapped(table(*counts, *[(0, 0, 0, 0, 0)] * 2), weighted_kappa),
    ):
        assert found == Figure(n)
        assert not too_alike(found, 70)
        assert not too_different(found, 60)


def test_the_interval_is_the_same_each_time_and_covers_what_was_true() -> None:
    """An interval from a sample of a known table holds its kappa in about 95 of 100 samples."""
    shares = np.array(
        [[20, 6, 2, 1, 1], [5, 15, 6, 2, 1], [2, 5, 12, 4, 1], [1, 1, 4, 6, 2], [0, 1, 1, 2, 4]]
    )
    truth = weighted_kappa(tuple(map(tuple, shares)))
    dice, held = np.random.default_rng(1), 0
    for _turn in range(60):
        drawn = dice.multinomial(200, shares.ravel() / shares.sum()).reshape(5, 5)
        counts = tuple(tuple(int(one) for one in row) for row in drawn)
        found = bootstrapped(counts, weighted_kappa)
        assert found == bootstrapped(counts, weighted_kappa)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert held >= 51


@pytest.mark.parametrize(("alike", "alarm"), [(70, False), (71, True), (87, True), (10, False)])
def test_above_70_of_100_on_the_diagonal_there_is_an_alarm(alike: int, *, alarm: bool) -> None:
    counts = table((alike, 100 - alike, 0, 0, 0), *[(0, 0, 0, 0, 0)] * 2)
    assert too_alike(on_the_diagonal(counts), 70) is alarm
    assert not too_alike(on_the_diagonal(counts), 90)


def test_the_diagonal_is_where_a_source_and_its_words_are_graded_alike() -> None:
    ones = table((1,) * 5, (1,) * 5, (1,) * 5)
    assert on_the_diagonal(tuple(tuple(10 * one for one in row) for row in ones)).value == pytest.approx(
        5 / 15
    )


@pytest.mark.parametrize(("value", "low"), [(0.59, True), (0.6, False), (0.9, False)])
def test_below_the_aim_graders_agree_too_little(value: float, *, low: bool) -> None:
    assert too_different(Figure(100, value, 0.0, 1.0), 60) is low
    assert too_different(Figure(100, value, 0.0, 1.0), 91)


def test_grades_by_chance_are_not_found_alike() -> None:
    dice = random.Random(3)  # noqa: S311
    counts = [[0] * 5 for _ in range(3)]
    for _turn in range(600):
        counts[dice.randrange(3)][dice.randrange(5)] += 1
    found = bootstrapped(tuple(map(tuple, counts)), cramers_v)
    assert found.value is not None
    assert found.value < 0.15

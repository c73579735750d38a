"""The least and greatest of whole numbers under rules, against counting out every case."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from forewatch.analysis.disclosure.bounds import NO_LIMIT, Rules, extremes

Rule = tuple[dict[int, int], int, int]
"""Factors by cell, the lowest sum, the highest sum."""


def rules_of(rules: list[Rule], cells: int) -> Rules:
    entries = [(at, cell, factor) for at, (row, _, _) in enumerate(rules) for cell, factor in row.items()]
    rule, cell, factor = np.array(entries, np.int64).reshape(-1, 3).T
    ends = np.array([(low, high) for _, low, high in rules], np.int64).reshape(-1, 2)
    return Rules.of((rule, cell, factor), ends[:, 0], ends[:, 1], cells)


def found(bounds: list[tuple[int, int]], rules: list[Rule]) -> list[tuple[int, int]]:
    lower, upper = np.array(bounds, np.int64).reshape(-1, 2).T
    least, greatest = extremes(lower, upper, rules_of(rules, len(bounds)), np.ones(len(bounds), bool))
    return list(zip(least.tolist(), greatest.tolist(), strict=True))


def counted(bounds: list[tuple[int, int]], rules: list[Rule]) -> list[tuple[int, int]] | None:
    """Try every case; None when none obeys the rules."""
    cases = [
        case
        for case in itertools.product(*(range(low, high + 1) for low, high in bounds))
        if all(low <= sum(f * case[c] for c, f in row.items()) <= high for row, low, high in rules)
    ]
    return [(min(one), max(one)) for one in zip(*cases, strict=True)] if cases else None


def test_without_rules_the_bounds_stand() -> None:
    assert found([(1, 10), (0, 0), (18, 22)], []) == [(1, 10), (0, 0), (18, 22)]


def test_a_rule_that_says_nothing_changes_nothing() -> None:
    assert found([(1, 10), (43, 47)], [({0: 1, 1: 1}, 44, NO_LIMIT)]) == [(1, 10), (43, 47)]


def test_one_rule_narrows_by_what_the_others_leave() -> None:
    assert found([(1, 10), (43, 47)], [({0: 1, 1: 1}, 50, NO_LIMIT)]) == [(3, 10), (43, 47)]
    assert found([(1, 10), (43, 47)], [({0: 1, 1: 1}, -NO_LIMIT, 45)]) == [(1, 2), (43, 44)]


def test_a_total_gives_a_cell_away() -> None:
    assert found([(1, 10), (20, 20)], [({0: 1, 1: 1}, 27, 27)]) == [(7, 7), (20, 20)]


def test_two_rules_together_know_more_than_each() -> None:
    bounds = [(0, 10)] * 3
    rules: list[Rule] = [({0: 1, 1: 1}, 10, 10), ({1: 1, 2: 1}, 10, 10), ({0: 1, 2: 1}, 18, 20)]
    assert found(bounds, rules) == counted(bounds, rules) == [(9, 10), (0, 1), (9, 10)]


def test_whole_numbers_know_more_than_fractions() -> None:
    # each pair makes 11: only 5.5 would do, and no whole number does
    least, greatest = zip(
        *found([(1, 10)] * 3, [({0: 1, 1: 1}, 11, 11), ({1: 1, 2: 1}, 11, 11), ({0: 1, 2: 1}, 11, 11)]),
        strict=True,
    )
    assert all(low > high for low, high in zip(least, greatest, strict=True))


@pytest.mark.parametrize("rules", [[({0: 1, 1: 1}, 30, 40)], [({0: 1, 1: 1}, 2, 2), ({0: 1, 1: -1}, 5, 5)]])
def test_rules_that_contradict_leave_no_value(rules: list[Rule]) -> None:
    assert all(low > high for low, high in found([(1, 10), (1, 10)], rules))


def test_one_value_that_one_rule_leaves_and_another_forbids_is_none() -> None:
    rules: list[Rule] = [({0: 1, 1: -1}, 0, 0), ({1: 1, 0: -1}, 1, 1)]
    assert all(low > high for low, high in found([(0, 1), (0, 1)], rules))
    agreeing: list[Rule] = [({0: 1, 1: -1}, -1, -1), ({1: 1, 0: -1}, 1, 1)]
    assert found([(0, 1), (0, 1)], agreeing) == [(0, 0), (1, 1)]


def test_rules_about_other_cells_stay_out_of_it() -> None:
    rules: list[Rule] = [({0: 1, 1: 1}, 20, 20), ({2: 1, 3: 1}, 50, NO_LIMIT)]
    assert found([(1, 10), (1, 15), (1, 10), (43, 47)], rules) == [(5, 10), (10, 15), (3, 10), (43, 47)]


def test_a_fixed_cell_ties_no_rules_together_but_counts() -> None:
    rules: list[Rule] = [({0: 1, 1: 1}, 12, 12), ({1: 1, 2: 1}, 9, 9)]
    assert found([(1, 10), (5, 5), (1, 10)], rules) == [(7, 7), (5, 5), (4, 4)]


def test_a_switch_makes_one_of_two_rules_hold() -> None:
    # cell 0 is at most 3 when switch 2 is on, cell 1 when switch 3 is on, and one is on
    rules: list[Rule] = [
        ({0: 1, 2: 10}, -NO_LIMIT, 13),
        ({1: 1, 3: 10}, -NO_LIMIT, 13),
        ({2: 1, 3: 1}, 1, NO_LIMIT),
    ]
    bounds = [(1, 10), (5, 10), (0, 1), (0, 1)]
    assert found(bounds, rules) == counted(bounds, rules) == [(1, 3), (5, 10), (1, 1), (0, 0)]


@st.composite
def small_systems(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[Rule]]:
    cells = draw(st.integers(1, 5))
    bounds = [
        (low, low + draw(st.integers(0, 4)))
        for low in draw(st.lists(st.integers(0, 4), min_size=cells, max_size=cells))
    ]
    rules = []
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.dictionaries(st.integers(0, cells - 1), st.sampled_from((1, -1)), min_size=1))
        low = draw(st.integers(-10, 20))
        rules.append((row, low, draw(st.sampled_from((low, low + 2, low + 9, NO_LIMIT)))))
    return bounds, rules


@settings(max_examples=250, deadline=None)
@given(small_systems())
def test_extremes_are_those_of_every_case(system: tuple[list[tuple[int, int]], list[Rule]]) -> None:
    bounds, rules = system
    expected = counted(bounds, rules)
    if expected is not None:
        assert found(bounds, rules) == expected
        return
    narrowed = found(bounds, rules)
    tied = {cell for row, _, _ in rules for cell in row if bounds[cell][0] < bounds[cell][1]}
    broken = [cell for cell in tied if narrowed[cell][0] > narrowed[cell][1]]
    fixed = [bounds[cell][0] == bounds[cell][1] for row, _, _ in rules for cell in row]
    assert broken or any(fixed)


def test_extremes_are_those_of_linear_programming_where_rules_are_a_table() -> None:
    """Rows and columns of a table with true totals: there, linear programming is exact too."""
    random = np.random.default_rng(20310331)
    for _ in range(10):
        truth = random.integers(0, 30, (4, 5))
        hidden = (truth > 0) & (truth < 11)
        lower, upper = (np.where(hidden, end, truth).ravel() for end in (1, 10))
        at = np.arange(truth.size).reshape(truth.shape)
        lines = [*at, *at.T]
        rules: list[Rule] = [
            (dict.fromkeys(line.tolist(), 1), total, total)
            for line in lines
            for total in [int(truth.ravel()[line].sum())]
        ]
        least, greatest = extremes(lower, upper, rules_of(rules, truth.size), hidden.ravel())
        told = np.array([[cell in line for cell in range(truth.size)] for line in lines], float)
        totals = told @ truth.ravel()
        for cell in np.flatnonzero(hidden):
            for sign, met in ((1, least), (-1, greatest)):
                cost = np.zeros(truth.size)
                cost[cell] = sign
                answer = linprog(cost, A_eq=told, b_eq=totals, bounds=np.stack([lower, upper], 1))
                assert round(sign * answer.fun) == met[cell]

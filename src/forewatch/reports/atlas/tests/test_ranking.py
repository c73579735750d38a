"""Ranks and their uncertainty, on counts that can be checked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.reports.atlas.ranking import (
    Order,
    Standing,
    Sureness,
    likely_share,
    outermost_share,
    ranked,
)


def test_the_outermost_share_supposes_that_none_or_all_of_the_missing_are_for_outreach_now() -> None:
    assert outermost_share(Standing(people=200, assessed=120, high=30)) == (0.15, 0.55)
    assert outermost_share(Standing(people=200, assessed=200, high=30)) == (0.15, 0.15)
    assert outermost_share(Standing(people=50, assessed=0, high=0)) == (0.0, 1.0)


def test_the_likely_share_is_wilsons_interval_for_a_small_sample_of_many() -> None:
    # 10 of 100, of a population so large that the correction is nothing: Wilson gives 5.52% to 17.44%.
    low, high = likely_share(Standing(people=100_000_000, assessed=100, high=10))
    assert (round(10_000 * low), round(10_000 * high)) == (552, 1744)


def test_the_likely_share_narrows_as_more_of_the_area_is_known_until_nothing_is_uncertain() -> None:
    widths = []
    for people in (100_000, 1000, 200, 110, 100):
        low, high = likely_share(Standing(people, assessed=100, high=10))
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0


@given(
    st.integers(0, 500).flatmap(
        lambda people: st.integers(0, people).flatmap(
            lambda assessed: st.builds(Standing, st.just(people), st.just(assessed), st.integers(0, assessed))
        )
    )
)
def test_a_known_share_lies_inside_both_intervals(one: Standing) -> None:
    if one.assessed:
        share = one.high / one.assessed
        for low, high in (likely_share(one), outermost_share(one)):
            assert low - 1e-9 <= share <= high + 1e-9


def test_ranks_by_share_and_by_number_differ() -> None:
    small, large = Standing(100, 100, 40), Standing(10_000, 10_000, 2000)
    assert [one.rank for one in ranked([small, large], Order.SHARE) if one] == [1, 2]
    assert [one.rank for one in ranked([small, large], Order.PEOPLE) if one] == [2, 1]


def test_known_of_everybody_a_rank_is_certain() -> None:
    found = ranked([Standing(100, 100, high) for high in (10, 40, 20, 30)], Order.SHARE)
    assert [(one.rank, one.likely, one.outermost) for one in found if one] == [
        (4, (4, 4), (4, 4)),
        (1, (1, 1), (1, 1)),
        (3, (3, 3), (3, 3)),
        (2, (2, 2), (2, 2)),
    ]
    assert [one.sureness for one in found if one] == [Sureness.OPEN, *[Sureness.CERTAIN] * 3]


def test_an_area_where_nobody_was_asked_has_no_rank_and_makes_the_others_less_certain() -> None:
    known = [Standing(100, 100, high) for high in (50, 40, 30)]
    found = ranked([*known, Standing(80, 0, 0)], Order.SHARE)
    assert found[3] is None
    assert [one.outermost for one in found[:3] if one] == [(1, 2), (2, 3), (3, 4)]
    assert [one.likely for one in found[:3] if one] == [(1, 1), (2, 2), (3, 3)]
    assert found[2] is not None
    assert found[2].sureness is Sureness.LIKELY


def test_shares_that_chance_could_swap_have_overlapping_ranks() -> None:
    near = ranked([Standing(5000, 50, 20), Standing(5000, 50, 19), Standing(5000, 50, 1)], Order.SHARE)
    assert [one.likely for one in near if one] == [(1, 2), (1, 2), (3, 3)]


@given(st.lists(st.builds(Standing, st.just(100), st.integers(1, 100), st.just(1)), max_size=9))
def test_every_rank_is_given_once_and_lies_inside_its_spans(some: list[Standing]) -> None:
    found = [one for one in ranked(some, Order.SHARE) if one]
    assert sorted(one.rank for one in found) == list(range(1, len(some) + 1))
    for one in found:
        for best, worst in (one.likely, one.outermost):
            assert best <= one.rank <= worst <= len(some)


@pytest.mark.parametrize("order", list(Order))
def test_nothing_ranks_to_nothing(order: Order) -> None:
    assert ranked([], order) == []

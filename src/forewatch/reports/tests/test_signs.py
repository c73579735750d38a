"""Which sign an area carries: thresholds at their edges, and the signs of a release."""

from __future__ import annotations

import pytest

from forewatch.reports.signs import SIGNS, exact_sign, released_sign
from forewatch.reports.tests.making import define

MEAN = define().aggregation
POOR = define(method="alkire_foster", bands=None, k_bp=3300).aggregation


def row(people=100, assessed=90, provisional=0, mean=1000, **bands):
    names = ("high", "medium", "low")
    given = dict.fromkeys(names, 0) | {"low": assessed} | bands
    return {"people": people, "assessed": assessed, "provisional": provisional, "mean_index_bp": mean} | given


@pytest.mark.parametrize(
    ("figures", "sign"),
    [
        (row(mean=0), "low"),
        (row(mean=1999), "low"),
        (row(mean=2000), "medium"),
        (row(mean=3999), "medium"),
        (row(mean=4000), "high"),
        (row(assessed=75, mean=4000), "high"),
        (row(assessed=74, mean=4000), "high-provisional"),
        (row(assessed=90, provisional=15), "low"),
        (row(assessed=90, provisional=16, mean=2500), "medium-provisional"),
        (row(assessed=40), "low-provisional"),
        (row(assessed=39, mean=9000), "unknown"),
        (row(assessed=0, mean=None), "unknown"),
        (row(mean=None), "unknown"),
        (row(assessed=None, provisional=None, mean=None), "unsurveyed"),
        (row(people=0, assessed=None, provisional=None, mean=None), "unsurveyed"),
    ],
)
def test_an_area_takes_the_band_of_its_mean_index(figures, sign):
    assert exact_sign(figures, MEAN) == sign


def test_a_poverty_count_has_two_bands_parted_by_its_cut_off():
    assert [exact_sign(row(mean=mean), POOR) for mean in (3299, 3300)] == ["low", "high"]


@pytest.mark.parametrize(
    ("figures", "sign"),
    [
        (row(assessed=100, high=50, medium=0, low=50), "high"),
        (row(assessed=100, high=45, medium=5, low=50), "medium"),
        (row(assessed=100, high=45, medium=0, low=55), "low"),
        (row(assessed="a95", high=20, medium=40, low="a35"), "medium-partial"),
        (row(assessed="a95", high="w", medium="w", low="a95"), "low-partial"),
        (row(assessed=35, low=35), "unknown"),
        (row(assessed=0, low=0), "unknown"),
        (row(assessed="w", high="w", low="w"), "w"),
        (row(assessed=None, high=None, medium=None, low=None), "unsurveyed"),
    ],
)
def test_a_released_area_takes_the_band_that_half_of_its_people_reach(figures, sign):
    assert released_sign(figures, MEAN) == sign


def test_every_sign_is_in_the_list():
    assert len(set(SIGNS)) == len(SIGNS) == 12

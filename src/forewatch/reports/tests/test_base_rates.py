"""The base-rate arithmetic, against people counted one by one."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from forewatch.reports.base_rates import as_percent, positive_predictive_value, worked_figures

COUNTED = st.integers(1, 500)


def test_the_worked_figures():
    assert worked_figures() == [
        ("85%", "75%", ["0.3%", "3.3%", "15%"]),
        ("80%", "95%", ["1.6%", "14%", "46%"]),
    ]


@given(hit=COUNTED, missed=COUNTED, false_alarm=COUNTED, spared=COUNTED)
def test_ppv_is_the_share_of_those_singled_out_to_whom_it_happens(hit, missed, false_alarm, spared):
    happened, not_happened = hit + missed, false_alarm + spared
    found = positive_predictive_value(
        Fraction(hit, happened),
        Fraction(spared, not_happened),
        Fraction(happened, happened + not_happened),
    )
    assert found == Fraction(hit, hit + false_alarm)


def test_per_cent_keeps_a_decimal_only_below_ten():
    assert [as_percent(Fraction(one, 1000)) for one in (1, 10, 33, 100, 152)] == [
        "0.1%",
        "1%",
        "3.3%",
        "10%",
        "15%",
    ]

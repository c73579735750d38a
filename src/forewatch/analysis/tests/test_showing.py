"""A definition reads well in a terminal: everything is there, and no line is wider than 100 columns."""

from __future__ import annotations

import pytest

from forewatch.analysis import describing
from forewatch.analysis.definition import Kind, Level, Variable
from forewatch.analysis.loading import load_definition, parse_definition
from forewatch.analysis.showing import WIDTH, show
from forewatch.analysis.tests.mistakes import SMALL
from forewatch.analysis.tests.test_loading import POOR

SHOWN = show(parse_definition(SMALL, "small.yaml"))


@pytest.mark.parametrize("text", [SMALL, POOR], ids=["mean", "count"])
def test_no_line_is_too_wide_or_ends_in_blanks(text):
    lines = show(parse_definition(text, "x")).splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert all(line == line.rstrip() for line in lines)


def test_the_shipped_index_fits_too():
    shown = show(load_definition("chiang-mai-28"))
    assert max(len(line) for line in shown.splitlines()) <= WIDTH
    for indicator in load_definition("chiang-mai-28").indicators.values():
        assert f"\n{indicator.id}    {indicator.label['en'][:30]}" in shown


def test_the_first_line_names_the_index():
    assert SHOWN.splitlines()[0] == "small-index@1  Small index"


@pytest.mark.parametrize(
    "line",
    [
        "Health (health), weight 1, 1 indicator",
        "H1    Illness (person, valid 365 days, weight 1)",
        "      3           ill and share >= 0.25",
        "      2           ill or visits > 3",
        "      applies to  age >= 5",
        "unsafe              intent == 'planned' and S1 >= 2",
        "        about                      window  half      0     30     90    180    365  days",
        "T1      person                        100    50  10.00   6.60   2.87   0.00   0.00",
        "T2      household, area                90    45   5.00   3.15   0.00   0.00   0.00",
        "        Counts only if unsafe and age < 30 (answers valid for 60 days).",
        "child               A child: H1 == 3 and age < 18 (answers valid for 365 days)",
        "  High from 40.00 points, or with at least 2 indicators at 3.",
        "  Events add at most 15.00 points.",
        "  Firm from 75 % known overall and 60 % in each domain.",
    ],
)
def test_it_shows(line):
    assert line in SHOWN.splitlines()


def test_domains_come_in_the_order_of_the_file():
    assert SHOWN.index("Health (") < SHOWN.index("H1 ") < SHOWN.index("School (") < SHOWN.index("S1 ")


def test_a_counting_index_shows_its_cut_off():
    shown = show(parse_definition(POOR, "poor.yaml"))
    assert "High (poor) from a share of 33 %; otherwise low." in shown
    assert "Events" not in shown


def test_long_rules_go_on_under_themselves():
    rule = " or ".join(["visits > 3 and share > 0.5"] * 6)
    shown = show(parse_definition(SMALL.replace("ill or visits > 3", rule), "x")).splitlines()
    start = next(number for number, line in enumerate(shown) if line.startswith("      2 "))
    assert shown[start + 1].startswith(" " * 18 + "or visits") or shown[start + 1].startswith(" " * 18)
    joined = " ".join(line.strip() for line in shown[start : start + 3]).removeprefix("2").strip()
    assert joined.startswith(rule)


@pytest.mark.parametrize(
    ("units", "scale", "text"),
    [(0, 0, "0"), (25, 2, "0.25"), (-5, 2, "-0.05"), (1250, 3, "1.250"), (-12, 0, "-12"), (100, 2, "1.00")],
)
def test_numbers_lose_nothing(units, scale, text):
    assert describing.number(units, scale) == text


@pytest.mark.parametrize(("bp", "text"), [(0, "0 %"), (3333, "33.33 %"), (10_000, "100 %"), (50, "0.50 %")])
def test_shares_are_percentages(bp, text):
    assert describing.percent(bp) == text


def test_answers_are_listed_or_bounded():
    decimal = Variable("p", Kind.DECIMAL, Level.PERSON, {}, scale=1, low=-5, high=20)
    choice = Variable("c", Kind.CHOICE, Level.PERSON, {}, choices=("a", "b"))
    assert describing.answers(decimal) == "-0.5 to 2.0"
    assert describing.answers(choice) == "a, b"
    assert describing.answers(Variable("b", Kind.BOOLEAN, Level.AREA, {})) == "true, false"

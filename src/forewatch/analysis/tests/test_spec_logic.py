"""Three-valued logic, scores and their bounds (index-spec section 4), in every engine."""

from __future__ import annotations

from itertools import product

import pytest

from forewatch.analysis.tests.building import (
    ENGINES,
    T,
    assess,
    boolean,
    choice,
    column,
    decimal,
    everybody,
    index,
    indicator,
    integer,
    person,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)

SIGNS = {"t": True, "f": False, "?": None}
SCORE_OF = {"t": 3, "f": 1, "?": None}
"""What an indicator without rule 2 scores when its rule 3 is true, false or unknown."""


def truths(engine, expressions, variables, people):
    """Return, per expression, `t`, `f` or `?` for each person, in the order of `people` (id -> values)."""
    names = [f"I{number}" for number in range(len(expressions))]
    definition = index(
        variables, *(indicator(name, one) for name, one in zip(names, expressions, strict=True))
    )
    found = assess(
        engine,
        definition,
        everybody(*people),
        *(said(T, one, **values) for one, values in people.items()),
    )
    sign_of = {score: sign for sign, score in SCORE_OF.items()}
    return {
        expression: "".join(sign_of[found[one][f"s_{name}"]] for one in people)
        for name, expression in zip(names, expressions, strict=True)
    }


def test_the_tables_of_kleene(engine):
    #           a: t t t f f f ? ? ?
    #           b: t f ? t f ? t f ?
    expected = {
        "a and b": "tf?fff?f?",
        "a or b": "ttttf?t??",
        "not a": "fffttt???",
        "not (a and b)": "ft?ttt?t?",
        "not a or not b": "ft?ttt?t?",
        "not (a or b)": "fffft?f??",
        "not a and not b": "fffft?f??",
        "a and b and a": "tf?fff?f?",
        "a or b or a": "ttttf?t??",
        "a and (b or a)": "tttfff???",
        "a and not a": "ffffff???",
        "a or not a": "tttttt???",
        "a and true": "tttfff???",
        "a and false": "fffffffff",
        "a or true": "ttttttttt",
        "a or False": "tttfff???",
        "not not a": "tttfff???",
    }
    people = {f"{a}{b}": {"a": SIGNS[a], "b": SIGNS[b]} for a, b in product(SIGNS, SIGNS)}
    assert truths(engine, list(expected), {"a": boolean(), "b": boolean()}, people) == expected


def test_a_comparison_with_an_unknown_side_is_unknown(engine):
    #           n: 1 2 3 ?
    #           m: 2 2 ? ?
    expected = {
        "n < m": "tf??",
        "n <= m": "tt??",
        "n > m": "ff??",
        "n >= m": "ft??",
        "n == m": "ft??",
        "n != m": "tf??",
        "n == n": "ttt?",
        "n != n": "fff?",
        "n - n == 0": "ttt?",
        "n * 0 == 0": "ttt?",
        "n in [1, 3]": "tft?",
        "n not in [1, 3]": "ftf?",
        "n in [9]": "fff?",
        "not n in [2]": "tft?",
        "1 < n <= m": "ft??",
        "2 < n < m": "ff??",
        "3 <= n == m": "ff??",
        "m > 1 and n == 1": "tff?",
    }
    people = {"p1": {"n": 1, "m": 2}, "p2": {"n": 2, "m": 2}, "p3": {"n": 3}, "p4": {}}
    assert truths(engine, list(expected), {"n": integer(), "m": integer()}, people) == expected


def test_a_chain_is_false_as_soon_as_one_link_is(engine):
    expected = {"4 <= n <= m": "f", "n <= 2 <= m": "f", "m <= n < 3": "f", "m <= n < 9": "?"}
    variables = {"n": integer(), "m": integer()}
    assert truths(engine, list(expected), variables, {"p1": {"n": 3, "m": None}}) == expected


def test_numbers_compare_as_exact_rationals(engine):
    #      part: 0.10 0.30 -0.05 ?
    #      fine: 0.100 0.299 -0.050 0.1
    #         n: 1 3 -1 1
    expected = {
        "part == fine": "tft?",
        "part > fine": "ftf?",
        "part * 3 == 0.3": "tff?",
        "part * 3 == 0.9": "ftf?",
        "part + part + part == 0.30": "tff?",
        "part * 10 == n": "ttf?",
        "part * part == 0.01": "tff?",
        "part * fine * 4 == 0.3588": "ftf?",
        "n - part == 0.9": "tff?",
        "-part == 0.05": "fft?",
        "-n < part": "ttf?",
        "part in [0.1, 0.30000]": "ttf?",
        "part not in [0.1, 1]": "ftt?",
        "n in [1.0, 2.0]": "tfft",
        "fine < 0.2995 and fine > 0.2985": "ftff",
        "n * n - 2 * n + 1 == 0": "tfft",
        "2 - 1 - 1 == 0": "tttt",
        "2 - (1 - 1) == 2": "tttt",
    }
    variables = {"part": decimal(-1, 1, scale=2), "fine": decimal(-1, 1, scale=3), "n": integer(-9, 9)}
    people = {
        "p1": {"part": "0.10", "fine": "0.100", "n": 1},
        "p2": {"part": "0.30", "fine": "0.299", "n": 3},
        "p3": {"part": "-0.05", "fine": "-0.050", "n": -1},
        "p4": {"fine": "0.1", "n": 1},
    }
    assert truths(engine, list(expected), variables, people) == expected


def test_choices_compare_as_words(engine):
    #        word: none some it's ?
    expected = {
        "word == 'none'": "tff?",
        "word != 'none'": "ftt?",
        "word in ['some', \"it's\"]": "ftt?",
        "word not in ['some', 'none']": "fft?",
        "word == \"it's\" or word == 'some'": "ftt?",
    }
    people = {"p1": {"word": "none"}, "p2": {"word": "some"}, "p3": {"word": "it's"}, "p4": {}}
    variables = {"word": choice("none", "some", "it's", "ไม่มี")}
    assert truths(engine, list(expected), variables, people) == expected


def test_rules_3_and_2_bound_the_score(engine):
    """Each end of a single indicator's index tells its bound: 0, 5,000 and 10,000 for 1, 2 and 3."""
    expected = {  # rule 3, rule 2 -> lowest, highest
        "tt": (3, 3),
        "tf": (3, 3),
        "t?": (3, 3),
        "ft": (2, 2),
        "ff": (1, 1),
        "f?": (1, 2),
        "?t": (2, 3),
        "?f": (1, 3),
        "??": (1, 3),
    }
    rows = assess(
        engine,
        index({"three": boolean(), "two": boolean()}, indicator("I", "three", "two")),
        everybody(*expected),
        *(said(T, one, three=SIGNS[one[0]], two=SIGNS[one[1]]) for one in expected),
    )
    bounds = {
        one: (row["index_lo_bp"] // 5000 + 1, row["index_hi_bp"] // 5000 + 1) for one, row in rows.items()
    }
    assert bounds == expected
    assert column(rows, "s_I") == {one: lo if lo == hi else None for one, (lo, hi) in expected.items()}


def test_without_rule_2_a_score_is_3_or_1(engine):
    rows = assess(
        engine,
        index({"three": boolean()}, indicator("I", "three")),
        everybody("t", "f", "?"),
        said(T, "t", three=True),
        said(T, "f", three=False),
    )
    found = [(row["s_I"], row["index_lo_bp"], row["index_hi_bp"]) for row in rows.values()]
    assert sorted(found, key=str) == [(1, 0, 0), (3, 10000, 10000), (None, 0, 10000)]


def test_applies_decides_whether_an_indicator_counts(engine):
    """False takes it out of numerator and denominator; unknown is missing with bounds (1, 3)."""
    definition = index(
        {"asked": boolean(), "bad": boolean(), "middling": boolean()},
        indicator("I", "bad", "middling", applies="asked"),
        indicator("ALWAYS", "bad"),
    )
    rows = assess(
        engine,
        definition,
        everybody("yes", "no", "unknown", "unknown but good"),
        said(T, "yes", asked=True, bad=True),
        said(T, "no", asked=False, bad=True),
        said(T, "unknown", bad=True),
        said(T, "unknown but good", bad=False, middling=True),
    )
    assert column(rows, "s_I") == {"yes": 3, "no": None, "unknown": None, "unknown but good": None}
    ends = {one: (row["index_lo_bp"], row["index_hi_bp"]) for one, row in rows.items()}
    assert ends == {
        "yes": (10000, 10000),
        "no": (10000, 10000),
        "unknown": (5000, 10000),
        "unknown but good": (0, 5000),
    }
    assert column(rows, "coverage_bp") == {
        "yes": 10000,
        "no": 10000,
        "unknown": 5000,
        "unknown but good": 5000,
    }


def test_an_indicator_in_a_rule_is_unknown_while_missing_or_not_applicable(engine):
    definition = index(
        {"asked": boolean(), "bad": boolean(), "middling": boolean()},
        indicator("HIGH", "I == 3", "I == 2"),
        indicator("ANY", "I >= 1"),
        indicator("I", "bad", "middling", applies="asked"),
        indicator("LATER", "named"),
        derived={"named": "I in [2, 3]"},
    )
    rows = assess(
        engine,
        definition,
        everybody("three", "two", "one", "2 or 3", "1 or 2", "not applicable", "may apply"),
        said(T, "three", asked=True, bad=True),
        said(T, "two", asked=True, bad=False, middling=True),
        said(T, "one", asked=True, bad=False, middling=False),
        said(T, "2 or 3", asked=True, middling=True),
        said(T, "1 or 2", asked=True, bad=False),
        said(T, "not applicable", asked=False, bad=True),
        said(T, "may apply", bad=True),
    )
    expected = {
        "three": (3, 3, 3),
        "two": (2, 3, 3),
        "one": (1, 3, 1),
        "2 or 3": (None, None, None),
        "1 or 2": (None, None, None),
        "not applicable": (None, None, None),
        "may apply": (None, None, None),
    }
    assert {one: (row["s_HIGH"], row["s_ANY"], row["s_LATER"]) for one, row in rows.items()} == expected


def test_an_unknown_indicator_still_gives_way_to_kleene(engine):
    definition = index(
        {"sure": boolean(), "bad": boolean()},
        indicator("I", "bad"),
        indicator("EITHER", "sure or I == 3"),
        indicator("BOTH", "sure and I == 3"),
    )
    rows = assess(engine, definition, everybody("t", "f"), said(T, "t", sure=True), said(T, "f", sure=False))
    assert column(rows, "s_EITHER") == {"t": 3, "f": None}
    assert column(rows, "s_BOTH") == {"t": None, "f": 1}


def test_a_rule_may_mix_levels_and_kinds(engine):
    definition = index(
        {
            "age_of_roof": integer(0, 90, level="household"),
            "share": decimal(0, 1, level="area"),
            "plan": choice("none", "soon"),
        },
        indicator("I", "plan == 'soon' and share * 100 >= age_of_roof", "plan == 'soon' or share > 0.5"),
    )
    people = [person("p1", "v1", household_id="h1"), person("p2", "v1"), person("p3", "v2")]
    rows = assess(
        engine,
        definition,
        people,
        said(T, "h1", "household", age_of_roof=25),
        said(T, "v1", "area", share="0.25"),
        said(T, "v2", "area", share="0.75"),
        said(T, "p1", plan="soon"),
        said(T, "p2", plan="soon"),
        said(T, "p3", plan="none"),
    )
    assert column(rows, "s_I") == {"p1": 3, "p2": None, "p3": 2}


@pytest.mark.parametrize("level", ["person", "household", "area"])
def test_a_rule_can_be_settled_where_nothing_at_all_is_known(engine, level):
    """A person without household, or in an area nobody spoke of, still has what holds in any case."""
    settled = {
        "f or true": "t",
        "f or 1 < 2": "t",
        "f and 2 < 1": "f",
        "f and not 1 < 2": "f",
        "f or 0 not in [1]": "t",
        "(f and false) != true": "t",
        "(f or true) in [true]": "t",
        "named": "t",
        "f or not 1 < 2": "?",
        "f and 1 < 2": "?",
    }
    sign_of = {score: sign for sign, score in SCORE_OF.items()}
    definition = index(
        {"f": boolean(level)},
        *(indicator(f"I{number}", one) for number, one in enumerate(settled)),
        derived={"named": "f or 1 < 2"},
    )
    row = assess(engine, definition, [person()])["p1"]
    found = {one: sign_of[row[f"s_I{number}"]] for number, one in enumerate(settled)}
    assert found == settled

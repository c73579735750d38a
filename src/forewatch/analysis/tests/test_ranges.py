"""What the linter lets through fits 63 bits, and what it calls unreachable is unreachable."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.analysis.engines.memory.logic import evaluate
from forewatch.analysis.expressions import Arithmetic, Compare, Expression, In, Name, Negative, Number, walk
from forewatch.analysis.linting import examine, lint
from forewatch.analysis.parsing import parse
from forewatch.analysis.tests.building import boolean, choice, decimal, definition_text, indicator, integer
from forewatch.analysis.tests.mistakes import ILL, SMALL, rule3

LARGEST = 2**63 - 1
NUMBERS = {"n": (-3, 10**15, 0), "m": (-(10**9), 10**9, 0), "s": (0, 9, 0), "d": (-500, 10**12, 6)}
"""Numeric variables by name: lowest and highest units, and scale."""


# --- an independent calculation of every number on the way ----------------------------------------------


def sizes(expression: Expression, values: dict[str, int]) -> list[int]:
    """Return the size of every integer that a query meets: units, brought to the finer scale of two sides."""
    met: list[int] = []

    def number(node: Expression) -> tuple[int, int]:
        match node:
            case Number(units, scale):
                found = units, scale
            case Name(name):
                found = values[name], NUMBERS[name][2]
            case Negative(item):
                units, scale = number(item)
                found = -units, scale
            case Arithmetic("*", left, right):
                (one, scale), (other, other_scale) = number(left), number(right)
                found = one * other, scale + other_scale
            case Arithmetic(sign, left, right):
                one, other, scale = common(left, right)
                found = (one + other if sign == "+" else one - other), scale
        met.append(abs(found[0]))
        return found

    def common(left: Expression, right: Expression) -> tuple[int, int, int]:
        (one, scale), (other, other_scale) = number(left), number(right)
        finest = max(scale, other_scale)
        met.extend([10 ** (finest - scale), 10 ** (finest - other_scale)])
        one, other = one * 10 ** (finest - scale), other * 10 ** (finest - other_scale)
        met.extend([abs(one), abs(other)])
        return one, other, finest

    for node in walk(expression):
        if isinstance(node, Compare):
            common(node.left, node.right)
        elif isinstance(node, In):
            finest = Number(0, max(option.scale for option in node.options))
            for part in (node.item, *node.options):
                common(part, finest)
    return met


LITERALS = ["0", "1", "0.5", "3.25", "1000000", "999999999999", "0.000000001", "123456789012345678"]
numbers = st.recursive(
    st.sampled_from([*NUMBERS, *LITERALS]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"(-{one})"),
    ),
    max_leaves=5,
)
comparisons = st.one_of(
    st.tuples(numbers, st.sampled_from(["<", "<=", "==", "!="]), numbers).map(" ".join),
    st.tuples(numbers, st.sampled_from(LITERALS), st.sampled_from(LITERALS)).map(
        "{0[0]} in [{0[1]}, {0[2]}]".format
    ),
)


def figures(expression: str) -> str:
    """Return the text of an index whose only rule is an expression over `NUMBERS`."""
    variables = {
        name: {
            **(integer(low, high) if scale == 0 else decimal(0, 1, scale)),
            "range": exact_range(low, high, scale),
        }
        for name, (low, high, scale) in NUMBERS.items()
    }
    return text_of(variables, indicator("I", expression))


def exact_range(low: int, high: int, scale: int) -> list[float | int]:
    return [low, high] if scale == 0 else [low / 10**scale, high // 10**scale]


def text_of(variables, *indicators) -> str:
    return definition_text(
        domains={"d": 1},
        variables=variables,
        derived={},
        indicators=indicators,
        events={},
        gates=[],
        aggregation={
            "method": "mean",
            "show": {"coverage_bp": 0, "domain_coverage_bp": 0},
            "firm": {"coverage_bp": 0, "domain_coverage_bp": 0},
            "bands": {"medium_bp": 2000, "high_bp": 4000},
        },
    )


@settings(max_examples=300, deadline=None)
@given(comparisons)
def test_no_number_of_an_accepted_rule_outgrows_63_bits(expression):
    errors = [one.code for one in lint(figures(expression), "x") if one.severity == "error"]
    assert set(errors) <= {"too-large"}
    corners = itertools.product(*((low, high) for low, high, _ in NUMBERS.values()))
    largest = max(
        max(sizes(parse(expression).expression, dict(zip(NUMBERS, corner, strict=True))))
        for corner in corners
    )
    if not errors:
        assert largest <= LARGEST


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("n * s > 0", True),  # 9 * 10^15
        ("n * 9223 > 0", True),  # 9.223 * 10^18 < 2^63 - 1 = 9.223372... * 10^18
        ("n * 9224 > 0", False),
        ("m * m > 0", True),  # 10^18
        ("m * m * s > 0", True),  # 9 * 10^18
        ("m * m * s + m * m > 0", False),  # 10^19
        ("d > 0.0000000000001", False),  # 10^12 of 10^-6, at 10^-13: 10^19
        ("d > 0.000000000001", True),  # at 10^-12: 10^18
        ("s == 0.00000000000000001", True),  # 9 * 10^17
        ("m == 0.00000000000000001", False),
        ("n in [1, 0.0001]", False),  # 10^19
        ("n in [1, 0.001]", True),
        ("s in [100000000000000000, 0.01]", False),  # 10^17 at 10^-2, if the list is brought to one scale
    ],
)
def test_the_bound_is_63_bits(expression, fits):
    errors = [one.code for one in lint(figures(expression), "x") if one.severity == "error"]
    assert errors == ([] if fits else ["too-large"])


# --- dead rules ------------------------------------------------------------------------------------------

SMALL_WORLD = {
    "a": boolean(),
    "b": boolean(),
    "x": integer(0, 4),
    "y": integer(-1, 2),
    "p": decimal(0, 1, 1),
    "c": choice("one", "two", "three"),
}
VALUES = {
    "a": [False, True],
    "b": [False, True],
    "x": list(range(5)),
    "y": list(range(-1, 3)),
    "p": [Fraction(tenth, 10) for tenth in range(11)],
    "c": ["one", "two", "three"],
}
atoms = st.one_of(
    st.sampled_from(
        ["a", "b", "c == 'one'", "c in ['two', 'three']", "x > y", "x + y >= 4", "-y == x", "a == b"]
    ),
    st.tuples(
        st.sampled_from("xyp"), st.sampled_from(["<", ">=", "=="]), st.sampled_from(["0", "1", "0.55", "3"])
    ).map(" ".join),
)
rules = st.recursive(
    atoms,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    ),
    max_leaves=4,
)


def worlds():
    """Yield every combination of answers."""
    for combination in itertools.product(*VALUES.values()):
        yield dict(zip(VALUES, combination, strict=True))


@settings(max_examples=60, deadline=None)
@given(rules, rules)
def test_a_rule_is_called_dead_exactly_when_no_answers_bring_it_alive(three, two):
    definition, problems = examine(text_of(SMALL_WORLD, indicator("I", three, two)), "x")
    assert definition is not None
    found = {(one.code, one.key.rpartition(".")[2]) for one in problems}
    one = definition.indicators["I"]
    outcomes = {
        (evaluate(one.rule3, world.get), evaluate(one.rule2, world.get))
        for world in map(as_numbers, worlds())
    }
    threes, twos = {is3 for is3, _ in outcomes}, {is2 for _, is2 in outcomes}
    assert (("never-true", "3") in found) == (threes == {False})
    assert (("always-true", "3") in found) == (threes == {True})
    assert (("never-true", "2") in found) == (twos == {False})
    assert (("covered", "2") in found) == (True in twos and (False, True) not in outcomes)


def as_numbers(world):
    return {name: Fraction(one) if type(one) is int else one for name, one in world.items()}


def test_rules_over_too_many_answers_are_left_alone():
    many = {f"v{i}": boolean() for i in range(20)}
    dead = " and ".join([*many, "not v0"])
    assert not lint(text_of(many, indicator("I", dead, evidence="x")), "x")


def test_a_dead_comparison_of_large_numbers_is_found_by_its_thresholds():
    wide = {"x": integer(0, 10**9)}
    problems = lint(text_of(wide, indicator("I", "x > 500 and x < 501", evidence="x")), "x")
    assert [one.code for one in problems] == ["never-true"]
    assert not lint(text_of(wide, indicator("I", "x > 500 and x < 502", evidence="x")), "x")


def test_a_rule_on_a_score_is_not_called_dead():
    assert lint(SMALL.replace(ILL, rule3("ill and share >= 0.25 and S1 == 2")), "x") == []


def test_reach_looks_through_derived_names():
    text = SMALL.replace(ILL, rule3("unsafe and intent == 'none'"))
    assert ("never-true", "indicators.H1.rules.3") in {(one.code, one.key) for one in lint(text, "x")}

"""The text of a rule becomes the tree it says, or is refused with a place; nothing runs, nothing crashes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.analysis.expressions import (
    And,
    Arithmetic,
    Choice,
    Compare,
    In,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Truth,
    walk,
)
from forewatch.analysis.parsing import MAX_DEPTH, MAX_LENGTH, ExpressionError, parse

A, B, X = Name("a"), Name("b"), Name("x")

TREES = {
    "a": A,
    "true": Truth(True),
    "True": Truth(True),
    "false or False": Or((Truth(False), Truth(False))),
    "not a": Not(A),
    "a and b and x": And((A, B, X)),
    "a and (b and x)": And((A, And((B, X)))),
    "a or b and not x": Or((A, And((B, Not(X))))),
    "not a == b": Not(Compare("==", A, B)),
    "x < 3": Compare("<", X, Number(3)),
    "1 <= x < 2.50": And((Compare("<=", Number(1), X), Compare("<", X, Number(25, 1)))),
    "x != -0.05": Compare("!=", X, Number(-5, 2)),
    "x >= 100.0": Compare(">=", X, Number(100)),
    "-x > a + b * 2 - 1": Compare(
        ">",
        Negative(X),
        Arithmetic("-", Arithmetic("+", A, Arithmetic("*", B, Number(2))), Number(1)),
    ),
    "- - x > 0": Compare(">", Negative(Negative(X)), Number(0)),
    "x in [1, -2, 0.10]": In(X, (Number(1), Number(-2), Number(1, 1))),
    "a not in ['b', \"it's\"]": In(A, (Choice("b"), Choice("it's")), negated=True),
    "a in [true, False]": In(A, (Truth(True), Truth(False))),
    "a == 'ไม่มี' and b": And((Compare("==", A, Choice("ไม่มี")), B)),
    " a\n  and\tb ": And((A, B)),
    "x == 0.1234567890123456": Compare("==", X, Number(1234567890123456, 16)),
}


@pytest.mark.parametrize("text", TREES)
def test_an_expression_is_read_as_it_stands(text):
    assert parse(text).expression == TREES[text]


REFUSED = {
    # text: code, offset
    "": ("no-expression", 0),
    "  \n ": ("no-expression", 0),
    "a and": ("syntax", None),
    "a b": ("syntax", None),
    "and a": ("syntax", 0),
    "a 'b'": ("syntax", 2),
    "'a' 'b' == a": ("syntax", 4),
    "f'a' == b": ("syntax", 1),
    "a < > b": ("syntax", None),
    "x == 007": ("number-form", 5),
    "x == 0x1F": ("number-form", 5),
    "x == 1_000": ("number-form", 5),
    "x == 1.": ("number-form", 5),
    "x == .5": ("number-form", 5),
    "x == 1j": ("number-form", 5),
    "x == 1e9": ("number-form", 5),
    "x == ๕": ("number-form", 5),
    "x == 1234567890.1234567890": ("too-many-digits", 5),
    "a.b": ("not-in-language", 1),
    "a.__class__": ("not-in-language", 1),
    "a[0] == 1": ("not-in-language", 0),
    "a(b)": ("not-in-language", 0),
    "(a, b)": ("not-in-language", 0),
    "a, b": ("not-in-language", 0),
    "[a] == b": ("not-in-language", 0),
    "()": ("not-in-language", 0),
    "+x > 1": ("not-in-language", 0),
    "x ** 2 > 1": ("not-in-language", 2),
    "x << 2 > 1": ("not-in-language", 0),
    "x >> 2 > 1": ("not-in-language", 0),
    "x // 2 > 1": ("not-in-language", 2),
    "x % 2 == 1": ("not-in-language", 2),
    "x = 1": ("not-in-language", 2),
    "a := b": ("not-in-language", 2),
    "~x > 1": ("not-in-language", 0),
    "a & b": ("not-in-language", 2),
    "a if b else x": ("not-in-language", 2),
    "lambda: a": ("not-in-language", 0),
    "a is b": ("not-in-language", 2),
    "a == None": ("not-in-language", 5),
    "await a": ("not-in-language", 0),
    "naïve": ("not-in-language", 2),
    "a == 'b": ("not-in-language", 5),
    "a == 'b\\n'": ("not-in-language", 5),
    "a == '''b'''": ("syntax", 7),
    "a # b": ("not-in-language", 2),
    "a; b": ("not-in-language", 1),
    "a\x00": ("not-in-language", 1),
    "(a": ("bracket", 0),
    "a or (b and (x)": ("bracket", 5),
    "a)": ("bracket", 1),
    "x in [1)": ("bracket", 7),
    "a) or (b": ("bracket", 1),
    "x in 1": ("in-list", 5),
    "x in (1, 2)": ("in-list", 5),
    "x in [a]": ("in-list", 6),
    "x in [1 + 1]": ("in-list", 6),
    "x in []": ("empty-list", 5),
    "1 < x in [2]": ("in-chain", 4),
    "x in [2] == true": ("in-chain", 5),
    "ไทย == 'a'": ("not-in-language", 0),
    "a == 'ไทย' and b ** 2": ("not-in-language", 17),
}


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_at_its_place(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    code, offset = REFUSED[text]
    assert caught.value.code == code, caught.value.reason
    assert offset is None or caught.value.offset == offset


DEEP = [
    "(" * 4900 + "a" + ")" * 4900,
    "not " * 2000 + "a",
    "-" * 5000 + "x > 0",
    "- " * 2000 + "x > 0",
    "x" + " + x" * 2000 + " > 0",
    "x" + " - (x" * 1000 + ")" * 1000 + " > 0",
    "not (" * 1000 + "a" + ")" * 1000,
    "a and (b or (" * 300 + "a" + "))" * 300,
    "x in " + "[" * 4000 + "]" * 4000,
    "(" * 9999,
]


@pytest.mark.parametrize("text", DEEP, ids=lambda one: one[:8])
def test_depth_is_a_mistake_not_a_crash(text):
    with pytest.raises(ExpressionError, match="deeper than 50"):
        parse(text)


@pytest.mark.parametrize("depth", range(MAX_DEPTH - 4, MAX_DEPTH + 3))
def test_the_bound_on_depth_is_where_it_says(depth):
    text = "not " * depth + "a"
    if depth < MAX_DEPTH:
        assert sum(1 for _ in walk(parse(text).expression)) == depth + 1
    else:
        with pytest.raises(ExpressionError, match="deeper"):
            parse(text)


def test_length_is_bounded():
    wide = "a or " * 1999 + "a"
    assert len(parse(wide).expression.items) == 2000
    with pytest.raises(ExpressionError) as caught:
        parse("a" + " " * MAX_LENGTH)
    assert caught.value.code == "too-long"


def test_every_node_knows_its_place_even_when_nodes_are_equal():
    text = "  a == 'ไทย' and (a == 'ก' or a)"
    parsed = parse(text)
    first, either = parsed.expression.items
    second, last = either.items
    assert first.left == second.left == last
    places = [parsed.offset(one) for one in (first.left, second.left, last)]
    assert places == [2, 18, 30]
    assert [text[one] for one in places] == ["a"] * 3


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab x01.'\"[]()<>=!+-*,\n\\ไnotindra", max_size=40))
def test_no_text_makes_it_do_anything_but_read_or_refuse(text):
    places = range(max(len(text), 1))
    try:
        parse(text)
    except ExpressionError as error:
        places = [error.offset] if error.offset in places and error.reason else []
    assert places

"""Values are read as they are written: nothing is guessed, nothing is rounded, every misfit is reported."""

from __future__ import annotations

import pytest
import yaml

from forewatch.analysis.fields import (
    Block,
    read_block,
    read_flag,
    read_list,
    read_option,
    read_text,
    read_text_list,
    read_units,
    read_whole,
    read_words,
)
from forewatch.analysis.problems import Place, Report
from forewatch.analysis.yamltree import place_of, read_tree


def node(text: str) -> yaml.Node:
    """Return the node of a value, as it stands after `key: `."""
    root = read_tree(f"key: {text}\n", Report("x"))
    assert isinstance(root, yaml.MappingNode)
    return root.value[0][1]


def block(text: str, **options) -> tuple[Block, Report]:
    report = Report("x")
    root = read_tree(text, report)
    assert isinstance(root, yaml.MappingNode)
    return Block(root, "", report, **options), report


def outcome(read, text: str, *arguments):
    """Return the value that a reader gives, and the codes it reports."""
    report = Report("x")
    found = read(node(text), "key", report, *arguments)
    assert all((one.key, one.line) == ("key", 1) for one in report.in_order())
    return found, [one.code for one in report.in_order()]


@pytest.mark.parametrize(
    "text", ["word", "two words", "'7'", '"true"', "'no'", "ไทย", "T1", "1.2.3", "none", "> x"]
)
def test_texts(text):
    if text == "> x":
        text = ">-\n  folded\n  text"
    found, codes = outcome(read_text, text)
    assert codes == []
    assert found == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "7",
        "1.5",
        "true",
        "no",
        "Yes",
        "on",
        "~",
        "null",
        "",
        "2024-01-01",
        "0x1F",
        "1_000",
        "12:30:00",
        ".inf",
    ],
)
def test_what_yaml_would_guess_is_no_text(text):
    assert outcome(read_text, text) == (None, ["not-text"])


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("0", 0), ("-3", -3), ("10", 10)])
def test_whole_numbers(text, value):
    assert outcome(read_whole, text, -3, 10) == (value, [])


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "'1'",
        "1.0",
        "1e1",
        "0x1",
        "0o7",
        "01",
        "+1",
        "1_0",
        "1:30",
        "one",
        "",
        "[1]",
        "{a: 1}",
        "--1",
        "1" * 30,
    ],
)
def test_what_is_no_whole_number(text):
    assert outcome(read_whole, text, -3, 10) == (None, ["not-whole"])


@pytest.mark.parametrize("text", ["-4", "11", "999999999999999999"])
def test_whole_numbers_have_bounds(text):
    assert outcome(read_whole, text, -3, 10) == (None, ["out-of-bounds"])


@pytest.mark.parametrize(
    ("text", "scale", "units"),
    [
        ("0", 2, 0),
        ("1", 2, 100),
        ("0.25", 2, 25),
        ("0.250", 2, 25),
        ("-0.05", 2, -5),
        ("-1.5", 3, -1500),
        ("12", 0, 12),
        ("12.0", 0, 12),
        ("0.1", 1, 1),
        ("123456789.123456", 6, 123456789123456),
    ],
)
def test_decimals_are_exact(text, scale, units):
    assert outcome(read_units, text, scale) == (units, [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.255", "too-many-decimals"),
        ("1e-1", "not-number"),
        (".5", "not-number"),
        ("5.", "not-number"),
        ("1/4", "not-number"),
        (".nan", "not-number"),
        ("'0.5'", "not-number"),
        ("true", "not-number"),
        ("0,5", "not-number"),
        ("25 %", "not-number"),
        ("[1]", "not-number"),
    ],
)
def test_what_is_no_exact_decimal(text, code):
    assert outcome(read_units, text, 2) == (None, [code])


def test_flags():
    assert outcome(read_flag, "true") == (True, [])
    assert outcome(read_flag, "false") == (False, [])


@pytest.mark.parametrize("text", ["True", "yes", "no", "on", "1", "0", "'true'", "", "[true]"])
def test_what_is_no_flag(text):
    assert outcome(read_flag, text) == (None, ["not-flag"])


def test_options_suggest_the_nearest():
    report = Report("x")
    options = {"person": 1, "household": 2}
    assert read_option(node("household"), "key", report, options) == 2
    assert read_option(node("houshold"), "key", report, options) is None
    (problem,) = report.in_order()
    assert problem.reason == '"houshold" is not one of person, household. Did you mean "household"?'


def test_words_are_joined_over_lines():
    assert outcome(read_words, "{en: 'A  b', th: ก}") == ({"en": "A b", "th": "ก"}, [])
    assert read_words(node("\n  en: >-\n    two\n    lines\n"), "key", Report("x")) == {"en": "two lines"}


@pytest.mark.parametrize(
    ("text", "value", "codes"),
    [
        ("[a, b]", ("a", "b"), []),
        ("[a, b, a]", ("a", "b"), ["repeated"]),
        ("[a, 1]", ("a",), ["not-text"]),
        ("[]", (), ["empty-list"]),
        ("a", (), ["not-a-list"]),
        ("{a: b}", (), ["not-a-list"]),
    ],
)
def test_lists_of_texts(text, value, codes):
    assert outcome(read_text_list, text) == (value, codes)


def test_lists_and_blocks_say_what_stands_in_their_place():
    report = Report("x")
    read_list(node("{a: 1}"), "one", report)
    read_block(node("[a]"), "two", report)
    read_block(node("'text'"), "three", report)
    read_block(node(""), "four", report)
    read_block(node("7"), "five", report)
    reasons = {one.key: one.reason.rpartition("not ")[2] for one in report.in_order()}
    assert reasons == {
        "one": "a block of keys",
        "two": "a list",
        "three": 'the text "text"',
        "four": "nothing",
        "five": "`7`",
    }


# --- blocks ------------------------------------------------------------------------------------------------


def test_a_block_hands_out_values_and_knows_what_nobody_asked_for():
    found, report = block("a: text\nb: 7\nc: true\nweigth: 1\n")
    assert (found.text("a"), found.whole("b", 0, 9), found.flag("c"), found.flag("d")) == (
        "text",
        7,
        True,
        False,
    )
    assert found.whole("weight", 1, 9, default=1) == 1
    found.finish()
    (problem,) = report.in_order()
    assert (problem.code, problem.line, problem.column, problem.key) == ("unknown-key", 4, 1, "weigth")
    assert problem.reason == '`weigth` is not a key that belongs here. Did you mean "weight"?'


def test_a_required_value_is_missed_where_the_block_starts():
    found, report = block("outer:\n  a: 1\n")
    inner = found.block("outer")
    assert inner is not None
    assert inner.text("b", required=True) is None
    (problem,) = report.in_order()
    assert (problem.code, problem.line, problem.column, problem.key) == ("missing-key", 2, 3, "outer.b")


def test_a_broken_value_is_reported_once_and_reading_goes_on():
    found, report = block("a: x\nb: 2\n")
    assert found.whole("a", 3, 9) == 3
    assert found.whole("b", 1, 9) == 2
    assert [one.code for one in report.in_order()] == ["not-whole"]


def test_keys_may_be_told_apart_by_case_or_not():
    assert list(block("a: 1\nA: 2\n")[0].entries) == ["a", "A"]
    found, report = block("a: 1\nA: 2\n", ignore_case=True)
    assert list(found.entries) == ["a"]
    assert [one.code for one in report.in_order()] == ["duplicate-key"]


def test_entries_come_with_their_place():
    found, _ = block("first: 1\nsecond:\n  third: 2\n")
    assert [(one.name, one.place, one.key) for one in found.each()] == [
        ("first", Place(1, 1), "first"),
        ("second", Place(2, 1), "second"),
    ]
    assert place_of(found.each()[1].node) == Place(3, 3)

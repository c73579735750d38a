"""Worked examples are read strictly, and believed only after they were scored."""

from __future__ import annotations

import pytest

from forewatch.analysis.examples import check_examples, load_examples, parse_examples
from forewatch.analysis.loading import load_definition, parse_definition
from forewatch.analysis.problems import DefinitionError
from forewatch.analysis.tests.mistakes import SMALL

DEFINITION = parse_definition(SMALL, "small.yaml")
GOOD = """\
- indicator: H1
  age: 40
  given: {ill: true, share: 0.25}
  score: 3
  says: "Ill, and care is dear."
- indicator: H1
  age: 4
  given: {ill: true}
  score: not_applicable
  says: "Too young."
- indicator: H1
  given: {ill: false, visits: 0}
  score: missing
  says: "Nobody knows the age."
- indicator: S1
  given: {wish: strong, visits: 0}
  score: 3
  says: "Wants to go and saw nobody."
"""


def problems_of(text: str):
    with pytest.raises(DefinitionError) as caught:
        check_examples(DEFINITION, parse_examples(text, "ex.yaml"))
    return caught.value.problems


def test_examples_hold_what_is_given_as_it_is_written():
    first, second, third, fourth = parse_examples(GOOD, "ex.yaml")
    assert (first.indicator, first.age, first.score) == ("H1", 40, "3")
    assert dict(first.given) == {"ill": "true", "share": "0.25"}
    assert (second.score, third.age, fourth.says) == ("not_applicable", None, "Wants to go and saw nobody.")


def test_true_examples_pass():
    check_examples(DEFINITION, parse_examples(GOOD, "ex.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("score: not_applicable", "score: 2", "expects 2, but the rules of H1 give not_applicable"),
        ("score: missing", "score: 1", "expects 1, but the rules of H1 give missing"),
        ("share: 0.25", "share: 0.24", "expects 3, but the rules of H1 give 2"),
        ("age: 40\n", "", "expects 3, but the rules of H1 give missing"),
    ],
)
def test_a_wrong_example_is_refused_with_what_the_rules_give(old, new, found):
    text = GOOD.replace(old, new).replace("  \n", "\n").replace("  given", "  given")
    (problem,) = problems_of(text.replace("H1\n  " + "  given", "H1\n  given"))
    assert problem.code == "wrong-example"
    assert found in problem.reason


@pytest.mark.parametrize(
    ("old", "new", "code", "reason"),
    [
        ("indicator: S1", "indicator: S11", "unknown-indicator", 'Did you mean "S1"?'),
        ("wish: strong", "wisch: strong", "unknown-name", 'Did you mean "wish"?'),
        ("wish: strong", "wish: mild", "not-an-answer", "`mild`"),
        ("share: 0.25", "share: 0.255", "not-an-answer", "0.255"),
        ("share: 0.25", "share: 9", "not-an-answer", "9"),
        ("share: 0.25", "share: 1/4", "not-an-answer", "1/4"),
        ("ill: true,", "ill: yes,", "not-an-answer", "`yes`"),
    ],
)
def test_answers_must_be_possible(old, new, code, reason):
    (problem,) = problems_of(GOOD.replace(old, new))
    assert problem.code == code
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD.replace("score: missing", "score: 4"), "not-a-score"),
        (GOOD.replace('says: "Too young."', "note: x"), "missing-key"),
        (GOOD.replace("age: 40", "age: old"), "not-whole"),
        (GOOD.replace("{ill: true}", "true"), "not-a-block"),
        (GOOD.replace("{ill: true}", "{ill: [true]}"), "not-text"),
        ("indicator: H1", "not-a-list"),
        ("- H1", "not-a-block"),
        ("[", "not-yaml"),
    ],
)
def test_a_malformed_file_is_refused_at_its_line(text, code):
    with pytest.raises(DefinitionError) as caught:
        parse_examples(text, "ex.yaml")
    assert code in {one.code for one in caught.value.problems}


def test_problems_name_the_file_and_the_line():
    (problem,) = problems_of(GOOD.replace("score: missing", "score: 1"))
    assert str(problem).startswith("ex.yaml:11:3: score: ")


def test_the_shipped_examples_are_true():
    examples = load_examples("chiang-mai-28")
    check_examples(load_definition("chiang-mai-28"), examples)
    assert {one.indicator for one in examples} == set(load_definition("chiang-mai-28").indicators)


def test_examples_load_by_path_and_a_missing_file_is_named(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert len(load_examples(file)) == 4
    with pytest.raises(DefinitionError, match="no such file"):
        load_examples(tmp_path / "none.yaml")

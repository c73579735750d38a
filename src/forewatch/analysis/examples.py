"""Worked examples of an index: what each indicator makes of a few answers; each is scored to be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources
from pathlib import Path

import yaml

from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.analysis.engines.memory.facts import Facts
from forewatch.analysis.engines.memory.values import Value
from forewatch.analysis.fields import Block, kind_of, read_block, read_list, read_text, read_whole
from forewatch.analysis.loading import read_text_file
from forewatch.analysis.problems import DefinitionError, Place, Problem, Report, did_you_mean
from forewatch.analysis.yamltree import place_of, read_tree

MISSING = "missing"
NOT_APPLICABLE = "not_applicable"
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
SOME_DAY = date(2000, 1, 1)
"""Every answer of an example is of the day it is scored on: examples are about rules, not about validity."""


@dataclass(frozen=True)
class Example:
    """Some answers about one person, and what an indicator makes of them; `given` holds them as written."""

    indicator: str
    given: Mapping[str, str]
    age: int | None
    score: str
    says: str
    file: str
    place: Place


def load_examples(where: str | Path) -> tuple[Example, ...]:
    """Return the examples in a file, or those of the shipped index with this id.

    Raises `DefinitionError` when the file cannot be read or an example is malformed.
    """
    shipped = resources.files("forewatch.analysis") / "indexes" / f"{where}.examples.yaml"
    if shipped.is_file():
        return parse_examples(read_text_file(shipped, shipped.name), shipped.name)
    return parse_examples(read_text_file(Path(where), str(where)), str(where))


def parse_examples(text: str, file: str) -> tuple[Example, ...]:
    """Return the examples in a YAML text. Raises `DefinitionError` when one is malformed."""
    report = Report(file)
    root = read_tree(text, report)
    nodes = [] if root is None else read_list(root, "examples", report)
    read = [_example(node, f"examples[{number}]", report) for number, node in enumerate(nodes, 1)]
    if report.failed:
        raise DefinitionError(report.in_order())
    return tuple(one for one in read if one)


def check_examples(definition: Definition, examples: Iterable[Example]) -> None:
    """Score every example with the memory engine. Raises `DefinitionError` naming each that is wrong."""
    problems = [problem for one in examples if (problem := _check(definition, one))]
    if problems:
        raise DefinitionError(problems)


def _example(node: yaml.Node, key: str, report: Report) -> Example | None:
    block = read_block(node, key, report)
    if block is None:
        return None
    indicator = block.text("indicator", required=True) or ""
    says = block.text("says", required=True) or ""
    age_node, score_node = block.node_of("age"), block.node_of("score", required=True)
    age = None if age_node is None else read_whole(age_node, block.path("age"), report, 0, 150)
    score = ""
    if score_node is not None:
        score = str(score_node.value)
        if score not in ("1", "2", "3", MISSING, NOT_APPLICABLE):
            reason = f"this must be 1, 2, 3, {MISSING} or {NOT_APPLICABLE}, not {kind_of(score_node)}"
            report.error(place_of(score_node), block.path("score"), "not-a-score", reason)
    given = _given(block, report)
    block.finish()
    return Example(indicator, given, age, score, says, report.file, block.place)


def _given(block: Block, report: Report) -> dict[str, str]:
    inner = block.block("given", required=True)
    given = {}
    for entry in inner.each() if inner else []:
        if isinstance(entry.node, yaml.ScalarNode):
            given[entry.name] = str(entry.node.value)
        else:
            read_text(entry.node, entry.key, report)
    return given


def _check(definition: Definition, example: Example) -> Problem | None:
    def wrong(key: str, reason: str, code: str) -> Problem:
        where = example.place
        return Problem("error", example.file, where.line, where.column, key, reason, code)

    if example.indicator not in definition.indicators:
        hint = did_you_mean(example.indicator, definition.indicators)
        return wrong("indicator", f"there is no indicator `{example.indicator}`.{hint}", "unknown-indicator")
    values = {}
    for name, written in example.given.items():
        variable = definition.variables.get(name)
        value = _value(variable, written) if variable else None
        if variable is None:
            reason = f"there is no variable `{name}`.{did_you_mean(name, definition.variables)}"
            return wrong(f"given.{name}", reason, "unknown-name")
        if value is None:
            return wrong(f"given.{name}", f"`{written}` is not an answer to it", "not-an-answer")
        values[name] = Value(value, SOME_DAY)
    outcome = Facts(definition, SOME_DAY, example.age, values).outcome(example.indicator)
    found = NOT_APPLICABLE if not outcome.applicable else str(outcome.score or MISSING)
    if found == example.score:
        return None
    reason = f"the example expects {example.score}, but the rules of {example.indicator} give {found}"
    return wrong("score", reason, "wrong-example")


def _value(variable: Variable, written: str) -> bool | str | Fraction | None:
    """Return an answer as a rule reads it; None when the variable does not allow it."""
    if variable.kind is Kind.BOOLEAN:
        return {"true": True, "false": False}.get(written)
    if variable.kind is Kind.CHOICE:
        return written if written in variable.choices else None
    if not NUMBER.fullmatch(written):
        return None
    value = Fraction(written)
    units = value * 10**variable.scale
    return value if units.denominator == 1 and variable.low <= units <= variable.high else None

"""How variables are read, in a profile: columns with codes, rules over columns, counts with steps."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

import yaml

from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.analysis.fields import Block, Entry, read_block, read_list, read_text, read_text_list
from forewatch.analysis.problems import Report, did_you_mean
from forewatch.analysis.yamltree import place_of
from forewatch.intake.profiles.cells import column, read_codes, read_meaning
from forewatch.intake.profiles.structure import NOTHING, Answer, Count, Rule, Test
from forewatch.intake.values.codes import key_of

_COMPARED = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
_WAYS = ("column", "rules", "count")
MOST_VALUES = 1000


def read_answers(
    block: Block, definition: Definition, levels: Collection[str], marked: str
) -> tuple[Answer, ...]:
    """Return the answers of a table; `levels` is what its rows are about, `marked` what each column holds."""
    inner = block.block("answers")
    if inner is None:
        return ()
    found = [_answer(one, definition, levels, block.report) for one in inner.each()]
    for one in found:
        for name in one.columns() if one else ():
            if marked and marked not in name:
                reason = f'"{name}" must hold {marked} where the number of the member stands'
                block.report.error(inner.place, inner.key, "no-number", reason)
    return tuple(one for one in found if one)


def _answer(entry: Entry, definition: Definition, levels: Collection[str], report: Report) -> Answer | None:
    variable = definition.variables.get(entry.name)
    if variable is None:
        reason = f"the index has no variable of this name.{did_you_mean(entry.name, definition.variables)}"
        report.error(entry.place, entry.key, "no-variable", reason)
        return None
    if variable.level not in levels:
        reason = f"this is asked of each {variable.level}, and the rows here are about {' and '.join(levels)}"
        report.error(entry.place, entry.key, "level", reason)
    if isinstance(entry.node, yaml.ScalarNode):
        return _checked(
            Answer(entry.name, read_text(entry.node, entry.key, report) or ""), variable, entry, report
        )
    block = read_block(entry.node, entry.key, report)
    if block is None:
        return None
    made = _whole(block, variable)
    block.finish()
    return _checked(made, variable, entry, report)


def _whole(block: Block, variable: Variable) -> Answer:
    given = [one for one in _WAYS if one in block]
    if len(given) != 1:
        reason = "say one of `column:`, `rules:` and `count:`"
        block.report.error(block.place, block.key, "one-way", reason)
    meanings = meanings_of(variable)
    return Answer(
        variable.name,
        column=column(block, "column"),
        codes=read_codes(block, meanings),
        reverse=block.whole("reverse", 1, 1000, default=1) if "reverse" in block else None,
        percent=block.flag("percent"),
        rules=_rules(block, meanings),
        count=_count(block, meanings),
    )


def meanings_of(variable: Variable) -> Mapping[str, str]:
    """Return what a code may mean for a variable, by how a profile writes it."""
    found = {NOTHING: NOTHING}
    if variable.kind is Kind.CHOICE:
        return found | {one: one for one in variable.choices}
    if variable.kind is Kind.BOOLEAN:
        return found | {"true": "true", "false": "false"}
    if variable.kind is Kind.INTEGER and variable.high - variable.low < MOST_VALUES:
        return found | {str(one): str(one) for one in range(variable.low, variable.high + 1)}
    return found


def _checked(answer: Answer, variable: Variable, entry: Entry, report: Report) -> Answer:
    plain = bool(answer.column) and not answer.codes
    if plain and variable.kind is Kind.CHOICE and answer.reverse is None:
        # Without a table a cell must hold the choice itself: fine for our own exports, worth a word.
        report.warn(
            entry.place, entry.key, "no-codes", "without `codes:` cells must hold the choices' own names"
        )
    if answer.reverse is not None and plain and variable.kind is not Kind.INTEGER:
        reason = "`reverse:` turns whole numbers; give `codes:` for what they then mean"
        report.error(entry.place, entry.key, "reverse", reason)
    if answer.percent and variable.kind is not Kind.DECIMAL:
        report.error(entry.place, entry.key, "percent", "`percent:` is for variables that are decimals")
    return answer


def _rules(block: Block, meanings: Mapping[str, str]) -> tuple[Rule, ...]:
    node = block.node_of("rules")
    if node is None:
        return ()
    found = []
    for number, one in enumerate(read_list(node, block.path("rules"), block.report), 1):
        inner = read_block(one, f"{block.path('rules')}[{number}]", block.report)
        if inner is None:
            continue
        when = inner.block("when", required=True)
        then = inner.node_of("then", required=True)
        meaning = then and read_meaning(then, inner.path("then"), block.report, meanings)
        tests = tuple(_test(test, block.report) for test in when.each()) if when else ()
        inner.finish()
        found.append(Rule(tests, meaning or NOTHING))
    return tuple(found)


def _test(entry: Entry, report: Report) -> Test:
    node = entry.node
    if isinstance(node, yaml.SequenceNode):
        return Test(entry.name, tuple(key_of(one) for one in read_text_list(node, entry.key, report)))
    if not isinstance(node, yaml.ScalarNode):
        report.error(
            place_of(node), entry.key, "not-a-test", 'write a code, a list of codes, or e.g. ">= 10"'
        )
        return Test(entry.name)
    compared = _COMPARED.fullmatch(str(node.value).strip())
    if compared:
        return Test(entry.name, compare=compared[1], number=Decimal(compared[2]))
    return Test(entry.name, (key_of(str(node.value)),))


def _count(block: Block, meanings: Mapping[str, str]) -> Count | None:
    inner = block.block("count")
    if inner is None:
        return None
    steps: dict[int, str] = {}
    listed = inner.block("at_least", required=True)
    for one in listed.each() if listed else ():
        meaning = read_meaning(one.node, one.key, block.report, meanings)
        if not one.name.isdigit():
            block.report.error(
                one.place, one.key, "not-whole", "the keys here are whole numbers: at least so many"
            )
        elif meaning is not None:
            steps[int(one.name)] = meaning
    made = Count(
        inner.texts("columns"),
        key_of(inner.text("code", required=True) or ""),
        tuple(sorted(steps.items(), reverse=True)),
    )
    if 0 not in steps:
        block.report.error(
            inner.place, inner.path("at_least"), "no-zero", "say what `0:` means: none of them"
        )
    inner.finish()
    return made

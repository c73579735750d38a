"""Names across a definition: unique, free of reserved words, without cycles, and used."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from forewatch.analysis import schema
from forewatch.analysis.declarations import Named, Role, Written
from forewatch.analysis.definition import Definition
from forewatch.analysis.expressions import Expression, Name, children, names, walk
from forewatch.analysis.forbidden import forbidden_attribute, refusal
from forewatch.analysis.problems import Report

RESERVED = frozenset({"age", *(word.lower() for word in keyword.kwlist)})
MAX_PARTS = 10_000
MAX_DEPTH = 150
"""Of an expression with its derived names written out, as engines do: small files must stay small queries."""


def check_names(named: Iterable[Named], definition: Definition, report: Report) -> None:
    """Report names that are taken twice, reserved, or speak of what no index may rest on."""
    inputs = {one.lower() for one in schema.INPUT_COLUMNS}
    outputs = {one.lower() for one in schema.assessments(definition).names}
    first: dict[str, Named] = {}
    for one in named:
        name = one.name.lower()
        attribute = forbidden_attribute(one.name)
        if attribute:
            report.error(one.place, one.key, "forbidden-attribute", refusal(one.name, attribute))
        elif name in RESERVED:
            reason = f"`{one.name}` is a word of the rule language; choose another name"
            report.error(one.place, one.key, "reserved-name", reason)
        elif name in inputs:
            reason = f"`{one.name}` is a column of the input tables; choose another name"
            report.error(one.place, one.key, "input-column", reason)
        elif name in outputs:
            reason = f"`{one.name}` is a column of the results; choose another name"
            report.error(one.place, one.key, "output-column", reason)
        other = first.setdefault(name, one)
        if other is not one:
            reason = (
                f"the {one.sort} `{one.name}` has the name of the {other.sort} on line {other.place.line}; "
                "names are unique, whatever their case"
            )
            report.error(one.place, one.key, "duplicate-name", reason)


def check_cycles(written: Iterable[Written], report: Report) -> bool:
    """Report each circle of derived names and indicators; tell whether there is none."""
    by_owner: dict[str, list[Written]] = {}
    for one in written:
        if one.role in (Role.DERIVED, Role.RULE, Role.APPLIES):
            by_owner.setdefault(one.owner, []).append(one)
    graph = {
        owner: sorted({name for one in group for name in names(one.expression)} & by_owner.keys())
        for owner, group in by_owner.items()
    }
    whole = True
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            whole = False
            # The sorter lists each name after the one it depends on; people read it the other way.
            circle = list(reversed(error.args[1]))
            _report_cycle(circle, by_owner, report)
            for name in circle:
                graph.pop(name, None)
        else:
            return whole


def _report_cycle(circle: list[str], by_owner: Mapping[str, list[Written]], report: Report) -> None:
    owner, mentioned = circle[0], circle[1]
    one = next(one for one in by_owner[owner] if mentioned in names(one.expression))
    part = next(node for node in walk(one.expression) if node == Name(mentioned))
    reason = f"{' needs '.join(circle)}: a circle has no beginning; take one of these references out"
    report.error(one.place(part), one.key, "cycle", reason)


def check_size(written: Iterable[Written], definition: Definition, report: Report) -> None:
    """Report expressions that derived names blow up; there must be no cycles."""
    sizes: dict[str, tuple[int, int]] = {}

    def measure(expression: Expression) -> tuple[int, int]:
        """Return the number of parts and the depth with derived names written out."""
        if isinstance(expression, Name):
            if expression.name not in definition.derived:
                return 1, 1
            if expression.name not in sizes:
                sizes[expression.name] = measure(definition.derived[expression.name].expression)
            return sizes[expression.name]
        inner = [measure(one) for one in children(expression)]
        # Beyond the bounds the exact number tells nobody anything.
        parts = min(1 + sum(one for one, _ in inner), MAX_PARTS + 1)
        return parts, min(1 + max((depth for _, depth in inner), default=0), MAX_DEPTH + 1)

    for name in _dependencies_first(definition):
        sizes[name] = measure(definition.derived[name].expression)
    for one in written:
        parts, depth = measure(one.expression)
        if parts > MAX_PARTS or depth > MAX_DEPTH:
            reason = "with its derived names written out, this expression is too large; simplify one of them"
            report.error(one.place(one.expression), one.key, "too-large-written-out", reason)


def _dependencies_first(definition: Definition) -> list[str]:
    graph = {
        name: sorted(names(one.expression) & definition.derived.keys())
        for name, one in definition.derived.items()
    }
    return [name for name in TopologicalSorter(graph).static_order() if name in definition.derived]


def check_use(named: Iterable[Named], written: Iterable[Written], report: Report) -> None:
    """Warn of variables and derived names that no expression uses."""
    used = {name for one in written for name in names(one.expression)}
    for one in named:
        if one.sort != "indicator" and one.name not in used:
            reason = (
                f"no rule uses the {one.sort} `{one.name}`; remove it, or the rule that needs it is missing"
            )
            report.warn(one.place, one.key, "unused-name", reason)


def check_offers(offered: Iterable[Named], definition: Definition, report: Report) -> None:
    """Report domains without indicators, and warn of responses that no indicator offers."""
    domains = {one.domain for one in definition.indicators.values()}
    responses = {code for one in definition.indicators.values() for code in one.respond}
    for one in offered:
        if one.sort == "domain" and one.name not in domains:
            reason = f"no indicator is in the domain `{one.name}`; remove it or add an indicator"
            report.error(one.place, one.key, "empty-domain", reason)
        elif one.sort == "response" and one.name not in responses:
            report.warn(
                one.place, one.key, "unused-response", f"no indicator offers `{one.name}` under `respond`"
            )

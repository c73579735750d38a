"""The types and ranges of an expression: what may be compared, and proof that 63 bits hold every number.

Numbers are exact: whole units of a power of ten. Two sides of different scale are brought to the finer one,
and every number on the way, at its largest, must fit a signed 64-bit integer in every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import Enum, auto

from forewatch.analysis.declarations import Role, Written
from forewatch.analysis.definition import Definition, Kind
from forewatch.analysis.expressions import (
    And,
    Arithmetic,
    Choice,
    Compare,
    Expression,
    In,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Truth,
    walk,
)
from forewatch.analysis.forbidden import forbidden_attribute, refusal
from forewatch.analysis.problems import Report, did_you_mean

LARGEST = 2**63 - 1
AGES = (0, 9_999)
"""Dates of four-digit years can be no further apart, however wrong a birth date is."""


class Plain(Enum):
    BOOLEAN = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A number between `low` and `high` units of 10^-`scale`."""

    low: int
    high: int
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """One of some choices; a literal is a set of one."""

    options: frozenset[str]
    literal: bool = False


Sort = Plain | Span | Choices
BOOLEAN = Plain.BOOLEAN
_WORDS = {Plain: "true or false", Span: "a number", Choices: "a choice"}


def sorts_of_names(definition: Definition) -> dict[str, Sort]:
    """Return the type and range of every name that an expression may use."""
    sorts: dict[str, Sort] = {"age": Span(*AGES)}
    for variable in definition.variables.values():
        match variable.kind:
            case Kind.BOOLEAN:
                sorts[variable.name] = BOOLEAN
            case Kind.CHOICE:
                sorts[variable.name] = Choices(frozenset(variable.choices))
            case _:
                sorts[variable.name] = Span(variable.low, variable.high, variable.scale)
    sorts.update(dict.fromkeys(definition.derived, BOOLEAN))
    sorts.update(dict.fromkeys(definition.indicators, Span(1, 3)))
    return sorts


def check_types(written: Written, sorts: Mapping[str, Sort], known: Set[str], report: Report) -> None:
    """Report what is wrong with the names, types and ranges of an expression that must be true or false.

    `known` holds every declared name, those of broken declarations too: they are not reported twice.
    """
    checker = _Checker(written, sorts, known, report)
    checker.expect_boolean(written.expression)
    if written.role in (Role.DERIVED, Role.RULE):
        for node in walk(written.expression):
            if node == Name("age"):
                where = "a rule" if written.role is Role.RULE else "a derived name"
                checker.error(
                    node, "age-not-here", f"age may not stand in {where}; use it in `applies` or a gate"
                )


@dataclass(frozen=True)
class _Checker:
    written: Written
    sorts: Mapping[str, Sort]
    known: Set[str]
    report: Report

    def error(self, node: Expression, code: str, reason: str) -> None:
        self.report.error(self.written.place(node), self.written.key, code, reason)

    def warn(self, node: Expression, code: str, reason: str) -> None:
        self.report.warn(self.written.place(node), self.written.key, code, reason)

    def sort(self, node: Expression) -> Sort | None:
        """Return the type of a part; None when it is broken, which has then been reported."""
        match node:
            case Name(name):
                return self._name(node, name)
            case Number(units, scale):
                return Span(units, units, scale)
            case Choice(text):
                return Choices(frozenset([text]), literal=True)
            case Truth():
                return BOOLEAN
            case Not(item):
                self.expect_boolean(item)
                return BOOLEAN
            case And(items) | Or(items):
                for item in items:
                    self.expect_boolean(item)
                return BOOLEAN
            case Compare():
                self._compare(node)
                return BOOLEAN
            case In():
                self._membership(node)
                return BOOLEAN
            case Arithmetic():
                return self._arithmetic(node)
            case Negative(item):
                span = self._expect_number(item)
                return None if span is None else Span(-span.high, -span.low, span.scale)

    def expect_boolean(self, node: Expression) -> None:
        sort = self.sort(node)
        if isinstance(sort, Span | Choices):
            reason = f"this is {_WORDS[type(sort)]}, where true or false is needed; compare it with something"
            self.error(node, "not-boolean", reason)

    def _expect_number(self, node: Expression) -> Span | None:
        sort = self.sort(node)
        if sort is None or isinstance(sort, Span):
            return sort
        self.error(node, "not-numeric", f"this is {_WORDS[type(sort)]}, where a number is needed")
        return None

    def _name(self, node: Expression, name: str) -> Sort | None:
        if name in self.sorts:
            return self.sorts[name]
        attribute = forbidden_attribute(name)
        if attribute and name not in self.known:
            self.error(node, "forbidden-attribute", refusal(name, attribute))
        elif name not in self.known:
            reason = f"`{name}` is not declared in this file.{did_you_mean(name, self.sorts)}"
            self.error(node, "unknown-name", reason)
        return None

    def _compare(self, node: Compare) -> None:
        left, right = self.sort(node.left), self.sort(node.right)
        if left is None or right is None:
            return
        if type(left) is not type(right):
            reason = f"{_WORDS[type(left)]} is compared with {_WORDS[type(right)]}"
            self.error(node.right, "types-differ", reason)
        elif isinstance(left, Span) and isinstance(right, Span):
            self._compare_numbers(node, left, right)
        elif node.operator not in ("==", "!="):
            reason = f"`{node.operator}` is for numbers; {_WORDS[type(left)]} is compared with == or !="
            self.error(node.right, "no-order", reason)
        elif isinstance(left, Choices) and isinstance(right, Choices):
            self._compare_choices(node, left, right)

    def _compare_choices(self, node: Compare, left: Choices, right: Choices) -> None:
        if left.literal and right.literal:
            self.error(node.right, "literals-compared", "two quoted choices are compared; name a variable")
        elif left.literal:
            self._check_choice(node.left, left, right)
        elif right.literal:
            self._check_choice(node.right, right, left)
        elif left.options != right.options:
            self.error(node.right, "different-choices", "these two variables do not have the same choices")

    def _check_choice(self, node: Expression, literal: Choices, variable: Choices) -> None:
        (text,) = literal.options
        if text not in variable.options:
            listed = ", ".join(sorted(variable.options))
            reason = f'"{text}" is not one of the choices {listed}.{did_you_mean(text, variable.options)}'
            self.error(node, "not-a-choice", reason)

    def _compare_numbers(self, node: Compare, left: Span, right: Span) -> None:
        sides = self._common(node.right, left, right)
        if sides is None:
            return
        (low, high), (other_low, other_high) = sides
        orders = {
            "<": (high < other_low, low >= other_high),
            "<=": (high <= other_low, low > other_high),
            ">": (low > other_high, high <= other_low),
            ">=": (low >= other_high, high < other_low),
            "==": (low == high == other_low == other_high, high < other_low or other_high < low),
            "!=": (high < other_low or other_high < low, low == high == other_low == other_high),
        }
        always, never = orders[node.operator]
        if always or never:
            reason = f"by its range, this comparison is {'always' if always else 'never'} true"
            self.warn(node.right, "constant-comparison", reason)

    def _membership(self, node: In) -> None:
        item = self.sort(node.item)
        if isinstance(item, Span):
            # An engine may bring the whole list to its finest scale before it looks.
            finest = max(one.scale for one in (Number(0), *node.options) if isinstance(one, Number))
            item = self._finer(node.item, item, finest)
        seen: set[object] = set()
        for option in node.options:
            sort = self.sort(option)
            if option in seen:
                self.warn(option, "repeated-option", "this stands twice in the list")
            seen.add(option)
            if item is None or sort is None:
                continue
            if type(item) is not type(sort):
                reason = (
                    f"{_WORDS[type(item)]} is looked for among options of another type: {_WORDS[type(sort)]}"
                )
                self.error(option, "types-differ", reason)
            elif isinstance(item, Choices) and isinstance(sort, Choices):
                if item.literal:
                    self.error(
                        node.item, "literals-compared", "two quoted choices are compared; name a variable"
                    )
                else:
                    self._check_choice(option, sort, item)
            elif isinstance(item, Span) and isinstance(sort, Span):
                self._compare_numbers(Compare("==", node.item, option), item, sort)

    def _arithmetic(self, node: Arithmetic) -> Span | None:
        left, right = self._expect_number(node.left), self._expect_number(node.right)
        if left is None or right is None:
            return None
        if node.operator == "*":
            corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            return self._fitting(node.right, Span(min(corners), max(corners), left.scale + right.scale))
        sides = self._common(node.right, left, right)
        if sides is None:
            return None
        (low, high), (other_low, other_high) = sides
        scale = max(left.scale, right.scale)
        if node.operator == "+":
            return self._fitting(node.right, Span(low + other_low, high + other_high, scale))
        return self._fitting(node.right, Span(low - other_high, high - other_low, scale))

    def _common(
        self, node: Expression, left: Span, right: Span
    ) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Return both ranges in units of the finer scale; None, reported, when they outgrow 63 bits."""
        scale = max(left.scale, right.scale)
        one, other = self._finer(node, left, scale), self._finer(node, right, scale)
        return None if one is None or other is None else ((one.low, one.high), (other.low, other.high))

    def _finer(self, node: Expression, span: Span, scale: int) -> Span | None:
        """Return a range in units of a finer scale; None, reported, when it outgrows 63 bits."""
        factor = 10 ** max(0, scale - span.scale)
        # The factor itself is a number of the query, even where it multiplies nothing but 0.
        finer = Span(span.low * factor, span.high * factor, max(scale, span.scale))
        return self._fitting(node, finer) if self._fitting(node, Span(0, factor)) else None

    def _fitting(self, node: Expression, span: Span) -> Span | None:
        if max(-span.low, span.high) <= LARGEST:
            return span
        self._too_large(node)
        return None

    def _too_large(self, node: Expression) -> None:
        reason = "these numbers can outgrow 63 bits; narrow a range or use fewer decimals"
        self.error(node, "too-large", reason)

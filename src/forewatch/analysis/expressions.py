"""The syntax of rules: small frozen nodes that every engine reads in its own way.

An expression is a Boolean statement about one person on one day, in the syntax of index-spec section 2.
The nodes hold no behaviour: an engine is one function over them, and nothing is evaluated by accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ComparisonOperator = Literal["<", "<=", ">", ">=", "==", "!="]
ArithmeticOperator = Literal["+", "-", "*"]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, `age`, a derived name or an indicator id."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number: `units` of 10^-`scale` (0.25 is 25 of 10^-2)."""

    units: int
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One quoted choice of a choice variable."""

    text: str


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison; a chain `a <= x < b` is read as an `And` of its links."""

    operator: ComparisonOperator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class In:
    """`item in [options]`, or `not in` when `negated`; options are literals and never empty."""

    item: Expression
    options: tuple[Number | Choice | Truth, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: ArithmeticOperator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    item: Expression


Expression = Name | Number | Choice | Truth | Not | And | Or | Compare | In | Arithmetic | Negative


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the direct parts of an expression, left to right."""
    match expression:
        case Not(item) | Negative(item):
            return (item,)
        case And(items) | Or(items):
            return items
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case In(item, options, _):
            return (item, *options)
        case _:
            return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and everything inside it, outermost first."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def names(expression: Expression) -> frozenset[str]:
    """Return every name an expression mentions, without following derived names."""
    return frozenset(node.name for node in walk(expression) if isinstance(node, Name))

"""Rules as SQLGlot trees: SQL's own three-valued logic is the logic of index-spec section 4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from forewatch.analysis import expressions as rule
from forewatch.analysis.definition import Definition, Indicator, Kind

AGE = "age"

_COMPARISONS: Mapping[str, type[exp.Binary]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "==": exp.EQ,
    "!=": exp.NEQ,
}
_ARITHMETIC: Mapping[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a quoted column."""
    return exp.column(name, table=table, quoted=True)


@dataclass(frozen=True, order=True, slots=True)
class Reading:
    """A variable as read under one validity; stale and missing values are null."""

    variable: str
    valid_days: int

    @property
    def column(self) -> str:
        return f"r_{self.variable}_{self.valid_days}"

    @property
    def derived_column(self) -> str:
        """The column of a derived name, whose variables are read under this validity."""
        return f"x_{self.variable}_{self.valid_days}"

    @property
    def days_left(self) -> str:
        """The column that says how many days after the date asked for the value goes stale."""
        return f"e_{self.variable}_{self.valid_days}"


@dataclass(frozen=True, slots=True)
class Logic:
    """Translates the expressions of one definition.

    Columns are readings `r_<variable>_<days>`, derived names `x_<name>_<days>`, scores `s_<id>` and `age`.
    """

    definition: Definition

    def condition(self, expression: rule.Expression, valid_days: int) -> exp.Expr:
        """Return an expression as a Boolean tree, its variables read under `valid_days`."""
        return self._tree(expression, valid_days)

    def readings(self, expression: rule.Expression | None, valid_days: int) -> frozenset[Reading]:
        """Return every reading an expression names, through derived names and indicators too."""
        found: set[Reading] = set()
        for name in self.definition.direct_names(expression):
            if name in self.definition.indicators:
                found |= self.readings_of(self.definition.indicators[name])
            elif name != AGE:
                found.add(Reading(name, valid_days))
        return frozenset(found)

    def readings_of(self, indicator: Indicator) -> frozenset[Reading]:
        """Return every reading of an indicator's `applies` and rules."""
        parts: Iterable[rule.Expression | None] = (indicator.applies, indicator.rule3, indicator.rule2)
        return frozenset().union(*(self.readings(part, indicator.valid_days) for part in parts))

    def _tree(self, node: rule.Expression, valid_days: int) -> exp.Expr:
        match node:
            case rule.Name(name):
                return self._name(name, valid_days)
            case rule.Truth(value):
                return exp.Boolean(this=value)
            case rule.Not(item):
                return exp.Not(this=exp.Paren(this=self._tree(item, valid_days)))
            case rule.And(items):
                return exp.and_(*(self._tree(item, valid_days) for item in items))
            case rule.Or(items):
                return exp.or_(*(self._tree(item, valid_days) for item in items))
            case rule.Compare(operator, left, right):
                return exp.Paren(this=self._compare(operator, left, right, valid_days))
            case rule.In(item, options, negated):
                tests = tuple(rule.Compare("==", item, option) for option in options)
                found = self._tree(rule.Or(tests) if len(tests) > 1 else tests[0], valid_days)
                return exp.Not(this=exp.Paren(this=found)) if negated else exp.Paren(this=found)
            case _:
                raise TypeError(f"{node!r} is not a condition.")

    def _name(self, name: str, valid_days: int) -> exp.Expr:
        if name in self.definition.derived:
            return column(Reading(name, valid_days).derived_column)
        if name in self.definition.indicators:
            return column(f"s_{name}")
        return column(AGE) if name == AGE else column(Reading(name, valid_days).column)

    def _compare(
        self, operator: str, left: rule.Expression, right: rule.Expression, valid_days: int
    ) -> exp.Expr:
        choices = self._choices(left) or self._choices(right)
        if choices:
            sides = [self._choice(side, choices, valid_days) for side in (left, right)]
        elif self._is_number(left):
            scale = max(self._scale(left), self._scale(right))
            sides = [self._number(side, scale, valid_days) for side in (left, right)]
        else:
            sides = [exp.Paren(this=self._tree(side, valid_days)) for side in (left, right)]
        return _COMPARISONS[operator](this=sides[0], expression=sides[1])

    # Choices are compared by their place in the list of choices.

    def _choices(self, node: rule.Expression) -> tuple[str, ...]:
        if isinstance(node, rule.Name) and node.name in self.definition.variables:
            return self.definition.variables[node.name].choices
        return ()

    def _choice(self, node: rule.Expression, choices: tuple[str, ...], valid_days: int) -> exp.Expr:
        if isinstance(node, rule.Choice):
            return exp.Literal.number(choices.index(node.text))
        tree = self._tree(node, valid_days)
        own = self._choices(node)
        if own == choices:
            return tree
        places = exp.Case(this=tree)
        for place, choice in enumerate(own):
            places = places.when(exp.Literal.number(place), exp.Literal.number(choices.index(choice)))
        return places

    # Numbers are whole units of 10^-scale; both sides of a comparison are brought to the finer scale.

    def _is_number(self, node: rule.Expression) -> bool:
        match node:
            case rule.Number() | rule.Arithmetic() | rule.Negative():
                return True
            case rule.Name(name) if name in self.definition.variables:
                return self.definition.variables[name].kind in (Kind.INTEGER, Kind.DECIMAL)
            case rule.Name(name):
                return name == AGE or name in self.definition.indicators
        return False

    def _scale(self, node: rule.Expression) -> int:
        match node:
            case rule.Number(_, scale):
                return scale
            case rule.Name(name) if name in self.definition.variables:
                return self.definition.variables[name].scale
            case rule.Negative(item):
                return self._scale(item)
            case rule.Arithmetic("*", left, right):
                return self._scale(left) + self._scale(right)
            case rule.Arithmetic(_, left, right):
                return max(self._scale(left), self._scale(right))
        return 0

    def _number(self, node: rule.Expression, scale: int, valid_days: int, *, wide: bool = False) -> exp.Expr:
        """Return a number in units of 10^-`scale`, which is never coarser than the node's own.

        It is `wide` inside arithmetic.
        """
        factor = 10 ** (scale - self._scale(node))
        match node:
            case rule.Number(units, _):
                return exp.Literal.number(units * factor)
            case rule.Negative(item):
                return exp.Paren(
                    this=exp.Neg(this=exp.Paren(this=self._number(item, scale, valid_days, wide=True)))
                )
            case rule.Arithmetic(operator, left, right):
                return self._arithmetic(operator, left, right, scale, valid_days)
            case _ if factor == 1 and not wide:
                return self._tree(node, valid_days)
            case _:
                # 64 bits wherever something is multiplied or added: the linter has proved that 63 suffice.
                return self._scaled(exp.cast(self._tree(node, valid_days), "BIGINT"), factor)

    def _arithmetic(
        self, operator: str, left: rule.Expression, right: rule.Expression, scale: int, valid_days: int
    ) -> exp.Expr:
        if operator == "*":
            own = self._scale(left) + self._scale(right)
            product = exp.Mul(
                this=self._number(left, self._scale(left), valid_days, wide=True),
                expression=self._number(right, self._scale(right), valid_days, wide=True),
            )
            return self._scaled(exp.Paren(this=product), 10 ** (scale - own))
        sides = [self._number(side, scale, valid_days, wide=True) for side in (left, right)]
        return exp.Paren(this=_ARITHMETIC[operator](this=sides[0], expression=sides[1]))

    @staticmethod
    def _scaled(tree: exp.Expr, factor: int) -> exp.Expr:
        if factor == 1:
            return tree
        return exp.Paren(this=exp.Mul(this=tree, expression=exp.Literal.number(factor)))

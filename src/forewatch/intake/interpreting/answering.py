"""One reader for each answer of a profile, made once for a sheet and asked for every row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from forewatch.analysis.definition import Kind, Variable
from forewatch.intake.interpreting.columns import Columns, cell_at
from forewatch.intake.profiles.structure import NOTHING, Answer, Count, Rule, Test
from forewatch.intake.values.codes import YES_NO, key_of
from forewatch.intake.values.faults import BadValue, Fault
from forewatch.intake.values.numbers import in_units, plain, read_number

_REMEMBERED = 5_000
_UNREAD = object()
_COMPARE = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


class Reader(Protocol):
    """Reads one variable; `column` is named when something is wrong."""

    column: str
    variable: str

    def read(self, cells: Sequence[str]) -> Any:
        """Return the value, or None for no answer.

        Raises BadValue.
        """


def reader_for(
    answer: Answer, variable: Variable, columns: Columns, no_answer: Collection[str]
) -> Reader | None:
    """Return the reader of an answer, or None when the sheet has none of its columns."""
    if not any(one in columns for one in answer.columns()):
        return None
    if answer.column:
        return _Column(answer, variable, columns, no_answer)
    if answer.count:
        return _Counting(answer.count, variable, columns, no_answer)
    return _Ruled(answer.rules, variable, columns, no_answer)


def value_of(meaning: str, variable: Variable) -> Any:
    """Return what a code's meaning is as a value of the register."""
    if meaning == NOTHING:
        return None
    if variable.kind is Kind.BOOLEAN:
        return meaning == "true"
    return int(meaning) if variable.kind is Kind.INTEGER else meaning


class _Column:
    """A variable in a column of its own. Few different texts stand in one: each is understood once."""

    def __init__(
        self, answer: Answer, variable: Variable, columns: Columns, no_answer: Collection[str]
    ) -> None:
        self.column, self.variable = answer.column, variable.name
        self._answer, self._of, self._no_answer = answer, variable, no_answer
        self._place = columns.place(answer.column)
        self._codes = answer.codes or _usual_codes(variable)
        self._seen: dict[str, Any] = {}

    def read(self, cells: Sequence[str]) -> Any:
        raw = cells[self._place] if self._place is not None and self._place < len(cells) else ""
        found = self._seen.get(raw, _UNREAD)
        if found is _UNREAD:
            try:
                found = self._understood(cell_at(cells, self._place))
            except BadValue as problem:
                found = problem
            if len(self._seen) < _REMEMBERED:
                self._seen[raw] = found
        if isinstance(found, BadValue):
            raise found
        return found

    def _understood(self, text: str) -> Any:
        key = key_of(text)
        if self._answer.reverse is not None and key not in self._no_answer:
            key = text = self._turned(text)
        if key in self._codes:
            return value_of(self._codes[key], self._of)
        if key in self._no_answer:
            return None
        if self._answer.codes or self._of.kind in (Kind.BOOLEAN, Kind.CHOICE):
            raise BadValue(Fault.CODE_UNKNOWN, ", ".join(list(self._codes)[:8]))
        return self._number(text)

    def _turned(self, text: str) -> str:
        number = read_number(text)
        return plain(in_units(Decimal(self._answer.reverse or 0) - number, 0, 0, 10**6), 0)

    def _number(self, text: str) -> Any:
        number = read_number(text)
        if self._answer.percent:
            number = number.scaleb(-2)
        units = in_units(number, self._of.scale, self._of.low, self._of.high)
        return units if self._of.kind is Kind.INTEGER else plain(units, self._of.scale)


def _usual_codes(variable: Variable) -> Mapping[str, str]:
    if variable.kind is Kind.BOOLEAN:
        return YES_NO
    return {key_of(one): one for one in variable.choices}


class _Remembering:
    """Reads what rests on several columns; the few combinations that occur are understood once."""

    variable: str
    column: str

    def __init__(self, places: Sequence[int | None]) -> None:
        self._all = places
        self._seen: dict[tuple[str, ...], tuple[Any, str]] = {}

    def read(self, cells: Sequence[str]) -> Any:
        raw = tuple(cells[one] if one is not None and one < len(cells) else "" for one in self._all)
        if raw in self._seen:
            found, self.column = self._seen[raw]
        else:
            try:
                found = self._understood(cells)
            except BadValue as problem:
                found = problem
            if len(self._seen) < _REMEMBERED:
                self._seen[raw] = found, self.column
        if isinstance(found, BadValue):
            raise found
        return found

    def _understood(self, cells: Sequence[str]) -> Any:
        raise NotImplementedError


class _Ruled(_Remembering):
    """A variable by rules: the first whose tests all hold. A test on an empty cell is neither true nor false,
    and what comes after it is then not known either."""

    def __init__(
        self, rules: Sequence[Rule], variable: Variable, columns: Columns, no_answer: Collection[str]
    ) -> None:
        self.column, self.variable = rules[0].tests[0].column, variable.name
        self._rules, self._of, self._no_answer = rules, variable, no_answer
        tests = [test for rule in rules for test in rule.tests]
        self._places = {one.column: columns.place(one.column) for one in tests}
        self._known = _known_codes(tests)
        super().__init__(list(self._places.values()))

    def _understood(self, cells: Sequence[str]) -> Any:
        keys = {name: key_of(cell_at(cells, place)) for name, place in self._places.items()}
        for name, codes in self._known.items():
            if keys[name] not in codes and keys[name] not in self._no_answer:
                self.column = name
                raise BadValue(Fault.CODE_UNKNOWN, ", ".join(sorted(codes)[:8]))
        for rule in self._rules:
            held = [self._holds(test, keys[test.column]) for test in rule.tests]
            if all(held):
                return value_of(rule.then, self._of)
            if False not in held:
                return None
        return None

    def _holds(self, test: Test, key: str) -> bool | None:
        if test.codes:
            return True if key in test.codes else (None if key in self._no_answer else False)
        if key in self._no_answer:
            return None
        self.column = test.column
        return bool(_COMPARE[test.compare](read_number(key), test.number))


def _known_codes(tests: Sequence[Test]) -> dict[str, frozenset[str]]:
    """Return the codes that each column may hold; one that is compared may hold any number."""
    compared = {one.column for one in tests if one.compare}
    found: dict[str, frozenset[str]] = {}
    for one in tests:
        if one.column not in compared:
            found[one.column] = found.get(one.column, frozenset()) | frozenset(one.codes)
    return found


class _Counting(_Remembering):
    """A variable by a count over columns; given only when the empty ones could not change it."""

    def __init__(
        self, count: Count, variable: Variable, columns: Columns, no_answer: Collection[str]
    ) -> None:
        self.column, self.variable = count.columns[0], variable.name
        self._count, self._of, self._no_answer = count, variable, no_answer
        self._places = [columns.place(one) for one in count.columns]
        super().__init__(self._places)

    def _understood(self, cells: Sequence[str]) -> Any:
        keys = [key_of(cell_at(cells, place)) for place in self._places]
        certain = keys.count(self._count.code)
        open_ones = sum(1 for one in keys if one in self._no_answer)
        if open_ones == len(keys):
            return None
        low, high = self._step(certain), self._step(certain + open_ones)
        return value_of(low, self._of) if low == high else None

    def _step(self, number: int) -> str:
        return next(meaning for least, meaning in self._count.steps if number >= least)

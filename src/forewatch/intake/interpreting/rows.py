"""A row to what it says, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from forewatch.analysis.definition import Definition, Level
from forewatch.intake.interpreting.answering import Reader, reader_for
from forewatch.intake.interpreting.columns import Columns, Joined, cell_at
from forewatch.intake.interpreting.persons import PersonReader, for_member
from forewatch.intake.interpreting.said import Answers, PersonSaid, RowSaid, Trouble
from forewatch.intake.profiles.structure import MEMBER, Answer, Profile, Rule, Table
from forewatch.intake.values.dates import read_day
from forewatch.intake.values.faults import BadValue, Fault

AreaOf = Callable[[str, date], tuple[str, str] | None]
"""A code as written, and a day, to the area's id and its code; None when there is none for this person."""
_day = lru_cache(maxsize=20_000)(read_day)


@dataclass(frozen=True, slots=True)
class File:
    """What all rows of a file share: how it is told from others, the day to assume, and today."""

    mark: str
    day: date
    today: date
    strict: bool
    """Whether a row with too few cells is broken (CSV), or has empty ones at its end (workbooks)."""


class RowReader:
    """Reads the rows of one sheet by one table of a profile."""

    def __init__(
        self,
        profile: Profile,
        table: Table,
        columns: Columns,
        definition: Definition,
        file: File,
        area_of: AreaOf,
    ) -> None:
        self._table, self._columns, self._file, self._area_of = table, columns, file, area_of
        self._area = Joined(table.area, columns)
        self._household = Joined(table.household.reference, columns) if table.household else None
        self._observed = columns.place(table.observed_on.column) if table.observed_on else None
        self._person = PersonReader(table.person, columns, file.today) if table.person else None

        def readers(answers: Sequence[Answer]) -> list[Reader]:
            variables = definition.variables
            made = (reader_for(one, variables[one.variable], columns, profile.no_answer) for one in answers)
            return [one for one in made if one]

        self._answers = {
            level: readers(
                [one for one in table.answers if definition.variables[one.variable].level is level]
            )
            for level in Level
        }
        self._members = (
            [
                (
                    PersonReader(for_member(table.members.person, number), columns, file.today),
                    readers([_for_member(one, number) for one in table.members.answers]),
                )
                for number in range(table.members.first, table.members.last + 1)
            ]
            if table.members
            else []
        )
        self._members = [one for one in self._members if one[0].is_there]

    def read(self, line: int, cells: Sequence[str]) -> RowSaid | list[Trouble]:
        """Return what a row says; when anything is wrong with it, all that is."""
        if len(cells) > len(self._columns.names) and any(
            one.strip() for one in cells[len(self._columns.names) :]
        ):
            return [Trouble("", "", Fault.CELLS_TOO_MANY, str(len(cells)))]
        if self._file.strict and len(cells) < len(self._columns.names):
            return [Trouble("", "", Fault.CELLS_MISSING, str(len(cells)))]
        troubles: list[Trouble] = []
        row = RowSaid(line, "", "", "")
        self._place(cells, row, troubles)
        self._people(cells, row, troubles)
        row.household_answers = self._said(self._answers[Level.HOUSEHOLD], cells, troubles)
        row.area_answers = self._said(self._answers[Level.AREA], cells, troubles)
        if not troubles and not (row.people or row.household_answers or row.area_answers):
            troubles.append(Trouble("", "", Fault.NOTHING_SAID))
        return troubles or row

    def _place(self, cells: Sequence[str], row: RowSaid, troubles: list[Trouble]) -> None:
        day = self._observed_on(cells, troubles)
        row.day = day.isoformat()
        code = self._key(self._area, Fault.AREA_MISSING, cells, troubles)
        if code:
            found = self._area_of(code, day)
            if found:
                row.area, row.village = found
            else:
                troubles.append(Trouble(self._area.column, code, Fault.AREA_UNKNOWN))
        if self._household and self._table.household:
            row.household = self._key(self._household, Fault.HOUSEHOLD_MISSING, cells, troubles)
            row.hamlet = self._text(self._table.household.hamlet, cells)
            row.house = self._text(self._table.household.house, cells)

    def _observed_on(self, cells: Sequence[str], troubles: list[Trouble]) -> date:
        if not self._table.observed_on or self._observed is None:
            return self._file.day
        column, era = self._table.observed_on.column, self._table.observed_on.era
        try:
            text = cell_at(cells, self._observed)
            if not text:
                raise BadValue(Fault.DATE_MISSING)
            return _day(text, era, self._file.today)
        except BadValue as problem:
            value = cells[self._observed] if self._observed < len(cells) else ""
            troubles.append(Trouble(column, value, problem.fault, problem.hint))
            return self._file.day

    def _key(self, key: Joined, missing: Fault, cells: Sequence[str], troubles: list[Trouble]) -> str:
        try:
            found = key.read(cells)
        except BadValue as problem:
            troubles.append(Trouble(key.column, "", problem.fault, problem.hint))
            return ""
        if not found:
            troubles.append(Trouble(key.column, "", missing))
        return found

    def _text(self, column: str, cells: Sequence[str]) -> str:
        place = self._columns.place(column)
        return cells[place].strip()[:200] if place is not None and place < len(cells) else ""

    def _people(self, cells: Sequence[str], row: RowSaid, troubles: list[Trouble]) -> None:
        where = row.household or row.village
        if self._person:
            row.people.append(
                self._one(self._person, self._answers[Level.PERSON], cells, row, where, troubles)
            )
        for person, answers in self._members:
            if not person.is_empty(cells):
                row.people.append(self._one(person, answers, cells, row, where, troubles))

    def _one(
        self,
        person: PersonReader,
        answers: Sequence[Reader],
        cells: Sequence[str],
        row: RowSaid,
        where: str,
        troubles: list[Trouble],
    ) -> PersonSaid:
        day = date.fromisoformat(row.day)
        said, wrong = person.read(cells, f"{self._file.mark}:{row.line}", where, day, row.notes)
        troubles.extend(wrong)
        said.answers = self._said(answers, cells, troubles)
        return said

    def _said(self, readers: Sequence[Reader], cells: Sequence[str], troubles: list[Trouble]) -> Answers:
        found: Answers = {}
        for one in readers:
            try:
                value = one.read(cells)
            except BadValue as problem:
                place = self._columns.place(one.column)
                written = cells[place] if place is not None and place < len(cells) else ""
                troubles.append(Trouble(one.column, written, problem.fault, problem.hint))
            else:
                if value is not None:
                    found[one.variable] = value
        return found


def _for_member(answer: Answer, number: int) -> Answer:
    def named(column: str) -> str:
        return column.replace(MEMBER, str(number))

    rules = tuple(
        Rule(tuple(replace(test, column=named(test.column)) for test in rule.tests), rule.then)
        for rule in answer.rules
    )
    return replace(answer, column=named(answer.column), rules=rules)

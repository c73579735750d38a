"""A source profile as data: frozen objects that the linter fills and the interpreter reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from forewatch.analysis.definition import Text
from forewatch.intake.values.dates import Era

NOTHING = "nothing"
"""What a code means that says nothing of the variable: not applicable, not asked. Never the best answer."""
MEMBER = "{n}"
"""Stands in a column's name for the number of the member it is about."""


@dataclass(frozen=True, slots=True)
class Key:
    """A code made of one column, or of several set side by side, each filled with zeros to its width."""

    columns: tuple[str, ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated:
    """A column of dates and the era it keeps."""

    column: str
    era: Era = Era.EITHER


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes; without a table the usual codes hold."""

    column: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """Where a person's identity stands. `name` holds the whole name where given and family are not apart.

    `age` is in whole years on the day observed, for rows without a birth date. `unnamed` says that each row
    is somebody whom nothing names: found again by the file and the row alone.
    """

    number: str = ""
    reference: Key | None = None
    title: str = ""
    given: str = ""
    family: str = ""
    name: str = ""
    phone: str = ""
    sex: Coded | None = None
    birth: Dated | None = None
    age: str = ""
    role: Coded | None = None
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class HouseholdColumns:
    """How the source numbers a household, and where its address stands."""

    reference: Key
    hamlet: str = ""
    house: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """What a cell must be for a rule to hold: one of some codes, or a number compared."""

    column: str
    codes: tuple[str, ...] = ()
    compare: str = ""
    number: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """If all tests hold, the answer is `then`."""

    tests: tuple[Test, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many of some columns hold a code, read against steps: at least so many mean this."""

    columns: tuple[str, ...]
    code: str
    steps: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a variable is read: a column (with codes, reversed, in per cent), or rules, or a count."""

    variable: str
    column: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    reverse: int | None = None
    percent: bool = False
    rules: tuple[Rule, ...] = ()
    count: Count | None = None

    def columns(self) -> tuple[str, ...]:
        """Return the columns it reads."""
        if self.column:
            return (self.column,)
        if self.count:
            return self.count.columns
        return tuple(dict.fromkeys(test.column for rule in self.rules for test in rule.tests))


@dataclass(frozen=True, slots=True)
class Members:
    """Members in columns: the same columns again for member 1, 2, 3 of a household."""

    first: int
    last: int
    person: PersonColumns
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: what its rows are about, when that was seen, and what they say."""

    area: Key
    sheet: str = ""
    observed_on: Dated | None = None
    household: HouseholdColumns | None = None
    person: PersonColumns | None = None
    members: Members | None = None
    answers: tuple[Answer, ...] = ()
    unused: tuple[str, ...] = ()

    def needed(self) -> tuple[str, ...]:
        """Return the columns without which no row of this table could be placed."""
        dated = (self.observed_on.column,) if self.observed_on else ()
        household = self.household.reference.columns if self.household else ()
        return tuple(dict.fromkeys((*dated, *self.area.columns, *household)))

    def named(self) -> tuple[str, ...]:
        """Return every column the table knows, the members' with their numbers."""
        household = (self.household.hamlet, self.household.house) if self.household else ()
        own = (*self.needed(), *household, *person_columns(self.person))
        said = [column for one in self.answers for column in one.columns()]
        return tuple(dict.fromkeys(one for one in (*own, *said, *self._members(), *self.unused) if one))

    def _members(self) -> Iterator[str]:
        if not self.members:
            return
        said = [column for one in self.members.answers for column in one.columns()]
        for number in range(self.members.first, self.members.last + 1):
            for column in (*person_columns(self.members.person), *said):
                yield column.replace(MEMBER, str(number))


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of file: its tables, and the codes that mean no answer in all of them."""

    id: str
    version: int
    title: Text
    tables: tuple[Table, ...]
    notes: Text = field(default_factory=dict)
    grade: str = ""
    no_answer: tuple[str, ...] = ("", "-")


def person_columns(person: PersonColumns | None) -> tuple[str, ...]:
    """Return the columns in which a person stands."""
    if not person:
        return ()
    reference = person.reference.columns if person.reference else ()
    coded = tuple(one.column for one in (person.sex, person.birth, person.role) if one)
    names = (person.title, person.given, person.family, person.name)
    plain = (person.number, *reference, *names, person.phone, person.age)
    return tuple(one for one in (*plain, *coded) if one)

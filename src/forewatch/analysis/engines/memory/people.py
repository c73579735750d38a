"""Who is to be assessed, their age, and the subjects that speak for them (index-spec sections 1 and 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from forewatch.analysis.definition import Level
from forewatch.analysis.engines.memory.values import Row, Value, Values


@dataclass(frozen=True)
class Person:
    """One person in force on the day; `areas` and `homes` are the area itself, then its ancestors."""

    person_id: str
    household_id: str | None
    area_code: str
    home_area_code: str | None
    sex: str | None
    birth_date: date | None
    age: int | None
    weight: float
    areas: tuple[str, ...]
    homes: tuple[str, ...]

    def subjects(self, level: Level) -> tuple[str, ...]:
        """Return the subjects of a level that speak for the person, the nearest first."""
        if level is Level.PERSON:
            return (self.person_id,)
        if level is Level.HOUSEHOLD:
            return () if self.household_id is None else (self.household_id,)
        return self.areas

    def value(self, values: Values, level: Level, variable: str) -> Value | None:
        """Return the nearest value of a variable, stale or not (rule 3)."""
        every = (values.get((level, subject, variable)) for subject in self.subjects(level))
        return next((one for one in every if one is not None), None)


def in_force(subjects: Iterable[Row], parents: Mapping[str, str | None], as_of: date) -> Iterator[Person]:
    """Yield the people of a day by id: rows valid on it, of those already born.

    Raises ValueError when two rows of one person are in force.
    """
    rows: dict[str, Row] = {}
    for row in subjects:
        begun = row["valid_from"] is None or row["valid_from"] <= as_of
        ended = row["valid_to"] is not None and row["valid_to"] <= as_of
        if not begun or ended:
            continue
        if row["person_id"] in rows:
            raise ValueError(
                f"subjects: person {row['person_id']} has two rows in force on {as_of}; "
                "let valid_to of the older row be valid_from of the newer."
            )
        rows[row["person_id"]] = row
    for person_id in sorted(rows):
        row = rows[person_id]
        if row["birth_date"] is None or row["birth_date"] <= as_of:
            yield _person(row, parents, as_of)


def _person(row: Row, parents: Mapping[str, str | None], as_of: date) -> Person:
    return Person(
        person_id=row["person_id"],
        household_id=row["household_id"],
        area_code=row["area_code"],
        home_area_code=row["home_area_code"],
        sex=row["sex"],
        birth_date=row["birth_date"],
        age=None if row["birth_date"] is None else age_on(row["birth_date"], as_of),
        weight=1.0 if row["weight"] is None else row["weight"],
        areas=_with_ancestors(row["area_code"], parents),
        homes=_with_ancestors(row["home_area_code"], parents),
    )


def _with_ancestors(code: str | None, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    found: list[str] = []
    while code is not None:
        found.append(code)
        code = parents.get(code)
    return tuple(found)


def age_on(birth: date, day: date) -> int:
    """Return the age in years: the difference of years, less 1 before the birthday (rule 5)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def next_birthday(birth: date, day: date) -> date:
    """Return the first day after `day` on which the age changes; 29 February counts as 1 March."""
    this_year = _birthday(birth, day.year)
    return this_year if this_year > day else _birthday(birth, day.year + 1)


def _birthday(birth: date, year: int) -> date:
    try:
        return birth.replace(year=year)
    except ValueError:
        return date(year, 3, 1)

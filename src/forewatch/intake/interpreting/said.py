"""What a row says once it is understood, in a shape that can wait on disk until somebody agrees."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from forewatch.intake.values.faults import Fault, Note

Answers = dict[str, Any]
"""Variable to value, as the register keeps them: decimals as strings."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing wrong with a row: the column, what stands there, the fault, and what its sentence needs."""

    column: str
    value: str
    fault: Fault
    hint: str = ""


@dataclass(slots=True)
class PersonSaid:
    """Somebody in a row; `reference` is the source's own way of telling them, when there is no number."""

    number: str = ""
    state: str = "not_asked"
    reference: str = ""
    title: str = ""
    given: str = ""
    family: str = ""
    written: str = ""
    """The name as it stood, where it was in Zawgyi."""
    phone: str = ""
    sex: str = ""
    born: str = ""
    precision: str = "day"
    role: str = "other"
    answers: Answers = field(default_factory=dict)


@dataclass(slots=True)
class RowSaid:
    """A row: where, when, which household, who, and what of each."""

    line: int
    day: str
    area: str
    """The id of the area, in hexadecimal."""
    village: str
    household: str = ""
    hamlet: str = ""
    house: str = ""
    people: list[PersonSaid] = field(default_factory=list)
    household_answers: Answers = field(default_factory=dict)
    area_answers: Answers = field(default_factory=dict)
    notes: list[tuple[Note, str]] = field(default_factory=list)

    def packed(self) -> list[Any]:
        """Return the row as plain lists.

        Not by `dataclasses.astuple`: it copies every answer, which takes as long as reading them does.
        """
        packed = list(_OF_ROW(self))
        packed[_PEOPLE] = [list(_OF_PERSON(one)) for one in self.people]
        return packed

    @classmethod
    def unpacked(cls, values: list[Any]) -> RowSaid:
        """Return the row that `packed` gave."""
        row = cls(*values)
        row.people = [PersonSaid(*one) for one in row.people]  # type: ignore[misc]
        return row


_OF_ROW = attrgetter(*(one.name for one in fields(RowSaid)))
_OF_PERSON = attrgetter(*(one.name for one in fields(PersonSaid)))
_PEOPLE = [one.name for one in fields(RowSaid)].index("people")

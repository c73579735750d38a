"""Who stands in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial

from forewatch.intake.interpreting.columns import Columns, Joined, cell_at
from forewatch.intake.interpreting.said import PersonSaid, Trouble
from forewatch.intake.profiles.structure import MEMBER, Coded, Dated, Key, PersonColumns
from forewatch.intake.values.burmese import to_unicode
from forewatch.intake.values.codes import SEX, key_of
from forewatch.intake.values.dates import Era, is_old_thai_year, read_birth
from forewatch.intake.values.faults import BadValue, Fault, Note
from forewatch.intake.values.identities import Number, read_number
from forewatch.intake.values.names import split_name
from forewatch.intake.values.numbers import in_units
from forewatch.intake.values.numbers import read_number as read_quantity
from forewatch.register.rules.dates import OLDEST, BirthDate, birth_at_age
from forewatch.register.rules.names import name_key
from forewatch.register.rules.text import tidy

Notes = list[tuple[Note, str]]
_born = lru_cache(maxsize=50_000)(read_birth)


def for_member(person: PersonColumns, number: int) -> PersonColumns:
    """Return the columns of one member of several."""

    def named(name: str) -> str:
        return name.replace(MEMBER, str(number))

    def coded(one: Coded | None) -> Coded | None:
        return replace(one, column=named(one.column)) if one else None

    return replace(
        person,
        number=named(person.number),
        title=named(person.title),
        given=named(person.given),
        family=named(person.family),
        name=named(person.name),
        phone=named(person.phone),
        reference=_renamed(person.reference, named),
        sex=coded(person.sex),
        role=coded(person.role),
        birth=Dated(named(person.birth.column), person.birth.era) if person.birth else None,
    )


def _renamed(key: Key | None, named: Callable[[str], str]) -> Key | None:
    return Key(tuple(named(one) for one in key.columns), key.widths) if key else None


class PersonReader:
    """Reads the person of a row, or one member of its household."""

    def __init__(self, person: PersonColumns, columns: Columns, today: date) -> None:
        self.columns, self._today = person, today
        self.is_there = any(
            columns.place(one) is not None for one in (person.number, person.given, person.name)
        )
        named = ("number", "title", "given", "family", "name", "phone", "age")
        plain = {name: getattr(person, name) for name in named}
        self._places = {name: columns.place(column) for name, column in plain.items()}
        self._reference = Joined(person.reference, columns) if person.reference else None
        self._coded = [
            (name, one.column, columns.place(one.column), one.codes or usual)
            for name, one, usual in (("sex", person.sex, SEX), ("role", person.role, {}))
            if one
        ]
        self._birth = columns.place(person.birth.column) if person.birth else None

    def is_empty(self, cells: Sequence[str]) -> bool:
        """Tell whether nobody stands here: a household has fewer members than the file has columns for."""
        places = (self._places["number"], self._places["given"], self._places["name"])
        return not any(
            place is not None and place < len(cells) and cells[place].strip(" -") for place in places
        )

    def read(
        self, cells: Sequence[str], fallback: str, where: str, day: date, notes: Notes
    ) -> tuple[PersonSaid, list[Trouble]]:
        """Return the person and what is wrong.

        `fallback` tells somebody unnamed (empty: nobody may be); `where` is the household or village, which
        with name and birth tells somebody without a number; on `day` an age was true.
        """
        said, troubles = PersonSaid(), list[Trouble]()

        def attempt(column: str, place: int | None, take: Callable[[str], None]) -> None:
            try:
                take(cell_at(cells, place))
            except BadValue as problem:
                value = cells[place] if place is not None and place < len(cells) else ""
                troubles.append(Trouble(column, value, problem.fault, problem.hint))

        self._name(cells, said, notes)
        attempt(self.columns.number, self._places["number"], partial(self._take_number, said, notes))
        if self.columns.birth:
            attempt(self.columns.birth.column, self._birth, partial(self._take_birth, said, notes))
        for name, column, place, codes in self._coded:
            attempt(column, place, partial(_take_code, said, name, codes))
        said.phone = tidy(self._plain(cells, "phone"))[:40]
        if self._reference and not said.number:
            attempt(self._reference.column, None, partial(self._take_reference, said, cells, self._reference))
        self._tell(said, fallback, where, troubles)
        if not said.born:
            # After telling who it is: by next year's file the same person would be another.
            attempt(self.columns.age, self._places["age"], partial(_take_age, said, day))
        return said, troubles

    def _plain(self, cells: Sequence[str], name: str) -> str:
        place = self._places[name]
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def _name(self, cells: Sequence[str], said: PersonSaid, notes: Notes) -> None:
        whole = self._plain(cells, "name")
        parts = (
            split_name(whole)
            if whole
            else tuple(tidy(self._plain(cells, n)) for n in ("title", "given", "family"))
        )
        title, given, family = (one[:100] for one in parts)
        said.title, said.given, said.family = title, to_unicode(given), to_unicode(family)
        if (said.given, said.family) != (given, family):
            said.written = f"{given} {family}".strip()
            notes.append((Note.BURMESE_CONVERTED, self.columns.name or self.columns.given))

    def _take_number(self, said: PersonSaid, notes: Notes, text: str) -> None:
        found: Number = read_number(text)
        said.number, said.state, said.reference = found.digits, str(found.state), found.code
        if found.restored:
            notes.append((Note.ZERO_RESTORED, self.columns.number))

    def _take_birth(self, said: PersonSaid, notes: Notes, text: str) -> None:
        if text in ("", "-"):
            return
        era = self.columns.birth.era if self.columns.birth else Era.EITHER
        found: BirthDate = _born(text, era, self._today)
        said.born, said.precision = found.day.isoformat(), str(found.precision)
        if is_old_thai_year(found):
            notes.append((Note.OLD_THAI_YEAR, self.columns.birth.column if self.columns.birth else ""))

    def _take_reference(self, said: PersonSaid, cells: Sequence[str], reference: Joined, _: str) -> None:
        said.reference = reference.read(cells)

    def _tell(self, said: PersonSaid, fallback: str, where: str, troubles: list[Trouble]) -> None:
        if said.number or said.reference or any(one.fault.startswith("id_") for one in troubles):
            return
        name = name_key(said.given, said.family)
        if name:
            said.reference = f"~{name}|{said.born}|{where}"
        elif self.columns.unnamed:
            said.reference = fallback
        else:
            column = self.columns.number or self.columns.name or self.columns.given
            troubles.append(Trouble(column, "", Fault.PERSON_MISSING))


def _take_age(said: PersonSaid, day: date, text: str) -> None:
    if text in ("", "-"):
        return
    found = birth_at_age(in_units(read_quantity(text), 0, 0, OLDEST), day)
    said.born, said.precision = found.day.isoformat(), str(found.precision)


def _take_code(said: PersonSaid, name: str, codes: Mapping[str, str], text: str) -> None:
    key = key_of(text)
    if key in ("", "-"):
        return
    if key not in codes:
        raise BadValue(Fault.CODE_UNKNOWN, ", ".join(list(codes)[:8]))
    setattr(said, name, codes[key])

"""From what was chosen on the mapping page to a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forewatch.analysis.definition import Definition, Kind, Level, Variable
from forewatch.intake.profiles.structure import (
    NOTHING,
    Answer,
    Coded,
    Dated,
    HouseholdColumns,
    Key,
    PersonColumns,
    Profile,
    Table,
)
from forewatch.intake.values.codes import key_of
from forewatch.intake.values.dates import Era

SOMEBODY = "somebody"
_TELLS = ("number", "reference", "member", "given", "name")
_NO_ANSWER = ("", "-")


@dataclass(frozen=True)
class Chosen:
    """For each column what it is: an identifier, a variable as `v:name`, or nothing."""

    columns: tuple[str, ...]
    targets: tuple[str, ...]
    era: Era = Era.EITHER
    unnamed: bool = False

    def column(self, target: str) -> str:
        """Return the column that is this; empty when none is."""
        return next((c for c, t in zip(self.columns, self.targets, strict=True) if t == target), "")

    def variables(self) -> list[tuple[str, str]]:
        """Return (column, variable) of the questions."""
        pairs = zip(self.columns, self.targets, strict=True)
        return [(column, target[2:]) for column, target in pairs if target.startswith("v:")]

    def twice(self) -> list[int]:
        """Return the places of columns that are chosen as what an earlier one is."""
        seen: Counter[str] = Counter()
        found = []
        for place, target in enumerate(self.targets):
            if target:
                seen[target] += 1
                if seen[target] > 1:
                    found.append(place)
        return found

    def missing(self, definition: Definition) -> str:
        """Return what is still needed: area, member, person, household, answers; empty when nothing is."""
        if not self.column("area"):
            return "area"
        if self.column("member") and not self.column("household"):
            return "member"
        levels = {definition.variables[name].level for _, name in self.variables()}
        if Level.PERSON in levels and not self.has_people():
            return "person"
        if Level.HOUSEHOLD in levels and not (self.has_people() or self.column("household")):
            return "household"
        described = any(self.column(one) for one in ("title", "family", "sex", "birth", "age", "phone"))
        if described and not self.has_people():
            return "person"
        return "" if self.variables() or self.has_people() else "answers"

    def has_people(self) -> bool:
        """Tell whether rows are about people."""
        return self.unnamed or any(self.column(one) for one in _TELLS)


def profile_of(
    chosen: Chosen,
    codes: Mapping[str, Mapping[str, str]],
    definition: Definition,
    *,
    code: str,
    version: int,
    title: str,
    sheet: str,
) -> Profile:
    """Return the profile for what was chosen; a code without a meaning sets its rows aside."""
    household = chosen.column("household")
    observed = chosen.column("observed_on")
    table = Table(
        area=Key((chosen.column("area"),)),
        sheet=sheet,
        observed_on=Dated(observed, chosen.era) if observed else None,
        household=HouseholdColumns(Key((household,)), chosen.column("hamlet"), chosen.column("house"))
        if household
        else None,
        person=_person(chosen) if chosen.has_people() else None,
        answers=tuple(_answer(column, name, codes.get(column, {})) for column, name in chosen.variables()),
        unused=tuple(c for c, t in zip(chosen.columns, chosen.targets, strict=True) if not t),
    )
    return Profile(code, version, {"en": title}, (table,))


def _person(chosen: Chosen) -> PersonColumns:
    sex, birth = (chosen.column(one) for one in ("sex", "birth"))
    return PersonColumns(
        number=chosen.column("number"),
        reference=_reference(chosen),
        title=chosen.column("title"),
        given=chosen.column("given"),
        family=chosen.column("family"),
        name=chosen.column("name"),
        phone=chosen.column("phone"),
        sex=Coded(sex) if sex else None,
        birth=Dated(birth, chosen.era) if birth else None,
        age=chosen.column("age"),
        unnamed=chosen.unnamed,
    )


def _reference(chosen: Chosen) -> Key | None:
    """Return how the source tells people: by a number of their own, or by their line in the household."""
    if own := chosen.column("reference"):
        return Key((own,))
    line = chosen.column("member")
    return Key((chosen.column("household"), line)) if line else None


def _answer(column: str, variable: str, codes: Mapping[str, str]) -> Answer:
    table: dict[str, str] = {}
    for written, meaning in codes.items():
        key = key_of(written)
        # Empty cells and dashes mean no answer anyhow; only another meaning needs a line.
        if meaning and key and not (key in _NO_ANSWER and meaning == NOTHING):
            table.setdefault(key, meaning)
    return Answer(variable, column, table)


def coded(
    chosen: Chosen, values: Sequence[Sequence[str]], definition: Definition
) -> list[tuple[str, Variable, Sequence[str]]]:
    """Return the columns whose codes need a meaning: (column, variable, codes seen, the commonest first)."""
    found: list[tuple[str, Variable, Sequence[str]]] = []
    for column, name in chosen.variables():
        variable = definition.variables[name]
        seen = [one for one in values[chosen.columns.index(column)] if one]
        if variable.kind in (Kind.CHOICE, Kind.BOOLEAN) and seen:
            unlike = {key_of(one): one for one in reversed(seen)}
            found.append((column, variable, [one for one in seen if unlike[key_of(one)] == one]))
    return found

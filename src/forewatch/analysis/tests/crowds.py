"""A crowd of made-up people for any definition, the same for the same seed; larger than Hypothesis draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from forewatch.analysis.definition import Definition, Kind, Level, Variable
from forewatch.analysis.tests.building import Part, T, area, happened, person, said
from forewatch.analysis.tests.strategies import Case

AREAS = tuple(f"a{number}" for number in range(8))


def crowd(definition: Definition, seed: int, size: int = 150) -> Case:
    """Return people in households and areas, most of what the definition asks known about them."""
    chance = np.random.default_rng(seed)
    subjects = {
        Level.PERSON: [f"p{number}" for number in range(size)],
        Level.HOUSEHOLD: [f"h{number}" for number in range(size // 3)],
        Level.AREA: list(AREAS),
    }
    return Case(
        definition=definition,
        people=[_person(chance, one, subjects[Level.HOUSEHOLD]) for one in subjects[Level.PERSON]],
        records=[
            _statement(chance, definition, level, subject)
            for level, everyone in subjects.items()
            for subject in everyone
            for _ in range(2)
        ],
        events=[
            _incident(chance, definition, subjects) for _ in range(size // 5 if definition.events else 0)
        ],
        areas=[area(code, AREAS[number // 2] if number > 1 else None) for number, code in enumerate(AREAS)],
        as_of=T,
        known_by=_one_of(chance, [None, _within(chance, 40)]),
    )


def _one_of(chance: np.random.Generator, options: Sequence[Any]) -> Any:
    return options[int(chance.integers(len(options)))]


def _early(chance: np.random.Generator, options: Sequence[Any]) -> Any:
    """Return one of the options, the first ones more often: few people are badly off in everything."""
    return options[int(len(options) * chance.random() ** 4)]


def _within(chance: np.random.Generator, days: int) -> date:
    return T - timedelta(days=int(chance.integers(days)))


def _person(chance: np.random.Generator, person_id: str, households: Sequence[str]) -> Part:
    return person(
        person_id,
        _one_of(chance, AREAS),
        household_id=_one_of(chance, [None, *households]),
        home_area_code=_one_of(chance, [None, *AREAS]),
        sex=_one_of(chance, [None, "F", "M", "X"]),
        birth_date=None if chance.random() < 0.1 else _within(chance, 25_000),
        weight=_one_of(chance, [None, 0.5, 1.5, 2.0]),
    )


def _statement(chance: np.random.Generator, definition: Definition, level: Level, subject: str) -> Part:
    answered = {
        variable.name: _early(chance, _answers(variable))
        for variable in definition.variables.values()
        if variable.level is level and chance.random() < 0.8
    }
    keys = {"source_id": _one_of(chance, "xyz"), "grade": _one_of(chance, ["A", "A", "B", None, "C"])}
    return said(_within(chance, 400), subject, level.value, **keys, **answered)


def _answers(variable: Variable) -> Sequence[Any]:
    """Return values of a variable; of a range its middle, its lower part, where thresholds lie, its ends."""
    match variable.kind:
        case Kind.BOOLEAN:
            return (False, True)
        case Kind.CHOICE:
            return variable.choices
    units = [variable.low + (variable.high - variable.low) * part // 40 for part in (20, 5, 10, 2, 1, 0, 40)]
    return [Decimal(one).scaleb(-variable.scale) for one in units] if variable.scale else units


def _incident(chance: np.random.Generator, definition: Definition, subjects: dict[Level, list[str]]) -> Part:
    kind = definition.events[_one_of(chance, list(definition.events))]
    level = _one_of(chance, kind.levels)
    occurred_on = _within(chance, 500)
    ended_on = occurred_on + timedelta(days=int(chance.integers(90)))
    return happened(
        kind.code,
        occurred_on,
        _one_of(chance, subjects[level]),
        level.value,
        ended_on=_one_of(chance, [None, ended_on]),
    )

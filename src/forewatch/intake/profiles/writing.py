"""A profile as YAML, as the mapping page saves it: it can be exported, changed and imported again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from forewatch.intake.profiles.structure import (
    Answer,
    Coded,
    Dated,
    HouseholdColumns,
    Key,
    PersonColumns,
    Profile,
    Table,
)


class _Dumper(yaml.SafeDumper):
    """Quotes every text, so that no code is taken for a number or a truth value."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = (
        value.isidentifier()
        and value.isascii()
        and value.lower() not in ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
    )
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def to_yaml(profile: Profile) -> str:
    """Return a profile of plain columns as YAML that the linter reads back to the same profile.

    Rules, counts and members are written by hand, not by the mapping page.
    """
    whole = _filled(
        id=profile.id,
        version=profile.version,
        title=dict(profile.title),
        notes=dict(profile.notes),
        grade=profile.grade,
        no_answer=[one for one in profile.no_answer if one],
        tables=[_table(one) for one in profile.tables],
    )
    return yaml.dump(whole, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _filled(**entries: Any) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value not in ("", None, [], {}, ())}


def _table(table: Table) -> dict[str, Any]:
    return _filled(
        sheet=table.sheet,
        observed_on=_dated(table.observed_on),
        area=_key(table.area),
        household=_household(table.household),
        person=_person(table.person),
        answers={one.variable: _answer(one) for one in table.answers},
        unused=list(table.unused),
    )


def _key(key: Key | None) -> Any:
    if not key:
        return None
    if key.widths:
        return {"columns": list(key.columns), "widths": list(key.widths)}
    return key.columns[0] if len(key.columns) == 1 else list(key.columns)


def _dated(dated: Dated | None) -> Mapping[str, str] | None:
    return {"column": dated.column, "era": str(dated.era)} if dated else None


def _coded(coded: Coded | None) -> Any:
    return (_filled(column=coded.column, codes=dict(coded.codes))) if coded else None


def _household(household: HouseholdColumns | None) -> dict[str, Any] | None:
    if not household:
        return None
    return _filled(reference=_key(household.reference), hamlet=household.hamlet, house=household.house)


def _person(person: PersonColumns | None) -> dict[str, Any] | None:
    if not person:
        return None
    return _filled(
        number=person.number,
        reference=_key(person.reference),
        title=person.title,
        given=person.given,
        family=person.family,
        name=person.name,
        phone=person.phone,
        sex=_coded(person.sex),
        birth=_dated(person.birth),
        age=person.age,
        role=_coded(person.role),
        unnamed=person.unnamed or None,
    )


def _answer(answer: Answer) -> Any:
    if not (answer.codes or answer.percent or answer.reverse is not None):
        return answer.column
    return _filled(
        column=answer.column, reverse=answer.reverse, percent=answer.percent or None, codes=dict(answer.codes)
    )

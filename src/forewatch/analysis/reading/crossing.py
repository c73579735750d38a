"""What only several rows together show: ids that stand twice, two rows in force, areas that lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forewatch.analysis.database import number, rows
from forewatch.analysis.definition import Level
from forewatch.analysis.plan.names import text
from forewatch.analysis.plan.people import in_force_on
from forewatch.analysis.reading import checks
from forewatch.analysis.reading.checks import Check, as_text
from forewatch.analysis.reading.noting import Problems


def check_across(problems: Problems, name: str, as_of: date) -> None:
    """Note what is wrong between the rows of one table, or with the areas it names."""
    if name == "areas":
        _check_unique(problems, name, "area_code", "this area code stands in more than one row.")
        _check_tree(problems)
    if name == "subjects":
        _check_in_force(problems, as_of)
        _check_areas(problems, name, "area_code")
        _check_areas(problems, name, "home_area_code")
    if name == "records":
        _check_unique(problems, name, "record_id", "this record_id stands in more than one row.")
    if name in ("records", "events"):
        level = as_text("subject_level", problems.raws[name].types["subject_level"])
        _check_areas(problems, name, "subject_id", f"{level} = '{Level.AREA}'")


def _check_unique(problems: Problems, name: str, column: str, reason: str, among: str = "TRUE") -> None:
    raw = problems.raws[name]
    value = as_text(column, raw.types[column])
    # Where all hashes differ all ids differ; only if some are equal are the ids themselves compared.
    if number(
        problems.connection,
        f"SELECT count(*) - count(DISTINCT hash({value})) FROM {raw.relation} "
        f"WHERE {value} IS NOT NULL AND ({among})",
    ):
        twice = (
            f"{value} IN (SELECT {value} FROM {raw.relation} WHERE {among} "
            f"GROUP BY {value} HAVING count(*) > 1) AND ({among})"
        )
        problems.find(name, Check(column, twice, reason))


def _check_in_force(problems: Problems, as_of: date) -> None:
    types = problems.raws["subjects"].types
    dates = {
        name: checks.date(name, types[name], needed=False).accepted if name in types else "CAST(NULL AS DATE)"
        for name in ("valid_from", "valid_to")
    }
    if {"valid_from", "valid_to"} <= types.keys():
        empty = f"{dates['valid_to']} <= {dates['valid_from']}"
        problems.find("subjects", Check("valid_to", empty, "valid_to must be after valid_from."))
    in_force = in_force_on(as_of)
    for name, sql in dates.items():
        in_force = in_force.replace(name, f"({sql})")
    reason = f"this person has two rows in force on {as_of}; end one with valid_to."
    _check_unique(problems, "subjects", "person_id", reason, in_force)


def _check_areas(problems: Problems, name: str, column: str, among: str = "TRUE") -> None:
    raw = problems.raws[name]
    if "areas" not in problems.raws or column not in raw.types:
        return
    unknown = f"{as_text(column, raw.types[column])} NOT IN (SELECT area_code FROM areas) AND ({among})"
    if number(problems.connection, f"SELECT count(*) FROM {raw.relation} WHERE {unknown}"):
        problems.find(name, Check(column, unknown, "this area code is not in the areas table."))


def _check_tree(problems: Problems) -> None:
    """Note areas whose parent is none, and those that are their own ancestors."""
    raw = problems.raws["areas"]
    if "parent_code" not in raw.types:
        return
    code, parent = (as_text(one, raw.types[one]) for one in ("area_code", "parent_code"))
    orphan = f"{parent} NOT IN (SELECT {code} FROM {raw.relation} WHERE {code} IS NOT NULL)"
    problems.find("areas", Check("parent_code", orphan, "this parent is not an area of the table."))
    pairs = rows(
        problems.connection, f"SELECT {code}, {parent} FROM {raw.relation} WHERE {parent} IS NOT NULL"
    )
    circle = _in_a_circle(dict(pairs))
    if circle:
        listed = ", ".join(text(one) for one in circle)
        reason = "this area is its own ancestor; mend the parents."
        problems.find("areas", Check("parent_code", f"{code} IN ({listed})", reason))


def _in_a_circle(parents: Mapping[str, str]) -> list[str]:
    """Return the areas that are their own ancestors."""
    found = []
    for code in parents:
        seen, above = {code}, parents.get(code)
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == code:
            found.append(code)
    return found

"""Who is assessed: the people in force on the date asked for, with their age (section 3, rule 5)."""

from __future__ import annotations

import calendar
from datetime import date

from forewatch.analysis.plan.names import day
from forewatch.analysis.schema import AGE_BANDS, UNKNOWN


def in_force_on(as_of: date) -> str:
    """Return the condition that a row of subjects is in force."""
    return f"""(valid_from IS NULL OR valid_from <= {day(as_of)})
        AND (valid_to IS NULL OR {day(as_of)} < valid_to)"""


def assessed_on(as_of: date) -> str:
    """Return the condition that a row of subjects is in force and the person born."""
    return f"{in_force_on(as_of)} AND (birth_date IS NULL OR birth_date <= {day(as_of)})"


def people(as_of: date) -> str:
    """Return the query for the people assessed: subjects in force and born by then, with their `ages`."""
    return f"""
        SELECT s.person_id, s.household_id, s.area_code, s.home_area_code, s.sex, s.weight, a.age,
            coalesce(a.age_band, '{UNKNOWN}') AS age_band, a.days_to_birthday
        FROM (SELECT * FROM subjects WHERE {assessed_on(as_of)}) AS s
        LEFT JOIN ages AS a ON a.birth_date = s.birth_date"""


def ages(as_of: date) -> str:
    """Return the query for what follows from a birth date, once for each that occurs.

    `age` in whole years, `age_band`, `days_to_birthday`.
    """
    month_day = "(month(birth_date) * 100 + day(birth_date))"
    today = as_of.month * 100 + as_of.day
    bands = " ".join(f"WHEN age <= {last} THEN '{name}'" for name, (_, last) in AGE_BANDS.items())
    return f"""
        SELECT birth_date, age, CASE {bands} END AS age_band,
            date_diff('day', {day(as_of)}, birthday) AS days_to_birthday
        FROM (
            SELECT birth_date,
                {as_of.year} - year(birth_date) - CASE WHEN {month_day} > {today} THEN 1 ELSE 0 END AS age,
                {_birthday(as_of, month_day, today)} AS birthday
            FROM (SELECT DISTINCT birth_date FROM subjects WHERE birth_date <= {day(as_of)}) AS births)
            AS aged"""


def _birthday(as_of: date, month_day: str, today: int) -> str:
    """Return the first birthday after a date; of those born on 29 February, 1 March in a common year."""

    def in_year(year: int) -> str:
        plain = f"make_date({year}, month(birth_date), day(birth_date))"
        if calendar.isleap(year):
            return plain
        return f"CASE WHEN {month_day} = 229 THEN make_date({year}, 3, 1) ELSE {plain} END"

    return f"CASE WHEN {month_day} > {today} THEN {in_year(as_of.year)} ELSE {in_year(as_of.year + 1)} END"

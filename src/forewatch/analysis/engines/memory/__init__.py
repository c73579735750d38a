"""The memory engine: index-spec sections 3 to 6 in plain Python, the oracle for the other engines.

It is written to be read next to the specification, one person at a time, not to be fast.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition
from forewatch.analysis.engines.memory import people, rollups
from forewatch.analysis.engines.memory.assessing import Assessment, assess
from forewatch.analysis.engines.memory.events import events_by_subject
from forewatch.analysis.engines.memory.values import values_in_force
from forewatch.analysis.tables import Results, Tables


def run(definition: Definition, tables: Tables, as_of: date, known_by: date | None) -> Results:
    """Assess everybody in force on `as_of` from what was known by `known_by` (null: all there is).

    Raises ValueError when two rows of one person are in force.
    """
    values = values_in_force(definition, tables.records.to_pylist(), as_of, known_by)
    events = events_by_subject(tables.events.to_pylist(), as_of, known_by)
    parents = {row["area_code"]: row["parent_code"] for row in tables.areas.to_pylist()}
    assessed = [
        assess(definition, person, values, events, as_of)
        for person in people.in_force(tables.subjects.to_pylist(), parents, as_of)
    ]
    return Results(
        assessments=_table(
            [_assessment_row(definition, one, as_of, known_by) for one in assessed],
            schema.assessments(definition),
        ),
        households=_table(rollups.household_rows(definition, assessed), schema.households(definition)),
        areas=_table(rollups.area_rows(assessed, parents), schema.area_rows()),
    )


def _table(rows: list[dict[str, object]], columns: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=columns)


def _assessment_row(
    definition: Definition, one: Assessment, as_of: date, known_by: date | None
) -> dict[str, object]:
    person, index = one.person, one.index
    return {
        "person_id": person.person_id,
        "household_id": person.household_id,
        "area_code": person.area_code,
        "home_area_code": person.home_area_code,
        "sex": person.sex,
        "age": person.age,
        "as_of": as_of,
        "known_by": known_by,
        "definition": definition.name,
        "baseline_bp": index.baseline_bp,
        "triggers_bp": index.triggers_bp,
        "index_bp": index.index_bp,
        "index_lo_bp": index.index_lo_bp,
        "index_hi_bp": index.index_hi_bp,
        "band": index.band,
        "band_basis": index.band_basis,
        "coverage_bp": index.coverage_bp,
        "n3": index.n3,
        **{f"d_{domain}_bp": value for domain, value in index.domains_bp.items()},
        **{f"s_{indicator}": outcome.score for indicator, outcome in one.outcomes.items()},
        "act_now": list(one.act_now),
        "drivers": list(one.drivers),
        "expires_on": one.expires_on,
    }

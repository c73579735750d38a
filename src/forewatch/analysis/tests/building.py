"""Small definitions and tables, written the way a test says them; all people and places are made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import yaml

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition, Kind
from forewatch.analysis.loading import parse_definition
from forewatch.analysis.scoring import score
from forewatch.analysis.tables import Results

ENGINES = ("memory", "duckdb")
T = date(2024, 6, 15)
"""The day most tests ask about."""

Part = dict[str, Any]


def ago(days: int) -> date:
    return T - timedelta(days=days)


# --- definitions ---------------------------------------------------------------------------------------


def boolean(level: str = "person") -> Part:
    return {"type": "boolean", "level": level}


def integer(low: int = 0, high: int = 9, level: str = "person") -> Part:
    return {"type": "integer", "range": [low, high], "level": level}


def decimal(low: int = 0, high: int = 9, scale: int = 2, level: str = "person") -> Part:
    return {"type": "decimal", "scale": scale, "range": [low, high], "level": level}


def choice(*choices: str, level: str = "person") -> Part:
    return {"type": "choice", "choices": list(choices), "level": level}


def indicator(id_: str, three: str, two: str | None = None, **keys: Any) -> Part:
    rules = {3: three} if two is None else {3: three, 2: two}
    return {"id": id_, "domain": "d", "level": "person", "valid_days": 365, "rules": rules, **keys}


def event(points: int = 10, level: str | list[str] = "person", **keys: Any) -> Part:
    return {"level": level, "points": points, "window_days": 100, "half_life_days": 50, **keys}


def gate(id_: str, when: str, **keys: Any) -> Part:
    return {"id": id_, "when": when, **keys}


MEAN: Part = {
    "method": "mean",
    "show": {"coverage_bp": 4000, "domain_coverage_bp": 2000},
    "firm": {"coverage_bp": 7500, "domain_coverage_bp": 6000},
    "bands": {"medium_bp": 2000, "high_bp": 4000},
    "max_trigger_bp": 1500,
}


def mean(**changed: Any) -> Part:
    return {**MEAN, **changed}


def alkire_foster(k_bp: int = 3300) -> Part:
    return {"method": "alkire_foster", "k_bp": k_bp, "show": MEAN["show"], "firm": MEAN["firm"]}


def index(
    variables: Mapping[str, Part],
    *indicators: Part,
    domains: Mapping[str, int] | None = None,
    derived: Mapping[str, str] | None = None,
    events: Mapping[str, Part] | None = None,
    gates: Sequence[Part] = (),
    aggregation: Part = MEAN,
) -> Definition:
    """Load a definition through its YAML text; labels are the names themselves, `domains` gives weights."""
    return parse_definition(
        definition_text(
            variables=dict(variables),
            indicators=list(indicators),
            domains=dict(domains or {"d": 1}),
            derived=dict(derived or {}),
            events=dict(events or {}),
            gates=list(gates),
            aggregation=aggregation,
        ),
        "made-up.yaml",
    )


def definition_text(
    *,
    domains: Mapping[str, int],
    variables: Mapping[str, Part],
    derived: Mapping[str, str],
    indicators: Sequence[Part],
    events: Mapping[str, Part],
    gates: Sequence[Part],
    aggregation: Part,
) -> str:
    """Return the YAML of a definition; `derived`, `events` and `gates` are left out when empty."""
    whole: Part = {
        "id": "made-up",
        "version": 1,
        "title": {"en": "A made-up index"},
        "domains": {name: {"weight": weight, "label": {"en": name}} for name, weight in domains.items()},
        "variables": {name: {**part, "label": {"en": name}} for name, part in variables.items()},
    }
    if derived:
        whole["derived"] = dict(derived)
    whole["indicators"] = [{**one, "label": {"en": one["id"]}} for one in indicators]
    if events:
        whole["events"] = {code: {**one, "label": {"en": code}} for code, one in events.items()}
    if gates:
        whole["gates"] = [{**one, "label": {"en": one["id"]}} for one in gates]
    whole["aggregation"] = aggregation
    return yaml.dump(whole, Dumper=_WrittenOut, sort_keys=False, allow_unicode=True, width=1000)


class _WrittenOut(yaml.SafeDumper):
    """Repeats what stands twice: a definition may not use YAML's aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# --- tables --------------------------------------------------------------------------------------------


def person(person_id: str = "p1", area: str = "v1", **columns: Any) -> Part:
    return {"person_id": person_id, "area_code": area, **columns}


def said(on: date, about: str = "p1", level: str = "person", **columns: Any) -> Part:
    """One record: keys such as `grade` or `record_id`, and the variables, by name."""
    return {
        "observed_on": on,
        "subject_level": level,
        "subject_id": about,
        "source_id": "s",
        "grade": "A",
        **columns,
    }


def happened(code: str, on: date, about: str = "p1", level: str = "person", **columns: Any) -> Part:
    return {"event": code, "occurred_on": on, "subject_level": level, "subject_id": about, **columns}


def area(area_code: str, parent_code: str | None = None) -> Part:
    return {"area_code": area_code, "parent_code": parent_code, "level": "4", "name": f"Area {area_code}"}


def records_table(definition: Definition, records: Sequence[Part]) -> pa.Table:
    """Return records in input form: decimals are decimals; ids are made up where the test gives none."""
    columns = [
        pa.field(one.name, pa.decimal128(18, one.scale) if one.kind is Kind.DECIMAL else type_)
        for one in definition.variables.values()
        for type_ in (schema.variable_type(one),)
    ]
    rows = [{"record_id": f"r{number:04}", **one} for number, one in enumerate(records)]
    for row in rows:
        for name, value in row.items():
            if name in definition.variables and definition.variables[name].kind is Kind.DECIMAL:
                row[name] = None if value is None else Decimal(str(value))
    return pa.Table.from_pylist(rows, schema=pa.schema([*schema.RECORD_KEYS, *columns]))


def events_table(events: Sequence[Part]) -> pa.Table:
    return pa.Table.from_pylist([{"source_id": "s", **one} for one in events], schema=schema.EVENTS)


def run(
    engine: str,
    definition: Definition,
    people: Sequence[Part],
    records: Sequence[Part] = (),
    events: Sequence[Part] = (),
    areas: Sequence[Part] = (),
    as_of: date = T,
    known_by: date | None = None,
) -> Results:
    """Score with one engine, through the same door as everybody else."""
    return score(
        definition,
        subjects=pa.Table.from_pylist(list(people), schema=schema.SUBJECTS),
        records=records_table(definition, records),
        events=events_table(events) if events else None,
        areas=pa.Table.from_pylist(list(areas), schema=schema.AREAS) if areas else None,
        as_of=as_of,
        known_by=known_by,
        engine=engine,
    )


def assess(
    engine: str, definition: Definition, people: Sequence[Part], *records: Part, **rest: Any
) -> dict[str, Part]:
    """Return the assessments by person id."""
    found = run(engine, definition, people, records, **rest).assessments.to_pylist()
    return {one["person_id"]: one for one in found}


def column(results: dict[str, Part], name: str) -> dict[str, Any]:
    """Return one column of assessments by person id."""
    return {person_id: row[name] for person_id, row in results.items()}


def everybody(*person_ids: str, **columns: Any) -> list[Part]:
    """Return one row per person, all alike."""
    return [person(one, **columns) for one in person_ids]

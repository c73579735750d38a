"""The columns of every table that goes in and comes out (index-spec sections 1 and 6), as Arrow schemas."""

from __future__ import annotations

import pyarrow as pa

from forewatch.analysis.definition import Definition, Kind, Level, Variable

GRADES = ("A", "B", "C", "D", "E")
SCORING_GRADES = ("A", "B")
"""Grades that score, the better first; an ungraded record scores too, after B."""

SEXES = ("F", "M", "X")
AGE_BANDS = {
    "0-11": (0, 11),
    "12-14": (12, 14),
    "15-17": (15, 17),
    "18-24": (18, 24),
    "25-59": (25, 59),
    "60+": (60, 999),
}
"""Age bands by name, with their first and last year of age; an unknown age is in the band `unknown`."""

UNKNOWN = "unknown"
BANDS = ("high", "medium", "low", "not_enough_information")
BASES = ("certain", "firm", "provisional", "none")

SUBJECTS = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("household_id", pa.string()),
        pa.field("area_code", pa.string(), nullable=False),
        pa.field("home_area_code", pa.string()),
        pa.field("sex", pa.string()),
        pa.field("birth_date", pa.date32()),
        pa.field("weight", pa.float64()),
        pa.field("valid_from", pa.date32()),
        pa.field("valid_to", pa.date32()),
    ]
)

RECORD_KEYS = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("subject_level", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("observed_on", pa.date32(), nullable=False),
        pa.field("received_on", pa.date32()),
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("grade", pa.string()),
        pa.field("root_id", pa.string()),
        pa.field("supersedes", pa.string()),
    ]
)

EVENTS = pa.schema(
    [
        pa.field("subject_level", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("event", pa.string(), nullable=False),
        pa.field("occurred_on", pa.date32(), nullable=False),
        pa.field("ended_on", pa.date32()),
        pa.field("received_on", pa.date32()),
        pa.field("source_id", pa.string()),
        pa.field("taken_back_on", pa.date32()),
    ]
)

AREAS = pa.schema(
    [
        pa.field("area_code", pa.string(), nullable=False),
        pa.field("parent_code", pa.string()),
        pa.field("level", pa.string()),
        pa.field("name", pa.string()),
    ]
)

INPUT_COLUMNS = frozenset(name for schema in (SUBJECTS, RECORD_KEYS, EVENTS, AREAS) for name in schema.names)


def variable_type(variable: Variable) -> pa.DataType:
    """Return the Arrow type of an accepted value: decimals are whole units of 10^-scale."""
    if variable.kind is Kind.BOOLEAN:
        return pa.bool_()
    return pa.string() if variable.kind is Kind.CHOICE else pa.int64()


def records(definition: Definition) -> pa.Schema:
    """Return the schema of accepted records: the keys, then one column per variable."""
    columns = [pa.field(one.name, variable_type(one)) for one in definition.variables.values()]
    return pa.schema([*RECORD_KEYS, *columns])


def assessments(definition: Definition) -> pa.Schema:
    """Return the schema of assessments, one row per person."""
    domains = [pa.field(f"d_{one}_bp", pa.int32()) for one in definition.domains]
    scores = [pa.field(f"s_{one}", pa.int8()) for one in definition.indicators]
    return pa.schema(
        [
            pa.field("person_id", pa.string()),
            pa.field("household_id", pa.string()),
            pa.field("area_code", pa.string()),
            pa.field("home_area_code", pa.string()),
            pa.field("sex", pa.string()),
            pa.field("age", pa.int32()),
            pa.field("as_of", pa.date32()),
            pa.field("known_by", pa.date32()),
            pa.field("definition", pa.string()),
            pa.field("baseline_bp", pa.int32()),
            pa.field("triggers_bp", pa.int32()),
            pa.field("index_bp", pa.int32()),
            pa.field("index_lo_bp", pa.int32()),
            pa.field("index_hi_bp", pa.int32()),
            pa.field("band", pa.string()),
            pa.field("band_basis", pa.string()),
            pa.field("coverage_bp", pa.int32()),
            pa.field("n3", pa.int32()),
            *domains,
            *scores,
            pa.field("act_now", pa.list_(pa.string())),
            pa.field("drivers", pa.list_(pa.string())),
            pa.field("expires_on", pa.date32()),
        ]
    )


def households(definition: Definition) -> pa.Schema:
    """Return the schema of households, one row per household with an assessed member."""
    counts = ("members", "high", "medium", "low", "not_enough_information")
    scores = [
        pa.field(f"s_{one.id}", pa.int8())
        for one in definition.indicators.values()
        if one.level is Level.HOUSEHOLD
    ]
    return pa.schema(
        [
            pa.field("household_id", pa.string()),
            pa.field("area_code", pa.string()),
            *(pa.field(name, pa.int64()) for name in counts),
            pa.field("max_index_bp", pa.int32()),
            pa.field("act_now", pa.int64()),
            *scores,
        ]
    )


def area_rows() -> pa.Schema:
    """Return the schema of the areas' figures, one row per area, `by`, sex and age band (null = all)."""
    counts = (
        "people",
        "assessed",
        "high",
        "medium",
        "low",
        "not_enough_information",
        "provisional",
        "act_now",
    )
    shares = ("mean_index_bp", "h_bp", "a_bp", "m0_bp")
    return pa.schema(
        [
            pa.field("area_code", pa.string()),
            pa.field("by", pa.string()),
            pa.field("sex", pa.string()),
            pa.field("age_band", pa.string()),
            *(pa.field(name, pa.int64()) for name in counts),
            *(pa.field(name, pa.int32()) for name in shares),
        ]
    )

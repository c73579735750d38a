"""The register as the engine's input: files for all of it, tables for a few households. No names in them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Q

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.analysis.tables import Tables
from forewatch.places.models import SEPARATOR, Area
from forewatch.register.models import Person
from forewatch.risk.selecting import (
    ABOUT_REAL_PEOPLE,
    AREAS,
    BLOCK,
    EVENTS,
    REAL_PEOPLE,
    RECORDS,
    SUBJECTS,
    Only,
    select,
)

_SAID = pa.schema([*schema.RECORD_KEYS, pa.field("said", pa.string())])
"""Records as the register keeps them: what was said as one JSON object."""


def write_inputs(definition: Definition, folder: Path) -> Mapping[str, Path]:
    """Write subjects, records, events and areas of the whole register into a folder, and return the files."""
    files = {name: folder / f"{name}.parquet" for name in ("subjects", "records", "events", "areas")}
    said = folder / "said.parquet"
    _write(files["subjects"], schema.SUBJECTS, select(SUBJECTS, REAL_PEOPLE))
    _write(said, _SAID, select(RECORDS, ABOUT_REAL_PEOPLE))
    _write(files["events"], schema.EVENTS, select(EVENTS, ABOUT_REAL_PEOPLE))
    _write(files["areas"], schema.AREAS, select(AREAS))
    _widen(definition, said, files["records"])
    said.unlink()
    return files


def household_tables(definition: Definition, households: Collection[uuid.UUID]) -> Tables:
    """Return what bears on a few households: their members, what was said of any of them, their areas."""
    subjects = _table(schema.SUBJECTS, select(SUBJECTS, Only("m.household_id", households)))
    people = {uuid.UUID(one) for one in subjects["person_id"].to_pylist()}
    paths = Area.objects.filter(code__in=set(subjects["area_code"].to_pylist())).values_list(
        "path", flat=True
    )
    codes = {code for path in paths for code in path.rstrip(SEPARATOR).split(SEPARATOR)}
    # By the columns that records and events are indexed by: with others, the whole register is read.
    named = Person.objects.filter(Q(pk__in=people) | Q(merged_into_id__in=people))
    about = (
        Only("r.person_id", list(named.values_list("pk", flat=True))),
        Only("r.household_id", households),
    )
    return _tables(definition, subjects, about, codes)


def community_tables(definition: Definition, area: Area) -> Tables:
    """Return what was said of an area and those around it, and of nobody who lives there."""
    nobody = _table(schema.SUBJECTS, ())
    return _tables(definition, nobody, (), set(area.path.rstrip(SEPARATOR).split(SEPARATOR)))


def _tables(
    definition: Definition, subjects: pa.Table, about: Collection[Only], codes: Collection[str]
) -> Tables:
    around = Only("r.area_id", list(Area.objects.filter(code__in=codes).values_list("pk", flat=True)))
    said = _table(_SAID, chain.from_iterable(select(RECORDS, one) for one in (*about, around)))
    events = _table(schema.EVENTS, chain.from_iterable(select(EVENTS, one) for one in (*about, around)))
    areas = _table(schema.AREAS, select(AREAS, Only("a.code", codes)))
    return Tables(subjects, _accepted(definition, said), events, areas)


def _write(file: Path, columns: pa.Schema, rows: Iterable[Sequence[Any]]) -> None:
    with pq.ParquetWriter(file, columns, compression="zstd") as writer:
        for block in _blocks(rows):
            writer.write_table(_table(columns, block))


def _blocks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while block := list(islice(left, BLOCK)):
        yield block


def _table(columns: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Return rows as a table; SQLite's dates come as text."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(one, pa.string()).cast(field.type)
        if pa.types.is_date(field.type) and not any(isinstance(value, date) for value in one)
        else pa.array(one, field.type)
        for one, field in zip(values, columns, strict=True)
    ]
    return pa.table(arrays, schema=columns)


# Records: one column for each variable. What does not fit its variable's type counts as not said


def _widen(definition: Definition, said: Path, file: Path) -> None:
    """Write records with a column for each variable, from those with one JSON object."""
    keys = ", ".join(schema.RECORD_KEYS.names)
    shape = json.dumps({name: _sql_type(one) for name, one in definition.variables.items()})
    columns = ", ".join(f'said."{name}"' for name in definition.variables)
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = false")
        made = database.sql(
            f"SELECT {keys}, {columns} FROM (SELECT * REPLACE (json_transform(said, '{shape}') AS said) "
            "FROM read_parquet($said))",
            params={"said": str(said)},
        )
        made.write_parquet(str(file), compression="zstd")


def _sql_type(variable: Variable) -> str:
    if variable.kind is Kind.DECIMAL:
        return f"DECIMAL(18,{variable.scale})"
    return {Kind.BOOLEAN: "BOOLEAN", Kind.INTEGER: "BIGINT"}.get(variable.kind, "VARCHAR")


def _accepted(definition: Definition, said: pa.Table) -> pa.Table:
    """Return records as the engines take them: decimals in whole units of 10^-scale."""
    answers = [json.loads(one) for one in said["said"].to_pylist()]
    columns = [
        pa.array([_scalar(variable, one.get(name)) for one in answers], schema.variable_type(variable))
        for name, variable in definition.variables.items()
    ]
    keys = [said[name] for name in schema.RECORD_KEYS.names]
    return pa.table([*keys, *columns], schema=schema.records(definition))


def _scalar(variable: Variable, said: Any) -> Any:
    if variable.kind is Kind.DECIMAL:
        exact = isinstance(said, str | int) and not isinstance(said, bool)
        return int(Decimal(said).scaleb(variable.scale)) if exact else None
    wanted = {Kind.BOOLEAN: bool, Kind.INTEGER: int, Kind.CHOICE: str}[variable.kind]
    return said if type(said) is wanted else None

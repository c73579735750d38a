"""The figures a report shows, read from areas.parquet; millions of rows pass through DuckDB, few stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis import schema
from forewatch.analysis.disclosure import ROWS
from forewatch.reports.counts import Count, known, signed, total
from forewatch.reports.tree import ALL_AREAS, Tree

SHARES = ("mean_index_bp", "h_bp", "a_bp", "m0_bp")
RELEASED_COUNTS = tuple(
    name.removesuffix("_sign") for name in ROWS.names if name.endswith("_sign") and name != "h_bp_sign"
)
EXACT_COUNTS = tuple(name for name in schema.area_rows().names[4:] if name not in SHARES)
GROUPS = {"age_band": (*schema.AGE_BANDS, schema.UNKNOWN), "sex": (*schema.SEXES, schema.UNKNOWN)}
GROUP_FIGURES = ("people", "assessed", "high", "medium", "low", "not_enough_information", "mean_index_bp")

Row = Mapping[str, Count]


@dataclass(frozen=True)
class Source:
    """A file of areas' figures: what `forewatch score` wrote, or a release."""

    path: Path
    released: bool

    @property
    def counts(self) -> Sequence[str]:
        return RELEASED_COUNTS if self.released else EXACT_COUNTS

    @property
    def fields(self) -> tuple[str, ...]:
        """The figures of a row: the counts, then the shares."""
        return (*self.counts, *SHARES)

    def codes(self) -> list[str]:
        """Return the codes of all areas that have figures."""
        return [code for (code,) in self._rows("SELECT DISTINCT area_code FROM figures")]

    def headline(self, tree: Tree) -> list[Row]:
        """Return the figures of everybody who lives in each area, in the order of the tree."""
        found: list[Row] = [dict.fromkeys(self.fields) | {"people": 0}] * len(tree)
        for code, row in self.select("sex IS NULL AND age_band IS NULL AND figures.by = 'residence'"):
            found[tree.places[code]] = row
        if tree.codes[0] == ALL_AREAS:
            found[0] = self._total([found[place] for place in tree.children[0]])
        return found

    def groups(self, tree: Tree, places: Collection[int]) -> dict[str, dict[str, dict[int, Row]]]:
        """Return `GROUP_FIGURES` by age band and by sex: dimension, then group, then the area's place."""
        found: dict[str, dict[str, dict[int, Row]]] = {
            name: {key: {} for key in keys} for name, keys in GROUPS.items()
        }
        kept = tuple(name for name in GROUP_FIGURES if name in self.fields)
        for dimension, other in (("age_band", "sex"), ("sex", "age_band")):
            where = f"{dimension} IS NOT NULL AND {other} IS NULL AND figures.by = 'residence'"
            for code, key, row in self._select(where, dimension):
                if (place := tree.places[code]) in places:
                    found[dimension][key][place] = {name: row[name] for name in kept}
        return found

    def home_towns(self, tree: Tree, top: int) -> tuple[list[tuple[int, Row]], int]:
        """Return the lowest areas that most people for outreach now come from, and how many more have any.

        A release has none.
        """
        if self.released:
            return [], 0
        leaves = set(tree.leaves)
        rows = [
            (tree.places[code], row)
            for code, row in self.select(
                "sex IS NULL AND age_band IS NULL AND figures.by = 'home' AND people > 0"
            )
            if tree.places[code] in leaves
        ]
        rows.sort(key=lambda one: (-known(one[1]["high"]), -known(one[1]["people"]), one[0]))
        return rows[:top], max(0, len(rows) - top)

    def select(self, where: str) -> Iterator[tuple[str, Row]]:
        """Yield the area code and the figures of some rows."""
        for code, _, row in self._select(where, "NULL"):
            yield code, row

    def table(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give a connection this file as the view `figures`, with the column `by` whatever the file is."""
        rows = connection.read_parquet(str(self.path))
        if self.released:
            rows = rows.project("*, 'residence' AS \"by\"")
        rows.create_view("figures")

    def _select(self, where: str, key: str) -> Iterator[tuple[str, str, Row]]:
        signs = [f"{name}_sign" for name in self.counts] if self.released else []
        columns = ", ".join((*self.fields, *signs))
        width = len(self.counts)
        for code, group, *values in self._rows(
            f"SELECT area_code, {key}, {columns} FROM figures WHERE {where}"
        ):
            row: dict[str, Count] = dict(zip(self.fields, values, strict=False))
            if self.released:
                marks = values[-width:]
                row |= {
                    name: signed(value, mark)
                    for name, value, mark in zip(self.counts, values, marks, strict=False)
                }
            yield code, group, row

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        with connect() as connection:
            self.table(connection)
            result = connection.execute(query)
            while rows := result.fetchmany(2_000):
                yield from rows

    def _total(self, parts: Sequence[Row]) -> Row:
        """Add up areas that have no common parent in the file; means of means would need weights: none."""
        shares = dict.fromkeys(SHARES)
        return {name: total(row[name] for row in parts) for name in self.counts} | shares


def open_source(path: Path, released: bool) -> Source:
    """Return the figures of areas.parquet; raises ValueError when it has not the columns it should have."""
    expected = ROWS if released else schema.area_rows()
    missing = set(expected.names) - set(pq.read_schema(path).names)
    if missing:
        kind = "released figures" if released else "exact figures"
        raise ValueError(f"{path} has no columns {', '.join(sorted(missing))}; give a file of {kind}.")
    return Source(path, released)


def connect() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection that stays small, whatever the size of the file."""
    return duckdb.connect(config={"memory_limit": "200MB", "threads": 2, "preserve_insertion_order": False})


def commonest_drivers(
    drivers: pa.Table | None, tree: Tree, places: Collection[int], top: int
) -> dict[int, list[tuple[str, int]]]:
    """Return, by the area's place, the indicators that most people there score 3 on, with how many people.

    `drivers` has the columns area_code, score, indicator and people.
    """
    if drivers is None:
        return {}
    query = """
        SELECT area_code, indicator, people FROM drivers WHERE score = 3
        QUALIFY row_number() OVER (PARTITION BY area_code ORDER BY people DESC, indicator) <= $top
        ORDER BY area_code, people DESC, indicator
    """
    found: dict[int, list[tuple[str, int]]] = {}
    with connect() as connection:
        connection.register("drivers", drivers)
        result = connection.execute(query, {"top": top})
        while rows := result.fetchmany(2_000):
            for code, indicator, people in rows:
                if (place := tree.places.get(code)) is not None and place in places:
                    found.setdefault(place, []).append((indicator, people))
    return found

"""The table `problems`: everything wrong with the rows read, kept in DuckDB however much it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from forewatch.analysis.database import number, rows
from forewatch.analysis.plan.names import quoted, text
from forewatch.analysis.problems import RowProblem
from forewatch.analysis.reading.checks import Check
from forewatch.analysis.reading.csv_files import lines_of_rows
from forewatch.analysis.reading.raw import FILE, ROW, Raw

_LONGEST_VALUE = 200


@dataclass
class Problems:
    """What is wrong with the tables read, in the table `problems`.

    Its `row` is the row as loaded, null where a line is no row; `line` is what a person looks for: the line
    of a CSV file, found afterwards, or the row of any other table.
    """

    connection: duckdb.DuckDBPyConnection
    encoding: str
    raws: dict[str, Raw] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows(
            self.connection,
            'CREATE OR REPLACE TABLE problems ("table" VARCHAR, file VARCHAR, "row" BIGINT, line BIGINT, '
            '"column" VARCHAR, value VARCHAR, reason VARCHAR)',
        )

    def opened(self, name: str, raw: Raw) -> None:
        """Remember a table, and note its lines that are no rows."""
        self.raws[name] = raw
        columns = ("file", "line", "column", "value", "reason")
        noted = pa.table({one: [getattr(broken, one) for broken in raw.broken] for one in columns})
        if raw.broken:
            self.connection.register("noted", noted)
            rows(
                self.connection,
                f'INSERT INTO problems SELECT {text(name)}, file, NULL, line, "column", value, reason '
                "FROM noted",
            )

    def find(self, name: str, check: Check, relation: str = "") -> None:
        """Note every row of a table (or of a relation with some of its rows) that fails a check."""
        raw = self.raws[name]
        value = "NULL"
        if check.column in raw.types:
            value = f"left(CAST({quoted(check.column)} AS VARCHAR), {_LONGEST_VALUE})"
        line = "NULL" if raw.text_files else ROW
        rows(
            self.connection,
            f"INSERT INTO problems SELECT {text(name)}, {FILE}, {ROW}, {line}, {text(check.column)}, "
            f"{value}, {text(check.reason)} FROM {relation or raw.relation} WHERE {check.wrong}",
        )

    def count(self) -> int:
        return number(self.connection, "SELECT count(*) FROM problems")

    def bad_rows(self) -> int:
        """Count the rows that have a problem, and the lines that are no rows."""
        return number(
            self.connection,
            'SELECT count(*) FROM (SELECT DISTINCT "table", file, "row", '
            'CASE WHEN "row" IS NULL THEN line END FROM problems)',
        )

    def first(self, most: int) -> Iterator[RowProblem]:
        """Yield the first problems by file and line."""
        self.number_lines(most)
        query = (
            'SELECT file, line, "column", value, reason FROM problems WHERE line IS NOT NULL '
            f"ORDER BY ALL LIMIT {most}"
        )
        for file, line, column, value, reason in rows(self.connection, query):
            yield RowProblem(file, line, column, value or "", reason)

    def number_lines(self, most: int | None = None) -> None:
        """Find the lines of bad rows in CSV files: of the first `most` in each file, or of all."""
        limit = f" ORDER BY 1 LIMIT {most}" if most is not None else ""
        for raw in self.raws.values():
            for file in sorted(raw.text_files):
                unnumbered = 'FROM problems WHERE file = ? AND line IS NULL AND "row" IS NOT NULL'
                wanted = rows(self.connection, f'SELECT DISTINCT "row" {unnumbered}{limit}', [file])
                if wanted:
                    broken = {one.line for one in raw.broken if one.file == file}
                    self._number(file, {one[0] for one in wanted}, broken)

    def _number(self, file: str, wanted: set[int], broken: set[int]) -> None:
        lines = lines_of_rows(file, self.encoding, wanted, broken)
        self.connection.register("lines", pa.table({"r": list(lines.keys()), "l": list(lines.values())}))
        rows(
            self.connection,
            "UPDATE problems SET line = lines.l FROM lines "
            'WHERE file = ? AND line IS NULL AND "row" = lines.r',
            [file],
        )


def shown(problems: Sequence[RowProblem], bad_rows: int) -> str:
    """Return the sentence above a list of problems."""
    said = f"{bad_rows:,} bad row{'s' if bad_rows != 1 else ''}; nothing was written."
    return said + (f" The first {len(problems)} problems:" if bad_rows > len(problems) else "")

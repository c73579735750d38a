"""The default engine: the plan's queries on DuckDB, in buckets of people so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis import schema
from forewatch.analysis.database import number, rows, table
from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.plan import areas, drivers, people, rollups, state, triggers
from forewatch.analysis.plan.names import quoted, text
from forewatch.analysis.plan.scoring import Scoring

PEOPLE_PER_BUCKET = 500_000
_ROW_GROUP = 1 << 17


@dataclass
class Run:
    """One scoring run on a connection that holds the accepted tables `subjects, records, events, areas`."""

    connection: duckdb.DuckDBPyConnection
    definition: Definition
    as_of: date
    known_by: date | None
    people_per_bucket: int = PEOPLE_PER_BUCKET
    packing: state.Packing = field(init=False)
    scoring: Scoring = field(init=False)
    assessed: pa.Table = field(init=False)
    total: int = 0

    def __post_init__(self) -> None:
        self.scoring = Scoring(self.definition, self.as_of, self.known_by)

    def buckets(self) -> Iterator[int]:
        """Assess people bucket by bucket, households whole; yield how many `assessed` holds each time.

        On the way the table `cells` grows; `finish` sums it up.
        """
        self._prepare()
        for place, (low, high) in enumerate(self._ranges()):
            self._assess(low, high)
            self._count(first=place == 0)
            yield self.assessed.num_rows

    def finish(self) -> None:
        """Make the table `area_figures` from the cells of all buckets."""
        self._table("area_figures", rollups.areas())

    # Steps

    def _table(self, name: str, query: str) -> None:
        rows(self.connection, f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def _value(self, query: str) -> int:
        return number(self.connection, query)

    def _prepare(self) -> None:
        """Make what all buckets share: what is superseded, and all that reaches people through areas."""
        tree = rows(self.connection, "SELECT area_code, parent_code FROM areas")
        closure = areas.closure([row[0] for row in tree], [row[1] for row in tree])
        for name, small in (
            ("event_terms", triggers.event_terms(self.definition)),
            ("event_worth", triggers.event_worth(self.definition)),
            ("area_closure", closure),
            ("driver_lists", drivers.lists(self.definition)),
        ):
            self.connection.register("arriving", small)
            self._table(name, "SELECT * FROM arriving")
            self.connection.unregister("arriving")
        self._table("ages", people.ages(self.as_of))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW everybody AS {people.people(self.as_of)}"
        ).fetchall()
        self._table("superseded", state.superseded(self.known_by))
        self._subjects(Level.AREA, "SELECT DISTINCT ancestor FROM area_closure")
        self._table("area_reaching", state.nearest(self.packing))
        self._table("area_scored", self.scoring.shared(Level.AREA, "area_reaching", self.packing))
        spread = (
            "(SELECT c.area_code, w.* FROM worth AS w JOIN area_closure AS c ON c.ancestor = w.subject_id)"
        )
        self._table("area_triggers", triggers.by_subject(self.definition, spread, "area_code"))

    def _ranges(self) -> list[tuple[str | None, str | None]]:
        """Return ranges of household ids (person ids of those without) of about a bucket of people each."""
        self.total = self._value("SELECT count(*) FROM everybody")
        wanted = -(-self.total // self.people_per_bucket)
        if wanted <= 1:
            return [(None, None)]
        sample = rows(
            self.connection,
            "SELECT key FROM (SELECT coalesce(household_id, person_id) AS key FROM everybody) "
            f"USING SAMPLE reservoir({200 * wanted} ROWS) REPEATABLE (1) ORDER BY key",
        )
        edges = sorted({sample[len(sample) * part // wanted][0] for part in range(1, wanted)})
        return list(zip([None, *edges], [*edges, None], strict=True))

    def _people(self, low: str | None, high: str | None) -> str:
        """Return the query for a bucket of people; plain ranges let DuckDB skip what it need not read."""

        def between(key: str) -> str:
            bounds = [
                f"{key} {sign} {text(edge)}" for sign, edge in ((">=", low), ("<", high)) if edge is not None
            ]
            return " AND ".join(bounds)

        if low is None and high is None:
            return "SELECT * FROM everybody"
        return (
            f"SELECT * FROM everybody WHERE {between('household_id')} UNION ALL "
            f"SELECT * FROM everybody WHERE household_id IS NULL AND {between('person_id')}"
        )

    def _assess(self, low: str | None, high: str | None) -> None:
        self._table("people", self._people(low, high))
        households = "SELECT DISTINCT household_id FROM people WHERE household_id IS NOT NULL"
        self._subjects(Level.HOUSEHOLD, households)
        self._table("household_triggers", triggers.by_subject(self.definition, "worth", "subject_id"))
        self._table(
            "household_scored", self.scoring.shared(Level.HOUSEHOLD, "household_in_force", self.packing)
        )
        self._subjects(Level.PERSON, "SELECT person_id FROM people")
        self._table("person_triggers", triggers.by_subject(self.definition, "worth", "subject_id"))
        # Straight into Arrow: it goes to a file as it is, and the roll-ups read it where it lies.
        self.assessed = table(self.connection, self.scoring.people(self.packing))
        self.connection.register("assessed", self.assessed)

    def _subjects(self, level: Level, subjects: str) -> None:
        """Make `<level>_in_force` and `worth` for the subjects of one level."""
        self._table("listed", f"SELECT * FROM ({subjects}) AS one (subject_id)")
        least, greatest = rows(self.connection, "SELECT min(subject_id), max(subject_id) FROM listed")[0]
        span = None if least is None else (least, greatest)
        self._table("keys", state.keys(level, self.as_of, self.known_by, span))
        self._table("ranks", state.ranks())
        self.packing = state.Packing(
            self.definition, self._value("SELECT coalesce(max(place), 0) FROM ranks")
        )
        self._table(f"{level}_in_force", state.in_force(self.packing, level, self.as_of, self.known_by, span))
        self._table("worth", triggers.worth(level, self.as_of, self.known_by, span))

    def _count(self, *, first: bool) -> None:
        query = f"{rollups.cells(rollups.RESIDENCE)} UNION ALL {rollups.cells(rollups.HOME)}"
        if first:
            self._table("cells", query)
        else:
            rows(self.connection, f"INSERT INTO cells {query}")


def run(
    definition: Definition,
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    known_by: date | None,
    out: Path,
    progress: Callable[[int, int], None] | None = None,
    people_per_bucket: int = PEOPLE_PER_BUCKET,
) -> None:
    """Score what the connection holds and write the result tables into `out`."""
    one = Run(connection, definition, as_of, known_by, people_per_bucket)
    done = 0
    with (
        Writer(out / "assessments.parquet", schema.assessments(definition)) as assessments,
        Writer(out / "households.parquet", schema.households(definition)) as households,
    ):
        for people_here in one.buckets():
            # A run of one bucket is small enough to be sorted; of several, each holds a range of households.
            order = "ORDER BY ALL" if people_here == one.total else ""
            found = one.assessed.select(assessments.schema.names)
            assessments.write(found.sort_by("person_id") if order else found)
            households.write(table(connection, f"{rollups.households(definition)} {order}"))
            done += people_here
            if progress is not None:
                progress(done, one.total)
    one.finish()
    with Writer(out / "areas.parquet", schema.area_rows()) as figures:
        figures.write(table(connection, "SELECT * FROM area_figures ORDER BY ALL NULLS FIRST"))


class Writer:
    """A Parquet file that grows by tables; each is written by a thread while the next is computed."""

    def __init__(self, path: Path, columns: pa.Schema) -> None:
        self.schema = columns
        self._file = pq.ParquetWriter(path, columns, compression="zstd")
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._last: Future[None] | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self._file.close()
        self._finish_last()

    def write(self, rows_to_write: pa.Table) -> None:
        """Write a table after the one before; raises what went wrong with that one."""
        self._finish_last()
        self._last = self._thread.submit(self._write, rows_to_write)

    def _finish_last(self) -> None:
        if self._last is not None:
            self._last.result()

    def _write(self, rows_to_write: pa.Table) -> None:
        self._file.write_table(rows_to_write.cast(self.schema), row_group_size=_ROW_GROUP)

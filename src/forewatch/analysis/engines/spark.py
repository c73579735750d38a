"""The engine for more people than one machine holds: the same statements, rendered for Spark by SQLGlot.

Spark divides the work itself, so there are no buckets. Each table is written to Parquet and read again: its
many readers then share one result instead of computing it anew.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from forewatch.analysis import schema
from forewatch.analysis.database import rows
from forewatch.analysis.definition import Definition
from forewatch.analysis.engines.run import Run
from forewatch.analysis.plan import rollups
from forewatch.analysis.problems import SparkIsMissing
from forewatch.analysis.tables import Results

_ACCEPTED = ("subjects", "records", "events", "areas")
_LOCAL: dict[str, Any] = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    # Nothing is stored there; without this Spark makes the folder wherever the command was given.
    "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "forewatch-warehouse"),
}
"""Settings of a session of our own; one that runs already keeps what suits its cluster."""

_MEANING = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""Settings that the result depends on: dates are the same everywhere, and an overflow is an error."""


def run(
    definition: Definition, connection: duckdb.DuckDBPyConnection, as_of: date, known_by: date | None
) -> Results:
    """Score what the connection holds on Spark; on the cluster of the active session, else on a local one.

    The active session keeps its settings and its tables. Executors must see the temporary folder.

    Raises SparkIsMissing when pyspark or Java cannot be found.
    """
    with tempfile.TemporaryDirectory(prefix="forewatch-spark-") as scratch:
        store = SparkStore(_session(), Path(scratch))
        for name in _ACCEPTED:
            path = Path(scratch) / f"{name}.parquet"
            rows(connection, f"COPY (SELECT * FROM {name}) TO '{path}' (FORMAT parquet)")
            store.session.read.parquet(str(path)).createOrReplaceTempView(name)
        one = Run(store, definition, as_of, known_by)
        for _ in one.buckets():
            wanted = schema.assessments(definition)
            assessments = one.assessed.select(wanted.names).cast(wanted)
            households = store.fetch(rollups.households(definition)).cast(schema.households(definition))
        one.finish()
        figures = store.fetch("SELECT * FROM area_figures").cast(schema.area_rows())
        return Results(assessments, households, figures)


def _session() -> Any:
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as problem:
        raise SparkIsMissing("Spark is not installed; install forewatch[spark].") from problem
    try:
        running = SparkSession.getActiveSession()
        if running is None:
            running = (
                SparkSession.builder.appName("forewatch").master("local[2]").config(map=_LOCAL).getOrCreate()
            )
        # Settings and tables of a session beside it are its own: whoever runs Spark has tables of their own.
        session = running.newSession()
    except PySparkRuntimeError as problem:
        raise SparkIsMissing(
            "Spark needs Java 17 or newer; install it (openjdk-17-jre-headless)."
        ) from problem
    for name, value in _MEANING.items():
        session.conf.set(name, value)
    return session


@dataclass
class SparkStore:
    """Tables in a Spark session, each in a Parquet folder of its own."""

    session: Any
    folder: Path
    made: int = field(default=0)

    def make(self, name: str, query: str) -> None:
        path = self._next(name)
        self.session.sql(rendered(query)).write.parquet(str(path))
        self.session.read.parquet(str(path)).createOrReplaceTempView(name)

    def add(self, name: str, query: str) -> None:
        self.make(name, f"SELECT * FROM {name} UNION ALL {query}")

    def view(self, name: str, query: str) -> None:
        self.session.sql(rendered(query)).createOrReplaceTempView(name)

    def load(self, name: str, small: pa.Table) -> None:
        path = self._next(name)
        pq.write_table(small, path)
        self.session.read.parquet(str(path)).createOrReplaceTempView(name)

    def rows(self, query: str) -> list[Any]:
        return list(self.session.sql(rendered(query)).collect())

    def fetch(self, query: str) -> pa.Table:
        return self.session.sql(rendered(query)).toArrow()

    def _next(self, name: str) -> Path:
        self.made += 1
        return self.folder / f"{self.made}-{name}.parquet"


def rendered(query: str) -> str:
    """Return a statement of the plan in Spark's dialect."""
    tree = sqlglot.parse_one(query, dialect="duckdb")
    # The innermost first: a part that is put in another's place is not looked into again.
    for node in reversed(list(tree.find_all(exp.DataType, exp.BitwiseAnd, exp.BitwiseRightShift))):
        node.replace(_for_spark(node))
    return tree.sql(dialect="spark")


def _for_spark(node: exp.Expr) -> exp.Expr:
    """Reword what SQLGlot leaves as it is and Spark does otherwise.

    Spark has no integer of 128 bits, and no bits in its decimals. What the plan takes apart by bits is never
    negative, so that division and remainder give the same, of whatever type.
    """
    match node:
        case exp.DataType() if node.this == exp.DataType.Type.INT128:
            return exp.DataType.build("DECIMAL(38, 0)")
        case exp.BitwiseRightShift():
            return exp.paren(_divided(exp.IntDiv, node, 1 << int(node.expression.name)))
        case exp.BitwiseAnd():
            return exp.cast(_divided(exp.Mod, node, int(node.expression.name) + 1), "BIGINT")
    return node


def _divided(how: type[exp.Binary], node: exp.Binary, divisor: int) -> exp.Expr:
    return how(this=exp.paren(node.this), expression=exp.Literal.number(divisor))

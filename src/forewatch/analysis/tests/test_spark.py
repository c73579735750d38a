"""Spark gives what DuckDB gives, to the last digit (index-spec section 7), on a session of two threads."""

from __future__ import annotations

import contextlib
import shutil
from datetime import timedelta

import pytest

from forewatch.analysis.engines.spark import rendered
from forewatch.analysis.loading import load_definition
from forewatch.analysis.scoring import score
from forewatch.analysis.tests.building import (
    T,
    alkire_foster,
    boolean,
    choice,
    decimal,
    event,
    gate,
    happened,
    index,
    indicator,
    integer,
    person,
    run,
    said,
)
from forewatch.analysis.tests.test_engines_agree import differences
from forewatch.synthesis.province import AS_OF, synthesise

# pyspark itself warns of newer pandas and of sockets it closes late.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def spark(tmp_path_factory):
    if shutil.which("java") is None:
        pytest.fail("Spark needs Java 17: apt-get install openjdk-17-jre-headless")
    from pyspark.sql import SparkSession

    here = tmp_path_factory.mktemp("here")
    with contextlib.chdir(here):
        yield
    session = SparkSession.getActiveSession()
    assert session is not None, "no test started Spark"
    session.stop()
    assert list(here.iterdir()) == [], "Spark left something in the working folder"


def test_the_made_up_province(tmp_path):
    synthesise(250, 3, tmp_path)
    tables = {name: tmp_path / f"{name}.parquet" for name in ("subjects", "records", "events", "areas")}
    definition = load_definition("chiang-mai-28")
    one = score(definition, **tables, as_of=AS_OF)
    other = score(definition, **tables, as_of=AS_OF, engine="spark")
    assert one.assessments.num_rows == 250
    assert differences(one, other, within={"a_bp": 1, "m0_bp": 1}) == []


def test_every_kind_of_variable_and_a_condition_on_an_event():
    definition = index(
        {
            "low": integer(-5, 5),
            # With age and rank beside it more than 63 bits, which Spark has in decimals only.
            "wide": integer(-(10**15), 10**15),
            "share": decimal(0, 1),
            "plan": choice("none", "considering", "planned"),
            "flag": boolean(level="household"),
        },
        indicator("IA", "low <= -2 or wide > 7", "share >= 0.25", valid_days=3650),
        indicator("IB", "plan == 'planned' and not flag", "plan != 'none'", applies="age >= 10"),
        gates=[gate("now", "IA == 3 and age < 18")],
        events={"E1": event(10), "E2": event(5, counts_if="plan != 'none'")},
    )
    people = [
        person("a", household_id="h", birth_date=T - timedelta(days=5000)),
        person("b", household_id="h"),
        person("c", "v2", sex="F"),
    ]
    records = [
        said(T - timedelta(days=9), "a", low=-3, share=0.3, plan="planned"),
        said(T - timedelta(days=9), "a", low=4, wide=8, grade="A"),
        said(T, "b", wide=-(10**15), share=0.25, plan="considering"),
        said(T, "h", "household", flag=False),
    ]
    happenings = [happened("E1", T, "a"), happened("E2", T - timedelta(days=3), "b"), happened("E2", T, "c")]
    one, other = (run(engine, definition, people, records, happenings) for engine in ("duckdb", "spark"))
    assert differences(one, other) == []


def test_alkire_foster_on_a_session_that_runs_already():
    """Its settings and tables stay as they are, though ours are called the same."""
    from pyspark.sql import SparkSession

    theirs = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    theirs.conf.set("spark.sql.session.timeZone", "Asia/Bangkok")
    theirs.range(7).createOrReplaceTempView("subjects")
    definition = index(
        {name: boolean() for name in "abc"},
        indicator("IA", "a", domain="d"),
        indicator("IB", "b", domain="d", weight=2),
        indicator("IC", "c", domain="e"),
        domains={"d": 1, "e": 2},
        aggregation=alkire_foster(4000),
    )
    people = [person("x"), person("y"), person("z")]
    records = [said(T, "x", a=True, b=False, c=True), said(T, "y", a=True, b=False), said(T, "z", c=False)]
    one, other = (run(engine, definition, people, records) for engine in ("duckdb", "spark"))
    assert differences(one, other, within={"a_bp": 1, "m0_bp": 1}) == []
    assert theirs.conf.get("spark.sql.session.timeZone") == "Asia/Bangkok"
    assert [one.name for one in theirs.catalog.listTables()] == ["subjects"]
    assert theirs.table("subjects").count() == 7


def test_a_statement_is_rendered_in_sparks_words():
    assert rendered("SELECT CAST(a AS HUGEINT) // 2, array_length(b) FROM t") == (
        "SELECT CAST(a AS DECIMAL(38, 0)) DIV 2, SIZE(b) FROM t"
    )


def test_bits_are_taken_apart_by_division():
    assert rendered("SELECT ((p >> 3) & 7) AS q FROM t") == (
        "SELECT (CAST(((((p) DIV 8))) % 8 AS BIGINT)) AS q FROM t"
    )

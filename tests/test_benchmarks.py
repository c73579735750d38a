"""The benchmark compares like with like: its pandas rival finds what Forewatch finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from forewatch.analysis.scoring import score
from forewatch.synthesis.province import AS_OF, synthesise

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 2_000
TABLES = ("subjects", "records", "events", "areas")
MEANS = ["mean_index_bp", "h_bp", "a_bp", "m0_bp"]
LISTS = ("act_now", "drivers")


RIVAL = """
import sys
from datetime import date
from pathlib import Path
from benchmarks.rival import run
from forewatch.analysis.loading import load_definition
run(load_definition("chiang-mai-28"), date.fromisoformat(sys.argv[1]), *map(Path, sys.argv[2:]))
"""
"""A program of its own, started where `benchmarks` is found: tools for measuring are not installed."""


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmarks")
    # This seed makes up people for whom a gate opens; so few people often have none.
    synthesise(PEOPLE, 3, folder / "province")
    return folder


@pytest.fixture(scope="module")
def engine(province: Path) -> dict[str, pd.DataFrame]:
    tables = {name: province / "province" / f"{name}.parquet" for name in TABLES}
    results = score("chiang-mai-28", **tables, as_of=AS_OF)
    return {name: frame.to_pandas() for name, frame in results._asdict().items()}


@pytest.fixture(scope="module")
def rival(province: Path) -> dict[str, pd.DataFrame]:
    out = province / "rival"
    out.mkdir()
    command = [sys.executable, "-W", "error", "-c", RIVAL, str(AS_OF), str(province / "province"), str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = {}
    for name in ("assessments", "households", "areas"):
        table = pq.read_table(out / f"{name}.parquet")
        # pandas notes its own types beside the columns, and cannot read back its lists.
        found[name] = table.replace_schema_metadata(None).to_pandas()
    return found


def same(found: pd.DataFrame, wanted: pd.DataFrame, keys: list[str]) -> None:
    """Compare the columns that `found` has, row by row in the order of the keys, whatever their types."""
    columns = list(found.columns)
    order = [frame[columns].sort_values(keys, ignore_index=True) for frame in (found, wanted)]
    one, other = (frame.astype(object).where(frame.notna(), None) for frame in order)
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_every_assessment_is_the_same_but_for_what_the_rival_leaves_out(engine, rival):
    found, wanted = (
        one["assessments"].assign(**{name: one["assessments"][name].map(" ".join) for name in LISTS})
        for one in (rival, engine)
    )
    assert len(found) == PEOPLE
    assert set(wanted) - set(found) == {"known_by", "expires_on"}
    same(found, wanted, ["person_id"])


def test_the_comparison_is_not_over_empty_columns(engine):
    assessed = engine["assessments"]
    assert set(assessed["band"]) == {"high", "medium", "low", "not_enough_information"}
    scores = assessed.filter(regex="^s_")
    assert scores.shape[1] == 28
    assert scores.notna().any().all()
    assert (assessed["triggers_bp"] > 0).sum() > PEOPLE // 20
    assert assessed["act_now"].map(len).sum() > 0


def test_households_are_the_same(engine, rival):
    assert list(rival["households"]) == list(engine["households"])
    same(rival["households"], engine["households"], ["household_id"])


def test_areas_are_the_same(engine, rival):
    keys = ["area_code", "by", "sex", "age_band"]
    found, wanted = rival["areas"], engine["areas"]
    assert list(found) == list(wanted)
    same(found.drop(columns=MEANS), wanted.drop(columns=MEANS), keys)
    # The rival sums plain doubles, so it may round a half, such as 937.5, to the other side.
    found, wanted = (
        frame.sort_values(keys, ignore_index=True)[MEANS].astype("float64") for frame in (found, wanted)
    )
    pd.testing.assert_frame_equal(found.isna(), wanted.isna())
    assert (found - wanted).abs().max().max() <= 1

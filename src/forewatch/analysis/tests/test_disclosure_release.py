"""When a release is refused, and how releases are kept (index-spec section 8)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forewatch.analysis.disclosure import (
    ROWS,
    Release,
    ReleaseRefused,
    audit,
    read_release,
    write_release,
)
from forewatch.analysis.tests.disclosing import DAY, cell, look, release, said, unaudited

SAME = [cell("XX111", 80), cell("XX111", 5, "high"), cell("XX112", 80)]
NEXT_MONTH = date(2031, 4, 30)

# --- the calendar --------------------------------------------------------------------------------------


def test_a_definition_has_one_release_a_month() -> None:
    live = [release(SAME)]
    with pytest.raises(ReleaseRefused, match=r"small@1 is already released for 2031-03, as of 2031-03-31\."):
        release(SAME, live=live)
    with pytest.raises(ReleaseRefused, match="already released"):
        release([cell("XX11", 30)], live=live, as_of=date(2031, 3, 1))
    assert release(SAME, live=live, as_of=NEXT_MONTH).rows.equals(live[0].rows)


def test_another_version_is_the_same_index() -> None:
    live = [release(SAME)]
    with pytest.raises(ReleaseRefused, match="corrections go out with the next month's"):
        release(SAME, definition="small@2", live=live)
    assert release(SAME, definition="smaller@1", live=live).definition == "smaller@1"


def test_releases_of_a_month_share_one_day() -> None:
    live = [release(SAME)]
    with pytest.raises(ReleaseRefused, match="assess other@1 as of 2031-03-31"):
        release(SAME, definition="other@1", as_of=date(2031, 3, 30), live=live)


def test_months_of_different_years_are_different_months() -> None:
    assert release(SAME, live=[release(SAME)], as_of=date(2032, 3, 31)).month == "2032-03"


# --- the audit refuses ---------------------------------------------------------------------------------


def test_a_release_that_narrows_a_live_one_is_refused_with_a_sentence() -> None:
    live = [release([cell("XX11", 5)], definition="a@1")]
    rows = [cell("XX11", 2, "high"), cell("XX11", 3)]
    with pytest.raises(ReleaseRefused) as refused:
        release(rows, definition="b@1", live=live)
    assert str(refused.value) == (
        "3 figures could be worked out more closely from those of b@1 for 2031-03 and the releases "
        "that already stand; the first is high in XX11, sex F, age 18-24, of b@1 (2031-03-31), which could "
        "only be 1 to 9. Do not publish them; release this definition in another month."
    )
    assert release(rows, definition="b@1", live=live, as_of=NEXT_MONTH).split == frozenset()


def test_the_same_figures_under_another_definition_narrow_nothing() -> None:
    first = release(SAME, definition="a@1")
    second = release(SAME, definition="b@1", live=[first])
    assert first.split == second.split == {"XX11"}
    assert audit([first, second]) == []


def test_releases_that_count_different_people_on_one_day_are_refused() -> None:
    live = [release([cell("XX11", 5)], definition="a@1")]
    with pytest.raises(ReleaseRefused, match="contradict each other"):
        release([cell("XX11", 50)], definition="b@1", live=live)


def test_a_split_that_would_narrow_a_live_release_is_not_made() -> None:
    unsure = [cell("XX112", 40), cell("XX112", 20, "not_enough_information")]
    first = release([cell("XX111", 60), *unsure, cell("XX111", 3, sex="M")], definition="a@1")
    assert not first.split
    rows = [cell("XX111", 60), cell("XX112", 60), cell("XX111", 2, sex="M"), cell("XX112", 1, sex="M")]
    assert release(rows, definition="b@1").split == {"XX11"}
    second = release(
        rows, definition="b@1", live=[first]
    )  # split, the three men would show to be at least two
    assert not second.split
    assert audit([first, second]) == []


def test_keeping_one_district_whole_does_not_save_a_release_that_another_spoils() -> None:
    live = [release([cell("XX111", 60), cell("XX112", 60), cell("XX12", 5)], definition="a@1")]
    rows = [cell("XX111", 60), cell("XX112", 60), cell("XX12", 2, "high"), cell("XX12", 3)]
    with pytest.raises(ReleaseRefused, match="in XX12,"):
        release(rows, definition="b@1", live=live)


def test_a_live_release_that_is_already_narrowed_stops_every_other() -> None:
    leaking = unaudited(
        [cell("XX111", 46), cell("XX111", 5, "high"), cell("XX112", 80)], ["XX11"], definition="a@1"
    )
    with pytest.raises(ReleaseRefused, match="in XX111,"):
        release([cell("XX11", 30)], live=[leaking], as_of=NEXT_MONTH)


# --- keeping releases ----------------------------------------------------------------------------------


def test_a_release_reads_back_as_it_was_written(tmp_path: Path) -> None:
    one = release(SAME)
    path = tmp_path / "2031-03 small.parquet"
    write_release(one, path)
    again = read_release(path)
    assert (again.definition, again.as_of, again.base_areas) == ("small@1", DAY, one.base_areas)
    assert again.rows.equals(one.rows)
    assert again.rows.schema.equals(ROWS, check_metadata=True)
    assert again.split == one.split == {"XX11"}
    assert said(look(again, "XX111", "F"), "high") == "withheld"


def test_releases_read_from_a_folder_are_audited_together(tmp_path: Path) -> None:
    write_release(unaudited([cell("XX11", 5)], definition="a@1"), tmp_path / "a.parquet")
    write_release(
        unaudited([cell("XX11", 2, "high"), cell("XX11", 3)], definition="b@1"), tmp_path / "b.parquet"
    )
    assert len(audit([read_release(path) for path in sorted(tmp_path.iterdir())])) == 3


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_release(release(SAME), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_of_exact_counts_is_not_read_as_a_release(tmp_path: Path) -> None:
    path = tmp_path / "areas.parquet"
    pq.write_table(pa.table({"area_code": ["XX"], "people": [3]}), path)
    with pytest.raises(ValueError, match=r"areas\.parquet is not a release; keep only files"):
        read_release(path)


def test_a_release_file_holds_released_figures_only(tmp_path: Path) -> None:
    path = tmp_path / "release.parquet"
    write_release(release(SAME), path)
    schema = pq.read_schema(path)
    assert schema.names == ROWS.names
    assert set(schema.metadata) == {b"forewatch.release"}
    assert b"XX1111" not in path.read_bytes()


def test_a_release_cannot_be_changed() -> None:
    one = release(SAME)
    with pytest.raises(AttributeError):
        one.rows = one.rows.slice(1)  # type: ignore[misc]


def test_the_index_is_the_definition_without_its_version() -> None:
    one = Release("chiang-mai-28@3", DAY, ROWS.empty_table(), {})
    assert (one.index, one.month, one.split) == ("chiang-mai-28", "2031-03", frozenset())
    assert audit([one]) == []


def test_importing_the_module_does_not_wait_for_the_solver() -> None:
    solver = {"scipy.optimize", "scipy.sparse"}
    code = f"import sys, forewatch.analysis.disclosure; print({solver} & set(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "set()"

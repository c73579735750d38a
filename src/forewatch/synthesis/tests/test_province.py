from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition, Kind
from forewatch.analysis.scoring import Question, run
from forewatch.synthesis.province import MOST_PEOPLE, synthesise

FILES = ("areas.parquet", "boundaries.geojson", "events.parquet", "records.parquet", "subjects.parquet")


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        synthesise(3_000, 9, tmp_path / name)
    assert _digests(tmp_path / "first") == _digests(tmp_path / "second")


def test_another_seed_gives_another_province(tmp_path: Path) -> None:
    for seed in (1, 2):
        synthesise(3_000, seed, tmp_path / str(seed))
    one, two = _digests(tmp_path / "1"), _digests(tmp_path / "2")
    assert all(one[name] != two[name] for name in FILES)


def test_the_folder_holds_five_files_and_a_second_run_replaces_them(tmp_path: Path) -> None:
    synthesise(2_000, 1, tmp_path / "new" / "folder")
    synthesise(500, 1, tmp_path / "new" / "folder")
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(FILES)
    assert pq.read_metadata(tmp_path / "new" / "folder" / "subjects.parquet").num_rows < 700


@pytest.mark.parametrize("people", [0, -5, MOST_PEOPLE + 1])
def test_an_impossible_number_of_people_is_refused_in_a_sentence(people: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be made up; ask for 1 to 30,000,000 people\."):
        synthesise(people, 1, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_negative_seed_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="seed -1 is negative"):
        synthesise(10, -1, tmp_path / "out")


@pytest.mark.parametrize("people", [1, 2, 7, 30])
def test_a_handful_of_people_is_a_province_too(people: int, tmp_path: Path, definition: Definition) -> None:
    summary = synthesise(people, 3, tmp_path)
    assert (summary.people, summary.villages, summary.areas) == (people, 1, 4)
    subjects = pq.read_table(tmp_path / "subjects.parquet")
    assert len(set(subjects["person_id"].to_pylist())) == people
    assert _score(tmp_path, definition, tmp_path / "scored")["people"] == people


def test_progress_counts_up_to_everybody(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    synthesise(45_000, 1, tmp_path, lambda done, total: calls.append((done, total)))
    assert [total for _, total in calls] == [45_000] * len(calls)
    assert len(calls) == 3
    assert calls == sorted(calls)
    assert calls[-1][0] == 45_000


def test_the_summary_counts_what_was_written(province) -> None:
    summary = province.summary
    assert summary.as_of == date(2026, 6, 30)
    assert summary.people == len(set(province.subjects["person_id"].to_pylist())) == 50_000
    assert summary.households == len(set(province.subjects["household_id"].to_pylist()))
    assert summary.records == province.records.num_rows
    assert summary.events == province.events.num_rows
    assert summary.areas == province.areas.num_rows


def test_tables_read_back_in_the_input_types(province, definition: Definition) -> None:
    plain = {Kind.BOOLEAN: "bool", Kind.CHOICE: "string", Kind.INTEGER: "int32", Kind.DECIMAL: "double"}
    for table, wanted in (
        (province.subjects, schema.SUBJECTS),
        (province.records, schema.RECORD_KEYS),
        (province.events, schema.EVENTS),
        (province.areas, schema.AREAS),
    ):
        for field in wanted:
            assert table.schema.field(field.name).type == field.type
    for variable in definition.variables.values():
        assert str(province.records.schema.field(variable.name).type) == plain[variable.kind]


def test_record_ids_are_unique_over_all_blocks(province) -> None:
    assert pc.count_distinct(province.records["record_id"]).as_py() == province.records.num_rows


def test_there_are_about_six_records_for_five_people(province) -> None:
    assert province.summary.records / province.summary.people == pytest.approx(1.2, abs=0.1)


def test_everything_was_observed_in_the_eighteen_months_before_the_last_day(province) -> None:
    last = province.summary.as_of
    for table, column in ((province.records, "observed_on"), (province.events, "occurred_on")):
        assert pc.min(table[column]).as_py() >= last - timedelta(days=549)
        assert pc.max(table[column]).as_py() <= last
        assert pc.max(table["received_on"]).as_py() <= last
        assert pc.min(pc.days_between(table[column], table["received_on"])).as_py() >= 0
        assert pc.max(pc.days_between(table[column], table["received_on"])).as_py() > 60


def test_values_lie_inside_type_and_range(province, definition: Definition) -> None:
    for variable in definition.variables.values():
        column = province.records[variable.name]
        if variable.kind is Kind.CHOICE:
            assert set(pc.unique(column).to_pylist()) - {None} <= set(variable.choices)
        elif variable.kind is not Kind.BOOLEAN:
            units = pc.multiply(column.cast("float64"), float(10**variable.scale))
            assert pc.min(units).as_py() >= variable.low
            assert pc.max(units).as_py() <= variable.high + 1e-6


def _score(folder: Path, definition: Definition, out: Path) -> dict[str, int]:
    out.mkdir()
    inputs = {name: folder / f"{name}.parquet" for name in ("subjects", "records", "events", "areas")}
    summary = run(Question(definition, date(2026, 6, 30)), inputs, out)
    assert summary.unlisted == {"records": 0, "events": 0}
    return {"people": summary.people, **summary.bands}


@pytest.fixture(scope="module")
def scored(province, definition: Definition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The province as scored: every row is accepted, or this fails."""
    out = tmp_path_factory.mktemp("scored") / "out"
    assert _score(province.folder, definition, out)["people"] == 50_000
    return out


def test_bands_have_believable_shares(scored: Path) -> None:
    bands = pq.read_table(scored / "assessments.parquet", columns=["band"])["band"].to_pylist()
    share = {one: bands.count(one) / len(bands) for one in schema.BANDS}
    shown = 1 - share["not_enough_information"]
    assert 0.15 < share["not_enough_information"] < 0.35
    assert 0.43 < share["low"] / shown < 0.6
    assert 0.33 < share["medium"] / shown < 0.47
    assert 0.04 < share["high"] / shown < 0.13


def test_every_basis_and_every_gate_occurs(scored: Path, definition: Definition) -> None:
    table = pq.read_table(scored / "assessments.parquet", columns=["band_basis", "act_now"])
    assert set(table["band_basis"].to_pylist()) == set(schema.BASES)
    assert set(pc.list_flatten(table["act_now"]).to_pylist()) == {gate.id for gate in definition.gates}


def test_every_score_of_every_indicator_occurs(scored: Path, definition: Definition) -> None:
    for indicator in definition.indicators:
        column = pq.read_table(scored / "assessments.parquet", columns=[f"s_{indicator}"])[0]
        assert {1, 2, None} <= set(pc.unique(column).to_pylist()), indicator


@pytest.mark.parametrize(("level", "digits"), [("village", 10), ("sub-district", 8)])
def test_a_map_of_each_level_shows_all_five_signs(
    scored: Path, definition: Definition, level: str, digits: int
) -> None:
    aggregation = definition.aggregation
    assert aggregation.bands is not None
    signs = {"high": _above(aggregation.bands.high_bp), "medium": _above(aggregation.bands.medium_bp)}
    found = set()
    for row in pq.read_table(scored / "areas.parquet").to_pylist():
        whole = (row["by"], row["sex"], row["age_band"]) == ("residence", None, None)
        if not whole or len(row["area_code"]) != digits:
            continue
        if row["assessed"] is None:
            found.add("nobody surveyed")
        elif 10_000 * row["assessed"] < aggregation.show.coverage_bp * row["people"]:
            found.add("not enough information")
        else:
            found.add(next((name for name, reached in signs.items() if reached(row["mean_index_bp"])), "low"))
    assert found == {"high", "medium", "low", "not enough information", "nobody surveyed"}, level


def _above(limit: int) -> Callable[[int], bool]:
    return lambda mean: mean >= limit

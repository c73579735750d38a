"""`forewatch score` as its users call it: files in, a folder of results out."""

from __future__ import annotations

import csv
import random

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from forewatch.analysis.scoring import load_definition, read_results
from forewatch.analysis.tests.test_engines_agree import differences
from forewatch.cli import main
from forewatch.commands.score import Order, score_files
from forewatch.synthesis.province import AS_OF, synthesise

TABLES = ("subjects", "records", "events", "areas")


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    folder = tmp_path_factory.mktemp("province")
    synthesise(1500, 11, folder)
    return folder


def words(province, out, *more):
    given = [part for name in TABLES for part in (f"--{name}", str(province / f"{name}.parquet"))]
    return ["score", *given, "--as-of", str(AS_OF), "--out", str(out), *more]


def results(folder):
    return read_results(folder, load_definition("chiang-mai-28"))


@pytest.fixture(scope="module")
def plain(province, tmp_path_factory):
    out = tmp_path_factory.mktemp("plain") / "out"
    assert main(words(province, out)) == 0
    return out


def test_what_it_writes(plain, province, tmp_path, capsys):
    wanted = {"assessments.parquet", "households.parquet", "areas.parquet", "areas.csv", "report.html"}
    assert {one.name for one in plain.iterdir()} == wanted
    more = ["--areas", str(province / "areas.parquet"), str(province / "boundaries.geojson")]
    assert main(words(province, tmp_path / "map", *more)) == 0
    assert {one.name for one in (tmp_path / "map").iterdir()} == {*wanted, "areas.geojson"}
    said = capsys.readouterr().out
    assert "people assessed" in said
    assert "1,500" in said
    with (plain / "areas.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[1][0].startswith("#")


def test_the_memory_engine_gives_the_same(plain, province, tmp_path):
    assert main(words(province, tmp_path / "out", "--engine", "memory")) == 0
    assert differences(results(plain), results(tmp_path / "out"), within={"a_bp": 1, "m0_bp": 1}) == []


def test_several_buckets_give_the_same_as_one(plain, province, tmp_path, monkeypatch):
    from forewatch.analysis.engines import duckdb

    monkeypatch.setattr(duckdb, "PEOPLE_PER_BUCKET", 200)
    seen = []
    order = Order(
        **{name: province / f"{name}.parquet" for name in ("subjects", "records", "events")},
        areas=[province / "areas.parquet"],
        as_of=AS_OF,
        out=tmp_path / "out",
    )
    score_files(order, lambda done, total: seen.append((done, total)))
    assert len(seen) > 4
    assert seen[-1] == (1500, 1500)
    assert differences(results(plain), results(tmp_path / "out"), within={"a_bp": 1, "m0_bp": 1}) == []


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_splitting_and_shuffling_files_changes_nothing(plain, province, tmp_path, kind):
    chance = random.Random(3)  # noqa: S311  rows are shuffled, nothing is kept secret
    given = []
    for name in TABLES:
        folder = tmp_path / name
        folder.mkdir()
        table = pq.read_table(province / f"{name}.parquet")
        rows = list(range(table.num_rows))
        chance.shuffle(rows)
        for part in range(3 if name != "areas" else 1):
            chosen = table.take(pa.array(rows[part :: 3 if name != "areas" else 1]))
            write = pq.write_table if kind == "parquet" else _write_csv
            write(chosen, folder / f"part-{part}.{kind}")
        given += [f"--{name}", str(folder)]
    assert main(["score", *given, "--as-of", str(AS_OF), "--out", str(tmp_path / "out")]) == 0
    assert differences(results(plain), results(tmp_path / "out"), within={"a_bp": 1, "m0_bp": 1}) == []


def _write_csv(table, path):
    plain = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    pa_csv.write_csv(pa.table(plain, names=table.column_names), path)


def test_a_release_holds_no_people_and_no_exact_figures(province, tmp_path, capsys):
    out = tmp_path / "release"
    assert main(words(province, out, "--release")) == 0
    assert {one.name for one in out.iterdir()} == {"areas.parquet", "areas.csv", "report.html"}
    columns = set(pq.read_schema(out / "areas.parquet").names)
    assert not columns & {"person_id", "household_id", "act_now", "provisional", "by", "drivers"}
    assert "people assessed" not in capsys.readouterr().out
    values = pq.read_table(out / "areas.parquet")["people"].drop_null().to_pylist()
    assert all(value % 5 == 0 for value in values)


def test_a_release_lies_beside_nothing_else(plain, province, tmp_path, capsys):
    assert main(words(province, plain, "--release")) == 3
    assert "must not lie beside" in capsys.readouterr().err
    out = tmp_path / "release"
    assert main(words(province, out, "--release")) == 0
    before = (out / "areas.parquet").read_bytes()
    assert main(words(province, out, "--release")) == 3
    assert main(words(province, out)) == 3
    assert (out / "areas.parquet").read_bytes() == before


def test_known_by_leaves_out_what_came_later(province, tmp_path):
    assert main(words(province, tmp_path / "out", "--known-by", "2025-01-01")) == 0
    table = pq.read_table(tmp_path / "out" / "assessments.parquet")
    assert table["band"].unique().to_pylist() == ["not_enough_information"]
    assert str(table["known_by"][0]) == "2025-01-01"


def test_figures_of_an_earlier_run_do_not_stay_beside_new_ones(desk):
    desk.spoil("records", "A,7,", "A,70,")
    assert desk.score("--on-bad-row", "set-aside") == 0
    assert (desk.out / "set-aside.csv").exists()
    desk.spoil("records", "A,70,", "A,7,")
    assert desk.score() == 0
    assert not (desk.out / "set-aside.csv").exists()


def test_a_folder_with_a_space_and_an_apostrophe(tmp_path):
    folder = tmp_path / "the centre's files"
    synthesise(50, 2, folder)
    assert main(words(folder, tmp_path / "out of it's way" / "deep")) == 0


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (["index", "lint", "chiang-mai-28"], 0),
        (["index", "show", "chiang-mai-28"], 0),
        (["synth", "--people", "0", "--out", "nowhere"], 2),
        (["index", "show", "no-such-index"], 2),
    ],
)
def test_other_commands(given, status, capsys):
    assert main(given) == status
    said = capsys.readouterr()
    assert (said.out if status == 0 else said.err).strip()


@pytest.mark.parametrize("given", [["score"], ["score", "--as-of", "31/12/2026"], []])
def test_a_mistake_in_the_words_is_status_2(given, capsys):
    with pytest.raises(SystemExit) as stop:
        main(given)
    assert stop.value.code == 2


def test_the_manual(tmp_path):
    assert main(["index", "manual", "--out", str(tmp_path / "manual")]) == 0
    assert len(list((tmp_path / "manual").glob("*.md"))) == 30

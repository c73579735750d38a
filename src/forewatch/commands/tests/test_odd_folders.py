"""Where files lie, what they are called, and what lies in DIR already."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.parquet as pq

WANTED = {"assessments.parquet", "households.parquet", "areas.parquet", "areas.csv", "report.html"}


def names(folder):
    return {one.name for one in folder.iterdir()}


def people(folder):
    return sorted(pq.read_table(folder / "assessments.parquet")["person_id"].to_pylist())


def test_signs_in_a_name_are_no_pattern(desk):
    """`part[1]*.csv` means that file, and never its neighbour `part1.csv`."""
    for kind in ("csv", "parquet"):
        for name, person in ((f"part[1]*.{kind}", "P1"), (f"part1.{kind}", "P9")):
            table = pa.table({"person_id": [person], "area_code": ["V1"]})
            if kind == "csv":
                (desk.folder / name).write_text(f"person_id,area_code\n{person},V1\n")
            else:
                pq.write_table(table, desk.folder / name)
        assert desk.score(subjects=desk.folder / f"part[1]*.{kind}") == 0
        assert people(desk.out) == ["P1"]


def test_bad_rows_beside_an_apostrophe(desk):
    desk.out = desk.folder / "the centre's [1]* out"
    desk.spoil("records", "A,7,", "A,70,")
    assert desk.score("--on-bad-row", "set-aside") == 0
    assert names(desk.out) == {*WANTED, "set-aside.csv"}


def test_a_table_of_areas_may_be_a_folder_or_several_files(desk):
    folder = desk.folder / "areas"
    folder.mkdir()
    head, first, *others = desk.path("areas").read_text().splitlines()
    (folder / "a.csv").write_text(f"{head}\n{first}\n")
    (folder / "b.csv").write_text("\n".join([head, *others]) + "\n")
    (folder / "._b.csv").write_bytes(b"\0\0left by the system")
    assert desk.score(areas=folder) == 0
    one_folder = pq.read_table(desk.out / "areas.parquet")
    assert desk.score("--areas", str(folder / "b.csv"), areas=folder / "a.csv") == 0
    assert pq.read_table(desk.out / "areas.parquet").equals(one_folder)
    assert set(one_folder["area_code"].to_pylist()) == {"D1", "V1", "V2"}


def test_two_names_for_areas_are_both_read(desk, capsys):
    assert desk.score("--areas", str(desk.folder / "nowhere.csv")) == 3
    assert "nowhere.csv: there is no such file or folder for areas" in capsys.readouterr().err


def test_lines_stay_true_when_there_are_more_bad_rows_than_are_shown(desk, capsys):
    """A value of two lines moves every later row down by one; problems without a line are not shown."""
    rows = ["record_id,subject_level,subject_id,observed_on,source_id,debt"]
    rows += [f'R{one},person,P1,2026-05-01,"S\n{one}",99' for one in range(30)]
    desk.write("records", "\n".join(rows) + "\n")
    assert desk.score() == 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "30 bad rows; nothing was written. The first 20 problems:"
    shown = [line.split(", column")[0].strip() for line in said[1:]]
    assert shown == [f"{desk.path('records')}, line {2 * one + 2}" for one in range(20)]


def test_a_parquet_file_damaged_inside(desk, capsys):
    path = desk.folder / "subjects.parquet"
    ids = [f"P{number}" for number in range(20_000)]
    table = pa.table({"person_id": ids, "area_code": ["V1"] * len(ids)})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    data = bytearray(path.read_bytes())
    for place in range(100, 3000):
        data[place] ^= 0xFF
    path.write_bytes(data)
    assert desk.score(subjects=path) in (1, 3)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "SELECT" not in said
    assert desk.is_untouched()


def test_an_earlier_result_stays_when_a_run_fails(desk):
    assert desk.score() == 0
    before = {one.name: one.read_bytes() for one in desk.out.iterdir()}
    desk.spoil("records", "A,7,", "A,70,")
    assert desk.score() == 3
    assert {one.name: one.read_bytes() for one in desk.out.iterdir()} == before


def test_what_is_not_ours_stays_and_what_cannot_be_read_is_replaced(desk):
    desk.out.mkdir()
    (desk.out / "notes.txt").write_text("theirs")
    (desk.out / "areas.parquet").write_bytes(b"half a file")
    (desk.out / "areas.geojson").write_text("of an earlier run")
    assert desk.score() == 0
    assert names(desk.out) == {*WANTED, "notes.txt"}


def test_the_folder_itself_may_be_all_that_can_be_written_to(desk, monkeypatch):
    """A mounted folder is a disk of its own: nothing is made beside it."""
    desk.out.mkdir()
    made = []
    import tempfile

    plain = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *a, **k: made.append(k.get("dir")) or plain(*a, **k))
    assert desk.score() == 0
    assert desk.out in made
    assert desk.folder not in made


def test_out_is_a_file(desk, capsys):
    desk.out.write_text("a file")
    assert desk.score() == 3
    assert "is a file; name a folder" in capsys.readouterr().err
    assert desk.out.read_text() == "a file"


def test_a_release_says_no_exact_number_on_the_way(tmp_path, capsys, monkeypatch):
    from forewatch import cli
    from forewatch.synthesis.province import AS_OF, synthesise

    synthesise(1203, 5, tmp_path / "in")
    capsys.readouterr()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    given = [
        word
        for one in ("subjects", "records", "areas")
        for word in (f"--{one}", str(tmp_path / "in" / f"{one}.parquet"))
    ]
    words = ["score", *given, "--as-of", str(AS_OF), "--out", str(tmp_path / "out"), "--release"]
    assert cli.main(words) == 0
    said = capsys.readouterr()
    assert "100 % done" in said.err
    assert "1203" not in (said.out + said.err).replace(",", "")
    assert "1,203" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")

"""Sets of areas from files into the database: generations, repairs, refusals, and nothing by halves."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.db import transaction
from pyarrow.csv import read_csv

from forewatch.access.actors import nobody
from forewatch.access.rules import DataClass, Verb
from forewatch.analysis.problems import InputError
from forewatch.audit.models import Event
from forewatch.config.tests.cast import VILLAGE
from forewatch.places.actions import load_areas
from forewatch.places.models import Area, Level
from forewatch.places.queries import area_on, current, generations, within
from forewatch.places.tests.making import (
    BOW_TIE,
    FIRST,
    LATER,
    geojson,
    load,
    sub_district,
    table,
    three,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Three sub-districts, loaded."""
    path = geojson(tmp_path / "first.geojson", three())
    load(path)
    return path


def now() -> dict[str, Area]:
    return {one.code: one for one in current()}


def rows() -> list[tuple]:
    return sorted(Area.objects.values_list("id", "code", "path", "name", "valid_on", "valid_to", "parent_id"))


# ---- what goes in ----------------------------------------------------------------------------------


def test_a_map_becomes_areas_with_names_links_and_outlines(first):
    found = now()
    bank = found["XA100101"]
    assert (bank.level, bank.path) == (Level.SUB_DISTRICT, "XA/XA10/XA1001/XA100101/")
    assert (bank.name, bank.name_local, bank.valid_on, bank.valid_to) == (
        "Millbank",
        "ตำบลMillbank",
        FIRST,
        None,
    )
    assert bank.parent == found["XA1001"]
    assert shapely.from_wkb(bytes(bank.geometry)).equals(shapely.box(0, 0, 1, 1))
    assert found["XA10"].geometry is None
    assert (found["XA"].parent, found["XA"].level) == (None, Level.COUNTRY)
    assert bank.origin == "test-1"


def test_a_geopackage_and_a_zipped_shapefile_say_the_same_as_geojson(tmp_path, first):
    before = rows()
    features = three()
    columns = {name: [properties[name] for properties, _ in features] for name in features[0][0]}
    made = pa.table({**columns, "geometry": [shapely.to_wkb(shape) for _, shape in features]})
    how = {"geometry_name": "geometry", "geometry_type": "Polygon", "crs": "EPSG:4326"}
    pyogrio.write_arrow(made, tmp_path / "a.gpkg", driver="GPKG", **how)
    (tmp_path / "shapes").mkdir()
    pyogrio.write_arrow(made, tmp_path / "shapes" / "a.shp", driver="ESRI Shapefile", encoding="UTF-8", **how)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for part in (tmp_path / "shapes").iterdir():
            packed.write(part, part.name)
    # A Shapefile runs its rings the other way round: the outline is the same all the same.
    for name in ("a.gpkg", "a.zip"):
        assert load(tmp_path / name, day=LATER).changes.unchanged == len(before)
        assert rows() == before


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_villages_come_as_a_table_without_outlines(tmp_path, first, kind):
    path = table(tmp_path / "villages.csv", ("XA10010101", "XA100101", "4", "Mill Village 1", "บ้านโรงสี"))
    if kind == "parquet":
        pq.write_table(read_csv(path), tmp_path / "villages.parquet")
        path = tmp_path / "villages.parquet"
    load(path)
    village = now()["XA10010101"]
    assert (village.level, village.name_local, village.geometry) == (Level.VILLAGE, "บ้านโรงสี", None)
    assert village.parent == now()["XA100101"]


def test_a_table_and_a_map_of_the_same_areas_complete_each_other(tmp_path):
    listed = table(
        tmp_path / "areas.csv",
        ("XA", "", "0", "Sandland", ""),
        ("XA10", "XA", "1", "Upper Reach", "เหนือคุ้ง"),
        ("XA20", "XA", "1", "Lower Reach", ""),
    )
    row = {"area_code": "XA20", "parent_code": "XA", "level": "1", "name": "Lower", "name_th": "ใต้คุ้ง"}
    mapped = geojson(tmp_path / "map.geojson", [(row, shapely.box(0, 0, 1, 1))])
    load(listed, mapped)
    lower = now()["XA20"]
    assert (lower.name, lower.name_local, lower.geometry is not None) == ("Lower Reach", "ใต้คุ้ง", True)
    assert now()["XA10"].geometry is None


def test_provinces_that_name_no_country_lie_in_the_one_given(tmp_path):
    row = {"ADM1_PCODE": "TH50", "ADM1_EN": "Made Up"}
    load(geojson(tmp_path / "a.geojson", [(row, shapely.box(0, 0, 1, 1))]), country="TH")
    country = now()["TH"]
    assert (country.name, country.name_local, country.level) == ("Thailand", "ไทย", Level.COUNTRY)
    assert now()["TH50"].path == "TH/TH50/"
    # The next set, given without the word, is understood.
    assert load(tmp_path / "a.geojson", day=LATER).changes.unchanged == 2


def test_the_day_is_the_one_given_else_the_files_else_today(tmp_path):
    path = geojson(tmp_path / "a.geojson", [sub_district("XA100101", "Millbank", 0, validOn="2022-01-22")])
    other = geojson(tmp_path / "b.geojson", [sub_district("XA100301", "Highbank", 5)])
    assert load_areas(by=nobody(), files=[path]).day == date(2022, 1, 22)
    assert load_areas(by=nobody(), files=[path], valid_on=LATER).day == LATER
    assert load_areas(by=nobody(), files=[other]).day == nobody().today


def test_an_invalid_outline_is_repaired_and_named(tmp_path):
    bad = (sub_district("XA100101", "Millbank", 0)[0], BOW_TIE)
    done = load(geojson(tmp_path / "a.geojson", [bad, sub_district("XA100102", "Weirside", 1)]))
    assert list(done.repairs) == ["XA100101"]
    assert done.repairs["XA100101"].startswith("Self-intersection")
    assert shapely.from_wkb(bytes(now()["XA100101"].geometry)).is_valid


# ---- generations -----------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing_and_leaves_no_trace(first):
    before, events = rows(), Event.objects.count()
    done = load(first, day=LATER)
    assert done.changes.unchanged == 7
    assert rows() == before
    assert Event.objects.count() == events


def test_a_renamed_area_has_two_generations_and_each_day_its_own(tmp_path, first):
    newer = [sub_district("XA100101", "Riverbank", 0), *three()[1:]]
    load(geojson(tmp_path / "newer.geojson", newer), day=LATER)
    new, old = generations("XA100101")
    assert (old.name, old.valid_on, old.valid_to) == ("Millbank", FIRST, LATER)
    assert (new.name, new.valid_on, new.valid_to) == ("Riverbank", LATER, None)
    assert area_on("XA100101", LATER - timedelta(days=1)) == old
    assert area_on("XA100101", LATER) == new
    # Before the first generation that is known, it is taken to have been as that one.
    assert area_on("XA100101", date(1990, 1, 1)) == old
    assert generations("XA100102").count() == 1


def test_a_moved_boundary_is_a_new_generation(tmp_path, first):
    properties, _ = three()[0]
    newer = [(properties, shapely.box(0, 0, 1, 1.5)), *three()[1:]]
    load(geojson(tmp_path / "newer.geojson", newer), day=LATER)
    assert generations("XA100101").count() == 2
    assert shapely.from_wkb(bytes(now()["XA100101"].geometry)).area == pytest.approx(1.5)


def test_after_a_split_the_old_area_is_found_on_its_days_and_the_province_holds_both(tmp_path, first):
    halves = [sub_district("XA100111", "Upper Bank", 0), sub_district("XA100112", "Lower Bank", 0.5)]
    done = load(geojson(tmp_path / "newer.geojson", [*halves, *three()[1:]]), day=LATER)
    assert done.changes.vanished() == ["XA100101"]
    assert "XA100101" not in now()
    assert area_on("XA100101", LATER - timedelta(days=1)).name == "Millbank"
    assert area_on("XA100101", LATER) is None
    inside = set(Area.objects.filter(within(["XA10"])).values_list("code", flat=True))
    assert {"XA100101", "XA100111", "XA100112"} < inside
    assert {one.code for one in current(["XA1001"])} == {"XA1001", "XA100102", "XA100111", "XA100112"}


def test_after_a_merge_both_old_areas_are_found_on_their_days(tmp_path, first):
    merged = [sub_district("XA100103", "Bank and Weir", 0), three()[2]]
    load(geojson(tmp_path / "newer.geojson", merged), day=LATER)
    for code in ("XA100101", "XA100102"):
        assert area_on(code, FIRST).path == f"XA/XA10/XA1001/{code}/"
        assert area_on(code, LATER) is None
    inside = set(Area.objects.filter(within(["XA1001"])).values_list("code", flat=True))
    assert inside == {"XA1001", "XA100101", "XA100102", "XA100103"}


def test_a_sub_district_that_changes_district_takes_its_villages_along(tmp_path, first):
    load(table(tmp_path / "villages.csv", ("XA10010101", "XA100101", "village", "Mill Village 1", "")))
    moved = sub_district("XA100101", "Millbank", 0, ADM2_PCODE="XA1002", ADM2_EN="District XA1002")
    load(geojson(tmp_path / "newer.geojson", [moved, *three()[1:]]), day=LATER)
    village = now()["XA10010101"]
    assert village.path == "XA/XA10/XA1002/XA100101/XA10010101/"
    assert village.parent == now()["XA100101"]
    assert area_on("XA10010101", FIRST).path == "XA/XA10/XA1001/XA100101/XA10010101/"
    # Whoever works in either district still finds what was recorded there.
    for district in ("XA1001", "XA1002"):
        assert "XA10010101" in Area.objects.filter(within([district])).values_list("code", flat=True)


def test_villages_stay_when_their_sub_district_is_renamed(tmp_path, first):
    load(table(tmp_path / "villages.csv", ("XA10010101", "XA100101", "village", "Mill Village 1", "")))
    before = now()["XA10010101"]
    load(
        geojson(tmp_path / "newer.geojson", [sub_district("XA100101", "Riverbank", 0), *three()[1:]]),
        day=LATER,
    )
    village = now()["XA10010101"]
    assert (village.pk, village.valid_on) == (before.pk, FIRST)
    assert village.parent.name == "Riverbank"


def test_a_set_of_the_same_day_corrects_and_removes(tmp_path, first):
    kept = now()["XA100101"].pk
    newer = [sub_district("XA100101", "Riverbank", 0), three()[2]]
    done = load(geojson(tmp_path / "newer.geojson", newer))
    assert now()["XA100101"].pk == kept
    assert now()["XA100101"].name == "Riverbank"
    assert done.changes.vanished() == ["XA100102"]
    assert not generations("XA100102").exists()


def test_what_something_points_to_is_not_removed(tmp_path, first):
    load(table(tmp_path / "villages.csv", ("XA10010201", "XA100102", "village", "Weir Village 1", "")))
    before = rows()
    with pytest.raises(InputError, match=r"Area XA100102 began on the very day .*--valid-on"):
        load(geojson(tmp_path / "newer.geojson", [three()[0], three()[2]]))
    assert rows() == before


def test_what_is_loaded_is_written_down_once(first):
    event = Event.objects.get()
    assert (event.verb, event.data_class, event.subject) == (Verb.IMPORT, DataClass.REFERENCE, "areas")
    assert event.reason == "7 opened, 0 closed, 0 corrected: first.geojson"


# ---- refusals leave everything as it was -----------------------------------------------------------


@pytest.mark.parametrize(
    ("newer", "words"),
    [
        ([({"province": "Upper Reach"}, shapely.box(0, 0, 1, 1))], "no column says which area a shape is"),
        ([three()[0], three()[0]], r"XA100101 has two shapes: .*feature 1, and .*feature 2"),
        ([three()[0], sub_district("XA/0102", "Weirside", 1)], r"feature 2: area_code 'XA/0102' is no code"),
        (
            [three()[0], sub_district("XA100102", "x" * 121, 1)],
            r"feature 2: the name of area XA100102 is long",
        ),
        (
            [sub_district("XA100101", "Older", 0)],
            r"The set holds from 2019-01-01, but XA100101, .*--valid-on",
        ),
    ],
)
def test_a_bad_set_changes_nothing(tmp_path, first, newer, words):
    before = rows()
    with pytest.raises(InputError, match=words):
        load(geojson(tmp_path / "bad.geojson", newer), day=date(2019, 1, 1))
    assert rows() == before


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (
            ("XA99010101", "XA990101", "4", "Nowhere", ""),
            r"line 3: the area above XA99010101 is XA990101, which",
        ),
        (("XA10010102", "", "4", "Nowhere", ""), r"line 3: area XA10010102 needs the code of the area above"),
        (
            ("XA10010102", "XA100101", "tambon", "Nowhere", ""),
            r"line 3: area XA10010102 has the level 'tambon'",
        ),
        (("XA10010102", "XA100101", "2", "Nowhere", ""), r"line 3: area XA10010102 of level 2 cannot lie in"),
        (("XA10010101", "XA100101", "4", "Twice", ""), r"line 3, column area_code, .*more than one row"),
        (("", "XA100101", "4", "Mill Village 2", ""), r"line 3, column area_code: this must not be empty"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_no_other_is_written(tmp_path, first, bad, words):
    before = rows()
    good = ("XA10010101", "XA100101", "4", "Mill Village 1", "")
    with pytest.raises(InputError, match=words):
        load(table(tmp_path / "villages.csv", good, bad))
    assert rows() == before


def test_every_bad_row_is_named_up_to_a_screenful(tmp_path, first):
    bad = [(f"XA1001{number:04}", "XA100101", "5", "Nowhere", "") for number in range(30)]
    with pytest.raises(InputError) as refused:
        load(table(tmp_path / "villages.csv", *bad))
    lines = str(refused.value).splitlines()
    assert lines[0] == "Nothing was loaded:"
    assert len(lines) == 22
    assert lines[-1].strip() == "... and 10 more."


def test_a_table_that_contradicts_the_map_beside_it_is_refused(tmp_path):
    listed = table(tmp_path / "a.csv", ("XA", "", "0", "Sandland", ""), ("XA10", "XA", "1", "Upper", ""))
    row = {"area_code": "XA10", "parent_code": "XB", "level": "1"}
    mapped = geojson(tmp_path / "b.geojson", [(row, shapely.box(0, 0, 1, 1))])
    with pytest.raises(
        InputError, match=r"Area XA10 is not the same in a\.csv, line 3, and in b\.geojson, f"
    ):
        load(listed, mapped)


@pytest.mark.parametrize(
    ("name", "words"), [("gone.geojson", "no such file"), ("areas.xlsx", "come as one of")]
)
def test_files_that_are_none_are_named(tmp_path, name, words):
    (tmp_path / "areas.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match=rf"{name}: .*{words}"):
        load(tmp_path / name)


def test_another_country_than_the_one_given_is_refused(tmp_path):
    with pytest.raises(InputError, match="about the country XA, not TH"):
        load(geojson(tmp_path / "a.geojson", three()), country="TH")


def test_a_fault_in_the_middle_of_writing_leaves_nothing(tmp_path, first, monkeypatch):
    before = rows()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("forewatch.places.actions.record", broken)
    newer = geojson(tmp_path / "newer.geojson", [sub_district("XA100101", "Riverbank", 0), three()[2]])
    with pytest.raises(RuntimeError, match="the power went"), transaction.atomic():
        load(newer, day=LATER)
    assert rows() == before


# ---- together with what is there -------------------------------------------------------------------


def test_a_set_of_another_province_leaves_the_cast_where_it_is(tmp_path, areas):
    path = geojson(
        tmp_path / "a.geojson", [sub_district("XA300101", "Newbank", 4, ADM1_PCODE="XA30", ADM1_EN="New")]
    )
    load(path, day=LATER)
    assert now()["XA300101"].path == "XA/XA30/XA3001/XA300101/"
    assert now()[VILLAGE].pk == areas[VILLAGE].pk
    assert set(now()) == {*areas, "XA30", "XA3001", "XA300101"}

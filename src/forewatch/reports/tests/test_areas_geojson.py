"""areas.geojson, held against RFC 7946 and against the figures."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box, shape

from forewatch.analysis import schema
from forewatch.reports import write_reports
from forewatch.reports.areas_geojson import geometry_of
from forewatch.reports.tests.making import AS_OF, define, released_rows


def read(folder):
    return json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def collection(reported):
    return read(reported)


def test_it_is_a_collection_that_says_when_and_by_which_index(collection):
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    about = [collection[name] for name in ("as_of", "known_by", "definition")]
    assert about == ["2026-06-30", "2026-06-30", "small-index@3"]


def test_every_area_is_a_feature_with_the_figures_of_all_its_residents(collection, reported):
    rows = {
        row["area_code"]: row
        for row in pq.read_table(reported / "areas.parquet").to_pylist()
        if row["by"] == "residence" and row["sex"] is None and row["age_band"] is None
    }
    assert len(collection["features"]) == len(rows)
    for feature in collection["features"]:
        properties = feature["properties"]
        row = rows[properties["area_code"]]
        assert {name: properties[name] for name in schema.area_rows().names[4:]} == {
            name: row[name] for name in schema.area_rows().names[4:]
        }


def test_names_levels_and_parents(collection):
    found = {one["properties"]["area_code"]: one["properties"] for one in collection["features"]}
    village = found["XF010203"]
    assert (village["name"], village["level"], village["parent"]) == ("Village 1.2.3", "4", "XF0102")
    assert found["XF"]["parent"] is None


def test_shapes_are_valid_wound_and_rounded_as_the_standard_asks(collection, province):
    for feature in collection["features"]:
        found = shape(feature["geometry"])
        assert found.is_valid
        for part in shapely.get_parts(found):
            assert shapely.is_ccw(part.exterior)
            assert not any(shapely.is_ccw(hole) for hole in part.interiors)
        original = province.shapes[feature["properties"]["area_code"]]
        assert found.symmetric_difference(original).area < 1e-5 * original.area


def test_coordinates_have_six_decimals_and_no_height():
    high = Polygon([(100.12345678, 19.1, 5), (100.2, 19.1, 5), (100.2, 19.2, 5)])
    assert json.loads(geometry_of(high))["coordinates"] == [
        [[100.123457, 19.1], [100.2, 19.1], [100.2, 19.2], [100.123457, 19.1]]
    ]
    assert "100.487603," in geometry_of(Polygon([(100.48760299999999, 1), (101, 1), (101, 2)]))


def test_holes_wind_the_other_way():
    ring = box(0, 0, 9, 9).difference(box(2, 2, 4, 4))
    found = shape(json.loads(geometry_of(MultiPolygon([shapely.reverse(ring)]))))
    assert shapely.is_ccw(found.geoms[0].exterior)
    assert not shapely.is_ccw(found.geoms[0].interiors[0])


def test_an_area_without_a_boundary_is_still_a_feature(tmp_path, province, reported):
    (tmp_path / "areas.parquet").write_bytes((reported / "areas.parquet").read_bytes())
    some = {code: shape for code, shape in province.shapes.items() if code != "XF0101"}
    write_reports(tmp_path, define(), province.areas, some, AS_OF, None, {}, None)
    found = {one["properties"]["area_code"]: one for one in read(tmp_path)["features"]}
    assert found["XF0101"]["geometry"] is None
    assert found["XF0102"]["geometry"] is not None
    assert read(tmp_path)["known_by"] is None


def test_hostile_names_are_only_text(tmp_path):
    name = '"}]}<script>\u2028\\'
    areas = pa.table({"area_code": [name], "parent_code": [None], "level": ["4"], "name": [name]})
    row = dict.fromkeys(schema.area_rows().names) | {"area_code": name, "by": "residence", "people": 3}
    pq.write_table(pa.Table.from_pylist([row], schema=schema.area_rows()), tmp_path / "areas.parquet")
    write_reports(tmp_path, define(), areas.cast(schema.AREAS), None, AS_OF, None, {}, None)
    assert read(tmp_path)["features"][0]["properties"]["name"] == name


def test_a_release_gives_values_with_their_signs(tmp_path, province):
    row = {
        "area_code": "XF",
        "people": (480, "at_least"),
        "assessed": (300, "at_least"),
        "high": (None, "withheld"),
    }
    rest = {"medium": 0, "low": 15, "not_enough_information": 20}
    pq.write_table(released_rows([row | rest]), tmp_path / "areas.parquet")
    write_reports(tmp_path, define(), province.areas, province.shapes, AS_OF, None, {}, None, released=True)
    (feature,) = read(tmp_path)["features"]
    found = feature["properties"]
    assert (found["people"], found["people_sign"]) == (480, "at_least")
    assert (found["high"], found["high_sign"]) == (None, "withheld")
    assert (found["medium"], found["medium_sign"]) == (0, "zero")
    assert not {"provisional", "act_now"} & set(found)

"""Boundaries in every published column style become the same areas, parents and shapes."""

import json
import zipfile
from datetime import date

import pyarrow as pa
import pyogrio
import pytest
import shapely

from forewatch.analysis import schema
from forewatch.analysis.boundaries import read_boundaries
from forewatch.analysis.problems import InputError

LEFT, RIGHT = shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)
LOW, HIGH = shapely.box(0, 0, 1, 1), shapely.box(0, 1, 1, 2)
BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def geojson(path, *features, crs=None):
    """Write features, each a dict of properties and a shape (or None), and return the path."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for properties, shape in features
        ],
    }
    if crs is not None:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def areas(boundaries):
    """Return area code -> (parent, level, name)."""
    return {
        row["area_code"]: (row["parent_code"], row["level"], row["name"])
        for row in boundaries.areas.to_pylist()
    }


PROVINCE = {"ADM1_PCODE": "ZZ1", "ADM1_EN": "Lefta", "ADM0_PCODE": "ZZ", "ADM0_EN": "Zedland"}
DISTRICT = {"ADM2_PCODE": "ZZ11", "ADM2_EN": "Lowa", **PROVINCE}


# ---- the three styles ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        ("ADM0_PCODE", "ADM0_EN", "ADM1_PCODE", "ADM1_EN", "ADM2_PCODE", "ADM2_EN"),
        ("admin0Pcode", "admin0Name_en", "admin1Pcode", "admin1Name_en", "admin2Pcode", "admin2Name_en"),
        ("adm0_pcode", "adm0_en", "adm1_pcode", "adm1_en", "adm2_pcode", "adm2_en"),
        ("adm0_pcode", "adm0_name", "adm1_pcode", "adm1_name", "adm2_pcode", "adm2_name"),
        # A Shapefile cuts the columns of the live service to ten letters.
        ("admin0Pcod", "admin0Name", "admin1Pcod", "admin1Name", "admin2Pcod", "admin2Name"),
    ],
)
def test_cod_columns_in_every_spelling_give_the_whole_chain(tmp_path, columns):
    row = dict(zip(columns, ("ZZ", "Zedland", "ZZ1", "Lefta", "ZZ11", "Lowa"), strict=True))
    found = read_boundaries([geojson(tmp_path / "a.geojson", (row, LOW))])
    assert areas(found) == {
        "ZZ": (None, "0", "Zedland"),
        "ZZ1": ("ZZ", "1", "Lefta"),
        "ZZ11": ("ZZ1", "2", "Lowa"),
    }
    assert set(found.shapes) == {"ZZ11"}
    assert found.shapes["ZZ11"].equals(LOW)
    assert found.areas.schema == schema.AREAS


def test_cod_name_is_english_else_any_language_and_never_an_alternative(tmp_path):
    both = {"ADM1_PCODE": "ZZ1", "ADM1_TH": "ซ้าย", "ADM1_EN": "Lefta", "ADM1ALT1EN": "Leftie"}
    assert areas(read_boundaries([geojson(tmp_path / "a.geojson", (both, LEFT))]))["ZZ1"][2] == "Lefta"
    mixed = {"adm1_pcode": "ZZ1", "adm1_name": "ซ้าย", "adm1_en": "Lefta"}
    assert areas(read_boundaries([geojson(tmp_path / "c.geojson", (mixed, LEFT))]))["ZZ1"][2] == "Lefta"
    local = {"ADM1_PCODE": "ZZ1", "ADM1ALT1EN": "Leftie", "ADM1_TH": "ซ้าย", "ADM1_REF": "Ref"}
    assert areas(read_boundaries([geojson(tmp_path / "b.geojson", (local, LEFT))]))["ZZ1"][2] == "ซ้าย"


def test_geoboundaries_find_the_province_on_the_map_and_the_country_in_the_group(tmp_path):
    def row(code, name, kind):
        return {"shapeID": code, "shapeName": name, "shapeISO": "", "shapeGroup": "ZZZ", "shapeType": kind}

    geojson(tmp_path / "a2.geojson", (row("d1", "Same", "ADM2"), LOW), (row("d2", "Same", "ADM2"), RIGHT))
    geojson(tmp_path / "a1.geojson", (row("p1", "Lefta", "ADM1"), LEFT), (row("p2", "Righta", "ADM1"), RIGHT))
    found = read_boundaries([tmp_path])
    assert areas(found) == {
        "ZZZ": (None, "0", None),
        "p1": ("ZZZ", "1", "Lefta"),
        "p2": ("ZZZ", "1", "Righta"),
        "d1": ("p1", "2", "Same"),
        "d2": ("p2", "2", "Same"),
    }
    assert found.areas.column("area_code").to_pylist() == ["ZZZ", "p1", "p2", "d1", "d2"]


def test_geoboundaries_districts_alone_belong_to_the_country(tmp_path):
    country = {"shapeID": "x-1", "shapeName": "Zedland", "shapeGroup": "ZZZ", "shapeType": "ADM0"}
    district = {"shapeID": "d1", "shapeName": "Lowa", "shapeGroup": "ZZZ", "shapeType": "ADM2"}
    # The outlines differ by more than a district: the group, not the map, says whose it is.
    path = geojson(tmp_path / "a.geojson", (district, LOW), (country, RIGHT))
    found = read_boundaries([path])
    assert areas(found) == {"ZZZ": (None, "0", "Zedland"), "d1": ("ZZZ", "2", "Lowa")}
    assert found.shapes["ZZZ"].equals(RIGHT)


def test_plain_columns_are_taken_as_they_are(tmp_path):
    path = geojson(
        tmp_path / "a.geojson",
        ({"area_code": "p", "parent_code": None, "level": "province", "name": "Lefta"}, LEFT),
        ({"area_code": "d", "parent_code": "p", "level": "district", "name": "Lowa"}, LOW),
    )
    found = read_boundaries([path])
    assert areas(found) == {"p": (None, "province", "Lefta"), "d": ("p", "district", "Lowa")}


def test_plain_rows_may_leave_out_all_but_the_code_and_codes_may_be_numbers(tmp_path):
    found = read_boundaries([geojson(tmp_path / "a.geojson", ({"area_code": 5001}, LEFT))])
    assert areas(found) == {"5001": (None, None, None)}


def test_plain_rows_with_levels_but_no_parent_column_are_placed_on_the_map(tmp_path):
    path = geojson(
        tmp_path / "a.geojson",
        ({"area_code": "c", "level": "0"}, shapely.box(0, 0, 2, 2)),
        ({"area_code": "p", "level": "1"}, LEFT),
        ({"area_code": "v", "level": "4"}, LOW),
    )
    assert {code: one[0] for code, one in areas(read_boundaries([path])).items()} == {
        "c": None,
        "p": "c",
        "v": "p",
    }


def test_two_countries_load_together(tmp_path):
    one = geojson(tmp_path / "one.geojson", ({"ADM1_PCODE": "ZZ1", "ADM1_EN": "Same"}, LEFT))
    other = {"shapeID": "q1", "shapeName": "Same", "shapeGroup": "QQQ", "shapeType": "ADM1"}
    two = geojson(tmp_path / "two.geojson", (other, LOW))
    assert areas(read_boundaries([one, two])) == {
        "QQQ": (None, "0", None),
        "ZZ1": (None, "1", "Same"),
        "q1": ("QQQ", "1", "Same"),
    }


# ---- several files ---------------------------------------------------------------------------------


def test_the_order_of_files_and_rows_changes_nothing(tmp_path):
    districts = [({**DISTRICT, "ADM2_PCODE": "ZZ11"}, LOW), ({**DISTRICT, "ADM2_PCODE": "ZZ12"}, HIGH)]
    one = geojson(tmp_path / "1.geojson", (PROVINCE, LEFT))
    two = geojson(tmp_path / "2.geojson", *districts)
    back = geojson(tmp_path / "3.geojson", *reversed(districts))
    first, second = read_boundaries([one, two]), read_boundaries([back, one])
    assert first.areas.equals(second.areas)
    assert {code: shape.wkt for code, shape in first.shapes.items()} == {
        code: shape.wkt for code, shape in second.shapes.items()
    }
    assert first.areas.column("area_code").to_pylist() == ["ZZ", "ZZ1", "ZZ11", "ZZ12"]


def test_an_areas_own_row_names_it_better_than_its_children_do(tmp_path):
    child = {**DISTRICT, "ADM1_EN": "Old name"}
    one = geojson(tmp_path / "1.geojson", (child, LOW))
    two = geojson(tmp_path / "2.geojson", (PROVINCE, LEFT))
    assert areas(read_boundaries([one, two]))["ZZ1"] == ("ZZ", "1", "Lefta")


def test_a_parent_known_to_one_file_serves_the_other(tmp_path):
    bare = {"ADM1_PCODE": "ZZ1", "ADM1_EN": "Lefta"}
    one = geojson(tmp_path / "1.geojson", (bare, LEFT))
    two = geojson(tmp_path / "2.geojson", (DISTRICT, LOW))
    assert areas(read_boundaries([one, two]))["ZZ1"] == ("ZZ", "1", "Lefta")


# ---- kinds of file ---------------------------------------------------------------------------------


def write(path, driver, layer=None, crs="EPSG:4326", shape=LEFT, kind="Polygon", append=False):
    """Write one province through GDAL, as its owners would."""
    table = pa.table({"ADM1_PCODE": ["ZZ1"], "ADM1_EN": ["Lefta"], "geometry": [shapely.to_wkb(shape)]})
    pyogrio.write_arrow(
        table, path, driver=driver, layer=layer, geometry_name="geometry", geometry_type=kind, crs=crs,
        append=append,
    )  # fmt: skip
    return path


def test_geopackage_skips_its_lines_and_points(tmp_path):
    path = write(tmp_path / "a.gpkg", "GPKG", layer="admbnda")
    write(path, "GPKG", layer="admbndl", shape=LEFT.exterior, kind="LineString", append=True)
    write(path, "GPKG", layer="admbndp", shape=LEFT.centroid, kind="Point", append=True)
    assert areas(read_boundaries([path])) == {"ZZ1": (None, "1", "Lefta")}


def test_shapefile_in_a_folder_and_in_the_folder_of_a_zip(tmp_path):
    folder = tmp_path / "shapes"
    folder.mkdir()
    write(folder / "zz_admbnda_adm1.shp", "ESRI Shapefile")
    archive = tmp_path / "zz.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in folder.iterdir():
            packed.write(part, f"inner/{part.name}")
    for source in (folder, archive):
        found = read_boundaries([source])
        assert areas(found) == {"ZZ1": (None, "1", "Lefta")}
        assert found.shapes["ZZ1"].equals(LEFT)


def test_empty_or_damaged_packages_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as packed:
        packed.writestr("readme.txt", "nothing here")
    with pytest.raises(InputError, match=r"empty\.zip: the zip file holds no GeoJSON"):
        read_boundaries([tmp_path / "empty.zip"])
    (tmp_path / "bad.zip").write_bytes(b"not a zip")
    with pytest.raises(InputError, match=r"bad\.zip: the zip file is damaged"):
        read_boundaries([tmp_path / "bad.zip"])
    (tmp_path / "bad.geojson").write_text("{")
    with pytest.raises(InputError, match=r"bad\.geojson cannot be read as a map"):
        read_boundaries([tmp_path / "bad.geojson"])
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="the folder holds no GeoJSON"):
        read_boundaries([tmp_path / "none"])
    with pytest.raises(InputError, match="there is no such file"):
        read_boundaries([tmp_path / "gone.geojson"])


# ---- coordinates and shapes ------------------------------------------------------------------------


def test_other_coordinate_systems_are_refused_by_name(tmp_path):
    path = geojson(tmp_path / "utm.geojson", (PROVINCE, LEFT), crs="urn:ogc:def:crs:EPSG::32647")
    with pytest.raises(InputError, match=r"utm\.geojson: .*WGS 84.*EPSG:32647"):
        read_boundaries([path])


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_that_names_no_coordinate_system_is_refused(tmp_path):
    path = write(tmp_path / "a.shp", "ESRI Shapefile", crs=None)
    with pytest.raises(InputError, match=r"a\.shp: .*none given"):
        read_boundaries([path])


@pytest.mark.parametrize(
    "box", [(490000, 20, 500000, 30), (20, 91, 30, 95), (-200, 20, -190, 30), (20, -95, 30, -91)]
)
def test_metres_that_claim_to_be_degrees_are_refused(tmp_path, box):
    path = geojson(tmp_path / "a.geojson", (PROVINCE, shapely.box(*box)))
    with pytest.raises(InputError, match="not degrees"):
        read_boundaries([path])


def test_crs84_is_wgs84(tmp_path):
    path = geojson(tmp_path / "a.geojson", (PROVINCE, LEFT), crs="urn:ogc:def:crs:OGC:1.3:CRS84")
    assert "ZZ1" in read_boundaries([path]).shapes


def test_an_invalid_outline_is_repaired_and_counted(tmp_path):
    path = geojson(tmp_path / "a.geojson", (DISTRICT, BOW_TIE), ({**DISTRICT, "ADM2_PCODE": "ZZ12"}, HIGH))
    found = read_boundaries([path])
    assert set(found.repairs) == {"ZZ11"}
    assert "Self-intersection" in found.repairs["ZZ11"]
    mended = found.shapes["ZZ11"]
    assert mended.is_valid
    assert mended.geom_type in ("Polygon", "MultiPolygon")
    assert mended.area == pytest.approx(0.5)


def test_heights_are_dropped(tmp_path):
    path = geojson(tmp_path / "a.geojson", (PROVINCE, shapely.force_3d(LEFT, 300)))
    assert not read_boundaries([path]).shapes["ZZ1"].has_z


def test_an_area_without_an_outline_stays_an_area(tmp_path):
    path = geojson(tmp_path / "a.geojson", (PROVINCE, LEFT), ({**PROVINCE, "ADM1_PCODE": "ZZ2"}, None))
    found = read_boundaries([path])
    assert set(areas(found)) == {"ZZ", "ZZ1", "ZZ2"}
    assert set(found.shapes) == {"ZZ1"}


def test_shapes_that_are_no_polygons_are_refused(tmp_path):
    mixed = [(PROVINCE, LEFT), ({**PROVINCE, "ADM1_PCODE": "ZZ2"}, shapely.Point(1, 1))]
    with pytest.raises(InputError, match=r"mixed\.geojson, feature 2: the shape is a Point"):
        read_boundaries([geojson(tmp_path / "mixed.geojson", *mixed)])
    with pytest.raises(InputError, match=r"points\.geojson holds no polygons"):
        read_boundaries([geojson(tmp_path / "points.geojson", (PROVINCE, shapely.Point(1, 1)))])


def test_an_outline_that_encloses_nothing_is_refused(tmp_path):
    flat = shapely.Polygon([(0, 0), (1, 0), (0, 0), (0, 0)])
    with pytest.raises(InputError, match="feature 1: the outline encloses nothing"):
        read_boundaries([geojson(tmp_path / "a.geojson", (PROVINCE, flat))])


@pytest.mark.filterwarnings("ignore:Non closed ring")
def test_an_open_ring_is_refused(tmp_path):
    path = geojson(tmp_path / "a.geojson", (PROVINCE, LEFT))
    whole = json.loads(path.read_text())
    whole["features"][0]["geometry"]["coordinates"][0].pop()
    path.write_text(json.dumps(whole))
    with pytest.raises(InputError, match=r"a\.geojson: an outline is broken"):
        read_boundaries([path])


# ---- codes and the hierarchy -----------------------------------------------------------------------


@pytest.mark.parametrize("empty", [None, "", "  "])
@pytest.mark.parametrize("column", ["ADM2_PCODE", "ADM1_PCODE"])
def test_a_missing_code_is_refused_with_file_and_feature(tmp_path, column, empty):
    rows = [(DISTRICT, LOW), ({**DISTRICT, "ADM2_PCODE": "ZZ12", column: empty}, HIGH)]
    with pytest.raises(InputError, match=rf"codes\.geojson, feature 2: {column.lower()} is empty"):
        read_boundaries([geojson(tmp_path / "codes.geojson", *rows)])


def test_columns_of_no_known_style_are_listed(tmp_path):
    with pytest.raises(InputError, match=r"a\.geojson: no column says .*found: province, pop"):
        read_boundaries([geojson(tmp_path / "a.geojson", ({"province": "Lefta", "POP": 3}, LEFT))])


def test_an_unknown_geoboundaries_type_is_refused(tmp_path):
    row = {"shapeID": "d1", "shapeName": "Lowa", "shapeGroup": "ZZZ", "shapeType": "CGAZ"}
    with pytest.raises(InputError, match="feature 1: shapeType is not one of"):
        read_boundaries([geojson(tmp_path / "a.geojson", (row, LOW))])


def test_one_area_with_two_outlines_is_refused(tmp_path):
    path = geojson(tmp_path / "a.geojson", (PROVINCE, LEFT), (PROVINCE, RIGHT))
    with pytest.raises(InputError, match=r"ZZ1 has two shapes: .*feature 1, and .*feature 2"):
        read_boundaries([path])


def test_one_area_with_two_parents_is_refused(tmp_path):
    sub = {**DISTRICT, "ADM3_PCODE": "ZZ1101", "ADM3_EN": "Tina", "ADM1_PCODE": "ZZ2", "ADM1_EN": "Righta"}
    one = geojson(tmp_path / "1.geojson", (DISTRICT, LOW))
    two = geojson(tmp_path / "2.geojson", (sub, LOW))
    with pytest.raises(InputError, match=r"ZZ11 has two parents: ZZ1 \(1.*\), and ZZ2 \(2.*\)"):
        read_boundaries([one, two])


def test_one_area_at_two_levels_is_refused(tmp_path):
    path = geojson(tmp_path / "a.geojson", ({**DISTRICT, "ADM2_PCODE": "ZZ1"}, LOW))
    with pytest.raises(InputError, match="ZZ1 has two"):
        read_boundaries([path])


def test_a_district_outside_every_province_is_refused(tmp_path):
    row = {"shapeID": "d1", "shapeName": "Farra", "shapeGroup": "ZZZ", "shapeType": "ADM2"}
    up = {"shapeID": "p1", "shapeName": "Lefta", "shapeGroup": "ZZZ", "shapeType": "ADM1"}
    path = geojson(tmp_path / "a.geojson", (up, LEFT), (row, shapely.box(50, 50, 51, 51)))
    with pytest.raises(InputError, match=r"feature 2: area d1 \(Farra\) lies in no area of the level above"):
        read_boundaries([path])


def test_a_crescent_district_is_placed_by_a_point_inside_it(tmp_path):
    # Its centroid lies in the other province; a point on its surface does not.
    crescent = shapely.box(0, 0, 4, 3).difference(shapely.box(1, 1, 4, 2))
    hollow = shapely.box(1, 1, 4, 2)
    rows = [
        ({"area_code": "around", "level": "1"}, crescent),
        ({"area_code": "inside", "level": "1"}, hollow),
        ({"area_code": "district", "level": "2"}, crescent.buffer(-0.1)),
    ]
    assert areas(read_boundaries([geojson(tmp_path / "a.geojson", *rows)]))["district"][0] == "around"


@pytest.mark.parametrize("first", [0, 1])
def test_where_provinces_overlap_the_smaller_code_decides(tmp_path, first):
    provinces = [
        ({"area_code": "p1", "level": "1"}, LEFT),
        ({"area_code": "p2", "level": "1"}, LEFT.buffer(1)),
    ]
    district = ({"area_code": "d", "level": "2"}, LOW)
    rows = [provinces[first], provinces[1 - first], district]
    assert areas(read_boundaries([geojson(tmp_path / "a.geojson", *rows)]))["d"][0] == "p1"


def test_a_district_never_falls_to_another_countrys_province(tmp_path):
    def row(code, kind, country):
        return {"shapeID": code, "shapeName": code, "shapeType": kind, "shapeGroup": country}

    # Neighbours drawn by different hands overlap along the border.
    path = geojson(
        tmp_path / "a.geojson",
        (row("a1", "ADM1", "AAA"), LEFT.buffer(1)),
        (row("z1", "ADM1", "ZZZ"), LEFT),
        (row("z11", "ADM2", "ZZZ"), LOW),
    )
    assert areas(read_boundaries([path]))["z11"][0] == "z1"

    # Nor does a neighbour's province make one missing where a country gives its districts alone.
    alone = geojson(
        tmp_path / "b.geojson", (row("a1", "ADM1", "AAA"), LEFT), (row("z11", "ADM2", "ZZZ"), LOW)
    )
    assert areas(read_boundaries([alone]))["z11"][0] == "ZZZ"


def test_messages_name_the_file_alone_and_not_where_it_is_kept(tmp_path):
    path = geojson(tmp_path / "a.geojson", ({"province": "Lefta"}, LEFT))
    with pytest.raises(InputError) as refused:
        read_boundaries([path])
    assert str(tmp_path) not in str(refused.value)


# ---- what else a file says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        ("ADM1_PCODE", "ADM1_EN", "ADM1_TH", "ADM0_PCODE", "ADM0_EN", "ADM0_TH"),
        ("ADM1_PCODE", "ADM1_TH", "ADM1_EN", "ADM0_PCODE", "ADM0_TH", "ADM0_EN"),
        ("admin1Pcode", "admin1Name_en", "admin1Name_th", "admin0Pcode", "admin0Name_en", "admin0Name_th"),
        ("adm1_pcode", "adm1_name", "adm1_name1", "adm0_pcode", "adm0_name", "adm0_name1"),
        ("adm1_pcode", "adm1_en", "adm1_th", "adm0_pcode", "adm0_en", "adm0_th"),
    ],
)
def test_names_in_the_local_language_are_kept_beside_the_english_ones(tmp_path, columns):
    words = {"pcode": "ZZ1", "en": "Lefta", "th": "ซ้าย"}, {"pcode": "ZZ", "en": "Zedland", "th": "แดนซี"}
    row = {}
    for column in columns:
        kind = column.lower()[-5:] if column.lower().endswith("pcode") else None
        kind = kind or ("th" if column.lower().endswith(("th", "name1")) else "en")
        row[column] = words["0" in column][kind]
    found = read_boundaries([geojson(tmp_path / "a.geojson", (row, LEFT))])
    assert areas(found) == {"ZZ": (None, "0", "Zedland"), "ZZ1": ("ZZ", "1", "Lefta")}
    assert found.local_names == {"ZZ": "แดนซี", "ZZ1": "ซ้าย"}


@pytest.mark.parametrize("column", ["name_local", "name_th"])
def test_our_own_columns_name_areas_in_the_local_language_too(tmp_path, column):
    row = {"area_code": "p", "level": "1", "name": "Lefta", "name_en": "Lefta", column: "ซ้าย"}
    found = read_boundaries([geojson(tmp_path / "a.geojson", (row, LEFT))])
    assert found.local_names == {"p": "ซ้าย"}


def test_each_area_says_where_it_stands(tmp_path):
    one = geojson(tmp_path / "1.geojson", (DISTRICT, LOW))
    two = geojson(tmp_path / "2.geojson", (PROVINCE, LEFT))
    assert read_boundaries([one, two]).places == {
        "ZZ": "1.geojson, feature 1",
        "ZZ1": "2.geojson, feature 1",
        "ZZ11": "1.geojson, feature 1",
    }


@pytest.mark.parametrize("written", ["2022-01-22", "2022/01/22", "2022-01-22T00:00:00"])
def test_the_day_from_which_a_set_holds_is_the_latest_it_names(tmp_path, written):
    rows = [
        ({**DISTRICT, "validOn": "2019-02-03"}, LOW),
        ({**DISTRICT, "ADM2_PCODE": "ZZ12", "validOn": written}, HIGH),
    ]
    assert read_boundaries([geojson(tmp_path / "a.geojson", *rows)]).valid_on == date(2022, 1, 22)


def test_a_day_that_is_none_is_refused_and_silence_is_not(tmp_path):
    assert read_boundaries([geojson(tmp_path / "a.geojson", (DISTRICT, LOW))]).valid_on is None
    path = geojson(tmp_path / "b.geojson", ({**DISTRICT, "validOn": "soon"}, LOW))
    with pytest.raises(InputError, match=r"b\.geojson, feature 1: validon is 'soon'"):
        read_boundaries([path])


def test_an_area_without_an_outline_that_stands_twice_is_refused(tmp_path):
    path = geojson(
        tmp_path / "a.geojson", ({**DISTRICT, "ADM2_PCODE": "ZZ12"}, HIGH), (DISTRICT, None), (DISTRICT, None)
    )
    with pytest.raises(InputError, match=r"ZZ11 stands there twice: .*feature 2, and .*feature 3"):
        read_boundaries([path])

"""Published boundaries of two countries, in two column styles, become one hierarchy each."""

from collections import Counter

import pytest
import shapely

from forewatch.analysis.boundaries import read_boundaries


@pytest.fixture(scope="module")
def thailand(data):
    return read_boundaries([data / "geography" / f"tha_adm{level}.geojson" for level in (1, 2, 3)])


@pytest.fixture(scope="module")
def laos(data):
    return read_boundaries([data / "geography" / f"lao_adm{level}_geoboundaries.geojson" for level in (1, 2)])


def by_level(boundaries):
    return Counter(boundaries.areas.column("level").to_pylist())


def below(boundaries, code):
    """Return how many areas lie under one, by level."""
    rows = boundaries.areas.to_pylist()
    inside, counts = {code}, Counter()
    for row in sorted(rows, key=lambda row: row["level"]):
        if row["parent_code"] in inside:
            inside.add(row["area_code"])
            counts[row["level"]] += 1
    return dict(counts)


def test_thailand_has_every_province_district_and_sub_district(thailand):
    assert by_level(thailand) == {"1": 77, "2": 928, "3": 7425}
    assert len(thailand.shapes) == 77 + 928 + 7425
    assert not thailand.repairs
    assert all(shape.is_valid for shape in thailand.shapes.values())


@pytest.mark.parametrize(("province", "districts", "sub_districts"), [("TH50", 25, 204), ("TH56", 9, 68)])
def test_thai_hierarchy_counts(thailand, province, districts, sub_districts):
    assert below(thailand, province) == {"2": districts, "3": sub_districts}


def test_thai_parents_are_those_of_the_codes(thailand):
    rows = {row["area_code"]: row for row in thailand.areas.to_pylist()}
    assert rows["TH50"]["name"] == "Chiang Mai"
    for code, row in rows.items():
        # COD-AB nests Thai codes: TH50, TH5001, TH500101. The reader does not rely on it.
        assert row["parent_code"] == (None if row["level"] == "1" else code[:-2])


def test_thai_names_are_shared_and_stay_apart(thailand):
    rows = [row for row in thailand.areas.to_pylist() if row["level"] == "3"]
    shared = [name for name, times in Counter(row["name"] for row in rows).items() if times > 1]
    assert len(shared) > 800
    assert len({row["area_code"] for row in rows}) == 7425


def test_sub_districts_alone_still_know_their_provinces(data, thailand):
    alone = read_boundaries([data / "geography" / "tha_adm3.geojson"])
    assert alone.areas.equals(thailand.areas)
    assert len(alone.shapes) == 7425


def test_laos_finds_the_province_of_every_district(laos):
    assert by_level(laos) == {"0": 1, "1": 18, "2": 148}
    assert below(laos, "LAO") == {"1": 18, "2": 148}
    assert len(laos.shapes) == 18 + 148


def test_a_lao_district_lies_mostly_inside_its_province(laos):
    for row in laos.areas.to_pylist():
        if row["level"] == "2":
            district, province = laos.shapes[row["area_code"]], laos.shapes[row["parent_code"]]
            assert shapely.intersection(district, province).area > 0.8 * district.area, row["name"]


@pytest.mark.parametrize(
    ("district", "province"),
    [("Luangprabang", "Luang Prabang"), ("Vangvieng", "Vientiane"), ("Pakse", "Champasak")],
)
def test_known_lao_districts(laos, district, province):
    rows = laos.areas.to_pylist()
    names = {row["area_code"]: row["name"] for row in rows}
    assert [names[row["parent_code"]] for row in rows if row["name"] == district] == [province]


def test_both_countries_load_from_one_folder(data, thailand, laos):
    both = read_boundaries([data / "geography"])
    assert both.areas.num_rows == thailand.areas.num_rows + laos.areas.num_rows
    assert both.shapes.keys() == thailand.shapes.keys() | laos.shapes.keys()

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from forewatch.analysis.boundaries import read_boundaries
from forewatch.synthesis.places import CENTRE, Places, draw_places
from forewatch.synthesis.shapes import village_cells, write_boundaries


def _written(places: Places, folder: Path) -> dict[str, shapely.Geometry]:
    path = folder / "boundaries.geojson"
    write_boundaries(places, path, np.random.default_rng(5))
    features = json.loads(path.read_text("utf-8"))["features"]
    return {one["properties"]["area_code"]: shape(one["geometry"]) for one in features}


@pytest.fixture(scope="module")
def country() -> Places:
    return draw_places(1_700_000, np.random.default_rng(2))


@pytest.mark.parametrize("people", [1, 570 * 2, 570 * 3, 50_000])
@pytest.mark.parametrize("seed", range(3))
def test_cells_are_valid_and_tile(people: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = draw_places(people, rng)
    cells = village_cells(places, rng)
    assert len(cells) == len(places)
    assert all(cell.geom_type == "Polygon" and cell.is_valid for cell in cells)
    assert shapely.coverage_is_valid(cells)


def test_each_cell_holds_its_own_village(places: Places) -> None:
    cells = village_cells(places, np.random.default_rng(1))
    villages = shapely.points(places.points[: len(places)])
    assert shapely.contains_properly(cells, villages).all()


def test_cells_look_drawn_by_nature(places: Places) -> None:
    cells = village_cells(places, np.random.default_rng(1))
    corners = shapely.get_num_coordinates(cells)
    assert corners.min() > 15
    filled = shapely.area(cells) / shapely.area(shapely.envelope(cells))
    assert filled.max() < 0.9, "no cell is nearly a rectangle"
    assert shapely.area(cells).std() / shapely.area(cells).mean() > 0.1


def test_children_partition_their_parent(country: Places, tmp_path: Path) -> None:
    shapes = _written(country, tmp_path)
    unmapped = {area.code for area in country.areas} - set(shapes)
    assert len(unmapped) == 2
    assert {len(code) for code in unmapped} == {10}
    parents = {area.parent for area in country.areas if area.parent} - {code[:-2] for code in unmapped}
    assert {len(code) for code in parents} == {2, 4, 6, 8}
    for parent in parents:
        children = [shapes[area.code] for area in country.areas if area.parent == parent]
        assert shapely.coverage_is_valid(children)
        together = shapely.union_all(children)
        assert shapely.area(shapely.symmetric_difference(together, shapes[parent])) < 1e-12
        assert sum(shapely.area(child) for child in children) == pytest.approx(shapes[parent].area)


def test_an_area_above_an_unmapped_village_still_covers_its_land(places: Places, tmp_path: Path) -> None:
    shapes = _written(places, tmp_path)
    cells = dict(zip(places.codes.tolist(), village_cells(places, np.random.default_rng(5)), strict=True))
    unmapped = set(cells) - set(shapes)
    assert len(unmapped) == 2
    for code in unmapped:
        assert shapely.covers(shapes[code[:-2]], cells[code].buffer(-1e-6))


def test_features_name_area_parent_and_level(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    write_boundaries(places, path, np.random.default_rng(5))
    written = json.loads(path.read_text("utf-8"))
    assert "made-up" in written["description"]
    areas = {area.code: area for area in places.areas}
    for feature in written["features"]:
        area = areas[feature["properties"]["area_code"]]
        assert feature["properties"] == {
            "area_code": area.code,
            "parent_code": area.parent,
            "level": area.level,
            "name": area.name,
            "name_th": area.name_th,
        }


def test_the_province_lies_in_open_ocean(country: Places, tmp_path: Path) -> None:
    west, south, east, north = _written(country, tmp_path)["XF"].bounds
    assert CENTRE[0] - 8 < west < east < CENTRE[0] + 8
    assert CENTRE[1] - 8 < south < north < CENTRE[1] + 8


def test_the_map_reads_back_without_repair(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "boundaries.geojson"
    write_boundaries(places, path, np.random.default_rng(5))
    read = read_boundaries([path])
    assert not read.repairs
    assert len(read.shapes) == len(places.areas) - 2

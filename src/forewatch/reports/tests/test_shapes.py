"""Shapes on the page: smaller, still touching, and never outside their frame."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from forewatch.reports.picture import MARGIN, TALLEST, WIDTH, draw
from forewatch.reports.shapes import shrink
from forewatch.reports.tests.making import make_province, with_areas_above
from forewatch.reports.tree import grow


def polygons(shape) -> shapely.Geometry:
    """Return a page's shape as polygons again: rings are steps from a first point."""
    rings = []
    for flat in shape.rings:
        points = np.array(flat).reshape(-1, 2)
        rings.append(Polygon(np.cumsum(points, axis=0)))
    return functools.reduce(shapely.symmetric_difference, rings)


def wavy_border(start, stop):
    """Return many points from one corner to the next, the same ones in either direction."""
    low, high = sorted([tuple(start), tuple(stop)])
    steps = np.linspace(0, 1, 40)[:, None]
    x, y = (np.array(low) + steps * (np.array(high) - low)).T
    line = np.column_stack([x + 0.0004 * np.sin(900 * y), y + 0.0004 * np.sin(900 * x)])
    return line[:-1] if low == tuple(start) else line[:0:-1]


def wavy_shape(shape):
    corners = shapely.get_coordinates(shape)
    return Polygon(np.concatenate([wavy_border(*pair) for pair in pairwise(corners)]))


@pytest.fixture(scope="module")
def wavy(province):
    """The province's shapes with many points on wavy borders, the same on both sides."""
    rows = [tuple(row.values()) for row in province.areas.to_pylist()]
    villages = {row[0]: wavy_shape(province.shapes[row[0]]) for row in rows if row[2] == "4"}
    assert shapely.coverage_is_valid(list(villages.values()), gap_width=0.0001)
    return with_areas_above(rows, villages)


@pytest.fixture(scope="module")
def places(province):
    return grow(province.areas, province.areas["area_code"].to_pylist())


@pytest.fixture(scope="module")
def shapes(wavy, places):
    return shrink(places, wavy, set(range(1, len(places))))


def test_every_area_keeps_its_shape(shapes, places):
    assert set(shapes) == set(range(1, len(places)))


def test_simplified_shapes_are_smaller(shapes, wavy, places):
    before = sum(shapely.get_num_coordinates(wavy[places.codes[place]]) for place in shapes)
    after = sum(len(ring) // 2 for shape in shapes.values() for ring in shape.rings)
    assert after < before / 2


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_there_are_neither_gaps_nor_overlaps(shapes, places, depth):
    parts = [polygons(shape) for place, shape in shapes.items() if places.depths[place] == depth]
    assert shapely.coverage_is_valid(parts)
    whole = shapely.union_all(parts)
    assert whole.area == pytest.approx(sum(part.area for part in parts), rel=1e-9)
    assert not shapely.get_parts(whole)[0].interiors


def test_shapes_stay_where_they_were(shapes, wavy, places):
    """Scaled back, a simplified area overlaps its original almost wholly."""
    place = places.places["XF02"]
    original = wavy["XF02"]
    west, south, east, north = original.bounds
    left, top, right, bottom = polygons(shapes[place]).bounds
    back = shapely.transform(
        polygons(shapes[place]),
        lambda points: np.column_stack(
            [
                west + (points[:, 0] - left) * (east - west) / (right - left),
                north - (points[:, 1] - top) * (north - south) / (bottom - top),
            ]
        ),
    )
    assert back.intersection(original).area > 0.98 * original.area


def test_a_label_stands_inside_its_area_with_the_room_it_says(shapes):
    for shape in shapes.values():
        x, y, room = shape.label
        assert polygons(shape).buffer(2).contains(Point(x, y).buffer(0.9 * room))


def island_and_lake():
    province = make_province(districts=1, sub_districts=1, villages=2, people=10)
    lake = box(100.02, 19.02, 100.04, 19.04)
    mainland = box(100, 19, 100.1, 19.1).difference(lake)
    speck = box(100.2, 19.0, 100.2000001, 19.0000001)
    island = box(100.15, 19.0, 100.17, 19.02)
    shapes = {"XF010101": MultiPolygon([mainland, island, speck]), "XF010102": Point(100, 19)}
    tree = grow(province.areas, province.areas["area_code"].to_pylist())
    return tree, shrink(tree, shapes, set(range(len(tree))))


def test_islands_and_lakes_stay_and_specks_go():
    tree, shapes = island_and_lake()
    assert set(shapes) == {tree.places["XF010101"]}
    found = polygons(shapes[tree.places["XF010101"]])
    assert len(shapely.get_parts(found)) == 2
    assert sum(len(part.interiors) for part in shapely.get_parts(found)) == 1


def test_no_boundaries_no_shapes_no_picture(places):
    assert shrink(places, {}, {1, 2}) == {}
    assert draw({}, [1, 2]) is None


def test_the_picture_holds_all_its_areas(shapes, places):
    picture = draw(shapes, places.children[0])
    assert [one.place for one in picture.areas] == places.children[0]
    numbers = [
        tuple(map(float, corner.split()))
        for one in picture.areas
        for corner in one.path.replace("M", " ").replace("Z", "").replace("L", ",").split(",")
    ]
    xs, ys = zip(*numbers, strict=True)
    assert min(xs) >= MARGIN - 1
    assert max(xs) <= WIDTH - MARGIN + 1
    assert min(ys) >= MARGIN - 1
    assert max(ys) <= picture.height - MARGIN + 1
    assert picture.height <= TALLEST

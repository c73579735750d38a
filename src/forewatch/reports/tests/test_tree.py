"""The hierarchy of areas as a report walks it."""

from __future__ import annotations

import pyarrow as pa

from forewatch.analysis import schema
from forewatch.reports.tree import ALL_AREAS, grow


def areas(*rows):
    columns = dict(zip(schema.AREAS.names, zip(*rows, strict=True), strict=True))
    return pa.table(columns).cast(schema.AREAS)


PROVINCE = areas(
    ("P", None, "1", "Province"),
    ("P2", "P", "2", "Second"),
    ("P1", "P", "2", "First"),
    ("P1b", "P1", "4", None),
    ("P1a", "P1", "4", "Village"),
)


def codes(tree, places):
    return [tree.codes[place] for place in places]


def test_parents_come_first_and_siblings_by_code():
    tree = grow(PROVINCE, PROVINCE["area_code"].to_pylist())
    assert tree.codes == ["P", "P1", "P2", "P1a", "P1b"]
    assert tree.parents == [None, 0, 0, 1, 1]
    assert tree.depths == [0, 1, 1, 2, 2]
    assert codes(tree, tree.leaves) == ["P2", "P1a", "P1b"]
    assert codes(tree, tree.below(0)) == ["P1", "P1a", "P1b", "P2"]


def test_an_area_without_a_name_is_called_by_its_code():
    tree = grow(PROVINCE, ["P", "P1", "P1b"])
    assert tree.names == ["Province", "First", "P1b"]


def test_a_report_opens_on_the_first_area_with_several_parts():
    country = areas(
        ("C", None, "0", "Country"), ("P", "C", "1", "P"), ("D", "P", "2", "D"), ("E", "P", "2", "E")
    )
    tree = grow(country, ["C", "P", "D", "E"])
    assert tree.codes[tree.first] == "P"


def test_areas_without_a_common_parent_hang_from_all_areas():
    tree = grow(areas(("A", None, "1", "A"), ("B", None, "1", "B")), ["A", "B"])
    assert tree.codes == [ALL_AREAS, "A", "B"]
    assert tree.parents == [None, 0, 0]


def test_an_area_without_figures_is_passed_over():
    tree = grow(PROVINCE, ["P", "P1a", "P2"])
    assert tree.codes == ["P", "P1a", "P2"]
    assert tree.parents == [None, 0, 0]


def test_a_code_that_the_areas_do_not_list_is_still_shown():
    tree = grow(PROVINCE, ["P", "P1", "X"])
    assert tree.codes == [ALL_AREAS, "P", "X", "P1"]
    assert tree.names[2] == "X"


def test_one_area_alone():
    tree = grow(PROVINCE, ["P"])
    assert (tree.codes, tree.first, tree.leaves) == (["P"], 0, [0])

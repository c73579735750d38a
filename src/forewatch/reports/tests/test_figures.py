"""Figures as read for a report, against the people they were counted from."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forewatch.reports.figures import GROUPS, SHARES, commonest_drivers, open_source
from forewatch.reports.tests.making import released_rows
from forewatch.reports.tree import ALL_AREAS, grow


@pytest.fixture(scope="module")
def source(reported):
    return open_source(reported / "areas.parquet", released=False)


@pytest.fixture(scope="module")
def tree(province):
    return grow(province.areas, province.areas["area_code"].to_pylist())


@pytest.fixture(scope="module")
def people(province):
    return province.people.to_pandas()


def high(people: pd.DataFrame) -> int:
    return int((people["surveyed"] & (people["band"] == "high")).sum())


def test_the_headline_counts_everybody_who_lives_there(source, tree, people):
    figures = source.headline(tree)
    for place, code in enumerate(tree.codes):
        here = people[people["area_code"].str.startswith(code)]
        assert figures[place]["people"] == len(here)
        if here["surveyed"].any():
            assert figures[place]["high"] == high(here)
        else:
            assert [figures[place][name] for name in source.fields[1:]] == [None] * (len(source.fields) - 1)


def test_an_area_without_a_row_has_nobody(source, province):
    tree = grow(province.areas, [*province.areas["area_code"].to_pylist(), "ZZ"])
    assert source.headline(tree)[tree.places["ZZ"]]["people"] == 0
    assert source.headline(tree)[tree.places["ZZ"]]["assessed"] is None


@pytest.mark.parametrize("dimension", GROUPS)
def test_groups_are_all_of_one_dimension_and_any_of_the_other(source, tree, people, dimension):
    groups = source.groups(tree, {0, 5})
    place = tree.places[tree.codes[5]]
    here = people[people["area_code"].str.startswith(tree.codes[5])]
    for key in GROUPS[dimension]:
        assert set(groups[dimension][key]) <= {0, place}
        some = here[here[dimension] == key]
        assert groups[dimension][key].get(place, {"people": 0})["people"] == len(some)


def test_home_towns_are_ranked_by_people_for_outreach_now(source, tree, people):
    towns, more = source.home_towns(tree, 5)
    counted = {code: high(group) for code, group in people.groupby("home_area_code")}
    expected = sorted(counted.values(), reverse=True)
    assert [row["high"] for _, row in towns] == expected[:5]
    assert all(counted[tree.codes[place]] == row["high"] for place, row in towns)
    assert more == len(counted) - 5


def test_several_widest_areas_are_added_up_without_inventing_a_mean(source, province):
    codes = [code for code in province.areas["area_code"].to_pylist() if code != "XF"]
    tree = grow(province.areas, codes)
    figures = open_figures_without_root(source, tree)
    assert tree.codes[0] == ALL_AREAS
    assert figures[0]["people"] == 3_000
    assert figures[0]["high"] == sum(figures[place]["high"] for place in tree.children[0])
    assert [figures[0][name] for name in SHARES] == [None] * 4


def open_figures_without_root(source, tree):
    table = pq.read_table(source.path)
    path = source.path.with_name("parts.parquet")
    pq.write_table(table.filter(pa.compute.not_equal(table["area_code"], "XF")), path)
    return open_source(path, released=False).headline(tree)


def test_a_release_keeps_its_signs(tmp_path, province):
    counts = {"people": (480, "at_least"), "assessed": (300, "at_least"), "high": (None, "withheld")}
    bands = {"medium": (100, "count"), "low": (200, "count"), "not_enough_information": (0, "zero")}
    pq.write_table(released_rows([{"area_code": "XF"} | counts | bands]), tmp_path / "areas.parquet")
    source = open_source(tmp_path / "areas.parquet", released=True)
    tree = grow(province.areas, source.codes())
    row = source.headline(tree)[0]
    assert (row["people"], row["high"], row["not_enough_information"]) == ("a480", "w", 0)
    assert not {"provisional", "act_now"} & set(row)
    assert source.home_towns(tree, 5) == ([], 0)


@pytest.mark.parametrize("released", [True, False])
def test_the_wrong_kind_of_file_is_refused(tmp_path, released):
    path = tmp_path / "areas.parquet"
    pq.write_table(pa.table({"area_code": ["XF"]}), path)
    kind = "released" if released else "exact"
    with pytest.raises(ValueError, match=rf"has no columns .*people.*give a file of {kind} figures"):
        open_source(path, released=released)


def test_the_commonest_drivers_are_threes_most_people_first(province, tree):
    found = commonest_drivers(province.drivers, tree, {0, 3}, 3)
    assert set(found) == {0, 3}
    table = province.drivers.to_pandas()
    here = table[(table["area_code"] == "XF") & (table["score"] == 3)].sort_values("people", ascending=False)
    assert [people for _, people in found[0]] == here["people"].tolist()[:3]
    assert dict(found[0]) == dict(zip(here["indicator"][:3], here["people"][:3], strict=True))


def test_no_drivers(tree):
    assert commonest_drivers(None, tree, {0}, 3) == {}

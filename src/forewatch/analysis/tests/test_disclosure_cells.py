"""Which people are counted together, and when a district is split (index-spec section 8)."""

from __future__ import annotations

import pyarrow as pa
import pytest

from forewatch.analysis.disclosure import CELLS, make_release
from forewatch.analysis.disclosure.cells import Geography, base_areas, splittable
from forewatch.analysis.tests.disclosing import (
    AGES,
    BANDS,
    DAY,
    DISTRICTS,
    SEXES,
    Row,
    cell,
    country,
    look,
    release,
    said,
    table,
)


def three(*assessed: int, band: str = "low") -> list[Row]:
    """Return the cells of district XX11 with so many assessed in each sub-district."""
    return [cell(f"XX11{part}", people, band) for part, people in enumerate(assessed, 1)]


# --- splitting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assessed", "split"),
    [
        ((50, 50, 50), True),
        ((49, 50, 50), False),
        ((5000, 5000, 49), False),
        ((50, 50), True),  # nobody lives in the third
        ((50, 1), False),
        ((5000,), False),
    ],
)
def test_a_district_is_split_when_all_its_inhabited_sub_districts_have_50_assessed(
    assessed: tuple[int, ...], split: bool
) -> None:
    one = release(three(*assessed))
    assert one.split == ({"XX11"} if split else set())
    codes = set(one.rows["area_code"].to_pylist())
    assert ({"XX111", "XX112", "XX113"} <= codes) == split
    assert not split or not {"XX121", "XX211"} & codes


def test_assessed_means_that_the_band_is_shown() -> None:
    rows = [*three(49, 50, 50), cell("XX111", 500, "not_enough_information")]
    assert not release(rows).split
    assert release([*rows, cell("XX111", 1, "medium", sex="X")]).split == {"XX11"}


def test_assessed_people_are_added_up_over_sexes_ages_and_bands() -> None:
    spread = [cell("XX111", 2, band, sex, age) for band in BANDS[:3] for sex in SEXES for age in AGES]  # 168
    assert release([*spread, cell("XX112", 60)]).split == {"XX11"}


def test_somebody_who_lives_in_no_sub_district_keeps_the_district_whole() -> None:
    rows = three(80, 80, 80)
    assert release(rows).split == {"XX11"}
    one = release([*rows, cell("XX11", 1, "high")])
    assert not one.split
    assert said(look(one, "XX11"), "low") == "240"


def test_each_district_is_split_by_itself() -> None:
    rows = [*three(80, 80, 80), cell("XX121", 80), cell("XX122", 10), cell("XX211", 80), cell("XX212", 80)]
    one = release(rows)
    assert one.split == {"XX11", "XX21"}
    assert dict(one.base_areas) == {
        **{f"XX11{part}": "XX11" for part in (1, 2, 3)},
        "XX12": "XX12",
        **{f"XX21{part}": "XX21" for part in (1, 2, 3)},
    }


def test_the_figures_of_a_split_district_are_sums_of_its_sub_districts_cells() -> None:
    rows = [row for part in (1, 2, 3) for row in (cell(f"XX11{part}", 73), cell(f"XX11{part}", 4, "high"))]
    one = release(rows)
    assert one.split == {"XX11"}
    assert said(look(one, "XX111", "F", "18-24"), "high") == "withheld"
    assert said(look(one, "XX11", "F", "18-24"), "high") == "withheld"  # 12 people, all in withheld cells
    assert said(look(one, "XX11", "F", "18-24"), "low") == "225"  # 219 people
    assert said(look(one, "XX11"), "people") == "at least 225"


def test_a_split_that_would_narrow_a_withheld_cell_is_not_made() -> None:
    # 46 low is published as 45, that is 47 at the most: with 50 assessed, at least 3 would be high
    rows = [cell("XX111", 46), cell("XX111", 5, "high"), cell("XX112", 80)]
    assert splittable(table(rows)) == {"XX11"}
    one = release(rows)
    assert not one.split
    assert said(look(one, "XX11"), "high") == "withheld"


def test_a_split_that_narrows_nothing_is_made_for_small_sub_districts_too() -> None:
    rows = [cell("XX111", 50), cell("XX111", 5, "high"), cell("XX112", 50)]
    assert release(rows).split == {"XX11"}
    rows = [cell("XX111", 26), cell("XX111", 24, "medium"), cell("XX112", 50)]  # nothing withheld
    assert release(rows).split == {"XX11"}


def test_one_unsafe_split_leaves_the_others() -> None:
    unsafe = [cell("XX111", 46), cell("XX111", 5, "high"), cell("XX112", 80)]
    safe = [cell("XX121", 80), cell("XX121", 5, "high"), cell("XX122", 80)]
    assert release([*unsafe, *safe]).split == {"XX12"}


def test_base_areas_partition_the_country() -> None:
    geography = Geography.of(country())
    assert base_areas(geography, frozenset()) == {one: one for one in DISTRICTS}
    areas = base_areas(geography, frozenset(DISTRICTS))
    assert areas == {f"{one}{part}": one for one in DISTRICTS for part in (1, 2, 3)}


# --- residence -----------------------------------------------------------------------------------------


def test_somebody_who_lives_above_the_districts_is_in_no_released_figure() -> None:
    rows = [cell("XX11", 30)]
    abroad = cell("XX", 500, "high")
    assert abroad["district"] is None
    assert release([*rows, abroad]).rows.equals(release(rows).rows)


def test_areas_may_come_in_any_order_and_skip_a_level() -> None:
    rows = [cell("XX111", 60), cell("XX112", 70)]
    areas = country()
    backwards = areas.take(list(reversed(range(areas.num_rows))))
    assert release(rows, areas=backwards).rows.equals(release(rows).rows)
    flat = areas.to_pylist()
    flat = [
        row | {"parent_code": "XX"} if row["level"] == "2" else row for row in flat if row["level"] != "1"
    ]
    one = release(rows, areas=pa.Table.from_pylist(flat, schema=areas.schema))
    assert said(look(one, "XX"), "people") == "130"
    assert "XX1" not in one.rows["area_code"].to_pylist()


def test_a_chain_of_areas_ends_even_where_the_areas_go_round() -> None:
    areas = pa.table({"area_code": ["A", "B"], "parent_code": ["B", "A"], "level": ["2", "1"]})
    assert Geography.of(areas).chain("A") == ["A", "B"]


# --- what the cells must be ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CELLS.names)
def test_every_column_is_needed(name: str) -> None:
    with pytest.raises(ValueError, match=rf"lack the columns {name}; add them\."):
        make_release(
            table([cell("XX11", 5)]).drop_columns([name]), country(), definition="small@1", as_of=DAY
        )


def test_other_columns_and_narrower_types_do_no_harm() -> None:
    plain = table([cell("XX11", 30)])
    other = plain.append_column("act_now", pa.array([7]))
    narrow = other.set_column(5, "people", other["people"].cast(pa.int32()))
    given = make_release(narrow, country(), definition="small@1", as_of=DAY)
    assert given.rows.equals(release([cell("XX11", 30)]).rows)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (cell("XX11", 30, sex="W"), "have sex 'W'; use one of F, M, X, unknown"),
        (cell("XX11", 30, sex=None), "have sex None"),
        (cell("XX11", 30, age_band="0-4"), "have age_band '0-4'"),
        (cell("XX11", 30, "none"), "have band 'none'; use one of high, medium, low, not_enough_information"),
        (cell("XX99", 30), "'XX99' is not a district"),
        (cell("XX99", 30) | {"district": "XX1"}, "'XX1' is not a district"),
        (cell("XX119", 30), "'XX119' is not a sub-district"),
        (cell("XX121", 30) | {"district": "XX11"}, "'XX121' is not a sub-district .level 3. of 'XX11'"),
        (cell("XX111", 30) | {"sub_district": "XX1111"}, "'XX1111' is not a sub-district"),
        (cell("XX11", -1), "people below 0"),
        (cell("XX11", 30, surveyed=29), "not surveyed"),
    ],
)
def test_cells_that_cannot_be_right_are_refused_with_a_reason(row: Row, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        release([cell("XX11", 40), row])


def test_cells_without_people_are_no_people() -> None:
    empty = [cell("XX111", 0, band) for band in BANDS]
    rows = three(60, 60, 60)
    assert release([*rows, *empty, cell("XX11", 0)]).rows.equals(release(rows).rows)


def test_a_count_left_empty_is_zero() -> None:
    asked = [{**cell("XX11", 30, "not_enough_information"), "surveyed": count} for count in (0, None)]
    assert release(asked[1:]).rows.equals(release(asked[:1]).rows)


def test_no_cells_at_all_give_a_release_of_zeros() -> None:
    one = release([])
    assert one.rows["area_code"].to_pylist() == ["XX", "XX1", "XX2", *DISTRICTS]
    assert {said(row, "people") for row in one.rows.to_pylist()} == {"0"}


def test_a_country_without_districts_gives_a_release_of_zeros() -> None:
    areas = country().filter(pa.array([True] + [False] * (country().num_rows - 1)))
    one = release([], areas=areas)
    assert one.rows["area_code"].to_pylist() == ["XX"]

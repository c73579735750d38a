"""Released figures: each base cell is treated once, the rest computed from those (index-spec section 8)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.analysis.disclosure import ROWS, Release
from forewatch.analysis.tests.disclosing import (
    AGES,
    BANDS,
    COUNTS,
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


def as_published(people: int) -> str:
    """The rule in words, written a second time: how one base cell of so many people reads."""
    if people == 0:
        return "0"
    if people <= 10:
        return "withheld"
    if people in (11, 12):
        return "15"
    return str(min((abs(people - five), five) for five in range(15, people + 6, 5))[1])


@pytest.mark.parametrize("people", range(64))
def test_a_base_cell_is_withheld_or_rounded_to_five(people: int) -> None:
    row = look(release([cell("XX111", people), cell("XX112", 100, "medium")]), "XX11", "F", "18-24")
    assert said(row, "low") == as_published(people)


@pytest.mark.parametrize(
    ("people", "reads"),
    [
        (1, "withheld"),
        (10, "withheld"),
        (11, "15"),
        (12, "15"),
        (13, "15"),
        (17, "15"),
        (18, "20"),
        (22, "20"),
        (23, "25"),
        (1002, "1000"),
        (1003, "1005"),
    ],
)
def test_the_numbers_of_the_specification(people: int, reads: str) -> None:
    assert said(look(release([cell("XX11", people)]), "XX11", "F", "18-24"), "low") == reads


# --- totals --------------------------------------------------------------------------------------------


def test_totals_are_sums_of_published_cells_not_of_people() -> None:
    one = release([cell("XX11", 13, sex=sex) for sex in SEXES] + [cell("XX12", 13)])
    assert said(look(one, "XX11"), "people") == "60"  # 52 people: four times 13, each published as 15
    assert said(look(one, "XX1", "F"), "people") == "30"
    assert said(look(one, "XX"), "people") == "75"


def test_a_total_over_a_withheld_cell_reads_at_least() -> None:
    one = release([cell("XX11", 40), cell("XX11", 3, "high"), cell("XX12", 20)])
    assert said(look(one, "XX11", "F", "18-24"), "people") == "at least 40"
    assert said(look(one, "XX11"), "assessed") == "at least 40"
    assert said(look(one, "XX12"), "assessed") == "20"
    assert said(look(one, "XX1"), "people") == "at least 60"
    assert said(look(one, "XX1"), "low") == "60"


def test_a_total_with_nothing_published_below_is_withheld_however_many_it_has() -> None:
    one = release([cell("XX11", 9, sex=sex, age_band=age) for sex in SEXES for age in AGES])
    for sex, age in itertools.product((None, *SEXES), (None, *AGES)):
        assert said(look(one, "XX11", sex, age), "people") == "withheld"
        assert said(look(one, "XX11", sex, age), "low") == "withheld"
        assert said(look(one, "XX11", sex, age), "high") == "0"
    assert said(look(one, "XX"), "people") == "withheld"  # 252 people


def test_a_zero_below_a_withheld_cell_is_not_something_published() -> None:
    one = release([cell("XX11", 30, "medium"), cell("XX12", 4, "high"), cell("XX12", 30)])
    assert said(look(one, "XX11"), "high") == "0"
    assert said(look(one, "XX12"), "high") == "withheld"
    assert said(look(one, "XX1"), "high") == "withheld"


def test_a_total_over_zeros_alone_is_zero() -> None:
    one = release([cell("XX11", 30), cell("XX12", 30, "medium")])
    assert [said(look(one, place), "high") for place in ("XX11", "XX12", "XX1", "XX")] == ["0"] * 4


def test_zero_withheld_and_not_surveyed_are_three_signs() -> None:
    nobody_asked = cell("XX11", 8, "not_enough_information", sex="M", surveyed=0)
    one = release([cell("XX11", 30), nobody_asked, cell("XX11", 5, sex="X")])
    men, women, others = (look(one, "XX11", sex) for sex in ("M", "F", "X"))
    assert [said(men, name) for name in COUNTS] == ["withheld", *["not surveyed"] * 5]
    assert [said(women, name) for name in COUNTS] == ["30", "30", "0", "0", "30", "0"]
    assert [said(others, name) for name in COUNTS] == ["withheld", "withheld", "0", "0", "withheld", "0"]


def test_not_surveyed_only_where_nobody_is() -> None:
    rows = [cell("XX11", 40, "not_enough_information", sex=sex, surveyed=0) for sex in ("F", "M")]
    rows.append(cell("XX11", 20, "not_enough_information", sex="X", surveyed=1))
    one = release(rows)
    assert said(look(one, "XX11", "F"), "people") == "40"
    assert said(look(one, "XX11", "F"), "not_enough_information") == "not surveyed"
    assert said(look(one, "XX11", "X"), "not_enough_information") == "20"
    assert said(look(one, "XX11", "X"), "high") == "0"
    assert said(look(one, "XX11"), "not_enough_information") == "100"
    assert look(one, "XX11", "F")["h_bp_sign"] == "not_surveyed"


def test_a_partly_surveyed_total_counts_the_unsurveyed_as_people_without_information() -> None:
    unsurveyed = cell("XX12", 50, "not_enough_information", surveyed=0)
    row = look(release([cell("XX11", 30), unsurveyed]), "XX1")
    assert [said(row, name) for name in COUNTS] == ["80", "30", "0", "0", "30", "50"]


def test_an_area_without_people_has_its_one_row() -> None:
    one = release([cell("XX11", 30)])
    rows = [row for row in one.rows.to_pylist() if row["area_code"] == "XX21"]
    assert len(rows) == 1
    assert said(rows[0], "people") == "0"
    assert said(rows[0], "low") == "not surveyed"


def test_rows_are_the_crossings_where_somebody_lives_in_a_fixed_order() -> None:
    one = release([cell("XX12", 30, sex="M", age_band="60+"), cell("XX11", 2, sex="F")])
    keys = [(row["area_code"], row["sex"], row["age_band"]) for row in one.rows.to_pylist()]
    assert keys[:7] == [
        ("XX", None, None),
        ("XX", None, "18-24"),
        ("XX", None, "60+"),
        ("XX", "F", None),
        ("XX", "F", "18-24"),
        ("XX", "M", None),
        ("XX", "M", "60+"),
    ]
    assert keys[-5:] == [
        ("XX12", None, None),
        ("XX12", None, "60+"),
        ("XX12", "M", None),
        ("XX12", "M", "60+"),
        ("XX21", None, None),
    ]
    assert len(keys) == len(set(keys))


# --- shares and means ----------------------------------------------------------------------------------


def test_h_is_released_high_over_released_assessed() -> None:
    row = look(release([cell("XX11", 13, "high"), cell("XX11", 28)]), "XX11")
    assert (row["h_bp"], row["h_bp_sign"]) == (3333, "count")  # 15 of 45, not 13 of 41


def test_h_over_a_withheld_cell_is_the_share_of_the_published_part() -> None:
    rows = [
        cell("XX11", 20, "high"),
        cell("XX11", 60),
        cell("XX11", 4, "high", sex="M"),
        cell("XX11", 20, sex="M"),
    ]
    row = look(release(rows), "XX11")
    assert (said(row, "high"), said(row, "assessed")) == ("at least 20", "at least 100")
    assert (row["h_bp"], row["h_bp_sign"]) == (2000, "partial")


@pytest.mark.parametrize(
    ("rows", "h_bp", "sign"),
    [
        ([cell("XX11", 4, "high"), cell("XX11", 60)], None, "withheld"),
        ([cell("XX11", 4)], None, "withheld"),
        ([cell("XX11", 40)], 0, "zero"),
        ([cell("XX11", 40), cell("XX11", 4, "medium")], 0, "zero"),
        ([cell("XX11", 40, "high"), cell("XX11", 4, "medium")], 10_000, "partial"),
        ([cell("XX11", 40, "not_enough_information", surveyed=3)], None, None),
        ([cell("XX11", 40, "not_enough_information", surveyed=0)], None, "not_surveyed"),
    ],
)
def test_h_is_given_only_where_it_means_something(
    rows: list[Row], h_bp: int | None, sign: str | None
) -> None:
    row = look(release(rows), "XX11")
    assert (row["h_bp"], row["h_bp_sign"]) == (h_bp, sign)


@pytest.mark.parametrize(
    ("high", "low", "h_bp"), [(15, 625, 234), (25, 615, 391), (15, 1585, 94), (25, 1575, 156)]
)
def test_h_rounds_half_to_even(high: int, low: int, h_bp: int) -> None:
    assert look(release([cell("XX11", high, "high"), cell("XX11", low)]), "XX11")["h_bp"] == h_bp


def test_m0_is_released_h_times_released_a() -> None:
    row = look(release([cell("XX11", 13, "high", share=0.4149), cell("XX11", 28)]), "XX11")
    assert row["a_bp"] == 4100
    assert row["m0_bp"] == 1367  # 3333 x 4100 / 10,000 = 1366.5.., not 13/41 x 0.4149


def test_a_and_m0_are_not_given_when_a_high_cell_is_withheld() -> None:
    rows = [cell("XX11", 20, "high"), cell("XX11", 60), cell("XX11", 4, "high", sex="M")]
    one = release(rows)
    assert look(one, "XX11", "F")["a_bp"] == 2500
    assert (look(one, "XX11")["a_bp"], look(one, "XX11")["m0_bp"]) == (None, None)
    assert (look(one, "XX")["a_bp"], look(one, "XX")["m0_bp"]) == (None, None)


def test_a_needs_no_more_than_the_high_cells() -> None:
    row = look(release([cell("XX11", 20, "high"), cell("XX11", 3, "medium")]), "XX11")
    assert row["a_bp"] == 2500
    assert row["mean_index_bp"] is None


def test_there_is_no_a_without_people_who_are_high() -> None:
    row = look(release([cell("XX11", 60)]), "XX11")
    assert (row["a_bp"], row["m0_bp"], row["mean_index_bp"]) == (None, None, 1000)


@pytest.mark.parametrize(
    ("index_bp", "mean"), [(1049, 1000), (1050, 1000), (1051, 1100), (1150, 1200), (0, 0), (10_000, 10_000)]
)
def test_the_mean_index_is_in_whole_hundreds_ties_to_even(index_bp: int, mean: int) -> None:
    assert look(release([cell("XX11", 20, index_bp=index_bp)]), "XX11")["mean_index_bp"] == mean


@pytest.mark.parametrize(
    ("share", "a_bp"), [(0.125, 1200), (0.135, 1400), (0.1249, 1200), (1.0, 10_000), (0.0, 0)]
)
def test_a_is_in_whole_hundreds_ties_to_even(share: float, a_bp: int) -> None:
    assert look(release([cell("XX11", 20, "high", share=share)]), "XX11")["a_bp"] == a_bp


@pytest.mark.parametrize("nudge", [-1e-13, 1e-13])
def test_the_last_bits_of_a_sum_of_doubles_do_not_decide_a_tie(nudge: float) -> None:
    row = cell("XX11", 20, "high", share=0.125)
    row["share_sum"] += nudge
    assert look(release([row]), "XX11")["a_bp"] == 1200


def test_the_mean_of_a_total_is_the_mean_of_published_means_by_published_counts() -> None:
    rows = [cell("XX11", 13, index_bp=1049), cell("XX11", 87, sex="M", index_bp=2149)]
    one = release(rows)
    assert look(one, "XX11", "F")["mean_index_bp"] == 1000
    assert look(one, "XX11", "M")["mean_index_bp"] == 2100
    # (15 x 1000 + 85 x 2100) / 100 = 1935; with the people's own indexes it would be 2006, so 2000
    assert look(one, "XX11")["mean_index_bp"] == 1900


def test_the_mean_is_not_given_over_a_withheld_cell_but_does_not_need_those_without_a_band() -> None:
    unsure = cell("XX11", 4, "not_enough_information")
    one = release([cell("XX11", 20), unsure, cell("XX12", 20), cell("XX12", 2, "medium")])
    assert look(one, "XX11")["mean_index_bp"] == 1000
    assert look(one, "XX12")["mean_index_bp"] is None
    assert look(one, "XX1")["mean_index_bp"] is None


@pytest.mark.parametrize(("index_n", "mean"), [(0, None), (1, None), (10, None), (11, 1000)])
def test_a_mean_over_few_indexes_is_withheld_like_a_count(index_n: int, mean: int | None) -> None:
    row = look(release([cell("XX11", 40, index_n=index_n)]), "XX11")
    assert (said(row, "low"), row["mean_index_bp"]) == ("40", mean)


# --- what is never released ----------------------------------------------------------------------------


def test_a_release_has_no_column_of_what_is_never_released() -> None:
    never = (
        "home",
        "by",
        "provisional",
        "act_now",
        "driver",
        "person",
        "household",
        "village",
        "coverage",
        "surveyed",
    )
    names = set(ROWS.names) - {f"{name}_sign" for name in COUNTS} - {"h_bp_sign"}
    assert names == {"area_code", "sex", "age_band", *COUNTS, "h_bp", "m0_bp", "mean_index_bp", "a_bp"}
    assert not [
        name for name in ROWS.names for word in never if word in name.split("_") or name.startswith(word)
    ]
    assert release([cell("XX11", 30)]).rows.schema.equals(ROWS)


def test_villages_are_never_released() -> None:
    rows = [cell(f"XX11{part}", 80, "high") for part in (1, 2, 3)]
    one = release(rows)
    assert one.split == {"XX11"}
    assert set(one.rows["area_code"].to_pylist()) == {
        "XX",
        "XX1",
        "XX2",
        *DISTRICTS,
        "XX111",
        "XX112",
        "XX113",
    }


def test_levels_may_be_named() -> None:
    named = country(level=("Country", "province", "district", "sub-district", "village"))
    rows = [cell("XX111", 30)]
    assert release(rows, areas=named).rows.equals(release(rows).rows)


def test_an_area_whose_level_is_not_known_has_no_row() -> None:
    areas = country(level=("0", "region", "2", "3", "4"))
    one = release([cell("XX11", 30)], areas=areas)
    assert set(one.rows["area_code"].to_pylist()) == {"XX", *DISTRICTS}
    assert said(look(one, "XX"), "people") == "30"


# --- any tables ----------------------------------------------------------------------------------------

PLACES = [*DISTRICTS, *(f"{district}{part}" for district in DISTRICTS for part in (1, 2, 3))]
SIZES = st.one_of(st.integers(1, 14), st.integers(1, 200))


@st.composite
def any_cells(draw: st.DrawFn) -> list[Row]:
    """Draw exact counts in few sexes and ages, so that cells meet in totals."""
    keys = st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(BANDS),
        st.sampled_from(("F", "X")),
        st.sampled_from(("15-17", "60+")),
    )
    rows = []
    for place, band, sex, age in draw(st.lists(keys, max_size=40)):
        people = draw(SIZES)
        surveyed = draw(st.sampled_from((0, people))) if band == "not_enough_information" else people
        index_bp = draw(st.integers(0, 10_000))
        rows.append(cell(place, people, band, sex, age, surveyed=surveyed, index_bp=index_bp))
    return rows


def parts(one: Release, row: Row) -> Iterable[Row]:
    """Yield the base rows of which a row is the total, found by the areas' codes alone."""
    for part in one.rows.to_pylist():
        if part["area_code"] in one.base_areas and part["sex"] and part["age_band"]:
            inside = part["area_code"].startswith(row["area_code"])
            if inside and row["sex"] in (None, part["sex"]) and row["age_band"] in (None, part["age_band"]):
                yield part


def cells_of(part: Row, name: str) -> Iterable[str]:
    """Yield how the base cells of one crossing read; of one not surveyed, all people lack information."""
    if part["people_sign"] != "zero" and part["high_sign"] == "not_surveyed":
        yield said(part, "people") if name in ("people", "not_enough_information") else "0"
        return
    for band in {"people": BANDS, "assessed": BANDS[:3]}.get(name, (name,)):
        yield said(part, band)


@settings(max_examples=60, deadline=None)
@given(any_cells())
def test_every_count_is_computed_from_published_base_cells(rows: list[Row]) -> None:
    one = release(rows)
    for row in one.rows.to_pylist():
        below = list(parts(one, row))
        for name in COUNTS:
            reads = [read for part in below for read in cells_of(part, name)]
            total = sum(int(read) for read in reads if read != "withheld")
            expected = f"at least {total}" if total else "withheld"
            if "withheld" not in reads:
                expected = str(total)
            if name != "people" and all(part["high_sign"] == "not_surveyed" for part in below):
                expected = "not surveyed"
            assert said(row, name) == expected


@settings(max_examples=60, deadline=None)
@given(any_cells())
def test_every_share_is_computed_from_published_figures(rows: list[Row]) -> None:
    one = release(rows)
    for row in one.rows.to_pylist():
        if row["h_bp"] is not None:
            assert row["h_bp"] == round(Fraction(10_000 * row["high"], row["assessed"]))
        if row["m0_bp"] is not None:
            assert row["m0_bp"] == round(Fraction(row["h_bp"] * row["a_bp"], 10_000))
        below = [part for part in parts(one, row) if part["assessed_sign"] not in ("zero", "not_surveyed")]
        if below and all(part["mean_index_bp"] is not None for part in below):
            total = sum(part["mean_index_bp"] * part["assessed"] for part in below)
            assert row["mean_index_bp"] == 100 * round(Fraction(total, 100 * row["assessed"]))
        else:
            assert row["mean_index_bp"] is None


@settings(max_examples=40, deadline=None)
@given(any_cells())
def test_base_cells_read_as_their_people_do(rows: list[Row]) -> None:
    one = release(rows)
    exact: dict[tuple[str, str, str, str], int] = {}
    surveyed: dict[tuple[str, str, str], int] = {}
    for row in rows:
        place = row["sub_district"] if row["sub_district"] in one.base_areas else row["district"]
        crossing = (place, row["sex"], row["age_band"])
        exact[*crossing, row["band"]] = exact.get((*crossing, row["band"]), 0) + row["people"]
        surveyed[crossing] = surveyed.get(crossing, 0) + row["surveyed"]
    for crossing, asked in surveyed.items():
        row = look(one, *crossing)
        for band in BANDS:
            assert said(row, band) == (
                as_published(exact.get((*crossing, band), 0)) if asked else "not surveyed"
            )
        if not asked:
            assert said(row, "people") == as_published(exact[*crossing, "not_enough_information"])


@settings(max_examples=30, deadline=None)
@given(any_cells(), st.randoms(use_true_random=False))
def test_the_order_and_the_number_of_rows_change_nothing(rows: list[Row], random: Random) -> None:
    pieces = [dict(row) for row in rows]
    random.shuffle(pieces)
    whole = table(rows).group_by(["sub_district", "district", "sex", "age_band", "band"])
    names = ("people", "surveyed", "index_sum_bp", "index_n", "share_sum")
    added = whole.aggregate([(name, "sum") for name in names])
    added = added.rename_columns(
        [name.removesuffix("_sum") if name != "share_sum_sum" else "share_sum" for name in added.column_names]
    )
    assert release(pieces).rows.equals(release(rows).rows)
    assert release(added.to_pylist()).rows.equals(release(rows).rows)

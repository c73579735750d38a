"""What a newer set changes, worked out on values alone."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.lib.ids import new_id
from forewatch.places.generations import Changes, Generation, plan
from forewatch.places.rules import Stated

FIRST, LATER = date(2020, 1, 1), date(2024, 1, 1)

COUNTRY = Stated("X", 0, None, "Sandland")
WORLD = (
    COUNTRY,
    Stated("P", 1, "X", "Upper", geometry=b"p"),
    Stated("D1", 2, "P", "Ford", geometry=b"d1"),
    Stated("D2", 2, "P", "Mill", geometry=b"d2"),
    Stated("S1", 3, "D1", "Bank", geometry=b"s1"),
    Stated("S2", 3, "D1", "Weir", geometry=b"s2"),
    Stated("S3", 3, "D2", "Hill", geometry=b"s3"),
)
VILLAGES = (Stated("V1", 4, "S1", "Bank 1"), Stated("V2", 4, "S2", "Weir 1"))


def changed(code, **changes):
    """Return the world with one area otherwise."""
    return [replace(one, **changes) if one.code == code else one for one in WORLD]


def without(*codes):
    return [one for one in WORLD if one.code not in codes]


class Register:
    """Areas in force, to which sets are loaded one after the other; keeps those that ended."""

    def __init__(self, *stated: Stated, day: date = FIRST) -> None:
        self.current: dict[str, Generation] = {}
        self.past: list[tuple[Generation, date]] = []
        if stated:
            self.load(stated, day)

    def load(self, stated, day=LATER, *, whole_country=False) -> Changes:
        ended = {one.code: end for one, end in self.past}
        changes = plan(
            stated,
            self.current.values(),
            day,
            ended=ended,
            whole_country=whole_country,
            new_id=new_id,
        )
        if changes.too_late:
            return changes
        self.past += [(one, day) for one in changes.closed.values()]
        for code in (*changes.closed, *changes.removed):
            del self.current[code]
        self.current |= changes.opened | changes.corrected | changes.relinked
        return changes


def touched(changes):
    return {
        name: set(found)
        for name in ("opened", "corrected", "closed", "removed")
        if (found := getattr(changes, name))
    }


# ---- the first set ---------------------------------------------------------------------------------


def test_the_first_set_opens_everything_from_its_day_with_paths_and_links():
    register = Register(*reversed(WORLD))
    assert set(register.current) == {one.code for one in WORLD}
    hill = register.current["S3"]
    assert (hill.path, hill.valid_on, hill.name, hill.geometry) == ("X/P/D2/S3/", FIRST, "Hill", b"s3")
    assert hill.parent_id == register.current["D2"].id
    assert register.current["X"].parent_id is None
    assert len({one.id for one in register.current.values()}) == len(WORLD)


def test_an_area_without_any_name_goes_by_its_local_name_or_its_code():
    register = Register(COUNTRY, Stated("P", 1, "X", "", "เหนือ"), Stated("Q", 1, "X"))
    assert register.current["P"].name == "เหนือ"
    assert register.current["Q"].name == "Q"


# ---- the same again --------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [FIRST, LATER, FIRST - timedelta(days=1)])
def test_the_same_set_again_changes_nothing_whatever_its_day(day):
    register = Register(*WORLD)
    before = dict(register.current)
    changes = register.load(WORLD, day)
    assert touched(changes) == {}
    assert not changes.relinked
    assert changes.unchanged == len(WORLD)
    assert register.current == before


# ---- what changed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"name": "Riverbank"}, {"geometry": b"other"}, {"name_local": "ริม"}, {"parent": "D2"}]
)
def test_a_changed_area_ends_and_begins_anew_and_the_others_stay(change):
    register = Register(*[one if one.code != "S1" else changed("S1", name_local="ฝั่ง")[4] for one in WORLD])
    before = dict(register.current)
    asked = {"name_local": "ฝั่ง"} | change
    changes = register.load(changed("S1", **asked))
    assert touched(changes) == {"opened": {"S1"}, "closed": {"S1"}}
    assert changes.vanished() == []
    new = register.current["S1"]
    assert new.id != before["S1"].id
    assert new.valid_on == LATER
    assert changes.closed["S1"] == before["S1"]
    assert {code for code in before if register.current[code] != before[code]} == {"S1"}


def test_what_lies_below_a_changed_area_stays_and_points_to_its_new_generation():
    register = Register(*WORLD, *VILLAGES)
    changes = register.load(changed("D1", name="Fords"))
    assert touched(changes) == {"opened": {"D1"}, "closed": {"D1"}}
    assert set(changes.relinked) == {"S1", "S2"}
    assert register.current["S1"].parent_id == register.current["D1"].id
    assert register.current["S1"].valid_on == FIRST


def test_villages_move_with_a_sub_district_that_goes_to_another_district():
    register = Register(*WORLD, *VILLAGES)
    changes = register.load(changed("S1", parent="D2"))
    assert touched(changes) == {"opened": {"S1", "V1"}, "closed": {"S1", "V1"}}
    village = register.current["V1"]
    assert (village.path, village.valid_on) == ("X/P/D2/S1/V1/", LATER)
    assert village.parent_id == register.current["S1"].id
    assert changes.closed["V1"].path == "X/P/D1/S1/V1/"


# ---- what is no more -------------------------------------------------------------------------------


def test_an_area_that_is_missing_ends():
    register = Register(*WORLD)
    changes = register.load(without("S2"))
    assert touched(changes) == {"closed": {"S2"}}
    assert changes.vanished() == ["S2"]
    assert "S2" not in register.current


def test_what_lay_in_a_missing_area_ends_with_it():
    register = Register(*WORLD)
    changes = register.load(without("D2", "S3"))
    assert changes.vanished() == ["D2", "S3"]


def test_a_split_ends_one_and_begins_two():
    register = Register(*WORLD)
    halves = [Stated("S11", 3, "D1", "Upper Bank", geometry=b"u"), Stated("S12", 3, "D1", "Lower Bank")]
    changes = register.load([*without("S1"), *halves])
    assert touched(changes) == {"closed": {"S1"}, "opened": {"S11", "S12"}}


def test_a_merge_ends_two_and_begins_one():
    register = Register(*WORLD)
    changes = register.load([*without("S1", "S2"), Stated("S4", 3, "D1", "Bank and Weir")])
    assert touched(changes) == {"closed": {"S1", "S2"}, "opened": {"S4"}}


def test_a_merge_may_keep_one_of_the_codes():
    register = Register(*WORLD)
    changes = register.load(
        [one for one in changed("S1", name="Bank and Weir", geometry=b"both") if one.code != "S2"]
    )
    assert touched(changes) == {"closed": {"S1", "S2"}, "opened": {"S1"}}
    assert changes.vanished() == ["S2"]


def test_villages_of_an_area_that_is_no_more_wait_for_their_own_set():
    register = Register(*WORLD, *VILLAGES)
    changes = register.load([*without("S1"), Stated("S11", 3, "D1"), Stated("S12", 3, "D1")])
    assert changes.stranded == ["V1"]
    assert register.current["V1"].path == "X/P/D1/S1/V1/"
    # The next set says where it lies now; until then another load leaves it alone.
    assert touched(register.load(list(register_stated(register)), LATER + timedelta(days=1))) == {}
    changes = register.load([Stated("V1", 4, "S12", "Bank 1")], LATER + timedelta(days=2))
    assert touched(changes) == {"closed": {"V1"}, "opened": {"V1"}}
    assert register.current["V1"].path == "X/P/D1/S12/V1/"


def register_stated(register):
    """Return the areas in force as a set would state them, but for the villages."""
    return (
        Stated(one.code, one.level, one.parent, one.name, one.name_local, one.geometry)
        for one in register.current.values()
        if one.level < 4
    )


# ---- how far a set speaks --------------------------------------------------------------------------


def test_a_set_says_nothing_of_other_levels():
    register = Register(*WORLD, *VILLAGES)
    assert touched(register.load([one for one in WORLD if one.level < 3])) == {}
    assert touched(register.load(WORLD)) == {}


def test_villages_of_one_sub_district_end_no_village_of_another():
    register = Register(*WORLD, *VILLAGES)
    changes = register.load([Stated("V9", 4, "S1", "Bank 9")])
    assert touched(changes) == {"closed": {"V1"}, "opened": {"V9"}}


def test_one_province_ends_no_other_unless_the_set_is_said_to_be_the_whole_country():
    register = Register(*WORLD, Stated("Q", 1, "X", "Lower"), Stated("E", 2, "Q", "Sea"))
    changes = register.load(without("S2"))
    assert touched(changes) == {"closed": {"S2"}}
    assert changes.left == ["Q"]
    changes = register.load(without("S2"), whole_country=True)
    assert changes.vanished() == ["E", "Q"]
    assert changes.left == []


def test_villages_of_a_province_end_no_other_even_in_the_whole_country():
    elsewhere = (Stated("Q", 1, "X"), Stated("E", 2, "Q"), Stated("T", 3, "E"), Stated("V3", 4, "T"))
    register = Register(*WORLD, *VILLAGES, *elsewhere)
    assert touched(register.load(VILLAGES, whole_country=True)) == {}


def test_another_country_is_never_touched():
    lao = (Stated("L", 0, None, "Otherland"), Stated("L1", 1, "L"), Stated("L11", 2, "L1"))
    register = Register(*WORLD)
    register.load(lao)
    assert touched(register.load(WORLD, LATER + timedelta(days=1))) == {}
    assert set(register.current) == {one.code for one in (*WORLD, *lao)}


# ---- what a set merely adds ------------------------------------------------------------------------


def test_silence_takes_nothing_away():
    register = Register(*(changed("S1", name_local="ฝั่ง")))
    bare = [Stated(one.code, one.level, one.parent) for one in WORLD]
    assert touched(register.load(bare)) == {}
    assert register.current["S1"].name_local == "ฝั่ง"
    assert register.current["S1"].geometry == b"s1"


def test_an_outline_or_a_name_that_was_not_known_completes_the_generation():
    register = Register(*[Stated(one.code, one.level, one.parent) for one in WORLD])
    changes = register.load(changed("S1", name_local="ฝั่ง"))
    assert touched(changes) == {"corrected": {one.code for one in WORLD}}
    bank = register.current["S1"]
    assert (bank.name, bank.name_local, bank.geometry, bank.valid_on) == ("Bank", "ฝั่ง", b"s1", FIRST)


# ---- days ------------------------------------------------------------------------------------------


def test_a_set_of_the_very_day_corrects_what_began_then():
    register = Register(*WORLD)
    before = register.current["S3"].id
    changes = register.load(
        [one for one in changed("S3", name="Right", parent="D1") if one.code != "S2"], FIRST
    )
    assert touched(changes) == {"corrected": {"S3"}, "removed": {"S2"}}
    assert changes.vanished() == ["S2"]
    right = register.current["S3"]
    assert (right.id, right.name, right.path) == (before, "Right", "X/P/D1/S3/")
    assert right.parent_id == register.current["D1"].id


@pytest.mark.parametrize(
    "stated", [changed("S1", name="Older"), without("S1"), changed("S1", parent="D2")], ids=str
)
def test_an_older_set_that_differs_is_too_late(stated):
    assert Register(*WORLD).load(stated, FIRST - timedelta(days=1)).too_late == ["S1"]


def test_a_code_returns_after_its_end_but_not_before():
    register = Register(*WORLD)
    register.load(without("S2"), LATER)
    assert register.load(WORLD, LATER - timedelta(days=1)).too_late == ["S2"]
    changes = register.load(WORLD, LATER)
    assert touched(changes) == {"opened": {"S2"}}


# ---- whatever is loaded ----------------------------------------------------------------------------


@st.composite
def sets(draw):
    """Return some of the world, otherwise: fewer areas, other names, other parents, other outlines."""
    districts = draw(st.sets(st.sampled_from(["D1", "D2", "D3"]), min_size=1))
    found = [COUNTRY, Stated("P", 1, "X", draw(st.sampled_from("ab")))]
    found += [Stated(code, 2, "P", draw(st.sampled_from("ab"))) for code in sorted(districts)]
    for code in sorted(draw(st.sets(st.sampled_from(["S1", "S2", "S3", "S4"])))):
        outline = draw(st.sampled_from([None, b"1", b"2"]))
        parent = draw(st.sampled_from(sorted(districts)))
        found.append(Stated(code, 3, parent, draw(st.sampled_from("ab")), geometry=outline))
    return found


@given(st.lists(sets(), min_size=1, max_size=5))
def test_after_any_sets_what_is_in_force_is_the_last_and_hangs_together(loads):
    register = Register()
    register.load([COUNTRY, Stated("P", 1, "X"), *(Stated(f"D{n}", 2, "P") for n in (1, 2, 3))], FIRST)
    for number, stated in enumerate(loads):
        register.load(stated, LATER + timedelta(days=number))
    by_id = {one.id: one for one in register.current.values()}
    assert len(by_id) == len(register.current)
    for one in register.current.values():
        # A set of districts alone says nothing of the sub-districts of one that is no more: they wait.
        if one.parent in register.current:
            above = register.current[one.parent]
            assert one.parent_id == above.id
            assert one.path == f"{above.path}{one.code}/"
    lowest = {one.code for one in loads[-1] if one.level == 3}
    if lowest:
        assert {code for code, one in register.current.items() if one.level == 3} >= lowest
    assert {code for code, one in register.current.items() if one.level == 2} == {
        one.code for one in loads[-1] if one.level == 2
    }
    spans = [(one.code, one.valid_on, end) for one, end in register.past]
    spans += [(code, one.valid_on, date.max) for code, one in register.current.items()]
    for code in {code for code, *_ in spans}:
        mine = sorted((start, end) for other, start, end in spans if other == code)
        assert all(end <= start for (_, end), (start, _) in pairwise(mine))
        assert all(start < end for start, end in mine)


def test_ids_come_from_whoever_mints_them():
    mint = iter(uuid.UUID(int=number) for number in range(1, 20))
    changes = plan(WORLD, [], FIRST, ended={}, whole_country=False, new_id=lambda: next(mint))
    assert {one.id.int for one in changes.opened.values()} == set(range(1, len(WORLD) + 1))

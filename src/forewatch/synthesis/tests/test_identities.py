"""Made-up identities are the same each time, differ between people, and are nobody's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forewatch.synthesis.identities import OFFICE, address, citizen_number, identity


@given(st.integers(0, 999_999_999))
def test_a_number_has_its_check_digit_and_an_office_that_does_not_exist(person: int) -> None:
    number = citizen_number(person)
    assert len(number) == 13
    assert number[1:3] == OFFICE
    weighted = sum((14 - place) * int(digit) for place, digit in enumerate(number[:12], 1))
    assert int(number[12]) == (11 - weighted % 11) % 10


def test_no_two_people_share_a_number() -> None:
    assert len({citizen_number(person) for person in range(50_000)}) == 50_000


def test_members_of_a_household_share_the_family_name_and_little_else() -> None:
    people = [identity(number, 7, "F", child=False, papers=True) for number in range(200)]
    assert len({one.family_name for one in people}) == 1
    assert len({one.given_name for one in people}) > 100
    assert people[0] == identity(0, 7, "F", child=False, papers=True)


def test_titles_follow_sex_and_age_and_somebody_else_has_none() -> None:
    titles = [
        identity(1, 1, sex, child, papers=False).title
        for sex, child in (("M", True), ("F", False), ("X", False))
    ]
    assert titles == ["ด.ช.", "นาง", ""]


def test_without_papers_there_is_no_number() -> None:
    assert identity(5, 1, "M", child=False, papers=False).citizen_id == ""


def test_addresses_are_house_numbers() -> None:
    assert {address(number).count("/") for number in range(50)} == {1}

"""Citizen numbers: the check digit, the digits people write, and whom a filter must not lose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.register.rules.numbers import NotANumber, check_digit, citizen_id

twelve = st.from_regex(r"[0-8][0-9]{11}", fullmatch=True)
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def by_hand(digits: str) -> int:
    """Weights 13 down to 2, written another way: each digit counted as often as it stands from the end."""
    total = 0
    for place, digit in enumerate(digits, 1):
        for _ in range(14 - place):
            total += int(digit)
    rest = 11 - total % 11
    return rest - 10 if rest >= 10 else rest


@given(twelve)
def test_the_check_digit_is_that_of_an_independent_calculation(digits: str) -> None:
    assert check_digit(digits) == by_hand(digits)


def test_a_number_worked_by_hand() -> None:
    # 13+24+33+40+45+48+49+48+45+0+3+4 = 352; 352 mod 11 = 0; 11 mod 10 = 1
    assert citizen_id("1234567890121") == "1234567890121"


@given(twelve)
def test_every_first_digit_up_to_eight_is_a_number_zero_too(digits: str) -> None:
    full = f"{digits}{check_digit(digits)}"
    assert citizen_id(full) == full


@given(twelve)
def test_spaces_hyphens_thai_digits_and_unseen_characters_change_nothing(digits: str) -> None:
    full = f"{digits}{check_digit(digits)}"
    grouped = f"{full[0]}-{full[1:5]} {full[5:10]}.{full[10:12]}\u200b-{full[12]}"
    assert citizen_id(grouped.translate(THAI)) == full


@given(twelve, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_found_unless_ten_is_written_as_nought(digits: str, place: int, by: int) -> None:
    full = f"{digits}{check_digit(digits)}"
    wrong = full[:place] + str((int(full[place]) + by) % 10) + full[place + 1 :]
    if wrong[0] == "9" or by_hand(wrong[:12]) != int(wrong[12]):
        with pytest.raises(NotANumber):
            citizen_id(wrong)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "length"),
        ("123456789012", "length"),
        ("12345678901211", "length"),
        ("123456789012x", "length"),
        ("9234567890121", "first"),
        ("1234567890122", "check"),
    ],
)
def test_what_is_no_number_says_why(written: str, reason: str) -> None:
    with pytest.raises(NotANumber, match=reason):
        citizen_id(written)

"""Pseudonyms that people read out."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.lib.ids import CROCKFORD, new_id
from forewatch.register.rules.codes import HOUSEHOLD, PERSON, code_for, read_code

codes = st.uuids().map(lambda one: code_for(PERSON, one))


@given(st.uuids(), st.sampled_from([PERSON, HOUSEHOLD]))
def test_a_code_has_its_shape_and_is_read_back(row: uuid.UUID, kind: str) -> None:
    code = code_for(kind, row)
    assert re.fullmatch(rf"{kind}-[{CROCKFORD}]{{4}}-[{CROCKFORD}]{{4}}-[{CROCKFORD}]{{3}}", code)
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code


@given(codes, st.integers(0, 10), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_found(code: str, place: int, other: str) -> None:
    plain = code[2:].replace("-", "")
    wrong = plain[:place] + other + plain[place + 1 :]
    assert (read_code(PERSON + wrong) is None) == (wrong != plain)


@given(codes, st.integers(0, 9))
def test_two_neighbours_that_changed_places_are_found(code: str, place: int) -> None:
    plain = code[2:].replace("-", "")
    wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert (read_code(PERSON + wrong) is None) == (wrong != plain)


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    code = code_for(PERSON, uuid.UUID(int=0b00001_00000 << 40))
    assert read_code(code.replace("1", "I").replace("0", "O")) == code


@pytest.mark.parametrize(
    "written", ["", "P", "X-0000-0000-000", "P-0000-0000-00", "P-0000-0000-0000", "P-U000-0000-000"]
)
def test_what_is_no_code_is_none(written: str) -> None:
    assert read_code(written) is None


def test_codes_minted_together_differ() -> None:
    assert len({code_for(PERSON, new_id()) for _ in range(20_000)}) == 20_000

"""The title that a mapping is kept under makes its code: one title, one code, whatever the script."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.intake.forms import CodesForm

CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


def code_of(title: str) -> str | None:
    """Return the code of a title as the mapping page makes it, or None when the page refuses the title."""
    form = CodesForm([], "", {"title": title})
    return form.code() if form.is_valid() else None


@given(st.text(max_size=80))
def test_every_title_that_the_page_takes_makes_a_code_that_profiles_may_have(title: str) -> None:
    code = code_of(title)
    assert code is None or CODE.fullmatch(code)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Village survey", "village-survey"),
        ("df_household_roster", "df-household-roster"),
        ("x", "profile-x"),
        ("0＿0", "profile-0-0"),
    ],
)
def test_a_plain_title_is_its_code(title: str, code: str) -> None:
    assert code_of(title) == code


def test_titles_that_differ_only_in_thai_letters_or_in_their_tail_stay_apart() -> None:
    titles = [
        "ทะเบียนนักเรียน (june)",
        "แบบสำรวจหมู่บ้าน (june)",
        "ทะเบียนนักเรียน",
        "แบบสำรวจหมู่บ้าน",
        "a very long name of a survey of the north",
        "a very long name of a survey of the south",
    ]
    assert len({code_of(one) for one in titles}) == len(titles)

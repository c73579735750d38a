"""Names as keys."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.register.rules.names import TITLES, name_key
from forewatch.register.rules.text import tidy, visible

UNSEEN = "\u200b\u200d\u200e\u202e\u2066\ufeff\u00ad"
thai_letters = st.text(st.sampled_from("กขคงจชดตนบปพมยรลวสหอ"), min_size=2, max_size=10)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("นายสมชาย ใจดี", "สมชาย  ใจดี"),
        ("นาย สมชาย ใจดี", "สมชาย ใจดี"),
        ("นางสาวสมหญิง ใจดี", "สมหญิง ใจดี"),
        ("น.ส. สมหญิง ใจดี", "สมหญิง ใจดี"),
        ("ด.ช.มานะ ใจดี", "เด็กชายมานะ ใจดี"),
        ("ด.ญ. มานี", "มานี"),
        # Am as one character, or as a ring and an a; the tone mark before or after it.
        ("คำ", "ค\u0e4d\u0e32"),
        ("น้ำ", "น\u0e4d\u0e49\u0e32"),
        ("น้ำ", "น\u0e49\u0e4d\u0e32"),
        ("น้ำ", "น\u0e33\u0e49"),
        ("Mr. Somchai Jaidee", "SOMCHAI JAIDEE"),
        ("Chiang-Mai", "Chiang Mai"),
        ("é", "e\u0301"),
    ],
)
def test_ways_of_writing_one_name_are_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("สมชาย", "สมหญิง"), ("นายิกา", "กา"), ("นายิกา", "ิกา"), ("นาง", "นาย"), ("Missy", "y")]
)
def test_names_that_differ_or_only_begin_like_a_title_stay_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(thai_letters, st.sampled_from(TITLES), st.sampled_from(UNSEEN), st.integers(0, 10))
def test_a_title_and_what_nobody_sees_change_no_key(name: str, title: str, unseen: str, place: int) -> None:
    hidden = name[:place] + unseen + name[place:]
    assert name_key(f"{title}{hidden}") == name_key(f"{title}{name}")


@given(st.text(max_size=30))
def test_a_key_is_its_own_key_when_composed_in_any_way(name: str) -> None:
    assert name_key(unicodedata.normalize("NFD", name)) == name_key(unicodedata.normalize("NFC", name))
    assert not set(visible(name)) & set(UNSEEN)


def test_names_are_kept_with_their_letters_and_lose_controls_only() -> None:
    assert tidy("  สม\u200bชาย \x00\t ใจดี ") == "สม\u200bชาย ใจดี"

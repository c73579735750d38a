"""Sex, ethnicity, religion and nationality are recognised as words, and nothing else is."""

from __future__ import annotations

import pytest

from forewatch.analysis.forbidden import forbidden_attribute


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("sex", "sex"),
        ("head_sex", "sex"),
        ("headSex", "sex"),
        ("HEAD_SEX", "sex"),
        ("sex2", "sex"),
        ("female_headed", "sex"),
        ("gender_identity", "sex"),
        ("ethnic_minority", "ethnicity"),
        ("hill tribe", "ethnicity"),
        ("Caste", "ethnicity"),
        ("race", "ethnicity"),
        ("religion_of_head", "religion"),
        ("citizenship", "nationality"),
        ("nationality-thai", "nationality"),
        ("ไม่มีสัญชาติ", "nationality"),
        ("นับถือศาสนาอื่น", "religion"),
        ("เพศหญิง", "sex"),
    ],
)
def test_it_is_recognised(name, attribute):
    assert forbidden_attribute(name) == attribute


@pytest.mark.parametrize(
    "name",
    [
        "sexual_violence",
        "racetrack",
        "essex",
        "papers",
        "no_papers",
        "interface",
        "intraceable",
        "faithful",
        "forecast",
        "registered",
        "manager",
        "unisex_toilet",
        "ชาวบ้าน",
        "",
    ],
)
def test_other_words_are_not(name):
    assert forbidden_attribute(name) is None

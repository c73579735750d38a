"""Levels, codes, names: what is taken, what is refused and in which words."""

import pytest

from forewatch.places.rules import (
    Stated,
    country_above,
    is_country,
    name_for,
    problems,
    read_row,
    tidy,
    under_country,
)

WHERE = "areas.csv, line 7"


def row(**changes):
    return {"area_code": "XA1001", "parent_code": "XA10", "level": "2", "name": "First Ford"} | changes


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("0", 0),
        ("4", 4),
        ("country", 0),
        ("Province", 1),
        ("district", 2),
        ("sub_district", 3),
        ("VILLAGE", 4),
    ],
)
def test_levels_are_numbers_or_words(written, level):
    assert read_row(row(level=written), WHERE).level == level


@pytest.mark.parametrize("written", [None, "", "5", "tambon", "-1"])
def test_another_level_is_refused_with_those_there_are(written):
    with pytest.raises(ValueError, match=r"areas\.csv, line 7: area XA1001 has the level .*4 \(village\)"):
        read_row(row(level=written), WHERE)


@pytest.mark.parametrize("code", ["TH50", "LAO-ADM1-3_x.2", "54806243B8486160063413", "x" * 32])
def test_codes_of_every_publisher_are_taken(code):
    assert read_row(row(area_code=code, parent_code=code), WHERE).code == code


@pytest.mark.parametrize("code", [None, "", "TH/50", "TH 50", "ท50", "x" * 33, "-5", "TH50\n"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ValueError, match=r"areas\.csv, line 7: area_code .* is no code"):
        read_row(row(area_code=code), WHERE)


def test_a_parent_that_is_no_code_is_refused_and_none_is_none():
    with pytest.raises(ValueError, match=r"line 7: parent_code 'X/A' is no code"):
        read_row(row(parent_code="X/A"), WHERE)
    assert read_row(row(parent_code=None), WHERE).parent is None
    assert read_row(row(parent_code=""), WHERE).parent is None


def test_a_name_may_be_long_but_not_endless():
    assert len(read_row(row(name="n" * 120), WHERE).name) == 120
    with pytest.raises(ValueError, match="line 7: the name of area XA1001 is longer than 120"):
        read_row(row(name_local="n" * 121), WHERE)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Upper\tReach \n", "Upper Reach"),
        ("Cafe\u0301", "Café"),
        ("\u202eevil\u202c", "evil"),
        ("A\u0000B", "AB"),
        ("က\u200bခ", "က\u200bခ"),
        (None, ""),
    ],
)
def test_names_are_kept_in_one_spelling(given, kept):
    assert tidy(given) == kept


def test_the_country_takes_in_the_provinces_that_name_none():
    listed = under_country([Stated("TH50", 1), Stated("TH5001", 2, "TH50")], "TH")
    assert [(one.code, one.level, one.parent) for one in listed] == [
        ("TH", 0, None),
        ("TH50", 1, "TH"),
        ("TH5001", 2, "TH50"),
    ]
    assert (listed[0].name, listed[0].name_local) == ("Thailand", "ไทย")


def test_a_country_that_the_file_names_keeps_its_own_row():
    listed = under_country([Stated("XA10", 1, "XA"), Stated("XA", 0, None, "Sandland")], "XA")
    assert [(one.code, one.name) for one in listed] == [("XA", "Sandland"), ("XA10", "")]


def test_another_country_is_refused():
    with pytest.raises(ValueError, match="about the country XA, not TH"):
        under_country([Stated("XA", 0, where=WHERE)], "TH")


def test_provinces_lie_where_those_known_do_else_where_their_code_says():
    provinces = [Stated("TH50", 1), Stated("TH56", 1)]
    assert country_above(provinces, {}) == "TH"
    assert country_above(provinces, {"TH50": "SIAM"}) == "SIAM"
    assert country_above([*provinces, Stated("LA01", 1)], {}) is None
    assert country_above([Stated("North", 1)], {}) is None
    assert country_above([Stated("TH5001", 2)], {}) is None
    # What stands under nothing today stays there, whatever its code looks like.
    assert country_above(provinces, {"TH50": None}) is None


@pytest.mark.parametrize(
    ("code", "yes"), [("TH", True), ("LAO", True), ("th", False), ("T1", False), ("", False)]
)
def test_country_codes(code, yes):
    assert is_country(code) is yes


def test_sound_areas_have_no_problem_and_parents_may_be_known_already():
    listed = [Stated("XA", 0), Stated("XA10", 1, "XA"), Stated("XA2001", 2, "XA20")]
    assert problems(listed, {"XA20": 1}) == []


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (Stated("D", 2, "P", where=WHERE), "the area above D is P, which is not known"),
        (Stated("V", 4, None, where=WHERE), "area V needs the code of the area above it"),
        (Stated("D", 2, "D", where=WHERE), "area D of level 2 cannot lie in D, which is of level 2"),
        (Stated("D", 2, "S", where=WHERE), "area D of level 2 cannot lie in S, which is of level 3"),
    ],
)
def test_what_is_wrong_between_areas_is_said_with_its_place(area, words):
    assert problems([area], {"S": 3}) == [f"{WHERE}: {words}" + "." * (not words.endswith("."))]


def test_an_area_known_already_need_not_say_again_where_it_lies():
    assert problems([Stated("D", 2, None)], {"D": 2}) == []


@pytest.mark.parametrize(
    ("language", "local", "shown"),
    [
        ("en", "ริมโรงสี", "Millbank"),
        ("th", "ริมโรงสี", "ริมโรงสี"),
        ("th-TH", "ริมโรงสี", "ริมโรงสี"),
        ("th", "ວຽງຈັນ", "Millbank"),
        ("lo", "ວຽງຈັນ", "ວຽງຈັນ"),
        ("vi", "Hà Nội", "Hà Nội"),
        ("th", "", "Millbank"),
    ],
)
def test_a_reader_sees_the_name_in_letters_they_can_read(language, local, shown):
    assert name_for(language, "Millbank", local) == shown

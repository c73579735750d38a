from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from forewatch.synthesis.places import Places, draw_places


def _draw(people: int, seed: int = 0) -> Places:
    return draw_places(people, np.random.default_rng(seed))


@pytest.mark.parametrize("people", [1, 2, 569, 3_001, 50_000, 400_000])
def test_everybody_lives_somewhere_and_no_village_is_empty(people: int) -> None:
    places = _draw(people)
    assert places.people.sum() == people
    assert places.people.min() >= 1
    assert (places.households >= 1).all()
    assert (places.households <= places.people).all()


def test_fifty_thousand_people_make_a_province_of_the_usual_shape() -> None:
    levels = Counter(area.level for area in _draw(50_000).areas)
    assert levels["1"] == 1
    assert 7 <= levels["2"] <= 9
    assert 20 <= levels["3"] <= 26
    assert 80 <= levels["4"] <= 100
    assert "0" not in levels


def test_one_person_lives_in_one_village_of_one_province() -> None:
    places = _draw(1)
    assert [area.code for area in places.areas] == ["XF01", "XF0101", "XF010101", "XF01010101"]
    assert (places.care > 0).all()


def test_millions_live_in_several_provinces_of_one_country() -> None:
    places = _draw(3_200_000)
    country, *others = places.areas
    assert (country.code, country.parent, country.level) == ("XF", None, "0")
    provinces = [area for area in others if area.level == "1"]
    assert len(provinces) == 3
    assert {area.parent for area in provinces} == {"XF"}


@pytest.mark.parametrize("people", [50_000, 3_200_000])
def test_a_code_is_its_parents_code_and_two_digits(people: int) -> None:
    places = _draw(people)
    known = {area.code for area in places.areas}
    assert len(known) == len(places.areas)
    for area in places.areas[1:]:
        assert area.parent == area.code[:-2]
        assert area.parent in known
        assert len(area.code) == 2 + 2 * int(area.level)


def test_villages_are_in_the_order_of_their_codes(places: Places) -> None:
    assert places.codes.tolist() == sorted(places.codes.tolist())
    assert places.codes.tolist() == [area.code for area in places.areas if area.level == "4"]


def test_only_the_top_area_says_that_it_is_made_up(places: Places) -> None:
    assert places.areas[0].name.endswith("(made up)")
    assert not any("made up" in area.name for area in places.areas[1:])


@pytest.mark.parametrize("people", [50_000, 400_000, 3_200_000])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_village_in_sixteen_was_never_surveyed(people: int, seed: int) -> None:
    assert 0.05 <= (_draw(people, seed).care == 0).mean() <= 0.085


@pytest.mark.parametrize("seed", range(5))
def test_one_whole_sub_district_was_never_surveyed(seed: int) -> None:
    places = _draw(50_000, seed)
    sub_district = np.array([code[:-2] for code in places.codes])
    care = {one: places.care[sub_district == one] for one in set(sub_district.tolist())}
    assert any((values == 0).all() for values in care.values())


@pytest.mark.parametrize("seed", range(5))
def test_work_is_thorough_thin_or_absent(seed: int) -> None:
    places = _draw(50_000, seed)
    thin = (places.care > 0) & (places.care < 0.5)
    assert 0.02 <= thin.mean() <= 0.25
    assert places.pilot.any()
    assert (places.care[places.pilot] > 0.5).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_flood_is_low_and_the_closed_border_remote(seed: int) -> None:
    places = _draw(50_000, seed)
    for struck in (places.flooded, places.closed):
        assert len({code[:-2] for code in places.codes[struck].tolist()}) == 1
    assert places.remoteness[places.flooded].mean() < places.remoteness[places.closed].mean()
    assert (places.care[places.closed] > 0.5).all()


def test_neighbours_are_alike(places: Places) -> None:
    here = places.points[: len(places)]
    distance = np.hypot(*(here[:, None] - here[None]).transpose(2, 0, 1)) + 9 * np.eye(len(here))
    gap = np.abs(places.remoteness - places.remoteness[distance.argmin(axis=1)])
    assert gap.mean() < 0.6 * np.abs(places.remoteness[:, None] - places.remoteness[None]).mean()


def test_remote_villages_are_poorer_and_short_of_papers(places: Places) -> None:
    assert np.corrcoef(places.remoteness, places.hardship)[0, 1] > 0.5
    assert np.corrcoef(places.remoteness, places.papers)[0, 1] > 0.5

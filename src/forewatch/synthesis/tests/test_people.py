from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from forewatch.synthesis.people import SHORT_OF_PAPERS, TODAY, People, draw_people, mixed
from forewatch.synthesis.places import Places, draw_places


def test_villages_and_households_have_exactly_their_people(places: Places, people: People) -> None:
    assert np.bincount(people.village).tolist() == places.households.tolist()
    members = np.bincount(people.village[people.household])
    assert members.tolist() == places.people.tolist()
    assert (np.diff(people.household) >= 0).all()
    assert (np.bincount(people.household) >= 1).all()


def test_households_have_three_people_on_average(people: People) -> None:
    sizes = np.bincount(people.household)
    assert sizes.mean() == pytest.approx(3.2, abs=0.05)
    assert 0.05 < (sizes == 1).mean() < 0.2
    assert sizes.max() < 16


def test_ages_make_a_plausible_pyramid(people: People) -> None:
    shares = np.histogram(people.age, [0, 15, 25, 60, 80, 110])[0] / len(people.age)
    assert 0.18 < shares[0] < 0.32
    assert 0.08 < shares[1] < 0.18
    assert 0.42 < shares[2] < 0.6
    assert 0.08 < shares[3] < 0.22
    assert shares[4] < 0.05
    assert people.age.min() == 0
    assert people.age.max() < 100


def test_every_household_has_a_grown_up(people: People) -> None:
    assert people.age[people.first_member].min() >= 18


def test_birth_days_give_the_ages(people: People) -> None:
    assert people.birth.max() <= TODAY
    assert np.abs((TODAY - people.birth) / 365.2425 - people.age - 0.5).max() <= 0.51


def test_children_do_not_earn(people: People) -> None:
    assert not people.earns[people.age < 15].any()
    assert people.earns[(people.age >= 22) & (people.age < 60)].mean() > 0.8


def test_the_wish_to_go_peaks_in_the_middle_and_among_the_young(people: People) -> None:
    rank = ndtr(-people.households["poverty"])[people.household]
    wish, young = people.persons["wish"], (people.age >= 16) & (people.age < 30)
    middle = young & (rank > 0.3) & (rank < 0.6)
    assert wish[middle].mean() > wish[young & (rank < 0.1)].mean() + 0.2
    assert wish[middle].mean() > wish[young & (rank > 0.9)].mean() + 0.2
    assert wish[young].mean() > wish[people.age > 50].mean() + 0.8


def test_debt_and_illness_follow_poverty(people: People) -> None:
    poverty = people.households["poverty"]
    assert 0.2 < np.corrcoef(poverty, people.households["debt"])[0, 1] < 0.6
    assert 0.1 < np.corrcoef(poverty, people.households["illness"])[0, 1] < 0.5


def test_lack_of_papers_clusters_in_some_villages(people: People) -> None:
    short = people.short_of_papers
    by_village = np.bincount(people.village, short) / np.bincount(people.village)
    assert SHORT_OF_PAPERS / 2 < short.mean() < 2 * SHORT_OF_PAPERS
    assert np.percentile(by_village, 95) > 3 * np.percentile(by_village, 50)


def test_one_person_alone_is_a_household() -> None:
    places = draw_places(1, np.random.default_rng(0))
    people = draw_people(places, 0, 1, np.random.default_rng(0))
    assert people.household.tolist() == [0]
    assert people.village.tolist() == [0]


def test_mixed_factors_keep_unit_variance() -> None:
    rng = np.random.default_rng(0)
    base = rng.standard_normal(50_000)
    factor = mixed(rng, 50_000, base=(0.6, base))
    assert factor.std() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(base, factor)[0, 1] == pytest.approx(0.6, abs=0.02)

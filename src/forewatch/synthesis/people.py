"""The made-up people of some villages: households, ages, and the hidden factors that answers follow from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from forewatch.synthesis.places import Floats, Ints, Places

AS_OF = date(2026, 6, 30)
"""The day up to which everything is known; fixed, so that the same seed gives the same province for ever."""

EPOCH = date(1970, 1, 1)
TODAY = (AS_OF - EPOCH).days
SHORT_OF_PAPERS = 0.12
"""Share of households that sources treat as people without papers: few registers know them."""

Factors = Mapping[str, Floats]
"""Hidden factors by name, roughly standard normal, one value per village, household or person."""


@dataclass(frozen=True)
class People:
    """Whole villages of households and persons, in order: arrays by village, household or person.

    `village` (of a household) and `household` (of a person) count from 0 inside this block;
    `first_village`, `first_household` and `first_person` say where the block begins in the province.
    """

    first_village: int
    first_household: int
    first_person: int
    village: Ints
    household: Ints
    age: Ints
    birth: Ints
    earns: NDArray[np.bool_]
    villages: Factors
    households: Factors
    persons: Factors

    @property
    def first_member(self) -> Ints:
        """Return each household's first person."""
        return np.searchsorted(self.household, np.arange(len(self.village)))

    @property
    def short_of_papers(self) -> NDArray[np.bool_]:
        """Return, by household, whether sources that go by papers tend to miss it."""
        return np.asarray(self.households["paperless"] > ndtri(1 - SHORT_OF_PAPERS))


def mixed(rng: Generator, size: int, **parts: tuple[float, Floats]) -> Floats:
    """Return a factor pulled by others, each (weight, values); noise fills up to unit variance."""
    left = 1.0 - sum(weight**2 for weight, _ in parts.values())
    noise = rng.standard_normal(size) * np.sqrt(max(left, 0.04))
    return np.asarray(sum((weight * values for weight, values in parts.values()), noise))


def draw_people(places: Places, start: int, stop: int, rng: Generator) -> People:
    """Draw everybody in the villages `start` to `stop` (exclusive)."""
    totals, homes = places.people[start:stop], places.households[start:stop]
    village = np.repeat(np.arange(stop - start), homes)
    household = _members(totals, homes, rng)
    age = _ages(household, rng)
    birth = TODAY - (age + rng.random(len(age))) * 365.2425
    factors = _household_factors(places, village + start, rng)
    return People(
        first_village=start,
        first_household=int(places.households[:start].sum()),
        first_person=int(places.people[:start].sum()),
        village=village,
        household=household,
        age=age,
        birth=birth.astype(np.int64),
        earns=rng.random(len(age)) < _chance_to_earn(age),
        villages={
            "remoteness": places.remoteness[start:stop],
            "hardship": places.hardship[start:stop],
            "papers": places.papers[start:stop],
        },
        households=factors,
        persons=_person_factors(factors, household, age, rng),
    )


def _members(totals: Ints, homes: Ints, rng: Generator) -> Ints:
    """Return the household of each person: one person each, the rest at random inside their village."""
    extra = totals - homes
    first = np.cumsum(homes) - homes
    chosen = np.repeat(first, extra) + np.floor(rng.random(extra.sum()) * np.repeat(homes, extra))
    sizes = 1 + np.bincount(chosen.astype(np.int64), minlength=homes.sum())
    return np.repeat(np.arange(len(sizes)), sizes)


def _ages(household: Ints, rng: Generator) -> Ints:
    """Return ages in years from kinship: a head, mostly a partner, then children, grandchildren, elders."""
    count = len(household)
    first = np.searchsorted(household, household)
    place = np.arange(count) - first
    head = 22 + 60 * rng.beta(2.1, 2.5, size=household[-1] + 1)[household]
    kin = rng.random(count)
    child = head - rng.uniform(19, 38, size=count)
    grandchild = head - rng.uniform(40, 60, size=count)
    elder = np.minimum(head + rng.uniform(18, 30, size=count), 95)
    others = np.select([(kin < 0.08) & (head < 62), (kin < 0.5) & (head > 44)], [elder, grandchild], child)
    partner = np.maximum(head + rng.normal(-2, 4, size=count), 18)
    age = np.select([place == 0, (place == 1) & (kin > 0.3)], [head, partner], others)
    return np.where(age < 0, rng.uniform(0, 8, size=count), age).astype(np.int64)


def _chance_to_earn(age: Ints) -> Floats:
    return np.select([age < 15, age < 18, age < 22, age < 60, age < 72], [0, 0.08, 0.55, 0.88, 0.5], 0.1)


def _household_factors(places: Places, village: Ints, rng: Generator) -> Factors:
    """Draw what households share: poverty follows the village, debt and illness follow poverty."""
    count = len(village)
    poverty = mixed(rng, count, village=(0.45, places.hardship[village]))
    illness = mixed(rng, count, poverty=(0.25, poverty))
    wealth = ndtr(-poverty)
    return {
        "poverty": poverty,
        "remoteness": places.remoteness[village],
        "paperless": mixed(rng, count, village=(0.62, places.papers[village]), poverty=(0.2, poverty)),
        "debt": mixed(rng, count, poverty=(0.35, poverty), illness=(0.2, illness)),
        "illness": illness,
        "discord": mixed(rng, count, poverty=(0.2, poverty)),
        "middling": (0.25 - np.abs(wealth - 0.45)) / 0.15,
    }


def _person_factors(shared: Factors, household: Ints, age: Ints, rng: Generator) -> Factors:
    """Give each person the household's factors and their own: papers, frailty, youth, the wish to go.

    The wish to go is strongest among the young of middling income, in debt: the poorest lack the means.
    """
    own = {name: values[household] for name, values in shared.items()}
    count = len(household)
    youth = np.select([age < 12, age < 16, age < 30, age < 45], [-1.0, 0.2, 1.6, 0.3], -0.9)
    own["paperless"] = mixed(rng, count, household=(0.85, own["paperless"]))
    own["frailty"] = (age - 36) / 22
    own["youth"] = youth
    own["wish"] = mixed(
        rng, count, youth=(0.5, youth), middling=(0.45, own["middling"]), debt=(0.2, own["debt"])
    )
    return own

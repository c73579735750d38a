"""The made-up province's places: how many, where, in which larger area, and what life there is like.

Everything about places is drawn once, before any person: a village is a handful of numbers, so ten million
people need some twenty thousand rows here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import ndtri

from forewatch.synthesis.naming import place_names

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COUNTRY = "XF"
"""XA to XZ are set aside by ISO 3166 for private use: no country will ever be XF."""

CENTRE = (-115.0, -4.0)
"""Longitude and latitude of the middle: open water in the South Pacific, 2,000 km from any land."""

SPACING = 0.03
"""Degrees between neighbouring villages, about 3.3 km."""

PEOPLE_IN_VILLAGE = 570
PEOPLE_IN_PROVINCE = 1_500_000
HOUSEHOLD_SIZE = 3.2
LEVELS = ("0", "1", "2", "3", "4")

UNSURVEYED = 0.065
"""Share of villages where no source ever asked anybody anything."""


@dataclass(frozen=True)
class Area:
    """One row of the areas table."""

    code: str
    parent: str | None
    level: str
    name: str
    name_th: str


@dataclass(frozen=True)
class Places:
    """All areas, and the villages as arrays with one entry per village, in the order of their codes.

    `remoteness`, `hardship` and `papers` are standard normal: far from roads and offices, poor, short of
    identity papers. `care` multiplies the share of people that sources reach; 0 where nobody was surveyed.
    `pilot` marks where officers set out to visit every household.
    `flooded` and `closed` mark villages of the sub-districts with a flood and with a closed border.
    `points` holds one extra row per sea cell around the coast; the first rows are the villages.
    """

    areas: list[Area]
    codes: NDArray[np.str_]
    people: Ints
    households: Ints
    remoteness: Floats
    hardship: Floats
    papers: Floats
    care: Floats
    pilot: NDArray[np.bool_]
    flooded: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    points: Floats

    def __len__(self) -> int:
        return len(self.codes)


def draw_places(people: int, rng: Generator) -> Places:
    """Draw the places for this many people: villages of about 570, provinces of at most 1.5 million."""
    villages = max(1, round(people / PEOPLE_IN_VILLAGE))
    points = _points(villages, rng)
    chain = _hierarchy(points[:villages], -(-people // PEOPLE_IN_PROVINCE), rng)
    order = np.lexsort(chain.T[::-1])
    chain = chain[order]
    points[:villages] = points[:villages][order]
    areas, codes = _areas(chain, rng)
    sizes = _village_sizes(people, villages, rng)
    remoteness = _remoteness(points[:villages], rng)
    sub_district = np.unique(chain[:, :3], axis=0, return_inverse=True)[1].ravel()
    flooded, closed = _disasters(chain[:, 0], sub_district, remoteness)
    noise = rng.normal(size=(2, villages))
    care, pilot = _effort(sub_district, closed, rng)
    return Places(
        areas=areas,
        codes=codes,
        people=sizes,
        households=np.maximum(1, np.round(sizes / HOUSEHOLD_SIZE)).astype(np.int64),
        remoteness=remoteness,
        hardship=0.75 * remoteness + 0.66 * noise[0],
        papers=0.8 * remoteness + 0.6 * noise[1],
        care=care,
        pilot=pilot,
        flooded=flooded,
        closed=closed,
        points=points,
    )


def _points(villages: int, rng: Generator) -> Floats:
    """Scatter villages inside a wavy coast, then sea cells around it: a shaken honeycomb, never a grid."""
    reach = int(np.ceil(1.4 * np.sqrt(villages / np.pi))) + 4
    column, row = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    lattice = np.column_stack([(column + 0.5 * (row % 2)).ravel(), 0.87 * row.ravel()])
    lattice = lattice + rng.uniform(-0.38, 0.38, size=lattice.shape)
    angle = np.arctan2(lattice[:, 1], lattice[:, 0])
    phase = rng.uniform(0, 2 * np.pi, size=3)
    coast = 1 + sum(
        height * np.sin(turn * angle + phase[i])
        for i, (turn, height) in enumerate([(2, 0.14), (3, 0.09), (5, 0.05)])
    )
    outward = np.argsort(np.hypot(*lattice.T) / coast, kind="stable")
    return np.asarray(np.array(CENTRE) + SPACING * lattice[outward])


def _hierarchy(points: Floats, provinces: int, rng: Generator) -> Ints:
    """Return province, district, sub-district and village number (all from 1) of every village."""
    chain = np.ones((len(points), 4), dtype=np.int64)
    chain[:, 0] = _nearest_centre(points, provinces, rng)
    for province in range(1, chain[:, 0].max() + 1):
        here = np.flatnonzero(chain[:, 0] == province)
        districts = round(1.7 * len(here) ** 0.35)
        sub_districts = len(here) ** 0.71
        chain[here, 1] = _nearest_centre(points[here], districts, rng)
        for district in range(1, chain[here, 1].max() + 1):
            inside = here[chain[here, 1] == district]
            share = round(sub_districts * len(inside) / len(here))
            chain[inside, 2] = _nearest_centre(points[inside], share, rng)
            for sub_district in range(1, chain[inside, 2].max() + 1):
                villages = inside[chain[inside, 2] == sub_district]
                chain[villages, 3] = np.arange(1, len(villages) + 1)
    return chain


def _nearest_centre(points: Floats, count: int, rng: Generator) -> Ints:
    """Group points round `count` centres (k-means): compact, unequal groups, numbered from 1, none empty."""
    count = min(max(1, count), len(points))
    centres = points[rng.choice(len(points), size=count, replace=False)]
    for _ in range(6):
        nearest = cKDTree(centres).query(points)[1]
        nearest = np.unique(nearest, return_inverse=True)[1]
        total = np.bincount(nearest)
        centres = np.column_stack([np.bincount(nearest, points[:, axis]) / total for axis in (0, 1)])
    return np.asarray(nearest + 1, dtype=np.int64)


def _areas(chain: Ints, rng: Generator) -> tuple[list[Area], NDArray[np.str_]]:
    """Name and code every area from the top down; return them with the villages' codes."""
    with_country = bool(chain[:, 0].max() > 1)
    rows: list[tuple[str, str | None, str]] = [(COUNTRY, None, "0")] if with_country else []
    for depth in range(1, 5):
        for link in np.unique(chain[:, :depth], axis=0):
            numbers = [f"{number:02d}" for number in link]
            above = COUNTRY + "".join(numbers[:-1])
            parent = above if depth > 1 or with_country else None
            rows.append((COUNTRY + "".join(numbers), parent, LEVELS[depth]))
    names = place_names(rng, len(rows))
    areas = [Area(*row, *name) for row, name in zip(rows, names, strict=True)]
    top = areas[0]
    areas[0] = Area(top.code, None, top.level, f"{top.name} (made up)", f"{top.name_th} (สมมติ)")
    return areas, np.array([area.code for area in areas[-len(chain) :]])


def _village_sizes(people: int, villages: int, rng: Generator) -> Ints:
    """Share out exactly `people` over the villages: unequal, nobody left over, no village empty."""
    weight = rng.lognormal(sigma=0.45, size=villages)
    bounds = np.round(np.cumsum(weight) / weight.sum() * (people - villages)).astype(np.int64)
    return np.asarray(1 + np.diff(bounds, prepend=0))


def _remoteness(points: Floats, rng: Generator) -> Floats:
    """Return how far off each village is: hills rise smoothly over the map, so neighbours are alike."""
    spread = np.ptp(points, axis=0).max() + SPACING
    hills = points[rng.integers(len(points), size=4)]
    away = ((points[:, None, :] - hills[None]) ** 2).sum(axis=2) / (0.25 * spread) ** 2
    height = (np.exp(-away) * rng.uniform(0.5, 1.0, size=4)).sum(axis=1) + rng.normal(0, 0.06, len(points))
    rank = np.argsort(np.argsort(height))
    return np.asarray(np.clip(ndtri((rank + 0.5) / len(points)), -1.6, 1.6))


def _disasters(
    province: Ints, sub_district: Ints, remoteness: Floats
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Choose, in each province, the lowest sub-district for the flood and the most remote for the border."""
    mean = np.bincount(sub_district, remoteness) / np.bincount(sub_district)
    flooded, closed = np.zeros(len(province), bool), np.zeros(len(province), bool)
    for number in np.unique(province):
        here = np.unique(sub_district[province == number])
        if len(here) >= 3:
            flooded |= sub_district == here[mean[here].argmin()]
            closed |= sub_district == here[mean[here].argmax()]
    return flooded, closed


def _effort(
    sub_district: Ints, closed: NDArray[np.bool_], rng: Generator
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return how thoroughly sources work in each village, and which villages are pilots.

    About one sub-district in forty is left out whole, one in fourteen is thin and one in sixteen is a
    pilot, so that a map shows all of it; the border sub-district is none of these. Single villages are
    left out or thin too.
    """
    villages, count = len(sub_district), int(sub_district.max()) + 1
    care = np.clip(rng.normal(1.0, 0.1, size=villages), 0.7, 1.2)
    if villages < 12:
        return 0.9 * care, np.zeros(villages, bool)
    others = rng.permutation(np.setdiff1d(np.arange(count), sub_district[closed]))
    left_out, thin, pilot = np.split(
        others, np.cumsum([max(1, round(count / 40)), max(1, round(count / 14))])
    )
    in_pilot = np.isin(sub_district, pilot[: max(1, round(count / 16))])
    thinly = np.isin(sub_district, thin) | (rng.random(villages) < 0.02)
    care[thinly & ~in_pilot & ~closed] *= 0.3
    nobody = np.isin(sub_district, left_out)
    missing = max(0, round(UNSURVEYED * villages) - int(nobody.sum()))
    nobody[rng.choice(np.flatnonzero(~nobody & ~closed & ~in_pilot), size=missing, replace=False)] = True
    return np.where(nobody, 0.0, care), in_pilot

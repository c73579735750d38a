"""Trigger events of the last 18 months: to persons, households, villages and whole sub-districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from scipy.special import ndtri

from forewatch.analysis.definition import Level
from forewatch.synthesis.generators import Asked, leaning
from forewatch.synthesis.people import TODAY, People
from forewatch.synthesis.places import Ints, Places

WINDOW = 546
"""Days of 18 months."""

NEVER = -1


@dataclass(frozen=True)
class Happening:
    """One kind of event at one level: its share of subjects over the window and the factors that pull it.

    `ages` limits persons; `ended` is the share that is over by the last day.
    """

    event: str
    level: Level
    share: float
    source: str
    pull: Mapping[str, float] = field(default_factory=dict)
    ages: tuple[int, int] = (0, 130)
    earliest: int = WINDOW
    ended: float = 0.0


HAPPENINGS = (
    Happening("T1", Level.HOUSEHOLD, 0.030, "SRC-VHV", {"illness": 0.6}, ended=0.2),
    Happening("T2", Level.HOUSEHOLD, 0.055, "SRC-BMN", {"poverty": 0.4, "debt": 0.3}, ended=0.3),
    Happening("T3", Level.HOUSEHOLD, 0.003, "SRC-DOC", {"poverty": 0.2}),
    Happening("T5", Level.HOUSEHOLD, 0.012, "SRC-VHV", {"discord": 0.7}),
    Happening("T5", Level.PERSON, 0.004, "SRC-PARTNER", {"discord": 0.7}),
    Happening("T6", Level.PERSON, 0.030, "SRC-SCHOOL", {"poverty": 0.4, "paperless": 0.45}, ages=(10, 17)),
    Happening("T7", Level.HOUSEHOLD, 0.014, "SRC-WELFARE", {"debt": 0.7, "poverty": 0.2}),
    Happening("T8", Level.AREA, 0.050, "SRC-WATCH", {"remoteness": 0.3}, earliest=120),
    Happening("T9", Level.PERSON, 0.005, "SRC-REG", {"paperless": 0.8}),
    Happening("T10", Level.PERSON, 0.005, "SRC-PARTNER", {"wish": 0.5, "paperless": 0.2}, ages=(14, 60)),
    Happening("T11", Level.HOUSEHOLD, 0.020, "SRC-BMN", {"debt": 0.3}),
    Happening("T11", Level.PERSON, 0.008, "SRC-SCHOOL", {"wish": 0.4}, ages=(15, 30)),
)
"""What happens to few at a time; the flood (T3) and the closed border (T4) strike whole sub-districts."""

FLOOD_DAYS_AGO, FLOOD_DAYS = 75, 12
CLOSURE_DAYS_AGO = 210


@dataclass(frozen=True)
class Events:
    """Events of one kind, one row each: `row` counts inside the block; `ended` is `NEVER` while it lasts."""

    event: str
    level: Level
    source: str
    row: Ints
    occurred: Ints
    ended: Ints
    received: Ints
    whole_sub_district: bool = False


def happen(places: Places, people: People, asked: tuple[Asked, Asked, Asked], rng: Generator) -> list[Events]:
    """Draw the events of a block; where nobody was surveyed, only the flood and the border are known of."""
    care = places.care[people.first_village : people.first_village + len(asked[0].factors["remoteness"])]
    seen = {
        Level.AREA: care > 0,
        Level.HOUSEHOLD: care[people.village] > 0,
        Level.PERSON: care[people.village][people.household] > 0,
    }
    levels = dict(zip(seen, asked, strict=True))
    found = []
    for one in HAPPENINGS:
        subjects = levels[one.level]
        struck = leaning(subjects, one.pull, rng) > ndtri(1 - one.share)
        if subjects.ages is not None:
            struck &= (subjects.ages >= one.ages[0]) & (subjects.ages <= one.ages[1])
        found.append(_events(one, np.flatnonzero(struck & seen[one.level]), rng))
    return [*found, *_disasters(places, people.first_village, len(care))]


def _events(one: Happening, rows: Ints, rng: Generator) -> Events:
    occurred = TODAY - rng.integers(1, one.earliest + 1, size=len(rows))
    lasts = rng.integers(5, 200, size=len(rows))
    over = (rng.random(len(rows)) < one.ended) & (occurred + lasts <= TODAY)
    delay = np.minimum(rng.exponential(12, size=len(rows)), 120).astype(np.int64)
    return Events(
        one.event,
        one.level,
        one.source,
        rows,
        occurred,
        np.where(over, occurred + lasts, NEVER),
        np.minimum(occurred + delay, TODAY),
    )


def _disasters(places: Places, start: int, count: int) -> list[Events]:
    """Return the flood and the closed border, each told once, by the first village of its sub-district."""
    sub_district = np.array([code[:-2] for code in places.codes[max(0, start - 1) : start + count]])
    first = np.append(start == 0, sub_district[1:] != sub_district[:-1])[-count:]
    found = []
    for event, struck, ago, days in (
        ("T3", places.flooded, FLOOD_DAYS_AGO, FLOOD_DAYS),
        ("T4", places.closed, CLOSURE_DAYS_AGO, None),
    ):
        rows = np.flatnonzero(first & struck[start : start + count])
        begun = np.full(len(rows), TODAY - ago)
        ended = np.full(len(rows), NEVER) if days is None else begun + days
        found.append(Events(event, Level.AREA, "SRC-DOC", rows, begun, ended, begun + 1, True))
    return found

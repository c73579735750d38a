"""What trigger events add to each person, in basis points (index-spec sections 3 rule 4 and 5)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from benchmarks.rival.rules import Facts
from benchmarks.rival.values import SUBJECT
from forewatch.analysis.definition import Event, Level


def triggers(
    facts: Facts, people: pd.DataFrame, events: pd.DataFrame, ancestors: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return everybody's capped sum of the events that count, and of those that may count."""
    certain, upper = np.zeros(len(people), "int64"), np.zeros(len(people), "int64")
    happened = events[events["occurred_on"] <= pd.Timestamp(facts.as_of)]
    keys = ["event", "subject_level", "subject_id", "occurred_on"]
    happened = happened.groupby(keys, as_index=False)["ended_on"].max()
    for kind in facts.definition.events.values():
        of_kind = happened[happened["event"] == kind.code]
        worth = _reaching(of_kind.assign(worth=_worth(kind, of_kind, facts.as_of)), people, ancestors)
        if kind.counts_if is None:
            certain += worth
            upper += worth
        else:
            true, unknown = facts.known(kind.counts_if, kind.valid_days)
            certain += np.where(true, worth, 0)
            upper += np.where(true | unknown, worth, 0)
    most = facts.definition.aggregation.max_trigger_bp
    return np.minimum(certain, most), np.minimum(upper, most)


def _worth(kind: Event, happened: pd.DataFrame, as_of: date) -> np.ndarray:
    day = pd.Timestamp(as_of)
    active = kind.while_active & ~(happened["ended_on"] <= day)
    start = happened["ended_on"] if kind.while_active else happened["occurred_on"]
    days = (day - start.mask(active, day)).dt.days.to_numpy()
    by_day = np.array([*kind.points_bp, 0])
    return np.where(active, 100 * kind.points, by_day[np.minimum(days, len(by_day) - 1)])


def _reaching(happened: pd.DataFrame, people: pd.DataFrame, ancestors: pd.DataFrame) -> np.ndarray:
    """Sum the worth of the events on each person, their household, their area and its ancestors."""
    total = np.zeros(len(people), "int64")
    for level in Level:
        on_level = happened[happened["subject_level"] == level.value]
        worth = on_level.groupby("subject_id")["worth"].sum()
        if level is Level.AREA:
            worth = sum(ancestors[step].map(worth).fillna(0) for step in ancestors)
        total += people[SUBJECT[level]].map(worth).fillna(0).to_numpy("int64")
    return total

"""Trigger events: which reach a person and what each is worth (index-spec section 3 rule 4, section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from forewatch.analysis.definition import Event, Level
from forewatch.analysis.engines.memory.people import Person
from forewatch.analysis.engines.memory.values import Row, admitted


class Happened(NamedTuple):
    """One event on one subject; its copies are already one."""

    event: str
    occurred_on: date
    ended_on: date | None

    def start(self, kind: Event, as_of: date) -> date | None:
        """Return the day its worth fades from, or None while it is active."""
        if not kind.while_active:
            return self.occurred_on
        return self.ended_on if self.ended_on is not None and self.ended_on <= as_of else None

    def worth(self, kind: Event, as_of: date) -> int:
        """Return what the event is worth on a day, in basis points, whether or not it counts."""
        start = self.start(kind, as_of)
        if start is None:
            return 100 * kind.points
        days = (as_of - start).days
        return kind.points_bp[days] if days < len(kind.points_bp) else 0

    def worthless_from(self, kind: Event) -> date | None:
        """Return the first day on which the event is worth 0; None while its end is unknown."""
        start = self.ended_on if kind.while_active else self.occurred_on
        return None if start is None else start + timedelta(days=kind.days_worth)


Events = Mapping[tuple[str, str], list[Happened]]
"""Events by subject level and subject id."""


def events_by_subject(rows: Iterable[Row], as_of: date, known_by: date | None) -> Events:
    """Return the admitted events that occurred and stand, equal ones once, with their greatest known end."""
    ends: dict[tuple[str, str, str, date], list[date]] = {}
    for row in rows:
        known_then = admitted(row, "occurred_on", known_by) and _stood(row, known_by)
        if known_then and row["occurred_on"] <= as_of:
            key = (row["subject_level"], row["subject_id"], row["event"], row["occurred_on"])
            known = ends.setdefault(key, [])
            if row["ended_on"] is not None:
                known.append(row["ended_on"])
    found: dict[tuple[str, str], list[Happened]] = {}
    for (level, subject, event, occurred_on), known in ends.items():
        happened = Happened(event, occurred_on, max(known, default=None))
        found.setdefault((level, subject), []).append(happened)
    return found


def _stood(row: Row, known_by: date | None) -> bool:
    """Tell whether nobody had taken an event back by `known_by`."""
    taken_back_on: date | None = row["taken_back_on"]
    return taken_back_on is None or (known_by is not None and known_by < taken_back_on)


def reaching(person: Person, events: Events) -> list[Happened]:
    """Return the events on the person, their household, their area and its ancestors."""
    return [
        happened
        for level in Level
        for subject in person.subjects(level)
        for happened in events.get((level, subject), [])
    ]

"""Sources that stand to gain: what they say is never taken alone, and of some things not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from forewatch.analysis.definition import Definition

CLOSED_DOMAINS = frozenset({"health"})
"""Domains of which nobody asks an employer. Ethnicity is asked of nobody: no definition may have it."""
WEIGHTLESS = "s.reliability = '3'"
"""The condition, in SQL, that what source `s` says is shown and counts for nothing: it is not reliable."""
WEIGHTY = "w.reliability <> '3'"
"""The condition, in SQL, that what source `w` says counts."""
SAME_HAPPENING = timedelta(days=31)
"""Two reports of an event that lie further apart are of two events."""
WEAKER = frozenset({"C", "D", "E"})
UNCORROBORATED = "C"
CORROBORATED = "B"
CHECKED = frozenset({"", "A", "B"})
"""Grades that count by themselves."""
CONFIRMING = CHECKED | {UNCORROBORATED}
"""Grades of a statement that can confirm an older one."""
TOGETHER = timedelta(days=365)
"""Two statements that lie further apart speak of different times."""


def closed_among(definition: Definition, names: Collection[str]) -> Iterator[str]:
    """Yield the variables that an employer, landlord or recruiter is not asked about.

    They are those that an indicator of a closed domain reads (access protocol 3.5).
    """
    for indicator in definition.indicators.values():
        if indicator.domain in CLOSED_DOMAINS:
            for rule in (indicator.applies, indicator.rule3, indicator.rule2):
                yield from sorted(definition.direct_names(rule) & set(names))


def is_closed_event(definition: Definition, code: str) -> bool:
    """Tell whether an employer, landlord or recruiter is not asked about an event."""
    return definition.events[code].domain in CLOSED_DOMAINS


def grade_of(grade: str, *, interested: bool) -> str:
    """Return the grade of a statement: of somebody who stands to gain it is uncorroborated at best."""
    return grade if not interested or grade in WEAKER else UNCORROBORATED


def corroborates(one: tuple[str, bool], other: tuple[str, bool]) -> bool:
    """Tell whether two witnesses (root, whether they may stand to gain) make something known together.

    They have two roots, and one of them at least has nothing to gain.
    """
    return one[0] != other[0] and not (one[1] and other[1])


def agreed(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two statements say alike."""
    return {name: value for name, value in one.items() if name in other and other[name] == value}

"""What stands in the page of a household before anybody types."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language

from forewatch.access.decisions import Actor
from forewatch.lib.calendars import BUDDHIST_ERA
from forewatch.lib.ids import new_id
from forewatch.register.forms.households import ROWS_AT_FIRST, Known, Typed
from forewatch.register.models import Household, Membership
from forewatch.register.queries.households import age_of
from forewatch.register.rules.ids import read_id

EMPTY_ROWS = 2
"""Below the members of a household that is known."""


def as_written(day: date) -> str:
    """Return a day in digits as the reader writes it: 5/7/2569 in Thai, 5/7/2026 elsewhere."""
    year = day.year + (BUDDHIST_ERA if (get_language() or "").startswith("th") else 0)
    return f"{day.day}/{day.month}/{year}"


def first_typed(actor: Actor, household: Household | None = None) -> dict[str, list[str]]:
    """Return a page with the day of today, and an id by which sending it twice registers once."""
    typed = {
        "place-observed_on": [as_written(actor.today)],
        "place-grade": ["A"],
        "rows": [str(ROWS_AT_FIRST)],
    }
    return typed if household else typed | {"draft": [str(new_id())]}


def rows_of(household: Household, typed: Typed) -> dict[str, list[str]]:
    """Return a page of a known household with a row for each member, and room below them.

    A draft keeps what was typed beside each member; who joined since then stands below.
    """
    filled = {name: list(values) for name, values in typed.items()}
    there = {read_id(values[-1]) for name, values in filled.items() if name.endswith("-person")}
    number = int(filled["rows"][-1]) if any(there) else 0
    for one in _members(household):
        if one.person_id not in there:
            filled |= {f"m{number}-person": [str(one.person_id)], f"m{number}-role": [one.role]}
            number += 1
    filled["rows"] = [str(number if any(there) else number + EMPTY_ROWS)]
    filled["version"] = [str(household.version)]
    return filled


def known_members(actor: Actor, household: Household) -> Mapping[uuid.UUID, Known]:
    """Return what stands for each member: a code and an age, never a name."""
    return {one.person_id: Known(one.person.code, age_of(one.person, actor)) for one in _members(household)}


def _members(household: Household) -> list[Membership]:
    now = household.memberships.filter(valid_to__isnull=True, person__merged_into__isnull=True)
    return list(now.select_related("person").order_by("valid_from", "person_id"))

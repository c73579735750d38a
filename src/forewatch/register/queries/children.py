"""The community's list of all children with their situation, without a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.places.models import Area
from forewatch.register.models import Household, Membership, Person
from forewatch.register.queries.answers import Told, by_person, readable, records_about, told
from forewatch.register.queries.lists import ADULT, PAGE, Page, beyond, contesting, mark_of, page
from forewatch.register.rules.dates import age_on, years_before
from forewatch.register.visibility import inside, reach

SITUATION = ("schooling", "parental_care", "papers")
"""The variables a row shows: school, who cares for the child, papers."""


@dataclass(frozen=True)
class Child:
    """Somebody under 18 as the list shows them."""

    person: Person
    household: Household
    age: int
    school: Told | None
    care: Told | None
    papers: Told | None
    seen_on: date | None


def children(actor: Actor, area: Area | None, after: str = "", *, revealing: bool = False) -> Page[Child]:
    """Return a page of the children of an area, household after household.

    `revealing` limits it to those whose names the actor may show.
    """
    verb, data = (Verb.REVEAL, DataClass.IDENTITY) if revealing else (Verb.READ, DataClass.OBSERVATION)
    condition = reach(actor, verb, data, None, "household__", "person") & beyond(after, "household__")
    if area:
        condition &= inside(area.code, "household__")
    found = Membership.objects.filter(
        condition,
        valid_to__isnull=True,
        person__merged_into__isnull=True,
        person__birth_date__gt=years_before(actor.today, ADULT),
    ).exclude(person__in=contesting())
    ordered = found.select_related("person", "household__area").order_by(
        "household__area_path", "household__code", "person_id"
    )
    shown = page(list(ordered[: PAGE + 1]), lambda one: mark_of(one.household, one.person_id))
    return Page(_situations(actor, shown.rows), shown.after)


def _situations(actor: Actor, rows: Sequence[Membership]) -> list[Child]:
    ids = [one.person_id for one in rows]
    kept = dict(Person.objects.filter(merged_into__in=ids).values_list("id", "merged_into_id"))
    mine = by_person(records_about(Q(person__in=[*ids, *kept])), kept)
    made = []
    for one in rows:
        records = readable(actor, one.household, mine.get(one.person_id, []))
        known = {each.variable: each for each in told(records) if each.variable in SITUATION}
        school, care, papers = (known.get(name) for name in SITUATION)
        seen = max((each.observed_on for each in records), default=None)
        assert one.person.birth_date is not None  # the filter asks for it
        age = age_on(one.person.birth_date, actor.today)
        made.append(Child(one.person, one.household, age, school, care, papers, seen))
    return made

"""What happened, in words, with what it counts for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from forewatch.places.models import SEPARATOR, Area
from forewatch.register.definition import definition
from forewatch.register.models import Event, Person
from forewatch.register.queries.answers import said_about, words_of
from forewatch.register.rules.sources import CHECKED, SAME_HAPPENING, UNCORROBORATED


@dataclass(frozen=True)
class Happened:
    """An event in words: whether it enters the index, waits to be checked first, or neither."""

    event: Event
    words: str
    counts: bool
    waits: bool


def happenings(events: QuerySet[Event]) -> list[Happened]:
    """Return events, the newest first; one that several told of the same day stands there once."""
    rows = list(events.select_related("source", "confirms__source"))
    rows.sort(key=lambda one: (one.occurred_on, _counts(one), one.pk), reverse=True)
    told = {(*_what(one), one.occurred_on): one for one in reversed(rows)}
    counted = [one for one in rows if _counts(one)]
    found = [_happened(one, counted) for one in told.values()]
    return sorted(found, key=lambda one: (one.event.occurred_on, one.event.pk), reverse=True)


def waiting(day: date, area: Area | None, person: Person | None = None) -> list[Happened]:
    """Return what happened to a person, their household or their area that is to be checked first on a day.

    Without a person, what happened to the area. What would add nothing any more is left out.
    """
    about = Q(area__code__in=area.path.rstrip(SEPARATOR).split(SEPARATOR)) if area else Q(pk__in=())
    if person:
        about |= said_about(person)
    known = Event.objects.filter(about, occurred_on__lte=day, received_on__lte=day)
    return [one for one in happenings(known) if one.waits and _is_worth_something(one.event, day)]


def _happened(one: Event, counted: Sequence[Event]) -> Happened:
    known = definition().events
    words = words_of(known[one.event].label) if one.event in known else one.event
    counts = _counts(one) or (one.grade == UNCORROBORATED and any(_known_from(one, counted)))
    waits = not counts and one.grade == UNCORROBORATED and not one.source.has_no_weight
    return Happened(one, words, counts, waits)


def _known_from(one: Event, counted: Sequence[Event]) -> Iterator[bool]:
    for other in counted:
        near = abs(other.occurred_on - one.occurred_on) <= SAME_HAPPENING
        yield near and _what(other) == _what(one)


def _counts(one: Event) -> bool:
    """Tell whether an event enters the index, as `risk.selecting` asks the database."""
    if one.source.has_no_weight:
        return False
    first = one.confirms
    confirmed = one.grade == UNCORROBORATED and first is not None and not first.source.has_no_weight
    return one.grade in CHECKED or confirmed


def _what(one: Event) -> tuple[object, ...]:
    return one.person_id, one.household_id, one.area_id, one.event


def _is_worth_something(one: Event, day: date) -> bool:
    known = definition().events.get(one.event)
    return known is not None and (known.while_active or (day - one.occurred_on).days < known.days_worth)

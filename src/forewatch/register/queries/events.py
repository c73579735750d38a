"""What happened, in words, with what it counts for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from forewatch.places.models import SEPARATOR, Area
from forewatch.register.definition import definition
from forewatch.register.models import Event, Person, TakenBack
from forewatch.register.queries.answers import said_about, words_of
from forewatch.register.rules.sources import CHECKED, SAME_HAPPENING, UNCORROBORATED


@dataclass(frozen=True)
class Happened:
    """An event in words: whether it enters the index, waits to be checked first, or was taken back."""

    event: Event
    words: str
    counts: bool
    waits: bool
    taken_back_on: date | None


def happenings(events: QuerySet[Event]) -> list[Happened]:
    """Return events, the newest first; one that several told of the same day stands there once.

    What was taken back stands beside it.
    """
    rows = list(events.select_related("source", "taken_back", "confirms__source", "confirms__taken_back"))
    rows.sort(key=lambda one: (one.occurred_on, _counts(one), one.pk), reverse=True)
    told = {(*_what(one), one.occurred_on, _taken_back_on(one)): one for one in reversed(rows)}
    counted = [one for one in rows if _counts(one)]
    found = [_happened(one, counted) for one in told.values()]
    return sorted(found, key=lambda one: (one.event.occurred_on, one.event.pk), reverse=True)


def waiting(day: date, area: Area | None, person: Person | None = None) -> list[Happened]:
    """Return what happened to a person, their household or their area that is to be checked first on a day.

    Without a person, what happened to the area. What would add nothing any more is left out.
    """
    known = happenings(_told(day, area, [person] if person else ()))
    return [one for one in known if one.waits and _is_worth_something(one.event, day)]


def taken_back(day: date, area: Area | None, people: Iterable[Person] = ()) -> list[Happened]:
    """Return what was taken back by a day of what was told of some people, their households or their area."""
    known = happenings(_told(day, area, people))
    return [one for one in known if one.taken_back_on and one.taken_back_on <= day]


def _told(day: date, area: Area | None, people: Iterable[Person]) -> QuerySet[Event]:
    about = Q(area__code__in=area.path.rstrip(SEPARATOR).split(SEPARATOR)) if area else Q(pk__in=())
    for one in people:
        about |= said_about(one)
    return Event.objects.filter(about, occurred_on__lte=day, received_on__lte=day)


def _happened(one: Event, counted: Sequence[Event]) -> Happened:
    known = definition().events
    words = words_of(known[one.event].label) if one.event in known else one.event
    gone = _taken_back_on(one)
    indirect = one.grade == UNCORROBORATED and gone is None
    counts = _counts(one) or (indirect and any(_known_from(one, counted)))
    waits = not counts and indirect and not one.source.has_no_weight
    return Happened(one, words, counts, waits, gone)


def _known_from(one: Event, counted: Sequence[Event]) -> Iterator[bool]:
    for other in counted:
        near = abs(other.occurred_on - one.occurred_on) <= SAME_HAPPENING
        yield near and _what(other) == _what(one)


def _counts(one: Event) -> bool:
    """Tell whether an event enters the index, as `risk.selecting` asks the database."""
    if not _has_weight(one):
        return False
    first = one.confirms
    return one.grade in CHECKED or (one.grade == UNCORROBORATED and first is not None and _has_weight(first))


def _has_weight(one: Event) -> bool:
    return _taken_back_on(one) is None and not one.source.has_no_weight


def _taken_back_on(one: Event) -> date | None:
    try:
        return one.taken_back.taken_back_on
    except TakenBack.DoesNotExist:
        return None


def _what(one: Event) -> tuple[object, ...]:
    return one.person_id, one.household_id, one.area_id, one.event


def _is_worth_something(one: Event, day: date) -> bool:
    known = definition().events.get(one.event)
    return known is not None and (known.while_active or (day - one.occurred_on).days < known.days_worth)

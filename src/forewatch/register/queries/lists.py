"""Long lists, read one page at a time along an index: page 9,000 costs what page 1 does."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.places.models import Area
from forewatch.places.queries import current
from forewatch.register.models import Assignment, Household, Person
from forewatch.register.rules.dates import years_before
from forewatch.register.rules.ids import read_id
from forewatch.register.visibility import inside

PAGE = 50
ADULT = 18
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, and where the next page goes on; empty on the last."""

    rows: Sequence[T]
    after: str


@dataclass(frozen=True)
class Filters:
    """What narrows the list of households."""

    area: Area | None = None
    mine: bool = False
    children: bool = False
    without_papers: bool = False
    seen_before: date | None = None


def households(actor: Actor, filters: Filters, after: str = "") -> Page[Household]:
    """Return a page of the households open to the actor, in the order of areas and codes."""
    found = Household.objects.visible_to(actor).filter(_narrowed(actor, filters), beyond(after))
    rows = list(found.select_related("area").order_by("area_path", "code")[: PAGE + 1])
    return page(rows, mark_of)


def page(rows: Sequence[T], mark: Callable[[T], str]) -> Page[T]:
    """Return a page of rows of which one more than fits was read; `mark` says where one stands."""
    return Page(rows[:PAGE], mark(rows[PAGE - 1]) if len(rows) > PAGE else "")


def mark_of(household: Household, person_id: uuid.UUID | None = None) -> str:
    """Return where a row stands in the order of areas, codes and people, as addresses carry it."""
    return ":".join((household.area_path, household.code, person_id.hex if person_id else ""))


def beyond(after: str, prefix: str = "") -> Q:
    """Return the condition of the rows after the one that a page ended with.

    `prefix` leads from memberships to the household; households themselves have no people beyond.
    """
    path, code, person = (*after.split(":"), "", "")[:3]
    if not code:
        return Q()
    path_of, code_of = f"{prefix}area_path", f"{prefix}code"
    read = Q(**{f"{code_of}__lte": code})
    if person:
        last = read_id(person) or uuid.UUID(int=0)
        read = Q(**{f"{code_of}__lt": code}) | Q(**{code_of: code}, person_id__lte=last)
    # The index is entered at the area. What was read of it is said as what is not wanted, which is little:
    # a database that takes it for much believes the list to be short, and sorts all of it.
    return Q(**{f"{path_of}__gte": path}) & ~(Q(**{path_of: path}) & read)


@second_lock.opened("who contests what is kept")
def contesting() -> list[uuid.UUID]:
    """Return whoever contests what is kept about them, and so stands on no list; few do at a time."""
    waits = Person.objects.filter(contests__isnull=False, contests__answered_at__isnull=True)
    # A contest stays about the row for which it was filed, also once that was merged into another.
    return list(waits.values_list(Coalesce("merged_into_id", "pk"), flat=True))


def _narrowed(actor: Actor, filters: Filters) -> Q:
    condition = inside(filters.area.code) if filters.area else Q()
    if filters.mine:
        condition &= Q(pk__in=assigned_to(actor).values("household_id"))
    if filters.children:
        condition &= Q(youngest_born__gt=years_before(actor.today, ADULT))
    if filters.without_papers:
        condition &= Q(without_papers__gt=0)
    if filters.seen_before:
        condition &= Q(last_seen_on__lt=filters.seen_before) | Q(last_seen_on__isnull=True)
    return condition


def assigned_to(actor: Actor) -> QuerySet[Assignment]:
    """Return the assignments of the actor that hold today."""
    return Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=actor.today),
        user_id=actor.user_id,
        valid_from__lte=actor.today,
    )


def area_of(code: str) -> Area | None:
    """Return the current area with a code; None for no code or an unknown one."""
    return current().filter(code=code).first() if code else None

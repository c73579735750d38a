"""Made-up households for tests of the register, written as its pages would write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from forewatch.access.decisions import Actor
from forewatch.places.models import Area
from forewatch.register.actions.households import register_household
from forewatch.register.entries import HouseholdEntry, MemberEntry, Observation
from forewatch.register.models import Household, Membership, Person
from forewatch.register.rules.dates import birth_date
from forewatch.register.rules.numbers import NumberState, check_digit
from forewatch.register.sealed import Address, Who

TODAY = date(2026, 6, 30)


def number(start: str) -> str:
    """Return a citizen number that begins so."""
    twelve = start.ljust(12, "0")
    return f"{twelve}{check_digit(twelve)}"


def member(given: str = "Ann", born: str = "1980", numbered: str = "", **others: Any) -> MemberEntry:
    """Return a new member of a page."""
    state = NumberState.HAS if numbered else NumberState.NOT_ASKED
    who = Who(given=given, family="Reed", number=numbered, number_state=state)
    values = {"sex": "F", "role": Membership.Role.HEAD} | others
    return MemberEntry(who=who, birth=birth_date(born, TODAY) if born else None, **values)


def household(
    by: Actor, area: Area, *members: MemberEntry, on: date | None = None, **others: Any
) -> Household:
    """Register a household of these members, or of one Ann."""
    entry = HouseholdEntry(
        observation=Observation(on or by.today),
        area=area,
        address=Address(hamlet="Upper end", house="12/3"),
        members=members or (member(),),
        **others,
    )
    return register_household(by=by, entry=entry)


def people_of(home: Household) -> list[Person]:
    """Return the members of a household in the order of their registration."""
    return list(Person.objects.filter(household=home).order_by("id"))

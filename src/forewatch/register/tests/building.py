"""Made-up households for tests of the register, written as its pages would write them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.households import register_household
from forewatch.register.entries import HouseholdEntry, MemberEntry, Observation
from forewatch.register.models import Household, Membership, Person, Source, SourceKind
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


def page(area: Area, draft: uuid.UUID, members: int = 3) -> dict[str, str]:
    """Return the page of a new household of people whom no other page has, as a browser sends it.

    `draft` came with the empty page.
    """
    sent = {"do": "save", "rows": str(members), "draft": str(draft)}
    sent |= {"place-area": str(area.pk), "place-observed_on": "1/6/2569", "place-grade": "A"}
    for n in range(members):
        sent |= {f"m{n}-given": f"Member {n} {draft.hex[-8:]}", f"m{n}-birth": "2523", f"a{n}-papers": "none"}
        sent |= {f"m{n}-role": "head" if n == 0 else "other", f"m{n}-no_number": "on"}
    return sent


def source_of(colleague: User, kind: SourceKind, root: str = "", **more: str) -> Source:
    """Make a source of its own of a colleague's organisation."""
    code = f"made-up-{new_id().hex[-24:]}"
    agency = colleague.organisation
    return Source.objects.create(code=code, name=code, kind=kind, agency=agency, root=root, **more)

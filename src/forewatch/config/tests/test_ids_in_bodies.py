"""An id, a code or an area of elsewhere in the body of a form opens nothing that its address would not.

Lists are filtered, and second paths are not: what a form carries is one of them. The form is filled in as its
page would have it, but for the one value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import (
    DISTRICT,
    OTHER_PROVINCE,
    OUTSIDE_DISTRICT,
    OUTSIDE_VILLAGE,
    VILLAGE,
    Cast,
)
from forewatch.intake.concerns.models import Concern
from forewatch.places.models import Area
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.models import Assignment, ConflictOfInterest, Draft, Household, Membership, Person
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.tests.making import RECIPIENT, agrees
from forewatch.reports.models import VisitList
from forewatch.rights.models import Contest
from forewatch.rights.tests.test_contests import filed

SignIn = Callable[[User], Client]
NAME = "Zyxwa"
WHY = "made up to be looked for"


@dataclass(frozen=True)
class There:
    """A household of one's own, one of elsewhere, and what the forms name of it."""

    mine: Household
    theirs: Household
    area: Area
    district: Area
    draft: Draft
    contest: Contest

    @property
    def me(self) -> Person:
        """Somebody of one's own."""
        return people_of(self.mine)[0]

    @property
    def them(self) -> Person:
        """Somebody of elsewhere."""
        return people_of(self.theirs)[0]

    def state(self) -> list[Any]:
        """Return everything that a form could have changed of elsewhere."""
        rows: list[Any] = [*Person.objects.order_by("pk"), *Household.objects.order_by("pk")]
        rows += [*Membership.objects.order_by("pk"), Draft.objects.get(pk=self.draft.pk)]
        counted = (Assignment, ConflictOfInterest, Exit, VisitList, Concern, Contest)
        return [*map(model_to_dict, rows), *(one._default_manager.count() for one in counted)]


Form = tuple[Role, str, Mapping[str, str]]


def _edited(at: There, member: Person, area: Area | None) -> Form:
    """Return the page of one's own household, with one member and in one place."""
    assert area is not None
    page = {"do": "save", "rows": "1", "version": str(at.mine.version), "place-observed_on": "1/6/2026"}
    page |= {"place-area": str(area.pk), "m0-person": str(member.pk), "m0-role": "head", "m0-given": "Mine"}
    return Role.DISTRICT_OFFICER, f"/people/households/{at.mine.pk}/edit", page


FORMS: Mapping[str, Callable[[There], Form]] = {
    "the other of a merge": lambda at: (
        Role.PROVINCIAL_LEAD,
        f"/people/persons/{at.me.pk}/merge",
        {"code": at.them.code, "reason": WHY},
    ),
    "a member of another household": lambda at: _edited(at, at.them, at.mine.area),
    "the household of a draft": lambda at: (
        Role.DISTRICT_OFFICER,
        "/people/drafts",
        {"household": str(at.theirs.pk), "m0-given": "Mine"},
    ),
    "another's draft": lambda at: (
        Role.DISTRICT_OFFICER,
        "/people/drafts",
        {"draft": str(at.draft.pk), "m0-given": "Mine"},
    ),
    "another's draft, saved": lambda at: (
        Role.DISTRICT_OFFICER,
        "/people/new",
        {"do": "draft", "rows": "1", "draft": str(at.draft.pk), "m0-given": "Mine"},
    ),
    "where a household moves": lambda at: _edited(at, at.me, at.area),
    "the area of children": lambda at: (
        Role.DISTRICT_OFFICER,
        "/people/children/names",
        {"area": OUTSIDE_VILLAGE, "reason": WHY, "purpose": "prevent"},
    ),
    "whom a contest is about": lambda at: (
        Role.PROVINCIAL_LEAD,
        f"/contests/{at.contest.pk}/about",
        {"code": at.them.code},
    ),
    "where a contest is filed": lambda at: (
        Role.ADVOCATE,
        "/contests/new",
        {"token": str(at.mine.pk), "area": str(at.area.pk), "about": "Nobody", "words": WHY},
    ),
    "the area of a file": lambda at: (
        Role.ANALYST,
        "/exits/new",
        {
            "area": str(at.district.pk),
            "whom": "all",
            "recipient": "Made-up Shelter",
            "country": "TH",
            "prosecutes": "no",
            "key": str(RECIPIENT.to_public()),
            "basis": "Agreement 7",
            "reason": WHY,
        },
    ),
    "the area of a visit list": lambda at: (
        Role.DISTRICT_OFFICER,
        "/paper/visits/new/",
        {"area": str(at.area.pk), "purpose": "prevent", "reason": WHY, "households": "12"},
    ),
    "the area of a concern": lambda at: (
        Role.VOLUNTEER,
        "/concerns/report",
        {"token": str(at.mine.pk), "area": str(at.area.pk), "seen": "debt", "who": "Somebody", "words": WHY},
    ),
}
"""By what is named in the body: who sends it, where to, and the form."""


@pytest.fixture
def there(cast: Cast, areas: dict[str, Area]) -> There:
    """Return two households, of one's own province and of another, whose people have the same odd name."""
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    mine = household(lead, areas[VILLAGE], member("Mine"))
    theirs = household(cast.outside(), areas[OUTSIDE_VILLAGE], member(NAME))
    draft = keep_draft(by=cast.outside(), typed={"m0-given": [NAME]})
    return There(
        mine, theirs, areas[OUTSIDE_VILLAGE], areas[OUTSIDE_DISTRICT], draft, filed(cast, areas, "Nobody")
    )


@pytest.mark.parametrize("named", FORMS)
def test_what_is_elsewhere_is_not_reached_through_a_form(
    cast: Cast, there: There, sign_in: SignIn, named: str
) -> None:
    role, address, body = FORMS[named](there)
    before, events = there.state(), set(Event.objects.values_list("pk", flat=True))
    answer = sign_in(cast[role]).post(address, body)
    assert answer.status_code not in (405, 500), "the form is one that there is"
    assert NAME not in answer.content.decode(errors="replace")
    assert there.state() == before
    elsewhere = {there.theirs.pk, there.them.pk, there.draft.pk}
    new = Event.objects.exclude(pk__in=events).filter(allowed=True)
    assert not elsewhere & set(new.values_list("subject_id", flat=True))
    assert not new.filter(area_code__startswith=OTHER_PROVINCE).exists()


def test_the_same_forms_reach_what_is_ones_own(
    cast: Cast, areas: dict[str, Area], there: There, sign_in: SignIn
) -> None:
    """Else a form that is wrong in itself would prove nothing."""
    also = household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member("Also"))
    agrees(cast, there.me)
    draft = keep_draft(by=cast.actor(Role.DISTRICT_OFFICER), typed={})
    own = There(there.mine, also, areas[VILLAGE], areas[DISTRICT], draft, there.contest)
    # Whom a household has not is no member of it, near or far; and merging changes whom others name.
    last = ("a member of another household", "the other of a merge")
    for named in [*(one for one in FORMS if one not in last), last[1]]:
        role, address, body = FORMS[named](own)
        said = {key: VILLAGE if one == OUTSIDE_VILLAGE else one for key, one in body.items()}
        answer = sign_in(cast[role]).post(address, said)
        assert answer.status_code in (200, 204, 302), (named, answer.content.decode())

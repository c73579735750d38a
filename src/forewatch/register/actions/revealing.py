"""Showing who people are: with a reason and a purpose, counted, and written down before anything leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Refused
from forewatch.access.middleware import write_down
from forewatch.access.models import User
from forewatch.access.noting import note_listed
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.sealing import keys_at_hand
from forewatch.places.models import Area
from forewatch.register.actions.canaries import note_canaries
from forewatch.register.actions.noting import note
from forewatch.register.actions.relations import flag_if_related
from forewatch.register.models import Household, Identity, Person
from forewatch.register.permissions import BudgetSpent, check_budget, check_can, check_can_in, check_lists
from forewatch.register.queries.reveals import LIST, lists_today, single_reveals_today
from forewatch.register.rules.canaries import How
from forewatch.register.sealed import Address, Who, open_address, open_who
from forewatch.register.visibility import opened_by, said_no
from forewatch.ui.problems import Problem

SHORTEST_REASON = 10


@dataclass(frozen=True)
class Revealed:
    """Who the members of a household are, by id of the person, and where exactly it lives."""

    names: Mapping[UUID, Who]
    address: Address
    may_be_related: bool = False


def reveal_household(*, by: Actor, household: Household, reason: str, purpose: Purpose) -> Revealed:
    """Show the names and the address of one household.

    Raises Refused; Problem without a reason; BudgetSpent after so many of a day, which is written down.
    """
    # An emergency does not wait for tomorrow; every one of them is looked at by somebody else.
    opened = household.pk in opened_by(by)
    with within_budget(by, free=opened) as me:
        return _revealed(by, me, household, reason, purpose, opened=opened)


@contextmanager
def within_budget(by: Actor, *, free: bool = False, lists: bool = False) -> Iterator[User]:
    """Show one name within the day's budget of single ones, in one transaction; yield who shows it.

    Lists have a budget of their own; what is free does not wait. Raises BudgetSpent, which is written down.
    """
    try:
        with transaction.atomic():
            # Somebody's own follow each other: two at once would both find the budget not yet spent.
            me = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.user_id)
            if lists:
                check_lists(lists_today(by))
            elif not free:
                check_budget(single_reveals_today(by))
            yield me
    except BudgetSpent as spent:
        write_down(by, Refused(str(spent), DataClass.IDENTITY, Verb.REVEAL))
        raise


def _revealed(
    by: Actor, me: User, household: Household, reason: str, purpose: Purpose, *, opened: bool
) -> Revealed:
    people = Person.objects.filter(memberships__household=household, memberships__valid_to__isnull=True)
    allowed = check_can(by, Verb.REVEAL, DataClass.IDENTITY, household, purpose)
    _check_reason(reason)
    names = _names(people if opened else people.exclude(said_no(purpose)))
    home = household.residences.filter(valid_to__isnull=True).first()
    address = open_address(home.pk, bytes(home.address)) if home and home.address else Address()
    event = note(
        by,
        allowed,
        Verb.REVEAL,
        DataClass.IDENTITY,
        household,
        area_path=household.area_path,
        words=reason.strip(),
        identities=len(names),
    )
    note_canaries(by=by, how=How.NAMES, person__in=list(names))
    related = flag_if_related(me, event, ((household.area_path, who.family_key()) for who in names.values()))
    return Revealed(names, address, related)


def reveal_list(
    *, by: Actor, area: Area, people: Iterable[Person], reason: str, purpose: Purpose
) -> dict[UUID, Who]:
    """Show the names of a list of an area's people: one decision, which somebody else looks at again.

    The people are those of `queries`, already limited to whom the actor may reveal. Raises Refused, Problem,
    and BudgetSpent after so many lists of a day, which is written down.
    """
    with within_budget(by, lists=True) as me:
        return _listed(by, me, area, people, reason, purpose)


def _listed(
    by: Actor, me: User, area: Area, people: Iterable[Person], reason: str, purpose: Purpose
) -> dict[UUID, Who]:
    allowed = check_can_in(by, Verb.REVEAL, DataClass.IDENTITY, area, purpose)
    _check_reason(reason)
    names = _names(Person.objects.filter(pk__in=[one.pk for one in people]).exclude(said_no(purpose)))
    event = note(
        by,
        allowed,
        Verb.REVEAL,
        DataClass.IDENTITY,
        LIST,
        area_path=area.path,
        words=reason.strip(),
        identities=len(names),
    )
    note_canaries(by=by, how=How.NAMES, person__in=list(names))
    note_listed(
        by, allowed.decision, Verb.REVEAL, names, names=True, area_code=area.code, purpose=allowed.purpose
    )
    paths = dict(Person.objects.filter(pk__in=list(names)).values_list("pk", "household__area_path"))
    flag_if_related(me, event, ((paths.get(one) or "", who.family_key()) for one, who in names.items()))
    return names


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise Problem(
            _("Say in at least %(count)s characters why you need the names; it is written down.")
            % {"count": SHORTEST_REASON}
        )


def _names(people: Iterable[Person]) -> dict[UUID, Who]:
    rows = list(Identity.objects.filter(person_id__in=[one.pk for one in people]))
    with keys_at_hand(row.person_id for row in rows):
        return {row.person_id: open_who(row.person_id, bytes(row.sealed)) for row in rows}

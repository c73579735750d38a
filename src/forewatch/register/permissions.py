"""What may be done to a household, and the words when it may not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Decision, Refused, Target, check, decide
from forewatch.access.middleware import write_down
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.places.models import SEPARATOR, Area
from forewatch.register.models import BreakGlass, ConflictOfInterest, Consent, Household, Person
from forewatch.register.visibility import about, kept_away_from, lives_in, purposes_of
from forewatch.ui.problems import Problem


@dataclass(frozen=True)
class Allowed:
    """A decision that was yes, and the purpose it was for."""

    decision: Decision
    purpose: Purpose


def target_of(household: Household, actor: Actor, person: Person | None = None) -> Target:
    """Return a household as a decision sees it on the day of asking, or one person who lives there."""
    current = Q(valid_to__isnull=True) | Q(valid_to__gt=actor.today)
    assigned = household.assignments.filter(current, valid_from__lte=actor.today)
    kept_away = ConflictOfInterest.objects.filter(lives_in(household.pk), ended_at__isnull=True)
    opened = BreakGlass.objects.filter(lives_in(household.pk), ends_at__gt=actor.now)
    return Target(
        areas=codes_of(household.area_path),
        written_by=household.made_by_id,
        written_at=household.made_at,
        assigned_to=frozenset(assigned.values_list("user_id", flat=True)),
        kept_away=frozenset(kept_away.values_list("user_id", flat=True)),
        opened_by=frozenset(opened.values_list("user_id", flat=True)),
        said_no_to=_said_no_to(person) if person else frozenset(),
    )


def _said_no_to(person: Person) -> frozenset[Purpose]:
    rows = Consent.objects.filter(
        about(person),
        agreed=False,
        ended_at__isnull=True,
        purpose__in=list(Purpose),
    )
    return frozenset(Purpose(one) for one in rows.values_list("purpose", flat=True))


def codes_of(path: str) -> tuple[str, ...]:
    """Return the codes of an area's path, from the lowest up."""
    return tuple(reversed(path.rstrip(SEPARATOR).split(SEPARATOR))) if path else ()


def purpose_for(actor: Actor, verb: Verb, data: DataClass) -> Purpose:
    """Return the first purpose for which the actor may do this anywhere; prevention when there is none."""
    for purpose in purposes_of(actor):
        if decide(actor, verb, data, purpose).allowed:
            return purpose
    return Purpose.PREVENT


def _first(actor: Actor, verb: Verb, data: DataClass, target: Target, purposes: Sequence[Purpose]) -> Allowed:
    for purpose in purposes:
        decision = decide(actor, verb, data, purpose, target)
        if decision.allowed:
            return Allowed(decision, purpose)
    refused_for = next(iter(purposes), Purpose.PREVENT)
    return Allowed(check(actor, verb, data, refused_for, target), refused_for)


def check_can(
    actor: Actor,
    verb: Verb,
    data: DataClass,
    household: Household,
    purpose: Purpose | None = None,
    person: Person | None = None,
) -> Allowed:
    """Return the decision that the actor may do this to a household, for this or any of their purposes.

    Of one `person` in it, what they said no to is not done. Raises Refused.
    """
    purposes = [purpose] if purpose else purposes_of(actor)
    return _first(actor, verb, data, target_of(household, actor, person), purposes)


def can(actor: Actor, verb: Verb, data: DataClass, household: Household) -> bool:
    """Tell whether the actor may do this to a household for any of their purposes."""
    target = target_of(household, actor)
    return any(decide(actor, verb, data, purpose, target).allowed for purpose in purposes_of(actor))


def takes_a_check(allowed: Allowed) -> bool:
    """Tell whether nothing comes of what is allowed before a colleague has agreed."""
    return allowed.decision.scope is Scope.CHECKED


def household_takes_a_check(actor: Actor, household: Household) -> bool:
    """Tell whether a colleague looks at what the actor corrects of a household. Raises Refused."""
    return takes_a_check(check_can(actor, Verb.CORRECT, DataClass.OBSERVATION, household))


def alone(allowed: Allowed) -> Allowed:
    """Return what is allowed without a colleague's check. Raises Problem where it takes one."""
    if takes_a_check(allowed):
        raise Problem(_("A colleague has to look at this first: hand it over to be checked."))
    return allowed


def check_can_alone(actor: Actor, verb: Verb, data: DataClass, household: Household) -> Allowed:
    """Return the decision that the actor may do this to a household without a colleague's check.

    Raises Refused, or Problem where it takes one.
    """
    return alone(check_can(actor, verb, data, household))


def check_can_in(
    actor: Actor, verb: Verb, data: DataClass, area: Area | None, purpose: Purpose | None = None
) -> Allowed:
    """Return the decision that the actor may do this in an area; without one, everywhere.

    Raises Refused.
    """
    target = Target(areas=area.codes() if area else ())
    return _first(actor, verb, data, target, [purpose] if purpose else purposes_of(actor))


def check_can_somewhere(actor: Actor, verb: Verb, data: DataClass) -> None:
    """Raise Refused unless there is anywhere that the actor may do this."""
    check(actor, verb, data, purpose_for(actor, verb, data))


def needs_a_second(actor: Actor) -> bool:
    """Tell whether an emergency of the actor's opens nothing until a second person has agreed."""
    purpose = purpose_for(actor, Verb.BREAK_GLASS, DataClass.IDENTITY)
    return decide(actor, Verb.BREAK_GLASS, DataClass.IDENTITY, purpose).scope is Scope.SECONDED


@second_lock.opened("who is kept away, to tell them")
def refuse_person(actor: Actor, person_id: uuid.UUID) -> None:
    """Do so for a person. Raises Refused."""
    homes = Person.objects.filter(pk=person_id).values_list("household", flat=True)
    _refuse(actor, homes.first(), "person", person_id)


@second_lock.opened("who is kept away, to tell them")
def refuse_household(actor: Actor, household_id: uuid.UUID) -> None:
    """Write down that somebody asked for a household that is not for them, or not there; both read alike.

    Raises Refused where a conflict of interest keeps them away and they said so themselves, or are related:
    they know of it. Whom a person named learns nothing by asking.
    """
    _refuse(actor, household_id, "household", household_id)


def _refuse(actor: Actor, household_id: uuid.UUID | None, subject: str, row: uuid.UUID) -> None:
    refused = Refused(
        _("A conflict of interest keeps you away from this household. Ask your supervisor."),
        DataClass.OBSERVATION,
        Verb.READ,
    )
    if household_id is not None and household_id in kept_away_from(actor):
        named = ConflictOfInterest.objects.filter(
            lives_in(household_id), user_id=actor.user_id, ended_at__isnull=True, ground="named"
        )
        if not named.exists():
            raise refused
    write_down(actor, refused, subject, row)


class BudgetSpent(Problem):
    """Today's single reveals are used up."""

    status = 429


def check_budget(used: int) -> None:
    """Raise BudgetSpent when as many names were shown singly today as the setting allows a person."""
    if used >= settings.TERMS.singly_names:
        raise BudgetSpent(
            _(
                "You have shown names %(count)s times today, which is as often as one person may. "
                "Print a visit list for a round, or ask your supervisor."
            )
            % {"count": used}
        )


def check_lists(used: int) -> None:
    """Raise BudgetSpent when as many lists of names were shown today as the setting allows a person."""
    if used >= settings.TERMS.daily_lists:
        raise BudgetSpent(
            _(
                "You have shown the names of %(count)s lists today, which is as often as one person may. "
                "Ask for a visit list: your supervisor approves it as a whole."
            )
            % {"count": used}
        )


def can_write_sources(actor: Actor) -> bool:
    """Tell whether the actor may describe sources."""
    return _somewhere(actor, Verb.CREATE, DataClass.REFERENCE)


def can_grade_sources(actor: Actor) -> bool:
    """Tell whether the actor may say how far sources can be relied on."""
    return _somewhere(actor, Verb.CORRECT, DataClass.GRADE)


def can_read_grades(actor: Actor) -> bool:
    """Tell whether the actor sees how far sources can be relied on: those who grade what they say do not."""
    return _somewhere(actor, Verb.READ, DataClass.GRADE)


def _somewhere(actor: Actor, verb: Verb, data: DataClass) -> bool:
    return any(decide(actor, verb, data, purpose).allowed for purpose in purposes_of(actor))

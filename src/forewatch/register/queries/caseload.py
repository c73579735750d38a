"""People without papers: whose next step is due when, and for whom nobody has begun."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.models import Organisation, User
from forewatch.access.rules import DataClass, Verb
from forewatch.places.models import Area
from forewatch.register.definition import definition
from forewatch.register.models import CitizenshipStep, Household, Membership, Person
from forewatch.register.queries.answers import value_words
from forewatch.register.queries.households import age_of
from forewatch.register.queries.lists import PAGE, Page, beyond, contesting, mark_of, page
from forewatch.register.rules.citizenship import VARIABLE, WITHOUT_PAPERS
from forewatch.register.visibility import inside, reach
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Caseload:
    """Somebody without papers, what they hold instead, and the next step if there is one."""

    person: Person
    household: Household
    age: int | None
    papers: str
    step: CitizenshipStep | None
    late: bool = False


def due(actor: Actor, area: Area | None, after: str = "") -> Page[Caseload]:
    """Return a page of the open steps, the earliest due first."""
    steps = _open(actor).filter(_after_step(after))
    if area:
        steps = steps.filter(inside(area.code, "person__household__"))
    ordered = steps.select_related("person__household__area", "helper", "agency").order_by("due_on", "id")
    rows = list(ordered[: PAGE + 1])
    cases = page(rows, lambda one: f"{one.due_on.isoformat()}:{one.pk}")
    return Page([_case(actor, one.person, one) for one in cases.rows], cases.after)


def late(actor: Actor) -> QuerySet[CitizenshipStep]:
    """Return the open steps whose day has passed."""
    return _open(actor).filter(due_on__lt=actor.today)


def _open(actor: Actor) -> QuerySet[CitizenshipStep]:
    return CitizenshipStep.objects.visible_to(actor).filter(
        status=CitizenshipStep.Status.OPEN, person__merged_into__isnull=True
    )


def not_begun(actor: Actor, area: Area | None, after: str = "") -> Page[Caseload]:
    """Return a page of the people without papers who have no open step, household after household."""
    begun = CitizenshipStep.objects.filter(person=OuterRef("person_id"), status=CitizenshipStep.Status.OPEN)
    condition = reach(actor, Verb.READ, DataClass.OBSERVATION, None, "household__", "person")
    condition &= beyond(after, "household__")
    if area:
        condition &= inside(area.code, "household__")
    found = Membership.objects.filter(
        condition,
        ~Exists(begun),
        valid_to__isnull=True,
        household__without_papers__gt=0,
        person__papers__in=WITHOUT_PAPERS,
        person__merged_into__isnull=True,
    ).exclude(person__in=contesting())
    ordered = found.select_related("person", "household__area").order_by(
        "household__area_path", "household__code", "person_id"
    )
    rows = list(ordered[: PAGE + 1])
    members = page(rows, lambda one: mark_of(one.household, one.person_id))
    return Page([_case(actor, one.person, None, one.household) for one in members.rows], members.after)


def _after_step(after: str) -> Q:
    day, _, row = after.partition(":")
    try:
        due_on, step = date.fromisoformat(day), uuid.UUID(row)
    except ValueError:
        return Q()
    return Q(due_on__gt=due_on) | Q(due_on=due_on, id__gt=step)


def _case(
    actor: Actor, person: Person, step: CitizenshipStep | None, household: Household | None = None
) -> Caseload:
    home = household or person.household
    assert home is not None  # who is in no household is in no list
    words = value_words(definition().variables[VARIABLE], person.papers) if person.papers else ""
    late = step is not None and step.due_on < actor.today
    return Caseload(person, home, age_of(person, actor), words, step, late)


def one_step(actor: Actor, row: uuid.UUID) -> CitizenshipStep:
    """Return one step.

    Raises NotFound.
    """
    found: CitizenshipStep | None = (
        CitizenshipStep.objects.visible_to(actor, Verb.CORRECT)
        .select_related("person__household")
        .filter(pk=row)
        .first()
    )
    if found is None:
        raise NotFound("")
    return found


def helpers(actor: Actor) -> QuerySet[User]:
    """Return who can help: those of one's own organisation who may sign in."""
    mine = User.objects.filter(pk=actor.user_id).values("organisation_id")
    return User.objects.filter(organisation__in=mine, is_active=True).order_by("name")


def agencies() -> QuerySet[Organisation]:
    """Return the agencies that can help."""
    return Organisation.objects.all()

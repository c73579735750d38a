"""Who saw me: for a person who asks, in which role and when somebody looked; never which colleague."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.noting import LISTED
from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.access.words import PURPOSE_NAMES, ROLE_NAMES, VERB_NAMES
from forewatch.audit.models import Event
from forewatch.register.models import Membership, Person
from forewatch.register.rules.codes import read_code
from forewatch.ui.problems import Problem

SHOWN = 500
"""So many looks are told, the newest; those of one colleague and kind on one day are one."""


@dataclass(frozen=True)
class Look:
    """One look at a person or at the household they lived in."""

    at: datetime
    roles: str
    deed: str
    names: bool
    purpose: str


@second_lock.opened("who saw somebody")
def looks_at(code: str) -> tuple[Person, Sequence[Look]]:
    """Return the person with a code and the looks at them, the newest first.

    Raises Problem when no person has the code.
    """
    person = Person.objects.filter(code=read_code(code) or "").first()
    if person is None:
        raise Problem(_("No person has the code %(code)s.") % {"code": code.strip()[:20]})
    return person, looks_at_person(person)


def looks_at_person(person: Person) -> Sequence[Look]:
    """Return the looks at a person, the newest first; what a colleague did again on the same day stands once.

    So nobody pushes a look out of sight by looking again and again.
    """
    found: dict[object, Look] = {}
    for one in Event.objects.filter(_about(person), allowed=True).order_by("-at", "-pk").iterator():
        look = _look(one)
        day = timezone.localdate(look.at)
        same = (one.actor_id, day, look.roles, look.deed, look.names, look.purpose)
        found.setdefault(same, look)
        if len(found) == SHOWN:
            break
    return list(found.values())


def _about(person: Person) -> Q:
    """Return the condition that an event is about a person, one merged into them, or their household then."""
    same = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person)).values_list("pk", flat=True)
    found = Q(subject_id__in=list(same))
    zone = timezone.get_current_timezone()
    for one in Membership.objects.filter(person__in=same):
        lived = Q(subject_id=one.household_id)
        lived &= Q(at__gte=datetime.combine(one.valid_from, time.min, zone))
        if one.valid_to is not None:
            lived &= Q(at__lt=datetime.combine(one.valid_to + timedelta(days=1), time.min, zone))
        found |= lived
    return found


def _look(one: Event) -> Look:
    held = [role for role in Role if role in one.role.split(",")]
    roles = ", ".join(str(ROLE_NAMES[role]) for role in held)
    known = one.purpose in set(Purpose)
    listed = one.subject == LISTED
    verb = one.reason if listed else one.verb
    deed = str(VERB_NAMES[Verb(verb)]) if verb in set(Verb) else verb
    names = one.data_class == DataClass.IDENTITY if listed else one.identities > 0
    purpose = str(PURPOSE_NAMES[Purpose(one.purpose)]) if known else ""
    return Look(one.at, roles, deed, names, purpose)

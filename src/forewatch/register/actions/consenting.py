"""Noting what somebody agrees to or says no to; it acts on the next thing that is asked of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.noting import note
from forewatch.register.models import Consent, Person
from forewatch.register.permissions import check_can
from forewatch.register.rules.consents import WORDING, For
from forewatch.register.signals import no_longer_shared


@dataclass(frozen=True)
class Said:
    """A yes or no for one purpose: on whose word, on which day, and in which language it was read out."""

    purpose: For
    agreed: bool
    ground: Consent.Ground
    language: str
    said_on: date
    countries: Sequence[str] = ()


@transaction.atomic
def note_consent(*, by: Actor, person: Person, said: Said) -> Consent:
    """Note what somebody said; what they said before for this purpose ends, and stays in the history.

    Whoever may give the household to a colleague notes it. Raises Refused.
    """
    assert person.household is not None  # `queries.consents.person_to_ask` gives no other
    allowed = check_can(by, Verb.ASSIGN, DataClass.OBSERVATION, person.household)
    # The person stays locked until the end, so that two answers at once follow each other.
    Person.objects.select_for_update().get(pk=person.pk)
    Consent.objects.filter(person=person, purpose=said.purpose, ended_at__isnull=True).update(ended_at=by.now)
    made = Consent.objects.create(
        person=person,
        purpose=said.purpose,
        agreed=said.agreed,
        ground=said.ground,
        wording=WORDING,
        language=said.language,
        countries=" ".join(said.countries),
        said_on=said.said_on,
        noted_at=by.now,
        noted_by_id=by.user_id,
    )
    if said.purpose is For.SHARE:
        still = frozenset(said.countries) if said.agreed else frozenset[str]()
        no_longer_shared.send(sender=Person, people=[person.pk], still=still)
    note(
        by,
        allowed,
        Verb.ASSIGN,
        DataClass.OBSERVATION,
        person,
        area_path=person.household.area_path,
        reason=f"consent: {'yes' if said.agreed else 'no'} to {said.purpose}",
    )
    return made

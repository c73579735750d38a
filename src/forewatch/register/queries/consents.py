"""What somebody agreed to, for those who ask them; and who may be handed over where."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.register.models import Consent, Person
from forewatch.register.permissions import refuse_person
from forewatch.register.rules.consents import ASSUMED, NAMES, WORDS, For
from forewatch.register.visibility import about
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Question:
    """A purpose in words, and what holds of it: the answer, or none where nobody was asked."""

    purpose: For
    name: Any
    words: Any
    holds: Consent | None

    @property
    def assumed(self) -> bool:
        """Tell whether it is done although nobody was asked."""
        return self.holds is None and self.purpose in ASSUMED


def person_to_ask(actor: Actor, row: uuid.UUID) -> Person:
    """Return somebody whose household the actor may give to colleagues, whatever they said no to.

    Raises NotFound.
    """
    people = Person.objects.visible_to(actor, Verb.ASSIGN, DataClass.OBSERVATION)
    found = people.select_related("household__area").filter(pk=row, merged_into__isnull=True).first()
    if found is None or found.household is None:
        refuse_person(actor, row)
        raise NotFound("")
    return found


def said_by(person: Person) -> QuerySet[Consent]:
    """Return everything that somebody said, the newest first; what was said by a row merged into them too."""
    rows = Consent.objects.filter(about(person))
    return rows.select_related("noted_by")


def questions(said: Sequence[Consent]) -> list[Question]:
    """Return what may be asked, with the answers that hold; before that of a merged row, a no."""
    holding = [one for one in said if one.ended_at is None]
    found = {For(one.purpose): one for one in sorted(holding, key=lambda one: not one.agreed, reverse=True)}
    return [Question(one, NAMES[one], WORDS[one], found.get(one)) for one in For]


def agreed_to_share(country: str) -> Q:
    """Return the condition that somebody agreed to be handed over to organisations in a country."""
    share = Consent.objects.filter(purpose=For.SHARE, ended_at__isnull=True)
    yes = share.filter(agreed=True)
    named = Q(countries=country)
    for form in (f"{country} ", f" {country} ", f" {country}"):
        named |= Q(countries__contains=form)
    return Q(pk__in=yes.filter(named).values("person")) & ~Q(
        pk__in=share.filter(agreed=False, person__merged_into__isnull=False).values("person__merged_into")
    )

"""What pages ask about risk: whose profile may be read, the newest run, and who stands where in an area."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.analysis.definition import Definition
from forewatch.analysis.loading import load_definition
from forewatch.register.models import Household, Person
from forewatch.risk.models import Band, Run
from forewatch.risk.profiles import Profile
from forewatch.ui.problems import NotFound


@lru_cache(maxsize=1)
def definition() -> Definition:
    """Return the index of this installation."""
    return load_definition(settings.INDEX)


def newest_run() -> Run | None:
    """Return the run that was made last."""
    return Run.objects.order_by("-made_at", "-id").first()


def purposes(actor: Actor) -> list[Purpose]:
    """Return the purposes for which the actor may read bands at all."""
    return [one for one in Purpose if decide(actor, Verb.READ, DataClass.BAND, one).allowed]


def person_for(actor: Actor, person_id: uuid.UUID) -> tuple[Person, Household]:
    """Return a person whose profile the actor may read, and the household they live in, or lived in last.

    Raises NotFound when there is none, or none for this actor.
    """
    for purpose in purposes(actor):
        visible = Person.objects.visible_to(actor, Verb.READ, DataClass.BAND, purpose)
        found = visible.select_related("household__area", "home_area").filter(pk=person_id).first()
        if found is not None and found.merged_into_id is None and found.household is not None:
            return found, found.household
    raise NotFound("")


def household_for(actor: Actor, household_id: uuid.UUID) -> Household:
    """Return a household whose profile the actor may read.

    Raises NotFound when there is none, or none for this actor.
    """
    for purpose in purposes(actor):
        visible = Household.objects.visible_to(actor, Verb.READ, DataClass.BAND, purpose)
        found = visible.select_related("area").filter(pk=household_id).first()
        if found is not None:
            return found
    raise NotFound("")


@dataclass(frozen=True)
class Member:
    """A member of a household with what is said of them."""

    person: Person
    profile: Profile

    @property
    def band(self) -> Band:
        """Return the band, for its words."""
        return Band(self.profile.assessment.index.band)


def members(profiles: Mapping[uuid.UUID, Profile]) -> list[Member]:
    """Return the members of a household, those for whom outreach is due first."""
    order = {band.value: place for place, band in enumerate(Band)}
    people = Person.objects.in_bulk(list(profiles))
    found = [Member(people[one], profile) for one, profile in profiles.items()]
    return sorted(found, key=lambda one: (order[one.band], one.person.code))


def thresholds() -> list[int]:
    """Return where the bands medium and high begin, in basis points."""
    bands = definition().aggregation.bands
    return [bands.medium_bp, bands.high_bp] if bands else []


def not_a_day(said: str) -> str:
    """Return what to tell somebody who asked about something that is no day."""
    return _("%(said)s is not a day. Write it as year-month-day, like 2026-06-30.") % {"said": said[:40]}

"""What pages ask about risk: whose profile may be read, the newest run, and who stands where in an area."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.analysis.definition import Definition
from forewatch.analysis.loading import load_definition
from forewatch.places.models import Area
from forewatch.places.queries import covered
from forewatch.register.models import Household, Person
from forewatch.register.permissions import refuse_household, refuse_person
from forewatch.risk.models import AreaFigure, Band, Run
from forewatch.risk.profiles import Profile
from forewatch.ui.problems import NotFound

FIGURES_SHOWN = 12
"""So many runs a community's page looks back."""


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
    refuse_person(actor, person_id)
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
    refuse_household(actor, household_id)
    raise NotFound("")


def community_for(actor: Actor, code: str, day: date) -> Area:
    """Return the area, as it was on a day, whose profile the actor may read.

    Raises NotFound when there is none, or none for this actor.
    """
    own = covered(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT).filter(code=code)
    held = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    found = own.filter(held).order_by("valid_on").first() or own.order_by("-valid_on").first()
    if found is None:
        raise NotFound("")
    return found


def figures_over_time(area: Area, last: date) -> list[AreaFigure]:
    """Return the figures of all who live in an area, of each day's newest run up to a day, oldest first."""
    rows = AreaFigure.objects.filter(
        area__code=area.code, by=AreaFigure.By.RESIDENCE, sex="", age_band="", run__as_of__lte=last
    )
    by_day = {one.run.as_of: one for one in rows.select_related("run").order_by("run__made_at", "run_id")}
    return [by_day[day] for day in sorted(by_day)][-FIGURES_SHOWN:]


@dataclass(frozen=True)
class Member:
    """A member of a household with what is said of them."""

    person: Person
    profile: Profile
    contested: bool

    @property
    def band(self) -> Band:
        """Return the band, for its words."""
        return Band(self.profile.assessment.index.band)


def members(profiles: Mapping[uuid.UUID, Profile], contested: Collection[uuid.UUID]) -> list[Member]:
    """Return the members of a household, those for whom outreach is due first.

    Whoever is contested stands last, by code: their band puts nobody anywhere.
    """
    order = {band.value: place for place, band in enumerate(Band)}
    people = Person.objects.in_bulk(list(profiles))
    found = [Member(people[one], profile, one in contested) for one, profile in profiles.items()]
    return sorted(found, key=lambda one: (len(order) if one.contested else order[one.band], one.person.code))


def thresholds() -> list[int]:
    """Return where the bands medium and high begin, in basis points."""
    bands = definition().aggregation.bands
    return [bands.medium_bp, bands.high_bp] if bands else []


def not_a_day(said: str) -> str:
    """Return what to tell somebody who asked about something that is no day."""
    return _("%(said)s is not a day. Write it as year-month-day, like 2026-06-30.") % {"said": said[:40]}

"""Makes households, identities, records and assessments for the tests of what is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from forewatch.access.rules import Purpose, Role
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register import bulk
from forewatch.register.bulk import Batch, Chunk, NewHousehold, NewPerson, NewRecord
from forewatch.register.models import Household, Person, Source
from forewatch.register.rules.dates import birth_date
from forewatch.register.sealed import Address, Who
from forewatch.reports.models import VisitList
from forewatch.reports.paper import actions
from forewatch.reports.paper.queries import asked_here
from forewatch.risk.models import Assessment, Band, Run
from forewatch.risk.rules import packed

OTHER_VILLAGE = "XA10010102"
SINCE = date(2020, 1, 1)


@dataclass
class Village:
    """The made-up villages: who lives there by given name, and the households by a word of ours."""

    cast: Cast
    areas: dict[str, Area]
    source: Source
    run: Run
    people: dict[str, Person] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)

    def move_in(self, household: str, *names: str, area: str = VILLAGE, born: str = "1980") -> None:
        """Make a household whose people bear these given names, and its name as their family name."""
        home = NewHousehold(
            new_id(), self.areas[area].id, SINCE, Address(house="12/3", hamlet=f"Hamlet {household}")
        )
        people = [
            NewPerson(
                new_id(),
                home.id,
                SINCE,
                Who(given=one, family=household),
                birth=birth_date(born, timezone.localdate()) if born else None,
                village=area,
            )
            for one in names
        ]
        self._put(households=[home], people=people)
        self.households[household] = Household.objects.get(pk=home.id)
        for made in people:
            self.people[made.who.given] = Person.objects.get(pk=made.id)

    def say(self, subject: Person | Household, days_ago: int = 0, **values: Any) -> None:
        """Record what a visit brought out."""
        level = "person" if isinstance(subject, Person) else "household"
        day = timezone.localdate() - timedelta(days=days_ago)
        self._put(records=[NewRecord(new_id(), level, subject.pk, day, values)])

    def assess(self, name: str, band: str, act_now: str = "", expired: bool = False, **scores: int) -> None:
        """Store an assessment; its drivers are the scores of 3, then of 2."""
        person, today = self.people[name], timezone.localdate()
        definition = asked_here().definition
        home = person.household
        assert home is not None
        assert home.area is not None
        Assessment.objects.update_or_create(
            person=person,
            defaults={
                "run": self.run,
                "as_of": today,
                "household": home,
                "area": home.area,
                "band": band,
                "band_basis": "firm",
                "index_bp": 4242,
                "scores": packed([scores.get(one) for one in definition.indicators]),
                "drivers": " ".join(sorted(scores, key=lambda one: -scores[one])),
                "act_now": act_now,
                "expires_on": today if expired else today + timedelta(days=30),
            },
        )

    def _put(self, **rows: Any) -> None:
        user, now = self.cast[Role.ANALYST], timezone.now()
        batch = Batch(new_id(), self.source.id, self.source.code, timezone.localdate(), now, user.id)
        with transaction.atomic():
            bulk.write(batch, Chunk(**rows))
            bulk.finish(batch)

    def requested(self, by: Role = Role.DISTRICT_OFFICER, area: str = VILLAGE, **changes: Any) -> VisitList:
        """Ask for a visit list."""
        return actions.request_list(
            by=self.cast.actor(by),
            **{
                "area": self.areas[area],
                "purpose": Purpose.PREVENT,
                "reason": "The round of this week",
                "with_names": False,
                "households": 20,
                **changes,
            },
        )

    def approved(self, **changes: Any) -> VisitList:
        """Ask for a visit list, and have the supervisor approve it."""
        made = self.requested(**changes)
        by = self.cast.actor(Role.DISTRICT_SUPERVISOR)
        return actions.decide_on_list(by=by, list_id=made.pk, approve=True)


def make_village(cast: Cast, areas: dict[str, Area]) -> Village:
    """Return villages where somebody is to be visited now, soon, to ask, and not at all."""
    source = Source.objects.create(
        code="survey", name="Survey", kind="survey", agency=cast[Role.ANALYST].organisation
    )
    run = Run.objects.create(
        definition=asked_here().definition.name, as_of=timezone.localdate(), made_at=timezone.now()
    )
    made = Village(cast, areas, source, run)
    made.move_in("Reed", "Ann", "Ben")
    made.assess("Ann", Band.HIGH, "recruiter_or_harm", H1=3, S6=3, H7=3)
    made.assess("Ben", Band.LOW, H1=3, H7=3)
    made.move_in("Sedge", "Cat")
    made.assess("Cat", Band.MEDIUM, S1=2, H7=3)
    made.move_in("Moss", "Dan")
    made.move_in("Fern", "Eve")
    made.assess("Eve", Band.LOW, S1=2)
    made.move_in("Birch", "Fay", area=OTHER_VILLAGE)
    made.assess("Fay", Band.HIGH, S1=3)
    made.move_in("Pine", "Gus", area=OUTSIDE_VILLAGE)
    made.assess("Gus", Band.HIGH, S1=3)
    return made

"""What waits in a demonstration: a little work for each role, left there by what the pages themselves do."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from pyrage.x25519 import Identity

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.models import Organisation, User
from forewatch.access.rules import Purpose
from forewatch.intake.concerns.actions import hand_in
from forewatch.intake.concerns.rules import Seen
from forewatch.places.models import Area, Level
from forewatch.places.queries import current
from forewatch.register.actions.breaking_glass import break_glass
from forewatch.register.actions.checking import hand_over
from forewatch.register.actions.citizenship import StepEntry, plan_step
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.households import register_household
from forewatch.register.entries import HouseholdEntry, MemberEntry, Observation
from forewatch.register.forms.starting import first_typed, rows_of
from forewatch.register.models import (
    CitizenshipStep,
    Consent,
    Membership,
    Person,
    Source,
    SourceKind,
)
from forewatch.register.queries.caseload import not_begun
from forewatch.register.rules.consents import For
from forewatch.register.rules.dates import birth_date
from forewatch.register.sealed import Address, Who
from forewatch.register.signals import collected
from forewatch.reports.exits.actions import Wish, decide_on_exit, request_exit
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind, State
from forewatch.reports.paper.actions import request_list
from forewatch.rights.actions import file_contest
from forewatch.rights.erasures import ask_to_erase
from forewatch.rights.models import Erasure
from forewatch.rights.queries import areas_of
from forewatch.ui.problems import Problem

STEPS, AGREED, TO_BE_TOLD = 3, 9, 4


def leave_work() -> None:
    """Leave something for everybody: what waits for an answer, a visit, a second word, or to be told."""
    _let_out(_actor("provincial-lead"))
    village = _first(Level.VILLAGE)
    if village is not None:
        _concerns(_actor("volunteer"), village)
        first, second = _namesakes(_actor("district-officer"), village)
        _contest(_actor("advocate"), first)
        _erasure(_actor("analyst"), second)
        _correction(_actor("analyst"), first)
    _to_be_told(_actor("district-officer"))
    _emergency(_actor("district-officer"))
    _visit_list(_actor("district-officer"))
    _steps(_actor("provincial-lead"))
    _exit(_actor("analyst"), _actor("provincial-lead"))


def _actor(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))


def _first(level: Level) -> Area | None:
    return current().filter(level=level).order_by("path").first()


def _concerns(volunteer: Actor, village: Area) -> None:
    told = (
        ([Seen.DEBT], "The family by the made-up well", "A lender comes every week.", False),
        ([Seen.RECRUITER], "Two made-up sisters", "An uncle nobody knows offers work abroad.", True),
    )
    for seen, who, words, urgent in told:
        hand_in(
            by=volunteer, token=uuid.uuid4(), area=village, seen=seen, who=who, where="", words=words,
            urgent=urgent, risky_visit=False,
        )  # fmt: skip


def _namesakes(officer: Actor, village: Area) -> list[Person]:
    """Register the same made-up woman twice, as two visits by two people would, and return both."""
    homes = []
    for house in ("7/1", "7/2"):
        who = Who(given="Orlanthe", family="Madeup")
        born = birth_date("1991", officer.today)
        member = MemberEntry(who=who, sex="F", birth=born, role=Membership.Role.HEAD)
        home = register_household(
            by=officer,
            entry=HouseholdEntry(
                observation=Observation(officer.today),
                area=village,
                address=Address(house=house),
                members=(member,),
            ),
        )
        homes.append(home)
    return [Person.objects.get(household=home) for home in homes]


def _contest(advocate: Actor, person: Person) -> None:
    area = areas_of(advocate).first()
    assert area is not None  # the advocate of a demonstration has the province
    file_contest(
        by=advocate, token=uuid.uuid4(), area=area, about=person.code, words="The house is not hers."
    )


def _erasure(analyst: Actor, person: Person) -> None:
    ask_to_erase(by=analyst, person=person, ground=Erasure.Ground.MISTAKE)


def _to_be_told(officer: Actor) -> None:
    """Have some people still to be told what a survey said of them, the first of them too late."""
    source = Source.objects.filter(tells_people=False).exclude(kind=SourceKind.VISIT).order_by("code").first()
    people = Person.objects.visible_to(officer).order_by("code").values_list("pk", flat=True)
    if source is None:
        return
    for place, one in enumerate(people[:TO_BE_TOLD]):
        day = officer.today - timedelta(days=settings.TERMS.telling_days + 2 - 3 * place)
        collected.send(Source, source_id=source.pk, people=[one], new=[one], received_on=day, batch_id=None)


def _emergency(officer: Actor) -> None:
    """Open somebody of another district; in a very small province there may be none."""
    inside = Person.objects.visible_to(officer).values("pk")
    elsewhere = Person.objects.filter(merged_into__isnull=True, household__isnull=False).exclude(
        pk__in=inside
    )
    if found := elsewhere.order_by("-id").first():
        why = "A call at night from a made-up bus station; nobody of her district answers."
        break_glass(by=officer, code=found.code, incident="made-up-1300-7", reason=why)


def _correction(analyst: Actor, person: Person) -> None:
    """Let an analyst correct a household: a colleague looks at it first."""
    home = person.household
    if home is not None:
        typed = rows_of(home, first_typed(analyst, home)) | {"home-arrears": ["true"]}
        hand_over(by=analyst, typed=typed, household=home, version=home.version)


def _visit_list(officer: Actor) -> None:
    area = _first(Level.SUB_DISTRICT)
    # In a very small province nobody may be due.
    with suppress(Problem):
        if area is not None:
            request_list(
                by=officer, area=area, purpose=Purpose.PREVENT, reason="the round of next week",
                with_names=True, households=12,
            )  # fmt: skip


def _let_out(lead: Actor) -> None:
    """Let the figures of the month be read, as if a colleague had agreed two days ago."""
    before = replace(lead, now=lead.now - timedelta(days=2))
    for waits in Exit.objects.filter(kind=Kind.RELEASE, state=State.REQUESTED):
        decide_on_exit(by=before, exit_id=waits.pk, agree=True, sha256=waits.sha256)


def _exit(analyst: Actor, lead: Actor) -> None:
    """Have some people agree to be handed over, and ask for a file about them to leave."""
    area = _first(Level.DISTRICT)
    if area is None:
        return
    for person in Person.objects.visible_to(lead).under(area.code).order_by("code")[:AGREED]:
        said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", lead.today, [settings.COUNTRY])
        note_consent(by=lead, person=person, said=said)
    wish = Wish(
        area=area, whom="all", recipient="Made-up Shelter of Sandland", country=settings.COUNTRY,
        key=str(Identity.generate().to_public()), basis="made-up agreement 7", with_names=False,
        prosecutes=False, reason="places in the made-up school bus of the shelter",
    )  # fmt: skip
    # In a very small province nobody may be left to agree.
    with suppress(Problem):
        request_exit(by=analyst, wish=wish)


def _steps(lead: Actor) -> None:
    """Plan a step for some people without papers; the first is late."""
    agency = Organisation.objects.get(code="centre")
    what = CitizenshipStep.What
    kinds = (what.EVIDENCE, what.BIRTH, what.HEARING)
    for days, kind, case in zip((-2, 5, 12), kinds, not_begun(lead, None).rows[:STEPS], strict=False):
        due = lead.today + timedelta(days=days)
        plan_step(by=lead, person=case.person, entry=StepEntry(kind, due, agency=agency))

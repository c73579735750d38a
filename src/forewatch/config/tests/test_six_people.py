"""Six people run a month under `single-office`: whatever takes a second pair of eyes finds one among them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import PURPOSES, Protocol, Purpose, Role
from forewatch.config.tests.cast import (
    DISTRICT,
    OTHER_DISTRICT,
    OUTSIDE_DISTRICT,
    PROVINCE,
    VILLAGE,
    make_user,
)
from forewatch.config.today import needs
from forewatch.intake import actions as intake
from forewatch.intake import jobs
from forewatch.intake.models import Upload
from forewatch.intake.rules import State as FileState
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.office import emergencies
from forewatch.office.recovering import confirm_loss
from forewatch.office.reviewing import Verdict
from forewatch.office.roles import end_role, give_role, second_roles
from forewatch.places.models import Area
from forewatch.register.actions import checking, merging
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.breaking_glass import break_glass, second
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.revealing import reveal_household
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation
from forewatch.register.models import (
    BreakGlass,
    Consent,
    Correction,
    Household,
    Merge,
    Person,
    Record,
    Source,
    SourceKind,
)
from forewatch.register.rules.consents import For
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits import actions as exits
from forewatch.reports.exits import afterwards, taking
from forewatch.reports.exits import queries as exits_of
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind, State
from forewatch.reports.exits.tests.making import wish
from forewatch.reports.models import VisitList
from forewatch.reports.paper.actions import decide_on_list, print_list, request_list
from forewatch.reports.paper.queries import to_decide
from forewatch.rights.actions import answer_contest, confirm_person, file_contest
from forewatch.rights.erasures import ask_to_erase, decide_on_erasure
from forewatch.rights.models import Contest, Erasure
from forewatch.rights.rules import Outcome
from forewatch.risk.actions import rescore
from forewatch.risk.models import Publication
from forewatch.risk.queries import definition
from forewatch.risk.releases import published
from forewatch.ui.problems import Problem

ROLES: Mapping[str, tuple[tuple[Role, str], ...]] = {
    "lead": ((Role.PROVINCIAL_LEAD, PROVINCE),),
    "analyst": ((Role.ANALYST, PROVINCE),),
    "supervisor": ((Role.DISTRICT_SUPERVISOR, DISTRICT),),
    "officer": ((Role.DISTRICT_OFFICER, DISTRICT),),
    "worker": ((Role.SOCIAL_WORKER, PROVINCE), (Role.ADVOCATE, PROVINCE)),
    "keeper": ((Role.DATA_PROTECTION_OFFICER, ""), (Role.ADMINISTRATOR, "")),
}
"""Six people, of whom two have two roles each; nobody else works here."""
WEEKS, VISITS = 4, 5


@dataclass
class Office:
    """Six colleagues of one organisation, and how many days their month is old."""

    users: Mapping[str, User]
    areas: Mapping[str, Area]
    day: int = 0

    def __call__(self, name: str) -> Actor:
        """Return one of them on the day that it is."""
        one = actor_for(self.users[name])
        return replace(
            one, now=one.now + timedelta(days=self.day), today=one.today + timedelta(days=self.day)
        )

    def each(self) -> Iterator[Actor]:
        """Yield all of them."""
        for name in self.users:
            yield self(name)


@pytest.fixture
def office(areas: dict[str, Area], settings: LazySettings, tmp_path: object) -> Office:
    settings.AUDIT_HEADS = tmp_path
    centre = Organisation.objects.create(code="centre", name="Upper Reach Coordination Centre")
    today = timezone.localdate()
    users = {}
    for name, roles in ROLES.items():
        (first, where), *more = roles
        users[name] = make_user(name, centre, first, where)
        for role, area in more:
            Grant.objects.create(
                user=users[name], role=role, area_code=area, purposes=[one.value for one in PURPOSES[role]],
                valid_from=today, valid_to=today + timedelta(days=300),
            )  # fmt: skip
    return Office(users, areas)


def a_file_comes_in(office: Office, serial: int) -> None:
    centre = office.users["analyst"].organisation
    source, _new = Source.objects.get_or_create(
        code="school", defaults={"name": "School register", "kind": SourceKind.REGISTER, "agency": centre}
    )
    content = csv_of([pupil(serial), pupil(serial + 1)])
    taken, _new = intake.receive(
        by=office("analyst"), file=ContentFile(content), name=f"{serial}.csv", size=len(content),
        source=source, observed_on=date(2025, 10, 1),
    )  # fmt: skip
    jobs.work(taken.pk)
    intake.hand_over(by=office("analyst"), upload=Upload.objects.get(pk=taken.pk))
    intake.approve(by=office("lead"), upload=Upload.objects.get(pk=taken.pk))
    jobs.work(taken.pk)
    assert Upload.objects.get(pk=taken.pk).state == FileState.IN


def a_round_of_visits(office: Office, week: int) -> list[Household]:
    """Register families, give them to the social worker, and have next week's list approved and printed."""
    officer = office("officer")
    homes = [household(officer, office.areas[VILLAGE], member(f"W{week}N{n}")) for n in range(VISITS)]
    for one in homes:
        assign(by=officer, household=one, user=office.users["worker"])
    asked = request_list(
        by=officer, area=office.areas[VILLAGE], purpose=Purpose.PREVENT, reason="the round of next week",
        with_names=True, households=VISITS,
    )  # fmt: skip
    assert [one.pk for one in to_decide(office("supervisor"))] == [asked.pk]
    decide_on_list(by=office("supervisor"), list_id=asked.pk, approve=True)
    print_list(by=officer, list_id=asked.pk, language="th", draw=lambda *_: b"a sheet")
    return homes


def a_contest_is_answered(office: Office, person: Person) -> None:
    """The officer recorded what is contested; somebody who did not answers."""
    worker = office("worker")
    receipt = file_contest(
        by=worker, token=uuid.uuid4(), area=office.areas[PROVINCE], about=person.code, words="not so"
    )
    contest = Contest.objects.get(receipt=receipt)
    confirm_person(by=office("lead"), contest=contest, code=person.code)
    contest.refresh_from_db()
    answer_contest(by=office("lead"), contest=contest, outcome=Outcome.UPHELD, words="It was asked again.")


def somebody_is_erased(office: Office, person: Person) -> None:
    asked = ask_to_erase(by=office("analyst"), person=person, ground=Erasure.Ground.ASKED)
    decide_on_erasure(by=office("keeper"), erasure=asked, erase=True)
    assert not Person.objects.filter(pk=person.pk).exists()


def a_file_leaves(office: Office, person: Person) -> None:
    said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", office("officer").today, ["TH"])
    note_consent(by=office("officer"), person=person, said=said)
    made = exits.request_exit(by=office("analyst"), wish=wish(office.areas[PROVINCE]))
    agreed = exits.decide_on_exit(by=office("lead"), exit_id=made.pk, agree=True, sha256=made.sha256)
    assert agreed is State.APPROVED
    office.day += 1
    taking.take(by=office("analyst"), exit_id=made.pk)
    afterwards.review_exit(by=office("keeper"), exit_id=made.pk, held=True)


def an_emergency_is_looked_at(office: Office, code: str) -> None:
    break_glass(by=office("officer"), code=code, incident="77", reason="she calls from the border")
    office.day += 1
    opened = BreakGlass.objects.get(reviewed_at__isnull=True)
    emergencies.decide(by=office("keeper"), opened=opened.pk, verdict=Verdict.HOLDS)


def a_correction_is_checked(office: Office, home: Household) -> None:
    """The analyst corrects with a colleague's check; nothing counts before somebody else agreed."""
    officer, person = office("officer"), people_of(home)[0]
    said = record_answers(
        by=officer, subject=person, observation=Observation(officer.today), answers={"papers": "none"}
    )
    assert said is not None
    handed = checking.hand_over(
        by=office("analyst"), typed={}, household=home, version=home.version, record=said
    )
    assert Record.objects.get(pk=said.pk).values == {"papers": "none"}
    with pytest.raises(Problem, match="your own correction"):
        checking.decline(by=office("analyst"), correction=handed, words="")
    anew = checking.SaidAnew({"papers": "full"}, "A", officer.today)
    checking.agree_to_record(by=office("supervisor"), correction=handed, record=said, said=anew)
    assert Correction.objects.get(pk=handed.pk).agreed


def a_merge_is_agreed_to(office: Office, kept: Person, merged: Person) -> None:
    asked = merging.merge(by=office("analyst"), kept=kept, merged=merged, reason="same card")
    with pytest.raises(Problem, match="asked for this merge"):
        merging.agree_to_merge(by=office("analyst"), merge=asked)
    merging.agree_to_merge(by=office("lead"), merge=asked)
    merged.refresh_from_db()
    assert merged.merged_into_id == kept.pk


def the_keeper_sees_names_with_a_second_person(office: Office, person: Person) -> None:
    """Three of the six: who asks, who agrees, and who looks at it afterwards."""
    asked = break_glass(
        by=office("keeper"), code=person.code, incident="78", reason="a raid is planned tonight"
    )
    second(by=office("lead"), opened=asked.pk, agree=True)
    office.day += 1
    emergencies.decide(by=office("supervisor"), opened=asked.pk, verdict=Verdict.HOLDS)


def a_colleague_gets_another_role(office: Office, name: str) -> None:
    until = office(name).today + timedelta(days=200)
    give_role(
        by=office("keeper"), user=office.users[name], role=Role.ENUMERATOR, area_code=DISTRICT, until=until
    )
    assert Role.ENUMERATOR in office(name).roles()
    far = give_role(
        by=office("keeper"), user=office.users[name], role=Role.DISTRICT_OFFICER, area_code=OTHER_DISTRICT,
        until=until,
    )  # fmt: skip
    assert Role.DISTRICT_OFFICER not in office(name).roles()
    second_roles(by=office("lead"), grants=[str(far.pk)], agree=True)
    assert Role.DISTRICT_OFFICER in office(name).roles()
    end_role(by=office("keeper"), grant_id=far.pk)


def the_months_figures_are_let_out(office: Office) -> None:
    rescore(definition(), as_of=office("lead").today, now=office("lead").now, release=True)
    waits = Exit.objects.get(kind=Kind.RELEASE)
    exits.decide_on_exit(by=office("lead"), exit_id=waits.pk, agree=True, sha256=waits.sha256)
    assert not published().exists()
    office.day += 1
    Publication.objects.update(at=timezone.now())
    assert published().exists()
    afterwards.review_exit(by=office("keeper"), exit_id=waits.pk, held=True)


def a_telephone_is_lost(office: Office, name: str) -> None:
    assert confirm_loss(by=office("keeper"), user=office.users[name]) == ""
    assert confirm_loss(by=office("lead"), user=office.users[name])


@pytest.mark.django_db
def test_a_month_of_work_leaves_nothing_that_nobody_may_do(office: Office) -> None:
    far = office.areas[OUTSIDE_DISTRICT]
    elsewhere = make_user("elsewhere", office.users["lead"].organisation, Role.DISTRICT_OFFICER, far.code)
    [stranger] = people_of(household(actor_for(elsewhere), office.areas["XA20010101"], member("Far")))
    for week in range(WEEKS):
        office.day = 7 * week
        a_file_comes_in(office, 1 + 2 * week)
        homes = a_round_of_visits(office, week)
        for one in homes:
            reveal_household(
                by=office("worker"), household=one, reason="bringing the papers", purpose=Purpose.ASSIST
            )
        a_contest_is_answered(office, people_of(homes[0])[0])
        somebody_is_erased(office, people_of(homes[1])[0])
        a_file_leaves(office, people_of(homes[2])[0])
        a_correction_is_checked(office, homes[3])
        a_merge_is_agreed_to(office, people_of(homes[3])[0], people_of(homes[4])[0])
        an_emergency_is_looked_at(office, stranger.code)
        a_telephone_is_lost(office, "officer")
    the_keeper_sees_names_with_a_second_person(office, people_of(homes[3])[0])
    a_colleague_gets_another_role(office, "analyst")
    the_months_figures_are_let_out(office)
    waits = {
        "visit lists": VisitList.objects.exclude(state="printed").count(),
        "contests": Contest.objects.filter(answered_at__isnull=True).count(),
        "erasures": Erasure.objects.filter(state=Erasure.State.WAITING).count(),
        "corrections": Correction.objects.filter(agreed__isnull=True).count(),
        "merges": Merge.objects.filter(agreed_at__isnull=True, undone_at__isnull=True).count(),
        "emergencies": BreakGlass.objects.filter(reviewed_at__isnull=True).count(),
        "exits": sum(len(exits_of.to_decide(one)) + len(exits_of.to_review(one)) for one in office.each()),
    }
    assert not any(waits.values()), waits
    for one in office.each():
        needs(one)


@pytest.mark.django_db
def test_the_same_six_let_nothing_out_by_themselves_under_the_other_protocol(
    office: Office, settings: LazySettings
) -> None:
    """They are one organisation: whatever takes two of them waits for a second one to join."""
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    [person] = people_of(household(office("officer"), office.areas[VILLAGE], member("Mali")))
    said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", office("officer").today, ["TH"])
    note_consent(by=office("officer"), person=person, said=said)
    made = exits.request_exit(by=office("analyst"), wish=wish(office.areas[PROVINCE]))
    exits.decide_on_exit(by=office("lead"), exit_id=made.pk, agree=True, sha256=made.sha256)
    assert not any(exits_of.to_decide(one) for one in office.each())
    assert exits_of.one_exit(office("lead"), made.pk).state == State.REQUESTED

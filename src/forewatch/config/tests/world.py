"""The made-up world with somebody in it: a row of every kind that an address names, in the province XA10."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.urls import URLPattern
from django.utils import timezone

from forewatch.access.actions import grant
from forewatch.access.models import Grant
from forewatch.access.rules import Purpose, Role
from forewatch.api.actions import give_key
from forewatch.api.models import Submission
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast
from forewatch.intake.concerns import actions as concerns
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import Seen
from forewatch.intake.grading.models import Grading
from forewatch.intake.grading.sealed import seal_how_known
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass, second
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.models import BreakGlass, Consent, Person, Source
from forewatch.register.rules.consents import For
from forewatch.register.sealed import seal_source
from forewatch.register.tests.building import household, member, people_of
from forewatch.register.tests.world import TYPED, rows_of_register
from forewatch.reports.exits.actions import request_exit
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.tests.making import wish
from forewatch.reports.models import VisitList
from forewatch.rights.actions import confirm_person, file_contest
from forewatch.rights.erasures import ask_to_erase
from forewatch.rights.informing.models import Duty
from forewatch.rights.models import Contest, Erasure

T = TypeVar("T")
SECRET = "Zanderlyn Quorumbel"
"""A name that no page may show to whom it is not for."""


class _Undone(Exception):  # noqa: N818  only a way out of a transaction
    pass


@dataclass(frozen=True)
class World:
    """Ids of rows by the name that addresses give them."""

    ids: Mapping[str, Any]
    secrets: tuple[str, ...] = (SECRET,)

    def arguments(self, pattern: URLPattern) -> dict[str, Any]:
        """Return the arguments of an address, from the rows of the world."""
        missing = set(pattern.pattern.converters) - set(self.ids)
        assert not missing, f"The world has no {missing} for the address {pattern.name}: add one in world.py"
        return {name: self.ids[name] for name in pattern.pattern.converters}

    def undone(self, deed: Callable[[], T]) -> T:
        """Do something, take back what it changed, and return its result."""
        result: list[T] = []
        try:
            with transaction.atomic():
                result.append(deed())
                raise _Undone
        except _Undone:
            pass
        return result[0]


@pytest.fixture
def world(cast: Cast, areas: dict[str, Area]) -> World:
    """Return the world with one row of each kind."""
    volunteer = cast.actor(Role.VOLUNTEER)
    number = concerns.hand_in(
        by=volunteer, token=uuid.uuid4(), area=areas[VILLAGE], seen=[Seen.DEBT], who=SECRET,
        where="", words="", urgent=False, risky_visit=False,
    )  # fmt: skip
    now = timezone.now()
    visits = VisitList.objects.create(
        area=areas[VILLAGE], purpose=Purpose.PREVENT, requested_by=cast[Role.DISTRICT_OFFICER],
        requested_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip
    file = Agency(cast).upload(csv_of([pupil(1, ชื่อ=SECRET), pupil(2, วันเกิด=SECRET)]))
    by = cast.actor(Role.ADMINISTRATOR)
    key, _secret = give_key(
        by=by, source=file.source, area=areas[PROVINCE], until=by.today + timedelta(days=90)
    )
    handed_in = Submission.objects.create(
        key=key, idempotency_key="made-up", fingerprint="", upload=file, rows=2, received_at=now
    )
    ours = {
        "concern_id": Concern.objects.get(receipt=number).pk,
        "area_code": VILLAGE,
        "visit_list_id": visits.pk,
        "upload_id": file.pk,
        "problem_id": file.problems.get().pk,
        "profile_code": "bmn-12",
        "user_id": cast[Role.DISTRICT_OFFICER].pk,
        "grant_id": _role(cast).pk,
        "key_id": key.pk,
        "event_id": new_id(),
        "submission_id": handed_in.pk,
    }
    rows = rows_of_register(cast, areas, SECRET)
    told = Source.objects.get(pk=rows["source_id"])
    told.who = seal_source(told.pk, SECRET)
    told.save()
    contest = _contest(cast, areas, rows["person_id"])
    erasure = ask_to_erase(
        by=cast.actor(Role.ANALYST),
        person=Person.objects.get(pk=rows["person_id"]),
        ground=Erasure.Ground.ASKED,
    )
    opened, waits = _emergencies(cast, rows["person_id"])
    leaves = _exit(cast, areas)
    return World(
        ours
        | rows
        | {"contest_id": contest.pk, "erasure_id": erasure.pk, "opened": opened.pk, "asked": waits.pk}
        | {"exit_id": leaves.pk, "duty_id": _duty(cast, rows["person_id"]).pk}
        | {"grading_id": _grading(rows["record_id"], cast, areas).pk}
    )


def _role(cast: Cast) -> Grant:
    """Return a role that an administrator gave to somebody, and that waits for a second person."""
    today = timezone.localdate()
    return grant(
        user=cast[Role.ENUMERATOR], role=Role.DISTRICT_SUPERVISOR, area_code=PROVINCE, valid_from=today,
        valid_to=today + timedelta(days=90), now=timezone.now(), by=cast[Role.ADMINISTRATOR],
    )  # fmt: skip


def _emergencies(cast: Cast, person_id: uuid.UUID) -> list[BreakGlass]:
    """Return an emergency that two opened, and that waits for a review, and one that waits for a second."""
    code, officer = Person.objects.get(pk=person_id).code, cast.actor(Role.DATA_PROTECTION_OFFICER)
    asked = [
        break_glass(by=officer, code=code, incident=one, reason=f"{TYPED} calls from the border")
        for one in ("77", "78")
    ]
    second(by=cast.actor(Role.PROVINCIAL_LEAD), opened=asked[0].pk, agree=True)
    return asked


def _grading(record_id: uuid.UUID, cast: Cast, areas: Mapping[str, Area]) -> Grading:
    """Return the first grade of a statement, drawn for a second grader."""
    lead, path = cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE].path
    row = Grading(record_id=record_id, area_path=path, turn=1, by_id=lead.user_id, at=lead.now)
    row.information, row.handling, row.audience, row.drawn = "C", "P", "helpers", True
    row.how_known = seal_how_known("a cousin works there", row.pk)
    row.save(force_insert=True)
    return row


def _duty(cast: Cast, person_id: uuid.UUID) -> Duty:
    """Return somebody who waits to be told what others told us."""
    today = cast.actor(Role.DISTRICT_OFFICER).today
    agency = cast[Role.ANALYST].organisation
    source = Source.objects.create(code="told", name="Told", kind="volunteer", agency=agency)
    return Duty.objects.create(person_id=person_id, source=source, collected_on=today, due_on=today)


def _exit(cast: Cast, areas: Mapping[str, Area]) -> Exit:
    """Return a file that waits to be let out, about somebody who agreed."""
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    [person] = people_of(household(lead, areas[VILLAGE], member(SECRET, "1951")))
    said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", lead.today, ["TH"])
    note_consent(by=lead, person=person, said=said)
    return request_exit(by=cast.actor(Role.ANALYST), wish=wish(areas[PROVINCE], with_names=True))


def _contest(cast: Cast, areas: Mapping[str, Area], person_id: uuid.UUID) -> Contest:
    """Return a contest whose desk has confirmed the person, so that the advocate may see what is kept."""
    code = Person.objects.get(pk=person_id).code
    number = file_contest(
        by=cast.actor(Role.ADVOCATE), token=uuid.uuid4(), area=areas[PROVINCE], about=code, words=SECRET
    )
    contest = Contest.objects.get(receipt=number)
    confirm_person(by=cast.actor(Role.PROVINCIAL_LEAD), contest=contest, code=code)
    return contest

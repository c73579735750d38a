"""Asking, deciding and printing: states, ledger, audit, and names on approved lists alone."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from forewatch.access.decisions import Refused
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE
from forewatch.reports.models import Printing, VisitList
from forewatch.reports.paper import actions
from forewatch.reports.paper.naming import Named
from forewatch.reports.paper.rules import State
from forewatch.reports.paper.tests.making import Village
from forewatch.ui.problems import Conflict, NotFound, Problem


class Drawn:
    """Stands in for the sheet: keeps what it was given, and answers with fixed bytes."""

    def __init__(self, sheet: bytes = b"a sheet") -> None:
        self.sheet = sheet
        self.content: Any = None
        self.names = Named()

    def list(self, _visit_list: VisitList, content: Any, names: Named, _stamp: actions.Stamp) -> bytes:
        self.content, self.names = content, names
        return self.sheet

    def form(self, _stamp: actions.Stamp) -> bytes:
        return self.sheet


def printed(village: Village, made: VisitList, drawn: Drawn, by: Role = Role.DISTRICT_OFFICER) -> bytes:
    actor = village.cast.actor(by)
    return actions.print_list(by=actor, list_id=made.pk, language="en", draw=drawn.list)


def decided(village: Village, made: VisitList, by: Role, approve: bool = True) -> VisitList:
    return actions.decide_on_list(by=village.cast.actor(by), list_id=made.pk, approve=approve)


def audited(**wanted: Any) -> int:
    return Event.objects.filter(**wanted).count()


def test_a_request_keeps_whom_it_is_about_and_is_audited(village: Village) -> None:
    made = village.requested()
    assert [len(one["people"]) for one in made.chosen] == [1, 1, 1]
    assert made.state == State.REQUESTED
    assert audited(verb="create", data_class="band", subject_id=made.pk, area_code=VILLAGE) == 1


def test_where_nobody_is_due_there_is_no_list(village: Village) -> None:
    with pytest.raises(Problem, match="usual round"):
        village.requested(area="XA10020101", by=Role.PROVINCIAL_LEAD)
    assert not VisitList.objects.exists()


def test_nobody_asks_outside_their_area(village: Village) -> None:
    with pytest.raises(Refused):
        village.requested(area=OUTSIDE_VILLAGE)


def test_approval_holds_for_seven_days_from_the_decision(village: Village) -> None:
    made = decided(village, village.requested(), Role.DISTRICT_SUPERVISOR)
    assert made.state == State.APPROVED
    assert made.decided_at is not None
    assert made.expires_at - made.decided_at == timedelta(days=7)
    assert audited(verb="approve", subject_id=made.pk, reason="approved") == 1


def test_the_database_too_refuses_a_decision_on_ones_own_list(village: Village) -> None:
    made = village.requested(Role.DISTRICT_SUPERVISOR)
    with pytest.raises(Refused):
        decided(village, made, Role.DISTRICT_SUPERVISOR)
    with pytest.raises(DatabaseError), transaction.atomic():
        VisitList.objects.filter(pk=made.pk).update(decided_by=made.requested_by)


def test_a_list_is_decided_once(village: Village) -> None:
    made = decided(village, village.requested(), Role.DISTRICT_SUPERVISOR, approve=False)
    with pytest.raises(Conflict, match="refused"):
        decided(village, made, Role.PROVINCIAL_LEAD)


def test_what_one_may_not_see_is_not_there(village: Village) -> None:
    outside = village.cast.outside()
    for missing in (village.requested().pk, uuid.uuid4()):
        with pytest.raises(NotFound):
            actions.decide_on_list(by=outside, list_id=missing, approve=True)


@pytest.mark.parametrize("with_names", [True, False])
def test_a_printing_is_in_the_ledger_with_its_fingerprint(village: Village, with_names: bool) -> None:
    made, drawn = village.approved(with_names=with_names), Drawn()
    assert printed(village, made, drawn) == b"a sheet"
    one = Printing.objects.get()
    assert one.sha256 == hashlib.sha256(b"a sheet").hexdigest()
    assert (one.kind, one.area, one.visit_list, one.purpose) == (
        "visit_list",
        village.areas[VILLAGE],
        made,
        "prevent",
    )
    assert (one.households, one.people, one.identities) == (3, 3, 3 if with_names else 0)
    assert audited(verb="print", data_class="band", subject_id=made.pk) == 1
    revealed = Event.objects.filter(verb="reveal", data_class="identity", subject_id=made.pk)
    assert [event.identities for event in revealed] == ([3] if with_names else [])
    listed = Event.objects.filter(subject="listed", reason="print").values_list("data_class", flat=True)
    assert list(listed) == ["identity" if with_names else "band"] * 3, "for whoever asks who saw them"
    made.refresh_from_db()
    assert made.state == State.PRINTED


def test_names_and_addresses_are_opened_only_for_a_list_approved_with_them(village: Village) -> None:
    without, with_names = Drawn(), Drawn()
    printed(village, village.approved(), without)
    assert not without.names.people
    assert not without.names.homes
    printed(village, village.approved(with_names=True), with_names)
    assert sorted(with_names.names.people.values()) == ["Ann Reed", "Cat Sedge", "Dan Moss"]
    assert with_names.names.homes[village.households["Reed"].pk] == "12/3, Hamlet Reed"


def test_an_approved_list_is_printed_again_and_ledgered_again(village: Village) -> None:
    made = village.approved()
    printed(village, made, Drawn())
    printed(village, made, Drawn())
    assert Printing.objects.count() == 2


@pytest.mark.parametrize("state", [State.REQUESTED, State.REFUSED, State.EXPIRED])
def test_nothing_is_printed_in_any_other_state(village: Village, state: State) -> None:
    made = village.requested(with_names=True)
    VisitList.objects.filter(pk=made.pk).update(state=state)
    drawn = Drawn()
    with pytest.raises(Conflict):
        printed(village, made, drawn)
    assert drawn.content is None
    assert not Printing.objects.exists()


def test_after_seven_days_an_approved_list_prints_nothing(village: Village) -> None:
    made = village.approved(with_names=True)
    VisitList.objects.filter(pk=made.pk).update(expires_at=made.expires_at - timedelta(days=7, seconds=1))
    with pytest.raises(Conflict, match="expired"):
        printed(village, made, Drawn())
    assert not Printing.objects.exists()


def test_a_sheet_that_cannot_be_drawn_leaves_no_trace_of_a_printing(village: Village) -> None:
    made = village.approved(with_names=True)
    before = Event.objects.count()

    def fails(*_others: object) -> bytes:
        raise RuntimeError("no paper")

    with pytest.raises(RuntimeError):
        actions.print_list(
            by=village.cast.actor(Role.DISTRICT_OFFICER), list_id=made.pk, language="en", draw=fails
        )
    made.refresh_from_db()
    assert (made.state, Printing.objects.count(), Event.objects.count()) == (State.APPROVED, 0, before)


def test_a_blank_form_is_ledgered_with_its_place_and_without_people(village: Village) -> None:
    actor = village.cast.actor(Role.SOCIAL_WORKER)
    for area in (None, village.areas[VILLAGE]):
        sheet = actions.print_form(
            by=actor, kind=Printing.Kind.PERSON_FORM, area=area, language="th", draw=Drawn().form
        )
        assert sheet == b"a sheet"
    rows = Printing.objects.order_by("at", "id")
    assert [(one.area, one.people, one.identities, one.language) for one in rows] == [
        (None, 0, 0, "th"),
        (village.areas[VILLAGE], 0, 0, "th"),
    ]
    assert audited(verb="print", data_class="reference") == 2


def test_the_ledger_can_only_grow(village: Village) -> None:
    printed(village, village.approved(), Drawn())
    for change in (
        lambda: Printing.objects.update(people=0),
        lambda: Printing.objects.all()._raw_delete(connection.alias),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    assert Printing.objects.get().people == 3


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.DISTRICT_OFFICER, 2),
        (Role.DISTRICT_SUPERVISOR, 1),
        (Role.PROVINCIAL_LEAD, 1),
        (Role.DATA_PROTECTION_OFFICER, 2),
        (Role.ANALYST, 0),
        (Role.PLANNER, 0),
        (Role.POLICE, 0),
        (Role.ADMINISTRATOR, 0),
    ],
)
def test_who_sees_which_rows_of_the_ledger(village: Village, role: Role, seen: int) -> None:
    officer = village.cast.actor(Role.DISTRICT_OFFICER)
    printed(village, village.approved(), Drawn())
    # A form without a place lies in nobody's area: its printer and the auditor see it.
    actions.print_form(
        by=officer, kind=Printing.Kind.PERSON_FORM, area=None, language="en", draw=Drawn().form
    )
    assert Printing.objects.visible_to(village.cast.actor(role)).count() == seen
    assert not Printing.objects.visible_to(village.cast.outside()).exists()

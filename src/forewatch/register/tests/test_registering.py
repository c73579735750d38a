"""Registering, correcting and moving a household."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from forewatch.access.decisions import Refused
from forewatch.access.rules import Role
from forewatch.audit.models import Event as AuditEvent
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.households import move_household, register_household, update_household
from forewatch.register.actions.members import add_member, move_member, remove_member
from forewatch.register.entries import EventEntry, HouseholdEntry, MemberEntry, Observation
from forewatch.register.models import (
    Event,
    Household,
    IdentityKey,
    MatchProposal,
    Membership,
    Person,
    Record,
    Residence,
    Source,
)
from forewatch.register.rules.codes import read_code
from forewatch.register.rules.numbers import NumberState
from forewatch.register.sealed import Address, Who, open_address, open_who
from forewatch.register.tests.building import household, member, number, people_of
from forewatch.ui.problems import Conflict, Problem

Areas = dict[str, Area]
TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)
SECOND_VILLAGE = "XA10010102"


def test_one_page_registers_a_household_and_all_about_it(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(
        officer,
        areas[VILLAGE],
        member(answers={"papers": "none"}),
        member("Ben", "5/7/2560", role=Membership.Role.CHILD),
        answers={"arrears": True, "oop_share": "0.25"},
        events=(EventEntry("T1", YESTERDAY),),
    )
    assert read_code(home.code) == home.code
    assert (home.members, home.without_papers, home.area) == (2, 1, areas[VILLAGE])
    assert (home.last_seen_on, home.area_path) == (TODAY, areas[VILLAGE].path)
    records = {one.level: one.values for one in Record.objects.all()}
    assert records == {"person": {"papers": "none"}, "household": {"arrears": True, "oop_share": "0.25"}}
    assert set(Record.objects.values_list("grade", "source__kind", "made_by_id")) == {
        ("A", "visit", officer.user_id)
    }
    assert Event.objects.get().event == "T1"
    audit = AuditEvent.objects.get()
    assert (audit.verb, audit.subject_id, audit.identities) == ("create", home.pk, 2)
    assert (audit.area_code, audit.role) == (VILLAGE, "district_officer")


def test_a_page_sent_twice_registers_once(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    entry = HouseholdEntry(Observation(TODAY), areas[VILLAGE], members=(member(),))
    row = new_id()
    first = register_household(by=officer, entry=entry, id=row)
    assert register_household(by=officer, entry=entry, id=row) == first
    assert Person.objects.count() == 1


def test_without_a_place_or_a_member_there_is_no_household(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    for entry in (
        HouseholdEntry(Observation(TODAY), None, members=(member(),)),
        HouseholdEntry(Observation(TODAY), areas[VILLAGE]),
    ):
        with pytest.raises(Problem, match="the place where it lives"):
            register_household(by=officer, entry=entry)


def test_an_impossible_answer_registers_nothing_at_all(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    for answers in ({"papers": "none"}, {"arrears": "yes"}, {"oop_share": 0.25}, {"nonsense": 1}):
        with pytest.raises(Problem, match="No such answer"):
            household(officer, areas[VILLAGE], answers=answers)
    assert not Household.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_who_may_register(cast: Cast, areas: Areas, role: Role) -> None:
    """Those whom access.md A.2 and 3.3 let write identities and answers."""
    writers = {
        Role.ANALYST,
        Role.VOLUNTEER,
        Role.ENUMERATOR,
        Role.DISTRICT_OFFICER,
        Role.DISTRICT_SUPERVISOR,
        Role.PROVINCIAL_LEAD,
    }
    if role in writers:
        assert household(cast.actor(role), areas[VILLAGE])
        return
    with pytest.raises(Refused):
        household(cast.actor(role), areas[VILLAGE])
    assert not Household.objects.exists()


def test_nobody_registers_outside_their_area(cast: Cast, areas: Areas) -> None:
    for actor in (cast.actor(Role.DISTRICT_OFFICER), cast.actor(Role.PROVINCIAL_LEAD)):
        with pytest.raises(Refused):
            household(actor, areas[OUTSIDE_VILLAGE])


def test_a_number_known_elsewhere_gets_the_very_same_answer(cast: Cast, areas: Areas) -> None:
    known, unknown = number("1234"), number("5678")
    household(cast.outside(), areas[OUTSIDE_VILLAGE], member("Ann", numbered=known))
    officer = cast.actor(Role.DISTRICT_OFFICER)
    here = household(officer, areas[VILLAGE], member("Anne", numbered=known))
    there = household(officer, areas[VILLAGE], member("Beth", numbered=unknown))
    columns = ("members", "version", "without_papers", "area_id", "made_by_id")
    assert [getattr(here, one) for one in columns] == [getattr(there, one) for one in columns]
    rows = AuditEvent.objects.filter(actor_id=officer.user_id).values_list("verb", "identities", "reason")
    assert rows[0] == rows[1]
    proposal = MatchProposal.objects.get()
    assert proposal.basis == IdentityKey.Kind.CITIZEN_ID
    assert IdentityKey.objects.filter(kind="citizen_id").count() == 2


def test_a_move_closes_one_residence_and_opens_the_next(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE], on=YESTERDAY)
    before = set(IdentityKey.objects.filter(kind="name_birth_village").values_list("key", flat=True))
    moved = {"area": areas[SECOND_VILLAGE], "address": Address(house="7"), "on": TODAY}
    move_household(by=officer, household=home, version=home.version, **moved)
    first, second = Residence.objects.order_by("valid_from")
    assert (first.area, first.valid_to) == (areas[VILLAGE], TODAY)
    assert (second.area, second.valid_from, second.valid_to) == (areas[SECOND_VILLAGE], TODAY, None)
    assert open_address(second.pk, bytes(second.address)) == Address(house="7")
    home.refresh_from_db()
    assert home.area == areas[SECOND_VILLAGE]
    after = set(IdentityKey.objects.filter(kind="name_birth_village").values_list("key", flat=True))
    assert len(after) == 1
    assert not after & before


def test_a_move_on_the_day_of_moving_in_was_a_mistake_of_writing(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    moved = {"area": areas[SECOND_VILLAGE], "address": None, "on": TODAY}
    move_household(by=officer, household=home, version=home.version, **moved)
    assert Residence.objects.get().area == areas[SECOND_VILLAGE]


def test_nobody_moves_a_household_to_where_they_may_not_write(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    with pytest.raises(Refused):
        move_household(
            by=officer,
            household=home,
            version=home.version,
            area=areas[OUTSIDE_VILLAGE],
            address=None,
            on=TODAY,
        )


def test_two_who_edit_at_once_notice_each_other(cast: Cast, areas: Areas) -> None:
    officer, supervisor = cast.actor(Role.DISTRICT_OFFICER), cast.actor(Role.DISTRICT_SUPERVISOR)
    home = household(officer, areas[VILLAGE])
    seen = home.version
    entry = HouseholdEntry(Observation(TODAY), answers={"arrears": False})
    update_household(by=officer, household=home, version=seen, entry=entry)
    with pytest.raises(Conflict, match="kept as your draft"):
        update_household(
            by=supervisor, household=home, version=seen, entry=replace(entry, answers={"arrears": True})
        )
    assert [one.values for one in Record.objects.all()] == [{"arrears": False}]


def test_a_page_corrects_what_it_fills_and_keeps_the_rest(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE], member(numbered=number("1")), member("Ben", "2560"))
    ann, ben = people_of(home)
    entry = HouseholdEntry(
        Observation(TODAY),
        members=(
            MemberEntry(who=Who(family="Reede"), person_id=ann.pk, sex="M", role=Membership.Role.PARENT),
            MemberEntry(person_id=ben.pk, leaves=True),
            member("Cat", "2565"),
        ),
    )
    update_household(by=officer, household=home, version=home.version, entry=entry)
    ann.refresh_from_db()
    who = open_who(ann.pk, bytes(ann.identity.sealed))
    assert (who.given, who.family, who.number, ann.sex) == ("Ann", "Reede", number("1"), "M")
    assert ann.birth_date is not None
    assert ann.birth_date.year == 1980
    assert {one.role for one in Membership.objects.filter(person=ann)} == {"parent"}
    home.refresh_from_db()
    # Ben came and went on one day: the membership was a mistake of writing.
    assert home.members == 2
    assert not Membership.objects.filter(person=ben).exists()


def test_having_no_number_is_kept_as_an_answer(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    who = Who(given="Ann", number_state=NumberState.NONE)
    home = household(officer, areas[VILLAGE], replace(member(), who=who))
    (ann,) = people_of(home)
    assert open_who(ann.pk, bytes(ann.identity.sealed)).number_state is NumberState.NONE


def test_a_number_that_is_corrected_passes_to_whoever_was_proposed(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    wrong, right = number("1"), number("2")
    first = household(officer, areas[VILLAGE], member("Ann", numbered=wrong))
    second = household(officer, areas[VILLAGE], member("Beth", numbered=wrong))
    (ann,), (beth,) = people_of(first), people_of(second)
    corrected = Who(number=right, number_state=NumberState.HAS)
    entry = HouseholdEntry(Observation(TODAY), members=(MemberEntry(who=corrected, person_id=ann.pk),))
    update_household(by=officer, household=first, version=first.version, entry=entry)
    owners = IdentityKey.objects.filter(kind="citizen_id").values_list("person_id", flat=True)
    assert set(owners) == {ann.pk, beth.pk}


def test_members_join_leave_and_change_households(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE], on=YESTERDAY)
    other = household(officer, areas[SECOND_VILLAGE], member("Dee"), on=YESTERDAY)
    ben = add_member(
        by=officer, household=home, version=home.version, entry=member("Ben", "2560"), since=YESTERDAY
    )
    home.refresh_from_db()
    assert home.members == 2
    move_member(by=officer, person=ben, household=home, to=other, role="child", on=TODAY)
    home.refresh_from_db()
    other.refresh_from_db()
    assert (home.members, other.members) == (1, 2)
    ben.refresh_from_db()
    assert ben.household == other
    remove_member(
        by=officer, household=other, version=other.version, person=ben, on=TODAY + timedelta(days=1)
    )
    other.refresh_from_db()
    ben.refresh_from_db()
    # Who left is still found where they lived last.
    assert (other.members, ben.household) == (1, other)


def test_a_member_of_another_household_is_not_changed_from_this_page(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home, other = household(officer, areas[VILLAGE]), household(officer, areas[VILLAGE], member("Dee"))
    entry = HouseholdEntry(
        Observation(TODAY), members=(MemberEntry(person_id=people_of(other)[0].pk, sex="M"),)
    )
    with pytest.raises(Problem, match="no longer belongs"):
        update_household(by=officer, household=home, version=home.version, entry=entry)


def test_visits_of_an_organisation_are_one_source(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    for _ in range(2):
        household(officer, areas[VILLAGE], answers={"arrears": False})
    assert Source.objects.get().agency == cast[Role.DISTRICT_OFFICER].organisation

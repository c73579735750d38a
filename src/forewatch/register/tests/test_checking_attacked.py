"""A colleague's check as somebody would get round it: each of these once worked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.actions import end_grant
from forewatch.access.actors import actor_for
from forewatch.access.decisions import Refused
from forewatch.access.models import Grant
from forewatch.access.rules import PURPOSES, Role
from forewatch.audit.models import Event as Trail
from forewatch.config.tests.cast import VILLAGE, Cast, make_user
from forewatch.places.models import Area
from forewatch.register.actions.conflicts import declare_conflict
from forewatch.register.actions.households import register_household
from forewatch.register.actions.members import move_member
from forewatch.register.actions.merging import agree_to_merge, decline_merge, keep_apart, merge, undo_merge
from forewatch.register.entries import HouseholdEntry, Observation
from forewatch.register.models import (
    ConflictOfInterest,
    Correction,
    Household,
    MatchProposal,
    Membership,
    Person,
    Record,
)
from forewatch.register.rules.consents import For
from forewatch.register.sealed import open_who
from forewatch.register.tests.building import household, member, number, people_of
from forewatch.register.tests.test_checking import agree
from forewatch.register.tests.test_consents import says
from forewatch.rights.who_saw import looks_at
from forewatch.ui.problems import Problem

Areas = dict[str, Area]
SignIn = Callable[..., Client]
TODAY = timezone.localdate()
SECRET, FAR = "Unmistakable", "XA10020101"


@pytest.fixture
def home(cast: Cast, areas: Areas) -> Household:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    return household(officer, areas[VILLAGE], member(answers={"papers": "none"}))


@pytest.fixture
def hand(cast: Cast, home: Household, sign_in: SignIn) -> Callable[..., Correction]:
    """Hand the page of the household over, as the analyst, with something more typed into it."""

    def handed(**more: str) -> Correction:
        visit = {"place-observed_on": "1/6/2569", "place-grade": "B", "rows": "1"}
        one = {"m0-person": str(people_of(home)[0].pk), "version": str(home.version), "do": "save"}
        client = sign_in(cast[Role.ANALYST])
        client.post(reverse("household_edit", args=[home.pk]), visit | one | more)
        return Correction.objects.get(agreed__isnull=True)

    return handed


@pytest.fixture
def hand_record(cast: Cast, sign_in: SignIn) -> Callable[..., Correction]:
    def handed(record: Record, **said: str) -> Correction:
        typed = {"observed_on": "1/6/2569", "grade": "A", "v-papers": "full"} | said
        sign_in(cast[Role.ANALYST]).post(reverse("record_correct", args=[record.pk]), typed)
        return Correction.objects.get()

    return handed


def seen(client: Client, waits: Correction) -> str:
    return client.get(reverse("check", args=[waits.pk])).content.decode()


@pytest.mark.parametrize(("grade", "words"), [("", "not graded"), ("A", "A: known directly")])
def test_a_grade_is_shown_with_what_it_was(
    cast: Cast, areas: Areas, sign_in: SignIn, hand_record: Callable[..., Correction], grade: str, words: str
) -> None:
    """What is graded D counts for nothing; without a grade it would count."""
    person = member("Ann", answers={"papers": "none"})
    entry = HouseholdEntry(Observation(TODAY, None, "D"), area=areas[VILLAGE], members=(person,))
    register_household(by=cast.actor(Role.DISTRICT_OFFICER), entry=entry)
    waits = hand_record(Record.objects.get(), grade=grade)
    page = seen(sign_in(cast[Role.DISTRICT_SUPERVISOR]), waits)
    assert words in page
    assert "before: D: not known" in page


def test_what_is_read_is_what_will_be_written(
    cast: Cast, home: Household, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    """Signs that turn the direction of writing showed 2012 where 2021 was written."""
    waits = hand(**{"m0-birth": "5/7/20\u202e21\u202c"})
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    page = seen(officer, waits)
    assert "\u202e" not in page
    assert "5/7/2021" in page
    agree(officer, waits)
    assert str(people_of(home)[0].birth_date) == "2021-07-05"
    assert Trail.objects.filter(subject="correction", verb="reveal").exists(), "a birth date is who one is"


def test_a_member_left_empty_stays_what_they_were(
    cast: Cast, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    Membership.objects.update(role="head")
    agree(sign_in(cast[Role.DISTRICT_OFFICER]), hand(**{"home-arrears": "true"}))
    assert Membership.objects.get().role == "head"


def test_who_was_merged_away_is_corrected_by_nobody(
    cast: Cast, home: Household, areas: Areas, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    [ann] = people_of(home)
    kept = people_of(household(lead, areas[VILLAGE], member("Kept")))[0]
    waits = hand(**{"m0-given": SECRET})
    merge(by=lead, kept=kept, merged=ann, reason="same card")
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    assert SECRET not in seen(officer, waits)
    agree(officer, waits)
    ann.refresh_from_db()
    assert open_who(ann.pk, bytes(ann.identity.sealed)).given == "Ann"


def test_nobody_agrees_to_what_they_have_not_opened(
    cast: Cast, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    waits = hand(**{"m0-given": SECRET})
    address = reverse("check", args=[waits.pk])
    sign_in(cast[Role.DISTRICT_OFFICER]).post(address, {"do": "agree"})
    waits.refresh_from_db()
    assert waits.agreed is None


def test_who_asks_who_saw_them_hears_of_a_check(
    cast: Cast, home: Household, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    [ann] = people_of(home)
    waits = hand(**{"m0-given": SECRET})
    before = list(looks_at(ann.code)[1])
    seen(sign_in(cast[Role.DISTRICT_OFFICER]), waits)
    after = list(looks_at(ann.code)[1])
    assert len(after) == len(before) + 1
    assert after[0].names


def test_who_moved_is_no_longer_for_the_colleagues_of_before(
    cast: Cast, home: Household, areas: Areas, sign_in: SignIn, hand_record: Callable[..., Correction]
) -> None:
    lead, record = cast.actor(Role.PROVINCIAL_LEAD), Record.objects.get()
    waits = hand_record(record)
    far = household(lead, areas[FAR], member("Z"))
    move_member(by=lead, person=people_of(home)[0], household=home, to=far, role="head", on=TODAY)
    assert agree(sign_in(cast[Role.DISTRICT_OFFICER]), waits) == 404
    assert not record.superseded_by.exists()


@pytest.mark.parametrize("of", ["page", "record"])
def test_of_whoever_said_no_nothing_is_shown(
    cast: Cast,
    home: Household,
    sign_in: SignIn,
    hand: Callable[..., Correction],
    hand_record: Callable[..., Correction],
    of: str,
) -> None:
    waits = hand(**{"m0-given": SECRET}) if of == "page" else hand_record(Record.objects.get())
    for purpose in (For.PREVENT, For.ASSIST):
        says(cast, people_of(home)[0], purpose)
    page = seen(sign_in(cast[Role.DISTRICT_OFFICER]), waits)
    assert SECRET not in page
    assert "before:" not in page


def test_a_no_of_one_does_not_stop_what_is_said_of_the_home(
    cast: Cast, home: Household, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    for purpose in (For.PREVENT, For.ASSIST):
        says(cast, people_of(home)[0], purpose)
    home.refresh_from_db()
    agree(sign_in(cast[Role.DISTRICT_OFFICER]), hand(**{"home-arrears": "true"}))
    assert Record.objects.filter(household=home, values={"arrears": True}).exists()


def test_what_was_typed_since_survives_a_decline(
    cast: Cast, home: Household, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    waits = hand(**{"m0-given": "Older"})
    hand(**{"do": "draft", "m0-given": "Newer"})
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    officer.post(reverse("check", args=[waits.pk]), {"do": "decline", "words": "not so at all"})
    page = sign_in(cast[Role.ANALYST]).get(reverse("household_edit", args=[home.pk])).content.decode()
    assert "Newer" in page


def test_taking_back_stands_in_the_trail(
    cast: Cast, sign_in: SignIn, hand: Callable[..., Correction]
) -> None:
    waits = hand(**{"m0-given": SECRET})
    sign_in(cast[Role.ANALYST]).post(reverse("check", args=[waits.pk]))
    assert Trail.objects.get(subject_id=waits.pk, reason="taken back").verb == "correct"


def test_who_only_looked_did_not_agree(cast: Cast, sign_in: SignIn, hand: Callable[..., Correction]) -> None:
    """The person who asks, and whoever answers for the team, would read "agreed as a second person"."""
    waits = hand(**{"home-arrears": "true"})
    page = seen(sign_in(cast[Role.DISTRICT_OFFICER]), waits)
    mine = Trail.objects.filter(actor_id=cast[Role.DISTRICT_OFFICER].pk)
    assert set(mine.filter(subject_id=waits.pk).values_list("verb", flat=True)) == {"read"}
    assert not mine.filter(verb="second").exists()
    assert not mine.filter(reason="second").exists()
    assert "Who may read it" not in page


@pytest.mark.parametrize("version", ["abc", "-1", "9" * 20, ""])
def test_a_version_that_is_none_breaks_nothing(hand: Callable[..., Correction], version: str) -> None:
    assert hand(version=version).version == 0


@pytest.mark.parametrize("turn", [0, 1])
def test_who_takes_a_check_for_one_of_two_takes_it_for_both(cast: Cast, areas: Areas, turn: int) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    both = make_user("both", cast[Role.ANALYST].organisation, Role.ANALYST, "XA1001")
    Grant.objects.create(
        user=both,
        role=Role.PROVINCIAL_LEAD,
        area_code="XA1002",
        purposes=[one.value for one in PURPOSES[Role.PROVINCIAL_LEAD]],
        valid_from=TODAY - timedelta(days=3),
        valid_to=TODAY + timedelta(days=300),
    )
    pair = [people_of(household(lead, areas[where], member("A")))[0] for where in (FAR, VILLAGE)]
    kept, merged = reversed(pair) if turn else pair
    merge(by=actor_for(both), kept=kept, merged=merged, reason="same card")
    assert not Person.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.parametrize("why", ["role ended", "conflict of interest"])
def test_who_may_no_longer_merge_merges_nothing(cast: Cast, areas: Areas, why: str) -> None:
    analyst, lead = cast.actor(Role.ANALYST), cast.actor(Role.PROVINCIAL_LEAD)
    one, two = (people_of(household(lead, areas[VILLAGE], member(name)))[0] for name in ("A", "B"))
    asked = merge(by=analyst, kept=one, merged=two, reason="same card")
    if why == "role ended":
        end_grant(Grant.objects.get(user=cast[Role.ANALYST]), TODAY)
    else:
        related = ConflictOfInterest.Ground.RELATED
        assert two.household is not None
        declare_conflict(by=lead, household=two.household, user=cast[Role.ANALYST], ground=related)
    with pytest.raises(Refused):
        agree_to_merge(by=lead, merge=asked)
    assert not Person.objects.filter(merged_into__isnull=False).exists()


def test_what_two_agreed_to_an_analyst_does_not_part_alone(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    one, two = (people_of(household(lead, areas[VILLAGE], member(name)))[0] for name in ("A", "B"))
    made = merge(by=lead, kept=one, merged=two, reason="same card")
    with pytest.raises(Problem, match="colleague"):
        undo_merge(by=cast.actor(Role.ANALYST), merge=made)
    two.refresh_from_db()
    assert two.merged_into == one


def test_a_declined_merge_leaves_what_was_decided_of_the_two(cast: Cast, areas: Areas) -> None:
    analyst, lead = cast.actor(Role.ANALYST), cast.actor(Role.PROVINCIAL_LEAD)
    same = number("42")
    one, two = (
        people_of(household(lead, areas[VILLAGE], member(name, numbered=same)))[0] for name in ("A", "B")
    )
    keep_apart(by=lead, proposal=MatchProposal.objects.get())
    decline_merge(by=lead, merge=merge(by=analyst, kept=one, merged=two, reason="same card"))
    assert MatchProposal.objects.get().status == MatchProposal.Status.DIFFERENT

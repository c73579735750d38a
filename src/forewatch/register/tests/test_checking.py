"""Whoever corrects and merges with a colleague's check: nothing changes before somebody else agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.actions import end_grant
from forewatch.access.decisions import Refused
from forewatch.access.models import Grant, User
from forewatch.access.rules import Role
from forewatch.audit.models import Event as Trail
from forewatch.config.tests.cast import VILLAGE, Cast, make_user
from forewatch.keystore.models import DataKey
from forewatch.places.models import Area
from forewatch.register.actions.checking import agree_to_page, decline, hand_over
from forewatch.register.actions.conflicts import declare_conflict
from forewatch.register.actions.erasing import remove_people
from forewatch.register.actions.households import move_household, update_household
from forewatch.register.actions.members import remove_member
from forewatch.register.actions.merging import agree_to_merge, decline_merge, merge, undo_merge
from forewatch.register.actions.relations import FLAGGED
from forewatch.register.actions.statements import correct_record
from forewatch.register.entries import HouseholdEntry, Observation
from forewatch.register.models import (
    ConflictOfInterest,
    Correction,
    Draft,
    Household,
    MatchProposal,
    Merge,
    Person,
    Record,
)
from forewatch.register.queries.checks import one_to_check, to_check
from forewatch.register.queries.matches import merges, merges_to_check, to_decide
from forewatch.register.sealed import open_who
from forewatch.register.tests.building import household, member, number, people_of
from forewatch.ui.problems import Conflict, NotFound, Problem

Areas = dict[str, Area]
SignIn = Callable[..., Client]
TODAY = timezone.localdate()
SECRET = "Unmistakable"


@pytest.fixture
def home(cast: Cast, areas: Areas) -> Household:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    return household(officer, areas[VILLAGE], member(answers={"papers": "none"}))


def corrected(home: Household) -> dict[str, str]:
    [ann] = people_of(home)
    return {
        "do": "save",
        "rows": "1",
        "version": str(home.version),
        "place-observed_on": "1/6/2569",
        "place-grade": "B",
        "m0-person": str(ann.pk),
        "m0-role": "head",
        "m0-given": SECRET,
        "a0-papers": "full",
    }


def agree(client: Client, waits: Correction) -> int:
    """Look at a correction, and agree to it."""
    address = reverse("check", args=[waits.pk])
    client.get(address)
    return client.post(address, {"do": "agree"}).status_code


def name_of(home: Household) -> str:
    [ann] = people_of(home)
    return open_who(ann.pk, bytes(ann.identity.sealed)).given


def handed_over(cast: Cast, home: Household, sign_in: SignIn) -> Correction:
    sign_in(cast[Role.ANALYST]).post(reverse("household_edit", args=[home.pk]), corrected(home))
    return Correction.objects.get(agreed__isnull=True)


def test_an_analyst_corrects_nothing_alone(cast: Cast, home: Household, areas: Areas) -> None:
    analyst, record = cast.actor(Role.ANALYST), Record.objects.get()
    [ann] = people_of(home)
    entry = HouseholdEntry(Observation(TODAY), answers={"arrears": False})
    same = {"by": analyst, "household": home, "version": home.version}
    deeds: list[Callable[[], object]] = [
        lambda: update_household(**same, entry=entry),
        lambda: move_household(**same, area=areas[VILLAGE], address=None, on=TODAY),
        lambda: remove_member(**same, person=ann, on=TODAY),
        lambda: correct_record(
            by=analyst, record=record, values={"papers": "full"}, grade="A", observed_on=TODAY
        ),
    ]
    for deed in deeds:
        with pytest.raises(Problem, match="colleague"):
            deed()
    assert list(Record.objects.all()) == [record]
    lead = {**same, "by": cast.actor(Role.PROVINCIAL_LEAD)}
    seen = home.version
    assert update_household(**lead, entry=entry).version == seen + 1


def test_a_corrected_page_waits_sealed_and_counts_once_agreed_to(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    analyst = sign_in(cast[Role.ANALYST])
    address = reverse("household_edit", args=[home.pk])
    assert "Hand over to be checked" in analyst.get(address).content.decode()
    page = analyst.post(address, corrected(home), follow=True).content.decode()
    assert "nothing changes before" in page
    waits = Correction.objects.get()
    assert SECRET.encode() not in bytes(waits.sealed or b"")
    assert (name_of(home), Record.objects.count(), Draft.objects.count()) == ("Ann", 1, 0)
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    assert "1 correction waits" in officer.get(reverse("today")).content.decode()
    assert home.code in officer.get(reverse("checks")).content.decode()
    page = officer.get(reverse("check", args=[waits.pk])).content.decode()
    assert SECRET in page
    assert "full" in page.lower()
    officer.post(reverse("check", args=[waits.pk]), {"do": "agree"})
    assert name_of(home) == SECRET
    said = Record.objects.latest("id")
    assert (said.values, said.grade, said.made_by) == ({"papers": "full"}, "B", cast[Role.ANALYST])
    waits.refresh_from_db()
    assert (waits.agreed, waits.decided_by, waits.sealed) == (True, cast[Role.DISTRICT_OFFICER], None)
    assert not to_check(cast.actor(Role.DISTRICT_OFFICER))


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_the_key_of_what_was_typed_goes_with_the_decision(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    waits = handed_over(cast, home, sign_in)
    assert DataKey.objects.filter(pk=waits.pk).exists()
    agree(sign_in(cast[Role.DISTRICT_OFFICER]), waits)
    assert not DataKey.objects.filter(pk=waits.pk).exists()


def test_names_in_a_correction_count_as_names_shown(
    cast: Cast, home: Household, sign_in: SignIn, settings: pytest.FixtureRequest
) -> None:
    waits = handed_over(cast, home, sign_in)
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    officer.get(reverse("check", args=[waits.pk]))
    officer.get(reverse("check", args=[waits.pk]))
    shown = Trail.objects.filter(subject="correction", verb="reveal", subject_id=waits.pk)
    assert list(shown.values_list("identities", flat=True)) == [1, 1]
    settings.TERMS = replace(settings.TERMS, singly_names=0)  # type: ignore[attr-defined]
    assert officer.get(reverse("check", args=[waits.pk])).status_code == 200, "opened today already"
    supervisor = sign_in(cast[Role.DISTRICT_SUPERVISOR])
    answer = supervisor.get(reverse("check", args=[waits.pk]))
    assert answer.status_code == 429
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(("name", "flagged"), [("Olga Madeup", True), ("Olga Made", False)])
def test_whoever_may_be_related_to_somebody_in_it_is_noticed(
    cast: Cast, home: Household, sign_in: SignIn, name: str, flagged: bool
) -> None:
    typed = corrected(home) | {"m0-family": "Madeup"}
    sign_in(cast[Role.ANALYST]).post(reverse("household_edit", args=[home.pk]), typed)
    User.objects.filter(pk=cast[Role.DISTRICT_OFFICER].pk).update(name=name)
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    assert officer.get(reverse("check", args=[Correction.objects.get().pk])).status_code == 200
    shown = Trail.objects.get(subject="correction", verb="reveal")
    assert Trail.objects.filter(verb=FLAGGED, subject_id=shown.pk).exists() is flagged


def test_who_may_agree(cast: Cast, home: Household, sign_in: SignIn) -> None:
    waits = handed_over(cast, home, sign_in)
    may = {Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
    for role in Role:
        answer = sign_in(cast[role]).get(reverse("check", args=[waits.pk]))
        open_to = role in may or role is Role.ANALYST
        assert (answer.status_code == 200) == open_to, role
        assert (SECRET in answer.content.decode()) == (role in may), role
    outsider = sign_in(cast.outsider)
    assert outsider.get(reverse("check", args=[waits.pk])).status_code == 404
    assert outsider.post(reverse("check", args=[waits.pk]), {"do": "agree"}).status_code == 404
    assert not to_check(cast.outside())


def test_nobody_agrees_to_their_own(cast: Cast, home: Household, sign_in: SignIn) -> None:
    waits = handed_over(cast, home, sign_in)
    analyst = sign_in(cast[Role.ANALYST])
    page = analyst.get(reverse("check", args=[waits.pk])).content.decode()
    assert "Take it back" in page
    assert SECRET not in page
    with pytest.raises(Problem, match="your own"):
        agree_to_page(by=cast.actor(Role.ANALYST), correction=waits, entry=HouseholdEntry(Observation(TODAY)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=waits.pk).update(agreed=True, decided_by=cast[Role.ANALYST])
    analyst.post(reverse("check", args=[waits.pk]), {"do": "agree"})
    waits.refresh_from_db()
    assert (waits.agreed, waits.sealed, name_of(home)) == (False, None, "Ann")


def test_another_analyst_may_agree(cast: Cast, home: Household, sign_in: SignIn) -> None:
    waits = handed_over(cast, home, sign_in)
    second = make_user("second-analyst", cast[Role.ANALYST].organisation, Role.ANALYST, "XA10")
    agree(sign_in(second), waits)
    assert name_of(home) == SECRET


def test_what_is_not_agreed_to_goes_back_with_the_reason(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    waits = handed_over(cast, home, sign_in)
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    address = reverse("check", args=[waits.pk])
    assert officer.post(address, {"do": "decline", "words": ""}).status_code == 422
    officer.post(address, {"do": "decline", "words": "the card is of another woman"})
    assert (name_of(home), Record.objects.count()) == ("Ann", 1)
    analyst = sign_in(cast[Role.ANALYST])
    assert "another woman" in analyst.get(reverse("checks")).content.decode()
    assert SECRET in analyst.get(reverse("household_edit", args=[home.pk])).content.decode()
    with pytest.raises(Conflict):
        decline(by=cast.actor(Role.PROVINCIAL_LEAD), correction=waits, words="again")


def test_a_household_that_changed_meanwhile_is_not_overwritten(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    waits = handed_over(cast, home, sign_in)
    entry = HouseholdEntry(Observation(TODAY), answers={"arrears": False})
    update_household(by=cast.actor(Role.DISTRICT_OFFICER), household=home, version=home.version, entry=entry)
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    assert agree(officer, waits) == 409
    waits.refresh_from_db()
    assert (waits.agreed, name_of(home)) == (None, "Ann")


def test_the_page_says_that_a_second_time_takes_the_place_of_what_waits(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    address = reverse("household_edit", args=[home.pk])
    analyst = sign_in(cast[Role.ANALYST])
    assert "takes its place" not in analyst.get(address).content.decode()
    handed_over(cast, home, sign_in)
    page = analyst.get(address).content.decode()
    assert "takes its place" in page
    # What was typed is named again to nobody who merely opens the page.
    assert SECRET not in page
    assert "takes its place" not in sign_in(cast[Role.PROVINCIAL_LEAD]).get(address).content.decode()


def test_a_second_page_takes_the_place_of_the_first(cast: Cast, home: Household, sign_in: SignIn) -> None:
    first = handed_over(cast, home, sign_in)
    second = handed_over(cast, home, sign_in)
    first.refresh_from_db()
    assert (first.agreed, second.agreed) == (False, None)


@pytest.mark.parametrize("why", ["role ended", "conflict of interest"])
def test_who_may_no_longer_correct_corrects_nothing(
    cast: Cast, home: Household, sign_in: SignIn, why: str
) -> None:
    waits = handed_over(cast, home, sign_in)
    if why == "role ended":
        end_grant(Grant.objects.get(user=cast[Role.ANALYST]), TODAY)
    else:
        declare_conflict(
            by=cast.actor(Role.PROVINCIAL_LEAD),
            household=home,
            user=cast[Role.ANALYST],
            ground=ConflictOfInterest.Ground.RELATED,
        )
    officer = sign_in(cast[Role.DISTRICT_OFFICER])
    assert agree(officer, waits) == 403
    assert name_of(home) == "Ann"
    officer.post(reverse("check", args=[waits.pk]), {"do": "decline", "words": "they may not"})
    assert not Draft.objects.exists()
    assert not to_check(cast.actor(Role.DISTRICT_OFFICER))


def test_whoever_is_kept_away_from_a_household_checks_nothing_of_it(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    waits = handed_over(cast, home, sign_in)
    declare_conflict(
        by=cast.actor(Role.PROVINCIAL_LEAD),
        household=home,
        user=cast[Role.DISTRICT_OFFICER],
        ground=ConflictOfInterest.Ground.NAMED,
    )
    assert not to_check(cast.actor(Role.DISTRICT_OFFICER))
    assert sign_in(cast[Role.DISTRICT_OFFICER]).get(reverse("check", args=[waits.pk])).status_code == 404


def test_one_answer_is_corrected_by_two(cast: Cast, home: Household, sign_in: SignIn) -> None:
    record = Record.objects.get()
    sent = {"observed_on": "1/6/2569", "grade": "A", "v-papers": "full"}
    sign_in(cast[Role.ANALYST]).post(reverse("record_correct", args=[record.pk]), sent)
    waits = Correction.objects.get()
    assert not record.superseded_by.exists()
    supervisor = sign_in(cast[Role.DISTRICT_SUPERVISOR])
    page = supervisor.get(reverse("check", args=[waits.pk])).content.decode()
    assert "before:" in page
    supervisor.post(reverse("check", args=[waits.pk]), {"do": "agree"})
    new = record.superseded_by.get()
    assert (new.values, new.made_by) == ({"papers": "full"}, cast[Role.ANALYST])


def test_an_analyst_asks_for_a_merge_and_a_colleague_makes_it(
    cast: Cast, areas: Areas, home: Household, sign_in: SignIn
) -> None:
    analyst, lead = cast.actor(Role.ANALYST), cast.actor(Role.PROVINCIAL_LEAD)
    same = number("42")
    one, two = (
        people_of(household(lead, areas[VILLAGE], member(name, numbered=same)))[0] for name in ("A", "B")
    )
    asked = merge(by=analyst, kept=one, merged=two, reason="same card")
    two.refresh_from_db()
    assert (two.merged_into, asked.agreed_at, merges(analyst)) == (None, None, [])
    assert MatchProposal.objects.get().status == MatchProposal.Status.ASKED
    assert to_decide(lead).rows == []
    with pytest.raises(Conflict, match="already"):
        merge(by=lead, kept=two, merged=one, reason="")
    with pytest.raises(Problem, match="colleague"):
        agree_to_merge(by=analyst, merge=asked)
    with pytest.raises(Conflict):
        undo_merge(by=lead, merge=asked)
    assert [one.pk for one in merges_to_check(cast.actor(Role.DISTRICT_OFFICER))] == [asked.pk]
    assert not merges_to_check(cast.outside())
    client = sign_in(cast[Role.PROVINCIAL_LEAD])
    seen = Trail.objects.filter(actor_id=lead.user_id, verb="read", subject="person")
    # Whoever has not looked agrees to nothing: the page comes instead.
    page = client.post(reverse("merge_check", args=[asked.pk]), {"do": "agree"}).content.decode()
    two.refresh_from_db()
    assert ("same card" in page, two.merged_into) == (True, None)
    assert set(seen.values_list("subject_id", flat=True)) == {one.pk, two.pk}
    client.post(reverse("merge_check", args=[asked.pk]), {"do": "agree"})
    two.refresh_from_db()
    assert two.merged_into == one
    assert MatchProposal.objects.get().status == MatchProposal.Status.SAME
    assert [row.agreed_by for row in merges(analyst)] == [cast[Role.PROVINCIAL_LEAD]]
    with pytest.raises(Conflict):
        agree_to_merge(by=lead, merge=asked)


def test_a_merge_is_declined_or_taken_back(cast: Cast, areas: Areas) -> None:
    analyst, lead = cast.actor(Role.ANALYST), cast.actor(Role.PROVINCIAL_LEAD)
    same = number("42")
    one, two = (
        people_of(household(lead, areas[VILLAGE], member(name, numbered=same)))[0] for name in ("A", "B")
    )
    for who in (lead, analyst):
        decline_merge(by=who, merge=merge(by=analyst, kept=one, merged=two, reason="same card"))
        assert MatchProposal.objects.get().status == MatchProposal.Status.OPEN
    ends = Trail.objects.filter(reason="declined").order_by("id").values_list("verb", flat=True)
    assert list(ends) == ["second", "merge"], "whoever takes back their own decides on nobody else's"
    with pytest.raises(Refused):
        decline_merge(by=cast.outside(), merge=merge(by=analyst, kept=one, merged=two, reason="again"))
    assert not Person.objects.filter(merged_into__isnull=False).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.filter(agreed_at__isnull=True).update(agreed_by=cast[Role.ANALYST])


def test_what_was_handed_over_goes_with_an_erased_person(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    handed_over(cast, home, sign_in)
    remove_people([people_of(home)[0].pk])
    assert not Correction.objects.exists()


def test_hand_over_asks_for_the_right_to_correct(cast: Cast, home: Household) -> None:
    with pytest.raises(Refused):
        hand_over(by=cast.actor(Role.SOCIAL_WORKER), typed={}, household=home, version=1)
    with pytest.raises(NotFound):
        one_to_check(cast.outside(), home.pk)

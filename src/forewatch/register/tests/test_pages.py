"""Pages: what they show, what they ask, and what they say when something is wrong."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event as AuditEvent
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.households import update_household
from forewatch.register.entries import HouseholdEntry, Observation
from forewatch.register.models import Draft, Household, MatchProposal, Merge, Person, Record, Source
from forewatch.register.queries.drafts import typed_in
from forewatch.register.tests.building import household, member, number, people_of

Areas = dict[str, Area]
SignIn = Callable[[User], Client]
TODAY = timezone.localdate()
WHY = "visit on Friday"


@pytest.fixture
def officer(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast[Role.DISTRICT_OFFICER])


@pytest.fixture
def home(cast: Cast, areas: Areas) -> Household:
    ann = member("Unmistakable", numbered=number("31"), answers={"papers": "none"})
    kid = member("Kit", (TODAY - timedelta(days=3000)).isoformat(), role="child", sex="M")
    return household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], ann, kid, answers={"arrears": True})


def typed(areas: Areas, **more: str) -> dict[str, str]:
    """One new member in the village, as the browser sends it."""
    return {
        "do": "save",
        "rows": "3",
        "draft": str(uuid.uuid4()),
        "place-area": str(areas[VILLAGE].pk),
        "place-observed_on": "1/6/2569",
        "place-grade": "A",
        "m0-given": "Ann",
        "m0-birth": "2523",
        "m0-role": "head",
    } | {name.replace("__", "-"): value for name, value in more.items()}


def test_the_sheet_registers_and_gives_a_receipt(officer: Client, areas: Areas) -> None:
    sent = typed(areas, a0__papers="none", home__arrears="false", m0__no_number="on")
    answer = officer.post(reverse("household_new"), sent, follow=True)
    home = Household.objects.get()
    assert home.code in answer.content.decode()
    assert "Ann" not in answer.content.decode()
    assert {one.level: one.values for one in Record.objects.all()} == {
        "person": {"papers": "none"},
        "household": {"arrears": False, "has_minor": False},
    }
    assert Record.objects.first().observed_on.isoformat() == "2026-06-01"  # type: ignore[union-attr]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.ENUMERATOR, Role.DISTRICT_OFFICER])
def test_whoever_may_register_does_so_once_whether_they_may_read_it_or_not(
    cast: Cast, areas: Areas, sign_in: SignIn, role: Role
) -> None:
    client, sent = sign_in(cast[role]), typed(areas, a0__papers="none", m0__no_number="on")
    answers = [client.post(reverse("household_new"), sent) for _time in range(2)]
    home = Household.objects.get()
    assert [one.status_code for one in answers] == [302, 302]
    assert all(home.code in one["Location"] for one in answers)
    assert (home.area, home.members) == (areas[VILLAGE], 1)
    assert Person.objects.get().papers == "none"


def test_what_is_not_asked_is_written_nowhere(officer: Client, areas: Areas) -> None:
    officer.post(reverse("household_new"), typed(areas, m0__birth="", a0__papers="", home__arrears=""))
    assert Household.objects.exists()
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"place__area": ""}, "This field is required"),
        ({"place__observed_on": "1/6/2590"}, "still to come"),
        ({"m0__given": "", "m0__family": "Reed"}, "needs a name"),
        ({"m0__birth": "31/4/2523"}, "no such day"),
        ({"m0__birth": "67"}, "or only the year"),
        ({"m0__number": "1234567890122"}, "does not fit"),
        ({"m0__number": "1234567890121", "m0__no_number": "on"}, "says that there is none"),
        ({"home__oop_share": "7"}, "from 0 to 1"),
        ({"a0__papers": "gold"}, "Choose one"),
        ({"event__code": "T1"}, "On which day"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_nothing_typed_is_lost(
    officer: Client, areas: Areas, wrong: dict[str, str], said: str
) -> None:
    answer = officer.post(reverse("household_new"), typed(areas, m1__given="Bob", **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="Bob"' in page
    assert not Household.objects.exists()
    assert Draft.objects.count() == 1


def test_a_known_number_and_an_unknown_one_get_the_same_page(
    officer: Client, cast: Cast, areas: Areas
) -> None:
    household(cast.outside(), areas[OUTSIDE_VILLAGE], member(numbered=number("5")))
    pages = []
    for digits in (number("5"), number("6")):
        answer = officer.post(reverse("household_new"), typed(areas, m0__number=digits), follow=True)
        pages.append(re.sub(r"H-[0-9A-Z-]+|CSRFToken\S+ \S+|value=\S+", "", answer.content.decode()))
    assert pages[0] == pages[1]
    assert MatchProposal.objects.filter(basis="citizen_id").count() == 1


def test_the_draft_is_kept_sealed_for_its_writer_and_goes_on(
    officer: Client, cast: Cast, areas: Areas, sign_in: SignIn
) -> None:
    sent = typed(areas, m0__given="Unmistakable") | {"autosave": "1"}
    assert officer.post(reverse("draft_keep"), sent).status_code == 204
    assert officer.post(reverse("draft_keep"), sent | {"m1-given": "Bob"}).status_code == 204
    draft = Draft.objects.get()
    assert b"Unmistakable" not in bytes(draft.sealed)
    assert typed_in(draft)["m1-given"] == ["Bob"]
    page = officer.get(f"{reverse('household_new')}?draft={draft.pk}").content.decode()
    assert 'value="Unmistakable"' in page
    assert "wrong" not in page
    assert "Go on" in officer.get(reverse("households")).content.decode()
    other = sign_in(cast[Role.DISTRICT_SUPERVISOR])
    assert other.get(f"{reverse('household_new')}?draft={draft.pk}").status_code == 404
    assert other.post(reverse("draft_drop", args=[draft.pk])).status_code == 404
    assert "Go on" not in other.get(reverse("households")).content.decode()
    officer.post(reverse("draft_drop", args=[draft.pk]))
    assert not Draft.objects.exists()


def test_more_rows_keep_what_is_typed_without_a_script(officer: Client, areas: Areas) -> None:
    answer = officer.post(reverse("household_new"), typed(areas) | {"do": "more"}, follow=True)
    page = answer.content.decode()
    assert 'name="m5-given"' in page
    assert 'value="Ann"' in page


def test_the_questions_are_those_of_the_age(officer: Client, areas: Areas) -> None:
    def asked(born: str) -> set[str]:
        sent = typed(areas) | {"row": "0", "m0-birth": born}
        page = officer.post(reverse("member_questions"), sent).content.decode()
        return set(re.findall(r'name="a0-(\w+)"', page))

    baby, child, adult, unknown = (
        asked(TODAY.isoformat()),
        asked(str(TODAY.year - 10)),
        asked("1980"),
        asked(""),
    )
    assert {"papers", "parental_care", "harm_inquiry"} <= baby
    assert not {"schooling", "literacy", "intent", "functioning"} & baby
    assert {"schooling", "functioning"} <= child
    assert {"literacy", "mood_screen"} <= adult
    assert not {"schooling", "parental_care", "attainment"} & adult
    assert baby | child | adult < unknown


def test_a_household_is_corrected_and_its_draft_goes(officer: Client, home: Household, areas: Areas) -> None:
    page = officer.get(reverse("household_edit", args=[home.pk])).content.decode()
    assert "Unmistakable" not in page
    ann, kid = people_of(home)
    assert ann.code in page
    sent = {
        "do": "save",
        "rows": "2",
        "version": str(home.version),
        "place-observed_on": "1/6/2569",
        "place-grade": "B",
        "m0-person": str(ann.pk),
        "m0-role": "head",
        "m1-person": str(kid.pk),
        "m1-role": "grandchild",
        "a1-schooling": "irregular",
    }
    officer.post(reverse("household_edit", args=[home.pk]), sent)
    assert kid.memberships.get().role == "grandchild"
    said = Record.objects.get(person=kid)
    assert (said.values, said.grade) == ({"schooling": "irregular"}, "B")
    assert not Draft.objects.exists()


def test_who_saves_second_is_told_and_finds_their_draft(
    officer: Client, cast: Cast, home: Household, areas: Areas
) -> None:
    seen = home.version
    supervisor = cast.actor(Role.DISTRICT_SUPERVISOR)
    entry = HouseholdEntry(Observation(TODAY), answers={"arrears": False})
    update_household(by=supervisor, household=home, version=seen, entry=entry)
    sent = {
        "do": "save",
        "rows": "1",
        "version": str(seen),
        "place-observed_on": "1/6/2569",
        "place-grade": "A",
        "home-lender": "informal",
    }
    answer = officer.post(reverse("household_edit", args=[home.pk]), sent)
    assert answer.status_code == 409
    assert "Nothing of theirs or yours is lost" in answer.content.decode()
    page = officer.get(reverse("household_edit", args=[home.pk])).content.decode()
    assert "This is your draft" in page
    assert '<option value="informal" selected>' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    officer.post(reverse("household_edit", args=[home.pk]), sent | {"version": version[1]})
    assert {name for one in Record.objects.filter(household=home) for name in one.values} == {
        "arrears",
        "lender",
    }


def test_a_household_page_shows_no_name_until_why_is_said(officer: Client, home: Household) -> None:
    address = reverse("household", args=[home.pk])
    page = officer.get(address).content.decode()
    assert "Unmistakable" not in page
    assert "Show names" in page
    assert "Behind with payments" in page
    names = reverse("household_names", args=[home.pk])
    short = officer.post(names, {"reason": "why not", "purpose": "prevent"})
    assert (short.status_code, "Unmistakable" in short.content.decode()) == (422, False)
    assert officer.post(names, {"reason": WHY, "purpose": "audit"}).status_code == 422
    shown = officer.post(names, {"reason": WHY, "purpose": "prevent"})
    assert "Unmistakable Reed" in shown.content.decode()
    assert re.search(r"Names are shown to The district-officer at \d\d:\d\d", shown.content.decode())
    assert number("31") in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    rows = AuditEvent.objects.filter(subject_id=home.pk).order_by("id").values_list("verb", "identities")
    # A page that comes back with its form is one more that was read.
    assert list(rows) == [("create", 2), *[("read", 0)] * 3, ("reveal", 2)]


def test_the_forty_first_reveal_of_a_day_is_refused(officer: Client, home: Household, settings: Any) -> None:
    settings.TERMS = replace(settings.TERMS, singly_names=1)
    names = reverse("household_names", args=[home.pk])
    reason = {"reason": WHY, "purpose": "prevent"}
    assert officer.post(names, reason).status_code == 200
    second = officer.post(names, reason)
    assert (second.status_code, "Unmistakable" in second.content.decode()) == (429, False)


def test_names_of_children_are_shown_for_one_area_as_one_decision(officer: Client, home: Household) -> None:
    reason = {"reason": WHY, "purpose": "prevent"}
    address = reverse("children_names")
    assert officer.post(address, reason).status_code == 422
    shown = officer.post(address, reason | {"area": VILLAGE}).content.decode()
    assert "Kit Reed" in shown
    assert "Unmistakable" not in shown
    row = AuditEvent.objects.get(verb="reveal")
    assert (row.subject, row.identities, row.area_code) == ("identity list", 1, VILLAGE)


def test_a_code_leads_to_its_row_and_others_read_as_unknown(
    officer: Client, home: Household, cast: Cast, areas: Areas
) -> None:
    address = reverse("households")
    typed_code = home.code.lower().replace("-", " ")
    found = officer.get(address, {"code": typed_code})
    assert found["Location"] == reverse("household", args=[home.pk])
    (ann, _) = people_of(home)
    assert officer.get(address, {"code": ann.code})["Location"] == reverse("person", args=[ann.pk])
    elsewhere = household(cast.outside(), areas[OUTSIDE_VILLAGE])
    pages = [officer.get(address, {"code": code}).content.decode() for code in (elsewhere.code, "H-0")]
    assert all("has this code" in one for one in pages)


def test_a_record_is_corrected_from_its_own_page(officer: Client, home: Household) -> None:
    record = Record.objects.get(level="person")
    address = reverse("record_correct", args=[record.pk])
    assert '<option value="none" selected>' in officer.get(address).content.decode()
    officer.post(address, {"observed_on": "1/6/2569", "grade": "A", "v-papers": "pending"})
    new = Record.objects.get(supersedes=record)
    assert new.values == {"papers": "pending"}
    page = officer.get(reverse("person", args=[new.person_id])).content.decode()
    assert "corrected later" in page


def test_two_are_compared_merged_and_parted_on_pages(
    cast: Cast, areas: Areas, home: Household, sign_in: SignIn
) -> None:
    twin = household(cast.actor(Role.ANALYST), areas[VILLAGE], member("Annie", numbered=number("31")))
    lead = sign_in(cast[Role.PROVINCIAL_LEAD])
    proposal = MatchProposal.objects.get()
    assert "a citizen number" in lead.get(reverse("matches")).content.decode()
    address = reverse("match", args=[proposal.pk])
    page = lead.get(address).content.decode()
    assert "Unmistakable" not in page
    assert number("31") not in page
    assert lead.post(address, {"do": "merge", "reason": "short"}).status_code == 200
    lead.post(address, {"do": "merge", "keep": "second", "reason": "same card seen"})
    made = Merge.objects.get()
    assert {made.kept.household_id, made.merged.household_id} == {home.pk, twin.pk}
    assert made.kept_id == proposal.second_id
    lead.post(reverse("merge_undo", args=[made.pk]))
    assert not Person.objects.filter(merged_into__isnull=False).exists()
    other = people_of(household(cast.actor(Role.ANALYST), areas[VILLAGE], member("Zoe")))[0]
    by_hand = reverse("person_merge", args=[made.kept_id])
    assert "no code" in lead.post(by_hand, {"code": "P-1", "reason": WHY}).content.decode()
    lead.post(by_hand, {"code": other.code, "reason": WHY})
    other.refresh_from_db()
    assert other.merged_into_id == made.kept_id


def test_sources_are_read_by_staff_and_written_by_two_roles(cast: Cast, sign_in: SignIn) -> None:
    analyst, officer = sign_in(cast[Role.ANALYST]), sign_in(cast[Role.DISTRICT_OFFICER])
    described = {
        "code": "school",
        "name": "School register",
        "kind": "register",
        "agency": str(cast[Role.ANALYST].organisation_id),
        "grade": "B",
        "handling": "P",
        "audience": "helpers",
    }
    assert officer.post(reverse("source_new"), described).status_code == 403
    analyst.post(reverse("source_new"), described)
    source = Source.objects.get()
    assert "School register" in officer.get(reverse("sources")).content.decode()
    analyst.post(reverse("source_correct", args=[source.pk]), described | {"grade": "A"})
    source.refresh_from_db()
    assert source.grade == "A"


def test_a_large_area_is_chosen_in_two_steps(
    officer: Client, areas: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forewatch.register.queries.places.MANY", 1)
    page = officer.get(reverse("household_new")).content.decode()
    assert "Millbank" in page
    assert "Mill Village 1" not in page
    part = {"do": "villages", "place-within": str(areas["XA100101"].pk)}
    page = officer.post(reverse("household_new"), typed(areas) | part, follow=True).content.decode()
    assert "Mill Village 1" in page
    listed = officer.get(reverse("children")).content.decode()
    assert "Mill Village 1" not in listed
    assert "Mill Village 2" in officer.get(reverse("children"), {"area": VILLAGE}).content.decode()


def test_looking_after_a_household_is_given_and_taken_back(
    officer: Client, cast: Cast, home: Household
) -> None:
    worker = cast[Role.SOCIAL_WORKER]
    officer.post(reverse("household_given", args=[home.pk]), {"user": str(worker.pk)})
    given = home.assignments.get()
    assert given.user == worker
    officer.post(reverse("assignment_end", args=[given.pk]))
    given.refresh_from_db()
    assert given.valid_to == TODAY


def test_whoever_asks_for_what_is_not_for_them_stands_in_the_trail_whether_it_is_there_or_not(
    cast: Cast, home: Household, sign_in: Callable[[User], Client]
) -> None:
    (person, *_), stranger = people_of(home), sign_in(cast.outsider)
    asked = [
        ("household", home.pk),
        ("household", uuid.uuid4()),
        ("person", person.pk),
        ("person", uuid.uuid4()),
    ]
    answers = {stranger.get(reverse(name, args=[row])).status_code for name, row in asked}
    rows = AuditEvent.objects.filter(allowed=False, actor_id=cast.outsider.pk).order_by("id")
    assert list(rows.values_list("subject", "subject_id")) == asked
    assert answers == {404}

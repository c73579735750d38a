"""The pages: open to whom they should be, and saying no index, no band, and no name before its time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.actions import record
from forewatch.audit.queries import head
from forewatch.audit.tests.trails import chained
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import VILLAGE
from forewatch.reports.models import Printing, VisitList
from forewatch.reports.paper.queries import asked_here
from forewatch.reports.paper.tests.making import Village

SignIn = Callable[[User], Client]
OFFICERS = {Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
FORM = {"kind": "household_form", "members": "4", "language": "en"}
NAMES = ("Ann", "Cat", "Dan", "Reed", "Sedge", "Moss", "Hamlet", "12/3")
OPEN_TO_READERS = set(Role) - {Role.VOLUNTEER, Role.POLICE}


def asking(village: Village, **changes: str) -> dict[str, str]:
    return {
        "area": str(village.areas[VILLAGE].pk),
        "households": "20",
        "purpose": "prevent",
        "reason": "The round of this week",
        **changes,
    }


def sheet_of(client: Client, made: VisitList, language: str = "en") -> str:
    answer = client.post(reverse("print_visit_list", args=[made.pk]), {"language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_each_page_opens_to_the_roles_it_is_for(village: Village, sign_in: SignIn, role: Role) -> None:
    client, made = sign_in(village.cast[role]), village.requested()
    own = role in OFFICERS
    sees = role in OFFICERS  # the officer asked, the others may approve
    expected = {
        ("get", reverse("paper")): role in OPEN_TO_READERS,
        ("get", reverse("blank_forms")): role in OPEN_TO_READERS,
        ("post", reverse("blank_forms")): role in OPEN_TO_READERS,
        ("get", reverse("printings")): role in OPEN_TO_READERS,
        ("get", reverse("visit_lists")): own,
        ("get", reverse("request_visit_list")): own,
        ("post", reverse("request_visit_list")): own,
        ("get", reverse("visit_list", args=[made.pk])): sees,
    }
    for (method, url), allowed in expected.items():
        answer = client.get(url) if method == "get" else client.post(url, FORM)
        assert answer.status_code == (200 if allowed else 403), f"{method} {url}"


@pytest.mark.parametrize("role", list(Role))
def test_deciding_is_for_another_supervisor_or_lead(village: Village, sign_in: SignIn, role: Role) -> None:
    made = village.requested()
    url = reverse("decide_visit_list", args=[made.pk])
    answer = sign_in(village.cast[role]).post(url, {"decision": "approve"})
    allowed = role in {Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
    assert answer.status_code == (302 if allowed else 403)
    made.refresh_from_db()
    assert made.state == ("approved" if allowed else "requested")


@pytest.mark.parametrize("role", list(Role))
def test_an_approved_list_opens_as_a_sheet_for_whoever_asked(
    village: Village, sign_in: SignIn, role: Role
) -> None:
    made = village.approved(with_names=True)
    url = reverse("print_visit_list", args=[made.pk])
    answer = sign_in(village.cast[role]).post(url, {"language": "en"})
    others = 409 if role in OFFICERS else 403
    assert answer.status_code == (200 if role is Role.DISTRICT_OFFICER else others)
    assert ("Ann Reed" in answer.content.decode()) is (role is Role.DISTRICT_OFFICER)


def test_a_decision_is_yes_or_no(village: Village, sign_in: SignIn) -> None:
    made = village.requested()
    url = reverse("decide_visit_list", args=[made.pk])
    assert sign_in(village.cast[Role.DISTRICT_SUPERVISOR]).post(url, {"decision": "later"}).status_code == 400
    made.refresh_from_db()
    assert made.state == "requested"


def test_for_the_outsider_a_list_is_not_there(village: Village, sign_in: SignIn) -> None:
    client, made = sign_in(village.cast.outsider), village.approved()
    assert client.get(reverse("visit_list", args=[made.pk])).status_code == 404
    assert client.post(reverse("print_visit_list", args=[made.pk])).status_code == 404
    assert "Mill Village" not in client.get(reverse("visit_lists")).content.decode()


def test_nothing_is_printed_by_following_a_link(village: Village, sign_in: SignIn) -> None:
    client, made = sign_in(village.cast[Role.DISTRICT_OFFICER]), village.approved()
    assert client.get(reverse("print_visit_list", args=[made.pk])).status_code == 405
    assert not Printing.objects.exists()


def test_a_list_says_when_why_and_what_to_ask_without_index_band_or_name(
    village: Village, sign_in: SignIn
) -> None:
    client, made = sign_in(village.cast[Role.DISTRICT_OFFICER]), village.approved()
    definition = asked_here().definition
    for text in (
        client.get(reverse("visit_list", args=[made.pk])).content.decode(),
        sheet_of(client, made),
    ):
        assert [text.index(one) for one in ("Outreach now", "Outreach soon", "Go and ask")] == sorted(
            text.index(one) for one in ("Outreach now", "Outreach soon", "Go and ask")
        )
        assert definition.indicators["H1"].why[3]["en"] in text
        assert definition.gates[1].label["en"] in text
        assert definition.variables["distress_finance"].label["en"] in text
        assert village.people["Ann"].code in text
        assert village.people["Ben"].code not in text
        assert not re.search(r"4242|42\.42|\b42 %|basis point|\bhigh\b|\bmedium\b|\bband\b|risk", text)
        assert not [one for one in NAMES if one in text]


def test_area_reasons_stand_once_for_the_village(village: Village, sign_in: SignIn) -> None:
    text = sheet_of(sign_in(village.cast[Role.DISTRICT_OFFICER]), village.approved())
    assert text.count(asked_here().definition.indicators["H7"].why[3]["en"]) == 1


@pytest.mark.parametrize("with_names", [True, False])
def test_names_stand_only_on_the_sheet_of_a_list_approved_with_names(
    village: Village, sign_in: SignIn, with_names: bool
) -> None:
    client = sign_in(village.cast[Role.DISTRICT_OFFICER])
    made = village.approved(with_names=with_names)
    page = client.get(reverse("visit_list", args=[made.pk])).content.decode()
    assert not [one for one in NAMES if one in page]
    sheet = sheet_of(client, made)
    assert [one in sheet for one in ("Ann Reed", "12/3, Hamlet Reed", "Dan Moss")] == [with_names] * 3
    assert "Ben" not in sheet


def test_an_unapproved_list_prints_nothing_and_shows_no_name(village: Village, sign_in: SignIn) -> None:
    client, made = sign_in(village.cast[Role.DISTRICT_OFFICER]), village.requested(with_names=True)
    answer = client.post(reverse("print_visit_list", args=[made.pk]), {"language": "en"})
    assert answer.status_code == 409
    page = client.get(reverse("visit_list", args=[made.pk])).content.decode()
    assert not [one for one in NAMES if one in page + answer.content.decode()]
    assert "Open the sheet" not in page


def test_an_expired_list_shows_nothing_of_anybody(
    village: Village, sign_in: SignIn, assured: Assured
) -> None:
    client, made = sign_in(village.cast[Role.DISTRICT_OFFICER]), village.approved(with_names=True)
    VisitList.objects.filter(pk=made.pk).update(expires_at=made.expires_at - timedelta(days=8))
    page = client.get(reverse("visit_list", args=[made.pk])).content.decode()
    assert "This list is over" in page
    assert "expired" in page
    assert not [one.code for one in village.people.values() if one.code in page]
    assert not [one.code for one in village.households.values() if one.code in page]
    answer = client.post(reverse("print_visit_list", args=[made.pk]), {"language": "en"})
    assert answer.status_code == 409
    assert village.people["Ann"].code not in answer.content.decode()
    assured("said", 2)


def test_the_fingerprint_in_the_ledger_is_that_of_the_page_sent(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.cast[Role.DISTRICT_OFFICER])
    sheets = [
        sheet_of(client, village.approved()),
        client.post(reverse("blank_forms"), FORM).content.decode(),
    ]
    assert [one.sha256 for one in Printing.objects.order_by("at", "id")] == [
        hashlib.sha256(sheet.encode()).hexdigest() for sheet in sheets
    ]
    for one, sheet in zip(Printing.objects.order_by("at", "id"), sheets, strict=True):
        assert str(one.pk) in sheet


def test_a_printed_list_says_how_far_the_trail_went(village: Village, sign_in: SignIn) -> None:
    made, client = village.approved(), sign_in(village.cast[Role.DISTRICT_OFFICER])
    with transaction.atomic():
        record(at=timezone.now(), verb="read", data_class="identity")
    chained()
    newest = head()
    sheet = sheet_of(client, made)
    printed = Printing.objects.get().at
    hour = f"{timezone.localtime(printed):%H:%M}"
    assert f"{hour} · Audit trail {newest.number} <code>{newest.short()}</code>" in sheet
    assert "Audit trail" not in client.post(reverse("blank_forms"), FORM).content.decode()


def test_asking_for_a_list_waits_for_somebody_else(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.cast[Role.DISTRICT_SUPERVISOR])
    answer = client.post(reverse("request_visit_list"), asking(village), follow=True)
    text = answer.content.decode()
    assert "waits for approval" in text
    assert 'value="approve"' not in text
    lead = sign_in(village.cast[Role.PROVINCIAL_LEAD])
    assert "Look and decide" in lead.get(reverse("paper")).content.decode()
    assert 'value="approve"' in lead.get(answer.wsgi_request.path).content.decode()


def test_a_place_outside_ones_area_cannot_be_chosen(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.cast[Role.DISTRICT_OFFICER])
    outside = str(village.areas["XA20010101"].pk)
    answer = client.post(reverse("request_visit_list"), asking(village, area=outside))
    assert answer.status_code == 200
    assert not VisitList.objects.exists()


@pytest.mark.parametrize("households", ["0", "61", "many"])
def test_a_list_holds_one_to_sixty_households(village: Village, sign_in: SignIn, households: str) -> None:
    client = sign_in(village.cast[Role.DISTRICT_OFFICER])
    client.post(reverse("request_visit_list"), asking(village, households=households))
    assert not VisitList.objects.exists()


def test_whoever_has_several_districts_chooses_one_first(village: Village, sign_in: SignIn) -> None:
    client, url = sign_in(village.cast[Role.PROVINCIAL_LEAD]), reverse("request_visit_list")
    assert VILLAGE not in client.get(url).content.decode()
    inside = client.get(f"{url}?district=XA1001").content.decode()
    assert VILLAGE in inside
    assert "XA10020101" not in inside
    assert VILLAGE not in client.get(f"{url}?district=XA2001").content.decode()
    made = client.post(f"{url}?district=XA1001", asking(village))
    assert made.status_code == 302


def test_a_household_form_has_a_column_for_each_member_and_boxes_for_no_answer(
    village: Village, sign_in: SignIn
) -> None:
    client = sign_in(village.cast[Role.SOCIAL_WORKER])
    text = client.post(reverse("blank_forms"), FORM).content.decode()
    variables = asked_here().definition.variables.values()
    questions = [one for one in variables if one.level != "area"]
    of_people = [one for one in questions if one.level == "person"]
    for refusal in ("not asked", "does not know", "does not want to say"):
        assert text.count(refusal) == len(questions)
    assert text.count('<th scope="col">4</th>') == len(of_people)
    assert '<th scope="col">5</th>' not in text
    for one in variables:
        assert (one.label["en"] in text.replace("&#x27;", "'")) is (one.level != "area"), one.name
    assert asked_here().definition.name in text
    assert not re.search(r"\b(sex|gender|ethnic\w*|religion|nationality)\b", text, re.IGNORECASE)


def test_a_form_for_one_person_has_no_roster(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.cast[Role.ENUMERATOR])
    text = client.post(reverse("blank_forms"), {**FORM, "kind": "person_form"}).content.decode()
    assert "Who lives here" not in text
    assert asked_here().definition.variables["lender"].label["en"] not in text
    assert "from 12 years" in text


def test_sheets_speak_the_language_chosen_whatever_the_page_speaks(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.cast[Role.DISTRICT_OFFICER])
    form = client.post(reverse("blank_forms"), {**FORM, "language": "th"}).content.decode()
    visits = sheet_of(client, village.approved(), "th")
    for text in (form, visits):
        assert '<html lang="th">' in text
    assert asked_here().definition.variables["papers"].label["th"] in form
    assert asked_here().definition.indicators["H1"].why[3]["th"] in visits
    assert "ลงเยี่ยมทันที" in visits
    assert '<html lang="en"' in client.get(reverse("paper")).content.decode()


def test_the_ledger_page_shows_what_was_printed_and_no_content(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.cast[Role.DISTRICT_OFFICER])
    sheet_of(client, village.approved(with_names=True))
    client.post(reverse("blank_forms"), FORM)
    for role in (Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR):
        text = sign_in(village.cast[role]).get(reverse("printings")).content.decode()
        assert Printing.objects.get(kind="visit_list").sha256 in text
        assert not [one for one in NAMES if one in text]
    assert "blank form for a household" not in text
    text = sign_in(village.cast.outsider).get(reverse("printings")).content.decode()
    assert "Nothing was printed yet" in text

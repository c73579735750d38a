"""The pages of what leaves: asked for, let out by a colleague, and taken after proving who one is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyrage
import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast, proven
from forewatch.places.models import Area
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.models import Canary, Consent
from forewatch.register.rules.consents import For
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits import actions
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.tests.making import RECIPIENT, wish

pytestmark = pytest.mark.django_db(transaction=True)
ANALYST, LEAD, DPO = Role.ANALYST, Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER


@pytest.fixture
def agreed(cast: Cast, areas: dict[str, Area]) -> None:
    lead = cast.actor(LEAD)
    for one in people_of(household(lead, areas[VILLAGE], member("Mali"), member("Ben"), member("Cid")))[:2]:
        said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", lead.today, ["TH"])
        note_consent(by=lead, person=one, said=said)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_asking_and_letting_out(
    cast: Cast, agreed: None, signed_in: Callable[..., Page], axe: Any, picture: Any, width: int
) -> None:
    page = signed_in(cast[ANALYST], width=width)
    page.goto("/exits/new")
    axe(page)
    page.select_option("[name=area]", label="Upper Reach · XA10")
    page.select_option("[name=whom]", "all")
    page.fill("[name=recipient]", "Made-up Shelter, Ms Example")
    page.fill("[name=basis]", "Agreement 7/2569")
    page.fill("[name=reason]", "places in the made-up school bus")
    page.fill("[name=key]", "no key at all")
    page.get_by_label("It helps people").check()
    page.get_by_role("button", name="Make the file and ask").click()
    expect(page.get_by_text("This is no public key of age")).to_be_visible()
    page.fill("[name=key]", str(RECIPIENT.to_public()))
    page.get_by_role("button", name="Make the file and ask").click()
    expect(page.get_by_text("The file is made and sealed")).to_be_visible()
    expect(page.get_by_text("2 people; 1 more did not agree")).to_be_visible()
    expect(page.get_by_role("button", name="It may leave")).to_have_count(0)
    colleague = signed_in(cast[LEAD], width=width)
    colleague.goto("/")
    colleague.get_by_role("link", name="Decide").click()
    axe(colleague)
    picture(colleague, "exit")
    colleague.get_by_role("button", name="It may leave").click()
    expect(colleague.get_by_text("Your decision is noted")).to_be_visible()
    colleague.goto("/exits/")
    axe(colleague)
    picture(colleague, "exits")
    page.reload()
    expect(page.get_by_text("It can be taken from")).to_be_visible()


@pytest.fixture
def let_out(cast: Cast, agreed: None, areas: dict[str, Area]) -> Exit:
    made = actions.request_exit(by=cast.actor(ANALYST), wish=wish(areas[PROVINCE], with_names=True))
    actions.decide_on_exit(by=cast.actor(LEAD), exit_id=made.pk, agree=True, sha256=made.sha256)
    day = timedelta(days=1)
    Exit.objects.update(ready_at=made.requested_at - day)
    return made


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_stopping_what_waits_its_day(
    cast: Cast, let_out: Exit, signed_in: Callable[..., Page], axe: Any, picture: Any, width: int
) -> None:
    page = signed_in(cast[DPO], width=width)
    page.goto(f"/exits/{let_out.pk}")
    button = page.get_by_role("button", name="Stop it")
    expect(button).to_be_hidden()
    page.locator("summary", has_text="Stop it").click()
    axe(page)
    picture(page, "exit-stop")
    button.click()
    expect(page.get_by_text(f"Stopped by {cast[DPO].name}")).to_be_visible()
    axe(page)
    picture(page, "exit-stopped")


def test_who_takes_it_proves_again_who_they_are(
    cast: Cast, let_out: Exit, sign_in: Callable[[User], Client]
) -> None:
    address = f"/exits/{let_out.pk}/file"
    client = sign_in(cast[ANALYST])
    assert "reauthenticate" in client.get(address)["Location"]
    assert client.post(address)["Location"] == address
    client = proven(sign_in(cast[ANALYST]), cast[ANALYST])
    assert client.get(address).status_code == 200
    answer = client.post(address)
    assert answer["Content-Disposition"].endswith('.csv.age"')
    assert answer["Cache-Control"].count("no-store") == 1
    assert b"Mali" not in answer.content
    assert b"Mali" in pyrage.decrypt(answer.content, [RECIPIENT])
    assert proven(sign_in(cast[LEAD]), cast[LEAD]).post(address).status_code == 403
    assert sign_in(cast.outsider).get(f"/exits/{let_out.pk}").status_code == 403


def test_whoever_looks_up_the_row_of_nobody_is_seen(
    cast: Cast, let_out: Exit, sign_in: Callable[[User], Client]
) -> None:
    canary = Canary.objects.get(exit_id=let_out.pk)
    answer = sign_in(cast[Role.DISTRICT_OFFICER]).get("/people/", {"code": canary.code})
    unknown = sign_in(cast[Role.DISTRICT_OFFICER]).get("/people/", {"code": "P-0000-0000-000"})
    assert (answer.status_code, len(answer.content)) == (unknown.status_code, len(unknown.content))
    today = sign_in(cast[DPO]).get("/").content.decode()
    assert "Somebody has come upon a person who does not exist" in today
    page = sign_in(cast[DPO]).get("/oversight/canaries/").content.decode()
    assert cast[Role.DISTRICT_OFFICER].name in page
    assert "a file that left" in page
    for role in (ANALYST, LEAD, Role.ADMINISTRATOR):
        assert "does not exist" not in sign_in(cast[role]).get("/").content.decode()
        assert sign_in(cast[role]).get("/oversight/canaries/").status_code == 403

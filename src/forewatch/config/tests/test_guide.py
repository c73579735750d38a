"""The guide goes the way the pages go, and its pictures show them as they are (see `guide`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from forewatch.access.models import Organisation
from forewatch.access.rules import Role
from forewatch.config.tests.browser import arrived
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast, make_user
from forewatch.config.tests.guide import (
    BOLD,
    FOLDER,
    PICTURE,
    PICTURES,
    SIZE,
    Walk,
    guides,
    noted,
    size_of,
    thai,
)
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.places.models import Area
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.models import Consent, Household, Person
from forewatch.register.rules.consents import For
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.taking import take
from forewatch.reports.exits.tests.making import RECIPIENT
from forewatch.risk.actions import rescore
from forewatch.risk.tests.filled import INDEX
from forewatch.risk.tests.province import Province

AS_OF = date(2026, 6, 30)
AT_MOST = 2_000_000
"""Bytes of all pictures."""
Open = Callable[..., Page]
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened(signed_in: Open) -> Open:
    """Return a function that opens a browser of the pictures' size where somebody is signed in."""

    def one(user: object) -> Page:
        page = signed_in(user, width=SIZE["width"])
        page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})
        return page

    return one


@committed
def test_a_file_is_handed_over(cast: Cast, areas: dict[str, Area], opened: Open) -> None:
    lead, walk = cast.actor(Role.PROVINCIAL_LEAD), Walk("hand-over-a-file")
    for one in people_of(household(lead, areas[VILLAGE], member("Ann"), member("Ben"))):
        said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", lead.today, ["TH"])
        note_consent(by=lead, person=one, said=said)
    page = opened(cast[Role.ANALYST])
    page.goto("/exits/")
    walk.look(page)
    page.get_by_role("link", name="Ask for a file").click()
    page.select_option("[name=area]", label="Upper Reach · XA10")
    page.select_option("[name=whom]", "all")
    page.fill("[name=recipient]", "Made-up Shelter, Ms Example")
    page.get_by_label("It helps people").check()
    page.fill("[name=basis]", "Agreement 7/2569")
    page.fill("[name=reason]", "places in the made-up school bus")
    page.fill("[name=key]", str(RECIPIENT.to_public()))
    walk.picture(page, "exit-ask")
    page.get_by_role("button", name="Make the file and ask").click()
    page.get_by_text("The file is made and sealed").wait_for()

    colleague = opened(cast[Role.PROVINCIAL_LEAD])
    colleague.goto("/")
    colleague.get_by_role("link", name="Decide").click()
    walk.picture(colleague, "exit-decide")
    colleague.get_by_role("button", name="It may leave").click()
    colleague.get_by_text("Your decision is noted").wait_for()

    made = Exit.objects.get()
    Exit.objects.update(ready_at=made.requested_at)
    take(by=cast.actor(Role.ANALYST), exit_id=made.pk)
    Exit.objects.update(to_tell=[people_of(Household.objects.get())[0].code])
    page.reload()
    walk.look(page)
    for role in (Role.ANALYST, Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER):
        there = opened(cast[role])
        for address in ("/exits/", f"/exits/{made.pk}"):
            there.goto(address)
            walk.look(there)
    walk.arrived()


@committed
def test_a_months_files_are_imported(cast: Cast, opened: Open) -> None:
    agency, walk = Agency(cast), Walk("import-a-months-files")
    page = opened(agency.analyst)
    page.goto("/intake/")
    walk.look(page)
    page.goto("/intake/upload")
    walk.look(page)
    rows = [pupil(1), pupil(2), pupil(3, วันเกิด="31/2/2556"), pupil(4, สถานะ="หาย")]
    page.set_input_files(
        "[name=file]", {"name": "pupils-october.csv", "mimeType": "text/csv", "buffer": csv_of(rows)}
    )
    page.select_option("[name=source]", label="School register")
    page.get_by_role("button", name="Upload").click()
    arrived(page, "pupils-october.csv")
    walk.picture(page, "import-checked", "ol.steps")
    page.get_by_role("link", name="No such day").click()
    arrived(page, "No such day")
    walk.picture(page, "import-problem")
    page.go_back()
    page.get_by_role("button", name="Hand to a colleague").click()
    page.get_by_text("A colleague must look at this batch").wait_for()
    walk.look(page)

    page = opened(agency.colleague)
    page.goto("/intake/")
    page.get_by_role("link", name="pupils-october.csv", exact=True).click()
    arrived(page, "pupils-october.csv")
    walk.picture(page, "import-colleague", "main h2")
    page.get_by_role("button", name="Let the batch in").click()
    page.get_by_text("In the register since").wait_for()
    page.get_by_text("Take this batch out again").click()
    walk.look(page)
    walk.arrived()


@committed
def test_a_profile_is_read(filled: Path, opened: Open) -> None:
    walk = Walk("read-a-profile")
    rescore(INDEX, as_of=AS_OF, now=datetime(2026, 7, 1, 6, tzinfo=UTC))
    office = Organisation.objects.create(code="office", name="Coordination Centre")
    lead = make_user("lead", office, Role.PROVINCIAL_LEAD, Area.objects.get(level=1).code)
    found = Person.objects.filter(assessment__band="high")
    person = found.order_by("-assessment__index_bp", "birth_date", "sex", "pk")[0]
    page = opened(lead)
    page.goto("/people/")
    walk.look(page)
    page.goto(f"/people/persons/{person.pk}")
    walk.look(page)
    page.goto(f"/risk/people/{person.pk}?on={AS_OF}")
    walk.picture(page, "profile-why", "dl.facts")
    walk.picture(page, "profile-ask", "main h2 >> nth=1")
    walk.arrived()


@committed
def test_a_district_meeting_is_prepared(province: Province, opened: Open) -> None:
    walk = Walk("prepare-a-district-meeting")
    page = opened(province.lead)
    page.goto("/map/first")
    walk.picture(page, "meeting-first", "ol.first")
    page.goto(f"/map/?area={province.district}")
    walk.picture(page, "meeting-map", "main h2")
    page.goto(f"/reports/?area={province.district}")
    walk.picture(page, "meeting-report", "#rows-title")
    officer = opened(province.officer)
    officer.goto("/paper/visits/new")
    walk.look(officer)
    walk.arrived()


@committed
def test_a_partners_program_gets_a_key(cast: Cast, opened: Open, areas: dict[str, Area]) -> None:
    Agency(cast)
    walk = Walk("connect-a-partners-program")
    analyst = opened(cast[Role.ANALYST])
    analyst.goto("/intake/")
    walk.look(analyst)
    page = opened(cast[Role.ADMINISTRATOR])
    page.goto("/keys/")
    walk.look(page)
    page.get_by_role("link", name="Give a key").click()
    arrived(page, "Give a key")
    page.select_option("[name=source]", label="School register")
    page.select_option("[name=area]", value=str(areas[PROVINCE].pk))
    walk.picture(page, "key-new")
    page.get_by_role("button", name="Give the key").click()
    arrived(page, "The new key")
    walk.look(page)
    page.get_by_role("link", name="I have passed it on").click()
    arrived(page, "Keys of programs")
    walk.picture(page, "key-list")
    walk.arrived()


def test_every_picture_is_in_the_guide_and_of_one_size() -> None:
    shown = {name for guide in guides() for name in PICTURE.findall(guide.read_text(encoding="utf-8"))}
    files = {file.stem: file for file in PICTURES.glob("*.png")}
    assert shown == set(files) == set(noted())
    assert {size_of(file) for file in files.values()} == {(SIZE["width"], SIZE["height"])}
    assert sum(file.stat().st_size for file in files.values()) < AT_MOST


@pytest.mark.parametrize("file", sorted(FOLDER.glob("th/*.md")), ids=lambda one: one.stem)
def test_a_guide_in_thai_says_the_same_in_the_words_of_the_thai_pages(file: Path) -> None:
    here, there = (one.read_text(encoding="utf-8") for one in (file, FOLDER / file.name))
    known = thai()
    assert PICTURE.findall(here) == PICTURE.findall(there)
    pairs = list(zip(BOLD.findall(here), BOLD.findall(there), strict=True))
    assert [(said, meant) for said, meant in pairs if said not in known.get(meant, set())] == []

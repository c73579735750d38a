"""One whole morning of the office, in real browsers, from the files that arrive to the paper that leaves.

A file comes in and a colleague lets it into the register; two households are corrected by hand; the run
follows; the map shows it; a district meeting's PDF is printed; and a planner sees none of it but what was
released.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from forewatch.access.actors import actor_for
from forewatch.access.models import Organisation, User
from forewatch.access.rules import Role
from forewatch.analysis.scoring import score
from forewatch.config.tests.browser import arrived
from forewatch.config.tests.cast import make_user
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.places.models import Area
from forewatch.register.models import Person, Record, Source, SourceKind
from forewatch.reports.exits.actions import decide_on_exit
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind
from forewatch.risk.actions import rescore
from forewatch.risk.inputs import write_inputs
from forewatch.risk.tests.filled import INDEX

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[..., Page]
LAST_NIGHT, THIS_MORNING = date(2026, 6, 30), date(2026, 7, 1)
PUPILS = 7
FIGURES = ("people", "high")


@dataclass(frozen=True)
class Office:
    """Who works here, and where."""

    province: Area
    district: Area
    village: Area
    analyst: User
    colleague: User
    lead: User
    officer: User
    planner: User


def let_out(lead: User) -> None:
    """Let the release of last night be read, as a colleague does two days before anybody reads it."""
    waits = Exit.objects.get(kind=Kind.RELEASE)
    by = actor_for(lead)
    by = replace(by, now=by.now - timedelta(days=2))
    decide_on_exit(by=by, exit_id=waits.pk, agree=True, sha256=waits.sha256)


@pytest.fixture
def office(filled: Path) -> Office:
    """Return an office over a register in which the run of last night stands, with its release."""
    rescore(INDEX, as_of=LAST_NIGHT, now=datetime(2026, 7, 1, 1, tzinfo=UTC), release=True)
    province = Area.objects.get(level=1)
    district = Area.objects.filter(level=2).order_by("code")[0]
    village = Area.objects.filter(level=4, path__startswith=district.path).order_by("code")[0]
    centre = Organisation.objects.create(code="made-up", name="Made-up Coordination Centre")
    Source.objects.create(code="school", name="School register", kind=SourceKind.REGISTER, agency=centre)

    def user(name: str, role: Role, area: str) -> User:
        return make_user(name, centre, role, area)

    lead = user("lead", Role.PROVINCIAL_LEAD, province.code)
    let_out(lead)
    return Office(
        province,
        district,
        village,
        user("analyst", Role.ANALYST, province.code),
        user("colleague", Role.ANALYST, province.code),
        lead,
        user("officer", Role.DISTRICT_OFFICER, district.code),
        user("planner", Role.PLANNER, ""),
    )


def a_file_arrives(office: Office, signed_in: SignedIn) -> None:
    page = signed_in(office.analyst)
    here = {"รหัสหมู่บ้าน": office.village.code, "วันที่ข้อมูล": "15/6/2569"}
    rows = [pupil(serial, **here) for serial in range(1, PUPILS + 1)]
    page.goto("/intake/upload")
    page.set_input_files(
        "[name=file]", {"name": "pupils-june.csv", "mimeType": "text/csv", "buffer": csv_of(rows)}
    )
    page.select_option("[name=source]", label="School register")
    page.get_by_role("button", name="Upload").click()
    arrived(page, "pupils-june.csv")
    page.get_by_role("button", name="Hand to a colleague").click()
    page.get_by_text("A colleague must look at this batch").wait_for()
    other = signed_in(office.colleague)
    other.goto("/intake/")
    other.get_by_role("link", name="pupils-june.csv", exact=True).click()
    arrived(other, "pupils-june.csv")
    other.get_by_role("button", name="Let the batch in").click()
    other.get_by_text("In the register since").wait_for()


def a_yes_is_corrected(page: Page, office: Office, after: int) -> Record:
    """Turn a yes that somebody said of a household of the district into a no, and return the old record."""
    said = Record.objects.filter(
        household__area_path__startswith=office.district.path, superseded_by=None, supersedes=None
    ).order_by("pk")
    record = next(one for one in said[after:] if any(value is True for value in one.values.values()))
    name = next(name for name, value in record.values.items() if value is True)
    page.goto(f"/people/records/{record.pk}/correct")
    page.select_option(f"[name='v-{name}']", "false")
    page.get_by_role("button", name="Save the correction").click()
    page.get_by_text("What was said before stays in the history").wait_for()
    assert Record.objects.get(supersedes=record).values[name] is False
    return record


def on_the_map(page: Page, area: Area) -> Mapping[str, int]:
    page.goto(f"/map/?area={area.code}")
    return {name: int(page.inner_text(f"#whole-{name}").replace(",", "")) for name in FIGURES}


def the_engine_says(folder: Path, area: Area) -> Mapping[str, int]:
    """Return what the engine counts in an area, from the register's rows and nothing else."""
    folder.mkdir()
    rows = score(INDEX, as_of=THIS_MORNING, **write_inputs(INDEX, folder)).areas.to_pylist()
    wanted = {"area_code": area.code, "by": "residence", "sex": None, "age_band": None}
    (row,) = [one for one in rows if all(one[name] == value for name, value in wanted.items())]
    return {name: row[name] for name in FIGURES}


def test_a_whole_morning(office: Office, signed_in: SignedIn, tmp_path: Path) -> None:
    page = signed_in(office.lead)
    before = {area: on_the_map(page, area) for area in (office.province, office.district, office.village)}
    people = Person.objects.count()

    a_file_arrives(office, signed_in)
    assert Person.objects.count() == people + PUPILS
    first = a_yes_is_corrected(page, office, 0)
    second = a_yes_is_corrected(page, office, 40)
    assert first.household_id != second.household_id

    rescore(INDEX, as_of=THIS_MORNING, now=datetime(2026, 7, 1, 8, tzinfo=UTC))
    for number, (area, figures) in enumerate(before.items()):
        now = on_the_map(page, area)
        assert now == the_engine_says(tmp_path / str(number), area)
        assert now["people"] == figures["people"] + PUPILS

    officer = signed_in(office.officer)
    officer.goto("/reports/?level=4")
    expect(officer.locator(f"#rows tr[data-area='{office.village.code}']")).to_be_visible()
    with officer.expect_download() as found:
        officer.get_by_role("button", name="PDF", exact=True).click()
    assert found.value.path().read_bytes().startswith(b"%PDF-")
    assert office.district.code in found.value.suggested_filename

    planner = signed_in(office.planner)
    planner.goto(f"/map/?area={office.province.code}")
    planner.get_by_text("Figures for publication").wait_for()
    # The month's release was frozen last night: what the morning brought is in none of its figures.
    shown = planner.inner_text("#whole-people")
    assert shown != f"{before[office.province]['people'] + PUPILS:,}"
    planner.goto(f"/map/?area={office.village.code}")
    assert planner.locator("#whole-people").count() == 0
    assert planner.request.get("/people/").status == 403

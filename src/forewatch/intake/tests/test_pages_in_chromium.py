"""The pages in a real browser: a file with errors is brought in, corrected, let in and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from forewatch.config.tests.browser import arrived, tabbed_to
from forewatch.config.tests.cast import Cast
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import HEADINGS, Agency, csv_of, pupil, xlsx_of
from forewatch.register.models import Person, Record

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[..., Page]
Picture = Callable[[Page, str], Path]
ROWS = [pupil(1), pupil(2), pupil(3, วันเกิด="31/2/2556"), pupil(4, สถานะ="หาย")]
SURVEY = ("code", "hh", "National ID", "First name", "Family name", "plan to go", "owes money", "remarks")
ANSWERS = [
    ["10010101", "H1", "", "Aye", "Zan", "1", "no", ""],
    ["10010101", "H2", "", "Noi", "Kham", "0", "yes", "<script>alert(1)</script>"],
    ["10010102", "H3", "", "Dao", "Lin", "-", "no", "=1+1"],
]


def put(page: Page, name: str, content: bytes) -> None:
    """Upload a file through the page."""
    page.goto("/intake/upload")
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.select_option("[name=source]", label="School register")
    page.fill("[name=observed_on]", "1/10/2568")
    page.get_by_role("button", name="Upload").click()
    arrived(page, name)


@pytest.mark.parametrize("width", [1440, 360])
def test_a_file_with_errors_is_corrected_let_in_and_undone(
    agency: Agency, signed_in: SignedIn, axe: Callable[[Page], None], picture: Picture, width: int
) -> None:
    page = signed_in(agency.analyst, width=width)
    page.goto("/intake/")
    axe(page)
    picture(page, "intake-empty")
    put(page, "pupils.csv", csv_of(ROWS))
    axe(page)
    picture(page, "intake-checked")
    page.get_by_role("link", name="No such day").click()
    arrived(page, "No such day")
    assert "31/2/2556" in page.inner_text("main")
    axe(page)
    picture(page, "intake-problem")
    page.go_back()
    page.get_by_role("link", name="See the first rows as understood").click()
    arrived(page, "The first rows as understood")
    axe(page)
    picture(page, "intake-rows")
    page.go_back()
    with page.expect_download() as started:
        page.get_by_role("link", name="Rows set aside, as CSV").click()
    returned = started.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Hand to a colleague").click()
    page.get_by_text("A colleague must look at this batch").wait_for()

    corrected = returned.replace("31/2/2556", "28/2/2556").replace("หาย", "ออกกลางคัน")
    put(page, "corrected.csv", corrected.encode("utf-8-sig"))
    page.get_by_role("button", name="Hand to a colleague").click()
    page.get_by_text("A colleague must look at this batch").wait_for()

    other = signed_in(agency.colleague, width=width)
    for name in ("pupils.csv", "corrected.csv"):
        other.goto("/intake/")
        other.get_by_role("link", name=name, exact=True).click()
        arrived(other, name)
        axe(other)
        picture(other, f"intake-waiting-{name[:4]}")
        other.get_by_role("button", name="Let the batch in").click()
        other.get_by_text("In the register since").wait_for()
    picture(other, "intake-in")
    assert Person.objects.count() == Record.objects.count() == 4
    other.get_by_text("Take this batch out again").click()
    other.get_by_role("button", name="Undo the whole batch").click()
    other.get_by_text("Nothing of it is left there").wait_for()
    axe(other)
    assert Person.objects.count() == 2
    other.goto("/intake/")
    axe(other)
    picture(other, "intake-list")


@pytest.mark.parametrize(("width", "javascript"), [(1440, True), (360, False)])
def test_unknown_columns_are_mapped_once_and_known_the_next_time(
    agency: Agency,
    signed_in: SignedIn,
    axe: Callable[[Page], None],
    picture: Picture,
    width: int,
    javascript: bool,
) -> None:
    page = signed_in(agency.analyst, width=width, javascript=javascript)
    put(page, "survey.xlsx", xlsx_of(ANSWERS, SURVEY))
    picture(page, "intake-to-map")
    page.get_by_role("link", name="Map the columns").click()
    arrived(page, "Map the columns")
    assert page.locator("select[name=column-2]").input_value() == "number"
    assert page.locator("select[name=column-3]").input_value() == "given"
    for number, what in ((0, "area"), (1, "household"), (5, "v:intent"), (6, "v:arrears"), (7, "")):
        page.select_option(f"select[name=column-{number}]", what)
    if javascript:
        axe(page)
        picture(page, "intake-map")
    page.get_by_role("button", name="Go on to the codes").click()
    arrived(page, "What the codes mean")
    for label, meaning in (("1", "planned"), ("0", "none"), ("-", "nothing")):
        page.get_by_label(label, exact=True).first.select_option(meaning)
    page.fill("[name=title]", "Village survey")
    if javascript:
        axe(page)
        picture(page, "intake-codes")
    page.get_by_role("button", name="Keep and check all rows").click()
    arrived(page, "survey.xlsx")
    found = Upload.objects.get()
    assert (found.state, found.profile, found.ready) == (State.CHECKED, "village-survey@1", 3)
    put(page, "next.xlsx", xlsx_of([["10010101", "H9", "", "Mai", "Son", "0", "no", ""]], SURVEY))
    assert "recognised" in page.inner_text("main")
    done = agency.commit(Upload.objects.get(filename="survey.xlsx"))
    assert done.written == 5
    assert {one.values["intent"] for one in Record.objects.filter(level="person")} == {"planned", "none"}


def test_all_of_it_by_the_keyboard_alone(agency: Agency, signed_in: SignedIn, tmp_path: Path) -> None:
    page = signed_in(agency.analyst)
    put(page, "pupils.csv", csv_of(ROWS))
    tabbed_to(page, "a.row")
    page.keyboard.press("Enter")
    page.get_by_text("What stands there").wait_for()
    page.go_back()
    tabbed_to(page, "form[action$='hand-over'] button")
    page.keyboard.press("Enter")
    page.get_by_text("A colleague must look at this batch").wait_for()


def test_a_long_job_shows_how_far_it_is(
    agency: Agency, signed_in: SignedIn, axe: Callable[[Page], None], picture: Picture
) -> None:
    from django.core.management import call_command

    page = signed_in(agency.analyst)
    put(page, "large.csv", csv_of([pupil(serial) for serial in range(6_000)], HEADINGS))
    page.locator("progress").wait_for()
    axe(page)
    picture(page, "intake-progress")
    call_command("db_worker", batch=True, verbosity=0, interval=0.1)
    page.get_by_role("button", name="Hand to a colleague").wait_for()
    assert Upload.objects.get().ready == 6_000


def test_a_mapping_with_a_mistake_names_its_line(
    agency: Agency, signed_in: SignedIn, axe: Callable[[Page], None], picture: Picture, cast: Cast
) -> None:
    page = signed_in(agency.analyst, width=360)
    page.goto("/intake/profiles/")
    axe(page)
    picture(page, "intake-profiles")
    page.get_by_role("link", name="Import a mapping").click()
    page.fill("[name=text]", "id: x\nversion: 1\ntitle: {en: X}\ntables:\n  - aera: code\n")
    page.get_by_role("button", name="Check and keep").click()
    page.get_by_text("Mend these lines").wait_for()
    assert "`aera` is not a key that belongs here" in page.inner_text("main")
    axe(page)
    picture(page, "intake-profile-wrong")


def test_in_thai(agency: Agency, signed_in: SignedIn, picture: Picture, axe: Callable[[Page], None]) -> None:
    page = signed_in(agency.analyst, width=360)
    put(page, "pupils.csv", csv_of(ROWS))
    page.get_by_role("button", name="ไทย").click()
    page.get_by_text("ไม่มีวันที่นี้").first.wait_for()
    axe(page)
    picture(page, "intake-thai")

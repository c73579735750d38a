"""Whole rows of a file are for whoever uploaded it, and the first for the colleague who has to agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forewatch.access.models import User
from forewatch.access.rules import DataClass, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import PROVINCE, Cast, make_user
from forewatch.intake import actions, queries
from forewatch.intake.models import SavedProfile, Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import HEADINGS, Agency, csv_of, number, pupil
from forewatch.intake.values.dates import Era

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
FILES = ("intake_rejected_csv", "intake_rejected_xlsx")
NAMES = [f"Canary{serial}" for serial in range(1, 8)]


@pytest.fixture
def file(agency: Agency) -> Upload:
    """Return a checked file of seven rows, one of them set aside."""
    good = [pupil(serial, ชื่อ=name) for serial, name in enumerate(NAMES[:-1], 1)]
    return agency.upload(csv_of([*good, pupil(7, ชื่อ=NAMES[-1], วันเกิด="31/2/2556")]))


def at(name: str, upload: Upload, **others: Any) -> str:
    return reverse(name, kwargs={"upload_id": upload.pk, **others})


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8", "replace")


def named(text: str) -> set[str]:
    """Return what of the rows stands in an answer."""
    numbers = {number(serial) for serial in range(1, 8)}
    return {one for one in (*NAMES, *numbers, "31/2/2556") if one in text}


def take_apart(client: Client, upload: Upload) -> Upload:
    """Read the names as codes of villages, so that every row is set aside with its name as the fault."""
    text = queries.profile_text("school-dropout")
    swapped = text.replace('area: "รหัสหมู่บ้าน"', 'area: "ชื่อ"').replace('given: "ชื่อ"', 'given: "รหัสหมู่บ้าน"')
    assert swapped != text
    wrong = swapped.replace("version: 1", "version: 9")
    assert client.post(reverse("intake_profile_import"), {"text": wrong}).status_code == 302
    assert SavedProfile.objects.filter(code="school-dropout", version=9).exists()
    client.post(at("intake_map_again", upload))
    client.post(at("intake_use", upload), {"profile": "school-dropout"})
    found = Upload.objects.get(pk=upload.pk)
    assert (found.ready, found.rejected) == (0, 7)
    return found


def everything(client: Client, upload: Upload) -> set[str]:
    """Return whatever of the rows any page of a file says, all problems and both files with it."""
    one = [at(name, upload) for name in ("intake_batch", "intake_rows", "intake_map", *FILES)]
    problems = upload.problems.values_list("pk", flat=True)
    of_problems = [at("intake_problem", upload, problem_id=problem) for problem in problems]
    found: set[str] = set()
    for address in (*one, *of_problems):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        found |= named(body.decode("utf-8", "replace"))
    return found


def test_whoever_uploaded_it_takes_the_rows_set_aside_and_the_trail_counts_them(
    agency: Agency, file: Upload, sign_in: SignIn
) -> None:
    client = sign_in(agency.analyst)
    page = said(client, at("intake_batch", file))
    for name in FILES:
        before = Event.objects.count()
        assert at(name, file) in page
        said(client, at(name, file))
        row = Event.objects.order_by("id").last()
        assert row
        assert Event.objects.count() == before + 1
        assert (row.data_class, row.identities, row.subject_id) == (DataClass.IDENTITY, 1, file.pk)
    assert {NAMES[-1], number(7)} <= named(said(client, at("intake_rejected_csv", file)))


def test_a_colleague_is_not_given_them_and_that_is_written_down(
    agency: Agency, file: Upload, sign_in: SignIn
) -> None:
    client = sign_in(agency.colleague)
    for name in FILES:
        answer = client.get(at(name, file))
        assert answer.status_code == 403
        row = Event.objects.order_by("id").last()
        assert row
        assert (row.allowed, row.data_class, row.actor_id) == (False, "identity", agency.colleague.pk)
        assert at(name, file) not in said(client, at("intake_batch", file))


def test_a_colleague_reads_line_and_reason_and_no_cell(agency: Agency, file: Upload, sign_in: SignIn) -> None:
    problem = at("intake_problem", file, problem_id=file.problems.get().pk)
    mine = said(sign_in(agency.analyst), problem)
    assert "31/2/2556" in mine
    theirs = said(sign_in(agency.colleague), problem)
    assert not named(theirs)
    for words in ("No such day", "วันเกิด", ">8<", "this month has fewer days", "only to whoever uploaded"):
        assert words in theirs
    seen = Event.objects.filter(subject_id=file.pk, actor_id=agency.colleague.pk)
    assert set(seen.values_list("identities", flat=True)) == {0}


def test_the_year_that_stands_there_is_not_said_by_what_to_do(agency: Agency, sign_in: SignIn) -> None:
    file = agency.upload(csv_of([pupil(1, วันเกิด="5/7/2013")]))
    problem = at("intake_problem", file, problem_id=file.problems.get().pk)
    assert "2556 in the Buddhist era" in said(sign_in(agency.analyst), problem)
    theirs = said(sign_in(agency.colleague), problem)
    assert "2013" not in theirs
    assert "2556" not in theirs


def test_nobody_takes_a_colleagues_file_away_by_mapping_it_wrongly(
    agency: Agency, file: Upload, sign_in: SignIn
) -> None:
    client = sign_in(agency.colleague)
    assert everything(client, take_apart(client, file)) == set()
    client.post(at("intake_map_again", file))
    assert everything(client, Upload.objects.get(pk=file.pk)) == set()


def test_codes_that_many_rows_share_are_shown_to_whoever_maps_and_names_as_codes_are_not(
    agency: Agency, file: Upload, sign_in: SignIn
) -> None:
    client = sign_in(agency.colleague)
    client.post(at("intake_map_again", file))
    page = said(client, at("intake_map", file))
    assert "กำลังเรียน" in page
    assert not named(page)
    chosen = {f"column-{place}": "" for place in range(len(HEADINGS))}
    chosen |= {"column-1": "area", "column-2": "number", "column-3": "v:schooling"}
    chosen |= {"sheet": "0", "era": Era.EITHER.value}
    asked = client.post(at("intake_map", file), chosen)
    assert asked.status_code == 200
    assert not named(asked.content.decode())
    mine = sign_in(agency.analyst).post(at("intake_map", file), chosen)
    assert set(NAMES) <= named(mine.content.decode()), "the same choice shows them to whoever has the file"


def test_the_first_rows_are_for_whoever_has_the_file_and_whoever_has_to_agree(
    agency: Agency, file: Upload, cast: Cast, sign_in: SignIn
) -> None:
    mine, theirs = sign_in(agency.analyst), sign_in(agency.colleague)
    third = sign_in(make_user("third", agency.analyst.organisation, Role.ANALYST, PROVINCE))
    lead, rows = sign_in(cast[Role.PROVINCIAL_LEAD]), at("intake_rows", file)
    assert NAMES[0] in said(mine, rows)
    assert [one.get(rows).status_code for one in (theirs, lead)] == [409, 409]
    assert rows not in said(theirs, at("intake_batch", file))
    actions.hand_over(by=agency.by(), upload=file)
    for client in (theirs, third, lead):
        assert rows in said(client, at("intake_batch", file))
        assert NAMES[0] in said(client, rows)
    Upload.objects.filter(pk=file.pk).update(mapped_by=agency.colleague)
    assert theirs.get(rows).status_code == 403, "who mapped it has not to agree to it"
    assert NAMES[0] in said(third, rows)
    Upload.objects.filter(pk=file.pk).update(state=State.IN)
    assert third.get(rows).status_code == 409


def test_the_page_says_to_whom_rows_go(agency: Agency, cast: Cast, file: Upload, sign_in: SignIn) -> None:
    words = "a program that handed rows in asks the API which were set aside, and why"
    assert words not in said(sign_in(agency.analyst), at("intake_batch", file))
    for user in (agency.colleague, cast[Role.PROVINCIAL_LEAD]):
        assert words in said(sign_in(user), at("intake_batch", file))

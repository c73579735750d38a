"""A file's way into the register and out again, as the specification tells it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.intake import actions, jobs, queries, returning, words
from forewatch.intake.models import Upload
from forewatch.intake.readers.refusals import Reason
from forewatch.intake.rules import INLINE_BYTES, NEXT, State
from forewatch.intake.safe import Safe
from forewatch.intake.tests.agency import HEADINGS, Agency, csv_of, number, pupil, xlsx_of
from forewatch.intake.values.faults import Fault, Note
from forewatch.lib.cells import safe_cell
from forewatch.register import bulk
from forewatch.register.models import Household, IdentityKey, Person, Record, Residence
from forewatch.ui.problems import Conflict, NotFound, Problem

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
GOOD = [pupil(serial) for serial in range(1, 6)]
_REGISTER = "person household record membership residence identity identitykey householdkey matchproposal"
TABLES = [f"register_{one}" for one in _REGISTER.split()]


def counts() -> dict[str, int]:
    """Return how many rows the register has, table by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def kinds(upload: Upload) -> dict[tuple[str, str], int]:
    return {(one.kind, one.column): one.count for one in upload.problems.all()}


def test_a_file_of_known_columns_goes_in_without_any_mapping(agency: Agency) -> None:
    checked = agency.upload(csv_of(GOOD))
    assert (checked.state, checked.profile, checked.recognised) == (State.CHECKED, "school-dropout@1", True)
    assert (checked.ready, checked.rejected, checked.people) == (5, 0, 5)
    assert counts()["register_person"] == 0
    done = agency.commit(checked)
    assert (done.state, done.written) == (State.IN, 5)
    assert Person.objects.count() == Record.objects.count() == 5
    one = Record.objects.get(person=bulk.people_by_number({number(1)})[number(1)])
    assert one.values == {"schooling": "attending", "attainment": 1}
    assert (one.observed_on, one.level, one.root) == (date(2025, 10, 1), "person", "school")
    assert one.batch_id == done.id
    assert set(Residence.objects.values_list("area__code", flat=True)) == {VILLAGE}
    assert set(Person.objects.values_list("sex", flat=True)) == {"F"}
    assert Household.objects.filter(members=1, area__code=VILLAGE).count() == 5


def test_no_identity_stands_in_clear_on_disk(agency: Agency) -> None:
    upload = agency.upload(csv_of([pupil(1, ชื่อ="Zanderlyn")]))
    written = [file.read_bytes() for file in Safe(upload.id).folder.iterdir()]
    assert written
    assert not any(b"Zanderlyn" in one or number(1).encode() in one for one in written)
    agency.commit(upload)
    left = {file.name for file in Safe(upload.id).folder.iterdir()}
    assert left <= {"rejected", "progress"}


def test_good_rows_are_not_held_hostage_by_bad_ones(agency: Agency) -> None:
    bad = [
        pupil(11, วันเกิด="31/2/2556"),
        pupil(12, วันเกิด="5/7/2013"),
        pupil(13, สถานะ="หาย"),
        pupil(14, รหัสหมู่บ้าน="99999999"),
        [*pupil(15)[:2], "1.19999E+12", *pupil(15)[3:]],
    ]
    checked = agency.upload(csv_of([*GOOD, *bad]))
    assert (checked.ready, checked.rejected) == (5, 5)
    assert kinds(checked) == {
        (Fault.DATE_NOT_A_DAY, "วันเกิด"): 1,
        (Fault.DATE_ERA_COMMON, "วันเกิด"): 1,
        (Fault.CODE_UNKNOWN, "สถานะ"): 1,
        (Fault.AREA_UNKNOWN, "รหัสหมู่บ้าน"): 1,
        (Fault.ID_SCIENTIFIC, "เลขประจำตัวประชาชน"): 1,
    }
    done = agency.commit(checked)
    assert (done.written, Person.objects.count()) == (5, 5)


def test_problems_name_line_and_value(agency: Agency) -> None:
    checked = agency.upload(csv_of([pupil(1), pupil(2, วันเกิด="31/2/2556")]))
    assert queries.examples(checked.problems.get()) == [["", 3, "31/2/2556", ""]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rejected_rows_come_back_corrected_go_in_and_nothing_is_doubled(agency: Agency, form: str) -> None:
    done = agency.bring(csv_of([pupil(1), pupil(2, วันเกิด="31/2/2556"), pupil(3, สถานะ="-")]))
    assert (done.ready, done.rejected) == (2, 1)
    table = list(returning.rows(done))
    assert table[0] == [*HEADINGS, "Line in the file", "Reason"]
    assert table[1][-2] == "3"
    assert table[1][-1].startswith("วันเกิด: No such day")
    at = HEADINGS.index("วันเกิด")
    corrected = [table[0], [*table[1][:at], "28/2/2556", *table[1][at + 1 :]]]
    if form == "csv":
        second = agency.bring(b"".join(returning.as_csv(corrected)), "corrected.csv")
    else:
        buffer = io.BytesIO()
        returning.as_xlsx(corrected, buffer)
        second = agency.bring(buffer.getvalue(), "corrected.xlsx")
    assert (second.ready, second.rejected, second.written) == (1, 0, 1)
    assert Person.objects.count() == 3


def test_what_a_spreadsheet_might_compute_comes_back_as_text_and_is_read_again() -> None:
    hostile = ["=1+1", "\t=1+1", " @SUM(1)", "＝1", "\ufeff+1", "-", "|x", "%1", "plain", "", "ก"]
    for cell in hostile:
        safe = safe_cell(cell)
        assert safe == ("'" + cell if cell not in ("plain", "", "ก") else cell)
    buffer = io.BytesIO()
    returning.as_xlsx([hostile], buffer)
    book = openpyxl.load_workbook(buffer)
    assert book.sheetnames == ["rows"]
    assert "f" not in {one.data_type for row in book.active for one in row}
    (line,) = csv.reader(io.StringIO(b"".join(returning.as_csv([hostile])).decode("utf-8-sig")))
    assert all(not one.lstrip("\ufeff \t").startswith(("=", "+", "-", "@", "|", "%", "＝")) for one in line)


def test_a_dash_that_was_marked_is_a_dash_again(agency: Agency) -> None:
    upload = agency.upload(csv_of([pupil(1, ร้อยละการขาดเรียน="'-")]))
    assert (upload.ready, upload.rejected) == (1, 0)


def test_the_same_file_twice_is_the_same_batch(agency: Agency) -> None:
    first = agency.bring(csv_of(GOOD))
    before = counts()
    assert agency.upload(csv_of(GOOD)).id == first.id
    assert counts() == before


def test_the_same_rows_in_another_file_change_nothing(agency: Agency) -> None:
    agency.bring(csv_of(GOOD))
    before = counts()
    again = agency.bring(xlsx_of(list(reversed(GOOD))), "same.xlsx")
    assert (again.ready, again.written) == (5, 0)
    assert counts() == before


def test_overlapping_files_change_only_what_is_new(agency: Agency) -> None:
    agency.bring(csv_of(GOOD))
    later = agency.bring(csv_of([*GOOD[3:], pupil(6), pupil(7)]), "next.csv")
    assert (later.written, Person.objects.count(), Record.objects.count()) == (2, 7, 7)


def test_a_changed_answer_of_the_same_day_corrects_the_earlier(agency: Agency) -> None:
    agency.bring(csv_of([pupil(1)]))
    agency.bring(csv_of([pupil(1, สถานะ="ออกกลางคัน")]), "corrected.csv")
    old, new = Record.objects.order_by("received_at", "id")
    assert (new.supersedes_id, new.values["schooling"]) == (old.id, "out")
    assert Person.objects.count() == 1


def test_people_without_a_number_are_found_again_by_their_source(agency: Agency) -> None:
    stateless = pupil(1, เลขประจำตัวประชาชน="ไม่มี")
    agency.bring(csv_of([stateless, pupil(2, เลขประจำตัวประชาชน="G999900000012")]))
    agency.bring(csv_of([[*stateless[:7], "ออกกลางคัน", "", ""]]), "next.csv")
    assert Person.objects.count() == 2
    assert not IdentityKey.objects.filter(kind=IdentityKey.Kind.CITIZEN_ID).exists()


def test_rows_of_another_province_do_not_exist_here(agency: Agency) -> None:
    rows = [pupil(1, รหัสหมู่บ้าน="XA20010101"), pupil(2, รหัสหมู่บ้าน="XA29999999")]
    elsewhere = agency.upload(csv_of(rows))
    assert kinds(elsewhere) == {(Fault.AREA_UNKNOWN, "รหัสหมู่บ้าน"): 2}


def test_a_known_and_an_unknown_number_look_the_same(agency: Agency) -> None:
    """Whoever uploads must not learn from the counts whether a number is in the register."""
    agency.bring(csv_of([pupil(1)]))
    known = agency.upload(csv_of([pupil(1, วันที่ข้อมูล="2/10/2568")]), "a.csv")
    unknown = agency.upload(csv_of([pupil(99, วันที่ข้อมูล="2/10/2568")]), "b.csv")
    seen = [(one.ready, one.rejected, one.people, list(one.problems.all())) for one in (known, unknown)]
    assert seen[0] == seen[1]
    assert agency.commit(known).written == agency.commit(unknown).written == 1


def test_undo_takes_the_batch_out_as_a_unit(agency: Agency) -> None:
    agency.bring(csv_of(GOOD[:2]))
    before = counts()
    second = agency.bring(csv_of(GOOD), "more.csv")
    assert counts() != before
    assert agency.undo(second).state == State.UNDONE
    assert counts() == before
    assert not Safe(second.id).folder.exists()


def test_after_undoing_the_same_file_can_come_again(agency: Agency) -> None:
    first = agency.undo(agency.bring(csv_of(GOOD)))
    again = agency.bring(csv_of(GOOD))
    assert again.id != first.id
    assert (again.state, again.written) == (State.IN, 5)


def test_what_later_work_rests_on_cannot_be_undone(agency: Agency) -> None:
    first = agency.bring(csv_of([pupil(1)]))
    agency.bring(csv_of([pupil(1, สถานะ="ออกกลางคัน")]), "later.csv")
    with pytest.raises(Conflict):
        agency.undo(first)
    assert Upload.objects.get(id=first.id).state == State.IN


def test_nobody_lets_in_what_they_uploaded(agency: Agency) -> None:
    upload = agency.upload(csv_of(GOOD))
    actions.hand_over(by=agency.by(), upload=upload)
    with pytest.raises(Conflict):
        actions.approve(by=agency.by(), upload=Upload.objects.get(id=upload.id))
    assert Upload.objects.get(id=upload.id).state == State.WAITING


def mapped(by: Actor, upload: Upload) -> Upload:
    """Map a checked file anew, and return it checked again."""
    actions.map_again(by=by, upload=upload)
    text = queries.profile_text("school-dropout")
    actions.read_by(by=by, upload=Upload.objects.get(id=upload.id), text=text, code="school-dropout")
    jobs.work(upload.id)
    return Upload.objects.get(id=upload.id)


@pytest.mark.parametrize("deed", ["mapped it", "handed it over", "both"])
def test_nobody_lets_in_what_they_mapped_or_handed_over(
    agency: Agency, cast: Cast, sign_in: SignIn, deed: str
) -> None:
    other = agency.approver()
    upload = agency.upload(csv_of(GOOD))
    upload = mapped(agency.by() if deed == "handed it over" else other, upload)
    actions.hand_over(by=agency.by() if deed == "mapped it" else other, upload=upload)
    upload = Upload.objects.get(id=upload.id)
    for by in (other, agency.by()):
        assert not queries.to_agree_to(by).exists()
        with pytest.raises(Conflict, match="mapped its columns or handed it over yourself"):
            actions.approve(by=by, upload=upload)
    for user, asked in ((agency.colleague, False), (cast[Role.PROVINCIAL_LEAD], True)):
        page = sign_in(user).get(f"/intake/{upload.id}/").content.decode()
        assert ("Let the batch in" in page) == asked
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    assert queries.to_agree_to(lead).exists()
    actions.approve(by=lead, upload=upload)


def test_who_mapped_it_before_somebody_else_did_may_let_it_in(agency: Agency) -> None:
    upload = mapped(agency.by(), mapped(agency.approver(), agency.upload(csv_of(GOOD))))
    assert agency.commit(upload).state == State.IN


def test_the_provincial_lead_may_let_it_in(agency: Agency, cast: Cast) -> None:
    upload = agency.upload(csv_of(GOOD))
    actions.hand_over(by=agency.by(), upload=upload)
    actions.approve(by=cast.actor(Role.PROVINCIAL_LEAD), upload=Upload.objects.get(id=upload.id))
    jobs.work(upload.id)
    done = Upload.objects.get(id=upload.id)
    assert (done.state, done.approved_by) == (State.IN, cast[Role.PROVINCIAL_LEAD])


def test_where_no_colleague_is_needed_it_goes_in_at_once(agency: Agency, settings) -> None:
    settings.INTAKE_NEEDS_COLLEAGUE = False
    upload = agency.upload(csv_of(GOOD))
    assert actions.hand_over(by=agency.by(), upload=upload)
    jobs.work(upload.id)
    assert Upload.objects.get(id=upload.id).state == State.IN


@pytest.mark.parametrize("role", [one for one in Role if one not in (Role.ANALYST, Role.AGENCY)])
def test_only_analysts_and_agencies_bring_files_in(agency: Agency, cast: Cast, role: Role) -> None:
    with pytest.raises(Refused):
        actions.receive(
            by=cast.actor(role), file=io.BytesIO(b"a,b\n1,2\n"), name="a.csv", size=8, source=agency.source,
            observed_on=date(2025, 1, 1),
        )  # fmt: skip
    assert not Upload.objects.exists()


def test_a_file_of_one_province_does_not_exist_in_another(agency: Agency, cast: Cast) -> None:
    upload = agency.upload(csv_of(GOOD))
    with pytest.raises(NotFound):
        queries.one_of(cast.outside(), upload.id)
    with pytest.raises(NotFound):
        queries.one_of(cast.actor(Role.DISTRICT_OFFICER), upload.id)
    assert queries.one_of(cast.actor(Role.PROVINCIAL_LEAD), upload.id).id == upload.id


def test_every_deed_has_its_audit_row(agency: Agency) -> None:
    done = agency.undo(agency.bring(csv_of(GOOD)))
    reasons = list(Event.objects.filter(subject_id=done.id).order_by("id").values_list("reason", flat=True))
    assert reasons == [
        "received",
        "a colleague is asked",
        "approved",
        "in the register",
        "to be undone",
        "undone",
    ]


def test_an_unreadable_file_says_why_and_keeps_nothing(agency: Agency) -> None:
    upload = agency.upload(b"PK\x03\x04broken", "bad.xlsx")
    assert upload.state == State.REFUSED
    assert words.refusal(upload.refusal) == "The file is damaged or was cut off on its way. Ask for it again."
    assert not Safe(upload.id).folder.exists()


def test_a_discarded_file_leaves_nothing(agency: Agency) -> None:
    upload = agency.upload(csv_of(GOOD))
    actions.discard(by=agency.by(), upload=upload)
    assert not Safe(upload.id).folder.exists()
    with pytest.raises(Conflict):
        actions.hand_over(by=agency.by(), upload=Upload.objects.get(id=upload.id))


@pytest.mark.parametrize(
    ("total", "kept"),
    [(10**9, 256 << 20), (40 * 10**9, 4 * 10**9), (2 * 10**12, 5 * 10**9)],
    ids=["a stick", "a small server", "a large disk"],
)
def test_a_nearly_full_disk_takes_nothing_in(agency: Agency, monkeypatch, settings, total, kept) -> None:
    settings.TERMS = replace(settings.TERMS, free_disk_percent=10)
    file = csv_of(GOOD)
    needed = kept + actions.GROWTH * len(file)
    left = SimpleNamespace(total=total, free=needed - 1)
    monkeypatch.setattr("forewatch.intake.actions.shutil.disk_usage", lambda _: left)
    with pytest.raises(Problem, match="nearly full"):
        agency.upload(file)
    assert not Upload.objects.exists()
    left.free = needed
    assert agency.upload(file) in Upload.objects.all()


@pytest.mark.parametrize("state", [State.READING, State.CHECKING])
def test_a_job_that_was_cut_off_begins_again(agency: Agency, state: State) -> None:
    upload = agency.upload(csv_of([*GOOD, pupil(8, วันเกิด="x")]))
    Upload.objects.filter(id=upload.id).update(state=state)
    jobs.work(upload.id)
    again = Upload.objects.get(id=upload.id)
    assert (again.state, again.ready, again.rejected) == (State.CHECKED, 5, 1)
    assert kinds(again) == kinds(upload)


def test_every_reason_fault_and_note_has_words() -> None:
    assert set(words.REFUSALS) == set(Reason)
    assert set(words.FAULTS) == set(Fault)
    assert set(words.NOTES) == set(Note)
    assert set(words.STATES) == set(State) == set(NEXT)
    details = {"limit": 1, "name": "x", "suffix": "x", "kind": "x", "line": 1, "count": 1, "column": "x"}
    for reason in Reason:
        assert words.refusal({"reason": reason, **details}).endswith(".")
    for fault in Fault:
        assert words.reason("c", fault, "1").startswith("c: ")


def test_the_same_file_for_another_day_changes_nothing_and_names_the_day(
    agency: Agency, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(agency.analyst)
    first = agency.bring(csv_of(GOOD))
    for day, told in (("2025-10-01", "here it is."), ("2025-11-01", "as of 1 October 2025")):
        file = SimpleUploadedFile("pupils.csv", csv_of(GOOD))
        form = {"file": file, "source": agency.source.id, "observed_on": day}
        page = client.post("/intake/upload", form, follow=True)
        assert told in page.content.decode()
    assert (Upload.objects.count(), first.written) == (1, Record.objects.count())


def test_a_small_file_that_comes_while_another_is_read_is_a_job(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    upload = agency.upload(csv_of([pupil(1)]))
    worked: list[object] = []
    asked: list[object] = []
    monkeypatch.setattr(jobs, "work", worked.append)
    monkeypatch.setattr(type(jobs.task_work), "enqueue", lambda _task, one: asked.append(one))
    with jobs._now, django_capture_on_commit_callbacks(execute=True):
        jobs.go_on(upload)
    jobs.go_on(upload)
    assert (asked, worked) == ([str(upload.pk)], [upload.pk])


@pytest.mark.parametrize("large", [True, False])
def test_only_a_job_of_its_own_changes_how_the_process_works(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    upload = agency.upload(csv_of([pupil(1)]))
    entered: list[bool] = []

    @contextmanager
    def noted() -> Iterator[None]:
        entered.append(True)
        yield

    monkeypatch.setattr(jobs, "many_rows", noted)
    Upload.objects.filter(pk=upload.pk).update(size=INLINE_BYTES + large)
    jobs.work(upload.pk)
    assert bool(entered) is large

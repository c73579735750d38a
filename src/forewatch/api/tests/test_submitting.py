"""What a program hands in becomes a batch like any file, once, and tells nothing about anybody."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.models import Grant, User
from forewatch.access.rules import Role
from forewatch.api import rules
from forewatch.api.actions import end_key, give_key
from forewatch.api.models import Key, Submission
from forewatch.api.tests.conftest import DAY, Program, Row, rows_of
from forewatch.audit.models import Event
from forewatch.config.tests.cast import DISTRICT, OTHER_PROVINCE, Cast, make_user
from forewatch.config.today import needs
from forewatch.intake import actions as intake
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.places.models import Area
from forewatch.register.models import Person, Record
from forewatch.ui.problems import Conflict

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def test_rows_become_a_batch_that_a_colleague_lets_in_and_that_can_be_undone(
    program: Program, pupils: list[Row]
) -> None:
    answer = program.send(pupils)
    assert answer.status_code == 202
    checked = program.batch(answer)
    assert (checked.state, checked.source, checked.ready) == (State.CHECKED, program.key.source, 3)
    assert (checked.uploaded_by, checked.observed_on.isoformat()) == (program.key.account, DAY)
    assert Person.objects.count() == 0
    done = program.agency.commit(checked)
    assert (done.state, Person.objects.count(), Record.objects.count()) == (State.IN, 3, 3)
    assert program.agency.undo(done).state == State.UNDONE
    assert Person.objects.count() == 0


def test_whoever_maps_and_hands_over_what_a_program_sent_lets_none_of_it_in(
    program: Program, pupils: list[Row], cast: Cast
) -> None:
    checked, analyst = program.batch(program.send(pupils)), program.agency.by()
    intake.hand_over(by=analyst, upload=checked)
    with pytest.raises(Conflict, match="handed it over yourself"):
        intake.approve(by=analyst, upload=Upload.objects.get(pk=checked.pk))
    intake.approve(by=cast.actor(Role.PROVINCIAL_LEAD), upload=Upload.objects.get(pk=checked.pk))


def test_rows_are_understood_exactly_as_those_of_a_file(program: Program) -> None:
    bad = [pupil(1), pupil(2, วันเกิด="31/2/2556"), pupil(3, รหัสหมู่บ้าน="99999999")]
    sent = program.batch(program.send(rows_of(*bad)))
    uploaded = program.agency.upload(csv_of(bad))
    kinds = [
        sorted(one.problems.values_list("kind", "column", "refuses", "count")) for one in (sent, uploaded)
    ]
    assert kinds[0] == kinds[1]
    assert (sent.ready, sent.rejected) == (uploaded.ready, uploaded.rejected) == (1, 2)


def test_a_submission_begins_its_job_and_leaves_an_audit_row(
    program: Program, pupils: list[Row], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks() as waiting:  # type: ignore[operator]
        program.send(pupils)
    assert len(waiting) == 1
    row = Event.objects.get(subject="batch")
    assert (row.verb, row.actor_id, row.role) == ("import", program.key.account_id, "agency")


def test_the_same_content_under_the_same_name_is_one_submission_with_one_answer(
    program: Program, pupils: list[Row]
) -> None:
    first = program.send(pupils)
    program.batch(first)
    spaced = json.dumps({"rows": pupils, "observed_on": DAY}, indent=4)
    for again in (program.send(pupils), program.post(spaced)):
        assert (again.status_code, again.content) == (202, first.content)
    assert (Submission.objects.count(), Upload.objects.count()) == (1, 1)


def test_what_it_is_known_by_is_nothing_that_a_guess_confirms(program: Program, pupils: list[Row]) -> None:
    first = program.send(pupils)
    kept = Submission.objects.get().fingerprint
    plain = rules.digest(rules.canonical(pupils, date.fromisoformat(DAY)))
    assert kept == rules.keyed(plain) != plain

    # An earlier version kept it plain.
    Submission.objects.update(fingerprint=plain)
    import_module("forewatch.api.migrations.0002_keyed_fingerprints").key_them(apps, None)
    assert Submission.objects.get().fingerprint == kept
    assert program.send(pupils).content == first.content


@pytest.mark.parametrize("other", [{"day": "2025-10-02"}, {"rows": 2}])
def test_other_content_under_the_same_name_is_a_conflict(
    program: Program, pupils: list[Row], other: dict[str, object]
) -> None:
    program.send(pupils)
    answer = program.send(pupils[: int(str(other.get("rows", 3)))], day=str(other.get("day", DAY)))
    assert answer.status_code == 409
    assert "Idempotency-Key" in answer.json()["detail"]
    assert Submission.objects.count() == 1


def test_the_same_rows_under_another_name_are_not_taken_twice(program: Program, pupils: list[Row]) -> None:
    assert program.send(pupils, "first-time").status_code == 202
    assert program.send(pupils, "second-time").status_code == 202
    assert Upload.objects.count() == 1
    answer = program.send(pupils, "third-time", day="2025-11-01")
    assert answer.status_code == 409
    assert "2025-10-01" in answer.json()["detail"]


def told(program: Program, rows: list[Row], name: str) -> tuple[object, ...]:
    answer = program.send(rows, name)
    batch = program.batch(answer)
    later = program.get(f"submissions/{answer.json()['receipt']}")
    unlike = ("receipt", "received_at")
    shown = [
        {name: value for name, value in one.json().items() if name not in unlike} for one in (answer, later)
    ]
    return answer.status_code, later.status_code, sorted(answer.headers), batch.state, shown


def test_nobody_learns_whether_a_person_is_known(program: Program) -> None:
    program.agency.bring(csv_of([pupil(one) for one in range(1, 21)]))
    known = told(program, rows_of(*(pupil(one, ชื่อ="อื่น") for one in range(1, 21))), "known-people")
    unknown = told(program, rows_of(*(pupil(one, ชื่อ="อื่น") for one in range(101, 121))), "unknown-people")
    assert known == unknown
    batches = Upload.objects.filter(uploaded_by=program.key.account)
    after = [program.agency.commit(one) for one in batches]
    assert {one.written for one in after} != {20}, "the register itself knows the difference"
    stages = [program.get(f"submissions/{one.pk}").json() for one in Submission.objects.all()]
    assert {(one["stage"], one["understood"], one["set_aside"]) for one in stages} == {("accepted", 20, 0)}


def test_an_agency_is_told_what_in_its_own_rows_was_not_understood(program: Program) -> None:
    answer = program.send(rows_of(pupil(1), pupil(2, วันเกิด="31/2/2556")))
    where = f"submissions/{answer.json()['receipt']}"
    before = program.get(where).json()
    assert (before["stage"], before["understood"], before["problems"]) == ("received", None, [])
    program.batch(answer)
    after = program.get(where).json()
    assert (after["stage"], after["understood"], after["set_aside"]) == ("waiting", 1, 1)
    (one,) = after["problems"]
    assert (one["column"], one["rows"], one["sets_aside"]) == ("วันเกิด", 1, True)
    assert one["lines"] == [3], "which row it is: nobody else is given it back to send it on"


def test_staff_are_given_no_row_that_a_program_handed_in(program: Program, sign_in: SignIn) -> None:
    upload = program.batch(program.send(rows_of(pupil(1), pupil(2, ชื่อ="Zanderlyn", วันเกิด="31/2/2556"))))
    problem = upload.problems.get().pk
    for user in (program.agency.analyst, program.agency.colleague):
        client = sign_in(user)
        page = client.get(f"/intake/{upload.pk}/").content.decode()
        assert "a program that handed rows in asks the API" in page
        assert "rejected." not in page
        for form, status in (("rejected.csv", 403), ("rejected.xlsx", 403), ("rows", 409)):
            assert client.get(f"/intake/{upload.pk}/{form}").status_code == status
        said = client.get(f"/intake/{upload.pk}/problems/{problem}").content.decode()
        assert "No such day" in said
        assert "31/2/2556" not in said


def test_the_rows_of_a_program_are_looked_at_by_the_colleague_who_has_to_agree(
    program: Program, sign_in: SignIn
) -> None:
    upload = program.batch(program.send(rows_of(pupil(1))))
    intake.hand_over(by=program.agency.by(), upload=upload)
    rows = f"/intake/{upload.pk}/rows"
    assert sign_in(program.agency.analyst).get(rows).status_code == 403
    assert sign_in(program.agency.colleague).get(rows).status_code == 200


def test_columns_that_nobody_has_mapped_wait_for_staff(program: Program) -> None:
    answer = program.send([{"one": "1", "two": "x"}])
    assert program.batch(answer).state == State.MAPPING
    assert program.get(f"submissions/{answer.json()['receipt']}").json()["stage"] == "columns_unknown"


def test_what_was_handed_in_waits_for_whoever_imports_here_and_for_nobody_else(
    program: Program, cast: Cast, pupils: list[Row]
) -> None:
    elsewhere = make_user("elsewhere", program.agency.analyst.organisation, Role.ANALYST, OTHER_PROVINCE)
    program.batch(program.send(pupils, "known-columns"))
    program.batch(program.send([{"one": "1"}], "new-columns"))

    def told(actor: Actor) -> list[str]:
        return [one.why for one in needs(actor) if one.what.startswith("The program of “School register”")]

    here = told(cast.actor(Role.ANALYST))
    assert [one.split()[0] for one in sorted(here)] == ["3", "Its"]
    for nobody in (cast.actor(Role.PROVINCIAL_LEAD), actor_for(elsewhere), actor_for(program.key.account)):
        assert told(nobody) == []


def test_every_state_of_a_batch_has_its_stage() -> None:
    assert set(rules.STAGES) == set(State)


def test_a_key_sees_its_own_submissions_alone(
    program: Program, pupils: list[Row], cast: Cast, areas: dict[str, Area]
) -> None:
    receipt = program.send(pupils).json()["receipt"]
    by = cast.actor(Role.ADMINISTRATOR)
    key, secret = give_key(
        by=by, source=program.key.source, area=areas[DISTRICT], until=by.today + timedelta(days=9)
    )
    other = Program(key, secret, program.agency)
    missing = [other.get(f"submissions/{one}") for one in (receipt, uuid.uuid4())]
    assert [one.status_code for one in missing] == [404, 404]
    assert missing[0].content == missing[1].content


def test_rows_outside_the_area_of_the_key_are_set_aside(program: Program) -> None:
    rows = rows_of(pupil(1), pupil(2, รหัสหมู่บ้าน="20010101"))
    batch = program.batch(program.send(rows))
    assert (batch.ready, batch.rejected) == (1, 1)


@pytest.mark.parametrize("end", ["ended", "expired", "mistyped"])
def test_a_key_that_does_not_hold_hands_nothing_in(
    program: Program, pupils: list[Row], cast: Cast, end: str
) -> None:
    if end == "ended":
        end_key(by=cast.actor(Role.ADMINISTRATOR), key=program.key)
    elif end == "expired":
        today = timezone.localdate()
        Grant.objects.filter(user=program.key.account).update(
            valid_from=today - timedelta(days=1), valid_to=today
        )
    else:
        program = Program(program.key, program.secret[:-1], program.agency)
    answer = program.send(pupils)
    assert answer.status_code == 401
    assert answer.json()["detail"].endswith(".")
    assert not Upload.objects.exists()


def test_somebody_signed_in_hands_nothing_in_without_a_key(
    program: Program, cast: Cast, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(cast[Role.ANALYST])
    body = json.dumps({"observed_on": DAY, "rows": [{"a": "b"}]})
    answer = client.post(
        "/api/v1/submissions", body, content_type="application/json", headers={"Idempotency-Key": "a-name-1"}
    )
    assert answer.status_code == 401
    assert not Upload.objects.exists()


def test_an_hour_has_its_bound_and_the_next_begins_anew(
    program: Program, pupils: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SUBMISSIONS_AN_HOUR", 2)
    assert [program.send([one], f"number-{place}").status_code for place, one in enumerate(pupils)] == [
        202,
        202,
        429,
    ]
    assert program.send([pupils[0]], "number-0").status_code == 202, "what is there already is no new load"
    Submission.objects.update(received_at=timezone.now() - timedelta(hours=2))
    assert program.send([pupils[2]], "number-2").status_code == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        (b'{"observed_on": "2025-10-01", "rows": [{"a": "\xff"}]}', 400),
        ("[]", 422),
        ({"observed_on": "2025-10-01", "rows": []}, 422),
        ({"observed_on": "2025-10-01", "rows": [{}]}, 422),
        ({"observed_on": "2025-10-01", "rows": [{"a": 1}]}, 422),
        ({"observed_on": "2025-10-01", "rows": [{"a": "\ud800"}]}, 422),
        ({"observed_on": "2025-02-31", "rows": [{"a": "1"}]}, 422),
        ({"observed_on": 2.5e-96, "rows": [{"a": "1"}]}, 422),
        ({"observed_on": "1735689600", "rows": [{"a": "1"}]}, 422),
        ({"observed_on": "2025-10-01T00:00:00", "rows": [{"a": "1"}]}, 422),
        ({"observed_on": "2025-10-01", "rows": [{"a": "1"}], "source": "other"}, 422),
        ({"observed_on": "2025-10-01", "rows": [{"a": "1"}] * 5001}, 422),
        ({"observed_on": "2025-10-01", "rows": [{str(one): "1" for one in range(201)}]}, 422),
        (" " * (rules.MAX_BYTES + 1), 413),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(program: Program, body: object, status: int) -> None:
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = program.post(sent)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
    assert not Upload.objects.exists()


def test_rows_that_name_different_columns_stand_in_one_table() -> None:
    written = rules.as_csv([{"a": "1"}, {"b": 'x"y', "a": None}])
    assert written == b'a,b\r\n1,\r\n,"x""y"\r\n'


def test_a_key_row_is_locked_so_that_twice_at_once_is_once(program: Program, pupils: list[Row]) -> None:
    program.send(pupils)
    with pytest.raises(Exception, match=r"(?i)unique"):
        Submission.objects.create(
            key=Key.objects.get(),
            idempotency_key="october-2025",
            fingerprint="",
            upload=Upload.objects.get(),
            rows=1,
            received_at=timezone.now(),
        )

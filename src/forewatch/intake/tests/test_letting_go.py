"""Rows set aside name people too: they have their time, and go when somebody of their file is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.access.sealing import CannotOpen
from forewatch.config.tests.cast import Cast
from forewatch.intake import queries, returning
from forewatch.intake.letting_go import let_go_of_old
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.safe import Safe
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.keystore.models import DataKey
from forewatch.register.models import Person
from forewatch.rights.erasures import ask_to_erase, decide_on_erasure
from forewatch.rights.models import Erasure

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)
DAYS = 30


@pytest.fixture(autouse=True)
def _ledger_apart(settings: LazySettings, tmp_path: Path) -> None:
    settings.AUDIT_HEADS = tmp_path / "heads"


@pytest.fixture
def file(agency: Agency) -> Upload:
    return agency.bring(csv_of([pupil(1), pupil(2), pupil(3, วันเกิด="31/2/2556")]))


@pytest.fixture
def other(agency: Agency) -> Upload:
    return agency.bring(csv_of([pupil(4), pupil(5, วันเกิด="31/2/2556")]), "others.csv")


def set_aside(upload: Upload) -> int:
    return len(list(returning.rows(upload))[1:])


def check_gone(upload: Upload) -> None:
    assert not (Safe(upload.id).folder / "rejected").exists()
    problems = list(upload.problems.all())
    assert problems, "that there were some is still said"
    assert not any(bytes(one.examples) for one in problems)
    assert not DataKey.objects.filter(subject__in=[upload.id, *(one.id for one in problems)]).exists()


def test_they_go_when_their_days_are_over_and_not_before(file: Upload) -> None:
    assert file.committed_at
    over = file.committed_at + timedelta(days=DAYS)
    assert let_go_of_old(over - timedelta(seconds=1)) == 0
    assert set_aside(file) == 1
    examples = file.problems.get()
    assert let_go_of_old(over) == 1
    check_gone(file)
    with pytest.raises(CannotOpen):
        queries.examples(examples)
    assert let_go_of_old(over) == 0
    assert Person.objects.count() == 2


def test_what_is_not_in_waits_for_whoever_brings_it_in(agency: Agency) -> None:
    waiting = agency.upload(csv_of([pupil(1), pupil(2, วันเกิด="31/2/2556")]))
    assert let_go_of_old(waiting.uploaded_at + timedelta(days=1000)) == 0
    assert set_aside(waiting) == 1


def test_they_go_when_somebody_of_their_file_is_erased_and_those_of_others_stay(
    cast: Cast, file: Upload, other: Upload
) -> None:
    person = Person.objects.filter(batch_id=file.id).order_by("id").first()
    assert person
    asked = ask_to_erase(by=cast.actor(Role.ANALYST), person=person, ground=Erasure.Ground.ASKED)
    officer = cast.actor(Role.DATA_PROTECTION_OFFICER)
    decide_on_erasure(by=officer, erasure=asked, erase=True)
    check_gone(file)
    assert set_aside(other) == 1
    assert Upload.objects.get(id=file.id).state == State.IN


def test_the_page_says_until_when_and_then_that_they_are_gone(
    agency: Agency, file: Upload, sign_in: SignIn
) -> None:
    client, page = sign_in(agency.analyst), f"/intake/{file.id}/"
    of_a_problem = f"{page}problems/{file.problems.get().id}"
    said = client.get(page).content.decode()
    assert "are kept until" in said
    assert "Throw away" not in said, "it is in"
    assert of_a_problem in said
    assert client.get(f"{page}rejected.csv").status_code == client.get(of_a_problem).status_code == 200
    assert file.committed_at
    let_go_of_old(file.committed_at + timedelta(days=DAYS))
    said = client.get(page).content.decode()
    assert "are not kept any more" in said
    assert "rejected." not in said
    assert of_a_problem not in said
    for address in (f"{page}rejected.csv", f"{page}rejected.xlsx", of_a_problem):
        assert client.get(address).status_code == 409

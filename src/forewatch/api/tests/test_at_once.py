"""The same submission sent many times at once is one submission, and each sender gets the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from forewatch.api.models import Submission
from forewatch.api.tests.conftest import Program, Row
from forewatch.audit.models import Event
from forewatch.intake.models import Upload

AT_ONCE = 16


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_are_one(program: Program, pupils: list[Row]) -> None:
    def sent(_: int) -> tuple[int, bytes]:
        try:
            answer = program.send(pupils)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as senders:
        answers = set(senders.map(sent, range(AT_ONCE)))

    assert len(answers) == 1
    assert {status for status, _content in answers} == {202}
    assert (Submission.objects.count(), Upload.objects.count()) == (1, 1)
    assert Event.objects.filter(subject="batch").count() == 1

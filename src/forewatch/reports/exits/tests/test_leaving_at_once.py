"""Whoever is taken off a file while somebody takes it is in nothing that left, or its recipient is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.config.tests.cast import Cast
from forewatch.register.models import Household
from forewatch.register.tests.building import people_of
from forewatch.reports.exits import leaving, taking
from forewatch.reports.exits.models import Exit, Taking
from forewatch.reports.exits.tests.making import ANALYST, LEAD, agrees, later, votes
from forewatch.ui.problems import Conflict


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_nobody_takes_a_file_between_the_reading_and_the_saving_of_it(
    ask: Callable[..., Exit], cast: Cast, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, mali = ask(), people_of(home)[0]
    votes(cast.actor(LEAD), found)
    by, ends, refused = later(cast.actor(ANALYST)), leaving.end, list[Exception]()
    thief = threading.Thread(target=_take, args=(by, found, refused))

    def slowly(one: Exit) -> None:
        thief.start()
        thief.join(1)
        ends(one)

    monkeypatch.setattr(leaving, "end", slowly)
    agrees(cast, mali, agreed=False)
    thief.join(10)
    assert not Taking.objects.exists()
    assert [type(one) for one in refused] == [Conflict]
    assert str(mali.pk) not in Exit.objects.get(pk=found.pk).people


def _take(by: Actor, found: Exit, refused: list[Exception]) -> None:
    try:
        with second_lock.shown_to(by.user_id):
            taking.take(by=by, exit_id=found.pk)
    except Conflict as problem:
        refused.append(problem)
    finally:
        connections.close_all()

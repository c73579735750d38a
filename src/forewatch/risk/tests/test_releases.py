"""A release is made once a month, equals the disclosure module's, and stays as it is."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from forewatch.analysis.disclosure import ReleaseRefused, make_release
from forewatch.audit.models import Event
from forewatch.risk.models import Release
from forewatch.risk.releases import is_released, opened, release_figures
from forewatch.risk.tests.province import Province


def test_the_stored_release_is_the_one_of_the_disclosure_module(province: Province) -> None:
    now = province.now
    made = make_release(now.cells, now.places, definition=now.definition.name, as_of=now.as_of)
    kept = opened(province.release)
    assert kept.rows.equals(made.rows)
    assert (kept.definition, kept.as_of, kept.base_areas) == (made.definition, made.as_of, made.base_areas)


def test_a_month_has_one_release_and_the_second_is_refused(province: Province) -> None:
    now = province.now
    assert is_released(province.runs["now"])
    assert not is_released(province.runs["before"])
    with pytest.raises(ReleaseRefused, match="already released"):
        release_figures(by=None, run=province.runs["now"], cells=now.cells, areas=now.places)
    assert Release.objects.count() == 1


def test_making_a_release_leaves_an_audit_row(province: Province) -> None:
    row = Event.objects.get(verb="release")
    assert (row.data_class, row.subject, row.subject_id) == ("released", "release", province.release.pk)


@pytest.mark.parametrize("deed", ["UPDATE risk_release SET month = '2000-01'", "DELETE FROM risk_release"])
def test_the_database_refuses_to_change_or_remove_a_release(province: Province, deed: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(deed)

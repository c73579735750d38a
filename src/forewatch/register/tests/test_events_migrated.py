"""Events written before they had grades get them from their source, and stay unchangeable after."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.second_lock import give_to_pages
from forewatch.places.models import Area
from forewatch.register.models import Event, Source
from forewatch.register.tests.building import household

BEFORE = [("register", "0016_corrections_checked")]


@pytest.mark.django_db(transaction=True)
def test_an_event_gets_the_grade_of_its_source(cast: Cast, areas: dict[str, Area]) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    agency = cast[Role.DISTRICT_OFFICER].organisation
    usual = {("visit", ""): "", ("register", "A"): "A", ("recruiter", "A"): "C", ("employer", "D"): "D"}
    for kind, grade in usual:
        source = Source.objects.create(code=kind, name=kind, kind=kind, agency=agency, grade=grade, root=kind)
        Event.objects.create(
            level="household", household=home, source=source, received_on=officer.today,
            received_at=officer.now, event="T7", occurred_on=officer.today,
        )  # fmt: skip
    MigrationExecutor(connection).migrate(BEFORE)
    after = MigrationExecutor(connection)
    after.migrate(after.loader.graph.leaf_nodes())
    give_to_pages()
    found = {(one.source.kind, one.source.grade): one.grade for one in Event.objects.select_related("source")}
    assert found == usual
    assert {one.root for one in Event.objects.all()} == {kind for kind, _grade in usual}
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Event.objects.update(grade="A")

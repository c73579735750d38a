"""The pages of a person and of a household never read through everybody: each question is met by an index."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.tests.building import household, member, people_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]
LARGE = (
    "register_person", "register_household", "register_record", "register_membership", "register_identity",
    "register_residence", "register_consent", "risk_assessment", "audit_event",
)  # fmt: skip


def read_through(sql: str) -> set[str]:
    """Return the large tables of which a question reads every row."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    scanned = {found[1] for step in steps if (found := re.match(r"SCAN (\w+)$", step))}
    names = dict(re.findall(r'"(\w+)" (\w+)\b', sql))
    of_alias = {alias: table for table, alias in names.items()}
    return {of_alias.get(one, one) for one in scanned} & set(LARGE)


def test_the_look_at_plans_sees_what_it_looks_for() -> None:
    assert read_through('SELECT * FROM "register_person" U0 WHERE U0."papers" = 1') == {"register_person"}
    assert read_through('SELECT * FROM "register_record"') == {"register_record"}


@pytest.mark.parametrize("role", [Role.PROVINCIAL_LEAD, Role.SOCIAL_WORKER])
def test_no_page_of_somebody_reads_through_everybody(
    cast: Cast, areas: dict[str, Area], sign_in: Callable[[User], Client], role: Role
) -> None:
    home = household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member("Ann"), member("Ben"))
    client = sign_in(cast[role])
    for address in (f"/people/persons/{people_of(home)[0].pk}", f"/people/households/{home.pk}"):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        questions = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("SELECT")]
        assert questions
        assert {sql: found for sql in questions if (found := read_through(sql))} == {}

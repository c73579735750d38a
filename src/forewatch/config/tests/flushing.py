"""Emptying the tables between tests that commit: the triggers that keep rows in place step aside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.operations import BaseDatabaseOperations

from forewatch.lib.append_only import statements

KEPT = {
    "audit_event": (),
    "audit_link": (),
    "reports_printing": (),
    "register_record": ("UPDATE",),
    "register_event": ("UPDATE",),
    "register_sourcegrade": (),
    "grading_grading": ("UPDATE",),
    "risk_release": (),
    "exits_taking": (),
    "exits_vote": (),
}
"""The tables that refuse, and the verbs they refuse (none named: all)."""


TRIES = 5
_USING = {"db", "transactional_db", "live_server"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let a test that may use the database use the keystore too: whatever is sealed asks it."""
    marker = item.get_closest_marker("django_db")
    if marker or _USING & set(getattr(item, "fixturenames", ())):
        said = {**(marker.kwargs if marker else {}), "databases": "__all__"}
        item.add_marker(pytest.mark.django_db(**said), append=False)


def step_aside(table: str) -> list[str]:
    """Return the SQL that takes away the triggers of a table; `statements` puts them back."""
    if connection.vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("UPDATE", "DELETE")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}" for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ]


def _patiently(empty: Callable[[], None]) -> None:
    """Empty the tables; again, where a page that a browser left behind is still being answered."""
    for left in reversed(range(TRIES)):
        try:
            return empty()
        except OperationalError as problem:
            if "deadlock" not in str(problem) or not left:
                raise
            time.sleep(1)


@pytest.fixture(autouse=True, scope="session")
def _rows_can_be_emptied_between_tests() -> Iterator[None]:
    emptied = BaseDatabaseOperations.execute_sql_flush

    def empty(self: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
        if self.connection.alias != connection.alias:
            return emptied(self, sql_list)
        with connection.cursor() as cursor:
            for table in KEPT:
                for statement in step_aside(table):
                    cursor.execute(statement)
            _patiently(lambda: emptied(self, sql_list))
            for table, verbs in KEPT.items():
                for statement in statements(connection.vendor, table, verbs):
                    cursor.execute(statement)

    BaseDatabaseOperations.execute_sql_flush = empty  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = emptied  # type: ignore[method-assign]

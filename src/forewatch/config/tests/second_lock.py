"""Behind PostgreSQL's second lock: in tests, too, pages read by a role that owns nothing.

The tests themselves lay out their world as the owner. While a page is answered, the connection takes the
role of the web server; so every test of a page on PostgreSQL is one of the lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from forewatch.access import second_lock
from forewatch.storage.pages_role import allow

ROLE = "forewatch_pages"
# Two processes of tests share the server.
_MADE = (
    f"DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of tests that only one of the databases can pass."""
    config.addinivalue_line("markers", "postgresql: of a lock that SQLite does not have; not collected there")
    config.addinivalue_line("markers", "sqlite: of what only SQLite can be told; not collected elsewhere")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of one database to the run on it."""
    other = "sqlite" if second_lock.is_there() else "postgresql"
    elsewhere = [one for one in items if one.get_closest_marker(other)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [one for one in items if one not in elsewhere]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Give the fresh database to the role of pages."""
    with django_db_blocker.unblock():
        give_to_pages()


def give_to_pages() -> None:
    """Let the role of pages use the tables that are there, which is done anew once one is made."""
    if second_lock.is_there():
        with connection.cursor() as cursor:
            cursor.execute(_MADE)
            allow(connection.connection, ROLE)


@pytest.fixture(autouse=True, scope="session")
def _pages_own_nothing() -> Iterator[None]:
    before = second_lock.shown_to

    @contextmanager
    def shown(user_id: UUID | None, at: datetime | None = None) -> Iterator[None]:
        if second_lock.is_there() and not connection.in_atomic_block:
            # A real transaction: what waits for its end is done as the role of pages as well.
            _say(f"SET ROLE {ROLE}")
            try:
                with before(user_id, at):
                    yield
            finally:
                if not second_lock.is_broken():
                    _say("RESET ROLE")
            return
        with before(user_id, at):
            _become(ROLE)
            yield
            _become("NONE")
            # The transaction goes on with the test, whose own questions are no page's.
            _say_if_whole("SET LOCAL statement_timeout TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT")

    second_lock.shown_to = shown
    yield
    second_lock.shown_to = before


def _become(role: str) -> None:
    _say_if_whole(f"SET LOCAL ROLE {role}")


def _say_if_whole(words: str) -> None:
    if second_lock.is_there() and not second_lock.is_broken():
        _say(words)


def _say(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)

"""The five ways in which row-level security stands open: each reproduced, found, and not there in fact."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.second_lock import ROLE
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.tests.building import household
from forewatch.storage.pages_role import holes

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
ALL, NONE = 2, 0


@pytest.fixture(autouse=True)
def two_households(cast: Cast, areas: dict[str, Area]) -> None:
    for _one in range(ALL):
        household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE])


def run(*statements: str) -> Any:
    """Run statements as a superuser, and return the first value of the last."""
    with connection.cursor() as cursor:
        # What waits for the end of the transaction would keep a table from being changed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in statements:
            cursor.execute(one)
        return cursor.fetchone()[0] if cursor.description else None


def shown(table: str = "register_household", reader: str = ROLE) -> int:
    """Return how many rows a role is shown that said nothing of who asks."""
    count = run(f"SET LOCAL ROLE {reader}", f"SELECT count(*) FROM {table}")
    run("SET LOCAL ROLE NONE")
    return int(count)


def found() -> list[str]:
    database: psycopg.Connection[Any] = connection.connection
    return list(holes(database, ROLE))


def test_the_lock_is_shut() -> None:
    assert shown() == NONE
    assert found() == []


def test_first_way_a_superuser_sees_every_row() -> None:
    run(f"ALTER ROLE {ROLE} SUPERUSER")
    assert shown() == ALL
    assert any(f"ALTER ROLE {ROLE} NOSUPERUSER NOBYPASSRLS" in one for one in found())


def test_first_way_so_does_whoever_may_bypass_it() -> None:
    run(f"ALTER ROLE {ROLE} BYPASSRLS")
    assert shown() == ALL
    (one,) = found()
    assert "BYPASSRLS" in one


def test_first_way_so_does_the_owner() -> None:
    run(f"ALTER TABLE register_household OWNER TO {ROLE}")
    assert shown() == ALL
    (one,) = found()
    assert f"{ROLE} owns tables" in one


def test_first_way_so_does_who_belongs_to_the_owner() -> None:
    run("CREATE ROLE forewatch_owning", "ALTER TABLE register_household OWNER TO forewatch_owning")
    run(f"GRANT forewatch_owning TO {ROLE}")
    assert shown() == ALL
    (one,) = found()
    assert "REVOKE forewatch_owning" in one


def test_first_way_so_does_who_may_become_one_that_does() -> None:
    run("CREATE ROLE forewatch_wide BYPASSRLS", f"GRANT forewatch_wide TO {ROLE}")
    (one,) = found()
    assert "REVOKE forewatch_wide FROM forewatch_pages" in one


def test_second_way_a_view_reads_in_its_owners_name() -> None:
    run("CREATE VIEW everybody AS SELECT * FROM register_household", f"GRANT SELECT ON everybody TO {ROLE}")
    assert shown("everybody") == ALL
    (one,) = found()
    assert "ALTER VIEW everybody SET (security_invoker = true)" in one
    run("ALTER VIEW everybody SET (security_invoker = true)")
    assert shown("everybody") == NONE
    assert found() == []


def test_third_way_a_materialised_view_has_no_lock() -> None:
    run(
        "CREATE MATERIALIZED VIEW kept AS SELECT * FROM register_household", f"GRANT SELECT ON kept TO {ROLE}"
    )
    assert shown("kept") == ALL
    (one,) = found()
    assert "DROP MATERIALIZED VIEW kept" in one


def test_fourth_way_what_is_said_for_a_connection_stays_for_the_next_reader() -> None:
    run("SELECT set_config('forewatch.areas', '*', false)")
    assert shown() == ALL
    run("SELECT set_config('forewatch.areas', '', false)")
    run(f"ALTER ROLE {ROLE} SET forewatch.areas = '*'")
    (one,) = found()
    assert "forewatch.areas" in one


def test_fourth_way_we_say_it_for_a_transaction_alone() -> None:
    words = run("SELECT prosrc FROM pg_proc WHERE proname = 'forewatch_show'")
    said = re.findall(r"set_config\('forewatch\.(\w+)'", words)
    assert {"user", "areas", "given", "away", "own", "since", "whole"} == set(said)
    ends = re.split(r"set_config\('forewatch\.\w+'", words)[1:]
    assert all(re.search(r", true\)\s*[,;]\s*$", one.rsplit("END", 1)[0]) for one in ends)


@pytest.mark.django_db(transaction=True)
def test_fourth_way_the_next_reader_on_a_connection_sees_nobody(cast: Cast, sign_in: Any) -> None:
    lead: Client = sign_in(cast[Role.PROVINCIAL_LEAD])
    assert "H-" in lead.get("/people/").content.decode()
    with transaction.atomic():
        assert shown() == NONE
        assert not run("SELECT current_setting('forewatch.areas', true)")


def test_fifth_way_a_unique_index_says_what_exists() -> None:
    run("ALTER TABLE register_person ADD number text UNIQUE", "UPDATE register_person SET number = id::text")
    known = run("SELECT number FROM register_person LIMIT 1")
    (one,) = found()
    assert "register_person (number)" in one
    row = {
        "id": new_id(), "origin": "x", "code": "P-NEW", "sex": "", "birth_precision": "day", "papers": "",
        "made_at": timezone.now(), "number": known,
    }  # fmt: skip
    run(f"SET LOCAL ROLE {ROLE}")
    with pytest.raises(IntegrityError, match="duplicate key"), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO register_person ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )


def test_a_table_whose_lock_was_taken_off_is_named() -> None:
    run("ALTER TABLE register_person DISABLE ROW LEVEL SECURITY")
    (one,) = found()
    assert "ALTER TABLE register_person ENABLE ROW LEVEL SECURITY" in one


def test_a_table_of_ones_own_stands_before_none_of_ours(cast: Cast) -> None:
    database = run("SELECT current_database()")
    run(f'GRANT TEMPORARY ON DATABASE "{database}" TO {ROLE}')
    # What it could be used for, were it found first: a grant that nobody gave.
    officer = cast[Role.DISTRICT_OFFICER]
    run(
        f"SET LOCAL ROLE {ROLE}",
        "CREATE TEMPORARY TABLE access_grant AS SELECT * FROM public.access_grant",
        "UPDATE pg_temp.access_grant SET role = 'provincial_lead', area_code = ''",
        f"SELECT forewatch_show('{officer.pk}', current_date, now())",
    )
    assert run("SELECT current_setting('forewatch.areas')") not in ("", "*")


def test_a_function_that_looks_where_others_may_put_tables_is_named() -> None:
    run("ALTER FUNCTION forewatch_home(uuid) SET search_path = public")
    (one,) = found()
    assert "ALTER FUNCTION forewatch_home SET search_path = public, pg_temp" in one


@pytest.mark.parametrize(
    "words",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "ALTER TABLE register_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY shown ON register_person",
        "TRUNCATE audit_link",
        "DELETE FROM audit_link",
        "UPDATE audit_event SET allowed = true",
        "DELETE FROM django_migrations",
        "SET LOCAL ROLE forewatch",
    ],
)
def test_the_role_changes_neither_tables_nor_trail(words: str) -> None:
    run(f"SET LOCAL SESSION AUTHORIZATION {ROLE}")
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        run(words)

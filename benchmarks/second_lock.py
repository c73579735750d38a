"""What the second lock costs: pages asked for in turn by a role for which it holds, and as the owner.

    tools/with-postgres python -m benchmarks.second_lock --people 100000 --folder /somewhere

The folder holds the keystore; the register is filled into a database of its own, which goes with the server.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import register

ROLE = "forewatch_pages"


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.second_lock")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--times", type=int, default=100)
    asked = parser.parse_args()
    _database()
    register.settle(asked.folder)
    from forewatch.register.models import Household

    if not Household.objects.exists():
        register.fill(asked.people)
    _role()
    _measure(asked.times)


def _database() -> None:
    """Make the database that tools/with-postgres names, unless it is there."""
    import psycopg

    url = os.environ["FOREWATCH_TEST_DATABASE_URL"]
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = url


def _role() -> None:
    from django.db import connection

    from forewatch.storage.pages_role import allow

    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}" if _is_there(cursor) else f"CREATE ROLE {ROLE} LOGIN")
    allow(connection.connection, ROLE)


def _is_there(cursor: Any) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
    return bool(cursor.fetchone())


def _measure(times: int) -> None:
    from django.db import connections

    from forewatch.access import second_lock

    owner, told = connections["default"], second_lock.shown_to
    # A connection of its own, as the server has: what is prepared for one role is not for another.
    pages = connections.create_connection("default")
    pages.settings_dict = owner.settings_dict | {"USER": ROLE}

    @contextmanager
    def open_to_all(*_who: Any) -> Iterator[None]:
        yield

    ways = {"without": (owner, open_to_all), "with": (pages, told)}
    browser = register.signed_in()
    for name, addresses in _pages():
        took: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(times + 10):
            address = addresses()
            for way in list(ways)[:: 1 if turn % 2 else -1]:
                connections["default"], second_lock.shown_to = ways[way]
                began = time.perf_counter()
                assert browser.get(address).status_code == 200, address
                if turn >= 10:
                    took[way].append(1000 * (time.perf_counter() - began))
        without, with_lock = (statistics.median(took[way]) for way in ways)
        more = 100 * (with_lock / without - 1)
        print(
            f"{name}: {without:.1f} ms without, {with_lock:.1f} ms with the lock, {more:+.1f} %", flush=True
        )


def _pages() -> Iterator[tuple[str, Callable[[], str]]]:
    from forewatch.places.models import Area
    from forewatch.register.models import Household, Person

    dice = random.Random(5)  # noqa: S311  not a secret
    villages = list(Area.objects.filter(level=4).values_list("path", "code"))
    homes = list(Household.objects.values_list("pk", flat=True)[:2000])
    people = list(Person.objects.values_list("pk", flat=True)[:2000])

    def after(where: str) -> Callable[[], str]:
        sign = "&" if "?" in where else "?"
        return lambda: f"{where}{sign}after={dice.choice(villages)[0]}:H-8000-0000-000:"

    yield "households", after("/people/")
    yield "households with children", after("/people/?children=on")
    yield "households without papers", after("/people/?papers=on")
    yield "all children", after("/people/children")
    yield "children of a village", lambda: f"/people/children?area={dice.choice(villages)[1]}"
    yield "a household", lambda: f"/people/households/{dice.choice(homes)}"
    yield "a person", lambda: f"/people/persons/{dice.choice(people)}"


if __name__ == "__main__":
    main()

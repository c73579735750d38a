"""The register at the size of a province: filled through its own import, then asked as staff ask it.

    python -m benchmarks.register --people 1700000 --folder /somewhere

Prints, on SQLite with its shipped settings, how fast people went in, and the 95th percentiles of a list, a
household page, a saved household and the look-up of a citizen number.
"""

from __future__ import annotations

import argparse
import base64
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

VILLAGES, CHUNK, PER_HOUSEHOLD = 2_000, 2_500, 4
START = date(2026, 1, 1)


def main() -> None:
    """Fill, unless the folder holds a register already, and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.register")
    parser.add_argument("--people", type=int, default=1_700_000)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    settle(asked.folder)
    from forewatch.register.models import Household

    if not Household.objects.exists():
        fill(asked.people)
    _measure()


def settle(folder: Path) -> None:
    """Start Django on a database of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(b"seals nothing but made-up people").decode()
    os.environ.update(
        SECRET_KEY="only for benchmarks " * 4,
        FOREWATCH_SEAL_KEY=key,
        FOREWATCH_LOOKUP_KEY=key,
        FOREWATCH_NODE="bench-1",
        FOREWATCH_DATA_DIR=str(folder),
        ALLOWED_HOSTS="testserver",
        FOREWATCH_DEMO="1",
        DJANGO_SETTINGS_MODULE="forewatch.config.settings",
    )
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.TURNS = False  # a benchmark asks faster than people do
    for alias in ("default", "keystore"):
        call_command("migrate", verbosity=0, database=alias)
    call_command("collectstatic", verbosity=0, interactive=False)


def fill(people: int) -> None:
    from django.db import connection, transaction
    from django.utils import timezone

    from forewatch.access.models import Organisation, User
    from forewatch.lib.ids import new_id
    from forewatch.register import bulk
    from forewatch.register.models import Source

    centre = Organisation.objects.create(code="centre", name="Centre")
    user = _user(centre)
    source = Source.objects.create(code="survey", name="Survey", kind="survey", agency=centre)
    batch = bulk.Batch(new_id(), source.pk, "survey", START, timezone.now(), user.pk)
    villages = list(_areas())
    began, written, dice = time.perf_counter(), 0, random.Random(7)  # noqa: S311  not a secret
    while written < people:
        with transaction.atomic():
            written += bulk.write(batch, _chunk(dice, villages, written)).people
        if written % 100_000 < CHUNK * PER_HOUSEHOLD:
            print(
                f"  {written:,} people, {written / (time.perf_counter() - began):,.0f} a second", flush=True
            )
    print(f"filled: {written:,} people, {written / (time.perf_counter() - began):,.0f} a second", flush=True)
    with transaction.atomic():
        bulk.finish(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert isinstance(user, User)


def _user(centre: Any, area_code: str = "XA10") -> Any:
    from django.utils import timezone

    from forewatch.access.models import Grant, User
    from forewatch.access.rules import PURPOSES, Role

    user = User.objects.create_user("lead", None, name="Lead", organisation=centre)
    today = timezone.localdate()
    Grant.objects.create(
        user=user,
        role=Role.PROVINCIAL_LEAD,
        area_code=area_code,
        purposes=[one.value for one in PURPOSES[Role.PROVINCIAL_LEAD]],
        valid_from=today - timedelta(days=1),
        valid_to=today + timedelta(days=300),
    )
    return user


def _areas() -> Iterator[Any]:
    from forewatch.places.models import Area

    def made(code: str, level: int, above: Any) -> Any:
        path = f"{above.path if above else ''}{code}/"
        return Area.objects.create(
            code=code, level=level, parent=above, path=path, name=f"Place {code}", valid_on=date(2000, 1, 1)
        )

    province = made("XA10", 1, made("XA", 0, None))
    for district in range(25):
        here = made(f"XA10{district:02}", 2, province)
        for sub in range(8):
            below = made(f"{here.code}{sub:02}", 3, here)
            for village in range(VILLAGES // 200):
                yield made(f"{below.code}{village:02}", 4, below)


def _chunk(dice: random.Random, villages: list[Any], start: int) -> Any:
    from forewatch.lib.ids import new_id
    from forewatch.register.bulk import Chunk, NewHousehold, NewPerson, NewRecord
    from forewatch.register.rules.dates import BirthDate, Precision
    from forewatch.register.rules.numbers import NumberState, check_digit
    from forewatch.register.sealed import Address, Who

    households, people, records = [], [], []
    for place in range(CHUNK):
        village = villages[dice.randrange(len(villages))]
        home = NewHousehold(new_id(), village.pk, START, Address(house=str(place)))
        households.append(home)
        records.append(
            NewRecord(new_id(), "household", home.id, START, {"arrears": dice.random() < 0.2}, "A")
        )
        for member in range(PER_HOUSEHOLD):
            twelve = f"{start + place * PER_HOUSEHOLD + member:012}"
            who = Who(
                f"Given{dice.randrange(10**6)}",
                f"Family{dice.randrange(10**5)}",
                number_state=NumberState.HAS,
            )
            number = f"{twelve}{check_digit(twelve)}"
            who = Who(who.given, who.family, number_state=NumberState.HAS, number=number)
            born = date(1945, 1, 1) + timedelta(days=dice.randrange(80 * 365))
            one = NewPerson(
                new_id(), home.id, START, who, "F", BirthDate(born, Precision.DAY), "other", village.code
            )
            people.append(one)
            papers = "none" if dice.random() < 0.01 else "full"
            records.append(NewRecord(new_id(), "person", one.id, START, {"papers": papers}, "A"))
    return Chunk(households=households, people=people, records=records)


def signed_in() -> Any:
    """Return a browser in which the lead is signed in, to a server that is ready."""
    from forewatch.config.readying import make_ready

    make_ready()
    from django.test import Client

    from forewatch.access.middleware import SESSION_FLAG
    from forewatch.access.models import User

    browser = Client()
    user = User.objects.get(username="lead")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session[SESSION_FLAG] = True
    session.save()
    return browser


def _measure() -> None:
    from django.utils import timezone

    from forewatch.access.actors import actor_for
    from forewatch.access.models import User
    from forewatch.places.models import Area
    from forewatch.register import bulk
    from forewatch.register.actions.households import register_household
    from forewatch.register.entries import HouseholdEntry, MemberEntry, Observation
    from forewatch.register.models import Household
    from forewatch.register.rules.numbers import check_digit
    from forewatch.register.sealed import Who

    browser = signed_in()
    dice = random.Random(11)  # noqa: S311  not a secret
    villages = list(Area.objects.filter(level=4).values_list("code", flat=True))
    ids = list(Household.objects.values_list("pk", flat=True)[:200_000:200])

    largest: list[tuple[int, str]] = []

    def asked(address: str) -> Callable[[], None]:
        def get() -> None:
            answer = browser.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            largest.append((len(answer.content), address))

        return get

    def page_of(where: str) -> Iterator[Callable[[], None]]:
        for _ in range(60):
            village = dice.choice(villages)
            path = f"XA/XA10/{village[:6]}/{village[:8]}/{village}/"
            yield asked(f"{where}{'&' if '?' in where else '?'}after={path}:H-8000-0000-000:")

    def lookups() -> Iterator[Callable[[], None]]:
        for _ in range(200):
            twelve = f"{dice.randrange(1_600_000):012}"
            number = f"{twelve}{check_digit(twelve)}"
            yield lambda number=number: bulk.people_by_number([number])

    def saves() -> Iterator[Callable[[], None]]:
        area, lead = Area.objects.get(code=villages[5]), User.objects.get(username="lead")
        for at in range(60):
            members = tuple(
                MemberEntry(Who(f"New{at}", f"Name{n}"), answers={"papers": "full"}) for n in range(6)
            )
            entry = HouseholdEntry(Observation(timezone.localdate()), area, None, members, {"arrears": True})
            yield lambda entry=entry: register_household(by=actor_for(lead), entry=entry)

    _told("list of households, all of the province", page_of("/people/"))
    _told("... with children", page_of("/people/?children=on"))
    _told("... without papers", page_of("/people/?papers=on"))
    _told("... nothing fits (not seen since 2020)", page_of("/people/?seen_before=1/1/2020"))
    _told("... given to me", page_of("/people/?mine=on"))
    _told("all children", page_of("/people/children"))
    _told(
        "children of one village",
        (asked(f"/people/children?area={dice.choice(villages)}") for _ in range(60)),
    )
    _told("without papers, nobody has begun", page_of("/people/papers?waiting=1"))
    _told("household page", (asked(f"/people/households/{dice.choice(ids)}") for _ in range(100)))
    _told("sheet of a household", (asked(f"/people/households/{dice.choice(ids)}/edit") for _ in range(60)))
    _told("empty sheet, with all villages", (asked("/people/new") for _ in range(30)))
    _told("a household of six saved", saves())
    _told("citizen number looked up", lookups())
    size, address = max(largest)
    print(f"largest page: {size / 1000:.0f} kB, {address}")


def _told(what: str, deeds: Iterator[Callable[[], None]]) -> None:
    took = []
    for deed in deeds:
        began = time.perf_counter()
        deed()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(
        f"{what}: p50 {statistics.median(took):.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms", flush=True
    )


if __name__ == "__main__":
    main()

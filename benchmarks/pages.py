"""How long pages take in whatever code PYTHONPATH names: the hand of `benchmarks.against`, one run of it.

Prints a line of JSON: the median of each page in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import register

TIMES, WARM = 200, 20


def main() -> None:
    """Fill, unless the folder holds a register already, ask, and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.pages")
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    _named("settle")(asked.folder)
    from forewatch.register.models import Household

    if not Household.objects.exists():
        _named("fill")(asked.people)
    browser = _signed_in()
    print(json.dumps({name: _median(browser, addresses) for name, addresses in _pages()}))


def _named(name: str) -> Any:
    """Return what fills a register; older code kept it to itself."""
    return getattr(register, name, None) or getattr(register, f"_{name}")


def _signed_in() -> Any:
    if hasattr(register, "signed_in"):
        return register.signed_in()
    from django.test import Client

    from forewatch.access.middleware import SESSION_FLAG
    from forewatch.access.models import User

    browser = Client()
    lead = User.objects.get(username="lead")
    browser.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session[SESSION_FLAG] = True
    session.save()
    return browser


def _pages() -> Iterator[tuple[str, list[str]]]:
    from forewatch.register.models import Household, Person

    dice = random.Random(3)  # noqa: S311  not a secret
    people = list(Person.objects.values_list("pk", flat=True)[:20_000:10])
    homes = list(Household.objects.values_list("pk", flat=True)[:20_000:10])
    yield "a person", [f"/people/persons/{dice.choice(people)}" for _ in range(TIMES)]
    yield "a household", [f"/people/households/{dice.choice(homes)}" for _ in range(TIMES)]
    yield "households", ["/people/"] * TIMES
    yield "households with children", ["/people/?children=on"] * TIMES
    yield "without papers", ["/people/?papers=on"] * TIMES
    yield "all children", ["/people/children"] * TIMES


def _median(browser: Any, addresses: list[str]) -> float:
    took = []
    for at, address in enumerate(addresses[:WARM] + addresses):
        began = time.perf_counter()
        answer = browser.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        if at >= WARM:
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


if __name__ == "__main__":
    main()

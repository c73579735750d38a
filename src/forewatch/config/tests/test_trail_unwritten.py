"""What cannot be written into the trail is not shown: no page about somebody opens past it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.db import DatabaseError
from django.urls import reverse

from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import Cast
from forewatch.config.tests.test_every_address import ADDRESSES, OURS, SignIn, may
from forewatch.config.tests.test_what_pages_say import every_code, opened
from forewatch.config.tests.world import World
from forewatch.register.definition import definition
from forewatch.register.models import Household, Person

OF_SOMEBODY = frozenset(
    {
        "household_id", "person_id", "record_id", "correction_id", "concern_id", "contest_id", "duty_id",
        "erasure_id", "grading_id", "proposal_id", "asked_merge_id",
    }
)  # fmt: skip
UNWRITTEN: Mapping[str, str] = {
    "informing_one": "whom to tell by when: a code and the kind of a source, nothing of what was said",
    "informing_not": "the same page, when the ground is not filled in",
    "check": "one's own correction that waits: who handed it over reads that it waits, not what it says",
    "second_statement": "what was said, to be graded by whoever is not told about whom",
}
"""Addresses that open without writing into the trail, and why."""
CODELESS = "second_statement"
"""It says what was said, and so no code at all."""


def named_by(world: World, name: str) -> set[str]:
    """Return the codes of what an address names."""
    household, person = (
        Household.objects.get(pk=world.ids["household_id"]).code,
        Person.objects.get(pk=world.ids["person_id"]).code,
    )
    found = set()
    arguments = set(OURS[name].pattern.converters)
    if arguments & {"household_id", "correction_id"}:
        found.add(household)
    if arguments & {"person_id", "duty_id"}:
        found.add(person)
    return found


def test_the_world_says_something_that_would_be_found(cast: Cast, world: World, sign_in: SignIn) -> None:
    status, said = opened(sign_in(cast[Role.ANALYST]), "GET", "person", world)
    assert (status, answered() in said) == (200, True)


def answered() -> str:
    """Return the words of the answer that somebody of the world gave."""
    return definition().variables["papers"].choice_labels["none"]["en"]


@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_anybody_is_shown_while_the_trail_cannot_be_written(
    cast: Cast, world: World, sign_in: SignIn, role: Role, assured: Assured, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(cast[role])
    client.raise_request_exception = False
    assert client.get(reverse("today")).status_code == 200
    monkeypatch.setattr(Event, "save", _full)
    wrong, asked_for, codes = [], 0, every_code()
    for (name, method), row in ADDRESSES.items():
        named = OF_SOMEBODY & set(OURS[name].pattern.converters)
        if method not in ("GET", "POST") or not named or not may(role, row):
            continue
        asked_for += 1
        status, said = opened(client, method, name, world)
        if status == 200 and name not in UNWRITTEN:
            wrong.append(f"{method} {name} opens")
        shown = {one for one in (*world.secrets, *codes - named_by(world, name)) if one in said}
        if name != CODELESS and answered() in said:
            shown.add(answered())
        wrong += [f"{method} {name}: {status}, says {one}" for one in sorted(shown)]
    assert not wrong
    if asked_for:
        assured("unwritten", asked_for, len(wrong))


def _full(*_args: object, **_named: object) -> None:
    raise DatabaseError("database or disk is full")

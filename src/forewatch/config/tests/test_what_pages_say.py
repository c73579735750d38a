"""Whatever page opens, it says no name and no code that is not for whoever asks.

Who may meet whose code is worked out from docs/access-matrix.csv and from where a made-up household lies,
who wrote it and to whom it was given. Names are said where somebody checks, maps or contests, and nowhere
else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.config.tests.test_every_address import ADDRESSES, MATRIX, OURS, SignIn
from forewatch.config.tests.world import World
from forewatch.places.models import Area
from forewatch.register.models import Household, Person
from forewatch.register.tests.building import household, member, people_of

FAR_VILLAGE = "XA10020101"
SECONDS = frozenset({Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD})
WITH_NAMES: Mapping[str, tuple[frozenset[Role], str]] = {
    "check": (
        SECONDS,
        "a correction that says names is read by whoever agrees to it, and the trail counts them",
    ),
    "contest_kept": (frozenset({Role.ADVOCATE}), "the words that the advocate handed in"),
    "intake_rows": (frozenset({Role.ANALYST}), "rows of a file not yet taken in, shown to whoever maps it"),
    "intake_problem": (frozenset({Role.ANALYST}), "the row that a problem was found in"),
    "intake_rejected_csv": (frozenset({Role.ANALYST}), "the rows that go back to whoever sent them"),
    "intake_rejected_xlsx": (frozenset({Role.ANALYST}), "the rows that go back to whoever sent them"),
}
"""The only addresses that say a name by being opened, to whom, and why; all others want a reason by POST."""


@dataclass(frozen=True)
class Homes:
    """Households beside those of the world: of whom a role may reach some and not others."""

    far: Household
    outside: Household
    enumerated: Household
    given: Household

    def reached_by(self, role: Role | None) -> set[str]:
        """Return the codes that the matrix lets a role meet; None is the outsider."""
        if role is None:
            return codes_of([self.outside])
        scopes = set(MATRIX["observation", "read"][role.value].split("+"))
        found: set[str] = set()
        if "area" in scopes:
            far = [self.far] if role in (Role.ANALYST, Role.PROVINCIAL_LEAD) else []
            found |= codes_of([*Household.objects.filter(area__code=VILLAGE), *far])
        if "own" in scopes:
            found |= codes_of([self.enumerated])
        if "assigned" in scopes:
            found |= codes_of([self.given])
        return found


NAMES = ("Farrowlynde", "Obstrandel", "Enumeristo")
"""Those of the households added here: no page says them to anybody."""


@pytest.fixture
def homes(cast: Cast, world: World, areas: Mapping[str, Area]) -> Homes:
    """Return a household in the other district, one outside, an enumerator's, and a social worker's."""
    lead, far, outside, own = cast.actor(Role.PROVINCIAL_LEAD), *NAMES
    return Homes(
        far=household(lead, areas[FAR_VILLAGE], member(far)),
        outside=household(cast.outside(), areas[OUTSIDE_VILLAGE], member(outside)),
        enumerated=household(cast.actor(Role.ENUMERATOR), areas[VILLAGE], member(own)),
        given=Household.objects.get(assignments__user=cast[Role.SOCIAL_WORKER]),
    )


def codes_of(homes: list[Household]) -> set[str]:
    """Return the codes of households and of everybody in them."""
    return {one.code for home in homes for one in (home, *people_of(home))}


def every_code() -> set[str]:
    return {one.code for one in (*Person.objects.all(), *Household.objects.all())}


def opened(client: Client, method: str, name: str, world: World) -> tuple[int, str]:
    """Return the status and all that an address answers, with whatever is packed in it, and undo it."""

    def deed() -> tuple[int, str]:
        answer = client.generic(method, reverse(name, kwargs=world.arguments(OURS[name])))
        body = b"".join(answer) if answer.streaming else answer.content
        said = f"{answer.headers} {unpacked(body).decode('utf-8', 'replace')}"
        return answer.status_code, said

    return world.undone(deed)


def unpacked(body: bytes) -> bytes:
    """Return what a workbook holds, and anything else as it is."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(packed.read(one) for one in packed.namelist())


def pages(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """Yield each address that opens when asked for, and what it says."""
    for name, method in ADDRESSES:
        if method == "GET":
            status, said = opened(client, method, name, world)
            if status == 200:
                yield name, said


@pytest.mark.parametrize("role", [*Role, None], ids=lambda one: one.value if one else "outsider")
def test_a_page_says_no_name_and_no_code_that_is_not_for_whoever_asks(
    cast: Cast, world: World, homes: Homes, sign_in: SignIn, role: Role | None, assured: Assured
) -> None:
    client = sign_in(cast[role] if role else cast.outsider)
    names = {*world.secrets, *(part for one in world.secrets for part in one.split()), *NAMES}
    theirs, codes = homes.reached_by(role), every_code()
    assert codes - theirs
    wrong: list[str] = []
    seen, with_names, met = 0, set[str](), set[str]()
    for name, said in pages(client, world):
        seen += 1
        shown = {one for one in names if one in said}
        if shown:
            with_names.add(name)
        allowed = role in WITH_NAMES[name][0] if name in WITH_NAMES else False
        if shown & {*NAMES} or (shown and not allowed):
            wrong.append(f"GET {name} says {shown}")
        of_contest = {Person.objects.get(pk=world.ids["person_id"]).code} if name == "contest_kept" else set()
        codes_said = {one for one in codes if one in said}
        met |= codes_said
        wrong += [f"GET {name} says {one}" for one in codes_said - theirs - of_contest]
    assert not wrong
    # What is looked for is there to be found, and no reason above is left over.
    assert with_names == {name for name, (roles, _why) in WITH_NAMES.items() if role in roles}
    assert bool(met) is bool(theirs) or role is Role.ADVOCATE
    assured("said to", seen, len(wrong))

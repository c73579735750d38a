"""The fixed cast: a small made-up world, and one user for each role in it, for tests of every folder.

The province XA10 has two districts; XA20 is another province, where the outsider is a district officer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.middleware import SESSION_FLAG
from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import PURPOSES, Role
from forewatch.places.models import Area, Level

PROVINCE, DISTRICT, OTHER_DISTRICT, SUB_DISTRICT, VILLAGE = (
    "XA10",
    "XA1001",
    "XA1002",
    "XA100101",
    "XA10010101",
)
OTHER_PROVINCE, OUTSIDE_DISTRICT, OUTSIDE_VILLAGE = "XA20", "XA2001", "XA20010101"

_AREAS = (
    ("XA", None, Level.COUNTRY, "Sandland", "แดนทราย"),
    (PROVINCE, "XA", Level.PROVINCE, "Upper Reach", "เหนือคุ้ง"),
    (DISTRICT, PROVINCE, Level.DISTRICT, "First Ford", "ท่าข้ามหนึ่ง"),
    (OTHER_DISTRICT, PROVINCE, Level.DISTRICT, "Second Ford", "ท่าข้ามสอง"),
    (SUB_DISTRICT, DISTRICT, Level.SUB_DISTRICT, "Millbank", "ริมโรงสี"),
    ("XA100201", OTHER_DISTRICT, Level.SUB_DISTRICT, "Farbank", "ฝั่งไกล"),
    (VILLAGE, SUB_DISTRICT, Level.VILLAGE, "Mill Village 1", "บ้านโรงสี หมู่ 1"),
    ("XA10010102", SUB_DISTRICT, Level.VILLAGE, "Mill Village 2", "บ้านโรงสี หมู่ 2"),
    ("XA10020101", "XA100201", Level.VILLAGE, "Far Village", "บ้านฝั่งไกล"),
    (OTHER_PROVINCE, "XA", Level.PROVINCE, "Lower Reach", "ใต้คุ้ง"),
    (OUTSIDE_DISTRICT, OTHER_PROVINCE, Level.DISTRICT, "Third Ford", "ท่าข้ามสาม"),
    ("XA200101", OUTSIDE_DISTRICT, Level.SUB_DISTRICT, "Outbank", "ฝั่งนอก"),
    (OUTSIDE_VILLAGE, "XA200101", Level.VILLAGE, "Out Village", "บ้านฝั่งนอก"),
)
AREA_OF: Mapping[Role, str] = {
    Role.DISTRICT_OFFICER: DISTRICT,
    Role.DISTRICT_SUPERVISOR: DISTRICT,
    Role.VOLUNTEER: VILLAGE,
    Role.ENUMERATOR: DISTRICT,
    Role.ADMINISTRATOR: "",
    Role.DATA_PROTECTION_OFFICER: "",
    Role.PLANNER: "",
}
"""Where each role works; the others have the province."""
PASSWORD = "a made-up password of the cast"


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    """Return the areas of the made-up world, by code."""
    return make_areas()


def make_areas() -> dict[str, Area]:
    """Make the areas of the made-up world."""
    made: dict[str, Area] = {}
    for code, parent, level, name, local in _AREAS:
        above = made.get(parent or "")
        made[code] = Area.objects.create(
            code=code,
            level=level,
            parent=above,
            path=f"{above.path if above else ''}{code}/",
            name=name,
            name_local=local,
            valid_on=date(2000, 1, 1),
        )
    return made


@dataclass(frozen=True)
class Cast:
    """Users by role; `outsider` is a district officer of another province."""

    users: Mapping[Role, User]
    outsider: User

    def __getitem__(self, role: Role) -> User:
        return self.users[role]

    def actor(self, role: Role) -> Actor:
        """Return the actor that a role's user is now."""
        return actor_for(self.users[role])

    def outside(self) -> Actor:
        """Return the outsider as an actor."""
        return actor_for(self.outsider)


@pytest.fixture
def cast(areas: dict[str, Area]) -> Cast:
    """Return one user for each role, and the outsider."""
    centre = Organisation.objects.create(code="centre", name="Upper Reach Coordination Centre")
    users = {
        role: make_user(role.value.replace("_", "-"), centre, role, AREA_OF.get(role, PROVINCE))
        for role in Role
    }
    elsewhere = Organisation.objects.create(code="elsewhere", name="Lower Reach Coordination Centre")
    outsider = make_user("outsider", elsewhere, Role.DISTRICT_OFFICER, OUTSIDE_DISTRICT)
    return Cast(users, outsider)


def make_user(username: str, organisation: Organisation, role: Role, area_code: str) -> User:
    """Return a user with one grant, for a year around today."""
    user = User.objects.create_user(username, PASSWORD, name=f"The {username}", organisation=organisation)
    today = timezone.localdate()
    Grant.objects.create(
        user=user,
        role=role,
        area_code=area_code,
        purposes=[one.value for one in PURPOSES[role]],
        valid_from=today - timedelta(days=30),
        valid_to=today + timedelta(days=300),
    )
    return user


def proven(client: Client, user: User, method: str = "mfa", ago: int = 0, kind: str = "") -> Client:
    """Return a browser in which a user proved who they are, some seconds ago, by a kind of second factor."""
    session = client.session
    known = Authenticator.objects.filter(user=user, type=kind).values_list("pk", flat=True).first()
    said = {"method": method, "at": time.time() - ago} | ({"type": kind, "id": known} if kind else {})
    session["account_authentication_methods"] = [said]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """Return a function that gives a browser in which a user is signed in with a second factor."""
    return signed_in


def signed_in(user: User) -> Client:
    """Return a browser in which a user is signed in with a second factor."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[SESSION_FLAG] = True
    session.save()
    return client

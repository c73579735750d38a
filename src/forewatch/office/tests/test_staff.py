"""The page of staff: whom it shows to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import Cast
from forewatch.office.queries import one_colleague, staff
from forewatch.ui.problems import NotFound

SignIn = Callable[[User], Client]


def test_an_administrator_sees_everybody_but_programs(cast: Cast) -> None:
    seen = {one.user for one in staff(cast.actor(Role.ADMINISTRATOR))}

    assert seen == {*cast.users.values(), cast.outsider} - {cast[Role.AGENCY]}


def test_a_lead_sees_the_people_of_the_province_and_of_every_area(cast: Cast) -> None:
    seen = {one.user for one in staff(cast.actor(Role.PROVINCIAL_LEAD))}

    assert cast[Role.DISTRICT_OFFICER] in seen
    assert cast[Role.ADMINISTRATOR] in seen
    assert cast.outsider not in seen
    with pytest.raises(NotFound):
        one_colleague(cast.actor(Role.PROVINCIAL_LEAD), cast.outsider.pk)


@pytest.mark.parametrize(
    "role", [one for one in Role if one not in (Role.ADMINISTRATOR, Role.PROVINCIAL_LEAD)]
)
def test_nobody_else_sees_anybody(cast: Cast, role: Role) -> None:
    assert staff(cast.actor(role)) == []


def test_roles_areas_and_dates_stand_in_words(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast[Role.PROVINCIAL_LEAD])
    client.cookies["language"] = "th"

    page = client.get("/staff/").content.decode()

    assert escape("เจ้าหน้าที่อำเภอ · ท่าข้ามหนึ่ง") in page
    assert "district_officer" not in page
    assert "256" in page, "years of the Buddhist era"
    assert "/staff/accounts/" not in page, "only the administrator makes accounts"

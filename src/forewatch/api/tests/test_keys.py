"""Keys: given by an administrator, shown once, kept as a digest, ended at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Refused
from forewatch.access.models import Grant, User
from forewatch.access.rules import DataClass, Purpose, Role
from forewatch.api.actions import end_key, give_key
from forewatch.api.models import Key, Submission
from forewatch.api.tests.conftest import Program
from forewatch.audit.models import Event
from forewatch.config.tests.cast import PROVINCE, Cast
from forewatch.places.models import Area
from forewatch.ui.problems import Conflict, Problem

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def given(cast: Cast, sign_in: SignIn, program: Program, areas: dict[str, Area]) -> tuple[Client, str]:
    """Give a key through the pages; return the browser and the secret it showed."""
    browser = sign_in(cast[Role.ADMINISTRATOR])
    said = {"source": program.key.source_id, "area": areas[PROVINCE].pk, "months": "6"}
    page = browser.post("/keys/new", said).content.decode()
    (secret,) = re.findall(r'<code id="key">([^<]+)</code>', page)
    return browser, secret


def test_a_key_is_shown_once_and_works(
    cast: Cast, sign_in: SignIn, program: Program, areas: dict[str, Area]
) -> None:
    browser, secret = given(cast, sign_in, program, areas)
    assert len(secret) >= 50
    assert secret not in browser.get("/keys/").content.decode()
    assert Program(program.key, secret, program.agency).get("areas").status_code == 200


def test_nothing_in_the_database_is_the_key(program: Program) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not any(program.secret in str(cell) for row in cursor.fetchall() for cell in row), table


def test_a_key_has_one_grant_for_one_purpose_in_one_area_until_a_day(
    cast: Cast, sign_in: SignIn, program: Program, areas: dict[str, Area]
) -> None:
    given(cast, sign_in, program, areas)
    key = Key.objects.exclude(pk=program.key.pk).get()
    grant = Grant.objects.get(user=key.account)
    assert (grant.role, grant.area_code, grant.purposes) == (Role.AGENCY, PROVINCE, [Purpose.IMPORT])
    assert (grant.valid_to - grant.valid_from).days == 180
    assert grant.granted_by == cast[Role.ADMINISTRATOR]
    assert (key.source.agency, key.account.organisation) == (program.key.source.agency,) * 2


def test_nobody_signs_in_as_a_key(program: Program, rf: object) -> None:
    account = program.key.account
    assert not account.has_usable_password()
    request = rf.post("/account/login/")  # type: ignore[attr-defined]
    assert authenticate(request, username=account.username, password=program.secret) is None


def test_a_key_that_ended_is_refused_at_once_with_all_its_account_had(cast: Cast, program: Program) -> None:
    assert program.get("areas").status_code == 200
    administrator = cast.actor(Role.ADMINISTRATOR)
    end_key(by=administrator, key=program.key)
    assert program.get("areas").status_code == 401
    assert actor_for(User.objects.get(pk=program.key.account_id)).grants == ()
    with pytest.raises(Conflict):
        end_key(by=administrator, key=program.key)


def test_the_page_ends_a_key_and_says_so(cast: Cast, sign_in: SignIn, program: Program) -> None:
    browser = sign_in(cast[Role.ADMINISTRATOR])
    assert "End it" in browser.get("/keys/").content.decode()
    page = browser.post(f"/keys/{program.key.pk}/end", follow=True).content.decode()
    assert "The key has ended" in page
    assert "End it" not in page


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_nobody_else_gives_or_ends_keys(
    cast: Cast, program: Program, areas: dict[str, Area], role: Role
) -> None:
    by = cast.actor(role)
    with pytest.raises(Refused):
        give_key(by=by, source=program.key.source, area=areas[PROVINCE], until=by.today + timedelta(days=9))
    with pytest.raises(Refused):
        end_key(by=by, key=program.key)


def test_a_key_holds_for_a_year_at_most(cast: Cast, program: Program, areas: dict[str, Area]) -> None:
    by = cast.actor(Role.ADMINISTRATOR)
    with pytest.raises(Problem, match="366 days at most"):
        give_key(by=by, source=program.key.source, area=areas[PROVINCE], until=by.today + timedelta(days=400))
    assert Key.objects.count() == 1


def test_giving_and_ending_leave_audit_rows(cast: Cast, program: Program) -> None:
    by = cast.actor(Role.ADMINISTRATOR)
    end_key(by=by, key=program.key)
    rows = Event.objects.filter(subject="key", subject_id=program.key.pk).order_by("id")
    assert [(one.verb, one.reason, one.actor_id) for one in rows] == [
        ("create", "given", by.user_id),
        ("correct", "ended", by.user_id),
    ]


def test_the_day_of_last_use_is_kept(program: Program, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast[Role.ADMINISTRATOR])
    assert "never" in browser.get("/keys/").content.decode()
    program.get("areas")
    assert Key.objects.get().used_on == cast.actor(Role.ADMINISTRATOR).today
    assert "never" not in browser.get("/keys/").content.decode()


def test_a_refusal_over_a_key_is_written_down(program: Program) -> None:
    Grant.objects.filter(user=program.key.account).update(purposes=[])
    assert program.get(f"submissions/{program.key.pk}").status_code == 403
    row = Event.objects.get(allowed=False)
    assert (row.actor_id, row.data_class, row.verb) == (program.key.account_id, "observation", "import")


@pytest.mark.parametrize("model", [Key, Submission])
def test_every_field_has_a_privacy_class(model: type[Key | Submission]) -> None:
    assert isinstance(model.Privacy.default, DataClass)

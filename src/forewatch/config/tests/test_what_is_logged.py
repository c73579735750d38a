"""The log of the server: what breaks stands there in one line with its time, and no secret that was typed."""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings as configured
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from forewatch.access.first_codes import give_code
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.api.tests.conftest import Program, program, pupils
from forewatch.config import urls
from forewatch.config.tests.browser import code_of, give_authenticator
from forewatch.config.tests.cast import PASSWORD, Cast
from forewatch.intake.jobs import task_work

__all__ = ("program", "pupils")
SignIn = Callable[[User], Client]
CAUSE = "the disk is on fire"
BREAKS = "%0A2026-01-01T00:00:00 ERROR forged: all is lost%0D%1B[2J"


def breaks(*_args: Any, **_others: Any) -> Any:
    raise RuntimeError(CAUSE)


def page(request: HttpRequest, rest: str) -> HttpResponse:
    return breaks(request)


class Addresses:
    """The addresses of the site, and one that breaks."""

    urlpatterns = (*urls.urlpatterns, path("breaks/<path:rest>", page))


@pytest.fixture(autouse=True)
def _everything(caplog: pytest.LogCaptureFixture) -> None:
    cache.clear()
    caplog.set_level(logging.DEBUG)


def errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was logged as an error with its cause."""
    return [one for one in caplog.records if one.levelno >= logging.ERROR and one.exc_info]


def test_a_page_that_breaks_is_logged_with_its_cause(
    db: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = Addresses

    Client(raise_request_exception=False).get("/breaks/here")

    (one,) = errors(caplog)
    assert "/breaks/here" in one.getMessage()
    assert CAUSE in str(one.exc_info)


def test_an_operation_of_the_api_that_breaks_is_logged_with_its_cause(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("forewatch.api.queries.areas", breaks)

    program.get("areas")

    (one,) = errors(caplog)
    assert "/api/v1/areas" in one.getMessage()
    assert CAUSE in str(one.exc_info)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_breaks_is_logged_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("forewatch.intake.jobs.work", breaks)
    task_work.enqueue("01a22685-9b6d-7725-a3b3-9e3badcd7895")

    call_command("db_worker", batch=True, interval=0.1, verbosity=1, queue_name="*")

    assert [one for one in errors(caplog) if CAUSE in str(one.exc_info)]


def test_a_line_break_in_an_address_begins_no_line_of_its_own(
    program: Program,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.ROOT_URLCONF = Addresses
    monkeypatch.setattr("forewatch.api.guarding._too_often", breaks)
    client = Client(raise_request_exception=False)

    client.get(f"/breaks/{BREAKS}")
    client.get(f"/no-such-page/{BREAKS}")
    program.get(f"areas/{BREAKS}")

    said = [one.getMessage() for one in caplog.records if "forged" in one.getMessage()]
    assert len(said) >= 3
    assert [one for one in said if one.endswith("broke")]
    assert not [one for one in said if re.search(r"[\x00-\x1f\x7f]", one)]


def test_nothing_that_was_typed_to_sign_in_stands_in_the_log(
    cast: Cast, program: Program, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    user, client = cast[Role.ANALYST], Client()
    give_authenticator(user)
    code = give_code(user=cast[Role.VOLUNTEER], now=program.key.made_at, by=None)
    wrong = "a password with one sign too few"
    typed = {"username": "volunteer", "first_code": code[:-1] + "x", "password1": wrong, "password2": wrong}

    for password in (wrong, PASSWORD):
        client.post("/account/login/", {"login": user.username, "password": password})
    client.post("/account/2fa/authenticate/", {"code": "918273"})
    client.post("/account/2fa/authenticate/", {"code": code_of(user)})
    client.post("/account/first/", typed)
    program.get("areas", unknown="x")
    Client().get("/api/v1/areas", headers={"Authorization": f"Bearer {program.secret}x"})

    kept = str([*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()])
    logged = "\n".join(str(vars(one)) for one in caplog.records if one.name != "django.db.backends")
    assert "Unauthorized" in logged
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    for secret in (wrong, PASSWORD, "918273", typed["first_code"], program.secret, session):
        assert secret not in logged
        assert secret not in kept


def test_each_line_says_when_with_the_distance_from_utc() -> None:
    style = configured.LOGGING["formatters"]["line"]
    handler = logging.StreamHandler(said := StringIO())
    handler.setFormatter(logging.Formatter(style["format"], style.get("datefmt"), style=style["style"]))

    handler.handle(logging.LogRecord("made.up", logging.WARNING, "", 0, "words", None, None))

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0700 WARNING made\.up: words\n", said.getvalue())

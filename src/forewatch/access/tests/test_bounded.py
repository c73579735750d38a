"""What a page asks of PostgreSQL is cut off after its seconds: its user is told, and nothing stays."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from forewatch.access.decisions import Refused
from forewatch.access.middleware import write_down
from forewatch.access.models import Organisation, User
from forewatch.access.rules import DataClass, Role, Verb
from forewatch.api.guarding import opened
from forewatch.audit.models import Event
from forewatch.config import urls
from forewatch.config.tests.cast import Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[User], Client]
SECONDS = 0.4
seen: list[str] = []


def asked(words: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return str(cursor.fetchone()[0])


def slow(request: HttpRequest) -> HttpResponse:
    """Write something, then ask for something that takes long."""
    write(request)
    asked("SELECT pg_sleep(20)")
    return HttpResponse("never")


def slow_inside(request: HttpRequest) -> HttpResponse:
    """The same, where a step of its own is stopped and what was before it would stay."""
    write(request)
    with transaction.atomic():
        asked("SELECT pg_sleep(20)")
    return HttpResponse("never")


def renames(request: HttpRequest) -> HttpResponse:
    """Change a row that somebody else may hold."""
    write(request)
    with transaction.atomic():
        User.objects.filter(pk=request.user.pk).update(name="Another")
    return HttpResponse("done")


def refused(request: HttpRequest) -> HttpResponse:
    """Write an event of the trail, whose place in the chain is taken at the commit."""
    write_down(request.actor, Refused("no", DataClass.IDENTITY, Verb.REVEAL))
    return HttpResponse("done")


def looks(request: HttpRequest) -> HttpResponse:
    """See what holds now, and what holds after the commit."""
    note = lambda: seen.append(asked("SHOW statement_timeout") + asked("SHOW lock_timeout"))  # noqa: E731
    transaction.on_commit(note)
    note()
    return HttpResponse("done")


def says_so(request: HttpRequest) -> HttpResponse:
    """Do something that is chained at the commit, and say that it is done."""
    messages.success(request, "It is done.")
    return refused(request)


def broken(request: HttpRequest) -> HttpResponse:
    """Fail as a database does that goes away."""
    raise OperationalError("made up")


def write(request: HttpRequest) -> None:
    Organisation.objects.create(code="half", name="Half done")


class Addresses:
    """The addresses of the site, and some that take long."""

    urlpatterns = (
        *urls.urlpatterns,
        path("slow", slow),
        path("slow/inside", slow_inside),
        path("slow/renames", renames),
        path("slow/refused", refused),
        path("slow/says", says_so),
        path("slow/looks", looks),
        path("slow/broken", broken),
        path("slow/program", opened(slow, {"GET": None}, frozenset())),
    )


@pytest.fixture
def officer(cast: Cast, sign_in: SignIn, settings: Settings) -> Client:
    settings.ROOT_URLCONF = Addresses
    settings.STATEMENT_SECONDS = SECONDS
    seen.clear()
    return sign_in(cast[Role.DISTRICT_OFFICER])


@contextmanager
def somebody_else(words: str, *values: object) -> Iterator[None]:
    """Hold what this SQL takes, in a transaction of somebody else's."""
    url = os.environ["FOREWATCH_TEST_DATABASE_URL"].rsplit("/", 1)[0]
    with psycopg.connect(f"{url}/{connection.settings_dict['NAME']}") as other:
        other.execute(words, values)
        yield


def told(client: Client, address: str) -> str:
    """Return the page that says that it took too long, and make sure that nothing stayed."""
    began = time.monotonic()
    answer = client.get(address)
    assert time.monotonic() - began < 15
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert not Organisation.objects.filter(code="half").exists()
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/slow", "/slow/inside"])
def test_what_takes_long_is_stopped_told_and_nothing_stays(officer: Client, address: str) -> None:
    page = told(officer, address)
    assert "This took too long and was stopped, so that others can go on. Nothing was saved." in page
    assert "The district-officer" in page


def test_it_is_told_in_thai(officer: Client) -> None:
    officer.cookies["language"] = "th"
    assert "คำขอนี้ใช้เวลานานเกินไปและถูกหยุด" in told(officer, "/slow")


def test_a_program_is_told_as_programs_are(officer: Client) -> None:
    page = told(officer, "/slow/program")
    assert page.startswith("{")
    assert "took too long" in page


def test_whoever_waits_for_somebody_else_hears_so(officer: Client, cast: Cast) -> None:
    row = cast[Role.DISTRICT_OFFICER].pk
    with somebody_else("SELECT 1 FROM access_user WHERE id = %s FOR UPDATE", row):
        page = told(officer, "/slow/renames")
    assert "Somebody else is writing just now" in page
    assert User.objects.get(pk=row).name == "The district-officer"


def test_whoever_waits_in_vain_at_the_commit_hears_so_too(officer: Client) -> None:
    before = Event.objects.count()
    with somebody_else("SELECT pg_advisory_xact_lock(hashtext('audit_link'))"):
        page = told(officer, "/slow/refused")
    assert "Somebody else is writing just now" in page
    assert Event.objects.count() == before


def test_nobody_is_told_that_what_was_taken_back_is_done(officer: Client) -> None:
    with somebody_else("SELECT pg_advisory_xact_lock(hashtext('audit_link'))"):
        page = told(officer, "/slow/says")
    assert "It is done." not in page
    assert "It is done." not in officer.get("/").content.decode()


def test_it_holds_for_the_page_alone_and_not_for_what_comes_after_it(officer: Client) -> None:
    assert officer.get("/slow/looks").status_code == 200
    told(officer, "/slow")
    assert seen == ["400ms320ms", "00"]
    assert asked("SHOW statement_timeout") + asked("SHOW lock_timeout") == "00"
    assert asked("SELECT pg_sleep(0.6)::text") == ""


def test_another_error_of_the_database_is_no_lack_of_time(officer: Client) -> None:
    with pytest.raises(OperationalError, match="made up"):
        officer.get("/slow/broken")

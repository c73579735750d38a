"""Pages for what went wrong: each says what to do, and gives nothing away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import path
from playwright.sync_api import Page
from pytest_django import Settings

from forewatch.config import urls
from forewatch.config.tests.browser import NARROW
from forewatch.ui.problems import Conflict, NotFound, Problem

WORDS = "The row was changed by somebody else. Open it again."


def raising(problem: Exception) -> object:
    def view(request: HttpRequest) -> HttpResponse:
        raise problem

    return view


class Addresses:
    """The addresses of the site, and some that fail."""

    urlpatterns = (
        *urls.urlpatterns,
        path("fails/problem", raising(Problem(WORDS))),
        path("fails/conflict", raising(Conflict(WORDS))),
        path("fails/hidden", raising(NotFound("a household of another district"))),
        path("fails/absent", raising(Http404("a table's name"))),
        path("fails/suspicious", raising(SuspiciousOperation("the header of a proxy"))),
        path("fails/locked", raising(OperationalError("database is locked"))),
        path("fails/gone", raising(OperationalError("the server closed the connection"))),
        path("fails/broken", raising(RuntimeError("the password of the database"))),
    )


@pytest.fixture(autouse=True)
def _failing_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = Addresses


@pytest.mark.parametrize(("address", "status"), [("problem", 400), ("conflict", 409)])
def test_a_problem_is_a_sentence_with_its_status(client: Client, db: None, address: str, status: int) -> None:
    answer = client.get(f"/fails/{address}")

    assert answer.status_code == status
    assert WORDS in answer.content.decode()


def test_a_database_that_stays_locked_asks_for_patience(client: Client, db: None) -> None:
    answer = client.get("/fails/locked")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Nothing was saved; try again." in answer.content.decode()
    with pytest.raises(OperationalError, match="closed the connection"):
        client.get("/fails/gone")


def test_what_is_hidden_reads_like_what_is_not_there(client: Client, db: None) -> None:
    pages = [client.get(address) for address in ("/fails/hidden", "/fails/absent", "/no-such-address")]

    assert {page.status_code for page in pages} == {404}
    texts = {page.content.decode().split("<main")[1] for page in pages}
    assert len(texts) == 1
    assert "household" not in texts.pop()


def test_a_forged_form_is_refused_in_words(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x"})

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "damaged, incomplete or too large"), ("th", "ไม่สมบูรณ์")]
)
def test_what_cannot_be_read_is_answered_in_words(
    client: Client, db: None, language: str, words: str
) -> None:
    client.cookies["language"] = language

    answer = client.get("/fails/suspicious")

    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "proxy" not in page
    assert 'href="/"' in page


def test_too_many_sign_ins_at_once_are_slowed(client: Client, db: None) -> None:
    cache.clear()
    statuses = [client.get("/account/login/").status_code for _ in range(3)]
    posted = [client.post("/account/login/", {}) for _ in range(31)]

    assert statuses == [200, 200, 200]
    assert posted[-1].status_code == 429
    assert "Wait a minute" in posted[-1].content.decode()
    cache.clear()


def test_a_crash_says_so_in_both_languages_and_no_more(db: None) -> None:
    client = Client(raise_request_exception=False)

    answer = client.get("/fails/broken")

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in page
    assert "ระบบขัดข้อง" in page
    assert "password" not in page


def test_the_page_of_a_crash_needs_no_database_no_translation_and_no_request() -> None:
    template = get_template("500.html")

    source = template.template.source

    assert "{%" not in source
    assert "{{" not in source
    assert "Something broke" in template.render()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html"])
def test_pages_of_problems_show_the_way_back(db: None, name: str) -> None:
    request = RequestFactory().get("/anything")
    request.user = AnonymousUser()

    page = get_template(name).render({}, request)

    assert "<h1>" in page
    assert 'href="/"' in page


def test_a_lost_visitor_is_not_trapped(open_page: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    page = open_page(NARROW)
    page.goto("/no-such-address")

    axe(page)
    page.click("text=To the first page")

    page.get_by_role("heading", level=1, name="Sign in").wait_for()

"""A real installation answers nothing that did not come by HTTPS through its proxy, pages and API alike."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from forewatch.access.https import HttpsOnly
from forewatch.config import settings as installed

PAGES = [
    "/",
    "/account/login/",
    "/api/v1/areas",
    "/api/v1/submissions",
    "/static/ui/forewatch.css",
    "/people/",
]


@pytest.fixture
def door(settings: Settings) -> HttpsOnly:
    settings.HTTPS_ONLY = True
    return HttpsOnly(lambda _request: HttpResponse("in"))


def asked(door: HttpsOnly, path: str, secure: bool = False, **said: str) -> Any:
    request: HttpRequest = RequestFactory().get(path, secure=secure, **said)  # type: ignore[arg-type]
    return door(request)


@pytest.mark.parametrize("path", PAGES)
def test_plain_http_is_refused_and_not_redirected(door: HttpsOnly, path: str) -> None:
    for said in ({}, {"HTTP_X_FORWARDED_PROTO": "http"}):
        answer = asked(door, path, **said)
        assert answer.status_code == 403
        assert "Location" not in answer


@pytest.mark.parametrize("path", PAGES)
def test_what_the_proxy_calls_https_is_answered(door: HttpsOnly, path: str) -> None:
    assert asked(door, path, HTTP_X_FORWARDED_PROTO="https").content == b"in"
    assert asked(door, path, secure=True).content == b"in"


@pytest.mark.parametrize("said", ["https,http", "https, https", "http,https", "HTTPS", "https ", ""])
def test_a_word_of_the_browser_before_that_of_the_proxy_opens_nothing(door: HttpsOnly, said: str) -> None:
    assert asked(door, "/", HTTP_X_FORWARDED_PROTO=said).status_code == 403


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "::ffff:203.0.113.9", "", "unknown"])
def test_only_the_proxy_on_this_machine_is_believed(door: HttpsOnly, address: str) -> None:
    answer = asked(door, "/", HTTP_X_FORWARDED_PROTO="https", REMOTE_ADDR=address)
    assert answer.status_code == 403


def test_a_watchdog_on_the_machine_needs_no_proxy(door: HttpsOnly) -> None:
    assert asked(door, "/health").content == b"in"
    assert asked(door, "/healthy").status_code == 403


def test_it_stands_first_and_only_the_demonstration_goes_without(settings: Settings) -> None:
    assert installed.MIDDLEWARE[0] == "forewatch.access.https.HttpsOnly"
    assert installed.HTTPS_ONLY is not installed.DEMO
    settings.HTTPS_ONLY = False
    with pytest.raises(MiddlewareNotUsed):
        HttpsOnly(lambda _request: HttpResponse())

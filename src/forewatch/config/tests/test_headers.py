"""What every answer tells the browser: its kind, what to load, and that no other site frames or reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import path, reverse
from pytest_django import Settings

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config import urls
from forewatch.config.tests.cast import Cast
from forewatch.config.tests.test_every_address import ADDRESSES, OURS
from forewatch.config.tests.world import World

SignIn = Callable[[User], Client]
SHOWN = ("text/html", "application/json", "application/problem+json", "application/geo+json")
"""Kinds that pages, scripts and programs read; all others are files to keep."""
MAP_TILES = "area_tiles"
"""Asked for by the map alone, in pieces."""
TEXT = re.compile(r"text/|.*[/+]xml")


def broken(request: object) -> None:
    raise RuntimeError("the password of the database")


class Addresses:
    """The addresses of the site, and one that breaks."""

    urlpatterns = (*urls.urlpatterns, path("breaks", broken))


@pytest.fixture
def style(settings: Settings) -> Iterator[str]:
    """Return the address of a static file."""
    file = Path(settings.STATIC_ROOT) / "made-up.css"
    file.write_text("body { color: black }", encoding="utf-8")
    yield "/static/made-up.css"
    file.unlink()


@pytest.fixture
def answers(cast: Cast, world: World, sign_in: SignIn, settings: Settings, style: str) -> Mapping[str, Any]:
    """Return an answer of each sort."""
    settings.ROOT_URLCONF = Addresses
    client = sign_in(cast[Role.ADMINISTRATOR])
    client.raise_request_exception = False
    stranger = Client(enforce_csrf_checks=True)
    importer = sign_in(cast[Role.ANALYST])
    rows = {"upload_id": world.ids["upload_id"]}
    return read_to_the_end(
        {
            "page": client.get("/"),
            "sign-in": stranger.get("/account/login/"),
            "redirect": stranger.get("/people/"),
            "API": client.get("/api/v1/areas"),
            "API error": client.get("/api/v1/areas/XX99"),
            "API closed": stranger.get("/api/v1/areas"),
            "file": importer.get(reverse("intake_rejected_csv", kwargs=rows)),
            "workbook": importer.get(reverse("intake_rejected_xlsx", kwargs=rows)),
            "profile": importer.get(reverse("intake_profile", kwargs={"profile_code": "bmn-12"})),
            "style": client.get(style),
            "no such style": client.get("/static/none.css"),
            "no such page": client.get("/no-such-page"),
            "forged": stranger.post("/account/login/", {}),
            "method": client.delete("/"),
            "broken": client.get("/breaks"),
            "health": stranger.get("/health"),
        }
    )


def read_to_the_end(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answers, with files of the server closed."""
    for answer in answers.values():
        if answer.streaming:
            assert b"".join(answer.streaming_content)
    return answers


def test_there_is_an_answer_of_each_sort(answers: Mapping[str, Any]) -> None:
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {
        "redirect": 302, "API error": 404, "API closed": 401, "no such style": 404, "no such page": 404,
        "forged": 403, "method": 405, "broken": 500,
    }  # fmt: skip


def trust(answer: Any) -> dict[str, set[str]]:
    """Return the content security policy of an answer, by directive."""
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {part[0]: set(part[1:]) for part in parts}


def test_each_answer_says_what_a_browser_may_load_and_that_nobody_frames_it(
    answers: Mapping[str, Any],
) -> None:
    for name, answer in answers.items():
        policy = trust(answer)
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}, name
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == {"'self'"}, name
        # Objects fall back to what is said for all.
        assert "object-src" not in policy, name
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set().union(*policy.values()), name


def test_each_answer_is_taken_for_what_it_says_it_is(answers: Mapping[str, Any]) -> None:
    for name, answer in answers.items():
        assert answer["X-Content-Type-Options"] == "nosniff", name
        kind = answer["Content-Type"]
        assert "charset=utf-8" in kind.replace('"', "").lower() or not TEXT.match(kind), name


def test_the_kind_of_an_answer_is_its_own(answers: Mapping[str, Any]) -> None:
    kinds = {name: answer["Content-Type"].partition(";")[0] for name, answer in answers.items()}

    assert kinds == dict.fromkeys(answers, "text/html") | {
        "API": "application/json", "API error": "application/problem+json",
        "API closed": "application/problem+json", "file": "text/csv",
        "workbook": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "profile": "application/yaml", "style": "text/css", "health": "application/json",
    }  # fmt: skip


def test_no_answer_tells_another_site_where_one_was(answers: Mapping[str, Any]) -> None:
    for name, answer in answers.items():
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name


def test_no_other_site_may_read_an_answer(
    answers: Mapping[str, Any], style: str, sign_in: SignIn, cast: Cast
) -> None:
    client = sign_in(cast[Role.ADMINISTRATOR])
    elsewhere = {"Origin": "https://elsewhere.example"}
    asked = {one: client.get(one, headers=elsewhere) for one in ("/", style, "/api/v1/areas")}
    asked["before"] = client.options("/api/v1/areas", headers=elsewhere)

    for answer in (*answers.values(), *read_to_the_end(asked).values()):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_what_is_no_page_is_a_file_to_keep(cast: Cast, world: World, sign_in: SignIn) -> None:
    files = set()
    for role in (Role.PROVINCIAL_LEAD, Role.ANALYST, Role.ADMINISTRATOR):
        for name, method in ADDRESSES:
            where = reverse(name, kwargs=world.arguments(OURS[name]))
            answer = world.undone(
                lambda role=role, method=method, where=where: sign_in(cast[role]).generic(method, where)
            )
            kind = answer.get("Content-Type", "text/html").partition(";")[0]
            assert answer["X-Content-Type-Options"] == "nosniff", name
            assert trust(answer)["frame-ancestors"] == {"'none'"}, name
            if kind in SHOWN or name == MAP_TILES:
                continue
            assert answer["Content-Disposition"].startswith("attachment"), f"{name}: {kind}"
            files.add(name)

    assert {"intake_rejected_csv", "intake_rejected_xlsx", "intake_profile"} <= files

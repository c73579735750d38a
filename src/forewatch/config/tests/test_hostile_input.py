"""What somebody hostile writes into an address, a field or a name of a file stays text and leads nowhere."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PASSWORD, PROVINCE, VILLAGE, Cast
from forewatch.config.tests.test_every_address import ADDRESSES, OURS
from forewatch.config.tests.world import World
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.places.models import Area

SignIn = Callable[[User], Client]
DATABASE = ("' OR '1'='1", "'; DROP TABLE places_area; --", '" OR 1=1 --', "%", "_", "\\", "\x00")
ELSEWHERE = (
    "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "///elsewhere.example/",
    "https:elsewhere.example", "javascript:alert(1)", "data:text/html,x", " https://elsewhere.example/",
)  # fmt: skip
NAMES = ("../../../evil.csv", "/evil.csv", "..\\..\\evil.csv", "$(touch evil).csv", "evil;touch evil.csv")


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    cache.clear()


@pytest.mark.parametrize("said", DATABASE)
def test_a_search_looks_for_what_was_typed_and_nothing_else(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn, said: str
) -> None:
    client = sign_in(cast[Role.PROVINCIAL_LEAD])
    count = Area.objects.count()

    assert not client.get("/areas/", {"q": f"Mill{said}Vill"}).context["found"].hits
    if said.isprintable():
        Area.objects.filter(code=VILLAGE).update(name=f"Mill{said}Village")
        (found,) = client.get("/areas/", {"q": f"Mill{said}Vill"}).context["found"].hits
        assert found.area.code == VILLAGE
    assert Area.objects.count() == count


@pytest.mark.parametrize("said", DATABASE)
def test_no_address_breaks_by_what_stands_behind_its_question_mark(
    cast: Cast, world: World, sign_in: SignIn, said: str
) -> None:
    asked = dict.fromkeys(
        ("q", "code", "after", "area", "level", "by", "sex", "on", "draft", "source", "state", "status",
         "day", "place", "index", "age", "waiting", "parent", "limit", "offset", "kind", "page", "person"),
        said,
    )  # fmt: skip
    for role in (Role.PROVINCIAL_LEAD, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER):
        client = sign_in(cast[role])
        for name, method in ADDRESSES:
            if method == "GET":
                answer = client.get(reverse(name, kwargs=world.arguments(OURS[name])), asked)
                assert answer.status_code < 500, name


@pytest.mark.parametrize("said", DATABASE)
def test_nobody_signs_in_by_a_piece_of_a_query(cast: Cast, said: str) -> None:
    for login in (said, f"volunteer{said}"):
        answer = Client().post("/account/login/", {"login": login, "password": PASSWORD})

        assert answer.status_code == 200


def links(page: str) -> Iterator[str]:
    """Yield the addresses that a page leads to."""
    yield from (unescape(one) for one in re.findall(r'(?:href|action|hx-get|src)="([^"]*)"', page))


def test_signs_of_an_address_stay_inside_the_value_that_holds_them(
    cast: Cast, sign_in: SignIn, world: World
) -> None:
    said = "a&next=https://elsewhere.example#b?c=d/../e%26f\"><b>'+"
    asked = f"/areas/?q={quote(said)}"

    to_sign_in = Client().get(asked).url
    page = sign_in(cast[Role.PROVINCIAL_LEAD]).get("/people/", {"status": said, "after": "A:"})

    assert parse_qs(urlsplit(to_sign_in).query) == {"next": [asked]}
    led = [parse_qs(urlsplit(one).query) for one in links(page.content.decode())]
    assert [one["status"] for one in led if "status" in one] == [[said]]
    assert not [one for one in led if "next" in one]
    assert "<b>'" not in page.content.decode()


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_answer_sends_anybody_to_another_site(cast: Cast, sign_in: SignIn, where: str) -> None:
    user, signed_in = cast[Role.VOLUNTEER], sign_in(cast[Role.VOLUNTEER])
    password = {"password": PASSWORD, "next": where}
    asked = f"?next={quote(where)}"

    answers = {
        "sign-in": Client().post("/account/login/", password | {"login": user.username}),
        "sign-in by its address": Client().post(
            f"/account/login/{asked}", {"login": user.username, "password": PASSWORD}
        ),
        "again": signed_in.post(f"/account/reauthenticate/{asked}", password),
        "already": signed_in.get(f"/account/login/{asked}"),
        "language": signed_in.post("/language/setlang/", {"language": "th", "next": where}),
        "out": signed_in.post(f"/account/logout/{asked}", {"next": where}),
    }

    for name, answer in answers.items():
        assert answer.status_code == 302, name
        assert answer.url.startswith("/"), f"{name}: {answer.url}"
        assert not answer.url.startswith(("//", "/\\")), f"{name}: {answer.url}"
    door = Client().get(f"/account/login/{asked}").content.decode()
    assert not [
        link for link in links(door) if "elsewhere" in link or link.startswith(("javascript", "data"))
    ]


def test_what_is_encoded_twice_is_decoded_once(cast: Cast, sign_in: SignIn, areas: dict[str, Area]) -> None:
    client = sign_in(cast[Role.ANALYST])
    twice = quote(quote(VILLAGE[0], safe="").replace("X", "%58")) + VILLAGE[1:]

    assert client.get("/areas/?q=%254Dill").context["words"] == "%4Dill"
    assert "&amp;lt;b&amp;gt;" in client.get("/areas/", {"q": "&lt;b&gt;"}).content.decode()
    assert client.get("/areas/", {"q": "\\u004dill"}).context["words"] == "\\u004dill"
    assert twice == "%2558A10010101"
    assert client.get(f"/areas/{VILLAGE}/").status_code == 200
    assert client.get(f"/areas/{twice}/").status_code == 404
    assert client.get(f"/api/v1/areas/{VILLAGE}").status_code == 200
    assert client.get(f"/api/v1/areas/{twice}").status_code in (404, 422)


def test_a_value_counts_once_and_where_it_belongs(
    cast: Cast, sign_in: SignIn, areas: dict[str, Area]
) -> None:
    user, client = cast[Role.ANALYST], sign_in(cast[Role.ANALYST])
    typed = {"login": cast[Role.VOLUNTEER].username, "password": PASSWORD}

    twice = client.get(f"/api/v1/areas?parent={PROVINCE}&parent=XA")
    strange = client.get("/api/v1/areas?parents=XA")
    client.post("/language/setlang/?language=th")
    in_the_address = Client().post("/account/login/", query_params=typed)
    forged = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', forged.get("/account/login/").content.decode())

    assert twice.status_code == strange.status_code == 422
    assert twice.json()["errors"][0]["where"] == "query.parent"
    assert User.objects.get(pk=user.pk).language == "en"
    assert in_the_address.status_code == 200
    assert token
    assert forged.post(f"/account/login/?csrfmiddlewaretoken={token[1]}", typed).status_code == 403


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_decides_neither_where_it_lies_nor_what_is_run(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    started: list[Any] = []
    real = subprocess.Popen

    def noted(command: Any, *args: Any, **others: Any) -> Any:
        started.append((command, others.get("shell", False)))
        return real(command, *args, **others)

    monkeypatch.setattr(subprocess, "Popen", noted)
    home = Path(settings.DATA_DIR)
    before = set(home.rglob("*"))

    file = Agency(cast).upload(csv_of([pupil(1)]), name=name)

    new = {one.relative_to(home) for one in set(home.rglob("*")) - before if one.is_file()}
    assert new
    assert {one.parts[:2] for one in new} == {("intake", str(file.id))}
    assert not [one for one in new if "evil" in str(one)]
    assert started, "a file is read in a process of its own"
    assert all(isinstance(command, list) and not shell for command, shell in started)
    assert not [part for command, _shell in started for part in command if "evil" in str(part)]
    assert not [one for folder in (Path(), home, home.parent) for one in folder.glob("*evil*")]

"""Only addresses and static files are served: no folder, no file beside them, no request as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import Cast
from forewatch.config.tests.test_every_address import OURS
from forewatch.config.tests.world import World

SignIn = Callable[[User], Client]
MARK = "a-cookie-of-somebody-else"


@pytest.fixture
def folder(settings: Settings) -> Iterator[Path]:
    """Return a folder of static files with one file in it."""
    made = Path(settings.STATIC_ROOT) / "made-up"
    made.mkdir()
    (made / "style.css").write_text("body { color: black }", encoding="utf-8")
    yield made
    (made / "style.css").unlink()
    made.rmdir()


def test_no_folder_tells_what_lies_in_it(
    cast: Cast, folder: Path, settings: Settings, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.ADMINISTRATOR])
    style = client.get(f"/static/{folder.name}/style.css")
    assert b"".join(style.streaming_content).startswith(b"body")

    for asked in (
        "/static",
        "/static/",
        "/static/made-up",
        "/static/made-up/",
        "/files/",
        "/media/",
        "/uploads/",
    ):
        answer = client.get(asked, follow=True)
        assert answer.status_code == 404, asked
        assert b"style.css" not in answer.content


def test_no_file_beside_the_static_ones_is_served(
    cast: Cast, folder: Path, settings: Settings, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.ADMINISTRATOR])
    beside = Path(settings.DATA_DIR) / "beside.txt"
    beside.write_text(MARK, encoding="utf-8")

    for way in ("", "../", "..%2f", "made-up/../../", "%2e%2e/", "..\\", "//"):
        answer = client.get(f"/static/{way}{beside.name}", follow=True)
        assert answer.status_code == 404, way
    for name in (".git/config", ".env", "pyproject.toml", "forewatch.sqlite3", "static/.git/config"):
        assert client.get(f"/{name}").status_code == 404, name
    beside.unlink()


def test_no_request_comes_back_as_it_was_sent(
    cast: Cast, world: World, sign_in: SignIn, folder: Path
) -> None:
    places = [reverse(name, kwargs=world.arguments(pattern)) for name, pattern in OURS.items()]
    places += ["/account/login/", "/account/first/", "/account/2fa/", "/language/setlang/", "/no-such-page"]
    client = sign_in(cast[Role.ADMINISTRATOR])

    for place in (*places, f"/static/{folder.name}/style.css"):
        answer = client.generic("TRACE", place, headers={"X-Mark": MARK})
        assert answer.status_code >= 300, place
        assert MARK.encode() not in b"".join(answer)

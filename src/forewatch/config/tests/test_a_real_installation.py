"""A real installation, which tests of the demonstration never see: its settings, cookies and database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from forewatch.config.tests.test_environment import whole

SCRIPT = """
import json, re
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from forewatch.access.models import Organisation, User

call_command("migrate", verbosity=0)
said = {"users": User.objects.count()}
office = Organisation.objects.create(code="centre", name="Centre")
user = User.objects.create_user("mali", "five unrelated made up words", name="Mali", organisation=office)
said["hash"] = user.password
browser = Client(headers={"host": "centre.example"})
# Nobody has collected the static files here.
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
    door = browser.get("/account/login/", secure=True)
    asked = {"login": "mali", "password": "five unrelated made up words"}
    answers = [
        door,
        browser.post("/language/setlang/", {"language": "th"}, secure=True),
        browser.post("/account/login/", asked, secure=True),
        browser.get("/no-such-page", secure=True),
    ]
said["statuses"] = [one.status_code for one in answers]
said["cookies"] = {
    name: {key: value for key, value in cookie.items() if value}
    for one in answers for name, cookie in one.cookies.items()
}
said["hsts"] = [one["Strict-Transport-Security"] for one in answers]
said["missing"] = answers[-1].content.decode()
said["debug"] = [settings.DEBUG, settings.DEMO, settings.TEMPLATES[0]["OPTIONS"].get("debug", False)]
print(json.dumps(said))
"""
COOKIES = {"__Host-session", "__Host-csrf", "__Host-language"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a new installation says of itself after somebody signed in."""
    folder = tmp_path_factory.mktemp("installed")
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("FOREWATCH_", "DATABASE_"))
    }
    said = ours | whole(FOREWATCH_DATA_DIR=str(folder), ALLOWED_HOSTS="centre.example")
    said["DJANGO_SETTINGS_MODULE"] = "forewatch.config.settings"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=said, capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["statuses"] == [200, 302, 302, 404]
    return found


def test_it_does_not_explain_its_mistakes(installed: dict[str, Any]) -> None:
    assert installed["debug"] == [False, False, False]
    assert "URLconf" not in installed["missing"]


def test_each_cookie_is_bound_to_this_host_and_to_https(installed: dict[str, Any]) -> None:
    assert installed["cookies"].keys() == COOKIES
    for name, cookie in installed["cookies"].items():
        assert (cookie.get("secure"), cookie.get("path"), cookie.get("domain")) == (True, "/", None), name


def test_no_cookie_comes_along_from_another_site(installed: dict[str, Any]) -> None:
    assert {cookie.get("samesite") for cookie in installed["cookies"].values()} == {"Strict"}


def test_no_script_reads_a_cookie(installed: dict[str, Any]) -> None:
    readable = [name for name, cookie in installed["cookies"].items() if not cookie.get("httponly")]
    assert not readable


def test_browsers_come_back_by_https_for_a_year(installed: dict[str, Any]) -> None:
    assert set(installed["hsts"]) == {"max-age=31536000; includeSubDomains"}


def test_passwords_are_kept_by_argon2(installed: dict[str, Any]) -> None:
    _argon, kind, _version, costs, *_rest = installed["hash"].split("$")[:5]
    spent = dict(one.split("=") for one in costs.split(","))

    assert kind == "argon2id"
    assert int(spent["m"]) >= 19 * 1024
    assert int(spent["t"]) >= 2


def test_nobody_has_an_account_that_came_with_the_program(installed: dict[str, Any]) -> None:
    assert installed["users"] == 0

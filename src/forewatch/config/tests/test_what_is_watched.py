"""Who came in, who tried and what was refused stand in the trail; a stranger's tries in the log, as JSON."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.first_codes import give_code
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.api.tests.conftest import Program, program, pupils
from forewatch.audit import shipping
from forewatch.audit.actions import record
from forewatch.audit.models import Event, Link
from forewatch.audit.rules import CONTENT, as_told
from forewatch.audit.tests.trails import trail, written
from forewatch.config.logs import JsonLines
from forewatch.config.tests.browser import code_of, give_authenticator
from forewatch.config.tests.cast import PASSWORD, Cast
from forewatch.config.tests.test_environment import whole
from forewatch.lib.ids import new_id

__all__ = ("program", "pupils", "trail")
SignIn = Callable[[User], Client]
WRONG = "a password with one sign too few"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return what the log says in a test, line by line, as an installation writes it."""
    cache.clear()
    handler = logging.StreamHandler(said := StringIO())
    handler.setFormatter(JsonLines())
    handler.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in said.getvalue().splitlines()]
    root.removeHandler(handler)


def sign_ins(user: User) -> list[tuple[str, str, bool]]:
    """Return what the trail says of somebody's coming and going, in order."""
    events = Event.objects.filter(actor_id=user.pk, verb__in=("sign_in", "sign_out"))
    return [(one.verb, one.reason, one.allowed) for one in events.order_by("id")]


def test_each_coming_and_going_stands_in_the_trail_with_its_proofs(cast: Cast) -> None:
    user, client = cast[Role.ANALYST], Client()
    give_authenticator(user)
    cache.clear()
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    assert sign_ins(user) == [], "half of a sign-in is none"
    client.post("/account/2fa/authenticate/", {"code": "123123"})
    client.post("/account/2fa/authenticate/", {"code": code_of(user)})
    client.post("/account/logout/")

    assert sign_ins(user) == [
        ("sign_in", "wrong totp", False),
        ("sign_in", "password + totp", True),
        ("sign_out", "", True),
    ]


def test_a_first_code_is_a_way_in_that_is_written_down(cast: Cast) -> None:
    user = cast[Role.VOLUNTEER]
    code, new = give_code(user=user, now=timezone.now(), by=None), "five unrelated made up words"
    cache.clear()
    typed = {"username": user.username, "first_code": code, "password1": new, "password2": new}
    Client().post("/account/first/", typed)

    assert sign_ins(user) == [("sign_in", "password", True)]
    assert Event.objects.filter(actor_id=user.pk, subject="first_code").exists()


@pytest.mark.parametrize(("username", "known"), [("volunteer", True), ("nobody-of-this-name", False)])
def test_a_wrong_password_is_logged_without_what_was_typed(
    cast: Cast, lines: Callable[[], list[dict[str, Any]]], username: str, known: bool
) -> None:
    user = cast[Role.VOLUNTEER]
    Client().post("/account/login/", {"login": username, "password": WRONG}, REMOTE_ADDR="203.0.113.9")

    (one,) = [line for line in lines() if line.get("event") == "sign_in_failed"]
    assert one["account"] == (str(user.pk) if known else None)
    assert (one["method"], one["from"], one["path"]) == ("password", "203.0.113.9", "/account/login/")
    assert WRONG not in str(lines())
    assert "nobody-of-this-name" not in str(lines())


def test_a_wrong_first_code_and_a_shut_door_are_logged(
    cast: Cast, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    typed = {
        "username": "volunteer",
        "first_code": "abcd",
        "password1": f"{WRONG} 7",
        "password2": f"{WRONG} 7",
    }
    Client().post("/account/first/", typed)
    for number in range(6):
        Client().post("/account/login/", {"login": "volunteer", "password": f"{WRONG} {number}"})

    events = [(one.get("event"), one.get("method")) for one in lines()]
    assert events[0] == ("sign_in_failed", "first code")
    assert ("shut_out", None) in events


def test_a_forged_form_wrong_input_and_too_many_requests_are_logged(
    cast: Cast, program: Program, lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.post("/account/login/", {"login": "volunteer", "password": WRONG})
    program.get("areas", unknown="x")
    Client().get("/api/v1/areas", headers={"Authorization": f"Bearer {program.secret}x"})
    monkeypatch.setattr("forewatch.api.guarding._too_often", lambda _request: True)
    program.get("areas")

    said = [(one["logger"], one.get("status"), one.get("path")) for one in lines()]
    assert ("django.security.csrf", 403, "/account/login/") in said
    assert {status for _logger, status, path in said if path == "/api/v1/areas"} == {401, 422, 429}
    assert program.secret not in str(lines())


REFUSED = ["/staff/", "/oversight/", "/oversight/who-saw-me/", "/oversight/retention/",
           "/backups/", "/keys/", "/map/", "/exits/"]  # fmt: skip


@pytest.mark.parametrize("path", REFUSED)
def test_each_refusal_stands_in_the_trail(cast: Cast, sign_in: SignIn, path: str) -> None:
    user = cast[Role.VOLUNTEER]

    assert sign_in(user).get(path).status_code == 403

    one = Event.objects.get(actor_id=user.pk, allowed=False)
    assert one.data_class
    assert one.verb
    assert one.request_id


def test_each_line_is_json_with_its_moment_in_utc() -> None:
    record = logging.LogRecord("made.up", logging.WARNING, "", 0, "two\nlines %s", ("\x1b[2J",), None)

    line = JsonLines().format(record)

    said = json.loads(line)
    assert "\n" not in line
    assert "\x1b" not in line
    assert datetime.fromisoformat(said["at"]).utcoffset() == timedelta(0)
    assert (said["level"], said["logger"], said["message"]) == ("warning", "made.up", "two\nlines \x1b[2J")


def test_an_installation_writes_nothing_but_such_lines(tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); import logging\n"
        "from django.test import Client\n"
        "Client(headers={'host': 'centre.example'}).get('/account/login/')\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: logging.getLogger('made.up').exception('broke')\n"
    )
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("FOREWATCH_", "DATABASE_"))
    }
    said = ours | whole(FOREWATCH_DATA_DIR=str(tmp_path), ALLOWED_HOSTS="centre.example")
    said["DJANGO_SETTINGS_MODULE"] = "forewatch.config.settings"
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script], env=said, capture_output=True, text=True, check=True
    )

    lines = done.stderr.splitlines()
    assert all(line.startswith("{") for line in lines), done.stderr
    found = [json.loads(line) for line in lines]
    assert [one.get("event") or one["message"] for one in found] == [
        "plain_http",
        "Forbidden: /account/login/",
        "broke",
    ]
    assert "ZeroDivisionError" in found[-1]["cause"]
    assert done.stdout == ""


def test_a_proof_of_each_event_goes_to_the_other_machine_each_once(trail: Path) -> None:
    file = shipping.file_of(trail.parent, "test-1")
    count = Link.objects.count()

    assert shipping.ship(file) == count
    before = file.read_bytes()
    assert shipping.ship(file) == 0
    written(3, 100)
    assert shipping.ship(file) == 3

    assert file.read_bytes().startswith(before)
    told = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [one["number"] for one in told] == list(range(1, count + 4))
    assert {one["event"]["id"] for one in told} == {
        one.hex for one in Event.objects.values_list("id", flat=True)
    }


def test_half_a_line_that_a_power_cut_left_is_written_again(trail: Path) -> None:
    file = shipping.file_of(trail.parent, "test-1")
    shipping.ship(file)
    whole_file = file.read_bytes()
    file.write_bytes(whole_file[:-30])

    assert shipping.ship(file) == 1
    assert file.read_bytes() == whole_file


def openssl(*parts: bytes) -> bytes:
    """Return the SHA-256 of bytes by OpenSSL, not by the function that made the chain."""
    hashing = Hash(SHA256())
    for part in parts:
        hashing.update(part)
    return hashing.finalize()


def chain_of(lines: Sequence[str]) -> bytes:
    """Return the last hash of the chain that shipped lines make, by OpenSSL; b"" where they make none."""
    last = openssl(b"forewatch audit chain 1")
    for number, line in enumerate(lines, 1):
        told = json.loads(line)
        last = openssl(last, bytes.fromhex(told["digest"]))
        if (told["number"], told["hash"]) != (number, last.hex()):
            return b""
    return last


def test_what_was_shipped_makes_the_chain_again_by_another_hand(trail: Path) -> None:
    file = shipping.file_of(trail.parent, "test-1")
    shipping.ship(file)
    lines = file.read_text("utf-8").splitlines()

    last = chain_of(lines)
    assert len(last) * 8 == 256
    assert bytes(Link.objects.latest("number").hash) == last
    for line in lines:
        told = json.loads(line)
        row = Event.objects.values_list(*CONTENT).get(pk=told["event"]["id"])
        *said, words = map(as_told, row)
        # What nobody typed is not told of.
        said += [words] if words else []
        content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        assert told["digest"] == openssl(content).hex()


@pytest.mark.parametrize("harm", ["changed", "removed", "put in", "moved", "cut off"])
def test_what_was_shipped_shows_what_was_done_to_it(trail: Path, harm: str) -> None:
    file = shipping.file_of(trail.parent, "test-1")
    shipping.ship(file)
    lines = file.read_text("utf-8").splitlines()
    whole, middle = chain_of(lines), len(lines) // 2
    if harm == "changed":
        told = json.loads(lines[middle])
        lines[middle] = json.dumps(told | {"digest": openssl(b"another event").hex()})
    elif harm == "removed":
        del lines[middle]
    elif harm == "put in":
        lines.insert(middle, lines[middle])
    elif harm == "moved":
        lines[middle - 1 : middle + 1] = reversed(lines[middle - 1 : middle + 1])
    else:
        del lines[-1]
    assert chain_of(lines) != whole


def test_nothing_that_anybody_typed_leaves_with_it(trail: Path) -> None:
    file = shipping.file_of(trail.parent, "test-1")
    typed, who = "Mali called from the border", new_id()
    with transaction.atomic():
        record(
            at=timezone.now(), verb="reveal", data_class="identity", actor_id=who, subject="person",
            subject_id=who, reason=typed, area_code="10010101",
        )  # fmt: skip
    shipping.ship(file)

    said = file.read_text("utf-8")
    assert not [one for one in (typed, openssl(typed.encode()).hex(), who.hex, "10010101") if one in said]
    told = json.loads(said.splitlines()[-1])
    assert told.keys() == {"number", "hash", "digest", "event"}
    assert told["event"].keys() == {"id", "at", "verb", "data_class"}
    assert (told["event"]["verb"], told["event"]["data_class"]) == ("reveal", "identity")


def test_what_is_run_each_hour_ships_them(trail: Path) -> None:
    from forewatch.commands import audit

    assert "sign" in dir(audit)
    source = Path(audit.__file__).read_text(encoding="utf-8")
    assert source.index("ship_events()") > source.index("def sign()")

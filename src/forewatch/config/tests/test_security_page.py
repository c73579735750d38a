"""docs/security.md says what the code does: each figure, way in, key, log, class and limit that it names."""

from __future__ import annotations

import re
import ssl
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db.models import BinaryField
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from forewatch.access import bounded, hashing
from forewatch.access.passwords import ALWAYS, LEFT
from forewatch.access.proving import CHANGES_THE_WAY_IN
from forewatch.access.rules import DataClass
from forewatch.access.sessions import AT_ONCE
from forewatch.access.terms import Terms
from forewatch.api import rules as api
from forewatch.commands.serving import THREADS, programs
from forewatch.config import environment
from forewatch.config import settings as installed
from forewatch.config.tests.test_cryptography import ALLOWED
from forewatch.intake.concerns.rules import MOST_WORDS
from forewatch.intake.readers import limits
from forewatch.lib.ids import new_id
from forewatch.reports.atlas.exports.document import MOST_ROWS
from forewatch.reports.exits.rules import MOST_PEOPLE
from forewatch.rights import rules as rights

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs/security.md"
NGINX = (ROOT / "docs/deploy/nginx.conf").read_text(encoding="utf-8")
UNIT = (ROOT / "docs/deploy/forewatch.service").read_text(encoding="utf-8")
TEXT = PAGE.read_text(encoding="utf-8")
MEGABYTE = 1024 * 1024


def section(title: str) -> str:
    """Return the words under a heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def rows(title: str) -> dict[str, list[str]]:
    """Return the first table of a section: each row by its first cell."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {one[0]: one[1:] for one in cells[1:]}


def addresses(patterns: object = None, prefix: str = "") -> dict[str, str]:
    """Return every address that has a name, with its route."""
    found: dict[str, str] = {}
    for one in get_resolver().url_patterns if patterns is None else patterns:  # type: ignore[attr-defined]
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and one.name:
            found[one.name] = route
    return found


BEFORE_ANYBODY_IS_IN = {
    "account_login", "account_first", "mfa_authenticate", "mfa_login_webauthn",
    "account_inactive", "account_logout", "set_language", "health",
}  # fmt: skip
"""Addresses that answer a stranger with something of their own; the last four let nobody in."""


def test_the_ways_in_are_all_there_are(client: object, db: None) -> None:
    named = set(
        re.findall(r"`([a-z]+_[a-z_]+)`", " ".join(" ".join(one) for one in rows("Ways in").values()))
    )

    assert named == BEFORE_ANYBODY_IS_IN - {"account_inactive", "account_logout", "set_language", "health"}
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    assert [one.rpartition(".")[2] for one in settings.AUTHENTICATION_BACKENDS] == [
        "AxesStandaloneBackend", "AuthenticationBackend", "FirstCodeBackend",
    ]  # fmt: skip


def test_no_other_address_of_accounts_answers_a_stranger(client, db: None) -> None:  # type: ignore[no-untyped-def]
    open_to_all = set()
    for name, route in addresses().items():
        if not route.startswith("account/") or "<" in route:
            continue
        answer = client.get(reverse(name))
        if answer.status_code == 200 or (
            answer.status_code == 302 and not answer.url.startswith("/account/login/")
        ):
            open_to_all.add(name)

    assert open_to_all <= BEFORE_ANYBODY_IS_IN
    assert "account_first" in open_to_all


def test_how_guessing_and_first_codes_are_bound() -> None:
    ways = section("Ways in")

    assert f"{settings.AXES_FAILURE_LIMIT} wrong tries" in ways
    assert f"{settings.AXES_COOLOFF_TIME.total_seconds() / 60:.0f} minutes" in ways
    assert f"within {Terms().first_code_days} days" in ways
    assert f"{api.KEY_BYTES * 8} bits" in ways
    assert f"after {settings.ACCOUNT_REAUTHENTICATION_TIMEOUT} seconds" in ways
    assert len(CHANGES_THE_WAY_IN) == 10


def test_the_rules_of_passwords() -> None:
    said, (length, *_rest) = section("Passwords"), installed.AUTH_PASSWORD_VALIDATORS

    assert f"At least {length['OPTIONS']['min_length']} characters" in said
    assert f"without which {LEFT} characters must be left" in said
    assert set(ALWAYS) == set(re.findall(r"`([^`]+)`", said.split("* always:")[1].split(";")[0]))
    assert round(len(CommonPasswordValidator().passwords), -4) == 20_000
    for variable in ("FOREWATCH_BREACHED", "FOREWATCH_PASSWORD_WORDS"):
        assert variable in said
        assert variable in Path(environment.__file__).read_text(encoding="utf-8")


def test_the_life_of_sessions() -> None:
    said = rows("Sessions")

    assert f"after {settings.SESSION_COOKIE_AGE // 60} minutes" in said["without use"][0]
    assert f"after {Terms().session_hours} hours" in said["in all"][0]
    assert f"at most {24}" in said["in all"][0]
    assert said["at once"][0].startswith(f"{AT_ONCE} for one account")
    # NIST SP 800-63B, 4.2.3: 30 minutes without use, 12 hours in all.
    assert settings.SESSION_COOKIE_AGE <= 30 * 60
    assert Terms().session_hours <= 12


def test_every_algorithm_of_the_code_is_in_the_inventory() -> None:
    said = section("Keys and algorithms")
    called = {
        "Ed25519PrivateKey": "Ed25519", "Ed25519PublicKey": "Ed25519", "AESGCM": "AES-256-GCM",
        "Scrypt": "scrypt", "sha256": "SHA-256", "file_digest": "SHA-256", "x25519": "X25519",
        "new": "HMAC-SHA-256", "digest": "HMAC-SHA-256",
        # Of no key: made-up people, the form of lists of leaked passwords, comparing.
        "blake2b": "", "sha1": "", "compare_digest": "",
    }  # fmt: skip
    used = {
        name
        for module, names in ALLOWED.items()
        if module.startswith(("cryptography.hazmat", "hashlib", "hmac"))
        for name in names
    }

    assert used <= called.keys()
    assert not [name for name in used if called[name] not in said]
    assert "Argon2id" in said
    assert installed.PASSWORD_HASHERS == ["forewatch.access.hashing.OneAtATime"]


def test_every_secret_of_the_environment_is_in_the_inventory() -> None:
    from forewatch.commands.keys import new_keys

    said = section("Keys and algorithms")
    secret = {name for name in new_keys() if name != "FOREWATCH_INBOX"}

    assert not [name for name in secret if f"`{name}`" not in said]
    for cells in rows("Keys and algorithms").values():
        assert len(cells) == 5
        assert all(cells), "each key says what it protects, what never, how it is renewed and ended"


def test_keys_are_as_long_as_they_must_be(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from forewatch.audit.heads import signing_key
    from forewatch.commands.key_file import _WORK
    from forewatch.keystore.wrapping import KEY_BYTES, made

    assert KEY_BYTES * 8 == 256
    assert _WORK == 2**17
    assert "scrypt (2^17)" in section("Keys and algorithms")
    assert len(signing_key(tmp_path).private_bytes_raw()) * 8 == 256
    assert len(installed.SEAL_KEY) * 8 == len(installed.LOOKUP_KEY) * 8 == 256
    with pytest.raises(ValueError, match="must be"):
        AESGCM(bytes(15))
    ((_subject, key, _wrapped),) = made(bytes(32), [new_id()])
    assert len(key) * 8 == 256


def test_what_is_logged_goes_where_the_page_says() -> None:
    said = rows("What is logged")
    places = " ".join(said)

    assert installed.LOGGING["handlers"].keys() == {"stderr"}
    assert installed.LOGGING["root"]["handlers"] == ["stderr"]
    assert "standard error" in places
    for name in ("audit_event", "audit_link", "audit-events-", "audit-heads-", "axes_"):
        assert name in places
    source = Path(installed.__file__).parent.parent
    for file in source.rglob("*.py"):
        if "tests" not in file.parts:
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"logging\.(FileHandler|handlers)|SysLogHandler|SMTPHandler", text), file
    assert said["trail (`audit_event`, `audit_link`)"][2] == f"{settings.TERMS.audit_months} months"
    for cells in said.values():
        assert len(cells) == 4
        assert all(cells)


def test_what_it_speaks_with(tmp_path: Path) -> None:
    said = section("What it speaks with")
    command = programs(8000)["the web server"]

    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert "127.0.0.1" in said
    for name in ("pg_dump", "typst"):
        assert name in said
    source = Path(installed.__file__).parent.parent
    clients = r"^\s*(import|from) (requests|httpx|aiohttp|smtplib|ftplib|urllib\.request|http\.client)\b"
    assert not [
        file for file in source.rglob("*.py")
        if "tests" not in file.parts and re.search(clients, file.read_text(encoding="utf-8"), re.MULTILINE)
    ]  # fmt: skip


def test_the_limits() -> None:
    said = {name: cells[0] for name, cells in rows("Limits").items()}

    assert said == {
        "names shown singly, of one person in a day": f"{settings.TERMS.singly_names}",
        "lists of names shown without approval, of one person in a day": f"{settings.TERMS.daily_lists}",
        "requests of one key or person in a minute": f"{api.REQUESTS_A_MINUTE}",
        "submissions of one key in an hour": f"{api.SUBMISSIONS_AN_HOUR}",
        "a request to the API": (
            f"{api.MAX_BYTES // MEGABYTE} MB, {api.MAX_ROWS} rows, {api.MAX_COLUMNS} columns"
        ),
        "a form": (
            f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE} MB, "
            f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} fields"
        ),
        "a file of an agency": (
            f"{limits.MAX_BYTES // MEGABYTE} MB, {limits.MAX_ROWS} rows, "
            f"{limits.MAX_COLUMNS} columns, {limits.MAX_SHEETS} sheets"
        ),
        "a workbook unpacked": (
            f"{limits.MAX_INFLATED // MEGABYTE} MB, {limits.MAX_ENTRIES} entries, {limits.MAX_RATIO} to 1"
        ),
        "reading a file": (
            f"a process of its own, {limits.ADDRESS_SPACE['csv'] // MEGABYTE} MB (Parquet "
            f"{limits.ADDRESS_SPACE['parquet'] // MEGABYTE} MB), at most {limits.MAX_SECONDS:.0f} seconds"
        ),
        "people in one exit": f"{MOST_PEOPLE}",
        "rows in a PDF": f"{MOST_ROWS}",
        "requests answered at a time": f"{THREADS}",
        "sign-ins in hand at a time, one of them being hashed": f"{hashing.WAITING}",
        "one question of a page to PostgreSQL": (
            f"{environment.STATEMENT_SECONDS} seconds, of which "
            f"{bounded.WAITS * environment.STATEMENT_SECONDS:.0f} for a lock; jobs and commands have none"
        ),
    }


def test_what_an_input_may_be() -> None:
    from forewatch.access.models import User

    said = section("What an input may be")
    pattern = User._meta.get_field("username").validators[0].regex.pattern

    assert f"`{pattern.removesuffix(chr(92) + 'Z')}`" in said
    assert f"at most {User._meta.get_field('username').max_length}" in said
    assert f"`{environment.NODE.pattern}`" in said
    assert MOST_WORDS == rights.MOST_WORDS == 2000
    assert f"at most {MOST_WORDS} characters" in said
    assert "must fit together" in said


def test_every_class_says_how_it_is_kept() -> None:
    said = rows("Classes of data")

    assert said.keys() == {one.value for one in DataClass}
    assert all(len(cells) == 5 and all(cells) for cells in said.values())
    months = settings.TERMS.kept_months()
    assert f"{months['people']} months" in said["identity"][3]
    assert f"{months['people']} months; concerns {months['concerns']}" in said["observation"][3]
    assert f"{months['audit']} months" in said["audit"][3]
    assert f"within {Terms().exit_days} days" in said["exit"][3]


def test_each_class_has_the_seal_that_the_page_gives_it() -> None:
    # Outlines, and figures that were let out, are for all to see.
    held = {
        f"{model._meta.label}.{field.name}": getattr(model.Privacy, field.name, model.Privacy.default)
        for model in apps.get_models()
        if hasattr(model, "Privacy")
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField)
    }
    sealed = {one.value for name, one in held.items() if name.rpartition(".")[2] not in ("geometry", "file")}

    assert len(held) > 10
    assert sealed == {name for name, cells in rows("Classes of data").items() if cells[0].startswith("yes")}


def test_time_frames_for_packages_grow_with_less_harm() -> None:
    days = [int(cells[0].split()[0]) for cells in rows("Weak and old packages").values()]

    assert len(days) == 4
    assert days == sorted(days)
    assert days[0] <= 7


def test_the_proxy_speaks_new_tls_with_strong_ciphers_alone() -> None:
    (versions,) = re.findall(r"ssl_protocols ([^;]+);", NGINX)
    (old,) = re.findall(r"ssl_ciphers ([^;]+);", NGINX)
    (new,) = re.findall(r"Ciphersuites ([^;]+);", NGINX)

    assert versions.split() == ["TLSv1.3", "TLSv1.2"]
    assert new.split(":")[0] == "TLS_AES_256_GCM_SHA384"
    context = ssl.create_default_context()
    context.set_ciphers(old)
    known = {one["name"]: one for one in context.get_ciphers()}
    for name in old.split(":"):
        assert name.startswith("ECDHE-"), "forward secrecy"
        assert known[name]["aead"], name
        assert known[name]["strength_bits"] >= 128
    strengths = [known[name]["strength_bits"] for name in old.split(":")]
    assert strengths == sorted(strengths, reverse=True), "the strongest first"
    assert "ssl_prefer_server_ciphers on;" in NGINX


def servers() -> list[str]:
    """Return the blocks `server` of the example."""
    return re.findall(r"^server \{.*?^\}", NGINX, re.DOTALL | re.MULTILINE)


def test_the_proxy_answers_nothing_in_plain() -> None:
    plain, secure = servers()

    assert "listen 80;" in plain
    assert "proxy_pass" not in plain
    assert re.search(r"location /api/ \{ return 403; \}", plain)
    assert all("ssl" in line for line in secure.splitlines() if "listen " in line)
    assert f"client_max_body_size {limits.MAX_BYTES // MEGABYTE}m;" in secure


def test_the_proxy_sets_its_own_headers() -> None:
    said = dict(re.findall(r"proxy_set_header (\S+) ([^;]+);", servers()[1]))

    assert said["X-Forwarded-Proto"] == "https"
    assert said["X-Forwarded-For"] == "$remote_addr"
    assert said["X-Forwarded-Host"] == said["Forwarded"] == '""'
    assert "proxy_pass http://127.0.0.1:8000;" in servers()[1]


def test_the_host_name_and_its_certificate_are_spoken_of() -> None:
    said = section("The proxy")

    assert "authority\nthat browsers trust" in said
    assert "host name belongs to Forewatch alone" in said
    assert not settings.SESSION_COOKIE_DOMAIN


@cache
def unit() -> dict[str, list[str]]:
    """Return the settings of the unit by name."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^([A-Za-z]+)=(.*)$", UNIT, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def test_the_kernel_lets_it_reach_and_read_what_is_listed_alone() -> None:
    said = unit()

    assert said["IPAddressDeny"] == ["any"]
    assert said["IPAddressAllow"] == ["localhost"]
    assert said["ProtectSystem"] == ["strict"]
    assert said["ProtectHome"] == said["PrivateTmp"] == said["NoNewPrivileges"] == ["yes"]
    assert "/var/lib/forewatch" in said["ReadWritePaths"][0].split()
    assert said["User"] != ["root"]
    assert said["ExecStart"][0].startswith("/opt/forewatch/bin/forewatch serve")


def test_what_is_installed_holds_no_tests_no_git_and_no_tools(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = [Path(name) for name in zipfile.ZipFile(wheel).namelist()]

    assert len(names) > 400
    odd = {"tests", ".git", ".github", ".ci", "tools", "benchmarks", "docs", "examples", "node_modules"}
    assert not [name for name in names if odd & set(name.parts)]
    assert not [name for name in names if name.name.startswith(("test_", "conftest", "."))]
    assert {name.parts[0] for name in names} <= {"forewatch"} | {
        name.parts[0] for name in names if name.parts[0].endswith(".dist-info")
    }


SCRIPTS = (
    "frontend/map.js",
    "src/forewatch/ui/static/ui/forewatch.js",
    "src/forewatch/reports/assets/report.js",
    "src/forewatch/reports/static/reports/sheet.js",
)
KNOWN = {"frontend/map.js": {"SIGNS[`${band}-partial`] ="}}
"""Written by a name of the program's own."""


def test_no_script_writes_into_an_object_by_a_name_from_outside() -> None:
    ours = {
        one.relative_to(ROOT).as_posix()
        for folder in ("src/forewatch", "frontend")
        for one in (ROOT / folder).rglob("*.js")
        if not {"built", "node_modules"} & set(one.parts)
    }
    assert ours == set(SCRIPTS)
    for name in SCRIPTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        written = set(re.findall(r"\w+\[[^\]\"']+\] =(?!=)", text))
        assert written <= KNOWN.get(name, set()), name
        assert "__proto__" not in text
        assert not re.search(r"for \((const|let|var) \w+ in ", text), name
        merged = re.findall(r"Object\.assign\((\w+), (\S)", text)
        assert all(source == "{" for _target, source in merged), name


def test_programs_that_read_files_hold_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from forewatch.intake.readers import running

    given: dict[str, str] = {}

    def started(*_command: object, env: dict[str, str], **_others: object) -> None:
        given.update(env)
        raise InterruptedError

    monkeypatch.setattr(running.subprocess, "Popen", started)
    file = tmp_path / "made-up.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with file.open("rb") as opened, pytest.raises(InterruptedError):
        list(running.read(opened, file.name, file.stat().st_size))

    assert given
    assert not [name for name in given if name.startswith(("FOREWATCH_", "SECRET", "DATABASE", "PG"))]

"""What is missing in the environment is named, with the way to get it, before anything starts."""

from __future__ import annotations

import base64
from datetime import time as hour
from pathlib import Path

import pytest

from forewatch.access.rules import Protocol
from forewatch.commands.keys import new_keys
from forewatch.config.environment import SettingMissing, database, of_pages, read


def test_pages_need_no_password_where_the_machine_vouches_for_them() -> None:
    said = {"DATABASE_URL": "postgres://owner:secret@/forewatch", "FOREWATCH_PAGES_ROLE": "forewatch_pages"}
    assert of_pages(said)["DATABASE_URL"] == "postgres://forewatch_pages@/forewatch"


def test_pages_never_get_the_password_of_the_owner() -> None:
    said = {
        "DATABASE_URL": "postgres://owner:se%2Fcret@db.example:5433/forewatch",
        "FOREWATCH_KEYSTORE_URL": "postgres://owner:se%2Fcret@db.example:5433/keys",
        "FOREWATCH_PAGES_ROLE": "pages",
        "FOREWATCH_PAGES_PASSWORD": "p@ges",
    }
    told = of_pages(said)
    assert told["DATABASE_URL"] == "postgres://pages:p%40ges@db.example:5433/forewatch"
    assert told["FOREWATCH_KEYSTORE_URL"] == "postgres://pages:p%40ges@db.example:5433/keys"
    assert "secret" not in " ".join(told.values())
    assert "FOREWATCH_PAGES_PASSWORD" not in told


def whole(**changes: str | None) -> dict[str, str]:
    said = {
        **new_keys(),
        "FOREWATCH_NODE": "upper-reach-1",
        "FOREWATCH_DATA_DIR": "/data",
        "ALLOWED_HOSTS": "centre.example,localhost",
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def test_what_an_installation_needs_is_read() -> None:
    found = read(whole())
    assert (found.node, found.hosts, found.secure) == ("upper-reach-1", ("centre.example", "localhost"), True)
    assert found.data_dir == Path("/data")
    assert found.database["NAME"] == "/data/forewatch.sqlite3"
    assert found.keystore["NAME"] == "/data/keystore.sqlite3"
    assert found.seal_key != found.lookup_key
    assert found.terms.session_hours == 12
    assert found.statement_seconds == 5


@pytest.mark.parametrize(
    ("value", "expected"), [(None, hour(2)), ("03:30", hour(3, 30)), ("never", None), ("", None)]
)
def test_the_hour_of_the_nightly_run_has_a_default_and_can_be_never(
    value: str | None, expected: hour | None
) -> None:
    assert read(whole(FOREWATCH_RESCORE_AT=value)).rescore_at == expected


NEEDED = (
    "SECRET_KEY", "FOREWATCH_SEAL_KEY", "FOREWATCH_LOOKUP_KEY", "FOREWATCH_NODE", "FOREWATCH_DATA_DIR",
    "ALLOWED_HOSTS",
)  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_each_missing_setting_fails_by_its_name(name: str, value: str | None) -> None:
    with pytest.raises(SettingMissing, match=name):
        read(whole(**{name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("FOREWATCH_SEAL_KEY", "not base64!"),
        ("FOREWATCH_SEAL_KEY", base64.b64encode(bytes(31)).decode()),
        ("FOREWATCH_LOOKUP_KEY", base64.b64encode(bytes(33)).decode()),
        ("FOREWATCH_NODE", "Upper Reach"),
        ("FOREWATCH_NODE", "a" * 17),
        ("DATABASE_URL", "mysql://somewhere/db"),
        ("FOREWATCH_RESCORE_AT", "two o'clock"),
        ("FOREWATCH_SESSION_HOURS", "0"),
        ("FOREWATCH_SESSION_HOURS", "25"),
        ("FOREWATCH_SESSION_HOURS", "half a day"),
        ("FOREWATCH_STATEMENT_SECONDS", "0"),
        ("FOREWATCH_STATEMENT_SECONDS", "61"),
    ],
)
def test_a_value_that_cannot_be_used_fails_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingMissing, match=name):
        read(whole(**{name: value}))


def test_the_keys_of_people_never_lie_in_the_database_itself() -> None:
    url = "postgres://forewatch@localhost/forewatch"
    with pytest.raises(SettingMissing, match="FOREWATCH_KEYSTORE_URL names the database itself"):
        read(whole(DATABASE_URL=url, FOREWATCH_KEYSTORE_URL=url))
    assert read(whole(DATABASE_URL=url)).keystore["ENGINE"].endswith("sqlite3")


def test_only_the_demonstration_goes_without_secure_cookies() -> None:
    assert not read(whole(FOREWATCH_DEMO="1")).secure
    assert read(whole(FOREWATCH_DEMO="0")).secure


def test_the_demonstration_needs_its_secrets_too() -> None:
    with pytest.raises(SettingMissing, match="SECRET_KEY"):
        read(whole(FOREWATCH_DEMO="1", SECRET_KEY=None))


def test_a_database_url_is_taken_apart() -> None:
    url = "postgres://officer:p%40ss@db.example:5433/upper%20reach"
    entry = database(url, Path("/data"), authority="/ca.pem")
    assert entry["ENGINE"].endswith("postgresql")
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"]) == ("officer", "p@ss", "db.example")
    assert (entry["PORT"], entry["NAME"]) == ("5433", "upper reach")


def test_the_keystore_may_be_a_database_elsewhere(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    url = "postgres://keeper@keys.example/keys"
    found = read(whole(FOREWATCH_KEYSTORE_URL=url, FOREWATCH_DATABASE_CA=str(authority)))
    assert found.keystore["HOST"] == "keys.example"
    with pytest.raises(SettingMissing, match="FOREWATCH_KEYSTORE_URL"):
        read(whole(FOREWATCH_KEYSTORE_URL="mysql://keys.example/keys"))


@pytest.mark.django_db(transaction=True)
def test_sqlite_waits_for_the_disk_at_every_commit() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        assert connection.settings_dict["ENGINE"].endswith("postgresql")
        return
    with connection.cursor() as cursor:
        values = [
            cursor.execute(f"PRAGMA {one}").fetchone()[0]
            for one in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]


def test_passkeys_are_needed_unless_an_office_says_otherwise() -> None:
    assert read(whole()).passkeys
    assert read(whole(FOREWATCH_PASSKEYS="required")).passkeys
    assert not read(whole(FOREWATCH_PASSKEYS="optional")).passkeys
    assert not read(whole(FOREWATCH_DEMO="1")).passkeys
    with pytest.raises(SettingMissing, match="required"):
        read(whole(FOREWATCH_PASSKEYS="no"))


def test_an_installation_works_by_one_of_two_protocols() -> None:
    assert read(whole()).protocol is Protocol.SINGLE_OFFICE
    assert read(whole(FOREWATCH_PROTOCOL="multi-agency")).protocol is Protocol.MULTI_AGENCY
    with pytest.raises(SettingMissing, match="single-office or multi-agency"):
        read(whole(FOREWATCH_PROTOCOL="everybody"))

"""A backup comes back whole on another machine, or not at all and with a sentence; the command says which.

Each installation here is a real one, made and asked by the command in processes of their own.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from forewatch.access.terms import Terms
from forewatch.commands import key_file
from forewatch.commands.keys import demonstration
from forewatch.config.environment import RECIPIENTS
from forewatch.config.tests.assurance import Assured
from forewatch.storage import archive, backups
from forewatch.storage.backups import Kind

URL = os.environ.get("FOREWATCH_TEST_DATABASE_URL", "")
PEOPLE = 1_000
PASSPHRASE = "five made-up words in a row"
FILL = f"""
import sys
from datetime import date
from pathlib import Path
from forewatch.commands.serving import open_database
open_database()
from django.conf import settings
from django.db import transaction
from forewatch.access.actors import nobody
from forewatch.analysis.loading import load_definition
from forewatch.commands.filling import BEGINNING, fill
from forewatch.places.actions import load_areas
from forewatch.synthesis.province import synthesise
folder = Path(sys.argv[1])
folder.mkdir()
day = synthesise({PEOPLE}, 7, folder).as_of
with transaction.atomic():
    load_areas(by=nobody(), files=[folder / "areas.parquet"], valid_on=BEGINNING)
    fill(folder, load_definition("chiang-mai-28"), day)
(settings.DATA_DIR / "intake" / "one").mkdir(parents=True)
(settings.DATA_DIR / "intake" / "one" / "original").write_text("a file handed in")
"""

WITHOUT_KEYS = """
from forewatch.commands.serving import open_database
open_database()
from forewatch.access.sealing import CannotOpen
from forewatch.keystore.models import DataKey
from forewatch.register.models import Identity
from forewatch.register.sealed import open_who
opened, names = [], list(Identity.objects.values_list("person_id", "sealed"))
def count():
    done = 0
    for person, sealed in names:
        try:
            open_who(person, bytes(sealed))
            done += 1
        except CannotOpen:
            pass
    return done
with_keys = count()
DataKey.objects.all().delete()
print(len(names), with_keys, count())
"""


@dataclass
class Installation:
    """An installation with its environment."""

    folder: Path
    environment: dict[str, str]
    secrets: tuple[str | Path, ...] = ()
    """The words of a command that name the secret keys of both halves of its backups."""
    disks: tuple[Path, Path] = (Path(), Path())

    def forewatch(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "forewatch.cli", *map(str, words)]
        plain = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}
        return subprocess.run(
            command, env=plain | self.environment, capture_output=True, text=True, check=False
        )

    def back_up(self) -> tuple[Path, Path]:
        said = self.forewatch("backup", "--into", self.disks[0], "--keys-into", self.disks[1])
        assert said.returncode == 0, said.stderr
        data, keys = re.findall(r"are in (\S+)", said.stdout)
        return Path(data), Path(keys)

    def names(self) -> int:
        """Return how many names open here."""
        count = (
            "from forewatch.commands.serving import open_database\nopen_database()\n"
            "from forewatch.commands.backups import _names\nprint(_names()[1])"
        )
        plain = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}
        said = subprocess.run(
            [sys.executable, "-c", count],
            env=plain | self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return int(said.stdout)


Install = Callable[..., Installation]


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """Make installations, each with databases of its own, which are dropped at the end."""
    databases: list[str] = []

    def database() -> str:
        name = f"backups_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(URL.rsplit("/", 1)[0] + "/postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        databases.append(name)
        return f"{URL.rsplit('/', 1)[0]}/{name}"

    def made(like: Installation | None = None) -> Installation:
        folder = tmp_path_factory.mktemp("installation")
        environment = demonstration(folder)
        if like:
            ours = ("SECRET_KEY", "FOREWATCH_SEAL_KEY", "FOREWATCH_LOOKUP_KEY", *RECIPIENTS.values())
            environment |= {name: like.environment[name] for name in ours}
        if URL:
            environment |= {"DATABASE_URL": database(), "FOREWATCH_KEYSTORE_URL": database()}
        return Installation(folder, environment)

    yield made
    for name in databases:
        with psycopg.connect(URL.rsplit("/", 1)[0] + "/postgres", autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def first(install: Install, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Make an installation with people, a signed head, a file handed in and a key for backups."""
    one = install()
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}
    province = str(one.folder / "province")
    subprocess.run([sys.executable, "-c", FILL, province], env=plain | one.environment, check=True)
    assert one.forewatch("audit", "sign").returncode == 0
    for kind, option in ((Kind.DATA, "--secret"), (Kind.KEYS, "--keys-secret")):
        secret = tmp_path_factory.mktemp("safe") / "secret"
        said = one.forewatch("new-backup-key", kind, secret)
        name, _, public = said.stdout.strip().splitlines()[-1].partition("=")
        one.environment[name] = public
        one.secrets += (option, secret)
    one.disks = (tmp_path_factory.mktemp("stick"), tmp_path_factory.mktemp("other-stick"))
    return one


@pytest.fixture(scope="module")
def pair(first: Installation) -> tuple[Path, Path]:
    return first.back_up()


def test_another_machine_has_it_all_again(
    first: Installation, pair: tuple[Path, Path], install: Install
) -> None:
    data, keys = pair
    second = install(first)
    said = second.forewatch("restore", data, "--keys", keys, *first.secrets)
    assert said.returncode == 0, said.stderr
    assert second.names() == first.names() > PEOPLE / 2
    assert (second.folder / "intake" / "one" / "original").read_text() == "a file handed in"
    assert second.forewatch("audit", "verify").stdout == first.forewatch("audit", "verify").stdout
    # and what is there is never written over
    said = second.forewatch("restore", data, "--keys", keys, *first.secrets)
    assert (said.returncode, second.names()) == (3, first.names())
    assert "There is data here already" in said.stderr


def test_a_drill_says_what_came_back_and_leaves_nothing(first: Installation, pair: tuple[Path, Path]) -> None:
    before = sorted(first.folder.iterdir())
    said = first.forewatch("drill", pair[0], "--keys", pair[1], *first.secrets)
    assert (said.returncode, said.stderr) == (0, "")
    names = first.names()
    assert f"names opened: {names:,} of {names:,}" in said.stdout
    assert re.search(r"[\d,]+ rows in \d+ tables, 4 files: as they were backed up", said.stdout)
    assert re.search(
        r"audit trail: [\d,]+ events, all as they were written, and as the signed heads say", said.stdout
    )
    assert sorted(first.folder.iterdir()) == before


def test_the_data_alone_names_nobody(first: Installation, pair: tuple[Path, Path], install: Install) -> None:
    """Without the keystore 0 of the names open, and restore does not pretend otherwise."""
    _, secret, _, of_keys = first.secrets
    data = (pair[0], "--keys", pair[0], "--secret", secret, "--keys-secret")
    said = install(first).forewatch("restore", *data, of_keys)
    assert (said.returncode, "it was made for another" in said.stderr) == (3, True)
    said = install(first).forewatch("restore", *data, secret)
    assert said.returncode == 3
    assert "holds the data of a backup; the keys are needed here" in said.stderr


def test_restored_and_its_keystore_lost_nothing_opens(
    first: Installation, pair: tuple[Path, Path], install: Install, assured: Assured
) -> None:
    second = install(first)
    said = second.forewatch("restore", pair[0], "--keys", pair[1], *first.secrets)
    assert said.returncode == 0, said.stderr
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}
    counted = subprocess.run(
        [sys.executable, "-c", WITHOUT_KEYS],
        env=plain | second.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names, with_keys, without = map(int, counted.stdout.split())
    assert (with_keys, names >= PEOPLE) == (names, True)
    assured("restored", names, without)
    assert without == 0


def test_keys_older_than_the_data_are_refused(
    first: Installation, pair: tuple[Path, Path], install: Install
) -> None:
    time.sleep(1)  # a file is named after its second
    newer, _ = first.back_up()
    said = install(first).forewatch("restore", newer, "--keys", pair[1], *first.secrets)
    assert (said.returncode, "older than the data" in said.stderr) == (3, True)


def test_newer_keys_fit_older_data(first: Installation, pair: tuple[Path, Path], install: Install) -> None:
    _, newer = first.back_up()
    second = install(first)
    said = second.forewatch("restore", pair[0], "--keys", newer, *first.secrets)
    assert (said.returncode, second.names()) == (0, first.names())


@pytest.mark.parametrize("place", [0.01, 0.3, 0.6, 0.999])
def test_a_changed_byte_anywhere_restores_nothing(
    first: Installation,
    pair: tuple[Path, Path],
    install: Install,
    tmp_path: Path,
    place: float,
    assured: Assured,
) -> None:
    spoiled = bytearray(pair[0].read_bytes())
    spoiled[int(len(spoiled) * place)] ^= 1
    file = tmp_path / "spoiled.data.age"
    file.write_bytes(spoiled)
    second = install(first)
    said = second.forewatch("restore", file, "--keys", pair[1], *first.secrets)
    assert said.returncode == 3
    assert said.stderr.startswith("Nothing was restored. ")
    assert not (second.folder / "intake").exists()
    assert not (second.folder / "forewatch.sqlite3").exists()
    again = second.forewatch("restore", pair[0], "--keys", pair[1], *first.secrets)
    assert again.returncode == 0, again.stderr
    assured("backup", 1)


def test_a_file_cut_short_and_another_key_are_told_apart(
    first: Installation, pair: tuple[Path, Path], install: Install, tmp_path: Path, assured: Assured
) -> None:
    cut = tmp_path / "cut.data.age"
    cut.write_bytes(pair[0].read_bytes()[:-100])
    other = tmp_path / "other"
    assert first.forewatch("new-backup-key", "data", other).returncode == 0
    second, [key] = install(first), re.findall("AGE-SECRET-KEY-[A-Z0-9]+", other.read_text())
    _, secret, _, of_keys = first.secrets
    for data, secrets, words in (
        (cut, (secret, of_keys), "is damaged or was changed"),
        (pair[0], (other, of_keys), "was made for another"),
        (pair[0], (secret, other), "was made for another"),
        (pair[0], (secret, secret), "was made for another"),
        (pair[0], (pair[0], of_keys), "secret key of the data cannot be read"),
    ):
        words_of = ("--keys", pair[1], "--secret", secrets[0], "--keys-secret", secrets[1])
        said = second.forewatch("restore", data, *words_of)
        assert words in said.stderr
        assert key not in said.stderr
        assert "Traceback" not in said.stderr
        assured("said", 1)


def test_nothing_readable_leaves_in_a_backup(first: Installation, pair: tuple[Path, Path]) -> None:
    for file in pair:
        content = file.read_bytes()
        assert content.startswith(b"age-encryption.org/v1\n")
        assert b"SQLite format" not in content
        assert b"register_identity" not in content


def test_where_to_and_for_whom_is_asked(first: Installation, tmp_path: Path) -> None:
    said = first.forewatch("backup", "--into", tmp_path)
    assert (said.returncode, "another, best on another disk, for the keys" in said.stderr) == (2, True)
    said = first.forewatch("backup", "--into", tmp_path / "no-stick", "--keys-into", tmp_path)
    assert (said.returncode, "Is the USB stick in?" in said.stderr) == (1, True)
    for kind, name in RECIPIENTS.items():
        keyless = Installation(first.folder, first.environment | {name: ""})
        said = keyless.forewatch("backup", "--into", tmp_path, "--keys-into", tmp_path)
        assert (said.returncode, f"forewatch new-backup-key {kind} FILE" in said.stderr) == (2, True)
    same = dict.fromkeys(RECIPIENTS.values(), first.environment[RECIPIENTS[Kind.DATA]])
    said = Installation(first.folder, first.environment | same).forewatch("backup")
    assert (said.returncode, "is the same key as FOREWATCH_BACKUP_RECIPIENT" in said.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_never_written_over(first: Installation) -> None:
    secret = Path(first.secrets[1])
    before = secret.read_text()
    assert first.forewatch("new-backup-key", "keys", secret).returncode == 1
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == (before, 0o600)


def test_whoever_holds_one_secret_key_opens_one_half(
    first: Installation, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    """A stolen backup with one of the two keys gives no name: data lie sealed, and keys say nothing."""
    secrets = {Kind.DATA: Path(first.secrets[1]), Kind.KEYS: Path(first.secrets[3])}
    for at, kind in enumerate(Kind):
        for other in Kind:
            folder = tmp_path / f"{kind}-{other}"
            folder.mkdir()
            if kind is other:
                archive.unpack(pair[at], folder, secrets[other].read_text())
                assert (folder / "manifest.json").exists()
                continue
            with pytest.raises(archive.CannotRead, match="was made for another"):
                archive.unpack(pair[at], folder, secrets[other].read_text())


def test_copies_of_keys_live_a_month_and_the_newest_always(tmp_path: Path) -> None:
    now = datetime.fromisoformat("2026-11-26T10:00:00+00:00")
    ages = (0, 29, 31, 400)
    for days in ages:
        (tmp_path / f"forewatch-here-{now - timedelta(days=days):%Y%m%d-%H%M%S}.keys.age").touch()
    (tmp_path / "forewatch-here-2-20200101-000000.keys.age").touch()
    backups._expire("here", tmp_path, now - timedelta(days=Terms().key_copies_days))
    assert [(now - at).days for at, _ in backups.made("here", Kind.KEYS, tmp_path)] == [
        0,
        29,
    ]
    assert (tmp_path / "forewatch-here-2-20200101-000000.keys.age").exists()
    backups._expire("here", tmp_path, now + timedelta(days=470))
    assert len(backups.made("here", Kind.KEYS, tmp_path)) == 1


HARMS = {
    "trail": (
        "DATABASE_URL",
        "UPDATE audit_event SET role = 'x' WHERE at = (SELECT min(at) FROM audit_event)",
    ),
    "keys": ("FOREWATCH_KEYSTORE_URL", "DELETE FROM keystore_datakey"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_drill_finds_a_changed_trail_and_names_that_do_not_open(
    first: Installation, pair: tuple[Path, Path], install: Install, tmp_path: Path, harm: str
) -> None:
    harmed = install(first)
    harmed.forewatch("restore", pair[0], "--keys", pair[1], *first.secrets)
    where, statement = HARMS[harm]
    if URL:
        with psycopg.connect(harmed.environment[where]) as database:
            database.execute("SET session_replication_role = replica")  # no trigger stops who owns it
            database.execute(statement)
    else:
        name = "keystore.sqlite3" if harm == "keys" else "forewatch.sqlite3"
        with closing(sqlite3.connect(harmed.folder / name)) as database, database:
            database.execute("DROP TRIGGER IF EXISTS audit_event_no_UPDATE")
            database.execute(statement)
    harmed.disks = (tmp_path, tmp_path)
    data, keys = harmed.back_up()
    said = harmed.forewatch("drill", data, "--keys", keys, *first.secrets)
    assert said.returncode == 4
    assert ("names opened: 0 of" in said.stderr) == (harm == "keys")
    assert ("all as they were written" in said.stderr) == (harm == "keys")


ERASE = """
import sys
from forewatch.commands.serving import open_database
open_database()
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from forewatch.register.actions.erasing import remove_people
from forewatch.register.models import Identity
from forewatch.rights.erasures import _append, ledger_of
one = Identity.objects.order_by("person_id")[0].person_id
with transaction.atomic():
    remove_people([one])
    _append(ledger_of(settings.AUDIT_HEADS, settings.NODE), one, timezone.now())
print(one)
"""


def test_who_was_erased_since_does_not_come_back(
    first: Installation, pair: tuple[Path, Path], install: Install, tmp_path: Path
) -> None:
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}
    second = install(first)
    second.environment["FOREWATCH_AUDIT_HEADS"] = str(tmp_path)
    said = second.forewatch("restore", pair[0], "--keys", pair[1], *first.secrets)
    assert "No ledger of erasures lies at" in said.stdout
    subprocess.run([sys.executable, "-c", ERASE], env=plain | second.environment, check=True)
    said = second.forewatch("drill", pair[0], "--keys", pair[1], *first.secrets)
    assert (said.returncode, "erased since, and erased again: 1 of 1" in said.stdout) == (0, True), (
        said.stderr
    )
    third = install(first)
    third.environment["FOREWATCH_AUDIT_HEADS"] = str(tmp_path)
    said = third.forewatch("restore", pair[0], "--keys", pair[1], *first.secrets)
    assert (said.returncode, "1 people erased since" in said.stdout) == (0, True), said.stderr
    assert third.names() == second.names() == first.names() - 1
    assert "0 people" in third.forewatch("erase-again").stdout


def in_a_key_file(one: Installation, folder: Path) -> Installation:
    """Return an installation as the guide makes it: a passphrase opens its keys, and lies in a file."""
    key_file.write(folder / "keys", one.environment, [PASSPHRASE])
    (folder / "words").write_text(PASSPHRASE)
    in_clear = {name: said for name, said in one.environment.items() if name not in key_file.SECRETS}
    named = {key_file.FILE: str(folder / "keys"), key_file.PASSPHRASE_FILE: str(folder / "words")}
    return replace(one, environment=in_clear | named)


def test_it_comes_back_where_a_passphrase_opens_the_keys(
    first: Installation, install: Install, tmp_path: Path
) -> None:
    time.sleep(1)  # a file is named after its second
    data, keys = in_a_key_file(first, tmp_path).back_up()
    second = in_a_key_file(install(first), tmp_path)
    halves = (data, "--keys", keys, *first.secrets)
    for words, told in (
        (("restore", *halves), "are back"),
        (("drill", *halves), f"names opened: {first.names():,} of"),
        (("erase-again",), "No ledger of erasures lies at"),
    ):
        said = second.forewatch(*words)
        assert (said.returncode, told in said.stdout) == (0, True), said.stderr
    assert second.names() == first.names() > PEOPLE / 2


def test_whoever_backs_up_types_no_passphrase_and_whoever_comes_back_does(
    first: Installation, install: Install, tmp_path: Path
) -> None:
    """`cron` makes backups, and knows no passphrase; what is restored is opened at once, to erase again."""
    time.sleep(1)
    office = in_a_key_file(first, tmp_path)
    del office.environment[key_file.PASSPHRASE_FILE]
    data, keys = office.back_up()
    empty = in_a_key_file(install(first), tmp_path)
    del empty.environment[key_file.PASSPHRASE_FILE]
    halves = (data, "--keys", keys, *first.secrets)
    for words in (("restore", *halves), ("drill", *halves), ("erase-again",)):
        said = empty.forewatch(*words)
        assert (said.returncode, "nobody is here to type it" in said.stderr) == (2, True), said.stderr
        assert "new-keys" not in said.stderr
    assert not (empty.folder / "forewatch.sqlite3").exists()
    assert not (empty.folder / "intake").exists()

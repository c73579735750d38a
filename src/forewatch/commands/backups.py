"""`forewatch backup`, `restore` and `drill`: copies that can be trusted, because coming back is rehearsed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from forewatch import __version__
from forewatch.commands import key_file
from forewatch.config import environment
from forewatch.config.environment import Environment, SettingMissing
from forewatch.storage import archive, backups
from forewatch.storage.archive import CannotRead
from forewatch.storage.backups import Kind, Manifest, Pair, Place

SAMPLE = 1000
"""Names that a drill opens."""


class NotWhole(Exception):  # noqa: N818  a sentence for the administrator
    """A backup comes back, but its audit trail was changed, or names in it do not open."""


@dataclass(frozen=True)
class Found:
    """What a drill found in a restored backup."""

    manifest: Manifest
    trail_whole: bool
    trail: str
    names: int
    opened: int
    erased: int
    """People whom the ledger of erasures names and the backup held."""
    came_back: int
    """Of those, the ones who would be there after a restore; none, if it is well."""

    @property
    def well(self) -> bool:
        """Tell whether the backup can be relied on."""
        return self.trail_whole and self.opened == self.names and not self.came_back

    def __str__(self) -> str:
        """Return what was found, in a few lines."""
        one = self.manifest
        held = f"{one.rows:,} rows in {len(one.tables)} tables, {len(one.files):,} files"
        return (
            f"The backup of {one.node} of {one.when} comes back:\n"
            f"  {held}: as they were backed up\n"
            f"  audit trail: {self.trail}\n"
            f"  names opened: {self.opened:,} of {self.names:,}\n"
            f"  erased since, and erased again: {self.erased - self.came_back:,} of {self.erased:,}"
        )


def new_key(file: Path, kind: Kind) -> str:
    """Write a fresh secret key into a new file, and return the line for the environment of the server.

    Raises OSError, when there is such a file too.
    """
    secret, public = archive.new_key()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sink:
        sink.write(f"{secret}\n")
    return (
        f"# The secret key is in {file}. Take it off this machine, and keep it where no backup lies;\n"
        f"# without it the {kind} of no backup open.\n"
        f"{environment.RECIPIENTS[kind]}={public}"
    )


def place_of(home: Environment) -> Place:
    """Return an installation as backups know it."""
    return Place(home.node, home.data_dir, environment.BACKUP_KEPT, home.database, home.keystore)


def backup(into: Path | None, keys_into: Path | None) -> str:
    """Back the installation up, and return what was written where.

    Raises SettingMissing, CannotRead, CannotCopy, and OSError when a disk is full.
    """
    # What is copied stays sealed: nobody is asked for a passphrase, so that cron can do it.
    home = environment.read(os.environ | {"FOREWATCH_LOCKED": "1"})
    into, keys_into = into or home.backup_into, keys_into or home.backup_keys_into
    if not into or not keys_into:
        raise SettingMissing(
            "Where to? Name a folder for the data, and another, best on another disk, for the keys: "
            "forewatch backup --into DIR --keys-into DIR, or set FOREWATCH_BACKUP_INTO and "
            "FOREWATCH_BACKUP_KEYS_INTO."
        )
    for kind, name in environment.RECIPIENTS.items():
        if not home.backup_recipients[kind]:
            raise SettingMissing(
                f"{name} is not set. It is the public key that the {kind} of a backup are encrypted to. "
                f"Make one with: forewatch new-backup-key {kind} FILE"
            )
    kept = timedelta(days=home.terms.key_copies_days)
    order = backups.Order(home.backup_recipients, datetime.now(UTC), __version__, kept)
    pair = backups.make(place_of(home), into, keys_into, order)
    return f"The data are in {pair.data}\nThe keys are in {pair.keys}\nKeep the two apart."


LOST = (
    "What was decided since is not there, and holds no more: before anybody works, end again the roles, "
    "keys and sign-ins that have ended since, and note again each no, each conflict of interest, each "
    "contest, and each file that was stopped or recalled."
)
"""What no ledger outside tells of, but colleagues do."""


def restore(pair: Pair, secrets: Mapping[Kind, Path]) -> str:
    """Bring a backup back into this installation, which must be empty, and return what came.

    Raises SettingMissing, DoesNotOpen, CannotRead, CannotCopy, and OSError.
    """
    home = _opened()
    manifest = backups.restore(pair, place_of(home), _read(secrets))
    return (
        f"{manifest.rows:,} rows and {len(manifest.files):,} files of {manifest.node} are back, "
        f"as they were on {manifest.when}. {erase_again()} {LOST} Start with: forewatch serve"
    )


def erase_again() -> str:
    """Erase whom the ledger of erasures names, as a backup may hold them, before anybody can see them.

    Returns what was done. Raises SettingMissing, and DoesNotOpen.
    """
    from forewatch.commands.serving import open_database

    home = _opened()
    open_database()
    from django.db import connections

    from forewatch.rights import erasures

    ledger = erasures.ledger_of(home.audit_heads, home.node)
    try:
        gone = erasures.replay(erasures.read(ledger), datetime.now(UTC))
    finally:
        connections.close_all()
    if not ledger.exists():
        return (
            f"No ledger of erasures lies at {ledger}: if people were erased since, put it there and run "
            "forewatch erase-again."
        )
    return f"{gone:,} people erased since then were erased again."


def drill(pair: Pair, secrets: Mapping[Kind, Path]) -> Found:
    """Restore a backup beside this installation, check it as a whole, and take it away again.

    Raises SettingMissing, DoesNotOpen, CannotRead, CannotCopy, NotWhole, and OSError.
    """
    home = _opened()
    with backups.rehearsed(pair, place_of(home), _read(secrets)) as (there, manifest):
        os.environ.update(_pointing_to(there))
        found = _checked(manifest, home.audit_heads)
    if not found.well:
        raise NotWhole(str(found))
    return found


def _opened() -> Environment:
    """Return this installation with its keys, before anything is brought back that only they can check."""
    key_file.bring(os.environ)
    return environment.read()


def _read(files: Mapping[Kind, Path]) -> dict[Kind, str]:
    found = {}
    for kind, file in files.items():
        try:
            found[kind] = file.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as problem:
            raise CannotRead(f"The secret key of the {kind} cannot be read from {file}.") from problem
    return found


def _pointing_to(there: Place) -> dict[str, str]:
    """Return the environment of a restored place; its keys stay those of this installation."""
    return {
        "FOREWATCH_DATA_DIR": str(there.data_dir),
        "DATABASE_URL": _url(there.database),
        "FOREWATCH_KEYSTORE_URL": _url(there.keystore),
        "FOREWATCH_AUDIT_HEADS": "",
    }


def _url(database: Mapping[str, Any]) -> str:
    if str(database["ENGINE"]).endswith("sqlite3"):
        return ""
    who, host, name = (quote(str(database[one]), safe="") for one in ("USER", "HOST", "NAME"))
    password = f":{quote(str(database['PASSWORD']), safe='')}" if database["PASSWORD"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{who}{password}@{host}{port}/{name}"


def _checked(manifest: Manifest, heads: Path) -> Found:
    from forewatch.commands import audit
    from forewatch.commands.serving import open_database

    # Opening brings it to this version, as the first start after a restore would.
    open_database()
    from django.db import connections

    try:
        # With the heads of its own day: those signed since tell of events that no older backup can hold.
        whole, trail = audit.verify(audit.Order())
        names, opened = _names()
        erased, came_back = _erased(heads, manifest.node)
    finally:
        connections.close_all()
    return Found(manifest, whole, trail.rstrip("."), names, opened, erased, came_back)


def _erased(heads: Path, node: str) -> tuple[int, int]:
    """Return how many the ledger names whom the backup held, and how many a replay leaves there or open."""
    from forewatch.keystore.models import DataKey
    from forewatch.register.models import Person
    from forewatch.rights import erasures

    named = erasures.read(erasures.ledger_of(heads, node))
    erased = erasures.replay(named, datetime.now(UTC))
    there = Person.objects.filter(pk__in=named).count()
    return erased, max(there, DataKey.objects.filter(subject__in=named).count())


def _names() -> tuple[int, int]:
    """Return how many names of a sample there are, and how many of them open."""
    from forewatch.access.sealing import CannotOpen, keys_at_hand
    from forewatch.register.models import Identity
    from forewatch.register.sealed import open_who

    sample = list(Identity.objects.order_by("?").values_list("person_id", "sealed")[:SAMPLE])
    opened = 0
    try:
        with keys_at_hand(person for person, _ in sample):
            for person, sealed in sample:
                open_who(person, bytes(sealed))
                opened += 1
    except CannotOpen:
        pass
    return len(sample), opened

"""`forewatch audit verify`: is the trail whole? `forewatch audit sign`: how long was it at this hour?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forewatch.audit.rules import NotEverywhere
from forewatch.commands.serving import open_database
from forewatch.config import environment

__all__ = ("NoTrail", "NotEverywhere", "Order", "sign", "verify")


class NoTrail(ValueError):  # noqa: N818  a sentence for whoever asked
    """There is no audit trail where one was asked for."""


@dataclass(frozen=True)
class Order:
    """Where the trail lies (None: where the environment says), and the files of signed heads."""

    data_dir: Path | None = None
    heads: Sequence[Path] = ()


def sign() -> str:
    """Sign the newest event's place in the chain, and return the closing words.

    Raises SettingMissing, and NotEverywhere when a folder cannot be written; the others have it then.
    """
    open_database()
    from django.utils import timezone

    from forewatch.audit.actions import folders, ship_events, sign_head

    try:
        signed = sign_head(timezone.now())
    finally:
        ship_events()
    if signed is None:
        return "The newest event's place in the chain was signed already."
    places = ", ".join(str(one) for one in folders())
    return f"The chain of {signed.number:,} events is signed; the head is in {places}."


def verify(order: Order) -> tuple[bool, str]:
    """Tell whether the trail is whole, with a sentence. Changes nothing and needs no key.

    Raises NoTrail.
    """
    _open(order.data_dir)
    from django.db import DatabaseError, connection

    from forewatch.audit.heads import KEY_FILE, read
    from forewatch.audit.queries import was_signed
    from forewatch.audit.verification import verify as verdict_on

    for file in order.heads:
        if not file.is_file():
            raise NoTrail(f"There is no file of signed heads at {file}.")
    files, empty = (order.heads, []) if order.heads else _files(order.data_dir)
    # A head that lies in several places is one.
    heads = list(dict.fromkeys(head for file in files for head in read(file)))
    try:
        if "audit_link" not in connection.introspection.table_names():
            raise NoTrail("This database holds no audit trail of Forewatch.")
        verdict, accounts = verdict_on(heads), _has_accounts()
    except DatabaseError as problem:
        return False, f"The database cannot be read: {problem}."
    if verdict.breach is not None:
        return False, str(verdict.breach)
    if not verdict.head.number and accounts:
        return False, "There are accounts, and no event tells who made them: the whole trail was taken away."
    if not heads and (was_signed() or (_folder(order.data_dir) / KEY_FILE).exists()):
        return False, (
            "The trail was signed, and no signed head is where it should be: heads were taken away, or they "
            "lie elsewhere (name their files with --heads). Without them nobody sees what was cut off."
        )
    return True, _whole(verdict.head.number, len(heads), empty)


def _has_accounts() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        if "access_user" not in connection.introspection.table_names(cursor):
            return False
        cursor.execute("SELECT 1 FROM access_user LIMIT 1")
        return cursor.fetchone() is not None


def _whole(events: int, heads: int, empty: Sequence[Path]) -> str:
    said = f"{events:,} events, all as they were written"
    if not heads:
        return f"{said}. No signed head was found: events cut off at the end would not show."
    nowhere = f" None was found in {', '.join(map(str, empty))}." if empty else ""
    return f"{said}, and as the signed heads say ({heads:,}).{nowhere}"


def _open(data_dir: Path | None) -> None:
    """Start just so much of Django as reading the trail needs: no keys, and nothing that writes."""
    import django
    from django.conf import settings

    if settings.configured:
        return
    url = "" if data_dir else os.environ.get("DATABASE_URL", "")
    folder = _folder(data_dir)
    file = folder / environment.SQLITE_FILE
    database = environment.database(url, file)
    if not url:
        if not file.exists():
            raise NoTrail(f"There is no {file.name} in {folder}. Name the data folder with --data-dir.")
        database |= {"NAME": f"{file.resolve().as_uri()}?mode=ro", "OPTIONS": {"timeout": 30, "uri": True}}
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["forewatch.audit"], USE_TZ=True)
    django.setup()


def _folder(data_dir: Path | None) -> Path:
    return data_dir or Path(os.environ.get("FOREWATCH_DATA_DIR", "."))


def _files(data_dir: Path | None) -> tuple[Sequence[Path], Sequence[Path]]:
    """Return the files of signed heads, and the folders in which there is none."""
    folder = _folder(data_dir)
    said = os.environ.get("FOREWATCH_AUDIT_HEADS", "")
    places = environment.heads_folders(said, folder)
    found = {one: sorted(one.glob("audit-heads-*.jsonl")) for one in places}
    return [file for files in found.values() for file in files], [one for one in places if not found[one]]

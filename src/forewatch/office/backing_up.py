"""A backup at the press of a button: the worker of jobs makes it, and a file says what became of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from forewatch import __version__
from forewatch.access.decisions import Actor, check
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.office.noting import note
from forewatch.storage import backups
from forewatch.storage.archive import CannotRead
from forewatch.storage.backups import Kind, Place
from forewatch.storage.snapshots import CannotCopy
from forewatch.ui.problems import Problem

OLD_AFTER = timedelta(days=7)
"""From this age on the newest backup counts as old."""
CUT_OFF = timedelta(hours=6)
"""One that is not done by then was cut off, by a power cut say."""

_OUTCOME = "backup.json"


@dataclass(frozen=True)
class Made:
    """A backup on the disk for data."""

    at: datetime
    file: str
    size: int


@dataclass(frozen=True)
class Backups:
    """Where backups go, those that are there, and what became of the last that was asked for."""

    into: Path | None
    keys_into: Path | None
    recipients: Mapping[Kind, str]
    made: Sequence[Made]
    waiting: bool
    problem: str

    @property
    def ready(self) -> bool:
        """Tell whether a backup can be asked for."""
        return bool(self.into and self.keys_into and all(self.recipients.values()))

    @property
    def newest(self) -> datetime | None:
        """The moment of the newest backup on the disk."""
        return self.made[0].at if self.made else None

    def old(self, now: datetime) -> bool:
        """Tell whether it is time for a new one."""
        return self.newest is None or self.newest < now - OLD_AFTER


def known() -> Backups:
    """Return what is known of the backups of this installation."""
    into = settings.BACKUP_INTO
    outcome = _outcome()
    return Backups(
        into,
        settings.BACKUP_KEYS_INTO,
        settings.BACKUP_RECIPIENTS,
        _made(into) if into else [],
        outcome.get("state") == "waiting",
        outcome.get("problem", ""),
    )


def _made(into: Path) -> list[Made]:
    try:
        found = backups.made(settings.NODE, Kind.DATA, into)
        return [Made(at, file.name, file.stat().st_size) for at, file in found]
    except OSError:
        return []  # a disk that is out, or fails, holds none for now


def ask(by: Actor) -> None:
    """Have a backup made as soon as the worker is free.

    Raises Refused, and Problem where no place or key for backups is set.
    """
    check(by, Verb.CREATE, DataClass.SYSTEM, Purpose.SUPPORT)
    if not known().ready:
        raise Problem(_("This installation has no disks for backups yet. The page says what to set."))
    with transaction.atomic():
        note(by, Verb.CREATE, DataClass.SYSTEM, "backup", purpose=Purpose.SUPPORT)
        transaction.on_commit(_begin)


def _begin() -> None:
    _say(state="waiting")
    task_back_up.enqueue()


@task()
def task_back_up() -> None:
    """Back up in the background."""
    back_up()


def back_up() -> None:
    """Make a backup where the settings say, and note what became of it."""
    into, keys_into = settings.BACKUP_INTO or Path(), settings.BACKUP_KEYS_INTO or Path()
    place = Place(
        settings.NODE, settings.DATA_DIR, settings.BACKUP_KEPT,
        settings.DATABASES["default"], settings.DATABASES["keystore"],
    )  # fmt: skip
    kept = timedelta(days=settings.TERMS.key_copies_days)
    order = backups.Order(settings.BACKUP_RECIPIENTS, timezone.now(), __version__, kept)
    try:
        backups.make(place, into, keys_into, order)
    except (CannotRead, CannotCopy, OSError) as problem:
        _say(state="failed", problem=str(problem))
    else:
        _say(state="done")


def _say(**words: str) -> None:
    file = settings.DATA_DIR / _OUTCOME
    aside = file.with_suffix(".part")
    aside.write_text(json.dumps(words), encoding="utf-8")
    aside.replace(file)


def _outcome() -> dict[str, str]:
    """Return what became of the last backup; one that was cut off says nothing."""
    file = settings.DATA_DIR / _OUTCOME
    try:
        said: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        age = time.time() - file.stat().st_mtime
    except (OSError, ValueError):
        return {}
    return {} if said.get("state") == "waiting" and age > CUT_OFF.total_seconds() else said

"""Faults made up at one call of a database or of the disk, and what the rows come to afterwards.

Counted are the statements of all databases, COPY, the end of each transaction (once before it, and once after
it, when whoever waits is not told), and whatever settles, renames or removes a file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from forewatch.lib.ids import new_id

NO_ANSWER, NO_SPACE = OperationalError("made up: no answer"), OSError(errno.ENOSPC, "made up: no space left")
MADE_OF_IDS = {"code", "digest", "fingerprint", "hash", "sha256"}
"""Columns that differ with the ids of a row, or with the numbers of a file."""


class Faults:
    """Counts the calls of a deed, and lets one of them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._calls = self._number = 0
        self._counting = False
        self._over(monkeypatch, psycopg.Cursor, "copy", NO_ANSWER)
        self._over(monkeypatch, BaseDatabaseWrapper, "commit", NO_ANSWER, after=True)
        for where, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink")):
            self._over(monkeypatch, where, name, NO_SPACE)

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        """Let the call of this number fail while the `with` lasts, which ends there.

        Connections are gone afterwards, as with a process that broke.
        """
        self._calls, self._number, self._counting = 0, number, True
        with ExitStack() as stack:
            for alias in connections:
                stack.enter_context(connections[alias].execute_wrapper(self._asked))
            try:
                with suppress(OperationalError, OSError):
                    yield
            finally:
                self._counting = False
        if self.happened():
            connections.close_all()

    def happened(self) -> bool:
        """Tell whether the deed came as far as the fault."""
        return 0 < self._number <= self._calls

    def _count(self, problem: Exception) -> None:
        if self._counting:
            self._calls += 1
            if self._calls == self._number:
                raise problem

    def _asked(self, execute: Any, *call: Any) -> Any:
        self._count(NO_ANSWER)
        return execute(*call)

    def _over(
        self, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, problem: Exception, after: bool = False
    ) -> None:
        before = getattr(where, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            self._count(problem)
            result = before(*args, **kwargs)
            if after:
                self._count(problem)
            return result

        monkeypatch.setattr(where, name, called)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Return what lets a call fail."""
    return Faults(monkeypatch)


class NewRows:
    """The rows that there are since a moment, as one hash which no id, time or sealing has a part in."""

    def __init__(self) -> None:
        self._since = new_id()
        tables = [one for one in apps.get_models() if isinstance(one._meta.pk, models.BigIntegerField)]
        self._last = {one: one._base_manager.aggregate(models.Max("pk"))["pk__max"] or 0 for one in tables}

    def hashed(self, labels: Collection[str], without: Collection[type[models.Model]] = ()) -> str:
        """Return the hash over the tables of these applications; empty where they have no new row."""
        rows = [
            [model._meta.label, *(self._plain(field, row) for field in model._meta.concrete_fields)]
            for label in labels
            for model in apps.get_app_config(label).get_models()
            if model not in without
            for row in model._base_manager.filter(pk__gt=self._last.get(model, self._since))
        ]
        said = sorted(json.dumps(one, default=str, sort_keys=True) for one in rows)
        return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""

    def _plain(self, field: models.Field[Any, Any], row: models.Model) -> Any:
        value = getattr(row, field.attname)
        if isinstance(value, UUID):
            return "new" if value > self._since else value
        if isinstance(value, bytes | memoryview):
            return len(bytes(value))
        if isinstance(value, datetime):
            return "then"
        if field.name in MADE_OF_IDS or field.primary_key:
            return "of its own"
        return value

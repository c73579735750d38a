"""Which database holds what: data keys lie in the keystore, all else in the default database."""

from __future__ import annotations

from typing import Any

from django.db import models

KEYSTORE = "keystore"


class KeystoreRouter:
    """Sends the keystore's table to its own database, and keeps everything else out of it."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        """Return the keystore for its own table."""
        return KEYSTORE if model._meta.app_label == KEYSTORE else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tell whether the tables of an application belong in a database."""
        return (db == KEYSTORE) == (app_label == KEYSTORE)

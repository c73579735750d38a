"""The one table of the keystore."""

from __future__ import annotations

from django.db import models


class DataKey(models.Model):
    """The key of one subject (a person, a home, a draft, a file), wrapped by the master key.

    Nothing else says that the subject exists: no name, no area, no table.
    """

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

"""One row for each decision on personal data and each change; rows are never changed or removed."""

from __future__ import annotations

from django.db import models

from forewatch.lib.ids import new_id


class Event(models.Model):
    """Who did what to whose data, in which role, for which purpose, and whether it was allowed.

    No content stands here in clear: no name, no answer, no search term, only identifiers and codes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.CharField(max_length=16)
    at = models.DateTimeField(db_index=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    role = models.CharField(max_length=32, blank=True)
    grant_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=32)
    data_class = models.CharField(max_length=16)
    purpose = models.CharField(max_length=32, blank=True)
    area_code = models.CharField(max_length=32, blank=True)
    subject = models.CharField(max_length=64, blank=True)
    subject_id = models.UUIDField(null=True, db_index=True)
    reason = models.CharField(max_length=300, blank=True)
    allowed = models.BooleanField()
    identities = models.PositiveIntegerField(default=0)
    request_id = models.UUIDField(null=True)
    words = models.BinaryField(null=True, editable=False)
    """What somebody typed of their reason, sealed: the key goes with whom it is about, the bytes stay."""
    digest = models.BinaryField(max_length=32, editable=False)
    """SHA-256 over all the above (`rules.digest`); the chain is made of these."""

    class Meta:
        ordering = ("id",)


class Link(models.Model):
    """An event's place in the chain: its number, and a hash over its digest and the hash of the link before.

    On PostgreSQL the database writes it when the transaction commits (see the migration `append_only`).
    """

    number = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.DO_NOTHING, db_constraint=False, related_name="link")
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("number",)

"""Uploaded files with what became of them, the kinds of problem in them, and profiles made here.

What the files hold is personal: it stands sealed beside the database (`safe`), never in these rows.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.intake.rules import State
from forewatch.places.models import Area
from forewatch.register.models import Source


class SavedProfile(Minted):
    """A source profile made or imported here; a change is a new version, and the newest is used."""

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("code", "-version")
        constraints = (models.UniqueConstraint(fields=("code", "version"), name="profile_version_once"),)

    def __str__(self) -> str:
        return f"{self.code}@{self.version}"


class Upload(Minted):
    """One file: where it stands, by which profile it is read, and how many rows are good. It is one batch.

    `area` bounds whose rows may come in: the area of the grant by which it was uploaded (none: everywhere).
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    filename = models.CharField(_("file"), max_length=200)
    size = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    """By which the very same file is known again (`fingerprints`); empty until it is read, while locked."""
    observed_on = models.DateField(_("day observed"))
    state = models.CharField(max_length=12, choices=[(one.value, one.value) for one in State])
    sheets = models.JSONField(default=list)
    """Name, line of the headings, headings and number of rows of each sheet."""
    refusal = models.JSONField(default=dict)
    profile = models.CharField(max_length=60, blank=True)
    profile_text = models.TextField(blank=True)
    recognised = models.BooleanField(default=False)
    ready = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    """Statements that were new to the register."""
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    mapped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Who said last what its columns are; empty where a saved mapping knew them."""
    handed_over_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.filename


class Problem(Minted):
    """One kind of problem in one column of a file: how many rows, and the first of them, sealed.

    A notice (`refuses` false) says what was put right in rows that go in.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=32)
    column = models.CharField(max_length=200, blank=True)
    refuses = models.BooleanField()
    count = models.PositiveIntegerField()
    examples = models.BinaryField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        examples = DataClass.IDENTITY

    class Meta:
        ordering = ("-refuses", "-count", "column")
        constraints = (
            models.UniqueConstraint(fields=("upload", "kind", "column"), name="problem_kind_once"),
        )

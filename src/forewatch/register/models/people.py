"""People by pseudonym, and the households they belong to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.places.models import Area
from forewatch.register.models.households import Household
from forewatch.register.rules.dates import Precision
from forewatch.register.visibility import People


class Sex(models.TextChoices):
    """As published in the index's input tables."""

    FEMALE = "F", _("female")
    MALE = "M", _("male")
    OTHER = "X", _("another")


class BirthPrecision(models.TextChoices):
    """How much of a birth date is known; many papers say 1 January for want of a day."""

    DAY = Precision.DAY, _("day")
    MONTH = Precision.MONTH, _("month")
    YEAR = Precision.YEAR, _("year")
    ESTIMATED = Precision.ESTIMATED, _("estimated")


class Person(Minted):
    """A pseudonym with what the index asks of a person; who it is stands sealed in `Identity`.

    `merged_into` points to the person that this row turned out to be too, however many merges lie between;
    the merges decide, and undoing one sets it anew.
    """

    code = models.CharField(_("person"), max_length=16, unique=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(_("birth date"), null=True)
    birth_precision = models.CharField(max_length=10, choices=BirthPrecision, default=BirthPrecision.DAY)
    home_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("home town")
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )
    household = models.ForeignKey(Household, on_delete=models.SET_NULL, null=True, related_name="people")
    """Where they belong now, or belonged last; `Membership` has the dates, `standing` keeps this in step."""
    papers = models.CharField(max_length=24, blank=True)
    """What the newest answer about papers says, for lists; the records decide."""
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = People.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        birth_date = DataClass.IDENTITY

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="person_not_into_itself"
            ),
        )
        # Few are merged. Over all rows, statistics would call an index of nothing but nulls useless.
        indexes = (
            models.Index(
                fields=("merged_into",), condition=Q(merged_into__isnull=False), name="person_merged"
            ),
        )

    def __str__(self) -> str:
        return self.code


class Membership(Minted):
    """A person in a household between two days, and as what."""

    class Role(models.TextChoices):
        """As what a person belongs to a household."""

        HEAD = "head", _("head")
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        GRANDCHILD = "grandchild", _("grandchild")
        OTHER_RELATIVE = "other_relative", _("other relative")
        OTHER = "other", _("other")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("as"), max_length=16, choices=Role, default=Role.OTHER)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)
    batch_id = models.UUIDField(null=True, editable=False)
    ended_batch_id = models.UUIDField(null=True, editable=False)
    """The batches that opened and closed the interval, so that undoing one closes or opens it again."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(valid_to__isnull=True), name="membership_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                name="membership_dates_in_order",
            ),
        )

"""What sources said, and what happened: rows that are never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.places.models import Area
from forewatch.register.models.households import Household
from forewatch.register.models.people import Person
from forewatch.register.models.sources import Audience, Grade, Source


class SubjectLevel(models.TextChoices):
    """Whom a statement is about."""

    PERSON = "person", _("person")
    HOUSEHOLD = "household", _("household")
    AREA = "area", _("area")


class Statement(Minted):
    """What records and events share: whom it is about, who says so, and when it was seen and received."""

    level = models.CharField(max_length=10, choices=SubjectLevel)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="%(class)ss")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    received_on = models.DateField(_("received"))
    received_at = models.DateTimeField()
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


def _one_subject(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=(
            Q(level="person", person__isnull=False, household__isnull=True, area__isnull=True)
            | Q(level="household", person__isnull=True, household__isnull=False, area__isnull=True)
            | Q(level="area", person__isnull=True, household__isnull=True, area__isnull=False)
        ),
        name=name,
    )


class Record(Statement):
    """What one source said about one subject on one day: variables and their values. Never changed.

    A correction is a new record that supersedes. Values are checked against the definition's variables;
    decimals stand as strings so that they stay exact.
    """

    observed_on = models.DateField(_("observed"))
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)
    root = models.SlugField(_("root"), max_length=40, blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by", db_index=False
    )
    values = models.JSONField(default=dict)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (_one_subject("record_one_subject"),)
        # Few supersede. Over all rows, statistics would call an index of nothing but nulls useless.
        indexes = (
            models.Index(
                fields=("supersedes",), condition=Q(supersedes__isnull=False), name="record_supersedes"
            ),
            models.Index(
                fields=("received_on", "source"), condition=Q(grade="C"), name="record_uncorroborated"
            ),
        )


class Conditions(Minted):
    """Under which conditions one statement came, and who may read it; of a file, its source says that."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="conditions")
    words = models.CharField(_("conditions"), max_length=300)
    audience = models.CharField(_("who may read it"), max_length=8, choices=Audience)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION


class Event(Statement):
    """A trigger event: what happened to a person, household or area, and when."""

    event = models.CharField(_("event"), max_length=16)
    occurred_on = models.DateField(_("happened"))
    ended_on = models.DateField(_("ended"), null=True)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)
    root = models.SlugField(_("root"), max_length=40, blank=True, db_index=False)
    # A batch that is undone was never a witness: what it told goes, and this, which nobody changes, is of
    # nothing then.
    confirms = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="confirmed_by",
        db_constraint=False,
        db_index=False,
    )
    """The event of another root that was known indirectly too: both together make it known."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (
            _one_subject("event_one_subject"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(occurred_on__lte=F("ended_on")),
                name="event_dates_in_order",
            ),
        )


class TakenBack(Minted):
    """That what an event tells did not happen so. The event is never changed, and counts until that day."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="taken_back")
    taken_back_on = models.DateField()
    taken_back_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

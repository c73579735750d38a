"""Runs of the index, and the newest answer about each person: as of which day, and until when it holds."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor
from forewatch.access.models import Minted
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.places.models import Area
from forewatch.places.queries import covered, covers
from forewatch.register.models import Household, Person


class Band(models.TextChoices):
    """What is said of people: when outreach is due, never what they are."""

    HIGH = "high", _("outreach now")
    MEDIUM = "medium", _("outreach soon")
    LOW = "low", _("outreach routine")
    NOT_ENOUGH_INFORMATION = "not_enough_information", _("go and ask")


class Run(Minted):
    """One answer of the engine: by which definition (id@version), as of which day, from what was known."""

    definition = models.CharField(max_length=80)
    as_of = models.DateField(_("as of"))
    known_by = models.DateField(null=True)
    people = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("-as_of", "-id")


class Assessment(models.Model):
    """The newest answer about one person, in basis points, with its bounds, its reasons and its expiry.

    Older answers are not kept: any past day is asked of the engine again, from what was known then. `scores`
    has one character for each indicator of the definition, in its order: 1, 2, 3, or - for not known.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="assessment"
    )
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    as_of = models.DateField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE, null=True, related_name="assessments")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    age = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=24, choices=Band)
    band_basis = models.CharField(max_length=12)
    baseline_bp = models.PositiveSmallIntegerField(null=True)
    triggers_bp = models.PositiveSmallIntegerField(default=0)
    index_bp = models.PositiveSmallIntegerField(null=True)
    index_lo_bp = models.PositiveSmallIntegerField(null=True)
    index_hi_bp = models.PositiveSmallIntegerField(null=True)
    coverage_bp = models.PositiveSmallIntegerField(null=True)
    n3 = models.PositiveSmallIntegerField(default=0)
    scores = models.CharField(max_length=64)
    drivers = models.CharField(max_length=200, blank=True)
    """Ids of indicators, the heaviest first, with spaces between."""
    act_now = models.CharField(max_length=200, blank=True)
    """Ids of gates, with spaces between."""
    expires_on = models.DateField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.BAND

    class Meta:
        indexes = (models.Index(fields=("area", "band"), name="assessment_area_band"),)


class AreaFigures(models.QuerySet["AreaFigure"]):
    """Figures of areas."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the exact figures that an actor may read: those of their own area."""
        return self.filter(covers(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT, "area__"))


class AreaFigure(models.Model):
    """What a run counted in one area, of everybody or of one sex and age band (index-spec section 6).

    An area includes what lies below it. `sex` and `age_band` are empty where they mean all. Where nobody was
    surveyed, everything after `people` is null. The column `drivers` stands in the rows of everybody who
    lives there: ids of indicators with the number of people who score 3.
    """

    class By(models.TextChoices):
        """Where people live, or where they are from."""

        RESIDENCE = "residence", _("where people live")
        HOME = "home", _("home town")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="figures")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="figures", db_index=False)
    by = models.CharField(max_length=9, choices=By)
    sex = models.CharField(max_length=7, blank=True)
    age_band = models.CharField(max_length=7, blank=True)
    people = models.PositiveIntegerField()
    assessed = models.PositiveIntegerField(null=True)
    high = models.PositiveIntegerField(null=True)
    medium = models.PositiveIntegerField(null=True)
    low = models.PositiveIntegerField(null=True)
    not_enough_information = models.PositiveIntegerField(null=True)
    provisional = models.PositiveIntegerField(null=True)
    act_now = models.PositiveIntegerField(null=True)
    mean_index_bp = models.PositiveSmallIntegerField(null=True)
    h_bp = models.PositiveSmallIntegerField(null=True)
    a_bp = models.PositiveSmallIntegerField(null=True)
    m0_bp = models.PositiveSmallIntegerField(null=True)
    drivers = models.JSONField(null=True)

    objects = AreaFigures.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.AGGREGATE

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("area", "run", "by", "sex", "age_band"), name="area_figure_once"),
        )


class OriginFigures(models.QuerySet["OriginFigure"]):
    """Residents by home town."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the exact figures that an actor may read: of who lives in their own area."""
        return self.filter(area__in=covered(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT))


class OriginFigure(models.Model):
    """How many who live in one area come from another, of one sex and age band; cells, which add up.

    Everybody stands once at each `level`: both areas are of that level, or the lowest known where it lies
    higher; `home` is null where nobody said. `surveyed` are those of whom anything is known, `index_n` those
    with a band and an index.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="origins", db_index=False)
    level = models.PositiveSmallIntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    home = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    sex = models.CharField(max_length=7)
    age_band = models.CharField(max_length=7)
    people = models.PositiveIntegerField()
    assessed = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    medium = models.PositiveIntegerField()
    low = models.PositiveIntegerField()
    not_enough_information = models.PositiveIntegerField()
    provisional = models.PositiveIntegerField()
    act_now = models.PositiveIntegerField()
    surveyed = models.PositiveIntegerField()
    index_sum_bp = models.PositiveBigIntegerField()
    index_n = models.PositiveIntegerField()

    objects = OriginFigures.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.AGGREGATE

    class Meta:
        # Holds all that rows are counted by, so that a report knows its length without reading them.
        indexes = (
            models.Index(fields=("run", "level", "area", "home", "sex", "age_band"), name="origin_cells"),
        )


class Release(Minted):
    """Figures that may leave (index-spec section 8): made once for an index and a month, then left."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    index = models.CharField(max_length=60)
    definition = models.CharField(max_length=80)
    month = models.CharField(max_length=7)
    as_of = models.DateField(_("as of"))
    made_at = models.DateTimeField()
    file = models.BinaryField()
    """Parquet, as `analysis.disclosure.write_release` writes it."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.RELEASED

    class Meta:
        ordering = ("-as_of", "-id")
        constraints = (models.UniqueConstraint(fields=("index", "month"), name="release_once_a_month"),)


class Publication(models.Model):
    """From when on a release is read; there is none until others have let it out."""

    release = models.OneToOneField(
        Release, on_delete=models.PROTECT, primary_key=True, related_name="publication"
    )
    at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.RELEASED

"""Areas of every level, in generations: boundaries change; old records still find the area of their day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted
from forewatch.access.rules import DataClass
from forewatch.places import rules

SEPARATOR = rules.SEPARATOR


class Level(models.IntegerChoices):
    """Levels of a country's administration; the names differ from country to country, the order does not."""

    COUNTRY = 0, _("country")
    PROVINCE = 1, _("province")
    DISTRICT = 2, _("district")
    SUB_DISTRICT = 3, _("sub-district")
    VILLAGE = 4, _("village")


SEVERAL = {
    Level.COUNTRY: _("countries"),
    Level.PROVINCE: _("provinces"),
    Level.DISTRICT: _("districts"),
    Level.SUB_DISTRICT: _("sub-districts"),
    Level.VILLAGE: _("villages"),
}
"""What stands beside a count."""


class Area(Minted):
    """An area as it was between two days. Its code (P-code) joins; its name never does.

    `path` holds the codes from the top down, each followed by a slash, so that an area's descendants are
    those whose path begins with its own. One code has one row for each generation, and at most one of them is
    current. The parent of a current area is current too; that of an earlier one may be a later generation
    than its day had, so ask `queries.area_on` for the parent of a day.
    """

    code = models.CharField(_("code"), max_length=rules.LONGEST_CODE)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=rules.LONGEST_NAME)
    name_local = models.CharField(_("name in the local language"), max_length=rules.LONGEST_NAME, blank=True)
    valid_on = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)
    geometry = models.BinaryField(null=True)
    """Well-known binary, WGS 84, normalised; a village may have none. Large: leave it out of lists."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("code",), condition=Q(valid_to__isnull=True), name="area_one_current"
            ),
            models.UniqueConstraint(fields=("code", "valid_on"), name="area_one_per_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_on__lt=F("valid_to")), name="area_dates_in_order"
            ),
        )
        indexes = (models.Index(fields=("path",)),)

    def __str__(self) -> str:
        return rules.name_for(get_language() or "en", self.name, self.name_local)

    def other_name(self) -> str:
        """Return the name that the reader is not shown first, or nothing when there is one name alone."""
        shown = str(self)
        return next((one for one in (self.name, self.name_local) if one and one != shown), "")

    def codes(self) -> tuple[str, ...]:
        """Return this area's code and those of all above it, from the lowest up; what decisions ask for."""
        return tuple(reversed(self.path.rstrip(SEPARATOR).split(SEPARATOR)))

"""Exact figures of areas, as runs counted them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.reports.atlas.figures import Counted, Crossed, Moment
from forewatch.reports.atlas.lines import Lines
from forewatch.reports.atlas.origins import Origins
from forewatch.reports.atlas.rules import Asked, Crossing
from forewatch.reports.figures import EXACT_COUNTS, SHARES, Row
from forewatch.risk.models import AreaFigure, OriginFigure, Run

FIELDS = (*EXACT_COUNTS, *SHARES)
NOBODY: Row = dict.fromkeys(FIELDS) | {"people": 0}
"""The figures of a group that nobody in the area belongs to."""


def runs() -> list[Run]:
    """Return the runs with figures, the newest first and one for each day."""
    counted = Run.objects.filter(Exists(AreaFigure.objects.filter(run=OuterRef("pk"))))
    found: dict[date, Run] = {}
    for run in counted.order_by("-as_of", "-made_at", "-id"):
        found.setdefault(run.as_of, run)
    return list(found.values())


class Exact:
    """Figures of a run, of the areas that an actor may read exactly."""

    released = False

    def __init__(self, actor: Actor, run: Run, found: Sequence[Run]) -> None:
        self.actor, self.run, self.runs = actor, run, found
        self.day, self.definition = run.as_of, run.definition
        self.known_by: date | None = run.known_by
        self.days: Sequence[date] = [one.as_of for one in found]

    @cached_property
    def _figures(self) -> QuerySet[AreaFigure]:
        return AreaFigure.objects.visible_to(self.actor).filter(run=self.run)

    def area(self, asked: Asked) -> Counted | None:
        """Return the area asked for."""
        found = _counted(self._figures.filter(area__code=asked.area), asked)
        return found[0] if found else None

    def parts(self, asked: Asked) -> list[Counted]:
        """Return the areas right below."""
        return _counted(self._figures.filter(area__parent__code=asked.area), asked)

    def below(self, asked: Asked, level: int) -> list[Counted]:
        """Return all areas of a level inside."""
        inside = Area.objects.filter(within([asked.area]), level=level)
        return _counted(self._figures.filter(area__in=inside), asked)

    def groups(self, asked: Asked) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
        """Return the figures by sex, and by age band."""
        figures = self._figures.filter(area__code=asked.area, by=asked.by)
        sexes = {one.sex: row_of(one) for one in figures.filter(age_band="").exclude(sex="")}
        ages = {one.age_band: row_of(one) for one in figures.filter(sex="").exclude(age_band="")}
        return sexes, ages

    def trend(self, asked: Asked) -> list[Moment]:
        """Return the area's figures of every run."""
        by_run = {one.pk: one for one in self.runs}
        figures = AreaFigure.objects.visible_to(self.actor).filter(area__code=asked.area, run__in=by_run)
        found = _group(figures, asked).select_related("area").defer("area__geometry")
        moments = [Moment(by_run[one.run_id].as_of, row_of(one), one.area) for one in found]
        return sorted(moments, key=lambda moment: moment.day)

    def crossed(self, asked: Crossing) -> Sequence[Crossed]:
        """Return the rows of a report; groups that nobody belongs to have none."""
        if asked.each_home:
            return Origins(self.run, OriginFigure.objects.visible_to(self.actor), asked, _level_of(asked))
        figures = self._figures.filter(_areas_of(asked), by=asked.by)
        figures = figures.exclude(sex="") if asked.each_sex else figures.filter(sex=asked.sex)
        figures = figures.exclude(age_band="") if asked.each_age else figures.filter(age_band=asked.age_band)
        return Lines(self.run, FIELDS, list(figures.values_list("area__code", "sex", "age_band", *FIELDS)))


def _areas_of(asked: Crossing) -> Q:
    """Return the condition that figures are of the areas that a report has rows of."""
    if asked.level is None:
        return Q(area__parent__code=asked.area)
    if asked.level == 0:
        return Q(area__code=asked.area)
    return Q(area__in=Area.objects.filter(within([asked.area]), level=asked.level))


def _level_of(asked: Crossing) -> int:
    """Return the level of the areas that a report has rows of."""
    if asked.level:
        return asked.level
    level: int = Area.objects.filter(code=asked.area).order_by("valid_on").values_list("level", flat=True)[0]
    return level if asked.level == 0 else level + 1


def _counted(figures: QuerySet[AreaFigure], asked: Asked) -> list[Counted]:
    """Return areas with the figures of a group; the rows of everybody say which areas there are."""
    everybody = (
        _group(figures, asked.of_everybody())
        .select_related("area__parent")
        .defer("area__geometry", "area__parent__geometry")
    )
    if asked == asked.of_everybody():
        return [Counted(one.area, row_of(one), one.drivers or {}) for one in everybody]
    rows = {one.area_id: row_of(one) for one in _group(figures, asked)}
    return [Counted(one.area, rows.get(one.area_id, NOBODY), one.drivers or {}) for one in everybody]


def _group(figures: QuerySet[AreaFigure], asked: Asked) -> QuerySet[AreaFigure]:
    return figures.filter(by=asked.by, sex=asked.sex, age_band=asked.age_band)


def row_of(figure: AreaFigure) -> Row:
    """Return a row of figures as every template shows it."""
    return {name: getattr(figure, name) for name in FIELDS}

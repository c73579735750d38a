"""What one page of figures shows: an area and its parts on a day, exact or released, in the order of need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from forewatch.access.decisions import Actor
from forewatch.analysis.definition import Definition, Text
from forewatch.analysis.loading import load_definition
from forewatch.places.models import SEPARATOR, Area
from forewatch.places.queries import current
from forewatch.reports.atlas import exact, permissions, released
from forewatch.reports.atlas.figures import Counted, Figures, Moment
from forewatch.reports.atlas.rules import AGE_KEYS, SEX_KEYS, Asked, order, shade_of, sign_of
from forewatch.reports.figures import Row
from forewatch.ui.problems import NotFound

DRIVERS = 5
RECENT = 12


@dataclass(frozen=True)
class Line:
    """An area or a group with its figures, its sign, and how it is shaded on the map."""

    key: str
    row: Row
    sign: str
    shade: str
    area: Area | None = None
    change: int | None = None
    """How many more people have the band shown than on the day compared with."""


@dataclass(frozen=True)
class Sheet:
    """Figures of an area and of its parts on one day; `figures` is None where there are none at all."""

    asked: Asked
    area: Area
    above: Sequence[Area]
    exact: bool
    figures: Figures | None = None
    definition: Definition | None = None
    days: Sequence[date] = ()
    whole: Line | None = None
    around: Area | None = None
    """Of which area the parts are: of this one, or of the one around it when it has none."""
    parts: Sequence[Line] = ()
    sexes: Sequence[Line] = ()
    ages: Sequence[Line] = ()
    drivers: Sequence[tuple[str, int]] = ()
    """Indicators by their label, with how many people they weigh on most."""
    trend: Sequence[Moment] = ()

    @property
    def above_it(self) -> Area:
        """The area right above this one."""
        return self.above[-1]

    @property
    def recent(self) -> Sequence[Moment]:
        """The trend's last days, the newest first."""
        return self.trend[: -RECENT - 1 : -1]

    @property
    def is_older_index(self) -> bool:
        """Tell whether another version of the index than today's made these figures."""
        return bool(self.figures and self.definition and self.figures.definition != self.definition.name)

    @property
    def redrawn(self) -> bool:
        """Tell whether the boundaries of the area changed between the days of the trend."""
        return len({moment.area.pk for moment in self.trend}) > 1


@lru_cache(maxsize=8)
def definition_of(name: str) -> Definition:
    """Return the index of a definition's name (id@version), as it is today."""
    return load_definition(name.partition("@")[0])


def said(text: Text) -> str:
    """Return words of a definition in the reader's language, else in English."""
    return text.get(get_language() or "en") or text["en"]


def area_of(actor: Actor, code: str) -> Area:
    """Return the area asked for, in its newest generation; without a code, where the actor works.

    Raises NotFound.
    """
    areas = Area.objects.defer("geometry")
    if code:
        found = areas.filter(code=code).order_by("valid_on").last()
    else:
        own = areas.filter(code__in=permissions.own_areas(actor), valid_to__isnull=True)
        found = own.order_by("level", "code").first() or _top()
    if found is None:
        raise NotFound
    return found


def _top() -> Area | None:
    """Return the widest area, or the first one below it that has several parts."""
    areas = current().defer("geometry")
    top, found = None, list(areas.filter(parent__isnull=True)[:2])
    while found and (top is None or len(found) == 1):
        top = found[0]
        found = list(areas.filter(parent__code=top.code)[:2])
    return top


def above(area: Area) -> list[Area]:
    """Return the areas above one, from the top down."""
    codes = area.path.rstrip(SEPARATOR).split(SEPARATOR)[:-1]
    areas = Area.objects.filter(code__in=codes).defer("geometry").order_by("valid_on")
    found = {one.code: one for one in areas}
    return [found[code] for code in codes if code in found]


def figures_for(actor: Actor, area: Area, day: date | None) -> tuple[Figures | None, Sequence[date]]:
    """Return the newest figures of an area up to a day, exact where the actor may read so, and all days."""
    if permissions.reads_exactly(actor, area):
        runs = exact.runs()
        run = next((one for one in runs if day is None or one.as_of <= day), None)
        return (exact.Exact(actor, run, runs) if run else None), [one.as_of for one in runs]
    found = released.releases()
    release = next((one for one in found if day is None or one.as_of <= day), None)
    return (released.Released(release, found) if release else None), [one.as_of for one in found]


def open_sheet(actor: Actor, asked: Asked) -> Sheet:
    """Return the sheet that answers a question.

    Raises NotFound when there is no such area.
    """
    area = area_of(actor, asked.area)
    asked = replace(asked, area=area.code)
    figures, days = figures_for(actor, area, asked.on)
    empty = Sheet(asked, area, above(area), permissions.reads_exactly(actor, area), days=days)
    if figures is None:
        return empty
    if figures.released:
        asked = replace(asked, by=Asked.by)
    return _filled(replace(empty, asked=asked), figures, _before(actor, area, asked))


def _before(actor: Actor, area: Area, asked: Asked) -> Mapping[str, Row]:
    """Return the parts' figures on the day to compare with, by code."""
    if asked.since is None:
        return {}
    figures, _days = figures_for(actor, area, asked.since)
    if figures is None:
        return {}
    _around, found = _parts(Sheet(asked, area, above(area), exact=True), figures)
    return {one.area.code: one.row for one in found}


def _filled(sheet: Sheet, figures: Figures, before: Mapping[str, Row]) -> Sheet:
    asked, definition = sheet.asked, definition_of(figures.definition)
    around, counted = _parts(sheet, figures)

    def line(key: str, row: Row, area: Area | None = None) -> Line:
        sign = sign_of(row, definition.aggregation, released=figures.released)
        return Line(
            key, row, sign, shade_of(row, sign, asked.show), area, _change(row, before.get(key), asked)
        )

    whole = figures.area(asked)
    parts = [line(one.area.code, one.row, one.area) for one in counted]
    sexes, ages = figures.groups(asked)
    return replace(
        sheet,
        figures=figures,
        definition=definition,
        whole=line(whole.area.code, whole.row, whole.area) if whole else None,
        around=around,
        parts=sorted(parts, key=lambda one: (*order(one.row, asked.show), one.key)),
        sexes=[line(key, sexes[key]) for key in SEX_KEYS if key in sexes],
        ages=[line(key, ages[key]) for key in AGE_KEYS if key in ages],
        drivers=drivers_of(whole, definition) if whole else (),
        trend=figures.trend(asked),
    )


def _parts(sheet: Sheet, figures: Figures) -> tuple[Area, list[Counted]]:
    """Return the area's parts; an area without any is shown among its neighbours."""
    found = figures.parts(sheet.asked)
    if found or not sheet.above:
        return sheet.area, found
    around = sheet.above[-1]
    return around, figures.parts(replace(sheet.asked, area=around.code))


def _change(row: Row, before: Row | None, asked: Asked) -> int | None:
    now, then = row[asked.show.band], before[asked.show.band] if before else None
    return now - then if isinstance(now, int) and isinstance(then, int) else None


def drivers_of(counted: Counted, definition: Definition, top: int = DRIVERS) -> list[tuple[str, int]]:
    """Return the indicators at their worst for most people, by their label."""
    ranked = sorted(counted.drivers.items(), key=lambda one: (-one[1], one[0]))[:top]
    indicators = definition.indicators
    return [(said(indicators[name].label) if name in indicators else name, count) for name, count in ranked]

"""Released figures of areas: the frozen cells of a release (index-spec section 8), and no others."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from forewatch.places.models import Area
from forewatch.places.queries import current
from forewatch.reports.atlas.figures import Counted, Crossed, Moment
from forewatch.reports.atlas.rules import Asked, Crossing
from forewatch.reports.counts import signed
from forewatch.reports.figures import RELEASED_COUNTS, SHARES, Row
from forewatch.risk.models import Release
from forewatch.risk.releases import opened, published

Key = tuple[str, str, str]
"""Area code, sex, age band; an empty one means all."""


def releases() -> list[Release]:
    """Return the releases, the newest first, without their figures."""
    return list(published())


class Released:
    """Figures of a release."""

    released = True
    known_by: date | None = None

    def __init__(self, release: Release, found: Sequence[Release]) -> None:
        self.release, self.releases = release, found
        self.day, self.definition = release.as_of, release.definition
        self.days: Sequence[date] = list(dict.fromkeys(one.as_of for one in found))

    def area(self, asked: Asked) -> Counted | None:
        """Return the area asked for."""
        found = self._counted(current().filter(code=asked.area), asked)
        return found[0] if found else None

    def parts(self, asked: Asked) -> list[Counted]:
        """Return the areas right below that have released figures."""
        return self._counted(current().filter(parent__code=asked.area), asked)

    def below(self, asked: Asked, level: int) -> list[Counted]:
        """Return all areas of a level inside that have released figures."""
        return self._counted(current([asked.area]).filter(level=level), asked)

    def groups(self, asked: Asked) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
        """Return the released figures by sex, and by age band."""
        rows = _rows(self.release.pk)
        sexes = {sex: row for (area, sex, age), row in rows.items() if area == asked.area and sex and not age}
        ages = {age: row for (area, sex, age), row in rows.items() if area == asked.area and age and not sex}
        return sexes, ages

    def trend(self, asked: Asked) -> list[Moment]:
        """Return the area's figures of every release."""
        area = current().filter(code=asked.area).defer("geometry").first()
        found = [(one, _row(one, asked)) for one in reversed(self.releases)]
        return [Moment(one.as_of, row, area) for one, row in found if row is not None and area is not None]

    def crossed(self, asked: Crossing) -> list[Crossed]:
        """Return the rows of a report, each a frozen cell of the release or a sum of such cells."""
        if asked.level is None:
            areas = current().filter(parent__code=asked.area)
        elif asked.level == 0:
            areas = current().filter(code=asked.area)
        else:
            areas = current([asked.area]).filter(level=asked.level)
        by_code = {one.code: one for one in areas.select_related("parent").defer("geometry")}
        rows = [
            Crossed(by_code[code], sex, age, row)
            for (code, sex, age), row in _rows(self.release.pk).items()
            if code in by_code
            and (bool(sex) if asked.each_sex else sex == asked.sex)
            and (bool(age) if asked.each_age else age == asked.age_band)
        ]
        return sorted(rows, key=lambda one: one.place)

    def _counted(self, areas: Iterable[Area], asked: Asked) -> list[Counted]:
        found = [(one, _row(self.release, asked, one.code)) for one in areas]
        return [Counted(one, row) for one, row in found if row is not None]


def _row(release: Release, asked: Asked, code: str = "") -> Row | None:
    """Return the released figures of a group in an area; None where there are none of the area."""
    rows, area = _rows(release.pk), code or asked.area
    everybody = rows.get((area, "", ""))
    if everybody is None:
        return None
    nobody: Row = dict.fromkeys(everybody) | {"people": 0}
    return rows.get((area, asked.sex, asked.age_band), nobody)


@lru_cache(maxsize=12)
def _rows(release_id: uuid.UUID) -> Mapping[Key, Row]:
    """Return all rows of a release; it never changes, so they may stay in memory."""
    rows: dict[Key, Row] = {}
    for one in opened(Release.objects.get(pk=release_id)).rows.to_pylist():
        counts = {name: signed(one[name], one[f"{name}_sign"]) for name in RELEASED_COUNTS}
        shares = {name: one[name] for name in SHARES}
        rows[one["area_code"], one["sex"] or "", one["age_band"] or ""] = counts | shares
    return rows

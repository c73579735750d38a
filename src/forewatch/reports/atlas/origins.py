"""Who lives where and is from where: the rows of a report that crosses residence with home town."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet, Sum

from forewatch.places.models import SEPARATOR, Area
from forewatch.places.queries import within
from forewatch.reports.atlas.figures import Crossed
from forewatch.reports.atlas.rules import Crossing
from forewatch.reports.figures import EXACT_COUNTS, SHARES, Row
from forewatch.risk.models import OriginFigure

CELLS = (*EXACT_COUNTS, "surveyed", "index_sum_bp", "index_n")
Key = tuple[uuid.UUID | None, uuid.UUID | None, str, str]


def origins_crossed(figures: QuerySet[OriginFigure], asked: Crossing, level: int) -> list[Crossed]:
    """Return a row for each area of a level inside the one asked for, and each home town its people have.

    Home towns are areas of the same level, wherever they lie; None stands for those that nobody told.
    """
    figures = figures.filter(area__in=Area.objects.filter(within([asked.area])))
    if asked.sex:
        figures = figures.filter(sex=asked.sex)
    if asked.age_band:
        figures = figures.filter(age_band=asked.age_band)
    groups = [name for name, each in (("sex", asked.each_sex), ("age_band", asked.each_age)) if each]
    # Few cells for each pair of villages are added up by the database, their areas above them here.
    cells = (
        figures.values_list("area_id", "home_id", *groups).annotate(*(Sum(name) for name in CELLS)).order_by()
    )
    lifted = _Lifted(level)
    added: dict[Key, list[int]] = defaultdict(lambda: [0] * len(CELLS))
    for area, home, *rest in cells:
        said = dict(zip(groups, rest, strict=False))
        key = (lifted[area], lifted[home], said.get("sex", asked.sex), said.get("age_band", asked.age_band))
        so_far = added[key]
        for place, count in enumerate(rest[len(groups) :]):
            so_far[place] += count
    return _rows(added)


class _Lifted(dict[uuid.UUID | None, "uuid.UUID | None"]):
    """Each area's ancestor of a level, by id: itself where it lies higher, None where it is not known."""

    def __init__(self, level: int) -> None:
        super().__init__({None: None})
        rows = list(Area.objects.order_by("valid_on").values_list("pk", "code", "level", "path"))
        by_code = {code: pk for pk, code, at, _ in rows if at == level}
        for pk, _code, at, path in rows:
            above = (by_code.get(one) for one in path.rstrip(SEPARATOR).split(SEPARATOR))
            self[pk] = next((one for one in above if one), pk) if at > level else pk


def _rows(added: Mapping[Key, list[int]]) -> list[Crossed]:
    areas = Area.objects.select_related("parent").defer("geometry", "parent__geometry")
    by_id = areas.in_bulk({one for key in added for one in key[:2] if one})
    rows = [
        Crossed(by_id[area], sex, age_band, _row(counts), by_id[home] if home else None)
        for (area, home, sex, age_band), counts in added.items()
        if area
    ]
    return sorted(rows, key=lambda one: one.place)


def _row(counts: Iterable[int]) -> Row:
    """Return sums as figures; null after `people` where nobody was surveyed (index-spec section 6)."""
    sums = dict(zip(CELLS, counts, strict=True))
    surveyed, total, n = sums.pop("surveyed"), sums.pop("index_sum_bp"), sums.pop("index_n")
    empty: dict[str, int | str | None] = dict.fromkeys((*EXACT_COUNTS, *SHARES))
    if not surveyed:
        return empty | {"people": sums["people"]}
    shown = sums["assessed"]
    return (
        empty
        | sums
        | {
            "mean_index_bp": _half_even(total, n) if n else None,
            "h_bp": _half_even(10_000 * sums["high"], shown) if shown else None,
        }
    )


def _half_even(above: int, below: int) -> int:
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2 == 1))

"""Making a release, or refusing to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from forewatch.analysis.disclosure.audit import Narrowed, audit
from forewatch.analysis.disclosure.cells import Geography, accepted_cells, base_areas, base_cells, splittable
from forewatch.analysis.disclosure.figures import figures
from forewatch.analysis.disclosure.release import Release
from forewatch.analysis.problems import ReleaseRefused


def make_release(
    cells: pa.Table, areas: pa.Table, *, definition: str, as_of: date, live: Sequence[Release] = ()
) -> Release:
    """Return the figures of one definition (id@version) and month that may leave.

    `cells` are the exact counts (`CELLS`), `areas` the hierarchy (`schema.AREAS`), `live` every release that
    still stands. A district whose split would let a cell be narrowed is kept whole.
    Raises ReleaseRefused when the month is taken or the audit narrows a cell, ValueError when the
    cells are not what they should be.
    """
    geography = Geography.of(areas)
    table = accepted_cells(cells, geography)

    def draft(split: frozenset[str]) -> Release:
        base = base_areas(geography, split)
        return Release(definition, as_of, figures(base_cells(table, base), geography), base)

    split = splittable(table)
    release = draft(split)
    _check_calendar(release, live)
    found = audit([release, *live])
    unsafe = _districts(found, [release, *live])
    if found and unsafe <= split:
        release = draft(split - unsafe)
        found = audit([release, *live])
    if found:
        raise ReleaseRefused(
            f"{len(found)} figures could be worked out more closely from those of {definition} "
            f"for {release.month} and the releases that already stand; the first is {found[0]}. "
            "Do not publish them; release this definition in another month."
        )
    return release


def _check_calendar(release: Release, live: Sequence[Release]) -> None:
    """Raise ReleaseRefused unless this is its index's only release of the month, on the month's one day.

    Two versions of an index in a month would show the few people whose band differs; two days in a month
    would show the few people who moved.
    """
    for one in live:
        if one.month != release.month:
            continue
        if one.index == release.index:
            raise ReleaseRefused(
                f"{one.definition} is already released for {one.month}, as of {one.as_of}. An index has one "
                "release a month, in one version; corrections go out with the next month's."
            )
        if one.as_of != release.as_of:
            raise ReleaseRefused(
                f"{one.definition} is released for {one.month} as of {one.as_of}. Releases of one month "
                f"share one day; assess {release.definition} as of {one.as_of}."
            )


def _districts(found: Sequence[Narrowed], releases: Sequence[Release]) -> set[str]:
    district = {code: above for one in releases for code, above in one.base_areas.items()}
    return {district[one.area_code] for one in found}

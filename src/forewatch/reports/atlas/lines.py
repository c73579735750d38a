"""Rows of a report, made where they are looked at: a page shows some hundred of many thousands."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, overload

from forewatch.places.models import Area
from forewatch.reports.atlas.figures import AGE_PLACES, SEX_PLACES, Crossed
from forewatch.risk.models import Run

_AT_ONCE = 500


class Rows(Sequence[Crossed]):
    """Rows of a report in their order, made some hundred at a time where they are looked at."""

    @abstractmethod
    def between(self, start: int, stop: int) -> list[Crossed]:
        """Return the rows from one place up to another."""

    @overload
    def __getitem__(self, place: int) -> Crossed: ...

    @overload
    def __getitem__(self, place: slice) -> list[Crossed]: ...

    def __getitem__(self, place: int | slice) -> Crossed | list[Crossed]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return self.between(start, max(start, stop))[::step]
        at = range(len(self))[place]
        return self.between(at, at + 1)[0]

    def __iter__(self) -> Iterator[Crossed]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self.between(start, min(start + _AT_ONCE, len(self)))


class Lines(Rows):
    """The rows of a run's report: by the code of the area, then by sex, then by age.

    `rows` are tuples of the area's code, sex, age band and the values of `fields`.
    """

    def __init__(self, run: Run, fields: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        self._run, self._fields = run, fields
        self._rows = sorted(rows, key=lambda one: (one[0], SEX_PLACES[one[1]], AGE_PLACES[one[2]]))

    def __len__(self) -> int:
        return len(self._rows)

    def between(self, start: int, stop: int) -> list[Crossed]:
        """Return some rows, with the areas as they were on the day of the run."""
        rows = self._rows[start:stop]
        areas = Area.objects.filter(figures__run=self._run, code__in={one[0] for one in rows}).distinct()
        found = areas.select_related("parent").defer("geometry", "parent__geometry")
        by_code = {one.code: one for one in found}
        return [
            Crossed(by_code[code], sex, age_band, dict(zip(self._fields, values, strict=True)))
            for code, sex, age_band, *values in rows
        ]

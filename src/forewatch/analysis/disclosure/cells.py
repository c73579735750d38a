"""The base cells of a release: which people are counted together, once and for all, by residence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forewatch.analysis.schema import AGE_BANDS, BANDS, SEXES, UNKNOWN

Counts = NDArray[np.int64]

SEX_KEYS = (*SEXES, UNKNOWN)
AGE_KEYS = (*AGE_BANDS, UNKNOWN)
SHOWN = 3
"""The first three of `BANDS` are shown bands; the fourth is not enough information."""

LEVELS = ("country", "province", "district", "sub-district", "village")
DISTRICT, SUB_DISTRICT = 2, 3
SPLIT_ASSESSED = 50
"""A district is split only when each of its sub-districts has at least this many assessed people."""

CELLS = pa.schema(
    [
        pa.field("sub_district", pa.string()),
        pa.field("district", pa.string()),
        pa.field("sex", pa.string()),
        pa.field("age_band", pa.string()),
        pa.field("band", pa.string()),
        pa.field("people", pa.int64()),
        pa.field("surveyed", pa.int64()),
        pa.field("index_sum_bp", pa.int64()),
        pa.field("index_n", pa.int64()),
        pa.field("share_sum", pa.float64()),
    ]
)
"""Exact, unweighted figures that go in, one row per sub-district (null: the person's area is a district),
sex, age band and band. `surveyed`: people with a known indicator or a shown band. `index_sum_bp` and
`index_n`: sum and number of the indexes of people whose band is shown. `share_sum`: sum of the
Alkire-Foster shares of people whose band is high. Rows that share their keys are added up."""

KEYS = {"sex": SEX_KEYS, "age_band": AGE_KEYS, "band": BANDS}


@dataclass(frozen=True)
class Geography:
    """The fixed hierarchy of areas: each code's level (0 country to 4 village) and parent."""

    level: Mapping[str, int]
    parent: Mapping[str, str | None]

    @classmethod
    def of(cls, areas: pa.Table) -> Geography:
        """Read areas (`schema.AREAS`); a level is a number or one of `LEVELS`, others are never released."""
        numbers = {name: level for level, one in enumerate(LEVELS) for name in (one, str(level))}
        rows = areas.select(["area_code", "parent_code", "level"]).to_pylist()
        levels = {row["area_code"]: numbers.get((row["level"] or "").strip().lower()) for row in rows}
        return cls(
            level={code: level for code, level in levels.items() if level is not None},
            parent={row["area_code"]: row["parent_code"] for row in rows},
        )

    def chain(self, code: str) -> list[str]:
        """Return the area and the areas it lies in, the lowest first."""
        found: list[str] = []
        above: str | None = code
        while above is not None and above not in found:
            found.append(above)
            above = self.parent.get(above)
        return found

    def at(self, level: int) -> list[str]:
        """Return the codes of one level, sorted."""
        return sorted(code for code, one in self.level.items() if one == level)


@dataclass(frozen=True)
class BaseCells:
    """Exact figures of the base cells as arrays: area x sex x age band (x band), in the order of the keys."""

    areas: Sequence[str]
    people: Counts
    surveyed: Counts
    index_sum: Counts
    index_n: Counts
    share_sum: NDArray[np.float64]


def accepted_cells(cells: pa.Table, geography: Geography) -> pa.Table:
    """Return the rows that can be released, as `CELLS`: those with people who live in a district or below.

    A person whose area is above the districts is in no base cell, and so in no released figure.
    Raises ValueError when a column, key or area is not what `CELLS` and the areas say.
    """
    missing = [name for name in CELLS.names if name not in cells.column_names]
    if missing:
        raise ValueError(f"The cells to release lack the columns {', '.join(missing)}; add them.")
    table = cells.select(CELLS.names).cast(CELLS)
    table = table.filter(pc.and_(pc.is_valid(table["district"]), pc.not_equal(table["people"], 0)))
    for name, keys in KEYS.items():
        stray = [one for one in pc.unique(table[name]).to_pylist() if one not in keys]
        if stray:
            raise ValueError(f"The cells to release have {name} {stray[0]!r}; use one of {', '.join(keys)}.")
    for pair in table.group_by(["district", "sub_district"]).aggregate([]).to_pylist():
        _check_place(pair["district"], pair["sub_district"], geography)
    shown = pc.not_equal(table["band"], BANDS[SHOWN])
    wrong = pc.or_(pc.less(table["people"], 0), pc.and_(shown, pc.less(table["surveyed"], table["people"])))
    if pc.any(wrong).as_py():
        raise ValueError(
            "The cells to release have people below 0, or people with a shown band who are not surveyed; "
            "count them again from the assessments."
        )
    return table


def _check_place(district: str, sub_district: str | None, geography: Geography) -> None:
    if geography.level.get(district) != DISTRICT:
        raise ValueError(
            f"{district!r} is not a district (level 2) of the areas; correct the cells' district."
        )
    if sub_district is None:
        return
    if geography.level.get(sub_district) != SUB_DISTRICT or district not in geography.chain(sub_district):
        raise ValueError(
            f"{sub_district!r} is not a sub-district (level 3) of {district!r} in the areas; "
            "correct the cells' sub_district."
        )


def splittable(cells: pa.Table) -> frozenset[str]:
    """Return the districts whose people all live in one of two or more sub-districts of 50 assessed or more.

    Sub-districts without people do not count. A district with one sub-district is never split: the figures
    would be the same, and keeping it whole would then say that fewer than 50 are assessed.
    """
    shown = pc.not_equal(cells["band"], BANDS[SHOWN])
    table = cells.append_column("assessed", pc.if_else(shown, cells["people"], 0))
    assessed: dict[str, dict[str | None, int]] = defaultdict(dict)
    for row in table.group_by(["district", "sub_district"]).aggregate([("assessed", "sum")]).to_pylist():
        assessed[row["district"]][row["sub_district"]] = row["assessed_sum"]
    return frozenset(
        district
        for district, parts in assessed.items()
        if len(parts) > 1 and None not in parts and min(parts.values()) >= SPLIT_ASSESSED
    )


def base_areas(geography: Geography, split: frozenset[str]) -> dict[str, str]:
    """Return the areas that partition the country, each with its district: itself, unless that is split."""
    found = {district: district for district in geography.at(DISTRICT) if district not in split}
    for code in geography.at(SUB_DISTRICT):
        above = next((one for one in geography.chain(code) if one in split), None)
        if above is not None:
            found[code] = above
    return dict(sorted(found.items()))


def base_cells(cells: pa.Table, areas: Mapping[str, str]) -> BaseCells:
    """Add up accepted cells by base area (see `base_areas`)."""
    codes = list(areas)
    inside = pc.is_in(cells["sub_district"], value_set=pa.array(codes, pa.string()))
    place = pc.if_else(inside, cells["sub_district"], cells["district"])
    where = (
        positions(place, codes),
        positions(cells["sex"], SEX_KEYS),
        positions(cells["age_band"], AGE_KEYS),
        positions(cells["band"], BANDS),
    )

    def dense(name: str, kind: type) -> NDArray[Any]:
        found: NDArray[Any] = np.zeros((len(codes), len(SEX_KEYS), len(AGE_KEYS), len(BANDS)), kind)
        np.add.at(found, where, pc.fill_null(cells[name], 0).to_numpy())
        return found

    return BaseCells(
        areas=codes,
        people=dense("people", np.int64),
        surveyed=dense("surveyed", np.int64).sum(3),
        index_sum=dense("index_sum_bp", np.int64)[..., :SHOWN],
        index_n=dense("index_n", np.int64)[..., :SHOWN],
        share_sum=dense("share_sum", np.float64)[..., 0],
    )


def positions(column: pa.ChunkedArray, keys: Sequence[str]) -> Counts:
    """Return where each value of a column stands in `keys`; every value must be one of them."""
    found: Counts = (
        pc.index_in(column, value_set=pa.array(list(keys), pa.string())).to_numpy().astype(np.int64)
    )
    return found

"""A release: the figures that leave, as one table, and how it is kept in a Parquet file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from os import PathLike
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis.schema import BANDS

COUNTS = ("people", "assessed", *BANDS)
SIGNS = ("count", "zero", "at_least", "withheld", "not_surveyed")
METADATA = b"forewatch.release"

ROWS = pa.schema(
    [
        pa.field("area_code", pa.string(), nullable=False),
        pa.field("sex", pa.string()),
        pa.field("age_band", pa.string()),
        *(
            field
            for name in COUNTS
            for field in (pa.field(name, pa.int64()), pa.field(f"{name}_sign", pa.string(), nullable=False))
        ),
        pa.field("h_bp", pa.int32()),
        pa.field("h_bp_sign", pa.string()),
        pa.field("m0_bp", pa.int32()),
        pa.field("mean_index_bp", pa.int32()),
        pa.field("a_bp", pa.int32()),
    ]
)
"""One row per area of levels 0 to 2, and per sub-district of a split district, by sex and age band
(null = all), where somebody lives; each area has its (null, null) row.

A count is null when its sign is `withheld` (in a base cell: 1 to 10 people; in a total: nothing below it is
published) or `not_surveyed`; `at_least` is the published part of a total over a withheld cell.
`h_bp_sign` is `partial` where h is the share among the published part alone, and null where nobody is
assessed. `m0_bp`, `mean_index_bp` and `a_bp` are null where they are not given."""


@dataclass(frozen=True)
class Release:
    """The released figures of one definition (id@version) on one day.

    `rows` has the columns `ROWS`. `base_areas` names the areas of the base cells, each with its district: the
    district itself, or a sub-district of a district that is split.
    """

    definition: str
    as_of: date
    rows: pa.Table
    base_areas: Mapping[str, str]

    @property
    def index(self) -> str:
        """The definition's id without its version."""
        return self.definition.partition("@")[0]

    @property
    def month(self) -> str:
        return f"{self.as_of:%Y-%m}"

    @property
    def split(self) -> frozenset[str]:
        """The districts whose base cells are those of their sub-districts."""
        return frozenset(district for code, district in self.base_areas.items() if code != district)


def write_release(release: Release, path: str | PathLike[str] | IO[bytes]) -> None:
    """Write a release as one Parquet file, or into an open one."""
    about = {
        "definition": release.definition,
        "as_of": release.as_of.isoformat(),
        "base_areas": dict(release.base_areas),
    }
    pq.write_table(release.rows.replace_schema_metadata({METADATA: json.dumps(about)}), path)


def read_release(path: str | PathLike[str] | IO[bytes]) -> Release:
    """Read what `write_release` wrote; raises ValueError when the file is not a release."""
    table = pq.read_table(path)
    about = json.loads((table.schema.metadata or {}).get(METADATA, b"null"))
    if about is None:
        raise ValueError(f"{path} is not a release; keep only files that write_release wrote in that folder.")
    rows = table.replace_schema_metadata(None).cast(ROWS)
    return Release(about["definition"], date.fromisoformat(about["as_of"]), rows, about["base_areas"])

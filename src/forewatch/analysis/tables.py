"""The tables that go into an engine and come out of it, by name."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa


class Tables(NamedTuple):
    """Accepted input, in the schemas of `schema`: whatever index-spec section 1 refuses is already out.

    `areas` has no rows when no areas were given; then every area code stands alone, without ancestors.
    """

    subjects: pa.Table
    records: pa.Table
    events: pa.Table
    areas: pa.Table


class Results(NamedTuple):
    """Output, in the schemas of `schema`.

    Sorted by `person_id`, by `household_id`, and by `area_code`, `by`, `sex`, `age_band` (null first).
    """

    assessments: pa.Table
    households: pa.Table
    areas: pa.Table

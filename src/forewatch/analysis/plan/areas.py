"""The tree of areas as a table of (area, ancestor, distance), so that one join walks it in every engine."""

from __future__ import annotations

import pyarrow as pa

CLOSURE = pa.schema(
    [
        pa.field("area_code", pa.string()),
        pa.field("ancestor", pa.string()),
        pa.field("distance", pa.int32()),
    ]
)


def closure(codes: list[str], parents: list[str | None]) -> pa.Table:
    """Return every area with itself (distance 0) and each of its ancestors; the tree has no cycles."""
    parent = dict(zip(codes, parents, strict=True))
    rows: tuple[list[str], list[str], list[int]] = ([], [], [])
    for code in codes:
        above: str | None = code
        distance = 0
        while above is not None:
            rows[0].append(code)
            rows[1].append(above)
            rows[2].append(distance)
            above, distance = parent.get(above), distance + 1
    return pa.table(list(rows), schema=CLOSURE)

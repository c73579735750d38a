"""How much a file may hold. Beyond, it is refused with the figure, so that somebody can split it."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

MAX_BYTES = 200 * MEGABYTE
"""Of one file: a million rows of a dozen variables take about half."""
MAX_COLUMNS = 500
MAX_ROWS = 3_000_000
MAX_SHEETS = 50
MAX_CELL = 32_767
"""Characters of one cell: what a spreadsheet can hold itself."""
MAX_LINE = 2 * MEGABYTE
"""Characters of one line of a CSV file."""
EXCEL_ROWS = 1_048_576

HEAD = 20
"""The headings stand within so many rows."""
BLOCK = 500
"""Rows that travel together."""

MAX_ENTRIES = 2_000
MAX_INFLATED = 200 * MEGABYTE
MAX_RATIO = 100
RATIO_FROM = MEGABYTE
"""Small parts of a workbook often compress better than a hundred to one; they can do no harm."""

ADDRESS_SPACE = {"csv": 512 * MEGABYTE, "xlsx": 512 * MEGABYTE, "parquet": 1_024 * MEGABYTE}
"""Of the reading process. Arrow alone maps 300 MB of program: Parquet gets more room, not more memory."""
SECONDS = 5.0
SECONDS_PER_MEGABYTE = {"csv": 1.0, "xlsx": 25.0, "parquet": 3.0}
"""Time to read grows with the size; what honest files take was measured, and some times as much is no attack.
A small file that takes longer than the base is one."""
MAX_SECONDS = 1_800.0


def seconds_for(kind: str, size: int) -> float:
    """Return how long reading a file of `size` bytes may take."""
    return min(SECONDS + size / MEGABYTE * SECONDS_PER_MEGABYTE[kind], MAX_SECONDS)

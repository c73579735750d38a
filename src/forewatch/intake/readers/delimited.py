"""CSV and its relatives: commas, semicolons or tabs, quotes as the standard has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from forewatch.intake.readers.decoding import encoding_of
from forewatch.intake.readers.limits import MAX_CELL, MAX_COLUMNS, MAX_LINE
from forewatch.intake.readers.refusals import Reason, Unreadable

DELIMITERS = (",", ";", "\t")
Row = tuple[int, list[str]]


def sheets(file: BinaryIO) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the one sheet of a CSV file: no name, and its rows with the line each begins on.

    Raises Unreadable.
    """
    encoding = encoding_of(file)
    text = io.TextIOWrapper(file, encoding, newline="")
    yield "", _rows(text, _delimiter(text))


def _delimiter(text: TextIO) -> str:
    """Return the delimiter that stands most often, outside quotes, in the first lines."""
    # The lines together: a quoted cell may go on over several, and what stands in it divides nothing.
    start = "".join(text.readline(MAX_LINE) for _ in range(20))
    outside = "".join(start.split('"')[::2])
    text.seek(0)
    return max(DELIMITERS, key=outside.count)


def _rows(text: TextIO, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise Unreadable(Reason.TOO_MANY_COLUMNS, count=len(cells), limit=MAX_COLUMNS)
            yield line, cells[:MAX_COLUMNS]
            line = reader.line_num + 1
    except csv.Error as problem:
        raise _refusal(str(problem), line) from None


def _lines(text: TextIO) -> Iterator[str]:
    """Yield lines of a bounded length: a file may be one line of gigabytes."""
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise Unreadable(Reason.LONG_LINE, limit=MAX_LINE)
        yield line


def _refusal(words: str, line: int) -> Unreadable:
    if "field larger" in words:
        return Unreadable(Reason.LONG_CELL, line=line, limit=MAX_CELL)
    if "unexpected end" in words:
        return Unreadable(Reason.UNCLOSED_QUOTE, line=line)
    return Unreadable(Reason.QUOTE, line=line)

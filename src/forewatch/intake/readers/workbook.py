"""XLSX: every sheet, values as text, never formulas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl
from openpyxl import DEFUSEDXML, LXML

from forewatch.intake.readers import archives
from forewatch.intake.readers.limits import EXCEL_ROWS, MAX_CELL, MAX_COLUMNS, MAX_SHEETS
from forewatch.intake.readers.refusals import Reason, Unreadable

Row = tuple[int, list[str]]


def sheets(file: BinaryIO) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield each visible sheet with its rows, numbered as the spreadsheet numbers them.

    Raises Unreadable.
    """
    if not DEFUSEDXML or LXML:
        raise RuntimeError("Workbooks are read with defusedxml, and without lxml.")
    archives.check(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception:
        raise Unreadable(Reason.BROKEN) from None
    if len(book.worksheets) > MAX_SHEETS:
        raise Unreadable(Reason.TOO_MANY_SHEETS, count=len(book.worksheets), limit=MAX_SHEETS)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            yield sheet.title, _rows(sheet)


def _rows(sheet: Any) -> Iterator[Row]:
    # What a sheet says of its own size may be a lie that pads each row to 16,384 cells.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    line = 0
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except MemoryError:
            raise
        except Exception:
            raise Unreadable(Reason.BROKEN) from None
        line += 1
        if line > EXCEL_ROWS:
            raise Unreadable(Reason.BROKEN)
        yield line, _cells(values, line)


def _cells(values: tuple[Any, ...], line: int) -> list[str]:
    if len(values) > MAX_COLUMNS and any(one is not None for one in values[MAX_COLUMNS:]):
        raise Unreadable(Reason.TOO_MANY_COLUMNS, count=len(values), limit=MAX_COLUMNS)
    cells = [text_of(one) for one in values[:MAX_COLUMNS]]
    if any(len(one) > MAX_CELL for one in cells):
        raise Unreadable(Reason.LONG_CELL, line=line, limit=MAX_CELL)
    return cells


def text_of(value: Any) -> str:
    """Return a cell's value as it would stand in a CSV file: ISO dates, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)

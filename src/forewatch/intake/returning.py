"""Rows set aside, as a file with a reason beside each, that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell

from forewatch.intake.models import Upload
from forewatch.intake.safe import Safe
from forewatch.intake.words import reason
from forewatch.lib.cells import safe_cell, showable

XLSX_ROWS = 50_000


def rows(upload: Upload) -> Iterator[list[str]]:
    """Yield the table of the rows set aside: headings first; a workbook's sheets one below the other."""
    last = None
    for number, block in Safe(upload.id).blocks("rejected"):
        if number != last:
            yield [*upload.sheets[number]["columns"], _("Line in the file"), _("Reason")]
            last = number
        width = len(upload.sheets[number]["columns"])
        for line, cells, troubles in block:
            padded = [*cells, *[""] * (width - len(cells))][:width]
            yield [*padded, str(line), "; ".join(reason(*one) for one in troubles)]


def as_csv(table: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a table as CSV in UTF-8 with its mark, without which Excel garbles Thai."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for row in table:
        writer.writerow([safe_cell(one) for one in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def as_xlsx(table: Iterable[Sequence[str]], file: Path | io.BytesIO) -> None:
    """Write a table as a fresh workbook of one sheet, every cell a text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    for row in table:
        sheet.append([_text_cell(sheet, one) for one in row])
    book.save(file)


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=safe_cell(showable(text)))
    # openpyxl takes any text that begins with "=" for a formula.
    cell.data_type = "s"
    return cell

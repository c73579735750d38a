"""An uploaded sheet of accounts to rows of text, by the same confined reader as agencies' files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from forewatch.intake.readers.refusals import Unreadable
from forewatch.intake.readers.running import Sheet, read
from forewatch.intake.words import REFUSALS
from forewatch.ui.problems import Problem

MOST = 500
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "ชื่อ", "ชื่อ-สกุล", "ชื่อ-นามสกุล"),
    "username": ("username", "user name", "user", "ชื่อผู้ใช้"),
    "organisation": ("organisation", "organization", "organisation code", "รหัสหน่วยงาน", "หน่วยงาน"),
    "role": ("role", "บทบาท"),
    "areas": ("areas", "area", "area code", "area codes", "รหัสพื้นที่", "พื้นที่"),
    "purposes": ("purposes", "purpose", "วัตถุประสงค์"),
    "village": ("village", "village code", "รหัสหมู่บ้าน", "หมู่บ้าน"),
    "until": ("until", "ถึงวันที่", "ถึง", "สิ้นสุด"),
}
"""The columns, by the headings that name them; `username`, `purposes` and `village` may be missing."""
OPTIONAL = ("username", "purposes", "village")


@dataclass(frozen=True)
class Row:
    """A line of the sheet: its number, and what stands in each column."""

    line: int
    cells: Mapping[str, str]


def rows_of(file: BinaryIO, name: str, size: int) -> list[Row]:
    """Return the rows of the first sheet.

    Raises Problem when the file cannot be read, lacks a column, or is far too long.
    """
    columns: dict[str, int] | None = None
    rows: list[Row] = []
    try:
        for one in read(file, name, size):
            if isinstance(one, Sheet):
                if columns is not None:
                    break
                columns = _columns(one.columns)
                continue
            for line, cells in one:
                rows.append(Row(line, {key: _cell(cells, at) for key, at in (columns or {}).items()}))
            if len(rows) > MOST:
                raise Problem(_("The sheet has more than %(most)s rows. Load it in parts.") % {"most": MOST})
    except Unreadable as problem:
        raise Problem(REFUSALS[problem.reason] % problem.details) from None
    filled = [row for row in rows if any(row.cells.values())]
    if not filled:
        raise Problem(_("The sheet holds no rows below its headings."))
    return filled


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _columns(headings: tuple[str, ...]) -> dict[str, int]:
    plain = [" ".join(one.lower().replace("_", " ").split()) for one in headings]
    found = {
        key: plain.index(name) for key, names in COLUMNS.items() for name in reversed(names) if name in plain
    }
    missing = [key for key in COLUMNS if key not in found and key not in OPTIONAL]
    if missing:
        raise Problem(
            _("The sheet has no column %(columns)s. Its headings are: %(headings)s.")
            % {"columns": ", ".join(missing), "headings": ", ".join(COLUMNS)}
        )
    return found

"""A report as a workbook: a sheet of rows and one that says what they are; nothing hidden or computed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from forewatch.lib.cells import showable
from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.exports.columns import HEADINGS, counts_of, home_word, who_may_see
from forewatch.reports.atlas.forms import AGES, SEXES
from forewatch.reports.counts import WITHHELD, Count, known
from forewatch.reports.figures import SHARES
from forewatch.ui.templatetags.ui import day

WIDTHS = (14, 28, 14, 14)


def as_xlsx(report: Report) -> bytes:
    """Return the rows of a report as a workbook; a withheld count is a word, never a number."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Report"))
    sheet.freeze_panes = "G2" if report.asked.each_home else "E2"
    for place, width in enumerate(WIDTHS[:2] * (1 + report.asked.each_home) + WIDTHS[2:]):
        sheet.column_dimensions["ABCDEF"[place]].width = width
    names = [*counts_of(report), *SHARES]
    home = [_("Home town, code"), _("Home town")] if report.asked.each_home else []
    headings = [_("Code"), _("Area"), *home, _("Sex"), _("Age"), *(str(HEADINGS[name]) for name in names)]
    sheet.append([_heading(sheet, one) for one in headings])
    for line in report.lines:
        group = str(SEXES.get(line.sex, _("all"))), str(AGES.get(line.age_band, _("all")))
        places = [line.area.code, str(line.area)]
        if home:
            places += [line.home.code if line.home else "", home_word(line)]
        keys = [_text(sheet, one) for one in (*places, *group)]
        sheet.append([*keys, *(_figure(sheet, name, line.row[name]) for name in names)])
    told = book.create_sheet(_("About"))
    told.column_dimensions["A"].width, told.column_dimensions["B"].width = 28, 90
    for name, value in _about(report):
        told.append([_text(told, name), _text(told, value)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _about(report: Report) -> Iterator[tuple[str, str]]:
    figures = report.sheet.figures
    yield _("Area"), f"{report.sheet.area} ({report.sheet.area.code})"
    if figures:
        yield _("As of"), day(figures.day)
        yield _("Known by"), day(figures.known_by)
        yield _("Index"), figures.definition
    yield _("Counted by"), _("home town") if report.by_home else _("where people live")
    yield _("For whom"), who_may_see(report)
    yield (
        _("How to read it"),
        _("A band is a reason to offer a service, never one to suspect or refuse anybody. An empty field: "
          "nobody was surveyed, which is not the same as low."),
    )  # fmt: skip


def _text(sheet: Any, text: str) -> Any:
    """Return a cell that is text whatever it begins with: openpyxl takes "=" for a formula."""
    cell = WriteOnlyCell(sheet, value=showable(text))
    cell.data_type = "s"
    return cell


def _heading(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def _figure(sheet: Any, name: str, count: Count) -> Any:
    if isinstance(count, str):
        said = _("withheld") if count == WITHHELD else _("at least %(n)s") % {"n": known(count)}
        return _text(sheet, said)
    if count is None:
        return None
    return count / 100 if name in SHARES else count

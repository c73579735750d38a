"""A report leaves as a file, with its audit row in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.noting import note
from forewatch.access.rules import Verb
from forewatch.reports.atlas import permissions
from forewatch.reports.atlas.crossing import open_report
from forewatch.reports.atlas.exports import KINDS, Format
from forewatch.reports.atlas.rules import Crossing
from forewatch.ui.problems import Problem


@dataclass(frozen=True)
class File:
    """A report as a file."""

    name: str
    media_type: str
    content: bytes


def export_report(*, by: Actor, asked: Crossing, as_format: str) -> File:
    """Return a report as a file, and write down who took which report of where.

    Raises NotFound, Refused, and Problem when there is nothing to export or no such format.
    """
    if as_format not in list(Format):
        raise Problem(_("Choose what the report is to be: PDF, XLSX, CSV or GeoJSON."))
    wanted, report = Format(as_format), open_report(by, asked)
    if report.sheet.figures is None or not report.lines:
        raise Problem(_("There are no figures to export; choose other areas, groups or another day."))
    allowed = permissions.check_can_export(by, report.sheet.area, exact=report.sheet.exact)
    kind, figures = KINDS[wanted], report.sheet.figures
    with transaction.atomic():
        content = kind.make(report)
        note(
            by,
            allowed.decision,
            Verb.EXPORT,
            allowed.data_class,
            purpose=allowed.purpose,
            area_code=report.sheet.area.code,
            subject="report",
            subject_id=None,
            reason=f"{wanted} {figures.day.isoformat()} {len(report.lines)}",
        )
    name = f"forewatch-{report.sheet.area.code}-{figures.day.isoformat()}.{wanted}"
    return File(name, kind.media_type, content)

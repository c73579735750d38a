"""A report leaves as a file, with its audit row in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.audit.actions import record
from forewatch.reports.atlas import permissions
from forewatch.reports.atlas.crossing import open_report
from forewatch.reports.atlas.exports import KINDS, Format
from forewatch.reports.atlas.rules import Crossing
from forewatch.ui.problems import Problem

EXPORT = "export"


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
    grant = allowed.decision.grant
    kind, figures = KINDS[wanted], report.sheet.figures
    with transaction.atomic():
        content = kind.make(report)
        record(
            at=by.now,
            verb=EXPORT,
            data_class=allowed.data_class,
            actor_id=by.user_id,
            role=grant.role if grant else "",
            grant_id=grant.id if grant else None,
            purpose=allowed.purpose,
            area_code=report.sheet.area.code,
            subject="report",
            reason=f"{wanted} {figures.day.isoformat()} {len(report.lines)}",
            request_id=by.request_id,
        )
    name = f"forewatch-{report.sheet.area.code}-{figures.day.isoformat()}.{wanted}"
    return File(name, kind.media_type, content)

"""The map of an area, its reports, and the figures and outlines that the browser's own map asks for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.reports import base_rates
from forewatch.reports.atlas.actions import export_report
from forewatch.reports.atlas.charts import chart_of
from forewatch.reports.atlas.crossing import open_report
from forewatch.reports.atlas.drawing import drawn_parts, figures_of, laid_out, outlines_of
from forewatch.reports.atlas.exports import FORMAT_NAMES, Format
from forewatch.reports.atlas.first import open_first
from forewatch.reports.atlas.forms import asked_of, first_asked, first_form, form_of
from forewatch.reports.atlas.legends import legend_of
from forewatch.reports.atlas.report_forms import crossing_of, report_form
from forewatch.reports.atlas.sheets import Sheet, open_sheet

READ = Guard(Verb.READ, DataClass.RELEASED)
"""Open to whoever reads released figures; inside one's own area a sheet holds the exact ones."""

EXACT = Guard(Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT)


@guarded(GET=READ)
def area_map(request: AskedRequest) -> HttpResponse:
    """Show an area's parts in colours and as a list, and the area itself."""
    sheet = open_sheet(request.actor, asked_of(request.GET))
    show = sheet.asked.show
    context = (
        shared(sheet, "map")
        | legend_of(sheet)
        | {
            "picture": drawn_parts(sheet.parts),
            "chart": chart_of(sheet.trend, show.band, show.whole),
            "by_age": _("By age"),
            "by_sex": _("By sex"),
        }
    )
    return render(request, "atlas/map.html", context)


def shared(sheet: Sheet, here: str) -> dict[str, Any]:
    """Return what every page of figures shows; `here` is the page's address name."""
    return {
        "sheet": sheet,
        "here": here,
        "form": form_of(sheet),
        "screens": base_rates.worked_figures(),
        "rates": [base_rates.as_percent(rate) for rate in base_rates.RATES],
    }


@guarded(GET=EXACT)
def where_first(request: AskedRequest) -> HttpResponse:
    """Show which areas to visit first, why and how sure that is, and where nobody has asked."""
    found = open_first(request.actor, asked_of(request.GET), *first_asked(request.GET))
    context = shared(found.sheet, "where_first") | {"found": found, "form": first_form(found)}
    return render(request, "atlas/first.html", context)


@guarded(GET=READ)
def report(request: AskedRequest) -> HttpResponse:
    """Show the figures of an area, crossed as asked."""
    found = open_report(request.actor, crossing_of(request.GET))
    context = shared(replace(found.sheet, asked=found.asked), "report") | {
        "report": found,
        "form": report_form(found),
        "formats": [(one.value, FORMAT_NAMES.get(one, one.name)) for one in Format],
    }
    return render(request, "atlas/report.html", context)


@guarded(POST=READ)
def report_export(request: AskedRequest) -> HttpResponse:
    """Give a report as a file."""
    asked = crossing_of(request.POST)
    file = export_report(by=request.actor, asked=asked, as_format=request.POST.get("format", ""))
    disposition = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=file.media_type, headers=disposition)


@guarded(GET=READ)
def area_figures(request: AskedRequest) -> HttpResponse:
    """Give the figures of an area's parts by code, for the browser's map."""
    sheet = open_sheet(request.actor, asked_of(request.GET))
    laid = laid_out(outlines_of(sheet))
    return JsonResponse(
        {"area": sheet.area.code, "bbox": laid and laid.bbox, "parts": figures_of(sheet, laid)}
    )


@guarded(GET=READ)
def area_outlines(request: AskedRequest) -> HttpResponse:
    """Give the outlines of an area's parts as GeoJSON."""
    sheet = open_sheet(request.actor, asked_of(request.GET))
    laid = laid_out(outlines_of(sheet))
    found = laid.geojson if laid else json.dumps({"type": "FeatureCollection", "features": []})
    response = HttpResponse(found, content_type="application/geo+json")
    patch_cache_control(response, private=True, max_age=300)
    return response
